//! Secrets by the name of their field: `password=…`, `"token": "…"`, `Authorization: …`.

use std::ops::Range;

use super::Secret;
use super::{known, random};

/// What a value behind a name has to be for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Anything that is no placeholder.
    Secret(&'static str),
    /// Something with digits: names of such fields are also used for other things.
    Likely(&'static str),
    /// Random text: most keys are no secrets.
    Key,
    /// An authorisation header: a scheme, then the secret.
    Authorisation,
    /// A cookie header: everything up to the end of the line.
    Cookie,
}

/// Ends of names, in small letters and without what joins words.
const SECRET_ENDS: &[(&str, &str)] = &[
    ("password", "password"),
    ("passwd", "password"),
    ("passwort", "password"),
    ("passphrase", "password"),
    ("passcode", "password"),
    ("pwd", "password"),
    ("secret", "secret"),
    ("secretkey", "secret"),
    ("secretaccesskey", "AWS secret access key"),
    ("secretkeybase", "secret"),
    ("secretstring", "secret"),
    ("secretvalue", "secret"),
    ("clientsecretvalue", "secret"),
    ("token", "token"),
    ("tokensecret", "token"),
    ("apikey", "API key"),
    ("authkey", "API key"),
    ("accountkey", "connection string"),
    ("sharedaccesskey", "connection string"),
    ("privatekey", "private key"),
    ("privatekeyid", "private key"),
    ("signingkey", "private key"),
    ("encryptionkey", "private key"),
    ("masterkey", "private key"),
    ("credential", "credential"),
    ("credentials", "credential"),
];

/// Names that end so and hold nothing secret: places in lists, and numbers that make a call repeatable.
const HARMLESS_ENDS: &[&str] =
    &["nexttoken", "clienttoken", "requesttoken", "paginationtoken", "continuationtoken", "idempotencytoken"];

/// Ends of names whose values are secrets when they look like it.
const LIKELY_ENDS: &[(&str, &str)] = &[
    ("signature", "signature"),
    ("hmac", "signature"),
    ("sig", "signature"),
    ("session", "cookie"),
    ("sessionid", "cookie"),
    ("sessid", "cookie"),
    ("connectsid", "cookie"),
    ("cookie", "cookie"),
    ("auth", "authorisation header"),
];

/// Longest name that is looked at, in bytes.
pub(super) const LONGEST_NAME: usize = 64;
/// Longest value, in bytes: every separator is looked at, and this must stay linear.
const LONGEST_VALUE: usize = 2048;

/// Finds secrets by their names.
pub(super) fn find(text: &str, found: &mut Vec<Secret>) {
    let mut until = 0;
    for (at, byte) in text.bytes().enumerate() {
        if at < until || !matches!(byte, b'=' | b':' | b'>') {
            continue;
        }
        if let Some(secret) = pair(text, at, byte) {
            until = secret.range.end;
            found.push(secret);
        }
    }
}

fn rest(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

/// What stands before a separator.
struct Name<'a> {
    text: &'a str,
    start: usize,
    /// A quotation mark stands between the name and the separator, as in JSON.
    quoted: bool,
}

impl<'a> Name<'a> {
    fn before(text: &'a str, at: usize) -> Option<Self> {
        let from = text.floor_char_boundary(at.saturating_sub(LONGEST_NAME + 4));
        let before = text.get(from..at)?;
        let open = before.trim_end_matches(' ');
        let closed = open.trim_end_matches(['"', '\'', '`', '\\', ']', '*']);
        let quoted = closed.len() < open.len() && open.ends_with(['"', '\'', '`']);
        let length = closed.bytes().rev().take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count();
        let name = closed.get(closed.len() - length..).filter(|name| !name.is_empty())?;
        Some(Self { text: name, start: from + closed.len() - length, quoted })
    }

    fn class(&self) -> Option<Class> {
        class(self.text)
    }
}

/// The class of a name, whichever way its words are joined.
pub(super) fn class(name: &str) -> Option<Class> {
    // Longer than any name or end below: of a longer one, only the end counts.
    let mut tail = [0; 24];
    let joined = joined(name, &mut tail);
    let ends = |ends: &[(&'static str, &'static str)]| {
        let longest = ends.iter().filter(|(end, _)| is_end(joined, end)).max_by_key(|(end, _)| end.len());
        longest.map(|(_, kind)| *kind)
    };
    if matches!(joined, b"cookie" | b"setcookie") {
        return Some(Class::Cookie);
    }
    if matches!(joined, b"authorization" | b"authorisation" | b"proxyauthorization") {
        return Some(Class::Authorisation);
    }
    if HARMLESS_ENDS.iter().any(|end| is_end(joined, end)) {
        return None;
    }
    // `pass` ends ordinary words as well.
    let is_pass = joined == b"pass"
        || name.len() > 5 && (name.ends_with("_pass") || name.ends_with("Pass") || name.ends_with("_PASS"));
    if is_pass {
        return Some(Class::Secret("password"));
    }
    ends(SECRET_ENDS)
        .map(Class::Secret)
        .or_else(|| ends(LIKELY_ENDS).map(Class::Likely))
        .or_else(|| (joined == b"sid").then_some(Class::Likely("cookie")))
        .or_else(|| joined.ends_with(b"key").then_some(Class::Key))
        .or_else(|| matches!(joined, b"auth" | b"sas" | b"otp" | b"pin" | b"bearer").then_some(Class::Likely("token")))
}

/// The end of a name in small letters, without what joins words and without the digits behind it: as much as has room.
fn joined<'t>(name: &str, tail: &'t mut [u8]) -> &'t [u8] {
    let letters = name.bytes().rev().filter(u8::is_ascii_alphanumeric).skip_while(u8::is_ascii_digit);
    let mut from = tail.len();
    for (room, letter) in tail.iter_mut().rev().zip(letters) {
        *room = letter.to_ascii_lowercase();
        from -= 1;
    }
    tail.get(from..).unwrap_or_default()
}

/// Whether a name ends so.
pub(super) fn is_end(name: &[u8], end: &str) -> bool {
    // Most do not have even the last letter, which is found out faster.
    name.last() == end.as_bytes().last() && name.ends_with(end.as_bytes())
}

/// `name=value`, `name: value`, `"name": "value"`, `<name>value`.
fn pair(text: &str, at: usize, separator: u8) -> Option<Secret> {
    let name = Name::before(text, at)?;
    let class = name.class()?;
    let is_element = separator == b'>';
    if is_element && !text.get(..name.start).is_some_and(|before| before.ends_with('<')) {
        return None;
    }
    if separator == b':' && (rest(text, at).starts_with("::") || rest(text, at).starts_with("://")) {
        return None;
    }
    if separator == b':' && is_in_arn(text, name.start) {
        return None;
    }
    let value = value(text, at + 1)?;
    let content = text.get(value.range.clone())?;
    let is_certain = separator != b':' || name.quoted || value.quoted;
    match class {
        Class::Cookie => cookie(text, &value),
        Class::Authorisation => authorisation(text, value.range.start),
        _ if is_placeholder(content) || (is_call(name.text) && is_count(content)) => None,
        Class::Secret(kind) => {
            let is_path = name.text.eq_ignore_ascii_case("pwd") && content.starts_with(['/', '~']);
            let enough = if is_certain { content.len() >= 2 } else { is_likely_prose(content) };
            (enough && !is_path).then_some(Secret { range: value.range, kind })
        }
        Class::Likely(kind) => (is_certain && is_likely(content)).then_some(Secret { range: value.range, kind }),
        Class::Key => (is_certain && random::is_random_value(content) && !known::is_uuid(content))
            .then_some(Secret { range: value.range, kind: "key" }),
    }
}

/// Whether a name is a call's, such as `GetSecretValue`: what stands behind it is more often how many there were.
fn is_call(name: &str) -> bool {
    const VERBS: [&str; 14] = [
        "Get", "BatchGet", "Put", "Create", "Delete", "Update", "List", "Describe", "Rotate", "Change", "Restore",
        "Assume", "Set", "Reset",
    ];
    let goes_on =
        |verb: &&str| name.strip_prefix(*verb).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    VERBS.iter().any(goes_on)
}

/// A count, or the slot of one in a draft: `1,234`, `f:91`.
fn is_count(value: &str) -> bool {
    let number = value.strip_prefix("f:").unwrap_or(value);
    (1..=9).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit() || b == b',')
}

/// Whether a position is within an ARN, in which `:` separates parts.
fn is_in_arn(text: &str, at: usize) -> bool {
    const LONGEST: usize = 256;
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST));
    let before = text.get(from..at).unwrap_or_default();
    let word = before.rsplit(|c: char| c.is_whitespace() || "\"'`<>,;".contains(c)).next().unwrap_or_default();
    word.contains("arn:aws")
}

struct Value {
    range: Range<usize>,
    quoted: bool,
}

/// The value that begins at `at` or behind some space and quotation marks.
fn value(text: &str, at: usize) -> Option<Value> {
    let tail = rest(text, at);
    let open = tail.trim_start_matches([' ', '\t', '=', '>', '\\', '*', '(', '[', '{']);
    let start = at + tail.len() - open.len();
    let quote = open.chars().next()?;
    if "\"'`".contains(quote) {
        let start = start + quote.len_utf8();
        let inner = within(rest(text, start));
        let end = inner.find(quote).unwrap_or(inner.len());
        let content = inner.get(..end)?.trim_end_matches('\\');
        return Some(Value { range: start..start + content.len(), quoted: true });
    }
    let end = bare_end(within(open));
    Some(Value { range: start..start + end, quoted: false }).filter(|value| !value.range.is_empty())
}

fn within(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_VALUE)).unwrap_or_default()
}

/// Where a value without quotation marks ends: at white space or a quotation mark, and at a comma and the like when
/// another field follows.
fn bare_end(text: &str) -> usize {
    for (at, c) in text.char_indices() {
        if c.is_whitespace() || "\"'`<>\\".contains(c) {
            return at;
        }
        if ",;&|)}]".contains(c) && is_end_of_field(rest(text, at + 1)) {
            return at;
        }
    }
    text.len()
}

fn is_end_of_field(after: &str) -> bool {
    let Some(next) = after.chars().next() else { return true };
    if next.is_whitespace() || "\"'`,;&|)}]<>".contains(next) {
        return true;
    }
    let name = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_-. ".contains(b)).count();
    (1..=LONGEST_NAME).contains(&name) && rest(after, name).starts_with(['=', ':'])
}

/// What stands for a secret, or says that there is none.
pub(super) fn is_placeholder(value: &str) -> bool {
    const WORDS: [&str; 17] = [
        "true",
        "false",
        "null",
        "none",
        "nil",
        "undefined",
        "yes",
        "no",
        "required",
        "optional",
        "redacted",
        "hidden",
        "removed",
        "withheld",
        "masked",
        "enabled",
        "disabled",
    ];
    let word = value.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let first = value.chars().next();
    let is_variable = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    word.is_empty()
        || WORDS.iter().any(|placeholder| word.eq_ignore_ascii_case(placeholder))
        || value.chars().all(|c| Some(c) == first)
        || value.starts_with("arn:aws")
        || value.starts_with("[secret removed")
        || value.starts_with("secret removed")
        || value.starts_with("…+")
        || value.starts_with("{{")
        || value.starts_with("${")
        || value.strip_prefix('$').is_some_and(is_variable)
        || word.starts_with("HIDDEN_DUE_TO")
        || word.starts_with("sensitiveDataRemoved")
        || known::is_aws_id(word)
        || is_our_token(word)
}

/// `PRINCIPAL_3`: what stands for a name outside.
fn is_our_token(word: &str) -> bool {
    word.split_once('_').is_some_and(|(kind, number)| {
        kind.len() >= 2
            && kind.bytes().all(|b| b.is_ascii_uppercase())
            && (1..=9).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_digit())
    })
}

/// In prose a name with a colon is mostly followed by words about it.
fn is_likely_prose(value: &str) -> bool {
    let inner = value.trim_end_matches(['.', ')', '*', ':', '!', '?']);
    let has_digit = inner.bytes().any(|b| b.is_ascii_digit());
    let has_sign = inner.bytes().any(|b| b.is_ascii_punctuation() && b != b'-' && b != b'/');
    value.len() >= 6 && (has_digit || has_sign)
}

fn is_likely(value: &str) -> bool {
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    value.len() >= 10 && letters >= 2 && digits >= 1
}

fn cookie(text: &str, value: &Value) -> Option<Secret> {
    let line = within(rest(text, value.range.start));
    let length = line.find(['\n', '\r', '"', '\'']).unwrap_or(line.len());
    let content = line.get(..length)?.trim_end();
    let is_pair = content.contains('=') && !content.starts_with("[secret removed");
    is_pair.then(|| Secret { range: value.range.start..value.range.start + content.len(), kind: "cookie" })
}

const SCHEMES: [&str; 7] = ["bearer", "basic", "token", "digest", "negotiate", "apikey", "ntlm"];

/// The secret of an authorisation header, behind its scheme if it has one.
fn authorisation(text: &str, start: usize) -> Option<Secret> {
    let header = rest(text, start);
    let first = header.get(..bare_end(within(header)))?;
    if !SCHEMES.iter().any(|scheme| first.eq_ignore_ascii_case(scheme)) {
        return is_credential(first)
            .then(|| Secret { range: start..start + first.len(), kind: "authorisation header" });
    }
    let value = value(text, start + first.len())?;
    let content = text.get(value.range.clone())?;
    is_credential(content).then_some(Secret { range: value.range, kind: "authorisation header" })
}

/// What is no word: it has digits, signs or capitals within.
pub(super) fn is_credential(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.bytes().skip(1).any(|b| is(&b));
    let is_random = has(u8::is_ascii_digit) || value.ends_with('=') || has(u8::is_ascii_uppercase);
    value.len() >= 8 && is_random && !is_placeholder(value) && !value.contains("HMAC-SHA")
}
