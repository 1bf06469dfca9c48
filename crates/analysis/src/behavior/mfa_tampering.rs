//! The second factor of somebody else is exchanged, or is taken off before a sign-in without one.
//!
//! Each call is some administrator's daily work; the two together, of one user within a day, take an identity over.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::by_name::ByName;
use super::evidence::{Evidence, Mark};
use super::{About, Analytic, Event, Findings, Known, Signals, request, words};
use crate::cloudtrail::console::ConsoleLogin;

const WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Failed sign-ins before a change. Typing errors are fewer.
const FAILURES: usize = 3;

pub(super) static ABOUT: About = About {
    id: "mfa-tampering",
    title: "A second factor was taken over",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["persistence", "credential-access"],
    techniques: &["T1556.006", "T1098.005"],
    description: "Whoever exchanges or removes another's second factor signs in as that user from then on.",
    needs: &["ConsoleLogin events or MFA device calls", "requestParameters.userName"],
    false_positives: &["a help desk that replaces a lost device, together with the user"],
};

#[derive(Default)]
struct State {
    failures: Vec<Mark>,
    taken_off: Option<Evidence>,
    is_told: bool,
}

#[derive(Default)]
pub(super) struct MfaTampering {
    of_user: ByName<State>,
    found: Vec<(Evidence, String)>,
    calls: u64,
    that_name: u64,
}

impl Analytic for MfaTampering {
    fn wants(&self) -> Signals {
        Signals::SIGN_IN | Signals::MFA
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        match o.console {
            Some(ConsoleLogin::Failed) => {
                let Some(state) = self.of_user.or_default(o.user_name) else { return };
                state.failures.retain(|mark| mark.is_within(WITHIN, o));
                if state.failures.len() < FAILURES {
                    state.failures.push(Mark::of(o));
                }
            }
            Some(ConsoleLogin::WithoutMfa) => self.signed_in(event),
            Some(_) => {}
            None if o.succeeded() => self.changed(event),
            None => {}
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.calls > 0 && self.that_name == 0 {
            return findings.blind(&ABOUT, "no change of a second factor says whose it is");
        }
        findings.dropped += self.of_user.dropped();
        for (evidence, reason) in self.found {
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}

impl MfaTampering {
    fn changed(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !matches!(o.event_name, "DeactivateMFADevice" | "EnableMFADevice") {
            return;
        }
        let request = request::of(o);
        let user = request::text(&request, "userName").unwrap_or_default();
        self.calls += 1;
        self.that_name += u64::from(!user.is_empty());
        let is_own = user == request::actor_name(o);
        let Some(state) = self.of_user.or_default(user) else { return };
        let taken_off = o.event_name == "DeactivateMFADevice";
        state.failures.retain(|mark| mark.is_within(WITHIN, o));
        let who = words::who(&o.chain.first.name);
        let user = words::thing(user);
        let change = if taken_off { "removed" } else { "registered" };
        if state.failures.len() >= FAILURES && !state.is_told {
            state.is_told = true;
            let evidence = Evidence::after(o, state.failures.drain(..));
            let reason = format!("{who} {change} a second factor of {user} after failed sign-ins as that user.");
            self.found.push((evidence, reason));
        } else if let Some(mut evidence) = state.taken_off.take_if(|_| !taken_off && !is_own)
            && !state.is_told
            && o.time.duration_since(evidence.last()) <= WITHIN
        {
            state.is_told = true;
            evidence.add(o);
            let reason = format!("{who} removed the second factor of {user} and registered another one.");
            self.found.push((evidence, reason));
        }
        if taken_off && !is_own {
            state.taken_off = Some(Evidence::of(o));
        }
    }

    fn signed_in(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let Some(state) = self.of_user.get_mut(o.user_name) else { return };
        let Some(mut evidence) = state.taken_off.take() else { return };
        if state.is_told || o.time.duration_since(evidence.last()) > WITHIN {
            return;
        }
        state.is_told = true;
        evidence.add(o);
        let (who, user) = (words::who(evidence.principal()), words::thing(o.user_name));
        let reason = format!("{who} removed the second factor of {user}, who then signed in without one.");
        self.found.push((evidence, reason));
    }
}
