//! What a baseline knows of the time before the first event.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::people::Past;
use crate::baseline::{Baseline, Fact, Person, time};

/// A baseline, if there is one, moved up to the first event: of what happened in between nothing is known, so that it counts
/// neither as time for which somebody was known nor as silence.
#[derive(Debug, Default)]
pub(super) struct Before {
    baseline: Option<Arc<Baseline>>,
    between: SignedDuration,
}

impl Before {
    pub(super) fn new(baseline: Option<Arc<Baseline>>) -> Self {
        Self { baseline, between: SignedDuration::ZERO }
    }

    /// Moves it up to the first event; when what is known begins.
    pub(super) fn begin(&mut self, first: Timestamp) -> Timestamp {
        let Some(baseline) = &self.baseline else { return first };
        let (from, until) = baseline.period();
        self.between = first.duration_since(until).max(SignedDuration::ZERO);
        self.moved(from).min(first)
    }

    pub(super) fn knows(&self, fact: &Fact<'_>) -> bool {
        self.baseline.as_ref().is_some_and(|baseline| baseline.knows(fact))
    }

    pub(super) fn person(&self, principal: &str) -> Option<&Person> {
        self.baseline.as_ref()?.person(principal)
    }

    /// What a person's past is worth now.
    pub(super) fn past(&self, person: &Person) -> Past {
        Past {
            since: self.moved(time(person.since)),
            last: self.moved(time(person.last)),
            events: person.events.into(),
            days: person.days.into(),
        }
    }

    pub(super) fn account_since(&self, account: &str) -> Option<Timestamp> {
        Some(self.moved(self.baseline.as_ref()?.account_since(account)?))
    }

    pub(super) fn networks_of(&self, key: &str) -> usize {
        self.baseline.as_ref().map_or(0, |baseline| baseline.networks_of(key))
    }

    fn moved(&self, time: Timestamp) -> Timestamp {
        time.checked_add(self.between).unwrap_or(time)
    }
}
