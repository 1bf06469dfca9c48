//! Console sign-ins without a second factor. Of a federated sign-in AWS never sees one, so that those do not count.
//! On its own it is a habit rather than an attack, which is why its level is low.

use security_model::{Confidence, Level};

use super::evidence::Evidence;
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};
use crate::cloudtrail::console::ConsoleLogin;

pub(super) static ABOUT: About = About {
    id: "console-without-mfa",
    title: "Console sign-in without a second factor",
    level: Level::Low,
    confidence: Confidence::High,
    tactics: &["initial-access"],
    techniques: &["T1078.004"],
    description: "A password alone opens the console: whoever guesses, buys or phishes it is in.",
    needs: &["ConsoleLogin events", "additionalEventData.MFAUsed"],
    false_positives: &["a user who has not been asked to set up a second factor yet"],
};

#[derive(Default)]
pub(super) struct ConsoleWithoutMfa {
    /// By principal: the sign-ins, and the address of the first.
    without: States<u32, Option<(Evidence, String)>>,
    sign_ins: u64,
    that_tell: u64,
}

impl Analytic for ConsoleWithoutMfa {
    fn wants(&self) -> Signals {
        Signals::SIGN_IN
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        self.sign_ins += 1;
        self.that_tell += u64::from(event.o.tells_mfa);
        if event.o.console != Some(ConsoleLogin::WithoutMfa) {
            return;
        }
        match self.without.of(event.o.ids.principal) {
            Some(Some((evidence, _))) => evidence.add(event.o),
            Some(none) => *none = Some((Evidence::of(event.o), words::code(event.o.source_ip))),
            None => {}
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        match (self.sign_ins, self.that_tell) {
            (0, _) => return findings.blind(&ABOUT, "there is no console sign-in among the events"),
            (_, 0) => return findings.blind(&ABOUT, "no console sign-in says whether a second factor was used"),
            _ => findings.dropped += self.without.dropped(),
        }
        for (evidence, address) in self.without.into_sorted().into_iter().filter_map(|(_, found)| found) {
            let who = words::who(evidence.principal());
            let reason = match evidence.count() {
                1 => format!("{who} signed in to the console from {address} without a second factor."),
                times => {
                    format!(
                        "{who} signed in to the console {times} times without a second factor, first from {address}."
                    )
                }
            };
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
