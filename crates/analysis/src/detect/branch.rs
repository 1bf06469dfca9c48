//! Single members of a JSON object, parsed without parsing the others.

use std::borrow::Cow;

use memchr::memchr2;
use memchr::memmem::Finder;
use serde_json::{Map, Value};

/// Members for which there is room at once.
const USUAL: usize = 24;

/// The members of an object that paths with the same first step lead through: `a.b` may be the member `b` of `a`, or a
/// member that is called `a.b`.
#[derive(Debug)]
pub(super) struct Branch {
    step: Box<str>,
    /// The step behind a quotation mark, as it begins the names of these members.
    quoted: Finder<'static>,
}

impl Branch {
    /// The branch of a path.
    pub(super) fn of(path: &str) -> Self {
        let step = first_step(path);
        Self { step: step.into(), quoted: Finder::new(&format!("\"{step}")).into_owned() }
    }

    /// Whether a path begins like this branch.
    pub(super) fn is_of(&self, path: &str) -> bool {
        *self.step == *first_step(path)
    }

    /// Whether the text of an object can have such members, which costs little to find out. Names of CloudTrail's fields
    /// are taken to be written without escapes.
    pub(super) fn may_be_in(&self, text: &str) -> bool {
        self.quoted.find(text.as_bytes()).is_some()
    }

    /// An object of these members alone; `None` when one of them is not well formed.
    pub(super) fn of_members(&self, members: &[Member<'_>]) -> Option<Value> {
        let mut found = Map::new();
        for (name, value) in members {
            let name = unescaped(name)?;
            let rest = name.strip_prefix(&*self.step);
            if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                found.insert(name.into_owned(), serde_json::from_str(value).ok()?);
            }
        }
        Some(Value::Object(found))
    }
}

/// The name of a member, as it is written between quotation marks, and the text of its value.
pub(super) type Member<'t> = (&'t str, &'t str);

/// The members of an object; `None` when the text is no object, or not well formed as far as that is seen.
pub(super) fn members(text: &str) -> Option<Vec<Member<'_>>> {
    let mut found = Vec::with_capacity(USUAL);
    each_member(text, |name, value| found.push((name, value)))?;
    Some(found)
}

fn first_step(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// A text without its quotation marks as it is meant.
fn unescaped(name: &str) -> Option<Cow<'_, str>> {
    if !name.contains('\\') {
        return Some(Cow::Borrowed(name));
    }
    serde_json::from_str(&format!("\"{name}\"")).ok().map(Cow::Owned)
}

/// Offers the name, escapes and all, and the value of each member of an object; `None` as soon as something is wrong.
fn each_member<'t>(text: &'t str, mut take: impl FnMut(&'t str, &'t str)) -> Option<()> {
    let mut rest = text.trim_ascii_start().strip_prefix('{')?.trim_ascii_start();
    if rest.starts_with('}') {
        return Some(());
    }
    loop {
        let name = rest.get(..string_length(rest)?)?;
        let value = rest.get(name.len()..)?.trim_ascii_start().strip_prefix(':')?.trim_ascii_start();
        let (value, after) = value.split_at_checked(value_length(value)?)?;
        take(name.strip_prefix('"')?.strip_suffix('"')?, value);
        let after = after.trim_ascii_start();
        match after.strip_prefix(',') {
            Some(next) => rest = next.trim_ascii_start(),
            None => return after.starts_with('}').then_some(()),
        }
    }
}

/// The length of the value that a text begins with.
fn value_length(text: &str) -> Option<usize> {
    match text.as_bytes().first()? {
        b'"' => string_length(text),
        b'{' => container_length(text, b'{', b'}'),
        b'[' => container_length(text, b'[', b']'),
        _ => text.find([',', '}', ']', ' ', '\n', '\r', '\t']),
    }
}

/// The length of the string that a text begins with, quotation marks included.
fn string_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = usize::from(*bytes.first()? == b'"');
    if at == 0 {
        return None;
    }
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if *bytes.get(at)? == b'"' {
            return Some(at + 1);
        }
        // Whatever is escaped.
        at += 2;
    }
}

/// The length of the container that a text begins with. Brackets of the other kind are in pairs inside it.
///
/// Byte by byte: texts in records are too short for anything wider to pay.
fn container_length(text: &str, open: u8, close: u8) -> Option<usize> {
    let (mut depth, mut inside, mut escaped) = (0_u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        if inside {
            if escaped {
                escaped = false;
            } else if byte == b'"' {
                inside = false;
            } else {
                escaped = byte == b'\\';
            }
        } else if byte == b'"' {
            inside = true;
        } else if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(path: &str, text: &str, expect: Option<Value>) {
        let branch = Branch::of(path);
        let found = members(text).and_then(|members| branch.of_members(&members));
        assert_eq!(found, expect, "{path} in {text}");
    }

    #[test]
    fn members_are_found_among_others() {
        let text = r#" { "b" : [1, {"a": "}"}, "]"] ,"a":{"b":"\"}{"},"c":-1.5e3, "a.b":true,"ab":null } "#;
        check("a", text, Some(json!({"a": {"b": "\"}{"}, "a.b": true})));
        check("b.a", text, Some(json!({"b": [1, {"a": "}"}, "]"]})));
        check("c", text, Some(json!({"c": -1500.0})));
        check("d", text, Some(json!({})));
        check("a", "{}", Some(json!({})));
        check("a", r#"{"a":1,"a":2}"#, Some(json!({"a": 2})));
    }

    #[test]
    fn names_with_escapes_are_the_names_that_they_mean() {
        check("key", r#"{"\u006bey":"x"}"#, Some(json!({"key": "x"})));
        check("a\"b", r#"{"a\"b":"\\"}"#, Some(json!({"a\"b": "\\"})));
    }

    #[test]
    fn what_cannot_be_there_is_seen_at_once() {
        let branch = Branch::of("key.name");
        assert!(branch.may_be_in(r#"{"x":1,"key":{}}"#) && branch.may_be_in(r#"{"key.name":1}"#));
        assert!(!branch.may_be_in(r#"{"monkey":"a key"}"#));
    }

    #[test]
    fn what_is_no_object_is_left_to_others() {
        for text in
            ["", "[]", "\"a\"", "null", "{", r#"{"a""#, r#"{"a":"#, r#"{"a":}"#, r#"{"a":1"#, r#"{"a":"x}"#, "{a:1}"]
        {
            check("a", text, None);
        }
        for text in [r#"{"a":[1}"#, r#"{"a":1;"b":2}"#, r#"{"b":{"a":1}"#, r#"{"a":1,}"#] {
            check("a", text, None);
        }
    }
}
