//! What can go wrong: with one record, and with the container as a whole. Neither ever carries text of the input.

use std::io;

use thiserror::Error;

/// How much one input may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest record that is kept, in bytes.
    pub max_record_bytes: usize,
    /// Deepest nesting of a record, its own brackets included.
    pub max_depth: usize,
    /// Most bytes of text that are read of an input, or that a gzip input may inflate to.
    pub max_inflated_bytes: u64,
    /// Most inflated bytes per compressed byte, looked at once 16 MiB are inflated.
    pub max_ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_record_bytes: 4 << 20, max_depth: 128, max_inflated_bytes: 8 << 30, max_ratio: 200 }
    }
}

/// A record that could not be handed out; the ones after it still are.
///
/// `index` is its position among the records of the input, from 0, and `offset` that of its first byte in the
/// (inflated) text. The message tells the offset but not the index, for whoever reports it names the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecordFault {
    /// It is longer than [`Limits::max_record_bytes`].
    #[error("it starts at byte {offset} and is longer than {limit} bytes")]
    TooLarge {
        /// Position among the records.
        index: u64,
        /// Position of its first byte.
        offset: u64,
        /// The limit it passed.
        limit: usize,
    },
    /// It is nested deeper than [`Limits::max_depth`].
    #[error("it starts at byte {offset} and is nested deeper than {limit} levels")]
    TooDeep {
        /// Position among the records.
        index: u64,
        /// Position of its first byte.
        offset: u64,
        /// The limit it passed.
        limit: usize,
    },
    /// It is not UTF-8.
    #[error("it starts at byte {offset} and is not valid UTF-8")]
    InvalidUtf8 {
        /// Position among the records.
        index: u64,
        /// Position of its first byte.
        offset: u64,
    },
    /// It never ends: the input or its line stops before its brackets close.
    #[error("it starts at byte {offset} and is cut short")]
    Truncated {
        /// Position among the records.
        index: u64,
        /// Position of its first byte.
        offset: u64,
    },
    /// Text that is no JSON object or array stands where a record should, with records after it.
    #[error("it starts at byte {offset} and is not JSON")]
    NotJson {
        /// Position among the records.
        index: u64,
        /// Position of its first byte.
        offset: u64,
    },
}

impl RecordFault {
    /// Position among the records of the input, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        match *self {
            Self::TooLarge { index, .. }
            | Self::TooDeep { index, .. }
            | Self::InvalidUtf8 { index, .. }
            | Self::Truncated { index, .. }
            | Self::NotJson { index, .. } => index,
        }
    }

    /// Position of the record's first byte in the (inflated) text.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        match *self {
            Self::TooLarge { offset, .. }
            | Self::TooDeep { offset, .. }
            | Self::InvalidUtf8 { offset, .. }
            | Self::Truncated { offset, .. }
            | Self::NotJson { offset, .. } => offset,
        }
    }
}

/// Why an input as a whole is not what it should be. The records before the damage were handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{kind} (byte {offset})")]
pub struct Damage {
    /// What happened.
    pub kind: DamageKind,
    /// Where, in the (inflated) text.
    pub offset: u64,
}

/// What happened to a damaged input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DamageKind {
    /// The gzip stream stops before its end.
    #[error("the gzip stream is cut short")]
    TruncatedGzip,
    /// The gzip stream is broken or its checksum is wrong.
    #[error("the gzip stream is corrupt")]
    CorruptGzip,
    /// Bytes that are no gzip member follow the gzip stream.
    #[error("other bytes follow the gzip stream")]
    TrailingBytes,
    /// The gzip stream passed [`Limits::max_inflated_bytes`] or [`Limits::max_ratio`]; the rest was not inflated.
    #[error("it inflates past the limits set against decompression bombs")]
    Bomb,
    /// The plain text is longer than [`Limits::max_inflated_bytes`]; the rest was not read.
    #[error("it is longer than the limit set for one input")]
    TooLong,
    /// The text ends inside an array, an object or a string.
    #[error("the JSON is cut short")]
    TruncatedJson,
    /// Something that is not JSON stands after a complete value.
    #[error("what follows is not JSON")]
    TrailingJunk,
    /// Reading failed.
    #[error("reading failed: {0}")]
    Io(io::ErrorKind),
}
