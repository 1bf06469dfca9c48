//! The events of an incident in the order of time, each with its tactic and a sentence.

use jiff::Timestamp;
use security_model::{Level, SafeText, TextKind, TimelineEntry, rfc3339};

use super::group::Group;
use super::seen::Seen;
use crate::behavior::EventIndex;
use crate::detect::{DetectionRow, short_principal};
use crate::hash::HashMap;

/// Most entries of one timeline.
const MOST: usize = 120;
/// Most changes of one detection that the timeline tells beside the event that speaks for it.
const MOST_OF_ONE: usize = 8;

/// One event, and the detection that tells most about it.
struct Told {
    at: EventIndex,
    row: usize,
    level: Level,
    speaks: bool,
}

/// A timeline.
pub(super) struct Timeline {
    pub(super) entries: Vec<TimelineEntry>,
    /// In the order in which they were first seen.
    pub(super) tactics: Vec<String>,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

pub(super) fn of(seen: &Seen<'_>, group: &Group) -> Timeline {
    let mut told = told(seen, group);
    // Of more than there is room for, the worst stay.
    if told.len() > MOST {
        told.sort_by_key(|told| (std::cmp::Reverse(told.level), !told.speaks, seen.position(told.at)));
        told.truncate(MOST);
    }
    told.sort_by_key(|told| seen.position(told.at));

    let mut tactics: Vec<String> = Vec::new();
    let mut entries = Vec::new();
    for one in &told {
        let Some(row) = seen.rows.get(one.row) else { continue };
        let entry = entry(seen, one, row);
        if let Some(tactic) = entry.tactic.as_ref().filter(|tactic| !tactics.contains(tactic)) {
            tactics.push(tactic.clone());
        }
        entries.push(entry);
    }
    let times = || told.iter().filter_map(|one| seen.time(one.at));
    let (first, last) = (times().min().unwrap_or(group.first), times().max().unwrap_or(group.last));
    Timeline { entries, tactics, first, last }
}

/// Every event once, with the worst detection that it speaks for, else that it stands in: those that speak, and changes.
fn told(seen: &Seen<'_>, group: &Group) -> Vec<Told> {
    let mut best: HashMap<EventIndex, Told> = HashMap::default();
    for at in group.anchors.iter().chain(&group.context) {
        let Some(row) = seen.rows.get(*at) else { continue };
        let mut listed = 0;
        for event in &row.events {
            let speaks = row.speaker == Some(*event);
            let within = seen.time(*event).is_some_and(|time| group.spans(time));
            let changes = seen.trail.row(*event).is_some_and(|row| row.read_only == Some(false));
            if !within || (!speaks && (!changes || listed >= MOST_OF_ONE)) {
                continue;
            }
            listed += usize::from(!speaks);
            let level = row.detection.level;
            // A call that two accounts recorded is one step.
            let event = &seen.trail.original(*event);
            let better = best.get(event).is_none_or(|known| (known.speaks, known.level) < (speaks, level));
            if better {
                best.insert(*event, Told { at: *event, row: *at, level, speaks });
            }
        }
    }
    best.into_values().collect()
}

fn entry(seen: &Seen<'_>, told: &Told, row: &DetectionRow) -> TimelineEntry {
    let trail = seen.trail;
    let event = trail.row(told.at);
    let event_id = trail.event_id(told.at, seen.texts);
    let event_name = event.and_then(|event| seen.texts.safe(event.event_name, TextKind::Identifier));
    let event_name = event_name.unwrap_or_else(|| SafeText::from_raw("(none)", TextKind::Identifier));
    TimelineEntry {
        time: event.and_then(|event| event.time).map(rfc3339),
        event_id: Some(event_id).filter(|id| !id.is_empty()).map(|id| SafeText::from_raw(&id, TextKind::Identifier)),
        tactic: row.detection.tactics.first().cloned(),
        summary: if told.speaks { row.detection.reason.clone() } else { summary(seen, told.at, row, &event_name) },
        event_name,
    }
}

/// A sentence on an event that another one speaks for.
fn summary(seen: &Seen<'_>, at: EventIndex, row: &DetectionRow, event_name: &SafeText) -> SafeText {
    // The row may be of several people's events.
    let first = seen.trail.chain(at).map(|chain| chain.first.name.safe());
    let who = short_principal(first.as_ref().unwrap_or(&row.detection.principal)).code_span();
    let target = seen.target(at).map(|target| format!(" on {}", target.code_span())).unwrap_or_default();
    let failed = match seen.trail.row(at) {
        Some(event) if !event.succeeded() => ", which failed",
        _ => "",
    };
    SafeText::from_raw(&format!("{who} called {}{target}{failed}.", event_name.code_span()), TextKind::Sentence)
}
