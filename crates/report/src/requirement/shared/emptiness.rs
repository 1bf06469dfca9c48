//! Analyses that counted nothing: saying so answers every question about what was counted.

use super::super::reading::{Document, denies};
use crate::{FactSet, Subject};

/// What there is none of then.
const TOPICS: &[&str] = &["events", "event", "activity", "findings", "finding", "records"];

/// Whether nothing was counted.
pub(in crate::requirement) fn is_empty(facts: &FactSet) -> bool {
    let metric = match facts.subject {
        Subject::SecurityHub => "findings.total",
        Subject::CloudTrail => "events.total",
    };
    facts.total(metric).is_none_or(|total| total.value == 0)
}

/// Whether the report says that nothing was counted.
pub(in crate::requirement) fn is_said(document: &Document) -> bool {
    document.body().any(|block| denies(&block.text(), TOPICS))
}

/// Whether nothing was counted and the report says so.
pub(in crate::requirement) fn is_empty_and_said(facts: &FactSet, document: &Document) -> bool {
    is_empty(facts) && is_said(document)
}
