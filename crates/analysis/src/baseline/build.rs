//! Makes a baseline of events.

use std::sync::Arc;

use jiff::Timestamp;
use security_model::{EventView, RecordOrigin};

use super::{Baseline, BaselineError, MOST_ACCOUNTS, MOST_FACTS, MOST_KEYS, MOST_PERSONS, MOST_WORDS, Person, seconds};
use crate::behavior::{Learned, Learner};
use crate::cloudtrail::{Parts, Reader};
use crate::places::Places;
use crate::trail::{Replay, Trail, TrailLimits};

/// Takes in the events of the past, in any order.
pub struct BaselineBuilder {
    salt: u128,
    reader: Reader,
    trail: Trail,
    places: Arc<Places>,
    built_from: String,
}

impl BaselineBuilder {
    /// Has seen nothing. The salt should be random, so that two files cannot be compared name by name.
    #[must_use]
    pub fn new(salt: u128) -> Self {
        let (reader, trail) = (Reader::default(), Trail::new(TrailLimits::default()));
        Self { salt, reader, trail, places: Places::shared(), built_from: String::new() }
    }

    /// Uses this for where calls came from, in place of the embedded data.
    #[must_use]
    pub fn with_places(self, places: Arc<Places>) -> Self {
        Self { places, ..self }
    }

    /// Says which events it is made of, where these are not all: the file has it in plain words, so that it should name
    /// nobody. Words beyond 400 bytes are left out.
    #[must_use]
    pub fn built_from(self, words: &str) -> Self {
        let end = words.floor_char_boundary(MOST_WORDS);
        Self { built_from: words.get(..end).unwrap_or_default().to_owned(), ..self }
    }

    /// Takes in an event that is no duplicate.
    pub fn observe(&mut self, event: &EventView<'_>, origin: &RecordOrigin) {
        let reading = self.reader.read(event, |_| None);
        self.trail.observe(event, &reading, origin, &mut self.reader.names);
    }

    /// The baseline.
    ///
    /// # Errors
    ///
    /// [`BaselineError::NoEvents`] if nothing is known then.
    pub fn finish(self) -> Result<Baseline, BaselineError> {
        let Self { salt, reader, trail, places, built_from } = self;
        let Parts { names, met, .. } = reader.into_parts();
        let texts = names.into_texts();
        let trail = Replay::new(trail, met, &texts, &places);
        let mut learner = Learner::new(salt);
        trail.show(&texts, |event| learner.observe(event));
        let learned = learner.finish(|principal| Some(trail.principal_name(principal)?.untrusted().for_matching()));
        let baseline = pack(salt, learned, trail.left_out())?;
        Ok(Baseline { built_from: Some(built_from.into()), ..baseline })
    }
}

/// Brings what was learned into order and within bounds.
fn pack(salt: u128, learned: Learned, unread: u64) -> Result<Baseline, BaselineError> {
    let Learned { events, period, mut persons, mut accounts, mut keys, facts, dropped } = learned;
    let (from, until): (Timestamp, Timestamp) = period.ok_or(BaselineError::NoEvents)?;
    let mut left_out = unread + dropped;
    // Who did little has no history that would count.
    left_out += keep(&mut persons, MOST_PERSONS, |person: &Person| u32::MAX - person.events);
    // Who came last is the least known.
    left_out += keep(&mut accounts, MOST_ACCOUNTS, |since: &u32| *since);
    left_out += keep(&mut keys, MOST_KEYS, |networks: &u8| u32::from(*networks));
    let mut facts: Vec<u64> = facts.into_iter().take(MOST_FACTS).collect();
    facts.sort_unstable();
    let (from, until) = (seconds(from), seconds(until));
    Ok(Baseline { salt, from, until, events, left_out, persons, accounts, keys, facts, built_from: None })
}

/// Keeps the `most` rows of lowest rank, sorted by number; how many are left out.
fn keep<V>(rows: &mut Vec<(u64, V)>, most: usize, rank: impl Fn(&V) -> u32) -> u64 {
    let surplus = rows.len().saturating_sub(most);
    if surplus > 0 {
        rows.sort_unstable_by_key(|(number, value)| (rank(value), *number));
        rows.truncate(most);
    }
    rows.sort_unstable_by_key(|(number, _)| *number);
    surplus as u64
}
