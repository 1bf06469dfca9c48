//! Keeps recent analyses with their evidence: for a while, within a bound, oldest dropped first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use analysis::cloudtrail::EventEvidence;
use analysis::detect::DetectionRow;
use analysis::security_hub::FindingEvidence;
use report::FactSet;
use report::engine::Report;
use report::requirement::StatedRequirement;
use security_model::{Coverage, Incident, Scope};
use serde::Serialize;

use crate::answer::Basis;
use crate::error::Failure;

/// The rows behind one answer.
pub enum Evidence {
    /// Of a CloudTrail analysis.
    Events(EventEvidence),
    /// Of a Security Hub analysis.
    Findings(FindingEvidence),
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Events(_) => "Events",
            Self::Findings(_) => "Findings",
        })
    }
}

impl Evidence {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Events(evidence) => evidence.heap_bytes(),
            Self::Findings(evidence) => evidence.heap_bytes(),
        }
    }
}

/// One analysis, whole: what its report can be checked against, and what its evidence bundle is made of.
#[derive(Debug)]
pub struct Analysis {
    /// Names it.
    pub analysis_id: String,
    /// The tool that answered.
    pub tool: &'static str,
    /// When the answer was made.
    pub generated_at: String,
    /// What was asked.
    pub scope: Scope,
    /// What was read, with whole lists.
    pub coverage: Coverage,
    /// What a report may say.
    pub facts: FactSet,
    /// The requirements that the caller stated.
    pub requirements: Vec<StatedRequirement>,
    /// The report that was delivered.
    pub report: Report,
    /// The rows behind the numbers.
    pub evidence: Evidence,
    /// What events were judged beside; none of findings.
    pub basis: Option<Basis>,
    /// What rules found, with why, worst first.
    pub detections: Vec<DetectionRow>,
    /// Detections that tell one story, worst first.
    pub incidents: Vec<Incident>,
}

impl Analysis {
    /// Records that were counted.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.coverage.counted
    }

    /// An estimate: what is written down as JSON takes about twice its length in memory.
    fn heap_bytes(&self) -> usize {
        let written = json_bytes(&self.facts)
            + json_bytes(&self.coverage)
            + json_bytes(&self.report)
            + json_bytes(&self.incidents)
            + self.detections.iter().map(|row| 2 * json_bytes(&row.detection)).sum::<usize>();
        self.evidence.heap_bytes().saturating_add(written.saturating_mul(2))
    }
}

/// Length of a value as JSON, without writing it anywhere.
fn json_bytes(value: &impl Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // Counting cannot fail; a value that cannot be written counts as far as it went.
    drop(serde_json::to_writer(&mut count, value));
    count.0
}

struct Kept {
    since: Instant,
    bytes: usize,
    analysis: Arc<Analysis>,
}

/// An analysis that answered, kept or not: enough to say why its evidence is gone and how to get it again.
struct Remembered {
    analysis_id: String,
    tool: &'static str,
    arguments: String,
    since: Instant,
    fits: bool,
}

#[derive(Default)]
struct Shelves {
    kept: VecDeque<Kept>,
    calls: VecDeque<Remembered>,
}

/// Analyses by id. Shared by every session of the process.
pub struct EvidenceStore {
    lifetime: Duration,
    max_bytes: usize,
    shelves: Mutex<Shelves>,
}

const EXPIRED: &str = "has expired (setting evidence_minutes)";
const MADE_ROOM: &str = "was dropped to make room for newer evidence (setting evidence_mib)";
const TOO_LARGE: &str = "was larger than evidence may be in all; narrow the analysis, or have the operator raise the \
     setting evidence_mib";

/// Analyses remembered by name after their evidence is gone.
const REMEMBERED_CALLS: usize = 256;
/// Longest arguments remembered with them, in bytes.
const REMEMBERED_ARGUMENTS: usize = 1_024;

impl EvidenceStore {
    /// A store that keeps evidence for `lifetime`, and at most `max_bytes` of it.
    #[must_use]
    pub fn new(lifetime: Duration, max_bytes: usize) -> Self {
        Self { lifetime, max_bytes, shelves: Mutex::default() }
    }

    /// Keeps one analysis, dropping the oldest when there is too much. `arguments` are what it was asked with.
    pub fn keep(&self, analysis: Arc<Analysis>, arguments: &str, now: Instant) {
        let bytes = analysis.heap_bytes();
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        if shelves.calls.len() == REMEMBERED_CALLS {
            shelves.calls.pop_front();
        }
        let arguments = if arguments.len() <= REMEMBERED_ARGUMENTS { arguments } else { "the same arguments" };
        let fits = bytes <= self.max_bytes;
        shelves.calls.push_back(Remembered {
            analysis_id: analysis.analysis_id.clone(),
            tool: analysis.tool,
            arguments: arguments.to_owned(),
            since: now,
            fits,
        });
        if !fits {
            return;
        }
        shelves.kept.push_back(Kept { since: now, bytes, analysis });
        self.expire(&mut shelves, now);
        while shelves.kept.iter().map(|kept| kept.bytes).sum::<usize>() > self.max_bytes {
            if shelves.kept.pop_front().is_none() {
                break;
            }
        }
    }

    /// One analysis.
    ///
    /// # Errors
    /// [`Failure::Evidence`] when it is gone or never was, with what to call to get it again.
    pub fn get(&self, analysis_id: &str, now: Instant) -> Result<Arc<Analysis>, Failure> {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        self.expire(&mut shelves, now);
        if let Some(kept) = shelves.kept.iter().find(|kept| kept.analysis.analysis_id == analysis_id) {
            return Ok(Arc::clone(&kept.analysis));
        }
        Err(Failure::Evidence(match shelves.calls.iter().find(|call| call.analysis_id == analysis_id) {
            Some(call) if !call.fits => format!("the evidence of this analysis {TOO_LARGE}"),
            Some(call) => format!(
                "the evidence of this analysis {}; call {} again with {} and use the new analysis_id",
                if self.is_over(call.since, now) { EXPIRED } else { MADE_ROOM },
                call.tool,
                call.arguments
            ),
            None => "no analysis with this analysis_id; it is in the answer of analyze_aws_security_hub or \
                     analyze_aws_cloudtrail, and is known only to the server process that gave it"
                .to_owned(),
        }))
    }

    fn expire(&self, shelves: &mut Shelves, now: Instant) {
        while shelves.kept.front().is_some_and(|oldest| self.is_over(oldest.since, now)) {
            shelves.kept.pop_front();
        }
    }

    fn is_over(&self, since: Instant, now: Instant) -> bool {
        now.saturating_duration_since(since) >= self.lifetime
    }
}

#[cfg(test)]
mod tests {
    use analysis::EvidenceLimits;
    use analysis::cloudtrail::EventAnalysis;
    use report::Subject;
    use report::engine::{Delivery, WriterInfo};
    use report::writer::WriterKind;
    use security_model::{EventView, Ledger, RecordOrigin, SafeText, TextKind, Untrusted};

    use super::*;

    /// The evidence of one event.
    fn evidence() -> Evidence {
        let mut analysis = EventAnalysis::new(EvidenceLimits::default());
        let event = EventView {
            event_name: Untrusted::new("GetUser"),
            event_source: Untrusted::new("iam.amazonaws.com"),
            ..EventView::default()
        };
        analysis.observe(&event, &RecordOrigin { place: "log.json".into(), index: 0 });
        Evidence::Events(analysis.finish().evidence)
    }

    /// An analysis of one event, with nothing to say about it.
    fn analysis(id: &str) -> Arc<Analysis> {
        let as_of = "2026-11-21T06:00:00Z".to_owned();
        Arc::new(Analysis {
            analysis_id: id.to_owned(),
            tool: "analyze_aws_cloudtrail",
            generated_at: as_of.clone(),
            scope: Scope {
                source: SafeText::from_raw("sample", TextKind::Identifier),
                as_of: as_of.clone(),
                start: None,
                end: None,
                accounts: vec![],
                regions: vec![],
                filters: Default::default(),
                working_set: String::new(),
                vantage: None,
                truncated: Default::default(),
            },
            coverage: Ledger::default().close(),
            facts: FactSet {
                subject: Subject::CloudTrail,
                as_of,
                times: vec![],
                facts: vec![],
                rows: vec![],
                names: vec![],
                required: vec![],
            },
            requirements: vec![],
            report: Report {
                markdown: "# Title".to_owned(),
                writer: WriterInfo {
                    kind: WriterKind::Local,
                    model: None,
                    rounds: 1,
                    input_tokens: None,
                    output_tokens: None,
                    elapsed_ms: 0,
                    fallback_reason: None,
                },
                delivery: Delivery::AsWritten,
                score: None,
                score_formula: String::new(),
                requirements: vec![],
                requirements_left_out: vec![],
                verification: Default::default(),
            },
            evidence: evidence(),
            basis: None,
            detections: vec![],
            incidents: vec![],
        })
    }

    #[test]
    fn evidence_expires_and_says_how_to_get_it_again() {
        let store = EvidenceStore::new(Duration::from_secs(60), 1 << 20);
        let start = Instant::now();
        store.keep(analysis("a"), "{\"last\":\"24h\"}", start);
        assert!(store.get("a", start + Duration::from_secs(59)).is_ok());
        let message = store.get("a", start + Duration::from_secs(60)).unwrap_err().to_string();
        assert!(message.contains("has expired") && message.contains("analyze_aws_cloudtrail again with {\"last\""));
        assert!(store.get("never", start).unwrap_err().to_string().contains("no analysis with this analysis_id"));
    }

    #[test]
    fn the_oldest_is_dropped_when_there_is_too_much() {
        let now = Instant::now();
        let one = analysis("a").heap_bytes();
        assert!(one > evidence().heap_bytes(), "facts, coverage and report are counted too");
        let store = EvidenceStore::new(Duration::from_secs(60), one);
        store.keep(analysis("a"), "{}", now);
        store.keep(analysis("b"), "{}", now);
        let message = store.get("a", now).unwrap_err().to_string();
        assert!(message.contains("make room") && message.contains("evidence_mib"), "{message}");

        let tiny = EvidenceStore::new(Duration::from_secs(60), one - 1);
        tiny.keep(analysis("c"), "{}", now);
        let message = tiny.get("c", now).unwrap_err().to_string();
        assert!(message.contains("larger than") && !message.contains("again"), "{message}");
    }
}
