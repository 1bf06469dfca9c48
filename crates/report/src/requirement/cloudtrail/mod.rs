//! The built-in requirements on a CloudTrail report. A requirement is one file and one line here.

mod actionable_recommendations;
mod behavior_patterns;
mod concise_length;
mod failed_operations;
mod geographic_insights;
mod high_risk_activities;
mod markdown_format;
pub(crate) mod places;
mod threat_assessment;

use super::profile::Entry;

/// In the order they are shown, with their weight: the lightest makes way first for a caller's.
pub(super) const PROFILE: &[Entry] = &[
    Entry { build: markdown_format::requirement, weight: 2 },
    Entry { build: high_risk_activities::requirement, weight: 8 },
    Entry { build: behavior_patterns::requirement, weight: 4 },
    Entry { build: geographic_insights::requirement, weight: 3 },
    Entry { build: failed_operations::requirement, weight: 6 },
    Entry { build: actionable_recommendations::requirement, weight: 5 },
    Entry { build: threat_assessment::requirement, weight: 7 },
    Entry { build: concise_length::requirement, weight: 1 },
];
