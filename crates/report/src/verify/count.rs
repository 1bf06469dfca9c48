//! Judges a count: is there a number of the evidence with this label and this value?

use super::Judgement;
use super::label::{Fit, Label, Level, SAID_OF_ALL};
use super::measure::{Measure, Measures};
use super::quantity::Quantity;
use super::unknown::Unknown;
use super::words::concept::*;

/// How much worse than the best a measure may fit and still be what is meant.
const MARGIN: f64 = 0.75;

/// What became of a quantity.
#[derive(Clone, Debug, Default)]
pub(super) struct Finding {
    pub(super) judgement: Option<Judgement>,
    /// Positions of the facts that bear on it.
    pub(super) facts: Vec<u32>,
    pub(super) expected: Option<String>,
    /// How well the best measure fits the label.
    pub(super) fit: f64,
}

impl Finding {
    /// It holds.
    pub(super) fn supported() -> Self {
        Self { judgement: Some(Judgement::Supported), ..Self::default() }
    }
}

/// A measure that may be meant.
pub(super) struct Candidate {
    pub(super) measure: Measure,
    pub(super) fit: Fit,
}

/// Measures that a label may mean, with how well they fit.
pub(super) fn candidates(label: &Label, measures: &Measures) -> Vec<Candidate> {
    let mut indices: Vec<u32> = measures.general.clone();
    let mut names: Vec<u32> = label.names.iter().flat_map(|(names, _)| names.iter().copied()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        indices.extend(measures.about(name));
    }
    let fitted = |measure: &Measure| Candidate { fit: label.fit(measure, measures), measure: measure.clone() };
    let mut all: Vec<Candidate> = indices.iter().filter_map(|index| measures.get(*index)).map(fitted).collect();
    all.extend(sums(label, &indices, measures).iter().map(fitted));
    all
}

/// Measures of one family about one thing.
type Family = (u32, Option<u32>);

/// `CRITICAL and HIGH findings`: sums over what is named of one dimension.
fn sums(label: &Label, indices: &[u32], measures: &Measures) -> Vec<Measure> {
    let near = label.near();
    let mut sums = Vec::new();
    for dimension in DIMENSIONS {
        let wanted = near & dimension;
        if wanted.len() < 2 || label.marks.iter().any(|mark| mark.concepts.contains(wanted)) {
            continue;
        }
        let mut groups: Vec<(Family, Vec<u32>)> = Vec::new();
        for index in indices {
            let Some(measure) = measures.get(*index).filter(|measure| measure.need.meets(wanted)) else { continue };
            let key = (measure.family, measure.name);
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, members)) => members.push(*index),
                None => groups.push((key, vec![*index])),
            }
        }
        sums.extend(groups.iter().filter_map(|(_, members)| measures.sum(members, Concepts::NONE)).map(|sum| {
            // All of the labels have to be said, and all of them are.
            Measure { need: sum.need | wanted, allow: sum.allow | wanted, ..sum }
        }));
    }
    sums
}

/// Judges a count against the measures that its label may mean.
pub(super) fn judge(quantity: &Quantity, label: &Label, measures: &Measures) -> Finding {
    if let Some(finding) = nothing_read(quantity, label, measures) {
        return finding;
    }
    let all = candidates(label, measures);
    if label.is_foreign && !label.names.iter().any(|(_, level)| *level == Level::Own) {
        return Finding { judgement: Some(Judgement::Unsupported), fit: 2.0, ..Finding::default() };
    }
    let mut finding =
        decide(quantity, label, &all, measures, |candidate| quantity.admits(candidate.measure.value as f64));
    // Of what nobody has heard of, no sum of several numbers is meant: there are sums of nearly any value.
    if label.is_unheard_of() && finding.facts.len() > 1 {
        finding.judgement = Some(Judgement::Unsupported);
    }
    // A bare number stands for what is named with it, or else for whatever has the value.
    let of_a_name = label.names.iter().any(|(_, level)| *level <= Level::Chained);
    // `290 seen`: seen is everything.
    let says_nothing = !label.near().is_empty() && SAID_OF_ALL.contains(label.near());
    let is_told = label.unknown == Unknown::Nothing && (!label.is_bare() || of_a_name) && !says_nothing;
    if finding.judgement == Some(Judgement::Supported) {
        return finding;
    }
    if let Some(found) = headless(quantity, label, &all).or_else(|| none_of_it(quantity, label, measures)) {
        return found;
    }
    if (label.near() - FINDING) == ATTENTION
        && let Some(found) = urgent(quantity, label, &all)
    {
        return found;
    }
    if is_told {
        return finding;
    }
    by_value(quantity, label, &all, measures.vocabulary).unwrap_or(finding)
}

/// Judges a statement that there is none, or that there are some: what a label does not say is not made up for.
pub(super) fn judge_existence(quantity: &Quantity, label: &Label, measures: &Measures) -> Finding {
    if let Some(finding) = nothing_read(quantity, label, measures) {
        return finding;
    }
    let all = candidates(label, measures);
    decide(quantity, label, &all, measures, |candidate| quantity.admits(candidate.measure.value as f64))
}

/// `No records were read`: that nothing matches a filter does not make it so.
fn nothing_read(quantity: &Quantity, label: &Label, measures: &Measures) -> Option<Finding> {
    let near = label.near();
    let of_reading = label.own().meets(RECORD) && near.meets(SEEN) && (near - SEEN - DEFAULT_HEADS).is_empty();
    if quantity.high != 0.0 || !of_reading || label.is_of_a_name() {
        return None;
    }
    let read = measures.of_all().find(|all| all.head.meets(RECORD) && all.need.is_empty() && all.value > 0)?;
    let expected = Some(read.value.to_string());
    Some(Finding { judgement: Some(Judgement::Contradicted), facts: read.facts.clone(), expected, fit: 2.0 })
}

/// A label that is not known in full is not guessed at: any number that agrees with everything in it that is known, and
/// has the value, may be meant. A zero has to be named: there is always something of which there is none.
fn by_value(quantity: &Quantity, label: &Label, all: &[Candidate], vocabulary: Concepts) -> Option<Finding> {
    let is_unknown = label.unknown != Unknown::Nothing;
    let agrees = |candidate: &&Candidate| {
        let Candidate { measure, fit } = candidate;
        quantity.admits(measure.value as f64)
            && (!label.is_unheard_of() || measure.facts.len() <= 1)
            && !fit.conflict
            && (measure.value > 0 || fit.complete || is_unknown)
            && label.agrees(measure, vocabulary)
    };
    let best = all.iter().filter(agrees).max_by(|a, b| a.fit.score.total_cmp(&b.fit.score));
    let Some(best) = best else { return urgent(quantity, label, all).filter(|_| is_unknown) };
    Some(Finding {
        judgement: Some(Judgement::Supported),
        facts: best.measure.facts.clone(),
        expected: None,
        fit: best.fit.score,
    })
}

/// `Private: 5, with 281 events`: what is counted is not said, and may be any of the things that are.
fn headless(quantity: &Quantity, label: &Label, all: &[Candidate]) -> Option<Finding> {
    // `public addresses generated 274`: what made them is not what is counted.
    let own = if label.own().is_empty() { label.near() } else { label.own() };
    let of_a_name = label.names.iter().any(|(_, level)| *level <= Level::Chained);
    let counted_before =
        label.marks.iter().any(|mark| mark.level <= Level::Sentence && mark.concepts.meets(HEADS | LOGIN));
    let made = label.own().is_empty();
    if of_a_name || own.is_empty() || counted_before && !made {
        return None;
    }
    let fits = |candidate: &&Candidate| {
        let Candidate { measure, fit } = candidate;
        let told = measure.need | measure.allow | measure.head | measure.context;
        !(measure.need - HEADS).is_empty()
            && own.contains(measure.need - HEADS)
            && own.each().all(|one| told.meets(one))
            && measure.name.is_none()
            && (!made || measure.head.meets(EVENT | FINDING))
            && !fit.conflict
            && quantity.admits(measure.value as f64)
    };
    let hit = all.iter().find(fits)?;
    Some(Finding { judgement: Some(Judgement::Supported), facts: hit.measure.facts.clone(), ..Finding::default() })
}

/// `| key | 8 | 0 |` under CRITICAL: of a thing that has findings, none of a severity that no number gives it.
fn none_of_it(quantity: &Quantity, label: &Label, measures: &Measures) -> Option<Finding> {
    let severity = label.own() & SEVERITIES;
    let name = label.names.iter().find(|(_, level)| *level == Level::Own).map(|(names, _)| names)?;
    if quantity.value != 0.0 || quantity.high != 0.0 || severity.len() != 1 {
        return None;
    }
    let about: Vec<&Measure> =
        name.iter().flat_map(|name| measures.about(*name)).filter_map(|index| measures.get(*index)).collect();
    let others = about.iter().any(|measure| measure.need.meets(SEVERITIES - severity));
    let none = !about.iter().any(|measure| measure.need.meets(severity) && measure.value > 0);
    (others && none).then(Finding::supported)
}

/// `36 findings deserve somebody's time today`: CRITICAL and HIGH together.
fn urgent(quantity: &Quantity, label: &Label, all: &[Candidate]) -> Option<Finding> {
    let of = |severity: Concepts| {
        let general = all.iter().map(|candidate| &candidate.measure).filter(|measure| measure.name.is_none());
        general.into_iter().find(|measure| measure.need == severity && measure.head.meets(FINDING))
    };
    let (critical, high) = (of(CRITICAL)?, of(HIGH)?);
    let fits = quantity.admits((critical.value + high.value) as f64) && critical.value > 0 && high.value > 0;
    let plain = !label.is_of_a_name() && (label.near() - SAID_OF_ALL - FINDING - ATTENTION).is_empty();
    let facts = [critical.facts.as_slice(), high.facts.as_slice()].concat();
    (fits && plain).then(|| Finding { judgement: Some(Judgement::Supported), facts, ..Finding::default() })
}

/// The common decision: what fits best, and whether something that fits as well has the value.
pub(super) fn decide(
    quantity: &Quantity,
    label: &Label,
    all: &[Candidate],
    measures: &Measures,
    admits: impl Fn(&Candidate) -> bool,
) -> Finding {
    // Of two that fit as well, the one of which nothing was said elsewhere is meant.
    let order = |a: &&Candidate, b: &&Candidate| {
        a.fit.score.total_cmp(&b.fit.score).then_with(|| b.fit.borrowed.cmp(&a.fit.borrowed))
    };
    let best = all.iter().max_by(order);
    let fit = best.map_or(f64::NEG_INFINITY, |best| best.fit.score);
    let hit = all.iter().filter(|candidate| admits(candidate)).max_by(|a, b| a.fit.score.total_cmp(&b.fit.score));
    // `X: 1 finding, 1 INFORMATIONAL`: what is said of X is not said of everything.
    let of_name = |hit: &Candidate| {
        hit.measure.name.is_none()
            && DIMENSIONS.iter().filter(|dimension| dimension.meets(hit.measure.need)).any(|dimension| {
                all.iter().any(|other| {
                    let near = other
                        .measure
                        .name
                        .and_then(|name| label.name_level(name))
                        .is_some_and(|level| level <= Level::Clause);
                    near && other.measure.need.meets(*dimension) && other.measure.head == hit.measure.head
                })
            })
    };
    let is_meant = |hit: &Candidate| {
        let says_otherwise = hit.fit.conflict || of_name(hit);
        let borrowed_zero = hit.fit.borrowed && hit.measure.value == 0;
        let fits = hit.fit.complete && hit.fit.score > 0.0 && hit.fit.score >= fit - MARGIN;
        fits && !says_otherwise && !borrowed_zero
    };
    if hit.is_some_and(is_meant) {
        // Of several measures that fit and agree the text states each.
        let meant = all
            .iter()
            .filter(|candidate| admits(candidate) && is_meant(candidate) && candidate.measure.facts.len() == 1);
        let mut facts: Vec<u32> = meant.flat_map(|candidate| candidate.measure.facts.iter().copied()).collect();
        if facts.is_empty() {
            facts.extend(hit.into_iter().flat_map(|hit| hit.measure.facts.iter().copied()));
        }
        return Finding { judgement: Some(Judgement::Supported), facts, expected: None, fit };
    }
    if let Some(best) = best.filter(|best| label.tells(best.fit.score) && !best.fit.conflict) {
        if admits(best) {
            return Finding {
                judgement: Some(Judgement::Supported),
                facts: best.measure.facts.clone(),
                expected: None,
                fit,
            };
        }
        let elsewhere = known_value(quantity, measures);
        return Finding {
            judgement: Some(if elsewhere { Judgement::Misattributed } else { Judgement::Contradicted }),
            facts: best.measure.facts.clone(),
            expected: Some(best.measure.value.to_string()),
            fit,
        };
    }
    unlabelled(quantity, label, all, measures, fit)
}

/// Without a telling label a value counts when only one number of the evidence has it.
fn unlabelled(quantity: &Quantity, label: &Label, all: &[Candidate], measures: &Measures, fit: f64) -> Finding {
    let exact = quantity.low == quantity.high && quantity.value >= 0.0;
    let valued = if exact { measures.valued(quantity.value as u64) } else { &[] };
    let conflict =
        all.iter().any(|candidate| candidate.fit.conflict && quantity.admits(candidate.measure.value as f64));
    let judgement = match valued {
        [] => Judgement::Unsupported,
        _ if conflict || !label.own().is_empty() => Judgement::Misattributed,
        [_] => Judgement::Supported,
        _ => Judgement::Ambiguous,
    };
    let facts = valued.iter().take(5).filter_map(|index| measures.get(*index)).flat_map(|m| m.facts.iter().copied());
    Finding { judgement: Some(judgement), facts: facts.collect(), expected: None, fit }
}

fn known_value(quantity: &Quantity, measures: &Measures) -> bool {
    quantity.value >= 0.0 && quantity.value.fract() == 0.0 && !measures.valued(quantity.value as u64).is_empty()
}
