//! Whether the words around a quantity are all known: a word that no table knows must not be guessed at.

use std::ops::Range;

use super::line::{self, Line};
use super::quantity::{Amount, Quantity};
use super::token::Kind;
use super::words::grammar::{JOINTS, is_light};

/// Longest noun with what stands before it, in tokens.
const LONGEST_NOUN: usize = 12;
/// Tokens of a clause that are looked through for what narrows a noun.
const LONGEST_REST: usize = 24;

/// What of a label no table knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unknown {
    /// Everything is known.
    #[default]
    Nothing,
    /// A word that may narrow what is counted: `sign-ins with a password alone`.
    Modifier,
    /// What is counted: `12 gizmos`.
    Head,
}

/// What is unknown around a quantity of a sentence.
pub(super) fn around(line: &Line, quantity: &Quantity, sentence: &Range<usize>) -> Unknown {
    let mut noun = NounPhrase::default();
    let mut at = quantity.tokens.end;
    let end = sentence.end.min(at + LONGEST_NOUN);
    while at < end && line.quantity_at(at).is_none() && noun.take(line, at) {
        at += 1;
    }
    if noun.is_empty() && !has_predicate(line, at, sentence) {
        return before(line, quantity.tokens.start, sentence);
    }
    let unknown = noun.unknown();
    if unknown == Unknown::Nothing && rest_is_unknown(line, at, sentence) { Unknown::Modifier } else { unknown }
}

/// What is unknown in a whole line that labels a number elsewhere: the header of a row or column.
pub(super) fn in_header(line: &Line) -> Unknown {
    let mut noun = NounPhrase::default();
    let mut at = 0;
    while at < line.tokens.len() && noun.take(line, at) {
        at += 1;
    }
    let unknown = noun.unknown();
    let all = 0..line.tokens.len();
    if unknown == Unknown::Nothing && rest_is_unknown(line, at, &all) { Unknown::Modifier } else { unknown }
}

/// A noun with what stands before it.
#[derive(Default)]
struct NounPhrase {
    known: bool,
    head: bool,
    unknown: bool,
}

impl NounPhrase {
    /// Takes one more token; `false` where the phrase ends.
    fn take(&mut self, line: &Line, token: usize) -> bool {
        if let Some(phrase) = line.phrase_at(token) {
            self.known |= !phrase.concepts.is_empty();
            self.head |= line::is_head(phrase.concepts);
            return true;
        }
        match (line.kind(token), line.word(token)) {
            (_, Some(word)) if JOINTS.contains(&word) || matches!(word, "and" | "or" | "but") => false,
            (_, Some(word)) => {
                self.unknown |= is_unknown(word);
                true
            }
            (Some(Kind::Mark('*' | '"' | '\'')), _) => true,
            _ => false,
        }
    }

    const fn is_empty(&self) -> bool {
        !self.known && !self.unknown
    }

    const fn unknown(&self) -> Unknown {
        match (self.unknown, self.head) {
            (true, false) => Unknown::Head,
            (true, true) => Unknown::Modifier,
            _ => Unknown::Nothing,
        }
    }
}

/// Whether no table knows a word.
pub(super) fn is_unknown_word(line: &Line, token: usize) -> bool {
    line.phrase_at(token).is_none() && line.word(token).is_some_and(is_unknown)
}

fn is_unknown(word: &str) -> bool {
    !is_light(word) && !word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a verb or preposition follows, so that what is counted was said before: `6 of them failed`.
fn has_predicate(line: &Line, at: usize, sentence: &Range<usize>) -> bool {
    at < sentence.end && line.word(at).is_some_and(|word| JOINTS.contains(&word) && !matches!(word, "in" | "as"))
}

/// Whether what follows in the clause has a word that no table knows.
fn rest_is_unknown(line: &Line, from: usize, sentence: &Range<usize>) -> bool {
    for token in from..sentence.end.min(from + LONGEST_REST) {
        if line.quantity_at(token).is_some_and(|(_, quantity)| quantity.amount != Amount::Inert) {
            return false;
        }
        match line.kind(token) {
            Some(Kind::Mark(',' | ';' | ':' | '.' | '(' | ')' | '!' | '?' | '-')) => return false,
            Some(Kind::Word) if line.phrase_at(token).is_none() => {
                let Some(word) = line.word(token) else { continue };
                if matches!(word, "and" | "but" | "while" | "whereas") {
                    return false;
                }
                if is_unknown(word) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// What is unknown in the label before a number: `Items in the basket: 12`.
fn before(line: &Line, start: usize, sentence: &Range<usize>) -> Unknown {
    let mut from = start;
    let mut said = false;
    while from > sentence.start && start - from < LONGEST_REST {
        let token = from - 1;
        if line.quantity_at(token).is_some_and(|(_, quantity)| !matches!(quantity.amount, Amount::Inert | Amount::Port))
        {
            break;
        }
        match line.kind(token) {
            Some(Kind::Mark(':' | '=' | '-' | '(' | '*' | '|')) if !said => {}
            Some(Kind::Mark('*' | '"' | '\'')) => {}
            Some(Kind::Mark(_)) | None => break,
            _ => said = true,
        }
        from = token;
    }
    let mut noun = NounPhrase::default();
    for token in from..start {
        if let Some(phrase) = line.phrase_at(token) {
            noun.head |= line::is_head(phrase.concepts);
        } else if let Some(word) = line.word(token) {
            noun.unknown |= is_unknown(word);
        }
    }
    noun.unknown()
}
