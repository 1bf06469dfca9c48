//! What looks like a secret in text, and what is shown in its place.
//!
//! Records hold passwords, tokens and keys that somebody put where they do not belong: in a user agent, a session name, a
//! title. Here they are found by the form of the services' own keys, by the name that stands before them, and by being
//! too random for a name; see [`find`]. [`SafeText`](crate::SafeText) shows a marker in their place.
//!
//! Ids are no secrets and stay: ARNs, key ids (`AKIA…`), ids of principals and resources, UUIDs, digests.

mod known;
mod named;
mod random;
#[cfg(test)]
mod tests;
mod worded;

use std::borrow::Cow;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::fold::{Case, Folded};

/// A part of a text that looks like a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it looks like, in words of ours, e.g. `Slack token`. Never the text.
    pub kind: &'static str,
}

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As a name or an id: a long hexadecimal number is one.
    Name,
    /// As prose, in which long hexadecimal numbers are keys unless a word before says that they are digests.
    Prose,
}

/// Everything in `text` that looks like a secret, in order and apart from each other: as it is written, and as a reader
/// would take it (percent-encoding, entities, escapes and invisible characters undone).
///
/// Takes time linear in the length of the text.
#[must_use]
pub fn find(text: &str, reading: Reading) -> Vec<Secret> {
    const SHORTEST: usize = 6;
    if text.len() < SHORTEST {
        return vec![];
    }
    let mut found = found_in(text, reading);
    if is_spelled_otherwise(text) {
        let folded = Folded::of(text, Case::Kept);
        if folded.text != text {
            let inner = found_in(&folded.text, reading);
            let source = |secret: Secret| Some(Secret { range: folded.source(&secret.range)?, ..secret });
            found.extend(inner.into_iter().filter_map(source));
        }
    }
    let markers = markers(text);
    found.iter_mut().for_each(|secret| beside_markers(&mut secret.range, &markers));
    apart(found)
}

/// Where markers stand already.
fn markers(text: &str) -> Vec<Range<usize>> {
    // Found out faster than that there is no marker.
    if !text.contains('[') {
        return vec![];
    }
    text.match_indices(MARKER)
        .filter_map(|(start, _)| {
            let kind = text.get(start + MARKER.len()..)?;
            let length = kind.bytes().take_while(|b| b.is_ascii_alphabetic() || *b == b' ').count();
            let tag = kind.get(length..)?.strip_prefix('#')?;
            let is_tag = tag.bytes().take(TAG_DIGITS).filter(u8::is_ascii_hexdigit).count() == TAG_DIGITS
                && tag.get(TAG_DIGITS..).is_some_and(|rest| rest.starts_with(']'));
            is_tag.then(|| start..start + MARKER.len() + length + 1 + TAG_DIGITS + 1)
        })
        .collect()
}

/// A marker is never part of a secret: what begins within one is none, and what reaches into one ends before it.
fn beside_markers(range: &mut Range<usize>, markers: &[Range<usize>]) {
    for marker in markers {
        if marker.contains(&range.start) {
            range.start = range.end;
        } else if marker.contains(&range.end.saturating_sub(1)) && range.start < marker.start {
            range.end = marker.start;
        }
    }
}

/// `text` with a marker in place of each secret; equal secrets have equal markers within a process, different ones
/// different markers, so that two names that differ in a secret stay two names.
#[must_use]
pub fn without_secrets(text: &str, reading: Reading) -> Cow<'_, str> {
    let secrets = find(text, reading);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for Secret { range, kind } in secrets {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(&marker(text.get(range.clone()).unwrap_or_default(), kind));
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// How a marker begins.
pub(crate) const MARKER: &str = "[secret removed: ";
/// Hexadecimal digits that tell one secret from another.
const TAG_DIGITS: usize = 10;

/// What is shown in place of a secret. What can be guessed is told apart by a hash that nobody outside this process can
/// compute, because a digest would let a guess be checked.
fn marker(secret: &str, kind: &str) -> String {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    let hash = if random::is_unguessable(secret) {
        Sha256::digest(secret.as_bytes()).iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
    } else {
        KEYS.hash_one(secret)
    };
    format!("{MARKER}{kind} #{:010x}]", hash >> 24)
}

fn found_in(text: &str, reading: Reading) -> Vec<Secret> {
    let mut found = Vec::new();
    known::find(text, &mut found);
    named::find(text, &mut found);
    worded::find(text, &mut found);
    random::find(text, reading, &mut found);
    found
}

/// Whether folding may change the text.
fn is_spelled_otherwise(text: &str) -> bool {
    // Most texts have not even the first character, which is found out faster.
    text.bytes().any(|b| !(b' '..=b'~').contains(&b) || matches!(b, b'%' | b'\\' | b'*'))
        || (text.contains('&') && text.contains("&#"))
        || (text.contains('[') && text.contains("[.]"))
}

/// In order; those that overlap are one, of the most telling kind.
fn apart(mut found: Vec<Secret>) -> Vec<Secret> {
    const LEAST_TELLING: &str = "random text";
    found.retain(|secret| !secret.range.is_empty());
    found.sort_by_key(|secret| (secret.range.start, std::cmp::Reverse(secret.range.end)));
    let mut apart: Vec<Secret> = Vec::with_capacity(found.len());
    for secret in found {
        match apart.last_mut().filter(|last| secret.range.start < last.range.end) {
            Some(last) => {
                last.range.end = last.range.end.max(secret.range.end);
                if last.kind == LEAST_TELLING {
                    last.kind = secret.kind;
                }
            }
            None => apart.push(secret),
        }
    }
    apart
}
