//! The API key.

use std::fmt;

use reqwest::header::HeaderValue;
use serde_json::Value;

/// A key of the service. It cannot be printed: `Debug` hides it and there is no `Display`.
#[derive(Clone)]
pub struct ApiKey {
    key: String,
    header: HeaderValue,
}

/// Why a text is no key. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidKey {
    /// Nothing but white space.
    #[error("the API key is empty")]
    Empty,
    /// More than [`ApiKey::MAX_CHARS`].
    #[error("the API key is longer than {} characters", ApiKey::MAX_CHARS)]
    TooLong,
    /// A header cannot carry it.
    #[error("the API key holds a space, a line break, a quote or another character that a key does not have")]
    Characters,
}

impl ApiKey {
    /// Characters of the longest key that is taken.
    pub const MAX_CHARS: usize = 1024;

    /// A key, without the white space that copying may have left around it.
    ///
    /// # Errors
    /// When it is empty, too long, or holds anything but visible ASCII without `"` and `\`.
    pub fn new(key: impl AsRef<str>) -> Result<Self, InvalidKey> {
        let key = key.as_ref().trim();
        if key.is_empty() {
            return Err(InvalidKey::Empty);
        }
        if key.len() > Self::MAX_CHARS {
            return Err(InvalidKey::TooLong);
        }
        // What JSON has to escape could not be found again in JSON that stands in a text.
        if !key.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\')) {
            return Err(InvalidKey::Characters);
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| InvalidKey::Characters)?;
        // Keeps it out of the logs of the HTTP stack, and out of HTTP/2's compression table.
        header.set_sensitive(true);
        Ok(Self { key: key.to_owned(), header })
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Takes the key out of a text that the service wrote: some services repeat what they were sent.
    pub(crate) fn hide_in(&self, text: &str) -> String {
        text.replace(&self.key, "[key]")
    }

    /// Takes the key out of every text and name of an answer. Only after parsing: JSON has many ways to write a key.
    pub(crate) fn hide_within(&self, value: &mut Value) {
        match value {
            Value::String(text) if text.contains(&self.key) => *text = self.hide_in(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide_within(item)),
            Value::Object(fields) => {
                if fields.keys().any(|name| name.contains(&self.key)) {
                    *fields =
                        std::mem::take(fields).into_iter().map(|(name, value)| (self.hide_in(&name), value)).collect();
                }
                fields.values_mut().for_each(|value| self.hide_within(value));
            }
            _ => {}
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([hidden])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_trimmed_and_never_printed() {
        let key = ApiKey::new(" k-secret-1\n").unwrap();
        assert_eq!(key.header().to_str().unwrap(), "Bearer k-secret-1");
        assert_eq!(format!("{key:?} {:?}", key.header()), "ApiKey([hidden]) Sensitive");
        assert_eq!(key.hide_in("bad key k-secret-1!"), "bad key [key]!");
    }

    #[test]
    fn what_a_header_cannot_carry_is_no_key() {
        assert_eq!(ApiKey::new(" \n").unwrap_err(), InvalidKey::Empty);
        for text in ["a b", "a\r\nX-Evil: 1", "schlüssel", "a\0", "a\"b", "a\\b"] {
            let refused = ApiKey::new(text).unwrap_err();
            assert_eq!(refused, InvalidKey::Characters, "{text:?}");
            assert!(!refused.to_string().contains(text));
        }
    }
}
