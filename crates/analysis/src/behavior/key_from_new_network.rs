//! A long-term key is used from a network from which it never was: keys of machines stay where they are.

use std::net::IpAddr;

use security_model::{Confidence, Level};

use super::evidence::Evidence;
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};
use crate::baseline::Fact;
use crate::identity::Network;

/// A key that has been used from more networks than this moves, and that is no news.
pub(super) const FEW: usize = 4;

pub(super) static ABOUT: About = About {
    id: "key-from-new-network",
    title: "A long-term key was used from a new network",
    level: Level::Medium,
    confidence: Confidence::Low,
    tactics: &["initial-access"],
    techniques: &["T1078.004"],
    description: "Keys leak with code and laptops, and work from anywhere; their owner's machines stay where they are.",
    needs: &["seven days of events of a long-term key", "sourceIPAddress"],
    false_positives: &["a build service with changing addresses", "a laptop on the move"],
};

#[derive(Default)]
struct Key {
    networks: Vec<Network>,
    /// How many a baseline knows.
    before: usize,
    new: Option<(Evidence, String, Level)>,
}

impl Key {
    /// Networks from which it was used.
    const fn number(&self) -> usize {
        self.before + self.networks.len()
    }
}

/// The address from which a long-term key was used.
pub(super) fn address(event: &Event<'_, '_>) -> Option<IpAddr> {
    event.o.place.address.filter(|_| event.o.access_key.starts_with("AKIA"))
}

#[derive(Default)]
pub(super) struct KeyFromNewNetwork {
    keys: States<u32, Key>,
}

impl Analytic for KeyFromNewNetwork {
    fn wants(&self) -> Signals {
        Signals::MOVED
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let Some(address) = address(event) else { return };
        let Some(key) = self.keys.of(o.ids.session) else { return };
        let network = Network::of(address);
        if key.networks.contains(&network) || key.number() > FEW {
            return;
        }
        key.before = event.before.networks_of(o.access_key);
        if event.before.knows(&Fact::KeyNetwork { key: o.access_key, network }) {
            return;
        }
        key.networks.push(network);
        let Some(past) = event.past.filter(|past| past.is_long_enough(o.time) && key.number() > 1) else {
            return;
        };
        let is_other_tool = event.is(Signals::NEW_AGENT);
        let level = if is_other_tool { Level::Medium } else { Level::Low };
        match &mut key.new {
            Some((evidence, _, known)) => {
                evidence.add(o);
                *known = level.max(*known);
            }
            None => {
                let (who, address) = (words::who(&o.chain.first.name), words::code(o.source_ip));
                let days = o.time.duration_since(past.since).as_hours() / 24;
                let tool = if is_other_tool { ", with a tool that is new as well" } else { "" };
                let reason =
                    format!("A key of {who} was used from {address} for the first time after {days} days{tool}.");
                key.new = Some((Evidence::of(o), reason, level));
            }
        }
    }

    fn finish(self: Box<Self>, known: &Known, findings: &mut Findings) {
        if self.keys.is_empty() {
            return findings.blind(&ABOUT, "no event has a long-term access key and an address");
        }
        if let Some(reason) = known.too_short() {
            return findings.blind(&ABOUT, reason);
        }
        findings.dropped += self.keys.dropped();
        for (_, key) in self.keys.into_sorted() {
            // Whoever moves on and on is nobody's news.
            let number = key.number();
            let Some((evidence, reason, level)) = key.new.filter(|_| number <= FEW) else { continue };
            findings.found.push(evidence.found(&ABOUT, level, words::sentence(&reason)));
        }
    }
}
