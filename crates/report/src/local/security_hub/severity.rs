//! Findings by severity, and those to look at first. The table is the one of the report, since its cells are all ours.

use security_model::Severity;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::AttentionRow;

use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::text::{length, minute, number, percent, phrase};

/// Findings that are named before anything less important comes in: those that a report has to name.
const FIRST: usize = 3;

pub(super) fn section(case: &Case<'_, FindingsSummary>) -> Option<Section> {
    let summary = case.summary;
    if summary.total == 0 {
        return None;
    }
    let attention = &summary.attention;
    let critical = attention.iter().filter(|finding| finding.severity == Severity::Critical).count();
    Some(Section {
        heading: "Severity Analysis",
        keep: Keep::Urgent,
        path: "findings.attention",
        lead: vec![table(summary)],
        rows: attention
            .iter()
            .take(case.detail.urgent_rows())
            .enumerate()
            .map(|(i, row)| self::row(case, i, row))
            .collect(),
        first: critical.clamp(1, FIRST),
        total: length(attention),
    })
}

fn table(summary: &FindingsSummary) -> String {
    let mut table = String::from("|Severity|Findings|Share|\n|:---|---:|---:|");
    for severity in Severity::ALL {
        let count = summary.by_severity.get(severity);
        table.push_str(&format!("\n|{}|{}|{}|", severity.label(), number(count), percent(count, summary.total)));
    }
    table
}

fn row(case: &Case<'_, FindingsSummary>, index: usize, finding: &AttentionRow) -> String {
    let title = case.title(&finding.title).unwrap_or_else(|| "finding".to_owned());
    let mut text =
        format!("{}. **{}** {title}{}", index + 1, finding.severity.label(), case.first(" on ", &finding.resources));
    if let Some(time) = finding.updated_at.as_deref().and_then(minute).filter(|_| case.is_ample()) {
        text.push_str(&format!(", updated {time}"));
    }
    let why = if case.is_full() { why(finding) } else { String::new() };
    format!("{text}{why} (`{}`).", finding.evidence_id)
}

/// The reason without its counts and ages, which are no facts of the answer, and without the severity, which is said.
fn why(finding: &AttentionRow) -> String {
    let parts = phrase(&finding.reason).split("; ").filter(|part| !part.contains(|c: char| c.is_ascii_digit()));
    let parts: Vec<&str> = parts.map(|part| part.trim_start_matches(finding.severity.label()).trim()).collect();
    if parts.is_empty() { String::new() } else { format!(", {}", parts.join("; ")) }
}
