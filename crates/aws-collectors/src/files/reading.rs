//! Reads files record by record and enters them into the books.

use std::cell::Cell;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use json_records::{Damage, Limits, RecordReader};
use security_model::{Gap, GapKind};

use super::FileSource;
use super::metered::{Metered, Stopped};
use super::opening;
use super::verdict::{FileFacts, Verdict};
use super::walk::{Found, Walk};
use crate::books::{Books, PlaceFaults};
use crate::budget::Meter;
use crate::context::Progress;
use crate::error::CollectError;

/// Keys whose array holds records of either kind, so that a file of the other kind is seen record by record too.
const ENVELOPES: &[&str] = &["Records", "Events", "Findings", "findings"];
/// Files without records that are named one by one; a folder of photographs must not crowd out other gaps.
const MAX_NAMED: u64 = 20;
/// Records read between two looks at the budget; it is also looked at with every read.
const BATCH: u64 = 64;

/// Takes records out of files.
pub(crate) trait RecordTaker {
    /// What it takes, in the plural.
    const WANTED: &'static str;

    /// Takes what is wanted of a record; malformed records are faults.
    fn take(&mut self, text: &str, place: &Arc<str>, index: u64, faults: &mut PlaceFaults) -> Taken;

    /// Whether a record that is not wanted is one that the other analysis reads.
    fn is_the_other_kind(text: &str) -> bool;

    /// The books.
    fn books(&mut self) -> &mut Books;

    /// Records taken so far.
    fn seen(&self) -> u64;
}

/// What one record held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Records of the wanted kind.
    pub(crate) wanted: u64,
    /// Well-formed records of another kind.
    pub(crate) others: u64,
    /// What the first of these is.
    pub(crate) looks_like: Option<&'static str>,
}

impl Taken {
    pub(crate) fn other(&mut self, looks_like: &'static str) {
        self.others += 1;
        self.looks_like.get_or_insert(looks_like);
    }
}

/// What became of all files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileTally {
    pub(crate) files: u64,
    /// Files that the other analysis reads.
    pub(crate) other_kind: u64,
    /// Files that were understood, even if empty.
    pub(crate) understood: u64,
    /// Files that hold no records of either kind.
    not_records: u64,
    /// Whether everything was looked at.
    pub(crate) finished: bool,
}

/// Reads every file of `source` into `taker`.
pub(crate) fn read<T: RecordTaker>(
    source: &FileSource,
    taker: &mut T,
    meter: &Meter,
    progress: &dyn Progress,
) -> Result<FileTally, CollectError> {
    let mut run = Run { taker, meter, progress, tally: FileTally::default() };
    let stopped = match source {
        FileSource::Path(path) => {
            let mut walk = Walk::new(path, meter)?;
            let root = walk.root().to_owned();
            walk.try_for_each(|found| run.found(found?, &root))
        }
        FileSource::Bytes { parts, .. } => {
            parts.iter().try_for_each(|(name, bytes)| run.file(*bytes, name, bytes.is_empty()))
        }
    };
    if run.tally.not_records > MAX_NAMED {
        let detail = format!("{} further files hold no records", run.tally.not_records - MAX_NAMED);
        run.gap(Gap::new(GapKind::NotRecords, &detail, "Nothing to do, unless they should hold records."));
    }
    match stopped {
        Ok(()) => run.tally.finished = true,
        Err(Stopped { stop, place }) => {
            let detail = format!("{place}: {}; the rest of it and later files were not read", stop.reason());
            run.gap(Gap::new(stop.gap_kind(), &detail, stop.remedy()));
        }
    }
    Ok(run.tally)
}

struct Run<'a, T> {
    taker: &'a mut T,
    meter: &'a Meter,
    progress: &'a dyn Progress,
    tally: FileTally,
}

impl<T: RecordTaker> Run<'_, T> {
    fn found(&mut self, found: Found, root: &Path) -> Result<(), Stopped> {
        match found {
            Found::File { path, name } => match opening::file(&path, root) {
                Ok(file) => {
                    let empty = file.metadata().is_ok_and(|metadata| metadata.len() == 0);
                    self.file(file, &name, empty)
                }
                Err(reason) => {
                    self.passed(&name, &reason);
                    Ok(())
                }
            },
            Found::Passed { name, reason } => {
                self.passed(&name, &reason);
                Ok(())
            }
        }
    }

    fn passed(&mut self, name: &str, reason: &str) {
        self.tally.files += 1;
        self.taker.books().ledger.file_skipped();
        let remedy = "Check its permissions, or move what it leads to into the folder.";
        self.gap(Gap::new(GapKind::FileUnreadable, &format!("{name}: {reason}"), remedy));
    }

    fn file(&mut self, input: impl Read, name: &str, empty: bool) -> Result<(), Stopped> {
        self.check(name)?;
        self.tally.files += 1;
        let place: Arc<str> = name.into();
        let mut reading = Reading::default();
        let stopped = self.records(input, &place, &mut reading);
        let facts = reading.facts(empty);
        let verdict = Verdict::of(name, &facts, T::WANTED);
        self.enter(name, &verdict, reading);
        let message = format!("{name}: {} in all", self.taker.seen());
        self.progress.update(self.tally.files, None, &message);
        stopped
    }

    fn records(&mut self, input: impl Read, place: &Arc<str>, reading: &mut Reading) -> Result<(), Stopped> {
        let out_of_budget = Cell::new(None);
        let input = Metered::new(input, self.meter, &out_of_budget);
        let mut reader = RecordReader::new(input, ENVELOPES, Limits::default());
        let mut read = 0u64;
        let mut stopped = Ok(());
        while let Some(record) = reader.next_record() {
            // What comes after the failed read is no fault of the file.
            if out_of_budget.get().is_some() {
                break;
            }
            // The budget of records is exact; time and cancellation are looked at now and then.
            if read.is_multiple_of(BATCH) || self.meter.records_spent() {
                stopped = self.check(place);
                if stopped.is_err() {
                    break;
                }
            }
            read += 1;
            match record {
                Ok(record) => {
                    let taken = self.taker.take(record.text, place, record.index, &mut reading.faults);
                    self.meter.take_records(taken.wanted);
                    reading.wanted += taken.wanted;
                    reading.note_others::<T>(taken, record.text, record.index);
                }
                Err(fault) => reading.faults.add(fault.index(), || fault.to_string()),
            }
        }
        if let Some(stop) = out_of_budget.get() {
            stopped = Err(Stopped { stop, place: place.to_string() });
        }
        reading.looks_like_json = reader.looks_like_json();
        reading.damage = if stopped.is_ok() { reader.damage() } else { None };
        stopped
    }

    fn enter(&mut self, name: &str, verdict: &Verdict, reading: Reading) {
        let whole = self.taker.books().whole();
        let ledger = &mut self.taker.books().ledger;
        if verdict.read {
            ledger.file_read();
            self.tally.understood += 1;
        } else {
            ledger.file_skipped();
        }
        self.tally.other_kind += u64::from(verdict.other_kind);
        if verdict.counts_faults {
            let mut faults = reading.faults;
            if verdict.counts_unknown {
                faults.merge(reading.unknown);
            }
            self.taker.books().unreadable(&whole, name, &faults);
        }
        let Some(gap) = &verdict.gap else { return };
        if gap.kind == GapKind::NotRecords {
            self.tally.not_records += 1;
        }
        if gap.kind != GapKind::NotRecords || self.tally.not_records <= MAX_NAMED {
            self.gap(gap.clone());
        }
    }

    fn check(&self, place: &str) -> Result<(), Stopped> {
        self.meter.check().map_err(|stop| Stopped { stop, place: place.to_owned() })
    }

    fn gap(&mut self, gap: Gap) {
        let books = self.taker.books();
        let whole = books.whole();
        books.ledger.gap(&whole, gap);
    }
}

/// What has been seen of one file.
#[derive(Default)]
struct Reading {
    wanted: u64,
    /// Records that the other analysis reads.
    other_kind: u64,
    /// Well-formed records of neither kind.
    unknown: PlaceFaults,
    unknown_looks_like: Option<&'static str>,
    /// Malformed records.
    faults: PlaceFaults,
    looks_like_json: bool,
    damage: Option<Damage>,
    /// Whether records that look like this are of the other kind, decided by the first of them.
    known_looks: Vec<(&'static str, bool)>,
}

impl Reading {
    fn note_others<T: RecordTaker>(&mut self, taken: Taken, text: &str, index: u64) {
        let Some(looks_like) = taken.looks_like else { return };
        let known = self.known_looks.iter().find(|(looks, _)| *looks == looks_like).map(|(_, other)| *other);
        let is_other = known.unwrap_or_else(|| {
            let is_other = T::is_the_other_kind(text);
            self.known_looks.push((looks_like, is_other));
            is_other
        });
        if is_other {
            self.other_kind += taken.others;
        } else {
            self.unknown_looks_like.get_or_insert(looks_like);
            self.unknown.add(index, || format!("it is {looks_like}"));
            self.unknown.add_unnamed(taken.others - 1);
        }
    }

    fn facts(&self, empty: bool) -> FileFacts {
        FileFacts {
            empty,
            wanted: self.wanted,
            other_kind: self.other_kind,
            unknown: self.unknown.count,
            unknown_looks_like: self.unknown_looks_like,
            faults: self.faults.count,
            looks_like_json: self.looks_like_json,
            damage: self.damage,
        }
    }
}
