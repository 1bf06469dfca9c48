//! Judges a share: a percentage or fraction of something, recomputed from the evidence.

use std::ops::Range;

use super::Judgement;
use super::count::{self, Candidate, Finding};
use super::label::Label;
use super::line::Line;
use super::measure::{Measure, Measures};
use super::quantity::{Amount, Quantity};
use super::token::Kind;
use super::words::concept::*;
use super::words::quantity::{ABOUT, ABOVE, BELOW};

/// Shares that a measure has in the wholes it is part of, in percent.
fn shares<'a>(measure: &'a Measure, measures: &'a Measures) -> impl Iterator<Item = f64> + 'a {
    let named = measure.name.map_or(&[][..], |name| measures.about(name));
    let wholes = measures.general.iter().chain(named).filter_map(|index| measures.get(*index));
    wholes.filter(move |whole| is_whole_of(whole, measure)).map(move |whole| percent(measure.value, whole.value))
}

/// Shares that a number about something named has in numbers about everything, in percent.
pub(super) fn of_everything<'a>(measure: &'a Measure, measures: &'a Measures) -> impl Iterator<Item = f64> + 'a {
    let wholes = measures.of_all().filter(move |whole| is_whole_of(whole, measure));
    wholes.map(move |whole| percent(measure.value, whole.value))
}

fn is_whole_of(whole: &Measure, part: &Measure) -> bool {
    let wider = part.need.contains(whole.need) || whole.need.is_empty();
    let narrower = whole.need != part.need || whole.name != part.name;
    wider && narrower && whole.value > 0 && whole.value >= part.value && whole.head == part.head
        || whole.value > 0
            && whole.value >= part.value
            && whole.need.contains(LOGIN)
            && part.need.contains(whole.need - SUCCEEDED)
            && whole.need.meets(SUCCEEDED)
            && part.need.meets(NO_MFA)
        || whole.need.meets(NO_MFA) && part.need.meets(FEDERATED | NOT_FEDERATED) && whole.value >= part.value
}

/// Whether some number of the evidence may be part of another one, where both are known at all.
pub(super) fn may_be_part(part: &Quantity, whole: &Quantity, measures: &Measures) -> bool {
    // There is no part of nothing, unless there is nothing at all.
    if whole.high == 0.0 && measures.of_all().any(|all| measures.is_total(all) && all.value > 0) {
        return false;
    }
    let exact = |quantity: &Quantity| quantity.low == quantity.high && quantity.value >= 0.0;
    if !exact(part) || !exact(whole) || part.amount != Amount::Count {
        return true;
    }
    let parts = measures.valued(part.value as u64);
    let wholes = measures.valued(whole.value as u64);
    let known = || parts.iter().filter_map(|part| measures.get(*part)).any(|part| part.facts.len() == 1);
    part.value <= whole.value
        && (parts.len() > MOST_ALIKE || wholes.is_empty() || !known() || fits(parts, whole.value as u64, measures))
}

/// Whether one of some numbers is part of one that has a value: of a general one, or of one about the same thing.
fn fits(parts: &[u32], whole: u64, measures: &Measures) -> bool {
    let general: Vec<&Measure> = measures.of_all().filter(|all| all.value == whole).collect();
    parts.iter().filter_map(|part| measures.get(*part)).any(|part| {
        let of_same = part.name.map_or(&[][..], |name| measures.about(name));
        let mut of_same = of_same.iter().filter_map(|index| measures.get(*index));
        general.iter().any(|all| is_whole_of(all, part) || all.head.meets(RECORD) && part.name.is_none())
            || of_same.any(|all| all.value == whole && all.name == part.name && is_whole_of(all, part))
    })
}

/// Numbers of one value that are compared with another's.
const MOST_ALIKE: usize = 400;

/// A part of a whole in percent.
pub(super) fn percent_of(part: f64, whole: f64) -> f64 {
    100.0 * part / whole
}

/// The same of counts.
pub(super) fn percent(part: u64, whole: u64) -> f64 {
    percent_of(part as f64, whole as f64)
}

/// Judges a share.
pub(super) fn judge(line: &Line, index: usize, quantity: &Quantity, label: &Label, measures: &Measures) -> Finding {
    if quantity.value > 100.0 && quantity.amount == Amount::Share {
        return Finding { judgement: Some(Judgement::Unsupported), ..Finding::default() };
    }
    if let Some(finding) = of_stated_numbers(line, index, quantity, measures) {
        return finding;
    }
    if let Some(share) = of_bracket_after(line, quantity) {
        if quantity.admits(share) {
            return Finding::supported();
        }
        let expected = Some(format!("{share:.1}%"));
        return Finding { judgement: Some(Judgement::Contradicted), expected, ..Finding::default() };
    }
    if let Some(holds) = restates_part(line, quantity, measures) {
        let judgement = if holds { Judgement::Supported } else { Judgement::Contradicted };
        return Finding { judgement: Some(judgement), ..Finding::default() };
    }
    let all = candidates(label, measures);
    // `12% of the 99 failures`: the whole is stated.
    let whole = quantity.part_of.and_then(|whole| line.quantities.get(whole)).map(|whole| whole.value);
    let mut finding = count::decide(quantity, label, &all, measures, |candidate| match whole {
        Some(whole) if whole > 0.0 => quantity.admits(percent_of(candidate.measure.value as f64, whole)),
        _ => shares(&candidate.measure, measures).any(|share| quantity.admits(share)),
    });
    let before = quantity.tokens.start.checked_sub(1);
    let hedged = |token: usize| {
        line.is_mark(token, '(')
            || line
                .word(token)
                .is_some_and(|word| ABOUT.contains(&word) || ABOVE.contains(&word) || BELOW.contains(&word))
    };
    let follows_number = before.is_some_and(hedged)
        && (0..quantity.tokens.start).rev().take(8).any(|token| line.quantity_at(token).is_some());
    let telling = label.tells(finding.fit) || (follows_number && finding.fit > 0.5);
    if finding.judgement != Some(Judgement::Supported) {
        // A count of the same value says nothing about a percentage.
        finding.judgement = Some(if telling { Judgement::Contradicted } else { Judgement::Unsupported });
        finding.expected = expected(&all, measures, whole).filter(|_| telling);
        if quantity.loose && !telling {
            finding.judgement = None;
        }
    }
    finding
}

fn candidates(label: &Label, measures: &Measures) -> Vec<Candidate> {
    count::candidates(label, measures)
}

/// `99 of 2,616 (3.8%)`, `34 HIGH (27.0%)`: the numbers stand right before it.
fn of_stated_numbers(line: &Line, index: usize, quantity: &Quantity, measures: &Measures) -> Option<Finding> {
    let (previous, nearest) = (0..quantity.tokens.start).rev().find_map(|token| line.quantity_at(token))?;
    let start = line.sentence_of(quantity.tokens.start).1.start;
    let broken_down = || stated_parts(line, start..quantity.tokens.start).pop();
    let part = if nearest.amount == Amount::Count { broken_down().unwrap_or(nearest) } else { nearest };
    let bracketed =
        (part.tokens.end..quantity.tokens.start).any(|token| line.is_mark(token, '(') || line.is_mark(token, ','));
    let (_, sentence) = line.sentence_of(quantity.tokens.start);
    if previous >= index || !sentence.contains(&part.tokens.start) || part.amount != Amount::Count {
        return None;
    }
    // The part may stand one number further back: `99 of 2,616 events (3.8%)`.
    // `3 failures among 107 events (2.8%)`
    let linked = (sentence.start..part.tokens.start)
        .rev()
        .take(3)
        .any(|token| matches!(line.word(token), Some("among" | "amongst")));
    let earlier =
        (sentence.start..part.tokens.start).rev().find_map(|token| line.quantity_at(token)).map(|(_, earlier)| earlier);
    if let Some(earlier) =
        earlier.filter(|earlier| linked && bracketed && earlier.amount == Amount::Count && part.value > 0.0)
    {
        let share = percent_of(earlier.value, part.value);
        let judgement = if quantity.admits(share) { Judgement::Supported } else { Judgement::Contradicted };
        return Some(Finding {
            judgement: Some(judgement),
            expected: Some(format!("{share:.1}%")),
            ..Finding::default()
        });
    }
    let (part, whole) = match part.whole_of.and_then(|part| line.quantities.get(part)) {
        Some(part) => (part, Some(part.part_of.and_then(|whole| line.quantities.get(whole))?)),
        None => (part, part.part_of.and_then(|whole| line.quantities.get(whole))),
    };
    if let Some(whole) = whole.filter(|whole| whole.value > 0.0) {
        let share = percent_of(part.value, whole.value);
        if quantity.admits(share) {
            return Some(Finding::supported());
        }
        let expected = Some(format!("{share:.1}%"));
        return bracketed.then(|| Finding { judgement: Some(Judgement::Contradicted), expected, ..Finding::default() });
    }
    if !bracketed || part.value < 0.0 {
        return None;
    }
    // `1 occurrence (34 % of failures)`: the whole is named, and has to be that.
    let wholes = named_wholes(line, quantity, measures);
    if !wholes.is_empty() {
        let holds = wholes.iter().any(|whole| quantity.admits(percent_of(part.value, *whole)));
        let judgement = Some(if holds { Judgement::Supported } else { Judgement::Contradicted });
        return Some(Finding { judgement, ..Finding::default() });
    }
    let valued = measures.valued(part.value as u64).iter().filter_map(|index| measures.get(*index));
    let totals = measures.of_all().filter(|whole| measures.is_total(whole));
    // The part is a claim of its own; what it is a share of goes without saying when it is everything.
    let of_all = |whole: &Measure| {
        whole.value as f64 >= part.value && quantity.admits(percent_of(part.value, whole.value as f64))
    };
    let fits = valued.into_iter().any(|measure| shares(measure, measures).any(|share| quantity.admits(share)))
        || totals.into_iter().any(of_all);
    fits.then(Finding::supported)
}

/// `2 per cent of what X tried failed (3 of 155)`: the share that the bracket behind it gives.
fn of_bracket_after(line: &Line, quantity: &Quantity) -> Option<f64> {
    let (_, sentence) = line.sentence_of(quantity.tokens.end.checked_sub(1)?);
    let next = (quantity.tokens.end..sentence.end).find(|token| line.quantity_at(*token).is_some())?;
    let part = line.quantity_at(next).map(|(_, part)| part)?;
    let whole = part.part_of.and_then(|whole| line.quantities.get(whole)).filter(|whole| whole.value > 0.0)?;
    let opens = next.checked_sub(1).is_some_and(|before| line.is_mark(before, '('));
    let closes = line.is_mark(whole.tokens.end, ')');
    let one_clause = (quantity.tokens.end..next).all(|token| !matches!(line.kind(token), Some(Kind::Mark(',' | ';'))));
    (opens && closes && one_clause && part.amount == Amount::Count).then(|| percent_of(part.value, whole.value))
}

/// `34 % of failures`, `12 per cent of all failed calls`: what the share is said to be of.
fn named_wholes(line: &Line, quantity: &Quantity, measures: &Measures) -> Vec<f64> {
    let of = quantity.tokens.end;
    let noun =
        (of + 1..of + 4).find(|token| line.phrase_at(*token).is_some_and(|phrase| phrase.concepts.contains(FAILED)));
    let plain = noun.is_some_and(|noun| (of + 1..noun).all(|token| matches!(line.word(token), Some("all" | "the"))));
    let ends = noun.is_some_and(|noun| line.word(noun + 1).is_none());
    if line.word(of) != Some("of") || !plain || !ends {
        return vec![];
    }
    let failed = measures.of_all().filter(|whole| whole.need == FAILED && whole.value > 0 && whole.head.meets(EVENT));
    failed.map(|whole| whole.value as f64).collect()
}

/// Counts that a share behind them may restate: of `44 are CRITICAL or HIGH (2 and 42), 32%` not those in brackets, which
/// break the 44 down.
pub(super) fn stated_parts(line: &Line, tokens: Range<usize>) -> Vec<&Quantity> {
    let mut open = false;
    let (mut all, mut outside) = (Vec::new(), Vec::new());
    for token in tokens {
        open = (open || line.is_mark(token, '(')) && !line.is_mark(token, ')');
        let quantity = line.quantity_at(token).map(|(_, quantity)| quantity);
        if let Some(part) = quantity.filter(|q| q.tokens.start == token && q.amount == Amount::Count) {
            all.push(part);
            outside.extend((!open).then_some(part));
        }
    }
    if outside.is_empty() { all } else { outside }
}

/// `36 are CRITICAL or HIGH, 29% of the total`: a number before it, as a share of everything.
fn restates_part(line: &Line, quantity: &Quantity, measures: &Measures) -> Option<bool> {
    let start = quantity.tokens.start;
    let (_, sentence) = line.sentence_of(start);
    let of_everything = (quantity.tokens.end..sentence.end.min(quantity.tokens.end + 4))
        .any(|token| matches!(line.word(token), Some("total" | "all" | "everything" | "overall" | "whole")));
    if !of_everything {
        return None;
    }
    let said =
        (quantity.tokens.end..sentence.end.min(quantity.tokens.end + 5)).filter_map(|token| line.phrase_at(token));
    let said = said.fold(Concepts::NONE, |all, phrase| all | phrase.concepts);
    // `87% of all failures`
    let is_said =
        |whole: &Measure| !whole.need.is_empty() && said.contains(whole.need) && whole.head.meets(EVENT | FINDING);
    let wholes = || measures.of_all().filter(|whole| whole.value > 0 && (measures.is_total(whole) || is_said(whole)));
    let is_share = |part: &Quantity| {
        let fits = |whole: f64| part.value <= whole && quantity.admits(percent_of(part.value, whole));
        wholes().any(|whole| fits(whole.value as f64))
    };
    let mut parts = stated_parts(line, sentence.start..start).into_iter();
    let together = (sentence.start..quantity.tokens.end)
        .any(|token| matches!(line.word(token), Some("together" | "combined" | "jointly" | "both")));
    let sum: f64 = line
        .quantities_in(sentence.start..start)
        .filter(|part| part.amount == Amount::Count)
        .map(|part| part.value)
        .sum();
    if together && wholes().any(|whole| quantity.admits(100.0 * sum / whole.value as f64)) {
        return Some(true);
    }
    let (first, more) = (parts.next()?, parts.next());
    if is_share(first) || more.into_iter().chain(parts).any(is_share) {
        return Some(true);
    }
    // `433 writes make up a sixth of all events`: with one number before it there is no doubt which it restates.
    let equates = (first.tokens.end..start).any(|token| {
        matches!(
            line.word(token),
            Some(
                "make"
                    | "makes"
                    | "making"
                    | "represent"
                    | "represents"
                    | "representing"
                    | "constitute"
                    | "constituting"
                    | "amount"
                    | "amounting"
                    | "equal"
                    | "accounting"
            )
        )
    });
    let equates = equates || is_apposition(line, quantity, sentence.end);
    ((more.is_none() || together) && equates).then_some(false)
}

/// `36 are CRITICAL or HIGH, nearly 29% of the total.`: between a comma and the end of the clause.
fn is_apposition(line: &Line, quantity: &Quantity, end: usize) -> bool {
    let hedge = |token: &usize| {
        line.word(*token).is_some_and(|word| [ABOUT, ABOVE, BELOW].iter().any(|list| list.contains(&word)))
    };
    let before = (0..quantity.tokens.start).rev().take(4).find(|token| !hedge(token));
    let whole = |token: &usize| {
        matches!(line.word(*token), Some("of" | "the" | "all" | "total" | "everything" | "whole" | "overall"))
            || line.phrase_at(*token).is_some_and(|phrase| DEFAULT_HEADS.contains(phrase.concepts))
    };
    let after = (quantity.tokens.end..end).find(|token| !whole(token));
    before.is_some_and(|token| line.is_mark(token, ','))
        && after.is_none_or(|token| matches!(line.kind(token), Some(Kind::Mark(_))))
}

fn expected(all: &[Candidate], measures: &Measures, whole: Option<f64>) -> Option<String> {
    let best = all.iter().max_by(|a, b| a.fit.score.total_cmp(&b.fit.score))?;
    let share = match whole {
        Some(whole) if whole > 0.0 => 100.0 * best.measure.value as f64 / whole,
        _ => shares(&best.measure, measures).next()?,
    };
    Some(format!("{share:.1}%"))
}
