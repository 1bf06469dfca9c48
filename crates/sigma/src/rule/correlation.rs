//! A rule over what other rules found.

use std::time::Duration;

use super::metadata::Metadata;
use crate::problem::Place;

/// What a correlation measures in its window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorrelationKind {
    /// How many events.
    EventCount,
    /// How many distinct values the fields have together.
    ValueCount {
        /// The fields; several count as one combined value.
        fields: Vec<String>,
    },
    /// How many of the rules were seen, in any order.
    Temporal,
    /// All the rules, in the order in which they are listed.
    TemporalOrdered,
}

/// What the measured number must be: the conjunction of what is given.
///
/// Source: page `sigma-correlation-rules-specification`, "Condition".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// At least this many (`gte`, or `gt` and one more).
    pub at_least: Option<u64>,
    /// At most this many (`lte`, or `lt` and one less).
    pub at_most: Option<u64>,
    /// Exactly this many (`eq`).
    pub exactly: Option<u64>,
    /// Any number but this (`neq`).
    pub not: Option<u64>,
}

impl Bounds {
    /// Does the number satisfy every bound?
    pub fn hold(&self, number: u64) -> bool {
        self.at_least.is_none_or(|bound| number >= bound)
            && self.at_most.is_none_or(|bound| number <= bound)
            && self.exactly.is_none_or(|bound| number == bound)
            && self.not.is_none_or(|bound| number != bound)
    }

    /// Once satisfied, do more events leave it satisfied? Then a window can be judged before it is over.
    pub fn only_from_below(&self) -> bool {
        self.at_most.is_none() && self.exactly.is_none() && self.not.is_none()
    }

    /// Is there a number from 1 to `most` that satisfies every bound?
    pub(crate) fn possible(&self, most: u64) -> bool {
        let lowest = self.at_least.unwrap_or(1).max(1);
        let highest = self.at_most.unwrap_or(most).min(most);
        match self.exactly {
            Some(number) => (1..=most).contains(&number) && self.hold(number),
            None => lowest <= highest && !(lowest == highest && self.not == Some(lowest)),
        }
    }
}

/// A correlation, parsed and not yet compiled.
#[derive(Clone, Debug)]
pub struct Correlation {
    /// What the correlation says of itself.
    pub metadata: Metadata,
    /// What is measured.
    pub kind: CorrelationKind,
    /// Ids or names of rules and correlations.
    pub rules: Vec<String>,
    /// Fields or aliases whose values tell groups apart; none means one group.
    pub group_by: Vec<String>,
    /// How long a window lasts.
    pub timespan: Duration,
    /// What the measured number must be.
    pub condition: Bounds,
    /// Alias → (rule name → field).
    pub aliases: Vec<(String, Vec<(String, String)>)>,
    /// Do the rules that it refers to stay detections of their own?
    pub generate: bool,
    pub(crate) rules_at: Place,
}
