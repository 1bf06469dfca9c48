//! The form of a rule that is evaluated: tests of fields under and, or, not.

use std::collections::HashSet;
use std::sync::Arc;

use crate::hash::FastHash;
use crate::matching::{Modifier, Test, Where};
use crate::problem::Place;
use crate::ruleset::Slot;

/// A condition, or the body of a search.
#[derive(Debug)]
pub(crate) enum Expr {
    /// A search of the same rule, by its place.
    Search(usize),
    Field(Box<FieldTest>),
    Not(Box<Expr>),
    All(Box<[Expr]>),
    Any(Box<[Expr]>),
    AtLeast(usize, Box<[Expr]>),
}

/// A field, or the whole record, tested against values of which any suffices.
#[derive(Debug)]
pub(crate) struct FieldTest {
    pub(crate) predicate: Arc<Predicate>,
    /// One value of an item under `all`: several of these on one field are meant for lists.
    pub(crate) of_all: bool,
    pub(crate) modifiers: Box<[Modifier]>,
    /// The values as they are shown, one for each test.
    pub(crate) shown: Box<[Box<str>]>,
    /// How many values the rule gives; an encoding makes several tests of one.
    pub(crate) given: usize,
    pub(crate) at: Place,
}

/// What a test asks of a record. Tests that ask the same share one, over all rules of a set.
#[derive(Debug)]
pub(crate) struct Predicate {
    /// Among the predicates of its rule set.
    pub(crate) place: u32,
    pub(crate) check: Check,
    /// Holds when the values do not match (`neq`).
    pub(crate) negated: bool,
    /// Whether its field is dear to get.
    pub(crate) dear: bool,
}

/// What is tested, and against what.
#[derive(Debug)]
pub(crate) enum Check {
    Values { slot: Slot, tests: Tests },
    Keywords(Tests),
    Exists { slot: Slot, wanted: bool },
    Reference { slot: Slot, others: Box<[Slot]>, place: Where, cased: bool },
}

/// Tests of which any suffices, and what is known of them together.
#[derive(Debug)]
pub(crate) struct Tests {
    pub(crate) each: Box<[Test]>,
    /// Every test is an equality of folded text: then one look-up does for all.
    pub(crate) set: Option<HashSet<Box<str>, FastHash>>,
    pub(crate) folds: bool,
    pub(crate) searches: bool,
    pub(crate) null: bool,
    /// Does any test look at more than null?
    pub(crate) values: bool,
}

/// From how many equalities on a set pays.
const SET_FROM: usize = 8;

impl Tests {
    pub(crate) fn new(each: Vec<Test>) -> Self {
        let pins: Option<HashSet<Box<str>, FastHash>> = each
            .iter()
            .map(|test| match test {
                Test::Text(pattern) if !pattern.is_cased() => pattern.pin().map(String::into_boxed_str),
                _ => None,
            })
            .collect();
        let set = pins.filter(|pins| pins.len() >= SET_FROM);
        Self {
            folds: set.is_some() || each.iter().any(Test::needs_folded),
            searches: each.iter().any(Test::searches),
            null: each.iter().any(|test| matches!(test, Test::Null)),
            values: each.iter().any(|test| !matches!(test, Test::Null)),
            set,
            each: each.into(),
        }
    }

    /// The folded texts of which a value must equal one, if the tests are equalities of text and nothing else.
    pub(crate) fn pins(&self) -> Option<Vec<String>> {
        let pin = |test: &Test| match test {
            // The serialised form of an object is not looked up.
            Test::Text(pattern) => pattern.pin().filter(|pin| !pin.starts_with('{')),
            _ => None,
        };
        self.each.iter().map(pin).collect()
    }
}

impl Tests {
    /// The folded texts of which a value must have one inside, if all tests are of text.
    fn needles(&self) -> Option<Vec<String>> {
        let needle = |test: &Test| match test {
            Test::Text(pattern) => pattern.needle(),
            _ => None,
        };
        self.each.iter().map(needle).collect()
    }
}

impl Predicate {
    pub(crate) fn slot(&self) -> Option<Slot> {
        match &self.check {
            Check::Values { slot, .. } | Check::Exists { slot, .. } | Check::Reference { slot, .. } => Some(*slot),
            Check::Keywords(_) => None,
        }
    }

    /// The folded texts of which the field must have one to hold.
    pub(crate) fn pins(&self) -> Option<(Slot, Vec<String>)> {
        match &self.check {
            Check::Values { slot, tests } if !self.negated => tests.pins().map(|pins| (*slot, pins)),
            _ => None,
        }
    }

    /// The folded texts of which the field's text must have one inside to hold.
    pub(crate) fn needles(&self) -> Option<(Slot, Vec<String>)> {
        match &self.check {
            Check::Values { slot, tests } if !self.negated => tests.needles().map(|needles| (*slot, needles)),
            _ => None,
        }
    }

    /// The field that must have a value other than null to hold.
    pub(crate) fn valued(&self) -> Option<Slot> {
        match &self.check {
            Check::Values { slot, tests } if !self.negated && !tests.null => Some(*slot),
            Check::Reference { slot, .. } if !self.negated => Some(*slot),
            _ => None,
        }
    }

    /// About how dear the test is, not counting what it takes to get the field.
    pub(crate) fn cost(&self) -> u32 {
        match &self.check {
            Check::Exists { .. } => 1,
            Check::Values { tests, .. } if tests.set.is_some() => 8,
            Check::Values { tests, .. } => tests.each.iter().map(Test::cost).fold(1, u32::saturating_add),
            Check::Reference { .. } => 20,
            Check::Keywords(_) => 1000,
        }
    }
}

impl Expr {
    /// Puts what is cheap first. `costs` are those of the rule's searches.
    pub(crate) fn arrange(&mut self, costs: &[u32]) {
        match self {
            Self::Search(_) | Self::Field(_) => {}
            Self::Not(inner) => inner.arrange(costs),
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                parts.iter_mut().for_each(|part| part.arrange(costs));
                parts.sort_by_cached_key(|part| part.cost(costs));
            }
        }
    }

    /// About how dear it is to evaluate.
    pub(crate) fn cost(&self, costs: &[u32]) -> u32 {
        match self {
            Self::Search(place) => costs.get(*place).copied().unwrap_or(0),
            Self::Field(test) => test.predicate.cost(),
            Self::Not(inner) => inner.cost(costs),
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                parts.iter().map(|part| part.cost(costs)).fold(0, u32::saturating_add)
            }
        }
    }

    /// Counts how often each search is referred to.
    pub(crate) fn count_searches(&self, counts: &mut [u32]) {
        match self {
            Self::Search(place) => counts.iter_mut().skip(*place).take(1).for_each(|count| *count += 1),
            Self::Field(_) => {}
            Self::Not(inner) => inner.count_searches(counts),
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                parts.iter().for_each(|part| part.count_searches(counts));
            }
        }
    }
}
