//! What the findings are about: controls that fail, and the issue type most findings have.

use security_model::evidence::ids::List;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::ControlCount;

use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{counted, length};

pub(super) fn section(case: &Case<'_, FindingsSummary>) -> Option<Section> {
    let summary = case.summary;
    if summary.total == 0 {
        return None;
    }
    let controls = &summary.top_controls;
    let mut lead = Vec::new();
    if case.is_ample() || controls.is_empty() {
        lead.extend(most_frequent(case));
    }
    if controls.is_empty() && lead.is_empty() {
        let among = reading::among(case.coverage, summary.total, "finding", "findings");
        lead.push(format!("No failing control and no issue type is named {among}."));
    }
    Some(Section {
        heading: "Common Issues",
        keep: Keep::Supporting,
        path: "findings.top_controls",
        lead,
        rows: controls.iter().take(case.detail.rows()).enumerate().map(|(i, row)| self::row(case, i, row)).collect(),
        first: 2,
        total: length(controls),
    })
}

fn most_frequent(case: &Case<'_, FindingsSummary>) -> Option<String> {
    let first = case.summary.by_category.first()?;
    let name = case.title(&first.name)?;
    Some(format!("Most frequent issue type: {name}, {}.", counted(first.count, "finding", "findings")))
}

fn row(case: &Case<'_, FindingsSummary>, index: usize, control: &ControlCount) -> String {
    let name = case.name(&control.control_id).unwrap_or_else(|| "a control".to_owned());
    let title = case.title(&control.title).map_or_else(String::new, |title| format!(" {title}"));
    format!(
        "- {name}{title}: {}, worst {} (`{}`)",
        counted(control.count, "finding", "findings"),
        control.severity.label(),
        List::Control.id(index),
    )
}
