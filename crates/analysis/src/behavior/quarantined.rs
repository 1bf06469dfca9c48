//! AWS found a user's key in public and put it under quarantine, and the user goes on acting.

use security_model::{Confidence, Level};

use super::by_name::ByName;
use super::evidence::Evidence;
use super::{About, Analytic, Event, Findings, Known, Signals, request, words};

pub(super) static ABOUT: About = About {
    id: "quarantined-user-still-acts",
    title: "A user whose key AWS put under quarantine still acts",
    level: Level::Critical,
    confidence: Confidence::High,
    tactics: &["initial-access", "credential-access"],
    techniques: &["T1078.004", "T1552.001"],
    description: "The key is public and in use: the quarantine denies a few calls only, everything else goes on.",
    needs: &["AttachUserPolicy with AWSCompromisedKeyQuarantine policies"],
    false_positives: &["an application whose key was published and has not been exchanged yet"],
};

struct Quarantined {
    evidence: Evidence,
    first: Option<(Evidence, String)>,
}

#[derive(Default)]
pub(super) struct QuarantinedKey {
    /// By account and user.
    users: ByName<Quarantined>,
    grants: u64,
    readable: u64,
}

impl Analytic for QuarantinedKey {
    fn wants(&self) -> Signals {
        Signals::GRANT | Signals::MOVED | Signals::NEW_CALL | Signals::SENSITIVE
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() {
            return;
        }
        if event.is(Signals::GRANT) {
            self.grants += 1;
            self.readable += u64::from(o.request.is_some());
            if o.event_name == "AttachUserPolicy"
                && o.request.is_some_and(|r| r.contains("AWSCompromisedKeyQuarantine"))
            {
                let request = request::of(o);
                if let Some(user) = request::text(&request, "userName") {
                    let quarantined = Quarantined { evidence: Evidence::of(o), first: None };
                    self.users.restart(&format!("{}/{user}", o.account), quarantined, |_| true);
                }
                return;
            }
        }
        if self.users.is_empty() || o.user_name.is_empty() || !o.is_own_doing() {
            return;
        }
        let Some(user) = self.users.get_mut(&format!("{}/{}", o.account, o.user_name)) else { return };
        match &mut user.first {
            Some((evidence, _)) => evidence.add(o),
            None => user.first = Some((Evidence::of(o), words::call(o))),
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.grants > 0 && self.readable == 0 {
            return findings.blind(&ABOUT, "no call that attaches a policy says which");
        }
        findings.dropped += self.users.dropped();
        for (_, user) in self.users.into_sorted() {
            let Some((mut evidence, call)) = user.first else { continue };
            evidence.absorb(user.evidence);
            let who = words::who(evidence.principal());
            let reason = format!("{who} went on after AWS put its key under quarantine, first with {call}.");
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
