//! Where the findings come from and how far the work on them has got: in the full report only.

use security_model::summary::{FindingsSummary, NamedCount};

use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, number};

pub(super) fn section(case: &Case<'_, FindingsSummary>) -> Option<Section> {
    let summary = case.summary;
    if summary.total == 0 || !case.is_full() {
        return None;
    }
    let mut lines: Vec<String> = [
        ("Issue types", summary.by_category.as_slice(), "findings.by_category"),
        ("Products", summary.by_product.as_slice(), "findings.by_product"),
        ("Accounts", summary.by_account.as_slice(), "findings.by_account"),
        ("Regions", summary.by_region.as_slice(), "findings.by_region"),
    ]
    .into_iter()
    .filter(|(_, list, _)| !list.is_empty())
    .map(|(name, list, path)| format!("- {name}: {}", counts(list, case.detail.names(), path)))
    .collect();
    lines.extend(states(summary));
    if summary.statistics_v2.is_some() {
        lines.push("- The new Security Hub counts another set of findings: see `findings.statistics_v2`".to_owned());
    }
    Some(Section::text("Breakdown", Keep::Context, "findings", vec![lines.join("\n")]))
}

fn counts(list: &[NamedCount], most: usize, path: &str) -> String {
    let mut parts: Vec<String> = list
        .iter()
        .take(most)
        .map(|row| format!("{} {}", row.name.code_span(), counted(row.count, "finding", "findings")))
        .collect();
    let left_out = list.len().saturating_sub(most);
    if left_out > 0 {
        parts.push(format!("… {} more: `{path}`", number(u64::try_from(left_out).unwrap_or(u64::MAX))));
    }
    parts.join(", ")
}

fn states(summary: &FindingsSummary) -> [String; 3] {
    let (workflow, compliance) = (&summary.by_workflow_status, &summary.by_compliance_status);
    let state = &summary.by_record_state;
    let of = |name: &str, states: &[(&str, u64)]| {
        let present: Vec<String> = states
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(state, count)| format!("{} {state}", number(*count)))
            .collect();
        format!("- {name}: {}", if present.is_empty() { "none".to_owned() } else { present.join(", ") })
    };
    [
        of(
            "Workflow status",
            &[
                ("NEW", workflow.new),
                ("NOTIFIED", workflow.notified),
                ("SUPPRESSED", workflow.suppressed),
                ("RESOLVED", workflow.resolved),
                ("OTHER", workflow.other),
            ],
        ),
        of(
            "Compliance status",
            &[
                ("FAILED", compliance.failed),
                ("WARNING", compliance.warning),
                ("NOT_AVAILABLE", compliance.not_available),
                ("PASSED", compliance.passed),
                ("no compliance check", compliance.none),
                ("OTHER", compliance.other),
            ],
        ),
        of("Record state", &[("ACTIVE", state.active), ("ARCHIVED", state.archived), ("OTHER", state.other)]),
    ]
}
