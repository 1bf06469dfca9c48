//! A test of one value.

use regex::Regex;

use super::{Comparison, Figure, Network, Pattern, TimePart};
use crate::record::Value;

/// What one value of a rule asks of one value of a record.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Text(Pattern),
    Regex(Regex),
    Network(Network),
    Number(Comparison, Figure),
    Bool(bool),
    Null,
    Time(TimePart, Comparison, Figure),
}

/// A value of a record with its text, as far as it has one.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) text: &'a str,
    /// The text folded, when a pattern of the item needs it.
    pub(crate) folded: &'a str,
}

impl Test {
    /// Does the value pass? The value is neither null nor a list.
    pub(crate) fn passes(&self, seen: Seen<'_>) -> bool {
        match self {
            Self::Text(pattern) => pattern.matches(seen.text, seen.folded),
            Self::Regex(regex) => regex.is_match(seen.text),
            Self::Network(network) => network.contains(seen.text),
            Self::Number(comparison, wanted) => {
                figure(seen.value).is_some_and(|figure| comparison.holds(figure, *wanted))
            }
            Self::Bool(wanted) => match seen.value {
                Value::Bool(value) => value == *wanted,
                Value::Text(text) => text.eq_ignore_ascii_case(if *wanted { "true" } else { "false" }),
                _ => false,
            },
            Self::Null => false,
            Self::Time(part, comparison, wanted) => {
                part.of(seen.text).is_some_and(|figure| comparison.holds(figure, *wanted))
            }
        }
    }

    pub(crate) fn needs_folded(&self) -> bool {
        matches!(self, Self::Text(pattern) if pattern.needs_folded())
    }

    /// Does the test look for something anywhere inside a text? Then it is also tried on what an object holds.
    pub(crate) fn searches(&self) -> bool {
        matches!(self, Self::Text(pattern) if pattern.searches())
    }

    /// About how dear a test is, for trying the cheap ones first.
    pub(crate) fn cost(&self) -> u32 {
        match self {
            Self::Null | Self::Bool(_) => 1,
            Self::Number(..) | Self::Time(..) => 3,
            Self::Text(pattern) if !pattern.needs_folded() => 2,
            Self::Network(_) => 6,
            Self::Text(_) => 8,
            Self::Regex(_) => 30,
        }
    }
}

fn figure(value: Value<'_>) -> Option<Figure> {
    match value {
        Value::Number(number) => Some(number.into()),
        Value::Text(text) => Figure::of_text(text),
        _ => None,
    }
}
