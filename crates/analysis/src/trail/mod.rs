//! The trail: every event of an analysis in small form, so that what many events show together can be found at the end, in
//! the order of time, whatever order they were read in.
//!
//! Memory is bounded by [`TrailLimits`]; events beyond it are counted, and what rests on all events says so.

mod event_id;
mod identities;
mod replay;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::Timestamp;
use security_model::{EventView, RecordOrigin, TextKind};

pub(crate) use self::event_id::EventId;
pub(crate) use self::identities::{Identities, IdentityId};
pub(crate) use self::replay::Replay;
use crate::behavior::EventIndex;
use crate::cloudtrail::Reading;
use crate::cloudtrail::console::ConsoleLogin;
use crate::hash::HashMap;
use crate::identity::{Limits, Resolver};
use crate::incident::changes::{self, Change};
use crate::names::{Name, Names};

/// How much a trail keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TrailLimits {
    /// Events, of about seventy bytes each.
    pub(crate) events: usize,
    /// Bytes of the request parameters that analytics read.
    pub(crate) request_bytes: usize,
}

impl Default for TrailLimits {
    fn default() -> Self {
        Self { events: 2_000_000, request_bytes: 64 << 20 }
    }
}

/// Longest request parameters kept of one event, in bytes: policies may have 20 KB.
const LONGEST_REQUEST: usize = 48 << 10;

/// Most lasting changes kept.
const MOST_CHANGES: usize = 200_000;

/// One event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) time: Option<Timestamp>,
    pub(crate) event_name: Name,
    pub(crate) event_source: Name,
    pub(crate) region: Name,
    pub(crate) account: Name,
    pub(crate) source_ip: Name,
    pub(crate) error_code: Name,
    pub(crate) event_type: Name,
    pub(crate) read_only: Option<bool>,
    pub(crate) console: Option<ConsoleLogin>,
}

/// One event as it is kept: there are many.
#[derive(Clone, Copy, Debug)]
struct Kept {
    time: Option<Timestamp>,
    event_id: EventId<Name>,
    /// Where the call stands in [`Met::calls`](crate::cloudtrail::Met).
    call: u32,
    /// Where its setting stands there.
    setting: u32,
    identity: IdentityId,
    /// Position among [`Trail::places`].
    place: u32,
    index: u64,
    read_only: Option<bool>,
    console: Option<ConsoleLogin>,
    tells_mfa: bool,
}

/// Collects events.
#[derive(Debug)]
pub(crate) struct Trail {
    limits: TrailLimits,
    rows: Vec<Kept>,
    places: Vec<Arc<str>>,
    /// Where a place stands, by the address of its text.
    place_at: HashMap<usize, u32>,
    /// `requestParameters` of calls of which somebody reads them.
    requests: HashMap<EventIndex, Box<str>>,
    /// What calls changed that lasts.
    changes: Vec<(EventIndex, Change)>,
    /// Events that handed out credentials, each with its place among the resolver's calls: both ascend.
    issued: Vec<(EventIndex, u32)>,
    request_bytes: usize,
    resolver: Resolver,
    /// Identities that the resolver knows: they are numbered in the order in which they come.
    met: usize,
    left_out: u64,
}

impl Trail {
    pub(crate) fn new(limits: TrailLimits) -> Self {
        Self {
            limits,
            rows: Vec::new(),
            places: Vec::new(),
            place_at: HashMap::default(),
            requests: HashMap::default(),
            changes: Vec::new(),
            issued: Vec::new(),
            request_bytes: 0,
            resolver: Resolver::new(Limits::default()),
            met: 0,
            left_out: 0,
        }
    }

    /// Adds an event; `None` if there is no room for it.
    pub(crate) fn observe(
        &mut self,
        event: &EventView<'_>,
        reading: &Reading,
        origin: &RecordOrigin,
        names: &mut Names,
    ) -> Option<(EventIndex, IdentityId)> {
        let Reading { features, identity, call, kinds } = reading;
        let issued = if call.issues_credentials { self.resolver.observe_call(event) } else { None };
        if identity.is_none_or(|identity| self.is_new(identity)) {
            self.resolver.observe_caller(event);
        }
        let index = u32::try_from(self.rows.len()).ok().filter(|_| self.rows.len() < self.limits.events);
        let (Some(index), Some(identity)) = (index, *identity) else {
            self.left_out += 1;
            return None;
        };
        let at = EventIndex(index);
        self.issued.extend(issued.map(|issued| (at, issued)));
        let place = self.place(&origin.place);
        self.rows.push(Kept {
            time: features.time,
            event_id: EventId::of(event.event_id, |id| names.intern(id, TextKind::Identifier)),
            call: kinds.call,
            setting: kinds.setting,
            identity,
            place,
            index: origin.index,
            read_only: features.read_only,
            console: features.console,
            tells_mfa: event.mfa_used.is_some(),
        });
        if call.wants_request {
            self.keep_request(at, event);
        }
        if call.may_last && self.changes.len() < MOST_CHANGES {
            self.changes.extend(changes::of(event).into_iter().map(|change| (at, change)));
        }
        Some((at, identity))
    }

    /// Whether this identity made no call before.
    fn is_new(&mut self, identity: IdentityId) -> bool {
        let is_new = identity.index() >= self.met;
        self.met = self.met.max(identity.index() + 1);
        is_new
    }

    fn keep_request(&mut self, at: EventIndex, event: &EventView<'_>) {
        let Some(json) = event.request_parameters.map(security_model::RawJson::for_matching) else { return };
        if json.len() > LONGEST_REQUEST || self.request_bytes + json.len() > self.limits.request_bytes {
            return;
        }
        self.request_bytes += json.len();
        self.requests.insert(at, json.into());
    }

    fn place(&mut self, place: &Arc<str>) -> u32 {
        // Mostly events come from where the one before came from.
        let last = self.rows.last().map(|row| row.place);
        let of_last = last.and_then(|last| self.places.get(usize::try_from(last).ok()?));
        if let (Some(last), Some(of_last)) = (last, of_last)
            && Arc::ptr_eq(of_last, place)
        {
            return last;
        }
        *self.place_at.entry(place.as_ptr().addr()).or_insert_with(|| {
            self.places.push(Arc::clone(place));
            u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// Events that were left out for want of room.
    pub(crate) const fn left_out(&self) -> u64 {
        self.left_out
    }
}

impl Row {
    /// Whether the call was carried out; failed console sign-ins have no `errorCode`.
    pub(crate) fn succeeded(&self) -> bool {
        self.error_code.is_absent() && self.console != Some(ConsoleLogin::Failed)
    }
}
