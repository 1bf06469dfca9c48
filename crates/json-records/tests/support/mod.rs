//! What every test of the reader needs: a run to the end, and ways to feed it.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use json_records::{Damage, Limits, RecordFault, RecordReader};

pub(crate) const ENVELOPES: &[&str] = &["Records", "Events", "Findings"];

/// Everything a reader said about one input.
#[derive(Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) records: Vec<Result<String, RecordFault>>,
    pub(crate) envelopes: Vec<Option<&'static str>>,
    pub(crate) damage: Option<Damage>,
    pub(crate) looks_like_json: bool,
}

impl Run {
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.records.iter().flatten().map(String::as_str).collect()
    }

    pub(crate) fn faults(&self) -> Vec<RecordFault> {
        self.records.iter().filter_map(|record| record.as_ref().err().copied()).collect()
    }

    /// All records, with no fault and no damage.
    pub(crate) fn clean(&self) -> Vec<&str> {
        assert_eq!((self.faults(), self.damage), (vec![], None));
        self.texts()
    }
}

pub(crate) fn run(input: impl Read) -> Run {
    run_within(input, Limits::default())
}

pub(crate) fn run_within(input: impl Read, limits: Limits) -> Run {
    let mut reader = RecordReader::new(input, ENVELOPES, limits);
    let (mut records, mut envelopes) = (Vec::new(), Vec::new());
    while let Some(record) = reader.next_record() {
        let expected_index = records.len() as u64;
        match record {
            Ok(record) => {
                assert_eq!(record.index, expected_index);
                envelopes.push(record.envelope);
                records.push(Ok(record.text.to_owned()));
            }
            Err(fault) => {
                assert_eq!(fault.index(), expected_index);
                records.push(Err(fault));
            }
        }
    }
    assert!(reader.next_record().is_none(), "the end stays the end");
    Run { records, envelopes, damage: reader.damage(), looks_like_json: reader.looks_like_json() }
}

pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Two members, split in the middle of the text.
pub(crate) fn gzip_members(text: &[u8]) -> Vec<u8> {
    let (first, second) = text.split_at(text.len() / 2);
    [gzip(first), gzip(second)].concat()
}

/// Hands out at most `chunk` bytes a read, and is interrupted now and then.
pub(crate) struct Drip<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) chunk: usize,
    pub(crate) reads: usize,
}

impl<'a> Drip<'a> {
    pub(crate) fn new(bytes: &'a [u8], chunk: usize) -> Self {
        Self { bytes, chunk, reads: 0 }
    }
}

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if self.reads.is_multiple_of(7) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = self.chunk.min(buffer.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.bytes = later;
        Ok(count)
    }
}
