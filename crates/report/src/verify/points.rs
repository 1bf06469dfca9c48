//! Judges a score that is told with the most it can be: "85 of 100", "85/100".

use super::Judgement;
use super::count::Finding;
use super::label::Label;
use super::line::Line;
use super::measure::Measures;
use super::quantity::{Amount, Quantity};
use super::words::concept::SCORE;

/// The most that a score can be.
const MOST: f64 = 100.0;

/// What becomes of a number near the word "score" that is no plain count; `None` for any other.
pub(super) fn judge(line: &Line, quantity: &Quantity, label: &Label, measures: &Measures) -> Option<Finding> {
    let score = SCORE & measures.vocabulary;
    let (_, sentence) = line.sentence_of(quantity.tokens.start);
    let is_of_score =
        || sentence.into_iter().any(|at| line.phrase_at(at).is_some_and(|phrase| phrase.concepts.meets(score)));
    match quantity.amount {
        Amount::Count if quantity.value == MOST && quantity.whole_of.is_some() && is_of_score() => {
            Some(Finding::default())
        }
        Amount::Share if label.near().meets(score) => {
            let scores = || measures.all.iter().filter(|measure| measure.need.meets(SCORE));
            let held = scores().find(|score| quantity.admits(score.value as f64));
            let judgement = if held.is_some() { Judgement::Supported } else { Judgement::Contradicted };
            let facts = held.or_else(|| scores().next()).map_or_else(Vec::new, |score| score.facts.clone());
            let expected = scores().next().filter(|_| held.is_none()).map(|score| score.value.to_string());
            Some(Finding { judgement: Some(judgement), facts, expected, ..Finding::default() })
        }
        _ => None,
    }
}
