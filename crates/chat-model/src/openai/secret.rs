//! Takes the key out of what a server sends: some repeat their request, in an answer as well as in an error.

use std::fmt;

use serde_json::Value;

use super::ApiKey;

const HIDDEN: &str = "[key]";

/// A key to be hidden; empty where there is none.
#[derive(Clone, Default)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(key: Option<&ApiKey>) -> Self {
        Self(key.map(ApiKey::expose).unwrap_or_default().to_owned())
    }

    fn hide_in(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(&self.0, HIDDEN) }
    }

    /// In every text of a document, after parsing: JSON has many ways to write a key.
    pub(super) fn hide_within(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.hide_in(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide_within(item)),
            Value::Object(fields) => {
                if !self.0.is_empty() && fields.keys().any(|name| name.contains(&self.0)) {
                    *fields =
                        std::mem::take(fields).into_iter().map(|(name, value)| (self.hide_in(&name), value)).collect();
                }
                fields.values_mut().for_each(|value| self.hide_within(value));
            }
            _ => {}
        }
    }

    /// In JSON that comes as text. Text that is no JSON will not be read as such either.
    pub(super) fn hide_in_json(&self, json: &str) -> String {
        match serde_json::from_str::<Value>(json) {
            // Written again only when it must be: numbers and order stay the model's.
            Ok(mut value) if !self.0.is_empty() && (json.contains(&self.0) || json.contains('\\')) => {
                let before = value.clone();
                self.hide_within(&mut value);
                if value == before { json.to_owned() } else { value.to_string() }
            }
            _ => self.hide_in(json),
        }
    }

    /// Takes from `held` all but an end that may be the beginning of the key.
    pub(super) fn safe_part(&self, held: &mut String) -> String {
        let text = self.hide_in(held);
        let longest = self.0.len().saturating_sub(1).min(text.len());
        let kept =
            (1..=longest).rev().find(|length| self.0.get(..*length).is_some_and(|beginning| text.ends_with(beginning)));
        let (safe, rest) = text.split_at_checked(text.len() - kept.unwrap_or(0)).unwrap_or((&text, ""));
        *held = rest.to_owned();
        safe.to_owned()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new(Some(&ApiKey::new("sk-ab")))
    }

    #[test]
    fn a_key_in_pieces_is_hidden_and_nothing_else_is_lost() {
        for pieces in [vec!["a sk-a", "b c"], vec!["a s", "k", "-", "a", "b c"], vec!["a sk-ab c"]] {
            let mut held = String::new();
            let mut shown = String::new();
            for piece in pieces {
                held.push_str(piece);
                shown.push_str(&secret().safe_part(&mut held));
            }
            assert_eq!(shown + &held, "a [key] c");
        }
        let mut held = String::from("as");
        assert_eq!((secret().safe_part(&mut held).as_str(), held.as_str()), ("a", "s"));
        assert_eq!(Secret::default().safe_part(&mut String::from("as")), "as");
    }

    #[test]
    fn escapes_in_arguments_hide_no_key() {
        assert_eq!(secret().hide_in_json(r#"{"a": "\u0073k-ab"}"#), r#"{"a":"[key]"}"#);
        assert_eq!(secret().hide_in_json(r#"{"a": "x\n"}"#), r#"{"a": "x\n"}"#);
        assert_eq!(secret().hide_in_json("no json sk-ab"), "no json [key]");
    }
}
