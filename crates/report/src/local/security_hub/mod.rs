//! The sections of a Security Hub report, in their order. A section is one file and one line here.

mod actions;
mod gaps;
mod issues;
mod next_step;
mod resources;
mod severity;
mod states;
mod summary;

use security_model::summary::FindingsSummary;

use super::Build;

pub(super) const SECTIONS: &[Build<FindingsSummary>] = &[
    summary::section,
    severity::section,
    resources::section,
    issues::section,
    states::section,
    actions::section,
    gaps::section,
];

pub(super) const FOOTER: &str = "Pass an evidence id, e.g. `attention-1`, to `get_evidence` for the rows.";
