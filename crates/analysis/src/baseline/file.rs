//! The file of a baseline: a header, its tables one after the other, all numbers little-endian, and SHA-256 over all of it.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `NDBASE` and two zeros |
//! | 2 | version of the format |
//! | 16 | salt |
//! | 4 + 4 | seconds since 1970 of the first and the last event |
//! | 8 + 8 | events, and what was left out |
//! | 4 × 4 | lengths of the tables of identities, accounts and keys, and how many things were done |
//! | 4 | bytes that the things done take |
//! | 2 | bytes of the words on which events it was made of; the first format has neither them nor this |
//! | | the words, UTF-8 |
//! | | the tables, each sorted; things done as distances, 7 bits to a byte, lowest first, each byte but the last with its
//! highest bit set |
//! | 32 | SHA-256 of everything before |

use sha2::{Digest as _, Sha256};

use super::fact::BRIEF_BITS;
use super::{Baseline, BaselineError, MAX_BYTES, Person};
use super::{MOST_ACCOUNTS, MOST_FACTS, MOST_KEYS, MOST_PERSONS, MOST_WORDS};

const MAGIC: &[u8; 8] = b"NDBASE\0\0";
/// The first format, which does not say which events a baseline was made of.
const WITHOUT_WORDS: u16 = 1;
const VERSION: u16 = 2;
const CHECKSUM: usize = 32;

/// Bytes of everything but the words and the tables.
pub(super) const HEADER: usize = HEADER_WITHOUT_WORDS + 2;
/// The same in the first format.
const HEADER_WITHOUT_WORDS: usize = 8 + 2 + 16 + 2 * 4 + 2 * 8 + 5 * 4 + CHECKSUM;
/// Bytes of one row of each table.
pub(super) const PERSON: usize = 8 + 3 * 4 + 2 * 2 + 2;
pub(super) const ACCOUNT: usize = 8 + 4;
pub(super) const KEY: usize = 8 + 1;
/// Most bytes of all things done: three each, a fourth where a distance has more than 21 bits and a fifth where it has more
/// than 28, of which there cannot be many within so many bits.
pub(super) const MOST_FACT_BYTES: usize = 3 * MOST_FACTS + (1 << (BRIEF_BITS - 21)) + (1 << (BRIEF_BITS - 28));

impl Baseline {
    /// The file. It has at most [`MAX_BYTES`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let facts = distances(&self.facts);
        let lengths = [self.persons.len(), self.accounts.len(), self.keys.len(), self.facts.len(), facts.len()];
        let words = self.built_from.as_deref();
        let mut bytes = Vec::with_capacity(size(lengths) + fixed(words.map(str::len)));
        bytes.extend(MAGIC);
        bytes.extend(if words.is_some() { VERSION } else { WITHOUT_WORDS }.to_le_bytes());
        bytes.extend(self.salt.to_le_bytes());
        bytes.extend([self.from, self.until].map(u32::to_le_bytes).as_flattened());
        bytes.extend([self.events, self.left_out].map(u64::to_le_bytes).as_flattened());
        bytes.extend(lengths.map(|length| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()).as_flattened());
        if let Some(words) = words {
            bytes.extend(u16::try_from(words.len()).unwrap_or(u16::MAX).to_le_bytes());
            bytes.extend(words.as_bytes());
        }
        for (number, person) in &self.persons {
            bytes.extend(number.to_le_bytes());
            bytes.extend([person.since, person.last, person.events].map(u32::to_le_bytes).as_flattened());
            bytes.extend([person.days, person.secrets].map(u16::to_le_bytes).as_flattened());
            bytes.extend([person.countries, person.has_enumerated.into()]);
        }
        for (number, since) in &self.accounts {
            bytes.extend(number.to_le_bytes());
            bytes.extend(since.to_le_bytes());
        }
        for (number, networks) in &self.keys {
            bytes.extend(number.to_le_bytes());
            bytes.push(*networks);
        }
        bytes.extend(facts);
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        bytes
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it, and what to do.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BaselineError> {
        let found = bytes.len();
        if found > MAX_BYTES {
            return Err(if bytes.starts_with(MAGIC) { BaselineError::TooLong } else { BaselineError::Foreign });
        }
        let mut rest = Reader(bytes.strip_prefix(MAGIC).ok_or(BaselineError::Foreign)?);
        let cut = |expected| BaselineError::Length { found, expected };
        let has_words = match rest.u16().ok_or_else(|| cut(HEADER))? {
            0 => return Err(BaselineError::Damaged),
            WITHOUT_WORDS => false,
            VERSION => true,
            newer => return Err(BaselineError::Newer(newer)),
        };
        let header = Header::read(&mut rest, has_words).ok_or_else(|| cut(fixed(has_words.then_some(0))))?;
        let expected = size(header.lengths) + fixed(header.words);
        let most = [MOST_PERSONS, MOST_ACCOUNTS, MOST_KEYS, MOST_FACTS, MOST_FACT_BYTES];
        let is_too_long = header.words.is_some_and(|words| words > MOST_WORDS);
        if is_too_long || header.lengths.iter().zip(most).any(|(length, most)| *length > most) {
            return Err(BaselineError::Damaged);
        }
        if found != expected {
            return Err(BaselineError::Length { found, expected });
        }
        let (body, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(BaselineError::Damaged)?;
        if <[u8; CHECKSUM]>::from(Sha256::digest(body)) != *checksum {
            return Err(BaselineError::Damaged);
        }
        header.tables(&mut rest).filter(Self::is_sound).ok_or(BaselineError::Damaged)
    }

    /// Whether everything can be found.
    fn is_sound(&self) -> bool {
        self.from <= self.until
            && self.persons.is_sorted_by_key(|(number, _)| *number)
            && self.accounts.is_sorted_by_key(|(number, _)| *number)
            && self.keys.is_sorted_by_key(|(number, _)| *number)
    }
}

/// Bytes of everything but the tables, with so many of words.
fn fixed(words: Option<usize>) -> usize {
    words.map_or(HEADER_WITHOUT_WORDS, |words| HEADER + words)
}

/// Bytes of the tables.
const fn size([persons, accounts, keys, _, facts]: [usize; 5]) -> usize {
    persons * PERSON + accounts * ACCOUNT + keys * KEY + facts
}

/// How far each of sorted numbers is from the one before.
fn distances(numbers: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut last = 0;
    for number in numbers {
        let mut rest = number - last;
        while rest > 0x7f {
            let [low, ..] = rest.to_le_bytes();
            bytes.push(low | 0x80);
            rest >>= 7;
        }
        let [low, ..] = rest.to_le_bytes();
        bytes.push(low);
        last = *number;
    }
    bytes
}

struct Header {
    salt: u128,
    from: u32,
    until: u32,
    events: u64,
    left_out: u64,
    lengths: [usize; 5],
    /// Bytes of the words on which events it was made of.
    words: Option<usize>,
}

impl Header {
    fn read(rest: &mut Reader<'_>, has_words: bool) -> Option<Self> {
        let salt = u128::from_le_bytes(rest.take()?);
        let (from, until) = (rest.u32()?, rest.u32()?);
        let (events, left_out) = (rest.u64()?, rest.u64()?);
        let mut length = || usize::try_from(rest.u32()?).ok();
        let lengths = [length()?, length()?, length()?, length()?, length()?];
        let words = if has_words { Some(usize::from(rest.u16()?)) } else { None };
        Some(Self { salt, from, until, events, left_out, lengths, words })
    }

    fn tables(self, rest: &mut Reader<'_>) -> Option<Baseline> {
        let Self { salt, from, until, events, left_out, lengths: [persons, accounts, keys, facts, _], words } = self;
        let built_from = match words {
            Some(words) => Some(rest.text(words)?.into()),
            None => None,
        };
        let persons = rows(persons, || Some((rest.u64()?, person(rest)?)))?;
        let accounts = rows(accounts, || Some((rest.u64()?, rest.u32()?)))?;
        let keys = rows(keys, || Some((rest.u64()?, rest.u8()?)))?;
        let mut last = None;
        let facts = rows(facts, || {
            let number = last.unwrap_or(0) + rest.distance()?;
            let is_next = last.is_none_or(|last| number > last) && number < 1 << BRIEF_BITS;
            last = Some(number);
            is_next.then_some(number)
        })?;
        Some(Baseline { salt, from, until, events, left_out, persons, accounts, keys, facts, built_from })
    }
}

fn person(rest: &mut Reader<'_>) -> Option<Person> {
    Some(Person {
        since: rest.u32()?,
        last: rest.u32()?,
        events: rest.u32()?,
        days: rest.u16()?,
        secrets: rest.u16()?,
        countries: rest.u8()?,
        has_enumerated: rest.u8()? != 0,
    })
}

fn rows<T>(length: usize, mut row: impl FnMut() -> Option<T>) -> Option<Vec<T>> {
    let mut rows = Vec::with_capacity(length);
    for _ in 0..length {
        rows.push(row()?);
    }
    Some(rows)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn text(&mut self, length: usize) -> Option<&str> {
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn distance(&mut self) -> Option<u64> {
        let mut distance = 0;
        for shift in (0..BRIEF_BITS).step_by(7) {
            let byte = self.u8()?;
            distance |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(distance);
            }
        }
        None
    }

    fn u8(&mut self) -> Option<u8> {
        self.take().map(u8::from_le_bytes)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_done_come_back_within_their_bounds() {
        let most = (1_u64 << BRIEF_BITS) - 1;
        // The largest step, steps of every length, and as many as there may be at even steps.
        let step = (most + 1) / MOST_FACTS as u64;
        for facts in [
            vec![],
            vec![0],
            vec![most],
            vec![0, 1, 128, 129, 16_512, 2_113_664, 270_549_120, most],
            (0..MOST_FACTS as u64).map(|number| number * step).collect(),
        ] {
            let baseline = Baseline {
                salt: 1,
                from: 2,
                until: 3,
                events: 4,
                left_out: 5,
                persons: vec![(6, Person { since: 7, last: 8, events: 9, days: 10, secrets: 11, ..Person::default() })],
                accounts: vec![(u64::MAX, u32::MAX)],
                keys: vec![(12, 13), (14, 15)],
                facts,
                built_from: Some("x".repeat(MOST_WORDS).into()),
            };
            let bytes = baseline.to_bytes();
            assert!(bytes.len() <= MAX_BYTES);
            assert_eq!(Baseline::from_bytes(&bytes), Ok(baseline));
        }
    }

    #[test]
    fn distances_are_written_in_sevens() {
        assert_eq!(distances(&[5, 6, 134, 16_518]), [5, 1, 0x80, 1, 0x80, 0x80, 1]);
    }
}
