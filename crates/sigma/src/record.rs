//! What a record has to lend to be matched.

use crate::ruleset::Slot;

/// A record that rules are matched against.
///
/// The engine asks for fields by [`Slot`], never by name: an adapter looks at [`RuleSet::fields`](crate::RuleSet::fields)
/// once, finds out how to get each of them, and then only follows that. [`JsonRecord`](crate::JsonRecord) does so for
/// `serde_json` values.
///
/// ```
/// use sigma::{Record, RuleSet, Slot, Value};
///
/// struct Event { name: String, source: String }
///
/// /// How to get each field of the rule set.
/// struct Getters(Vec<fn(&Event) -> Option<&str>>);
///
/// impl Getters {
///     fn new(rules: &RuleSet) -> Self {
///         Self(rules.fields().iter().map(|field| -> fn(&Event) -> Option<&str> {
///             match field.as_str() {
///                 "eventName" => |event| Some(&event.name),
///                 "eventSource" => |event| Some(&event.source),
///                 _ => |_| None,
///             }
///         }).collect())
///     }
/// }
///
/// struct Lent<'a>(&'a Event, &'a Getters);
///
/// impl Record for Lent<'_> {
///     fn get(&self, slot: Slot) -> Option<Value<'_>> {
///         self.1.0.get(slot.index()).and_then(|get| get(self.0)).map(Value::Text)
///     }
/// }
/// ```
pub trait Record {
    /// The value of a field; `None` when the record does not have it. A field that is there and null is
    /// `Some(Value::Null)`.
    fn get(&self, slot: Slot) -> Option<Value<'_>>;

    /// What the record has in common with others, if its source knows: of records that are matched with one
    /// [`Scratch`](crate::Scratch), those of the same likeness have the same values in the fields that are
    /// [alike](Self::is_alike). What these decide is remembered.
    fn likeness(&self) -> Option<Likeness> {
        None
    }

    /// Whether all records of this likeness have the same value in a field, or all have none.
    fn is_alike(&self, slot: Slot) -> bool {
        let _ = slot;
        false
    }

    /// Offers the texts that keywords are searched in, one after the other, until `test` says true; answers whether it
    /// did. Records that offer nothing never match keywords.
    fn texts(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        let _ = test;
        false
    }
}

/// What tells records apart that have different values in some fields: see [`Record::likeness`].
pub type Likeness = [u32; 4];

/// A value lent by a record.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// There, and null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(&'a str),
    /// Several values: any of them may match.
    List(Inner<'a>),
    /// Members under names: text tests see it serialised.
    Object(Inner<'a>),
}

/// A number lent by a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// A whole number, possibly past `i64`.
    Unsigned(u64),
    /// Any other number.
    Float(f64),
}

/// A list or an object inside a record: who holds it, and which of the holder's it is.
#[derive(Clone, Copy)]
pub struct Inner<'a> {
    holder: &'a dyn Nested,
    key: usize,
}

impl<'a> Inner<'a> {
    /// The nested value that `holder` calls `key`. A holder with one value ignores the key.
    pub fn new(holder: &'a dyn Nested, key: usize) -> Self {
        Self { holder, key }
    }

    /// Offers the elements of a list or the member values of an object until `test` says true.
    pub fn any(self, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        self.holder.any(self.key, test)
    }

    /// Appends the value as compact JSON.
    pub fn write(self, out: &mut String) {
        self.holder.write(self.key, out);
    }
}

/// Whoever holds lists and objects of a record.
pub trait Nested {
    /// Offers the elements of a list or the member values of an object, one after the other, until `test` says true;
    /// answers whether it did.
    fn any(&self, key: usize, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool;

    /// Appends the value as compact JSON.
    fn write(&self, key: usize, out: &mut String);
}

impl Value<'_> {
    /// Appends the text that text tests see: nothing for null, the serialised value for lists and objects.
    pub(crate) fn write(self, out: &mut String) {
        use std::fmt::Write;
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Null => Ok(()),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(Number::Int(value)) => write!(out, "{value}"),
            Self::Number(Number::Unsigned(value)) => write!(out, "{value}"),
            // As JSON writes it: 1.0, not 1.
            Self::Number(Number::Float(value)) => write!(out, "{value:?}"),
            Self::Text(text) => out.write_str(text),
            Self::List(inner) | Self::Object(inner) => {
                inner.write(out);
                Ok(())
            }
        };
    }
}
