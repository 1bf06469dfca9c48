//! An honest report on Security Hub findings.

use super::actions;
use super::brief::{Brief, Named, Row};
use super::layout::{Report, Section};

/// In order of urgency.
pub(super) const SEVERITIES: [&str; 5] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"];
const BY_SEVERITY: &str = "findings.by_severity";

pub(super) fn report(brief: &Brief<'_>) -> Report {
    let sections = vec![
        summary(brief),
        severities(brief),
        resources(brief),
        issues(brief),
        actions::section(&recommended(brief)),
        actions::gaps(brief),
    ];
    Report::new("Security Hub findings", sections)
}

fn summary(brief: &Brief<'_>) -> Section {
    let mut section = Section::new("Executive Summary");
    if let Some(total) = brief.slot("findings.total", "all") {
        section = section.must(format!("{total} findings are to be worked on."));
    }
    if let Some(new) = brief.slot("findings.new_last_7_days", "all") {
        section = section.must(format!("- New findings in the last seven days: {new}"));
    }
    if let Some(resolved) = brief.slot("findings.resolved", "all") {
        section = section.must(format!("- Resolved findings: {resolved}"));
    }
    section
}

/// CRITICAL comes first, here and in the actions.
fn severities(brief: &Brief<'_>) -> Section {
    let mut section = Section::new("Severity Analysis").must("| Severity | Findings |").must("|---|---|");
    for severity in SEVERITIES {
        if let Some(slot) = brief.slot(BY_SEVERITY, severity) {
            section = section.must(format!("| {severity} | {slot} |"));
        }
    }
    for row in brief.list("findings.attention").take(3) {
        section = section.must(attention(row));
    }
    for row in brief.list("findings.attention").skip(3).take(3) {
        section = section.may(attention(row));
    }
    section
}

/// `- **CRITICAL** TITLE_1 on RESOURCE_1`
fn attention(row: &Row<'_>) -> String {
    let mut text = String::from("- ");
    if let Some(severity) = row.severity() {
        text.push_str(&format!("**{severity}** "));
    }
    let what = row.name("TITLE").or_else(|| row.name("FINDING")).or_else(|| row.subject());
    text.push_str(&what.map(Named::written).unwrap_or_default());
    if let Some(resource) = row.name("RESOURCE") {
        text.push_str(&format!(" on {}", resource.written()));
    }
    text
}

fn resources(brief: &Brief<'_>) -> Section {
    let mut section = Section::new("Affected Resources");
    if let Some(distinct) = brief.slot("findings.top_resources.length", "all") {
        section = section.must(format!("- Distinct resources: {distinct}"));
    }
    for (index, fact) in brief.all("findings.top_resources").take(5).enumerate() {
        let line = format!("- {}: {} findings", actions::scope(fact.scope), fact.slot);
        section = if index < 2 { section.must(line) } else { section.may(line) };
    }
    section
}

fn issues(brief: &Brief<'_>) -> Section {
    let mut section = Section::new("Common Issues");
    for (index, fact) in brief.all("findings.by_category").take(3).enumerate() {
        let line = format!("- {}: {} findings", actions::scope(fact.scope), fact.slot);
        section = if index < 1 { section.must(line) } else { section.may(line) };
    }
    for fact in brief.all("findings.top_controls").take(2) {
        section = section.may(format!("- Control {}: {} failed findings", actions::scope(fact.scope), fact.slot));
    }
    if section.lines.is_empty() {
        section = section.must("The data groups its findings by no category.");
    }
    section
}

/// What the worst findings are about first, wherever else it may occur.
fn recommended(brief: &Brief<'_>) -> Vec<String> {
    let resources = brief.list("findings.attention").filter_map(|row| row.name("RESOURCE")).map(|name| {
        (name, format!("Remediate the findings on {} and confirm the fix with its owner.", name.written()))
    });
    let controls = brief
        .list("findings.top_controls")
        .filter_map(|row| row.name("CONTROL"))
        .map(|name| (name, format!("Fix control {} on every resource that fails it.", name.written())));
    let mut all: Vec<(usize, String)> =
        resources.chain(controls).map(|(name, action)| (worst_with(brief, name), action)).collect();
    all.sort_by_key(|(rank, _)| *rank);
    all.into_iter().map(|(_, action)| action).collect()
}

/// The rank of the worst severity that any row shows together with a name.
fn worst_with(brief: &Brief<'_>, name: Named<'_>) -> usize {
    let rows = brief.rows.iter().filter(|row| row.names.contains(&name));
    let ranks = rows.filter_map(Row::severity).filter_map(|severity| SEVERITIES.iter().position(|s| *s == severity));
    ranks.min().unwrap_or(SEVERITIES.len())
}
