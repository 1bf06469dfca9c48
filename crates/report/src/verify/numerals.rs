//! Numbers in words: `ninety-nine`, `a third of`, `none`, `several`, and things that were simply there.

use super::figure::Figure;
use super::figures::{compares_after, period, unit_seconds};
use super::line::{Line, is_head};
use super::quantity::{Amount, Quantity, add, add_one_in, add_share, link_whole, number};
use super::token::Kind;
use super::words::grammar::{WAS_THERE, is_light};
use super::words::names::NUMBERED;
use super::words::quantity::{FRACTIONS, NONE, SCALES, SMALL, SOME};

/// `half`, `two thirds`, `a quarter of`.
pub(super) fn fraction(line: &mut Line, at: usize) -> Option<usize> {
    if line.phrase_of.get(at).copied().flatten().is_some() {
        return None;
    }
    let start = if matches!(line.word(at), Some("a")) { at + 1 } else { at };
    let stemmed = |token: usize| line.word(token).map(super::lexicon::stem);
    if let Some((percent, end)) = parts(line, start).filter(|(_, end)| line.word(*end) == Some("of")) {
        return Some(add_share(line, at..end, percent));
    }
    let fits = |name: &str| name.split(' ').enumerate().all(|(n, word)| stemmed(start + n) == Some(word));
    let (name, percent) = FRACTIONS.iter().filter(|(name, _)| fits(name)).max_by_key(|(name, _)| name.len())?;
    let length = name.split(' ').count();
    let end = start + length;
    let article = start > at;
    // `the third user` is a rank, `half a dozen` a number, `quarter` a season; a part is of something.
    let ends = line.tokens.get(end).is_none_or(|token| matches!(token.kind, Kind::Mark(_)));
    let predicate =
        matches!(line.word(end), Some("are" | "were" | "is" | "was" | "have" | "had" | "carry" | "failed" | "came"));
    let half = *name == "half";
    let continues = if half {
        matches!(line.word(end), Some("the" | "all" | "its" | "their" | "come" | "comes"))
    } else {
        predicate || ends
    };
    let of = continues || line.word(end) == Some("of");
    let plural_or_one = name.contains(' ');
    if !of || !(article || plural_or_one || half) {
        return None;
    }
    Some(add_share(line, at..end, *percent))
}

/// `nine tenths`, `five sixths`: a number of parts, in percent, and where it ends.
fn parts(line: &Line, start: usize) -> Option<(f64, usize)> {
    let small = |word: &str| SMALL.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    let count = line.word(start).and_then(small)?;
    let part = line.word(start + 1).and_then(|word| word.strip_suffix('s'))?;
    let of = match part {
        "third" => 3,
        "quarter" => 4,
        "fifth" => 5,
        "eighth" => 8,
        "ninth" => 9,
        "twelfth" => 12,
        _ => part.strip_suffix("th").and_then(small)?,
    };
    (count > 0 && count < of).then(|| (100.0 * count as f64 / of as f64, start + 2))
}

/// Numbers in words: `ninety-nine`, `two hundred and four`, `a dozen`.
pub(super) fn words(line: &mut Line, at: usize) -> Option<usize> {
    if line.phrase_of.get(at).copied().flatten().is_some() {
        return None;
    }
    let mut end = at;
    let (mut total, mut current, mut any) = (0_u64, 0_u64, false);
    while let Some(word) = line.word(end) {
        let small = SMALL.iter().find(|(name, _)| *name == word);
        let scale = SCALES.iter().find(|(name, _)| *name == word && *name != "k");
        if let Some((_, value)) = small {
            // `two three` are two numbers.
            if any && current % 100 != 0 && !(current % 10 == 0 && *value < 10 && current % 100 >= 20) {
                break;
            }
            current = current.saturating_add(*value);
            any = true;
        } else if let Some((_, scale)) = scale {
            let article = end > 0 && matches!(line.word(end.saturating_sub(1)), Some("a" | "an")) && end == at;
            if !any && !article && end == at {
                return None;
            }
            current = current.max(1).saturating_mul(*scale);
            if *scale >= 1_000 {
                total = total.saturating_add(current);
                current = 0;
            }
            any = true;
        } else if word == "and" && any && current % 100 == 0 && (current > 0 || total > 0) && is_small(line, end + 1) {
            // `two hundred and four`
        } else {
            break;
        }
        end += 1;
    }
    if !any {
        return None;
    }
    let value = total.saturating_add(current);
    let before = at.checked_sub(1).and_then(|token| line.word(token));
    // `the first critical one`: stands for the noun.
    let adjective = at.checked_sub(1).and_then(|token| line.phrase_at(token)).filter(|_| value == 1 && end == at + 1);
    if adjective.is_some_and(|phrase| {
        let article = phrase.tokens.start.checked_sub(1).and_then(|token| line.word(token));
        !phrase.concepts.is_empty()
            && matches!(article, Some("the" | "a" | "an" | "first" | "second" | "third" | "last"))
    }) {
        return None;
    }
    let stands_for_a_noun = matches!(
        before,
        Some("every" | "each" | "any" | "which" | "this" | "that" | "another" | "single" | "only" | "last" | "first")
    );
    // `every single one`, `the only high one`
    let only =
        (at.saturating_sub(3)..at).any(|token| line.word(token) == Some("only")) && line.phrase_at(end).is_none();
    // `a short one this week`
    let described = before.is_some_and(|word| !is_light(word) && !word.ends_with("ed"))
        && at.checked_sub(1).is_some_and(|before| line.phrase_at(before).is_none())
        && line.phrase_at(end).is_none_or(|phrase| !is_head(phrase.concepts));
    if value == 1 && end == at + 1 && (stands_for_a_noun || only || described) {
        return None;
    }
    let mut figure = Figure::whole(value as f64);
    figure.in_words = true;
    if let Some(share) = in_words_share(line, at, end, value) {
        return Some(share);
    }
    if value == 0 {
        let mut quantity = Quantity::new(at..end, Amount::Count, 0.0);
        quantity.in_words = true;
        let end = add(line, quantity);
        link_whole(line);
        return Some(end);
    }
    if let Some(period) = period(line, at, end, &figure) {
        if let Some(quantity) = line.quantities.last_mut() {
            quantity.in_words = true;
        }
        return Some(period);
    }
    let percent =
        line.word(end) == Some("percent") || (line.word(end) == Some("per") && line.word(end + 1) == Some("cent"));
    let amount = if percent { Amount::Share } else { Amount::Count };
    if percent {
        end += if line.word(end) == Some("percent") { 1 } else { 2 };
        figure.half_step = 0.5;
    }
    let (to, end) = if percent { (None, end) } else { range_in_words(line, at, end, value) };
    let before = at.checked_sub(1).and_then(|token| line.word(token));
    let mut quantity = Quantity::new(at..end, amount, value as f64);
    let multiplies = line.word(end) == Some("times") && compares_after(line, end + 1);
    if multiplies || before == Some("top") || before.is_some_and(|word| NUMBERED.contains(&word) && word != "no") {
        quantity.amount = Amount::Inert;
    }
    quantity.in_words = true;
    quantity.bound(line, &figure, to, percent);
    let end = add(line, quantity);
    link_whole(line);
    Some(end)
}

fn range_in_words(line: &Line, at: usize, end: usize, value: u64) -> (Option<f64>, usize) {
    let between = at.checked_sub(1).and_then(|token| line.word(token)) == Some("between");
    let joined =
        line.word(end) == Some("to") || (between && line.word(end) == Some("and")) || (line.word(end) == Some("or"));
    let upper = line.word(end + 1).and_then(|word| SMALL.iter().find(|(name, _)| *name == word));
    match upper {
        Some((_, upper)) if joined && *upper > value && !is_small(line, end + 2) => (Some(*upper as f64), end + 2),
        _ => (None, end),
    }
}

/// `one in four`, `nine out of ten` when nothing else is counted.
fn in_words_share(line: &mut Line, at: usize, end: usize, value: u64) -> Option<usize> {
    // `nine events in ten`
    let noun = usize::from(line.phrase_at(end).is_some_and(|phrase| phrase.tokens == (end..end + 1)));
    let end = end + noun;
    let in_ = line.word(end) == Some("in");
    let small =
        |token: usize| line.word(token).and_then(|word| SMALL.iter().find(|(name, _)| *name == word)).map(|(_, n)| *n);
    let tens = small(end + 1)?;
    let ones = small(end + 2).filter(|ones| tens % 10 == 0 && tens > 10 && *ones < 10 && line.is_hyphenated(end + 1));
    let whole = tens + ones.unwrap_or(0);
    let last = end + 1 + usize::from(ones.is_some());
    let of_time = line.word(last + 1).and_then(unit_seconds).is_some();
    let goes_on = line.phrase_at(last + 1).is_none() && (is_small(line, last + 1) || number(line, last + 1).is_some());
    (in_ && !goes_on && whole > value && value > 0 && !of_time)
        .then(|| add_one_in(line, at..last + 1, value as f64, whole as f64))
}

fn is_small(line: &Line, token: usize) -> bool {
    line.word(token).is_some_and(|word| SMALL.iter().any(|(name, _)| *name == word))
}

/// `Nothing has more findings than X`, `Nobody was busier than X`: where the comparison ends. It ranks X first.
pub(super) fn outdoes(line: &Line, none: usize) -> Option<usize> {
    let words = (none + 1..none + 12).map_while(|token| line.word(token).map(|word| (token, word)));
    let mut compared = false;
    for (token, word) in words {
        compared |= is_comparative(word);
        if word == "than" {
            return compared.then_some(token);
        }
    }
    None
}

/// `more`, `busier`; `fewer` and `less` rank the other way.
fn is_comparative(word: &str) -> bool {
    matches!(word, "more" | "worse")
        || word.len() > 4
            && word.ends_with("er")
            && !matches!(
                word,
                "other"
                    | "number"
                    | "user"
                    | "caller"
                    | "fewer"
                    | "rather"
                    | "another"
                    | "after"
                    | "under"
                    | "order"
                    | "either"
                    | "never"
                    | "ever"
                    | "over"
                    | "later"
                    | "earlier"
                    | "smaller"
                    | "lower"
            )
}

/// `no failed sign-ins`, `several failures`.
pub(super) fn existence(line: &mut Line, at: usize) -> Option<usize> {
    if line.phrase_of.get(at).copied().flatten().is_some() {
        return None;
    }
    if let Some((phrase, length)) = line.begins(at, NONE) {
        // `no more than 5`, `no fewer than`, `no longer`, `No. 5`.
        let other = matches!(
            line.word(at + length),
            Some(
                "more"
                    | "fewer"
                    | "less"
                    | "longer"
                    | "later"
                    | "doubt"
                    | "matter"
                    | "need"
                    | "other"
                    | "further"
                    | "one"
                    | "single"
                    | "earlier"
                    | "sooner"
            )
        ) && phrase == "no";
        // `Nobody else failed as often`: compares.
        // `nothing we could rely on`, `nothing was denied to us`: no statement about the evidence.
        let of_us = (at + length..at + length + 5)
            .map_while(|token| line.word(token))
            .any(|word| matches!(word, "we" | "us" | "you" | "i" | "me"));
        let narrowed =
            !matches!(phrase, "no" | "zero") && matches!(line.word(at + length), Some("that" | "which" | "who"));
        let other = other || of_us && !matches!(phrase, "no" | "zero") || narrowed;
        let other =
            other || line.word(at + length) == Some("else") || phrase == "no" && line.word(at + 1) == Some("of");
        let other = other && line.word(at + 1) != Some("single");
        if other || number(line, at + length).is_some() || outdoes(line, at).is_some() {
            return None;
        }
        let mut quantity = Quantity::new(at..at + length, Amount::None, 0.0);
        quantity.in_words = true;
        return Some(add(line, quantity));
    }
    let names: Vec<&str> = SOME.iter().map(|(name, _)| *name).collect();
    let (phrase, length) = line.begins(at, &names)?;
    let hedges_number = number(line, at + length).is_some() || is_small(line, at + length);
    if hedges_number {
        return None;
    }
    let least = SOME.iter().find(|(name, _)| *name == phrase).map_or(1, |(_, least)| *least);
    let mut quantity = Quantity::new(at..at + length, Amount::Some, least as f64);
    quantity.high = f64::INFINITY;
    quantity.in_words = true;
    Some(add(line, quantity))
}

/// `Console sign-ins were recorded.`, `There are findings in scope.`: something is there, however much.
pub(super) fn presence(line: &mut Line, at: usize) -> Option<usize> {
    let verb = matches!(line.word(at), Some("was" | "were" | "is" | "are" | "appeared" | "occurred"));
    let there = at.checked_sub(1).and_then(|token| line.word(token)) == Some("there");
    let bare = matches!(line.word(at), Some("appeared" | "occurred"));
    let participle = line.word(at + 1).is_some_and(|word| WAS_THERE.contains(&word));
    if !verb || !(there || bare || participle) || line.word(at + 1) == Some("not") {
        return None;
    }
    // Only where nothing else in the clause says how many.
    let mut start = at;
    while start > 0
        && at - start < 60
        && !matches!(line.kind(start - 1), Some(Kind::Mark('.' | ',' | ';' | ':' | '!' | '?')))
    {
        start -= 1;
    }
    let last = line.tokens.len().min(at + 60);
    let end =
        (at..last).find(|token| matches!(line.kind(*token), Some(Kind::Mark('.' | ',' | ';' | ':')))).unwrap_or(last);
    let counted = (start..end).any(|token| {
        (number(line, token).is_some() && line.phrase_of.get(token).copied().flatten().is_none())
            || line.quantity_of.get(token).copied().flatten().is_some()
            || matches!(line.kind(token), Some(Kind::Name { weak: false, .. } | Kind::Foreign(_) | Kind::Unknown))
            || matches!(line.word(token), Some("no" | "none" | "nothing" | "not" | "never" | "neither"))
            || (token < at
                && matches!(
                    line.word(token),
                    Some(
                        "one"
                            | "if"
                            | "that"
                            | "which"
                            | "what"
                            | "whether"
                            | "who"
                            | "where"
                            | "when"
                            | "could"
                            | "a"
                            | "an"
                    )
                ))
            || (token > at && is_small(line, token))
    });
    if counted {
        return None;
    }
    let mut quantity = Quantity::new(at..at + 1, Amount::Some, 1.0);
    quantity.high = f64::INFINITY;
    quantity.in_words = true;
    Some(add(line, quantity))
}
