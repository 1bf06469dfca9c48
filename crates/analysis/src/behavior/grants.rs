//! Reads a policy: whom it lets in, to do what, and whether a condition narrows that down.
//!
//! Pure, and slow to believe: a condition narrows only if it cannot hold for a stranger. One that a request without the key
//! passes (`…IfExists`, `ForAllValues:`), or whose value is a wildcard, narrows nothing. What narrows everybody down to an
//! account lets that account in, and an account may be anybody's.

use serde_json::Value;

/// Most grants of one policy.
const MOST_GRANTS: usize = 256;
/// Most actions that are kept of one grant.
const MOST_ACTIONS: usize = 64;

/// One that a policy lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) who: Who,
    /// As the policy writes them; `*` where all but some are granted.
    pub(super) actions: Vec<String>,
    /// Whether no condition narrows it down.
    pub(super) unconditional: bool,
}

/// Whom a policy lets in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Who {
    /// Everybody.
    Public,
    /// Everybody from some addresses.
    Network(String),
    /// An account, or an identity of it.
    Account(String),
    /// An organisation of AWS.
    Organisation(String),
    /// An AWS service.
    Service(String),
    /// Users of an identity provider.
    Federated(String),
    /// Somebody named by an id that does not tell the account.
    Other(String),
}

/// What a policy grants that is JSON already.
pub(super) fn grants_of(policy: &Value) -> Vec<Grant> {
    let statements = list(policy.get("Statement"));
    // What everybody but some are denied altogether is open to those only.
    let is_walled = statements.iter().any(is_wall);
    let mut grants: Vec<Grant> = Vec::new();
    for statement in statements.iter().filter(|statement| is_effect(statement, "Allow")) {
        let limits = limits(statement.get("Condition"));
        let actions = actions(statement);
        for who in principals(statement) {
            for mut grant in narrowed(who, &limits, &actions) {
                grant.unconditional &= !is_walled;
                if grants.len() < MOST_GRANTS && !grants.contains(&grant) {
                    grants.push(grant);
                }
            }
        }
    }
    grants
}

/// Whether a policy allows everything on everything.
pub(super) fn allows_everything(policy: &Value) -> bool {
    list(policy.get("Statement")).iter().any(|statement| {
        let all = |name: &str| list(statement.get(name)).iter().any(|item| item.as_str() == Some("*"));
        let identities = list(statement.get("Action")).iter().any(|action| action.as_str() == Some("iam:*"));
        is_effect(statement, "Allow") && (all("Action") || identities) && all("Resource") && !has_condition(statement)
    })
}

fn has_condition(statement: &Value) -> bool {
    statement.get("Condition").and_then(Value::as_object).is_some_and(|condition| !condition.is_empty())
}

fn is_effect(statement: &Value, effect: &str) -> bool {
    statement.get("Effect").and_then(Value::as_str) == Some(effect)
}

/// One value, or several in an array.
fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(values)) => values,
        Some(Value::Null) | None => &[],
        Some(one) => std::slice::from_ref(one),
    }
}

fn actions(statement: &Value) -> Vec<String> {
    let named = list(statement.get("Action")).iter().filter_map(Value::as_str).take(MOST_ACTIONS);
    let mut actions: Vec<String> = named.map(str::to_owned).collect();
    if statement.get("NotAction").is_some() {
        actions.push("*".to_owned());
    }
    actions
}

fn principals(statement: &Value) -> Vec<Who> {
    if statement.get("NotPrincipal").is_some() {
        return vec![Who::Public];
    }
    let Some(principal) = statement.get("Principal") else { return Vec::new() };
    let Value::Object(kinds) = principal else {
        return list(Some(principal)).iter().filter_map(Value::as_str).map(aws_principal).collect();
    };
    let mut all = Vec::new();
    for (kind, names) in kinds {
        for name in list(Some(names)).iter().filter_map(Value::as_str) {
            all.push(match kind.as_str() {
                "AWS" => aws_principal(name),
                "Service" if name.contains('*') => Who::Public,
                "Service" => Who::Service(name.to_owned()),
                "Federated" => Who::Federated(name.to_owned()),
                _ => Who::Other(name.to_owned()),
            });
        }
    }
    all
}

fn aws_principal(name: &str) -> Who {
    let name = name.trim();
    if name == "*" || name == "arn:aws:iam::*:root" {
        return Who::Public;
    }
    if name.contains(":iam::cloudfront:") {
        return Who::Service("cloudfront.amazonaws.com".to_owned());
    }
    match account_of(name) {
        Some(account) => Who::Account(account.to_owned()),
        None if name.contains('*') => Who::Public,
        None => Who::Other(name.to_owned()),
    }
}

/// The account of an ARN, or the id itself.
pub(super) fn account_of(name: &str) -> Option<&str> {
    let account = if name.starts_with("arn:") { name.split(':').nth(4)? } else { name };
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(account)
}

/// What conditions leave of everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Limit {
    Accounts(Vec<String>),
    Organisations(Vec<String>),
    Networks(Vec<String>),
    /// Something of somebody's own, e.g. an endpoint.
    Own,
}

fn limits(condition: Option<&Value>) -> Vec<Limit> {
    let Some(Value::Object(operators)) = condition else { return Vec::new() };
    let mut limits = Vec::new();
    for (operator, keys) in operators.iter().filter(|(operator, _)| is_positive(operator)) {
        for (key, values) in keys.as_object().into_iter().flatten() {
            let values: Vec<&str> = list(Some(values)).iter().filter_map(Value::as_str).collect();
            limits.extend(limit(operator, &key.to_ascii_lowercase(), &values));
        }
    }
    limits
}

/// Whether the condition fails for a request without the key.
fn is_positive(operator: &str) -> bool {
    let lower = operator.to_ascii_lowercase();
    let lower = lower.strip_prefix("foranyvalue:").unwrap_or(&lower);
    matches!(lower, "stringequals" | "stringequalsignorecase" | "stringlike" | "arnequals" | "arnlike" | "ipaddress")
}

fn limit(operator: &str, key: &str, values: &[&str]) -> Option<Limit> {
    let owned = || values.iter().map(|value| (*value).to_owned()).collect::<Vec<String>>();
    // A value that fits everything narrows nothing, and one such among others spoils them.
    let is_like = operator.to_ascii_lowercase().contains("like") || operator.to_ascii_lowercase().contains("arn");
    let is_open = |value: &&str| is_like && value.trim_matches(['*', '?']).len() < 4;
    if values.is_empty() || values.iter().any(is_open) {
        return None;
    }
    match key {
        "aws:principalaccount" | "aws:sourceaccount" | "kms:calleraccount" | "aws:sourceowner" => {
            let accounts: Option<Vec<&str>> = values.iter().map(|value| account_of(value)).collect();
            accounts.map(|accounts| Limit::Accounts(accounts.into_iter().map(str::to_owned).collect()))
        }
        "aws:principalarn" | "aws:sourcearn" | "aws:userid" => match values.iter().map(|v| account_of(v)).collect() {
            Some(accounts) => {
                let accounts: Vec<&str> = accounts;
                Some(Limit::Accounts(accounts.into_iter().map(str::to_owned).collect()))
            }
            // ARNs of buckets and ids of users tell no account; an ARN of any account is no limit.
            None if values.iter().any(|value| value.starts_with("arn:aws:iam::*")) => None,
            None => Some(Limit::Own),
        },
        "aws:principalorgid" | "aws:principalorgpaths" | "aws:sourceorgid" | "aws:sourceorgpaths" => {
            let ids = values.iter().map(|value| value.split('/').next().unwrap_or(value));
            Some(Limit::Organisations(ids.map(str::to_owned).collect()))
        }
        "aws:sourceip" | "aws:vpcsourceip" => {
            (!values.iter().any(|value| is_wide(value))).then(|| Limit::Networks(owned()))
        }
        "aws:sourcevpce" | "aws:sourcevpc" => Some(Limit::Own),
        _ if key.starts_with("aws:principaltag/") => Some(Limit::Own),
        _ => None,
    }
}

/// Whether a block of addresses is a large part of the internet.
fn is_wide(block: &str) -> bool {
    let Some((address, length)) = block.split_once('/') else { return false };
    let narrowest = if address.contains(':') { 20 } else { 8 };
    length.parse::<u8>().map_or(true, |length| length < narrowest)
}

/// Whether the statement denies all to everybody but some: its condition names somebody's own, and says "not".
fn is_wall(statement: &Value) -> bool {
    let is_everything = list(statement.get("Action")).iter().filter_map(Value::as_str).any(|a| a.ends_with('*'))
        || statement.get("NotAction").is_some();
    if !is_effect(statement, "Deny") || !is_everything || principals(statement) != [Who::Public] {
        return false;
    }
    let Some(Value::Object(operators)) = statement.get("Condition") else { return false };
    operators.iter().any(|(operator, keys)| {
        let lower = operator.to_ascii_lowercase();
        let positive = match lower.as_str() {
            "stringnotequals" | "stringnotequalsignorecase" => "StringEquals",
            "stringnotlike" => "StringLike",
            "arnnotequals" | "arnnotlike" => "ArnLike",
            "notipaddress" => "IpAddress",
            _ => return false,
        };
        keys.as_object().into_iter().flatten().any(|(key, values)| {
            let values: Vec<&str> = list(Some(values)).iter().filter_map(Value::as_str).collect();
            limit(positive, &key.to_ascii_lowercase(), &values).is_some()
        })
    })
}

/// The grants to one principal under these limits.
fn narrowed(who: Who, limits: &[Limit], actions: &[String]) -> Vec<Grant> {
    let grant = |who, unconditional| Grant { who, actions: actions.to_vec(), unconditional };
    if who != Who::Public {
        let is_narrow = limits.iter().any(|limit| !matches!(limit, Limit::Networks(_)));
        return vec![grant(who, !is_narrow)];
    }
    // Accounts and networks are somebody's, and need not be ours; so they are named, even though they narrow.
    let best = limits.iter().min_by_key(|limit| match limit {
        Limit::Own => 0,
        Limit::Organisations(_) => 1,
        Limit::Accounts(_) => 2,
        Limit::Networks(_) => 3,
    });
    match best {
        None => vec![grant(who, true)],
        Some(Limit::Own) => vec![grant(who, false)],
        Some(Limit::Organisations(ids)) => ids.iter().map(|id| grant(Who::Organisation(id.clone()), false)).collect(),
        Some(Limit::Accounts(ids)) => ids.iter().map(|id| grant(Who::Account(id.clone()), true)).collect(),
        Some(Limit::Networks(blocks)) => blocks.iter().map(|b| grant(Who::Network(b.clone()), false)).collect(),
    }
}

/// IAM shows policies URL-encoded (RFC 3986).
pub(super) fn percent_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let rest = bytes.clone();
        let mut pair = rest.clone();
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        match (byte, digit(pair.next()), digit(pair.next())) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                bytes = pair;
            }
            (other, ..) => {
                out.push(other);
                bytes = rest;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Of a policy as calls carry it.
    fn grants(policy: &str) -> Vec<Grant> {
        crate::behavior::request::embedded(policy).map(|policy| grants_of(&policy)).unwrap_or_default()
    }

    fn of(statement: Value) -> Vec<(Who, bool)> {
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
        grants(&policy.to_string()).into_iter().map(|grant| (grant.who, grant.unconditional)).collect()
    }

    fn allow(principal: Value, condition: Value) -> Vec<(Who, bool)> {
        of(json!({ "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*",
            "Condition": condition }))
    }

    fn account(id: &str) -> Who {
        Who::Account(id.to_owned())
    }

    #[test]
    fn every_form_of_principal() {
        for everybody in [json!("*"), json!({"AWS": "*"}), json!({"AWS": ["*"]}), json!(["*"])] {
            assert_eq!(allow(everybody, json!({})), [(Who::Public, true)]);
        }
        let (id, arn) = ("444455556666", "arn:aws:iam::444455556666:role/reader");
        for one in [id, arn, "arn:aws:iam::444455556666:root", "arn:aws-cn:sts::444455556666:assumed-role/a/b"] {
            assert_eq!(allow(json!({"AWS": one}), json!({})), [(account(id), true)], "{one}");
        }
        let several = json!({"AWS": [id, "AIDAEXAMPLEEXAMPLE"], "Service": "sns.amazonaws.com", "Federated": "x"});
        assert_eq!(allow(several, json!({})).len(), 4);
        let origin = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1";
        assert_eq!(allow(json!({"AWS": origin}), json!({}))[0].0, Who::Service("cloudfront.amazonaws.com".into()));
        let not = json!({"Effect": "Allow", "NotPrincipal": {"AWS": id}, "NotAction": "s3:x", "Resource": "*"});
        assert_eq!(of(not.clone()), [(Who::Public, true)]);
        assert_eq!(grants(&json!({"Statement": not}).to_string())[0].actions, ["*"]);
        assert_eq!(of(json!({"Effect": "Deny", "Principal": "*", "Action": "*"})), []);
        assert_eq!(of(json!({"Effect": "Allow", "Action": "*", "Resource": "*"})), []);
    }

    #[test]
    fn conditions_that_narrow() {
        let only = |operator: &str, key: &str, value: Value| allow(json!("*"), json!({ operator: { key: value } }));
        let org = Who::Organisation("o-example".into());
        assert_eq!(only("StringEquals", "aws:PrincipalOrgID", json!("o-example")), [(org.clone(), false)]);
        assert_eq!(only("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", json!("o-example/r/*")), [(org, false)]);
        assert_eq!(only("StringEquals", "aws:sourceVpce", json!("vpce-1a2b")), [(Who::Public, false)]);
        assert_eq!(
            only("ArnLike", "aws:SourceArn", json!("arn:aws:cloudfront::111122223333:distribution/E1")),
            [(account("111122223333"), true)]
        );
        assert_eq!(only("ArnEquals", "aws:SourceArn", json!("arn:aws:s3:::bucket")), [(Who::Public, false)]);
        let block = Who::Network("198.51.100.0/24".into());
        assert_eq!(only("IpAddress", "aws:SourceIp", json!("198.51.100.0/24")), [(block, false)]);
        // Somebody else's account is named, however it is written.
        for (key, value) in [
            ("aws:PrincipalAccount", "444455556666"),
            ("kms:CallerAccount", "444455556666"),
            ("aws:PrincipalArn", "arn:aws:iam::444455556666:role/x"),
        ] {
            assert_eq!(only("StringEquals", key, json!([value])), [(account("444455556666"), true)], "{key}");
        }
    }

    #[test]
    fn conditions_that_do_not_narrow() {
        for (operator, key, value) in [
            ("StringEqualsIfExists", "aws:PrincipalOrgID", json!("o-example")),
            ("ForAllValues:StringEquals", "aws:PrincipalOrgID", json!("o-example")),
            ("StringLike", "aws:PrincipalOrgID", json!("o-*")),
            ("StringLike", "aws:PrincipalArn", json!(["arn:aws:iam::111122223333:role/x", "*"])),
            ("ArnLike", "aws:PrincipalArn", json!("arn:aws:iam::*:role/x")),
            ("IpAddress", "aws:SourceIp", json!("0.0.0.0/0")),
            ("IpAddress", "aws:SourceIp", json!(["198.51.100.0/24", "0.0.0.0/1"])),
            ("IpAddress", "aws:SourceIp", json!("::/0")),
            ("Bool", "aws:SecureTransport", json!("true")),
            ("StringNotEquals", "aws:PrincipalAccount", json!("111122223333")),
            ("StringEquals", "aws:UserAgent", json!("secret")),
            ("StringEquals", "aws:PrincipalOrgID", json!([])),
        ] {
            let found = allow(json!("*"), json!({ operator: { key: value } }));
            assert_eq!(found, [(Who::Public, true)], "{operator} {key}");
        }
    }

    #[test]
    fn a_wall_narrows_what_it_stands_before() {
        let open = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"});
        let wall = |action: &str, operator: &str, value: &str| {
            let deny = json!({"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*",
                "Condition": {operator: {"aws:SourceVpce": value}}});
            grants_of(&json!({"Statement": [open.clone(), deny]})).first().map(|grant| grant.unconditional)
        };
        assert_eq!(wall("s3:*", "StringNotEquals", "vpce-1a2b"), Some(false));
        assert_eq!(wall("s3:PutObject", "StringNotEquals", "vpce-1a2b"), Some(true));
        assert_eq!(wall("s3:*", "StringEquals", "vpce-1a2b"), Some(true));
        assert_eq!(wall("s3:*", "StringNotLike", "*"), Some(true));
    }

    #[test]
    fn policies_of_identities() {
        let all = |action: Value, condition: Value| {
            let statement = json!({"Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition});
            allows_everything(&json!({ "Statement": statement }))
        };
        assert!(all(json!("*"), json!({})) && all(json!(["s3:*", "iam:*"]), Value::Null));
        assert!(!all(json!("s3:*"), json!({})) && !all(json!("*"), json!({"Bool": {"aws:x": "true"}})));
    }

    #[test]
    fn what_is_no_policy_grants_nothing() {
        for text in
            ["", "{", "[]", "null", "%7B", "%", "%zz", r#"{"Statement":"x"}"#, r#"{"Statement":[1,{"Effect":1}]}"#]
        {
            assert_eq!(grants(text), [], "{text}");
        }
        let encoded = "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%22%2A%22%7D%7D";
        assert_eq!(grants(encoded)[0].who, Who::Public);
        assert_eq!(percent_decoded("a%2Fb%4"), "a/b%4");
        let deep = format!("{{\"Statement\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(grants(&deep), []);
        let many: Vec<Value> = (0..5_000)
            .map(|n| json!({"Effect": "Allow", "Principal": {"AWS": format!("{n:012}")}, "Action": "*"}))
            .collect();
        assert_eq!(grants_of(&json!({ "Statement": many })).len(), MOST_GRANTS);
    }
}
