//! Recommendations that can be carried out.

use super::super::shared::actions;
use super::super::{Check, Finding, Reading, Requirement};
use crate::FactSet;

pub(super) fn requirement() -> Requirement {
    let description = "Actionable security recommendations: a numbered list under a heading such as Recommended Actions, in \
         which every item says what to do and names the principal, event, resource or address it is about. Where nothing \
         stands out, it says that nothing needs action.";
    Requirement::built_in("actionable_recommendations", description, Check::Rule(check))
}

fn check(draft: &Reading<'_>) -> Finding {
    actions::check(draft, things(draft.facts))
}

/// Kinds of things that ask for an action: high-risk calls, failures, sign-ins that failed or lacked MFA, root.
fn things(facts: &FactSet) -> usize {
    const TOTALS: [&str; 4] = [
        "events.failed_operations.total",
        "events.console_logins.failed",
        "events.console_logins.without_mfa",
        "events.root_activity",
    ];
    let some = |metric: &&str| facts.total(metric).is_some_and(|fact| fact.value > 0);
    let others = usize::from(TOTALS.iter().any(some));
    facts.list("events.high_risk").count() + others
}
