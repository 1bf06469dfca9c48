//! Nothing beyond the data: the verifier's verdict, and no guessing in between.

use super::super::reading::{Document, contains, words};
use super::super::{Check, Finding, Reading, Requirement};
use crate::verify::Verdict;

/// Words of guessing.
const SPECULATION: &[&str] = &[
    "likely",
    "unlikely",
    "probably",
    "possibly",
    "perhaps",
    "maybe",
    "presumably",
    "apparently",
    "seemingly",
    "supposedly",
    "appears to",
    "appear to",
    "appeared to",
    "seems to",
    "seem to",
    "seemed to",
    "seems like",
    "looks like",
    "may have been",
    "might have",
    "could have been",
    "may be compromised",
    "may indicate",
    "might indicate",
    "could indicate",
    "may suggest",
    "might suggest",
    "suggests that",
    "suggesting that",
    "we believe",
    "we assume",
    "we suspect",
    "it is assumed",
    "assume that",
    "assuming that",
    "is suspected",
    "are suspected",
    "i think",
    "i assume",
    "i suspect",
    "must have been",
    "most certainly",
    "no doubt",
    "undoubtedly",
];
/// What each guess costs.
const COST: f64 = 0.2;
/// What a report that the verifier rejects gets at most.
const BEST_UNVERIFIED: f64 = 0.9;

pub(super) fn requirement() -> Requirement {
    let description = "No assumptions beyond the data provided: every number, name, time and statement that nothing was found \
         is backed by the facts, nothing that had to be said is left out, and nothing is guessed (no \"likely\", \"probably\", \
         \"appears to\").";
    Requirement::built_in("no_assumptions", description, Check::Rule(check)).mandatory()
}

fn check(draft: &Reading<'_>) -> Finding {
    let verification = &draft.checked.verification;
    let wrong = verification.claims.saturating_sub(verification.supported) + verification.omitted;
    let held = if verification.verdict == Verdict::Verified {
        1.0
    } else {
        let all = verification.claims + verification.omitted;
        let share = if all == 0 { 0.0 } else { verification.supported as f64 / all as f64 };
        share.min(BEST_UNVERIFIED)
    };
    let guesses = guesses(draft.document());
    let mut reasons = vec![];
    if held < 1.0 {
        reasons.push(format!(
            "{wrong} of {} claims do not hold or are missing.",
            verification.claims + verification.omitted
        ));
    }
    if let Some(first) = guesses.first() {
        let what = format!("Take out what is guessed: \"{first}\"");
        reasons.push(if guesses.len() > 1 {
            format!("{what} and {} more.", guesses.len() - 1)
        } else {
            format!("{what}.")
        });
    }
    if reasons.is_empty() {
        return Finding { score: 1.0, reason: "Every claim holds, and nothing is guessed.".to_owned() };
    }
    let score = (held - COST * guesses.len() as f64).clamp(0.0, BEST_UNVERIFIED);
    Finding { score, reason: reasons.join(" ") }
}

/// Words of guessing in the report's own prose: not in code spans, nor in what it quotes.
fn guesses(document: &Document) -> Vec<&'static str> {
    let mut found = vec![];
    for block in document.blocks.iter().filter(|block| !block.quoted) {
        let own = words(&unquoted(&block.prose()));
        found.extend(SPECULATION.iter().copied().filter(|phrase| contains(&own, phrase)));
    }
    found
}

/// The text without what stands between double quotes. A quote that is never closed quotes nothing.
fn unquoted(text: &str) -> String {
    let text = text.replace(['“', '”'], "\"");
    let parts: Vec<&str> = text.split('"').collect();
    let last = parts.len() - 1;
    let own = parts.iter().enumerate().filter(|(at, _)| at % 2 == 0 || (*at == last && last % 2 == 1));
    own.map(|(_, part)| *part).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_reports_own_guesses_count() {
        for (text, found) in [
            ("The key was likely stolen.", vec!["likely"]),
            ("Titled \"Key likely leaked\" by the product.", vec![]),
            ("Quoted “probably fine” there.", vec![]),
            ("A stray \" and it probably is.", vec!["probably"]),
            ("> it may have been used", vec![]),
            ("User `likely` signed in.", vec![]),
            ("An unlikelyword.", vec![]),
        ] {
            assert_eq!(guesses(&Document::parse(text)), found, "{text}");
        }
    }
}
