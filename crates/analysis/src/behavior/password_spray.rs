//! One address fails to sign in as many users: somebody tries one password on everybody.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::{Burst, Size};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};
use crate::cloudtrail::console::ConsoleLogin;

/// An office behind one address has a few who mistype within the hour.
const SIZE: Size = Size { distinct: 5, span: SignedDuration::from_hours(1) };

pub(super) static ABOUT: About = About {
    id: "password-spray",
    title: "Sign-ins as many users failed from one address",
    level: Level::Medium,
    confidence: Confidence::Medium,
    tactics: &["credential-access"],
    techniques: &["T1110.003"],
    description: "One password tried on every user locks nobody out and opens the weakest door; five users failing from one address within an hour show it.",
    needs: &["ConsoleLogin events", "sourceIPAddress"],
    false_positives: &["a large office behind one address, after everybody's passwords were reset"],
};

#[derive(Default)]
pub(super) struct PasswordSpray {
    /// By address, users.
    failed: States<u32, (Burst<u32>, String)>,
    seen: bool,
}

impl Analytic for PasswordSpray {
    fn wants(&self) -> Signals {
        Signals::SIGN_IN
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        self.seen = true;
        let o = event.o;
        if o.console != Some(ConsoleLogin::Failed) || o.source_ip.is_empty() {
            return;
        }
        let Some((burst, address)) = self.failed.of(o.ids.address) else { return };
        if address.is_empty() {
            *address = words::code(o.source_ip);
        }
        burst.add(o, o.ids.principal, SIZE);
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if !self.seen {
            return findings.blind(&ABOUT, "there is no console sign-in among the events");
        }
        findings.dropped += self.failed.dropped();
        for (_, (burst, address)) in self.failed.into_sorted() {
            let Some((most, evidence)) = burst.into_found() else { continue };
            let reason = format!("Sign-ins as {most} different users failed from {address} within an hour.");
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
