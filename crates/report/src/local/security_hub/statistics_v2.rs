//! Counts of the new Security Hub, kept apart: they count another set.

use security_model::summary::FindingsSummary;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counts, sentence};

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    let statistics = input.summary.statistics_v2.as_ref()?;
    let by_severity = statistics.by_severity.iter().map(|row| (&row.name, row.count));
    let path = "findings.statistics_v2";
    Some(Section {
        heading: "Counts of the new Security Hub",
        keep: Keep::Background,
        path,
        lead: vec![format!("{} {}", counts(by_severity, input.detail.names(), path), sentence(&statistics.note))],
        rows: vec![],
        total: 0,
    })
}
