//! Failed operations as signs of trouble.

use super::super::reading::{Document, denies, first_of};
use super::super::shared::emptiness;
use super::super::{Check, Finding, Reading, Requirement};
use crate::{FactSet, NameKind};

/// Ways to speak of failures.
const TOPICS: &[&str] = &[
    "failed operations",
    "failed operation",
    "failed",
    "failures",
    "failure",
    "errors",
    "error",
    "denied",
    "access denied",
];
const ERRORS: &str = "events.failed_operations.by_error";
const PRINCIPALS: &str = "events.failed_operations.by_principal";

pub(super) fn requirement() -> Requirement {
    let description = "Treats failed operations as security indicators: how many there were in all, the most frequent error code, \
         and the principal with the most of them. Where none failed, it says so, and out of how many events.";
    Requirement::built_in("failed_operations", description, Check::Rule(check))
}

fn check(draft: &Reading<'_>) -> Finding {
    let document = draft.document();
    let total = draft.facts.total("events.failed_operations.total");
    match total {
        Some(total) if total.value > 0 => {
            let demands = [
                (!draft.checked.stated.contains(&total.id))
                    .then(|| "Say how many operations failed in all.".to_owned()),
                unnamed(document, draft.facts, ERRORS, NameKind::ErrorCode)
                    .then(|| "Name the most frequent error code.".to_owned()),
                unnamed(document, draft.facts, PRINCIPALS, NameKind::Principal)
                    .then(|| "Name the principal with the most failed operations.".to_owned()),
            ];
            let all = demands.len();
            let wrong: Vec<String> = demands.into_iter().flatten().collect();
            Finding::of(all - wrong.len(), all, wrong, "Failed operations are covered.")
        }
        _ => none_failed(document, draft),
    }
}

fn none_failed(document: &Document, draft: &Reading<'_>) -> Finding {
    let denied = document.body().any(|block| denies(&block.text(), TOPICS));
    let events = draft.facts.total("events.total");
    let out_of = events.is_some_and(|events| draft.checked.stated.contains(&events.id));
    let nothing_happened = emptiness::is_empty_and_said(draft.facts, document);
    let mut wrong = vec![];
    if !denied && !nothing_happened {
        wrong.push("Say that no operation failed.".to_owned());
    }
    if !out_of && !nothing_happened {
        wrong.push("Say out of how many events.".to_owned());
    }
    Finding::of(2 - wrong.len(), 2, wrong, "It says that none failed, and out of how many events.")
}

/// Whether none of the first rows of a list is named. Rows that are level count alike.
fn unnamed(document: &Document, facts: &FactSet, list: &str, kind: NameKind) -> bool {
    let first = first_of(facts, list, kind);
    !first.is_empty() && !first.iter().any(|row| document.names_any(&row.forms_of(kind)))
}
