//! Failed console sign-ins, then one that succeeds: a password was guessed.
//!
//! Sign-ins are looked at by address, which catches one address that tries many users, and by user, which catches one user
//! who is tried from many addresses. A name that does not exist is recorded as hidden, and so counts by address only.

use std::collections::VecDeque;

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::{Evidence, Mark};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};
use crate::cloudtrail::console::ConsoleLogin;

/// Failures within [`WINDOW`] before a success. Typing errors are fewer.
const FAILURES: usize = 5;
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Most failures that are kept of one address or user.
const MOST_FAILURES: usize = 99;

pub(super) static ABOUT: About = About {
    id: "brute-force-then-success",
    title: "Failed console sign-ins, then a success",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["credential-access", "initial-access"],
    techniques: &["T1110"],
    description: "A password was guessed: five sign-ins failed from one address or for one user, and then one succeeded.",
    needs: &["ConsoleLogin events", "responseElements.ConsoleLogin", "eventTime"],
    false_positives: &["a user who has forgotten a password and is reminded of it"],
};

#[derive(Default)]
pub(super) struct BruteForce {
    by_address: States<u32, VecDeque<Mark>>,
    by_user: States<u32, VecDeque<Mark>>,
    /// By principal.
    found: States<u32, Option<(Evidence, String)>>,
    seen: bool,
}

impl Analytic for BruteForce {
    fn wants(&self) -> Signals {
        Signals::SIGN_IN
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        self.seen = true;
        let o = event.o;
        let by_address = Some(o.ids.address).filter(|_| !o.source_ip.is_empty());
        let by_user = Some(o.ids.principal).filter(|_| o.user_name != "HIDDEN_DUE_TO_SECURITY_REASONS");
        if o.console == Some(ConsoleLogin::Failed) {
            for (failures, key) in [(&mut self.by_address, by_address), (&mut self.by_user, by_user)] {
                if let Some(failures) = key.and_then(|key| failures.of(key)) {
                    failures.push_back(Mark::of(o));
                    if failures.len() > MOST_FAILURES {
                        failures.pop_front();
                    }
                }
            }
            return;
        }
        let take = |failures: &mut States<u32, VecDeque<Mark>>, key: Option<u32>| {
            let mut recent = key.and_then(|key| failures.remove(key)).unwrap_or_default();
            recent.retain(|mark| mark.is_within(WINDOW, o));
            recent
        };
        let (from_there, as_user) = (take(&mut self.by_address, by_address), take(&mut self.by_user, by_user));
        let (tries, failures) = match (from_there.len() >= FAILURES, as_user.len() >= FAILURES) {
            (true, _) => ("failed sign-ins from there", from_there),
            (_, true) => ("failed sign-ins as that user", as_user),
            _ => return,
        };
        let number = failures.len();
        match self.found.of(o.ids.principal) {
            Some(Some((evidence, _))) => {
                failures.into_iter().for_each(|mark| evidence.add_mark(mark));
                evidence.add(o);
            }
            Some(none) => {
                let (who, from) = (words::who(&o.chain.first.name), words::code(o.source_ip));
                let reason = format!("{who} signed in from {from} after {number} {tries} within a quarter of an hour.");
                *none = Some((Evidence::after(o, failures), reason));
            }
            None => {}
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if !self.seen {
            return findings.blind(&ABOUT, "there is no console sign-in among the events");
        }
        findings.dropped += self.by_address.dropped() + self.by_user.dropped() + self.found.dropped();
        for (evidence, reason) in self.found.into_sorted().into_iter().filter_map(|(_, found)| found) {
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
