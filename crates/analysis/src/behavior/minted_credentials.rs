//! Somebody makes a key or password for another user, and that user then acts from the same place as the maker.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::by_name::ByName;
use super::evidence::Evidence;
use super::{About, Analytic, Event, Findings, Known, Signals, request, words};
use crate::cloudtrail::console::ConsoleLogin;
use crate::identity::IdentityKind;

const WITHIN: SignedDuration = SignedDuration::from_hours(24);

pub(super) static ABOUT: About = About {
    id: "credentials-made-for-another-then-used",
    title: "Credentials made for another user were used by their maker",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["persistence", "privilege-escalation"],
    techniques: &["T1098.001", "T1078.004"],
    description: "A key or password made for another user gives that user's rights, and outlives the maker's own access.",
    needs: &["requestParameters.userName", "userIdentity.userName", "sourceIPAddress"],
    false_positives: &["an administrator and a new colleague in the same office, on the first day"],
};

struct Made {
    by: u32,
    address: u32,
    evidence: Evidence,
    what: &'static str,
    used: bool,
}

#[derive(Default)]
pub(super) struct MintedCredentials {
    /// By account and user.
    made: ByName<Made>,
    calls: u64,
}

impl Analytic for MintedCredentials {
    fn wants(&self) -> Signals {
        Signals::CREDENTIAL | Signals::NEW_SESSION | Signals::SIGN_IN
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() || o.console == Some(ConsoleLogin::Failed) {
            return;
        }
        if event.is(Signals::CREDENTIAL) {
            self.calls += 1;
            self.note(event);
        }
        let is_user = matches!(request::actor(o).kind, IdentityKind::IamUser | IdentityKind::LongTermKey);
        if !is_user || o.user_name.is_empty() || self.made.is_empty() {
            return;
        }
        let Some(made) = self.made.get_mut(&format!("{}/{}", o.account, o.user_name)) else { return };
        let is_maker_elsewhere = made.by == o.ids.principal || made.address != o.ids.address;
        if !is_maker_elsewhere && o.time.duration_since(made.evidence.last()) <= WITHIN {
            made.used = true;
            made.evidence.add(o);
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        findings.dropped += self.made.dropped();
        for (user, made) in self.made.into_sorted().into_iter().filter(|(_, made)| made.used) {
            let (who, user) = (words::who(made.evidence.principal()), words::thing(words::last_part(&user)));
            let what = made.what;
            let reason = format!("{who} made {what} for user {user}, who then acted from the same address.");
            findings.found.push(made.evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
        if self.calls == 0 {
            findings.blind(&ABOUT, "no event makes credentials for another user");
        }
    }
}

impl MintedCredentials {
    fn note(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let what = match o.event_name {
            "CreateAccessKey" => "an access key",
            "CreateLoginProfile" | "UpdateLoginProfile" => "a password",
            _ => return,
        };
        let request = request::of(o);
        let Some(user) = request::text(&request, "userName") else { return };
        if user == request::actor_name(o) || o.source_ip.is_empty() {
            return;
        }
        let made = Made { by: o.ids.principal, address: o.ids.address, evidence: Evidence::of(o), what, used: false };
        self.made.restart(&format!("{}/{user}", o.account), made, |known| known.used);
    }
}
