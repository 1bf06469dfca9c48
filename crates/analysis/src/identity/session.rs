//! Sessions: which principal worked with an access key, and how the credentials were delivered.

use std::sync::Arc;

use security_model::EventView;

use super::caller::{Caller, Delivery, KeptCaller};
use super::shelf::{Full, Shelf, as_kept};
use crate::hash::HashMap;

/// Most principals remembered for one access key. AWS gives a key to one.
const MOST_PRINCIPALS: usize = 4;

/// The sessions seen.
#[derive(Debug)]
pub(super) struct Sessions {
    of_key: HashMap<Arc<str>, Vec<Entry>>,
    /// Role sessions by `principalId`, by which records of other accounts name them.
    by_principal_id: HashMap<Arc<str>, Named>,
    count: usize,
    most: usize,
    dropped_events: u64,
}

/// Role sessions of one `principalId`.
#[derive(Debug)]
struct Named {
    /// The first of their keys by name, whichever was seen first.
    key: Arc<str>,
    /// Whether the credentials of all were delivered alike.
    alike: bool,
}

#[derive(Debug)]
struct Entry {
    caller: KeptCaller,
    delivery: Delivery,
}

impl Sessions {
    pub(super) fn new(most: usize) -> Self {
        let (of_key, by_principal_id) = (HashMap::default(), HashMap::default());
        Self { of_key, by_principal_id, count: 0, most, dropped_events: 0 }
    }

    /// Events of sessions that were left out for want of room.
    pub(super) const fn dropped_events(&self) -> u64 {
        self.dropped_events
    }

    /// Takes note of the session of an event, if its caller has an access key.
    pub(super) fn observe(&mut self, event: &EventView<'_>, caller: &Caller<'_>, shelf: &mut Shelf) {
        let Some(key) = caller.key else { return };
        let is_known = self.of_key.get(key).is_some_and(|entries| entries.iter().any(|entry| entry.is_of(caller)));
        if !is_known && (self.count >= self.most || self.add(event, key, caller, shelf).is_err()) {
            self.dropped_events += 1;
        }
    }

    fn add(&mut self, event: &EventView<'_>, key: &str, caller: &Caller<'_>, shelf: &mut Shelf) -> Result<(), Full> {
        let entry = Entry { caller: KeptCaller::new(caller, shelf)?, delivery: Delivery::of(event) };
        let key = shelf.keep(key)?;
        if self.of_key.get(&key).is_some_and(|entries| entries.len() >= MOST_PRINCIPALS) {
            return Err(Full);
        }
        self.name(&key, &entry);
        self.of_key.entry(key).or_default().push(entry);
        self.count += 1;
        Ok(())
    }

    /// Makes a role session known by its `principalId`.
    fn name(&mut self, key: &Arc<str>, entry: &Entry) {
        let Some(id) = entry.caller.role_session_id() else { return };
        let other = self.of_principal_id(id).map(|(_, delivery)| delivery == Some(&entry.delivery));
        let named = Named { key: Arc::clone(key), alike: true };
        let named = self.by_principal_id.entry(Arc::clone(id)).or_insert(named);
        named.alike &= other.unwrap_or(true);
        if *key < named.key {
            named.key = Arc::clone(key);
        }
    }

    /// The role session of a `principalId`, without its key: there may be several of one name. Also how their credentials
    /// were delivered, if all were alike.
    pub(super) fn of_principal_id(&self, id: &str) -> Option<(Caller<'_>, Option<&Delivery>)> {
        let named = self.by_principal_id.get(as_kept(id).as_ref())?;
        let entries = self.of_key.get(&named.key)?;
        let entry = entries.iter().find(|entry| entry.caller.role_session_id().is_some_and(|own| **own == *id))?;
        let caller = Caller { key: None, ..entry.caller.lend() };
        Some((caller, Some(&entry.delivery).filter(|_| named.alike)))
    }

    /// How the credentials of a session were delivered, from its records.
    pub(super) fn delivery(&self, caller: &Caller<'_>) -> Option<&Delivery> {
        let entries = self.of_key.get(caller.key?)?;
        entries.iter().find(|entry| entry.is_of(caller)).map(|entry| &entry.delivery)
    }
}

impl Entry {
    fn is_of(&self, caller: &Caller<'_>) -> bool {
        self.caller.kind() == caller.kind && *self.caller.principal() == *as_kept(&caller.principal)
    }
}
