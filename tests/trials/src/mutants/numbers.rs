//! Faults in numbers.

use std::ops::Range;

use super::{Made, Original};
use crate::claims::{Claim, Hedge, Number, WORDS, grouped, parse};
use crate::rng::Rng;

fn choose<'a>(
    original: &'a Original<'_>,
    rng: &mut Rng,
    wanted: impl Fn(&Number, &str) -> bool,
) -> Option<(&'a Range<usize>, &'a Number, &'a str)> {
    let numbers: Vec<_> = original
        .sheet
        .claims
        .iter()
        .filter_map(|(span, claim)| match claim {
            Claim::Number(number) => Some((span, number, original.at(span))),
            _ => None,
        })
        .filter(|(_, number, token)| wanted(number, token))
        .collect();
    (!numbers.is_empty()).then(|| numbers[rng.below(numbers.len())])
}

/// Replaces a number unless the new one is true as well.
fn put(original: &Original<'_>, span: &Range<usize>, number: &Number, by: &str) -> Made {
    if number.holds(by) || is_another_reading(original, number, by) {
        return Made::StillTrue;
    }
    original.replaced(span, by)
}

/// Whether a fact of the same metric and scope has this value too: two services may share the name of a call.
fn is_another_reading(original: &Original<'_>, number: &Number, token: &str) -> bool {
    let [(metric, scope)] = number.of.as_slice() else { return false };
    let Some(value) = parse(token) else { return true };
    let facts = &original.case.facts.facts;
    facts
        .iter()
        .any(|fact| fact.metric == *metric && fact.scope.as_str() == scope && (fact.value as f64 - value).abs() < 1e-9)
}

/// Two digits change places.
pub(crate) fn digit_swap(original: &Original<'_>, rng: &mut Rng) -> Made {
    let swaps = |token: &str| {
        let digits: Vec<(usize, char)> = token.char_indices().filter(|(_, c)| c.is_ascii_digit()).collect();
        let pairs = digits.windows(2).filter(|pair| pair[0].1 != pair[1].1);
        pairs.filter(|pair| !(pair[0].0 == 0 && pair[1].1 == '0')).map(|p| (p[0].0, p[1].0)).collect::<Vec<_>>()
    };
    let Some((span, number, token)) = choose(original, rng, |_, token| !swaps(token).is_empty()) else {
        return Made::Nothing;
    };
    let (one, other) = *rng.pick(&swaps(token));
    let mut bytes = token.as_bytes().to_vec();
    bytes.swap(one, other);
    put(original, span, number, &String::from_utf8_lossy(&bytes))
}

/// A number in the same form as `token`.
fn like(token: &str, value: f64) -> Option<String> {
    if value < 0.0 {
        return None;
    }
    if token.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let word = WORDS.get(value as usize)?;
        let capital = token.starts_with(|c: char| c.is_ascii_uppercase());
        return Some(if capital { format!("{}{}", word[..1].to_uppercase(), &word[1..]) } else { (*word).to_owned() });
    }
    if let Some((_, tail)) = token.split_once('.') {
        return Some(format!("{value:.*}", tail.len()));
    }
    let whole = value.round() as u64;
    Some(if token.contains(',') || value < 1000.0 { grouped(whole) } else { whole.to_string() })
}

/// One more or one less.
pub(crate) fn plus_minus_one(original: &Original<'_>, rng: &mut Rng) -> Made {
    let Some((span, number, token)) = choose(original, rng, |_, _| true) else { return Made::Nothing };
    let Some(value) = parse(token) else { return Made::StillTrue };
    let step = if rng.one_in(2) { 1.0 } else { -1.0 };
    match like(token, value + step) {
        Some(by) => put(original, span, number, &by),
        None => Made::StillTrue,
    }
}

/// Ten times as many, or a tenth.
pub(crate) fn times_ten(original: &Original<'_>, rng: &mut Rng) -> Made {
    let Some((span, number, token)) = choose(original, rng, |number, _| number.exact > 0.0) else {
        return Made::Nothing;
    };
    let Some(value) = parse(token) else { return Made::StillTrue };
    let down = value >= 10.0 && value % 10.0 == 0.0 && rng.one_in(2);
    match like(token, if down { value / 10.0 } else { value * 10.0 }) {
        Some(by) => put(original, span, number, &by),
        None => Made::StillTrue,
    }
}

/// A share or sum that is not what its parts give.
pub(crate) fn wrong_sum_or_share(original: &Original<'_>, rng: &mut Rng) -> Made {
    let derived = |number: &Number, _: &str| number.share || number.of.len() > 1;
    let Some((span, number, token)) = choose(original, rng, derived) else { return Made::Nothing };
    let Some(value) = parse(token) else { return Made::StillTrue };
    let off = 1.0 + rng.below(9) as f64;
    let wrong = if value > off && rng.one_in(2) { value - off } else { value + off };
    match like(token, wrong) {
        Some(by) if !(number.share && wrong > 100.0) => put(original, span, number, &by),
        _ => Made::StillTrue,
    }
}

/// The number of something else.
pub(crate) fn another_facts_number(original: &Original<'_>, rng: &mut Rng) -> Made {
    let whole = |number: &Number, token: &str| {
        !number.share && number.hedge == Hedge::None && token.starts_with(|c: char| c.is_ascii_digit())
    };
    let Some((span, number, token)) = choose(original, rng, whole) else { return Made::Nothing };
    let facts = &original.case.facts.facts;
    let other = rng.pick(facts);
    match like(token, other.value as f64) {
        Some(by) => put(original, span, number, &by),
        None => Made::StillTrue,
    }
}
