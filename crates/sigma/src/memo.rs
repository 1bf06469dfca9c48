//! What was worked out for some values, remembered for the records that have them too.
//!
//! Values come from records, so memory and the time of a look-up are bounded whatever they are: a value can be in a few
//! places only, and what stands there longest gives way. Where values hardly ever come again, remembering is given up
//! for a while.

use crate::record::Value;

/// Fields whose values are remembered together, at most.
pub(crate) const FIELDS: usize = 6;
/// Bytes of one text beyond which it is not remembered.
pub(crate) const TEXT_BYTES: usize = 512;
/// Groups of places; a power of two.
const SETS: usize = 1024;
/// Places of one group.
const WAYS: usize = 4;
/// Misses that hits make up for, and what a miss costs in hits.
const CREDIT: i32 = 16_384;
const MISS: i32 = 4;
/// Records that pass unremembered once the credit is used up.
const PAUSE: i32 = 65_536;

/// What a record has in a field, if it can be remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Given<'v> {
    /// There is no such field.
    #[default]
    Absent,
    Bool(bool),
    Text(&'v str),
}

impl<'v> Given<'v> {
    /// `None` for what is not remembered.
    pub(crate) fn of(value: Option<Value<'v>>) -> Option<Self> {
        match value {
            None => Some(Self::Absent),
            Some(Value::Bool(value)) => Some(Self::Bool(value)),
            Some(Value::Text(text)) => Some(Self::Text(text)),
            Some(Value::Null | Value::Number(_) | Value::List(_) | Value::Object(_)) => None,
        }
    }

    pub(crate) fn value(self) -> Option<Value<'v>> {
        match self {
            Self::Absent => None,
            Self::Bool(value) => Some(Value::Bool(value)),
            Self::Text(text) => Some(Value::Text(text)),
        }
    }
}

/// As [`Given`].
#[derive(Debug)]
enum Kept {
    Absent,
    Bool(bool),
    Text(Box<str>),
}

impl Kept {
    fn of(given: &Given<'_>) -> Self {
        match *given {
            Given::Absent => Self::Absent,
            Given::Bool(value) => Self::Bool(value),
            Given::Text(text) => Self::Text(text.into()),
        }
    }

    fn is(&self, given: &Given<'_>) -> bool {
        match (self, *given) {
            (Self::Absent, Given::Absent) => true,
            (Self::Bool(own), Given::Bool(value)) => *own == value,
            (Self::Text(own), Given::Text(text)) => **own == *text,
            _ => false,
        }
    }
}

/// What was worked out, by the values that it was worked out from.
#[derive(Debug)]
pub(crate) struct Memo<V> {
    /// Empty until something is put in.
    sets: Vec<Set<V>>,
    /// Above zero: hits that are to spare. Below: records that still pass unremembered.
    credit: i32,
}

#[derive(Debug)]
struct Set<V> {
    hashes: [u64; WAYS],
    places: [Option<Known<V>>; WAYS],
    /// The place that gives way next.
    next: u8,
}

#[derive(Debug)]
struct Known<V> {
    given: Box<[Kept]>,
    found: V,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self { sets: Vec::new(), credit: CREDIT }
    }
}

impl<V> Default for Set<V> {
    fn default() -> Self {
        Self { hashes: [0; WAYS], places: [const { None }; WAYS], next: 0 }
    }
}

impl<V> Memo<V> {
    /// What is known for values with this hash, worked out by `make` when nothing is; `None` when it is not to be
    /// remembered. Always as many values.
    pub(crate) fn get(&mut self, hash: u64, given: &[Given<'_>], make: impl FnOnce() -> V) -> Option<&mut V> {
        if self.credit < 0 {
            self.credit += 1;
            if self.credit == 0 {
                self.credit = CREDIT;
            }
            return None;
        }
        if given.iter().any(|given| matches!(given, Given::Text(text) if text.len() > TEXT_BYTES)) {
            return None;
        }
        if self.sets.is_empty() {
            self.sets.resize_with(SETS, Set::default);
        }
        let set = self.sets.get_mut(hash as usize & (SETS - 1))?;
        let place = set.find(hash, given);
        if place.is_some() {
            self.credit = (self.credit + 1).min(CREDIT);
        } else {
            self.credit -= MISS;
            if self.credit <= 0 {
                self.credit = -PAUSE;
            }
        }
        let place = place.unwrap_or_else(|| set.put(hash, given, make()));
        set.places.get_mut(place)?.as_mut().map(|known| &mut known.found)
    }
}

impl<V> Set<V> {
    fn find(&self, hash: u64, given: &[Given<'_>]) -> Option<usize> {
        let same = |known: &Known<V>| known.given.iter().zip(given).all(|(own, given)| own.is(given));
        let mut places = self.hashes.iter().zip(&self.places);
        places.position(|(own, known)| *own == hash && known.as_ref().is_some_and(same))
    }

    fn put(&mut self, hash: u64, given: &[Given<'_>], found: V) -> usize {
        let place = usize::from(self.next) % WAYS;
        self.next = self.next.wrapping_add(1);
        if let (Some(own), Some(known)) = (self.hashes.get_mut(place), self.places.get_mut(place)) {
            *own = hash;
            *known = Some(Known { given: given.iter().map(Kept::of).collect(), found });
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> [Given<'_>; 1] {
        [Given::Text(text)]
    }

    #[test]
    fn what_is_known_is_not_worked_out_again() {
        let mut memo = Memo::default();
        let given = [Given::Text("x"), Given::Bool(true), Given::Absent];
        assert_eq!(memo.get(7, &given, || 1), Some(&mut 1));
        assert_eq!(memo.get(7, &given, || 2), Some(&mut 1));
        // The same hash, but other values.
        assert_eq!(memo.get(7, &[Given::Text("x"), Given::Bool(false), Given::Absent], || 3), Some(&mut 3));
        assert_eq!(memo.get(7, &[Given::Text("x"), Given::Absent, Given::Absent], || 4), Some(&mut 4));
        assert_eq!(memo.get(7, &given, || 5), Some(&mut 1));
    }

    #[test]
    fn the_oldest_gives_way_where_a_place_is_crowded() {
        let mut memo = Memo::default();
        for (number, name) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
            assert_eq!(memo.get(7, &text(name), || number), Some(&mut number.clone()));
        }
        assert_eq!(memo.get(7, &text("e"), || 9), Some(&mut 4));
        assert_eq!(memo.get(7, &text("b"), || 9), Some(&mut 1));
        assert_eq!(memo.get(7, &text("a"), || 9), Some(&mut 9));
    }

    #[test]
    fn long_texts_and_texts_that_never_come_again_are_not_remembered() {
        let mut memo = Memo::default();
        assert_eq!(memo.get(7, &text(&"x".repeat(TEXT_BYTES + 1)), || 1), None);
        let misses = (0..CREDIT).filter(|number| {
            let name = number.to_string();
            memo.get(number.unsigned_abs().into(), &text(&name), || 1).is_some()
        });
        assert_eq!(misses.count(), usize::try_from(CREDIT / MISS).unwrap());
        // Later it is tried again.
        let later = (0..PAUSE).any(|_| memo.get(7, &text("x"), || 1).is_some());
        assert!(later);
    }
}
