//! The resources that most findings name.

use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::{ResourceCount, SeverityCounts};
use security_model::{Severity, evidence::ids::List};

use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{counted, length, number, series};

pub(super) fn section(case: &Case<'_, FindingsSummary>) -> Option<Section> {
    let summary = case.summary;
    if summary.total == 0 {
        return None;
    }
    let resources = &summary.top_resources;
    let none = format!("No resource is named {}.", reading::among(case.coverage, summary.total, "finding", "findings"));
    Some(Section {
        heading: "Affected Resources",
        keep: Keep::Supporting,
        path: "findings.top_resources",
        lead: if resources.is_empty() { vec![none] } else { vec![] },
        rows: resources.iter().take(case.detail.rows()).enumerate().map(|(i, row)| self::row(case, i, row)).collect(),
        first: 2,
        total: length(resources),
    })
}

fn row(case: &Case<'_, FindingsSummary>, index: usize, resource: &ResourceCount) -> String {
    let id = List::Resource.id(index);
    let name = case.name(&resource.id).unwrap_or_else(|| "resource".to_owned());
    let kind = resource.kind.as_ref().and_then(|kind| case.name(kind)).filter(|_| case.is_ample());
    let kind = kind.map_or_else(String::new, |kind| format!(" ({kind})"));
    format!("- {name}{kind}: {} (`{id}`)", findings(resource.count, &resource.by_severity))
}

/// `18 findings, 1 CRITICAL and 5 HIGH`: the severities that ask for action.
pub(super) fn findings(count: u64, by_severity: &SeverityCounts) -> String {
    let urgent: Vec<String> = [Severity::Critical, Severity::High]
        .into_iter()
        .filter(|severity| by_severity.get(*severity) > 0)
        .map(|severity| format!("{} {}", number(by_severity.get(severity)), severity.label()))
        .collect();
    let all = counted(count, "finding", "findings");
    if urgent.is_empty() { all } else { format!("{all}, {}", series(urgent)) }
}
