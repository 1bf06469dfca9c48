//! What happens to every finding, live or from a file: of the records of one finding the newest stays, then the filter
//! decides.

use std::cmp::Ordering;
use std::sync::Arc;

use security_findings::{Finding, Latest, RecordError, read_findings};
use security_model::{
    FindingFilter, Gap, GapKind, Outcome, RecordOrigin, RecordState, SourceKey, Workflow, WorkingSet,
};

use crate::books::{Books, PlaceFaults};
use crate::files::{RecordTaker, Taken};
use crate::request::CollectedFinding;

/// Most findings read in one collection, older records of the same finding included. All are held until the newest of
/// each is known, at up to a few kilobytes each: this many take some hundred megabytes.
pub(crate) const MAX_HELD: u64 = 200_000;

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
        self.finish_with_worst(None)
    }

    /// The same, but no more count than `most`: the worst, and of these the newest.
    pub(crate) fn finish_with_worst(self, most: Option<u64>) -> (Books, Vec<CollectedFinding>, Vec<CollectedFinding>) {
        let Self { mut books, filter, latest, .. } = self;
        let (kept, superseded) = latest.finish();
        for (_, key) in superseded {
            books.ledger.record(&key, Outcome::Duplicate);
        }
        let whatever_state = FindingFilter { working_set: WorkingSet::ALL, ..filter.clone() };
        let (mut admitted, mut resolved) = (Vec::new(), Vec::new());
        for (finding, (origin, key)) in kept {
            let view = finding.view();
            let is_resolved = view.workflow == Workflow::Resolved
                && view.record_state != RecordState::Archived
                && whatever_state.admit(&view).is_ok();
            let counts = filter.admit(&view).is_ok();
            drop(view);
            if is_resolved {
                resolved.push(CollectedFinding { finding: finding.clone(), origin: origin.clone() });
            }
            if counts {
                admitted.push((CollectedFinding { finding, origin }, key));
            } else {
                books.ledger.record(&key, Outcome::Excluded);
            }
        }
        if let Some(most) = most {
            leave_out_surplus(&mut books, &mut admitted, most);
        }
        let count = |(collected, key)| {
            books.ledger.record(&key, Outcome::Counted);
            collected
        };
        let counted = admitted.into_iter().map(count).collect();
        (books, counted, resolved)
    }
}

/// Keeps the worst and newest, in the order in which they came, and says that there were more.
fn leave_out_surplus(books: &mut Books, admitted: &mut Vec<(CollectedFinding, SourceKey)>, most: u64) {
    let all = admitted.len();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if all <= most {
        return;
    }
    let mut ranked: Vec<(usize, (CollectedFinding, SourceKey))> = admitted.drain(..).enumerate().collect();
    ranked.sort_by(|(_, (a, _)), (_, (b, _))| worst_and_newest_first(&a.finding, &b.finding));
    for (_, (_, key)) in ranked.drain(most..) {
        books.ledger.record(&key, Outcome::Excluded);
    }
    ranked.sort_by_key(|(position, _)| *position);
    admitted.extend(ranked.into_iter().map(|(_, one)| one));
    let whole = books.whole();
    let detail = format!("the {most} worst and newest of {all} findings are counted");
    books
        .ledger
        .gap(&whole, Gap::new(GapKind::RecordBudget, &detail, "Raise the budget of records to count them all."));
}

fn worst_and_newest_first(a: &Finding, b: &Finding) -> Ordering {
    let (one, other) = (a.view(), b.view());
    one.severity
        .cmp(&other.severity)
        .then_with(|| other.updated_at.cmp(&one.updated_at))
        .then_with(|| a.key().id().for_matching().cmp(b.key().id().for_matching()))
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

    #[test]
    fn the_worst_and_newest_stay_when_not_all_may_count() {
        let mut intake = FindingIntake::new("files", FindingFilter::default());
        let place: Arc<str> = "a.json".into();
        let high = |id, updated| record(id, updated, "NEW", "ACTIVE");
        let records = [
            high("low", "2026-11-21T00:00:00Z").replace("HIGH", "LOW"),
            high("b", "2026-11-20T00:00:00Z"),
            high("a", "2026-11-20T00:00:00Z"),
            high("new", "2026-11-21T00:00:00Z"),
            high("old", "2026-11-19T00:00:00Z").replace("HIGH", "CRITICAL"),
        ];
        for (index, text) in (0..).zip(&records) {
            intake.record(text, &place, index, &mut PlaceFaults::default());
        }
        let (books, counted, _) = intake.finish_with_worst(Some(3));
        let coverage = books.close();
        assert_eq!(counted.iter().map(|c| c.origin.index).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!((coverage.seen, coverage.counted, coverage.excluded), (5, 3, 2));
        let (_, gap) = coverage.gaps().next().unwrap();
        assert_eq!(gap.kind, GapKind::RecordBudget);
        assert_eq!(gap.detail.as_str(), "the 3 worst and newest of 5 findings are counted");
    }

    #[test]
    fn a_limit_that_all_fit_is_no_gap() {
        let mut intake = FindingIntake::new("files", FindingFilter::default());
        let text = record("a", "2026-11-20T00:00:00Z", "NEW", "ACTIVE");
        intake.record(&text, &"a.json".into(), 0, &mut PlaceFaults::default());
        let (books, counted, _) = intake.finish_with_worst(Some(1));
        assert_eq!(counted.len(), 1);
        assert!(books.close().complete);
    }
}
