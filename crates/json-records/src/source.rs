//! Where the text comes from: plain bytes, or gzip found by its magic number, with any number of members.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use flate2::bufread::GzDecoder;

use crate::fault::{DamageKind, Limits};

/// Size of every read, and of the read-ahead before the inflater.
pub(crate) const CHUNK: usize = 64 * 1024;
const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// The ratio says nothing about small inputs: a few kilobytes of spaces are no attack.
const RATIO_FROM: u64 = 16 << 20;

type Raw<R> = BufReader<Chain<Cursor<Vec<u8>>, Tap<R>>>;

enum Stream<R: Read> {
    Unopened(Tap<R>),
    Plain(Raw<R>),
    Gzip(Box<GzDecoder<Raw<R>>>),
    Closed,
}

/// The (inflated) text of an input.
pub(crate) struct Source<R: Read> {
    stream: Stream<R>,
    limits: Limits,
    /// Bytes handed out so far, inflated if need be.
    inflated: u64,
}

impl<R: Read> Source<R> {
    pub(crate) const fn new(input: R, limits: Limits) -> Self {
        Self { stream: Stream::Unopened(Tap { input, count: 0, failed: None }), limits, inflated: 0 }
    }

    /// Reads into `buffer`; 0 is the end. After an error the source is closed.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, DamageKind> {
        loop {
            let (next, outcome) = match std::mem::replace(&mut self.stream, Stream::Closed) {
                Stream::Closed => return Ok(0),
                Stream::Unopened(tap) => open(tap),
                Stream::Plain(mut raw) => {
                    let read = raw.read(buffer).map_err(|error| DamageKind::Io(error.kind()));
                    let outcome = read.and_then(|read| self.within_length(read)).map(Some);
                    (Stream::Plain(raw), outcome)
                }
                Stream::Gzip(mut decoder) => match decoder.read(buffer) {
                    Ok(0) => next_member(decoder.into_inner()),
                    Ok(read) => {
                        let outcome = self.within_limits(read, &decoder).map(Some);
                        (Stream::Gzip(decoder), outcome)
                    }
                    Err(error) => (Stream::Closed, Err(gzip_damage(&error, decoder.get_ref()))),
                },
            };
            if let Some(read) = outcome? {
                self.stream = next;
                return Ok(read);
            }
            self.stream = next;
        }
    }

    fn within_length(&mut self, read: usize) -> Result<usize, DamageKind> {
        self.inflated += read as u64;
        if self.inflated > self.limits.max_inflated_bytes { Err(DamageKind::TooLong) } else { Ok(read) }
    }

    fn within_limits(&mut self, read: usize, decoder: &GzDecoder<Raw<R>>) -> Result<usize, DamageKind> {
        self.inflated += read as u64;
        let compressed = tap(decoder.get_ref()).count;
        let ratio_exceeded =
            self.inflated > RATIO_FROM && self.inflated > compressed.saturating_mul(self.limits.max_ratio);
        if self.inflated > self.limits.max_inflated_bytes || ratio_exceeded { Err(DamageKind::Bomb) } else { Ok(read) }
    }
}

type Opened<R> = (Stream<R>, Result<Option<usize>, DamageKind>);

fn open<R: Read>(mut tap: Tap<R>) -> Opened<R> {
    let mut head = Vec::with_capacity(MAGIC.len());
    if let Err(error) = tap.by_ref().take(MAGIC.len() as u64).read_to_end(&mut head) {
        return (Stream::Closed, Err(DamageKind::Io(error.kind())));
    }
    let is_gzip = head == MAGIC;
    let raw = BufReader::with_capacity(CHUNK, Cursor::new(head).chain(tap));
    (if is_gzip { gzip(raw) } else { Stream::Plain(raw) }, Ok(None))
}

fn gzip<R: Read>(raw: Raw<R>) -> Stream<R> {
    Stream::Gzip(Box::new(GzDecoder::new(raw)))
}

fn next_member<R: Read>(mut raw: Raw<R>) -> Opened<R> {
    match raw.fill_buf().map(|bytes| bytes.first().copied()) {
        Ok(None) => (Stream::Closed, Ok(None)),
        Ok(Some(0x1f)) => (gzip(raw), Ok(None)),
        Ok(Some(_)) => (Stream::Closed, Err(DamageKind::TrailingBytes)),
        Err(error) => (Stream::Closed, Err(DamageKind::Io(error.kind()))),
    }
}

fn tap<R: Read>(raw: &Raw<R>) -> &Tap<R> {
    raw.get_ref().get_ref().1
}

fn gzip_damage<R: Read>(error: &io::Error, raw: &Raw<R>) -> DamageKind {
    match (tap(raw).failed, error.kind()) {
        (Some(kind), _) => DamageKind::Io(kind),
        (None, io::ErrorKind::UnexpectedEof) => DamageKind::TruncatedGzip,
        (None, _) => DamageKind::CorruptGzip,
    }
}

/// Counts what is read, and remembers a failure so that it is not taken for a broken gzip stream.
struct Tap<R> {
    input: R,
    count: u64,
    failed: Option<io::ErrorKind>,
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.input.read(buffer) {
                Ok(read) => {
                    self.count += read as u64;
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = Some(error.kind());
                    return Err(error);
                }
            }
        }
    }
}
