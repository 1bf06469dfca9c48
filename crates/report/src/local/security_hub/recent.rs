//! What came, what went, and how far the work has got.

use security_model::summary::FindingsSummary;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::number;

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    let summary = input.summary;
    if summary.total == 0 {
        return None;
    }
    let resolved = match summary.resolved {
        Some(resolved) => format!("{} (`resolved`)", number(resolved)),
        None => "not known; see \"What was not read\"".to_owned(),
    };
    let (workflow, compliance) = (&summary.by_workflow_status, &summary.by_compliance_status);
    let mut rows = vec![
        format!("- New in 7 days: {} (`new-last-7-days`). Resolved: {resolved}.", number(summary.new_last_7_days)),
        format!(
            "- Workflow: {}.",
            present(&[
                ("NEW", workflow.new),
                ("NOTIFIED", workflow.notified),
                ("SUPPRESSED", workflow.suppressed),
                ("RESOLVED", workflow.resolved),
                ("other", workflow.other),
            ])
        ),
        format!(
            "- Compliance: {}.",
            present(&[
                ("FAILED", compliance.failed),
                ("WARNING", compliance.warning),
                ("NOT_AVAILABLE", compliance.not_available),
                ("PASSED", compliance.passed),
                ("no compliance check", compliance.none),
                ("other", compliance.other),
            ])
        ),
    ];
    let state = &summary.by_record_state;
    if state.archived + state.other > 0 {
        let states = present(&[("ACTIVE", state.active), ("ARCHIVED", state.archived), ("other", state.other)]);
        rows.push(format!("- Record state: {states}."));
    }
    Some(Section {
        heading: "Recent activity",
        keep: Keep::Supporting,
        path: "findings.new_last_7_days",
        lead: vec![rows.join("\n")],
        rows: vec![],
        total: 0,
    })
}

/// `200 NEW, 43 NOTIFIED`: the states that occur.
fn present(states: &[(&str, u64)]) -> String {
    let parts: Vec<String> = states
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{} {name}", number(*count)))
        .collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}
