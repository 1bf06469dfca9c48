//! Keeps one record per finding: the newest.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::{Finding, FindingKey};

/// Keeps, of all records with the same [`FindingKey`], the one updated last.
///
/// An unknown `UpdatedAt` is older than any known one; of equal ones the record added later is kept. Each record carries
/// a tag of the caller's, such as where it was read, so that the superseded ones can be counted where they belong.
#[derive(Debug)]
pub struct Latest<T> {
    kept: Vec<(Finding, T)>,
    superseded: Vec<T>,
    positions: HashMap<Arc<FindingKey>, usize>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { kept: Vec::new(), superseded: Vec::new(), positions: HashMap::new() }
    }
}

impl<T> Latest<T> {
    /// No findings yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record of a finding.
    pub fn add(&mut self, finding: Finding, tag: T) {
        let position = match self.positions.entry(Arc::clone(&finding.key)) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => *entry.insert(self.kept.len()),
        };
        match self.kept.get_mut(position) {
            Some(kept) if finding.updated_at >= kept.0.updated_at => {
                let (_, older) = std::mem::replace(kept, (finding, tag));
                self.superseded.push(older);
            }
            Some(_) => self.superseded.push(tag),
            None => self.kept.push((finding, tag)),
        }
    }

    /// The kept findings, in the order in which each was first added, and the tags of the superseded records.
    #[must_use]
    pub fn finish(self) -> (Vec<(Finding, T)>, Vec<T>) {
        (self.kept, self.superseded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_findings;

    fn finding(product: &str, id: &str, updated: Option<&str>) -> Finding {
        let updated = updated.map_or(String::new(), |time| format!(r#", "UpdatedAt": "{time}""#));
        let mut out = Vec::new();
        let faults = read_findings(&format!(r#"{{"Id": "{id}", "ProductArn": "{product}"{updated}}}"#), &mut out);
        assert_eq!(faults.total(), 0);
        out.remove(0)
    }

    fn kept_and_superseded(records: Vec<Finding>) -> (Vec<usize>, Vec<usize>) {
        let mut latest = Latest::new();
        for (tag, record) in records.into_iter().enumerate() {
            latest.add(record, tag);
        }
        let (kept, superseded) = latest.finish();
        (kept.into_iter().map(|(_, tag)| tag).collect(), superseded)
    }

    #[test]
    fn the_newest_record_of_a_finding_is_kept_in_the_place_of_the_first() {
        let (old, new) = (Some("2026-11-20T00:00:00Z"), Some("2026-11-21T01:00:00+01:00"));
        let records = vec![
            finding("p", "a", old),
            finding("p", "b", new),
            finding("p", "a", new),
            finding("p", "b", old),
            finding("q", "a", old),
        ];
        assert_eq!(kept_and_superseded(records), (vec![2, 1, 4], vec![0, 3]));
    }

    #[test]
    fn an_unknown_time_loses_and_ties_go_to_the_later_record() {
        let time = Some("2026-11-21T00:00:00Z");
        assert_eq!(kept_and_superseded(vec![finding("p", "a", time), finding("p", "a", None)]), (vec![0], vec![1]));
        assert_eq!(kept_and_superseded(vec![finding("p", "a", None), finding("p", "a", time)]), (vec![1], vec![0]));
        assert_eq!(kept_and_superseded(vec![finding("p", "a", time), finding("p", "a", time)]), (vec![1], vec![0]));
        assert_eq!(kept_and_superseded(vec![finding("p", "a", None), finding("p", "a", None)]), (vec![1], vec![0]));
    }
}
