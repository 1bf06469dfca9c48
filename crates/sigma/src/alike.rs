//! The rules that records of a likeness match, remembered in bounded memory.

use std::collections::HashMap;

use crate::hash::{FastHash, words_hash};
use crate::record::Likeness;
use crate::ruleset::RuleIndex;

/// Sets of places; a power of two.
const SETS: usize = 4 << 10;
/// Places of a set.
const WAYS: usize = 3;
/// Lists of rules that are told apart. Mostly few of them match together, and few lists of them do.
const LISTS: usize = 4 << 10;

/// What records of a likeness match.
#[derive(Debug, Default)]
pub(crate) struct Alike {
    /// Empty until something is put in.
    sets: Vec<Set>,
    lists: Vec<Box<[RuleIndex]>>,
    /// Where a list stands.
    list_at: HashMap<Box<[RuleIndex]>, u32, FastHash>,
}

/// One line of the cache.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
struct Set {
    /// Latest first.
    of: [Likeness; WAYS],
    /// One more than where in [`Alike::lists`] the matched rules stand; zero for none.
    list: [u32; WAYS],
}

impl Alike {
    /// The rules that records of a likeness match, if that is known.
    pub(crate) fn find(&self, likeness: Likeness) -> Option<&[RuleIndex]> {
        let set = self.sets.get(place(likeness))?;
        let (_, list) = set.of.iter().zip(set.list).find(|(own, list)| **own == likeness && *list > 0)?;
        self.lists.get(usize::try_from(list).ok()?.checked_sub(1)?).map(AsRef::as_ref)
    }

    /// Remembers what records of a likeness match, in the place of what was learnt longest ago.
    pub(crate) fn learn(&mut self, likeness: Likeness, matched: &[RuleIndex]) {
        let Some(number) = self.list(matched) else { return };
        if self.sets.is_empty() {
            self.sets.resize_with(SETS, Set::default);
        }
        let Some(set) = self.sets.get_mut(place(likeness)) else { return };
        set.of.rotate_right(1);
        set.list.rotate_right(1);
        let ([of, ..], [list, ..]) = (&mut set.of, &mut set.list);
        (*of, *list) = (likeness, number);
    }

    fn list(&mut self, matched: &[RuleIndex]) -> Option<u32> {
        if let Some(known) = self.list_at.get(matched) {
            return Some(*known);
        }
        if self.lists.len() >= LISTS {
            return None;
        }
        self.lists.push(matched.into());
        let number = u32::try_from(self.lists.len()).ok()?;
        self.list_at.insert(matched.into(), number);
        Some(number)
    }
}

fn place(likeness: Likeness) -> usize {
    words_hash(likeness) as usize & (SETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_is_found_and_the_oldest_gives_way() {
        let mut alike = Alike::default();
        assert_eq!(alike.find([1; 4]), None);
        let rules = |number: u32| [RuleIndex(number % 5), RuleIndex(number % 7)];
        for number in 0..100_000 {
            alike.learn([number, 1, 2, 3], &rules(number));
            assert_eq!(alike.find([number, 1, 2, 3]), Some(rules(number).as_slice()));
            assert_eq!(alike.find([number, 1, 2, 4]), None);
        }
        let kept = (0..100_000).filter(|number| {
            let found = alike.find([*number, 1, 2, 3]);
            assert!(found.is_none_or(|found| found == rules(*number)));
            found.is_some()
        });
        assert!((SETS..=SETS * WAYS).contains(&kept.count()));
        // None matched, and nothing known, are two things.
        alike.learn([0; 4], &[]);
        assert_eq!(alike.find([0; 4]), Some(&[][..]));
        assert_eq!(Alike::default().find([0; 4]), None);
    }

    #[test]
    fn lists_are_bounded() {
        let mut alike = Alike::default();
        for number in 0..2 * LISTS as u32 {
            alike.learn([number, 0, 0, 0], &[RuleIndex(number)]);
        }
        assert_eq!(alike.lists.len(), LISTS);
    }
}
