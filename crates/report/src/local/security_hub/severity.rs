//! Findings by severity: the one table, since its cells are all ours.

use security_model::Severity;
use security_model::summary::FindingsSummary;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{number, percent};

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    let summary = input.summary;
    if summary.total == 0 {
        return None;
    }
    let mut table = String::from("| Severity      | Findings |   Share |\n|---------------|---------:|--------:|");
    for severity in Severity::ALL {
        let count = summary.by_severity.get(severity);
        table.push_str(&format!(
            "\n| {:<13} | {:>8} | {:>7} |",
            severity.label(),
            number(count),
            percent(count, summary.total)
        ));
    }
    Some(Section {
        heading: "Severity",
        keep: Keep::Key,
        path: "findings.by_severity",
        lead: vec![table],
        rows: vec![],
        total: 0,
    })
}
