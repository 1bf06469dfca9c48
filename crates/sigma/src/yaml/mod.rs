//! YAML documents as trees that know their places.
//!
//! Only what rule files need: scalars, lists and maps with scalar keys. Types of plain scalars follow the core schema of
//! YAML 1.2 (so `yes` is text); what is quoted is text.

mod build;
mod split;

use crate::limits::FILE_WEIGHT;
use crate::problem::{Place, Problems};
pub(crate) use crate::rule::Literal as Scalar;

/// A YAML node and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Place,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) at: Place,
    pub(crate) text: String,
}

impl Scalar {
    /// The type of a plain scalar under the core schema (YAML 1.2.2, section 10.3.2; recalled).
    fn plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "true" | "True" | "TRUE" => return Self::Bool(true),
            "false" | "False" | "FALSE" => return Self::Bool(false),
            _ => {}
        }
        if let Some(number) = integer(text) {
            return Self::Int(number, text.to_owned());
        }
        match decimal(text) {
            Some(number) => Self::Float(number, text.to_owned()),
            None => Self::Text(text.to_owned()),
        }
    }
}

fn integer(text: &str) -> Option<i128> {
    if let Some(digits) = text.strip_prefix("0x") {
        return unsigned(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return unsigned(digits, 8);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = unsigned(digits, 10)?;
    Some(if text.starts_with('-') { -number } else { number })
}

fn unsigned(digits: &str, radix: u32) -> Option<i128> {
    if digits.starts_with(['+', '-']) {
        return None;
    }
    i64::from_str_radix(digits, radix)
        .map(i128::from)
        .or_else(|_| u64::from_str_radix(digits, radix).map(i128::from))
        .ok()
}

/// A number with a point or an exponent; not the words for infinity and not-a-number.
fn decimal(text: &str) -> Option<f64> {
    let numeric = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let number: f64 =
        if numeric && text.bytes().any(|b| b.is_ascii_digit()) { text.parse().ok()? } else { return None };
    number.is_finite().then_some(number)
}

impl Node {
    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match &self.content {
            Content::Scalar(Scalar::Null) => "nothing",
            Content::Scalar(Scalar::Bool(_)) => "a boolean",
            Content::Scalar(Scalar::Int(..) | Scalar::Float(..)) => "a number",
            Content::Scalar(Scalar::Text(_)) => "text",
            Content::List(_) => "a list",
            Content::Map(_) => "a map",
        }
    }
}

/// The documents of a file one after the other, so that only one at a time takes memory.
pub(crate) struct Documents<'t> {
    chunks: std::vec::IntoIter<split::Chunk<'t>>,
    /// What the documents that are left may weigh.
    left: usize,
}

impl<'t> Documents<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { chunks: split::chunks(text).into_iter(), left: FILE_WEIGHT }
    }

    /// The next document that can be read. Those that cannot are problems, and do not stop the others.
    pub(crate) fn next(&mut self, problems: &mut Problems<'_>) -> Option<Node> {
        let Self { chunks, left } = self;
        chunks.find_map(|chunk| build::document(&chunk, left, problems))
    }
}
