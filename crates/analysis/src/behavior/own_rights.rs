//! An identity widens its own rights and within the hour does what it never did before.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::{Evidence, Mark};
use super::grants::allows_everything;
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, request, words};

const WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// Most refused calls that are remembered of one identity.
const MOST_REFUSED: usize = 64;

pub(super) static ABOUT: About = About {
    id: "own-rights-widened-then-used",
    title: "An identity widened its own rights and used them",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["privilege-escalation", "persistence"],
    techniques: &["T1098.003", "T1548"],
    description: "Whoever may write policies becomes what it likes; the first new deed within the hour shows that it was meant.",
    needs: &["requestParameters of IAM calls", "eventTime"],
    false_positives: &["the first administrator of a new account", "a deployment role that maintains its own policy"],
};

#[derive(Default)]
pub(super) struct OwnRights {
    of: States<u32, State>,
    grants: u64,
    readable: u64,
}

#[derive(Default)]
struct State {
    refused: Vec<u32>,
    widened: Option<(Mark, String)>,
    found: Option<(Evidence, String)>,
}

impl Analytic for OwnRights {
    fn wants(&self) -> Signals {
        Signals::GRANT | Signals::NEW_CALL | Signals::REFUSED
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.is_own_doing() {
            return;
        }
        if event.is(Signals::REFUSED) {
            if let Some(state) = self.of.of(o.ids.principal)
                && state.refused.len() < MOST_REFUSED
                && !state.refused.contains(&o.ids.call)
            {
                state.refused.push(o.ids.call);
            }
        } else if o.succeeded() && event.is(Signals::GRANT) {
            self.grants += 1;
            self.readable += u64::from(o.request.is_some());
            if let Some(what) = widened(o)
                && let Some(state) = self.of.of(o.ids.principal)
            {
                state.widened = Some((Mark::of(o), what));
            }
        } else if o.succeeded()
            && let Some(state) = self.of.known(o.ids.principal)
        {
            state.used(event);
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.grants > 0 && self.readable == 0 {
            return findings.blind(&ABOUT, "no call that widens rights says whose");
        }
        findings.dropped += self.of.dropped();
        for (evidence, reason) in self.of.into_sorted().into_iter().filter_map(|(_, state)| state.found) {
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}

impl State {
    fn used(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let Some((mark, what)) = self.widened.as_ref().filter(|(mark, _)| mark.is_within(WITHIN, o)) else { return };
        let was_refused = self.refused.contains(&o.ids.call);
        if !was_refused && !event.is_done() {
            return;
        }
        match &mut self.found {
            Some((evidence, _)) => evidence.add(o),
            None => {
                let evidence = Evidence::after(o, [*mark]);
                let (who, call) = (words::who(evidence.principal()), words::call(o));
                let before = if was_refused { "which it was refused before" } else { "for the first time" };
                let reason = format!("{who} {what} and then called {call}, {before}.");
                self.found = Some((evidence, reason));
            }
        }
    }
}

/// How the call widens the rights of whoever makes it, if it does.
fn widened(o: &Observed<'_>) -> Option<String> {
    let request = request::of(o);
    let own = request::actor_name(o);
    let is_own = |name: &str| request::text(&request, name) == Some(own);
    let call = words::code(o.event_name);
    match o.event_name {
        "AttachUserPolicy" | "PutUserPolicy" | "AddUserToGroup" if is_own("userName") => {}
        "AttachRolePolicy" | "PutRolePolicy" if is_own("roleName") => {}
        "CreatePolicyVersion" => {
            let is_valid = request.get("setAsDefault").is_some_and(|flag| flag.as_bool().unwrap_or(flag == "true"));
            let policy = request::json(&request, "policyDocument").filter(allows_everything);
            policy.filter(|_| is_valid)?;
            return Some(format!("let a policy allow everything with {call}"));
        }
        "SetDefaultPolicyVersion" => {
            return Some(format!("made another version of a policy the valid one with {call}"));
        }
        _ => return None,
    }
    Some(format!("widened its own rights with {call}"))
}
