//! JSON as records need it: the members of an object as text, and strings that are read whatever they hold.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Calls `each` with the key and the JSON text of every member of the object in `text`, in order. A repeated key is
/// called for again, so the last one wins where values are assigned, as in most JSON readers.
pub(crate) fn members<'a>(text: &'a str, each: impl FnMut(&[u8], &'a str)) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_map(Members(each))?;
    json.end()
}

/// The string in `text`; `None` if that is no string or empty. A `\u` escape that is half a surrogate pair becomes
/// U+FFFD instead of making the record unreadable: whoever chooses a user agent must not be able to hide a record.
pub(crate) fn string(text: &str) -> Option<Cow<'_, str>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.is_empty() {
        return None;
    }
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    match serde_json::Deserializer::from_str(text).deserialize_bytes(Bytes).ok()? {
        Cow::Borrowed(bytes) => Some(String::from_utf8_lossy(bytes)),
        Cow::Owned(bytes) => Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
    }
}

/// A flag written as a boolean or as the string `true` or `false`.
pub(crate) fn flag(text: &str) -> Option<bool> {
    match text.trim_matches('"').to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

struct Members<F>(F);

impl<'de, F: FnMut(&[u8], &'de str)> Visitor<'de> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Bytes)? {
            let value: &'de RawValue = map.next_value()?;
            (self.0)(&key, value.get());
        }
        Ok(())
    }
}

/// The bytes of a string, which need not be UTF-8: an escape may be half a surrogate pair.
struct Bytes;

impl<'de> DeserializeSeed<'de> for Bytes {
    type Value = Cow<'de, [u8]>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl<'de> Visitor<'de> for Bytes {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(bytes))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(bytes.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_unescaped_only_when_needed() {
        assert!(matches!(string(r#""plain é""#), Some(Cow::Borrowed("plain é"))));
        assert_eq!(string(r#""a\"b\u00e9\ud83d\ude00\/""#).as_deref(), Some("a\"bé😀/"));
        for other in ["", "\"\"", "1", "null", "{}", "[\"a\"]", "\""] {
            assert_eq!(string(other), None, "{other}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_does_not_hide_a_string() {
        let text = string(r#""curl\ud800/8""#).unwrap();
        assert!(text.starts_with("curl\u{fffd}") && text.ends_with("/8"), "{text}");
    }

    #[test]
    fn members_are_listed_in_order_and_as_written() {
        let mut found = Vec::new();
        members("{ \"a\" : 1e400 , \"\\u0062\":[ {} ], \"\\ud800\":\"\\ud800\", \"a\":null }", |key, value| {
            found.push((String::from_utf8_lossy(key).into_owned(), value));
        })
        .unwrap();
        assert_eq!(
            found.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
            ["1e400", "[ {} ]", r#""\ud800""#, "null"]
        );
        assert_eq!((found[0].0.as_str(), found[1].0.as_str(), found[3].0.as_str()), ("a", "b", "a"));
    }

    #[test]
    fn flags_are_booleans_or_their_names() {
        assert_eq!(
            ["true", "\"false\"", "\"True\"", "\"yes\"", "1", "null"].map(flag),
            [Some(true), Some(false), Some(true), None, None, None]
        );
    }
}
