//! The reader: pulls text through the splitter and hands out one record at a time.

use std::fmt;
use std::io::Read;

use crate::fault::{Damage, Limits, RecordFault};
use crate::source::Source;
use crate::splitter::{Splitter, Step};

/// One record, lent until the next is asked for. It may hold secrets, so it never prints its text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// The JSON text, from its first to its last byte. Its brackets balance; it need not be valid JSON otherwise.
    pub text: &'a str,
    /// The key of the array it stood in, if that was an envelope.
    pub envelope: Option<&'static str>,
    /// Position among the records of the input, faulty ones included, from 0.
    pub index: u64,
    /// Position of its first byte in the (inflated) text.
    pub offset: u64,
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("bytes", &self.text.len())
            .field("envelope", &self.envelope)
            .field("index", &self.index)
            .field("offset", &self.offset)
            .finish()
    }
}

/// Reads the records of one input. See the crate's documentation for what it takes.
pub struct RecordReader<R: Read> {
    source: Source<R>,
    splitter: Splitter,
    looks_like_json: bool,
    ended: bool,
    damage: Option<Damage>,
}

impl<R: Read> RecordReader<R> {
    /// Reads `input`, plain or gzip. `envelopes` are the keys whose array, in an object at the top, holds records.
    #[must_use]
    pub fn new(input: R, envelopes: &'static [&'static str], limits: Limits) -> Self {
        Self {
            source: Source::new(input, limits),
            splitter: Splitter::new(envelopes, limits),
            looks_like_json: true,
            ended: false,
            damage: None,
        }
    }

    /// The next record, or what is wrong with it; reading goes on after a fault. `None` is the end, and
    /// [`damage`](Self::damage) then says whether it came too early.
    pub fn next_record(&mut self) -> Option<Result<Record<'_>, RecordFault>> {
        if !self.looks_like_json {
            return None;
        }
        loop {
            match self.splitter.step() {
                Step::Record => return Some(self.record()),
                Step::Fault(fault) => return Some(Err(fault)),
                Step::NotJson => {
                    self.looks_like_json = false;
                    return None;
                }
                Step::NeedInput if !self.ended => self.refill(),
                Step::NeedInput => return self.splitter.finish().map(Err),
            }
        }
    }

    /// Why the input ended early, or what stands in it that is not JSON. Meaningful once
    /// [`next_record`](Self::next_record) has returned `None`.
    #[must_use]
    pub fn damage(&self) -> Option<Damage> {
        self.damage.or_else(|| self.splitter.damage().map(|(kind, offset)| Damage { kind, offset }))
    }

    /// Whether the input starts as JSON does: false when its first byte, white space and byte order mark aside, is
    /// neither `{` nor `[`, so that it holds no records at all. Nothing after that byte is read. An empty input passes.
    /// Meaningful once [`next_record`](Self::next_record) was called.
    #[must_use]
    pub const fn looks_like_json(&self) -> bool {
        self.looks_like_json
    }

    fn refill(&mut self) {
        match self.splitter.input.refill(&mut self.source) {
            Ok(more) => self.ended = !more,
            Err(kind) => {
                self.ended = true;
                self.damage = Some(Damage { kind, offset: self.splitter.input.offset() });
            }
        }
    }

    fn record(&mut self) -> Result<Record<'_>, RecordFault> {
        let index = self.splitter.count();
        let offset = self.splitter.current.start.offset;
        let envelope = self.splitter.envelope();
        match str::from_utf8(&self.splitter.current.text) {
            Ok(text) => Ok(Record { text, envelope, index, offset }),
            Err(_) => Err(RecordFault::InvalidUtf8 { index, offset }),
        }
    }
}
