//! Who is known since when, and what is new about an event: looked up once for all analytics.

use jiff::{SignedDuration, Timestamp};

use super::Observed;
use super::before::Before;
use super::history::Known;
use super::ids::{ById, IdSet, MOST};
use super::signals::{Calls, Signals, is_refusal};
use crate::baseline::Fact;
use crate::cloudtrail::user_agent::Family;

/// What is known of an identity is enough to call something new after this time…
pub(super) const HISTORY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// … this many events…
pub(super) const EVENTS: u64 = 20;
/// … and this many different days.
pub(super) const DAYS: u32 = 3;
/// A silence that is worth a note.
pub(super) const SILENCE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Where somebody is, is looked at again after this time though nothing seems to have changed.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(15);
/// Most pairs of identity and call that are remembered.
const MOST_PAIRS: usize = 2_000_000;
/// Most regions that are told apart.
const MOST_REGIONS: usize = 64;

/// What was known of an identity before an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Past {
    /// Its first event.
    pub(super) since: Timestamp,
    /// Its last event.
    pub(super) last: Timestamp,
    pub(super) events: u64,
    /// Days on which it acted.
    pub(super) days: u32,
}

impl Past {
    /// Whether so much is known that something new is news.
    pub(super) fn is_long_enough(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) >= HISTORY && self.events >= EVENTS && self.days >= DAYS
    }
}

/// An event, why it may matter, and what was known before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'e, 'o> {
    pub(super) o: &'e Observed<'o>,
    pub(super) signals: Signals,
    /// Whether it changes nothing.
    pub(super) reads: bool,
    /// `None` of an identity's first event.
    pub(super) past: Option<Past>,
    /// What is known of the time before all events.
    pub(super) before: &'e Before,
}

impl Event<'_, '_> {
    pub(super) const fn is(&self, signal: Signals) -> bool {
        self.signals.intersects(signal)
    }

    /// Whether it changed something.
    pub(super) const fn is_done(&self) -> bool {
        self.o.succeeded() && !self.reads
    }
}

#[derive(Debug)]
struct Person {
    past: Past,
    last_day: i64,
    regions: u64,
    regions_changed: u64,
    agents: u32,
}

impl Person {
    /// Somebody of whom a baseline knows: it is asked about each region and tool when that is met.
    fn known(past: Past) -> Self {
        Self { past, last_day: past.last.as_second().div_euclid(86_400), regions: 0, regions_changed: 0, agents: 0 }
    }

    /// Whether it is the first time that the person acts in the region, or changes something there.
    fn is_new_in(&mut self, bit: u64, reads: bool, o: &Observed<'_>, before: &Before) -> bool {
        let (who, region) = (o.who(), o.region);
        let is_first = self.regions & bit == 0;
        let is_first_change = !reads && self.regions_changed & bit == 0;
        self.regions |= bit;
        self.regions_changed |= if reads { 0 } else { bit };
        (is_first && !before.knows(&Fact::Region { who, region }))
            || (is_first_change && !before.knows(&Fact::RegionChanged { who, region }))
    }
}

/// Where and with what a session acted, and when that was told.
#[derive(Clone, Copy, Debug)]
struct Use {
    address: u32,
    agent: Family,
    told: Timestamp,
}

/// The last few uses of a session: some go back and forth between two addresses.
#[derive(Debug)]
struct Whereabouts {
    recent: [Use; 4],
    oldest: usize,
}

impl Whereabouts {
    /// Whether the use is another than the last few, or a while later.
    fn has_moved(&mut self, now: Use) -> bool {
        let same = |known: &&mut Use| known.address == now.address && known.agent == now.agent;
        if let Some(known) = self.recent.iter_mut().find(same) {
            let is_late = now.told.duration_since(known.told) >= LOOK_AGAIN;
            if is_late {
                known.told = now.told;
            }
            return is_late;
        }
        if let Some(oldest) = self.recent.get_mut(self.oldest) {
            *oldest = now;
        }
        self.oldest = (self.oldest + 1) % self.recent.len();
        true
    }
}

/// Everybody seen so far.
#[derive(Debug, Default)]
pub(super) struct People {
    calls: Calls,
    persons: ById<u32, Person>,
    pairs: IdSet<u64>,
    sessions: ById<u32, Whereabouts>,
    regions: Vec<Box<str>>,
    known: Known,
    dropped: u64,
    /// Events of sessions that are not told apart: each looks like a move.
    of_untold_sessions: u64,
}

impl People {
    /// Takes note of when what is known begins.
    pub(super) fn begin(&mut self, since: Timestamp) {
        self.known.until(since);
    }

    /// What is new about an event.
    pub(super) fn meet<'e, 'o>(&mut self, o: &'e Observed<'o>, before: &'e Before) -> Event<'e, 'o> {
        let call = self.calls.of(o.ids.call, o.event_source, o.event_name);
        let reads = o.read_only.unwrap_or(call.reads);
        let mut event = Event { o, signals: call.signals, reads, past: None, before };
        if !o.is_own_doing() {
            event.signals = call.signals & Signals::OF_SERVICES;
            return event;
        }
        if !o.error_code.is_empty() && is_refusal(o.error_code) {
            event.signals |= Signals::REFUSED;
        }
        if o.console.is_some() {
            event.signals |= Signals::SIGN_IN;
        }
        if o.identity_type == "Root" {
            event.signals |= Signals::ROOT;
        }
        event.signals |= self.meet_session(o);
        let (signals, past) = self.meet_person(o, reads, before);
        event.signals |= signals;
        event.past = past;
        self.known.until(o.time);
        if let Some(past) = past.filter(|_| event.is(Signals::MOVED)) {
            self.known.note(&past, o.time);
        }
        event
    }

    /// How much of the past is known.
    pub(super) const fn known(&self) -> &Known {
        &self.known
    }

    pub(super) const fn dropped(&self) -> u64 {
        self.dropped + self.of_untold_sessions
    }

    /// Events of which nobody learns what is new.
    pub(super) const fn unlearned(&self) -> u64 {
        self.dropped
    }

    pub(super) fn is_empty(&self) -> bool {
        self.persons.is_empty()
    }

    /// What is known of everybody.
    pub(super) fn pasts(&self) -> impl Iterator<Item = (u32, &Past)> {
        self.persons.iter().map(|(id, person)| (*id, &person.past))
    }

    fn meet_session(&mut self, o: &Observed<'_>) -> Signals {
        let now = Use { address: o.ids.address, agent: o.agent, told: o.time };
        if let Some(known) = self.sessions.get_mut(&o.ids.session) {
            return if known.has_moved(now) { Signals::MOVED } else { Signals::NONE };
        }
        if self.sessions.len() < MOST {
            self.sessions.insert(o.ids.session, Whereabouts { recent: [now; 4], oldest: 0 });
        } else {
            self.of_untold_sessions += 1;
        }
        Signals::MOVED | Signals::NEW_SESSION
    }

    fn meet_person(&mut self, o: &Observed<'_>, reads: bool, before: &Before) -> (Signals, Option<Past>) {
        let region = self.region(o.region);
        let agent = 1_u32 << (o.agent as u32 % 32);
        let day = o.time.as_second().div_euclid(86_400);
        let mut signals = Signals::NONE;
        // A call that was refused until now is new when it succeeds.
        let pair = (u64::from(o.ids.principal) << 33) | (u64::from(o.ids.call) << 1) | u64::from(o.succeeded());
        if self.pairs.len() < MOST_PAIRS {
            if self.pairs.insert(pair) && !before.knows(&o.call_made()) {
                signals |= Signals::NEW_CALL;
            }
        } else if !self.pairs.contains(&pair) {
            self.dropped += 1;
        }
        if !self.persons.contains_key(&o.ids.principal) {
            if self.persons.len() >= MOST {
                self.dropped += 1;
                return (Signals::NONE, None);
            }
            if let Some(known) = before.person(o.who()) {
                self.persons.insert(o.ids.principal, Person::known(before.past(known)));
            }
        }
        let Some(person) = self.persons.get_mut(&o.ids.principal) else {
            let past = Past { since: o.time, last: o.time, events: 1, days: 1 };
            let regions_changed = if reads { 0 } else { region };
            let person = Person { past, last_day: day, regions: region, regions_changed, agents: agent };
            self.persons.insert(o.ids.principal, person);
            return (signals | Signals::NEW_REGION | Signals::NEW_AGENT, None);
        };
        let past = person.past;
        if person.is_new_in(region, reads, o, before) {
            signals |= Signals::NEW_REGION;
        }
        if person.agents & agent == 0 {
            person.agents |= agent;
            if !before.knows(&Fact::Tool { who: o.who(), tool: o.agent.label() }) {
                signals |= Signals::NEW_AGENT;
            }
        }
        if o.time.duration_since(past.last) >= SILENCE {
            signals |= Signals::WOKE;
        }
        person.past.last = o.time;
        person.past.events += 1;
        if day != person.last_day {
            person.last_day = day;
            person.past.days += 1;
        }
        (signals, Some(past))
    }

    /// One bit for each region. Those beyond the most share the last.
    fn region(&mut self, name: &str) -> u64 {
        let at = self.regions.iter().position(|known| **known == *name).unwrap_or_else(|| {
            if self.regions.len() < MOST_REGIONS {
                self.regions.push(name.into());
            }
            self.regions.len() - 1
        });
        1 << at
    }
}
