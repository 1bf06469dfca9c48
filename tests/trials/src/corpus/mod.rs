//! True analyses: nights of the sample generator, whole and in parts, read through the product's own readers and analyses.
//!
//! Every case is a fact set with the coverage it rests on and the local report written from the same summary.

mod events;
mod findings;

use report::{FactSet, Subject};
use security_model::{Coverage, Gap, GapKind, Ledger, SafeText, SourceKey, TextKind, Untrusted};
use serde_json::Value;

use crate::rng::Rng;

/// One analysis.
pub(crate) struct Case {
    /// Which night and which part of it.
    pub(crate) name: String,
    /// What may be said.
    pub(crate) facts: FactSet,
    /// What was read.
    pub(crate) coverage: Coverage,
    /// The local writer's reports on it, short and long.
    pub(crate) local: Vec<String>,
    /// Seed of the night.
    pub(crate) night: u64,
    /// Arguments by which the tool makes the same analysis of the night's files; `None` where it cannot.
    pub(crate) arguments: Option<Value>,
}

impl Case {
    /// What the analysis is about.
    pub(crate) fn is_cloudtrail(&self) -> bool {
        self.facts.subject == Subject::CloudTrail
    }
}

/// Cases of `nights` nights, each whole and in parts, both subjects. The same seed gives the same cases.
pub(crate) fn cases(nights: usize, seed: u64) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut rng = Rng::new(seed).fork("corpus");
    for night in 0..nights {
        // The company's nights are numbered by their seeds, which also name them on the command line.
        let night_seed = if night == 0 { sample_night::SAMPLE_SEED } else { rng.next() % 1_000_000 };
        let made = sample_night::generate(night_seed);
        let texts: Vec<String> = made.cloudtrail.iter().map(ToString::to_string).collect();
        events::cases(night_seed, &texts, &mut rng.fork(&format!("events {night}")), &mut cases);
        let texts: Vec<String> = made.findings.iter().map(ToString::to_string).collect();
        findings::cases(night_seed, &texts, &mut rng.fork(&format!("findings {night}")), &mut cases);
    }
    cases
}

/// Kinds of gaps, and what a collector says about them.
const GAPS: &[(GapKind, &str, &str)] = &[
    (GapKind::AccessDenied, "cloudtrail:LookupEvents was refused", "Allow cloudtrail:LookupEvents."),
    (GapKind::Throttled, "LookupEvents was throttled to the end of the retries", "Ask again later."),
    (GapKind::NotEnabled, "the region is not enabled", "Enable the region, or leave it out."),
    (GapKind::FileDamaged, "part-07.json.gz ends in the middle of a record", "Fetch the file again."),
    (GapKind::TimeBudget, "60 s were spent", "Raise max_seconds."),
    (GapKind::RecordsUnreadable, "2 records are not JSON", "Look at the file."),
];

/// Declares up to two gaps, in regions where nothing else was read.
fn declare_gaps(ledger: &mut Ledger, source: &'static str, rng: &mut Rng) {
    for _ in 0..=rng.below(2) {
        let (kind, detail, remedy) = *rng.pick(GAPS);
        let region = *rng.pick(&["eu-north-1", "ap-northeast-3", "ca-west-1"]);
        let key = SourceKey::new(source, Some(Untrusted::new(sample_night::ACCOUNT)), Some(Untrusted::new(region)));
        ledger.gap(&key, Gap::new(kind, detail, remedy));
    }
}

fn identifier(text: &str) -> SafeText {
    SafeText::from_raw(text, TextKind::Identifier)
}
