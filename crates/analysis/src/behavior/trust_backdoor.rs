//! Somebody changes who may take a role, and then takes it, or an account does that is not ours.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::by_name::ByName;
use super::evidence::Evidence;
use super::{About, Analytic, Event, Findings, Known, Signals, request, words};

const WITHIN: SignedDuration = SignedDuration::from_hours(24);

pub(super) static ABOUT: About = About {
    id: "trust-changed-then-role-assumed",
    title: "The trust of a role was changed, and the role taken",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["privilege-escalation", "persistence"],
    techniques: &["T1098.003", "T1550.001"],
    description: "Whoever may edit a role's trust policy may take the role, and has its rights; the edit stays behind as a back door.",
    needs: &["requestParameters of UpdateAssumeRolePolicy and AssumeRole"],
    false_positives: &["an administrator who sets up role switching and tries it"],
};

struct Changed {
    by: u32,
    evidence: Evidence,
    is_new_role: bool,
    taken: bool,
}

#[derive(Default)]
pub(super) struct TrustBackdoor {
    /// By account and name of the role.
    changed: ByName<Changed>,
    changes: u64,
}

impl Analytic for TrustBackdoor {
    fn wants(&self) -> Signals {
        Signals::TRUST | Signals::ASSUME
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() {
            return;
        }
        if event.is(Signals::TRUST) {
            self.changes += 1;
            let request = request::of(o);
            if let Some(role) = request::text(&request, "roleName") {
                let changed = Changed {
                    by: o.ids.principal,
                    evidence: Evidence::of(o),
                    is_new_role: o.event_name == "CreateRole",
                    taken: false,
                };
                // What has been found stays, though the trust be changed back.
                self.changed.restart(&format!("{}/{role}", o.account), changed, |known| known.taken);
            }
        } else if !self.changed.is_empty() {
            let request = request::of(o);
            let Some(arn) = request::text(&request, "roleArn") else { return };
            let account = super::grants::account_of(arn).unwrap_or(o.account);
            let Some(changed) = self.changed.get_mut(&format!("{account}/{}", words::last_part(arn))) else { return };
            let is_by_maker = changed.by == o.ids.principal;
            if is_by_maker && (changed.taken || o.time.duration_since(changed.evidence.last()) <= WITHIN) {
                changed.taken = true;
                changed.evidence.add(o);
            }
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.changes > 0 && self.changed.is_empty() {
            return findings.blind(&ABOUT, "no change of trust says of which role");
        }
        findings.dropped += self.changed.dropped();
        for (role, changed) in self.changed.into_sorted().into_iter().filter(|(_, changed)| changed.taken) {
            let (who, role) = (words::who(changed.evidence.principal()), words::thing(words::last_part(&role)));
            // To try what one has just made is normal.
            let (level, deed) = match changed.is_new_role {
                true => (Level::Informational, "created role"),
                false => (Level::High, "changed who may take role"),
            };
            let reason = format!("{who} {deed} {role} and then took it.");
            findings.found.push(changed.evidence.found(&ABOUT, level, words::sentence(&reason)));
        }
    }
}
