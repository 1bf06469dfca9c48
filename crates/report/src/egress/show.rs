//! The facts as a model is shown them: one item per line, fields split by ` | `.

use std::collections::{BTreeMap, BTreeSet};

use security_model::{Coverage, Fact, GapKind};

use crate::{FactRow, FactSet, NameKind};

use super::slot::{Times, number, row_id};
use super::token::{Shown, Token, Tokens, kind_of_scope, plain_word};
use super::{feature, vocabulary};

/// Facts and rows that are shown besides those that a report has to state: the first of each, as they are the weightiest.
const MAX_FACTS: usize = 250;
const MAX_ROWS: usize = 160;
const MAX_NAMES: usize = 12;
const MAX_GAPS: usize = 60;

/// Words of ours for the reason of a row, after names in it were covered.
type Covered<'c> = &'c dyn Fn(&str) -> String;

pub(super) fn facts<'a>(
    set: &'a FactSet,
    coverage: &Coverage,
    tokens: &Tokens<'a>,
    times: &Times,
    covered: Covered<'_>,
) -> String {
    let mut page =
        Page { set, tokens, times, covered, lines: Vec::new(), named: BTreeSet::new(), told: BTreeSet::new() };
    page.facts();
    page.rows();
    page.times();
    page.tokens();
    page.not_read(coverage);
    page.lines.join("\n") + "\n"
}

struct Page<'p, 'a> {
    set: &'a FactSet,
    tokens: &'p Tokens<'a>,
    times: &'p Times,
    covered: Covered<'p>,
    lines: Vec<String>,
    /// Labels of the tokens that were used, to be explained.
    named: BTreeSet<(&'static str, usize, String)>,
    /// Slots of the times that were used.
    told: BTreeSet<usize>,
}

impl<'a> Page<'_, 'a> {
    fn facts(&mut self) {
        self.lines.push("FACTS".to_owned());
        let required: BTreeSet<&str> = self.set.required.iter().map(|required| required.id.as_str()).collect();
        for (index, fact) in self.set.facts.iter().enumerate() {
            if index < MAX_FACTS || required.contains(fact.id.as_str()) {
                self.fact(fact);
            }
        }
    }

    fn fact(&mut self, fact: &'a Fact) {
        let Some(slot) = fact_slot(&fact.id) else { return };
        let scope = match fact.scope.as_str() {
            "all" => "all".to_owned(),
            scope => match self.tokens.shown(kind_of_scope(&fact.metric), scope) {
                Some(Shown::Plain(text)) => text.to_owned(),
                Some(Shown::Token(token)) => self.label(token),
                None => return,
            },
        };
        // A count that is as long as an account id must not look like one.
        let value = if fact.value < 100_000_000_000 { fact.value.to_string() } else { number(fact.value) };
        let unit = serde_json::to_value(fact.unit).ok();
        let unit = unit.as_ref().and_then(serde_json::Value::as_str).unwrap_or("count");
        self.lines.push(format!("{slot} | {value} | {unit} | {} | {scope}", path(&fact.metric)));
    }

    fn rows(&mut self) {
        self.lines.push("ROWS".to_owned());
        let required: BTreeSet<&str> = self.set.required.iter().map(|required| required.id.as_str()).collect();
        if !self.set.names.is_empty() {
            let names: Vec<_> = self.set.names.iter().collect();
            let mut fields = vec!["scope".to_owned(), "scope".to_owned()];
            self.names(&names, &mut fields);
            self.lines.push(fields.join(" | "));
        }
        for (index, row) in self.set.rows.iter().enumerate() {
            if index < MAX_ROWS || required.contains(row.id.as_str()) {
                self.row(row);
            }
        }
    }

    fn row(&mut self, row: &'a FactRow) {
        let mut fields = vec![row_id(row), path(&row.list)];
        let names: Vec<_> = row.names.iter().collect();
        self.names(&names, &mut fields);
        let is_named = row.names.iter().any(|name| name.kind == NameKind::Severity);
        fields.extend(row.severity.filter(|_| !is_named).map(|severity| format!("SEVERITY {}", severity.label())));
        fields.extend(row.facts.iter().filter_map(|id| fact_slot(id)));
        for number in row.times.iter().filter_map(|time| self.times.number(time)) {
            self.told.insert(number);
            fields.push(format!("{{{{t:{number}}}}}"));
        }
        if is_our_sentence(&row.reason) {
            fields.push((self.covered)(&row.reason));
        }
        self.lines.push(fields.join(" | "));
    }

    fn names(&mut self, names: &[&'a crate::Name], fields: &mut Vec<String>) {
        for name in names.iter().take(MAX_NAMES) {
            match self.tokens.shown(name.kind, name.text.as_str()) {
                Some(Shown::Plain(text)) => fields.push(format!("{} {text}", plain_word(name.kind))),
                Some(Shown::Token(token)) => {
                    let label = self.label(token);
                    fields.push(label);
                }
                None => {}
            }
        }
    }

    fn label(&mut self, token: &Token<'_>) -> String {
        self.named.insert((plain_word(token.kind), token.label.len(), token.label.clone()));
        token.label.clone()
    }

    fn times(&mut self) {
        self.lines.push("TIMES".to_owned());
        for (index, time) in self.times.all.iter().enumerate() {
            let number = index + 1;
            // Those of the whole come first and are always shown.
            if self.told.contains(&number) || !time.what.starts_with("time of") {
                self.lines.push(format!("{{{{t:{number}}}}} | {}: {}", time.what, time.instant));
            }
        }
    }

    fn tokens(&mut self) {
        let mut lines: Vec<String> = Vec::new();
        let mut accounts: BTreeSet<String> = BTreeSet::new();
        for (_, _, label) in &self.named {
            let Some(token) = self.tokens.named(label) else { continue };
            let feature = feature::of(token, self.tokens);
            // A feature may name the account or the service by a token that no row has.
            accounts.extend(super::token::labels_in(&feature).map(str::to_owned));
            lines.push(format!("{label} | {feature}"));
        }
        for label in accounts.iter().filter(|label| !self.named.iter().any(|(_, _, named)| named == *label)) {
            if let Some(token) = self.tokens.named(label) {
                lines.push(format!("{label} | {}", feature::of(token, self.tokens)));
            }
        }
        self.lines.push("TOKENS".to_owned());
        self.lines.append(&mut lines);
    }

    fn not_read(&mut self, coverage: &Coverage) {
        self.lines.push("NOT READ".to_owned());
        // What a gap says about itself may name files and quote services; its kind is ours.
        let mut gaps: BTreeMap<(GapKind, String), u64> = BTreeMap::new();
        for (source, gap) in coverage.gaps().filter(|(_, gap)| gap.kind != GapKind::NotRecords) {
            let region = source.region.as_ref().and_then(|region| vocabulary::region(region.as_str()));
            let place = region.map_or_else(|| "everywhere asked".to_owned(), |region| format!("region {region}"));
            *gaps.entry((gap.kind, place)).or_default() += 1;
        }
        if gaps.is_empty() {
            self.lines.push(if coverage.complete { "complete" } else { "incomplete" }.to_owned());
        }
        for ((kind, place), _) in gaps.into_iter().take(MAX_GAPS) {
            let name = serde_json::to_value(kind).ok();
            let name = name.as_ref().and_then(serde_json::Value::as_str).unwrap_or("gap");
            self.lines.push(format!("{name} | {place} | {}", meaning(kind)));
        }
    }
}

/// `{{f:12}}` for `f12`.
fn fact_slot(id: &str) -> Option<String> {
    let number = id.strip_prefix('f')?;
    let is_number =
        (1..=9).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
    is_number.then(|| format!("{{{{f:{number}}}}}"))
}

/// The path of a metric or list, which is ours, if it has the form of one.
fn path(text: &str) -> String {
    let is_step = |step: &str| {
        !step.is_empty()
            && (step.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                || vocabulary::is_plain(NameKind::Severity, step))
    };
    let is_path = text.len() <= 80
        && ["events.", "findings.", "coverage.", "scope.", "incidents", "detections"]
            .iter()
            .any(|root| text.starts_with(root))
        && text.split('.').all(is_step);
    if is_path { text.to_owned() } else { "other".to_owned() }
}

/// Reasons are words of ours by contract; what does not look like a sentence of ours is left out all the same.
fn is_our_sentence(text: &str) -> bool {
    (1..=240).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b" .,;:'()/-_".contains(&b))
}

const fn meaning(kind: GapKind) -> &'static str {
    match kind {
        GapKind::AccessDenied => "a permission is missing",
        GapKind::NoCredentials => "no usable credentials",
        GapKind::ExpiredCredentials => "credentials expired or invalid",
        GapKind::NotEnabled => "the service is not enabled there",
        GapKind::Throttled => "throttled until the budget was spent",
        GapKind::ServiceError => "the service failed",
        GapKind::Unreachable => "the service could not be reached",
        GapKind::PagingBroken => "paging broke off",
        GapKind::TimeBudget => "the budget of time was spent",
        GapKind::CallBudget => "the budget of calls was spent",
        GapKind::RecordBudget => "the budget of records was spent",
        GapKind::OutsideRetention => "older than what the service keeps",
        GapKind::Cancelled => "cancelled",
        GapKind::FileUnreadable => "a file could not be read",
        GapKind::FileDamaged => "a file was damaged",
        GapKind::FileTooLarge => "a file was too large",
        GapKind::RecordsUnreadable => "records could not be understood",
        GapKind::NotEvaluated => "a number could not be established",
        GapKind::NotRecords => "no security records",
    }
}
