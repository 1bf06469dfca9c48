//! What a caller may ask: one definition per analysis, read from tool arguments, command-line flags and, through the
//! doc comments, shown in both `--help` and the input schemas.

use clap::{Args, ValueEnum};
use jiff::{Span, Timestamp};
use schemars::JsonSchema;
use security_model::{EventFilter, FindingFilter, Severity, TimeWindow, WorkingSet, parse_timestamp};
use serde::{Deserialize, Serialize};

use crate::error::Failure;

/// How much an answer carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// The shortest useful answer.
    Summary,
    /// Lists cut to what fits a conversation.
    #[default]
    Standard,
    /// Whole lists.
    Full,
}

/// Findings that the working set leaves out unless asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Include {
    /// Workflow RESOLVED.
    Resolved,
    /// Workflow SUPPRESSED.
    Suppressed,
    /// RecordState ARCHIVED.
    Archived,
    /// Compliance PASSED.
    Passed,
    /// All of these.
    All,
}

/// Severity label, in the lower case of flags and arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the labels are the documentation")]
pub enum SeverityArgument {
    #[serde(alias = "CRITICAL")]
    #[value(alias = "CRITICAL")]
    Critical,
    #[serde(alias = "HIGH")]
    #[value(alias = "HIGH")]
    High,
    #[serde(alias = "MEDIUM")]
    #[value(alias = "MEDIUM")]
    Medium,
    #[serde(alias = "LOW")]
    #[value(alias = "LOW")]
    Low,
    #[serde(alias = "INFORMATIONAL")]
    #[value(alias = "INFORMATIONAL")]
    Informational,
}

impl From<SeverityArgument> for Severity {
    fn from(argument: SeverityArgument) -> Self {
        match argument {
            SeverityArgument::Critical => Self::Critical,
            SeverityArgument::High => Self::High,
            SeverityArgument::Medium => Self::Medium,
            SeverityArgument::Low => Self::Low,
            SeverityArgument::Informational => Self::Informational,
        }
    }
}

/// Arguments of `analyze_aws_security_hub`, and flags of `nightdesk analyze security-hub`.
#[derive(Clone, Debug, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecurityHubArguments {
    /// aws (live), sample (built-in incident), or a path to a file or folder of ASFF or OCSF findings.
    #[arg(long, default_value = "aws")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Findings to add to the working set (ACTIVE, NEW or NOTIFIED, not PASSED).
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Include>,
    /// Only these severities.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub severity: Vec<SeverityArgument>,
    /// Only these 12-digit account ids.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Only these regions; live, each is asked. "all": every enabled region.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Only findings on these resource ids (ARNs).
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Only these products, e.g. GuardDuty.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// Only these controls, e.g. S3.8.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// Only findings updated at or after this time: RFC 3339, or an age such as 24h or 7d.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_since: Option<String>,
    /// Stop after this many findings; what was not read is stated.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_findings: Option<u64>,
    /// Stop after this many seconds.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<u64>,
    /// Stop after this many AWS calls.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_calls: Option<u64>,
    /// How much the answer carries.
    #[arg(long, value_enum, default_value_t)]
    pub detail: Detail,
}

/// Arguments of `analyze_aws_cloudtrail`, and flags of `nightdesk analyze cloudtrail`.
#[derive(Clone, Debug, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CloudTrailArguments {
    /// aws (live), sample (built-in incident), or a path to a file or folder of CloudTrail logs.
    #[arg(long, default_value = "aws")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Start of the window, RFC 3339, inclusive.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// End of the window, RFC 3339, exclusive. Live, at most now.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// The window as an age, e.g. 24h, 7d, instead of start. Default: live 24h; files and sample everything.
    #[arg(long, conflicts_with = "start")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Only these 12-digit account ids.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Only these regions; live, each is asked (default: the configured one and us-east-1). "all": every enabled one.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Only these event names, e.g. StopLogging.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub event_names: Vec<String>,
    /// Only these event sources, e.g. iam or iam.amazonaws.com.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub event_sources: Vec<String>,
    /// Only these principals: ARN, user, role or session name.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub principals: Vec<String>,
    /// Only these access key ids.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_key_ids: Vec<String>,
    /// Only these source IP addresses.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source_ips: Vec<String>,
    /// true: reads only; false: writes only.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Only failed operations.
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub failed_only: bool,
    /// Stop after this many events; what was not read is stated.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_events: Option<u64>,
    /// Stop after this many seconds.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<u64>,
    /// Stop after this many AWS calls.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_calls: Option<u64>,
    /// How much the answer carries.
    #[arg(long, value_enum, default_value_t)]
    pub detail: Detail,
}

/// Arguments of `get_evidence`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceArguments {
    /// analysis_id of an answer.
    pub analysis_id: String,
    /// evidence_id from that answer, e.g. failed or high-risk-1.
    pub evidence_id: String,
    /// next_cursor of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Rows a page, 1 to 100; default 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

impl SecurityHubArguments {
    /// The filter these arguments describe. `as_of` anchors ages such as `7d`.
    ///
    /// # Errors
    /// Names the argument that cannot be used, and how to write it.
    pub fn filter(&self, now: Timestamp) -> Result<FindingFilter, Failure> {
        check_accounts(&self.accounts)?;
        let wants = |what| self.include.contains(&what) || self.include.contains(&Include::All);
        Ok(FindingFilter {
            working_set: WorkingSet {
                resolved: wants(Include::Resolved),
                suppressed: wants(Include::Suppressed),
                archived: wants(Include::Archived),
                passed: wants(Include::Passed),
            },
            severities: self.severity.iter().map(|severity| Severity::from(*severity)).collect(),
            accounts: self.accounts.clone(),
            regions: named_regions(&self.regions),
            resources: self.resources.clone(),
            products: self.products.clone(),
            controls: self.controls.clone(),
            updated_since: self
                .updated_since
                .as_deref()
                .map(|text| instant_or_age("updated_since", text, now))
                .transpose()?,
        })
    }

    /// The filters that were given, by argument name, for the answer's scope.
    #[must_use]
    pub fn stated_filters(&self) -> Vec<(&'static str, Vec<String>)> {
        let severities = self.severity.iter().map(|s| Severity::from(*s).label().to_owned()).collect();
        stated([
            ("severity", severities),
            ("accounts", self.accounts.clone()),
            ("regions", self.regions.clone()),
            ("resources", self.resources.clone()),
            ("products", self.products.clone()),
            ("controls", self.controls.clone()),
            ("updated_since", self.updated_since.iter().cloned().collect()),
        ])
    }
}

impl CloudTrailArguments {
    /// The filter these arguments describe.
    ///
    /// `default_last` is the window of a live analysis when none is given; `None` means everything.
    ///
    /// # Errors
    /// Names the argument that cannot be used, and how to write it.
    pub fn filter(&self, now: Timestamp, default_last: Option<Span>) -> Result<EventFilter, Failure> {
        check_accounts(&self.accounts)?;
        Ok(EventFilter {
            window: self.window(now, default_last)?,
            accounts: self.accounts.clone(),
            regions: named_regions(&self.regions),
            event_names: self.event_names.clone(),
            event_sources: self.event_sources.clone(),
            principals: self.principals.clone(),
            access_key_ids: self.access_key_ids.clone(),
            source_ips: self.source_ips.clone(),
            read_only: self.read_only,
            failed_only: self.failed_only,
        })
    }

    fn window(&self, now: Timestamp, default_last: Option<Span>) -> Result<TimeWindow, Failure> {
        if self.start.is_some() && self.last.is_some() {
            return Err(Failure::bad_argument("last", "give either start or last, not both"));
        }
        let end = self.end.as_deref().map(|text| instant("end", text)).transpose()?;
        let end = match (end, default_last) {
            // The end is fixed when the call starts, so that events arriving meanwhile cannot move it.
            (end, Some(_)) => Some(end.map_or(now, |end| end.min(now))),
            (end, None) => end,
        };
        let anchor = end.unwrap_or(now);
        let start = match (&self.start, &self.last) {
            (Some(start), _) => Some(instant("start", start)?),
            (None, Some(last)) => Some(age("last", last, anchor)?),
            (None, None) => match default_last {
                Some(span) => anchor.checked_sub(span).ok(),
                None => None,
            },
        };
        if let (Some(start), Some(end)) = (start, end)
            && start >= end
        {
            return Err(Failure::bad_argument("start", "the window is empty: start must lie before end"));
        }
        Ok(TimeWindow { start, end })
    }

    /// The filters that were given, by argument name, for the answer's scope.
    #[must_use]
    pub fn stated_filters(&self) -> Vec<(&'static str, Vec<String>)> {
        stated([
            ("accounts", self.accounts.clone()),
            ("regions", self.regions.clone()),
            ("event_names", self.event_names.clone()),
            ("event_sources", self.event_sources.clone()),
            ("principals", self.principals.clone()),
            ("access_key_ids", self.access_key_ids.clone()),
            ("source_ips", self.source_ips.clone()),
            ("read_only", self.read_only.iter().map(bool::to_string).collect()),
            ("failed_only", self.failed_only.then(|| "true".to_owned()).into_iter().collect()),
        ])
    }
}

/// Whether `regions` asks for every enabled region.
#[must_use]
pub fn asks_all_regions(regions: &[String]) -> bool {
    regions.iter().any(|region| region.eq_ignore_ascii_case("all"))
}

fn named_regions(regions: &[String]) -> Vec<String> {
    if asks_all_regions(regions) { Vec::new() } else { regions.to_vec() }
}

fn stated<const N: usize>(filters: [(&'static str, Vec<String>); N]) -> Vec<(&'static str, Vec<String>)> {
    filters.into_iter().filter(|(_, values)| !values.is_empty()).collect()
}

fn check_accounts(accounts: &[String]) -> Result<(), Failure> {
    match accounts.iter().find(|account| account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit())) {
        Some(_) => Err(Failure::bad_argument("accounts", "an account id is 12 digits, e.g. 111122223333")),
        None => Ok(()),
    }
}

fn instant(argument: &'static str, text: &str) -> Result<Timestamp, Failure> {
    parse_timestamp(text)
        .ok_or_else(|| Failure::bad_argument(argument, "write the time as RFC 3339, e.g. 2026-11-20T22:00:00Z"))
}

fn instant_or_age(argument: &'static str, text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    parse_timestamp(text).map_or_else(|| age(argument, text, now), Ok)
}

/// `30m`, `24h`, `7d` or `2w` before `anchor`.
fn age(argument: &'static str, text: &str, anchor: Timestamp) -> Result<Timestamp, Failure> {
    let bad = || Failure::bad_argument(argument, "write an age as a number and m, h, d or w, e.g. 24h or 7d");
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(bad)?;
    let number: i64 = number.parse().map_err(|_| bad())?;
    let minutes: i64 = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        "w" => 7 * 24 * 60,
        _ => return Err(bad()),
    };
    let total = number.checked_mul(minutes).filter(|total| *total > 0).ok_or_else(bad)?;
    let span = Span::new().try_minutes(total).map_err(|_| bad())?;
    anchor.checked_sub(span).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use security_model::rfc3339;

    use super::*;

    fn now() -> Timestamp {
        parse_timestamp("2026-11-21T02:00:00Z").unwrap()
    }

    fn window(
        start: Option<&str>,
        end: Option<&str>,
        last: Option<&str>,
        live: bool,
    ) -> Result<(String, String), Failure> {
        let arguments = CloudTrailArguments {
            start: start.map(str::to_owned),
            end: end.map(str::to_owned),
            last: last.map(str::to_owned),
            ..Default::default()
        };
        let window = arguments.filter(now(), live.then(|| Span::new().hours(24)))?.window;
        let text = |time: Option<Timestamp>| time.map_or_else(|| "open".to_owned(), rfc3339);
        Ok((text(window.start), text(window.end)))
    }

    fn texts(start: &str, end: &str) -> (String, String) {
        (start.to_owned(), end.to_owned())
    }

    #[test]
    fn live_windows_end_at_the_call_and_default_to_a_day() {
        assert_eq!(window(None, None, None, true).unwrap(), texts("2026-11-20T02:00:00Z", "2026-11-21T02:00:00Z"));
        assert_eq!(
            window(None, None, Some("7d"), true).unwrap(),
            texts("2026-11-14T02:00:00Z", "2026-11-21T02:00:00Z")
        );
        assert_eq!(
            window(None, Some("2026-12-01T00:00:00Z"), Some("90m"), true).unwrap(),
            texts("2026-11-21T00:30:00Z", "2026-11-21T02:00:00Z")
        );
    }

    #[test]
    fn file_windows_are_open_unless_given() {
        assert_eq!(window(None, None, None, false).unwrap(), texts("open", "open"));
        assert_eq!(
            window(Some("2026-11-20T00:00:00+01:00"), None, None, false).unwrap(),
            texts("2026-11-19T23:00:00Z", "open")
        );
    }

    #[test]
    fn unusable_times_are_named() {
        for (start, end, last) in [
            (Some("yesterday"), None, None),
            (None, Some("..."), None),
            (None, None, Some("7 days")),
            (None, None, Some("0h")),
            (None, None, Some("-1h")),
            (None, None, Some("")),
            (None, None, Some("99999999999999w")),
            (None, None, Some("7é")),
            (Some("2026-11-21T00:00:00Z"), Some("2026-11-20T00:00:00Z"), None),
        ] {
            let failure = window(start, end, last, true).unwrap_err();
            assert!(failure.to_string().contains('`'), "{failure}");
        }
    }

    #[test]
    fn unknown_arguments_are_refused_by_name() {
        let error = serde_json::from_str::<CloudTrailArguments>(r#"{"regoins":["eu-west-1"]}"#).unwrap_err();
        assert!(error.to_string().contains("regoins"), "{error}");
    }
}
