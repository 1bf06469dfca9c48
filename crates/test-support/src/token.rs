//! Page tokens: opaque to the client, bound to the caller and to every other parameter of the request.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use crate::request::AwsCall;

/// Identifies a query: operation, caller, region and all parameters but the token itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Binding(u64);

impl Binding {
    pub(crate) fn of(call: &AwsCall, account: &str) -> Self {
        let mut parameters = call.body.clone();
        if let Value::Object(members) = &mut parameters {
            members.remove("NextToken");
        }
        let mut query: Vec<_> = call.query.iter().filter(|(name, _)| name != "NextToken").collect();
        query.sort();
        let mut hasher = DefaultHasher::new();
        (call.operation, account, &call.region, parameters.to_string(), query).hash(&mut hasher);
        Self(hasher.finish())
    }

    /// Makes the token that resumes this query at `cursor`; with another nonce another token for the same place.
    pub(crate) fn issue(self, cursor: &str, nonce: u64) -> String {
        let mut token = String::new();
        for byte in format!("{nonce}|{cursor}").bytes() {
            let _ = write!(token, "{byte:02x}");
        }
        let _ = write!(token, "{:016x}", self.seal(&token));
        token
    }

    /// The cursor of a token that this query issued; `None` for any other text.
    pub(crate) fn redeem(self, token: &str) -> Option<String> {
        let (text, seal) = token.split_at_checked(token.len().checked_sub(16)?)?;
        if u64::from_str_radix(seal, 16).ok()? != self.seal(text) {
            return None;
        }
        let bytes: Option<Vec<u8>> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let text = String::from_utf8(bytes?).ok()?;
        text.split_once('|').map(|(_, cursor)| cursor.to_owned())
    }

    fn seal(self, text: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        ("fake-aws token", self.0, text).hash(&mut hasher);
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_query_that_issued_a_token_redeems_it() {
        let token = Binding(7).issue("1763700000000:12", 0);
        assert_eq!(Binding(7).redeem(&token).as_deref(), Some("1763700000000:12"));
        assert_eq!(Binding(8).redeem(&token), None);
        assert_ne!(token, Binding(7).issue("1763700000000:12", 1));
    }

    #[test]
    fn any_other_text_is_refused() {
        let token = Binding(7).issue("1763700000000:12", 0);
        let mut altered = token.clone();
        altered.replace_range(0..1, if token.starts_with('3') { "4" } else { "3" });
        for text in ["", "x", "0123456789abcdef", "né-un-jeton-quelconque", altered.as_str()] {
            assert_eq!(Binding(7).redeem(text), None, "{text}");
        }
    }
}
