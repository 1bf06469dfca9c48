//! Numbers of rules and records, compared exactly where both are whole.

use std::cmp::Ordering;

use crate::record::Number;
use crate::rule::Literal;

/// A number of either side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Figure {
    Whole(i128),
    Broken(f64),
}

/// How the record's number has to stand to the rule's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Figure {
    pub(crate) fn of_literal(literal: &Literal) -> Option<Self> {
        match literal {
            Literal::Int(value, _) => Some(Self::Whole(*value)),
            Literal::Float(value, _) => Some(Self::Broken(*value)),
            Literal::Text(text) => Self::of_text(text),
            _ => None,
        }
    }

    /// A decimal number as text; neither exponents nor words.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.len() > 40 || !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        match text.parse::<i128>() {
            Ok(value) => Some(Self::Whole(value)),
            Err(_) if digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') => text.parse().ok().map(Self::Broken),
            Err(_) => None,
        }
    }

    fn as_float(self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "only beside a number that is not whole")]
            Self::Whole(value) => value as f64,
            Self::Broken(value) => value,
        }
    }
}

impl From<Number> for Figure {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(value) => Self::Whole(i128::from(value)),
            Number::Unsigned(value) => Self::Whole(i128::from(value)),
            Number::Float(value) => Self::Broken(value),
        }
    }
}

impl Comparison {
    /// Does `seen` stand so to `wanted`? Never for what is not a number.
    pub(crate) fn holds(self, seen: Figure, wanted: Figure) -> bool {
        let order = match (seen, wanted) {
            (Figure::Whole(seen), Figure::Whole(wanted)) => Some(seen.cmp(&wanted)),
            _ => seen.as_float().partial_cmp(&wanted.as_float()),
        };
        order.is_some_and(|order| match self {
            Self::Equal => order == Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::AtLeast => order != Ordering::Less,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_compared_exactly() {
        let (large, larger) = (Figure::from(Number::Int((1 << 53) + 1)), Figure::from(Number::Unsigned((1 << 53) + 2)));
        assert!(Comparison::Less.holds(large, larger));
        assert!(!Comparison::Equal.holds(large, larger));
        assert!(Comparison::Equal.holds(Figure::from(Number::Float(5.0)), Figure::Whole(5)));
        assert!(!Comparison::AtLeast.holds(Figure::Broken(f64::NAN), Figure::Whole(5)));
        assert!(!Comparison::AtMost.holds(Figure::Broken(f64::NAN), Figure::Whole(5)));
    }

    #[test]
    fn text_is_a_number_only_when_it_is_plainly_one() {
        assert_eq!(Figure::of_text("007"), Some(Figure::Whole(7)));
        assert_eq!(Figure::of_text("-1.5"), Some(Figure::Broken(-1.5)));
        for text in ["", "1e3", "inf", "NaN", "5 ", "0x10", "+5", ".5", "-"] {
            assert_eq!(Figure::of_text(text), None, "{text}");
        }
    }
}
