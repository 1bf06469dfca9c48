//! One identity looks how much mail the account may send and then adds a sender: the account is to send spam.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::Evidence;
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};

const WITHIN: SignedDuration = SignedDuration::from_hours(24);

pub(super) static ABOUT: About = About {
    id: "mail-limits-read-then-sender-added",
    title: "Mail limits were read and a sender was added",
    level: Level::Medium,
    confidence: Confidence::Low,
    tactics: &["impact", "discovery"],
    techniques: &["T1496.003"],
    description: "An account that may send much mail is worth money to spammers, who look at the limits first and add their sender then.",
    needs: &["calls of SES"],
    false_positives: &["whoever sets up mail for an application"],
};

#[derive(Default)]
pub(super) struct MailHijack {
    looked: States<u32, Option<(Evidence, String, Level)>>,
}

impl Analytic for MailHijack {
    fn wants(&self) -> Signals {
        Signals::MAIL
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() {
            return;
        }
        let Some(state) = self.looked.of(o.ids.principal) else { return };
        match state {
            None if event.reads => *state = Some((Evidence::of(o), String::new(), Level::Informational)),
            Some((evidence, added, level)) if !event.reads && o.time.duration_since(evidence.last()) <= WITHIN => {
                evidence.add(o);
                *added = words::call(o);
                // People set up mail in the console or by code under review; stolen keys are long-term ones.
                *level = if o.access_key.starts_with("AKIA") { Level::Medium } else { Level::Low };
            }
            _ => {}
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        findings.dropped += self.looked.dropped();
        for (evidence, added, level) in self.looked.into_sorted().into_iter().filter_map(|(_, state)| state) {
            if added.is_empty() {
                continue;
            }
            let who = words::who(evidence.principal());
            let reason = format!("{who} read the limits for mail and then called {added}.");
            findings.found.push(evidence.found(&ABOUT, level, words::sentence(&reason)));
        }
    }
}
