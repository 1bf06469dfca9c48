//! Single members of a JSON object, parsed without parsing the others.

use memchr::memmem::Finder;
use serde_json::{Map, Value};

use crate::json::{each_member, unescaped};

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
