//! What may be asked about CloudTrail events.

use clap::Args;
use jiff::{Span, Timestamp};
use report::requirement::StatedRequirement;
use schemars::JsonSchema;
use security_model::{EventFilter, TimeWindow};
use serde::{Deserialize, Serialize};

use super::report::requirement;
use super::time::{age, instant};
use super::{BudgetArgument, Detail, ReportArguments, WriterArgument};
use super::{check_accounts, named_regions, stated};
use crate::error::Failure;

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
    /// What the report has to be, besides the built-in requirements or in the place of one of the same name; 10 in all.
    /// As a flag: 'name: description', repeatable, '!name: …' when mandatory.
    #[arg(long = "requirement", value_name = "REQUIREMENT", value_parser = requirement)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<StatedRequirement>,
    /// How often a model's draft may be sent back: low 1, medium 3, high 6 times. Default: low.
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetArgument>,
    /// Who writes the report, of what the operator has configured; local: no model. Default: auto.
    #[arg(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writer: Option<WriterArgument>,
    /// analysis_id of analyze_aws_security_hub: incidents then name its findings on the same resources and keys.
    #[arg(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings_from: Option<String>,
    /// How much the answer carries.
    #[arg(long, value_enum, default_value_t)]
    pub detail: Detail,
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

    /// What is asked about the report.
    #[must_use]
    pub fn report(&self) -> ReportArguments<'_> {
        ReportArguments {
            requirements: &self.requirements,
            budget: self.budget.map(Into::into).unwrap_or_default(),
            writer: self.writer,
        }
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

#[cfg(test)]
mod tests {
    use security_model::{parse_timestamp, rfc3339};

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
