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
    /// The key of the event at hand.
    spelled: Vec<u8>,
}

struct Known<V> {
    hash: u64,
    key: Box<[u8]>,
    found: V,
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self { hash: RandomState::default(), pairs: Vec::new(), spelled: Vec::new() }
    }
}

impl<V: Copy> Recent<V> {
    /// What is known for these texts, of which there are always as many; worked out by `make` when nothing is. Absent texts
    /// are empty ones.
    pub(crate) fn get<const N: usize>(&mut self, texts: &[Option<Untrusted<'_>>; N], make: impl FnOnce() -> V) -> V {
        let Self { hash, pairs, spelled } = self;
        let texts = texts.each_ref().map(|text| text.map_or("", Untrusted::for_matching));
        let key = match texts.as_slice() {
            [only] => only.as_bytes(),
            _ => {
                if !spell(texts, spelled) {
                    return make();
                }
                spelled
            }
        };
        if key.len() > KEY_BYTES {
            return make();
        }
        let mut hasher = hash.build_hasher();
        hasher.write(key);
        let hash = hasher.finish();
        if pairs.is_empty() {
            pairs.resize_with(PAIRS, || [None, None]);
        }
        let Some(pair) = pairs.get_mut(hash as usize & (PAIRS - 1)) else { return make() };
        let is_it = |place: &Option<Known<V>>| match place {
            Some(known) => known.hash == hash && *known.key == *key,
            None => false,
        };
        let [first, second] = pair;
        if !is_it(first) {
            std::mem::swap(first, second);
            if !is_it(first) {
                *first = None;
            }
        }
        first.get_or_insert_with(|| Known { hash, key: key.into(), found: make() }).found
    }
}

/// Writes the key of several texts: their lengths, then the texts. Nothing if one is too long for a key.
fn spell<const N: usize>(texts: [&str; N], key: &mut Vec<u8>) -> bool {
    key.clear();
    for text in texts {
        let Ok(length) = u16::try_from(text.len()) else { return false };
        key.extend_from_slice(&length.to_le_bytes());
    }
    texts.into_iter().for_each(|text| key.extend_from_slice(text.as_bytes()));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(recent: &mut Recent<u32>, texts: [&str; 2], make: u32) -> u32 {
        recent.get(&texts.map(|text| Some(Untrusted::new(text))), || make)
    }

    #[test]
    fn what_is_known_is_not_worked_out_again() {
        let mut recent = Recent::default();
        assert_eq!(get(&mut recent, ["ab", "c"], 1), 1);
        assert_eq!(get(&mut recent, ["ab", "c"], 2), 1);
        // The same letters in other texts.
        assert_eq!(get(&mut recent, ["a", "bc"], 3), 3);
        assert_eq!(recent.get(&[None, Some(Untrusted::new("abc"))], || 5), 5);
        assert_eq!(get(&mut recent, ["", "abc"], 6), 5);
        assert_eq!(get(&mut recent, ["ab", "c"], 7), 1);
    }

    #[test]
    fn nothing_is_remembered_of_long_texts_and_of_many_only_the_late() {
        let mut recent = Recent::default();
        for long in ["x".repeat(KEY_BYTES), "x".repeat(70_000)] {
            assert_eq!(get(&mut recent, [&long, ""], 1), 1);
            assert_eq!(get(&mut recent, [&long, ""], 2), 2);
        }
        for number in 0..100_000_u32 {
            assert_eq!(get(&mut recent, [&number.to_string(), ""], number), number);
            assert_eq!(get(&mut recent, [&number.to_string(), ""], 0), number);
        }
        assert_eq!(recent.pairs.iter().flatten().flatten().count(), 2 * PAIRS);
    }
}
