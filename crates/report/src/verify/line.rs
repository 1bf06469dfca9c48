//! A block read: its tokens, the phrases that mean something, the quantities, and where its sentences end.

use std::ops::Range;

use super::document::{Block, Place};
use super::known::Directory;
use super::lexicon;
use super::measure::Measures;
use super::quantity::{self, Quantity};
use super::token::{self, Kind, Token};
use super::turning;
use super::words::advice;
use super::words::concept::{
    Concepts, ERROR_KIND, EVENT, FAILED, HEADS, LOGIN, OPERATION, SEEN, SEVERITY_ORDER, SUCCEEDED,
};
use super::words::quantity::SMALL;

/// Tokens after which a sentence is taken to end, so that a text without full stops costs no more than any other.
const LONGEST_SENTENCE: usize = 200;
/// Longest phrase of the tables, in words.
const LONGEST: usize = 7;

/// A phrase that may stand for some concepts.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    pub(super) concepts: Concepts,
    pub(super) tokens: Range<usize>,
}

/// A block, read.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) lower: String,
    written: String,
    pub(super) tokens: Vec<Token>,
    pub(super) phrases: Vec<Phrase>,
    pub(super) quantities: Vec<Quantity>,
    /// Sentences as ranges of tokens.
    pub(super) sentences: Vec<Range<usize>>,
    /// By token: the sentence that holds it.
    sentence_at: Vec<usize>,
    /// By token: the phrase that holds it.
    pub(super) phrase_of: Vec<Option<usize>>,
    /// By token: the quantity that holds it.
    pub(super) quantity_of: Vec<Option<usize>>,
    /// By sentence: whether it tells the reader what to do, or stands where that is told.
    pub(super) advice: Vec<bool>,
    /// By sentence: whether it tells the reader what to do.
    instruction: Vec<bool>,
    /// Whether it is an item of a list.
    is_item: bool,
}

/// Reads a block.
pub(super) fn read(block: &Block, directory: &Directory, measures: &Measures, advice_section: bool) -> Line {
    let tokens = token::tokens(&block.shadow, directory, block.place == Place::Code);
    let count = tokens.len();
    let mut line = Line {
        lower: block.shadow.lower.clone(),
        written: block.shadow.text.clone(),
        tokens,
        phrase_of: vec![None; count],
        quantity_of: vec![None; count],
        is_item: matches!(block.place, Place::Item { .. }),
        ..Line::default()
    };
    line.find_phrases(measures);
    turning::compose(&mut line);
    quantity::find(&mut line);
    line.find_sentences(advice_section);
    line
}

impl Line {
    /// The text of a token in lower case.
    pub(super) fn text(&self, token: usize) -> &str {
        self.tokens.get(token).and_then(|token| self.lower.get(token.range())).unwrap_or("")
    }

    /// A stretch as it is written.
    pub(super) fn original(&self, range: Range<usize>) -> Option<&str> {
        self.written.get(range)
    }

    /// The text of a token, if it is a word.
    pub(super) fn word(&self, token: usize) -> Option<&str> {
        let is_word = self.tokens.get(token).is_some_and(|token| token.kind == Kind::Word && !token.code);
        is_word.then(|| self.text(token))
    }

    /// A word as a reader reads it, whatever the evidence calls by it: whoever names a role `false` takes no word away.
    pub(super) fn said(&self, token: usize) -> Option<&str> {
        let is_namesake = |token: &&Token| matches!(token.kind, Kind::Name { weak: true, .. }) && !token.code;
        self.word(token).or_else(|| self.tokens.get(token).filter(is_namesake).map(|_| self.text(token)))
    }

    pub(super) fn kind(&self, token: usize) -> Option<&Kind> {
        self.tokens.get(token).map(|token| &token.kind)
    }

    pub(super) fn is_mark(&self, token: usize, mark: char) -> bool {
        self.tokens.get(token).is_some_and(|token| token.is_mark(mark))
    }

    pub(super) fn phrase_at(&self, token: usize) -> Option<&Phrase> {
        self.phrase_of.get(token).copied().flatten().and_then(|phrase| self.phrases.get(phrase))
    }

    pub(super) fn quantity_at(&self, token: usize) -> Option<(usize, &Quantity)> {
        let index = self.quantity_of.get(token).copied().flatten()?;
        self.quantities.get(index).map(|quantity| (index, quantity))
    }

    /// The quantities in a stretch of tokens.
    pub(super) fn quantities_in(&self, tokens: Range<usize>) -> impl Iterator<Item = &Quantity> {
        let starts =
            tokens.filter_map(|token| self.quantity_at(token).filter(|(_, quantity)| quantity.tokens.start == token));
        starts.map(|(_, quantity)| quantity)
    }

    /// The sentence that holds a token.
    pub(super) fn sentence_of(&self, token: usize) -> (usize, Range<usize>) {
        let index = self.sentence_at.get(token).copied().unwrap_or(self.sentences.len().saturating_sub(1));
        (index, self.sentences.get(index).cloned().unwrap_or(0..0))
    }

    pub(super) fn is_advice(&self, token: usize) -> bool {
        self.advice.get(self.sentence_of(token).0).copied().unwrap_or(false)
    }

    /// Whether a sentence says what is to be done: advice, and an item of a list that speaks of nothing in the evidence.
    pub(super) fn is_plan(&self, token: usize) -> bool {
        let (_, sentence) = self.sentence_of(token);
        let speaks = |token: usize| {
            // `P1` is a class of ours rather than something unknown to the evidence.
            let is_unknown = self.kind(token) == Some(&Kind::Unknown) && self.text(token).len() > 3;
            is_unknown
                || matches!(self.kind(token), Some(Kind::Name { .. } | Kind::Foreign(_)))
                || self.phrase_at(token).is_some_and(|phrase| !phrase.concepts.is_empty())
        };
        let mut words = sentence.clone().filter(|token| self.word(*token).is_some());
        // `286 databases left the company` tells what was.
        let opens = sentence.start == token;
        let is_free = || !opens && !self.states(sentence.clone()) && !sentence.clone().any(speaks);
        self.is_advice(token) || self.is_item && words.nth(2).is_some() && is_free()
    }

    /// The longest of `phrases` that begins at a token, with its length in words.
    pub(super) fn begins<'a>(&self, token: usize, phrases: &[&'a str]) -> Option<(&'a str, usize)> {
        let fits = |phrase: &&&str| phrase.split(' ').enumerate().all(|(n, word)| self.word(token + n) == Some(word));
        phrases.iter().filter(fits).max_by_key(|phrase| phrase.len()).map(|phrase| (*phrase, phrase.split(' ').count()))
    }

    /// The longest of `phrases` that ends just before a token.
    pub(super) fn ends_before<'a>(&self, token: usize, phrases: &[&'a str]) -> Option<(&'a str, usize)> {
        let fits = |phrase: &&&str| {
            let length = phrase.split(' ').count();
            token
                .checked_sub(length)
                .is_some_and(|start| phrase.split(' ').enumerate().all(|(n, word)| self.word(start + n) == Some(word)))
        };
        phrases.iter().filter(fits).max_by_key(|phrase| phrase.len()).map(|phrase| (*phrase, phrase.split(' ').count()))
    }

    pub(super) fn is_instruction(&self, token: usize) -> bool {
        self.instruction.get(self.sentence_of(token).0).copied().unwrap_or(false)
    }

    /// `Target: 0 findings`: a word that announces what is to come.
    pub(super) fn is_aim(&self, token: usize) -> bool {
        let aims = self.word(token).is_some_and(|word| advice::AIMS.contains(&lexicon::stem(word)));
        let mut label = (token + 1..token + 6).skip_while(|token| self.word(*token).is_some());
        aims && label.next().is_some_and(|token| self.is_mark(token, ':'))
    }

    /// `Please fix the 34 HIGH ones`: a verb that tells what to do, and not what was done.
    pub(super) fn is_order(&self, token: usize) -> bool {
        let before = token.checked_sub(1).and_then(|before| self.word(before));
        let opens =
            self.sentence_of(token).1.start == token || matches!(before, Some("please" | "to" | "then" | "must"));
        opens && self.word(token).is_some_and(|word| advice::IMPERATIVES.contains(&word))
    }

    /// Whether some words state something, rather than name it as a label does.
    pub(super) fn states(&self, tokens: Range<usize>) -> bool {
        tokens
            .into_iter()
            .filter(|token| matches!(self.word(*token), Some("is" | "are" | "was" | "were" | "has" | "have" | "had")))
            // `leave it as is`
            .any(|token| token.checked_sub(1).and_then(|before| self.word(before)) != Some("as"))
    }

    fn find_phrases(&mut self, measures: &Measures) {
        let mut at = 0;
        while at < self.tokens.len() {
            let found = {
                let words: Vec<&str> = (at..self.tokens.len().min(at + LONGEST))
                    .map_while(|n| {
                        let token = self.tokens.get(n)?;
                        let countable = matches!(token.kind, Kind::Word | Kind::Number(_)) && !token.code;
                        countable.then(|| self.text(n))
                    })
                    .collect();
                lexicon::longest(&words)
                    .or_else(|| words.first().and_then(|word| measures.meaning(word)).map(|concepts| (concepts, 1)))
            };
            let found = found.filter(|(concepts, length)| !self.is_other_word(at, *length, *concepts));
            let Some((concepts, length)) = found.or_else(|| self.elliptic(at)) else {
                at += 1;
                continue;
            };
            // `21 different calls` are 21 operations, whatever they were called for.
            let before =
                (at.saturating_sub(2)..at).rev().filter_map(|before| self.word(before)).find(|word| *word != "api");
            let distinct = matches!(before, Some("distinct" | "different" | "unique" | "separate"));
            // `2,616 API events` counts events; `21 APIs` counts operations.
            let of_events = concepts == OPERATION
                && self.word(at) == Some("api")
                && self
                    .word(at + 1)
                    .is_some_and(|word| lexicon::longest(&[word]).is_some_and(|(next, _)| next.meets(EVENT | FAILED)));
            // `2,652 records were read` by the writer.
            let noun_follows =
                self.word(at + 1).and_then(|word| lexicon::longest(&[word])).is_some_and(|(next, _)| is_head(next));
            let was_read = length == 1
                && self.word(at) == Some("read")
                && !noun_follows
                && matches!(
                    before,
                    Some(
                        "was"
                            | "were"
                            | "been"
                            | "be"
                            | "have"
                            | "has"
                            | "had"
                            | "we"
                            | "could"
                            | "records"
                            | "files"
                            | "record"
                            | "file"
                    )
                );
            // `290 recs read`
            let unknown_read = || {
                let noun =
                    at.checked_sub(1).filter(|noun| self.word(*noun).is_some() && self.phrase_at(*noun).is_none());
                let counted = noun.and_then(|noun| noun.checked_sub(1));
                let counted = counted.is_some_and(|n| matches!(self.kind(n), Some(Kind::Number(_))));
                length == 1 && self.word(at) == Some("read") && counted && self.word(at + 1).is_none()
            };
            let concepts = match distinct {
                _ if was_read || unknown_read() => SEEN,
                _ if of_events => Concepts::NONE,
                true if concepts.contains(EVENT) => OPERATION,
                true if concepts.contains(FAILED) && length == 1 => concepts | ERROR_KIND,
                _ => concepts,
            };
            let phrase = self.phrases.len();
            self.phrases.push(Phrase { concepts, tokens: at..at + length });
            for slot in self.phrase_of.iter_mut().skip(at).take(length) {
                *slot = Some(phrase);
            }
            at += length;
        }
    }

    /// Whether a hyphen alone stands between a token and the next.
    pub(super) fn is_hyphenated(&self, token: usize) -> bool {
        let gap = self.tokens.get(token).zip(self.tokens.get(token + 1));
        gap.is_some_and(|(this, next)| self.lower.get(this.end..next.start) == Some("-"))
    }

    /// Whether what looks like a phrase means something else where it stands.
    fn is_other_word(&self, at: usize, length: usize, concepts: Concepts) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.word(before));
        match self.word(at) {
            // `52 resources hit`
            Some("hit" | "hits") => {
                at.checked_sub(1).and_then(|before| self.phrase_at(before)).is_some_and(|p| is_head(p.concepts))
            }
            // `The data was complete.`
            Some("complete") => matches!(before, Some("is" | "was" | "are" | "were" | "be")),
            // `Exceptions: …` announces what a test found.
            Some("exceptions") => self.is_mark(at + length, ':'),
            // `the addresses to block`
            Some(word) if before == Some("to") && concepts.meets(FAILED) && advice::IMPERATIVES.contains(&word) => true,
            // `a call-back`, `event-driven`
            _ => {
                let last = at + length - 1;
                let goes_on = self.is_hyphenated(last)
                    && self.word(last + 1).is_some_and(|word| lexicon::longest(&[word]).is_none());
                goes_on && is_head(concepts) && HEADS.contains(concepts)
            }
        }
    }

    /// `Console: 10 in, 6 turned away`
    fn got_in(&self, at: usize) -> bool {
        let counts =
            at.checked_sub(1).is_some_and(|n| matches!(self.kind(n), Some(Kind::Number(_))) || self.is_small(n));
        let ends =
            self.word(at + 1).is_none() && !matches!(self.kind(at + 1), Some(Kind::Name { .. } | Kind::Number(_)));
        let of_logins = || self.phrases.iter().rev().take(4).any(|phrase| phrase.concepts.meets(LOGIN));
        matches!(self.word(at), Some("in" | "ok" | "okay" | "good")) && counts && ends && of_logins()
    }

    fn is_small(&self, token: usize) -> bool {
        self.word(token).is_some_and(|word| SMALL.iter().any(|(name, _)| *name == word))
    }

    /// `3,784 went through, 704 did not.`
    fn elliptic(&self, at: usize) -> Option<(Concepts, usize)> {
        if let Some(severities) = self.or_worse(at) {
            return Some((severities, 1));
        }
        if self.got_in(at) {
            return Some((SUCCEEDED, 1));
        }
        let verb =
            matches!(self.word(at), Some("did" | "do" | "does" | "were" | "was")) && self.word(at + 1) == Some("not");
        let ends =
            self.word(at + 2).is_none() && !matches!(self.kind(at + 2), Some(Kind::Name { .. } | Kind::Number(_)));
        (verb && ends).then_some((FAILED, 2))
    }

    /// `high or worse`, `MEDIUM and above`: the severities beyond the one before.
    fn or_worse(&self, at: usize) -> Option<Concepts> {
        let worse = match self.word(at)? {
            "worse" | "above" | "higher" | "up" | "greater" | "upward" | "upwards" => true,
            "below" | "lower" | "less" | "down" => false,
            _ => return None,
        };
        let joined = matches!(self.word(at.checked_sub(1)?), Some("or" | "and"));
        let severity = self.phrase_at(at.checked_sub(2)?)?.concepts;
        let position = SEVERITY_ORDER.iter().position(|one| *one == severity).filter(|_| joined)?;
        let (above, below) = SEVERITY_ORDER.split_at(position);
        let beyond = if worse { above } else { below.get(1..).unwrap_or(&[]) };
        (!beyond.is_empty()).then(|| beyond.iter().fold(Concepts::NONE, |all, one| all | *one))
    }

    fn find_sentences(&mut self, advice_section: bool) {
        let mut start = 0;
        for end in 0..self.tokens.len() {
            let ends = ['.', '!', '?'].iter().any(|mark| self.is_mark(end, *mark));
            self.sentence_at.push(self.sentences.len());
            if ends || end + 1 == self.tokens.len() || end - start >= LONGEST_SENTENCE {
                self.sentences.push(start..end + 1);
                start = end + 1;
            }
        }
        self.instruction = self.sentences.iter().map(|sentence| self.sounds_like_advice(sentence)).collect();
        self.advice = self.instruction.iter().map(|instruction| advice_section || *instruction).collect();
    }

    fn sounds_like_advice(&self, sentence: &Range<usize>) -> bool {
        let mut words = sentence.clone().filter_map(|token| self.word(token));
        let first = words.next().is_some_and(|word| advice::IMPERATIVES.contains(&word) || self.is_aim(sentence.start));
        first || sentence.clone().filter_map(|token| self.word(token)).any(|word| advice::MODALS.contains(&word))
    }
}

/// Whether a heading announces advice.
pub(super) fn is_advice_heading(lower: &str) -> bool {
    lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| advice::HEADINGS.contains(&word) || advice::HEADINGS.contains(&lexicon::stem(word)))
}

/// Whether a phrase says what is counted.
pub(super) fn is_head(concepts: Concepts) -> bool {
    concepts.meets(HEADS | super::words::concept::LOGIN)
}
