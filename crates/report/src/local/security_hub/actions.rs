//! What to do, derived from the findings by rules of ours. A rule is one function and one line in `RULES`.

use std::cmp::Reverse;

use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::{AttentionRow, ControlCount, ResourceCount};
use security_model::{SafeText, Severity};

use super::next_step::advice;
use super::resources::findings;
use crate::Detail;
use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{OTHERS, counted, length, names, series};

type Rule = for<'a> fn(&Case<'a, FindingsSummary>) -> Vec<Action<'a>>;

/// Where severities are equal, in order of urgency.
const RULES: &[Rule] = &[urgent_findings, failing_controls, most_affected_resource];

/// Attention rows that turn into actions; further ones follow the same pattern and are listed with the severities.
const URGENT: usize = 8;
/// Actions that are there before anything less important comes in.
const FIRST: usize = 3;

/// One thing to do, and what of the evidence it is about.
struct Action<'a> {
    text: String,
    severity: Severity,
    about: Vec<&'a SafeText>,
}

pub(super) fn section(case: &Case<'_, FindingsSummary>) -> Option<Section> {
    let mut actions: Vec<Action<'_>> = RULES.iter().flat_map(|rule| rule(case)).collect();
    if actions.is_empty() {
        actions.extend(any_finding(case));
    }
    // The worst first, by everything that is known about what an action names, then by what it is about itself.
    let worst = |action: &Action<'_>| case.worst_of(&action.about).unwrap_or(Severity::Informational);
    actions.sort_by_cached_key(|action| (worst(action), action.severity));
    let mut texts: Vec<String> = actions.into_iter().map(|action| action.text).collect();
    if case.summary.total == 0 {
        texts.extend(reading::close_the_gap(case));
    }
    let lead = if texts.is_empty() { vec![nothing_to_do(case)] } else { vec![] };
    let total = length(&texts);
    let rows = texts.iter().take(case.detail.urgent_rows()).enumerate().map(|(i, text)| format!("{}. {text}", i + 1));
    let (heading, keep, path) = ("Recommended Actions", Keep::Urgent, "");
    Some(Section { heading, keep, path, lead, rows: rows.collect(), first: FIRST, total })
}

fn nothing_to_do(case: &Case<'_, FindingsSummary>) -> String {
    let text = match (case.coverage.complete, case.summary.total) {
        (false, _) => "No action follows from what was read; close the data gaps first.",
        (true, 0) => "There are no findings to act on.",
        (true, _) => "No action follows from these findings.",
    };
    text.to_owned()
}

/// The findings that need attention, together where the next step is the same; those of a failing control are left to the
/// next rule.
fn urgent_findings<'a>(case: &Case<'a, FindingsSummary>) -> Vec<Action<'a>> {
    let mut steps: Vec<(&str, Vec<&AttentionRow>)> = Vec::new();
    let controls = &case.summary.top_controls;
    let of_control = |finding: &AttentionRow| controls.iter().any(|control| control.title == finding.title);
    for finding in case.summary.attention.iter().take(URGENT).filter(|finding| !of_control(finding)) {
        let step = advice(finding);
        match steps.iter_mut().find(|(known, _)| *known == step) {
            Some((_, findings)) => findings.push(finding),
            None => steps.push((step, vec![finding])),
        }
    }
    steps.iter().map(|(step, findings)| urgent(case, step, findings)).collect()
}

fn urgent<'a>(case: &Case<'a, FindingsSummary>, step: &str, findings: &[&'a AttentionRow]) -> Action<'a> {
    let mut about: Vec<&SafeText> = Vec::new();
    for resource in findings.iter().filter_map(|finding| finding.resources.first()) {
        if !about.contains(&resource) {
            about.push(resource);
        }
    }
    let shown: Vec<String> = about.iter().take(2).filter_map(|resource| case.name(resource)).collect();
    // Without a resource of bearable length, the title says what it is about.
    let shown =
        if shown.is_empty() { findings.iter().take(1).filter_map(|f| case.title(&f.title)).collect() } else { shown };
    let all = about.len().max(shown.len());
    let on = if shown.is_empty() { String::new() } else { format!(": {}", names(shown, all, OTHERS)) };
    let most = if case.is_full() { URGENT } else { 2 };
    let evidence = |finding: &&AttentionRow| format!("{} `{}`", finding.severity.label(), finding.evidence_id);
    let evidence = series(findings.iter().take(most).map(evidence).collect());
    about.extend(findings.iter().map(|finding| &finding.title));
    let severity = findings.iter().map(|finding| finding.severity).min().unwrap_or(Severity::Informational);
    Action { text: format!("{step}{on} ({evidence})."), severity, about }
}

/// The failing controls: those that need attention first, then those of the worst severity and the most findings.
fn failing_controls<'a>(case: &Case<'a, FindingsSummary>) -> Vec<Action<'a>> {
    let attention = &case.summary.attention;
    let urgency = |control: &ControlCount| attention.iter().position(|finding| finding.title == control.title);
    let mut controls: Vec<&ControlCount> = case.summary.top_controls.iter().collect();
    controls.sort_by_cached_key(|control| {
        (control.severity, urgency(control).unwrap_or(usize::MAX), Reverse(control.count))
    });
    let most = if case.detail == Detail::Full { 10 } else { FIRST };
    controls.into_iter().take(most).map(|control| fix(case, control)).collect()
}

fn fix<'a>(case: &Case<'a, FindingsSummary>, control: &'a ControlCount) -> Action<'a> {
    let name = case.name(&control.control_id).unwrap_or_else(|| "the control".to_owned());
    let how = case.first("; see ", &control.remediation_url);
    let failures = counted(control.count, "finding", "findings");
    let text = format!("Fix {name} on every failing resource ({failures}, worst {}{how}).", control.severity.label());
    Action { text, severity: control.severity, about: vec![&control.control_id, &control.title] }
}

/// The resource with the most CRITICAL and HIGH findings, when there is more than one of them to treat together.
fn most_affected_resource<'a>(case: &Case<'a, FindingsSummary>) -> Vec<Action<'a>> {
    let worst = case.summary.top_resources.iter().max_by_key(|resource| {
        (resource.by_severity.critical, resource.by_severity.high, resource.count, Reverse(&resource.id))
    });
    let together = worst.filter(|resource| resource.by_severity.critical + resource.by_severity.high > 1);
    together.map(|resource| review(case, resource)).into_iter().collect()
}

/// When nothing above applies: the resource or finding that stands first.
fn any_finding<'a>(case: &Case<'a, FindingsSummary>) -> Option<Action<'a>> {
    case.summary.top_resources.first().map(|resource| review(case, resource))
}

fn review<'a>(case: &Case<'a, FindingsSummary>, resource: &'a ResourceCount) -> Action<'a> {
    let name = case.name(&resource.id).unwrap_or_else(|| "the resource".to_owned());
    let text = format!("Review {name} as a whole: {}.", findings(resource.count, &resource.by_severity));
    let worst = Severity::ALL.into_iter().find(|severity| resource.by_severity.get(*severity) > 0);
    Action { text, severity: worst.unwrap_or(Severity::Informational), about: vec![&resource.id] }
}
