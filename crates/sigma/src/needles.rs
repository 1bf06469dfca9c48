//! Rules that need one of some texts inside a field, looked for together.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;

use crate::index::Pins;
use crate::matching::fold;
use crate::record::{Record, Value};
use crate::ruleset::Slot;

/// Shorter texts stand in almost every value.
const SHORTEST: usize = 3;
/// Fewer rules are tried faster than a field is searched.
const FEWEST: usize = 3;
/// Fields that are searched for each record, at most.
const SEARCHED: usize = 16;
/// Bytes of all the texts that are looked for in one field.
const TEXT_BYTES: usize = 1 << 20;

/// The rules of one field by the texts that they need inside.
#[derive(Debug)]
pub(crate) struct Needles {
    slot: Slot,
    automaton: AhoCorasick,
    /// For each text of the automaton.
    rules: Vec<Box<[u32]>>,
    all: Box<[u32]>,
}

/// Sorts rules into fields to search; what cannot be sorted is given back in its order.
pub(crate) fn build(rules: Vec<(u32, Pins)>) -> (Vec<Needles>, Vec<u32>) {
    let mut rest: BTreeMap<u32, Pins> = rules
        .into_iter()
        .map(|(rule, mut needs)| {
            needs.retain(|_, texts| !texts.is_empty() && texts.iter().all(|text| text.len() >= SHORTEST));
            (rule, needs)
        })
        .collect();
    let mut fields = Vec::new();
    let mut failed = BTreeSet::new();
    while fields.len() < SEARCHED {
        let Some(slot) = most_needed(&rest, &failed) else { break };
        let members: BTreeMap<u32, BTreeSet<String>> =
            rest.iter().filter_map(|(rule, needs)| Some((*rule, needs.get(&slot)?.clone()))).collect();
        match Needles::new(slot, &members) {
            Some(needles) => {
                rest.retain(|rule, _| !members.contains_key(rule));
                fields.push(needles);
            }
            None => {
                failed.insert(slot);
            }
        }
    }
    (fields, rest.into_keys().collect())
}

/// The field in which most rules need a text, if they are enough.
fn most_needed(rules: &BTreeMap<u32, Pins>, failed: &BTreeSet<Slot>) -> Option<Slot> {
    let mut counts: BTreeMap<Slot, usize> = BTreeMap::new();
    for slot in rules.values().flat_map(Pins::keys).filter(|slot| !failed.contains(slot)) {
        *counts.entry(*slot).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.filter(|(_, count)| *count >= FEWEST).map(|(slot, _)| slot)
}

impl Needles {
    /// `None` when the texts are too many.
    fn new(slot: Slot, members: &BTreeMap<u32, BTreeSet<String>>) -> Option<Self> {
        let mut by_text: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (rule, texts) in members {
            texts.iter().for_each(|text| by_text.entry(text).or_default().push(*rule));
        }
        if by_text.keys().map(|text| text.len()).sum::<usize>() > TEXT_BYTES {
            return None;
        }
        let automaton = AhoCorasick::new(by_text.keys()).ok()?;
        let rules = by_text.into_values().map(Vec::into_boxed_slice).collect();
        Some(Self { slot, automaton, rules, all: members.keys().copied().collect() })
    }

    /// Adds the rules that are worth trying.
    pub(crate) fn look_for<R: Record + ?Sized>(&self, record: &R, buffer: &mut String, found: &mut Vec<u32>) {
        buffer.clear();
        match record.get(self.slot) {
            None | Some(Value::Null) => return,
            // What tests see of these is more than one text.
            Some(Value::List(_) | Value::Object(_)) => {
                found.extend_from_slice(&self.all);
                return;
            }
            Some(Value::Text(text)) => fold(text, buffer),
            Some(value) => value.write(buffer),
        }
        let before = found.len();
        for hit in self.automaton.find_overlapping_iter(buffer.as_str()) {
            found.extend_from_slice(self.rules.get(hit.pattern().as_usize()).map_or(&[][..], |rules| rules));
            // A text that repeats what is looked for.
            if found.len() - before > 2 * self.all.len() {
                found.truncate(before);
                found.extend_from_slice(&self.all);
                return;
            }
        }
    }
}
