//! Events that feed correlations: kept small while events come in any order, correlated in the order of time at the end.

use std::collections::{BTreeSet, HashSet};

use security_model::{SafeText, TextKind, Untrusted};
use sigma::{
    Correlation, CorrelationKind, CorrelationMatch, Correlator, CorrelatorOptions, Number, Record, RuleIndex, Slot,
    Value,
};

use super::pack::RulePack;
use super::rows::{Actor, Member, Rank, Rows, Speaker};
use super::sentence::{Placeholder, shown_value};
use super::{Counts, Test, record};
use crate::names::{Name, Names, Texts};

/// What correlations need of events.
pub(super) struct Feeds {
    /// Of each rule: does it feed a correlation?
    rules: Vec<bool>,
    /// The fields that correlations group by or count.
    slots: Vec<Slot>,
    /// What sentences of correlations quote.
    quoted: Vec<Placeholder>,
}

/// An event that fed a correlation.
struct Fed {
    milliseconds: i64,
    actor: Actor,
    member: Member,
    rules: Box<[RuleIndex]>,
    /// In the order of [`Feeds::slots`].
    values: Box<[Name]>,
    /// In the order of [`Feeds::quoted`].
    quoted: Box<[Name]>,
}

/// The events that fed correlations so far.
pub(super) struct Correlated {
    feeds: Feeds,
    fed: Vec<Fed>,
    most: usize,
    /// Bytes of texts that nothing but these events needed.
    text_bytes: usize,
}

/// Most such bytes.
const TEXT_BYTES: usize = 64 << 20;

impl Feeds {
    fn new(pack: &RulePack) -> Self {
        let set = &pack.rules;
        let correlations: Vec<&Correlation> = set.correlations().collect();
        let named: HashSet<String> =
            correlations.iter().flat_map(|correlation| &correlation.rules).map(|name| name.to_lowercase()).collect();
        let feeds = |metadata: &sigma::Metadata| {
            [metadata.id.as_deref(), metadata.name.as_deref()]
                .into_iter()
                .flatten()
                .any(|name| named.contains(&name.to_lowercase()))
        };
        let fields: BTreeSet<&str> = correlations.iter().flat_map(|correlation| fields(correlation)).collect();
        let mut quoted: Vec<Placeholder> = Vec::new();
        for about in pack.about.iter().filter(|about| about.correlation) {
            for place in about.sentence.placeholders() {
                if !matches!(place, Placeholder::Principal | Placeholder::Acting | Placeholder::Count)
                    && !quoted.contains(place)
                {
                    quoted.push(place.clone());
                }
            }
        }
        Self {
            rules: set.rules().map(|(_, rule)| feeds(&rule.metadata)).collect(),
            slots: fields.into_iter().filter_map(|field| set.slot(field)).collect(),
            quoted,
        }
    }
}

/// The fields that a correlation groups by or counts, aliases resolved.
fn fields(correlation: &Correlation) -> impl Iterator<Item = &str> {
    let counted: &[String] = match &correlation.kind {
        CorrelationKind::ValueCount { fields } => fields,
        _ => &[],
    };
    let aliased = correlation.aliases.iter().flat_map(|(_, fields)| fields.iter().map(|(_, field)| field));
    correlation.group_by.iter().chain(counted).chain(aliased).map(String::as_str)
}

impl Correlated {
    pub(super) fn new(pack: &RulePack, most: usize) -> Self {
        Self { feeds: Feeds::new(pack), fed: Vec::new(), most, text_bytes: 0 }
    }

    pub(super) fn observe(
        &mut self,
        record: &record::EventRecord<'_>,
        matched: &[RuleIndex],
        actor: Actor,
        member: impl FnOnce() -> Member,
        names: &mut Names,
        counts: &mut Counts,
    ) {
        let feeds = |rule: &&RuleIndex| self.feeds.rules.get(rule.index()).copied().unwrap_or_default();
        let rules: Box<[RuleIndex]> = matched.iter().filter(feeds).copied().collect();
        if rules.is_empty() {
            return;
        }
        let Some(time) = record.event().event_time else {
            counts.untimed += 1;
            return;
        };
        if self.fed.len() >= self.most || self.text_bytes >= TEXT_BYTES {
            counts.not_correlated += 1;
            return;
        }
        let mut new_bytes = 0;
        let mut keep = |text: Option<String>| {
            let before = names.len();
            let name = names.intern(text.as_deref().map(Untrusted::new), TextKind::Reference);
            if names.len() > before {
                new_bytes += text.map_or(0, |text| text.len().min(1_024));
            }
            name
        };
        let values = self.feeds.slots.iter().map(|slot| keep(text(record, *slot))).collect();
        let quoted = self.feeds.quoted.iter().map(|place| keep(super::quoted(record, place).map(|(_, text)| text)));
        let quoted = quoted.collect();
        self.text_bytes += new_bytes;
        self.fed.push(Fed { milliseconds: time.as_millisecond(), actor, member: member(), rules, values, quoted });
    }

    /// Correlates what was kept, and adds what is found to `rows`.
    pub(super) fn finish(mut self, pack: &RulePack, texts: &Texts, rows: &mut Rows, counts: &mut Counts) {
        if self.fed.is_empty() {
            return;
        }
        // Times are whole seconds: what happened in one second stays in the order in which it was read.
        self.fed.sort_by_key(|fed| fed.milliseconds);
        let mut places = vec![None; pack.rules.fields().len()];
        for (at, slot) in self.feeds.slots.iter().enumerate() {
            places.iter_mut().skip(slot.index()).take(1).for_each(|place| *place = Some(at));
        }
        let options = CorrelatorOptions { held: self.most, ..CorrelatorOptions::default() };
        let mut correlator = Correlator::new(&pack.rules, options);
        let mut found = Vec::new();
        for (index, fed) in (0..).zip(&self.fed) {
            let record = Replayed { fed, places: &places, texts };
            correlator.observe(fed.milliseconds, index, &record, fed.rules.iter().copied(), &mut found);
            self.report(&mut found, pack, texts, rows);
        }
        correlator.finish(&mut found);
        self.report(&mut found, pack, texts, rows);
        let lost = correlator.counts();
        counts.not_correlated += lost.late + lost.groups_ended;
    }

    fn report(&self, found: &mut Vec<CorrelationMatch>, pack: &RulePack, texts: &Texts, rows: &mut Rows) {
        for matched in found.drain(..).filter(|matched| matched.standalone) {
            let rule = pack.rules.len() + matched.correlation.index();
            if pack.about.get(rule).is_some_and(|about| about.reports) {
                self.add(rule, &matched, texts, rows);
            }
        }
    }

    fn add(&self, rule: usize, matched: &CorrelationMatch, texts: &Texts, rows: &mut Rows) {
        let fed = || matched.events.iter().filter_map(|index| self.fed.get(usize::try_from(*index).ok()?));
        let (Some(first), Some(last)) = (fed().next(), fed().next_back()) else { return };
        let one_session =
            fed().all(|fed| (fed.actor.principal, fed.actor.session) == (last.actor.principal, last.actor.session));
        let session = if one_session { last.actor.session } else { Name::ABSENT };
        let rank = Rank { failed: false, measured: std::cmp::Reverse(matched.measured), member: first.member.clone() };
        rows.add(
            rule,
            Actor { session, ..last.actor },
            fed().map(|fed| (fed.member.clone(), fed.actor.source_ip)),
            matched.events_left_out,
            rank,
            |rank| self.speaker(rank, matched, last, texts),
        );
    }

    fn speaker(&self, rank: Rank, matched: &CorrelationMatch, last: &Fed, texts: &Texts) -> Speaker {
        let measured = SafeText::from_raw(&matched.measured.to_string(), TextKind::Identifier);
        let mut values: Vec<_> = self
            .feeds
            .quoted
            .iter()
            .zip(&last.quoted)
            .map(|(place, name)| {
                let field = if let Placeholder::Field(field) = place { field } else { "target" };
                (place.clone(), texts.raw(*name).map(|raw| shown_value(field, raw)))
            })
            .collect();
        values.push((Placeholder::Count, Some(measured.clone())));
        let word = |text: &str| SafeText::from_raw(text, TextKind::Identifier);
        let grouped = matched.group.iter().map(|(field, value)| Test {
            search: word("grouped by"),
            field: Some(word(field)),
            test: "equal".to_owned(),
            pattern: word("(the same in every event)"),
            value: Some(shown_value(field, value)),
        });
        let counted = Test {
            search: word("counted"),
            field: None,
            test: "measured".to_owned(),
            pattern: word("(see the rule's condition)"),
            value: Some(measured),
        };
        Speaker { rank, values, error_code: None, tests: grouped.chain([counted]).collect(), hash: None }
    }
}

/// A value as text; nothing for null.
fn text(record: &impl Record, slot: Slot) -> Option<String> {
    match record.get(slot)? {
        Value::Null => None,
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(Number::Int(value)) => Some(value.to_string()),
        Value::Number(Number::Unsigned(value)) => Some(value.to_string()),
        Value::Number(Number::Float(value)) => Some(format!("{value:?}")),
        Value::Text(text) => Some(text.to_owned()),
        Value::List(inner) | Value::Object(inner) => {
            let mut out = String::new();
            inner.write(&mut out);
            Some(out)
        }
    }
}

/// An event as correlations see it, from the little that was kept.
struct Replayed<'a> {
    fed: &'a Fed,
    places: &'a [Option<usize>],
    texts: &'a Texts,
}

impl Record for Replayed<'_> {
    fn get(&self, slot: Slot) -> Option<Value<'_>> {
        let place = (*self.places.get(slot.index())?)?;
        self.texts.raw(*self.fed.values.get(place)?).map(Value::Text)
    }
}
