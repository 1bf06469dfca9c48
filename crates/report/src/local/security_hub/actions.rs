//! What to do, derived from the findings by rules of ours. A rule is one function and one line in `RULES`.

use std::cmp::Reverse;

use security_model::SafeText;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::AttentionRow;

use super::next_step::advice;
use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, length, names, number, sentence, series};

type Rule = fn(&FindingsSummary) -> Vec<String>;

const RULES: &[Rule] = &[urgent_findings, worst_control, most_affected_resource, unhandled_findings];

/// Attention rows that turn into actions; further ones follow the same pattern and are listed under attention.
const URGENT: usize = 8;

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    if input.summary.total == 0 {
        return None;
    }
    let actions: Vec<String> = RULES.iter().flat_map(|rule| rule(input.summary)).collect();
    let rows: Vec<String> = actions
        .iter()
        .take(input.detail.urgent_rows())
        .enumerate()
        .map(|(i, action)| format!("{}. {action}", i + 1))
        .collect();
    let total = length(&actions);
    Some(Section { heading: "Recommended actions", keep: Keep::Urgent, path: "", lead: vec![], rows, total })
}

/// The findings that need attention, together where the next step is the same.
fn urgent_findings(summary: &FindingsSummary) -> Vec<String> {
    let mut steps: Vec<(&str, Vec<&AttentionRow>)> = Vec::new();
    for finding in summary.attention.iter().take(URGENT) {
        let step = advice(finding);
        match steps.iter_mut().find(|(known, _)| *known == step) {
            Some((_, findings)) => findings.push(finding),
            None => steps.push((step, vec![finding])),
        }
    }
    steps.iter().map(|(step, findings)| urgent(step, findings)).collect()
}

fn urgent(step: &str, findings: &[&AttentionRow]) -> String {
    let mut resources: Vec<&SafeText> = Vec::new();
    for resource in findings.iter().filter_map(|finding| finding.resources.first()) {
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    let evidence: Vec<String> = findings.iter().map(|finding| format!("`{}`", finding.evidence_id)).collect();
    let on = if resources.is_empty() { String::new() } else { format!("{}: ", names(resources, 2)) };
    format!("{on}{step} ({}).", series(evidence))
}

/// Of the failing controls, the one with the worst severity, and of those the most findings.
fn worst_control(summary: &FindingsSummary) -> Vec<String> {
    let worst = summary.top_controls.iter().min_by_key(|control| (control.severity, Reverse(control.count)));
    let action = worst.map(|control| {
        let url = control.remediation_url.as_ref();
        let how = url.map_or_else(String::new, |url| format!(", as {} explains", url.code_span()));
        format!(
            "Control {}: fix it on every resource that fails it{how}; it is behind {}, at worst {}.",
            control.control_id.code_span(),
            counted(control.count, "failed check", "failed checks"),
            control.severity.label(),
        )
    });
    action.into_iter().collect()
}

/// The resource with the most CRITICAL and HIGH findings, when there is more than one of them to treat together.
fn most_affected_resource(summary: &FindingsSummary) -> Vec<String> {
    let worst = summary.top_resources.iter().max_by_key(|resource| {
        (resource.by_severity.critical, resource.by_severity.high, resource.count, Reverse(&resource.id))
    });
    let together = worst.filter(|resource| resource.by_severity.critical + resource.by_severity.high > 1);
    let action = together.map(|resource| {
        format!(
            "{}: treat its findings as one case; {} name it, {} of them CRITICAL and {} HIGH.",
            resource.id.code_span(),
            counted(resource.count, "finding", "findings"),
            number(resource.by_severity.critical),
            number(resource.by_severity.high),
        )
    });
    action.into_iter().collect()
}

/// The queue that nobody has touched yet.
fn unhandled_findings(summary: &FindingsSummary) -> Vec<String> {
    let new = summary.by_workflow_status.new;
    if new == 0 {
        return vec![];
    }
    let text = format!(
        "set a workflow status on the {} still NEW as they are handled, so that the next report shows what is left",
        counted(new, "finding", "findings")
    );
    vec![sentence(&text)]
}
