//! Who was behind the events of evidence, and where they came from: what remains of the trail once it has been read.

use std::sync::Arc;

use jiff::Timestamp;
use security_model::LastingChange;

use crate::behavior::EventIndex;
use crate::hash::HashMap;
use crate::identity::{Chain, Text};
use crate::names::Name;
use crate::places::Place;

/// An estimate of what a chain takes on the heap, in bytes.
const CHAIN_BYTES: usize = 600;
/// The same for a place.
const PLACE_BYTES: usize = 200;

/// Nothing is known where no rules were tried.
#[derive(Debug, Default)]
pub(super) struct Behind {
    /// Of each event of the trail.
    pub(super) chain_of: Vec<u32>,
    pub(super) chains: Vec<Arc<Chain>>,
    pub(super) places: HashMap<Name, Place>,
    pub(super) changes: Vec<Changed>,
    /// Of incidents, by their ids.
    pub(super) stories: Vec<(String, Story)>,
}

/// Who acted when in an incident.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) principals: Vec<Text>,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// A lasting change, and whether it was taken back before the records end.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    pub(crate) at: EventIndex,
    pub(crate) change: LastingChange,
    pub(crate) is_live: bool,
}

impl Behind {
    pub(super) fn chain(&self, at: Option<EventIndex>) -> Option<&Chain> {
        let chain = self.chain_of.get(at?.index())?;
        self.chains.get(usize::try_from(*chain).ok()?).map(AsRef::as_ref)
    }

    pub(super) fn place(&self, address: Name) -> Option<&Place> {
        self.places.get(&address)
    }

    pub(super) fn country(&self, address: Name) -> Option<&'static str> {
        self.place(address)?.country().map(|country| country.code)
    }

    /// An estimate.
    pub(super) fn heap_bytes(&self) -> usize {
        self.chain_of.len() * size_of::<u32>()
            + self.chains.len() * CHAIN_BYTES
            + self.places.len() * PLACE_BYTES
            + self.changes.len() * 200
            + self.stories.len() * CHAIN_BYTES
    }
}
