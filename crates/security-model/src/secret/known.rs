//! Secrets that have a form of their own.

use std::ops::Range;
use std::sync::LazyLock;

use super::Secret;
use super::random::stretches;

/// What a key or token is made of behind its first letters.
#[derive(Clone, Copy)]
enum Alphabet {
    /// Letters and digits.
    Plain,
    /// The same, `-`, `_` and `.`.
    Url,
    /// The same, `+`, `/` and `=`.
    Base64,
    /// The same and `$`.
    Crypt,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || match self {
                Self::Plain => false,
                Self::Url => b"-_.~".contains(&byte),
                Self::Base64 => b"-_.~+/=".contains(&byte),
                Self::Crypt => b"-_.~+/=$".contains(&byte),
            }
    }
}

use Alphabet::{Base64, Crypt, Plain, Url};

/// First letters of keys and tokens that services give out, what follows, how much of it at least, and what that is.
type Prefix = (&'static str, Alphabet, usize, &'static str);

/// Those that are known.
const PREFIXES: &[Prefix] = &[
    ("ghp_", Plain, 16, "GitHub token"),
    ("gho_", Plain, 16, "GitHub token"),
    ("ghu_", Plain, 16, "GitHub token"),
    ("ghs_", Url, 16, "GitHub token"),
    ("ghr_", Plain, 16, "GitHub token"),
    ("github_pat_", Url, 16, "GitHub token"),
    ("glpat-", Url, 12, "GitLab token"),
    ("glrt-", Url, 12, "GitLab token"),
    ("gldt-", Url, 12, "GitLab token"),
    ("glcbt-", Url, 12, "GitLab token"),
    ("glptt-", Url, 12, "GitLab token"),
    ("xoxb-", Url, 10, "Slack token"),
    ("xoxp-", Url, 10, "Slack token"),
    ("xoxa-", Url, 10, "Slack token"),
    ("xoxr-", Url, 10, "Slack token"),
    ("xoxs-", Url, 10, "Slack token"),
    ("xoxc-", Url, 10, "Slack token"),
    ("xoxd-", Url, 10, "Slack token"),
    ("xoxe", Url, 16, "Slack token"),
    ("xapp-", Url, 10, "Slack token"),
    ("sk_live_", Plain, 8, "payment key"),
    ("sk_test_", Plain, 8, "payment key"),
    ("rk_live_", Plain, 8, "payment key"),
    ("rk_test_", Plain, 8, "payment key"),
    ("whsec_", Base64, 12, "webhook secret"),
    ("sq0atp-", Url, 12, "payment key"),
    ("sq0csp-", Url, 12, "payment key"),
    ("EAAAE", Url, 50, "payment key"),
    ("sk-ant-", Url, 12, "API key"),
    ("sk-proj-", Url, 12, "API key"),
    ("sk-svcacct-", Url, 12, "API key"),
    ("sk-or-", Url, 20, "API key"),
    ("sk-", Plain, 20, "API key"),
    ("gsk_", Plain, 20, "API key"),
    ("xai-", Plain, 20, "API key"),
    ("nvapi-", Url, 20, "API key"),
    ("pplx-", Plain, 20, "API key"),
    ("AIza", Url, 30, "API key"),
    ("ya29.", Url, 16, "OAuth token"),
    ("1//0", Url, 24, "OAuth token"),
    ("GOCSPX-", Url, 16, "OAuth secret"),
    ("npm_", Plain, 24, "registry token"),
    ("pypi-", Url, 20, "registry token"),
    ("rubygems_", Plain, 20, "registry token"),
    ("dckr_pat_", Url, 12, "registry token"),
    ("cio", Plain, 32, "registry token"),
    ("hf_", Plain, 24, "API key"),
    ("hvs.", Url, 16, "vault token"),
    ("hvb.", Url, 16, "vault token"),
    ("hvr.", Url, 16, "vault token"),
    ("SG.", Url, 30, "mail key"),
    ("xkeysib-", Url, 20, "mail key"),
    ("key-", Plain, 32, "mail key"),
    ("dop_v1_", Plain, 20, "cloud token"),
    ("doo_v1_", Plain, 20, "cloud token"),
    ("dor_v1_", Plain, 20, "cloud token"),
    ("shpat_", Plain, 16, "shop token"),
    ("shpss_", Plain, 16, "shop token"),
    ("shpca_", Plain, 16, "shop token"),
    ("shppa_", Plain, 16, "shop token"),
    ("ATATT3", Base64, 16, "API key"),
    ("ATCTT3", Base64, 16, "API key"),
    ("ATBB", Plain, 28, "API key"),
    ("dapi", Plain, 28, "API key"),
    ("PMAK-", Url, 16, "API key"),
    ("lin_api_", Plain, 16, "API key"),
    ("glsa_", Url, 20, "API key"),
    ("glc_", Base64, 20, "API key"),
    ("NRAK-", Plain, 20, "API key"),
    ("figd_", Url, 20, "API key"),
    ("sntrys_", Base64, 20, "API key"),
    ("pul-", Plain, 32, "API key"),
    ("tskey-", Url, 16, "API key"),
    ("dp.st.", Url, 20, "API key"),
    ("ops_ey", Base64, 20, "API key"),
    ("secret_", Plain, 30, "API key"),
    ("AGE-SECRET-KEY-", Plain, 10, "private key"),
    ("FwoG", Base64, 40, "AWS session token"),
    ("IQoJ", Base64, 40, "AWS session token"),
    ("FQoG", Base64, 40, "AWS session token"),
    ("$2a$", Crypt, 40, "password hash"),
    ("$2b$", Crypt, 40, "password hash"),
    ("$2y$", Crypt, 40, "password hash"),
    ("$5$", Crypt, 30, "password hash"),
    ("$6$", Crypt, 40, "password hash"),
    ("$argon2id$", Crypt, 40, "password hash"),
];

/// Addresses whose end is a secret: what stands before it, in small letters.
const ADDRESSES: &[(&str, &str)] = &[
    ("hooks.slack.com/services/", "webhook"),
    ("hooks.slack.com/workflows/", "webhook"),
    ("discord.com/api/webhooks/", "webhook"),
    ("discordapp.com/api/webhooks/", "webhook"),
    (".webhook.office.com/webhookb2/", "webhook"),
    ("outlook.office.com/webhook/", "webhook"),
    ("api.telegram.org/bot", "Telegram token"),
];

/// Finds secrets by their form.
pub(super) fn find(text: &str, found: &mut Vec<Secret>) {
    let mut before = None;
    // Where the last one ends: what it covers is not looked at again.
    let mut until = 0;
    for (at, byte) in text.bytes().enumerate() {
        let starts_word = before.is_none_or(|before: u8| !before.is_ascii_alphanumeric());
        before = Some(byte);
        if at < until {
            continue;
        }
        let secret = match byte {
            b':' => in_address(text, at).or_else(|| telegram(text, at)),
            b'-' => pem(text, at),
            b'~' => client_secret(text, at),
            b'e' if rest(text, at).starts_with("eyJ") => jwt(text, at),
            _ if starts_word => prefixed(text, at, byte),
            _ => None,
        };
        if let Some(secret) = secret {
            until = secret.range.end;
            found.push(secret);
        }
    }
    addresses(text, found);
}

/// How far a key is looked at before it is known to be one: every place may begin one, and this must stay linear.
const LONGEST_LOOK: usize = 512;

/// [`PREFIXES`] by their first byte.
static BY_FIRST: LazyLock<[Vec<&'static Prefix>; 128]> = LazyLock::new(|| {
    std::array::from_fn(|first| {
        let begins = |(prefix, ..): &&Prefix| prefix.bytes().next().is_some_and(|byte| usize::from(byte) == first);
        PREFIXES.iter().filter(begins).collect()
    })
});

fn rest(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

fn length_of(text: &str, is_part: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|b| is_part(*b)).count()
}

/// The same, of the start of a text.
fn length_near(text: &str, is_part: impl Fn(u8) -> bool) -> usize {
    text.bytes().take(LONGEST_LOOK).take_while(|b| is_part(*b)).count()
}

fn prefixed(text: &str, at: usize, first: u8) -> Option<Secret> {
    let known = BY_FIRST.get(usize::from(first))?;
    known.iter().find_map(|(prefix, alphabet, least, kind)| {
        let word = rest(text, at);
        let tail = word.strip_prefix(prefix)?;
        let near = tail.get(..length_near(tail, |b| alphabet.has(b)))?.trim_end_matches(['.', '/']);
        let is_random = near.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        if near.len() < *least || !is_random {
            return None;
        }
        let key = tail.get(..length_of(tail, |b| alphabet.has(b)))?.trim_end_matches(['.', '/']);
        Some(Secret { range: at..at + prefix.len() + key.len(), kind })
    })
}

/// Parts in base64url of which the first is a JSON object.
fn jwt(text: &str, at: usize) -> Option<Secret> {
    const SHORTEST_PART: usize = 10;
    let word = rest(text, at);
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let head = length_near(word, is_part);
    let body = word.get(head..)?.strip_prefix('.').map(|body| length_near(body, is_part))?;
    let whole = || length_of(word, |b| is_part(b) || b == b'.' || b == b'=');
    (head >= SHORTEST_PART && body >= SHORTEST_PART).then(|| Secret { range: at..at + whole(), kind: "JWT" })
}

/// From the first line of a PEM block to its last, or to the end of the text.
fn pem(text: &str, at: usize) -> Option<Secret> {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END";
    let block = rest(text, at);
    block.get(..BEGIN.len()).filter(|begin| begin.eq_ignore_ascii_case(BEGIN))?;
    let end = block.find(END).map_or(block.len(), |end| {
        let label = rest(block, end + END.len());
        end + END.len() + label.find("-----").map_or(label.len(), |dashes| dashes + 5)
    });
    Some(Secret { range: at..at + end, kind: "PEM block" })
}

/// The password of `scheme://user:password@host`, whose `:` before `//` stands at `at`.
fn in_address(text: &str, at: usize) -> Option<Secret> {
    // Longer than any user and password: every `://` is looked at, and this must stay linear.
    const LONGEST: usize = 512;
    let authority = rest(text, at).strip_prefix("://")?;
    let authority = authority.get(..authority.floor_char_boundary(LONGEST)).unwrap_or_default();
    let end = authority.find(|c: char| c.is_whitespace() || "\"'`<>|\\".contains(c)).unwrap_or(authority.len());
    let authority = authority.get(..end)?;
    let colon = authority.find([':', '/', '@', '?', '#']).filter(|at| rest(authority, *at).starts_with(':'))?;
    let secret = rest(authority, colon + 1);
    // `host:8080/path@2` has a port and no password.
    let digits = length_of(secret, |b| b.is_ascii_digit());
    if digits > 0 && rest(secret, digits).starts_with(['/', '?', '#']) {
        return None;
    }
    let host = secret.find('@')?;
    // A password may hold `@` itself, as long as no path has begun.
    let host = secret.get(..secret.find(['/', '?']).unwrap_or(secret.len())).and_then(|s| s.rfind('@')).unwrap_or(host);
    let start = at + "://".len() + colon + 1;
    (host > 0).then(|| Secret { range: start..start + host, kind: "password in an address" })
}

/// `123456789:AA…`, at its colon.
fn telegram(text: &str, at: usize) -> Option<Secret> {
    let key = rest(text, at + 1);
    let length = length_of(key, |b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let digits = text.get(..at)?.bytes().rev().take(13).take_while(u8::is_ascii_digit).count();
    let is_token = key.starts_with("AA") && length >= 20 && (8..=12).contains(&digits);
    is_token.then(|| Secret { range: at - digits..at + 1 + length, kind: "Telegram token" })
}

/// Client secrets of Entra ID: three characters, a digit, `Q~` and more than thirty.
fn client_secret(text: &str, at: usize) -> Option<Secret> {
    let before = text.get(at.checked_sub(5)?..at)?;
    let has_form = before.ends_with('Q') && before.as_bytes().get(3).is_some_and(u8::is_ascii_digit);
    let length = length_near(rest(text, at + 1), |b| Url.has(b));
    (has_form && length >= 30).then(|| Secret { range: at - 5..at + 1 + length, kind: "client secret" })
}

fn addresses(text: &str, found: &mut Vec<Secret>) {
    // Every one of them has such a part, which few texts have.
    let is_host =
        |end: &[u8]| end.ends_with(b"/") && (end.eq_ignore_ascii_case(b".com/") || end.eq_ignore_ascii_case(b".org/"));
    if !text.as_bytes().windows(".com/".len()).any(is_host) {
        return;
    }
    let small = text.to_ascii_lowercase();
    for (address, kind) in ADDRESSES {
        for (at, _) in small.match_indices(address) {
            let start = at + address.len();
            let length = length_of(rest(text, start), |b| Url.has(b) || b"/:@".contains(&b));
            found.push(Secret { range: start..start + length, kind });
        }
    }
}

/// Ids of AWS that identify and open nothing: `AKIA…`, `AROA…` and their kin.
pub(super) fn is_aws_id(text: &str) -> bool {
    const KINDS: [&str; 10] = ["AKIA", "ASIA", "ABIA", "ACCA", "AIDA", "AROA", "AGPA", "AIPA", "ANPA", "ANVA"];
    (16..=128).contains(&text.len())
        && KINDS.iter().any(|kind| text.starts_with(kind))
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// A UUID.
pub(super) fn is_uuid(text: &str) -> bool {
    let parts: Vec<Range<usize>> = stretches(text, |b| b.is_ascii_hexdigit()).take(6).collect();
    text.len() == 36 && parts.iter().map(Range::len).eq([8, 4, 4, 4, 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_looked_for() {
        for (prefix, ..) in PREFIXES {
            let text = format!("a {prefix}{}", "x1Y2".repeat(16));
            let mut found = Vec::new();
            find(&text, &mut found);
            assert!(found.iter().any(|secret| secret.range == (2..text.len())), "{prefix}: {found:?}");
        }
    }

    #[test]
    fn every_address_is_looked_for() {
        for (address, _) in ADDRESSES {
            for address in [(*address).to_owned(), address.to_ascii_uppercase()] {
                let text = format!("see https://{address}T0/x1Y2");
                let mut found = Vec::new();
                find(&text, &mut found);
                assert!(found.iter().any(|secret| secret.range.end == text.len()), "{address}: {found:?}");
            }
        }
    }
}
