//! One session looks at everything within minutes, and is refused nothing.
//!
//! Scanners and provisioning tools do that as well: they come back, so that what an identity has done on an earlier day
//! already is no news.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::{Evidence, Mark};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, words};
use crate::cloudtrail::user_agent::Family;

/// Different calls within [`WINDOW`], in so many services.
const CALLS: usize = 20;
const SERVICES: u64 = 5;
/// After the question who one is, so many of identities and rights are enough.
const OF_IDENTITIES: usize = 6;
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Most services that are told apart.
const MOST_SERVICES: usize = 512;
/// Most different calls that are kept of one session.
const MOST_CALLS: usize = 64;

pub(super) static ABOUT: About = About {
    id: "enumeration-without-denial",
    title: "One session looked at everything within minutes",
    level: Level::Medium,
    confidence: Confidence::Low,
    tactics: &["discovery"],
    techniques: &["T1580", "T1526", "T1087.004"],
    description: "Whoever has got in takes stock: who am I, who else is there, what is there to take.",
    needs: &["eventTime", "sessions"],
    false_positives: &["a posture scanner on its first run", "a provisioning tool that calls itself otherwise"],
};

#[derive(Default)]
struct Session {
    /// Different calls, and beside them what is known of each.
    ids: Vec<u32>,
    calls: Vec<Looked>,
    asked_who: Option<Mark>,
    found: Option<Box<Told>>,
}

struct Told {
    evidence: Evidence,
    most: Now,
    level: Level,
}

/// Different calls, their services, and how many look at identities and rights.
#[derive(Default)]
struct Now {
    calls: usize,
    services: u64,
    of_identities: usize,
}

struct Looked {
    service: usize,
    is_of_identities: bool,
    last: Mark,
}

#[derive(Default)]
pub(super) struct Enumeration {
    sessions: States<u32, Session>,
    /// The first day of an identity on which it looked at everything.
    looked_on: States<u32, Option<i64>>,
    services: Vec<Box<str>>,
}

impl Enumeration {
    /// Whether the identity looked at everything on any day.
    pub(super) fn has_looked(&self, principal: u32) -> bool {
        self.looked_on.has(principal)
    }
}

impl Analytic for Enumeration {
    fn wants(&self) -> Signals {
        Signals::READ | Signals::WHO_AM_I
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if is_tool(o.agent) {
            return;
        }
        let Some(session) = self.sessions.of(o.ids.session) else { return };
        if event.is(Signals::WHO_AM_I) {
            session.asked_who.get_or_insert(Mark::of(o));
            return;
        }
        if let Some(at) = session.ids.iter().position(|id| *id == o.ids.call) {
            let Some(known) = session.calls.get_mut(at) else { return };
            let is_stale = !known.last.is_within(WINDOW, o);
            known.last = Mark::of(o);
            if !is_stale {
                return;
            }
        } else {
            session.forget(o);
            if session.calls.len() >= MOST_CALLS {
                return;
            }
            let service = service(&mut self.services, o.event_source);
            let is_of_identities = matches!(o.event_source, "iam.amazonaws.com" | "organizations.amazonaws.com");
            session.ids.push(o.ids.call);
            session.calls.push(Looked { service, is_of_identities, last: Mark::of(o) });
        }
        if session.calls.len() < OF_IDENTITIES {
            return;
        }
        let now = session.now(o);
        let Some(level) = session.level(o, &now) else { return };
        let day = o.time.as_second().div_euclid(86_400);
        let Some(first) = self.looked_on.of(o.ids.principal) else { return };
        let has_looked = || event.before.person(o.who()).is_some_and(|person| person.has_enumerated);
        if *first.get_or_insert_with(|| if has_looked() { i64::MIN } else { day }) == day {
            session.tell(o, now, level);
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.sessions.is_empty() {
            return findings.blind(&ABOUT, "no event of a person or key lists or describes anything");
        }
        findings.dropped += self.sessions.dropped();
        for found in self.sessions.into_sorted().into_iter().filter_map(|(_, session)| session.found) {
            let Told { evidence, most, level } = *found;
            let who = words::who(evidence.principal());
            let first = if level == Level::Medium { ", after asking who it was" } else { "" };
            let (calls, services) = (most.calls, words::number(most.services, "service"));
            let reason =
                format!("{who} made {calls} different calls that look at {services} within ten minutes{first}.");
            findings.found.push(evidence.found(&ABOUT, level, words::sentence(&reason)));
        }
    }
}

impl Session {
    /// Leaves out what was looked at too long ago.
    fn forget(&mut self, o: &Observed<'_>) {
        let mut fresh = self.calls.iter().map(|looked| looked.last.is_within(WINDOW, o));
        self.ids.retain(|_| fresh.next().unwrap_or_default());
        self.calls.retain(|looked| looked.last.is_within(WINDOW, o));
    }

    /// What was looked at within the window.
    fn now(&self, o: &Observed<'_>) -> Now {
        let mut now = Now::default();
        let mut services = [0_u64; MOST_SERVICES / 64];
        for looked in self.calls.iter().filter(|looked| looked.last.is_within(WINDOW, o)) {
            now.calls += 1;
            now.of_identities += usize::from(looked.is_of_identities);
            if let Some(bits) = services.get_mut(looked.service / 64) {
                *bits |= 1 << (looked.service % 64);
            }
        }
        now.services = services.iter().map(|bits| u64::from(bits.count_ones())).sum();
        now
    }

    /// How much that matters.
    fn level(&self, o: &Observed<'_>, now: &Now) -> Option<Level> {
        let asked = self.asked_who.is_some_and(|mark| mark.is_within(WINDOW, o));
        match asked && now.of_identities >= OF_IDENTITIES {
            true => Some(Level::Medium),
            false if now.calls >= CALLS && now.services >= SERVICES => Some(Level::Low),
            false => None,
        }
    }

    fn tell(&mut self, o: &Observed<'_>, now: Now, level: Level) {
        match &mut self.found {
            Some(found) => {
                found.evidence.add(o);
                found.most.calls = found.most.calls.max(now.calls);
                found.most.services = found.most.services.max(now.services);
                found.level = found.level.max(level);
            }
            None => {
                let fresh = self.calls.iter().map(|looked| looked.last).filter(|mark| mark.is_within(WINDOW, o));
                let before = fresh.chain(self.asked_who.filter(|_| level == Level::Medium));
                let evidence = Evidence::after(o, before.filter(|mark| mark.at != o.at));
                self.found = Some(Box::new(Told { evidence, most: now, level }));
            }
        }
    }
}

/// A small number for a service.
fn service(known: &mut Vec<Box<str>>, source: &str) -> usize {
    known.iter().position(|service| **service == *source).unwrap_or_else(|| {
        if known.len() < MOST_SERVICES {
            known.push(source.into());
        }
        known.len() - 1
    })
}

/// Provisioning tools and pages of the console call by the dozen.
const fn is_tool(agent: Family) -> bool {
    matches!(
        agent,
        Family::Terraform
            | Family::Pulumi
            | Family::Cloudformation
            | Family::AwsConsole
            | Family::Browser
            | Family::AwsInternal
            | Family::AwsService
            | Family::Kubernetes
    )
}
