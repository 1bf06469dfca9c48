//! References between correlations and rules, resolved.

use std::collections::{HashMap, HashSet};

use super::CorrelationIndex;
use crate::compile::{Context, label, unknown_field};
use crate::limits::{CHAINED, CORRELATIONS, FEEDS};
use crate::problem::{Problem, ProblemKind, Problems, quoted};
use crate::rule::{Correlation, CorrelationKind, Metadata};
use crate::ruleset::{CompiledRule, RuleIndex, Slot};

/// A correlation with what it refers to.
#[derive(Debug)]
pub(crate) struct CompiledCorrelation {
    pub(crate) correlation: Correlation,
    pub(crate) sources: Vec<Source>,
    /// Is a match a detection of its own, and not only food for other correlations?
    pub(crate) standalone: bool,
    /// How events of each rule enter, directly or through correlations.
    pub(crate) feeds: Vec<(RuleIndex, Feed)>,
    /// Correlations below each other down to a rule: 1 when it refers to rules alone.
    depth: usize,
}

/// What a correlation refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    Rule(RuleIndex),
    Correlation(CorrelationIndex),
}

/// How events of a rule enter a correlation without others between them.
#[derive(Clone, Copy, Debug)]
pub struct Entrance<'r> {
    /// The correlation.
    pub correlation: CorrelationIndex,
    /// Where the events have the values of `group-by`.
    pub group: &'r [Slot],
    /// An event without this many others like it, itself included, that enter for the same group within a timespan cannot be
    /// part of a match, and is not missed if it is left out.
    pub fewest: u64,
    /// The timespan, in milliseconds.
    pub span: i64,
}

impl CompiledCorrelation {
    pub(crate) fn entrances(&self, place: CorrelationIndex, rule: RuleIndex) -> impl Iterator<Item = Entrance<'_>> {
        let Correlation { kind, condition, rules, timespan, .. } = &self.correlation;
        let fewest = match kind {
            // What comes through another correlation counts, too.
            _ if self.feeds.iter().any(|(_, feed)| feed.through.is_some()) => 1,
            CorrelationKind::TemporalOrdered => rules.len() as u64,
            _ if condition.only_from_below() => condition.at_least.unwrap_or(1),
            _ => 1,
        };
        let span = i64::try_from(timespan.as_millis()).unwrap_or(i64::MAX);
        let direct = self.feeds.iter().filter(move |(own, feed)| *own == rule && feed.through.is_none());
        direct.map(move |(_, feed)| Entrance { correlation: place, group: &feed.group, fewest, span })
    }
}

/// How an event of a rule enters a correlation.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    /// Through this correlation, or directly.
    pub(crate) through: Option<CorrelationIndex>,
    /// The place among the correlation's rules.
    pub(crate) position: usize,
    /// Where the event has the values of `group-by`.
    pub(crate) group: Box<[Slot]>,
    /// Where the event has the values that are counted.
    pub(crate) values: Box<[Slot]>,
}

/// The documents by the ids and names under which correlations refer to them.
struct Names<'d> {
    ids: HashMap<String, Vec<(usize, &'d Metadata)>>,
    names: HashMap<&'d str, Vec<(usize, &'d Metadata)>>,
}

/// Compiles the correlations that can be: each after those that it refers to.
pub(crate) fn compile(
    mut correlations: Vec<Correlation>,
    rules: &[CompiledRule],
    context: &mut Context<'_>,
    found: &mut Vec<Problem>,
) -> Vec<CompiledCorrelation> {
    if let Some(first) = correlations.get(CORRELATIONS) {
        let what = format!("there are more than {CORRELATIONS} correlations; this one and those after it are left out");
        report(first, ProblemKind::TooLarge, what, "load fewer correlations at a time", found);
        correlations.truncate(CORRELATIONS);
    }
    let references: Vec<Option<Vec<usize>>> = {
        let names = Names::new(rules, &correlations);
        correlations.iter().map(|correlation| names.resolve(correlation, found)).collect()
    };
    let mut waiting: Vec<Option<(Correlation, Vec<usize>)>> = correlations
        .into_iter()
        .zip(references)
        .map(|(correlation, references)| Some((correlation, references?)))
        .collect();
    let mut places: HashMap<usize, CorrelationIndex> = HashMap::new();
    let mut done: Vec<CompiledCorrelation> = Vec::new();
    let mut left = FEEDS;
    // Each round takes those whose references are done; what is left at the end refers to itself or to what failed.
    // The bound on chains bounds the rounds.
    loop {
        let before = done.len();
        for (own, slot) in waiting.iter_mut().enumerate() {
            let ready = |references: &[usize]| sources(references, rules.len(), &places);
            let Some(sources) = slot.as_ref().and_then(|(_, references)| ready(references)) else { continue };
            let Some((correlation, _)) = slot.take() else { continue };
            let linker = Linker { correlation: &correlation, context, left: &mut left, fault: None, feeds: Vec::new() };
            let linked = linker.link(&sources, rules, &done, found);
            if let Some((feeds, depth)) = linked
                && let Ok(place) = u32::try_from(done.len())
            {
                places.insert(own, CorrelationIndex(place));
                done.push(CompiledCorrelation { correlation, sources, standalone: true, feeds, depth });
            }
        }
        if done.len() == before {
            break;
        }
    }
    for (correlation, _) in waiting.into_iter().flatten() {
        let what =
            format!("the correlation {} refers to itself, or to a correlation with an error", label(&correlation));
        report(&correlation, ProblemKind::Structure, what, "break the circle, or correct the other one", found);
    }
    let silenced = silenced(&done);
    for (place, compiled) in (0..).map(CorrelationIndex).zip(&mut done) {
        compiled.standalone = !silenced.contains(&Source::Correlation(place));
    }
    done
}

/// What is no detection of its own: correlations refer to it, and none has `generate`.
pub(crate) fn silenced(correlations: &[CompiledCorrelation]) -> HashSet<Source> {
    let of = |generate: bool| {
        let referring = correlations.iter().filter(move |compiled| compiled.correlation.generate == generate);
        referring.flat_map(|compiled| compiled.sources.iter().copied())
    };
    let kept: HashSet<Source> = of(true).collect();
    of(false).filter(|source| !kept.contains(source)).collect()
}

impl<'d> Names<'d> {
    /// Rules are counted from 0, correlations after them.
    fn new(rules: &'d [CompiledRule], correlations: &'d [Correlation]) -> Self {
        let mut own = Self { ids: HashMap::new(), names: HashMap::new() };
        let metadata = rules.iter().map(|compiled| &compiled.rule.metadata);
        for entry @ (_, metadata) in metadata.chain(correlations.iter().map(|own| &own.metadata)).enumerate() {
            if let Some(id) = &metadata.id {
                own.ids.entry(id.to_lowercase()).or_default().push(entry);
            }
            if let Some(name) = &metadata.name {
                own.names.entry(name).or_default().push(entry);
            }
        }
        own
    }

    fn resolve(&self, correlation: &Correlation, found: &mut Vec<Problem>) -> Option<Vec<usize>> {
        let mut whole = true;
        let mut places = Vec::with_capacity(correlation.rules.len());
        for reference in &correlation.rules {
            let by_name = self.names.get(reference.as_str());
            let documents = by_name.or_else(|| self.ids.get(&reference.to_lowercase())).map_or(&[][..], Vec::as_slice);
            let (what, fix) = match documents {
                [(place, _)] if places.contains(place) => ("is listed by its id and by its name", "list it once"),
                [(place, _)] => {
                    places.push(*place);
                    continue;
                }
                [] => ("is not there, or has an error", "load the rule as well, or correct its id or name"),
                _ => ("stands for several documents", "give each a name and an id of its own"),
            };
            whole = false;
            let what = format!("the rule {} of the correlation {} {what}", quoted(reference), label(correlation));
            report(correlation, ProblemKind::Structure, what, fix, found);
        }
        whole.then_some(places)
    }
}

fn report(correlation: &Correlation, kind: ProblemKind, what: String, fix: &str, found: &mut Vec<Problem>) {
    let mut problems = Problems::new(&correlation.metadata.origin.file);
    problems.error(kind, correlation.rules_at, what, fix);
    found.extend(problems.into_found());
}

/// The references as sources, once every correlation among them is done.
fn sources(references: &[usize], rules: usize, places: &HashMap<usize, CorrelationIndex>) -> Option<Vec<Source>> {
    let source = |place: &usize| match place.checked_sub(rules) {
        None => u32::try_from(*place).ok().map(|place| Source::Rule(RuleIndex(place))),
        Some(correlation) => places.get(&correlation).map(|place| Source::Correlation(*place)),
    };
    references.iter().map(source).collect()
}

/// Finds out how events reach one correlation.
struct Linker<'l, 'o> {
    correlation: &'l Correlation,
    context: &'l mut Context<'o>,
    /// Feeds that the rule set may still have.
    left: &'l mut usize,
    /// A bound that was hit, and the fix.
    fault: Option<(String, &'static str)>,
    feeds: Vec<(RuleIndex, Feed)>,
}

impl Linker<'_, '_> {
    /// The feeds of the correlation and its depth, or a problem.
    fn link(
        mut self,
        sources: &[Source],
        rules: &[CompiledRule],
        done: &[CompiledCorrelation],
        found: &mut Vec<Problem>,
    ) -> Option<(Vec<(RuleIndex, Feed)>, usize)> {
        let metadata = |rule: RuleIndex| rules.get(rule.index()).map(|compiled| &compiled.rule.metadata);
        let mut depth = 1;
        for (position, source) in sources.iter().enumerate() {
            match source {
                Source::Rule(rule) => self.feed(*rule, None, position, metadata(*rule).as_slice()),
                Source::Correlation(place) => {
                    let Some(inner) = done.get(place.index()) else { continue };
                    depth = depth.max(inner.depth + 1);
                    // The same rule may reach the inner correlation on several ways.
                    let mut reaching: Vec<RuleIndex> = inner.feeds.iter().map(|(rule, _)| *rule).collect();
                    reaching.sort_unstable();
                    reaching.dedup();
                    for rule in reaching {
                        let named: Vec<_> =
                            std::iter::once(&inner.correlation.metadata).chain(metadata(rule)).collect();
                        self.feed(rule, Some(*place), position, &named);
                    }
                }
            }
        }
        if depth > CHAINED {
            let what = format!("more than {CHAINED} correlations refer to each other one after the other");
            self.fault = Some((what, "shorten the chain"));
        }
        self.warn_of_unknown_fields(found);
        match self.fault {
            None => Some((self.feeds, depth)),
            Some((what, fix)) => {
                report(self.correlation, ProblemKind::TooLarge, what, fix, found);
                None
            }
        }
    }

    /// `named`: the documents whose names aliases may use for this event, the closest first.
    fn feed(&mut self, rule: RuleIndex, through: Option<CorrelationIndex>, position: usize, named: &[&Metadata]) {
        if self.fault.is_some() {
            return;
        }
        let Some(left) = self.left.checked_sub(1) else {
            let what = format!("the correlations are reached by rules in more than {FEEDS} ways");
            self.fault = Some((what, "load fewer correlations at a time"));
            return;
        };
        *self.left = left;
        let correlation = self.correlation;
        let group = self.slots_of(&correlation.group_by, named);
        let values = self.slots_of(counted(correlation), named);
        self.feeds.push((rule, Feed { through, position, group, values }));
    }

    fn slots_of(&mut self, fields: &[String], named: &[&Metadata]) -> Box<[Slot]> {
        let mut found = Vec::with_capacity(fields.len());
        for field in fields {
            match self.context.slots.of(aliased(self.correlation, field, named)) {
                Some(slot) => found.push(slot),
                None => {
                    self.fault = Some(("the rules name too many fields".to_owned(), "load fewer rules at a time"));
                }
            }
        }
        found.into()
    }

    fn warn_of_unknown_fields(&self, found: &mut Vec<Problem>) {
        let own = self.correlation;
        let aliased = own.aliases.iter().flat_map(|(_, fields)| fields.iter().map(|(_, field)| field));
        let is_alias = |field: &&String| own.aliases.iter().any(|(alias, _)| alias == *field);
        let named = own.group_by.iter().chain(counted(own)).filter(|field| !is_alias(field)).chain(aliased);
        let mut problems = Problems::new(&own.metadata.origin.file);
        for (what, fix) in named.filter_map(|field| unknown_field(field, self.context)) {
            problems.warning(ProblemKind::NeverMatches, own.rules_at, what, fix);
        }
        found.extend(problems.into_found());
    }
}

/// The fields whose values are counted.
fn counted(correlation: &Correlation) -> &[String] {
    match &correlation.kind {
        CorrelationKind::ValueCount { fields } => fields,
        _ => &[],
    }
}

/// The field that an alias stands for in events of these documents; a field that is no alias stands for itself.
fn aliased<'c>(correlation: &'c Correlation, field: &'c str, named: &[&Metadata]) -> &'c str {
    let Some((_, fields)) = correlation.aliases.iter().find(|(alias, _)| alias == field) else { return field };
    let of = |metadata: &&Metadata| {
        fields.iter().find(|(rule, _)| metadata.answers_to(rule)).map(|(_, field)| field.as_str())
    };
    named.iter().find_map(of).unwrap_or(field)
}
