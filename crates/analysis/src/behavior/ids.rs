//! Tables by small numbers: nobody outside chooses the numbers, so that they need no hashing against attacks.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Spreads numbers over a table by one multiplication.
#[derive(Clone, Copy, Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

pub(super) type ById<K, V> = HashMap<K, V, BuildHasherDefault<Spread>>;
pub(super) type IdSet<K> = HashSet<K, BuildHasherDefault<Spread>>;

/// Most keys of which an analytic keeps something.
pub(super) const MOST: usize = 200_000;

/// One small state for each key, and how many events found no room for one.
#[derive(Debug)]
pub(super) struct States<K, V> {
    of: ById<K, V>,
    dropped: u64,
}

impl<K, V> Default for States<K, V> {
    fn default() -> Self {
        Self { of: ById::default(), dropped: 0 }
    }
}

impl<K: Eq + std::hash::Hash + Copy + Ord, V: Default> States<K, V> {
    /// The state of a key; `None` if there is no room for another.
    pub(super) fn of(&mut self, key: K) -> Option<&mut V> {
        if self.of.len() >= MOST && !self.of.contains_key(&key) {
            self.dropped += 1;
            return None;
        }
        Some(self.of.entry(key).or_default())
    }

    /// The state of a key that has one.
    pub(super) fn known(&mut self, key: K) -> Option<&mut V> {
        self.of.get_mut(&key)
    }

    /// Every state, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.of.iter().map(|(key, state)| (*key, state))
    }

    pub(super) fn has(&self, key: K) -> bool {
        self.of.contains_key(&key)
    }

    pub(super) fn remove(&mut self, key: K) -> Option<V> {
        self.of.remove(&key)
    }

    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// All states in the order of their keys.
    pub(super) fn into_sorted(self) -> Vec<(K, V)> {
        let mut all: Vec<(K, V)> = self.of.into_iter().collect();
        all.sort_by_key(|(key, _)| *key);
        all
    }
}
