//! An identity acts again after weeks of silence.

use jiff::{SignedDuration, Timestamp};
use security_model::{Confidence, Level};

use super::evidence::Evidence;
use super::ids::States;
use super::people::SILENCE;
use super::{About, Analytic, Event, Findings, Known, Signals, words};

/// Longer than a quarter is news.
const LONG: SignedDuration = SignedDuration::from_hours(90 * 24);
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(24);

pub(super) static ABOUT: About = About {
    id: "dormant-identity-woke",
    title: "An identity acted again after weeks of silence",
    level: Level::Medium,
    confidence: Confidence::Low,
    tactics: &["initial-access", "persistence"],
    techniques: &["T1078.004"],
    description: "Forgotten users and keys are used by whoever finds them, because nobody misses them.",
    needs: &["thirty days of events"],
    false_positives: &["a yearly or quarterly job", "somebody back from a long leave"],
};

#[derive(Default)]
pub(super) struct Dormant {
    woke: States<u32, Option<Woke>>,
}

struct Woke {
    evidence: Evidence,
    silence: SignedDuration,
    at: Timestamp,
    then: Option<String>,
}

impl Analytic for Dormant {
    fn wants(&self) -> Signals {
        Signals::WOKE | Signals::SENSITIVE
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if let Some(past) = event.past.filter(|_| event.is(Signals::WOKE)) {
            let silence = o.time.duration_since(past.last);
            if let Some(state) = self.woke.of(o.ids.principal) {
                *state = Some(Woke { evidence: Evidence::of(o), silence, at: o.time, then: None });
            }
        }
        if !event.is(Signals::SENSITIVE) || !event.is_done() {
            return;
        }
        if let Some(Some(woke)) = self.woke.known(o.ids.principal)
            && o.time.duration_since(woke.at) <= AFTERWARDS
        {
            woke.evidence.add(o);
            woke.then.get_or_insert_with(|| words::call(o));
        }
    }

    fn finish(self: Box<Self>, known: &Known, findings: &mut Findings) {
        if known.span() < SILENCE {
            let hours = known.span().as_hours();
            let reason = format!("insufficient history: thirty days of events are needed, and there are {hours} hours");
            return findings.blind(&ABOUT, reason);
        }
        findings.dropped += self.woke.dropped();
        for woke in self.woke.into_sorted().into_iter().filter_map(|(_, woke)| woke) {
            let level = match (woke.silence >= LONG, &woke.then) {
                (true, Some(_)) => Level::Medium,
                (true, None) | (false, Some(_)) => Level::Low,
                (false, None) => Level::Informational,
            };
            let who = words::who(woke.evidence.principal());
            let days = woke.silence.as_hours() / 24;
            let then = woke.then.map(|call| format!(", and called {call}")).unwrap_or_default();
            let reason = format!("{who} acted again after {days} days of silence{then}.");
            findings.found.push(woke.evidence.found(&ABOUT, level, words::sentence(&reason)));
        }
    }
}
