//! What the findings are about, and where they come from: one line each.

use security_model::SafeText;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::NamedCount;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counts, length, number};

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    let summary = input.summary;
    let rows: Vec<String> = [
        ("Issue types", summary.by_category.as_slice(), "findings.by_category"),
        ("Products", summary.by_product.as_slice(), "findings.by_product"),
        ("Accounts", summary.by_account.as_slice(), "findings.by_account"),
        ("Regions", summary.by_region.as_slice(), "findings.by_region"),
    ]
    .into_iter()
    .filter(|(_, list, _)| !list.is_empty())
    .map(|(name, list, path)| row(name, list, path, input.detail.names()))
    .collect();
    if rows.is_empty() {
        return None;
    }
    Some(Section {
        heading: "Common issue types",
        keep: Keep::Context,
        path: "findings.by_category",
        lead: vec![rows.join("\n")],
        rows: vec![],
        total: 0,
    })
}

fn row(name: &str, list: &[NamedCount], path: &str, shown: usize) -> String {
    let counted: Vec<(&SafeText, u64)> = list.iter().map(|row| (&row.name, row.count)).collect();
    format!("- {name} ({}): {}", number(length(list)), counts(counted, shown, path))
}
