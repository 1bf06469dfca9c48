//! What kind of identifier a run of characters is, by its shape alone.

use std::net::IpAddr;

use super::words::names::{API_VERBS, BRANDS, REGIONS};
use crate::egress::looks_like_secret;

/// What a run looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Arn,
    Url,
    Address,
    Network,
    Guid,
    KeyId,
    ResourceId,
    Account,
    Cve,
    Control,
    Technique,
    Region,
    ServiceHost,
    Email,
    /// A slot or token that was never filled in.
    Placeholder,
    /// `CreateUser`: an API name.
    ApiName,
    /// `iam:CreateUser`.
    Permission,
    /// Another name made of several words without spaces.
    Compound,
    Hash,
    /// An identifier of which a part was left out.
    Masked,
    Word,
}

impl Shape {
    /// Whether nothing in ordinary writing looks like this, so that the evidence must have it.
    pub(super) const fn is_strict(self) -> bool {
        !matches!(self, Self::ApiName | Self::Permission | Self::Compound | Self::Word)
    }
}

/// What a run of characters without white space looks like.
pub(super) fn shape(run: &str) -> Shape {
    let lower = run.to_ascii_lowercase();
    if is_placeholder(run) {
        return Shape::Placeholder;
    }
    if is_masked(run) {
        return Shape::Masked;
    }
    if lower.starts_with("arn:") {
        return Shape::Arn;
    }
    if lower.contains("://") || lower.starts_with("www.") {
        return Shape::Url;
    }
    if address(run).is_some() {
        return Shape::Address;
    }
    if is_network(run) {
        return Shape::Network;
    }
    if is_guid(run) {
        return Shape::Guid;
    }
    if run.len() == 12 && run.bytes().all(|b| b.is_ascii_digit()) {
        return Shape::Account;
    }
    if is_key_id(run) {
        return Shape::KeyId;
    }
    if is_resource_id(&lower) {
        return Shape::ResourceId;
    }
    if is_numbered(&lower, "cve-", |c| c.is_ascii_digit() || c == '-') {
        return Shape::Cve;
    }
    if is_technique(run) {
        return Shape::Technique;
    }
    if is_control(run) {
        return Shape::Control;
    }
    if is_region(&lower) {
        return Shape::Region;
    }
    if lower.ends_with(".amazonaws.com") {
        return Shape::ServiceHost;
    }
    if is_email(run) {
        return Shape::Email;
    }
    if is_hash(run) {
        return Shape::Hash;
    }
    if is_composed(run) {
        return Shape::ResourceId;
    }
    words_and_names(run)
}

/// `AWS::IAM::AccessKey:AKIA…`, `123456789012/AROA…`: an identifier with others inside.
fn is_composed(run: &str) -> bool {
    if run.starts_with("AWS::") && run.matches(':').count() > 4 {
        return true;
    }
    let mut pieces = run.split([':', '/', '@', '=']);
    let strict = |piece: &str| {
        is_key_id(piece)
            || is_resource_id(&piece.to_ascii_lowercase())
            || (piece.len() == 12 && piece.bytes().all(|b| b.is_ascii_digit()))
    };
    run.contains([':', '/', '@', '=']) && pieces.any(strict)
}

fn words_and_names(run: &str) -> Shape {
    // Before anything that advice may speak of.
    if is_secret(run) {
        return Shape::Hash;
    }
    if let Some((service, action)) = run.split_once(':')
        && !service.is_empty()
        && service.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && action.starts_with(|c: char| c.is_ascii_uppercase() || c == '*')
    {
        return Shape::Permission;
    }
    if is_camel(run) {
        let verb = API_VERBS
            .iter()
            .any(|verb| run.strip_prefix(verb).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())));
        return if verb { Shape::ApiName } else { Shape::Compound };
    }
    let inner = run.trim_matches(|c: char| !c.is_alphanumeric());
    if inner.contains('_') || (inner.contains('/') && inner.chars().any(|c| c.is_ascii_digit() || c == '-')) {
        return Shape::Compound;
    }
    let pieces = inner.split(['-', '.']).filter(|piece| !piece.is_empty()).count();
    let mixed = inner.chars().any(|c| c.is_ascii_digit()) && inner.chars().any(|c| c.is_ascii_alphabetic());
    if pieces > 1 && mixed { Shape::Compound } else { Shape::Word }
}

/// What a password or key is made of: no name that the evidence does not have, and no setting.
fn is_secret(run: &str) -> bool {
    const SHORTEST_KEY: usize = 16;
    run.bytes().any(|b| b.is_ascii_digit())
        && (run.split(|c: char| !c.is_ascii_alphanumeric()).any(is_random)
            || run.len() >= SHORTEST_KEY && looks_like_secret(run).is_some())
}

/// `Tr0ub4dor`, `bf6e087400a78c`: letters and digits change places more often than in any word, or more than once in a long one.
fn is_random(piece: &str) -> bool {
    const LONG: usize = 12;
    const MANY_DIGITS: usize = 8;
    let changes = piece.bytes().zip(piece.bytes().skip(1)).filter(|(a, b)| a.is_ascii_digit() != b.is_ascii_digit());
    let digits = || piece.bytes().filter(u8::is_ascii_digit).count();
    match changes.count() {
        4.. => piece.len() >= 9,
        2 | 3 => piece.len() >= LONG,
        1 => piece.len() >= LONG && digits() >= MANY_DIGITS,
        _ => false,
    }
}

/// The address a run spells, without brackets or port.
pub(super) fn address(run: &str) -> Option<IpAddr> {
    let bare = run.trim_start_matches('[');
    let bare = bare.split_once(']').map_or(bare, |(inside, _)| inside);
    if let Ok(address) = bare.parse::<IpAddr>() {
        // `::` and `1::` are more often punctuation than addresses.
        return (bare.len() > 4).then_some(address);
    }
    let (host, port) = bare.rsplit_once(':')?;
    let is_port = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    host.parse::<std::net::Ipv4Addr>().ok().filter(|_| is_port).map(IpAddr::V4)
}

/// Four dotted numbers of which one is too large: an address that cannot be.
fn is_impossible_address(run: &str) -> bool {
    let parts: Vec<&str> = run.split('.').collect();
    parts.len() == 4
        && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

fn is_network(run: &str) -> bool {
    if is_impossible_address(run) {
        return true;
    }
    let Some((host, prefix)) = run.split_once('/') else { return false };
    let is_prefix = (1..=3).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_digit());
    is_prefix && (host.parse::<IpAddr>().is_ok() || is_impossible_address(host))
}

fn is_placeholder(run: &str) -> bool {
    if run.starts_with("{{") {
        return true;
    }
    const KINDS: &[&str] = &[
        "PRINCIPAL",
        "PRINCIPALTYPE",
        "SESSION",
        "EVENTNAME",
        "EVENT",
        "EVENTSOURCE",
        "ERRORCODE",
        "ERROR",
        "SOURCEIP",
        "IP",
        "USERAGENTFAMILY",
        "USERAGENT",
        "TECHNIQUE",
        "ACCOUNT",
        "ACCT",
        "REGION",
        "RESOURCE",
        "RESOURCETYPE",
        "FINDING",
        "TITLE",
        "CONTROL",
        "PRODUCT",
        "CATEGORY",
        "SEVERITY",
        "STATUS",
        "URL",
        "USER",
        "ROLE",
        "KEY",
        "UA",
    ];
    let split = run.rsplit_once(['_', '-']);
    split.is_some_and(|(kind, number)| {
        !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && KINDS.contains(&kind)
    })
}

/// `1234****9012`, `arn:aws:…/admin`, `AKIA…MPLE`.
fn is_masked(run: &str) -> bool {
    let hidden = run.contains("**") || run.contains('…') || run.contains("...") || run.contains("••") || {
        let lower = run.to_ascii_lowercase();
        lower.contains("xxxx") && run.chars().any(|c| c.is_ascii_digit())
    };
    hidden && run.chars().filter(|c| c.is_alphanumeric()).count() >= 4
}

fn is_guid(run: &str) -> bool {
    let lengths: Vec<usize> = run.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && run.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

fn is_key_id(run: &str) -> bool {
    const PREFIXES: &[&str] =
        &["AKIA", "ASIA", "AIDA", "AROA", "AGPA", "AIPA", "ANPA", "ANVA", "APKA", "ABIA", "ACCA", "ASCA"];
    (16..=24).contains(&run.len())
        && PREFIXES.iter().any(|prefix| run.starts_with(prefix))
        && run.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn is_resource_id(lower: &str) -> bool {
    let Some((kind, id)) = lower.rsplit_once('-') else { return false };
    const KINDS: &[&str] = &[
        "i", "sg", "vpc", "subnet", "eni", "vol", "snap", "ami", "rtb", "igw", "nat", "acl", "eipalloc", "eipassoc",
        "lt", "fl", "tgw", "vpce", "pl", "r", "s", "o", "ou", "p", "key", "fs", "dopt", "vgw", "cgw", "vpn", "pcx",
        "asg", "sgr",
    ];
    KINDS.contains(&kind) && id.len() >= 8 && id.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_numbered(lower: &str, prefix: &str, rest: impl Fn(char) -> bool) -> bool {
    lower.strip_prefix(prefix).is_some_and(|tail| tail.len() >= 3 && tail.chars().all(rest))
}

fn is_technique(run: &str) -> bool {
    let Some(tail) = run.strip_prefix("TA").or_else(|| run.strip_prefix('T')) else { return false };
    let (number, part) = tail.split_once('.').map_or((tail, None), |(number, part)| (number, Some(part)));
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    digits(number, 4) && part.is_none_or(|part| digits(part, 3))
}

fn is_control(run: &str) -> bool {
    let Some((service, number)) = run.split_once('.') else { return false };
    let starts = service.starts_with(|c: char| c.is_ascii_uppercase());
    starts
        && service.len() >= 2
        && service.bytes().all(|b| b.is_ascii_alphanumeric())
        && (1..=3).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
}

fn is_region(lower: &str) -> bool {
    let shaped = || {
        let parts: Vec<&str> = lower.split('-').collect();
        let (first, last) = (parts.first(), parts.last());
        let known =
            |part: &&&str| matches!(**part, "us" | "eu" | "ap" | "sa" | "ca" | "me" | "af" | "il" | "mx" | "cn");
        let place = |part: &&str| {
            let part = part.trim_end_matches(|c: char| c.is_ascii_digit());
            matches!(
                part,
                "north"
                    | "south"
                    | "east"
                    | "west"
                    | "central"
                    | "northeast"
                    | "northwest"
                    | "southeast"
                    | "southwest"
                    | "gov"
            )
        };
        parts.len() >= 3
            && first.filter(known).is_some()
            && last.is_some_and(|last| last.len() == 1 && last.bytes().all(|b| b.is_ascii_digit()))
            && parts.iter().skip(1).take(parts.len() - 2).all(place)
    };
    REGIONS.contains(&lower) || shaped()
}

fn is_email(run: &str) -> bool {
    run.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
}

fn is_hash(run: &str) -> bool {
    run.len() >= 16
        && run.bytes().all(|b| b.is_ascii_hexdigit())
        && run.bytes().any(|b| b.is_ascii_digit())
        && run.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Two or more words run together, each with its capital.
pub(super) fn is_camel(run: &str) -> bool {
    if !run.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
        || BRANDS.contains(&run.to_ascii_lowercase().as_str())
    {
        return false;
    }
    let lowers = run.bytes().filter(u8::is_ascii_lowercase).count();
    let humps = run
        .as_bytes()
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        .count();
    let inner_run = run.as_bytes().windows(3).any(
        |three| matches!(three, [a, b, c] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_lowercase()),
    );
    lowers >= 3 && (humps >= 1 || inner_run && run.len() > 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_told_by_their_shape() {
        for (run, expected) in [
            ("arn:aws:iam::111122223333:role/admin", Shape::Arn),
            ("203.0.113.77", Shape::Address),
            ("203.0.113.777", Shape::Network),
            ("2001:db8::1", Shape::Address),
            ("0.0.0.0/0", Shape::Network),
            ("111122223333", Shape::Account),
            ("AKIAIOSFODNN7EXAMPLE", Shape::KeyId),
            ("i-0abc12345def67890", Shape::ResourceId),
            ("CVE-2026-0001", Shape::Cve),
            ("T1562.008", Shape::Technique),
            ("EC2.19", Shape::Control),
            ("eu-west-1", Shape::Region),
            ("eu-west-9", Shape::Region),
            ("iam.amazonaws.com", Shape::ServiceHost),
            ("PRINCIPAL_3", Shape::Placeholder),
            ("{{f:12}}", Shape::Placeholder),
            ("CreateUser", Shape::ApiName),
            ("iam:CreateUser", Shape::Permission),
            ("1234****9012", Shape::Masked),
            ("build_bot", Shape::Compound),
            ("i-04", Shape::Compound),
            ("wJalr0bc55c5a1b2c3d/K7MDENG/0bc55c5a1b2c3dQZ", Shape::Hash),
            ("pass/abcde123fgh456", Shape::Hash),
            ("build/2026-11", Shape::Compound),
        ] {
            assert_eq!(shape(run), expected, "{run}");
        }
    }

    #[test]
    fn words_with_digits_are_names() {
        for run in ["S3", "EC2", "IMDSv2", "p99", "GuardDuty", "CloudTrail", "break-glass", "high-risk", "MFA", "TLS"] {
            assert_eq!(shape(run), Shape::Word, "{run}");
        }
    }
}
