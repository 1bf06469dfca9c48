//! Rules that the texts of the same fields propose.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::needles::Needles;
use crate::hash::FastHash;
use crate::limits::RECORD_DEPTH;
use crate::matching::fold;
use crate::record::{Record, Value};
use crate::ruleset::Slot;

/// Rules by the folded texts of one field.
type Table = HashMap<Box<str>, Vec<u32>, FastHash>;

/// Rules that can only match when one of some fields has a value that they want.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// At most [`FIELDS`](crate::memo::FIELDS). None: then the rules are tried on every record.
    slots: Vec<Slot>,
    tables: Vec<(Slot, Table)>,
    needles: Vec<Needles>,
    /// Rules that are filed under no text.
    rest: Vec<u32>,
}

/// How a rule is filed in its group.
#[derive(Debug)]
pub(super) enum Filed {
    /// Under the texts of which the field must have one.
    Under(Slot, BTreeSet<String>),
    /// By the texts of which the field must have one inside.
    Inside(Slot, BTreeSet<String>),
    /// Under none.
    Loose,
}

impl Group {
    pub(super) fn new(slots: Vec<Slot>, rules: Vec<(u32, Filed)>) -> Self {
        let mut tables: BTreeMap<Slot, Table> = BTreeMap::new();
        let mut inside: BTreeMap<Slot, BTreeMap<u32, BTreeSet<String>>> = BTreeMap::new();
        let mut rest = Vec::new();
        for (rule, filed) in rules {
            match filed {
                Filed::Under(slot, texts) => {
                    let table = tables.entry(slot).or_default();
                    texts.into_iter().for_each(|text| table.entry(text.into()).or_default().push(rule));
                }
                Filed::Inside(slot, texts) => {
                    inside.entry(slot).or_default().insert(rule, texts);
                }
                Filed::Loose => rest.push(rule),
            }
        }
        let mut needles = Vec::new();
        for (slot, members) in inside {
            match Needles::new(slot, &members) {
                Some(found) => needles.push(found),
                None => rest.extend(members.into_keys()),
            }
        }
        Self { slots, tables: tables.into_iter().collect(), needles, rest }
    }

    /// How many rules are tried on every record.
    pub(super) fn unindexed(&self) -> usize {
        if self.slots.is_empty() { self.rest.len() } else { 0 }
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Fills `found` with the rules to try, in order and each once.
    pub(crate) fn candidates<R: Record + ?Sized>(&self, record: &R, buffer: &mut String, found: &mut Vec<u32>) {
        found.clear();
        for (slot, table) in &self.tables {
            if let Some(value) = record.get(*slot) {
                look_up(value, 0, table, buffer, found);
            }
        }
        for needles in &self.needles {
            needles.look_for(record, buffer, found);
        }
        found.extend_from_slice(&self.rest);
        found.sort_unstable();
        found.dedup();
    }
}

fn look_up(value: Value<'_>, depth: usize, table: &Table, buffer: &mut String, found: &mut Vec<u32>) {
    match value {
        Value::Null | Value::Object(_) => return,
        Value::List(list) => {
            if depth <= RECORD_DEPTH {
                list.any(&mut |value| {
                    look_up(value, depth + 1, table, buffer, found);
                    false
                });
            }
            return;
        }
        _ => {}
    }
    buffer.clear();
    match value {
        Value::Text(text) => fold(text, buffer),
        _ => value.write(buffer),
    }
    if let Some(rules) = table.get(buffer.as_str()) {
        found.extend_from_slice(rules);
    }
}
