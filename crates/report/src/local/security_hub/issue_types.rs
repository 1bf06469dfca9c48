//! What the findings are about, and where they come from: one line each.

use security_model::summary::FindingsSummary;

use crate::Input;
use crate::local::layout::{Section, named_counts};

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    let summary = input.summary;
    let lists = [
        ("Issue types", summary.by_category.as_slice(), "findings.by_category"),
        ("Products", summary.by_product.as_slice(), "findings.by_product"),
        ("Accounts", summary.by_account.as_slice(), "findings.by_account"),
        ("Regions", summary.by_region.as_slice(), "findings.by_region"),
    ];
    named_counts("Common issue types", &lists, input.detail.names())
}
