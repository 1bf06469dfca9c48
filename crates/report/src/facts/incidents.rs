//! Facts and rows of incidents: who, from where, what lasts, and which calls make up the story.
//!
//! An incident's own words (title, reasons, summaries of its timeline) hold names that an attacker chose, so none of them
//! becomes a reason of a row: names stand as names, and what is said of them are words of ours.

use security_model::{Incident, LastingChange, Level, SafeText, Severity, TextKind, TimelineEntry, Unit};

use super::builder::{Builder, Described, Metric, count, identifier, name};
use crate::{Name, NameKind, arn};

/// List of incidents.
pub(crate) const INCIDENTS: &str = "incidents";
const LEFT_BEHIND: &str = "incidents.left_behind";
const TIMELINE: &str = "incidents.timeline";

/// Incidents that become rows: a report tells of the worst.
pub(crate) const MOST_INCIDENTS: usize = 5;
/// Lasting changes, and calls of the timeline, of each.
const MOST_CHANGES: usize = 30;
const MOST_CALLS: usize = 30;

/// How many there are and what lasts of them, and the same of each.
pub(super) fn numbers(builder: &mut Builder, incidents: &[Incident]) {
    let sum = |of: fn(&Incident) -> usize| incidents.iter().map(|incident| count(of(incident))).sum::<u64>();
    builder.single(ALL, count(incidents.len()), None);
    if incidents.is_empty() {
        return;
    }
    builder.single(STILL_LIVE, sum(|incident| incident.still_live.len()), None);
    builder.single(LEFT, sum(|incident| incident.left_behind.len()), None);
    for (index, incident) in incidents.iter().take(MOST_INCIDENTS).enumerate() {
        for (metric, value) in [
            (SCORE, u64::from(incident.score)),
            (STILL_LIVE, count(incident.still_live.len())),
            (LEFT, count(incident.left_behind.len())),
        ] {
            builder.named_in(INCIDENTS, metric, index, &incident.id, value);
        }
    }
}

/// One row per incident, per change that lasts and per call of the timeline.
pub(super) fn rows(builder: &mut Builder, incidents: &[Incident]) {
    let first = || incidents.iter().take(MOST_INCIDENTS);
    for (index, incident) in first().enumerate() {
        builder.row(INCIDENTS, None, index, story(incident));
    }
    let changes = first().flat_map(|incident| {
        incident.left_behind.iter().take(MOST_CHANGES).map(move |change| lasting(incident, change))
    });
    for (index, change) in changes.enumerate() {
        builder.row(LEFT_BEHIND, None, index, change);
    }
    let calls =
        first().flat_map(|incident| incident.timeline.iter().take(MOST_CALLS).map(move |entry| call(incident, entry)));
    for (index, call) in calls.enumerate() {
        builder.row(TIMELINE, None, index, call);
    }
}

fn story(incident: &Incident) -> Described {
    let actor = &incident.actor;
    let mut names = vec![id(incident), name(NameKind::Principal, &actor.principal)];
    names.extend(actor.account.iter().map(|account| name(NameKind::Account, account)));
    names.extend(actor.source_ips.iter().map(|from| Name { kind: NameKind::SourceIp, text: before(from, ", ") }));
    names.extend(actor.access_keys.iter().map(|key| name(NameKind::Resource, key)));
    names.extend(identities(incident).skip(1).map(|text| Name { kind: NameKind::Principal, text }));
    Described {
        names,
        severity: Some(severity(incident.level)),
        times: [&incident.first_seen, &incident.last_seen].into_iter().flatten().cloned().collect(),
        reason: format!("Tactics in order: {}", incident.tactics.join(", ")),
    }
}

/// A change with what it was made to, in whole and in parts: `user / policy`.
fn lasting(incident: &Incident, change: &LastingChange) -> Described {
    let mut names = vec![name(NameKind::Resource, &change.name), id(incident)];
    let parts = change.name.as_str().split(" / ").filter(|part| *part != change.name.as_str());
    names.extend(
        parts.map(|part| Name { kind: NameKind::Resource, text: SafeText::from_raw(part, TextKind::Reference) }),
    );
    names.push(name(NameKind::Principal, &incident.actor.principal));
    let fate = if incident.still_live.contains(change) { "still live" } else { "taken back" };
    let reason = format!("{}, {fate}", change.kind);
    Described { names, severity: None, times: change.time.iter().cloned().collect(), reason }
}

/// A call with the identities that its summary says made it.
fn call(incident: &Incident, entry: &TimelineEntry) -> Described {
    let mut names = vec![name(NameKind::EventName, &entry.event_name), id(incident)];
    let summary = entry.summary.as_str();
    let said = |text: &SafeText| {
        let text = text.as_str();
        let short = arn::resource(text).unwrap_or(text);
        summary.contains(&format!("`{short}`")) || summary.contains(&format!("`{text}`"))
    };
    names.extend(identities(incident).filter(said).map(|text| Name { kind: NameKind::Principal, text }));
    Described {
        names,
        severity: None,
        times: entry.time.iter().cloned().collect(),
        reason: entry.tactic.clone().unwrap_or_default(),
    }
}

/// The first identity and those it used, each once.
fn identities(incident: &Incident) -> impl Iterator<Item = SafeText> {
    let principal = &incident.actor.principal;
    let chain = incident.actor.chain.iter().map(|link| before(link, " ("));
    std::iter::once(principal.clone()).chain(chain.filter(move |text| text != principal))
}

fn id(incident: &Incident) -> Name {
    Name { kind: NameKind::Incident, text: identifier(&incident.id) }
}

/// A name without what is said about it behind the last `mark`.
fn before(text: &SafeText, mark: &str) -> SafeText {
    match text.as_str().split_once(mark) {
        Some((name, _)) => SafeText::from_raw(name, TextKind::Name),
        None => text.clone(),
    }
}

pub(super) const fn severity(level: Level) -> Severity {
    match level {
        Level::Critical => Severity::Critical,
        Level::High => Severity::High,
        Level::Medium => Severity::Medium,
        Level::Low => Severity::Low,
        Level::Informational => Severity::Informational,
    }
}

const ALL: Metric = Metric {
    path: "incidents.length",
    unit: Unit::Incidents,
    derivation: "Incidents: detections of one actor that hang together, with one of medium level or above.",
};
const STILL_LIVE: Metric = Metric {
    path: "incidents.still_live.length",
    unit: Unit::Changes,
    derivation: "Changes of an incident that nobody had taken back when the records end.",
};
const LEFT: Metric = Metric {
    path: "incidents.left_behind.length",
    unit: Unit::Changes,
    derivation: "Changes of an incident that last, those taken back later included.",
};
const SCORE: Metric = Metric {
    path: "incidents.score",
    unit: Unit::Points,
    derivation: "How much an incident matters, from 0 to 100, by the reasons that it lists.",
};
