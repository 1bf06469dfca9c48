//! Reads the label of a quantity: which words and names stand how near to it.

use std::ops::Range;

use super::known::Directory;
use super::label::{AROUND, Label, Level, Mark, Outside};
use super::line::{self, Line};
use super::measure::Measures;
use super::quantity::{Amount, Quantity};
use super::token::Kind;
use super::words::quantity::{JOINTS, PLAIN};

/// Reads the label of a quantity.
pub(super) fn read(
    line: &Line,
    quantity: usize,
    outside: &Outside,
    measures: &Measures,
    directory: &Directory,
) -> Label {
    let mut label = Label::default();
    let Some(q) = line.quantities.get(quantity) else { return label };
    if let Some(share) = restated_share(line, q) {
        // `80% of the sign-ins (8) lacked MFA`: the 8 are what the share is of.
        return read(line, share, outside, measures, directory);
    }
    let (_, sentence) = line.sentence_of(q.tokens.start);
    let mut reader = Reader { line, sentence, quantity, near: Vec::new(), has_head: false, named_before: false };
    reader.named_before = reader.has_name_before(q.tokens.start);
    let is_whole = q.whole_of.is_some();
    reader.right(q.tokens.end, Level::Own, is_whole);
    if let Some(whole) = q.part_of.and_then(|whole| line.quantities.get(whole))
        && whole.tokens.start >= q.tokens.end
    {
        // `99 of 2,616 events failed`: what is said of the whole is said of the part.
        reader.right(whole.tokens.end, Level::Own, false);
    }
    reader.has_head = reader.near.iter().any(|(token, level)| {
        *level == Level::Own && line.phrase_at(*token).is_some_and(|phrase| line::is_head(phrase.concepts))
    });
    reader.left(q.tokens.start);
    if let Some(part) =
        q.whole_of.and_then(|part| line.quantities.get(part)).filter(|part| part.tokens.end <= q.tokens.start)
    {
        // `X: 45 of its 88 events failed`: whose events the 88 are stands before the 45.
        let owner = (part.tokens.end..q.tokens.start)
            .any(|token| matches!(line.word(token), Some("its" | "their" | "his" | "her")));
        let before = reader.near.len();
        reader.left(part.tokens.start);
        for (_, level) in reader.near.iter_mut().skip(before) {
            *level = (*level).max(if owner { Level::Clause } else { Level::Sentence });
        }
    }
    label.is_whole = is_whole
        || (q.tokens.start.saturating_sub(3)..q.tokens.start)
            .any(|token| matches!(line.word(token), Some("among" | "amongst")));
    label.is_foreign = reader.near.iter().any(|(token, level)| {
        *level <= Level::Clause && matches!(line.kind(*token), Some(Kind::Foreign(_) | Kind::Unknown))
    });
    label.has_unknown_word = reader.unknown_word(q.tokens.end) || outside.unknown;
    let near = reader.near;
    for (token, level) in &near {
        label.take(line, *token, *level);
    }
    label.owned = near.iter().filter(|(_, level)| *level <= Level::Clause).map(|(token, _)| *token).collect();
    label.names.retain(|(names, _)| names.iter().any(|name| !measures.about(*name).is_empty()));
    let has_own_name = label.names.iter().any(|(_, level)| *level <= Level::Clause);
    let seen: Vec<usize> = near.iter().map(|(token, _)| *token).collect();
    label.rest_of_sentence(line, q.tokens.start, &seen, has_own_name, measures);
    label.names_before(line, q.tokens.start);
    label.marks.extend(&outside.marks);
    label.names.extend(outside.names.iter().cloned());
    label.names.sort_by_key(|(_, level)| *level);
    // Names without numbers, such as ids of evidence, say nothing about which number is meant.
    label.names.retain(|(names, _)| names.iter().any(|name| !measures.about(*name).is_empty()));
    label.names.truncate(AROUND);
    for (names, level) in &label.names {
        for known in names.iter().filter_map(|name| directory.get(*name)).filter(|known| !known.meaning.is_empty()) {
            label.meant.push((known.meaning, *level));
        }
    }
    label.close();
    label
}

/// The share that a count alone in brackets restates.
fn restated_share(line: &Line, q: &Quantity) -> Option<usize> {
    let opens = q.tokens.start.checked_sub(1).is_some_and(|before| line.is_mark(before, '('));
    let closes = line.is_mark(q.tokens.end, ')') || q.part_of.is_some();
    if q.amount != Amount::Count || !opens || !closes || q.whole_of.is_some() {
        return None;
    }
    let (_, sentence) = line.sentence_of(q.tokens.start);
    let before = (sentence.start..q.tokens.start).rev().find_map(|token| line.quantity_at(token));
    before.filter(|(_, other)| other.amount == Amount::Share).map(|(index, _)| index)
}

struct Reader<'a> {
    line: &'a Line,
    sentence: Range<usize>,
    quantity: usize,
    near: Vec<(usize, Level)>,
    /// What follows the number says what is counted.
    has_head: bool,
    /// A name stands right before the number.
    named_before: bool,
}

impl Reader<'_> {
    fn counts(&self, token: usize) -> Option<usize> {
        let (index, quantity) = self.line.quantity_at(token)?;
        (index != self.quantity && !matches!(quantity.amount, Amount::Inert | Amount::Port)).then_some(index)
    }

    /// What follows, up to the end of the clause; of a whole only what is counted, since what is said is said of the part.
    fn right(&mut self, from: usize, mut level: Level, only_noun: bool) {
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
                Some(Kind::Mark(_)) => return,
                Some(Kind::Word) if line.phrase_at(at).is_none() => {
                    let word = line.text(at);
                    if matches!(
                        word,
                        "and" | "or" | "plus" | "but" | "while" | "whereas" | "versus" | "nor" | "with" | "including"
                    ) && self.number_before_break(at + 1)
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
                    noun_seen |= next_is_noun;
                    self.near.push((at, level));
                    let noun = line.phrase_at(at).filter(|phrase| line::is_head(phrase.concepts));
                    if only_noun && noun.is_some_and(|phrase| phrase.tokens.end == at + 1) {
                        return;
                    }
                }
            }
            at += 1;
        }
    }

    /// Whether the noun phrase after the number has a word that no table knows: `10 good sign-ins`.
    fn unknown_word(&self, from: usize) -> bool {
        let mut unknown = false;
        let mut head = false;
        for token in from..self.sentence.end {
            let Some(word) = self.line.word(token) else { return unknown };
            if let Some(phrase) = self.line.phrase_at(token) {
                if line::is_head(phrase.concepts) && phrase.tokens.end == token + 1 {
                    head = true;
                }
                continue;
            }
            if head && matches!(word, "that" | "which" | "who" | "where") {
                // `7 sign-ins that lacked it`: a clause of which no word is known.
                let clause =
                    (token + 1..self.sentence.end.min(token + 6)).take_while(|at| self.line.word(*at).is_some());
                return unknown || clause.into_iter().all(|at| self.line.phrase_at(at).is_none());
            }
            if JOINTS.contains(&word) || matches!(word, "and" | "or" | "but") || word.ends_with("ed") && head {
                return unknown;
            }
            if head {
                // `findings nobody has looked at`: a clause without a pronoun narrows as well.
                return unknown || !PLAIN.contains(&word);
            }
            unknown |= !PLAIN.contains(&word);
        }
        unknown
    }

    fn closing(&self, open: usize) -> Option<usize> {
        (open + 1..self.sentence.end).find(|token| self.line.is_mark(*token, ')'))
    }

    fn opening(&self, close: usize) -> Option<usize> {
        (self.sentence.start..close).rev().find(|token| self.line.is_mark(*token, '('))
    }

    /// Whether another number stands before the clause ends.
    fn number_before_break(&self, from: usize) -> bool {
        for token in from..self.sentence.end {
            if self.counts(token).is_some() {
                return true;
            }
            if matches!(self.line.kind(token), Some(Kind::Mark(',' | ';' | ':' | '(' | ')'))) {
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
            if matches!(self.line.kind(at), Some(Kind::Mark(',' | ';' | ':' | '(' | ')' | '-' | '|'))) {
                return false;
            }
        }
        false
    }

    /// Whether a name stands right before a number.
    fn has_name_before(&self, start: usize) -> bool {
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
    fn left(&mut self, from: usize) {
        let line = self.line;
        let mut level = Level::Own;
        let mut found = false;
        let mut names_found = false;
        let mut bracketed = false;
        let mut at = from;
        while at > self.sentence.start {
            at -= 1;
            if self.counts(at).is_some() {
                return;
            }
            match line.kind(at) {
                Some(Kind::Mark(':' | '=' | '-' | '|')) => {
                    if found {
                        return;
                    }
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
                Some(Kind::Mark(_)) => return,
                Some(Kind::Word) if line.phrase_at(at).is_none() => {
                    let word = line.text(at);
                    if matches!(word, "and" | "but" | "while" | "whereas" | "plus") && found {
                        return;
                    }
                    if JOINTS.contains(&word) || word.ends_with("ed") {
                        level = level.max(Level::Clause);
                    }
                }
                Some(kind) => {
                    let is_name = matches!(kind, Kind::Name { .. });
                    if self.owned_by_earlier(at) {
                        if !bracketed {
                            return;
                        }
                        level = Level::Clause;
                    }
                    let head = line.phrase_at(at).is_some_and(|phrase| line::is_head(phrase.concepts) && !is_name);
                    found = true;
                    // `Split by type: 129 reads`
                    let narrowed = at
                        .checked_sub(1)
                        .and_then(|before| line.word(before))
                        .is_some_and(|word| JOINTS.contains(&word));
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

impl Label {
    fn take(&mut self, line: &Line, token: usize, level: Level) {
        if let Some(phrase) = line.phrase_at(token)
            && phrase.tokens.start == token
            && !phrase.concepts.is_empty()
        {
            self.marks.push(Mark { concepts: phrase.concepts, level });
        }
        if let Some(Kind::Name { names, weak }) = line.kind(token) {
            // `Security Hub lists 126 findings`: where the numbers come from.
            let source = *weak
                && matches!(line.text(token), "security hub" | "cloudtrail" | "aws security hub")
                && line.word(token + 1).is_some();
            self.names.push((names.clone(), if source { Level::Sentence } else { level }));
        }
    }

    /// What else the sentence has: the label before its first colon, the names of the number before, the rest.
    fn rest_of_sentence(&mut self, line: &Line, at: usize, seen: &[usize], has_own_name: bool, measures: &Measures) {
        let (_, sentence) = line.sentence_of(at);
        let colon = sentence.clone().find(|token| line.is_mark(*token, ':')).filter(|colon| *colon < at);
        let chained = if has_own_name { None } else { last_name_before(line, &sentence, at, measures) };
        let mut behind = false;
        for token in sentence {
            behind |= token > at && matches!(line.kind(token), Some(Kind::Mark(',' | ';')));
            if seen.contains(&token) {
                continue;
            }
            let introduces = colon.is_some_and(|colon| token < colon);
            let level = match (introduces, behind) {
                (true, _) => Level::Clause,
                (_, true) => Level::Later,
                _ => Level::Sentence,
            };
            if let Some(phrase) = line.phrase_at(token)
                && phrase.tokens.start == token
                && !phrase.concepts.is_empty()
            {
                self.marks.push(Mark { concepts: phrase.concepts, level });
            }
            if let Some(Kind::Name { names, .. }) = line.kind(token) {
                let level = match (introduces && !has_own_name, chained == Some(token)) {
                    (true, _) => Level::Clause,
                    (_, true) => Level::Chained,
                    _ => Level::Sentence,
                };
                self.names.push((names.clone(), level));
            }
        }
    }

    /// The names of the sentence before: `X was busy. It made 88 calls.`
    fn names_before(&mut self, line: &Line, at: usize) {
        let (index, _) = line.sentence_of(at);
        let Some(before) = index.checked_sub(1).and_then(|before| line.sentences.get(before)) else { return };
        for token in before.clone() {
            if let Some(Kind::Name { names, .. }) = line.kind(token) {
                self.names.push((names.clone(), Level::Outer));
            }
        }
    }
}

/// The last name before a token that stands with a number or opens the sentence.
fn last_name_before(line: &Line, sentence: &Range<usize>, at: usize, measures: &Measures) -> Option<usize> {
    let counted = |token: &usize| match line.kind(*token) {
        Some(Kind::Name { names, .. }) => names.iter().any(|name| !measures.about(*name).is_empty()),
        _ => false,
    };
    let names = (sentence.start..at).rev().filter(counted);
    // In a row of names the first is the subject, unless later ones have numbers of their own.
    let mut last = None;
    for token in names {
        last = Some(token);
        if (token + 1..at).any(|between| line.quantity_at(between).is_some()) {
            break;
        }
    }
    last
}
