//! The detection part of a rule.

use super::reader::Map;
use super::{condition, metadata};
use crate::limits::{CONDITION_DEPTH, CONDITIONS, PATTERN_BYTES, PATTERNS};
use crate::matching::Modifier;
use crate::problem::{Place, ProblemKind, Problems, nearest, quoted};
use crate::rule::{Condition, Item, Literal, LogSource, Rule, Search, SearchBody};
use crate::yaml::{Content, Key, Node};

/// A rule, complete or with at least one error among the problems.
pub(super) fn read(map: &mut Map<'_>, file: &str, problems: &mut Problems<'_>) -> Option<Rule> {
    let mut metadata = metadata::read(map, file, problems);
    let logsource = logsource(map, problems);
    let Some((_, node)) = map.take("detection") else {
        let fix = "add `detection:` with a search and a `condition`";
        problems.error(ProblemKind::Structure, map.at, "the rule has no `detection`", fix);
        return None;
    };
    let mut detection = Map::of(node, "detection", problems)?;
    if let Some((key, _)) = detection.take("timeframe") {
        let fix = "write a correlation with `timespan` in a document of its own";
        problems.error(ProblemKind::Unsupported, key.at, "`timeframe` of Sigma version 1", fix);
    }
    let written = detection.take("condition");
    let searches = searches(detection, problems);
    let conditions = written.map_or_else(Vec::new, |(_, node)| conditions(node, &searches, problems));
    if written.is_none() {
        let what = "the detection has no `condition`";
        problems.error(ProblemKind::Structure, node.at, what, "add `condition:` and the name of a search");
    }
    warn_unused(&searches, &conditions, problems);
    metadata.custom = metadata::custom(std::mem::replace(map, Map::new(&[], map.at)));
    Some(Rule { metadata, logsource, searches, conditions })
}

fn logsource(map: &mut Map<'_>, problems: &mut Problems<'_>) -> LogSource {
    let Some((_, node)) = map.take("logsource") else {
        let fix = "add `logsource:` with `product` and `service`";
        problems.warning(ProblemKind::Structure, map.at, "the rule has no `logsource`", fix);
        return LogSource::default();
    };
    let Some(mut inner) = Map::of(node, "logsource", problems) else { return LogSource::default() };
    LogSource {
        category: inner.text("category", problems),
        product: inner.text("product", problems),
        service: inner.text("service", problems),
        definition: inner.text("definition", problems),
    }
}

fn searches(detection: Map<'_>, problems: &mut Problems<'_>) -> Vec<Search> {
    let mut found = Vec::new();
    for (key, node) in detection.rest() {
        // A search with an error still counts as there, so that the condition is not blamed as well.
        let body = body(node, &key.text, 0, problems).unwrap_or(SearchBody::Any(Vec::new()));
        found.push(Search { name: key.text.clone(), at: key.at, body });
    }
    found
}

fn body(node: &Node, name: &str, depth: usize, problems: &mut Problems<'_>) -> Option<SearchBody> {
    if depth > CONDITION_DEPTH {
        let what = format!("the search {} is too deep", quoted(name));
        problems.error(ProblemKind::TooLarge, node.at, what, "take lists out of lists");
        return None;
    }
    match &node.content {
        Content::Map(entries) if !entries.is_empty() => {
            // Every item is read even after one failed, so that all problems are told at once.
            let items: Vec<_> = entries.iter().map(|(key, value)| item(key, value, problems)).collect();
            items.into_iter().collect::<Option<Vec<_>>>().map(SearchBody::All)
        }
        Content::List(items) if !items.is_empty() => alternatives(items, name, node.at, depth, problems),
        Content::Scalar(literal) if literal.written().is_some() => {
            let values = vec![(literal.clone(), node.at)];
            Some(SearchBody::Item(Item { field: None, modifiers: Vec::new(), values, at: node.at }))
        }
        _ => {
            let what = format!("the search {} is empty", quoted(name));
            problems.error(ProblemKind::Structure, node.at, what, "give it a field and a value");
            None
        }
    }
}

/// A list: its scalars are keywords, its maps and lists searches of their own, and any of them suffices.
fn alternatives(
    items: &[Node],
    name: &str,
    at: Place,
    depth: usize,
    problems: &mut Problems<'_>,
) -> Option<SearchBody> {
    let mut found = Vec::new();
    let mut keywords = Vec::new();
    for node in items {
        match node.scalar() {
            Some(Literal::Null) => {
                let what = format!("a keyword of {} is empty", quoted(name));
                problems.error(ProblemKind::Structure, node.at, what, "remove it, or write a text");
                return None;
            }
            Some(literal) => keywords.push((literal.clone(), node.at)),
            None => found.push(body(node, name, depth + 1, problems)),
        }
    }
    let mut found = found.into_iter().collect::<Option<Vec<_>>>()?;
    if !keywords.is_empty() {
        check_values(&keywords, at, problems)?;
        found.push(SearchBody::Item(Item { field: None, modifiers: Vec::new(), values: keywords, at }));
    }
    Some(SearchBody::Any(found))
}

/// `field|modifier|…: value`, or `|modifier: keywords`.
fn item(key: &Key, node: &Node, problems: &mut Problems<'_>) -> Option<SearchBody> {
    let mut parts = key.text.split('|');
    let field = parts.next().unwrap_or_default();
    let modifiers = parts.map(|name| modifier(name, key, problems)).collect::<Option<Vec<_>>>()?;
    let values = match &node.content {
        Content::Scalar(literal) => vec![(literal.clone(), node.at)],
        Content::List(items) => {
            let values = items.iter().map(|item| item.scalar().map(|literal| (literal.clone(), item.at)));
            match values.collect::<Option<Vec<_>>>() {
                Some(values) if !values.is_empty() => values,
                _ => return wrong_value(key, node, problems),
            }
        }
        Content::Map(_) => return wrong_value(key, node, problems),
    };
    check_values(&values, node.at, problems)?;
    let field = if field.is_empty() { None } else { Some(field.to_owned()) };
    if field.is_none() && modifiers.is_empty() {
        problems.error(ProblemKind::Structure, key.at, "a field has no name", "write the field's name before the `:`");
        return None;
    }
    Some(SearchBody::Item(Item { field, modifiers, values, at: key.at }))
}

fn wrong_value(key: &Key, node: &Node, problems: &mut Problems<'_>) -> Option<SearchBody> {
    let what = match &node.content {
        Content::List(items) if items.is_empty() => format!("the list of {} is empty", quoted(&key.text)),
        Content::List(_) => format!("the list of {} holds a list or a map", quoted(&key.text)),
        _ => format!("the value of {} is a map", quoted(&key.text)),
    };
    problems.error(ProblemKind::Structure, node.at, what, "write a value or a list of values; join names with dots");
    None
}

fn check_values(values: &[(Literal, Place)], at: Place, problems: &mut Problems<'_>) -> Option<()> {
    if values.len() > PATTERNS {
        problems.error(ProblemKind::TooLarge, at, format!("a list has more than {PATTERNS} values"), "split the rule");
        return None;
    }
    let long = values.iter().find(|(literal, _)| literal.written().is_some_and(|text| text.len() > PATTERN_BYTES));
    if let Some((_, at)) = long {
        problems.error(
            ProblemKind::TooLarge,
            *at,
            format!("a value has more than {PATTERN_BYTES} bytes"),
            "shorten it",
        );
        return None;
    }
    Some(())
}

fn modifier(name: &str, key: &Key, problems: &mut Problems<'_>) -> Option<Modifier> {
    let found = Modifier::named(name);
    if found.is_none() {
        let what = format!("the modifier {} of {}", quoted(name), quoted(&key.text));
        let hint = nearest(name, Modifier::NAMES.iter().map(|(name, _)| *name));
        let known: Vec<_> = Modifier::NAMES.iter().map(|(name, _)| *name).collect();
        let fix = format!("supported are {}{hint}", known.join(", "));
        problems.error(ProblemKind::Unsupported, key.at, what, fix);
    }
    found
}

fn conditions(node: &Node, searches: &[Search], problems: &mut Problems<'_>) -> Vec<Condition> {
    let written: Vec<&Node> = match &node.content {
        Content::List(items) if !items.is_empty() => items.iter().collect(),
        _ => vec![node],
    };
    if written.len() > CONDITIONS {
        let what = format!("the rule has more than {CONDITIONS} conditions");
        problems.error(ProblemKind::TooLarge, node.at, what, "join them by `or`");
        return Vec::new();
    }
    let mut names = condition::Names::new(searches);
    let mut found = Vec::new();
    for node in written {
        let Some(Literal::Text(text)) = node.scalar() else {
            let what = format!("the condition is {}", node.kind());
            problems.error(
                ProblemKind::Condition,
                node.at,
                what,
                "write the names of searches, joined by and, or, not",
            );
            continue;
        };
        match condition::parse(text, &mut names) {
            Ok((expr, notes)) => {
                for note in notes {
                    problems.warning(note.kind, node.at, note.what, note.fix);
                }
                found.push(Condition { text: text.clone(), at: node.at, expr });
            }
            Err(fault) => problems.error(fault.kind, node.at, fault.what, fault.fix),
        }
    }
    found
}

fn warn_unused(searches: &[Search], conditions: &[Condition], problems: &mut Problems<'_>) {
    if conditions.is_empty() {
        return;
    }
    let mut used = vec![false; searches.len()];
    for condition in conditions {
        condition.expr.mark_used(&mut used);
    }
    for (search, _) in searches.iter().zip(used).filter(|(_, used)| !used) {
        let what = format!("no condition refers to the search {}", quoted(&search.name));
        problems.warning(ProblemKind::NeverMatches, search.at, what, "name it in the condition, or remove it");
    }
}
