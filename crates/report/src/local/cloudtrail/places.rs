//! Regions and clients: one line each.

use security_model::summary::EventsSummary;

use crate::Input;
use crate::local::layout::{Section, named_counts};

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let summary = input.summary;
    let lists = [
        ("Regions", summary.by_region.as_slice(), "events.by_region"),
        ("Clients", summary.by_user_agent_family.as_slice(), "events.by_user_agent_family"),
    ];
    named_counts("Regions and clients", &lists, input.detail.names())
}
