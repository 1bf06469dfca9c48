//! What was worked out for the texts of late records, remembered for the records that have them too.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::RandomState;
use security_model::Untrusted;

/// Bytes of the texts of one key beyond which nothing is remembered.
const KEY_BYTES: usize = 4 << 10;
/// Pairs of places; a power of two.
const PAIRS: usize = 4 << 10;

/// What was worked out for some texts. Memory is bounded: a key can be in two places, and of these the one not asked for
/// last gives way.
pub(crate) struct Recent<V> {
    hash: RandomState,
    pairs: Vec<[Option<Known<V>>; 2]>,
    key: Vec<u8>,
}

struct Known<V> {
    hash: u64,
    key: Box<[u8]>,
    found: V,
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self { hash: RandomState::default(), pairs: Vec::new(), key: Vec::new() }
    }
}

impl<V: Copy> Recent<V> {
    /// What is known for these texts, of which there are always as many, and a mark; worked out by `make` when nothing is.
    /// Absent texts are empty ones.
    pub(crate) fn get<const N: usize>(
        &mut self,
        texts: &[Option<Untrusted<'_>>; N],
        mark: u8,
        make: impl FnOnce() -> V,
    ) -> V {
        if !self.spell(texts, mark) {
            return make();
        }
        let mut hasher = self.hash.build_hasher();
        hasher.write(&self.key);
        let hash = hasher.finish();
        if self.pairs.is_empty() {
            self.pairs.resize_with(PAIRS, || [None, None]);
        }
        let Some(pair) = self.pairs.get_mut(hash as usize & (PAIRS - 1)) else { return make() };
        let is_it = |place: &Option<Known<V>>| match place {
            Some(known) => known.hash == hash && *known.key == *self.key,
            None => false,
        };
        let [first, second] = pair;
        if !is_it(first) {
            std::mem::swap(first, second);
            if !is_it(first) {
                *first = None;
            }
        }
        let make = || Known { hash, key: self.key.as_slice().into(), found: make() };
        first.get_or_insert_with(make).found
    }

    /// Writes the key: the lengths of the texts, the mark, the texts. Whether it is short enough.
    fn spell<const N: usize>(&mut self, texts: &[Option<Untrusted<'_>>; N], mark: u8) -> bool {
        self.key.clear();
        let texts = texts.each_ref().map(|text| text.map_or("", Untrusted::for_matching));
        for text in texts {
            let Ok(length) = u16::try_from(text.len()) else { return false };
            self.key.extend_from_slice(&length.to_le_bytes());
        }
        self.key.push(mark);
        texts.into_iter().for_each(|text| self.key.extend_from_slice(text.as_bytes()));
        self.key.len() <= KEY_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(recent: &mut Recent<u32>, texts: [&str; 2], mark: u8, make: u32) -> u32 {
        recent.get(&texts.map(|text| Some(Untrusted::new(text))), mark, || make)
    }

    #[test]
    fn what_is_known_is_not_worked_out_again() {
        let mut recent = Recent::default();
        assert_eq!(get(&mut recent, ["ab", "c"], 0, 1), 1);
        assert_eq!(get(&mut recent, ["ab", "c"], 0, 2), 1);
        // The same letters in other texts, and another mark.
        assert_eq!(get(&mut recent, ["a", "bc"], 0, 3), 3);
        assert_eq!(get(&mut recent, ["ab", "c"], 1, 4), 4);
        assert_eq!(recent.get(&[None, Some(Untrusted::new("abc"))], 0, || 5), 5);
        assert_eq!(get(&mut recent, ["", "abc"], 0, 6), 5);
        assert_eq!(get(&mut recent, ["ab", "c"], 0, 7), 1);
    }

    #[test]
    fn nothing_is_remembered_of_long_texts_and_of_many_only_the_late() {
        let mut recent = Recent::default();
        for long in ["x".repeat(KEY_BYTES), "x".repeat(70_000)] {
            assert_eq!(get(&mut recent, [&long, ""], 0, 1), 1);
            assert_eq!(get(&mut recent, [&long, ""], 0, 2), 2);
        }
        for number in 0..100_000_u32 {
            assert_eq!(get(&mut recent, [&number.to_string(), ""], 0, number), number);
            assert_eq!(get(&mut recent, [&number.to_string(), ""], 0, 0), number);
        }
        assert_eq!(recent.pairs.iter().flatten().flatten().count(), 2 * PAIRS);
    }
}
