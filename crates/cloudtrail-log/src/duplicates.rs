//! Tells records that were read before. Log files may deliver an event twice, and the same event comes from several
//! sources.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use security_model::EventView;

use crate::fingerprint::{FingerprintKeys, Tag, fingerprint};

/// What is known about a record when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Its id was not seen before, or it has none.
    First,
    /// A record with its id and content was seen before.
    Duplicate,
    /// Its id was seen before, with other content. It is to be kept, and reported.
    ConflictingId,
}

/// Remembers the records of one run by id and content. It stores hashes only: what it takes grows with the number of
/// records that have an id, not with their size.
#[derive(Debug)]
pub struct Deduplicator {
    keys: FingerprintKeys,
    /// Content first seen with an id.
    contents: HashMap<u128, u128>,
    /// Further contents of ids that have several.
    conflicting: HashSet<u128>,
}

impl Default for Deduplicator {
    fn default() -> Self {
        Self::new()
    }
}

impl Deduplicator {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self { keys: FingerprintKeys::random(), contents: HashMap::new(), conflicting: HashSet::new() }
    }

    /// Whether the record was seen before; from now on it was.
    pub fn check(&mut self, event: &EventView<'_>) -> Seen {
        let Some(id) = event.event_id else { return Seen::First };
        let id = self.keys.hash(Tag::EventId, &[id.for_matching().as_bytes()]);
        let content = fingerprint(&self.keys, event.record)
            .unwrap_or_else(|| self.keys.hash(Tag::Unparsed, &[event.record.for_matching().as_bytes()]));
        match self.contents.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(content);
                Seen::First
            }
            Entry::Occupied(entry) if *entry.get() == content => Seen::Duplicate,
            // The id is part of the content, so a content belongs to one id only.
            Entry::Occupied(_) if self.conflicting.insert(content) => Seen::ConflictingId,
            Entry::Occupied(_) => Seen::Duplicate,
        }
    }
}
