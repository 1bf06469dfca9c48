//! Reads outwards from a quantity: what follows it, what stands before it, and how near.

use std::ops::Range;

use super::label::Level;
use super::line::{self, Line};
use super::quantity::Amount;
use super::token::Kind;
use super::words::concept::{Concepts, DIMENSIONS, DRY_RUN, HEADS, HIGH_RISK, LOGIN, ROOT};
use super::words::grammar::JOINTS;

/// What things counted may be for, or be made by.
const PURPOSES: Concepts = LOGIN.and(ROOT).and(HIGH_RISK).and(DRY_RUN);

/// Longest share between commas, in tokens.
const LONGEST_PARENTHESIS: usize = 12;

/// Reads outwards from a quantity.
pub(super) struct Reader<'a> {
    pub(super) line: &'a Line,
    pub(super) sentence: Range<usize>,
    pub(super) quantity: usize,
    pub(super) near: Vec<(usize, Level)>,
    /// What follows the number says what is counted.
    pub(super) has_head: bool,
    /// A name stands right before the number.
    pub(super) named_before: bool,
}

impl Reader<'_> {
    fn counts(&self, token: usize) -> Option<usize> {
        let (index, quantity) = self.line.quantity_at(token)?;
        (index != self.quantity && !matches!(quantity.amount, Amount::Inert | Amount::Port)).then_some(index)
    }

    /// What follows, up to the end of the clause; of a whole only what is counted, since what is said is said of the part.
    pub(super) fn right(&mut self, from: usize, mut level: Level, only_noun: bool) {
        let mut at = from;
        let mut noun_seen = false;
        while at < self.sentence.end {
            let line = self.line;
            if self.counts(at).is_some() {
                return;
            }
            match line.kind(at) {
                Some(Kind::Name { .. }) if at == from && self.named_before => return,
                Some(Kind::Mark('(')) => match self.closing(at) {
                    // What is said in brackets belongs to the number when there is no other number in them.
                    Some(end) if !(at + 1..end).any(|token| self.counts(token).is_some()) => {
                        for token in at + 1..end {
                            self.near.push((token, Level::Clause));
                        }
                        at = end;
                        level = level.max(Level::Clause);
                    }
                    Some(end) => {
                        at = end;
                        level = level.max(Level::Clause);
                    }
                    None => return,
                },
                Some(Kind::Mark('"' | '/' | '\'' | '*')) => {}
                // `90 findings are MEDIUM, LOW or INFORMATIONAL`
                Some(Kind::Mark(',')) if self.coordinates(at) && !self.number_before_break(at + 1) => {}
                Some(Kind::Mark(',')) => match self.parenthesis(at) {
                    Some(end) => {
                        at = end;
                        level = level.max(Level::Clause);
                    }
                    None => return,
                },
                Some(Kind::Mark(_)) => return,
                Some(Kind::Word) if line.phrase_at(at).is_none() => {
                    let word = line.text(at);
                    if matches!(word, "and" | "or" | "plus" | "but" | "while" | "whereas" | "versus" | "nor")
                        && (self.number_before_break(at + 1) || noun_seen && self.is_article(at + 1))
                    {
                        return;
                    }
                    // `88 calls with 45 failures`, but `47 checks with result FAILED and 52 resources`
                    if matches!(word, "with" | "including")
                        && (at + 1..at + 4).any(|token| self.counts(token).is_some())
                    {
                        return;
                    }
                    if JOINTS.contains(&word) {
                        level = level.max(Level::Clause);
                    }
                }
                _ => {
                    // After the noun comes what is said of it, unless the noun goes on: `sign-in events`.
                    let next_is_noun = line.phrase_at(at).is_some_and(|phrase| line::is_head(phrase.concepts));
                    if noun_seen && !next_is_noun {
                        level = level.max(Level::Clause);
                    }
                    if noun_seen && next_is_noun && level == Level::Own {
                        self.demote_modifiers(at);
                    }
                    noun_seen |= next_is_noun;
                    self.near.push((at, level));
                    let noun = line.phrase_at(at).filter(|phrase| line::is_head(phrase.concepts));
                    if only_noun && noun.is_some_and(|phrase| phrase.tokens.end == at + 1) {
                        self.near.extend(self.purpose(at + 1).map(|token| (token, Level::Own)));
                        return;
                    }
                }
            }
            at += 1;
        }
    }

    /// `2 detection sources`: of nouns in a row the last is what is counted.
    fn demote_modifiers(&mut self, head: usize) {
        let line = self.line;
        for (token, level) in self.near.iter_mut().filter(|(token, _)| *token < head) {
            let is_noun = line.phrase_at(*token).is_some_and(|phrase| {
                !phrase.concepts.is_empty() && HEADS.contains(phrase.concepts) && phrase.tokens.end <= head
            });
            if is_noun && *level == Level::Own {
                *level = Level::Clause;
            }
        }
    }

    /// Whether a word stands behind the preposition of a label: `Split by type: 129 reads`, `Calls to risky APIs: 51`.
    fn is_narrowing(&self, at: usize) -> bool {
        let start = self.sentence.start.max(at.saturating_sub(8));
        let mut words = (start..at).rev().take_while(|token| self.line.word(*token).is_some());
        let Some(joint) = words.find(|token| {
            self.line.phrase_at(*token).is_none() && self.line.word(*token).is_some_and(|word| JOINTS.contains(&word))
        }) else {
            return false;
        };
        joint + 1 == at
            || words.any(|token| self.line.phrase_at(token).is_some_and(|phrase| line::is_head(phrase.concepts)))
    }

    /// `the 16 attempts to sign in`: what the things counted were for, or whose they were.
    fn purpose(&self, from: usize) -> Option<usize> {
        let joint = |word: &str| {
            matches!(word, "to" | "by" | "of" | "on" | "at" | "into" | "as" | "for" | "the" | "a" | "made" | "using")
        };
        let mut token = from;
        while self.line.phrase_at(token).is_none() && self.line.word(token).is_some_and(joint) {
            token += 1;
        }
        let phrase = self.line.phrase_at(token).filter(|_| token > from && token < self.sentence.end)?;
        phrase.concepts.meets(PURPOSES).then_some(phrase.tokens.start)
    }

    /// Whether what follows a comma is said of what stands before it.
    fn goes_on(&self, comma: usize) -> bool {
        matches!(self.line.word(comma + 1), Some("with" | "which" | "who" | "having" | "totalling" | "totaling"))
    }

    /// `CRITICAL and HIGH findings`: labels of one dimension on either side.
    fn coordinates(&self, joint: usize) -> bool {
        let before = joint.checked_sub(1).and_then(|token| self.line.phrase_at(token));
        let Some((before, after)) = before.zip(self.line.phrase_at(joint + 1)) else { return false };
        DIMENSIONS.iter().any(|dimension| dimension.meets(before.concepts) && dimension.meets(after.concepts))
    }

    /// `99 operations, under four percent, failed`: where the second comma of a share between commas stands.
    fn parenthesis(&self, comma: usize) -> Option<usize> {
        let mut tokens = comma + 1..self.sentence.end.min(comma + LONGEST_PARENTHESIS);
        let mut shares = false;
        tokens
            .find(|token| {
                match self.line.quantity_at(*token) {
                    Some((_, quantity)) if quantity.amount == Amount::Share => shares = true,
                    _ => {}
                }
                matches!(self.line.kind(*token), Some(Kind::Mark(',' | ';' | '.' | '(')))
            })
            .filter(|token| shares && self.line.is_mark(*token, ','))
            .filter(|token| {
                !matches!(self.line.word(token + 1), Some("including" | "with" | "and" | "plus" | "of" | "while"))
            })
    }

    fn closing(&self, open: usize) -> Option<usize> {
        (open + 1..self.sentence.end).find(|token| self.line.is_mark(*token, ')'))
    }

    fn opening(&self, close: usize) -> Option<usize> {
        (self.sentence.start..close).rev().find(|token| self.line.is_mark(*token, '('))
    }

    /// `four regions and a single account`
    fn is_article(&self, token: usize) -> bool {
        matches!(self.line.word(token), Some("a" | "an" | "the" | "its" | "their" | "another"))
    }

    /// Whether another number stands before the clause ends.
    fn number_before_break(&self, from: usize) -> bool {
        for token in from..self.sentence.end {
            if self.counts(token).is_some() {
                return true;
            }
            if matches!(self.line.kind(token), Some(Kind::Mark(',' | ';' | ':' | '(' | ')' | '-'))) {
                return false;
            }
        }
        false
    }

    /// Whether a token belongs to a number before it.
    fn owned_by_earlier(&self, token: usize) -> bool {
        let is_name = |token| matches!(self.line.kind(token), Some(Kind::Name { .. }));
        let mut at = token;
        while at > self.sentence.start {
            at -= 1;
            if let Some(index) = self.counts(at) {
                // `A: 61 B explains 13`: the 61 has its name already.
                let start = self.line.quantities.get(index).map_or(at, |quantity| quantity.tokens.start);
                return !(is_name(token) && at + 1 == token && self.has_name_before(start));
            }
            // `X with 13 and Y with 12`
            let next_name = at + 1 == token && is_name(token) && self.line.word(at) == Some("and");
            if next_name || matches!(self.line.kind(at), Some(Kind::Mark(',' | ';' | ':' | '(' | ')' | '-' | '|'))) {
                return false;
            }
        }
        false
    }

    /// Whether a name stands right before a number.
    pub(super) fn has_name_before(&self, start: usize) -> bool {
        let mut at = start;
        while at > self.sentence.start {
            at -= 1;
            match self.line.kind(at) {
                Some(Kind::Name { .. }) => return true,
                Some(Kind::Mark(':' | '(' | '=' | '-' | '*')) => {}
                _ => return false,
            }
        }
        false
    }

    /// What stands before: a label with a colon or bracket, or the subject of the sentence.
    pub(super) fn left(&mut self, from: usize) {
        let line = self.line;
        // `We went through 2,652 records`: what the writer did is not what was counted.
        let clause = (self.sentence.start..from).rev().take(8).take_while(|token| line.word(*token).is_some());
        if clause.into_iter().any(|token| matches!(line.word(token), Some("we" | "i"))) {
            return;
        }
        // What follows the number says what it is, so a statement before a colon is not its label.
        let is_told = !self.near.is_empty();
        let names_right = self.near.iter().any(|(token, _)| matches!(line.kind(*token), Some(Kind::Name { .. })));
        let mut level = Level::Own;
        let mut found = false;
        let mut only_names = false;
        let mut names_found = false;
        let mut bracketed = false;
        let mut labelled = false;
        let mut at = from;
        while at > self.sentence.start {
            at -= 1;
            if self.counts(at).is_some() {
                return;
            }
            match line.kind(at) {
                Some(Kind::Mark(mark @ (':' | '=' | '-' | '|'))) => {
                    if found || is_told && *mark == ':' && line.states(self.sentence.start..at) {
                        return;
                    }
                    labelled |= matches!(mark, ':' | '=');
                }
                Some(Kind::Mark('(')) => {
                    bracketed = true;
                    if found {
                        level = Level::Clause;
                    }
                }
                Some(Kind::Mark(')')) => match self.opening(at) {
                    Some(open) => at = open,
                    None => return,
                },
                Some(Kind::Mark('"' | '/' | '\'' | '*')) => {}
                // `X leads, with 6 failures`, `deduplication, which removed 36`: said of what stands before the comma.
                Some(Kind::Mark(',')) if !bracketed && !names_right && self.goes_on(at) => {
                    level = level.max(Level::Clause);
                    only_names |= !matches!(line.word(at + 1), Some("which" | "who"));
                }
                Some(Kind::Mark(_)) => return,
                Some(Kind::Word) if line.phrase_at(at).is_none() => {
                    let word = line.text(at);
                    // `6 failed, against 10 good ones`: what it is compared with is not its label.
                    if matches!(word, "against" | "versus" | "vs") {
                        return;
                    }
                    let parts = matches!(word, "and" | "but" | "while" | "whereas" | "plus");
                    // `both criticals and seven highs`
                    let another = found || is_told && at + 1 == from;
                    if parts && another && !labelled && !self.coordinates(at) {
                        return;
                    }
                    if (JOINTS.contains(&word) || word.ends_with("ed")) && !labelled {
                        level = level.max(Level::Clause);
                    }
                }
                Some(kind) => {
                    let is_name = matches!(kind, Kind::Name { .. });
                    if only_names && !is_name || line.is_order(at) {
                        continue;
                    }
                    if self.owned_by_earlier(at) {
                        if !bracketed {
                            return;
                        }
                        level = Level::Clause;
                    }
                    let head = line.phrase_at(at).is_some_and(|phrase| line::is_head(phrase.concepts) && !is_name);
                    found = true;
                    // `Split by type: 129 reads`
                    let narrowed = self.is_narrowing(at);
                    let level_before = level;
                    if narrowed && !is_name {
                        level = level.max(Level::Clause);
                    }
                    if self.has_head && !is_name {
                        // `on every failing resource (3 findings)`: findings are counted, not resources.
                        level = level.max(Level::Clause);
                        if head && bracketed {
                            continue;
                        }
                    }
                    // A verb between a name and its number changes nothing: `X made 88 calls`.
                    self.near.push((at, if is_name && !names_found { Level::Own } else { level }));
                    names_found |= is_name;
                    if labelled {
                        // The noun of a label stands before its preposition.
                        level = level_before;
                    }
                    if is_name {
                        // `Control S3.13 fails 4 times`: what stands before the name says what it names.
                        level = level.max(Level::Clause);
                    }
                }
                None => return,
            }
        }
    }
}
