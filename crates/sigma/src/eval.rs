//! Rules tried on records one by one, as they are written: for explanations, and to check what is faster.

use crate::expr::{Check, Expr, Predicate};
use crate::record::{Record, Value};
use crate::ruleset::{CompiledRule, RuleIndex, RuleSet};
use crate::values::{Buffers, refers};

/// What trying a rule needs beside the rule and the record.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    pub(crate) buffers: Buffers,
    /// What became of the searches of the rule; empty when its condition names each only once.
    known: Vec<Option<bool>>,
}

impl RuleSet {
    /// The rules that match a record, each tried by itself: for tests of [`RuleSet::matches`].
    #[doc(hidden)]
    pub fn matches_each<R: Record + ?Sized>(&self, record: &R) -> Vec<RuleIndex> {
        let mut trial = Trial::default();
        let tried = (0..).map(RuleIndex).zip(&self.rules);
        tried.filter(|(_, rule)| rule.matches(record, &mut trial)).map(|(index, _)| index).collect()
    }
}

impl CompiledRule {
    pub(crate) fn matches<R: Record + ?Sized>(&self, record: &R, trial: &mut Trial) -> bool {
        trial.known.clear();
        if self.repeats {
            trial.known.resize(self.searches.len(), None);
        }
        self.condition.holds(&self.searches, record, trial)
    }
}

impl Expr {
    pub(crate) fn holds<R: Record + ?Sized>(&self, searches: &[Self], record: &R, trial: &mut Trial) -> bool {
        match self {
            Self::Search(place) => {
                if let Some(Some(known)) = trial.known.get(*place) {
                    return *known;
                }
                // A search never refers to another.
                let holds = searches.get(*place).is_some_and(|search| search.holds(&[], record, trial));
                trial.known.iter_mut().skip(*place).take(1).for_each(|known| *known = Some(holds));
                holds
            }
            Self::Field(test) => test.predicate.holds(record, &mut trial.buffers),
            Self::Not(inner) => !inner.holds(searches, record, trial),
            Self::All(parts) => parts.iter().all(|part| part.holds(searches, record, trial)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(searches, record, trial)),
            Self::AtLeast(number, parts) => {
                parts.iter().filter(|part| part.holds(searches, record, trial)).take(*number).count() == *number
            }
        }
    }
}

impl Predicate {
    pub(crate) fn holds<R: Record + ?Sized>(&self, record: &R, buffers: &mut Buffers) -> bool {
        let found = match &self.check {
            Check::Values { slot, tests } => tests.field(record.get(*slot), buffers),
            Check::Keywords(tests) => record.texts(&mut |text| tests.scalar(Value::Text(text), buffers)),
            Check::Exists { slot, wanted } => record.get(*slot).is_some() == *wanted,
            Check::Reference { slot, others, place, cased } => {
                others.iter().any(|other| refers(record, *slot, *other, *place, *cased, buffers))
            }
        };
        found != self.negated
    }

    /// Whether it holds for a record that has this value in the field; `None` when there is more to it.
    pub(crate) fn holds_for(&self, value: Option<Value<'_>>, buffers: &mut Buffers) -> Option<bool> {
        let found = match &self.check {
            Check::Values { tests, .. } => tests.field(value, buffers),
            Check::Exists { wanted, .. } => value.is_some() == *wanted,
            Check::Keywords(_) | Check::Reference { .. } => return None,
        };
        Some(found != self.negated)
    }
}
