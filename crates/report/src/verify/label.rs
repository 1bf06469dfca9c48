//! What a quantity is about: the phrases and names around it, by how near they stand.

use super::known::Names;
use super::line::{self, Line};
use super::measure::{Measure, Measures};
use super::token::Kind;
use super::unknown::{self, Unknown};
use super::words::concept::*;
use super::words::grammar::JOINTS;

/// How near, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// In the same noun phrase, or as the label right before it; row and column of a table.
    Own,
    /// In the same clause, or the label of the whole list.
    Clause,
    /// Taken over from the number before: `88 calls, 45 failed`.
    Chained,
    /// Elsewhere in the sentence, or in the sentence that introduces the list.
    Sentence,
    /// Further on in the sentence, behind other numbers.
    Later,
    /// In the heading, or the sentence before.
    Outer,
}

/// A phrase with its distance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) concepts: Concepts,
    pub(super) level: Level,
}

/// What stands around a whole block.
#[derive(Clone, Debug, Default)]
pub(super) struct Outside {
    /// What of the headers no table knows.
    pub(super) unknown: Unknown,
    pub(super) marks: Vec<Mark>,
    pub(super) names: Vec<(Names, Level)>,
}

/// What a quantity is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Label {
    pub(super) marks: Vec<Mark>,
    pub(super) names: Vec<(Names, Level)>,
    /// Tokens right at the number.
    pub(super) owned: Vec<usize>,
    /// Whether its own words say what is counted.
    pub(super) own_head: bool,
    /// What of it no table knows.
    pub(super) unknown: Unknown,
    /// Whether it is what other numbers are part of: `among 414 events`.
    pub(super) is_whole: bool,
    /// Whether it is about something that the evidence does not have.
    pub(super) is_foreign: bool,
    /// Whether it counts calls that failed: `failed operations`, and not the kinds of them.
    pub(super) of_failed_calls: bool,
    /// What names around it mean as words: `ConsoleLogin` is a sign-in.
    pub(super) meant: Vec<(Concepts, Level)>,
}

/// Phrases and names of a neighbouring block that are looked at, and names that a label keeps.
pub(super) const AROUND: usize = 48;

/// Concepts that say which list a thing stands in rather than which of its numbers is meant.
const LISTED: Concepts = HIGH_RISK.and(ATTENTION).and(PUBLIC).and(PRIVATE);

/// Concepts that sentences about any number may use.
pub(super) const SAID_OF_ALL: Concepts = SEEN.and(COUNTED);

/// What is said of records that are not in the numbers.
const NOT_COUNTED: Concepts = EXCLUDED.and(DUPLICATE).and(UNREADABLE).and(CONFLICTING).and(SKIPPED).and(GAP);

/// How well a measure fits a label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit {
    pub(super) score: f64,
    /// Words right at the number say something else than the measure.
    pub(super) conflict: bool,
    /// Everything that makes the measure what it is was said.
    pub(super) complete: bool,
    /// Some of it only in the heading or the sentence before.
    pub(super) borrowed: bool,
}

impl Label {
    /// A label put together by hand.
    pub(super) fn new(marks: Vec<Mark>, names: Vec<(Names, Level)>) -> Self {
        Self { marks, names, ..Self::default() }
    }

    /// All concepts near the number.
    pub(super) fn near(&self) -> Concepts {
        let near = self.marks.iter().filter(|mark| mark.level <= Level::Clause);
        near.fold(Concepts::NONE, |all, mark| all | mark.concepts)
    }

    /// What is nearer overrides what is further away.
    pub(super) fn close(&mut self) {
        self.own_head = self.marks.iter().any(|mark| mark.level <= Level::Clause && line::is_head(mark.concepts));
        for dimension in DIMENSIONS {
            let nearest = self.marks.iter().filter(|mark| mark.concepts.meets(dimension)).map(|mark| mark.level).min();
            if let Some(nearest) = nearest.filter(|nearest| *nearest <= Level::Clause) {
                self.marks.retain(|mark| mark.level == nearest || !mark.concepts.meets(dimension));
            }
        }
    }

    /// All concepts right at the number.
    pub(super) fn own(&self) -> Concepts {
        let own = self.marks.iter().filter(|mark| mark.level == Level::Own);
        own.fold(Concepts::NONE, |all, mark| all | mark.concepts)
    }

    /// Whether it says enough to tell a wrong number by.
    pub(super) fn tells(&self, score: f64) -> bool {
        let of_a_name = self.names.iter().any(|(_, level)| *level <= Level::Chained);
        let bare = !self.marks.iter().any(|mark| mark.level <= Level::Clause);
        (of_a_name && bare && score >= 0.05) || score >= 1.4 || (score >= 0.9 && !bare)
    }

    pub(super) fn is_bare(&self) -> bool {
        !self.marks.iter().any(|mark| mark.level <= Level::Clause)
            && !self.names.iter().any(|(_, level)| *level == Level::Own)
    }

    /// Whether it counts what no table knows, and nothing else is said of that.
    pub(super) fn is_unheard_of(&self) -> bool {
        self.unknown == Unknown::Head && self.near().is_empty()
    }

    /// Whether it is said of something named.
    pub(super) fn is_of_a_name(&self) -> bool {
        self.names.iter().any(|(_, level)| *level <= Level::Clause)
    }

    /// Whether what is said near the number of one dimension, as `failed` is, is what makes a measure what it is.
    pub(super) fn divides(&self, measure: &Measure) -> bool {
        let near = self.near();
        DIMENSIONS
            .iter()
            .filter(|dimension| dimension.meets(near))
            .all(|dimension| measure.need.meets(near & *dimension))
    }

    fn nearest(&self, concepts: Concepts) -> Option<Level> {
        self.marks.iter().filter(|mark| mark.concepts.meets(concepts)).map(|mark| mark.level).min()
    }

    /// How near a name stands that says the same: `ConsoleLogin` is a sign-in.
    fn meaning(&self, concept: Concepts) -> Option<Level> {
        self.meant.iter().filter(|(meaning, _)| meaning.meets(concept)).map(|(_, level)| *level).min()
    }

    /// The nearest mention of a name.
    pub(super) fn name_level(&self, name: u32) -> Option<Level> {
        self.names.iter().filter(|(names, _)| names.contains(&name)).map(|(_, level)| *level).min()
    }

    /// How well a measure fits.
    pub(super) fn fit(&self, measure: &Measure, measures: &Measures) -> Fit {
        let understood = measure.name.map_or(Concepts::NONE, |name| measures.common(name) | LISTED);
        let mut fit = Fit { score: 0.0, conflict: false, complete: true, borrowed: false };
        for need in measure.need.each() {
            let counted = need.meets(HEADS);
            match self.nearest(need).or_else(|| self.meaning(need)) {
                // A heading about gaps does not turn what is under it into one.
                Some(Level::Outer) if need.meets(GAP) && self.own_head => {
                    fit.score -= 3.0;
                    fit.complete = false;
                }
                Some(level) if counted => fit.score += self.weight(level, need) / 2.0,
                // "seen" and "counted" are said of anything.
                Some(level) if need.meets(SAID_OF_ALL) => fit.score += self.weight(level, need) * 0.4,
                Some(level) => {
                    fit.score += self.weight(level, need);
                    let elsewhere = level >= Level::Sentence && !need.meets(understood);
                    fit.borrowed |= elsewhere && (level == Level::Outer || self.own_head);
                    // `3 high-risk calls among 414 events`: the events are all events.
                    if elsewhere && self.own_head && self.is_whole && measure.name.is_none() {
                        fit.score -= 1.0;
                    }
                    if level == Level::Outer && self.own_head && need.meets(SEVERITIES) {
                        fit.score -= 0.5;
                    }
                }
                // Which list a named thing stands in goes without saying.
                None if need.meets(understood) => fit.score -= 0.3,
                None => {
                    fit.score -= 3.0;
                    fit.complete = false;
                }
            }
        }
        if !measure.head.is_empty() && !measure.need.meets(measure.head) {
            fit.score += match self.nearest(measure.head) {
                Some(Level::Own) => 1.0,
                Some(Level::Clause) => 0.5,
                Some(_) => 0.2,
                None => 0.0,
            };
        }
        if self.of_failed_calls && measure.need.contains(FAILED | OPERATION) {
            fit.score -= 4.0;
            fit.conflict = true;
        }
        self.unexplained(measure, measures.vocabulary, &mut fit);
        self.named(measure, &mut fit);
        fit
    }

    /// What is counted may be taken over from the number before (`10 sign-ins succeeded, 6 failed`); what is said of the
    /// things counted is not.
    fn weight(&self, level: Level, need: Concepts) -> f64 {
        match level {
            Level::Own => 3.0,
            Level::Clause => 2.5,
            Level::Later if self.own_head => -1.0,
            Level::Later => 0.0,
            Level::Chained | Level::Sentence if self.own_head => 0.0,
            Level::Chained | Level::Sentence if line::is_head(need) => 1.2,
            Level::Chained | Level::Sentence => 0.3,
            Level::Outer if self.own_head => -0.3,
            Level::Outer => 0.8,
        }
    }

    /// Words near the number that the measure is not about.
    fn unexplained(&self, measure: &Measure, vocabulary: Concepts, fit: &mut Fit) {
        let explained = measure.allow | measure.need | measure.head;
        for mark in &self.marks {
            if mark.level > Level::Own && mark.concepts.meets(measure.context) {
                continue;
            }
            if mark.concepts.meets(explained) {
                // `2,178 read events` rather than records that were read.
                let other_head = mark.concepts.meets(HEADS) && !mark.concepts.meets(measure.head | measure.need);
                if mark.level == Level::Own && other_head && !measure.head.is_empty() {
                    fit.score -= 0.8;
                }
                continue;
            }
            if !mark.concepts.meets(vocabulary | HEADS) {
                continue;
            }
            // `2,616 events in the account`: a noun further on is where or with whom.
            let context = HEADS.contains(mark.concepts) && self.own_head;
            match mark.level {
                Level::Own if mark.concepts.meets(SAID_OF_ALL) => fit.score -= 1.5,
                Level::Clause if mark.concepts.meets(SAID_OF_ALL) => fit.score -= 0.5,
                Level::Own => {
                    fit.score -= 4.0;
                    fit.conflict = true;
                }
                Level::Clause if context => fit.score -= 0.3,
                Level::Clause => fit.score -= 1.5,
                Level::Outer => fit.score -= 0.1,
                Level::Chained | Level::Sentence | Level::Later => {}
            }
        }
    }

    /// Whether a measure may be meant by what is known of a label that is not known in full.
    pub(super) fn agrees(&self, measure: &Measure, vocabulary: Concepts) -> bool {
        let said = |concept: Concepts| self.nearest(concept).is_some_and(|level| level <= Level::Clause);
        let unsaid = measure.need.each().filter(|need| !said(*need)).fold(Concepts::NONE, |all, one| all | one);
        // Severities have names of their own, and what was not counted is not spoken of by the way.
        let left_out = measure.need.each().any(|need| need.meets(NOT_COUNTED) && said(need))
            || self.near().meets(NOT_COUNTED) && self.unknown == Unknown::Head;
        if unsaid.meets(SEVERITIES) || unsaid.meets(NOT_COUNTED) && !left_out {
            return false;
        }
        // An unknown noun may be anything; an unknown word beside a known one, one thing more.
        let anything = self.unknown == Unknown::Head && self.own().is_empty();
        let only_seen = !self.near().is_empty() && SAID_OF_ALL.contains(self.near());
        let other_head =
            !measure.head.is_empty() && !measure.head.meets(EVENT | FINDING) && !said(measure.head) && !only_seen;
        if !anything && (unsaid.len() > 1 || other_head) {
            return false;
        }
        let named = match measure.name {
            Some(name) => measure
                .aliases
                .iter()
                .chain([&name])
                .any(|name| self.name_level(*name).is_some_and(|level| level <= Level::Chained)),
            None => {
                !self.is_of_a_name() || self.meant.iter().any(|(meaning, _)| meaning.meets(measure.need | measure.head))
            }
        };
        let explained = measure.need | measure.allow | measure.head;
        let contradicts = self.marks.iter().any(|mark| {
            let says_which = !(mark.concepts - HEADS).is_empty() && !mark.concepts.meets(SAID_OF_ALL);
            mark.level <= Level::Clause
                && says_which
                && mark.concepts.meets(vocabulary)
                && !mark.concepts.meets(explained)
        });
        named && !contradicts
    }

    fn named(&self, measure: &Measure, fit: &mut Fit) {
        match measure.name {
            Some(name) => match measure.aliases.iter().chain([&name]).filter_map(|name| self.name_level(*name)).min() {
                Some(Level::Own) => fit.score += 3.0,
                Some(Level::Clause) => fit.score += 1.6,
                Some(Level::Chained) => fit.score += 0.6,
                Some(Level::Sentence | Level::Later) => fit.score += 0.3,
                Some(Level::Outer) => fit.score += 0.1,
                None => {
                    fit.score -= 6.0;
                    fit.complete = false;
                }
            },
            // `ConsoleLogin: 6 failed sign-ins` is about sign-ins, not about the name.
            None if self.meant.iter().any(|(meaning, _)| meaning.meets(measure.need)) => {}
            None => match self.names.iter().map(|(_, level)| *level).min() {
                Some(Level::Own) => fit.score -= 3.0,
                Some(Level::Clause) => fit.score -= 1.0,
                _ => {}
            },
        }
    }
}

/// What the header of a row or column says: its noun is what is counted, what follows a preposition narrows it.
pub(super) fn header(line: &Line) -> Outside {
    let joint = (0..line.tokens.len())
        .find(|token| {
            *token > 0
                && line.phrase_at(*token).is_none()
                && line.word(*token).is_some_and(|word| JOINTS.contains(&word))
        })
        .unwrap_or(line.tokens.len());
    let mut header = outside(line, Level::Own);
    let phrases = line.phrases.iter().filter(|phrase| !phrase.concepts.is_empty());
    header.unknown = unknown::in_header(line);
    let is_noun = |concepts: Concepts| HEADS.contains(concepts);
    let head = line.phrases.iter().filter(|phrase| phrase.tokens.start < joint && phrase.concepts.meets(HEADS));
    let head = head.map(|phrase| phrase.tokens.start).max().unwrap_or(0);
    header.marks = phrases
        .map(|phrase| {
            let modifies = is_noun(phrase.concepts) && phrase.tokens.start < head;
            let level = if phrase.tokens.start < joint && !modifies { Level::Own } else { Level::Clause };
            Mark { concepts: phrase.concepts, level }
        })
        .collect();
    header
}

/// `Security Hub lists 126 findings`, `results from Security Hub`: where all the numbers come from.
pub(super) fn is_source(line: &Line, token: usize) -> bool {
    let before = token.checked_sub(1).and_then(|before| line.word(before));
    matches!(line.text(token), "security hub" | "cloudtrail" | "aws security hub")
        && (line.word(token + 1).is_some() || matches!(before, Some("from" | "in" | "of" | "by")))
}

/// What stands around a block for the quantities in it: its heading and what introduces it.
pub(super) fn outside(line: &Line, level: Level) -> Outside {
    let phrases = line.phrases.iter().filter(|phrase| !phrase.concepts.is_empty()).take(AROUND);
    let marks = phrases.map(|phrase| Mark { concepts: phrase.concepts, level }).collect();
    let names = line.tokens.iter().enumerate().filter_map(|(at, token)| match &token.kind {
        Kind::Name { names, weak } => {
            Some((names.clone(), if *weak && is_source(line, at) { Level::Sentence } else { level }))
        }
        _ => None,
    });
    let names = names.take(AROUND);
    Outside { unknown: Unknown::Nothing, marks, names: names.collect() }
}
