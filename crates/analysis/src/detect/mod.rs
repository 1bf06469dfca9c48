//! Detections: rules tried on every event, and what they found in one row per rule, principal and session.
//!
//! Rules come in as bytes ([`PackBuilder`]) and are compiled once ([`RulePack`]). Each event is tried as it comes; a rule
//! that needs a field the view has not read has it parsed then. Events that feed correlations are kept in small form and
//! correlated at the end, because events come in any order.
//!
//! Memory is bounded by [`DetectionLimits`]: further rows of a rule become one row without principal, further event ids
//! are left out, and counts stay exact. Further events that feed correlations are counted and not correlated.

mod about;
pub mod archive;
pub mod attack;
mod branch;
mod built_in;
mod correlated;
mod high_risk;
mod observed;
mod pack;
mod promising;
mod record;
mod rows;
mod sentence;

use std::borrow::Cow;
use std::sync::Arc;

use security_model::detection::NotEvaluated;
use security_model::{Detection, EventView, Level, RecordHash, RecordOrigin, SafeText, TextKind, Untrusted};
use sigma::{RuleIndex, Scratch};

use self::correlated::Correlated;
pub(crate) use self::rows::Actor;
use self::rows::{Member, Rank, Rows, Speaker};
use self::sentence::Placeholder;
use crate::baseline::Baseline;
use crate::behavior::EventIndex;
use crate::cloudtrail::Kinds;
use crate::names::{Names, Texts, kept_text};
use crate::trail::{Replay, TrailLimits};

pub use about::RuleAbout;
pub use built_in::built_in;
pub(crate) use high_risk::ApiIndex;
pub use high_risk::{HighRiskApi, HighRiskCalls, Risk};
pub use pack::{PackBuilder, PackCounts, RulePack};
pub use sentence::MAX_WORDS;
pub(crate) use sentence::{short_principal, shown_value, target_of};

/// How much an analysis keeps of what its rules found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetectionLimits {
    /// Rows.
    pub rows: usize,
    /// Event ids of one row.
    pub event_ids: usize,
    /// Events that feed correlations.
    pub correlated: usize,
    /// Events that behaviours, sessions and incidents are found in; further ones are tried on rules only.
    pub events: usize,
}

impl Default for DetectionLimits {
    fn default() -> Self {
        Self { rows: 4_000, event_ids: 50, correlated: 250_000, events: 2_000_000 }
    }
}

impl DetectionLimits {
    pub(crate) fn trail(self) -> TrailLimits {
        TrailLimits { events: self.events, ..TrailLimits::default() }
    }
}

/// What rules found.
#[derive(Debug, Default)]
pub struct Detections {
    /// Worst first, then in the order of time.
    pub rows: Vec<DetectionRow>,
    /// What was not evaluated, and why.
    pub not_evaluated: Vec<NotEvaluated>,
}

impl Detections {
    /// Those that belong to no incident and ask to be looked at, in order.
    pub fn alone(&self) -> impl Iterator<Item = &Detection> {
        self.rows.iter().map(|row| &row.detection).filter(|detection| detection.stands_alone())
    }

    pub(crate) fn sort(&mut self) {
        self.rows.sort_by_cached_key(|row| {
            let found = &row.detection;
            (
                std::cmp::Reverse(found.level),
                found.first_seen.is_none(),
                found.first_seen.clone(),
                found.id.clone(),
                found.principal.clone(),
                found.session.clone(),
                found.reason.clone(),
            )
        });
    }
}

/// A detection, and what it rests on.
#[derive(Clone, Debug)]
pub struct DetectionRow {
    /// As answers show it.
    pub detection: Detection,
    /// Why the rule fired on the event that speaks for the row.
    pub explanation: Explanation,
    /// Where its events were read, as many as it has event ids at most.
    pub records: Vec<RecordOrigin>,
    /// The same events in the trail, as far as it has them.
    pub(crate) events: Vec<EventIndex>,
    /// The event that speaks for the row.
    pub(crate) speaker: Option<EventIndex>,
    /// The call of the actor whose row it is.
    pub(crate) deed: Option<EventIndex>,
}

/// Why a rule fired on one event.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// `eventID`.
    pub event_id: Option<SafeText>,
    /// `eventTime`.
    pub time: Option<String>,
    /// The file or call it was read from.
    pub origin: SafeText,
    /// Position among the records of that origin, from 0.
    pub index: u64,
    /// SHA-256 of the record's bytes; none for correlations.
    pub sha256: Option<String>,
    /// The tests that held.
    pub tests: Vec<Test>,
}

/// One test of a rule that held.
#[derive(Clone, Debug)]
pub struct Test {
    /// The search of the rule that it belongs to.
    pub search: SafeText,
    /// The field; none for keywords.
    pub field: Option<SafeText>,
    /// How the field is compared: the rule's modifiers, or `equal`.
    pub test: String,
    /// The rule's value.
    pub pattern: SafeText,
    /// The record's value; none when it has none.
    pub value: Option<SafeText>,
}

/// What could not be evaluated, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Events of which a part that rules asked for was not readable.
    unreadable: u64,
    /// Events without time that would have fed correlations.
    untimed: u64,
    /// Events, or groups of them, that correlations had no room for.
    not_correlated: u64,
}

/// Tries rules on events one at a time.
pub(crate) struct Detector {
    pack: Arc<RulePack>,
    scratch: Scratch,
    matched: Vec<RuleIndex>,
    rows: Rows,
    correlated: Correlated,
    counts: Counts,
}

impl Detector {
    pub(crate) fn new(pack: Arc<RulePack>, limits: DetectionLimits) -> Self {
        let correlated = Correlated::new(&pack, limits.correlated);
        Self {
            pack,
            scratch: Scratch::default(),
            matched: Vec::new(),
            rows: Rows::new(limits),
            correlated,
            counts: Counts::default(),
        }
    }

    /// Tries the rules on an event; true when one of medium level or above fired.
    pub(crate) fn observe(
        &mut self,
        event: &EventView<'_>,
        (origin, kinds): (&RecordOrigin, Kinds),
        actor: Actor,
        names: &mut Names,
    ) -> bool {
        let Self { pack, scratch, matched, rows, correlated, counts } = self;
        let record = record::EventRecord::new(&pack.layout, event, Some(kinds));
        matched.clear();
        matched.extend(pack.rules.matches(&record, scratch));
        counts.unreadable += u64::from(record.was_unreadable());
        if matched.is_empty() {
            return false;
        }
        let mut notable = false;
        let member = || Member::new(event.event_time, event.event_id, origin, actor.at.map(|(at, _)| at));
        let error_code = event.error_code.map(Untrusted::for_matching).filter(|code| !code.is_empty());
        for rule in matched.iter() {
            let Some(about) = pack.about.get(rule.index()).filter(|about| about.reports) else { continue };
            notable |= about.level >= Level::Medium;
            let member = member();
            let rank = Rank { failed: error_code.is_some(), measured: std::cmp::Reverse(0), member: member.clone() };
            rows.add(rule.index(), actor, [(member, actor.source_ip)], 0, rank, |rank| Speaker {
                rank,
                values: about
                    .sentence
                    .placeholders()
                    .filter(|place| !matches!(place, Placeholder::Principal | Placeholder::Acting))
                    .map(|place| {
                        let value = quoted(&record, place).map(|(field, raw)| shown_value(&field, &raw));
                        (place.clone(), value)
                    })
                    .collect(),
                error_code: error_code.map(|code| kept_text(Untrusted::new(code), TextKind::Identifier).into()),
                tests: tests(pack, *rule, &record),
                hash: Some(RecordHash::of(event.record)),
            });
        }
        correlated.observe(&record, matched, actor, member, names, counts);
        notable
    }

    /// What was found, by rules and by behaviours that know this much of the time before.
    pub(crate) fn finish(self, texts: &Texts, trail: &Replay, baseline: Option<Arc<Baseline>>) -> Detections {
        let Self { pack, mut rows, correlated, mut counts, .. } = self;
        correlated.finish(&pack, (trail, texts), &mut rows, &mut counts);
        let limits = rows.limits();
        let mut found = Detections { rows: rows.finish(&pack.about, texts, trail), not_evaluated: counts.told() };
        observed::add(&mut found, &pack, (trail, texts), limits, baseline);
        found.sort();
        found
    }
}

impl Counts {
    fn told(self) -> Vec<NotEvaluated> {
        let Self { unreadable, untimed, not_correlated } = self;
        let row = |number: u64, id: &str, title: &str, reason: String, need: &str| {
            (number > 0).then(|| NotEvaluated {
                id: id.to_owned(),
                title: title.to_owned(),
                reason,
                needs: vec![need.to_owned()],
            })
        };
        [
            row(
                unreadable,
                "rules-on-unreadable-records",
                "Rules on records that cannot be read whole",
                format!("{unreadable} events have parts that are no readable JSON"),
                "records as CloudTrail wrote them",
            ),
            row(
                untimed,
                "correlations-without-time",
                "Correlations of events without time",
                format!("{untimed} events that correlations count have no usable eventTime"),
                "eventTime in every record",
            ),
            row(
                not_correlated,
                "correlations-beyond-memory",
                "Correlations of every event",
                format!("{not_correlated} events or groups of events did not fit into what correlations may hold"),
                "a shorter window, or filters",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// What a sentence quotes of a record: the field and its raw text.
fn quoted<'r>(record: &'r record::EventRecord<'_>, place: &'r Placeholder) -> Option<(Cow<'r, str>, Cow<'r, str>)> {
    match place {
        Placeholder::Principal | Placeholder::Acting | Placeholder::Count => None,
        Placeholder::Target => {
            let named =
                record.request().and_then(sentence::named).map(|(path, text)| (Cow::Owned(path), Cow::Owned(text)));
            named.or_else(|| {
                let arn = sentence::resource(&record.member("resources")?)?;
                Some(("resources.ARN".into(), arn.into()))
            })
        }
        Placeholder::Field(field) => {
            let text = record.first_text(field)?;
            (!text.is_empty()).then_some((Cow::Borrowed(field), text))
        }
    }
}

/// The tests of a rule that held.
fn tests(pack: &RulePack, rule: RuleIndex, record: &record::EventRecord<'_>) -> Vec<Test> {
    const SHOWN: usize = 16;
    let explanation = pack.rules.explain(rule, record);
    let shown = explanation.evidence().take(SHOWN).map(|(search, test)| Test {
        search: SafeText::from_raw(search, TextKind::Identifier),
        field: test.field.as_deref().map(|field| SafeText::from_raw(field, TextKind::Reference)),
        test: match test.modifiers.as_slice() {
            [] => "equal".to_owned(),
            modifiers => modifiers.iter().map(|modifier| modifier.as_str()).collect::<Vec<_>>().join("|"),
        },
        pattern: SafeText::from_raw(&test.pattern, TextKind::Reference),
        value: test.value.as_deref().map(|value| shown_value(test.field.as_deref().unwrap_or("text"), value)),
    });
    shown.collect()
}
