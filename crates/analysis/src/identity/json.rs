//! The few nested fields of a record that views do not carry, read from its text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Calls `each` with every member of the object in `text`. What is no object has none; what is broken ends there.
///
/// Values are passed over without recursion, however deep they nest.
pub(crate) fn members<'a>(text: &'a str, each: impl FnMut(&str, &'a str)) {
    let mut json = serde_json::Deserializer::from_str(text);
    let _ = json.deserialize_map(Members(each));
}

/// The text of one member.
pub(super) fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut found = None;
    members(text, |key, value| {
        if key == name {
            found = Some(value);
        }
    });
    found
}

/// The string in `text`; `None` if that is no string, or empty.
pub(super) fn string(text: &str) -> Option<Cow<'_, str>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.is_empty() {
        return None;
    }
    if inner.contains('\\') { serde_json::from_str(text).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

/// Whether it is `true`, as a flag or as a string.
pub(super) fn is_true(text: &str) -> bool {
    text.trim_matches('"').eq_ignore_ascii_case("true")
}

struct Members<F>(F);

impl<'de, F: FnMut(&str, &'de str)> Visitor<'de> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        // A key with an escape is owned, others are borrowed; none that is looked for has one.
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let value: &'de RawValue = map.next_value()?;
            (self.0)(&key, value.get());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_strings_are_found_in_what_is_whole_and_missing_in_what_is_not() {
        let text = r#"{"a":{"b":"c\u0064"},"e":"f","n":null,"t":"True","u":true}"#;
        assert_eq!(member(text, "a").and_then(|a| member(a, "b")).and_then(string).as_deref(), Some("cd"));
        assert!(matches!(member(text, "e").and_then(string), Some(Cow::Borrowed("f"))));
        assert!(member(text, "n").and_then(string).is_none() && member(text, "x").is_none());
        assert!(is_true(member(text, "t").unwrap()) && is_true(member(text, "u").unwrap()));
        for broken in ["", "[]", "null", "{", r#"{"a""#, r#""text""#] {
            assert_eq!(member(broken, "a"), None, "{broken}");
        }
        assert_eq!(member(r#"{"a":1,"b"#, "a"), Some("1"));
        let deep = format!("{{\"a\":{}1{},\"b\":\"c\"}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(member(&deep, "b").and_then(string).as_deref(), Some("c"));
    }
}
