//! The controls that fail, with where their fix is explained.

use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::ControlCount;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, length};

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    let controls = &input.summary.top_controls;
    if controls.is_empty() {
        return None;
    }
    Some(Section {
        heading: "Controls to fix",
        keep: Keep::Supporting,
        path: "findings.top_controls",
        lead: vec![],
        rows: controls.iter().take(input.detail.rows()).map(row).collect(),
        total: length(controls),
    })
}

fn row(control: &ControlCount) -> String {
    let url = control.remediation_url.as_ref();
    format!(
        "- {} {}: {}, at worst {}{}",
        control.control_id.code_span(),
        control.title.code_span(),
        counted(control.count, "failed check", "failed checks"),
        control.severity.label(),
        url.map_or_else(String::new, |url| format!("; fix: {}", url.code_span())),
    )
}
