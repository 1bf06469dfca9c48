//! The bounded table of records behind the numbers, and the named sets of them.
//!
//! A set is a predicate over the table and the true number of records it counts: rows that did not fit are missing from
//! the pages of a set, never from its total.

use std::cmp::Ordering;

use jiff::Timestamp;
use security_model::evidence::ids::List;
use security_model::{RecordHash, RecordOrigin};

use crate::hash::HashSet;
use crate::names::{Texts, shared_bytes};

/// How much evidence an analysis keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceLimits {
    /// Rows kept at most. Notable records are kept in preference to ordinary ones, and new in preference to old.
    pub max_rows: usize,
}

impl Default for EvidenceLimits {
    fn default() -> Self {
        Self { max_rows: 100_000 }
    }
}

/// Some of the records behind a number.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidencePage<R> {
    /// Records the number counts.
    pub total: u64,
    /// Of these, records whose rows were kept and can be paged.
    pub kept: u64,
    /// The rows of this page: newest first, unknown times last.
    pub rows: Vec<R>,
    /// What the set is, in words of ours.
    pub description: String,
}

/// What a row is worth when not all can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Worth {
    /// More is kept rather.
    pub(crate) class: u8,
    pub(crate) time: Option<Timestamp>,
}

/// A row with what orders it.
pub(crate) struct Kept<D> {
    pub(crate) worth: Worth,
    pub(crate) hash: RecordHash,
    pub(crate) origin: RecordOrigin,
    pub(crate) data: D,
}

impl<D> Kept<D> {
    fn most_worth_first(a: &Self, b: &Self) -> Ordering {
        b.worth.cmp(&a.worth).then_with(|| a.hash.cmp(&b.hash)).then_with(|| Self::by_origin(a, b))
    }

    fn newest_first(a: &Self, b: &Self) -> Ordering {
        b.worth.time.cmp(&a.worth.time).then_with(|| Self::by_origin(a, b))
    }

    fn by_origin(a: &Self, b: &Self) -> Ordering {
        (&a.origin.place, a.origin.index).cmp(&(&b.origin.place, b.origin.index))
    }
}

/// The rows worth most among those offered; which ones does not depend on the order they come in.
pub(crate) struct Table<D> {
    rows: Vec<Kept<D>>,
    max_rows: usize,
    /// What the least of the rows kept at the last trim is worth: anything below cannot be among the best any more.
    floor: Option<Worth>,
}

impl<D> Table<D> {
    pub(crate) const fn new(limits: EvidenceLimits) -> Self {
        Self { rows: Vec::new(), max_rows: limits.max_rows, floor: None }
    }

    /// Whether a row of this worth may still be kept.
    pub(crate) fn wants(&self, worth: Worth) -> bool {
        self.max_rows > 0 && self.floor.is_none_or(|floor| worth >= floor)
    }

    /// Offers a row.
    pub(crate) fn offer(&mut self, row: Kept<D>) {
        self.rows.push(row);
        // Trimming rarely and by much keeps its cost per row constant.
        let room = self.max_rows.saturating_add(self.max_rows / 4).saturating_add(16);
        if self.rows.len() >= room {
            self.trim();
        }
    }

    fn trim(&mut self) {
        if self.rows.len() <= self.max_rows {
            return;
        }
        if let Some(last) = self.max_rows.checked_sub(1) {
            let (_, least, _) = self.rows.select_nth_unstable_by(last, Kept::most_worth_first);
            self.floor = Some(least.worth);
        }
        self.rows.truncate(self.max_rows);
    }

    /// The rows kept, newest first.
    pub(crate) fn finish(mut self) -> Vec<Kept<D>> {
        self.trim();
        self.rows.shrink_to_fit();
        self.rows.sort_unstable_by(Kept::newest_first);
        self.rows
    }
}

/// Which rows belong to a set.
pub(crate) trait Select<D> {
    /// Whether the row at `position` of the finished table belongs.
    fn selects(&self, position: usize, row: &D) -> bool;
}

struct Set<S> {
    selector: S,
    total: u64,
}

struct SetList<S> {
    list: List,
    what: &'static str,
    field: &'static str,
    sets: Vec<Set<S>>,
}

/// The sets that evidence names refer to.
pub(crate) struct Sets<S> {
    single: Vec<(&'static str, &'static str, Set<S>)>,
    lists: Vec<SetList<S>>,
}

impl<S> Sets<S> {
    pub(crate) const fn new() -> Self {
        Self { single: Vec::new(), lists: Vec::new() }
    }

    /// Names one set; `what` describes it.
    pub(crate) fn add(&mut self, id: &'static str, what: &'static str, selector: S, total: u64) {
        self.single.push((id, what, Set { selector, total }));
    }

    /// Names a set for every row of a ranked list; `what` describes one, `field` is the list's place in the answer.
    pub(crate) fn add_list(
        &mut self,
        list: List,
        what: &'static str,
        field: &'static str,
        rows: impl IntoIterator<Item = (S, u64)>,
    ) {
        let sets = rows.into_iter().map(|(selector, total)| Set { selector, total }).collect();
        self.lists.push(SetList { list, what, field, sets });
    }

    fn find(&self, id: &str) -> Option<(&Set<S>, String)> {
        if let Some((_, what, set)) = self.single.iter().find(|(name, ..)| *name == id) {
            return Some((set, (*what).to_owned()));
        }
        let (list, index) = List::parse(id)?;
        let SetList { what, field, sets, .. } = self.lists.iter().find(|sets| sets.list == list)?;
        Some((sets.get(index)?, format!("{what} (row {} of {field})", index + 1)))
    }

    fn ids(&self) -> Vec<(String, u64)> {
        let single = self.single.iter().map(|(id, _, set)| ((*id).to_owned(), set.total));
        let ranked = self.lists.iter().flat_map(|SetList { list, sets, .. }| {
            sets.iter().enumerate().map(|(index, set)| (list.id(index), set.total))
        });
        single.chain(ranked).collect()
    }

    fn heap_bytes(&self) -> usize {
        self.lists.iter().map(|list| list.sets.capacity() * size_of::<Set<S>>()).sum()
    }
}

/// A finished table with its sets and texts.
pub(crate) struct Evidence<D, S> {
    rows: Vec<Kept<D>>,
    sets: Sets<S>,
    texts: Texts,
    /// Bytes that rows hold elsewhere on the heap, places of origin left out.
    row_heap_bytes: usize,
}

impl<D, S: Select<D>> Evidence<D, S> {
    pub(crate) const fn new(rows: Vec<Kept<D>>, sets: Sets<S>, texts: Texts, row_heap_bytes: usize) -> Self {
        Self { rows, sets, texts, row_heap_bytes }
    }

    pub(crate) fn page<R>(
        &self,
        id: &str,
        offset: usize,
        limit: usize,
        show: impl Fn(&Kept<D>, &Texts) -> R,
    ) -> Option<EvidencePage<R>> {
        let (set, description) = self.sets.find(id)?;
        let selected = || {
            self.rows.iter().enumerate().filter(|(at, row)| set.selector.selects(*at, &row.data)).map(|(_, row)| row)
        };
        Some(EvidencePage {
            total: set.total,
            kept: selected().map(|_| 1).sum(),
            rows: selected().skip(offset).take(limit).map(|row| show(row, &self.texts)).collect(),
            description,
        })
    }

    pub(crate) fn ids(&self) -> Vec<(String, u64)> {
        self.sets.ids()
    }

    /// The rows kept, newest first.
    pub(crate) fn rows(&self) -> &[Kept<D>] {
        &self.rows
    }

    pub(crate) const fn texts(&self) -> &Texts {
        &self.texts
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        let mut places = HashSet::default();
        let place_bytes: usize = self
            .rows
            .iter()
            .filter(|row| places.insert(row.origin.place.as_ptr()))
            .map(|row| shared_bytes(&row.origin.place))
            .sum();
        self.rows.capacity() * size_of::<Kept<D>>()
            + self.row_heap_bytes
            + place_bytes
            + self.texts.heap_bytes()
            + self.sets.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn row(class: u8, second: i64, data: u8) -> Kept<u8> {
        Kept {
            worth: Worth { class, time: Timestamp::from_second(second).ok() },
            hash: RecordHash([data; 32]),
            origin: RecordOrigin { place: Arc::from("a"), index: u64::from(data) },
            data,
        }
    }

    fn kept(max_rows: usize, rows: impl IntoIterator<Item = Kept<u8>>) -> Vec<u8> {
        let mut table = Table::new(EvidenceLimits { max_rows });
        for row in rows {
            if table.wants(row.worth) {
                table.offer(row);
            }
        }
        table.finish().into_iter().map(|row| row.data).collect()
    }

    #[test]
    fn notable_rows_are_kept_first_then_new_ones_whatever_the_order() {
        // Ordinary rows 0..100, one a second; 10, 20 and 30 are notable.
        let rows = || (0..100_u8).map(|n| row(u8::from(matches!(n, 10 | 20 | 30)), i64::from(n), n));
        assert_eq!(kept(5, rows()), [99, 98, 30, 20, 10]);
        assert_eq!(kept(5, rows().rev()), [99, 98, 30, 20, 10]);
        assert_eq!(kept(2, rows()), [30, 20]);
        assert_eq!(kept(0, rows()), [0_u8; 0]);
    }

    #[test]
    fn unknown_times_come_last_and_ties_go_by_origin() {
        let mut unknown = row(0, 0, 1);
        unknown.worth.time = None;
        assert_eq!(kept(9, [unknown, row(0, 5, 7), row(0, 5, 3), row(0, 6, 9)]), [9, 3, 7, 1]);
    }
}
