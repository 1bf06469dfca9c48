//! Every number that was provided is there.

use super::super::{Check, Finding, Reading, Requirement};

pub(super) fn requirement() -> Requirement {
    let description = "Includes all numerical data provided: the total, the count of every severity, and the other figures \
         that a report on these findings has to give, each with what it counts.";
    Requirement::built_in("numerical_data", description, Check::Rule(check))
}

fn check(draft: &Reading<'_>) -> Finding {
    let required = &draft.facts.required;
    let missing: Vec<String> = required
        .iter()
        .filter(|required| !draft.checked.stated.contains(&required.id))
        .map(|required| format!("Missing: {}.", required.what))
        .collect();
    Finding::of(required.len() - missing.len(), required.len(), missing, "Every required figure and name is stated.")
}
