//! JSON from a file that nobody vouches for: weighed before anything is built, and no member twice in an object.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{BundleError, MAX_WEIGHT};

/// What the first pass over a file finds, with nothing of it built.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// `tool`, if it is a short text.
    pub(super) tool: Option<String>,
    /// `schema_version`; `Some(None)` if it is no whole number.
    pub(super) schema_version: Option<Option<u64>>,
    /// Names of known members that are there.
    pub(super) members: BTreeSet<&'static str>,
}

/// Reads a file once for its outline. What it would weigh in memory is bounded.
pub(super) fn outline(bytes: &[u8], known: &'static [&'static str]) -> Result<Outline, BundleError> {
    let pass = Weighing { weight: Cell::new(0), outline: RefCell::new(Outline::default()), known };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Weigh { pass: &pass, place: Place::Top }.deserialize(&mut reader).and_then(|()| reader.end());
    match read {
        Ok(()) => Ok(pass.outline.into_inner()),
        Err(_) if pass.weight.get() > MAX_WEIGHT => Err(BundleError::TooLarge { bytes: bytes.len() }),
        Err(error) => Err(BundleError::NotJson { line: error.line(), column: error.column() }),
    }
}

struct Weighing {
    weight: Cell<usize>,
    outline: RefCell<Outline>,
    known: &'static [&'static str],
}

/// Where a value stands.
#[derive(Clone, Copy)]
enum Place {
    Top,
    Member(&'static str),
    /// In an object that is not the file's.
    InObject,
    InArray,
}

#[derive(Clone, Copy)]
struct Weigh<'p> {
    pass: &'p Weighing,
    place: Place,
}

/// Memory of a value in an array, which grows by doubling. In a map it is part of the node.
const OF_VALUE: usize = 2 * size_of::<Value>();
/// Memory of the first node of a map, which has room for some members, and of each further member.
const OF_OBJECT: usize = 12 * (size_of::<String>() + size_of::<Value>());
const OF_MEMBER: usize = 3 * (size_of::<String>() + size_of::<Value>());
/// Members for which the first node of a map has room.
const IN_NODE: usize = 11;
/// What an allocation takes beside its content.
const OF_ALLOCATION: usize = 16;

impl Weigh<'_> {
    fn add<E: Error>(&self, weight: usize) -> Result<(), E> {
        let sum = self.pass.weight.get().saturating_add(weight);
        self.pass.weight.set(sum);
        if sum > MAX_WEIGHT { Err(E::custom("too large")) } else { Ok(()) }
    }

    const fn slot(&self) -> usize {
        if matches!(self.place, Place::InArray) { OF_VALUE } else { 0 }
    }

    fn text<E: Error>(&self, text: &str) -> Result<(), E> {
        const LONGEST_TOOL: usize = 40;
        self.not_a_number();
        if matches!(self.place, Place::Member("tool")) && text.len() <= LONGEST_TOOL {
            self.pass.outline.borrow_mut().tool = Some(text.to_owned());
        }
        self.add(self.slot() + OF_ALLOCATION + text.len())
    }

    fn number(&self, number: Option<u64>) {
        if matches!(self.place, Place::Member("schema_version")) {
            self.pass.outline.borrow_mut().schema_version = Some(number);
        }
    }

    fn not_a_number(&self) {
        self.number(None);
    }
}

impl<'de> DeserializeSeed<'de> for Weigh<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Weigh<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.not_a_number();
        self.add(self.slot())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.not_a_number();
        self.add(self.slot())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.number(Some(number));
        self.add(self.slot())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.not_a_number();
        self.add(self.slot())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.text(text)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.not_a_number();
        self.add(self.slot())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.not_a_number();
        self.add(self.slot() + OF_ALLOCATION)?;
        while items.next_element_seed(Weigh { place: Place::InArray, ..self })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.not_a_number();
        self.add(self.slot())?;
        let mut count = 0;
        while let Some(name) = members.next_key::<std::borrow::Cow<'de, str>>()? {
            self.add(match count {
                0 => OF_OBJECT,
                1..IN_NODE => 0,
                _ => OF_MEMBER,
            })?;
            self.add(OF_ALLOCATION + name.len())?;
            count += 1;
            let known = match self.place {
                Place::Top => self.pass.known.iter().find(|known| **known == name),
                _ => None,
            };
            if let Some(known) = known {
                self.pass.outline.borrow_mut().members.insert(*known);
            }
            let place = known.map_or(Place::InObject, |known| Place::Member(known));
            members.next_value_seed(Weigh { place, ..self })?;
        }
        Ok(())
    }
}

/// Builds the file's value; a member that stands twice in one object is refused.
pub(super) fn value(bytes: &[u8]) -> Result<Value, BundleError> {
    let twice = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Build { twice: &twice }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| match twice.into_inner() {
        Some(name) => BundleError::invalid(&name, "it stands there twice"),
        None => BundleError::NotJson { line: error.line(), column: error.column() },
    })
}

#[derive(Clone, Copy)]
struct Build<'t> {
    /// The name that was found twice.
    twice: &'t RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Build<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if all.contains_key(&name) {
                self.twice.replace(Some(name));
                return Err(A::Error::custom("twice"));
            }
            let value = members.next_value_seed(self)?;
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}
