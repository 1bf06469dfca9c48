//! Who does most, and whose calls fail most.

use std::collections::HashSet;

use super::super::reading::{Block, denies, first_of};
use super::super::shared::emptiness;
use super::super::{Check, Finding, Reading, Requirement};
use crate::{FactRow, NameKind};

/// Ways to speak of activity as a whole.
const TOPICS: &[&str] =
    &["activity", "events", "event", "principals", "principal", "users", "user", "behavior", "behaviour"];

pub(super) fn requirement() -> Requirement {
    let description = "Analyses user behaviour for anomalies: names the principal with the most events and the one with the most \
         failed operations, each with its number. Where there was no activity, it says so.";
    Requirement::built_in("behavior_patterns", description, Check::Rule(check))
}

fn check(draft: &Reading<'_>) -> Finding {
    let document = draft.document();
    let busiest = first_of(draft.facts, "events.by_principal", NameKind::Principal);
    let failing = first_of(draft.facts, "events.failed_operations.by_principal", NameKind::Principal);
    if busiest.is_empty() && failing.is_empty() {
        let none = document.body().any(|block| denies(&block.text(), TOPICS));
        let said = none || emptiness::is_empty_and_said(draft.facts, document);
        let wrong = (!said).then(|| "Say that there was no activity to look at.".to_owned());
        return Finding::of(usize::from(said), 1, Vec::from_iter(wrong), "It says that there was no activity.");
    }
    let described: HashSet<&str> = document.body().filter(|block| has_number(block)).flat_map(Block::tokens).collect();
    let is_described =
        |row: &FactRow| row.forms_of(NameKind::Principal).iter().any(|form| described.contains(form.as_str()));
    let demands: Vec<(&str, Vec<&FactRow>)> = [("the most events", busiest), ("the most failed operations", failing)]
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let wrong: Vec<String> = demands
        .iter()
        .filter(|(_, rows)| !rows.iter().any(|row| is_described(row)))
        .map(|(what, _)| format!("Name the principal with {what}, and how many."))
        .collect();
    Finding::of(demands.len() - wrong.len(), demands.len(), wrong, "The principals that stand out are named.")
}

/// Whether a number stands in the block, beside whoever it names.
fn has_number(block: &Block) -> bool {
    block.prose().contains(|c: char| c.is_ascii_digit()) || block.words().iter().any(|word| is_number_word(word))
}

fn is_number_word(word: &str) -> bool {
    const WORDS: &[&str] =
        &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "all", "every", "only"];
    WORDS.contains(&word)
}
