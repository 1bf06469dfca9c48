//! What analytics would know of events after having seen them: the same questions are put to them, and nothing is told.

use jiff::Timestamp;
use security_model::filter::service_name;

use super::before::Before;
use super::enumeration::Enumeration;
use super::first_seen::is_global;
use super::ids::ById;
use super::people::People;
use super::secrets_sweep::SecretsSweep;
use super::{Analytic as _, Event, Observed, Signals};
use super::{first_seen_country, key_from_new_network, region_never_used};
use crate::baseline::{Fact, MOST_ACCOUNTS, MOST_FACTS, MOST_KEYS, Person, seconds};
use crate::hash::{HashMap, HashSet};
use crate::identity::Network;

/// Learns from events in the order of time.
pub(crate) struct Learner {
    salt: u128,
    people: People,
    nothing: Before,
    facts: HashSet<u64>,
    /// Of each person.
    countries: ById<u32, u8>,
    accounts: HashMap<Box<str>, u32>,
    keys: HashMap<Box<str>, u8>,
    secrets: SecretsSweep,
    enumeration: Enumeration,
    events: u64,
    period: Option<(Timestamp, Timestamp)>,
    dropped: u64,
}

/// What was learned: rows by the number of their name, in no order.
#[derive(Debug)]
pub(crate) struct Learned {
    pub(crate) events: u64,
    pub(crate) period: Option<(Timestamp, Timestamp)>,
    pub(crate) persons: Vec<(u64, Person)>,
    pub(crate) accounts: Vec<(u64, u32)>,
    pub(crate) keys: Vec<(u64, u8)>,
    /// At most [`MOST_FACTS`].
    pub(crate) facts: HashSet<u64>,
    /// What found no room.
    pub(crate) dropped: u64,
}

impl Learner {
    pub(crate) fn new(salt: u128) -> Self {
        Self {
            salt,
            people: People::default(),
            nothing: Before::default(),
            facts: HashSet::default(),
            countries: ById::default(),
            accounts: HashMap::default(),
            keys: HashMap::default(),
            secrets: SecretsSweep::default(),
            enumeration: Enumeration::default(),
            events: 0,
            period: None,
            dropped: 0,
        }
    }

    /// Takes in an event. Events come in the order of time.
    pub(crate) fn observe(&mut self, o: &Observed<'_>) {
        self.events += 1;
        self.period = Some((self.period.map_or(o.time, |(first, _)| first), o.time));
        // Lent to the event, while everything else learns from it.
        let nothing = std::mem::take(&mut self.nothing);
        let event = self.people.meet(o, &nothing);
        self.learn_of_person(&event);
        self.learn_of_key(&event);
        self.learn_of_account(&event);
        if event.is(self.secrets.wants()) {
            self.secrets.observe(&event);
        }
        if event.is(self.enumeration.wants()) {
            self.enumeration.observe(&event);
        }
        self.nothing = nothing;
    }

    fn learn_of_person(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let who = o.who();
        if event.is(Signals::NEW_CALL) {
            let (source, name, succeeded) = (o.event_source, o.event_name, o.succeeded());
            self.know(&Fact::Call { who, source, name, succeeded });
            self.know(&Fact::Service { who, service: service_name(source) });
        }
        if event.is(Signals::NEW_REGION) {
            let region = o.region;
            self.know(&Fact::Region { who, region });
            if !event.reads {
                self.know(&Fact::RegionChanged { who, region });
            }
            if !is_global(o) {
                self.know(&Fact::RegionChosen { who, region });
            }
        }
        if event.is(Signals::NEW_AGENT) {
            self.know(&Fact::Tool { who, tool: o.agent.label() });
        }
        if let Some(country) = o.place.country().filter(|_| event.is(Signals::MOVED)) {
            let known = self.countries.get(&o.ids.principal).copied().unwrap_or(0);
            let is_worth = usize::from(known) < first_seen_country::MOST_COUNTRIES;
            if is_worth && self.know(&Fact::Country { who, country: country.code }) {
                self.countries.insert(o.ids.principal, known + 1);
            }
        }
    }

    fn learn_of_key(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let Some(address) = key_from_new_network::address(event).filter(|_| event.is(Signals::MOVED)) else { return };
        let known = self.keys.get(o.access_key).copied();
        if known.is_some_and(|known| usize::from(known) > key_from_new_network::FEW) {
            return;
        }
        if known.is_none() && self.keys.len() >= MOST_KEYS {
            self.dropped += 1;
            return;
        }
        if self.know(&Fact::KeyNetwork { key: o.access_key, network: Network::of(address) }) {
            self.keys.insert(o.access_key.into(), known.unwrap_or(0) + 1);
        }
    }

    fn learn_of_account(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if o.account.is_empty() || !event.is(region_never_used::WANTS) {
            return;
        }
        if !self.accounts.contains_key(o.account) {
            if self.accounts.len() >= MOST_ACCOUNTS {
                self.dropped += 1;
                return;
            }
            self.accounts.insert(o.account.into(), seconds(o.time));
        }
        if !o.region.is_empty() && !is_global(o) {
            self.know(&Fact::AccountRegion { account: o.account, region: o.region });
        }
    }

    /// Remembers that it was so; whether that is new.
    fn know(&mut self, fact: &Fact<'_>) -> bool {
        let number = fact.brief(self.salt);
        if self.facts.len() < MOST_FACTS {
            return self.facts.insert(number);
        }
        self.dropped += u64::from(!self.facts.contains(&number));
        false
    }

    /// What was learned, given the names of principals.
    pub(crate) fn finish<'n>(self, name_of: impl Fn(u32) -> Option<&'n str>) -> Learned {
        let Self { salt, people, facts, countries, accounts, keys, secrets, enumeration, events, period, .. } = self;
        let secrets: ById<u32, usize> = secrets.most_before().collect();
        let persons = people.pasts().filter_map(|(id, past)| {
            let person = Person {
                since: seconds(past.since),
                last: seconds(past.last),
                events: u32::try_from(past.events).unwrap_or(u32::MAX),
                days: u16::try_from(past.days).unwrap_or(u16::MAX),
                secrets: secrets.get(&id).map_or(0, |most| u16::try_from(*most).unwrap_or(u16::MAX)),
                countries: countries.get(&id).copied().unwrap_or(0),
                has_enumerated: enumeration.has_looked(id),
            };
            Some((Fact::Person(name_of(id)?).number(salt), person))
        });
        let persons = persons.collect();
        Learned {
            events,
            period: period.filter(|_| !people.is_empty()),
            persons,
            accounts: accounts.iter().map(|(name, since)| (Fact::Account(name).number(salt), *since)).collect(),
            keys: keys.iter().map(|(name, networks)| (Fact::Key(name).number(salt), *networks)).collect(),
            facts,
            dropped: self.dropped + people.unlearned(),
        }
    }
}
