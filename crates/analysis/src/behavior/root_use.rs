//! Use of the root user: once for each session, not once for each call.

use security_model::{Confidence, Level};

use super::evidence::Evidence;
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};
use crate::cloudtrail::console::ConsoleLogin;
use crate::identity::IdentityKind;

pub(super) static ABOUT: About = About {
    id: "root-use",
    title: "The root user was used",
    level: Level::Medium,
    confidence: Confidence::High,
    tactics: &["initial-access", "privilege-escalation"],
    techniques: &["T1078.004"],
    description: "Nothing limits the root user, and nothing it does can be forbidden: daily work never needs it.",
    needs: &["userIdentity.type", "eventTime"],
    false_positives: &["one of the few tasks that need the root user"],
};

#[derive(Default)]
pub(super) struct RootUse {
    /// By session.
    used: States<u32, Option<Use>>,
    has_types: bool,
}

struct Use {
    evidence: Evidence,
    first: String,
    without_mfa: bool,
}

impl Analytic for RootUse {
    fn wants(&self) -> Signals {
        Signals::ROOT | Signals::NEW_SESSION
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        self.has_types |= !event.o.identity_type.is_empty();
        // A root session that an administrator took by AssumeRoot is that administrator's doing; a sign-in that failed is
        // no use.
        let is_its_own = event.is(Signals::ROOT) && event.o.chain.first.kind == IdentityKind::Root;
        if !is_its_own || event.o.console == Some(ConsoleLogin::Failed) {
            return;
        }
        match self.used.of(event.o.ids.session) {
            Some(Some(used)) => used.evidence.add(event.o),
            Some(none) => {
                let without_mfa = event.o.mfa_authenticated == Some(false);
                *none = Some(Use { evidence: Evidence::of(event.o), first: words::call(event.o), without_mfa });
            }
            None => {}
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if !self.has_types {
            return findings.blind(&ABOUT, "no event says what type of identity made it");
        }
        findings.dropped += self.used.dropped();
        for Use { evidence, first, without_mfa } in self.used.into_sorted().into_iter().filter_map(|(_, used)| used) {
            let who = words::who(evidence.principal());
            let mfa = if without_mfa { ", without a second factor" } else { "" };
            let reason = match evidence.count() {
                1 => format!("The root user {who} called {first}{mfa}."),
                count => format!("The root user {who} made {count} calls in one session, first {first}{mfa}."),
            };
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
