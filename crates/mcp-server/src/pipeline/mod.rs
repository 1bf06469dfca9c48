//! The one pipeline: scope, collect, analyse, facts, report. Tools and commands differ only in who asks.

pub mod cloudtrail;
pub mod security_hub;
pub mod source;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_collectors::{Budget, Context, Progress, RegionChoice};
use jiff::Timestamp;
use security_model::{SafeText, TextKind};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::arguments::{Detail, asks_all_regions};

/// Who asks, and what that changes.
#[derive(Clone)]
pub struct Call {
    /// The time of the call.
    pub now: Timestamp,
    /// Fires when nobody waits for the answer any more.
    pub cancel: CancellationToken,
    /// Who watches.
    pub progress: Arc<dyn Progress>,
    /// Whether paths need to lie below an allowed folder: callers over MCP are not the operator.
    pub paths: source::PathPolicy,
    /// Seconds a live analysis may take unless the caller says otherwise.
    pub live_seconds: u64,
    /// Longest report at the default detail, in bytes: a conversation has less room than a terminal.
    pub report_bytes: usize,
}

impl Call {
    fn context(&self) -> Context {
        Context { now: self.now, cancel: self.cancel.clone(), progress: Arc::clone(&self.progress) }
    }

    /// A live call always has a time budget; files and the sample are read whole unless the caller says otherwise.
    fn budget(&self, live: bool, seconds: Option<u64>, calls: Option<u64>, records: Option<u64>) -> Budget {
        Budget { seconds: seconds.or(live.then_some(self.live_seconds)), calls, records }
    }
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
fn report_bounds(detail: Detail, standard_bytes: usize) -> (report::Detail, usize) {
    match detail {
        Detail::Summary => (report::Detail::Summary, standard_bytes / 2),
        Detail::Standard => (report::Detail::Standard, standard_bytes),
        Detail::Full => (report::Detail::Full, usize::MAX),
    }
}

fn sorted_union(mut known: Vec<SafeText>, more: impl IntoIterator<Item = String>) -> Vec<SafeText> {
    known.extend(more.into_iter().map(|text| SafeText::from_raw(&text, TextKind::Identifier)));
    known.sort();
    known.dedup();
    known
}
