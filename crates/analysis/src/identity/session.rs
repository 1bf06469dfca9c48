//! Sessions: what one principal did with one access key.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use security_model::{EventView, SafeText, TextKind, Untrusted};

use super::caller::{Caller, CallerKind, Delivery, KeptCaller};
use super::shelf::{Full, Shelf, as_kept};
use crate::cloudtrail::user_agent::Family;

/// Most principals remembered for one access key. AWS gives a key to one.
const MOST_PRINCIPALS: usize = 4;
/// Most networks remembered for one session.
const MOST_NETWORKS: usize = 16;

/// Longest user agent that is compared with the one before it.
const LONGEST_AGENT: usize = 256;

/// What one principal did with one access key.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The id of the access key, in the form in which evidence shows it.
    pub access_key: SafeText,
    /// The principal, with role sessions folded to their role.
    pub principal: SafeText,
    /// The name of the role session.
    pub name: Option<SafeText>,
    /// Account of the principal.
    pub account: Option<SafeText>,
    /// Time of its first event.
    pub first_seen: Option<Timestamp>,
    /// Time of its last event.
    pub last_seen: Option<Timestamp>,
    /// Networks from which it acted, sorted; calls that AWS services made in its name are not among them.
    pub networks: Vec<Network>,
    /// Whether there were more networks than are kept.
    pub more_networks: bool,
    /// User-agent families, sorted.
    pub user_agents: Vec<&'static str>,
    /// Its events, those that AWS services made in its name included.
    pub events: u64,
}

/// A block of addresses in which hosts usually belong together: 256 of IPv4, a site of IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    /// The first three numbers of an IPv4 address.
    V4([u8; 3]),
    /// The first 48 bits of an IPv6 address.
    V6([u16; 3]),
}

impl Network {
    /// The network of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                Self::V6([a, b, c])
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4([a, b, c]) => write!(f, "{a}.{b}.{c}.0/24"),
            Self::V6([a, b, c]) => write!(f, "{}/48", std::net::Ipv6Addr::new(*a, *b, *c, 0, 0, 0, 0, 0)),
        }
    }
}

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
    first_seen: Option<Timestamp>,
    last_seen: Option<Timestamp>,
    networks: Vec<Network>,
    more_networks: bool,
    agents: Vec<Family>,
    last_agent: Option<Box<str>>,
    events: u64,
}

impl Sessions {
    pub(super) fn new(most: usize) -> Self {
        Self { of_key: HashMap::new(), by_principal_id: HashMap::new(), count: 0, most, dropped_events: 0 }
    }

    /// Events of sessions that were left out for want of room.
    pub(super) const fn dropped_events(&self) -> u64 {
        self.dropped_events
    }

    /// Counts an event whose key and ARN have been seen together: the common case, in which there is no need to find out
    /// more about the caller. Whether that is so.
    pub(super) fn observe_known(&mut self, event: &EventView<'_>) -> bool {
        let (key, arn) = (event.identity.access_key_id, event.identity.arn);
        let Some((key, arn)) = key.map(Untrusted::for_matching).zip(arn.map(Untrusted::for_matching)) else {
            return false;
        };
        let Some(entries) = self.of_key.get_mut(key) else { return false };
        let Some(entry) = entries.iter_mut().find(|entry| entry.caller.is_of(event, arn)) else { return false };
        entry.observe(event);
        true
    }

    /// Counts an event of a caller with an access key.
    pub(super) fn observe(&mut self, event: &EventView<'_>, caller: &Caller<'_>, shelf: &mut Shelf) {
        let Some(key) = caller.key else { return };
        if let Some(entry) = self.of_key.get_mut(key).and_then(|entries| find(entries, caller)) {
            entry.observe(event);
            return;
        }
        if self.count >= self.most || self.add(event, key, caller, shelf).is_err() {
            self.dropped_events += 1;
        }
    }

    fn add(&mut self, event: &EventView<'_>, key: &str, caller: &Caller<'_>, shelf: &mut Shelf) -> Result<(), Full> {
        let mut entry = Entry {
            caller: KeptCaller::new(caller, shelf)?,
            delivery: Delivery::of(event),
            first_seen: None,
            last_seen: None,
            networks: Vec::new(),
            more_networks: false,
            agents: Vec::new(),
            last_agent: None,
            events: 0,
        };
        entry.observe(event);
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

    /// All sessions, first seen first.
    pub(super) fn list(&self) -> Vec<Session> {
        let entries = self.of_key.iter().flat_map(|(key, entries)| entries.iter().map(move |entry| (key, entry)));
        let mut sessions: Vec<Session> = entries.map(|(key, entry)| entry.session(key)).collect();
        sessions.sort_by(|a, b| {
            let order = |session: &Session| (session.first_seen.is_none(), session.first_seen);
            order(a).cmp(&order(b)).then_with(|| (&a.access_key, &a.principal).cmp(&(&b.access_key, &b.principal)))
        });
        sessions
    }
}

fn find<'e>(entries: &'e mut [Entry], caller: &Caller<'_>) -> Option<&'e mut Entry> {
    entries.iter_mut().find(|entry| entry.is_of(caller))
}

impl Entry {
    fn is_of(&self, caller: &Caller<'_>) -> bool {
        let kept = self.caller.lend();
        kept.kind == caller.kind && kept.principal == as_kept(&caller.principal)
    }

    fn observe(&mut self, event: &EventView<'_>) {
        self.events += 1;
        if let Some(time) = event.event_time {
            self.first_seen = Some(self.first_seen.map_or(time, |first| first.min(time)));
            self.last_seen = Some(self.last_seen.map_or(time, |last| last.max(time)));
        }
        let address = event.source_ip.and_then(|ip| ip.for_matching().parse::<IpAddr>().ok());
        if let Some(address) = address {
            self.observe_network(Network::of(address));
        }
        let is_of_service = event.identity.invoked_by.is_some_and(|service| !service.is_empty());
        if !is_of_service {
            self.observe_agent(event.user_agent.map_or("", Untrusted::for_matching));
        }
    }

    /// One user agent mostly follows another that is the same.
    fn observe_agent(&mut self, text: &str) {
        if self.last_agent.as_deref() == Some(text) {
            return;
        }
        let agent = Family::of(text);
        if !self.agents.contains(&agent) {
            self.agents.push(agent);
        }
        self.last_agent = Some(text).filter(|text| text.len() <= LONGEST_AGENT).map(Box::from);
    }

    fn observe_network(&mut self, network: Network) {
        let Err(place) = self.networks.binary_search(&network) else { return };
        self.networks.insert(place, network);
        if self.networks.len() > MOST_NETWORKS {
            self.networks.truncate(MOST_NETWORKS);
            self.more_networks = true;
        }
    }

    fn session(&self, key: &str) -> Session {
        let caller = self.caller.lend();
        let mut user_agents: Vec<&'static str> = self.agents.iter().map(|agent| agent.label()).collect();
        user_agents.sort_unstable();
        let name = |text: Option<&str>| text.map(|text| SafeText::from_raw(text, TextKind::Name));
        Session {
            access_key: SafeText::from_raw(key, TextKind::Identifier),
            principal: SafeText::from_raw(&caller.principal, TextKind::Name),
            name: name(caller.session.filter(|_| caller.kind == CallerKind::AssumedRole)),
            account: caller.account.as_deref().map(|account| SafeText::from_raw(account, TextKind::Identifier)),
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            networks: self.networks.clone(),
            more_networks: self.more_networks,
            user_agents,
            events: self.events,
        }
    }
}
