//! What happens to every finding, live or from a file: of the records of one finding the newest stays, then the filter
//! decides.

use std::sync::Arc;

use security_findings::{Finding, Latest, RecordError, read_findings};
use security_model::{FindingFilter, Outcome, RecordOrigin, RecordState, SourceKey, Workflow, WorkingSet};

use crate::books::{Books, PlaceFaults};
use crate::files::{RecordTaker, Taken};
use crate::request::CollectedFinding;

/// Holds the findings of one collection until all are read.
pub(crate) struct FindingIntake {
    pub(crate) books: Books,
    filter: FindingFilter,
    latest: Latest<(RecordOrigin, SourceKey)>,
    scratch: Vec<Finding>,
    taken: u64,
}

impl FindingIntake {
    pub(crate) fn new(source: &'static str, filter: FindingFilter) -> Self {
        Self { books: Books::new(source), filter, latest: Latest::new(), scratch: Vec::new(), taken: 0 }
    }

    /// Takes the findings of a record. What is well-formed JSON of another kind is reported, not judged.
    pub(crate) fn record(&mut self, text: &str, place: &Arc<str>, index: u64, faults: &mut PlaceFaults) -> Taken {
        let found = read_findings(text, &mut self.scratch);
        let mut taken = Taken::default();
        for fault in found.examples() {
            match &fault.error {
                RecordError::NotAFinding { looks_like } => taken.other(looks_like),
                error @ RecordError::Malformed { .. } => faults.add(index, || error.to_string()),
            }
        }
        let named = u64::try_from(found.examples().len()).unwrap_or(u64::MAX);
        faults.add_unnamed(found.total().saturating_sub(named));
        for finding in self.scratch.drain(..) {
            taken.wanted += 1;
            let view = finding.view();
            let key = self.books.key(view.account_id, view.region);
            drop(view);
            self.latest.add(finding, (RecordOrigin { place: Arc::clone(place), index }, key));
        }
        self.taken += taken.wanted;
        taken
    }

    /// Findings taken so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Decides about every finding: those that count, and those that are resolved.
    pub(crate) fn finish(self) -> (Books, Vec<CollectedFinding>, Vec<CollectedFinding>) {
        let Self { mut books, filter, latest, .. } = self;
        let (kept, superseded) = latest.finish();
        for (_, key) in superseded {
            books.ledger.record(&key, Outcome::Duplicate);
        }
        let whatever_state = FindingFilter { working_set: WorkingSet::ALL, ..filter.clone() };
        let (mut counted, mut resolved) = (Vec::new(), Vec::new());
        for (finding, (origin, key)) in kept {
            let view = finding.view();
            let is_resolved = view.workflow == Workflow::Resolved
                && view.record_state != RecordState::Archived
                && whatever_state.admit(&view).is_ok();
            let counts = filter.admit(&view).is_ok();
            drop(view);
            books.ledger.record(&key, if counts { Outcome::Counted } else { Outcome::Excluded });
            if is_resolved {
                resolved.push(CollectedFinding { finding: finding.clone(), origin: origin.clone() });
            }
            if counts {
                counted.push(CollectedFinding { finding, origin });
            }
        }
        (books, counted, resolved)
    }
}

impl RecordTaker for FindingIntake {
    const WANTED: &'static str = "findings";

    fn take(&mut self, text: &str, place: &Arc<str>, index: u64, faults: &mut PlaceFaults) -> Taken {
        self.record(text, place, index, faults)
    }

    fn is_the_other_kind(text: &str) -> bool {
        cloudtrail_log::read_event(text, |_| ()).is_ok()
    }

    fn books(&mut self) -> &mut Books {
        &mut self.books
    }

    fn seen(&self) -> u64 {
        self.taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, updated: &str, workflow: &str, state: &str) -> String {
        format!(
            r#"{{"Id":"{id}","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty","AwsAccountId":"111122223333","Region":"eu-west-1","Severity":{{"Label":"HIGH"}},"UpdatedAt":"{updated}","Workflow":{{"Status":"{workflow}"}},"RecordState":"{state}"}}"#
        )
    }

    #[test]
    fn the_newest_record_is_chosen_before_anything_is_left_out() {
        let mut intake = FindingIntake::new("files", FindingFilter::default());
        let place: Arc<str> = "a.json".into();
        let mut faults = PlaceFaults::default();
        let records = [
            // New yesterday, suppressed today: not counted, though its older record would be.
            record("a", "2026-11-20T00:00:00Z", "NEW", "ACTIVE"),
            record("a", "2026-11-21T00:00:00Z", "SUPPRESSED", "ACTIVE"),
            record("b", "2026-11-21T00:00:00Z", "NEW", "ACTIVE"),
            record("c", "2026-11-21T00:00:00Z", "RESOLVED", "ACTIVE"),
            record("d", "2026-11-21T00:00:00Z", "RESOLVED", "ARCHIVED"),
        ];
        for (index, text) in (0..).zip(&records) {
            intake.record(text, &place, index, &mut faults);
        }
        let (books, counted, resolved) = intake.finish();
        let coverage = books.close();
        assert_eq!((coverage.seen, coverage.counted, coverage.excluded, coverage.duplicates), (5, 1, 3, 1));
        assert_eq!(counted.iter().map(|c| c.origin.index).collect::<Vec<_>>(), [2]);
        assert_eq!(resolved.iter().map(|c| c.origin.index).collect::<Vec<_>>(), [3]);
        assert_eq!(faults, PlaceFaults::default());
    }
}
