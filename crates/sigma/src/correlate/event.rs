//! What correlations keep of a record.

use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;
use std::sync::Arc;

use super::CorrelationIndex;
use super::compile::Feed;
use crate::record::{Record, Value};
use crate::ruleset::Slot;

/// Bytes that are kept of a value; of longer ones a hash stands for the rest.
const VALUE_BYTES: usize = 512;

/// A record that matched, as correlations see it.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) time: i64,
    pub(super) index: u64,
    /// Sorted by `through`.
    pub(super) entries: Box<[Entry]>,
    /// The keys of the entries.
    pub(super) keys: Box<[u8]>,
}

impl Event {
    /// How the event enters correlations through this one, or directly.
    pub(super) fn entries_through(&self, through: Option<CorrelationIndex>) -> impl Iterator<Item = &Entry> {
        let start = self.entries.partition_point(|entry| entry.through < through);
        self.entries.iter().skip(start).take_while(move |entry| entry.through == through)
    }

    /// The key of the group that one of its entries is about.
    pub(super) fn key(&self, entry: &Entry) -> &[u8] {
        self.keys.get(entry.key.clone()).unwrap_or_default()
    }
}

/// How the event enters one correlation.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) correlation: CorrelationIndex,
    pub(super) through: Option<CorrelationIndex>,
    pub(super) position: usize,
    /// Where the key of the group stands.
    pub(super) key: Range<usize>,
    /// The counted value, for `value_count`.
    pub(super) value: Option<Arc<str>>,
}

impl Entry {
    /// Writes the key to `keys`. `None`: the event lacks a field of `group-by`, or the field that is counted.
    pub(super) fn new<R: Record + ?Sized>(
        correlation: CorrelationIndex,
        feed: &Feed,
        record: &R,
        keys: &mut Vec<u8>,
    ) -> Option<Self> {
        let start = keys.len();
        for slot in &feed.group {
            spell(present(record, *slot)?, keys);
        }
        let key = start..keys.len();
        let value = match &*feed.values {
            [] => None,
            [only] => Some(with_text(present(record, *only)?, |text| Arc::from(text))),
            several => {
                let mut together = String::new();
                for slot in several {
                    // So that no two combinations look alike.
                    with_text(present(record, *slot)?, |text| together.push_str(&format!("{}:{text}", text.len())));
                }
                Some(together.into())
            }
        };
        Some(Self { correlation, through: feed.through, position: feed.position, key, value })
    }
}

/// Adds a value to a key: its length, then its text, so that no two combinations look alike.
fn spell(value: Value<'_>, keys: &mut Vec<u8>) {
    with_text(value, |text| {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        keys.extend_from_slice(&length.to_le_bytes());
        keys.extend_from_slice(text.as_bytes());
    });
}

/// The values of a key.
pub(super) fn values(mut key: &[u8]) -> impl Iterator<Item = String> {
    std::iter::from_fn(move || {
        let (length, rest) = key.split_first_chunk()?;
        let (text, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        key = rest;
        Some(String::from_utf8_lossy(text).into_owned())
    })
}

/// The value of a field; `None` when it is missing or null.
fn present<R: Record + ?Sized>(record: &R, slot: Slot) -> Option<Value<'_>> {
    record.get(slot).filter(|value| !matches!(value, Value::Null))
}

/// Hands on the text of a value, shortened if it is long.
fn with_text<T>(value: Value<'_>, to: impl FnOnce(&str) -> T) -> T {
    match value {
        Value::Text(text) if text.len() <= VALUE_BYTES => to(text),
        other => {
            let mut text = String::new();
            other.write(&mut text);
            to(&shortened(text))
        }
    }
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
