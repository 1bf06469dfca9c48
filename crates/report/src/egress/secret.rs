//! The second net: text that looks like a secret is not sent, whatever brought it there.
//!
//! It takes for a secret what [`security_model::secret`] does, by which secrets are taken out where text of records comes
//! in, and besides by rules of its own, which are coarser: ids of keys and long hexadecimal numbers are no secrets to an
//! analyst, and have no business in what a model is shown.

use security_model::fold::{Case, Folded};
use security_model::secret::{self, Reading};

use super::shape;

/// Starts of keys and tokens that services give out, with how many more characters make one.
const PREFIXES: [(&str, usize, &str); 45] = [
    ("ghp_", 16, "GitHub token"),
    ("gho_", 16, "GitHub token"),
    ("ghu_", 16, "GitHub token"),
    ("ghs_", 16, "GitHub token"),
    ("ghr_", 16, "GitHub token"),
    ("github_pat_", 16, "GitHub token"),
    ("glpat-", 12, "GitLab token"),
    ("glrt-", 12, "GitLab token"),
    ("xoxb-", 10, "Slack token"),
    ("xoxp-", 10, "Slack token"),
    ("xoxa-", 10, "Slack token"),
    ("xoxr-", 10, "Slack token"),
    ("xoxs-", 10, "Slack token"),
    ("xoxe", 12, "Slack token"),
    ("xapp-", 10, "Slack token"),
    ("sk_live_", 8, "payment key"),
    ("sk_test_", 8, "payment key"),
    ("rk_live_", 8, "payment key"),
    ("rk_test_", 8, "payment key"),
    ("whsec_", 12, "webhook secret"),
    ("sq0atp-", 12, "payment key"),
    ("sq0csp-", 12, "payment key"),
    ("sk-ant-", 12, "API key"),
    ("sk-proj-", 12, "API key"),
    ("sk-", 20, "API key"),
    ("AIza", 30, "API key"),
    ("ya29.", 16, "OAuth token"),
    ("GOCSPX-", 16, "OAuth secret"),
    ("npm_", 20, "registry token"),
    ("pypi-", 20, "registry token"),
    ("rubygems_", 20, "registry token"),
    ("dckr_pat_", 12, "registry token"),
    ("hf_", 20, "API key"),
    ("hvs.", 16, "vault token"),
    ("SG.", 20, "mail key"),
    ("dop_v1_", 20, "cloud token"),
    ("shpat_", 16, "shop token"),
    ("ATATT3", 16, "API key"),
    ("dapi", 28, "API key"),
    ("PMAK-", 16, "API key"),
    ("lin_api_", 16, "API key"),
    ("AGE-SECRET-KEY-", 10, "private key"),
    ("FwoG", 40, "AWS session token"),
    ("IQoJ", 40, "AWS session token"),
    ("FQoG", 40, "AWS session token"),
];

/// Words that stand in nothing but secrets and signed addresses; lower case.
const SIGNS: [(&str, &str); 12] = [
    ("-----begin", "PEM block"),
    ("putty-user-key-file", "private key"),
    ("x-amz-signature", "presigned address"),
    ("x-amz-security-token", "presigned address"),
    ("x-amz-credential", "presigned address"),
    ("x-goog-signature", "presigned address"),
    ("awsaccesskeyid=", "presigned address"),
    ("otpauth://", "one-time password"),
    ("accountkey=", "connection string"),
    ("sharedaccesskey=", "connection string"),
    ("hooks.slack.com/services/", "webhook"),
    ("discord.com/api/webhooks/", "webhook"),
];

/// Names after which a secret stands, lower case; where a space is, words may also be joined.
const KEYS: [&str; 12] = [
    "password",
    "passwd",
    "pwd",
    "secret",
    "secret key",
    "secret access key",
    "api key",
    "token",
    "private key",
    "pass phrase",
    "credential",
    "credentials",
];

/// What in `text` looks like a secret, if anything does: as it is written, and as it would be read.
pub(super) fn looks_like(text: &str) -> Option<&'static str> {
    let by_own_rules = found(text).or_else(|| {
        let read = Folded::of(text, Case::Kept).text;
        (read != text).then(|| found(&read)).flatten()
    });
    by_own_rules.or_else(|| secret::find(text, Reading::Prose).first().map(|secret| secret.kind))
}

fn found(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let sign = SIGNS.iter().find(|(sign, _)| lower.contains(sign)).map(|(_, name)| *name);
    sign.or_else(|| words(text).find_map(word))
        .or_else(|| runs(text).find_map(run))
        .or_else(|| authorisation(text))
        .or_else(|| pair(text, &lower))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "\"'`|<>()[]{},;".contains(c)).filter(|word| !word.is_empty())
}

fn word(word: &str) -> Option<&'static str> {
    if is_connection_string(word) {
        return Some("connection string");
    }
    let mut parts = word.split(|c: char| !(c.is_ascii_alphanumeric() || "_-.+/".contains(c)));
    parts.find_map(|part| {
        if is_jwt(part) {
            return Some("JWT");
        }
        shape::holds_access_key(part).then_some("access key id").or_else(|| prefixed(part))
    })
}

/// `scheme://user:secret@host`, also behind another address.
fn is_connection_string(word: &str) -> bool {
    // Longer than any user and password: every `://` is looked at, and this must stay linear.
    const LONGEST: usize = 512;
    word.match_indices("://").any(|(at, sign)| {
        let rest = word.get(at + sign.len()..).unwrap_or_default();
        let rest = rest.get(..rest.floor_char_boundary(LONGEST)).unwrap_or_default();
        rest.split_once('@')
            .and_then(|(user, _)| user.split_once(':'))
            .is_some_and(|(_, secret)| !secret.is_empty() && !secret.starts_with("//"))
    })
}

/// Three parts in base64url of which the first is a JSON object; also two, as unsigned ones are.
fn is_jwt(text: &str) -> bool {
    let mut parts = text.split('.').peekable();
    while let Some(head) = parts.next() {
        let is_head = head.find("eyJ").is_some_and(|at| head.len() - at >= 10);
        if is_head && parts.peek().is_some_and(|body| body.len() >= 10) {
            return true;
        }
    }
    false
}

fn prefixed(text: &str) -> Option<&'static str> {
    // A random character behind the last place where a key may begin.
    let last_random = text.rfind(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())?;
    let of = |prefix: &str, more: usize| {
        text.match_indices(prefix).any(|(at, _)| {
            let starts_a_word =
                text.get(..at).is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()));
            let key = at + prefix.len();
            starts_a_word && text.len() - key >= more && last_random >= key
        })
    };
    PREFIXES.iter().find(|(prefix, more, _)| of(prefix, *more)).map(|(_, _, name)| *name)
}

/// Stretches of the alphabets of base64 and hexadecimal.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/_-".contains(c))).filter(|run| run.len() >= 32)
}

fn run(run: &str) -> Option<&'static str> {
    if is_uuid(run) {
        return None;
    }
    let is_hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    let mut parts = run.split(SEPARATORS).filter(|part| part.len() >= 32);
    if parts.clone().any(is_hex) {
        return Some("long hexadecimal string");
    }
    let is_random = is_mixed(run) || parts.any(is_one_case) || is_secret_key(run) || holds_secret_key(run);
    is_random.then_some("high-entropy string")
}

/// What joins a secret to what stands before it; some are of its own alphabet.
const SEPARATORS: [char; 4] = ['-', '_', '/', '+'];
/// Length of a secret access key.
const KEY_LENGTH: usize = 40;

/// Capitals, small letters and digits.
fn counts(run: &str) -> (usize, usize, usize) {
    let count = |is: fn(&u8) -> bool| run.bytes().filter(is).count();
    (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase), count(u8::is_ascii_digit))
}

fn is_secret_key(run: &str) -> bool {
    let (upper, lower, _) = counts(run);
    run.len() == KEY_LENGTH && upper > 0 && lower > 0 && upper + lower < KEY_LENGTH && entropy(run) >= 4.2
}

fn is_mixed(run: &str) -> bool {
    let (upper, lower, digit) = counts(run);
    upper >= 3 && lower >= 3 && digit >= 3 && entropy(run) >= 4.2
}

fn is_one_case(part: &str) -> bool {
    let (upper, lower, digit) = counts(part);
    digit >= 6 && (upper == 0 || lower == 0) && upper + lower >= 6 && entropy(part) >= 3.8
}

/// A secret key joined to other text: between separators, or anywhere if it is mixed enough.
fn holds_secret_key(run: &str) -> bool {
    let is_end = |c: Option<char>| c.is_none_or(|c| SEPARATORS.contains(&c));
    (0..run.len().saturating_sub(KEY_LENGTH - 1)).any(|at| {
        let Some(window) = run.get(at..at + KEY_LENGTH) else { return false };
        let before = run.get(..at).and_then(|before| before.chars().next_back());
        let after = run.get(at + KEY_LENGTH..).and_then(|after| after.chars().next());
        let (upper, lower, digit) = counts(window);
        let enough = if is_end(before) && is_end(after) { 1 } else { 3 };
        upper >= 3 && lower >= 3 && digit >= enough && entropy(window) >= 4.2
    })
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').take(6).collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// Bits per character.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 128];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total = text.len() as f64;
    let share = |count: u32| f64::from(count) / total;
    counts.into_iter().filter(|count| *count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

/// `Bearer …` and `Basic …` with something behind them that is no word.
fn authorisation(text: &str) -> Option<&'static str> {
    let mut before = "";
    for word in text.split_whitespace() {
        let scheme = before.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
        let scheme = scheme.rsplit(':').next().unwrap_or_default();
        let value = word.trim_matches(|c: char| "\"'`,;".contains(c));
        let is_random = value.bytes().any(|b| b.is_ascii_digit() || b == b'=')
            || (value.bytes().any(|b| b.is_ascii_uppercase()) && value.bytes().skip(1).any(|b| b.is_ascii_uppercase()));
        if matches!(scheme, "bearer" | "basic") && value.len() >= 12 && is_random && !is_ours(value) {
            return Some("authorisation header");
        }
        before = word;
    }
    None
}

/// `password=…`, `"secret": "…"`, `--token …`.
fn pair(text: &str, lower: &str) -> Option<&'static str> {
    KEYS.iter().find_map(|key| {
        let mut from = 0;
        while let Some(at) = next_key(lower, key, from) {
            from = at;
            // Not further back than an option is long, and below not further on than a secret: this must stay linear.
            let from_word = lower.floor_char_boundary(at.saturating_sub(40));
            let before = lower.get(from_word..at).unwrap_or_default();
            let is_option = before.rsplit(char::is_whitespace).next().is_some_and(|word| word.contains("--"));
            if text.get(at..).is_some_and(|rest| has_value(rest, is_option)) {
                return Some("password or token");
            }
        }
        None
    })
}

/// Where the next `key` ends, its words joined by nothing, `_` or `-`.
fn next_key(lower: &str, key: &str, from: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let first = key.get(..3)?;
        let at = from + lower.get(from..)?.find(first)?;
        let mut wanted = key.chars();
        let mut next = wanted.next();
        let mut end = at;
        for c in lower.get(at..)?.chars() {
            if next == Some(' ') && !" _-".contains(c) {
                next = wanted.next();
            }
            match next {
                None => return Some(end),
                Some(' ') if " _-".contains(c) => {}
                Some(wanted_char) if c == wanted_char => next = wanted.next(),
                Some(_) if c == '_' || c == '-' => {}
                Some(_) => break,
            }
            end += c.len_utf8();
        }
        from = at + first.len();
        if next.is_none() {
            return Some(end);
        }
    }
}

/// Whether what follows a key is a separator and a value: any after `=`, one that is no plain word after `:` or `>`, one
/// that looks random after `is`.
fn has_value(rest: &str, is_option: bool) -> bool {
    let rest = rest.trim_start_matches(['"', '\'', '`', ' ', '*']);
    let (separator, value) = match rest.chars().next() {
        Some(c @ ('=' | ':' | '>')) => (c, rest.get(1..).unwrap_or_default()),
        _ if is_option => ('=', rest),
        _ => match rest.split_once(' ') {
            Some(("is" | "was" | "IS" | "Is", value)) => ('i', value),
            _ => return false,
        },
    };
    let value = value.trim_start_matches(['"', '\'', '`', ' ', '=', '>']);
    let value = value.get(..value.floor_char_boundary(120)).unwrap_or_default();
    let value = value.split(|c: char| c.is_whitespace() || "\"'`<,;|&".contains(c)).next().unwrap_or_default();
    let has_digit = value.bytes().any(|b| b.is_ascii_digit());
    let has_sign = value.trim_end_matches(['.', ')', '*', ':']).bytes().any(|b| b.is_ascii_punctuation());
    let has = |is: fn(&u8) -> bool| value.bytes().skip(1).any(|b| is(&b));
    let is_random = has(u8::is_ascii_lowercase) && (has_digit || (has_sign && has(u8::is_ascii_uppercase)));
    let enough = match separator {
        '=' => value.len() >= 3,
        'i' => value.len() >= 8 && is_random,
        _ => value.len() >= 6 && (has_digit || has_sign),
    };
    enough && !is_ours(value)
}

/// A slot, a token or what was withheld.
fn is_ours(value: &str) -> bool {
    let value = value.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '{' && c != '}');
    value.starts_with("{{")
        || value == "withheld"
        || value.split_once('_').is_some_and(|(kind, number)| {
            !kind.is_empty()
                && kind.bytes().all(|b| b.is_ascii_uppercase())
                && number.len() <= 9
                && number.bytes().all(|b| b.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_words_pass() {
        for text in [
            "{{f:27}} | 61 | events | events.failed_operations.by_error | AccessDenied",
            "high-risk-3 | events.high_risk | EVENT StopLogging | PRINCIPAL_3 | TECHNIQUE T1685.002 | {{f:26}} | Hides later activity",
            "Rotate the password: use a new secret. Token: PRINCIPAL_3. Basic authentication, bearer tokens.",
            "Software and Configuration Checks/AWS Security Best Practices",
            "events.console_logins.without_mfa_not_federated",
            "coverage.gaps.regions | FAILED_OPERATIONS_BY_PRINCIPAL_AND_ERROR_CODE",
            "0b54e0a1-5a3c-4b1f-9d5e-2c0a1b2c3d4e",
            "Resources are named by ARN in code spans; passwords are never shown",
            "Client.InvalidPermission.NotFound, AwsSageMakerNotebookInstance",
            "Replace the access key; the secret access key stays with its owner.",
            "2 users have a console password. Access key ids: 12. The password policy is weak: see IAM.7.",
            "`GetPasswordData` 3 times, `GetSecretValue` 12 times; the secret is read by PRINCIPAL_3",
            "The password is 90 days old. The token is PRINCIPAL_3. An API key is not rotated.",
            "Credentials: rotate them. Secrets of 111122223333 in eu-west-1: 4",
        ] {
            assert_eq!(looks_like(text), None, "{text}");
        }
    }
}
