//! Whether a changed text may still be true. Doubt counts as yes: such a mutant is left out.

use std::collections::BTreeSet;

use report::{FactSet, NameKind};

use super::Original;
use crate::claims::Claim;

/// Every name of the fact set, of whatever kind.
pub(crate) fn all_names(facts: &FactSet) -> BTreeSet<&str> {
    facts.rows.iter().flat_map(|row| &row.names).chain(&facts.names).map(|name| name.text.as_str()).collect()
}

/// Whether `text` is, or is a part of, any name of the facts, so that it may name something real.
pub(crate) fn may_be_real(facts: &FactSet, text: &str) -> bool {
    let lower = text.to_lowercase();
    all_names(facts).iter().any(|name| name.to_lowercase().contains(&lower))
}

/// Names of a kind, distinct.
pub(crate) fn names_of(facts: &FactSet, kind: NameKind) -> Vec<&str> {
    let names = facts.rows.iter().flat_map(|row| &row.names).filter(|name| name.kind == kind);
    let distinct: BTreeSet<&str> = names.map(|name| name.text.as_str()).collect();
    distinct.into_iter().collect()
}

/// Whether the clause around `at` may be true with `other` in place of the name that stands there.
pub(crate) fn holds_with(original: &Original<'_>, at: usize, other: &str) -> bool {
    let facts = &original.case.facts;
    let line = original.line(at);
    let whole = original.at(&line);
    if whole.contains(other) {
        return true;
    }
    let clause = original.clause(at);
    let inside = |span: &std::ops::Range<usize>| span.start >= clause.start && span.end <= clause.end;
    let mut others: Vec<&str> = Vec::new();
    let mut numbers: Vec<f64> = Vec::new();
    for (span, claim) in original.sheet.claims.iter().filter(|(span, _)| inside(span) && span.start != at) {
        match claim {
            Claim::Name(_, name) => others.push(name),
            // Shares follow from the other numbers of a clause.
            Claim::Number(number) if !number.share => numbers.push(number.exact),
            _ if span.is_empty() => {}
            _ => {}
        }
    }
    if others.is_empty() && numbers.is_empty() {
        return true;
    }
    let whole_numbers: BTreeSet<u64> =
        facts.facts.iter().filter(|fact| fact.scope.as_str() == "all").map(|fact| fact.value).collect();
    facts.rows.iter().filter(|row| row.names.iter().any(|name| name.text.as_str() == other)).any(|row| {
        let has = |wanted: &&str| row.names.iter().any(|name| name.text.as_str() == *wanted);
        let values: BTreeSet<u64> = row.facts.iter().filter_map(|id| facts.fact(id)).map(|fact| fact.value).collect();
        let known = |number: &f64| values.contains(&(*number as u64)) || whole_numbers.contains(&(*number as u64));
        others.iter().all(has) && numbers.iter().all(known)
    })
}

/// The last part of an ARN or path, where that is long enough to be told apart and no account id.
pub(crate) fn short(name: &str) -> &str {
    let last = name.rsplit(['/', ':']).next();
    last.filter(|last| last.len() > 3 && !last.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(name)
}
