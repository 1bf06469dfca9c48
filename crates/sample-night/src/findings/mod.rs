//! What the security services had to say by morning, in the AWS Security Finding Format.

mod asff;
mod control_catalogue;
mod controls;
mod exposure;
mod threats;
mod vulnerabilities;

use jiff::Timestamp;
use serde_json::Value;

use crate::Step;
use crate::attack::Intrusion;
use crate::rng::Rng;

/// All findings, ordered as a busy hub would hand them out: not at all.
pub(crate) fn generate(rng: &Rng, plan: &Intrusion, story: &[Step]) -> Vec<Value> {
    let incident = Incident { plan, story };
    let mut findings = controls::findings(&mut rng.fork("controls"), &incident);
    findings.extend(vulnerabilities::findings(&mut rng.fork("vulnerabilities")));
    findings.extend(threats::findings(&mut rng.fork("threats"), &incident));
    findings.extend(exposure::findings(&mut rng.fork("exposure"), &incident));
    rng.fork("order").shuffle(&mut findings);
    findings
}

/// The attack as the findings see it.
struct Incident<'a> {
    plan: &'a Intrusion,
    story: &'a [Step],
}

impl Incident<'_> {
    /// When the attacker last made this call.
    fn time_of(&self, event_name: &str) -> i64 {
        let step = self.story.iter().rfind(|step| step.event_name == event_name);
        step.and_then(|step| step.time.parse::<Timestamp>().ok()).map_or(self.plan.start, Timestamp::as_second)
    }

    /// How often the attacker made it.
    fn count_of(&self, event_name: &str) -> usize {
        self.story.iter().filter(|step| step.event_name == event_name).count()
    }
}
