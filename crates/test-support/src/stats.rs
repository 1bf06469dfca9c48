//! What was called, how often and how it went: for tests, and for `GET /_fake/stats` and `/_fake/log`.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;

/// How often one thing happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CallCount {
    /// Signing name of the service.
    pub service: String,
    /// Operation, or what was asked for in its place.
    pub operation: String,
    /// Region of the credential scope.
    pub region: String,
    /// `ok`, an error code, or `fault:` and what was done to the connection or the reply.
    pub outcome: String,
    /// Calls.
    pub count: u64,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallRecord {
    /// Milliseconds since the fake started.
    pub at_ms: u64,
    /// Signing name of the service.
    pub service: String,
    /// Operation.
    pub operation: String,
    /// Account that the access key belongs to.
    pub account: String,
    /// Region of the credential scope.
    pub region: String,
    /// As in [`CallCount::outcome`].
    pub outcome: String,
    /// The JSON body; an empty object where the protocol has none, null when it is too long to keep.
    pub request: Value,
}

/// The counts of a fake at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls(Vec<CallCount>);

impl Calls {
    /// All counts, ordered by service, operation, region and outcome.
    #[must_use]
    pub fn counts(&self) -> &[CallCount] {
        &self.0
    }

    /// Calls of an operation, whatever became of them.
    #[must_use]
    pub fn total(&self, operation: &str) -> u64 {
        self.sum(|count| count.operation == operation)
    }

    /// Calls of an operation in one region.
    #[must_use]
    pub fn in_region(&self, operation: &str, region: &str) -> u64 {
        self.sum(|count| count.operation == operation && count.region == region)
    }

    /// Calls of an operation that ended one way.
    #[must_use]
    pub fn with_outcome(&self, operation: &str, outcome: &str) -> u64 {
        self.sum(|count| count.operation == operation && count.outcome == outcome)
    }

    fn sum(&self, wanted: impl Fn(&CallCount) -> bool) -> u64 {
        self.0.iter().filter(|count| wanted(count)).map(|count| count.count).sum()
    }
}

/// Distinct counters kept; what comes after is counted under the region `other`.
const MAX_COUNTERS: usize = 8192;
/// Calls remembered one by one, the newest.
const MAX_RECORDS: usize = 8192;
/// Longer requests are not remembered.
const MAX_REQUEST_TEXT: usize = 8 << 10;

type Counter = (String, String, String, String);

#[derive(Debug)]
pub(crate) struct Stats {
    started: Instant,
    counters: Mutex<BTreeMap<Counter, u64>>,
    records: Mutex<VecDeque<CallRecord>>,
}

impl Stats {
    pub(crate) fn new(started: Instant) -> Self {
        Self { started, counters: Mutex::default(), records: Mutex::default() }
    }

    pub(crate) fn elapsed_ms(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.started).as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn record(&self, mut record: CallRecord) {
        if record.request.to_string().len() > MAX_REQUEST_TEXT {
            record.request = Value::Null;
        }
        self.count(&record.service, &record.operation, &record.region, &record.outcome);
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if records.len() == MAX_RECORDS {
            records.pop_front();
        }
        records.push_back(record);
    }

    fn count(&self, service: &str, operation: &str, region: &str, outcome: &str) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = (service.to_owned(), operation.to_owned(), region.to_owned(), outcome.to_owned());
        if counters.len() >= MAX_COUNTERS && !counters.contains_key(&key) {
            key = (service.to_owned(), "other".to_owned(), "other".to_owned(), "other".to_owned());
        }
        *counters.entry(key).or_default() += 1;
    }

    pub(crate) fn calls(&self) -> Calls {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = counters.iter().map(|((service, operation, region, outcome), count)| CallCount {
            service: service.clone(),
            operation: operation.clone(),
            region: region.clone(),
            outcome: outcome.clone(),
            count: *count,
        });
        Calls(counts.collect())
    }

    pub(crate) fn records(&self) -> Vec<CallRecord> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
