//! The worst first: in every table, list and sentence, and among the actions.

use security_model::Severity;

use super::super::reading::{Block, Document, Kind, led_by, mentions};
use super::super::shared::actions;
use super::super::{Check, Finding, Reading, Requirement};

/// Has a row for every severity, whether or not there are findings of it.
const BY_SEVERITY: &str = "findings.by_severity";

pub(super) fn requirement() -> Requirement {
    let description = "Puts CRITICAL before HIGH before MEDIUM and LOW wherever severities are listed, states how many CRITICAL \
         and HIGH findings there are when there are any, and begins the actions with what the worst findings are about.";
    Requirement::built_in("severity_priority", description, Check::Rule(check))
}

fn check(draft: &Reading<'_>) -> Finding {
    let document = draft.document();
    let demands = [
        counts_stated(draft),
        sentences_in_order(document),
        lists_in_order(document),
        actions_in_order(document, draft),
    ];
    let all = demands.len();
    let wrong: Vec<String> = demands.into_iter().flatten().collect();
    Finding::of(all - wrong.len(), all, wrong, "The worst stands first throughout.")
}

fn counts_stated(draft: &Reading<'_>) -> Option<String> {
    let unstated = |severity: &Severity| {
        let fact = draft.facts.scoped(BY_SEVERITY, severity.label());
        fact.is_some_and(|fact| fact.value > 0 && !draft.checked.stated.contains(&fact.id))
    };
    let labels: Vec<&str> =
        [Severity::Critical, Severity::High].iter().filter(|s| unstated(s)).map(|s| s.label()).collect();
    (!labels.is_empty()).then(|| format!("Say how many {} findings there are.", labels.join(" and ")))
}

/// Within one sentence, and within the header of a table.
fn sentences_in_order(document: &Document) -> Option<String> {
    let out_of_order = |block: &Block| {
        let mentions = mentions(block);
        let mut pairs = mentions.windows(2);
        pairs.any(|pair| matches!(pair, [a, b] if a.sentence == b.sentence && is_worse(b.severity, a.severity)))
    };
    document
        .blocks
        .iter()
        .any(out_of_order)
        .then(|| "Name CRITICAL before HIGH before MEDIUM and LOW within a sentence and a table's header.".to_owned())
}

/// Rows of one table, items of one list, and paragraphs or headings of one section, as far as they are led by a severity.
fn lists_in_order(document: &Document) -> Option<String> {
    let ordered = |severities: &[Severity]| !severities.windows(2).any(|w| matches!(w, [a, b] if is_worse(*b, *a)));
    let mut groups: std::collections::BTreeMap<usize, Vec<Severity>> = std::collections::BTreeMap::new();
    let mut headings = vec![];
    let mut paragraphs_in_order = true;
    for stretch in document.stretches() {
        let mut paragraphs = vec![];
        for block in stretch {
            let Some(severity) = led_by(block).or_else(|| only_in_row(block)) else { continue };
            match block.kind {
                Kind::Heading(_) => headings.push(severity),
                Kind::Paragraph => paragraphs.push(severity),
                Kind::Row { head: true } => {}
                Kind::Item { .. } | Kind::Row { head: false } => groups.entry(block.group).or_default().push(severity),
            }
        }
        paragraphs_in_order &= ordered(&paragraphs);
    }
    let in_order = paragraphs_in_order && ordered(&headings) && groups.values().all(|group| ordered(group));
    (!in_order).then(|| "Sort lists and tables of severities with CRITICAL first.".to_owned())
}

/// The severity of a table's row that has its column elsewhere than first.
fn only_in_row(block: &Block) -> Option<Severity> {
    match mentions(block).as_slice() {
        [only] if block.kind == (Kind::Row { head: false }) => Some(only.severity),
        _ => None,
    }
}

/// No action about something less bad stands before one about something of the worst severity there is.
fn actions_in_order(document: &Document, draft: &Reading<'_>) -> Option<String> {
    let names = draft.names();
    // What the item says of itself counts before what it names: a resource may have findings of several severities.
    let worst_of = |item: &Block| {
        let stated = mentions(item).into_iter().map(|mention| mention.severity).min();
        stated.or_else(|| names.worst_in(item))
    };
    let items: Vec<Option<Severity>> = actions::items(document).into_iter().map(worst_of).collect();
    let things = draft.facts.rows.iter().filter(|row| row.list != BY_SEVERITY);
    let worst = things.filter_map(|row| row.severity).min()?;
    if worst > Severity::High || items.is_empty() {
        return None;
    }
    let is_worst = |severity: &Option<Severity>| *severity == Some(worst);
    let after_first_other = items.iter().skip_while(|severity| is_worst(severity)).any(is_worst);
    let begins = items.first().is_some_and(is_worst);
    (!begins || after_first_other).then(|| format!("Begin the actions with those about {} findings.", worst.label()))
}

/// Severities are ordered worst first.
fn is_worse(a: Severity, b: Severity) -> bool {
    a < b
}
