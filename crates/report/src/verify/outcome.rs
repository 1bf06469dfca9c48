//! Judges what a report says about how a call ended: "`StopLogging` failed", "a successful `DeleteDetector`".
//!
//! Only where it is said of the call and nothing else stands between. A number with it ("1 failed") is judged as a number.

use std::ops::Range;

use super::known::{Directory, bit};
use super::line::Line;
use super::token::Kind;
use super::words::outcome::{FAILED, FOLLOWS, NOT, OTHERS, SUCCEEDED, TOWARDS};
use crate::{FactSet, NameKind};

/// Longest way from a call to what is said of it, and back, in tokens.
const REACH: usize = 12;

/// An outcome that the evidence has no call for.
pub(super) struct Wrong {
    /// The word that says it.
    pub(super) token: usize,
    /// What the evidence has.
    pub(super) expected: String,
}

/// The outcomes of a sentence that no call had.
pub(super) fn judge(line: &Line, sentence: &Range<usize>, directory: &Directory, facts: &FactSet) -> Vec<Wrong> {
    if line.is_advice(sentence.start) {
        return vec![];
    }
    let said = sentence.clone().filter_map(|token| Some((token, outcome(line, token)?)));
    said.filter_map(|(token, succeeded)| {
        let call =
            call_before(line, sentence, token, directory).or_else(|| call_after(line, sentence, token, directory))?;
        let (all, failed) = calls(facts, &call)?;
        let there = if succeeded { all.saturating_sub(failed) } else { failed };
        let expected = format!("{all} calls, {failed} of them failed");
        (all > 0 && there == 0).then_some(Wrong { token, expected })
    })
    .collect()
}

/// Whether a word says that a call succeeded or that it failed; `None` for another word, or one that belongs to a number.
fn outcome(line: &Line, token: usize) -> Option<bool> {
    let word = line.word(token)?;
    let succeeded = SUCCEEDED.contains(&word);
    if !succeeded && !FAILED.contains(&word) {
        return None;
    }
    let counted = |token: Option<usize>| token.is_some_and(|token| line.quantity_at(token).is_some());
    if counted(token.checked_sub(1)) || counted(Some(token + 1)) {
        return None;
    }
    let turned = (1..=2).filter_map(|back| line.word(token.checked_sub(back)?)).any(|word| NOT.contains(&word));
    Some(succeeded != turned)
}

/// The call that the sentence is about when it comes to the word: "`StopLogging` by `x` failed".
fn call_before(line: &Line, sentence: &Range<usize>, token: usize, directory: &Directory) -> Option<String> {
    // "failed sign-ins" are others than the call before.
    let describes = token + 1 < sentence.end && line.word(token + 1).is_some_and(|next| !FOLLOWS.contains(&next));
    if describes {
        return None;
    }
    let before = (sentence.start..token).rev().take(REACH);
    for token in before {
        if let Some(name) = call(line, token, directory) {
            return Some(name);
        }
        let ends = matches!(line.kind(token), Some(Kind::Mark(';' | ':' | '(' | ')' | ',')));
        let of_others = line.word(token).is_some_and(|word| OTHERS.contains(&word) || outcome(line, token).is_some());
        if ends || of_others || line.quantity_at(token).is_some() {
            return None;
        }
    }
    None
}

/// The call that the word describes: "a failed attempt at `DeleteDetector`".
fn call_after(line: &Line, sentence: &Range<usize>, token: usize, directory: &Directory) -> Option<String> {
    let mut after = (token + 1..sentence.end).take(REACH);
    let first = after.by_ref().find(|token| !line.word(*token).is_some_and(|word| TOWARDS.contains(&word)))?;
    call(line, first, directory)
}

fn call(line: &Line, token: usize, directory: &Directory) -> Option<String> {
    let Some(Kind::Name { names, .. }) = line.kind(token) else { return None };
    let mut known = names.iter().filter_map(|name| directory.names.get(*name as usize));
    known.find(|known| known.kinds & bit(NameKind::EventName) != 0).map(|known| known.text.clone())
}

/// How often a call was made and how often it failed, where the evidence tells both.
fn calls(facts: &FactSet, call: &str) -> Option<(u64, u64)> {
    let value = |metric: &str| {
        let mut of = facts.facts.iter().filter(|fact| fact.metric == metric);
        of.find(|fact| fact.scope.as_str().eq_ignore_ascii_case(call)).map(|fact| fact.value)
    };
    let risky = value("events.high_risk.count").zip(value("events.high_risk.failed"));
    risky.or_else(|| value("events.by_event").zip(value("events.failed_operations.by_event")))
}

#[cfg(test)]
mod tests {
    use crate::verify::tests::fixtures::{fails, holds, night};

    /// In the night, `StopLogging` was called once without an error, `AttachUserPolicy` three times with one error.
    #[test]
    fn an_outcome_that_no_call_had_is_false() {
        for sentence in [
            "`StopLogging` failed.",
            "`StopLogging` was denied.",
            "A call of StopLogging by break-glass-admin was refused.",
            "The failed attempt at `StopLogging` stands out.",
            "`StopLogging` did not succeed.",
        ] {
            fails(sentence, &night());
        }
    }

    #[test]
    fn an_outcome_that_some_call_had_holds() {
        for sentence in [
            "`StopLogging` succeeded.",
            "`StopLogging` did not fail.",
            "`AttachUserPolicy` failed once.",
            "The successful call of `AttachUserPolicy` gave lasting access.",
            "`StopLogging` went through while other calls failed.",
            "`StopLogging` came before the failed sign-ins.",
            "Check whether `StopLogging` failed.",
        ] {
            holds(sentence, &night());
        }
    }
}
