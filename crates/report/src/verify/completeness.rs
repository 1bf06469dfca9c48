//! Judges what a report says about its own reading: that all was read, or that something was not.

use super::line::Line;
use super::words::concept::{EVENT, OPERATION};

/// Words for reading.
const READING: &[&str] = &[
    "read",
    "covered",
    "processed",
    "collected",
    "retrieved",
    "analysed",
    "analyzed",
    "examined",
    "seen",
    "pulled",
    "ingested",
    "reviewed",
    "included",
    "evaluated",
    "fetched",
    "loaded",
    "inspected",
    "scanned",
    "queried",
    "returned",
    "available",
];
/// Words for what was asked.
const ASKED: &[&str] = &[
    "asked",
    "requested",
    "wanted",
    "scope",
    "window",
    "period",
    "sources",
    "regions",
    "accounts",
    "data",
    "records",
    "events",
    "findings",
    "logs",
];
/// Words for everything.
const ALL: &[&str] =
    &["everything", "all", "every", "entire", "whole", "full", "fully", "complete", "completely", "entirety"];
/// Words for something missing.
const MISSING: &[&str] = &[
    "missing",
    "unread",
    "omitted",
    "skipped",
    "denied",
    "gap",
    "gaps",
    "incomplete",
    "inaccessible",
    "unreachable",
    "lacking",
];
/// Words that turn a statement round.
const NOT: &[&str] = &[
    "not", "no", "nothing", "none", "without", "never", "neither", "cannot", "couldn't", "wasn't", "weren't", "isn't",
    "zero",
];

/// What a sentence says about the reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// All was read.
    Complete,
    /// Something was not.
    Incomplete,
}

/// What a sentence says about the reading, if anything.
pub(super) fn says(line: &Line, sentence: &std::ops::Range<usize>) -> Option<Says> {
    // `17 % of all events, versus 262 read events`: no statement about the reading.
    let counted = |token: usize| {
        let of = token.checked_sub(1).and_then(|before| line.word(before)) == Some("of");
        let noun = line.phrase_at(token + 1).is_some_and(|phrase| phrase.concepts.meets(EVENT | OPERATION));
        let type_of = matches!(line.word(token + 1), Some("only" | "type"));
        of && line.word(token) == Some("all") || line.word(token) == Some("read") && (noun || type_of)
    };
    let words: Vec<&str> =
        sentence.clone().filter(|token| !counted(*token)).filter_map(|token| line.said(token)).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let position = |list: &[&str]| words.iter().position(|word| list.contains(word));
    let not = position(NOT);
    let (all, reading) = (position(ALL), position(READING));
    let near =
        |a: Option<usize>, b: Option<usize>, far: usize| matches!((a, b), (Some(a), Some(b)) if a.abs_diff(b) <= far);
    let everything_not = words.windows(2).any(|pair| matches!(pair, ["not", "everything" | "all" | "every"]));
    if everything_not && reading.is_some() {
        return Some(Says::Incomplete);
    }
    // `Nothing that was asked for is missing`, `no gaps`, `nothing went unread`.
    if let Some(missing) = position(MISSING) {
        let gap = matches!(words.get(missing), Some(&("gap" | "gaps" | "incomplete")));
        let reach = if gap { 3 } else { 7 };
        let nothing = |not: usize| {
            !matches!(words.get(not), Some(&("not" | "cannot" | "couldn't" | "wasn't" | "weren't" | "isn't")))
        };
        let denied = not.is_some_and(|not| not < missing && missing - not <= reach && nothing(not));
        let about_reading = has(READING)
            || has(ASKED)
            || matches!(words.get(missing), Some(&("gap" | "gaps" | "unread" | "incomplete")));
        return about_reading.then_some(if denied { Says::Complete } else { Says::Incomplete });
    }
    // `Not everything could be read`, `some records were not read`.
    if near(not, reading, 3) || (near(not, all, 1) && reading.is_some()) {
        let nothing = matches!(not.and_then(|not| words.get(not)), Some(&("nothing" | "none")));
        return (!nothing && (all.is_some() || has(ASKED))).then_some(Says::Incomplete);
    }
    if not.is_none() && all.is_some() && reading.is_some() && (has(ASKED) || words.len() <= 6) {
        let (all, reading) = (all?, reading?);
        // `everything asked for was read`, `all requested data was read`, `all regions were covered`.
        return (all < reading
            && reading - all <= 9
            && !has(&["only", "except", "but", "partly", "partially", "if", "when", "once"]))
        .then_some(Says::Complete);
    }
    let coverage = words.iter().position(|word| matches!(*word, "coverage" | "reading" | "collection" | "data"));
    let complete = words.iter().position(|word| matches!(*word, "complete" | "full"));
    if near(coverage, complete, 3) && not.is_none() {
        return Some(Says::Complete);
    }
    None
}
