//! A fast hash for look-ups of texts from records in tables that only rules fill, or that bound what a place holds.
//!
//! Records cannot crowd those, so a record can at worst hit one place that rules have crowded.

use std::hash::{BuildHasher, Hasher};

/// Builds [`FastHasher`]s.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FastHash;

/// Multiplies and turns, eight bytes at a time.
#[derive(Debug)]
pub(crate) struct FastHasher(u64);

/// An odd number near 2^64 divided by the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl BuildHasher for FastHash {
    type Hasher = FastHasher;

    fn build_hasher(&self) -> FastHasher {
        FastHasher(FACTOR)
    }
}

impl FastHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.add(text_hash(bytes));
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    fn write_u8(&mut self, byte: u8) {
        self.add(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        // Tables look at the highest bits and at the lowest.
        self.0 ^ self.0 >> 32
    }
}

/// The hash of a text, sixteen bytes at a time.
pub(crate) fn text_hash(bytes: &[u8]) -> u64 {
    let (pairs, rest) = bytes.as_chunks::<16>();
    let mut hash = FACTOR ^ bytes.len() as u64;
    for pair in pairs {
        hash = mixed(hash, *pair);
    }
    if rest.is_empty() { hash } else { mixed(hash, last_pair(bytes)) }
}

/// The hash of some numbers.
pub(crate) fn words_hash(words: [u32; 4]) -> u64 {
    let [a, b, c, d] = words.map(u128::from);
    mixed(FACTOR, (a | b << 32 | c << 64 | d << 96).to_le_bytes())
}

/// The last sixteen bytes; of a shorter text its first and its last half, which may overlap.
fn last_pair(bytes: &[u8]) -> [u8; 16] {
    if let Some(pair) = bytes.last_chunk::<16>() {
        return *pair;
    }
    let word = |halves: (u64, u64)| (u128::from(halves.0) << 64 | u128::from(halves.1)).to_le_bytes();
    match (bytes.first_chunk::<8>(), bytes.first_chunk::<4>(), bytes.last_chunk::<8>(), bytes.last_chunk::<4>()) {
        (Some(first), _, Some(last), _) => word((u64::from_le_bytes(*first), u64::from_le_bytes(*last))),
        (_, Some(first), _, Some(last)) => {
            word((u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last))))
        }
        _ => word((bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0)),
    }
}

fn mixed(hash: u64, pair: [u8; 16]) -> u64 {
    let pair = u128::from_le_bytes(pair);
    let (low, high) = (pair as u64 ^ FACTOR, (pair >> 64) as u64 ^ hash);
    let product = u128::from(low) * u128::from(high);
    product as u64 ^ (product >> 64) as u64
}
