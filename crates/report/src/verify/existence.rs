//! Judges statements that there is none of something, or that there is some.

use super::Judgement;
use super::count::{self, Finding};
use super::judge::Judge;
use super::label::Label;
use super::line::Line;
use super::quantity::{Amount, Quantity};
use super::token::Kind;
use super::unknown::Unknown;
use super::words::advice;
use super::words::concept::{GAP, HEADS, INCIDENT, RECENT, SKIPPED, UNREADABLE};
use super::words::grammar::{PLAIN, WAS_THERE};

/// Tokens between a wish and what is wished for.
const FURTHEST_WISH: usize = 24;

impl Judge<'_> {
    /// `no failed sign-ins`, `several failures`.
    pub(super) fn existence(&self, line: &Line, quantity: &Quantity, label: &Label) -> Finding {
        let (_, sentence) = line.sentence_of(quantity.tokens.start);
        let missing = |token: usize| {
            matches!(line.word(token), Some("missing" | "skipped" | "unread" | "lost" | "omitted" | "unavailable"))
        };
        // `No.` answers a question; `no source was missing` is about the reading, in its own clause.
        let words = sentence.clone().filter(|token| line.word(*token).is_some()).count();
        let goes_on = |token: &usize| {
            !matches!(line.kind(*token), Some(Kind::Mark(',' | ';')))
                && !matches!(line.word(*token), Some("and" | "but"))
        };
        let mut clause = (quantity.tokens.end..sentence.end).take_while(goes_on);
        if words <= 1 || quantity.amount == Amount::None && clause.any(missing) {
            return Finding::default();
        }
        let mut finding = count::judge_existence(quantity, label, &self.reading.measures);
        if finding.judgement == Some(Judgement::Supported) && !label.is_bare() {
            // "No events were counted" says so of the total too.
            let of_all = self.reading.measures.of_all();
            let totals = of_all
                .filter(|m| m.need.is_empty() && m.value == 0 && quantity.admits(0.0) && label.own().meets(m.head));
            finding.facts.extend(totals.flat_map(|measure| measure.facts.iter().copied()));
            return finding;
        }
        // `No fall under X`: of something named, what it has most of is denied.
        let of_a_name = label.is_bare() && label.is_of_a_name() && label.unknown == Unknown::Nothing;
        let telling = label.tells(finding.fit) && (!label.is_bare() || of_a_name && quantity.amount == Amount::None);
        if !telling
            || label.unknown == Unknown::Head
            || finding.judgement == Some(Judgement::Unsupported)
            || finding.judgement == Some(Judgement::Ambiguous)
        {
            return Finding::default();
        }
        if finding.judgement == Some(Judgement::Misattributed) {
            finding.judgement = Some(Judgement::Contradicted);
        }
        // "No action follows": of everything, only that it was not there is a claim.
        let of_everything =
            (label.own() - (HEADS - INCIDENT)).is_empty() && !label.near().meets(RECENT) && !label.is_of_a_name();
        if of_everything && !is_said_to_be_absent(line, quantity) {
            return Finding::default();
        }
        // Gaps say that something could not be read without saying how many records that were.
        let of_gap = label.near().meets(UNREADABLE | GAP | SKIPPED) && !self.reading.coverage.complete;
        if of_gap && quantity.amount == Amount::Some {
            return Finding::default();
        }
        if is_wished(line, quantity.tokens.start) && finding.judgement == Some(Judgement::Contradicted) {
            // "Make sure that no critical finding stays open" says nothing about what is.
            return Finding::default();
        }
        finding
    }
}

/// `No events were counted`, `no findings.`, `no principals in eu-west-1`.
fn is_said_to_be_absent(line: &Line, quantity: &Quantity) -> bool {
    if quantity.amount == Amount::Some {
        return true;
    }
    let mut at = quantity.tokens.end;
    while line.phrase_at(at).is_some() || line.word(at).is_some_and(|word| PLAIN.contains(&word)) {
        at += 1;
    }
    match line.word(at) {
        None => true,
        Some(word) => {
            WAS_THERE.contains(&word)
                || matches!(
                    word,
                    "was"
                        | "were"
                        | "is"
                        | "are"
                        | "in"
                        | "from"
                        | "by"
                        | "on"
                        | "among"
                        | "have"
                        | "has"
                        | "exist"
                        | "came"
                        | "saw"
                        | "show"
                        | "read"
                        | "and"
                        | "with"
                        | "that"
                        | "took"
                        | "at"
                        | "within"
                        | "during"
                )
        }
    }
}

/// `Make sure that no critical finding stays open.`
fn is_wished(line: &Line, token: usize) -> bool {
    let (_, sentence) = line.sentence_of(token);
    (sentence.start.max(token.saturating_sub(FURTHEST_WISH))..token).any(|token| {
        line.word(token).is_some_and(|word| {
            advice::MODALS.contains(&word)
                || matches!(
                    word,
                    "sure" | "confirm" | "check" | "verify" | "until" | "whether" | "if" | "validate" | "require"
                )
        })
    })
}
