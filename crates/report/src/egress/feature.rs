//! What is said about a name in place of the name: only words of ours.

use std::net::IpAddr;

use crate::{NameKind, arn};

use super::token::{Shown, Token, Tokens, account_of};
use super::{shape, vocabulary};

/// What a token stands for.
pub(super) fn of<'a>(token: &Token<'a>, tokens: &Tokens<'a>) -> String {
    match token.kind {
        _ if shape::is_access_key(token.text) => "access key id or other unique id".to_owned(),
        NameKind::Principal => format!("{}{}", principal(token.text), whose(token.text, tokens)),
        NameKind::Session => format!("session name, {}", written(token.text)),
        NameKind::EventName => format!("{} call{}", verb(token.text), of_service(token, tokens)),
        NameKind::EventSource => "AWS service, not a known one".to_owned(),
        NameKind::ErrorCode => format!("error code, {}", written(token.text)),
        NameKind::SourceIp => address(token.text),
        NameKind::Account => account(token.text).to_owned(),
        NameKind::Region => "region, not a known one".to_owned(),
        NameKind::Resource => format!("{}{}", resource(token.text), whose(token.text, tokens)),
        NameKind::Finding => format!("finding id{}", whose(token.text, tokens)),
        NameKind::Title => format!("title, {}", written(token.text)),
        NameKind::Url => url(token.text).to_owned(),
        NameKind::Incident => "incident id".to_owned(),
        NameKind::Country => "country".to_owned(),
        NameKind::UserAgentFamily => format!("user agent, {}", written(token.text)),
        NameKind::PrincipalType => format!("type of identity, {}", written(token.text)),
        NameKind::ResourceType => format!("type of resource, {}", written(token.text)),
        NameKind::Technique => format!("technique, {}", written(token.text)),
        NameKind::Control => format!("control, {}", written(token.text)),
        NameKind::Product => format!("product, {}", written(token.text)),
        NameKind::Category => format!("category, {}", written(token.text)),
        NameKind::Severity | NameKind::Status => format!("filter value or state, {}", written(token.text)),
    }
}

/// Length and alphabet.
fn written(text: &str) -> String {
    let length = match text.chars().count() {
        0..=8 => "up to 8 characters",
        9..=16 => "up to 16 characters",
        17..=32 => "up to 32 characters",
        33..=64 => "up to 64 characters",
        _ => "over 64 characters",
    };
    format!("{length}, {}", if text.is_ascii() { "ascii" } else { "mixed" })
}

fn whose<'a>(text: &'a str, tokens: &Tokens<'a>) -> String {
    let Some(account) = account_of(text) else { return format!(", {}", written(text)) };
    match tokens.shown(NameKind::Account, account) {
        Some(Shown::Token(token)) => format!(" in {}", token.label),
        Some(Shown::Plain(account)) => format!(" in {account}"),
        None => " in an account".to_owned(),
    }
}

fn principal(text: &str) -> &'static str {
    let Some([_, service, _, _, resource]) = arn::parts(text) else {
        return if text.contains('@') { "user" } else { "identity" };
    };
    match resource.split(['/', ':']).next().unwrap_or_default() {
        "role" if resource.starts_with("role/aws-service-role/") => "service-linked role",
        "role" if resource.starts_with("role/aws-reserved/") => "identity center role",
        "role" => "role",
        "user" => "user",
        "root" => "root user",
        "assumed-role" => "role session",
        "federated-user" => "federated user",
        _ if service == "iam" || service == "sts" => "identity",
        _ => "identity that is no user or role",
    }
}

fn verb(text: &str) -> &'static str {
    const READING: [&str; 9] = ["Get", "List", "Describe", "Head", "Lookup", "Search", "Query", "Select", "Check"];
    const WRITING: [&str; 13] = [
        "Create",
        "Put",
        "Update",
        "Modify",
        "Set",
        "Attach",
        "Add",
        "Start",
        "Run",
        "Enable",
        "Register",
        "Import",
        "Associate",
    ];
    const REMOVING: [&str; 8] =
        ["Delete", "Remove", "Detach", "Disable", "Stop", "Terminate", "Revoke", "Disassociate"];
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    match () {
        () if starts(&READING) => "reading",
        () if starts(&WRITING) => "writing",
        () if starts(&REMOVING) => "removing",
        () => "other",
    }
}

fn of_service<'a>(token: &Token<'a>, tokens: &Tokens<'a>) -> String {
    match token.service.and_then(|service| tokens.shown(NameKind::EventSource, service)) {
        Some(Shown::Token(service)) => format!(" of {}", service.label),
        Some(Shown::Plain(service)) => format!(" of {service}"),
        None => String::new(),
    }
}

fn address(text: &str) -> String {
    match text.parse::<IpAddr>() {
        Ok(address) => {
            let reach = if shape::is_public(address) { "public" } else { "private" };
            format!("{reach} address, IPv{}", if address.is_ipv4() { 4 } else { 6 })
        }
        Err(_) => format!("no address, {}", written(text)),
    }
}

fn account(text: &str) -> &'static str {
    if shape::is_account(text) { "account" } else { "account without a valid id" }
}

fn resource(text: &str) -> String {
    if let Some([_, service, region, _, _]) = arn::parts(text) {
        let service = vocabulary::service(service).unwrap_or("other");
        let place = vocabulary::region(region).map(|region| format!(" in {region}")).unwrap_or_default();
        return format!("{service} resource{place}");
    }
    if shape::is_aws_id(text) {
        return "resource by its AWS id".to_owned();
    }
    if shape::is_account(text.rsplit(':').next().unwrap_or_default()) {
        "account as a resource".to_owned()
    } else {
        "resource".to_owned()
    }
}

fn url(text: &str) -> &'static str {
    if text.starts_with("https://docs.aws.amazon.com/") { "page of the AWS documentation" } else { "address of a page" }
}
