//! The fingerprint of a record's content: equal whatever the order of its keys and the white space between them, so
//! that the same event read from S3 and from LookupEvents is recognised.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

use security_model::RawJson;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Random keys of the fingerprints of one run. Whoever writes records cannot know them, so cannot make two records
/// collide.
#[derive(Clone)]
pub struct FingerprintKeys {
    high: RandomState,
    low: RandomState,
}

impl FingerprintKeys {
    /// Fresh keys. Fingerprints made with other keys cannot be compared with theirs.
    #[must_use]
    pub fn random() -> Self {
        Self { high: RandomState::new(), low: RandomState::new() }
    }

    /// Hashes the parts of a value; `tag` keeps values of different types apart.
    pub(crate) fn hash(&self, tag: Tag, parts: &[&[u8]]) -> u128 {
        let half = |state: &RandomState| {
            let mut hasher = state.build_hasher();
            hasher.write_u8(tag as u8);
            for part in parts {
                hasher.write_usize(part.len());
                hasher.write(part);
            }
            u128::from(hasher.finish())
        };
        half(&self.high) << 64 | half(&self.low)
    }
}

impl fmt::Debug for FingerprintKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKeys")
    }
}

/// The type of a value that is hashed.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Tag {
    Null,
    Bool,
    Unsigned,
    Signed,
    Float,
    Text,
    Array,
    Object,
    Member,
    EventId,
    Unparsed,
}

/// The fingerprint of a record: equal for equal content, whatever the order of keys, the white space and the way
/// characters are escaped; the order of arrays matters. `None` if it is not valid JSON, or if it is nested too deep or
/// holds a number too large to be compared.
#[must_use]
pub fn fingerprint(keys: &FingerprintKeys, record: RawJson<'_>) -> Option<u128> {
    let mut json = serde_json::Deserializer::from_str(record.for_matching());
    let fingerprint = Content(keys).deserialize(&mut json).ok()?;
    json.end().ok().map(|()| fingerprint)
}

/// Fingerprints a value while it is read, without building it.
#[derive(Clone, Copy)]
struct Content<'k>(&'k FingerprintKeys);

impl<'de> DeserializeSeed<'de> for Content<'_> {
    type Value = u128;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u128, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Content<'_> {
    type Value = u128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<u128, E> {
        Ok(self.0.hash(Tag::Null, &[]))
    }

    fn visit_bool<E>(self, value: bool) -> Result<u128, E> {
        Ok(self.0.hash(Tag::Bool, &[&[u8::from(value)]]))
    }

    fn visit_u64<E>(self, value: u64) -> Result<u128, E> {
        Ok(self.0.hash(Tag::Unsigned, &[&value.to_le_bytes()]))
    }

    fn visit_i64<E>(self, value: i64) -> Result<u128, E> {
        Ok(self.0.hash(Tag::Signed, &[&value.to_le_bytes()]))
    }

    fn visit_f64<E>(self, value: f64) -> Result<u128, E> {
        Ok(self.0.hash(Tag::Float, &[&value.to_bits().to_le_bytes()]))
    }

    fn visit_str<E>(self, value: &str) -> Result<u128, E> {
        Ok(self.0.hash(Tag::Text, &[value.as_bytes()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<u128, A::Error> {
        let mut hash = self.0.hash(Tag::Array, &[]);
        while let Some(element) = seq.next_element_seed(self)? {
            hash = self.0.hash(Tag::Array, &[&hash.to_le_bytes(), &element.to_le_bytes()]);
        }
        Ok(hash)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u128, A::Error> {
        // A sum does not depend on the order; its terms are keyed, so nobody can choose them to cancel out.
        let mut sum = 0u128;
        while let Some(key) = map.next_key_seed(self)? {
            let value = map.next_value_seed(self)?;
            sum = sum.wrapping_add(self.0.hash(Tag::Member, &[&key.to_le_bytes(), &value.to_le_bytes()]));
        }
        Ok(self.0.hash(Tag::Object, &[&sum.to_le_bytes()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(a: &str, b: &str) -> bool {
        let keys = FingerprintKeys::random();
        let [a, b] = [a, b].map(|text| fingerprint(&keys, RawJson::new(text)).unwrap());
        a == b
    }

    #[test]
    fn order_of_keys_white_space_and_escapes_do_not_matter() {
        assert!(equal(
            r#"{"a":1,"b":{"c":[1,"x/é"],"d":null}}"#,
            "{ \"b\":{\"d\":null,\"c\":[ 1,\"x\\/\\u00e9\" ]},\n\"\\u0061\":1}"
        ));
    }

    #[test]
    fn different_content_differs() {
        let different = [
            (r#"{"a":1}"#, r#"{"a":2}"#),
            (r#"{"a":1}"#, r#"{"a":"1"}"#),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#),
            (r#"{"a":[[1],2]}"#, r#"{"a":[[1,2]]}"#),
            (r#"{"a":[]}"#, r#"{"a":{}}"#),
            (r#"{"a":null}"#, r#"{"a":false}"#),
            (r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","c":"d"}"#, r#"{"a":"d","c":"b"}"#),
            (r#"{"a":1}"#, r#"{"a":1,"a":1}"#),
            (r#"{"x":{"a":1},"y":{"b":1}}"#, r#"{"x":{"b":1},"y":{"a":1}}"#),
        ];
        for (a, b) in different {
            assert!(!equal(a, b), "{a} {b}");
        }
    }

    #[test]
    fn what_cannot_be_read_has_no_fingerprint() {
        let keys = FingerprintKeys::random();
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        for text in ["", "{", "{} {}", "nul", deep.as_str()] {
            assert_eq!(fingerprint(&keys, RawJson::new(text)), None);
        }
    }
}
