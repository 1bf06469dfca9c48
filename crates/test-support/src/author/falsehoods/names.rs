//! True names in false places, and names left out.

use super::super::brief::{Named, Row};
use super::super::rating::rating;
use super::super::security_hub::SEVERITIES;
use super::{Forge, PlantedKind};

fn most_urgent(hub: bool) -> &'static str {
    if hub { "findings.attention" } else { "events.high_risk" }
}

/// What the row is told by: the finding's title, or the event.
pub(super) fn told_by<'a>(row: &Row<'a>) -> Option<Named<'a>> {
    row.name("TITLE").or_else(|| row.name("FINDING")).or_else(|| row.subject())
}

/// The most urgent rows disappear, wherever they are told. A HIGH finding of forty may be left out without a lie; a CRITICAL
/// one, or a high-risk call, may not.
pub(super) fn dropped(forge: &mut Forge<'_, '_>) {
    let hub = forge.brief.is_security_hub();
    let urgent = |row: &&Row<'_>| !hub || row.severity() == Some("CRITICAL");
    let rows: Vec<Row<'_>> = forge.brief.list(most_urgent(hub)).filter(urgent).take(6).cloned().collect();
    let count = usize::try_from(forge.below(2)).unwrap_or(0) + 1;
    for row in rows.iter().take(count) {
        let Some(name) = told_by(row).map(Named::written) else { continue };
        forge.report.retain(|line| !has_word(line, &name));
        forge.planted.push(super::Planted {
            lie: forge.lie,
            kind: PlantedKind::Omission,
            value: row.id.to_owned(),
            sentence: name,
        });
    }
}

/// `RESOURCE_1` is no part of `RESOURCE_12`.
fn has_word(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let after = line.get(at + name.len()..).and_then(|rest| rest.chars().next());
        !after.is_some_and(|c| c.is_ascii_digit())
    })
}

/// Somebody else did it, or it happened to something else.
pub(super) fn swapped(forge: &mut Forge<'_, '_>) {
    let hub = forge.brief.is_security_hub();
    let (kind, heading) = if hub { ("RESOURCE", "Severity Analysis") } else { ("PRINCIPAL", "High-Risk Activity") };
    let rows: Vec<Row<'_>> = forge.brief.list(most_urgent(hub)).cloned().collect();
    if forge.below(2) == 0 && swapped_scope(forge, kind) {
        return;
    }
    let Some(row) = forge.pick(&rows) else { return };
    let Some(what) = told_by(&row) else { return };
    // Whatever stands with the same thing in any row would make it true.
    let known: Vec<&str> = forge
        .brief
        .rows
        .iter()
        .filter(|other| other.names.contains(&what))
        .flat_map(|other| other.names.iter().map(|name| name.text))
        .collect();
    let strangers: Vec<&str> =
        forge.brief.tokens.iter().filter(|t| t.kind == kind && !known.contains(&t.text)).map(|t| t.text).collect();
    let Some(stranger) = forge.pick(&strangers) else { return };
    let what = what.written();
    let sentence = match (hub, forge.below(3)) {
        (true, 0) => format!("- {what} on {stranger}"),
        (true, _) => format!("- {stranger} has the finding {what}"),
        (false, 0) => format!("- {what} by {stranger}"),
        (false, 1) => format!("- {stranger} called {what}"),
        (false, _) => format!("It was {stranger} that called {what}."),
    };
    forge.add(PlantedKind::Sentence, stranger, heading, sentence);
}

/// The number of one with the name of another.
fn swapped_scope(forge: &mut Forge<'_, '_>, kind: &str) -> bool {
    let (metric, unit, heading) = if forge.brief.is_security_hub() {
        ("findings.top_resources", "findings", "Affected Resources")
    } else {
        ("events.by_principal", "events", "User Behavior")
    };
    let facts: Vec<(&str, &str, u64)> =
        forge.brief.all(metric).filter(|f| f.scope.starts_with(kind)).map(|f| (f.scope, f.slot, f.value)).collect();
    let Some((name, _, value)) = forge.pick(&facts) else { return false };
    let others: Vec<&str> = facts.iter().filter(|other| other.2 != value).map(|other| other.1).collect();
    let Some(slot) = forge.pick(&others) else { return false };
    let sentence = format!("- {name} alone: {slot} {unit}");
    forge.add(PlantedKind::Sentence, slot, heading, sentence);
    true
}

/// A severity or rating that is another than the evidence's.
pub(super) fn severity(forge: &mut Forge<'_, '_>) {
    if !forge.brief.is_security_hub() {
        return wrong_rating(forge);
    }
    let rows: Vec<Row<'_>> =
        forge.brief.list("findings.attention").filter(|row| row.severity().is_some()).cloned().collect();
    let Some(row) = forge.pick(&rows) else { return };
    let Some(what) = told_by(&row) else { return };
    // Findings of one title may differ in severity.
    let true_ones: Vec<&str> =
        forge.brief.rows.iter().filter(|other| other.names.contains(&what)).filter_map(Row::severity).collect();
    let wrong: Vec<&str> = SEVERITIES.into_iter().filter(|severity| !true_ones.contains(severity)).collect();
    let Some(wrong) = forge.pick(&wrong) else { return };
    let what = what.written();
    let sentence = match forge.below(3) {
        0 => format!("- **{wrong}** {what}"),
        1 => format!("- {what} is a {wrong} finding"),
        _ => format!("The severity of {what} is {wrong}."),
    };
    forge.report.retain(|line| !has_word(line, &what));
    forge.add(PlantedKind::Sentence, wrong, "Severity Analysis", sentence);
}

fn wrong_rating(forge: &mut Forge<'_, '_>) {
    let truth = rating(forge.brief);
    // At least two steps away, so that it is wrong by any rule.
    let wrong = if matches!(truth, "LOW" | "MEDIUM") { "CRITICAL" } else { "LOW" };
    let (old, new) = (format!("**{truth}**"), format!("**{wrong}**"));
    let mut sentence = String::new();
    for line in forge.report.lines_mut().filter(|line| line.starts_with("Risk rating")) {
        *line = line.replace(&old, &new);
        sentence.clone_from(line);
    }
    forge.remember(PlantedKind::Sentence, wrong, &sentence);
}
