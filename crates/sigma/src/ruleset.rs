//! Rules compiled for matching.

use std::collections::{BTreeMap, HashMap};

use crate::correlate::{CompiledCorrelation, CorrelationIndex, Entrance};
use crate::expr::Expr;
use crate::graph::Graph;
use crate::index::Index;
use crate::limits::FIELDS;
use crate::matcher::Identity;
use crate::rule::{Correlation, Rule};

/// The place of a field in [`RuleSet::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub(crate) u32);

impl Slot {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The place of a rule in its rule set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub(crate) u32);

impl RuleIndex {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What compiling needs to know beside the rules.
#[derive(Clone, Debug, Default)]
pub struct CompileOptions {
    /// Values of placeholders (`%name%` under the modifier `expand`); values may have wildcards.
    pub placeholders: BTreeMap<String, Vec<String>>,
    /// The fields that records can have. When given, others are warned of. `requestParameters.*` stands for all fields
    /// below.
    pub known_fields: Option<Vec<String>>,
    /// The fields that records lend at once. When given, the others are taken to be slow to get, and are tested last.
    pub ready_fields: Option<Vec<String>>,
    /// Fields that have the same few values in most records, and that many rules test. What the first four of them decide
    /// together with the fields that most rules pin is remembered.
    pub few_valued_fields: Vec<String>,
}

/// Rules and correlations, compiled once, matched against many records.
///
/// Built by [`RuleSet::compile`].
#[derive(Debug, Default)]
pub struct RuleSet {
    pub(crate) fields: Vec<String>,
    pub(crate) rules: Vec<CompiledRule>,
    pub(crate) correlations: Vec<CompiledCorrelation>,
    pub(crate) graph: Graph,
    pub(crate) index: Index,
    pub(crate) identity: Identity,
}

/// A rule with its searches and condition in the form that is evaluated.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    /// Apart, so that what is tried on records lies close together.
    pub(crate) rule: Box<Rule>,
    /// One per search of the rule, in the same order.
    pub(crate) searches: Vec<Expr>,
    pub(crate) condition: Expr,
    /// Does the condition name any search more than once?
    pub(crate) repeats: bool,
    /// Is a match a detection of its own, and not only food for correlations?
    pub(crate) standalone: bool,
}

impl RuleSet {
    /// The fields that rules and correlations look at, each once. The place of a field here is its [`Slot`].
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The slot of a field, if any rule or correlation looks at it.
    pub fn slot(&self, field: &str) -> Option<Slot> {
        let place = self.fields.iter().position(|name| name == field)?;
        u32::try_from(place).ok().map(Slot)
    }

    /// How many rules there are, correlations aside.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Are there no rules? Then there are no correlations either.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules with their indexes, in the order in which they were given.
    pub fn rules(&self) -> impl Iterator<Item = (RuleIndex, &Rule)> {
        (0..).map(RuleIndex).zip(self.rules.iter().map(|compiled| &*compiled.rule))
    }

    /// The rule at an index of this rule set.
    pub fn rule(&self, index: RuleIndex) -> Option<&Rule> {
        self.rules.get(index.index()).map(|compiled| &*compiled.rule)
    }

    /// Is a match of this rule a detection of its own? Not when only correlations without `generate` refer to it.
    pub fn is_standalone(&self, index: RuleIndex) -> bool {
        self.rules.get(index.index()).is_some_and(|compiled| compiled.standalone)
    }

    /// The correlations, in the order in which [`CorrelationIndex`](crate::CorrelationIndex) counts them: each after
    /// those that it refers to.
    pub fn correlations(&self) -> impl Iterator<Item = &Correlation> {
        self.correlations.iter().map(|compiled| &compiled.correlation)
    }

    /// How events that match this rule enter correlations.
    pub fn entrances(&self, rule: RuleIndex) -> impl Iterator<Item = Entrance<'_>> {
        let correlations = (0..).map(CorrelationIndex).zip(&self.correlations);
        correlations.flat_map(move |(place, compiled)| compiled.entrances(place, rule))
    }

    /// How many rules are tried on every record because nothing in them can be looked up. For judging a rule pack.
    pub fn unindexed(&self) -> usize {
        self.index.unindexed()
    }
}

/// Field names and the slots that they get.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl Slots {
    /// The slot of a field; `None` once there are more than [`FIELDS`].
    pub(crate) fn of(&mut self, field: &str) -> Option<Slot> {
        if let Some(place) = self.places.get(field) {
            return Some(Slot(*place));
        }
        let place = u32::try_from(self.names.len()).ok().filter(|_| self.names.len() < FIELDS)?;
        self.names.push(field.to_owned());
        self.places.insert(field.to_owned(), place);
        Some(Slot(place))
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        self.names
    }
}
