//! Rules that need one of some texts inside a field, looked for together.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;

use crate::matching::fold;
use crate::record::{Record, Value};
use crate::ruleset::Slot;

/// Shorter texts stand in almost every value.
const SHORTEST: usize = 3;
/// Fewer rules are tried faster than a field is searched.
const FEWEST: usize = 3;
/// Bytes of all the texts that are looked for in one field.
const TEXT_BYTES: usize = 1 << 20;

/// The rules of one field by the texts that they need inside.
#[derive(Debug)]
pub(super) struct Needles {
    slot: Slot,
    automaton: AhoCorasick,
    /// For each text of the automaton.
    rules: Vec<Box<[u32]>>,
    all: Box<[u32]>,
}

/// Whether looking for these texts tells records apart.
pub(super) fn are_telling(texts: &BTreeSet<String>) -> bool {
    !texts.is_empty() && texts.iter().all(|text| text.len() >= SHORTEST)
}

impl Needles {
    /// `None` when there is too little to look for, or too much.
    pub(super) fn new(slot: Slot, members: &BTreeMap<u32, BTreeSet<String>>) -> Option<Self> {
        if members.len() < FEWEST {
            return None;
        }
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
    pub(super) fn look_for<R: Record + ?Sized>(&self, record: &R, buffer: &mut String, found: &mut Vec<u32>) {
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
