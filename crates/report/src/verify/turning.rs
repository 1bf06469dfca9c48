//! Phrases that only several words apart make up: `did not go through`, `MFA was missing`, `less than a week old`.

use super::line::{Line, Phrase};
use super::token::Kind;
use super::words::advice::IMPERATIVES;
use super::words::concept::*;
use super::words::quantity::NONE;
use super::words::turning::{LACKING, NOT, RECENTLY, TO_COME};

/// Tokens of an instruction before its deadline.
const LONGEST_ORDER: usize = 60;

/// Turns phrases round where a negation stands near, and makes the last seven days one phrase.
pub(super) fn compose(line: &mut Line) {
    last_week(line);
    for index in 0..line.phrases.len() {
        let Some(phrase) = line.phrases.get(index).cloned() else { continue };
        if let Some((concepts, from, to)) = turned(line, &phrase) {
            widen(line, index, concepts, from, to);
        }
    }
    lacks_it(line);
    left_out_as(line);
}

/// `36 were dropped as duplicates`: why says more than that.
fn left_out_as(line: &mut Line) {
    for index in 0..line.phrases.len() {
        let reason = line.phrases.get(index).filter(|phrase| phrase.concepts.meets(EXCLUDED)).and_then(|phrase| {
            let next = phrase.tokens.end;
            let why = (next..next + 3).find_map(|token| line.phrase_at(token).map(|why| (token, why.concepts)));
            why.filter(|(token, why)| *token > next && why.meets(DUPLICATE | UNREADABLE))
        });
        if reason.is_some()
            && let Some(phrase) = line.phrases.get_mut(index)
        {
            phrase.concepts = Concepts::NONE;
        }
    }
}

/// `enable MFA for the 7 sign-ins that lacked it`
fn lacks_it(line: &mut Line) {
    let spoken_of = |line: &Line, token: usize| {
        line.phrases.iter().any(|phrase| phrase.tokens.end <= token && phrase.concepts.meets(MFA | NO_MFA))
    };
    for token in 1..line.tokens.len() {
        let lacks = line.word(token - 1).is_some_and(|word| LACKING.contains(&word) || word == "without");
        if !lacks || !matches!(line.word(token), Some("it" | "one")) || !spoken_of(line, token - 1) {
            continue;
        }
        let index = line.phrases.len();
        line.phrases.push(Phrase { concepts: NO_MFA, tokens: token - 1..token + 1 });
        for slot in line.phrase_of.iter_mut().skip(token - 1).take(2) {
            *slot = Some(index);
        }
    }
}

/// What a phrase means with the negation next to it, and the tokens that say so.
fn turned(line: &Line, phrase: &Phrase) -> Option<(Concepts, usize, usize)> {
    let (start, end) = (phrase.tokens.start, phrase.tokens.end);
    let is = |concepts: Concepts| phrase.concepts.meets(concepts);
    let concepts = phrase.concepts;
    let (left, right, turned): (Option<usize>, Option<usize>, Concepts) = if concepts == MFA {
        (before(line, start, 4, &[NOT, LACKING]), after(line, end, 4, &[NOT, LACKING]), NO_MFA)
    } else if concepts == TRIAGED {
        (before(line, start, 4, &[NOT, TO_COME]), after(line, end, 2, &[TO_COME]), WORKFLOW_NEW)
    } else if is(FEDERATED) && !is(LOGIN) {
        let left = before(line, start, 3, &[NOT, &["outside"]]);
        (left, None, NOT_FEDERATED)
    } else if is(SUCCEEDED) && !is(LOGIN) {
        (before(line, start, 3, &[NOT]), None, FAILED)
    } else if is(FAILED) && !is(ERROR_KIND) {
        let free = |token| line.word(token) == Some("free");
        (before(line, start, 2, &[NOT]), Some(end).filter(|end| free(*end)), SUCCEEDED)
    } else if concepts == WRITE {
        let non = |token: &usize| line.word(*token) == Some("non");
        let hyphen = usize::from(start.checked_sub(1).is_some_and(|token| line.is_mark(token, '-')));
        (start.checked_sub(1 + hyphen).filter(non), None, READ_ONLY)
    } else if is(COMPLIANCE_PASSED) {
        (before(line, start, 2, &[NOT]), None, COMPLIANCE_FAILED)
    } else {
        return None;
    };
    match (left, right) {
        (Some(left), _) => Some((turned, left, end)),
        (None, Some(right)) => Some((turned, start, right + 1)),
        (None, None) => None,
    }
}

/// The nearest of some words before a phrase, in the same clause.
fn before(line: &Line, start: usize, reach: usize, lists: &[&[&str]]) -> Option<usize> {
    for token in (start.saturating_sub(reach)..start).rev() {
        // `not one failed`, `not a single call failed`: a statement that there were none.
        if line.begins(token, NONE).is_some_and(|(phrase, _)| phrase.contains(' ')) {
            return None;
        }
        let word = line.word(token)?;
        if lists.iter().any(|list| list.contains(&word)) {
            return Some(token);
        }
    }
    None
}

/// The nearest of some words after a phrase, in the same clause.
fn after(line: &Line, end: usize, reach: usize, lists: &[&[&str]]) -> Option<usize> {
    for token in end..end + reach {
        if line.is_mark(token, ':') {
            // `MFA: not used`
            continue;
        }
        let word = line.word(token)?;
        if lists.iter().any(|list| list.contains(&word)) {
            return Some(token);
        }
    }
    None
}

/// Gives a phrase another meaning, and the words that make it so.
fn widen(line: &mut Line, index: usize, concepts: Concepts, from: usize, to: usize) {
    let Some(phrase) = line.phrases.get(index).cloned() else { return };
    // Words of other phrases in between keep their own.
    let free = |token: usize| line.phrase_of.get(token).copied().flatten().is_none_or(|of| of == index);
    let mut start = phrase.tokens.start;
    while start > from && free(start - 1) {
        start -= 1;
    }
    let mut end = phrase.tokens.end;
    while end < to && free(end) {
        end += 1;
    }
    // A negation beyond another phrase is taken all the same, so that it is not read as a number.
    for token in (start..end).chain([from, to.saturating_sub(1)]) {
        if let Some(slot) = line.phrase_of.get_mut(token)
            && (slot.is_none() || *slot == Some(index))
        {
            *slot = Some(index);
        }
    }
    if let Some(phrase) = line.phrases.get_mut(index) {
        phrase.concepts = concepts;
        phrase.tokens = start..end;
    }
}

/// `raised in the past 7 days`, `less than a week old`.
fn last_week(line: &mut Line) {
    for token in 0..line.tokens.len() {
        let Some((start, end)) = week(line, token).filter(|(start, _)| !is_deadline(line, *start)) else { continue };
        let near = |token: usize| line.word(token).is_some_and(|word| RECENTLY.contains(&word));
        let (mut from, mut to) = (start, end);
        while from > 0 && start - from < 4 && near(from - 1) {
            from -= 1;
        }
        if from == start {
            // `within the last 7 days`, `in the 7 days before`
            let article =
                start.checked_sub(1).filter(|at| matches!(line.word(*at), Some("the" | "a" | "these" | "one")));
            from = article.and_then(|at| at.checked_sub(1)).filter(|at| near(*at)).unwrap_or(start);
        }
        while to - end < 3 && near(to) {
            to += 1;
        }
        if from == start && to == end {
            continue;
        }
        if (from..to).any(|token| {
            line.phrase_of
                .get(token)
                .copied()
                .flatten()
                .is_some_and(|of| line.phrases.get(of).is_some_and(|phrase| !phrase.concepts.meets(RECENT)))
        }) {
            continue;
        }
        let index = line.phrases.len();
        line.phrases.push(Phrase { concepts: RECENT, tokens: from..to });
        for slot in line.phrase_of.iter_mut().skip(from).take(to - from) {
            *slot = Some(index);
        }
    }
}

/// `Fix the 34 HIGH ones within 7 days`: a week that is still to come.
fn is_deadline(line: &Line, start: usize) -> bool {
    let within = start.checked_sub(1).is_some_and(|before| line.word(before) == Some("within"));
    let ends = |token: &usize| ['.', '!', '?'].iter().any(|mark| line.is_mark(*token, *mark));
    let first = (start.saturating_sub(LONGEST_ORDER)..start).rev().find(ends).map_or(0, |end| end + 1);
    within && line.word(first).is_some_and(|word| IMPERATIVES.contains(&word))
}

/// `7 days`, `seven-day`, `week`: where it starts and ends.
fn week(line: &Line, token: usize) -> Option<(usize, usize)> {
    match line.kind(token) {
        Some(Kind::Word) if matches!(line.word(token), Some("week" | "weeks")) => {
            let several = token.checked_sub(1).is_some_and(|before| matches!(line.kind(before), Some(Kind::Number(_))));
            (!several).then_some((token, token + 1))
        }
        Some(Kind::Number(figure)) if figure.value == 7.0 && figure.suffix == "day" => Some((token, token + 1)),
        Some(Kind::Number(figure)) if figure.value == 7.0 && figure.suffix.is_empty() && figure.to.is_none() => {
            matches!(line.word(token + 1), Some("day" | "days")).then_some((token, token + 2))
        }
        Some(Kind::Word) if line.word(token) == Some("seven") => {
            matches!(line.word(token + 1), Some("day" | "days")).then_some((token, token + 2))
        }
        _ => None,
    }
}
