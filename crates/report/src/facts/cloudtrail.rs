//! Facts of a CloudTrail answer.

use std::collections::BTreeSet;

use security_model::evidence::ids;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::SourceIpKind;
use security_model::{Coverage, Detection, Incident, Scope, Unit};

use super::builder::{Builder, Metric, count, length};
use super::cloudtrail_rows::Lists;
use super::{NOT_SAID, countries, coverage, detections, incidents, required, scope};
use crate::{FactSet, Subject};

/// What a report on a CloudTrail answer may say, and what it must. Without `incidents`, nobody looked for any;
/// `alone` are the detections that belong to none.
///
/// The summary's lists are whole: cutting them for an answer comes after. Counts are in events, except those about the
/// reading (records, files) and numbers of distinct things.
#[must_use]
pub fn cloudtrail_fact_set(
    scope: &Scope,
    coverage: &Coverage,
    summary: &EventsSummary,
    incidents: Option<&[Incident]>,
    alone: &[Detection],
) -> FactSet {
    let lists = Lists::of(summary);
    let mut builder = Builder::default();
    totals(&mut builder, summary);
    if let Some(incidents) = incidents {
        incidents::numbers(&mut builder, incidents);
        detections::numbers(&mut builder, alone);
    }
    coverage::records(&mut builder, coverage);
    let columns = lists.columns();
    builder.heads(&columns);
    further_totals(&mut builder, summary);
    addresses(&mut builder, summary);
    scope::numbers(&mut builder, scope);
    builder.tails(&columns);
    lists.further_numbers(&mut builder);
    incidents::rows(&mut builder, incidents.unwrap_or_default());
    detections::rows(&mut builder, alone);
    lists.rows(&mut builder);
    countries::enter(&mut builder, summary);
    coverage::gaps(&mut builder, coverage);
    let required = required::cloudtrail(&builder, summary.total);
    let Builder { facts, rows, .. } = builder;
    FactSet {
        subject: Subject::CloudTrail,
        as_of: scope.as_of.clone(),
        times: scope::times(scope, [&summary.window.start, &summary.window.end]),
        facts,
        rows,
        names: scope::names(scope),
        required,
    }
}

/// What is asked for first.
fn totals(builder: &mut Builder, events: &EventsSummary) {
    let (failed, logins) = (&events.failed_operations, &events.console_logins);
    let principals = length(&events.by_principal, &events.truncated, "by_principal", |row| &row.principal);
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
        (DISTINCT_PRINCIPALS, principals, None),
    ] {
        builder.single(metric, value, evidence);
    }
}

/// What is asked for next: lengths of lists, and sums over them.
fn further_totals(builder: &mut Builder, events: &EventsSummary) {
    let (failed, logins) = (&events.failed_operations, &events.console_logins);
    let high_risk_failed: u64 = events.high_risk.iter().map(|row| row.failed).sum();
    let high_risk_total: u64 = events.high_risk.iter().map(|row| row.count).sum();
    let callers: BTreeSet<_> = events.high_risk.iter().flat_map(|row| &row.principals).collect();
    let accounts: BTreeSet<_> = events.by_principal.iter().filter_map(|row| row.account.as_ref()).collect();
    let cut = &events.truncated;
    for (metric, value) in [
        (HIGH_RISK_FAILED_TOTAL, high_risk_failed),
        (HIGH_RISK_SUCCEEDED_TOTAL, high_risk_total.saturating_sub(high_risk_failed)),
        (HIGH_RISK_OPERATIONS, length(&events.high_risk, cut, "high_risk", |row| &row.event_name)),
        (HIGH_RISK_CALLERS, count(callers.iter().filter(|name| name.as_str() != NOT_SAID).count())),
        (LOGINS_TOTAL, logins.succeeded.saturating_add(logins.failed)),
        (LOGINS_WITHOUT_MFA_OWN, logins.without_mfa.saturating_sub(logins.without_mfa_federated)),
        (DISTINCT_OPERATIONS, length(&events.by_event, cut, "by_event", |row| &row.event_name)),
        (DISTINCT_REGIONS, length(&events.by_region, cut, "by_region", |row| &row.name)),
        (DISTINCT_AGENTS, length(&events.by_user_agent_family, cut, "by_user_agent_family", |row| &row.name)),
        (PRINCIPAL_ACCOUNTS, count(accounts.len())),
        (SESSIONS, events.by_principal.iter().map(|row| row.session_count).sum()),
        (FAILED_ERRORS, length(&failed.by_error, &failed.truncated, "by_error", |row| &row.name)),
        (FAILED_OPERATIONS, length(&failed.by_event, &failed.truncated, "by_event", |row| &row.event_name)),
        (FAILED_PRINCIPALS, length(&failed.by_principal, &failed.truncated, "by_principal", |row| &row.name)),
    ] {
        builder.single(metric, value, None);
    }
}

/// Source addresses by kind: how many, and the events from them.
fn addresses(builder: &mut Builder, events: &EventsSummary) {
    let whole = length(&events.by_source_ip, &events.truncated, "by_source_ip", |row| &row.ip);
    builder.single(SOURCE_IPS, whole, None);
    for (kind, distinct, of_kind) in [
        (SourceIpKind::Public, PUBLIC_IPS, FROM_PUBLIC),
        (SourceIpKind::Private, PRIVATE_IPS, FROM_PRIVATE),
        (SourceIpKind::AwsService, SERVICES, FROM_SERVICES),
        (SourceIpKind::Unparseable, OTHER_SOURCES, FROM_OTHER),
    ] {
        let rows = || events.by_source_ip.iter().filter(move |row| row.kind == kind);
        builder.single(distinct, count(rows().filter(|row| row.ip.as_str() != NOT_SAID).count()), None);
        builder.single(of_kind, rows().map(|row| row.count).sum(), None);
    }
}

const fn events(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Events, derivation }
}

const fn distinct(path: &'static str, unit: Unit, derivation: &'static str) -> Metric {
    Metric { path, unit, derivation }
}

const TOTAL: Metric = events("events.total", "Events within the window that pass the filters.");
const HIGH_RISK_TOTAL: Metric =
    events("events.high_risk", "Sum of events.high_risk[].count: calls of high-risk APIs, as the rules name them.");
const HIGH_RISK_FAILED_TOTAL: Metric =
    events("events.high_risk.failed", "Sum of events.high_risk[].failed: high-risk calls that carry an errorCode.");
const HIGH_RISK_SUCCEEDED_TOTAL: Metric =
    events("events.high_risk.succeeded", "High-risk calls that do not carry an errorCode.");
const HIGH_RISK_OPERATIONS: Metric =
    distinct("events.high_risk.length", Unit::Operations, "Distinct high-risk APIs called.");
const HIGH_RISK_CALLERS: Metric =
    distinct("events.high_risk.principals.length", Unit::Principals, "Distinct principals of high-risk calls.");
const FAILED_TOTAL: Metric =
    events("events.failed_operations.total", "Events with an errorCode, dry-run answers apart.");
const DRY_RUN: Metric =
    events("events.failed_operations.dry_run", "Events whose errorCode says that a dry run would have succeeded.");
const LOGINS_SUCCEEDED: Metric =
    events("events.console_logins.succeeded", "ConsoleLogin events whose responseElements.ConsoleLogin is Success.");
const LOGINS_FAILED: Metric =
    events("events.console_logins.failed", "ConsoleLogin events whose responseElements.ConsoleLogin is Failure.");
const LOGINS_TOTAL: Metric =
    events("events.console_logins.total", "ConsoleLogin events that say whether they succeeded or failed.");
const LOGINS_WITHOUT_MFA: Metric = events(
    "events.console_logins.without_mfa",
    "Successful ConsoleLogin events whose additionalEventData.MFAUsed is No.",
);
const LOGINS_WITHOUT_MFA_FEDERATED: Metric = events(
    "events.console_logins.without_mfa_federated",
    "Of the sign-ins without MFA, those through federation, where AWS does not see the second factor.",
);
const LOGINS_WITHOUT_MFA_OWN: Metric = events(
    "events.console_logins.without_mfa_not_federated",
    "Of the sign-ins without MFA, those not through federation, where AWS would have seen the second factor.",
);
const ROOT: Metric =
    events("events.root_activity", "Events whose userIdentity.type is Root, without those a service made on its own.");
const READ: Metric = events("events.read", "Events with readOnly true.");
const WRITE: Metric = events("events.write", "Events with readOnly false.");
const READ_WRITE_UNKNOWN: Metric = events("events.read_write_unknown", "Events without readOnly.");
const DISTINCT_PRINCIPALS: Metric = distinct(
    "events.by_principal.length",
    Unit::Principals,
    "Distinct principals, role sessions folded to their role.",
);
const PRINCIPAL_ACCOUNTS: Metric =
    distinct("events.by_principal.accounts.length", Unit::Accounts, "Distinct accounts that the principals belong to.");
const SESSIONS: Metric = distinct(
    "events.by_principal.session_count",
    Unit::Sessions,
    "Sum of events.by_principal[].session_count: distinct sessions of each principal.",
);
const DISTINCT_OPERATIONS: Metric =
    distinct("events.by_event.length", Unit::Operations, "Distinct pairs of eventName and eventSource.");
const DISTINCT_REGIONS: Metric = distinct("events.by_region.length", Unit::Regions, "Distinct awsRegion.");
const DISTINCT_AGENTS: Metric =
    distinct("events.by_user_agent_family.length", Unit::Kinds, "Distinct families of userAgent.");
const FAILED_ERRORS: Metric = distinct(
    "events.failed_operations.by_error.length",
    Unit::Kinds,
    "Distinct errorCode of failed operations, dry-run answers apart.",
);
const FAILED_OPERATIONS: Metric = distinct(
    "events.failed_operations.by_event.length",
    Unit::Operations,
    "Distinct pairs of eventName and eventSource of failed operations.",
);
const FAILED_PRINCIPALS: Metric = distinct(
    "events.failed_operations.by_principal.length",
    Unit::Principals,
    "Distinct principals of failed operations.",
);
const SOURCE_IPS: Metric = distinct(
    "events.by_source_ip.length",
    Unit::Addresses,
    "Distinct sourceIPAddress, names of AWS services among them.",
);
const PUBLIC_IPS: Metric =
    distinct("events.by_source_ip.public.length", Unit::Addresses, "Distinct public addresses in sourceIPAddress.");
const FROM_PUBLIC: Metric = events("events.by_source_ip.public", "Events from a public address.");
const PRIVATE_IPS: Metric =
    distinct("events.by_source_ip.private.length", Unit::Addresses, "Distinct private addresses in sourceIPAddress.");
const FROM_PRIVATE: Metric = events("events.by_source_ip.private", "Events from a private address.");
const SERVICES: Metric = distinct(
    "events.by_source_ip.aws_service.length",
    Unit::Addresses,
    "Distinct names of AWS services in sourceIPAddress.",
);
const FROM_SERVICES: Metric =
    events("events.by_source_ip.aws_service", "Events that an AWS service made on someone's behalf.");
const OTHER_SOURCES: Metric = distinct(
    "events.by_source_ip.unparseable.length",
    Unit::Addresses,
    "Distinct sourceIPAddress that are neither an address nor an AWS service.",
);
const FROM_OTHER: Metric = events(
    "events.by_source_ip.unparseable",
    "Events whose sourceIPAddress is absent, or neither an address nor an AWS service.",
);
