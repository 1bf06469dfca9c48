//! The few nested fields of a record that views do not carry, read from its text.

use std::borrow::Cow;

use crate::json::{each_member, unescaped};

/// Calls `each` with every member of the object in `text`. What is no object has none; what is broken ends there.
///
/// Values are passed over without recursion, however deep they nest.
pub(crate) fn members<'a>(text: &'a str, mut each: impl FnMut(&str, &'a str)) {
    let _ = each_member(text, |name, value| {
        if let Some(name) = unescaped(name) {
            each(&name, value);
        }
    });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_strings_are_found_in_what_is_whole_and_missing_in_what_is_not() {
        let text = r#"{"a":{"b":"c\u0064"},"e":"f","n":null}"#;
        assert_eq!(member(text, "a").and_then(|a| member(a, "b")).and_then(string).as_deref(), Some("cd"));
        assert!(matches!(member(text, "e").and_then(string), Some(Cow::Borrowed("f"))));
        assert!(member(text, "n").and_then(string).is_none() && member(text, "x").is_none());
        for broken in ["", "[]", "null", "{", r#"{"a""#, r#""text""#] {
            assert_eq!(member(broken, "a"), None, "{broken}");
        }
        assert_eq!(member(r#"{"a":1,"b"#, "a"), Some("1"));
        let deep = format!("{{\"a\":{}1{},\"b\":\"c\"}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(member(&deep, "b").and_then(string).as_deref(), Some("c"));
    }
}
