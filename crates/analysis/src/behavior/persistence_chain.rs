//! A user is made, gets credentials and is made administrator within the hour, whoever makes the calls.

use jiff::SignedDuration;
use security_model::{Confidence, Level};
use serde_json::Value;

use super::by_name::ByName;
use super::evidence::Evidence;
use super::grants::allows_everything;
use super::{About, Analytic, Event, Findings, Known, Signals, request, words};

const WITHIN: SignedDuration = SignedDuration::from_hours(1);

pub(super) static ABOUT: About = About {
    id: "administrator-made-in-one-go",
    title: "A user was made, given credentials and made administrator",
    level: Level::High,
    confidence: Confidence::High,
    tactics: &["persistence", "privilege-escalation"],
    techniques: &["T1136.003", "T1098.001", "T1098.003"],
    description: "A user of one's own with all rights is the way back in after the first key is taken away.",
    needs: &["requestParameters of IAM calls"],
    false_positives: &["the first administrator of a new account", "an emergency user made by hand"],
};

struct User {
    evidence: Evidence,
    has_credentials: bool,
    is_admin: bool,
}

#[derive(Default)]
pub(super) struct PersistenceChain {
    /// By account and name.
    made: ByName<User>,
    calls: u64,
    readable: u64,
}

impl Analytic for PersistenceChain {
    fn wants(&self) -> Signals {
        Signals::NEW_USER | Signals::CREDENTIAL | Signals::GRANT
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() {
            return;
        }
        self.calls += 1;
        self.readable += u64::from(o.request.is_some());
        let is_new = event.is(Signals::NEW_USER);
        if !is_new && self.made.is_empty() {
            return;
        }
        let request = request::of(o);
        let Some(name) = request::text(&request, "userName") else { return };
        let key = format!("{}/{name}", o.account);
        if is_new {
            let user = User { evidence: Evidence::of(o), has_credentials: false, is_admin: false };
            self.made.restart(&key, user, |known| known.has_credentials && known.is_admin);
            return;
        }
        let Some(user) = self.made.get_mut(&key) else { return };
        if o.time.duration_since(user.evidence.last()) > WITHIN {
            return;
        }
        if event.is(Signals::CREDENTIAL) {
            user.has_credentials = true;
        } else if makes_admin(o.event_name, &request) {
            user.is_admin = true;
        } else {
            return;
        }
        user.evidence.add(o);
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.calls > 0 && self.readable == 0 {
            return findings.blind(&ABOUT, "no call about users says about which");
        }
        findings.dropped += self.made.dropped();
        for (name, user) in self.made.into_sorted() {
            if !user.has_credentials || !user.is_admin {
                continue;
            }
            let (who, name) = (words::who(user.evidence.principal()), words::thing(words::last_part(&name)));
            let reason = format!("{who} created user {name}, gave it credentials and made it administrator.");
            findings.found.push(user.evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}

fn makes_admin(call: &str, request: &Value) -> bool {
    const POLICIES: [&str; 3] = ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"];
    match call {
        "AttachUserPolicy" => request::text(request, "policyArn")
            .is_some_and(|arn| arn.contains(":iam::aws:policy/") && POLICIES.contains(&words::last_part(arn))),
        "PutUserPolicy" => request::json(request, "policyDocument").is_some_and(|policy| allows_everything(&policy)),
        "AddUserToGroup" => {
            request::text(request, "groupName").is_some_and(|group| group.to_ascii_lowercase().contains("admin"))
        }
        _ => false,
    }
}
