//! The names of the evidence, by every form in which a report may write them.

use std::cell::Cell;
use std::collections::HashMap;
use std::net::IpAddr;

use security_model::Coverage;

use super::forms::{MAX_COMPARED, forms, meaning, within_two_edits};
use super::identify::{self, Shape};
use super::words::concept::Concepts;
use crate::{FactSet, NameKind, Subject};

/// Kinds of a name, one bit each; the last bits are for ids of evidence and names found inside other texts.
pub(super) type Kinds = u32;

/// The bit of a kind.
pub(super) const fn bit(kind: NameKind) -> Kinds {
    1 << kind as u32
}

/// Ids of evidence rows.
pub(super) const EVIDENCE: Kinds = 1 << 28;
/// Identifiers that stand inside titles and reasons.
pub(super) const EMBEDDED: Kinds = 1 << 29;
/// Names of files, permissions and the like from what is said about the reading.
pub(super) const READING: Kinds = 1 << 30;

/// Kinds that a sentence often adds as the place of everything.
pub(super) const PLACES: Kinds = bit(NameKind::Account) | bit(NameKind::Region);

/// Kinds whose names are words of every day: in running text they are labels rather than identifiers.
const COMMON: Kinds = bit(NameKind::UserAgentFamily)
    | bit(NameKind::Product)
    | bit(NameKind::Category)
    | bit(NameKind::Status)
    | bit(NameKind::PrincipalType)
    | bit(NameKind::Severity)
    | bit(NameKind::ResourceType);

/// A name of the evidence.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) text: String,
    pub(super) kinds: Kinds,
    /// Rows that hold it.
    pub(super) rows: Vec<u32>,
    /// What the name itself says is counted: `ConsoleLogin` is a sign-in.
    pub(super) meaning: Concepts,
}

/// What a stretch of text may name: one or several names that share a form.
pub(super) type Names = Vec<u32>;

/// All names.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) names: Vec<Known>,
    by_text: HashMap<String, u32>,
    forms: HashMap<String, Names>,
    /// Forms of several words, by their first word.
    phrases: HashMap<String, Vec<String>>,
    addresses: HashMap<IpAddr, u32>,
    /// Searches through all names that are still allowed: a report of nothing but strange names must not cost more.
    searches: Cell<u32>,
}

/// Searches through all names per report.
const SEARCHES: u32 = 400;

/// A form found at the front of a text.
pub(super) struct Found {
    pub(super) length: usize,
    pub(super) names: Names,
    /// Whether it may as well be words of every day.
    pub(super) weak: bool,
}

impl Directory {
    /// Every name of a fact set and of the coverage.
    pub(super) fn of(facts: &FactSet, coverage: &Coverage) -> Self {
        let mut directory = Self { searches: Cell::new(SEARCHES), ..Self::default() };
        for name in &facts.names {
            directory.add(name.text.as_str(), bit(name.kind));
        }
        for (index, row) in (0_u32..).zip(&facts.rows) {
            let evidence = directory.add(&row.id, EVIDENCE);
            let mut members = vec![evidence];
            members.extend(row.names.iter().map(|name| directory.add(name.text.as_str(), bit(name.kind))));
            // The level of an incident is none of the calls in it: a report may well call one of them critical.
            let severity = row.severity.filter(|_| facts.subject == Subject::SecurityHub);
            members.extend(severity.map(|severity| directory.add(severity.label(), bit(NameKind::Severity))));
            for member in members {
                directory.join(member, index);
            }
        }
        directory.add_fact_names(facts);
        directory.add_coverage(coverage);
        directory.add_embedded(facts);
        directory
    }

    fn add_fact_names(&mut self, facts: &FactSet) {
        for fact in &facts.facts {
            if let Some(evidence) = &fact.evidence_id {
                self.add(evidence, EVIDENCE);
            }
            if fact.scope.as_str() != "all" && !self.by_text.contains_key(&fact.scope.as_str().to_lowercase()) {
                self.add(fact.scope.as_str(), kind_of_metric(&fact.metric));
            }
        }
    }

    fn add_coverage(&mut self, coverage: &Coverage) {
        for source in &coverage.sources {
            for (text, kind) in [(&source.account, NameKind::Account), (&source.region, NameKind::Region)] {
                if let Some(text) = text {
                    self.add(text.as_str(), bit(kind));
                }
            }
            self.add(&source.source, READING);
            for gap in source.gaps.iter().take(200) {
                self.add(gap.detail.as_str(), READING);
                self.add(&gap.remedy, READING);
                self.embed(gap.detail.as_str(), None, READING);
                self.embed(&gap.remedy, None, READING);
            }
        }
    }

    /// Identifiers inside titles and reasons: quoting them is quoting the evidence.
    fn add_embedded(&mut self, facts: &FactSet) {
        for (index, row) in (0_u32..).zip(&facts.rows) {
            let titles = row.names.iter().filter(|name| matches!(name.kind, NameKind::Title | NameKind::Category));
            for title in titles {
                self.embed(title.text.as_str(), Some(index), EMBEDDED);
            }
            self.embed(&row.reason, Some(index), EMBEDDED);
        }
    }

    fn embed(&mut self, text: &str, row: Option<u32>, kind: Kinds) {
        for run in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"' | '`')) {
            let run = run.trim_matches(|c: char| matches!(c, '.' | ':' | '\'' | '!' | '?'));
            let dashed = run.contains('-') && run.len() > 5;
            if run.is_empty() || (identify::shape(run) == Shape::Word && !dashed) {
                continue;
            }
            if self.forms.contains_key(&run.to_lowercase()) {
                continue;
            }
            let id = self.add(run, kind);
            if let Some(row) = row {
                self.join(id, row);
            }
        }
    }

    /// Adds a name and its forms.
    fn add(&mut self, text: &str, kind: Kinds) -> u32 {
        let lower = text.to_lowercase();
        let id = match self.by_text.get(&lower) {
            Some(id) => *id,
            None => {
                let id = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.names.push(Known { text: text.to_owned(), kinds: 0, rows: vec![], meaning: meaning(text) });
                self.by_text.insert(lower.clone(), id);
                if let Some(address) = identify::address(text) {
                    self.addresses.insert(address, id);
                }
                id
            }
        };
        let known = self.names.get_mut(id as usize);
        let new = known.as_ref().is_some_and(|known| known.kinds & kind == 0);
        if let Some(known) = known {
            known.kinds |= kind;
        }
        if new {
            self.form(lower, id);
            for form in forms(text, kind) {
                self.form(form.to_lowercase(), id);
            }
        }
        id
    }

    fn form(&mut self, form: String, id: u32) {
        if form.len() < 2 {
            return;
        }
        if let Some((first, _)) = form.split_once(|c: char| !c.is_alphanumeric())
            && form.contains(' ')
        {
            let same_start = self.phrases.entry(first.to_owned()).or_default();
            // Names that start alike are few; a flood of them must not make every word expensive.
            if same_start.len() < 64 && !same_start.contains(&form) {
                same_start.push(form.clone());
            }
        }
        let ids = self.forms.entry(form).or_default();
        if !ids.contains(&id) && ids.len() < 64 {
            ids.push(id);
        }
    }

    fn join(&mut self, name: u32, row: u32) {
        if let Some(known) = self.names.get_mut(name as usize)
            && known.rows.last() != Some(&row)
        {
            known.rows.push(row);
        }
    }

    /// The name of an id.
    pub(super) fn get(&self, id: u32) -> Option<&Known> {
        self.names.get(id as usize)
    }

    /// The id of a name written in full.
    pub(super) fn id(&self, text: &str) -> Option<u32> {
        self.by_text.get(&text.to_lowercase()).copied()
    }

    /// Kinds of any of these names.
    pub(super) fn kinds(&self, names: &[u32]) -> Kinds {
        names.iter().filter_map(|id| self.get(*id)).fold(0, |kinds, known| kinds | known.kinds)
    }

    fn may_search(&self) -> bool {
        let left = self.searches.get();
        self.searches.set(left.saturating_sub(1));
        left > 0
    }

    /// Whether a text is a name of the evidence but for a letter or two. When too many were asked for, it may be.
    pub(super) fn resembles(&self, text: &str) -> bool {
        if !self.may_search() {
            return true;
        }
        let text: Vec<char> = text.to_lowercase().chars().take(MAX_COMPARED).collect();
        self.forms.keys().any(|form| {
            let length = form.chars().count();
            length > 3 && length.abs_diff(text.len()) <= 2 && length <= MAX_COMPARED && within_two_edits(&text, form)
        })
    }

    /// What `lower` names as a whole.
    pub(super) fn exact(&self, lower: &str) -> Option<Names> {
        // An error code written in full is that code, even where it is also a short form of another.
        let whole = self.by_text.get(lower).filter(|id| self.kinds(&[**id]) & bit(NameKind::ErrorCode) != 0);
        whole.map(|id| vec![*id]).or_else(|| self.forms.get(lower).cloned())
    }

    /// The names that an identifier may stand for: as written, by its value, or by what is left of it when masked.
    pub(super) fn resolve(&self, run: &str, shape: Shape) -> Option<Names> {
        let lower = run.to_lowercase();
        if let Some(names) = self.exact(&lower) {
            return Some(names);
        }
        match shape {
            Shape::Address => identify::address(run).and_then(|a| self.addresses.get(&a)).map(|id| vec![*id]),
            Shape::Network => {
                let (host, prefix) = run.split_once('/')?;
                let single = matches!(prefix, "32" | "128");
                host.parse().ok().filter(|_| single).and_then(|a| self.addresses.get(&a)).map(|id| vec![*id])
            }
            Shape::Arn => self.forms.get(lower.trim_end_matches("/*").trim_end_matches(':')).cloned(),
            Shape::Masked => self.masked(&lower),
            Shape::Permission => {
                let action = lower.split_once(':').map_or("", |(_, action)| action);
                self.forms.get(action).cloned()
            }
            _ => None,
        }
    }

    /// Names that agree with everything a masked form still shows.
    fn masked(&self, lower: &str) -> Option<Names> {
        let pieces: Vec<&str> = lower.split(['*', '…', '•', '.', 'x']).filter(|piece| !piece.is_empty()).collect();
        let (first, last) = (*pieces.first()?, *pieces.last()?);
        if !self.may_search() {
            return None;
        }
        let starts = lower.starts_with(first);
        let ends = lower.ends_with(last);
        let fits = |name: &&str| {
            let name: &str = name;
            let mut rest = name;
            let in_order = pieces.iter().all(|piece| match rest.find(piece) {
                Some(at) => {
                    rest = rest.get(at + piece.len()..).unwrap_or("");
                    true
                }
                None => false,
            });
            in_order && (!starts || name.starts_with(first)) && (!ends || name.ends_with(last))
        };
        let all = self.names.iter().zip(0_u32..);
        let found: Names =
            all.filter(|(known, _)| fits(&known.text.to_lowercase().as_str())).map(|(_, id)| id).take(16).collect();
        (!found.is_empty()).then_some(found)
    }

    /// The longest form of several words at the front of `lower`.
    pub(super) fn phrase(&self, lower: &str) -> Option<Found> {
        let first = lower.split(|c: char| !c.is_alphanumeric()).next().filter(|first| !first.is_empty())?;
        let fits = |form: &&String| {
            let rest = lower.strip_prefix(form.as_str());
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        let form = self.phrases.get(first)?.iter().filter(fits).max_by_key(|form| form.len())?;
        let names = self.forms.get(form)?.clone();
        let weak = self.is_weak(form, &names);
        Some(Found { length: form.len(), names, weak })
    }

    /// Whether a form in running text may as well be words of every day.
    pub(super) fn is_weak(&self, form: &str, names: &[u32]) -> bool {
        let kinds = self.kinds(names);
        if kinds & !(COMMON | EMBEDDED | READING | EVIDENCE) == 0 {
            return true;
        }
        if form.contains(' ') {
            // Titles are quoted, and `role ci-release` ends in a name that is no word; anything else of several words is a
            // reading of ours of a name run together.
            let ends_in_name = form.rsplit(' ').next().is_some_and(|last| {
                !last.chars().all(char::is_alphabetic)
                    && self.exact(last).is_some_and(|found| names.iter().any(|name| found.contains(name)))
            });
            return kinds & bit(NameKind::Title) == 0 && !ends_in_name;
        }
        let upper_inside = names.iter().filter_map(|id| self.get(*id)).any(|known| identify::is_camel(&known.text));
        let simple = form.chars().all(char::is_alphabetic);
        simple && !upper_inside
    }
}

/// The kind of the names that a metric counts by, for facts whose row is not at hand.
fn kind_of_metric(metric: &str) -> Kinds {
    for (part, kind) in [
        ("by_error", NameKind::ErrorCode),
        ("by_event", NameKind::EventName),
        ("high_risk", NameKind::EventName),
        ("by_principal", NameKind::Principal),
        ("by_source_ip", NameKind::SourceIp),
        ("by_region", NameKind::Region),
        ("by_user_agent", NameKind::UserAgentFamily),
        ("top_resources", NameKind::Resource),
        ("top_controls", NameKind::Control),
        ("by_category", NameKind::Category),
        ("by_product", NameKind::Product),
        ("by_account", NameKind::Account),
        ("severity", NameKind::Severity),
        ("incidents", NameKind::Incident),
        ("by_country", NameKind::Country),
    ] {
        if metric.contains(part) {
            return bit(kind);
        }
    }
    bit(NameKind::Status)
}
