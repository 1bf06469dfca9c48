//! Detections that belong to no incident: what, by whom, and when; each in one line.

use security_model::Detection;
use security_model::summary::EventsSummary;

use crate::facts::{DETECTIONS, MOST_DETECTIONS};
use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::text::{length, minute};

/// Nothing where there is none: incidents tell of the others.
pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let alone = case.alone;
    (!alone.is_empty()).then(|| Section {
        heading: "Detections Outside Incidents",
        keep: Keep::Urgent,
        path: DETECTIONS,
        lead: vec![],
        rows: alone
            .iter()
            .take(case.detail.urgent_rows().min(MOST_DETECTIONS))
            .zip(1..)
            .map(|(row, rank)| told(case, rank, row))
            .collect(),
        first: 1,
        total: length(alone),
    })
}

fn told(case: &Case<'_, EventsSummary>, rank: u64, row: &Detection) -> String {
    let title = case.title(&row.title).unwrap_or_else(|| row.id.code_span());
    let who = case.first(", by ", [&row.principal]);
    let time = |time: &Option<String>| time.as_deref().and_then(minute);
    let when = match (time(&row.first_seen), time(&row.last_seen)) {
        (Some(first), Some(last)) if first != last => format!(", from {first} to {last}"),
        (Some(first), _) => format!(", on {first}"),
        _ => String::new(),
    };
    format!("{rank}. {title}{who}{when}.")
}
