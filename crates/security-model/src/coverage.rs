//! What was read, and what was not. Coverage travels with the data: no answer stands without it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{SafeText, TextKind, Untrusted};

/// What became of one record that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the numbers.
    Counted,
    /// It was read, and left out by the window, a filter or the working set.
    Excluded,
    /// The same record was read before.
    Duplicate,
    /// It could not be understood.
    Unreadable,
}

/// Why something was not read, weightiest first. The names are part of the answer's interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// AWS refused: the identity lacks a permission.
    AccessDenied,
    /// No usable credentials were found.
    NoCredentials,
    /// The credentials expired or are invalid.
    ExpiredCredentials,
    /// The service is not enabled in this account and region (Security Hub off, region not opted in).
    NotEnabled,
    /// AWS kept throttling until the budget or the retries were spent.
    Throttled,
    /// The service failed, or its answer could not be understood.
    ServiceError,
    /// The service could not be reached, or the connection broke.
    Unreachable,
    /// A page token expired, was refused or repeated itself.
    PagingBroken,
    /// The budget of seconds was spent.
    TimeBudget,
    /// The budget of calls was spent.
    CallBudget,
    /// The budget of records was spent.
    RecordBudget,
    /// Part of the window lies before what the service keeps.
    OutsideRetention,
    /// The caller cancelled.
    Cancelled,
    /// A file or folder could not be read.
    FileUnreadable,
    /// A file was cut short or damaged; what stood before the damage was read.
    FileDamaged,
    /// A file grew past the limits set against decompression bombs.
    FileTooLarge,
    /// Records in it could not be understood.
    RecordsUnreadable,
    /// A number could not be established.
    NotEvaluated,
    /// A file in the folder is something else (a picture, a note). It is named, and does not make the answer incomplete.
    NotRecords,
}

/// One thing that was not read, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// Why, e.g. `access_denied`.
    #[schemars(with = "String")]
    pub kind: GapKind,
    /// What exactly: the file, the record, the page, the part of the window.
    pub detail: SafeText,
    /// What to do: the missing IAM action by name, the flag to raise.
    pub remedy: String,
}

impl Gap {
    /// A gap whose detail may name files, resources or service messages; it is neutralised here.
    #[must_use]
    pub fn new(kind: GapKind, detail: &str, remedy: impl Into<String>) -> Self {
        Self { kind, detail: SafeText::from_raw(detail, TextKind::Prose), remedy: remedy.into() }
    }
}

/// Files seen on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileCoverage {
    /// Files met.
    pub seen: u64,
    /// Files from which at least one record was read, or that held none but were understood.
    pub read: u64,
    /// Files left out: not security records, damaged from the first byte, or unreadable.
    pub skipped: u64,
}

/// One source, account and region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceCoverage {
    /// `aws:cloudtrail`, `aws:securityhub`, `files` or `sample`.
    pub source: String,
    /// Account, where records say so.
    pub account: Option<SafeText>,
    /// Region, where records say so.
    pub region: Option<SafeText>,
    /// Records read.
    pub seen: u64,
    /// Of these, in the numbers.
    pub counted: u64,
    /// Of these, left out by window, filter or working set.
    pub excluded: u64,
    /// Of these, read before.
    pub duplicates: u64,
    /// Of these, not understood.
    pub unreadable: u64,
    /// API calls made, retries included.
    pub calls: u64,
    /// Whether everything asked of this source was read.
    pub complete: bool,
    /// What was not.
    pub gaps: Vec<Gap>,
}

/// What an answer rests on. `seen = counted + excluded + duplicates + unreadable`, in total and per source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Whether everything asked for was read.
    pub complete: bool,
    /// Records read.
    pub seen: u64,
    /// Of these, in the numbers.
    pub counted: u64,
    /// Of these, left out by window, filter or working set.
    pub excluded: u64,
    /// Of these, read before.
    pub duplicates: u64,
    /// Of these, not understood.
    pub unreadable: u64,
    /// Records kept although another record with the same id and other content was read.
    pub conflicting_ids: u64,
    /// Files, for sources that are files.
    pub files: FileCoverage,
    /// Per source, account and region.
    pub sources: Vec<SourceCoverage>,
    /// Length of the lists that were cut in this answer, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub truncated: BTreeMap<String, u64>,
}

impl Coverage {
    /// Whether the sums balance: every record read is accounted for once, in total and per source.
    #[must_use]
    pub fn balances(&self) -> bool {
        let total = self.counted + self.excluded + self.duplicates + self.unreadable == self.seen;
        let per_source = self.sources.iter().all(|s| s.counted + s.excluded + s.duplicates + s.unreadable == s.seen);
        let sum = |field: fn(&SourceCoverage) -> u64| self.sources.iter().map(field).sum::<u64>();
        total
            && per_source
            && sum(|s| s.seen) == self.seen
            && sum(|s| s.counted) == self.counted
            && sum(|s| s.excluded) == self.excluded
            && sum(|s| s.duplicates) == self.duplicates
            && sum(|s| s.unreadable) == self.unreadable
    }

    /// All gaps with the source they belong to.
    pub fn gaps(&self) -> impl Iterator<Item = (&SourceCoverage, &Gap)> {
        self.sources.iter().flat_map(|source| source.gaps.iter().map(move |gap| (source, gap)))
    }
}

/// Where records came from: the key under which they are accounted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceKey {
    source: &'static str,
    account: Option<Box<str>>,
    region: Option<Box<str>>,
}

impl SourceKey {
    /// A source as a whole, or one of its accounts and regions.
    #[must_use]
    pub fn new(source: &'static str, account: Option<Untrusted<'_>>, region: Option<Untrusted<'_>>) -> Self {
        let owned = |text: Option<Untrusted<'_>>| text.map(|text| text.for_matching().into());
        Self { source, account: owned(account), region: owned(region) }
    }
}

#[derive(Clone, Debug, Default)]
struct Entry {
    counted: u64,
    excluded: u64,
    duplicates: u64,
    unreadable: u64,
    calls: u64,
    gaps: BTreeMap<GapKind, GapsOfKind>,
}

#[derive(Clone, Debug, Default)]
struct GapsOfKind {
    kept: Vec<Gap>,
    more: u64,
}

impl GapsOfKind {
    fn close(&self, kind: GapKind) -> impl Iterator<Item = Gap> {
        let rest = (self.more > 0).then(|| {
            let detail = format!("{} further gaps of this kind", self.more);
            Gap::new(kind, &detail, "Look at those named first.")
        });
        self.kept.clone().into_iter().chain(rest)
    }
}

/// Keeps the books while collecting. Each record is entered once, so the sums balance by construction.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: BTreeMap<SourceKey, Entry>,
    conflicting_ids: u64,
    files: FileCoverage,
}

impl Ledger {
    /// Gaps of one kind that are kept word for word per source. Of the others, the answer says how many there were: a
    /// thousand damaged files must not push out the one gap that says the rest was never looked at.
    const MAX_GAPS_PER_KIND: usize = 25;

    /// Enters one record.
    pub fn record(&mut self, key: &SourceKey, outcome: Outcome) {
        self.record_many(key, outcome, 1);
    }

    /// Enters `records` records with the same outcome.
    pub fn record_many(&mut self, key: &SourceKey, outcome: Outcome, records: u64) {
        let entry = self.entry(key);
        match outcome {
            Outcome::Counted => entry.counted += records,
            Outcome::Excluded => entry.excluded += records,
            Outcome::Duplicate => entry.duplicates += records,
            Outcome::Unreadable => entry.unreadable += records,
        }
    }

    /// Enters one API call, answered or not.
    pub fn call(&mut self, key: &SourceKey) {
        self.entry(key).calls += 1;
    }

    /// Declares a gap. A source named only by its gaps still appears in the coverage.
    pub fn gap(&mut self, key: &SourceKey, gap: Gap) {
        let gaps = self.entry(key).gaps.entry(gap.kind).or_default();
        if gaps.kept.len() < Self::MAX_GAPS_PER_KIND {
            gaps.kept.push(gap);
        } else {
            gaps.more += 1;
        }
    }

    /// Makes sure a source that was asked and had nothing appears in the coverage.
    pub fn asked(&mut self, key: &SourceKey) {
        self.entry(key);
    }

    /// Notes a record kept beside another of the same id and other content.
    pub fn conflicting_id(&mut self) {
        self.conflicting_ids += 1;
    }

    /// Notes a file that was read.
    pub fn file_read(&mut self) {
        self.files.seen += 1;
        self.files.read += 1;
    }

    /// Notes a file that was left out.
    pub fn file_skipped(&mut self) {
        self.files.seen += 1;
        self.files.skipped += 1;
    }

    /// Records entered so far, whatever became of them.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.entries.values().map(Entry::seen).sum()
    }

    /// Closes the books.
    #[must_use]
    pub fn close(self) -> Coverage {
        let safe = |text: &Option<Box<str>>| text.as_deref().map(|text| SafeText::from_raw(text, TextKind::Identifier));
        let sources: Vec<SourceCoverage> = self
            .entries
            .iter()
            .map(|(key, entry)| SourceCoverage {
                source: key.source.to_owned(),
                account: safe(&key.account),
                region: safe(&key.region),
                seen: entry.seen(),
                counted: entry.counted,
                excluded: entry.excluded,
                duplicates: entry.duplicates,
                unreadable: entry.unreadable,
                calls: entry.calls,
                complete: entry.gaps.keys().all(|kind| *kind == GapKind::NotRecords),
                // In the order of the kinds: what was never looked at comes before what was damaged.
                gaps: entry.gaps.iter().flat_map(|(kind, gaps)| gaps.close(*kind)).collect(),
            })
            .collect();
        let sum = |field: fn(&SourceCoverage) -> u64| sources.iter().map(field).sum::<u64>();
        Coverage {
            complete: sources.iter().all(|source| source.complete),
            seen: sum(|s| s.seen),
            counted: sum(|s| s.counted),
            excluded: sum(|s| s.excluded),
            duplicates: sum(|s| s.duplicates),
            unreadable: sum(|s| s.unreadable),
            conflicting_ids: self.conflicting_ids,
            files: self.files,
            sources,
            truncated: BTreeMap::new(),
        }
    }

    fn entry(&mut self, key: &SourceKey) -> &mut Entry {
        self.entries.entry(key.clone()).or_default()
    }
}

impl Entry {
    const fn seen(&self) -> u64 {
        self.counted + self.excluded + self.duplicates + self.unreadable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_books_balance_and_name_every_source() {
        let key = |region| SourceKey::new("files", Some(Untrusted::new("111122223333")), Some(Untrusted::new(region)));
        let mut ledger = Ledger::default();
        for outcome in [Outcome::Counted, Outcome::Counted, Outcome::Excluded, Outcome::Duplicate] {
            ledger.record(&key("eu-west-1"), outcome);
        }
        ledger.record(&SourceKey::new("files", None, None), Outcome::Unreadable);
        ledger.gap(&key("us-east-1"), Gap::new(GapKind::AccessDenied, "denied", "Allow cloudtrail:LookupEvents."));
        let coverage = ledger.close();
        assert!(coverage.balances());
        assert!(!coverage.complete);
        assert_eq!((coverage.seen, coverage.counted, coverage.excluded), (5, 2, 1));
        assert_eq!((coverage.duplicates, coverage.unreadable), (1, 1));
        let regions: Vec<_> =
            coverage.sources.iter().map(|s| (s.region.as_ref().map(SafeText::as_str), s.seen, s.complete)).collect();
        assert_eq!(regions, [(None, 1, true), (Some("eu-west-1"), 4, true), (Some("us-east-1"), 0, false)]);
    }

    #[test]
    fn gaps_are_bounded() {
        let key = SourceKey::new("files", None, None);
        let mut ledger = Ledger::default();
        for n in 0..1_000 {
            ledger.gap(&key, Gap::new(GapKind::FileUnreadable, &format!("file {n}"), "Check it."));
        }
        ledger.gap(&key, Gap::new(GapKind::RecordBudget, "the rest was not read", "Raise the budget."));
        let coverage = ledger.close();
        let gaps = &coverage.sources[0].gaps;
        assert_eq!(gaps.len(), Ledger::MAX_GAPS_PER_KIND + 2);
        assert!(gaps.iter().any(|gap| gap.kind == GapKind::RecordBudget), "a gap of another kind is never pushed out");
        let rest = gaps.iter().rfind(|gap| gap.kind == GapKind::FileUnreadable).unwrap();
        assert_eq!(rest.detail.as_str(), "975 further gaps of this kind");
    }
}
