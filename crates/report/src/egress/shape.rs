//! Identifiers by their shape: ARNs, account and key ids, addresses of machines and of mail.

use std::net::IpAddr;
use std::ops::Range;

use security_model::fold::{Case, Folded};

use super::vocabulary;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Arn,
    Account,
    AccessKey,
    Address,
    Mail,
}

impl Shape {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Arn => "ARN",
            Self::Account => "account id",
            Self::AccessKey => "access key id",
            Self::Address => "IP address",
            Self::Mail => "e-mail address",
        }
    }
}

/// Every identifier in a text, however it is spelled, in order, none inside another.
pub(super) fn identifiers(text: &str) -> Vec<(Range<usize>, Shape)> {
    let folded = Folded::of(text, Case::Kept);
    let mut found = Vec::new();
    for (start, word) in words(&folded.text) {
        in_word(start, word, &mut found);
    }
    quads(&folded.text, &mut found);
    accounts(&folded.text, &mut found);
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut from = 0;
    found.retain(|(range, _)| {
        let apart = range.start >= from;
        from = from.max(range.end);
        apart
    });
    found.into_iter().filter_map(|(range, shape)| folded.source(&range).map(|range| (range, shape))).collect()
}

/// Maximal stretches of characters of a kind, with where they start.
fn stretches(text: &str, is_part: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive(move |c| !is_part(c)).filter_map(move |piece| {
        let at = start;
        start += piece.len();
        let part = piece.trim_end_matches(|c| !is_part(c));
        (!part.is_empty()).then_some((at, part))
    })
}

/// `198.51.100.7` also behind letters, as in `v198.51.100.7`; four numbers and no more.
fn quads(text: &str, found: &mut Vec<(Range<usize>, Shape)>) {
    // Longer than any control id, of which the last part may have four numbers.
    const LONGEST_PREFIX: usize = 24;
    for (start, run) in stretches(text, |c| c.is_ascii_digit() || c == '.') {
        let trimmed = run.trim_start_matches('.');
        let start = start + run.len() - trimmed.len();
        let trimmed = trimmed.trim_end_matches('.');
        let is_quad =
            trimmed.split('.').take(5).count() == 4 && trimmed.split('.').all(|part| part.parse::<u8>().is_ok());
        if !is_quad {
            continue;
        }
        let from = text.floor_char_boundary(start.saturating_sub(LONGEST_PREFIX));
        let before = text.get(from..start).unwrap_or_default();
        let prefix = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '.').next().unwrap_or_default();
        if !vocabulary::is_plain_of_any_kind(&format!("{prefix}{trimmed}")) {
            found.push((start..start + trimmed.len(), Shape::Address));
        }
    }
}

/// Twelve digits, also in three groups and beside letters that are no hexadecimal ones.
fn accounts(text: &str, found: &mut Vec<(Range<usize>, Shape)>) {
    let runs: Vec<(usize, usize)> =
        stretches(text, |c| c.is_ascii_digit()).map(|(start, run)| (start, start + run.len())).collect();
    let is_hex = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
    for (start, end) in runs.iter().filter(|(start, end)| end - start == 12) {
        let before = text.get(..*start).and_then(|before| before.chars().next_back());
        let after = text.get(*end..).and_then(|after| after.chars().next());
        if !is_hex(before) && !is_hex(after) {
            found.push((*start..*end, Shape::Account));
        }
    }
    for groups in runs.windows(3) {
        let [(start, a), (b, c), (d, end)] = groups else { continue };
        let is_group = groups.iter().all(|(start, end)| end - start == 4);
        let separators = (text.get(*a..*b), text.get(*c..*d));
        if is_group && separators.0 == separators.1 && matches!(separators.0, Some("-" | " " | "." | "_" | "/")) {
            found.push((*start..*end, Shape::Account));
        }
    }
}

/// Stretches without white space, quotes, brackets or bars, with where they start.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_end = |c: char| c.is_whitespace() || c.is_control() || "\"'`|<>()[]{},;".contains(c);
    let mut start = 0;
    text.split(is_end).map(move |word| {
        let at = start;
        // The separator that ended the word may be longer than a byte.
        start = at + word.len();
        start += text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        (at, word)
    })
}

fn in_word(start: usize, word: &str, found: &mut Vec<(Range<usize>, Shape)>) {
    if let Some(at) = arn_start(word) {
        found.push((start + at..start + word.len(), Shape::Arn));
        return;
    }
    if is_mail(word) {
        found.push((start..start + word.len(), Shape::Mail));
        return;
    }
    if let Some(address) = address(word) {
        found.push((start + address.start..start + address.end, Shape::Address));
        return;
    }
    let mut at = start;
    for part in word.split(|c: char| !c.is_ascii_alphanumeric() && c != '.') {
        if let Some(address) = address(part) {
            found.push((at + address.start..at + address.end, Shape::Address));
        } else {
            alphanumeric(at, part, found);
        }
        at += part.len();
        at += word.get(at - start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
}

fn alphanumeric(start: usize, part: &str, found: &mut Vec<(Range<usize>, Shape)>) {
    let mut at = start;
    for run in part.split('.') {
        if is_access_key(run) {
            found.push((at..at + run.len(), Shape::AccessKey));
        } else if is_account(run) {
            found.push((at..at + run.len(), Shape::Account));
        }
        at += run.len() + 1;
    }
}

fn arn_start(word: &str) -> Option<usize> {
    let lower = word.to_ascii_lowercase();
    let alone = |at: &usize| !word.get(..*at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
    let is_whole = |at: &usize| word.get(*at..).is_some_and(|arn| arn.split(':').take(6).count() == 6);
    let mut starts = lower.match_indices("arn:aws").map(|(at, _)| at);
    // Joined to letters it is one only if it has all its parts.
    starts.find(|at| alone(at) || is_whole(at))
}

/// 12 digits, also in groups of four.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

const KEY_PREFIXES: [&str; 10] = ["AKIA", "ASIA", "ABIA", "ACCA", "AIDA", "AROA", "AGPA", "AIPA", "ANPA", "ANVA"];

/// `AKIA…` and its kin: 4 letters and 16 more. Also ids of users and roles, which identify as well.
pub(super) fn is_access_key(text: &str) -> bool {
    (20..=24).contains(&text.len())
        && KEY_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Whether a stretch of letters and digits has such an id in it: joined to other text, or in small letters alone.
pub(super) fn holds_access_key(text: &str) -> bool {
    const MORE: usize = 16;
    let is_id = |id: &str| id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let has_digit = |id: &str| id.bytes().any(|b| b.is_ascii_digit());
    let joined = KEY_PREFIXES.iter().any(|prefix| {
        text.match_indices(prefix).any(|(at, _)| {
            let id = text.get(at + prefix.len()..at + prefix.len() + MORE);
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let alone = before.is_none_or(|c| !c.is_ascii_uppercase());
            id.is_some_and(|id| is_id(id) && (alone || has_digit(id)))
        })
    });
    joined
        || text.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| {
            (20..=24).contains(&run.len()) && has_digit(run) && is_access_key(&run.to_ascii_uppercase())
                || is_access_key(run)
        })
}

fn is_mail(word: &str) -> bool {
    let Some(last_dot) = word.rfind('.') else { return false };
    let host_starts = |at: usize| word.get(at + 1..).is_some_and(|host| !host.starts_with('.'));
    word.match_indices('@').any(|(at, _)| at > 0 && last_dot > at + 1 && host_starts(at))
}

/// An address, with a port, a prefix length or punctuation around it.
fn address(word: &str) -> Option<Range<usize>> {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
    stretches(word, is_part).find_map(|(start, core)| address_at(word, start, core))
}

fn address_at(word: &str, start: usize, core: &str) -> Option<Range<usize>> {
    let end = start + core.len();
    let whole = |text: &str| text.parse::<IpAddr>().is_ok() && text.chars().any(|c| c.is_ascii_hexdigit());
    let trimmed = core.trim_end_matches(['.', ':']);
    let before_port = trimmed.rsplit_once(':').map_or(trimmed, |(host, _)| host);
    let bounded = word.get(..start).is_some_and(|before| !before.ends_with(char::is_alphanumeric))
        && word.get(end..).is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    [core, trimmed, before_port].into_iter().find(|text| bounded && whole(text)).map(|text| start..start + text.len())
}

/// An id of the strict form that AWS gives: `i-0123456789abcdef0`, `sg-…`.
pub(super) fn is_aws_id(text: &str) -> bool {
    const PREFIXES: [&str; 18] = [
        "i", "sg", "vpc", "subnet", "eni", "vol", "snap", "ami", "igw", "rtb", "acl", "nat", "eipalloc", "lt", "vpce",
        "tgw", "pcx", "fs",
    ];
    text.split_once('-').is_some_and(|(prefix, id)| {
        PREFIXES.contains(&prefix)
            && matches!(id.len(), 8 | 17)
            && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

/// Whether an address is one of the internet, and not a private, loopback, link-local, shared or documentation one.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || shared)
        }
        IpAddr::V6(v6) => {
            if let Some(v4) = v6.to_ipv4_mapped() {
                return is_public(IpAddr::V4(v4));
            }
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(text: &str) -> Vec<(&str, Shape)> {
        identifiers(text).into_iter().map(|(range, shape)| (text.get(range).unwrap(), shape)).collect()
    }

    #[test]
    fn identifiers_are_found_wherever_they_stand() {
        for (text, found, shape) in [
            ("by `arn:aws:iam::111122223333:role/x`,", "arn:aws:iam::111122223333:role/x", Shape::Arn),
            ("in 111122223333.", "111122223333", Shape::Account),
            ("arn:aws-cn:s3:::b", "arn:aws-cn:s3:::b", Shape::Arn),
            ("from 198.51.100.7:443", "198.51.100.7", Shape::Address),
            ("from 198.51.100.7/24.", "198.51.100.7", Shape::Address),
            ("ip=198.51.100.7", "198.51.100.7", Shape::Address),
            ("(2001:db8::1)", "2001:db8::1", Shape::Address),
            ("from 198.51.100.7.", "198.51.100.7", Shape::Address),
            ("key AKIAIOSFODNN7EXAMPLE!", "AKIAIOSFODNN7EXAMPLE", Shape::AccessKey),
            ("mail é@example.com", "é@example.com", Shape::Mail),
            ("x/111122223333/y", "111122223333", Shape::Account),
            ("acct111122223333", "111122223333", Shape::Account),
            ("in 1111-2222-3333.", "1111-2222-3333", Shape::Account),
            ("in 1111 2222 3333", "1111 2222 3333", Shape::Account),
            ("in １１１１２２２２３３３３", "１１１１２２２２３３３３", Shape::Account),
            ("from 198[.]51[.]100[.]7", "198[.]51[.]100[.]7", Shape::Address),
            ("v198.51.100.7", "198.51.100.7", Shape::Address),
            ("x.198.51.100.7", "198.51.100.7", Shape::Address),
            ("addr=2001:db8::1", "2001:db8::1", Shape::Address),
            ("a＠example.com", "a＠example.com", Shape::Mail),
            ("@a@example.com", "@a@example.com", Shape::Mail),
            ("xarn:aws:iam::111122223333:role/x", "arn:aws:iam::111122223333:role/x", Shape::Arn),
            ("arn%3Aaws%3Aiam%3A%3A1", "arn%3Aaws%3Aiam%3A%3A1", Shape::Arn),
        ] {
            assert_eq!(shapes(text), [(found, shape)], "{text}");
        }
    }

    #[test]
    fn ordinary_text_has_none() {
        for text in [
            "at 02:13:00 UTC",
            "2026-11-21T02:13:00Z",
            "1234567890123",
            "3.5.2",
            "{{f:1}}",
            "EC2.19",
            "crate::egress",
            "::",
            "barn:aws",
            "sha256:a11112222333b",
            "CIS.1.2.3.4",
            "1.2.3.4.5",
            "1111-2222",
        ] {
            assert_eq!(shapes(text), [], "{text}");
        }
    }

    #[test]
    fn ids_of_aws_are_strict() {
        assert!(is_aws_id("i-0123456789abcdef0") && is_aws_id("sg-12345678"));
        assert!(!is_aws_id("i-0123456789abcdeg0") && !is_aws_id("evil-12345678") && !is_aws_id("i-1"));
    }
}
