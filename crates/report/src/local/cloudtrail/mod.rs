//! The sections of a CloudTrail report, in their order. A section is one file and one line here.

mod actions;
mod advice;
mod alone;
mod behavior;
mod failed;
mod gaps;
mod geography;
mod high_risk;
mod incidents;
mod summary;
mod threat;

use security_model::summary::EventsSummary;

use super::Build;

pub(super) const SECTIONS: &[Build<EventsSummary>] = &[
    summary::section,
    incidents::section,
    alone::section,
    high_risk::section,
    behavior::section,
    failed::section,
    geography::section,
    actions::section,
    threat::section,
    gaps::section,
];

pub(super) const FOOTER: &str = "Pass an evidence id, e.g. `failed`, to `get_evidence` for the rows.";
