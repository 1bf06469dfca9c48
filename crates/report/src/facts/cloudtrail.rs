//! Facts of a CloudTrail answer.

use security_model::evidence::ids::{self, List};
use security_model::summary::EventsSummary;
use security_model::summary::NamedCount;
use security_model::summary::cloudtrail::EventCount;
use security_model::{Coverage, Fact, SafeText, Unit};

use super::{Column, Facts, Metric, length};

/// The facts of a CloudTrail answer, most important first.
///
/// Counts are in events, except those about the reading (records, files) and numbers of distinct principals.
#[must_use]
pub fn cloudtrail_facts(events: &EventsSummary, coverage: &Coverage) -> Vec<Fact> {
    let mut facts = Facts::default();
    let (failed, logins) = (&events.failed_operations, &events.console_logins);
    for (metric, value, evidence) in [
        (TOTAL, events.total, Some(ids::EVENTS)),
        (HIGH_RISK_TOTAL, events.high_risk.iter().map(|row| row.count).sum(), Some(ids::HIGH_RISK)),
        (FAILED_TOTAL, failed.total, Some(ids::FAILED)),
        (DRY_RUN, failed.dry_run, Some(ids::DRY_RUNS)),
        (LOGINS_SUCCEEDED, logins.succeeded, Some(ids::CONSOLE_SUCCEEDED)),
        (LOGINS_FAILED, logins.failed, Some(ids::CONSOLE_FAILED)),
        (LOGINS_WITHOUT_MFA, logins.without_mfa, Some(ids::CONSOLE_WITHOUT_MFA)),
        (LOGINS_WITHOUT_MFA_FEDERATED, logins.without_mfa_federated, None),
        (ROOT, events.root_activity, Some(ids::ROOT)),
        (READ, events.read, Some(ids::READS)),
        (WRITE, events.write, Some(ids::WRITES)),
        (READ_WRITE_UNKNOWN, events.read_write_unknown, None),
        (DISTINCT_PRINCIPALS, length(&events.by_principal, &events.truncated, "by_principal"), None),
    ] {
        facts.single(metric, value, evidence);
    }
    facts.coverage(coverage);
    facts.columns(&counts(events));
    facts.columns(&further_columns(events));
    facts.0
}

fn by_name(row: &NamedCount) -> (&SafeText, u64) {
    (&row.name, row.count)
}

fn by_event(row: &EventCount) -> (&SafeText, u64) {
    (&row.event_name, row.count)
}

/// In order of importance.
fn counts(events: &EventsSummary) -> Vec<Column<'_>> {
    let failed = &events.failed_operations;
    vec![
        Column::new(HIGH_RISK, Some(List::HighRisk), &events.high_risk, |row| (&row.event_name, row.count)),
        Column::new(FAILED_BY_ERROR, Some(List::Error), &failed.by_error, by_name),
        Column::new(FAILED_BY_PRINCIPAL, Some(List::FailedPrincipal), &failed.by_principal, by_name),
        Column::new(BY_PRINCIPAL, Some(List::Principal), &events.by_principal, |row| (&row.principal, row.count)),
        Column::new(BY_SOURCE_IP, Some(List::SourceIp), &events.by_source_ip, |row| (&row.ip, row.count)),
        Column::new(FAILED_BY_EVENT, Some(List::FailedEvent), &failed.by_event, by_event),
        Column::new(BY_EVENT, Some(List::Event), &events.by_event, by_event),
        Column::new(BY_REGION, Some(List::Region), &events.by_region, by_name),
        Column::new(BY_USER_AGENT, Some(List::UserAgent), &events.by_user_agent_family, by_name),
    ]
}

/// Second numbers of the same rows. Their records are not all of the row's, so they cite no evidence of their own.
fn further_columns(events: &EventsSummary) -> Vec<Column<'_>> {
    vec![
        Column::new(HIGH_RISK_FAILED, None, &events.high_risk, |row| (&row.event_name, row.failed)),
        Column::new(PRINCIPAL_FAILED, None, &events.by_principal, |row| (&row.principal, row.failed)),
        Column::new(PRINCIPALS_OF_IP, None, &events.by_source_ip, |row| (&row.ip, row.principal_count)),
    ]
}

const fn events(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Events, derivation }
}

const fn principals(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Principals, derivation }
}

const TOTAL: Metric = events("events.total", "Events within the window that pass the filters.");
const HIGH_RISK_TOTAL: Metric =
    events("events.high_risk", "Sum of events.high_risk[].count: calls in the catalogue of high-risk APIs.");
const FAILED_TOTAL: Metric =
    events("events.failed_operations.total", "Events with an errorCode, dry-run answers apart.");
const DRY_RUN: Metric =
    events("events.failed_operations.dry_run", "Events whose errorCode says that a dry run would have succeeded.");
const LOGINS_SUCCEEDED: Metric =
    events("events.console_logins.succeeded", "ConsoleLogin events whose responseElements.ConsoleLogin is Success.");
const LOGINS_FAILED: Metric =
    events("events.console_logins.failed", "ConsoleLogin events whose responseElements.ConsoleLogin is Failure.");
const LOGINS_WITHOUT_MFA: Metric = events(
    "events.console_logins.without_mfa",
    "Successful ConsoleLogin events whose additionalEventData.MFAUsed is No.",
);
const LOGINS_WITHOUT_MFA_FEDERATED: Metric = events(
    "events.console_logins.without_mfa_federated",
    "Of the sign-ins without MFA, those through federation, where AWS does not see the second factor.",
);
const ROOT: Metric =
    events("events.root_activity", "Events whose userIdentity.type is Root, without those a service made on its own.");
const READ: Metric = events("events.read", "Events with readOnly true.");
const WRITE: Metric = events("events.write", "Events with readOnly false.");
const READ_WRITE_UNKNOWN: Metric = events("events.read_write_unknown", "Events without readOnly.");
const DISTINCT_PRINCIPALS: Metric =
    principals("events.by_principal.length", "Distinct principals, role sessions folded to their role.");
const HIGH_RISK: Metric = events("events.high_risk.count", "Calls of this high-risk API, failed ones included.");
const HIGH_RISK_FAILED: Metric =
    events("events.high_risk.failed", "Calls of this high-risk API that carry an errorCode.");
const FAILED_BY_ERROR: Metric =
    events("events.failed_operations.by_error", "Failed operations with this errorCode, dry-run answers apart.");
const FAILED_BY_PRINCIPAL: Metric =
    events("events.failed_operations.by_principal", "Failed operations of this principal, dry-run answers apart.");
const FAILED_BY_EVENT: Metric =
    events("events.failed_operations.by_event", "Failed operations of this eventName, dry-run answers apart.");
const BY_PRINCIPAL: Metric =
    events("events.by_principal", "Events of this principal, role sessions folded to their role.");
const PRINCIPAL_FAILED: Metric =
    events("events.by_principal.failed", "Failed operations of this principal, dry-run answers apart.");
const BY_SOURCE_IP: Metric = events("events.by_source_ip", "Events with this sourceIPAddress.");
const PRINCIPALS_OF_IP: Metric =
    principals("events.by_source_ip.principal_count", "Distinct principals seen from this sourceIPAddress.");
const BY_EVENT: Metric = events("events.by_event", "Events with this eventName and eventSource.");
const BY_REGION: Metric = events("events.by_region", "Events with this awsRegion.");
const BY_USER_AGENT: Metric = events("events.by_user_agent_family", "Events whose userAgent belongs to this family.");
