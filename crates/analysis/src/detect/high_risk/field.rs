//! The field `high_risk` of a rule: event names, and what the caller of each gains.

use security_model::filter::base_event_name;
use security_model::{SafeText, TextKind};
use serde_json::Value;
use sigma::{CustomAttribute, Document, Metadata, Modifier, Problem, ProblemKind, Rule, Severity};

use crate::detect::attack;

const FIELD: &str = "high_risk";
/// Longest reason, in characters.
const LONGEST_REASON: usize = 120;
/// What event sources end in.
const DOMAIN: &str = ".amazonaws.com";

/// One API that a rule names.
#[derive(Debug)]
pub(in crate::detect) struct Entry {
    pub(super) event_source: String,
    pub(super) event_name: String,
    pub(super) reason: String,
}

/// What is wrong with the field, and what to write instead.
struct Fault {
    kind: ProblemKind,
    what: String,
    fix: String,
}

/// What is wrong with the field of a document. A document with a problem is not to be used.
pub(in crate::detect) fn problems(document: &Document) -> Vec<Problem> {
    let metadata = document.metadata();
    let Some(field) = metadata.attribute(FIELD) else { return Vec::new() };
    let faults = match document {
        Document::Rule(rule) => read(rule, field).filter_map(Result::err).collect(),
        Document::Correlation(_) => vec![fault(
            ProblemKind::Unsupported,
            format!("a correlation with `{FIELD}`"),
            format!("move `{FIELD}` to the rule that pins the call"),
        )],
    };
    let lacks_technique = attack::of_tags(&metadata.tags).1.is_empty().then(|| {
        let what = format!("a rule with `{FIELD}` and without an ATT&CK technique");
        fault(ProblemKind::Structure, what, "add one to `tags`, such as `attack.t1098`".to_owned())
    });
    faults.into_iter().chain(lacks_technique).map(|fault| problem(fault, metadata, field)).collect()
}

/// The APIs that a rule without problems names.
pub(in crate::detect) fn entries(rule: &Rule) -> Vec<Entry> {
    let field = rule.metadata.attribute(FIELD);
    field.into_iter().flat_map(|field| read(rule, field)).filter_map(Result::ok).collect()
}

fn read(rule: &Rule, field: &CustomAttribute) -> impl Iterator<Item = Result<Entry, Fault>> {
    let named = match &field.value {
        Value::Object(named) if !named.is_empty() => {
            named.iter().map(|(key, reason)| entry(rule, key, reason)).collect()
        }
        _ => vec![Err(fault(
            ProblemKind::Structure,
            format!("`{FIELD}` does not name any event"),
            "write below it, indented, lines such as `StopLogging: 'Stops recording'`".to_owned(),
        ))],
    };
    named.into_iter()
}

fn entry(rule: &Rule, key: &str, reason: &Value) -> Result<Entry, Fault> {
    let (event_source, event_name) = api(rule, key)?;
    if !is_watched(rule, event_source, event_name) {
        return Err(fault(
            ProblemKind::NeverMatches,
            format!("`{FIELD}` names {}, which the rule does not look for", shown(key)),
            format!("compare `eventSource` with {event_source} and `eventName` with {event_name}, or leave it out"),
        ));
    }
    let reason = reason.as_str().map(str::trim).filter(|reason| is_reason(reason)).ok_or_else(|| {
        fault(
            ProblemKind::Value,
            format!("the text of {} in `{FIELD}` cannot be used", shown(key)),
            format!(
                "write what the caller gains in at most {LONGEST_REASON} letters, digits, spaces and .,;:'()/- \
                 without a full stop at the end"
            ),
        )
    })?;
    Ok(Entry { event_source: event_source.to_owned(), event_name: event_name.to_owned(), reason: reason.to_owned() })
}

/// Source and name of `StopLogging` or `cloudtrail.amazonaws.com:StopLogging`.
fn api<'r>(rule: &'r Rule, key: &'r str) -> Result<(&'r str, &'r str), Fault> {
    let (written, event_name) = match key.split_once(':') {
        Some((source, name)) => (Some(source.trim()), name.trim()),
        None => (None, key),
    };
    if !is_event_name(event_name) || written.is_some_and(|source| !is_source(source)) {
        return Err(fault(
            ProblemKind::Value,
            format!("`{FIELD}` names {}", shown(key)),
            "write an eventName without version, such as `StopLogging` or `cloudtrail.amazonaws.com:StopLogging`"
                .to_owned(),
        ));
    }
    if let Some(source) = written {
        return Ok((source, event_name));
    }
    let mut pinned: Vec<&str> = sources(rule).filter(|source| is_source(source)).collect();
    pinned.sort_unstable();
    pinned.dedup();
    match pinned.as_slice() {
        [only] => Ok((only, event_name)),
        several => Err(fault(
            ProblemKind::Structure,
            format!("`{FIELD}` names {}, and the rule pins {} event sources", shown(key), several.len()),
            format!(
                "write the source before it: `{}:{event_name}`",
                several.first().unwrap_or(&"service.amazonaws.com")
            ),
        )),
    }
}

/// The event sources that a rule compares with.
fn sources(rule: &Rule) -> impl Iterator<Item = &str> {
    rule.compared("eventSource").into_iter().filter(|(modifiers, _)| is_plain(modifiers)).map(|(_, source)| source)
}

/// Whether a rule compares with this source and this name; a rule may ask for the name's beginning or its version, too.
fn is_watched(rule: &Rule, event_source: &str, event_name: &str) -> bool {
    let is_version = |rest: &str| rest.bytes().all(|b| b.is_ascii_digit() || b == b'v');
    let names = |(modifiers, value): &(&[Modifier], &str)| {
        if modifiers.contains(&Modifier::StartsWith) {
            event_name.starts_with(value) || value.strip_prefix(event_name).is_some_and(is_version)
        } else {
            is_plain(modifiers) && base_event_name(value) == event_name
        }
    };
    sources(rule).any(|source| source == event_source) && rule.compared("eventName").iter().any(names)
}

fn is_plain(modifiers: &[Modifier]) -> bool {
    modifiers.iter().all(|modifier| *modifier == Modifier::Cased)
}

fn is_event_name(name: &str) -> bool {
    (1..=128).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric()) && base_event_name(name) == name
}

fn is_source(source: &str) -> bool {
    let is_label = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    let service = source.strip_suffix(DOMAIN);
    source.len() <= 128 && service.is_some_and(|service| !service.is_empty() && service.bytes().all(is_label))
}

/// Reasons stand in reports as they are, and are shown to models: nothing in them may be markup.
fn is_reason(text: &str) -> bool {
    (1..=LONGEST_REASON).contains(&text.len())
        && !text.ends_with('.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b" .,;:'()/-".contains(&b))
}

const fn fault(kind: ProblemKind, what: String, fix: String) -> Fault {
    Fault { kind, what, fix }
}

fn problem(Fault { kind, what, fix }: Fault, metadata: &Metadata, field: &CustomAttribute) -> Problem {
    Problem {
        severity: Severity::Error,
        kind,
        file: metadata.origin.file.clone(),
        line: field.at.line,
        column: field.at.column,
        what,
        fix,
    }
}

fn shown(key: &str) -> String {
    SafeText::from_raw(key, TextKind::Identifier).code_span()
}
