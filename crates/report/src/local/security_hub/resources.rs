//! The resources that most findings name.

use security_model::Severity;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::ResourceCount;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, length, number};

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    let resources = &input.summary.top_resources;
    if resources.is_empty() {
        return None;
    }
    Some(Section {
        heading: "Top affected resources",
        keep: Keep::Supporting,
        path: "findings.top_resources",
        lead: vec![],
        rows: resources.iter().take(input.detail.rows()).map(row).collect(),
        total: length(resources),
    })
}

fn row(resource: &ResourceCount) -> String {
    let severities: Vec<String> = Severity::ALL
        .into_iter()
        .filter(|severity| resource.by_severity.get(*severity) > 0)
        .map(|severity| format!("{} {}", number(resource.by_severity.get(severity)), severity.label()))
        .collect();
    format!(
        "- {}{}: {} ({})",
        resource.id.code_span(),
        resource.kind.as_ref().map_or_else(String::new, |kind| format!(" ({})", kind.code_span())),
        counted(resource.count, "finding", "findings"),
        severities.join(", "),
    )
}
