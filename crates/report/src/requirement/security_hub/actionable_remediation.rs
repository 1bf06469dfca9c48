//! Remediation that can be carried out.

use std::collections::BTreeSet;

use super::super::shared::actions;
use super::super::{Check, Finding, Reading, Requirement};
use crate::{FactSet, NameKind};

pub(super) fn requirement() -> Requirement {
    let description = "Actionable remediation: a numbered list under a heading such as Recommended Actions, in which every \
         item says what to do and names the resource, control or finding it is about. Where there are no findings, it says \
         that nothing needs action.";
    Requirement::built_in("actionable_remediation", description, Check::Rule(check))
}

fn check(draft: &Reading<'_>) -> Finding {
    actions::check(draft, things(draft.facts))
}

/// Distinct things that ask for an action. Findings of one control share an action, so controls count where there are any.
fn things(facts: &FactSet) -> usize {
    let distinct = |list, kind| {
        let names = facts.list(list).flat_map(|row| row.of_kind(kind));
        names.map(|name| name.text.as_str()).collect::<BTreeSet<_>>().len()
    };
    let any = usize::from(facts.total("findings.total").is_some_and(|total| total.value > 0));
    match distinct("findings.top_controls", NameKind::Control) {
        0 => distinct("findings.attention", NameKind::Title).min(any).max(any),
        controls => controls,
    }
}
