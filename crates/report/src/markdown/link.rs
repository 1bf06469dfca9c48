//! Addresses that a reader's software would turn into links by itself: they become code, and those of the web are
//! written so that nobody follows them by accident.

use super::tree::Inline;

/// Punctuation around an address that is not part of it.
const AROUND: &[char] =
    &['(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', ',', '.', ';', ':', '!', '?', '*', '_', '~', '|', '\\'];

/// Last labels of names that are taken for hosts without `www.` or a scheme.
const TOP_LEVEL: [&str; 44] = [
    "com", "net", "org", "io", "dev", "app", "invalid", "example", "test", "xyz", "info", "biz", "co", "ru", "cn",
    "me", "ai", "top", "site", "online", "link", "click", "zip", "mov", "sh", "cc", "tk", "to", "ly", "us", "uk", "eu",
    "de", "fr", "nl", "in", "br", "aws", "cloud", "tech", "live", "shop", "gov", "edu",
];

/// Schemes that need no `//`.
const BARE_SCHEMES: [&str; 6] = ["mailto:", "xmpp:", "javascript:", "vbscript:", "data:", "tel:"];

pub(super) fn without_links(content: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::with_capacity(content.len());
    for inline in content {
        match inline {
            Inline::Text(text) if text.contains(['.', ':', '@']) => split(&text, &mut out),
            other => out.push(other),
        }
    }
    out
}

fn split(text: &str, out: &mut Vec<Inline>) {
    let mut plain = String::new();
    for word in text.split_inclusive(' ') {
        let core = word.trim_matches(|c| c == ' ' || AROUND.contains(&c));
        let parts = if is_address(core) { word.split_once(core) } else { None };
        let Some((before, after)) = parts else {
            plain.push_str(word);
            continue;
        };
        plain.push_str(before);
        if !plain.is_empty() {
            out.push(Inline::Text(std::mem::take(&mut plain)));
        }
        out.push(Inline::Code(defanged(core)));
        plain.push_str(after);
    }
    if !plain.is_empty() {
        out.push(Inline::Text(plain));
    }
}

fn is_address(word: &str) -> bool {
    if !word.contains(['.', ':', '@']) {
        return false;
    }
    let lower = word.to_ascii_lowercase();
    lower.contains("://")
        || lower.contains("www.")
        || BARE_SCHEMES.iter().any(|scheme| lower.split_once(scheme).is_some_and(|(_, rest)| !rest.is_empty()))
        || is_mail(&lower)
        || is_host(&lower)
}

/// Also `a@b` without a dot: some readers link it.
fn is_mail(word: &str) -> bool {
    word.split_once('@').is_some_and(|(user, host)| {
        user.ends_with(|c: char| c.is_alphanumeric() || "_-+.".contains(c)) && host.starts_with(char::is_alphanumeric)
    })
}

/// Anything before a dot and one of the last labels: readers that guess take nearly every character for part of a host.
fn is_host(word: &str) -> bool {
    word.match_indices('.').any(|(at, _)| {
        let after = word.get(at + 1..).unwrap_or_default();
        let label = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        at > 0 && TOP_LEVEL.contains(&label)
    })
}

/// `hxxps://example[.]com/page`. Only what a browser would follow is changed.
fn defanged(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    if let Some(scheme) = BARE_SCHEMES.iter().find(|scheme| lower.starts_with(**scheme)) {
        let name = scheme.trim_end_matches(':');
        return format!("{name}[:]{}", word.get(scheme.len()..).unwrap_or_default());
    }
    for (scheme, written) in [("https://", "hxxps://"), ("http://", "hxxp://"), ("ftp://", "fxp://"), ("www.", "www.")]
    {
        let Some(at) = lower.find(scheme) else { continue };
        let before = word.get(..at).unwrap_or_default();
        let rest = word.get(at + scheme.len()..).unwrap_or_default();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, page) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let written = written.replace('.', "[.]");
        return format!("{before}{written}{}{page}", host.replace("[.]", ".").replace('.', "[.]"));
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<Inline> {
        without_links(vec![Inline::Text(text.to_owned())])
    }

    #[test]
    fn addresses_become_code_that_nobody_follows() {
        for (text, code) in [
            ("https://evil.example.com/a.b?c", "hxxps://evil[.]example[.]com/a.b?c"),
            ("HTTP://EVIL.COM", "hxxp://EVIL[.]COM"),
            ("www.evil.com", "www[.]evil[.]com"),
            ("mailto:a@example.com", "mailto[:]a@example.com"),
            ("javascript:alert(1", "javascript[:]alert(1"),
            ("data:text/html;base64,AAAA", "data[:]text/html;base64,AAAA"),
            ("a.b@example.com", "a.b@example.com"),
            ("s3.amazonaws.com", "s3.amazonaws.com"),
            ("s3://bucket/key", "s3://bucket/key"),
            ("e.com``", "e.com``"),
        ] {
            assert_eq!(parts(text), [Inline::Code(code.to_owned())], "{text}");
        }
    }

    #[test]
    fn punctuation_stays_outside() {
        let expected = [
            Inline::Text("see (".to_owned()),
            Inline::Code("hxxps://a[.]example".to_owned()),
            Inline::Text("), now.".to_owned()),
        ];
        assert_eq!(parts("see (https://a.example), now."), expected);
    }

    #[test]
    fn ordinary_words_stay() {
        for text in ["EC2.19 failed.", "At 02:13 UTC: 3.5%", "the data: 5", "e.g. this", "2026-11-21T02:13:00Z", "@ 5"]
        {
            assert_eq!(parts(text), [Inline::Text(text.to_owned())], "{text}");
        }
    }
}
