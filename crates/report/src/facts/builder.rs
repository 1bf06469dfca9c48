//! Numbers the facts as they come, and remembers which row each belongs to.

use std::collections::{BTreeMap, HashMap};

use security_model::evidence::ids::List;
use security_model::{Fact, SafeText, Severity, TextKind, Unit};

use super::{NOT_SAID, ROWS};
use crate::{FactRow, Name, NameKind};

/// Rows of each list among the first facts.
const HEAD: usize = 4;

/// What a number is, whatever its value.
#[derive(Clone, Copy)]
pub(super) struct Metric {
    pub(super) path: &'static str,
    pub(super) unit: Unit,
    pub(super) derivation: &'static str,
}

/// A list of the answer, and the positions in it that become facts and rows.
pub(super) struct Listing<'a, T> {
    path: &'static str,
    /// Names of the evidence behind its rows, where there is any.
    ids: Option<List>,
    items: &'a [T],
    picks: Vec<usize>,
}

/// A column of a list: one number per row. `cites` is given where a row's records are exactly what is counted.
pub(super) struct Column<'a> {
    metric: Metric,
    list: &'static str,
    cites: Option<List>,
    /// Position in the whole list, name, number.
    rows: Vec<(usize, &'a SafeText, u64)>,
}

/// What a row says besides its numbers.
#[derive(Default)]
pub(super) struct Described {
    pub(super) names: Vec<Name>,
    pub(super) severity: Option<Severity>,
    pub(super) times: Vec<String>,
    pub(super) reason: String,
}

/// Facts and rows in the making.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) facts: Vec<Fact>,
    pub(super) rows: Vec<FactRow>,
    of_rows: HashMap<(&'static str, usize), Vec<String>>,
}

impl<'a, T> Listing<'a, T> {
    /// The first rows of a list.
    pub(super) fn first(path: &'static str, ids: Option<List>, items: &'a [T]) -> Self {
        Self { path, ids, items, picks: (0..items.len().min(ROWS)).collect() }
    }

    /// The whole of a list that is short by nature.
    pub(super) fn whole(path: &'static str, ids: Option<List>, items: &'a [T]) -> Self {
        Self { path, ids, items, picks: (0..items.len()).collect() }
    }

    /// Further positions that a report is likely to speak of.
    pub(super) fn with(mut self, positions: impl IntoIterator<Item = usize>) -> Self {
        self.picks.extend(positions);
        self.picks.sort_unstable();
        self.picks.dedup();
        self
    }

    /// A column of numbers whose records are all of the row's.
    pub(super) fn counted(&self, metric: Metric, row: impl Fn(&'a T) -> (&'a SafeText, u64)) -> Column<'a> {
        Column { cites: self.ids, ..self.column(metric, row) }
    }

    /// A column of other numbers, which cite no evidence of their own.
    pub(super) fn column(&self, metric: Metric, row: impl Fn(&'a T) -> (&'a SafeText, u64)) -> Column<'a> {
        let rows = self.picked().map(|(index, item)| (index, row(item))).map(|(i, (name, n))| (i, name, n)).collect();
        Column { metric, list: self.path, cites: None, rows }
    }

    fn picked(&self) -> impl Iterator<Item = (usize, &'a T)> {
        self.picks.iter().filter_map(|index| self.items.get(*index).map(|item| (*index, item)))
    }
}

impl Column<'_> {
    /// Without the rows that have none of what is counted.
    pub(super) fn without_zeros(mut self) -> Self {
        self.rows.retain(|(_, _, count)| *count > 0);
        self
    }
}

impl Builder {
    /// A number about everything.
    pub(super) fn single(&mut self, metric: Metric, value: u64, evidence: Option<&str>) -> String {
        self.push(metric, value, identifier("all"), evidence.map(str::to_owned))
    }

    /// A number about something named by us, such as a severity: the row at `index` of the list that the metric names.
    pub(super) fn named(&mut self, metric: Metric, index: usize, name: &str, value: u64, evidence: Option<String>) {
        let id = self.push(metric, value, identifier(name), evidence);
        self.of_rows.entry((metric.path, index)).or_default().push(id);
    }

    /// A second number about the row at `index` of `list`.
    pub(super) fn named_in(&mut self, list: &'static str, metric: Metric, index: usize, name: &str, value: u64) {
        let id = self.push(metric, value, identifier(name), None);
        self.of_rows.entry((list, index)).or_default().push(id);
    }

    /// The first rows of every column, in the order of the columns.
    pub(super) fn heads(&mut self, columns: &[Column<'_>]) {
        for column in columns {
            self.column(column, 0, HEAD);
        }
    }

    /// What remains of the columns after [`Self::heads`].
    pub(super) fn tails(&mut self, columns: &[Column<'_>]) {
        for column in columns {
            self.column(column, HEAD, usize::MAX);
        }
    }

    fn column(&mut self, column: &Column<'_>, from: usize, to: usize) {
        for (index, name, value) in column.rows.iter().take(to).skip(from) {
            let evidence = column.cites.map(|list| list.id(*index));
            let id = self.push(column.metric, *value, (*name).clone(), evidence);
            self.of_rows.entry((column.list, *index)).or_default().push(id);
        }
    }

    /// Nothing lies behind a zero, so it cites no evidence.
    fn push(&mut self, metric: Metric, value: u64, scope: SafeText, evidence: Option<String>) -> String {
        let id = format!("f{}", self.facts.len() + 1);
        self.facts.push(Fact {
            id: id.clone(),
            metric: metric.path.to_owned(),
            value,
            unit: metric.unit,
            scope,
            derivation: metric.derivation.to_owned(),
            evidence_id: evidence.filter(|_| value > 0),
        });
        id
    }

    /// The rows of a list, with the numbers that were entered for them.
    pub(super) fn list<T>(&mut self, listing: &Listing<'_, T>, describe: impl Fn(&T) -> Described) {
        for (index, item) in listing.picked() {
            let described = describe(item);
            self.row(listing.path, listing.ids, index, described);
        }
    }

    /// One row, with the numbers that were entered for it.
    pub(super) fn row(&mut self, list: &'static str, ids: Option<List>, index: usize, described: Described) {
        let Described { names, severity, times, reason } = described;
        self.rows.push(FactRow {
            id: ids.map_or_else(|| format!("{list}-{}", index + 1), |ids| ids.id(index)),
            list: list.to_owned(),
            rank: u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1),
            names,
            severity,
            times,
            facts: self.of_rows.remove(&(list, index)).unwrap_or_default(),
            reason,
        });
    }
}

/// A word of ours as a name.
pub(super) fn identifier(text: &str) -> SafeText {
    SafeText::from_raw(text, TextKind::Identifier)
}

/// A name of a kind.
pub(super) fn name(kind: NameKind, text: &SafeText) -> Name {
    Name { kind, text: text.clone() }
}

/// The true length of a list, also when the list at hand was cut; rows of what records do not say are no such thing.
pub(super) fn length<T>(
    list: &[T],
    truncated: &BTreeMap<String, u64>,
    key: &str,
    named: impl Fn(&T) -> &SafeText,
) -> u64 {
    let whole = truncated.get(key).copied().unwrap_or_else(|| count(list.len()));
    let not_said = list.iter().filter(|row| named(row).as_str() == NOT_SAID).count();
    whole.saturating_sub(count(not_said))
}

/// A length as a number.
pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
