//! The calls that an attacker gains most by, and who made them.

use super::super::reading::{Block, Document, denies};
use super::super::shared::emptiness;
use super::super::{Check, Finding, Reading, Requirement};
use crate::{FactRow, NameKind};

/// Rows that have to be there; the list is worst first.
const TOP: usize = 3;
/// Ways to speak of high-risk activity.
const TOPICS: &[&str] = &["high risk", "highrisk", "risky", "dangerous", "suspicious", "requiring investigation"];

pub(super) fn requirement() -> Requirement {
    let description = "Highlights high-risk activities that require investigation: names the three worst of the high-risk calls \
         provided, each together with a principal that made it. Where there are none, it says that there are none.";
    Requirement::built_in("high_risk_activities", description, Check::Rule(check)).mandatory()
}

fn check(draft: &Reading<'_>) -> Finding {
    let document = draft.document();
    let rows: Vec<&FactRow> = draft.facts.list("events.high_risk").take(TOP).collect();
    if rows.is_empty() {
        let none = document.body().any(|block| denies(&block.text(), TOPICS));
        let said = none || emptiness::is_empty_and_said(draft.facts, document);
        let wrong = (!said).then(|| "Say that there were no high-risk calls.".to_owned());
        return Finding::of(usize::from(said), 1, Vec::from_iter(wrong), "It says that there were none.");
    }
    let wrong: Vec<String> = rows.iter().enumerate().filter_map(|(at, row)| fault(document, row, at + 1)).collect();
    Finding::of(rows.len() - wrong.len(), rows.len(), wrong, "The worst calls are named, each with who made it.")
}

fn fault(document: &Document, row: &FactRow, rank: usize) -> Option<String> {
    let (events, principals) = (row.forms_of(NameKind::EventName), row.forms_of(NameKind::Principal));
    let event = |block: &Block| block.names_any(&events);
    let who = |block: &Block| block.names_any(&principals);
    if !document.blocks.iter().any(event) {
        return Some(format!("Name high-risk call {rank} of the list and say who made it."));
    }
    let nobody = !row.is_known_by(NameKind::Principal);
    let together = |block: &Block| event(block) && who(block);
    // A heading may carry the call, and what follows it the principal.
    let in_stretch =
        |stretch: &[Block]| stretch.split_first().is_some_and(|(head, rest)| event(head) && rest.iter().any(who));
    let said = nobody || document.blocks.iter().any(together) || document.stretches().any(in_stretch);
    (!said).then(|| format!("Say beside high-risk call {rank} of the list who made it."))
}
