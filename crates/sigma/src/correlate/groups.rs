//! The groups of all correlations that something has been counted for, and when each is over.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use foldhash::quality::RandomState;

use super::CorrelationIndex;
use super::group::Group;

/// A group that has something.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) correlation: CorrelationIndex,
    pub(super) key: Arc<[u8]>,
    pub(super) group: Group,
}

/// When a group is over at the earliest; of those over at the same time, that of the first correlation goes first, then the
/// oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Timer {
    deadline: i64,
    correlation: CorrelationIndex,
    born: u64,
    at: usize,
}

/// The groups. Records choose the keys, so that the tables' hash is keyed anew in each run.
#[derive(Debug)]
pub(super) struct Groups {
    /// Of each correlation: where its groups stand.
    at: Vec<HashMap<Arc<[u8]>, usize, RandomState>>,
    places: Vec<Option<Live>>,
    free: Vec<usize>,
    /// One of each group.
    timers: BinaryHeap<Reverse<Timer>>,
    born: u64,
}

impl Groups {
    pub(super) fn new(correlations: usize) -> Self {
        Self {
            at: (0..correlations).map(|_| HashMap::default()).collect(),
            places: Vec::new(),
            free: Vec::new(),
            timers: BinaryHeap::new(),
            born: 0,
        }
    }

    /// Where the group with this key stands, and whether it is new; a new one needs its [timer](Self::arm).
    pub(super) fn of(&mut self, correlation: CorrelationIndex, key: &[u8]) -> Option<(usize, bool)> {
        let known = self.at.get_mut(correlation.index())?;
        if let Some(at) = known.get(key) {
            return Some((*at, false));
        }
        let key: Arc<[u8]> = key.into();
        let at = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        known.insert(Arc::clone(&key), at);
        *self.places.get_mut(at)? = Some(Live { correlation, key, group: Group::default() });
        Some((at, true))
    }

    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut Live> {
        self.places.get_mut(at)?.as_mut()
    }

    /// Sets the timer of a new group.
    pub(super) fn arm(&mut self, at: usize, correlation: CorrelationIndex, deadline: i64) {
        let born = self.born;
        self.born += 1;
        self.timers.push(Reverse(Timer { deadline, correlation, born, at }));
    }

    /// Takes the first group that is over before a time, or the first at all. `deadline` says when a group is over: later
    /// than its timer says if more was counted since.
    pub(super) fn take_over(&mut self, before: Option<i64>, deadline: impl Fn(&Live) -> i64) -> Option<Live> {
        loop {
            let mut first = self.timers.peek_mut()?;
            let Reverse(timer) = *first;
            if before.is_some_and(|before| timer.deadline >= before) {
                return None;
            }
            match self.places.get(timer.at).and_then(Option::as_ref).map(&deadline) {
                Some(later) if later > timer.deadline => first.0.deadline = later,
                _ => {
                    PeekMut::pop(first);
                    let live = self.places.get_mut(timer.at)?.take()?;
                    self.free.push(timer.at);
                    self.at.get_mut(live.correlation.index())?.remove(&live.key);
                    return Some(live);
                }
            }
        }
    }
}
