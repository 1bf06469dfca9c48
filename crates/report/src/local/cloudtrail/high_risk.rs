//! Calls from the high-risk catalogue: what they give the caller, and who made them.

use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::HighRiskCount;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, length, names, number, phrase};

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let summary = input.summary;
    if summary.total == 0 {
        return None;
    }
    let mut lead = Vec::new();
    if summary.high_risk.is_empty() {
        let read = counted(summary.total, "event", "events");
        lead.push(format!("None among the {read} counted."));
    }
    let shown = summary.high_risk.iter().take(input.detail.urgent_rows());
    Some(Section {
        heading: "High-risk calls",
        keep: Keep::Urgent,
        path: "events.high_risk",
        lead,
        rows: shown.enumerate().map(|(i, call)| row(i + 1, call)).collect(),
        total: length(&summary.high_risk),
    })
}

fn row(rank: usize, call: &HighRiskCount) -> String {
    let failed = match call.failed {
        0 => String::new(),
        failed if failed == call.count => " (failed)".to_owned(),
        failed => format!(" ({} failed)", number(failed)),
    };
    let by = if call.principals.is_empty() { String::new() } else { format!(" by {}", names(&call.principals, 1)) };
    let mut references = call.techniques.clone();
    references.push(format!("`{}`", call.evidence_id));
    format!(
        "{rank}. {}: {}{failed}{by}. {} ({}).",
        call.event_name.code_span(),
        counted(call.count, "call", "calls"),
        phrase(&call.reason),
        references.join(", "),
    )
}
