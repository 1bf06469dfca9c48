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

/// A key in which values cannot be mixed up; `None` for what is too long to be remembered.
///
/// One text is its own key; a byte that no text has stands for what is none. Several are written into `key`.
pub(crate) fn spell<'k>(given: &[Given<'k>], key: &'k mut Vec<u8>) -> Option<&'k [u8]> {
    match given {
        [Given::Absent] => return Some(&[0xff]),
        [Given::Bool(false)] => return Some(&[0xfe]),
        [Given::Bool(true)] => return Some(&[0xfd]),
        [Given::Text(text)] => return Some(text.as_bytes()).filter(|text| text.len() <= TEXT_BYTES),
        _ => {}
    }
    key.clear();
    let mut marks = [[0; 2]; FIELDS];
    for (given, mark) in given.iter().zip(&mut marks) {
        *mark = match given {
            Given::Absent => [u8::MAX; 2],
            Given::Bool(value) => [u8::from(*value), u8::MAX],
            Given::Text(text) if text.len() <= TEXT_BYTES => {
                key.extend_from_slice(text.as_bytes());
                // Lengths are far below those whose second byte is the largest.
                [text.len() as u8, (text.len() >> 8) as u8]
            }
            Given::Text(_) => return None,
        };
    }
    key.extend_from_slice(marks.as_flattened());
    Some(key)
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
    key: Box<[u8]>,
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
    /// What is known for a key with this hash, worked out by `make` when nothing is; `None` when it is not to be remembered.
    pub(crate) fn get(&mut self, hash: u64, key: &[u8], make: impl FnOnce() -> V) -> Option<&mut V> {
        if self.credit < 0 {
            self.credit += 1;
            if self.credit == 0 {
                self.credit = CREDIT;
            }
            return None;
        }
        if self.sets.is_empty() {
            self.sets.resize_with(SETS, Set::default);
        }
        let set = self.sets.get_mut(hash as usize & (SETS - 1))?;
        let place = set.find(hash, key);
        if place.is_some() {
            self.credit = (self.credit + 1).min(CREDIT);
        } else {
            self.credit -= MISS;
            if self.credit <= 0 {
                self.credit = -PAUSE;
            }
        }
        let place = place.unwrap_or_else(|| set.put(hash, key, make()));
        set.places.get_mut(place)?.as_mut().map(|known| &mut known.found)
    }
}

impl<V> Set<V> {
    fn find(&self, hash: u64, key: &[u8]) -> Option<usize> {
        let same = |known: &Known<V>| *known.key == *key;
        let mut places = self.hashes.iter().zip(&self.places);
        places.position(|(own, known)| *own == hash && known.as_ref().is_some_and(same))
    }

    fn put(&mut self, hash: u64, key: &[u8], found: V) -> usize {
        let place = usize::from(self.next) % WAYS;
        self.next = self.next.wrapping_add(1);
        if let (Some(own), Some(known)) = (self.hashes.get_mut(place), self.places.get_mut(place)) {
            *own = hash;
            *known = Some(Known { key: key.into(), found });
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(given: &[Given<'_>]) -> Vec<u8> {
        spell(given, &mut Vec::new()).unwrap().to_vec()
    }

    #[test]
    fn what_is_known_is_not_worked_out_again() {
        let mut memo = Memo::default();
        let given = key(&[Given::Text("x"), Given::Bool(true), Given::Absent]);
        assert_eq!(memo.get(7, &given, || 1), Some(&mut 1));
        assert_eq!(memo.get(7, &given, || 2), Some(&mut 1));
        // The same hash, but other values.
        let others = [
            [Given::Text("x"), Given::Bool(false), Given::Absent],
            [Given::Text("x"), Given::Absent, Given::Absent],
            [Given::Text("x"), Given::Text(""), Given::Absent],
        ];
        for (number, other) in (3..).zip(others) {
            assert_eq!(memo.get(7, &key(&other), || number), Some(&mut number.clone()));
        }
        assert_eq!(memo.get(7, &given, || 9), Some(&mut 1));
    }

    #[test]
    fn keys_tell_values_apart() {
        assert_ne!(key(&[Given::Text("ab"), Given::Text("c")]), key(&[Given::Text("a"), Given::Text("bc")]));
        assert_ne!(key(&[Given::Text(""), Given::Absent]), key(&[Given::Absent, Given::Text("")]));
        let single = [Given::Bool(false), Given::Bool(true), Given::Absent, Given::Text(""), Given::Text("x")];
        let keys: std::collections::HashSet<_> = single.iter().map(|given| key(&[*given])).collect();
        assert_eq!(keys.len(), single.len());
        let long = "x".repeat(TEXT_BYTES + 1);
        for given in [&[Given::Text(&long)][..], &[Given::Absent, Given::Text(&long)]] {
            assert!(spell(given, &mut Vec::new()).is_none());
        }
    }

    #[test]
    fn the_oldest_gives_way_where_a_place_is_crowded() {
        let mut memo = Memo::default();
        for (number, name) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
            assert_eq!(memo.get(7, name.as_bytes(), || number), Some(&mut number.clone()));
        }
        assert_eq!(memo.get(7, b"e", || 9), Some(&mut 4));
        assert_eq!(memo.get(7, b"b", || 9), Some(&mut 1));
        assert_eq!(memo.get(7, b"a", || 9), Some(&mut 9));
    }

    #[test]
    fn texts_that_never_come_again_are_not_remembered() {
        let mut memo = Memo::default();
        let misses = (0..CREDIT).filter(|number| {
            let name = number.to_string();
            memo.get(number.unsigned_abs().into(), name.as_bytes(), || 1).is_some()
        });
        assert_eq!(misses.count(), usize::try_from(CREDIT / MISS).unwrap());
        // Later it is tried again.
        let later = (0..PAUSE).any(|_| memo.get(7, b"x", || 1).is_some());
        assert!(later);
    }
}
