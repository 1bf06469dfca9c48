//! States by names that records choose, e.g. of the user for whom a key was made.

use crate::hash::HashMap;

/// Most names that an analytic keeps something of.
const MOST_NAMES: usize = 50_000;
/// Longest name that is kept.
const LONGEST: usize = 2_048;

/// One small state for each name, within bounds.
#[derive(Debug)]
pub(super) struct ByName<V> {
    of: HashMap<Box<str>, V>,
    dropped: u64,
}

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self { of: HashMap::default(), dropped: 0 }
    }
}

impl<V> ByName<V> {
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        if self.of.is_empty() { None } else { self.of.get_mut(name) }
    }

    /// What has no name has no place here, and is not missed.
    pub(super) fn insert(&mut self, name: &str, value: V) {
        let has_room = self.of.len() < MOST_NAMES || self.of.contains_key(name);
        if has_room && !name.is_empty() && name.len() <= LONGEST {
            self.of.insert(name.into(), value);
        } else {
            self.dropped += u64::from(!name.is_empty());
        }
    }

    /// Starts anew with a name, unless what is known of it is to be kept.
    pub(super) fn restart(&mut self, name: &str, value: V, keeps: impl Fn(&V) -> bool) {
        if !self.of.get(name).is_some_and(keeps) {
            self.insert(name, value);
        }
    }

    pub(super) fn or_default(&mut self, name: &str) -> Option<&mut V>
    where
        V: Default,
    {
        if !self.of.contains_key(name) {
            self.insert(name, V::default());
        }
        self.of.get_mut(name)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// All states in the order of their names.
    pub(super) fn into_sorted(self) -> Vec<(Box<str>, V)> {
        let mut all: Vec<(Box<str>, V)> = self.of.into_iter().collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }
}
