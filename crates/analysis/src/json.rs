//! The members of a JSON object as text: found without reading the values, and without recursion.

use std::borrow::Cow;

use memchr::memchr2;

/// A text without its quotation marks as it is meant.
pub(crate) fn unescaped(name: &str) -> Option<Cow<'_, str>> {
    if !name.contains('\\') {
        return Some(Cow::Borrowed(name));
    }
    serde_json::from_str(&format!("\"{name}\"")).ok().map(Cow::Owned)
}

/// Offers the name, escapes and all, and the value of each member of an object; `None` as soon as something is wrong.
pub(crate) fn each_member<'t>(text: &'t str, mut take: impl FnMut(&'t str, &'t str)) -> Option<()> {
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
fn container_length(text: &str, open: u8, close: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_u32, 0);
    loop {
        // Between strings there is too little for anything wider than a byte at a time.
        let byte = *bytes.get(at)?;
        if byte == b'"' {
            at += string_length(text.get(at..)?)?;
            continue;
        }
        at += 1;
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
}
