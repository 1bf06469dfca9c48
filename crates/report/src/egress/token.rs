//! Tokens: what stands for a name outside, e.g. `PRINCIPAL_3`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use crate::{FactSet, NameKind, arn};

use super::{shape, vocabulary};

/// List whose event names come from the rules.
const NAMED_BY_RULES: &str = "events.high_risk";

/// A name and what stands for it.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) label: String,
    pub(super) text: &'a str,
    pub(super) kind: NameKind,
    /// The service of a call, as the first row has it that names the call.
    pub(super) service: Option<&'a str>,
}

/// How a name is shown.
pub(super) enum Shown<'t, 'a> {
    Plain(&'a str),
    Token(&'t Token<'a>),
}

/// All names of a fact set that are not shown as they are.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    pseudonyms: bool,
    tokens: Vec<Token<'a>>,
    by_text: HashMap<&'a str, usize>,
    by_label: HashMap<String, usize>,
    /// Event names that the rules name.
    high_risk: HashSet<&'a str>,
    numbers: HashMap<&'static str, u64>,
    /// Labels that a name holds: an author must not write what reads as a token.
    taken: HashSet<&'a str>,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(facts: &'a FactSet, pseudonyms: bool) -> Self {
        let mut tokens = Self {
            pseudonyms,
            tokens: Vec::new(),
            by_text: HashMap::new(),
            by_label: HashMap::new(),
            high_risk: high_risk(facts).collect(),
            numbers: HashMap::new(),
            taken: texts(facts).flat_map(labels_in).collect(),
        };
        for row in &facts.rows {
            let service =
                row.names.iter().find(|name| name.kind == NameKind::EventSource).map(|name| name.text.as_str());
            for name in &row.names {
                tokens.add(name.kind, name.text.as_str(), service);
            }
        }
        for name in &facts.names {
            tokens.add(name.kind, name.text.as_str(), None);
        }
        for fact in facts.facts.iter().filter(|fact| fact.scope.as_str() != "all") {
            tokens.add(kind_of_scope(&fact.metric), fact.scope.as_str(), None);
        }
        tokens
    }

    /// How a name is shown; `None` for one that is not of the fact set.
    pub(super) fn shown(&self, kind: NameKind, text: &'a str) -> Option<Shown<'_, 'a>> {
        if self.is_plain(kind, text) {
            return Some(Shown::Plain(text));
        }
        self.by_text.get(text).and_then(|index| self.tokens.get(*index)).map(Shown::Token)
    }

    /// The token of a label.
    pub(super) fn named(&self, label: &str) -> Option<&Token<'a>> {
        self.by_label.get(label).and_then(|index| self.tokens.get(*index))
    }

    /// The token of an index that the dictionary gave.
    pub(super) fn get(&self, index: usize) -> Option<&Token<'a>> {
        self.tokens.get(index)
    }

    /// Every spelling under which a text of ours may name something, with the index of its token.
    pub(super) fn spellings(&mut self) -> Vec<(Cow<'a, str>, usize)> {
        let mut all: Vec<(Cow<'a, str>, usize)> = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            all.push((Cow::Borrowed(token.text), index));
        }
        // What is short for two names stands for itself.
        let mut short: HashMap<&'a str, (NameKind, usize, bool)> = HashMap::new();
        for (index, token) in self.tokens.iter().enumerate() {
            for form in short_forms(token.text) {
                let known = short.entry(form).or_insert((token.kind, index, true));
                known.2 &= known.1 == index;
            }
        }
        let mut short: Vec<_> = short.into_iter().filter(|(form, _)| !self.by_text.contains_key(form)).collect();
        short.sort_unstable_by_key(|(form, _)| *form);
        for (form, (kind, index, only)) in short {
            let index = if only { index } else { self.intern(kind, form, None) };
            all.push((Cow::Borrowed(form), index));
        }
        all.retain(|(text, _)| is_telling(text));
        let in_tables: Vec<_> = all.iter().filter(|(text, _)| text.contains('|')).cloned().collect();
        all.extend(in_tables.into_iter().map(|(text, index)| (Cow::Owned(text.replace('|', "\\|")), index)));
        all
    }

    fn add(&mut self, kind: NameKind, text: &'a str, service: Option<&'a str>) {
        if let Some(account) = account_of(text) {
            self.add_one(NameKind::Account, account, None);
        }
        self.add_one(kind, text, service);
    }

    fn add_one(&mut self, kind: NameKind, text: &'a str, service: Option<&'a str>) {
        if !self.is_plain(kind, text) {
            self.intern(kind, text, service);
        }
    }

    fn intern(&mut self, kind: NameKind, text: &'a str, service: Option<&'a str>) -> usize {
        if let Some(index) = self.by_text.get(text) {
            return *index;
        }
        let word = if shape::is_access_key(text) { "KEY" } else { token_word(kind) };
        let number = self.numbers.entry(word).or_default();
        let label = loop {
            *number += 1;
            let label = format!("{word}_{number}");
            if !self.taken.contains(label.as_str()) {
                break label;
            }
        };
        let index = self.tokens.len();
        self.by_text.insert(text, index);
        self.by_label.insert(label.clone(), index);
        self.tokens.push(Token { label, text, kind, service });
        index
    }

    fn is_plain(&self, kind: NameKind, text: &str) -> bool {
        vocabulary::is_plain(kind, text)
            || (kind == NameKind::EventName && self.high_risk.contains(text))
            || (!self.pseudonyms && is_strict(kind, text))
    }
}

/// Identifiers whose form leaves their author nothing to write. Key ids are none of them: the second net takes them for
/// secrets.
fn is_strict(kind: NameKind, text: &str) -> bool {
    match kind {
        NameKind::Account => shape::is_account(text),
        NameKind::SourceIp => {
            text.parse::<IpAddr>().is_ok_and(|address| shape::is_public(address) && address.to_string() == text)
        }
        NameKind::Resource => shape::is_aws_id(text),
        _ => false,
    }
}

/// The event names of high-risk calls. Their form is checked all the same.
fn high_risk(facts: &FactSet) -> impl Iterator<Item = &str> {
    let first = facts.list(NAMED_BY_RULES).filter_map(|row| row.names.first());
    first.filter(|name| name.kind == NameKind::EventName).map(|name| name.text.as_str()).filter(|text| {
        (3..=64).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn texts(facts: &FactSet) -> impl Iterator<Item = &str> {
    let names = facts.rows.iter().flat_map(|row| &row.names).chain(&facts.names);
    names.map(|name| name.text.as_str()).chain(facts.facts.iter().map(|fact| fact.scope.as_str()))
}

/// Everything in `text` that reads as a token: capitals, `_`, a number.
pub(super) fn labels_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('_').filter_map(|(at, _)| label_around(text, at))
}

/// The label whose underscore stands at `at`, without what is joined to it.
pub(super) fn label_around(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let after = text.get(at + 1..)?;
    let start = before
        .rfind(|c: char| !c.is_ascii_uppercase())
        .map_or(0, |last| last + before.get(last..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    (start < at && (1..=9).contains(&digits)).then(|| text.get(start..at + 1 + digits)).flatten()
}

/// The account in an ARN.
pub(super) fn account_of(text: &str) -> Option<&str> {
    arn::parts(text).map(|[_, _, _, account, _]| account).filter(|account| shape::is_account(account))
}

/// What a text may call a thing for short: the resource of an ARN, its last part, the user of a mail address.
fn short_forms(text: &str) -> Vec<&str> {
    let mut forms = Vec::new();
    if let Some([.., resource]) = arn::parts(text) {
        forms.push(resource);
        forms.extend(resource.split_once(['/', ':']).map(|(_, name)| name));
        forms.extend(resource.rsplit_once(['/', ':']).map(|(_, name)| name));
    } else if let Some((user, host)) = text.split_once('@') {
        forms.extend([user, host]);
    } else if let Some((_, name)) = text.rsplit_once('/') {
        forms.push(name);
    }
    forms
}

/// Whether a text tells something about anyone: not our own vocabulary, nor a word of our own sentences.
pub(super) fn is_telling(text: &str) -> bool {
    const OURS: [&str; 34] = [
        "all", "and", "are", "but", "for", "from", "has", "have", "into", "its", "not", "one", "the", "that", "than",
        "them", "this", "what", "when", "which", "with", "without", "report", "fact", "facts", "event", "events",
        "finding", "findings", "root", "user", "role", "withheld", "{{f",
    ];
    text.len() >= 3 && !OURS.contains(&text) && !vocabulary::is_plain_of_any_kind(text)
}

/// What the scope of a metric names.
pub(super) fn kind_of_scope(metric: &str) -> NameKind {
    const KINDS: [(&str, NameKind); 16] = [
        ("top_resources", NameKind::Resource),
        ("top_controls", NameKind::Control),
        ("by_error", NameKind::ErrorCode),
        ("by_principal", NameKind::Principal),
        ("by_source_ip", NameKind::SourceIp),
        ("by_event", NameKind::EventName),
        ("high_risk", NameKind::EventName),
        ("by_region", NameKind::Region),
        ("by_user_agent_family", NameKind::UserAgentFamily),
        ("by_category", NameKind::Category),
        ("by_product", NameKind::Product),
        ("by_account", NameKind::Account),
        ("by_severity", NameKind::Severity),
        ("statistics_v2", NameKind::Severity),
        ("incidents", NameKind::Incident),
        ("by_country", NameKind::Country),
    ];
    let named = |part: &str| metric.split('.').any(|step| step == part);
    KINDS.into_iter().find(|(part, _)| named(part)).map_or(NameKind::Status, |(_, kind)| kind)
}

/// The word of a token.
pub(super) const fn token_word(kind: NameKind) -> &'static str {
    match kind {
        NameKind::EventName => "CALL",
        other => plain_word(other),
    }
}

/// The word before a name that is shown as it is.
pub(super) const fn plain_word(kind: NameKind) -> &'static str {
    match kind {
        NameKind::Principal => "PRINCIPAL",
        NameKind::PrincipalType => "PRINCIPALTYPE",
        NameKind::Session => "SESSION",
        NameKind::EventName => "EVENT",
        NameKind::EventSource => "SERVICE",
        NameKind::ErrorCode => "ERROR",
        NameKind::SourceIp => "IP",
        NameKind::UserAgentFamily => "USERAGENT",
        NameKind::Technique => "TECHNIQUE",
        NameKind::Account => "ACCOUNT",
        NameKind::Region => "REGION",
        NameKind::Resource => "RESOURCE",
        NameKind::ResourceType => "RESOURCETYPE",
        NameKind::Finding => "FINDING",
        NameKind::Title => "TITLE",
        NameKind::Control => "CONTROL",
        NameKind::Product => "PRODUCT",
        NameKind::Category => "CATEGORY",
        NameKind::Severity => "SEVERITY",
        NameKind::Status => "STATUS",
        NameKind::Url => "URL",
        NameKind::Incident => "INCIDENT",
        NameKind::Country => "COUNTRY",
    }
}
