//! One identity launches very large machines where the owner would not: in several regions, against limits.

use jiff::SignedDuration;
use security_model::{Confidence, Level};
use serde_json::Value;

use super::evidence::{Evidence, Mark};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, request, words};

const WITHIN: SignedDuration = SignedDuration::from_hours(6);
const MOST_REGIONS: usize = 40;
/// Launches in that many regions, even of small machines, where limits were hit.
const REGIONS: usize = 3;

pub(super) static ABOUT: About = About {
    id: "compute-hijack",
    title: "Large machines were launched in several regions or against limits",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["impact", "execution"],
    techniques: &["T1496.001", "T1578.002"],
    description: "Stolen computing power is worth money: miners take the largest machines in every region, until a limit stops them.",
    needs: &["requestParameters.instanceType of RunInstances", "awsRegion", "errorCode"],
    false_positives: &["a rendering or training team that looks for free capacity"],
};

#[derive(Default)]
struct Launches {
    since: Option<Mark>,
    regions: Vec<(Box<str>, bool)>,
    largest: Option<String>,
    limits: u64,
    evidence: Option<Evidence>,
    is_told: bool,
}

#[derive(Default)]
pub(super) struct ComputeHijack {
    by: States<u32, Launches>,
    launches: u64,
    readable: u64,
}

impl Analytic for ComputeHijack {
    fn wants(&self) -> Signals {
        Signals::LAUNCH | Signals::LIMIT
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        // What is tried dry or refused for want of rights launches nothing.
        if event.is(Signals::REFUSED) || o.error_code.ends_with("DryRunOperation") {
            return;
        }
        let Some(state) = self.by.of(o.ids.principal) else { return };
        if !state.is_told && state.since.is_some_and(|since| !since.is_within(WITHIN, o)) {
            *state = Launches::default();
        }
        state.since.get_or_insert(Mark::of(o));
        match &mut state.evidence {
            Some(evidence) => evidence.add(o),
            None => state.evidence = Some(Evidence::of(o)),
        }
        if event.is(Signals::LIMIT) || is_limit(o.error_code) {
            state.limits += 1;
        }
        if event.is(Signals::LAUNCH) {
            self.launches += 1;
            self.readable += u64::from(o.request.is_some());
            state.launched(o);
        }
        let large = state.regions.iter().filter(|(_, is_large)| *is_large).count();
        state.is_told |=
            large >= 2 || (large == 1 && state.limits > 0) || (state.regions.len() >= REGIONS && state.limits > 0);
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.launches > 0 && self.readable == 0 {
            return findings.blind(&ABOUT, "no launch says which type of instance it asks for");
        }
        findings.dropped += self.by.dropped();
        for (_, state) in self.by.into_sorted().into_iter().filter(|(_, state)| state.is_told) {
            let Some(evidence) = state.evidence else { continue };
            let who = words::who(evidence.principal());
            let size = state.largest.map(|size| format!(" such as {size}")).unwrap_or_default();
            let regions = words::number(state.regions.len().try_into().unwrap_or(u64::MAX), "region");
            let limits = if state.limits > 0 { " and ran into limits or asked to raise them" } else { "" };
            let reason = format!("{who} launched instances{size} in {regions}{limits}.");
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}

impl Launches {
    fn launched(&mut self, o: &Observed<'_>) {
        let request = request::of(o);
        let large = instance_type(&request).filter(|size| is_large(size));
        if let Some(size) = large {
            self.largest.get_or_insert_with(|| words::code(size));
        }
        if let Some((_, is_large)) = self.regions.iter_mut().find(|(region, _)| **region == *o.region) {
            *is_large |= large.is_some();
        } else if self.regions.len() < MOST_REGIONS {
            self.regions.push((o.region.into(), large.is_some()));
        }
    }
}

fn instance_type(request: &Value) -> Option<&str> {
    let specification = request.get("launchSpecification");
    request::text(request, "instanceType").or_else(|| request::text(specification?, "instanceType"))
}

fn is_limit(error: &str) -> bool {
    error.contains("LimitExceeded")
        || error.ends_with("InstanceLimitExceeded")
        || error.ends_with("PendingVerification")
}

/// Accelerated machines, and the largest of each family.
fn is_large(size: &str) -> bool {
    let Some((family, size)) = size.split_once('.') else { return false };
    let accelerated = ["p", "g", "inf", "trn", "dl", "vt", "f", "u", "hpc"];
    let letters = family.trim_end_matches(|c: char| !c.is_ascii_digit()).trim_end_matches(|c: char| c.is_ascii_digit());
    let first = letters.split(|c: char| c.is_ascii_digit() || c == '-').next().unwrap_or_default();
    let number = size.strip_suffix("xlarge").and_then(|number| number.parse::<u32>().ok());
    accelerated.contains(&first) || size.starts_with("metal") || number.is_some_and(|number| number >= 12)
}
