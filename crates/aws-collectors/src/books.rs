//! The books of one collection: the ledger, with keys made from records, and faults gathered per place.

use std::collections::HashSet;

use security_model::{Coverage, Gap, GapKind, Ledger, Outcome, SourceKey, Untrusted};

/// Most accounts and regions accounted one by one. Records choose these names, so their number must be bounded; what
/// comes after is accounted under the source as a whole.
const MAX_KEYS: usize = 2_048;
/// Longest account or region, in bytes, that is accounted for itself: longer than any that AWS gives out, and short
/// enough that all keys together stay small.
const MAX_KEY_PART: usize = 64;

/// A ledger for one source.
pub(crate) struct Books {
    source: &'static str,
    pub(crate) ledger: Ledger,
    keys: HashSet<SourceKey>,
    last: Option<LastKey>,
}

struct LastKey {
    account: Option<Box<str>>,
    region: Option<Box<str>>,
    key: SourceKey,
}

impl Books {
    pub(crate) fn new(source: &'static str) -> Self {
        Self { source, ledger: Ledger::default(), keys: HashSet::new(), last: None }
    }

    /// The source as a whole.
    pub(crate) fn whole(&self) -> SourceKey {
        SourceKey::new(self.source, None, None)
    }

    /// The source as seen by an account in a region.
    pub(crate) fn region(&self, account: Option<&str>, region: &str) -> SourceKey {
        SourceKey::new(self.source, account.map(Untrusted::new), Some(Untrusted::new(region)))
    }

    /// The key of a record.
    pub(crate) fn key(&mut self, account: Option<Untrusted<'_>>, region: Option<Untrusted<'_>>) -> SourceKey {
        let (account_text, region_text) = (account.map(Untrusted::for_matching), region.map(Untrusted::for_matching));
        if [account_text, region_text].into_iter().flatten().any(|text| text.len() > MAX_KEY_PART) {
            return self.whole();
        }
        // Records of one file mostly share their account and region.
        if let Some(last) = &self.last
            && last.account.as_deref() == account_text
            && last.region.as_deref() == region_text
        {
            return last.key.clone();
        }
        let key = SourceKey::new(self.source, account, region);
        if !self.keys.contains(&key) {
            if self.keys.len() >= MAX_KEYS {
                return self.whole();
            }
            self.keys.insert(key.clone());
        }
        self.last = Some(LastKey {
            account: account_text.map(Into::into),
            region: region_text.map(Into::into),
            key: key.clone(),
        });
        key
    }

    /// Enters the faults of a place as unreadable records and one gap.
    pub(crate) fn unreadable(&mut self, key: &SourceKey, place: &str, faults: &PlaceFaults) {
        let Some((index, reason)) = &faults.first else { return };
        self.ledger.record_many(key, Outcome::Unreadable, faults.count);
        let detail = format!("{place}: record {index}: {reason}; {} record(s) in all", faults.count);
        let remedy = "Look at that record where it comes from; the records around it were read.";
        self.ledger.gap(key, Gap::new(GapKind::RecordsUnreadable, &detail, remedy));
    }

    /// Closes the books; the sums must balance.
    pub(crate) fn close(self) -> Coverage {
        let coverage = self.ledger.close();
        debug_assert!(coverage.balances(), "the books do not balance");
        if !coverage.balances() {
            tracing::error!("the coverage sums do not balance");
        }
        coverage
    }
}

/// Records of one place that could not be understood: the first, and how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlaceFaults {
    pub(crate) first: Option<(u64, String)>,
    pub(crate) count: u64,
}

impl PlaceFaults {
    pub(crate) fn add(&mut self, index: u64, reason: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some((index, reason()));
        }
    }

    /// Adds records whose faults were not kept apart; a first one was named before.
    pub(crate) fn add_unnamed(&mut self, count: u64) {
        self.count += count;
    }

    /// Adds the faults of `other`.
    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = match (self.first.take(), other.first) {
            (Some(mine), Some(theirs)) if theirs.0 < mine.0 => Some(theirs),
            (mine, theirs) => mine.or(theirs),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_cannot_make_the_books_grow_without_bound() {
        let mut books = Books::new("files");
        for n in 0..MAX_KEYS + 100 {
            let account = format!("{n:012}");
            let key = books.key(Some(Untrusted::new(&account)), None);
            books.ledger.record(&key, Outcome::Counted);
        }
        let coverage = books.close();
        assert_eq!(coverage.sources.len(), MAX_KEYS + 1);
        assert_eq!(coverage.counted, u64::try_from(MAX_KEYS).unwrap() + 100);
        assert!(coverage.balances());
    }

    #[test]
    fn a_long_name_is_not_kept() {
        let mut books = Books::new("files");
        let (fits, long) = ("9".repeat(64), "9".repeat(65));
        for (account, region) in [(&long, "eu-west-1"), (&fits, &long), (&fits, "eu-west-1")] {
            let key = books.key(Some(Untrusted::new(account)), Some(Untrusted::new(region)));
            books.ledger.record(&key, Outcome::Counted);
        }
        let coverage = books.close();
        let per_key: Vec<_> =
            coverage.sources.iter().map(|s| (s.account.is_some(), s.region.is_some(), s.seen)).collect();
        assert_eq!(per_key, [(false, false, 2), (true, true, 1)]);
    }

    #[test]
    fn faults_of_a_place_are_one_gap_that_names_the_first() {
        let mut books = Books::new("files");
        let mut faults = PlaceFaults::default();
        faults.add(7, || "eventName is missing".into());
        faults.add(9, || unreachable!("only the first is described"));
        books.unreadable(&books.whole(), "a/b.json", &faults);
        let coverage = books.close();
        assert_eq!(coverage.unreadable, 2);
        let (_, gap) = coverage.gaps().next().unwrap();
        assert_eq!(gap.kind, GapKind::RecordsUnreadable);
        assert_eq!(gap.detail.as_str(), "a/b.json: record 7: eventName is missing; 2 record(s) in all");
    }
}
