//! What a report had to say and does not.

use std::collections::BTreeSet;

use super::completeness::{self, Says};
use super::document::Place;
use super::quantity::{Amount, Quantity};
use super::report::Reading;
use super::{Claim, Judgement};

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
pub(super) fn find(reading: &Reading<'_>, stated: &BTreeSet<String>, held: &[Claim]) -> Vec<Missing> {
    let required = reading.facts.required.iter().filter(|required| required.omission && !stated.contains(&required.id));
    let unsaid = required.filter(|required| match reading.facts.fact(&required.id) {
        Some(fact) => {
            let is_total = fact.scope.as_str() == "all";
            !(says_number(reading, fact, held) || is_total && names_all(reading, &fact.metric, stated))
        }
        None => true,
    });
    let mut missing: Vec<Missing> =
        unsaid.map(|required| Missing { what: required.what.clone(), ids: vec![required.id.clone()] }).collect();
    if !reading.coverage.complete && !says_gap(reading) {
        missing.push(Missing { what: "that not everything asked for was read".to_owned(), ids: vec![] });
    }
    missing
}

/// Whether a number is said in words that do not tie it to its fact: a value that stands in the report, and is not held to
/// be wrong there, may be it. That there is none of something need not be said.
fn says_number(reading: &Reading<'_>, fact: &security_model::Fact, held: &[Claim]) -> bool {
    let value = fact.value as f64;
    let holds = |block: usize, quantity: &Quantity| {
        let Some(span) = reading.span(block, quantity.tokens.clone()) else { return false };
        held.binary_search_by_key(&span, |claim| claim.span)
            .ok()
            .and_then(|found| held.get(found))
            .is_some_and(|claim| claim.judgement == Judgement::Supported)
    };
    fact.value == 0
        || reading.lines.iter().enumerate().any(|(block, line)| {
            let counts =
                line.quantities.iter().filter(|quantity| quantity.amount == Amount::Count && quantity.admits(value));
            counts.into_iter().any(|quantity| holds(block, quantity))
        })
}

/// Whether every row that a number is the sum of is named.
fn names_all(reading: &Reading<'_>, list: &str, stated: &BTreeSet<String>) -> bool {
    let mut rows = reading.facts.list(list).peekable();
    rows.peek().is_some() && rows.all(|row| stated.contains(&row.id))
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
