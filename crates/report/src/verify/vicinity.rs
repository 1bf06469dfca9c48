//! Reads the label of a quantity: which words and names stand how near to it.

use std::ops::Range;

use super::known::Directory;
use super::label::{self, AROUND, Label, Level, Mark, Outside};
use super::line::{self, Line};
use super::measure::Measures;
use super::quantity::{Amount, Quantity};
use super::reader::Reader;
use super::token::Kind;
use super::unknown;
use super::words::concept::{EVENT, FAILED, HEADS, NO_MFA, OPERATION};
use super::words::grammar::{HIGHEST, LOWEST};

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
    let is_noun = |token: usize| line.phrase_at(token).is_some_and(|phrase| line::is_head(phrase.concepts));
    if is_whole && !reader.near.iter().any(|(token, _)| is_noun(*token)) {
        // `10/16 succeeded`: said of the part.
        reader.near.retain(|(token, _)| matches!(line.kind(*token), Some(Kind::Name { .. })));
    }
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
    label.unknown = unknown::around(line, q, &reader.sentence).max(outside.unknown);
    let has_head = reader.has_head;
    let mut near = reader.near;
    near.retain(|(token, _)| !is_compared_with(line, *token));
    for (token, level) in &near {
        label.take(line, *token, *level);
    }
    label.of_failed_calls = near.iter().any(|(token, _)| is_failed_call(line, *token));
    label.owned = near.iter().filter(|(_, level)| *level <= Level::Clause).map(|(token, _)| *token).collect();
    label.names.retain(|(names, _)| names.iter().any(|name| !measures.about(*name).is_empty()));
    if is_size_of_ranking(line, q.tokens.start) {
        for (_, level) in &mut label.names {
            *level = (*level).max(Level::Sentence);
        }
    }
    let has_own_name = label.names.iter().any(|(_, level)| *level <= Level::Clause);
    let seen: Vec<usize> = near.iter().map(|(token, _)| *token).collect();
    label.rest_of_sentence(line, q.tokens.start, &seen, has_own_name, measures);
    label.names_before(line, q.tokens.start);
    label.run_in_heading(line, q.tokens.start);
    // `| Callers | 63 | in 6 regions |`: the noun in the cell goes before that of the row.
    let farther = |mark: &Mark| {
        let other_noun = has_head && mark.level == Level::Own && HEADS.contains(mark.concepts);
        Mark { level: if other_noun { Level::Sentence } else { mark.level }, ..*mark }
    };
    label.marks.extend(outside.marks.iter().map(farther));
    if is_whole {
        // `MFA: not used in 8 of the 10 sign-ins`: said of the part only.
        label.marks.retain(|mark| mark.level == Level::Own || !mark.concepts.meets(NO_MFA));
    }
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

/// `X is the most frequent of seven error codes`: how many are compared is not said of the first.
fn is_size_of_ranking(line: &Line, at: usize) -> bool {
    let article =
        at.checked_sub(1).is_some_and(|token| matches!(line.word(token), Some("the" | "all" | "its" | "these")));
    let joint = at.checked_sub(1 + usize::from(article));
    let Some(joint) = joint.filter(|token| matches!(line.word(*token), Some("of" | "among" | "amongst"))) else {
        return false;
    };
    (joint.saturating_sub(4)..joint)
        .any(|token| line.word(token).is_some_and(|word| HIGHEST.contains(&word) || LOWEST.contains(&word)))
}

/// `failed operations`, `operations failed`: calls, as long as they are not said to differ.
fn is_failed_call(line: &Line, token: usize) -> bool {
    let Some(call) = line.phrase_at(token).filter(|phrase| phrase.concepts.contains(EVENT | OPERATION)) else {
        return false;
    };
    let before = call.tokens.start.checked_sub(1).and_then(|before| line.phrase_at(before));
    [before, line.phrase_at(call.tokens.end)].into_iter().flatten().any(|phrase| phrase.concepts.meets(FAILED))
}

/// `more than any other API (74)`
fn is_compared_with(line: &Line, token: usize) -> bool {
    line.ends_before(token, &["than any other", "than all other", "than every other"]).is_some()
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

/// Tokens of a sentence on either side of a number that bear on it.
const REACH: usize = 60;
/// Tokens of a heading that stands at the front of its paragraph.
const LONGEST_HEADING: usize = 8;
/// Tokens of an answer that says nothing yet: `How much failed? Not much. 99 events.`
const SHORT_ANSWER: usize = 3;
/// Tokens of a bracket that are looked through.
const BRACKET: usize = 12;

impl Label {
    fn take(&mut self, line: &Line, token: usize, level: Level) {
        if let Some(phrase) = line.phrase_at(token)
            && phrase.tokens.start == token
            && !phrase.concepts.is_empty()
        {
            self.marks.push(Mark { concepts: phrase.concepts, level });
        }
        if let Some(Kind::Name { names, weak }) = line.kind(token) {
            let source = *weak && label::is_source(line, token);
            self.names.push((names.clone(), if source { Level::Sentence } else { level }));
        }
    }

    /// What else the sentence has: the label before its first colon, the names of the number before, the rest.
    fn rest_of_sentence(&mut self, line: &Line, at: usize, seen: &[usize], has_own_name: bool, measures: &Measures) {
        let (_, sentence) = line.sentence_of(at);
        let colon = sentence.clone().find(|token| line.is_mark(*token, ':')).filter(|colon| *colon < at);
        let told = seen.iter().any(|token| *token >= at);
        let colon = colon.filter(|colon| !(told && line.states(sentence.start..*colon)));
        let is_contrast = |token: usize| matches!(line.word(token), Some("against" | "versus" | "vs"));
        let colon = colon.filter(|colon| !(*colon..at).any(is_contrast));
        let chained = if has_own_name { None } else { last_name_before(line, &sentence, at, measures) };
        let mut behind = false;
        let mut bracket = None;
        // `Most traffic (1,406 events, about half) came from …`: what follows the bracket is said of it.
        let mut parted = false;
        let mut enclosed = (at.saturating_sub(3)..at).any(|token| line.is_mark(token, '('));
        for token in sentence.start.max(at.saturating_sub(REACH))..sentence.end.min(at + REACH) {
            enclosed &= !(token > at && line.is_mark(token, ')'));
            parted |= token > at && line.is_mark(token, ';');
            behind |= token > at && !enclosed && matches!(line.kind(token), Some(Kind::Mark(',' | ';')));
            if token > at && line.is_mark(token, '(') {
                // `8 high-risk calls (1 failed)`: what is said of the number in brackets.
                let inside = (token..token + BRACKET).take_while(|token| !line.is_mark(*token, ')'));
                bracket = inside.into_iter().any(|token| counts_another(line, at, token)).then_some(token);
            } else if line.is_mark(token, ')') {
                bracket = None;
            }
            if seen.contains(&token) {
                continue;
            }
            let introduces = colon.is_some_and(|colon| token < colon);
            let level = match (introduces, behind || bracket.is_some()) {
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
            // `2 CRITICAL findings; look at X first`: what is said behind a semicolon is about something else.
            if let Some(Kind::Name { names, .. }) = line.kind(token).filter(|_| !parted) {
                let level = match (introduces && !has_own_name, chained == Some(token)) {
                    (true, _) => Level::Clause,
                    (_, true) => Level::Chained,
                    _ => Level::Sentence,
                };
                self.names.push((names.clone(), level));
            }
        }
    }

    /// `Test 3: console authentication. 16 attempts, 10 successful.`: the first words of a paragraph as its heading.
    fn run_in_heading(&mut self, line: &Line, at: usize) {
        let (index, _) = line.sentence_of(at);
        // `Any root use? One event.`
        let short = |sentence: &&Range<usize>| sentence.len() > SHORT_ANSWER || line.is_mark(sentence.end - 1, '?');
        let before = line.sentences.get(index.saturating_sub(2)..index).unwrap_or(&[]).iter().rev().find(short);
        if let Some(question) =
            before.filter(|before| before.end.checked_sub(1).is_some_and(|last| line.is_mark(last, '?')))
            && line
                .quantities_in(question.clone())
                .all(|quantity| matches!(quantity.amount, Amount::Inert | Amount::Some))
        {
            let phrases =
                question.clone().filter_map(|token| line.phrase_at(token).filter(|p| p.tokens.start == token));
            self.marks.extend(phrases.map(|phrase| Mark { concepts: phrase.concepts, level: Level::Clause }));
        }
        let Some(first) = line.sentences.first().filter(|first| index > 0 && first.len() <= LONGEST_HEADING) else {
            return;
        };
        let counts = line.quantities_in(first.clone()).any(|quantity| quantity.amount != Amount::Inert);
        let names = first.clone().any(|token| matches!(line.kind(token), Some(Kind::Name { .. })));
        if counts || names || line.states(first.clone()) {
            return;
        }
        let phrases =
            first.clone().filter_map(|token| line.phrase_at(token).filter(|phrase| phrase.tokens.start == token));
        let marks = phrases.filter(|phrase| phrase.concepts.len() == 1);
        self.marks.extend(marks.map(|phrase| Mark { concepts: phrase.concepts, level: Level::Sentence }));
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

/// Whether a token counts something else than the number at `at`.
fn counts_another(line: &Line, at: usize, token: usize) -> bool {
    line.quantity_at(token)
        .is_some_and(|(_, quantity)| !quantity.tokens.contains(&at) && matches!(quantity.amount, Amount::Count))
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
