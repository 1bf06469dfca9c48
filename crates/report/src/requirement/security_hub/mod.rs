//! The built-in requirements on a Security Hub report. A requirement is one file and one line here.

mod actionable_remediation;
mod concise_length;
mod markdown_format;
mod no_assumptions;
mod numerical_data;
mod professional_tone;
mod severity_priority;
mod structured_sections;

use super::profile::Entry;

/// In the order they are shown, with their weight: the lightest makes way first for a caller's.
pub(super) const PROFILE: &[Entry] = &[
    Entry { build: markdown_format::requirement, weight: 4 },
    Entry { build: numerical_data::requirement, weight: 7 },
    Entry { build: severity_priority::requirement, weight: 6 },
    Entry { build: actionable_remediation::requirement, weight: 5 },
    Entry { build: professional_tone::requirement, weight: 1 },
    Entry { build: structured_sections::requirement, weight: 3 },
    Entry { build: concise_length::requirement, weight: 2 },
    Entry { build: no_assumptions::requirement, weight: 8 },
];
