//! The rows of the evidence as sets of names.

use std::collections::HashMap;

use super::known::{Directory, EVIDENCE, Kinds, bit};
use crate::{FactSet, NameKind};

/// Rows of the evidence as sets of names.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    /// By list: the kinds of names its rows hold.
    pub(super) kinds: Vec<Kinds>,
    /// By name: the lists that hold it, one bit each.
    pub(super) lists: HashMap<u32, u64>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) list: usize,
    names: Vec<u32>,
    subject: Option<u32>,
    /// Names that stand for the subject as well: its title.
    titles: Vec<u32>,
}

impl Rows {
    pub(super) fn of(facts: &FactSet, directory: &Directory) -> Self {
        let mut lists: HashMap<&str, usize> = HashMap::new();
        let mut rows = Self::default();
        for row in &facts.rows {
            let next = lists.len();
            let list = *lists.entry(row.list.as_str()).or_insert(next);
            if rows.kinds.len() <= list {
                rows.kinds.push(0);
            }
            let mut names: Vec<u32> = row.names.iter().filter_map(|name| directory.id(name.text.as_str())).collect();
            names.extend(directory.id(&row.id));
            names.extend(row.severity.and_then(|severity| directory.id(severity.label())));
            let subject = names.first().copied();
            let of_row = row.names.iter().filter(|name| name.kind == NameKind::Title);
            let titles = of_row.filter_map(|name| directory.id(name.text.as_str())).collect();
            if let Some(kinds) = rows.kinds.get_mut(list) {
                *kinds |= row.names.iter().fold(EVIDENCE, |kinds, name| kinds | bit(name.kind));
                *kinds |= if row.severity.is_some() { bit(NameKind::Severity) } else { 0 };
            }
            names.sort_unstable();
            names.dedup();
            for name in &names {
                *rows.lists.entry(*name).or_default() |= bit_of(list);
            }
            rows.rows.push(Row { list, names, subject, titles });
        }
        rows
    }

    pub(super) fn get(&self, row: u32) -> Option<&Row> {
        self.rows.get(row as usize)
    }

    /// The thing a row is about.
    pub(super) fn subject(&self, row: u32) -> Option<u32> {
        self.get(row).and_then(|row| row.subject)
    }

    pub(super) fn is_about(&self, row: u32, name: u32) -> bool {
        self.get(row).is_some_and(|row| row.subject == Some(name) || row.titles.contains(&name))
    }

    pub(super) fn holds(&self, row: u32, names: &[u32]) -> bool {
        self.get(row).is_some_and(|row| names.iter().any(|name| row.names.binary_search(name).is_ok()))
    }
}

/// The bit of a list; lists beyond the last bit share it.
pub(super) const fn bit_of(list: usize) -> u64 {
    1 << if list < 63 { list } else { 63 }
}
