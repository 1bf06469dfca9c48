//! What was not read.

use security_model::summary::EventsSummary;

use crate::local::case::Case;
use crate::local::layout::Section;
use crate::local::reading;

/// Source: `LookupEvents` in the CloudTrail API reference, read 2026-11-21.
const LOOKUP_EVENTS: &str =
    "Live reading covers management events only; for data events, such as S3 object reads, use a trail's log files.";

pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let live = case.scope.source.as_str() == "aws";
    let notes = live.then(|| LOOKUP_EVENTS.to_owned()).into_iter().collect();
    Some(reading::data_gaps(case, "left out by the window or filters", notes))
}
