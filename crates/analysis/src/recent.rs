//! What was worked out for the texts of late records, remembered for the records that have them too.
//!
//! Looking it up is to cost little memory traffic: of texts that may be long, two hashes are kept in their place, keyed anew
//! in each run. Whoever writes the records does not know the keys and cannot aim at texts whose hashes are the same, and of a
//! billion distinct texts two would have both the same by chance about once in 10^20 runs.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::RandomState;
use security_model::Untrusted;

/// Sets of places; a power of two.
const SETS: usize = 4 << 10;
/// Places of a set.
const WAYS: usize = 3;

/// What was worked out for some texts. Memory is bounded: texts can be in a few places, and there the oldest give way.
pub(crate) struct Recent<V> {
    hashes: [RandomState; 2],
    sets: Vec<Set>,
    found: Vec<V>,
}

/// One line of the cache.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
struct Set {
    /// The hashes of the texts, latest first.
    of: [[u64; 2]; WAYS],
    /// One more than where in [`Recent::found`] it stands; zero for none.
    at: [u32; WAYS],
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self { hashes: Default::default(), sets: Vec::new(), found: Vec::new() }
    }
}

impl<V: Copy> Recent<V> {
    /// What is known for these texts, of which there are always as many; worked out by `make` when nothing is. Absent texts
    /// are empty ones.
    pub(crate) fn get<const N: usize>(&mut self, texts: &[Option<Untrusted<'_>>; N], make: impl FnOnce() -> V) -> V {
        let Self { hashes, sets, found } = self;
        let mut hashers = hashes.each_ref().map(BuildHasher::build_hasher);
        for text in texts.iter().map(|text| text.map_or("", Untrusted::for_matching)) {
            for hasher in &mut hashers {
                hasher.write(text.as_bytes());
                // So that no other texts of the same letters look alike.
                hasher.write_usize(text.len());
            }
        }
        let of = hashers.map(|hasher| hasher.finish());
        if sets.is_empty() {
            sets.resize_with(SETS, Set::default);
        }
        let Some(set) = sets.get_mut(of[0] as usize & (SETS - 1)) else { return make() };
        let known = set.of.iter().zip(set.at).find(|(own, _)| **own == of);
        if let Some(known) = known.and_then(|(_, at)| found.get(usize::try_from(at).ok()?.checked_sub(1)?)) {
            return *known;
        }
        let made = make();
        set.take(of, made, found);
        made
    }
}

impl Set {
    /// Puts what was made in the place of the oldest.
    fn take<V>(&mut self, of: [u64; 2], made: V, found: &mut Vec<V>) {
        self.of.rotate_right(1);
        self.at.rotate_right(1);
        let ([own, ..], [at, ..]) = (&mut self.of, &mut self.at);
        let oldest = usize::try_from(*at).ok().and_then(|at| found.get_mut(at.checked_sub(1)?));
        match oldest {
            Some(oldest) => *oldest = made,
            None => {
                found.push(made);
                *at = u32::try_from(found.len()).unwrap_or(0);
            }
        }
        *own = of;
    }
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
    fn of_many_only_the_late_are_known() {
        let mut recent = Recent::default();
        for number in 0..100_000_u32 {
            assert_eq!(get(&mut recent, [&number.to_string(), ""], number), number);
            assert_eq!(get(&mut recent, [&number.to_string(), ""], 0), number);
        }
        assert_eq!(recent.found.len(), SETS * WAYS);
        // What made room is not mixed up with what it made room for.
        let known = (0..100_000).filter(|number| get(&mut recent, [&number.to_string(), ""], u32::MAX) == *number);
        assert!(known.count() <= SETS * WAYS);
    }

    #[test]
    fn long_texts_are_told_apart() {
        let mut recent = Recent::default();
        let (long, shorter) = ("x".repeat(70_000), "x".repeat(69_999));
        assert_eq!(get(&mut recent, [&long, ""], 1), 1);
        assert_eq!(get(&mut recent, [&shorter, "x"], 2), 2);
        assert_eq!(get(&mut recent, ["", &long], 3), 3);
        assert_eq!(get(&mut recent, [&long, ""], 4), 1);
    }
}
