//! Why a rule matched a record, or did not.

use crate::eval::Trial;
use crate::expr::{Check, Expr, FieldTest};
use crate::limits::SHOWN_CHARS;
use crate::matching::Modifier;
use crate::record::{Record, Value};
use crate::ruleset::{RuleIndex, RuleSet};
use crate::values::{Buffers, passing};

/// What became of each search of a rule on one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Does the rule match?
    pub matched: bool,
    /// The searches in the order of the rule.
    pub searches: Vec<SearchOutcome>,
}

/// What became of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchOutcome {
    /// Its name in the rule.
    pub name: String,
    /// Did it match?
    pub matched: bool,
    /// Its tests, cheapest first.
    pub tests: Vec<TestOutcome>,
}

/// What became of one test of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestOutcome {
    /// The field; `None` for keywords.
    pub field: Option<String>,
    /// The modifiers of the field.
    pub modifiers: Vec<Modifier>,
    /// Did the test hold?
    pub matched: bool,
    /// The value of the rule that made it hold; when none did, the first. As written in the rule.
    pub pattern: String,
    /// How many values the rule gives.
    pub patterns: usize,
    /// The record's value as text, shortened; `None` when it is missing, or for keywords. **Not to be trusted**: it
    /// comes from the record.
    pub value: Option<String>,
}

impl Explanation {
    /// The tests that made searches match: what an alert shows.
    pub fn evidence(&self) -> impl Iterator<Item = (&str, &TestOutcome)> {
        let matched = self.searches.iter().filter(|search| search.matched);
        matched
            .flat_map(|search| search.tests.iter().filter(|test| test.matched).map(|test| (search.name.as_str(), test)))
    }
}

impl RuleSet {
    /// Tries one rule on a record and says what became of each of its tests. Slower than [`RuleSet::matches`]; meant for
    /// the few records that matched, and for trying out rules.
    ///
    /// An index of another rule set explains nothing: no match, no searches.
    pub fn explain<R: Record + ?Sized>(&self, rule: RuleIndex, record: &R) -> Explanation {
        let Some(compiled) = self.rules.get(rule.index()) else {
            return Explanation { matched: false, searches: Vec::new() };
        };
        let mut trial = Trial::default();
        let named = compiled.rule.searches.iter().zip(&compiled.searches);
        let searches = named.map(|(search, expr)| {
            let mut tests = Vec::new();
            self.outcomes(expr, record, &mut trial.buffers, &mut tests);
            SearchOutcome { name: search.name.clone(), matched: expr.holds(&[], record, &mut trial), tests }
        });
        let searches = searches.collect();
        Explanation { matched: compiled.matches(record, &mut trial), searches }
    }

    fn outcomes<R: Record + ?Sized>(
        &self,
        expr: &Expr,
        record: &R,
        buffers: &mut Buffers,
        found: &mut Vec<TestOutcome>,
    ) {
        match expr {
            Expr::Search(_) => {}
            Expr::Field(test) => found.push(self.outcome(test, record, buffers)),
            Expr::Not(inner) => self.outcomes(inner, record, buffers, found),
            Expr::All(parts) | Expr::Any(parts) | Expr::AtLeast(_, parts) => {
                parts.iter().for_each(|part| self.outcomes(part, record, buffers, found));
            }
        }
    }

    fn outcome<R: Record + ?Sized>(&self, test: &FieldTest, record: &R, buffers: &mut Buffers) -> TestOutcome {
        let value = test.predicate.slot().and_then(|slot| record.get(slot));
        let place = match &test.predicate.check {
            Check::Values { tests, .. } => passing(tests, value, buffers),
            Check::Keywords(tests) => keyword(tests, record, buffers),
            Check::Exists { .. } | Check::Reference { .. } => None,
        };
        TestOutcome {
            field: test.predicate.slot().and_then(|slot| self.fields.get(slot.index()).cloned()),
            modifiers: test.modifiers.to_vec(),
            matched: test.predicate.holds(record, buffers),
            pattern: test.shown.get(place.unwrap_or(0)).map(|shown| shown.to_string()).unwrap_or_default(),
            patterns: test.given,
            value: value.map(shown),
        }
    }
}

fn keyword<R: Record + ?Sized>(tests: &crate::expr::Tests, record: &R, buffers: &mut Buffers) -> Option<usize> {
    let mut found = None;
    record.texts(&mut |text| {
        found = passing(tests, Some(Value::Text(text)), buffers);
        found.is_some()
    });
    found
}

fn shown(value: Value<'_>) -> String {
    if let Value::Null = value {
        return "null".to_owned();
    }
    let mut text = String::new();
    value.write(&mut text);
    match text.char_indices().nth(SHOWN_CHARS) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
