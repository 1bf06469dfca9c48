//! What happens to every event, live or from a file: duplicates are told first, then the filter decides, then the sink.

use std::sync::Arc;

use cloudtrail_log::{Deduplicator, RecordError, Seen, read_event};
use security_findings::read_findings;
use security_model::{EventFilter, EventView, Gap, Outcome, RecordOrigin};

use crate::books::{Books, PlaceFaults};
use crate::budget::Stop;
use crate::files::{RecordTaker, Taken};
use crate::request::EventSink;

/// Enters events into the books and hands those that count to the sink.
pub(crate) struct EventIntake<S> {
    pub(crate) books: Books,
    filter: EventFilter,
    seen: Deduplicator,
    sink: S,
    /// Events that may still count; `None`: all.
    may_count: Option<u64>,
    /// Events that would have counted.
    surplus: u64,
}

impl<S: EventSink> EventIntake<S> {
    pub(crate) fn new(source: &'static str, filter: EventFilter, sink: S) -> Self {
        Self { books: Books::new(source), filter, seen: Deduplicator::new(), sink, may_count: None, surplus: 0 }
    }

    /// Lets no more events count than `most`: what comes after, such as the rest of a page, is left out.
    pub(crate) fn counting_at_most(mut self, most: Option<u64>) -> Self {
        self.may_count = most;
        self
    }

    pub(crate) fn event(&mut self, event: &EventView<'_>, place: &Arc<str>, index: u64) {
        let key = self.books.key(event.account_id, event.aws_region);
        let outcome = match self.seen.check(event) {
            Seen::Duplicate => Outcome::Duplicate,
            seen => {
                if matches!(seen, Seen::ConflictingId) {
                    self.books.ledger.conflicting_id();
                }
                match self.filter.admit(event) {
                    Ok(()) if self.may_count == Some(0) => {
                        self.surplus += 1;
                        Outcome::Excluded
                    }
                    Ok(()) => {
                        self.may_count = self.may_count.map(|left| left.saturating_sub(1));
                        self.sink.event(event, &RecordOrigin { place: Arc::clone(place), index });
                        Outcome::Counted
                    }
                    Err(_) => Outcome::Excluded,
                }
            }
        };
        self.books.ledger.record(&key, outcome);
    }

    pub(crate) fn into_parts(mut self) -> (Books, S) {
        if self.surplus > 0 {
            let whole = self.books.whole();
            let detail = format!("{}; {} events of pages in hand were left out", Stop::Records.reason(), self.surplus);
            self.books.ledger.gap(&whole, Gap::new(Stop::Records.gap_kind(), &detail, Stop::Records.remedy()));
        }
        (self.books, self.sink)
    }
}

impl<S: EventSink> RecordTaker for EventIntake<S> {
    const WANTED: &'static str = "CloudTrail events";

    fn take(&mut self, text: &str, place: &Arc<str>, index: u64, faults: &mut PlaceFaults) -> Taken {
        let mut taken = Taken::default();
        match read_event(text, |event| self.event(event, place, index)) {
            Ok(()) => taken.wanted = 1,
            Err(RecordError::NotCloudTrail { looks_like }) => taken.other(looks_like),
            Err(error) => faults.add(index, || error.to_string()),
        }
        taken
    }

    fn is_the_other_kind(text: &str) -> bool {
        let mut findings = Vec::new();
        read_findings(text, &mut findings);
        !findings.is_empty()
    }

    fn books(&mut self) -> &mut Books {
        &mut self.books
    }

    fn seen(&self) -> u64 {
        self.books.ledger.seen()
    }
}
