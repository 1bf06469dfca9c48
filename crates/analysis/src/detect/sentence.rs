//! The one sentence in which a detection explains itself: a rule's template, filled with what a record says.
//!
//! Values come from records: they stand in code spans, neutralised, without secrets and a few words long.

use std::borrow::Cow;

use security_model::{SafeText, TextKind};
use serde_json::Value as Json;

/// Longest sentence, in words.
pub const MAX_WORDS: usize = 30;
/// Longest value in a sentence, in words, where there is room.
const VALUE_WORDS: usize = 4;

/// A sentence with places for values.
#[derive(Clone, Debug, Default)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Value(Placeholder),
    /// ` on` what the call names, where it names something.
    OnTarget,
}

/// What a place stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Placeholder {
    /// The first identity of the chain.
    Principal,
    /// The identity that it acted as, where that is another; told together with the principal.
    Acting,
    /// What the call names.
    Target,
    /// The number that a correlation measured.
    Count,
    /// A field of the record.
    Field(Box<str>),
}

/// How a call ended, as far as sentences tell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ending<'a> {
    /// `errorCode` of the call, when it failed.
    pub(super) error_code: Option<&'a str>,
    /// Further calls of the same row.
    pub(super) more: u64,
}

impl Template {
    pub(super) fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text.trim();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Value(match name.trim() {
                "principal" => Placeholder::Principal,
                "target" => Placeholder::Target,
                "count" => Placeholder::Count,
                field => Placeholder::Field(field.into()),
            }));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Self { pieces }
    }

    /// The sentence of a rule that has none.
    pub(super) fn of_any_call() -> Self {
        let mut called = Self::new("{principal} called {eventName}");
        called.pieces.push(Piece::OnTarget);
        called
    }

    pub(super) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Value(placeholder) => Some(placeholder),
            Piece::OnTarget => Some(&Placeholder::Target),
            Piece::Text(_) => None,
        })
    }

    /// Whether the template itself speaks of a call that failed.
    fn tells_failure(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Text(text) => text.contains("refused") || text.contains("denied") || text.contains("fail"),
            Piece::Value(place) => matches!(place, Placeholder::Field(name) if &**name == "errorCode"),
            Piece::OnTarget => false,
        })
    }

    /// The sentence, of at most [`MAX_WORDS`] words if the template itself is not longer.
    pub(super) fn fill(&self, value: &dyn Fn(&Placeholder) -> Option<SafeText>, ending: Ending<'_>) -> SafeText {
        let failed = ending.error_code.filter(|_| !self.tells_failure()).map(failure).unwrap_or_default();
        let more = match ending.more {
            0 => String::new(),
            1 => ", and one more such call".to_owned(),
            number => format!(", and {number} more such calls"),
        };
        let tries = [(VALUE_WORDS, true), (1, true), (1, false)];
        let mut sentence = String::new();
        for (words, all) in tries {
            sentence = self.with_values(value, words);
            let end = sentence.trim_end().trim_end_matches('.').len();
            sentence.truncate(end);
            sentence.push_str(&failed);
            if all {
                sentence.push_str(&more);
            }
            sentence.push('.');
            if words_of(&sentence) <= MAX_WORDS {
                break;
            }
        }
        SafeText::from_raw(&sentence, TextKind::Sentence)
    }

    fn with_values(&self, value: &dyn Fn(&Placeholder) -> Option<SafeText>, most_words: usize) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value(Placeholder::Count) => {
                    out.push_str(value(&Placeholder::Count).as_ref().map_or("several", SafeText::as_str));
                }
                Piece::OnTarget => {
                    if let Some(text) = value(&Placeholder::Target) {
                        out.push_str(" on ");
                        out.push_str(&few_words(&text, most_words).code_span());
                    }
                }
                Piece::Value(Placeholder::Principal) => {
                    let shown = |place| value(place).map(|text| few_words(&text, most_words).code_span());
                    out.push_str(&shown(&Placeholder::Principal).unwrap_or_else(|| "(unknown)".to_owned()));
                    if let Some(acting) = shown(&Placeholder::Acting) {
                        out.push_str(" as ");
                        out.push_str(&acting);
                    }
                }
                Piece::Value(place) => match value(place) {
                    Some(text) => out.push_str(&few_words(&text, most_words).code_span()),
                    None if *place == Placeholder::Target => out.push_str("an unnamed resource"),
                    None => out.push_str("(unknown)"),
                },
            }
        }
        out
    }
}

/// How a sentence goes on after a call that failed.
fn failure(code: &str) -> String {
    const DENIED: [&str; 6] = [
        "accessdenied",
        "unauthorizedoperation",
        "unauthorizedexception",
        "notauthorized",
        "forbidden",
        "authorizationerror",
    ];
    let lower = code.to_ascii_lowercase();
    if DENIED.iter().any(|word| lower.contains(word)) {
        return ", which was denied".to_owned();
    }
    if lower.ends_with("dryrunoperation") {
        return ", as a dry run".to_owned();
    }
    let code = SafeText::from_raw(code, TextKind::Identifier);
    format!(", which failed with {}", few_words(&code, 1).code_span())
}

fn words_of(text: &str) -> usize {
    text.split_whitespace().count()
}

fn few_words(text: &SafeText, most: usize) -> SafeText {
    if words_of(text.as_str()) <= most {
        return text.clone();
    }
    let kept: Vec<&str> = text.as_str().split_whitespace().take(most).collect();
    SafeText::from_raw(&format!("{}…", kept.join(" ")), TextKind::Reference)
}

/// A principal in few characters: kind and name of an IAM ARN.
pub(crate) fn short_principal(principal: &SafeText) -> SafeText {
    let resource = principal.as_str().split_once(":iam::").and_then(|(_, rest)| rest.split_once(':'));
    let short = resource.map(|(_, resource)| match (resource.split_once('/'), resource.rsplit_once('/')) {
        (Some((kind, _)), Some((_, name))) => format!("{kind}/{name}"),
        _ => resource.to_owned(),
    });
    let short = short.filter(|short| !short.is_empty() && !short.ends_with('/'));
    short.map_or_else(|| principal.clone(), |short| SafeText::from_raw(&short, TextKind::Name))
}

/// A value as it may be shown: secrets are also known by the name of their field.
pub(crate) fn shown_value(field: &str, raw: &str) -> SafeText {
    let name: String =
        field.rsplit('.').next().unwrap_or(field).chars().filter(char::is_ascii_alphanumeric).take(48).collect();
    let named = SafeText::from_raw(&format!("{name}={raw}"), TextKind::Reference);
    let value = named.as_str().strip_prefix(&name).and_then(|rest| rest.strip_prefix('=')).unwrap_or("(hidden)");
    SafeText::from_raw(value, TextKind::Reference)
}

/// The value at a path; of a list the first element.
pub(super) fn at_path<'j>(record: &'j Json, path: &str) -> Option<&'j Json> {
    let mut value = first(record)?;
    for name in path.split('.') {
        value = first(value.get(name)?)?;
    }
    (!value.is_null()).then_some(value)
}

fn first(mut value: &Json) -> Option<&Json> {
    while let Json::Array(items) = value {
        value = items.first()?;
    }
    Some(value)
}

/// A value as text, objects as compact JSON.
pub(super) fn text_of(value: &Json) -> Cow<'_, str> {
    match value {
        Json::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// Ends of parameter names that name what a call is about, best first.
const NAMING: [&str; 10] =
    ["username", "rolename", "groupname", "name", "identifier", "id", "arn", "url", "names", "ids"];

/// What a call with these request parameters names: the one whose name ends best, nearest to the surface, first by path.
/// The path it stands at, and its text.
pub(super) fn named(request_parameters: &Json) -> Option<(String, String)> {
    let mut best = None;
    walk(request_parameters, &mut Vec::new(), &mut best);
    best.map(|Candidate { path, text, .. }| (path, text))
}

/// The ARN of the first of a record's `resources` that has one.
pub(super) fn resource(resources: &Json) -> Option<String> {
    let mut arns = resources.as_array()?.iter().filter_map(|resource| resource.get("ARN")?.as_str());
    arns.find(|arn| !arn.is_empty()).map(str::to_owned)
}

/// What a call with these request parameters names.
pub(crate) fn target_of(request_parameters: &str) -> Option<String> {
    let parameters: Json = serde_json::from_str(request_parameters).ok()?;
    named(&parameters).map(|(_, text)| text)
}

struct Candidate {
    rank: (usize, usize),
    path: String,
    text: String,
}

fn walk<'j>(value: &'j Json, path: &mut Vec<&'j str>, best: &mut Option<Candidate>) {
    match value {
        Json::Object(members) => {
            if let Some(content) = members.get("content").filter(|_| !path.is_empty()) {
                return walk(content, path, best);
            }
            for (name, member) in members {
                path.push(name);
                walk(member, path, best);
                path.pop();
            }
        }
        Json::Array(items) => {
            if let Some(first) = items.first() {
                walk(first, path, best);
            }
        }
        Json::String(text) if !text.is_empty() => consider(path, || text.clone(), best),
        Json::Number(number) => consider(path, || number.to_string(), best),
        _ => {}
    }
}

fn consider(path: &[&str], text: impl Fn() -> String, best: &mut Option<Candidate>) {
    let Some(name) = path.last().map(|name| name.to_ascii_lowercase()) else { return };
    if matches!(name.as_str(), "attributename" | "policyname") || name.ends_with("sessionname") {
        return;
    }
    let Some(ending) = NAMING.iter().position(|ending| name.ends_with(ending)) else { return };
    let rank = (ending, path.len());
    if best.as_ref().is_some_and(|best| best.rank < rank) {
        return;
    }
    let joined = path.join(".");
    if best.as_ref().is_none_or(|best| (rank, joined.as_str()) < (best.rank, best.path.as_str())) {
        *best = Some(Candidate { rank, path: joined, text: text() });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(template: &str, record: &Json, ending: Ending<'_>) -> String {
        let value = |place: &Placeholder| match place {
            Placeholder::Principal => Some(SafeText::from_raw("user/alice", TextKind::Name)),
            Placeholder::Acting => None,
            Placeholder::Target => {
                named(record.get("requestParameters")?).map(|(path, text)| shown_value(&path, &text))
            }
            Placeholder::Count => Some(SafeText::from_raw("7", TextKind::Name)),
            Placeholder::Field(path) => Some(shown_value(path, &text_of(at_path(record, path)?))),
        };
        Template::new(template).fill(&value, ending).as_str().to_owned()
    }

    #[test]
    fn the_sentence_names_actor_action_and_value() {
        let record = json!({"requestParameters": {"userName": "bob"}});
        let template = "{principal} created an access key for user {requestParameters.userName}.";
        assert_eq!(filled(template, &record, Ending::default()), "`user/alice` created an access key for user `bob`.");
        let denied = Ending { error_code: Some("Client.UnauthorizedOperation"), more: 0 };
        assert!(filled(template, &record, denied).ends_with("for user `bob`, which was denied."));
        let failed = Ending { error_code: Some("EntityAlreadyExists"), more: 655 };
        assert!(
            filled(template, &record, failed)
                .ends_with("`bob`, which failed with `EntityAlreadyExists`, and 655 more such calls.")
        );
        assert_eq!(filled("{count} keys of {nobody}", &record, Ending::default()), "7 keys of (unknown).");
        assert_eq!(filled("On {target}", &json!({}), Ending::default()), "On an unnamed resource.");
    }

    #[test]
    fn a_principal_is_short_where_that_is_clear() {
        for (arn, short) in [
            ("arn:aws:iam::111122223333:user/alice", "user/alice"),
            ("arn:aws-cn:iam::111122223333:role/aws-reserved/sso.example/Admin", "role/Admin"),
            ("arn:aws:iam::111122223333:root", "root"),
            ("arn:aws:iam::111122223333:", "arn:aws:iam::111122223333:"),
            ("alice@example", "alice@example"),
        ] {
            assert_eq!(short_principal(&SafeText::from_raw(arn, TextKind::Name)).as_str(), short);
        }
    }

    #[test]
    fn a_failure_is_told_once() {
        let denied = Ending { error_code: Some("AccessDenied"), more: 0 };
        assert_eq!(filled("It was refused.", &json!({}), denied), "It was refused.");
        assert_eq!(filled("It failed: {errorCode}.", &json!({"errorCode": "X"}), denied), "It failed: `X`.");
    }

    #[test]
    fn values_cannot_make_it_long_or_close_their_span() {
        let long = "ignore previous instructions ".repeat(200);
        let record = json!({"requestParameters": {"userName": long, "name": "a`b"}});
        let twenty = "one two three four five six seven eight nine ten 1 2 3 4 5 6 7 8 9 10";
        let sentence = filled(&format!("{twenty} {{target}}."), &record, Ending { error_code: Some("X"), more: 12 });
        assert!(words_of(&sentence) <= MAX_WORDS, "{sentence}");
        assert!(sentence.contains("`ignore…`"), "{sentence}");
        assert!(filled("{requestParameters.name}", &record, Ending::default()).starts_with("``a`b``"));
    }

    #[test]
    fn secrets_are_known_by_their_field() {
        let record = json!({"requestParameters": {"masterUserPassword": "hunter2", "userName": "bob"}});
        let sentence = filled("set {requestParameters.masterUserPassword}", &record, Ending::default());
        assert!(!sentence.contains("hunter2"), "{sentence}");
    }

    #[test]
    fn the_target_is_what_the_call_names() {
        let text = |parameters: &Json| named(parameters).map(|(_, text)| text);
        let cases = [
            (json!({"roleArn": "arn:r", "userName": "bob"}), "bob"),
            (json!({"groupName": "g", "roleName": "r"}), "r"),
            (json!({"outer": {"bucketName": "deep"}, "name": "top"}), "top"),
            (json!({"policyName": "p", "policyArn": "arn:p"}), "arn:p"),
            (json!({"roleSessionName": "s", "id": 7}), "7"),
            (json!({"instanceIds": ["i-1", "i-2"]}), "i-1"),
            (json!({"snapshotId": {"content": "snap-1"}}), "snap-1"),
            (json!({"b": {"xName": "2"}, "a": {"xName": "1"}}), "1"),
        ];
        for (parameters, expected) in cases {
            assert_eq!(text(&parameters).as_deref(), Some(expected), "{parameters}");
        }
        assert_eq!(text(&json!({"force": true, "userName": ""})), None);
        assert_eq!(text(&json!(null)), None);
        assert_eq!(resource(&json!([{"type": "x"}, {"ARN": "arn:b"}])).as_deref(), Some("arn:b"));
    }
}
