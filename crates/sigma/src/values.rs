//! What tests see in the values of a record.

use std::collections::HashSet;

use crate::expr::Tests;
use crate::limits::{RECORD_DEPTH, REFERENCE_PAIRS, REFERENCE_TEXT_BYTES};
use crate::matching::{Seen, Test, Where, fold};
use crate::record::{Inner, Record, Value};
use crate::ruleset::Slot;

/// Texts that do not stand in the record as they are needed.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    pub(crate) text: String,
    pub(crate) folded: String,
}

impl Tests {
    /// Does a field with this value pass any test?
    pub(crate) fn field(&self, value: Option<Value<'_>>, buffers: &mut Buffers) -> bool {
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

    pub(crate) fn scalar(&self, value: Value<'_>, buffers: &mut Buffers) -> bool {
        let Buffers { text, folded } = buffers;
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
        let Buffers { text, folded } = buffers;
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
        let Buffers { text, folded } = buffers;
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
pub(crate) fn refers<R: Record + ?Sized>(
    record: &R,
    slot: Slot,
    other: Slot,
    place: Where,
    cased: bool,
    buffers: &mut Buffers,
) -> bool {
    let (Some(left), Some(right)) = (record.get(slot), record.get(other)) else { return false };
    let Buffers { text: own, folded: wanted } = buffers;
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
