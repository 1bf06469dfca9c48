//! Lists of a CloudTrail answer: their numbers, and what each row names.

use std::cmp::Reverse;

use security_model::evidence::ids::List;
use security_model::summary::cloudtrail::{EventCount, HighRiskCount, PrincipalCount, SourceIpCount, SourceIpKind};
use security_model::summary::{EventsSummary, NamedCount};
use security_model::{SafeText, Unit};

use super::ROWS;
use super::builder::{Builder, Column, Described, Listing, Metric, identifier, name};
use super::countries;
use super::rating::fails_often;
use crate::{Name, NameKind};

/// Failing principals of whom a report may speak although they are not among the busiest.
const FAILING: usize = 10;

/// The lists, with the positions of each that become facts and rows.
pub(super) struct Lists<'a> {
    high_risk: Listing<'a, HighRiskCount>,
    errors: Listing<'a, NamedCount>,
    failed_principals: Listing<'a, NamedCount>,
    principals: Listing<'a, PrincipalCount>,
    source_ips: Listing<'a, SourceIpCount>,
    failed_events: Listing<'a, EventCount>,
    events: Listing<'a, EventCount>,
    regions: Listing<'a, NamedCount>,
    agents: Listing<'a, NamedCount>,
}

impl<'a> Lists<'a> {
    pub(super) fn of(events: &'a EventsSummary) -> Self {
        let failed = &events.failed_operations;
        Self {
            high_risk: Listing::first("events.high_risk", Some(List::HighRisk), &events.high_risk),
            errors: Listing::first(FAILED_BY_ERROR.path, Some(List::Error), &failed.by_error),
            failed_principals: Listing::first(
                FAILED_BY_PRINCIPAL.path,
                Some(List::FailedPrincipal),
                &failed.by_principal,
            ),
            principals: Listing::first(BY_PRINCIPAL.path, Some(List::Principal), &events.by_principal)
                .with(notable_principals(&events.by_principal)),
            source_ips: Listing::first(BY_SOURCE_IP.path, Some(List::SourceIp), &events.by_source_ip)
                .with(public_addresses(&events.by_source_ip)),
            failed_events: Listing::first(FAILED_BY_EVENT.path, Some(List::FailedEvent), &failed.by_event),
            events: Listing::first(BY_EVENT.path, Some(List::Event), &events.by_event)
                .with(positions(&events.by_event, |row| row.event_name.as_str() == "ConsoleLogin").into_iter().take(1)),
            regions: Listing::first(BY_REGION.path, Some(List::Region), &events.by_region),
            agents: Listing::first(BY_USER_AGENT.path, Some(List::UserAgent), &events.by_user_agent_family),
        }
    }

    /// The number that each list is ranked by, in order of importance.
    pub(super) fn columns(&self) -> Vec<Column<'a>> {
        vec![
            self.high_risk.counted(HIGH_RISK, |row| (&row.event_name, row.count)),
            self.errors.counted(FAILED_BY_ERROR, by_name),
            self.failed_principals.counted(FAILED_BY_PRINCIPAL, by_name),
            self.principals.counted(BY_PRINCIPAL, |row| (&row.principal, row.count)),
            self.source_ips.counted(BY_SOURCE_IP, |row| (&row.ip, row.count)),
            self.failed_events.counted(FAILED_BY_EVENT, by_event),
            self.events.counted(BY_EVENT, by_event),
            self.regions.counted(BY_REGION, by_name),
            self.agents.counted(BY_USER_AGENT, by_name),
        ]
    }

    /// Further numbers of the same rows.
    pub(super) fn further_numbers(&self, builder: &mut Builder) {
        let columns = [
            self.high_risk.column(HIGH_RISK_FAILED, |row| (&row.event_name, row.failed)),
            self.high_risk.column(HIGH_RISK_SUCCEEDED, |row| (&row.event_name, row.count.saturating_sub(row.failed))),
            self.high_risk.column(HIGH_RISK_CALLERS, |row| (&row.event_name, callers(row))),
            self.principals.column(PRINCIPAL_FAILED, |row| (&row.principal, row.failed)),
            self.principals.column(PRINCIPAL_SESSIONS, |row| (&row.principal, row.session_count)),
            self.source_ips.column(PRINCIPALS_OF_IP, |row| (&row.ip, row.principal_count)),
        ];
        builder.heads(&columns);
        builder.tails(&columns);
    }

    /// What each row names.
    pub(super) fn rows(&self, builder: &mut Builder) {
        builder.list(&self.high_risk, high_risk);
        builder.list(&self.errors, |row| named(NameKind::ErrorCode, &row.name));
        builder.list(&self.failed_principals, |row| named(NameKind::Principal, &row.name));
        builder.list(&self.principals, principal);
        builder.list(&self.source_ips, source_ip);
        builder.list(&self.failed_events, event);
        builder.list(&self.events, event);
        builder.list(&self.regions, |row| named(NameKind::Region, &row.name));
        builder.list(&self.agents, |row| named(NameKind::UserAgentFamily, &row.name));
    }
}

/// Root, those with the most failures, and those of whose events many failed.
fn notable_principals(principals: &[PrincipalCount]) -> Vec<usize> {
    let failing = |wanted: fn(&PrincipalCount) -> bool| {
        let mut failing = positions(principals, wanted);
        failing.sort_by_key(|index| Reverse(principals.get(*index).map_or(0, |row| row.failed)));
        failing.into_iter().take(FAILING)
    };
    let mut notable: Vec<usize> = failing(|row| row.failed > 0).collect();
    notable.extend(failing(|row| fails_often(row.count, row.failed)));
    notable.extend(positions(principals, |row| row.kind.as_str() == "Root").into_iter().take(FAILING));
    notable
}

fn public_addresses(addresses: &[SourceIpCount]) -> Vec<usize> {
    let mut public = positions(addresses, |row| row.kind == SourceIpKind::Public);
    public.truncate(ROWS);
    public
}

fn positions<T>(list: &[T], wanted: impl Fn(&T) -> bool) -> Vec<usize> {
    list.iter().enumerate().filter(|(_, row)| wanted(row)).map(|(index, _)| index).collect()
}

fn by_name(row: &NamedCount) -> (&SafeText, u64) {
    (&row.name, row.count)
}

fn by_event(row: &EventCount) -> (&SafeText, u64) {
    (&row.event_name, row.count)
}

fn callers(row: &HighRiskCount) -> u64 {
    super::builder::count(row.principals.len())
}

fn named(kind: NameKind, text: &SafeText) -> Described {
    Described { names: vec![name(kind, text)], ..Described::default() }
}

fn high_risk(row: &HighRiskCount) -> Described {
    let mut names = vec![name(NameKind::EventName, &row.event_name), name(NameKind::EventSource, &row.event_source)];
    names.extend(row.principals.iter().map(|principal| name(NameKind::Principal, principal)));
    let technique = |id: &String| Name { kind: NameKind::Technique, text: identifier(id) };
    names.extend(row.techniques.iter().map(technique));
    Described { names, reason: row.reason.clone(), ..Described::default() }
}

fn principal(row: &PrincipalCount) -> Described {
    let mut names = vec![name(NameKind::Principal, &row.principal), name(NameKind::PrincipalType, &row.kind)];
    names.extend(row.account.iter().map(|account| name(NameKind::Account, account)));
    names.extend(row.sessions.iter().map(|session| name(NameKind::Session, session)));
    Described { names, ..Described::default() }
}

fn source_ip(row: &SourceIpCount) -> Described {
    let reason = match row.kind {
        SourceIpKind::Public => "public address",
        SourceIpKind::Private => "private address",
        SourceIpKind::AwsService => "AWS service",
        SourceIpKind::Unparseable => "neither an address nor an AWS service",
    };
    let mut names = vec![name(NameKind::SourceIp, &row.ip)];
    names.extend(row.country.iter().map(|country| countries::name(country)));
    Described { names, reason: reason.to_owned(), ..Described::default() }
}

fn event(row: &EventCount) -> Described {
    let names = vec![name(NameKind::EventName, &row.event_name), name(NameKind::EventSource, &row.event_source)];
    Described { names, ..Described::default() }
}

const fn events(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Events, derivation }
}

const fn principals(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Principals, derivation }
}

const HIGH_RISK: Metric = events("events.high_risk.count", "Calls of this high-risk API, failed ones included.");
const HIGH_RISK_FAILED: Metric =
    events("events.high_risk.failed", "Calls of this high-risk API that carry an errorCode.");
const HIGH_RISK_SUCCEEDED: Metric =
    events("events.high_risk.succeeded", "Calls of this high-risk API that do not carry an errorCode.");
const HIGH_RISK_CALLERS: Metric =
    principals("events.high_risk.principals.length", "Distinct principals that called this high-risk API.");
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
const PRINCIPAL_SESSIONS: Metric = Metric {
    path: "events.by_principal.session_count",
    unit: Unit::Sessions,
    derivation: "Distinct sessions of this principal.",
};
const BY_SOURCE_IP: Metric = events("events.by_source_ip", "Events with this sourceIPAddress.");
const PRINCIPALS_OF_IP: Metric =
    principals("events.by_source_ip.principal_count", "Distinct principals seen from this sourceIPAddress.");
const BY_EVENT: Metric = events("events.by_event", "Events with this eventName and eventSource.");
const BY_REGION: Metric = events("events.by_region", "Events with this awsRegion.");
const BY_USER_AGENT: Metric = events("events.by_user_agent_family", "Events whose userAgent belongs to this family.");
