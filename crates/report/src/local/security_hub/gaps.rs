//! What was not read.

use security_model::summary::FindingsSummary;

use crate::Input;
use crate::local::layout::Section;
use crate::local::reading;

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    Some(reading::what_was_not_read(input.coverage, None))
}
