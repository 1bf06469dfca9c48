//! A threat assessment whose risk rating follows from the facts: mandatory, because a wrong rating misleads whoever reads
//! nothing else.

use super::super::reading::words;
use super::super::{Check, Finding, Reading, Requirement};
use crate::risk_rating;

/// Headings of the assessment.
const HEADINGS: &[&str] =
    &["threat assessment", "risk assessment", "threat", "risk rating", "assessment", "risk level"];
/// What a rating is called.
const CALLED: &[&str] = &[
    "risk rating",
    "threat rating",
    "risk level",
    "threat level",
    "overall risk",
    "overall rating",
    "overall threat",
    "risk",
    "rating",
];
/// Ratings, worst first.
const LABELS: [&str; 4] = ["critical", "high", "medium", "low"];
/// Words that may stand between what a rating is called and the rating.
const BETWEEN: &[&str] =
    &["is", "was", "rating", "level", "rated", "as", "overall", "assessed", "at", "of", "the", "this", "night"];

pub(super) fn requirement() -> Requirement {
    let description = "A threat assessment under a heading of its own with one risk rating, written \"Risk rating: HIGH\" with one \
         of CRITICAL, HIGH, MEDIUM or LOW: the one that follows from the facts provided.";
    Requirement::built_in("threat_assessment", description, Check::Rule(check)).mandatory()
}

fn check(draft: &Reading<'_>) -> Finding {
    let document = draft.document();
    let (right, _) = risk_rating(draft.facts);
    let right = right.label();
    let mut ratings: Vec<&str> = document.blocks.iter().flat_map(|block| ratings(&block.text())).collect();
    ratings.sort_unstable();
    ratings.dedup();
    let mut wrong = vec![];
    let rated = match ratings.as_slice() {
        [] => {
            wrong.push(format!("Write \"Risk rating: {right}\"."));
            false
        }
        [one] if one.eq_ignore_ascii_case(right) => true,
        [_] => {
            wrong.push(format!("The facts make the risk rating {right}."));
            false
        }
        _ => {
            wrong.push(format!("Give one risk rating; the facts make it {right}."));
            false
        }
    };
    let section =
        document.headings_with(HEADINGS).any(|at| !document.is_title(at) && document.says_something_below(at));
    if !section {
        wrong.push("Put the assessment under a heading \"Threat Assessment\".".to_owned());
    }
    // A heading without the right rating is worth nothing.
    Finding::of(
        usize::from(rated) + usize::from(rated && section),
        2,
        wrong,
        "The rating is the one that the facts make.",
    )
}

/// Ratings that a text gives: a label after what a rating is called.
fn ratings(text: &str) -> Vec<&'static str> {
    let words = words(text);
    let mut found = vec![];
    for (at, word) in words.iter().enumerate() {
        let Some(label) = LABELS.iter().find(|label| *label == word) else { continue };
        let before = words.get(..at).unwrap_or_default();
        let skipped = before.iter().rev().take_while(|word| BETWEEN.contains(&word.as_str())).count();
        let after = words.get(at + 1).map(String::as_str);
        let is_called = |skip: usize| {
            let end = before.len().saturating_sub(skip);
            let stem = before.get(..end).unwrap_or_default();
            CALLED.iter().any(|called| stem.ends_with(&called.split(' ').map(str::to_owned).collect::<Vec<_>>()))
        };
        // "a risk: high-risk calls" rates nothing.
        if after != Some("risk") && (0..=skipped).any(is_called) {
            found.push(*label);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_are_found_however_they_are_put() {
        for (text, found) in [
            ("Risk rating: HIGH", vec!["high"]),
            ("The overall risk level is Critical.", vec!["critical"]),
            ("Risk is rated as LOW.", vec!["low"]),
            ("Three high-risk calls and a low count.", vec![]),
            ("Risk: high-risk calls came first.", vec![]),
            ("Risk rating: HIGH, not risk rating LOW", vec!["high", "low"]),
        ] {
            assert_eq!(ratings(text), found, "{text}");
        }
    }
}
