//! What was not read.

use security_model::summary::EventsSummary;

use crate::Input;
use crate::local::layout::Section;
use crate::local::reading;

/// Source: `LookupEvents` in the CloudTrail API reference, read 2026-11-21.
const LOOKUP_EVENTS: &str = "Live events come from LookupEvents: management events of the last 90 days. Data events, such as reads of S3 \
     objects, are not among them; read a trail's log files for those.";

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let live = input.scope.source.as_str() == "aws";
    Some(reading::what_was_not_read(input.coverage, live.then_some(LOOKUP_EVENTS)))
}
