//! Facts: the numbers a report may use, each with how it was counted and where its rows are.
//!
//! One file per answer. The single numbers come first, then the first rows of each list, then the rest of the lists and
//! the further columns of their rows: whoever needs few facts takes them from the front.

mod cloudtrail;
mod security_hub;

pub use cloudtrail::cloudtrail_facts;
pub use security_hub::security_hub_facts;

use security_model::evidence::ids::List;
use security_model::{Coverage, Fact, SafeText, TextKind, Unit};

/// Rows of each list among the first facts.
const HEAD: usize = 4;
/// Rows of each list that become facts at all. The lists themselves are whole in the answer.
const ROWS: usize = 50;

/// What a number is, whatever its value.
#[derive(Clone, Copy)]
struct Metric {
    path: &'static str,
    unit: Unit,
    derivation: &'static str,
}

/// A column of a list: one number per row. `evidence` is given where a row's records are exactly what is counted.
struct Column<'a> {
    metric: Metric,
    evidence: Option<List>,
    rows: Vec<(&'a SafeText, u64)>,
}

impl<'a> Column<'a> {
    fn new<T>(
        metric: Metric,
        evidence: Option<List>,
        list: &'a [T],
        row: impl Fn(&'a T) -> (&'a SafeText, u64),
    ) -> Self {
        Self { metric, evidence, rows: list.iter().take(ROWS).map(row).collect() }
    }
}

/// Numbers the facts as they come.
#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    /// A number about everything.
    fn single(&mut self, metric: Metric, value: u64, evidence: Option<&str>) {
        self.push(metric, value, SafeText::from_raw("all", TextKind::Identifier), evidence.map(str::to_owned));
    }

    /// A number about something named by us, such as a severity.
    fn named(&mut self, metric: Metric, name: &str, value: u64, evidence: Option<String>) {
        self.push(metric, value, SafeText::from_raw(name, TextKind::Identifier), evidence);
    }

    /// The first rows of every column, in the order of the columns, then what remains of them.
    fn columns(&mut self, columns: &[Column<'_>]) {
        for column in columns {
            self.rows(column, 0, HEAD);
        }
        for column in columns {
            self.rows(column, HEAD, ROWS);
        }
    }

    fn rows(&mut self, column: &Column<'_>, from: usize, to: usize) {
        for (index, (name, value)) in column.rows.iter().enumerate().take(to).skip(from) {
            let evidence = column.evidence.map(|list| list.id(index));
            self.push(column.metric, *value, (*name).clone(), evidence);
        }
    }

    /// Nothing lies behind a zero, so it cites no evidence.
    fn push(&mut self, metric: Metric, value: u64, scope: SafeText, evidence: Option<String>) {
        self.0.push(Fact {
            id: format!("f{}", self.0.len() + 1),
            metric: metric.path.to_owned(),
            value,
            unit: metric.unit,
            scope,
            derivation: metric.derivation.to_owned(),
            evidence_id: evidence.filter(|_| value > 0),
        });
    }

    /// Numbers about the reading itself.
    fn coverage(&mut self, coverage: &Coverage) {
        for (metric, value) in [
            (SEEN, coverage.seen),
            (COUNTED, coverage.counted),
            (EXCLUDED, coverage.excluded),
            (DUPLICATES, coverage.duplicates),
            (UNREADABLE, coverage.unreadable),
            (CONFLICTING_IDS, coverage.conflicting_ids),
            (FILES_SEEN, coverage.files.seen),
            (FILES_READ, coverage.files.read),
            (FILES_SKIPPED, coverage.files.skipped),
        ] {
            self.single(metric, value, None);
        }
    }
}

const fn records(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Records, derivation }
}

const fn files(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Files, derivation }
}

const SEEN: Metric = records("coverage.seen", "Records read, whatever became of them.");
const COUNTED: Metric = records("coverage.counted", "Records read that are in the numbers.");
const EXCLUDED: Metric =
    records("coverage.excluded", "Records read that the window, a filter or the working set left out.");
const DUPLICATES: Metric = records("coverage.duplicates", "Records read that had been read before.");
const UNREADABLE: Metric = records("coverage.unreadable", "Records met that could not be understood.");
const CONFLICTING_IDS: Metric =
    records("coverage.conflicting_ids", "Records counted although another of the same id has other content.");
const FILES_SEEN: Metric = files("coverage.files.seen", "Files met in the source.");
const FILES_READ: Metric = files("coverage.files.read", "Files that were read and understood.");
const FILES_SKIPPED: Metric = files("coverage.files.skipped", "Files left out: no security records, or not readable.");

/// The true length of a list, also when the list at hand was cut.
fn length<T>(list: &[T], truncated: &std::collections::BTreeMap<String, u64>, name: &str) -> u64 {
    truncated.get(name).copied().unwrap_or_else(|| u64::try_from(list.len()).unwrap_or(u64::MAX))
}
