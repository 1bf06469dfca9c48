//! Which records an analysis is about. One definition for live collection and files: what a service cannot filter is
//! filtered here, and what this leaves out is counted as excluded.

use jiff::Timestamp;

use crate::{Compliance, EventView, FindingView, RecordState, Severity, TimeWindow, Untrusted, Workflow};

/// Why a record is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion {
    /// Outside the time window, or of unknown time while a window is set.
    Window,
    /// A filter the caller gave.
    Filter,
    /// Not part of the working set.
    WorkingSet,
}

/// Which CloudTrail events count. An empty list means "any".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventFilter {
    /// Window on `eventTime`.
    pub window: TimeWindow,
    /// Account ids.
    pub accounts: Vec<String>,
    /// Regions (`awsRegion`).
    pub regions: Vec<String>,
    /// Event names, exact; a version suffix in the record is ignored (`UpdateFunctionCode` matches
    /// `UpdateFunctionCode20150331v2`).
    pub event_names: Vec<String>,
    /// Event sources, with or without `.amazonaws.com`.
    pub event_sources: Vec<String>,
    /// Principals: ARN, user name, role name, session name or principal id, exact.
    pub principals: Vec<String>,
    /// Access key ids.
    pub access_key_ids: Vec<String>,
    /// Source IP addresses, exact.
    pub source_ips: Vec<String>,
    /// `Some(false)`: writes only; `Some(true)`: reads only.
    pub read_only: Option<bool>,
    /// Only failed operations.
    pub failed_only: bool,
}

impl EventFilter {
    /// Whether `event` counts, and if not, why.
    ///
    /// # Errors
    /// The first reason for leaving it out, the window before filters.
    pub fn admit(&self, event: &EventView<'_>) -> Result<(), Exclusion> {
        if !self.window.is_unbounded() && !event.event_time.is_some_and(|time| self.window.contains(time)) {
            return Err(Exclusion::Window);
        }
        let admitted = any_of(&self.accounts, event.account_id)
            && any_of(&self.regions, event.aws_region)
            && (self.event_names.is_empty()
                || self.event_names.iter().any(|name| {
                    name == event.event_name.for_matching() || name == base_event_name(event.event_name.for_matching())
                }))
            && (self.event_sources.is_empty()
                || self.event_sources.iter().any(|source| same_source(source, event.event_source.for_matching())))
            && (self.principals.is_empty() || self.principals.iter().any(|wanted| is_principal(wanted, event)))
            && any_of(&self.access_key_ids, event.identity.access_key_id)
            && any_of(&self.source_ips, event.source_ip)
            && (self.read_only.is_none() || self.read_only == event.read_only)
            && (!self.failed_only || event.error_code.is_some());
        if admitted { Ok(()) } else { Err(Exclusion::Filter) }
    }
}

/// An event name without its API version suffix: `UpdateFunctionCode20150331v2` is `UpdateFunctionCode`.
#[must_use]
pub fn base_event_name(name: &str) -> &str {
    let unversioned = name.rsplit_once('v').map_or(name, |(head, tail)| {
        let is_revision = !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_digit());
        if is_revision && head.bytes().last().is_some_and(|b| b.is_ascii_digit()) { head } else { name }
    });
    let digits = unversioned.bytes().rev().take_while(u8::is_ascii_digit).count();
    if digits != 8 {
        return name;
    }
    match unversioned.get(..unversioned.len() - digits) {
        Some(base) if !base.is_empty() => base,
        _ => name,
    }
}

/// An `eventSource` as people write it: `iam` for `iam.amazonaws.com`.
#[must_use]
pub fn service_name(event_source: &str) -> &str {
    event_source.strip_suffix(".amazonaws.com").unwrap_or(event_source)
}

fn same_source(wanted: &str, source: &str) -> bool {
    wanted == source || wanted == service_name(source)
}

fn is_principal(wanted: &str, event: &EventView<'_>) -> bool {
    let identity = &event.identity;
    let issuer = identity.session_issuer.unwrap_or_default();
    let arn = identity.arn.map(Untrusted::for_matching);
    let session = arn.and_then(|arn| arn.rsplit('/').next());
    [
        arn,
        session,
        identity.user_name.map(Untrusted::for_matching),
        identity.principal_id.map(Untrusted::for_matching),
        identity.on_behalf_of.map(Untrusted::for_matching),
        issuer.arn.map(Untrusted::for_matching),
        issuer.user_name.map(Untrusted::for_matching),
    ]
    .into_iter()
    .flatten()
    .any(|name| name == wanted)
}

fn any_of(wanted: &[String], value: Option<Untrusted<'_>>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|w| w == value.for_matching()))
}

/// Which findings make up the working set. The default is what an analyst works on: active, new or notified, not passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkingSet {
    /// Also `Workflow.Status` RESOLVED.
    pub resolved: bool,
    /// Also `Workflow.Status` SUPPRESSED.
    pub suppressed: bool,
    /// Also `RecordState` ARCHIVED.
    pub archived: bool,
    /// Also `Compliance.Status` PASSED.
    pub passed: bool,
}

impl WorkingSet {
    /// Everything.
    pub const ALL: Self = Self { resolved: true, suppressed: true, archived: true, passed: true };

    /// Whether a finding in these states belongs. States this version does not know belong: unknown is not "done".
    #[must_use]
    pub const fn holds(self, state: RecordState, workflow: Workflow, compliance: Compliance) -> bool {
        (self.archived || !matches!(state, RecordState::Archived))
            && (self.suppressed || !matches!(workflow, Workflow::Suppressed))
            && (self.resolved || !matches!(workflow, Workflow::Resolved))
            && (self.passed || !matches!(compliance, Compliance::Passed))
    }

    /// The working set in words, as answers state it.
    #[must_use]
    pub fn describe(self) -> String {
        let mut workflow = vec!["NEW", "NOTIFIED"];
        if self.suppressed {
            workflow.push("SUPPRESSED");
        }
        if self.resolved {
            workflow.push("RESOLVED");
        }
        format!(
            "RecordState {}; Workflow {}; Compliance {}; absent RecordState or Workflow counts as ACTIVE or NEW",
            if self.archived { "ACTIVE or ARCHIVED" } else { "ACTIVE" },
            workflow.join(" or "),
            if self.passed { "any" } else { "not PASSED" },
        )
    }
}

/// Which findings count. An empty list means "any".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FindingFilter {
    /// The working set.
    pub working_set: WorkingSet,
    /// Severities.
    pub severities: Vec<Severity>,
    /// Account ids.
    pub accounts: Vec<String>,
    /// Regions of the finding.
    pub regions: Vec<String>,
    /// Resource ids, exact, in any of the finding's resources.
    pub resources: Vec<String>,
    /// Product names, any case.
    pub products: Vec<String>,
    /// Control ids, any case.
    pub controls: Vec<String>,
    /// Only findings updated at or after this instant.
    pub updated_since: Option<Timestamp>,
}

impl FindingFilter {
    /// Whether `finding` counts, and if not, why.
    ///
    /// # Errors
    /// The first reason for leaving it out: filters before the working set, so that [`Exclusion::WorkingSet`] means
    /// "would count if the working set were wider".
    pub fn admit(&self, finding: &FindingView<'_>) -> Result<(), Exclusion> {
        if let Some(since) = self.updated_since
            && finding.updated_at.is_none_or(|updated| updated < since)
        {
            return Err(Exclusion::Window);
        }
        let any_case = |wanted: &[String], value: Option<Untrusted<'_>>| {
            wanted.is_empty()
                || value.is_some_and(|value| wanted.iter().any(|w| w.eq_ignore_ascii_case(value.for_matching())))
        };
        let admitted = (self.severities.is_empty() || self.severities.contains(&finding.severity))
            && any_of(&self.accounts, finding.account_id)
            && any_of(&self.regions, finding.region)
            && (self.resources.is_empty()
                || finding.resources.iter().any(|r| self.resources.iter().any(|w| w == r.id.for_matching())))
            && any_case(&self.products, finding.product_name)
            && any_case(&self.controls, finding.control_id);
        if !admitted {
            return Err(Exclusion::Filter);
        }
        if self.working_set.holds(finding.record_state, finding.workflow, finding.compliance) {
            Ok(())
        } else {
            Err(Exclusion::WorkingSet)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_suffixes_are_stripped_and_nothing_else_is() {
        assert_eq!(base_event_name("UpdateFunctionCode20150331v2"), "UpdateFunctionCode");
        assert_eq!(base_event_name("ListFunctions20150331"), "ListFunctions");
        assert_eq!(base_event_name("GetBucketAcl"), "GetBucketAcl");
        assert_eq!(base_event_name("CreateDBInstance2"), "CreateDBInstance2");
        assert_eq!(base_event_name("Describev1"), "Describev1");
        assert_eq!(base_event_name("20150331"), "20150331");
        assert_eq!(base_event_name(""), "");
    }

    #[test]
    fn the_default_working_set_is_what_an_analyst_works_on() {
        let set = WorkingSet::default();
        assert!(set.holds(RecordState::Active, Workflow::New, Compliance::Failed));
        assert!(set.holds(RecordState::Active, Workflow::Notified, Compliance::None));
        assert!(set.holds(RecordState::Other, Workflow::Other, Compliance::Other));
        assert!(!set.holds(RecordState::Archived, Workflow::New, Compliance::Failed));
        assert!(!set.holds(RecordState::Active, Workflow::Suppressed, Compliance::Failed));
        assert!(!set.holds(RecordState::Active, Workflow::Resolved, Compliance::Failed));
        assert!(!set.holds(RecordState::Active, Workflow::New, Compliance::Passed));
        assert!(WorkingSet::ALL.holds(RecordState::Archived, Workflow::Resolved, Compliance::Passed));
    }
}
