//! What correlations keep of a record.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use super::CorrelationIndex;
use super::compile::Feed;
use crate::record::{Record, Value};
use crate::ruleset::Slot;

/// The values that tell groups apart.
pub(super) type Key = Arc<[Box<str>]>;

/// Bytes that are kept of a value; of longer ones a hash stands for the rest.
const VALUE_BYTES: usize = 512;

/// A record that matched, as correlations see it.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) time: i64,
    pub(super) index: u64,
    /// Sorted by `through`.
    pub(super) entries: Vec<Entry>,
}

impl Event {
    /// How the event enters correlations through this one, or directly.
    pub(super) fn entries_through(&self, through: Option<CorrelationIndex>) -> impl Iterator<Item = &Entry> {
        let start = self.entries.partition_point(|entry| entry.through < through);
        self.entries.iter().skip(start).take_while(move |entry| entry.through == through)
    }
}

/// How the event enters one correlation.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) correlation: CorrelationIndex,
    pub(super) through: Option<CorrelationIndex>,
    pub(super) position: usize,
    pub(super) key: Key,
    /// The counted value, for `value_count`.
    pub(super) value: Option<Arc<str>>,
}

impl Entry {
    /// `None`: the event lacks a field of `group-by`, or the field that is counted.
    pub(super) fn new<R: Record + ?Sized>(correlation: CorrelationIndex, feed: &Feed, record: &R) -> Option<Self> {
        let key = feed.group.iter().map(|slot| text(record, *slot)).collect::<Option<Vec<_>>>()?;
        let values = feed.values.iter().map(|slot| text(record, *slot)).collect::<Option<Vec<_>>>()?;
        let value = (!values.is_empty()).then(|| joined(&values));
        Some(Self { correlation, through: feed.through, position: feed.position, key: key.into(), value })
    }
}

/// Several values as one, so that no two combinations look alike.
fn joined(values: &[Box<str>]) -> Arc<str> {
    match values {
        [only] => (&**only).into(),
        _ => values.iter().map(|value| format!("{}:{value}", value.len())).collect::<String>().into(),
    }
}

/// The value of a field as text; `None` when it is missing or null.
fn text<R: Record + ?Sized>(record: &R, slot: Slot) -> Option<Box<str>> {
    let value = record.get(slot)?;
    if let Value::Null = value {
        return None;
    }
    let mut text = String::new();
    value.write(&mut text);
    Some(shortened(text).into())
}

fn shortened(mut text: String) -> String {
    if text.len() > VALUE_BYTES {
        // Values come from records: the hash of our own look-up tables would be too easy to meet on purpose.
        let mut hasher = DefaultHasher::new();
        hasher.write(text.as_bytes());
        let end = (0..=VALUE_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push_str(&format!("…{:016x}", hasher.finish()));
    }
    text
}
