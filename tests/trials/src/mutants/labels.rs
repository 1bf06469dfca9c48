//! Faults in what a number is said to count.

use report::{FactSet, NameKind};
use security_model::{Severity, Unit};

use super::{Made, Original};
use crate::claims::{Claim, Number};
use crate::paraphrase::{grammar, plural, whole};
use crate::rng::Rng;

/// Words of the local writer for two things of one kind, with the facts they stand for.
const LOCAL: &[(&str, &str, &str, &str)] = &[
    ("High-risk calls", "events.high_risk", "Failed operations", "events.failed_operations.total"),
    ("Failed operations", "events.failed_operations.total", "High-risk calls", "events.high_risk"),
    (" succeeded", "events.console_logins.succeeded", " failed", "events.console_logins.failed"),
    (" failed", "events.console_logins.failed", " succeeded", "events.console_logins.succeeded"),
    (" reads", "events.read", " writes", "events.write"),
    (" writes", "events.write", " reads", "events.read"),
    (
        " public addresses",
        "events.by_source_ip.public.length",
        " private addresses",
        "events.by_source_ip.private.length",
    ),
    (
        " private addresses",
        "events.by_source_ip.private.length",
        " public addresses",
        "events.by_source_ip.public.length",
    ),
    (" counted", "coverage.counted", " unreadable", "coverage.unreadable"),
];

fn total(facts: &FactSet, metric: &str) -> Option<u64> {
    facts.total(metric).map(|fact| fact.value)
}

/// What is counted becomes something else that has another number.
pub(crate) fn label_swap(original: &Original<'_>, rng: &mut Rng) -> Made {
    if original.is_local { in_local(original, rng) } else { in_paraphrase(original, rng) }
}

fn in_paraphrase(original: &Original<'_>, rng: &mut Rng) -> Made {
    let facts = &original.case.facts;
    let labels: Vec<_> = original
        .sheet
        .claims
        .iter()
        .filter_map(|(span, claim)| match claim {
            Claim::Label(metric, scope) => Some((span, metric, scope)),
            _ => None,
        })
        .collect();
    if labels.is_empty() {
        return Made::Nothing;
    }
    let (span, metric, scope) = labels[rng.below(labels.len())];
    let Some(number) = number_of(original, span.start, metric, scope) else { return Made::StillTrue };
    let grammar = grammar::of(original.case.is_cloudtrail());
    let keys: Vec<&str> = grammar.sections("label ").collect();
    let key = *rng.pick(&keys);
    let Some((other, other_scope)) = whole(key) else { return Made::StillTrue };
    let value = facts.facts.iter().find(|fact| fact.metric == other && fact.scope.as_str() == other_scope);
    let Some(value) = value.map(|fact| fact.value) else { return Made::StillTrue };
    let as_other = Number { exact: value as f64, ..number.0.clone() };
    if (other, other_scope) == (metric.as_str(), scope.as_str()) || as_other.holds(number.1) {
        return Made::StillTrue;
    }
    let phrase = plural(rng.pick(grammar.alternatives(&format!("label {key}"))).as_str(), number.0.exact);
    original.replaced(span, &phrase)
}

/// The number in the same line that a label belongs to.
fn number_of<'a>(original: &'a Original<'_>, at: usize, metric: &str, scope: &str) -> Option<(&'a Number, &'a str)> {
    let line = original.line(at);
    original
        .sheet
        .claims
        .iter()
        .filter(|(span, _)| span.start >= line.start && span.end <= line.end)
        .filter_map(|(span, claim)| match claim {
            Claim::Number(number) => Some((span, number)),
            _ => None,
        })
        .filter(|(_, number)| !number.share && number.of.first().is_some_and(|(m, s)| m == metric && s == scope))
        .min_by_key(|(span, _)| span.start.abs_diff(at))
        .map(|(span, number)| (number, original.at(span)))
}

fn in_local(original: &Original<'_>, rng: &mut Rng) -> Made {
    let facts = &original.case.facts;
    let mut found = Vec::new();
    for (words, metric, others, other) in LOCAL {
        let (Some(value), Some(other)) = (total(facts, metric), total(facts, other)) else { continue };
        for (span, claim) in &original.sheet.claims {
            let Claim::Number(number) = claim else { continue };
            if number.share || number.exact as u64 != value || value == other {
                continue;
            }
            let text = &original.sheet.text;
            if text[span.end..].starts_with(words) {
                found.push((span.end..span.end + words.len(), *others));
            } else if text[..span.start].ends_with(&format!("{words}: ")) {
                found.push((span.start - words.len() - 2..span.start - 2, *others));
            }
        }
    }
    if found.is_empty() {
        return Made::Nothing;
    }
    let (span, by) = &found[rng.below(found.len())];
    original.replaced(span, by)
}

/// One severity label becomes another.
pub(crate) fn severity_swap(original: &Original<'_>, rng: &mut Rng) -> Made {
    let labels: Vec<_> = original
        .sheet
        .claims
        .iter()
        .filter_map(|(span, claim)| match claim {
            Claim::Severity(severity) => Some((span, *severity)),
            _ => None,
        })
        .collect();
    if labels.is_empty() {
        return Made::Nothing;
    }
    let (span, from) = labels[rng.below(labels.len())];
    let to = *rng.pick(&Severity::ALL);
    if to == from || severity_holds(original, span.start, from, to) {
        return Made::StillTrue;
    }
    original.replaced(span, to.label())
}

/// Whether the line may be true with another severity: the thing has findings of both, or both numbers are the same.
fn severity_holds(original: &Original<'_>, at: usize, from: Severity, to: Severity) -> bool {
    let facts = &original.case.facts;
    let line = original.line(at);
    if original.at(&line).contains(to.label()) && !original.at(&line).starts_with('|') {
        // "CRITICAL or HIGH": another order is no fault, and a repetition is odd rather than false.
        return true;
    }
    let names: Vec<&str> = original
        .sheet
        .claims
        .iter()
        .filter(|(span, _)| span.start >= line.start && span.end <= line.end)
        .filter_map(|(_, claim)| match claim {
            Claim::Name(NameKind::Title | NameKind::Resource | NameKind::Control, name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let count = |severity: Severity| {
        let of = |fact: &&security_model::Fact| {
            fact.metric == "findings.by_severity" && fact.scope.as_str() == severity.label()
        };
        facts.facts.iter().find(of).map(|fact| fact.value)
    };
    // "0 HIGH" counts findings, whatever else the line names.
    let counted = original.sheet.text[..at].trim_end_matches([' ', '*']).ends_with(|c: char| c.is_ascii_digit());
    if (names.is_empty() || counted) && count(from) == count(to) {
        return true;
    }
    if names.is_empty() {
        return false;
    }
    // Resources are named with one number per severity; findings and controls have one severity each.
    facts.rows.iter().any(|row| {
        row.names.iter().any(|name| names.contains(&name.text.as_str()))
            && (row.severity == Some(to)
                || row.facts.iter().filter_map(|id| facts.fact(id)).any(|fact| fact.metric.ends_with(to.label())))
    })
}

/// Words for units, and what they are swapped for.
const UNITS: &[(&str, &[&str])] = &[
    ("events", &["principals", "regions", "sessions"]),
    ("event", &["principal", "region"]),
    ("calls", &["principals", "accounts"]),
    ("findings", &["resources", "accounts", "controls"]),
    ("finding", &["resource", "account"]),
    ("principals", &["events", "regions"]),
    ("identities", &["events", "regions"]),
    ("regions", &["accounts", "principals"]),
    ("records", &["files", "regions"]),
    ("resources", &["findings", "regions"]),
    ("days", &["hours", "weeks"]),
    ("hours", &["days", "minutes"]),
    ("h", &["min"]),
    ("k", &["M"]),
    ("public addresses", &["accounts", "regions"]),
];

/// What is counted is called something of another kind.
pub(crate) fn unit_swap(original: &Original<'_>, rng: &mut Rng) -> Made {
    let text = &original.sheet.text;
    let mut found = Vec::new();
    for (span, claim) in &original.sheet.claims {
        let Claim::Number(number) = claim else { continue };
        if number.share {
            continue;
        }
        let rest = text[span.end..].trim_start_matches("**");
        let gap = text.len() - span.end - rest.len();
        for (unit, others) in UNITS {
            let glued = *unit == "k";
            let after = if glued { Some(rest) } else { rest.strip_prefix(' ') };
            let whole_word = after.and_then(|after| after.strip_prefix(unit));
            if whole_word.is_some_and(|tail| !tail.starts_with(|c: char| c.is_alphanumeric() || c == '-')) {
                let start = span.end + gap + usize::from(!glued);
                found.push((start..start + unit.len(), *others, number));
            }
        }
    }
    if found.is_empty() {
        return Made::Nothing;
    }
    let (span, others, number) = &found[rng.below(found.len())];
    let by = *rng.pick(others);
    let unit = match by {
        "principals" | "principal" => Some(Unit::Principals),
        "regions" | "region" => Some(Unit::Regions),
        "accounts" | "account" => Some(Unit::Accounts),
        "sessions" => Some(Unit::Sessions),
        "resources" | "resource" => Some(Unit::Resources),
        "events" => Some(Unit::Events),
        "findings" => Some(Unit::Findings),
        "files" => Some(Unit::Files),
        _ => None,
    };
    let near = |value: u64| (value as f64 - number.exact).abs() <= 0.05 * number.exact;
    if original.case.facts.facts.iter().any(|fact| Some(fact.unit) == unit && near(fact.value)) {
        return Made::StillTrue;
    }
    original.replaced(span, by)
}
