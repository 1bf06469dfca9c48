//! False numbers.

use super::{Forge, PlantedKind};

/// The number of one of the report's lines becomes another: typed, or by the slot of another fact.
pub(super) fn swapped(forge: &mut Forge<'_, '_>) {
    // A table's cells move when markdown is written again; a line is found as it was.
    let lines: Vec<String> = forge
        .report
        .lines_mut()
        .filter(|line| line.contains("{{f:") && !line.starts_with('|'))
        .map(|l| l.clone())
        .collect();
    let Some(line) = forge.pick(&lines) else { return };
    let slots: Vec<&str> =
        line.split_inclusive("}}").filter_map(|part| part.find("{{f:").and_then(|at| part.get(at..))).collect();
    let Some(slot) = forge.pick(&slots) else { return };
    let Some(truth) = forge.brief.of_slot(slot).map(|fact| fact.value) else { return };
    let others: Vec<&str> = forge.brief.facts.iter().filter(|f| f.value != truth).map(|f| f.slot).collect();
    let (kind, value) = match forge.pick(&others) {
        Some(other) if forge.below(3) == 0 => (PlantedKind::Sentence, other.to_owned()),
        _ => {
            let value = another(forge, truth);
            (forge.kind_of_number(value), value.to_string())
        }
    };
    let sentence = line.replacen(slot, &value, 1);
    forge.remember(kind, value, &sentence);
    if let Some(place) = forge.report.lines_mut().find(|place| **place == line) {
        *place = sentence;
    }
}

/// Another number, as a careless writer would come to it.
fn another(forge: &mut Forge<'_, '_>, truth: u64) -> u64 {
    let random = forge.below(9_000) + 100;
    let value = match forge.below(6) {
        0 => truth + 1,
        1 => truth.saturating_sub(1),
        2 => truth.saturating_mul(10),
        3 => reversed(truth),
        4 => truth + 10 + random % 90,
        _ => random,
    };
    if value == truth { truth + 2 } else { value }
}

fn reversed(value: u64) -> u64 {
    value.to_string().chars().rev().collect::<String>().parse().unwrap_or(value)
}

/// "A and B together" or "that is n%", wrongly reckoned.
pub(super) fn wrong_sum(forge: &mut Forge<'_, '_>) {
    let brief = forge.brief;
    let hub = brief.is_security_hub();
    let (metric, total) =
        if hub { ("findings.by_severity", "findings.total") } else { ("events.by_region", "events.total") };
    let parts: Vec<(&str, u64, &str)> = brief.all(metric).map(|f| (f.scope, f.value, f.unit)).collect();
    let Some((name, value, unit)) = forge.pick(&parts) else { return };
    let heading = forge.heading(hub, "Severity Analysis", "Geography");
    let whole = brief.value(total, "all");
    let others: Vec<(&str, u64)> = parts.iter().filter(|p| p.0 != name).map(|p| (p.0, p.1)).collect();
    match forge.pick(&others) {
        Some((other, more)) if forge.below(3) > 0 => {
            let sum = value + more + 3 + forge.below(400);
            // The parts of another sum, or all of it, could make it true after all.
            let sum = if sum == whole { sum + 1 } else { sum };
            let kind = forge.kind_of_number(sum);
            forge.add(kind, sum.to_string(), heading, format!("{name} and {other} together: {sum} {unit}."));
        }
        _ if whole > 0 => {
            let share = value * 100 / whole;
            let wrong = (share + 15 + forge.below(60)) % 95 + 2;
            let wrong = if wrong.abs_diff(share) < 6 { (share + 50) % 97 } else { wrong };
            let sentence = format!("{name} makes up {wrong}% of all {unit}.");
            forge.add(PlantedKind::Sentence, format!("{wrong}%"), heading, sentence);
        }
        _ => {}
    }
}
