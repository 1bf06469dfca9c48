//! The correlation part of a document.

use std::time::Duration;

use super::metadata;
use super::reader::{Map, texts};
use crate::limits::{ALIASED_RULES, CORRELATED_RULES, GROUP_FIELDS};
use crate::problem::{Place, ProblemKind, Problems, quoted};
use crate::rule::{Bounds, Correlation, CorrelationKind, Literal};
use crate::yaml::{Content, Node};

/// A correlation, complete or with at least one error among the problems.
pub(super) fn read(map: &mut Map<'_>, file: &str, problems: &mut Problems<'_>) -> Option<Correlation> {
    let mut metadata = metadata::read(map, file, problems);
    let outer_generate = generate(map, problems);
    let (_, node) = map.take("correlation")?;
    if let Some((key, _)) = map.take("detection") {
        let fix = "write the detection in a document of its own";
        problems.error(ProblemKind::Structure, key.at, "one document has a detection and a correlation", fix);
    }
    let mut inner = Map::of(node, "correlation", problems)?;
    let rules_at = inner.place("rules").unwrap_or(node.at);
    let rules = rules(&mut inner, rules_at, problems);
    let (bounds, fields) = condition(&mut inner, problems);
    let kind = kind(&mut inner, bounds.is_some(), fields, problems);
    let condition = complete(kind.as_ref(), bounds, rules.len(), node.at, problems);
    let timespan = timespan(&mut inner, node.at, problems);
    let group_at = inner.place("group-by").unwrap_or(node.at);
    let group_by = inner.texts("group-by", problems);
    few_enough(&group_by, "group-by", group_at, problems);
    let aliases = aliases(&mut inner, problems);
    let inner_generate = generate(&mut inner, problems);
    for (key, _) in inner.rest() {
        let what = format!("the correlation attribute {}", quoted(&key.text));
        let fix = "known are type, rules, group-by, timespan, condition, aliases and generate";
        problems.error(ProblemKind::Unsupported, key.at, what, fix);
    }
    metadata.custom = metadata::custom(std::mem::replace(map, Map::new(&[], map.at)));
    let generate = inner_generate.or(outer_generate).unwrap_or(false);
    let (kind, timespan, condition) = (kind?, timespan?, condition?);
    Some(Correlation { metadata, kind, rules, group_by, timespan, condition, aliases, generate, rules_at })
}

fn few_enough(fields: &[String], name: &str, at: Place, problems: &mut Problems<'_>) {
    if fields.len() > GROUP_FIELDS {
        let what = format!("`{name}` has more than {GROUP_FIELDS} fields");
        problems.error(ProblemKind::TooLarge, at, what, "keep those that tell groups apart");
    }
}

fn generate(map: &mut Map<'_>, problems: &mut Problems<'_>) -> Option<bool> {
    let (key, node) = map.take("generate")?;
    match node.scalar() {
        Some(Literal::Bool(value)) => Some(*value),
        _ => {
            let what = format!("`generate` is {}, not a boolean", node.kind());
            problems.error(ProblemKind::Structure, key.at, what, "write `true` or `false`");
            None
        }
    }
}

fn rules(map: &mut Map<'_>, at: Place, problems: &mut Problems<'_>) -> Vec<String> {
    let rules = map.texts("rules", problems);
    let twice = rules.iter().enumerate().find(|(place, rule)| rules.iter().take(*place).any(|other| other == *rule));
    if rules.is_empty() {
        let what = "the correlation refers to no rules";
        problems.error(ProblemKind::Structure, at, what, "add `rules:` and the ids or names of rules");
    } else if rules.len() > CORRELATED_RULES {
        let what = format!("the correlation refers to more than {CORRELATED_RULES} rules");
        problems.error(ProblemKind::TooLarge, at, what, "chain correlations");
    } else if let Some((_, rule)) = twice {
        problems.error(
            ProblemKind::Structure,
            at,
            format!("the rule {} is listed twice", quoted(rule)),
            "list it once",
        );
    }
    rules
}

fn kind(
    map: &mut Map<'_>,
    has_condition: bool,
    fields: Vec<String>,
    problems: &mut Problems<'_>,
) -> Option<CorrelationKind> {
    let Some((key, node)) = map.take("type") else {
        problems.error(ProblemKind::Structure, map.at, "the correlation has no `type`", "add `type: event_count`");
        return None;
    };
    let word = node.scalar().and_then(Literal::written).unwrap_or_default();
    let kind = match word {
        "event_count" => CorrelationKind::EventCount,
        "value_count" => CorrelationKind::ValueCount { fields: fields.clone() },
        "temporal" => CorrelationKind::Temporal,
        "temporal_ordered" => CorrelationKind::TemporalOrdered,
        _ => {
            let what = format!("the correlation type {}", quoted(word));
            let fix = "supported are event_count, value_count, temporal and temporal_ordered";
            problems.error(ProblemKind::Unsupported, key.at, what, fix);
            return None;
        }
    };
    let counts = matches!(kind, CorrelationKind::EventCount | CorrelationKind::ValueCount { .. });
    let is_value_count = matches!(kind, CorrelationKind::ValueCount { .. });
    if counts && !has_condition {
        let what = format!("a correlation of type {word} needs a condition");
        problems.error(ProblemKind::Structure, key.at, what, "add `condition:` with `gte: 10`");
    }
    if is_value_count && fields.is_empty() {
        let what = "a correlation of type value_count needs a field to count";
        problems.error(ProblemKind::Structure, key.at, what, "add `field:` to the condition");
    }
    if !is_value_count && !fields.is_empty() {
        let what = format!("a correlation of type {word} has a `field`");
        problems.error(ProblemKind::Structure, key.at, what, "remove it, or write `type: value_count`");
    }
    Some(kind)
}

/// The bounds and the fields of the condition; no bounds when there is no condition, or none that can be read.
fn condition(map: &mut Map<'_>, problems: &mut Problems<'_>) -> (Option<Bounds>, Vec<String>) {
    let Some((_, node)) = map.take("condition") else { return (None, Vec::new()) };
    let Some(mut inner) = Map::of(node, "condition", problems) else { return (None, Vec::new()) };
    let fields = inner.take("field").map_or_else(Vec::new, |(_, node)| texts(node, "field", problems));
    few_enough(&fields, "field", node.at, problems);
    let mut bounds = Bounds::default();
    let mut any = false;
    for (key, node) in inner.rest() {
        let number = match node.scalar() {
            Some(Literal::Int(value, _)) => u64::try_from(*value).ok(),
            _ => None,
        };
        let known = ["gt", "gte", "lt", "lte", "eq", "neq"].contains(&key.text.as_str());
        match (known, number) {
            (false, _) => {
                let what = format!("the condition attribute {}", quoted(&key.text));
                problems.error(ProblemKind::Unsupported, key.at, what, "known are gt, gte, lt, lte, eq, neq and field");
            }
            (true, None) => {
                let what = format!("`{}` is not a count", key.text);
                problems.error(ProblemKind::Value, node.at, what, "write a whole number from 0");
            }
            (true, Some(number)) => {
                any = true;
                if !bound(&mut bounds, &key.text, number) {
                    let what = format!("`{}: {number}` never holds, or stands beside its like", key.text);
                    problems.error(ProblemKind::NeverMatches, key.at, what, "give one lower and one upper bound");
                }
            }
        }
    }
    (any.then_some(bounds), fields)
}

/// Adds a bound; false when there is one already, or nothing could be below it.
fn bound(bounds: &mut Bounds, word: &str, number: u64) -> bool {
    let (slot, number) = match word {
        "gte" => (&mut bounds.at_least, Some(number)),
        "gt" => (&mut bounds.at_least, number.checked_add(1)),
        "lte" => (&mut bounds.at_most, Some(number)),
        "lt" => (&mut bounds.at_most, number.checked_sub(1)),
        "eq" => (&mut bounds.exactly, Some(number)),
        _ => (&mut bounds.not, Some(number)),
    };
    let fresh = slot.is_none() && number.is_some();
    *slot = number.or(*slot);
    fresh
}

/// The condition with its default: a temporal correlation without one wants all its rules.
fn complete(
    kind: Option<&CorrelationKind>,
    bounds: Option<Bounds>,
    rules: usize,
    at: Place,
    problems: &mut Problems<'_>,
) -> Option<Bounds> {
    let all = u64::try_from(rules).ok()?;
    let every = Bounds { at_least: Some(all), ..Bounds::default() };
    match kind? {
        CorrelationKind::Temporal => {
            let bounds = bounds.unwrap_or(every);
            if !bounds.possible(all) {
                let what = format!("no number of its {all} rules satisfies the condition");
                problems.error(ProblemKind::NeverMatches, at, what, "ask for as many rules as are listed, or fewer");
            }
            Some(bounds)
        }
        CorrelationKind::TemporalOrdered => {
            if bounds.is_some_and(|bounds| bounds != every && bounds.exactly != Some(all)) {
                let what = "a condition of temporal_ordered that asks for fewer than all rules";
                problems.error(
                    ProblemKind::Unsupported,
                    at,
                    what,
                    "remove the condition, or the rules that may be absent",
                );
            }
            Some(every)
        }
        CorrelationKind::EventCount | CorrelationKind::ValueCount { .. } => {
            let bounds = bounds?;
            if !bounds.possible(crate::correlate::WINDOW_EVENTS) {
                let most = crate::correlate::WINDOW_EVENTS;
                let what = format!("no count from 1 to {most} satisfies the condition");
                problems.error(ProblemKind::NeverMatches, at, what, "counts of a window go from 1 to that number");
            }
            Some(bounds)
        }
    }
}

fn timespan(map: &mut Map<'_>, at: Place, problems: &mut Problems<'_>) -> Option<Duration> {
    let Some((_, node)) = map.take("timespan") else {
        problems.error(ProblemKind::Structure, at, "the correlation has no `timespan`", "add `timespan: 10m`");
        return None;
    };
    let text = node.scalar().and_then(Literal::written).unwrap_or_default();
    let span = span(text);
    if span.is_none() {
        let what = format!("the timespan {}", quoted(text));
        problems.error(ProblemKind::Value, node.at, what, "write a number and s, m, h or d, such as `10m`");
    }
    span
}

/// `90m`: seconds, minutes, hours or days, more than none and at most ten years.
fn span(text: &str) -> Option<Duration> {
    const LONGEST: u64 = 10 * 366 * 24 * 60 * 60;
    let unit = text.chars().next_back()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = number.checked_mul(factor).filter(|seconds| (1..=LONGEST).contains(seconds))?;
    Some(Duration::from_secs(seconds))
}

fn aliases(map: &mut Map<'_>, problems: &mut Problems<'_>) -> Vec<(String, Vec<(String, String)>)> {
    let Some((_, node)) = map.take("aliases") else { return Vec::new() };
    let Some(aliases) = Map::of(node, "aliases", problems) else { return Vec::new() };
    let aliases: Vec<_> =
        aliases.rest().map(|(key, node)| (key.text.clone(), alias(node, &key.text, problems))).collect();
    if aliases.len() > GROUP_FIELDS || aliases.iter().any(|(_, fields)| fields.len() > ALIASED_RULES) {
        let what = format!("there are more than {GROUP_FIELDS} aliases, or one of more than {ALIASED_RULES} rules");
        problems.error(ProblemKind::TooLarge, node.at, what, "keep the aliases that `group-by` names");
    }
    aliases
}

fn alias(node: &Node, name: &str, problems: &mut Problems<'_>) -> Vec<(String, String)> {
    let Content::Map(entries) = &node.content else {
        let what = format!("the alias {} is {}, not a map", quoted(name), node.kind());
        problems.error(ProblemKind::Structure, node.at, what, "write `rule name: field` below it");
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, node) in entries {
        match node.scalar().and_then(Literal::written) {
            Some(field) => found.push((key.text.clone(), field.to_owned())),
            None => {
                let what = format!("the alias {} names no field for {}", quoted(name), quoted(&key.text));
                problems.error(ProblemKind::Structure, node.at, what, "write the name of a field");
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timespans_have_a_number_and_a_unit() {
        assert_eq!(span("90m"), Some(Duration::from_secs(5400)));
        assert_eq!(span("2d"), Some(Duration::from_secs(172_800)));
        for text in ["", "m", "10", "10 m", "10M", "0s", "-5m", "1h30m", "99999999999d", "10é"] {
            assert_eq!(span(text), None, "{text}");
        }
    }
}
