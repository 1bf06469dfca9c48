//! Events that feed correlations: kept small while events come in any order, correlated in the order of time at the end.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::time::Duration;

use security_model::{SafeText, TextKind, Untrusted};
use sigma::{
    Correlation, CorrelationKind, CorrelationMatch, Correlator, CorrelatorOptions, Metadata, Number, Record, RuleIndex,
    Slot, Value,
};

use super::pack::{RulePack, references};
use super::promising::{Entrances, Feeding};
use super::rows::{Actor, Member, Rank, Rows, Speaker};
use super::sentence::{Placeholder, shown_value};
use super::{Counts, Test, record};
use crate::hash::HashMap;
use crate::names::{Name, Names, Texts};
use crate::trail::Replay;

/// What correlations need of events.
pub(super) struct Feeds {
    /// Of each rule: what the correlations that it feeds need of its events; nothing if it feeds none.
    rules: Vec<Option<Needs>>,
    /// The fields that correlations group by or count.
    slots: Vec<Slot>,
    /// What sentences of correlations quote.
    quoted: Vec<Placeholder>,
}

/// Positions among [`Feeds::slots`] and [`Feeds::quoted`].
#[derive(Clone, Debug, Default)]
struct Needs {
    slots: BTreeSet<usize>,
    quoted: BTreeSet<usize>,
}

/// An event that fed a correlation.
struct Fed {
    milliseconds: i64,
    actor: Actor,
    /// Nothing for an event that the trail has, too.
    member: Option<Box<Member>>,
    /// Where its rules stand in [`Correlated::rules`].
    rules: Range<usize>,
    /// Where its texts stand in [`Correlated::texts`].
    texts: Range<usize>,
}

/// The events that fed correlations so far.
pub(super) struct Correlated {
    feeds: Feeds,
    fed: Vec<Fed>,
    /// The rules that events matched, one event's after the other's.
    rules: Vec<RuleIndex>,
    /// What correlations need of events: of each event in the order of [`Feeds::slots`], then of [`Feeds::quoted`]; absent
    /// where the fed correlations do not need it.
    texts: Vec<Name>,
    most: usize,
    /// Bytes of texts that nothing but these events needed.
    text_bytes: usize,
}

/// Most such bytes.
const TEXT_BYTES: usize = 64 << 20;

impl Feeds {
    fn new(pack: &RulePack) -> Self {
        let set = &pack.rules;
        let (mut slots, mut quoted) = (Vec::new(), Vec::new());
        let about = pack.about.iter().filter(|about| about.correlation);
        let own: Vec<(&Correlation, Needs)> = set
            .correlations()
            .zip(about)
            .map(|(correlation, about)| {
                let fields = fields(correlation).filter_map(|field| set.slot(field));
                let places = about.sentence.placeholders().filter(|place| {
                    !matches!(place, Placeholder::Principal | Placeholder::Acting | Placeholder::Count)
                });
                let needs =
                    Needs { slots: positions(&mut slots, fields), quoted: positions(&mut quoted, places.cloned()) };
                (correlation, needs)
            })
            .collect();
        let named = by_name(&own);
        let of = |metadata: &Metadata| {
            references(metadata).filter_map(|name| named.get(&name)).fold(None, |all: Option<Needs>, needs| {
                let mut all = all.unwrap_or_default();
                all.add(needs);
                Some(all)
            })
        };
        let rules = set.rules().map(|(_, rule)| of(&rule.metadata)).collect();
        Self { rules, slots, quoted }
    }
}

impl Needs {
    /// Whether there was anything new.
    fn add(&mut self, other: &Self) -> bool {
        let before = self.slots.len() + self.quoted.len();
        self.slots.extend(&other.slots);
        self.quoted.extend(&other.quoted);
        self.slots.len() + self.quoted.len() > before
    }
}

/// Where these stand in the list, to which new ones are added.
fn positions<T: PartialEq>(all: &mut Vec<T>, wanted: impl Iterator<Item = T>) -> BTreeSet<usize> {
    wanted
        .map(|wanted| {
            all.iter().position(|known| *known == wanted).unwrap_or_else(|| {
                all.push(wanted);
                all.len() - 1
            })
        })
        .collect()
}

/// What is needed of those that correlations refer to, by name: for the correlation itself, and for those that it feeds.
fn by_name(own: &[(&Correlation, Needs)]) -> HashMap<String, Needs> {
    let mut named: HashMap<String, Needs> = HashMap::default();
    loop {
        let mut more = false;
        for (correlation, needs) in own {
            let mut needs = needs.clone();
            for fed in references(&correlation.metadata).filter_map(|name| named.get(&name)) {
                needs.add(fed);
            }
            for rule in &correlation.rules {
                let known = named.entry(rule.to_lowercase());
                let is_new = matches!(known, Entry::Vacant(_));
                more |= known.or_default().add(&needs) || is_new;
            }
        }
        if !more {
            return named;
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
        Self { feeds: Feeds::new(pack), fed: Vec::new(), rules: Vec::new(), texts: Vec::new(), most, text_bytes: 0 }
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
        let Feeds { rules: of_rules, slots, quoted } = &self.feeds;
        let needs = |rule: &RuleIndex| of_rules.get(rule.index()).and_then(Option::as_ref);
        let mut fed = matched.iter().filter_map(|rule| Some((*rule, needs(rule)?))).peekable();
        if fed.peek().is_none() {
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
        let (rules_at, texts_at) = (self.rules.len(), self.texts.len());
        self.texts.resize(texts_at + slots.len() + quoted.len(), Name::ABSENT);
        let mut new_bytes = 0;
        let mut keep = |at: usize, text: Option<Cow<'_, str>>| {
            let before = names.len();
            let name = names.intern(text.as_deref().map(Untrusted::new), TextKind::Reference);
            if names.len() > before {
                new_bytes += text.map_or(0, |text| text.len().min(1_024));
            }
            self.texts.iter_mut().skip(texts_at + at).take(1).for_each(|place| *place = name);
        };
        for (rule, needs) in fed {
            self.rules.push(rule);
            for (at, slot) in needs.slots.iter().filter_map(|at| Some((*at, slots.get(*at)?))) {
                keep(at, text(record, *slot));
            }
            for (at, place) in needs.quoted.iter().filter_map(|at| Some((*at, quoted.get(*at)?))) {
                keep(slots.len() + at, super::quoted(record, place).map(|(_, text)| text));
            }
        }
        self.text_bytes += new_bytes;
        let (rules, texts) = (rules_at..self.rules.len(), texts_at..self.texts.len());
        let member = actor.at.is_none().then(|| Box::new(member()));
        self.fed.push(Fed { milliseconds: time.as_millisecond(), actor, member, rules, texts });
    }

    /// What correlations need of the event, in the order of [`Feeds::slots`], then of [`Feeds::quoted`].
    fn texts_of(&self, fed: &Fed) -> &[Name] {
        self.texts.get(fed.texts.clone()).unwrap_or_default()
    }

    fn rules_of(&self, fed: &Fed) -> &[RuleIndex] {
        self.rules.get(fed.rules.clone()).unwrap_or_default()
    }

    /// Correlates what was kept, and adds what is found to `rows`.
    pub(super) fn finish(
        mut self,
        pack: &RulePack,
        (trail, texts): (&Replay, &Texts),
        rows: &mut Rows,
        counts: &mut Counts,
    ) {
        if self.fed.is_empty() {
            return;
        }
        // Times are whole seconds: what happened in one second stays in the order in which it was read.
        self.fed.sort_by_key(|fed| fed.milliseconds);
        let mut places = vec![None; pack.rules.fields().len()];
        for (at, slot) in self.feeds.slots.iter().enumerate() {
            places.iter_mut().skip(slot.index()).take(1).for_each(|place| *place = Some(at));
        }
        // They come in the order of time.
        let tolerance = Duration::ZERO;
        let options = CorrelatorOptions { held: self.most, tolerance, ..CorrelatorOptions::default() };
        let mut correlator = Correlator::new(&pack.rules, options);
        let mut found = Vec::new();
        let feeding = |fed: &Fed| Feeding {
            milliseconds: fed.milliseconds,
            rules: self.rules_of(fed),
            names: self.texts_of(fed),
        };
        let promising = Entrances::new(&pack.rules, &self.feeds.slots).promising(self.fed.iter().map(feeding));
        for ((index, fed), _) in (0..).zip(&self.fed).zip(promising).filter(|(_, promising)| *promising) {
            let record = Replayed { names: self.texts_of(fed), places: &places, texts };
            correlator.observe(fed.milliseconds, index, &record, self.rules_of(fed).iter().copied(), &mut found);
            self.report(&mut found, pack, (trail, texts), rows);
        }
        correlator.finish(&mut found);
        self.report(&mut found, pack, (trail, texts), rows);
        let lost = correlator.counts();
        counts.not_correlated += lost.late + lost.groups_ended;
    }

    fn report(
        &self,
        found: &mut Vec<CorrelationMatch>,
        pack: &RulePack,
        (trail, texts): (&Replay, &Texts),
        rows: &mut Rows,
    ) {
        for matched in found.drain(..).filter(|matched| matched.standalone) {
            let rule = pack.rules.len() + matched.correlation.index();
            if pack.about.get(rule).is_some_and(|about| about.reports) {
                self.add(rule, &matched, (trail, texts), rows);
            }
        }
    }

    fn add(&self, rule: usize, matched: &CorrelationMatch, (trail, texts): (&Replay, &Texts), rows: &mut Rows) {
        let fed = || matched.events.iter().filter_map(|index| self.fed.get(usize::try_from(*index).ok()?));
        let (Some(first), Some(last)) = (fed().next(), fed().next_back()) else { return };
        let one_session =
            fed().all(|fed| (fed.actor.principal, fed.actor.session) == (last.actor.principal, last.actor.session));
        let session = if one_session { last.actor.session } else { Name::ABSENT };
        let member = |fed: &Fed| fed.member.as_deref().cloned().or_else(|| Member::of(fed.actor.at?.0, trail, texts));
        let Some(earliest) = member(first) else { return };
        let rank = Rank { failed: false, measured: std::cmp::Reverse(matched.measured), member: earliest };
        rows.add(
            rule,
            Actor { session, ..last.actor },
            fed().filter_map(|fed| Some((member(fed)?, fed.actor.source_ip))),
            matched.events_left_out,
            rank,
            |rank| self.speaker(rank, matched, last, texts),
        );
    }

    fn speaker(&self, rank: Rank, matched: &CorrelationMatch, last: &Fed, texts: &Texts) -> Speaker {
        let measured = SafeText::from_raw(&matched.measured.to_string(), TextKind::Identifier);
        let quoted = self.feeds.quoted.iter().zip(self.texts_of(last).iter().skip(self.feeds.slots.len()));
        let mut values: Vec<_> = quoted
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
fn text<'r>(record: &'r impl Record, slot: Slot) -> Option<Cow<'r, str>> {
    Some(Cow::Owned(match record.get(slot)? {
        Value::Null => return None,
        Value::Text(text) => return Some(Cow::Borrowed(text)),
        Value::Bool(value) => value.to_string(),
        Value::Number(Number::Int(value)) => value.to_string(),
        Value::Number(Number::Unsigned(value)) => value.to_string(),
        Value::Number(Number::Float(value)) => format!("{value:?}"),
        Value::List(inner) | Value::Object(inner) => {
            let mut out = String::new();
            inner.write(&mut out);
            out
        }
    }))
}

/// An event as correlations see it, from the little that was kept.
struct Replayed<'a> {
    names: &'a [Name],
    places: &'a [Option<usize>],
    texts: &'a Texts,
}

impl Record for Replayed<'_> {
    fn get(&self, slot: Slot) -> Option<Value<'_>> {
        let place = (*self.places.get(slot.index())?)?;
        self.texts.raw(*self.names.get(place)?).map(Value::Text)
    }
}
