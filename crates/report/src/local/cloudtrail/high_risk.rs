//! High-risk calls: what they give the caller, and who made them.

use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::HighRiskCount;

use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{counted, length, names, number, phrase, sentence};

/// Calls that are named before anything less important comes in: those that a report has to name.
const FIRST: usize = 3;

pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let summary = case.summary;
    if summary.total == 0 {
        return None;
    }
    let calls = &summary.high_risk;
    Some(Section {
        heading: "High-Risk Activity",
        keep: Keep::Urgent,
        path: "events.high_risk",
        // The summary has the number already.
        lead: if calls.is_empty() || case.is_ample() { vec![lead(case)] } else { vec![] },
        rows: calls
            .iter()
            .take(case.detail.urgent_rows())
            .enumerate()
            .map(|(i, call)| row(case, i + 1, call))
            .collect(),
        first: FIRST,
        total: length(calls),
    })
}

fn lead(case: &Case<'_, EventsSummary>) -> String {
    let summary = case.summary;
    if summary.high_risk.is_empty() {
        return format!("No high-risk calls {}.", reading::among(case.coverage, summary.total, "event", "events"));
    }
    let failed = match case.total("events.high_risk.failed") {
        0 => String::new(),
        failed => format!(" ({} failed)", number(failed)),
    };
    format!(
        "{}{failed} by {}.",
        counted(case.total("events.high_risk"), "high-risk call", "high-risk calls"),
        counted(case.total("events.high_risk.principals.length"), "principal", "principals"),
    )
}

fn row(case: &Case<'_, EventsSummary>, rank: usize, call: &HighRiskCount) -> String {
    let name = case.name(&call.event_name).unwrap_or_else(|| "high-risk call".to_owned());
    let failed = match call.failed {
        0 => String::new(),
        failed => format!(" ({} failed)", number(failed)),
    };
    let calls = counted(call.count, "call", "calls");
    let mut text = format!("{rank}. {name}: {calls}{failed}{} (`{}`)", by(case, call), call.evidence_id);
    if case.is_full() {
        let techniques = call.techniques.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        text.push_str(&format!(". {} {techniques}", sentence(&call.reason)));
    } else if case.is_ample() {
        text.push_str(&format!(". {}", gist(&call.reason)));
    }
    format!("{text}.")
}

fn by(case: &Case<'_, EventsSummary>, call: &HighRiskCount) -> String {
    let most = if case.is_full() { 3 } else { 1 };
    let shown: Vec<String> = call.principals.iter().take(most).filter_map(|principal| case.name(principal)).collect();
    if shown.is_empty() {
        return String::new();
    }
    format!(" by {}", names(shown, call.principals.len(), ("principal", "principals")))
}

/// The reason up to where it explains itself.
fn gist(reason: &str) -> &str {
    phrase(reason).split([',', ';', ':']).next().unwrap_or_default()
}
