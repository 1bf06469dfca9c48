//! Regions and clients: one line each.

use security_model::SafeText;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::NameCount;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counts, length, number};

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let summary = input.summary;
    let rows: Vec<String> = [
        ("Regions", summary.by_region.as_slice(), "events.by_region"),
        ("Clients", summary.by_user_agent_family.as_slice(), "events.by_user_agent_family"),
    ]
    .into_iter()
    .filter(|(_, list, _)| !list.is_empty())
    .map(|(name, list, path)| row(name, list, path, input.detail.names()))
    .collect();
    if rows.is_empty() {
        return None;
    }
    Some(Section {
        heading: "Regions and clients",
        keep: Keep::Context,
        path: "events.by_region",
        lead: vec![rows.join("\n")],
        rows: vec![],
        total: 0,
    })
}

fn row(name: &str, list: &[NameCount], path: &str, shown: usize) -> String {
    let counted: Vec<(&SafeText, u64)> = list.iter().map(|row| (&row.name, row.count)).collect();
    format!("- {name} ({}): {}", number(length(list)), counts(counted, shown, path))
}
