//! The findings to look at first, and why.

use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::AttentionRow;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{length, minute, names, phrase};

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    let attention = &input.summary.attention;
    if attention.is_empty() {
        return None;
    }
    let shown = attention.iter().take(input.detail.urgent_rows());
    Some(Section {
        heading: "Needs attention first",
        keep: Keep::Urgent,
        path: "findings.attention",
        lead: vec![],
        rows: shown.enumerate().map(|(i, finding)| row(i + 1, finding)).collect(),
        total: length(attention),
    })
}

fn row(rank: usize, finding: &AttentionRow) -> String {
    let mut text = format!("{rank}. **{}** {}", finding.severity.label(), finding.title.code_span());
    if !finding.resources.is_empty() {
        text.push_str(&format!(" on {}", names(&finding.resources, 1)));
    }
    if let Some(time) = finding.updated_at.as_deref().and_then(minute) {
        text.push_str(&format!(", updated {time}"));
    }
    format!("{text}. {} (`{}`).", phrase(&finding.reason), finding.evidence_id)
}
