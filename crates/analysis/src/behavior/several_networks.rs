//! One session used from networks that have nothing to do with each other, by different tools: its key was taken.
//!
//! Both must differ: a proxy changes the network, a script beside the command line the tool.

use security_model::{Confidence, Level};

use super::evidence::{Evidence, Mark};
use super::ids::States;
use super::places::Network;
use super::{About, Analytic, Event, Findings, Known, Signals, words};
use crate::cloudtrail::user_agent::Family;

pub(super) static ABOUT: About = About {
    id: "session-from-several-networks",
    title: "One session used from several networks by different tools",
    level: Level::Medium,
    confidence: Confidence::Medium,
    tactics: &["credential-access", "lateral-movement"],
    techniques: &["T1550.001"],
    description: "Temporary keys that were taken are used elsewhere, while their owner goes on: two networks, two tools, one key.",
    needs: &["userIdentity.accessKeyId of temporary keys", "sourceIPAddress", "userAgent"],
    false_positives: &["a person behind a changing proxy who uses console and command line at once"],
};

#[derive(Default)]
pub(super) struct SeveralNetworks {
    /// By session: how it was first used, and how otherwise.
    used: States<u32, Option<Use>>,
}

struct Use {
    home: Network,
    tool: Family,
    first: Mark,
    strange: Option<(Evidence, String)>,
}

impl Analytic for SeveralNetworks {
    fn wants(&self) -> Signals {
        Signals::MOVED
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.access_key.starts_with("ASIA") {
            return;
        }
        let Some(network) = Network::of(o.place) else { return };
        let Some(used) = self.used.of(o.ids.session) else { return };
        let Some(used) = used else {
            *used = Some(Use { home: network, tool: o.agent, first: Mark::of(o), strange: None });
            return;
        };
        if network == used.home || o.agent == used.tool {
            return;
        }
        match &mut used.strange {
            Some((evidence, _)) => evidence.add(o),
            None => {
                let evidence = Evidence::after(o, [used.first]);
                let who = words::who(evidence.principal());
                let (home, tool, other) = (&used.home, used.tool.label(), o.agent.label());
                let reason =
                    format!("A session of {who} was used from {home} by {tool} and from {network} by {other}.");
                used.strange = Some((evidence, reason));
            }
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.used.is_empty() {
            return findings.blind(&ABOUT, "no event has a temporary access key and a public address");
        }
        findings.dropped += self.used.dropped();
        for (evidence, reason) in self.used.into_sorted().into_iter().filter_map(|(_, used)| used?.strange) {
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
