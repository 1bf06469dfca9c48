//! What was not read.

use security_model::summary::FindingsSummary;

use crate::local::case::Case;
use crate::local::layout::Section;
use crate::local::reading;
use crate::local::text::phrase;

pub(super) fn section(case: &Case<'_, FindingsSummary>) -> Option<Section> {
    let mut notes = Vec::new();
    if case.is_full() && !case.scope.working_set.is_empty() {
        notes.push(format!("Working set: {}.", phrase(&case.scope.working_set)));
    }
    let aggregation = case.scope.vantage.as_ref().and_then(|vantage| vantage.aggregation.as_deref());
    match aggregation {
        Some("none") => notes.push("No cross-region aggregation: only the regions asked were seen.".to_owned()),
        Some(mode) if case.is_full() => notes.push(format!("Cross-region aggregation: {mode}.")),
        _ => {}
    }
    Some(reading::data_gaps(case, "left out by filters or the working set", notes))
}
