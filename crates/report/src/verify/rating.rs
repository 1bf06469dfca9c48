//! Judges what a report says about how bad it is as a whole: "the overall risk is low", "this night is rated critical".
//!
//! One step is a matter of opinion (the requirements of a profile may ask for the very label); two are not.

use std::ops::Range;

use security_model::Severity;

use super::known::{Directory, bit};
use super::line::{Line, Phrase};
use super::token::Kind;
use super::words::concept::{CONTROL, FINDING, RESOURCE};
use crate::facts::INCIDENTS;
use crate::{FactSet, NameKind, RiskLabel, risk_rating};

/// What the rating of the whole is called.
const CALLED: &[&str] = &[
    "risk",
    "threat",
    "rating",
    "rated",
    "rate",
    "rates",
    "danger",
    "exposure",
    "assessment",
    "verdict",
    "grade",
    "overall",
    "severity",
];
/// Tokens before a label in which a number says how many are rated so.
const COUNTED_BEFORE: usize = 5;
/// Tokens before a label in which the whole is named that it rates.
const OF_THE_WHOLE: usize = 6;
/// Words that may stand between what it is called and the label.
const BETWEEN: &[&str] = &[
    "is",
    "was",
    "rating",
    "level",
    "rated",
    "as",
    "overall",
    "assessed",
    "at",
    "of",
    "the",
    "this",
    "night",
    "incident",
    "seen",
    "to",
    "be",
    "it",
    "situation",
    "activity",
    "whole",
];
/// Words after the label that leave it a label.
const AFTER: &[&str] =
    &["and", "because", "since", "as", "given", "due", "for", "with", "in", "overall", "risk", "based"];

/// The label of a sentence that rates the whole and is two steps or more from what the facts make it, with its token.
pub(super) fn contradiction(line: &Line, sentence: &Range<usize>, facts: &FactSet) -> Option<(usize, &'static str)> {
    let is_about_one = sentence.clone().any(|token| line.tokens.get(token).is_some_and(|token| token.code));
    if is_about_one || line.is_advice(sentence.start) {
        return None;
    }
    let (token, said) = sentence.clone().find_map(|token| Some((token, label_of_the_whole(line, sentence, token)?)))?;
    let (right, _) = risk_rating(facts);
    let step = |label: RiskLabel| RiskLabel::ALL.iter().position(|other| *other == label).unwrap_or(0);
    (step(said).abs_diff(step(right)) > 1).then_some((token, right.label()))
}

/// The label that a sentence gives an incident and that is not the incident's level, with its token.
pub(super) fn of_incident(
    line: &Line,
    sentence: &Range<usize>,
    directory: &Directory,
    facts: &FactSet,
) -> Option<(usize, &'static str)> {
    let mut incidents = sentence.clone().filter_map(|token| match line.kind(token) {
        Some(Kind::Name { names, .. }) => {
            let incident = |name: &&u32| directory.kinds(&[**name]) & bit(NameKind::Incident) != 0;
            names.iter().find(incident).and_then(|name| directory.get(*name))
        }
        _ => None,
    });
    let incident = incidents.next().filter(|first| incidents.all(|other| other.text == first.text))?;
    let row = facts.list(INCIDENTS).find(|row| row.names.iter().any(|name| name.text.as_str() == incident.text))?;
    let right = row.severity?;
    let said = sentence.clone().find_map(|token| Some((token, level_at(line, sentence, token)?)));
    said.filter(|(_, label)| *label != right.label()).map(|(token, _)| (token, right.label()))
}

/// A label in capitals, or said to be a level. Not that of the whole (`risk is rated HIGH`), nor in `high-risk calls`.
fn level_at(line: &Line, sentence: &Range<usize>, token: usize) -> Option<&'static str> {
    let label = Severity::from_label(&line.text(token).to_ascii_uppercase())?.label();
    let spelled = line.tokens.get(token).and_then(|token| line.original(token.range()));
    let is_upper = spelled.is_some_and(|text| text == label);
    let next = line.word(token + 1);
    let is_level = matches!(next, Some("incident" | "level" | "severity"));
    let start = token.saturating_sub(OF_THE_WHOLE).max(sentence.start);
    let of_whole = (start..token).any(|at| matches!(line.word(at), Some("risk" | "rating" | "threat")));
    ((is_upper || is_level) && !of_whole && !line.is_mark(token + 1, '-')).then_some(label)
}

fn label_of_the_whole(line: &Line, sentence: &Range<usize>, token: usize) -> Option<RiskLabel> {
    let label = RiskLabel::ALL.into_iter().find(|label| label.label().eq_ignore_ascii_case(line.text(token)))?;
    let mut before = (sentence.start..token).rev().filter(|token| !is_mark(line, *token)).map(|token| line.text(token));
    let called = before.by_ref().find(|word| CALLED.contains(word) || !BETWEEN.contains(word))?;
    let ends = match line.kind(token + 1) {
        None | Some(Kind::Mark(_)) => true,
        Some(_) if token + 1 >= sentence.end => true,
        Some(_) => AFTER.contains(&line.text(token + 1)),
    };
    // "33 findings are rated LOW" rates each of them.
    let counted = (token.saturating_sub(COUNTED_BEFORE).max(sentence.start)..token).any(|at| {
        let of_things = |phrase: &Phrase| phrase.concepts.meets(FINDING | CONTROL | RESOURCE);
        line.quantity_at(at).is_some() || line.phrase_at(at).is_some_and(of_things)
    });
    // "A risk: high-risk calls" rates nothing.
    let is_compound = line.is_mark(token + 1, '-');
    (CALLED.contains(&called) && ends && !is_compound && !counted).then_some(label)
}

fn is_mark(line: &Line, token: usize) -> bool {
    matches!(line.kind(token), Some(Kind::Mark(':' | '*' | '_' | '-' | '=')))
}

#[cfg(test)]
mod tests {
    use crate::verify::tests::fixtures::is_contradicted;

    /// The night of the fixtures is rated CRITICAL: logging was stopped and a snapshot shared with another account.
    #[test]
    fn a_night_with_logging_stopped_is_of_no_low_risk() {
        for sentence in [
            "Risk rating: **LOW**",
            "The overall risk is low.",
            "Overall the threat level is low.",
            "This activity is rated low.",
            "Risk: low.",
            "Risk is assessed as low overall.",
            "Assessment: LOW",
            "I rate the situation LOW.",
            "In short: risk = low",
        ] {
            assert!(is_contradicted(sentence), "{sentence}");
        }
    }

    #[test]
    fn other_low_things_are_no_rating() {
        for sentence in [
            "Risk rating: **HIGH**",
            "The overall risk is critical.",
            "Keep the risk low: close the port.",
            "In addition, 4 calls are rated medium and 3 are rated low.",
            "Low-risk calls are left out.",
        ] {
            assert!(!is_contradicted(sentence), "{sentence}");
        }
    }
}
