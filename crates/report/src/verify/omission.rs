//! What a report had to say and does not.

use std::collections::BTreeSet;

use super::completeness::{self, Says};
use super::document::Place;
use super::report::Reading;

/// Words that say that something was not read, whatever else the sentence says.
const SAYS_GAP: &[&str] = &[
    "incomplete",
    "partial",
    "access denied",
    "denied in",
    "denied for",
    "could not be read",
    "not complete",
    "unread",
    "throttled",
    "not enabled",
    "unreachable",
    "not covered",
    "not analysed",
    "not analyzed",
    "not collected",
    "no access",
    "cut short",
    "damaged",
    "failed to read",
    "lower bound",
    "not evaluated",
    "not everything",
    "blind spot",
    "not read",
    "not understood",
    "not been read",
    "unreadable",
    "out of reach",
    "time budget",
    "timed out",
    "refused",
];

/// What is missing.
pub(super) struct Missing {
    pub(super) what: String,
    pub(super) ids: Vec<String>,
}

/// Required facts and rows that are not stated, and a gap that goes unmentioned.
pub(super) fn find(reading: &Reading<'_>, stated: &BTreeSet<String>) -> Vec<Missing> {
    let required = reading.facts.required.iter().filter(|required| required.omission && !stated.contains(&required.id));
    let mut missing: Vec<Missing> =
        required.map(|required| Missing { what: required.what.clone(), ids: vec![required.id.clone()] }).collect();
    if !reading.coverage.complete && !says_gap(reading) {
        missing.push(Missing { what: "that not everything asked for was read".to_owned(), ids: vec![] });
    }
    missing
}

/// Whether the report says that something was not read.
pub(super) fn says_gap(reading: &Reading<'_>) -> bool {
    let running = reading
        .document
        .blocks
        .iter()
        .zip(&reading.lines)
        .filter(|(block, _)| !matches!(block.place, Place::Heading(_)));
    running.into_iter().any(|(_, line)| {
        line.sentences.iter().any(|sentence| match completeness::says(line, sentence) {
            Some(Says::Incomplete) => true,
            Some(Says::Complete) => false,
            None => {
                let start = line.tokens.get(sentence.start).map_or(0, |token| token.start);
                let end =
                    sentence.end.checked_sub(1).and_then(|last| line.tokens.get(last)).map_or(0, |token| token.end);
                let text = line.lower.get(start..end).unwrap_or("");
                SAYS_GAP.iter().any(|phrase| text.contains(phrase))
            }
        })
    })
}
