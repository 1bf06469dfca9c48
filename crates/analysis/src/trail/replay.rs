//! The finished trail: its events in the order of time, with who is behind each and where it came from.

use std::sync::Arc;

use jiff::Timestamp;
use security_model::{EventView, RawJson, RecordOrigin, Untrusted};

use super::identities::ShownIdentity;
use super::{Kept, Row, Trail};
use crate::behavior::{EventIndex, Ids, Observed};
use crate::cloudtrail::user_agent::Family;
use crate::cloudtrail::{Call, Met, Setting};
use crate::detect::target_of;
use crate::hash::HashMap;
use crate::identity::{Chain, Text};
use crate::incident::changes::Change;
use crate::names::{Name, Texts};
use crate::places::{Place, Places};

/// A trail that is complete.
pub(crate) struct Replay {
    trail: Trail,
    met: Met,
    /// Events by time, those without time last; ties by id, then by where they were read.
    order: Vec<EventIndex>,
    /// Of each event, in the order of the trail.
    chain_of: Vec<u32>,
    chains: Vec<Arc<Chain>>,
    /// Of each chain: the number of its first identity.
    principal_of: Vec<u32>,
    principals: Vec<Text>,
    /// Of each address, by its number: where its place stands; nothing for what is no address of an event.
    place_of: Vec<Option<u32>>,
    places: Vec<(Name, Place)>,
}

impl Replay {
    pub(crate) fn new(trail: Trail, met: Met, texts: &Texts, places: &Places) -> Self {
        let mut order: Vec<EventIndex> = (0..).map(EventIndex).take(trail.rows.len()).collect();
        order.sort_unstable_by_key(|at| trail.row(*at).map(|row| (row.time.is_none(), row.time)));
        let mut replay = Self {
            order,
            chain_of: Vec::with_capacity(trail.rows.len()),
            chains: Vec::new(),
            principal_of: Vec::new(),
            principals: Vec::new(),
            place_of: Vec::new(),
            places: Vec::new(),
            trail,
            met,
        };
        replay.break_ties(texts);
        replay.find_chains(texts);
        replay.find_places(texts, places);
        replay
    }

    /// Events of one second, in an order that does not depend on that of reading.
    fn break_ties(&mut self, texts: &Texts) {
        let Self { trail, order, .. } = self;
        let ranks = trail.place_ranks();
        let time = |at: &EventIndex| trail.row(*at).and_then(|row| row.time);
        let origin = |at: &EventIndex| {
            let row = trail.row(*at)?;
            Some((ranks.get(usize::try_from(row.place).ok()?)?, row.index))
        };
        for tied in order.chunk_by_mut(|a, b| time(a) == time(b)).filter(|tied| tied.len() > 1) {
            tied.sort_by(|a, b| {
                let by_origin = origin(a).cmp(&origin(b));
                by_origin.then_with(|| trail.event_id(*a, texts).cmp(&trail.event_id(*b, texts)))
            });
        }
    }

    fn find_chains(&mut self, texts: &Texts) {
        let Self { trail, met, chain_of, chains, principal_of, principals, .. } = self;
        let mut known: Vec<Option<Steady>> = vec![None; met.identities.len()];
        let mut principal_at: HashMap<Text, u32> = HashMap::default();
        for (index, row) in (0..).zip(&trail.rows) {
            let kept = known.get(row.identity.index()).and_then(Option::as_ref);
            if let Some(steady) = kept.filter(|steady| steady.holds_at(row.time)) {
                chain_of.push(steady.chain);
                continue;
            }
            let at = EventIndex(index);
            let (chain, steady_since) = trail.resolver.lasting_chain(&trail.view(at, row, met, texts));
            let at = u32::try_from(chains.len()).unwrap_or(u32::MAX);
            let next = u32::try_from(principals.len()).unwrap_or(u32::MAX);
            let met = principal_at.get(&chain.first.name).copied();
            let principal = met.unwrap_or_else(|| {
                principals.push(chain.first.name.clone());
                principal_at.insert(chain.first.name.clone(), next);
                next
            });
            principal_of.push(principal);
            chains.push(Arc::new(chain));
            chain_of.push(at);
            if let (Some(since), Some(place)) = (steady_since, known.get_mut(row.identity.index())) {
                *place = Some(Steady { since, chain: at });
            }
        }
    }

    fn find_places(&mut self, texts: &Texts, places: &Places) {
        for address in self.met.settings.iter().map(|setting| setting.source_ip) {
            let number = address.number();
            if self.place_of.len() <= number {
                self.place_of.resize(number + 1, None);
            }
            if let Some(known) = self.place_of.get_mut(number).filter(|known| known.is_none()) {
                *known = u32::try_from(self.places.len()).ok();
                self.places.push((address, places.locate(texts.raw(address).unwrap_or_default())));
            }
        }
    }

    pub(crate) fn row(&self, at: EventIndex) -> Option<Row> {
        self.trail.row(at)?.shown(&self.met)
    }

    pub(crate) fn time(&self, at: EventIndex) -> Option<Timestamp> {
        self.trail.row(at)?.time
    }

    pub(crate) fn event_id(&self, at: EventIndex, texts: &Texts) -> String {
        self.trail.event_id(at, texts)
    }

    pub(crate) fn origin(&self, at: EventIndex) -> Option<RecordOrigin> {
        self.trail.origin(at)
    }

    /// Who is behind the event.
    pub(crate) fn chain(&self, at: EventIndex) -> Option<&Arc<Chain>> {
        self.chains.get(usize::try_from(*self.chain_of.get(at.index())?).ok()?)
    }

    /// The number of the first identity behind the event.
    pub(crate) fn principal(&self, at: EventIndex) -> Option<u32> {
        self.principal_of.get(usize::try_from(*self.chain_of.get(at.index())?).ok()?).copied()
    }

    /// Every chain met, with the number of its first identity.
    pub(crate) fn chains(&self) -> impl Iterator<Item = (u32, &Chain)> {
        self.principal_of.iter().copied().zip(self.chains.iter().map(AsRef::as_ref))
    }

    /// The name of a first identity.
    pub(crate) fn principal_name(&self, principal: u32) -> Option<&Text> {
        self.principals.get(usize::try_from(principal).ok()?)
    }

    /// Where the event came from.
    pub(crate) fn place(&self, at: EventIndex) -> Option<&Place> {
        self.place_at(self.row(at)?.source_ip)
    }

    fn place_at(&self, address: Name) -> Option<&Place> {
        let place = (*self.place_of.get(address.number())?)?;
        self.places.get(usize::try_from(place).ok()?).map(|(_, place)| place)
    }

    /// Of the other account's record of a call the one of the caller's own account, else the event itself.
    pub(crate) fn original(&self, at: EventIndex) -> EventIndex {
        self.trail.original(at).unwrap_or(at)
    }

    /// What calls changed that lasts, in the order of reading.
    pub(crate) fn changes(&self) -> &[(EventIndex, Change)] {
        &self.trail.changes
    }

    /// What the call names, of calls whose parameters are kept.
    pub(crate) fn target(&self, at: EventIndex) -> Option<String> {
        target_of(self.trail.requests.get(&at)?)
    }

    /// The access key that the call was made with.
    pub(crate) fn access_key<'t>(&self, at: EventIndex, texts: &'t Texts) -> Option<&'t str> {
        let identity = self.met.identities.view(self.trail.row(at)?.identity, texts);
        identity.access_key_id.map(Untrusted::for_matching).filter(|key| !key.is_empty())
    }

    /// Events in the order of time, those without time last.
    pub(crate) fn order(&self) -> &[EventIndex] {
        &self.order
    }

    /// Events that are not in the trail, because there was no room.
    pub(crate) const fn left_out(&self) -> u64 {
        self.trail.left_out()
    }

    /// What is still of use when the trail has been read: of each event its chain, the chains, and places by address.
    pub(crate) fn into_parts(self) -> (Vec<u32>, Vec<Arc<Chain>>, HashMap<Name, Place>) {
        (self.chain_of, self.chains, self.places.into_iter().collect())
    }

    /// Shows the events that have a time, in its order.
    pub(crate) fn show(&self, texts: &Texts, mut to: impl FnMut(&Observed<'_>)) {
        let (calls, settings, callers) = (self.calls(texts), self.settings(texts), self.callers(texts));
        let position = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        for at in &self.order {
            let (Some(row), Some(chain)) = (self.trail.row(*at), self.chain(*at)) else { continue };
            let Some(time) = row.time else { break };
            let (Some(call), Some(setting), Some((session, identity))) =
                (calls.get(position(row.call)), settings.get(position(row.setting)), callers.get(row.identity.index()))
            else {
                continue;
            };
            let Some(place) = setting.place else { continue };
            to(&Observed {
                at: *at,
                ids: Ids {
                    principal: self.principal(*at).unwrap_or(u32::MAX),
                    session: *session,
                    call: call.number,
                    address: setting.address,
                },
                time,
                chain,
                place,
                event_source: call.event_source,
                event_name: call.event_name,
                region: setting.region,
                account: setting.account,
                source_ip: setting.source_ip,
                agent: setting.agent,
                error_code: call.error_code,
                read_only: row.read_only,
                event_type: call.event_type,
                identity_type: identity.identity_type,
                user_name: identity.user_name,
                issuer: identity.issuer,
                access_key: identity.access_key,
                invoked_by: identity.invoked_by,
                mfa_authenticated: identity.mfa_authenticated,
                console: row.console,
                tells_mfa: row.tells_mfa,
                request: self.trail.requests.get(at).map(AsRef::as_ref),
            });
        }
    }

    fn calls<'t>(&self, texts: &'t Texts) -> Vec<ShownCall<'t>> {
        let raw = |name| texts.raw(name).unwrap_or_default();
        let mut numbers: HashMap<(Name, Name), u32> = HashMap::default();
        let shown = |call: &Call| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            ShownCall {
                number: *numbers.entry((call.event_source, call.event_name)).or_insert(next),
                event_source: raw(call.event_source),
                event_name: raw(call.event_name),
                error_code: raw(call.error_code),
                event_type: raw(call.event_type),
            }
        };
        self.met.calls.iter().map(shown).collect()
    }

    fn settings<'t>(&'t self, texts: &'t Texts) -> Vec<ShownSetting<'t>> {
        let raw = |name| texts.raw(name).unwrap_or_default();
        let shown = |setting: &Setting| ShownSetting {
            address: setting.source_ip.index(),
            place: self.place_at(setting.source_ip),
            region: raw(setting.region),
            account: raw(setting.account),
            source_ip: raw(setting.source_ip),
            agent: setting.agent,
        };
        self.met.settings.iter().map(shown).collect()
    }

    /// Of each identity the number of its session, key and acting identity together, and what is shown of it.
    fn callers<'t>(&'t self, texts: &'t Texts) -> Vec<(u32, ShownIdentity<'t>)> {
        let mut known: HashMap<(Name, Name), u32> = HashMap::default();
        let number = |session| {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            *known.entry(session).or_insert(next)
        };
        self.met.identities.sessions().map(number).zip(self.met.identities.shown(texts)).collect()
    }
}

/// What analytics read of calls of one name and outcome.
struct ShownCall<'t> {
    /// Of the API.
    number: u32,
    event_source: &'t str,
    event_name: &'t str,
    error_code: &'t str,
    event_type: &'t str,
}

/// What analytics read of where calls were made, from where, and with what.
struct ShownSetting<'t> {
    address: u32,
    place: Option<&'t Place>,
    region: &'t str,
    account: &'t str,
    source_ip: &'t str,
    agent: Family,
}

/// A chain that holds for all events of an identity from some time on.
#[derive(Clone, Copy)]
struct Steady {
    since: Option<Timestamp>,
    chain: u32,
}

impl Steady {
    fn holds_at(&self, time: Option<Timestamp>) -> bool {
        self.since.is_none_or(|since| time.is_none_or(|time| time >= since))
    }
}

impl Trail {
    /// Of each place, where its text stands among those of all.
    fn place_ranks(&self) -> Vec<usize> {
        let mut texts: Vec<&str> = self.places.iter().map(AsRef::as_ref).collect();
        texts.sort_unstable();
        texts.dedup();
        self.places.iter().map(|place| texts.binary_search(&&**place).unwrap_or_else(|at| at)).collect()
    }

    fn row(&self, at: EventIndex) -> Option<&Kept> {
        self.rows.get(at.index())
    }

    /// The event's place among the calls that hand out credentials.
    fn issued(&self, at: EventIndex) -> Option<u32> {
        let found = self.issued.binary_search_by_key(&at, |(event, _)| *event).ok()?;
        self.issued.get(found).map(|(_, call)| *call)
    }

    fn original(&self, at: EventIndex) -> Option<EventIndex> {
        let original = self.resolver.original(self.issued(at)?)?;
        let found = self.issued.binary_search_by_key(&original, |(_, call)| *call).ok()?;
        self.issued.get(found).map(|(event, _)| *event)
    }

    fn event_id(&self, at: EventIndex, texts: &Texts) -> String {
        let Some(row) = self.row(at) else { return String::new() };
        row.event_id.text(|name| texts.raw(*name).unwrap_or_default()).into_owned()
    }

    fn origin(&self, at: EventIndex) -> Option<RecordOrigin> {
        let row = self.row(at)?;
        let place = self.places.get(usize::try_from(row.place).ok()?)?;
        Some(RecordOrigin { place: Arc::clone(place), index: row.index })
    }

    /// The event as far as it is kept.
    fn view<'t>(&'t self, at: EventIndex, kept: &Kept, met: &Met, texts: &'t Texts) -> EventView<'t> {
        let Some(row) = kept.shown(met) else { return EventView::default() };
        let text = |name| texts.raw(name).map(Untrusted::new);
        let empty = || Untrusted::new("");
        EventView {
            event_time: row.time,
            event_name: text(row.event_name).unwrap_or_else(empty),
            event_source: text(row.event_source).unwrap_or_else(empty),
            aws_region: text(row.region),
            account_id: text(row.account),
            source_ip: text(row.source_ip),
            error_code: text(row.error_code),
            read_only: row.read_only,
            event_type: text(row.event_type),
            identity: met.identities.view(kept.identity, texts),
            shared_event_id: self.issued(at).and_then(|call| self.resolver.shared_event_id(call)).map(Untrusted::new),
            request_parameters: self.requests.get(&at).map(|request| RawJson::new(request)),
            ..EventView::default()
        }
    }
}

impl Kept {
    fn shown(&self, met: &Met) -> Option<Row> {
        let call = met.calls.get(usize::try_from(self.call).ok()?)?;
        let setting = met.settings.get(usize::try_from(self.setting).ok()?)?;
        Some(Row {
            time: self.time,
            event_name: call.event_name,
            event_source: call.event_source,
            region: setting.region,
            account: setting.account,
            source_ip: setting.source_ip,
            error_code: call.error_code,
            event_type: call.event_type,
            read_only: self.read_only,
            console: self.console,
        })
    }
}
