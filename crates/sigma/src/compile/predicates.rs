//! What tests ask, each once for all rules of a set.

use std::collections::HashMap;
use std::sync::Arc;

use crate::expr::{Check, Predicate};

/// The predicates of a rule set while it is compiled.
#[derive(Debug, Default)]
pub(crate) struct Predicates {
    known: HashMap<String, Arc<Predicate>>,
    all: Vec<Arc<Predicate>>,
}

impl Predicates {
    /// The predicate with this key, which has to name everything that `check` is made from.
    pub(crate) fn of(&mut self, key: String, check: Check, negated: bool, dear: bool) -> Arc<Predicate> {
        let Self { known, all } = self;
        let found = known.entry(key).or_insert_with(|| {
            // There are far fewer than bytes in rule files, and more than this many could only be tested twice.
            let place = u32::try_from(all.len()).unwrap_or(u32::MAX);
            let fresh = Arc::new(Predicate { place, check, negated, dear });
            all.push(Arc::clone(&fresh));
            fresh
        });
        Arc::clone(found)
    }

    pub(crate) fn into_all(self) -> Vec<Arc<Predicate>> {
        self.all
    }
}
