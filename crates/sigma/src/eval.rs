//! Rules tried on records.

use std::collections::HashSet;

use crate::expr::{Check, Expr, FieldTest, Tests};
use crate::limits::{RECORD_DEPTH, REFERENCE_PAIRS, REFERENCE_TEXT_BYTES};
use crate::matching::{Seen, Test, Where, fold};
use crate::record::{Inner, Record, Value};
use crate::ruleset::{CompiledRule, RuleIndex, RuleSet, Slot};

/// Memory that matching reuses from record to record. One per thread; any rule set.
#[derive(Debug, Default)]
pub struct Scratch {
    buffers: Buffers,
    candidates: Vec<u32>,
    matched: Vec<RuleIndex>,
}

/// Texts that do not stand in the record as they are needed.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    text: String,
    folded: String,
    /// Is the rule being tried because the index proposed it?
    proposed: bool,
    /// What became of the searches of the rule that is being tried; empty when its condition names each only once.
    known: Vec<Option<bool>>,
}

impl RuleSet {
    /// The rules that match a record, in the order of their indexes.
    ///
    /// Allocates nothing once `scratch` has grown to the size of the largest values.
    pub fn matches<'s, R: Record + ?Sized>(
        &self,
        record: &R,
        scratch: &'s mut Scratch,
    ) -> impl Iterator<Item = RuleIndex> + use<'s, R> {
        let Scratch { buffers, candidates, matched } = scratch;
        matched.clear();
        buffers.proposed = true;
        self.index.candidates(record, &mut buffers.text, candidates);
        for place in candidates.iter().copied() {
            if self.rules.get(place as usize).is_some_and(|rule| rule.matches(record, buffers)) {
                matched.push(RuleIndex(place));
            }
        }
        matched.iter().copied()
    }

    /// The rules that match a record, found without the index: for tests of the index.
    #[doc(hidden)]
    pub fn matches_each<R: Record + ?Sized>(&self, record: &R) -> Vec<RuleIndex> {
        let mut buffers = Buffers::default();
        let tried = (0..).map(RuleIndex).zip(&self.rules);
        tried.filter(|(_, rule)| rule.matches(record, &mut buffers)).map(|(index, _)| index).collect()
    }
}

impl CompiledRule {
    pub(crate) fn matches<R: Record + ?Sized>(&self, record: &R, buffers: &mut Buffers) -> bool {
        buffers.known.clear();
        if self.repeats {
            buffers.known.resize(self.searches.len(), None);
        }
        self.condition.holds(&self.searches, record, buffers)
    }
}

impl Expr {
    pub(crate) fn holds<R: Record + ?Sized>(&self, searches: &[Self], record: &R, buffers: &mut Buffers) -> bool {
        match self {
            Self::Search(place) => {
                if let Some(Some(known)) = buffers.known.get(*place) {
                    return *known;
                }
                // A search never refers to another.
                let holds = searches.get(*place).is_some_and(|search| search.holds(&[], record, buffers));
                buffers.known.iter_mut().skip(*place).take(1).for_each(|known| *known = Some(holds));
                holds
            }
            Self::Field(test) => test.holds(record, buffers),
            Self::Not(inner) => !inner.holds(searches, record, buffers),
            Self::All(parts) => parts.iter().all(|part| part.holds(searches, record, buffers)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(searches, record, buffers)),
            Self::AtLeast(number, parts) => {
                parts.iter().filter(|part| part.holds(searches, record, buffers)).take(*number).count() == *number
            }
        }
    }
}

impl FieldTest {
    pub(crate) fn holds<R: Record + ?Sized>(&self, record: &R, buffers: &mut Buffers) -> bool {
        if self.implied && buffers.proposed {
            return true;
        }
        let found = match &self.check {
            Check::Values { slot, tests } => tests.field(record.get(*slot), buffers),
            Check::Keywords(tests) => record.texts(&mut |text| tests.scalar(Value::Text(text), buffers)),
            Check::Exists { slot, wanted } => record.get(*slot).is_some() == *wanted,
            Check::Reference { slot, others, place, cased } => {
                others.iter().any(|other| refers(record, *slot, *other, *place, *cased, buffers))
            }
        };
        found != self.negated
    }
}

impl Tests {
    /// Does a field with this value pass any test?
    fn field(&self, value: Option<Value<'_>>, buffers: &mut Buffers) -> bool {
        match value {
            None | Some(Value::Null) => self.null,
            Some(Value::List(list)) => self.list(list, buffers),
            Some(value) => self.values && self.value(value, 0, buffers),
        }
    }

    /// Any element may pass; searches may also find something across elements. A list of nulls alone is null.
    fn list(&self, list: Inner<'_>, buffers: &mut Buffers) -> bool {
        let (mut empty, mut nulls) = (true, true);
        let found = list.any(&mut |value| {
            empty = false;
            nulls &= matches!(value, Value::Null);
            self.values && self.value(value, 0, buffers)
        });
        found || (!empty && ((self.null && nulls) || (self.searches && self.serialised(list, buffers))))
    }

    fn value(&self, value: Value<'_>, depth: usize, buffers: &mut Buffers) -> bool {
        match value {
            Value::Null => false,
            Value::List(list) => depth < RECORD_DEPTH && list.any(&mut |value| self.value(value, depth + 1, buffers)),
            Value::Object(object) => {
                self.object(object, value, buffers) || (self.searches && self.leaves(object, depth, buffers))
            }
            _ => self.scalar(value, buffers),
        }
    }

    fn scalar(&self, value: Value<'_>, buffers: &mut Buffers) -> bool {
        let Buffers { text, folded, .. } = buffers;
        folded.clear();
        let text: &str = match value {
            Value::Text(own) => own,
            _ => {
                text.clear();
                value.write(text);
                text
            }
        };
        if self.folds {
            fold(text, folded);
        }
        match &self.set {
            Some(set) => set.contains(folded.as_str()),
            None => self.any_passes(Seen { value, text, folded }),
        }
    }

    /// The tests on an object as text. An empty object has none.
    fn object(&self, object: Inner<'_>, value: Value<'_>, buffers: &mut Buffers) -> bool {
        let Buffers { text, folded, .. } = buffers;
        text.clear();
        object.write(text);
        if text == "{}" {
            return false;
        }
        folded.clear();
        if self.folds {
            fold(text, folded);
        }
        self.any_passes(Seen { value, text, folded })
    }

    fn any_passes(&self, seen: Seen<'_>) -> bool {
        self.each.iter().any(|test| test.passes(seen))
    }

    /// The searches among the tests on the texts inside an object: JSON escapes what the serialised form shows.
    fn leaves(&self, object: Inner<'_>, depth: usize, buffers: &mut Buffers) -> bool {
        depth < RECORD_DEPTH
            && object.any(&mut |value| match value {
                Value::Text(text) => self.search(text, &mut buffers.folded),
                Value::List(inner) | Value::Object(inner) => self.leaves(inner, depth + 1, buffers),
                _ => false,
            })
    }

    fn serialised(&self, list: Inner<'_>, buffers: &mut Buffers) -> bool {
        let Buffers { text, folded, .. } = buffers;
        text.clear();
        list.write(text);
        self.search(text, folded)
    }

    fn search(&self, text: &str, folded: &mut String) -> bool {
        folded.clear();
        if self.folds {
            fold(text, folded);
        }
        let seen = Seen { value: Value::Text(text), text, folded };
        self.each.iter().any(|test| test.searches() && test.passes(seen))
    }
}

/// Does a value of the field stand so to a value of the other field? Null and missing stand to nothing.
fn refers<R: Record + ?Sized>(
    record: &R,
    slot: Slot,
    other: Slot,
    place: Where,
    cased: bool,
    buffers: &mut Buffers,
) -> bool {
    let (Some(left), Some(right)) = (record.get(slot), record.get(other)) else { return false };
    let Buffers { text: own, folded: wanted, .. } = buffers;
    if let (Value::List(_), Value::List(_), Where::Whole) = (left, right, place) {
        // Not each with each: lists come from records and may be long.
        let mut texts: HashSet<Box<str>> = HashSet::new();
        each_text(right, 0, cased, wanted, &mut |text| {
            texts.insert(text.into());
            false
        });
        return each_text(left, 0, cased, own, &mut |text| texts.contains(text));
    }
    let (mut pairs, mut found) = (0, false);
    each_text(left, 0, cased, own, &mut |own| {
        each_text(right, 0, cased, wanted, &mut |wanted| {
            pairs += 1 + own.len() / REFERENCE_TEXT_BYTES;
            found = match place {
                Where::Whole => own == wanted,
                Where::Start => own.starts_with(wanted),
                Where::End => own.ends_with(wanted),
                Where::Anywhere => own.contains(wanted),
            };
            found || pairs >= REFERENCE_PAIRS
        })
    });
    found
}

/// Offers the texts of a value, folded unless `cased`, until `test` says true.
fn each_text(
    value: Value<'_>,
    depth: usize,
    cased: bool,
    buffer: &mut String,
    test: &mut dyn FnMut(&str) -> bool,
) -> bool {
    match value {
        Value::Null => return false,
        Value::List(list) => {
            return depth < RECORD_DEPTH && list.any(&mut |value| each_text(value, depth + 1, cased, buffer, test));
        }
        _ => {}
    }
    buffer.clear();
    match value {
        Value::Text(text) if !cased => fold(text, buffer),
        Value::Object(_) if !cased => {
            let mut written = String::new();
            value.write(&mut written);
            fold(&written, buffer);
        }
        _ => value.write(buffer),
    }
    test(buffer)
}

/// Which of the tests of a field passes, by its place; for explanations.
pub(crate) fn passing(tests: &Tests, value: Option<Value<'_>>, buffers: &mut Buffers) -> Option<usize> {
    if !tests.field(value, buffers) {
        return None;
    }
    (0..tests.each.len()).find(|place| {
        let only = tests.each.get(*place).map(|test| Tests::new(vec![Test::clone(test)]));
        only.is_some_and(|only| only.field(value, buffers))
    })
}
