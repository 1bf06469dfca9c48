//! The one pipeline: scope, collect, analyse, facts, report. Tools and commands differ only in who asks.

pub mod cloudtrail;
pub mod security_hub;
pub mod source;
mod writing;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_collectors::{Budget, Context, RegionChoice};
use jiff::Timestamp;
use report::FactSet;
use security_model::{Coverage, SafeText, Scope, TextKind};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::answer::FOOTER_BYTES;
use crate::arguments::{Detail, asks_all_regions};
use crate::error::Failure;
use crate::evidence_store::{Analysis, Evidence};
use crate::progress::Steps;
use crate::writers::Asker;

/// Who asks, and what that changes.
#[derive(Clone)]
pub struct Call {
    /// The time of the call.
    pub now: Timestamp,
    /// Fires when nobody waits for the answer any more.
    pub cancel: CancellationToken,
    /// Who watches.
    pub progress: Arc<Steps>,
    /// Who asks for a writer, and how long it may take.
    pub asker: Asker,
    /// Whether paths need to lie below an allowed folder: callers over MCP are not the operator.
    pub paths: source::PathPolicy,
    /// Seconds a live analysis may take unless the caller says otherwise.
    pub live_seconds: u64,
    /// How much room the answer has.
    pub room: Room,
}

/// How much room an answer has: a conversation has less than a terminal or a file.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Longest report at the default detail, in bytes.
    pub report_bytes: usize,
    /// Longest full answer, in bytes; `None`: whole lists, however long.
    pub full_bytes: Option<usize>,
}

impl Call {
    fn context(&self) -> Context {
        Context { now: self.now, cancel: self.cancel.clone(), progress: Arc::clone(&self.progress) as _ }
    }

    /// A live call always has a time budget; files and the sample are read whole unless the caller says otherwise.
    fn budget(&self, live: bool, given: Given, reading_seconds: u64) -> Result<Budget, Failure> {
        for (name, value) in [("max_seconds", given.seconds), ("max_calls", given.calls), given.records] {
            if value == Some(0) {
                return Err(Failure::bad_argument(name, "must be at least 1; leave it out for no such limit"));
            }
        }
        let seconds = given.seconds.or(live.then_some(reading_seconds.max(1)));
        Ok(Budget { seconds, calls: given.calls, records: given.records.1 })
    }
}

/// The budget as the caller gave it; the limit on records is named differently by each tool.
struct Given {
    seconds: Option<u64>,
    calls: Option<u64>,
    records: (&'static str, Option<u64>),
}

/// An analysis that was made: the answer, cut to its room, and everything behind it.
#[derive(Debug)]
pub struct Analysed<A> {
    /// The answer.
    pub answer: A,
    /// What it rests on.
    pub analysis: Arc<Analysis>,
}

/// What was read and counted, before a report is written.
struct Gathered<S> {
    scope: Scope,
    coverage: Coverage,
    summary: S,
    facts: FactSet,
    evidence: Evidence,
    /// The local writer's report.
    local: String,
    /// Longest report, in bytes.
    max_bytes: usize,
}

fn region_choice(regions: &[String]) -> RegionChoice {
    if asks_all_regions(regions) {
        RegionChoice::All
    } else if regions.is_empty() {
        RegionChoice::Default
    } else {
        RegionChoice::Named(regions.to_vec())
    }
}

fn stated_filters(filters: Vec<(&'static str, Vec<String>)>) -> BTreeMap<String, Vec<SafeText>> {
    filters
        .into_iter()
        .map(|(name, values)| {
            let values = values.iter().map(|value| SafeText::from_raw(value, TextKind::Reference)).collect();
            (name.to_owned(), values)
        })
        .collect()
}

/// Names an answer. Random, so that nobody can guess another session's.
fn new_analysis_id() -> String {
    format!("a-{}", Uuid::new_v4().simple())
}

/// The detail and length of the report that goes with an answer.
fn report_bounds(detail: Detail, room: Room) -> (report::Detail, usize) {
    let bytes = room.report_bytes.saturating_sub(FOOTER_BYTES);
    match detail {
        Detail::Summary => (report::Detail::Summary, bytes / 2),
        Detail::Standard => (report::Detail::Standard, bytes),
        Detail::Full => (report::Detail::Full, room.full_bytes.map_or(usize::MAX, |bytes| bytes / 16)),
    }
}

fn sorted_union(mut known: Vec<SafeText>, more: impl IntoIterator<Item = String>) -> Vec<SafeText> {
    known.extend(more.into_iter().map(|text| SafeText::from_raw(&text, TextKind::Identifier)));
    known.sort();
    known.dedup();
    known
}
