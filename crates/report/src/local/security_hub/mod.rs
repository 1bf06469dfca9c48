//! The sections of a Security Hub report, in their order. A section is one file and one line here.

mod actions;
mod attention;
mod controls;
mod gaps;
mod headline;
mod issue_types;
mod next_step;
mod recent;
mod resources;
mod severity;
mod statistics_v2;

use security_model::summary::FindingsSummary;

use super::Build;

pub(super) const SECTIONS: &[Build<FindingsSummary>] = &[
    headline::section,
    severity::section,
    attention::section,
    actions::section,
    controls::section,
    resources::section,
    issue_types::section,
    recent::section,
    statistics_v2::section,
    gaps::section,
];

pub(super) const fn footer(summary: &FindingsSummary) -> &'static str {
    if summary.total == 0 {
        ""
    } else {
        "Evidence ids such as `findings` or `attention-1` name the rows behind a number: pass one to `get_evidence`."
    }
}
