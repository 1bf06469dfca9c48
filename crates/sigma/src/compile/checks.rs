//! Rules that could never match.
//!
//! A condition is written as alternatives, each a conjunction of tests and of tests that must fail. When every
//! alternative contradicts itself, the rule is warned of. Large conditions are not judged.

use std::collections::BTreeSet;

use crate::expr::{Check, Expr, FieldTest};
use crate::problem::{ProblemKind, Problems};
use crate::rule::Rule;
use crate::ruleset::Slot;

/// Alternatives, and tests of one alternative, beyond which a condition is not judged.
const ALTERNATIVES: usize = 256;
const TESTS: usize = 64;

/// Values that are compared beyond which a condition is not judged.
const COMPARED: usize = 1 << 18;

/// A test and whether it has to hold.
type Wanted<'e> = (&'e FieldTest, bool);

/// Warns when the condition contradicts itself.
pub(super) fn impossible(rule: &Rule, condition: &Expr, searches: &[Expr], problems: &mut Problems<'_>) {
    let Some(alternatives) = alternatives(condition, true, searches) else { return };
    let mut left = COMPARED;
    let contradictions: Option<Vec<String>> =
        alternatives.iter().map(|tests| contradiction(tests, &mut left)).collect();
    let Some(contradictions) = contradictions else { return };
    let at = rule.conditions.first().map_or(rule.metadata.origin.place, |condition| condition.at);
    let why = contradictions.into_iter().next().unwrap_or_else(|| "it asks for nothing".to_owned());
    problems.warning(
        ProblemKind::NeverMatches,
        at,
        format!("the condition can never hold: {why}"),
        "change the condition",
    );
}

/// The alternatives under which the expression has the wanted outcome; `None` when there are too many to judge.
fn alternatives<'e>(expr: &'e Expr, wanted: bool, searches: &'e [Expr]) -> Option<Vec<Vec<Wanted<'e>>>> {
    match (expr, wanted) {
        (Expr::Search(place), _) => alternatives(searches.get(*place)?, wanted, &[]),
        (Expr::Field(test), _) => Some(vec![vec![(test, wanted)]]),
        (Expr::Not(inner), _) => alternatives(inner, !wanted, searches),
        (Expr::All(parts), true) | (Expr::Any(parts), false) => {
            let mut found: Vec<Vec<Wanted<'e>>> = vec![Vec::new()];
            for part in parts {
                let others = alternatives(part, wanted, searches)?;
                if found.len() * others.len() > ALTERNATIVES {
                    return None;
                }
                let joined = |tests: &Vec<Wanted<'e>>| {
                    let tests = tests.clone();
                    others.iter().map(move |other| [tests.as_slice(), other.as_slice()].concat()).collect::<Vec<_>>()
                };
                found = found.iter().flat_map(joined).collect();
                if found.iter().any(|tests| tests.len() > TESTS) {
                    return None;
                }
            }
            Some(found)
        }
        (Expr::All(parts), false) | (Expr::Any(parts), true) => {
            let mut found = Vec::new();
            for part in parts {
                found.extend(alternatives(part, wanted, searches)?);
                if found.len() > ALTERNATIVES {
                    return None;
                }
            }
            Some(found)
        }
        (Expr::AtLeast(..), _) => None,
    }
}

/// Why the tests cannot all come out as wanted, as far as values may still be compared.
fn contradiction(tests: &[Wanted<'_>], left_to_compare: &mut usize) -> Option<String> {
    tests.iter().enumerate().find_map(|(place, left)| {
        let mut others = tests.iter().skip(place + 1);
        others.find_map(|right| {
            let (first, second) = (left.0, right.0);
            if first.predicate.slot() == second.predicate.slot() {
                *left_to_compare = left_to_compare.checked_sub(first.shown.len() + second.shown.len())?;
            }
            contradict(*left, *right).or_else(|| contradict(*right, *left))
        })
    })
}

fn contradict(left: Wanted<'_>, right: Wanted<'_>) -> Option<String> {
    let ((first, true), (second, wanted)) = (left, right) else { return None };
    if !wanted && same(first, second) {
        return Some(format!("what stands in line {} must hold and not hold", first.at.line));
    }
    if first.predicate.slot().is_none() || first.predicate.slot() != second.predicate.slot() {
        return None;
    }
    if wanted && is_absent(first) && second.predicate.valued().is_some() {
        return Some(format!("the field in line {} must be absent and have a value", second.at.line));
    }
    let (slot, texts) = pins(first)?;
    let (_, others) = pins(second).filter(|(other, _)| *other == slot)?;
    if wanted && !first.of_all && !second.of_all && texts.is_disjoint(&others) {
        let lines = (first.at.line, second.at.line);
        return Some(format!(
            "the field in lines {} and {} must have two values, which only a list has",
            lines.0, lines.1
        ));
    }
    if !wanted && texts.is_subset(&others) {
        return Some(format!("line {} excludes every value of line {}", second.at.line, first.at.line));
    }
    None
}

fn pins(test: &FieldTest) -> Option<(Slot, BTreeSet<String>)> {
    // A cased equality excludes less than its folded text says.
    let cased = test.modifiers.contains(&crate::Modifier::Cased);
    test.predicate.pins().filter(|_| !cased).map(|(slot, texts)| (slot, texts.into_iter().collect()))
}

fn same(first: &FieldTest, second: &FieldTest) -> bool {
    first.predicate.slot() == second.predicate.slot()
        && first.modifiers == second.modifiers
        && first.shown == second.shown
        && first.predicate.negated == second.predicate.negated
        && kind(first) == kind(second)
}

/// Text and numbers look alike when shown, so the tests themselves are compared by what they do.
fn kind(test: &FieldTest) -> String {
    match &test.predicate.check {
        Check::Values { tests, .. } | Check::Keywords(tests) => format!("{:?}", tests.each),
        Check::Exists { wanted, .. } => wanted.to_string(),
        Check::Reference { others, place, cased, .. } => format!("{others:?}{place:?}{cased}"),
    }
}

/// Does the test hold only when the field is missing, or null?
fn is_absent(test: &FieldTest) -> bool {
    match &test.predicate.check {
        Check::Exists { wanted, .. } => !wanted,
        Check::Values { tests, .. } => !test.predicate.negated && !tests.values,
        _ => false,
    }
}
