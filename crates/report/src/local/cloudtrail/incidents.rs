//! Incidents: who, when, and what is still live; each in one line.

use security_model::summary::EventsSummary;
use security_model::{Incident, LastingChange};

use crate::facts::{INCIDENTS, MOST_INCIDENTS};
use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::text::{OTHERS, counted, length, minute, names};

/// Changes named of each, unless everything is wanted.
const CHANGES: usize = 2;

/// Nothing where there is none: the summary says so.
pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let incidents = case.incidents;
    (!incidents.is_empty()).then(|| Section {
        heading: "Incidents",
        keep: Keep::Urgent,
        path: INCIDENTS,
        lead: vec![],
        rows: incidents
            .iter()
            .take(case.detail.urgent_rows().min(MOST_INCIDENTS))
            .zip(1..)
            .map(|(incident, rank)| row(case, rank, incident))
            .collect(),
        first: 1,
        total: length(incidents),
    })
}

/// What an incident is called within a sentence: `` `incident-1` by `user/mara` ``.
pub(super) fn called(case: &Case<'_, EventsSummary>, incident: &Incident) -> String {
    format!("`{}`{}", incident.id, case.first(" by ", [&incident.actor.principal]))
}

fn row(case: &Case<'_, EventsSummary>, rank: u64, incident: &Incident) -> String {
    let level = incident.level.as_str().to_uppercase();
    let (first, last) = (&incident.first_seen, &incident.last_seen);
    let times = first.as_deref().and_then(minute).zip(last.as_deref().and_then(minute));
    let when = times.map_or_else(String::new, |(first, last)| format!(", from {first} to {last}"));
    format!("{rank}. **{level}**: {}{when}. {}.", called(case, incident), still_live(case, incident))
}

fn still_live(case: &Case<'_, EventsSummary>, incident: &Incident) -> String {
    let live = &incident.still_live;
    let most = if case.is_full() { case.detail.names() } else { CHANGES };
    let change = |change: &LastingChange| Some(format!("{} {}", change.kind, case.name(&change.name)?));
    let shown: Vec<String> = live.iter().filter_map(change).take(most).collect();
    match shown.len() {
        _ if live.is_empty() => "Nothing that it changed is still live".to_owned(),
        0 => counted(length(live), "change still live", "changes still live"),
        _ => format!(
            "{}: {}",
            counted(length(live), "change still live", "changes still live"),
            names(shown, live.len(), OTHERS)
        ),
    }
}
