//! Somebody starts code with a role, and within the hour that role changes identities and their rights.

use jiff::SignedDuration;
use security_model::{Confidence, Level};
use serde_json::Value;

use super::by_name::ByName;
use super::evidence::Evidence;
use super::{About, Analytic, Event, Findings, Known, Signals, request, words};

const WITHIN: SignedDuration = SignedDuration::from_hours(1);

pub(super) static ABOUT: About = About {
    id: "passed-role-changes-identities",
    title: "Code was started with a role that then changed identities",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["privilege-escalation", "execution"],
    techniques: &["T1098.003", "T1648"],
    description: "Whoever may pass a role to a new instance, function or job lets it do what the own identity may not.",
    needs: &["requestParameters of calls that start code", "sessions of the role"],
    false_positives: &["a pipeline that starts a build which maintains identities"],
};

struct Passed {
    evidence: Evidence,
    call: String,
    then: Option<String>,
}

#[derive(Default)]
pub(super) struct PassedRole {
    /// By the name of the role, or of the instance profile, which mostly is the same.
    passed: ByName<Passed>,
    starts: u64,
    readable: u64,
}

impl Analytic for PassedRole {
    fn wants(&self) -> Signals {
        Signals::CODE | Signals::GRANT | Signals::CREDENTIAL | Signals::NEW_USER | Signals::TRUST
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() || !o.is_own_doing() {
            return;
        }
        if event.is(Signals::CODE) {
            self.starts += 1;
            self.readable += u64::from(o.request.is_some());
            let request = request::of(o);
            if let Some(role) = role(&request) {
                let passed = Passed { evidence: Evidence::of(o), call: words::call(o), then: None };
                self.passed.restart(words::last_part(role), passed, |known| known.then.is_some());
            }
            return;
        }
        if self.passed.is_empty() {
            return;
        }
        let Some(name) = role_in_use(event) else { return };
        let Some(passed) = self.passed.get_mut(name) else { return };
        if passed.then.is_some() || o.time.duration_since(passed.evidence.last()) <= WITHIN {
            passed.evidence.add(o);
            passed.then.get_or_insert_with(|| words::call(o));
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.starts > 0 && self.readable == 0 {
            return findings.blind(&ABOUT, "no call that starts code says with which role");
        }
        findings.dropped += self.passed.dropped();
        for (role, passed) in self.passed.into_sorted() {
            let Some(then) = passed.then else { continue };
            let (who, role, call) = (words::who(passed.evidence.principal()), words::thing(&role), passed.call);
            let reason = format!("{who} passed role {role} with {call}, and that role then called {then}.");
            findings.found.push(passed.evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}

/// The role that a call passes on.
fn role(request: &Value) -> Option<&str> {
    let names = ["role", "roleArn", "roleARN", "serviceRole", "executionRoleArn", "taskRoleArn", "instanceRoleArn"];
    let profile = || {
        let profile = request.get("iamInstanceProfile")?;
        request::text(profile, "arn").or_else(|| request::text(profile, "name"))
    };
    names.iter().find_map(|name| request::text(request, name)).or_else(profile)
}

/// The name of the role that makes the call, when it is one.
fn role_in_use<'o>(event: &Event<'_, 'o>) -> Option<&'o str> {
    event.o.issuer.contains(":role/").then(|| words::last_part(event.o.issuer))
}
