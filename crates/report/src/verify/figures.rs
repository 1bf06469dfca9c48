//! Numbers in digits, with what stands around them: units, ranges, wholes, ports, steps.

use super::dates::set_moment;
use super::document::LONGEST_LIST;
use super::figure::Figure;
use super::lexicon;
use super::line::Line;
use super::moment::{self, Moment};
use super::quantity::{Amount, Quantity, add, add_one_in, link_whole, mark_part, number};
use super::token::Kind;
use super::words::grammar::is_light;
use super::words::names::{NUMBERED, PORTS};
use super::words::quantity::{SCALES, SMALL};

/// Longest chain of numbers, in characters.
const LONGEST_CHAIN: usize = 24;

/// A number in digits.
pub(super) fn figure(line: &mut Line, at: usize) -> Option<usize> {
    let figure = number(line, at)?.clone();
    if line.phrase_of.get(at).copied().flatten().is_some() {
        return Some(at + 1);
    }
    let mut end = at + 1;
    if let Some(amount) = numbering(line, at, &figure) {
        return Some(add(line, Quantity::new(at..end, amount, figure.value)));
    }
    if let Some(moment) = clock_or_year(line, at, &figure) {
        let (moment, end) = moment;
        set_moment(line, at..end, moment);
        return Some(end);
    }
    // `5 to 1` compares two numbers that stand elsewhere.
    if line.word(end) == Some("to") && number(line, end + 1).is_some_and(|one| one.value == 1.0) && figure.value > 1.0 {
        return Some(add(line, Quantity::new(at..end + 2, Amount::Inert, figure.value)));
    }
    // `20 to 21 November`: the second is a date of its own.
    let joined = matches!(line.word(end), Some("to" | "and")) || line.is_mark(end, '-');
    let dated = line.word(end + 2).is_some_and(|word| moment::month(word).is_some());
    if joined && dated && figure.value <= 31.0 && number(line, end + 1).is_some_and(|last| last.value <= 31.0) {
        return Some(add(line, Quantity::new(at..end, Amount::Inert, figure.value)));
    }
    // `21/11`: more than the whole is no part of it.
    if let Some(month) = figure.of.filter(|month| *month <= 12.0 && figure.value > *month && figure.value <= 31.0)
        && let Some(date) = Moment::date(None, month as i8, figure.value as i8)
    {
        set_moment(line, at..end, date);
        return Some(end);
    }
    let mut figure = figure;
    if figure.suffix.is_empty()
        && let Some((word, scale)) = line.word(end).and_then(|word| SCALES.iter().find(|(name, _)| *name == word))
        && *word != "dozen"
    {
        figure.value *= *scale as f64;
        figure.half_step *= *scale as f64;
        figure.scaled = true;
        end += 1;
    }
    if let Some(period) = period(line, at, end, &figure) {
        return Some(period);
    }
    if line.word(end) == Some("percent") || (line.word(end) == Some("per") && line.word(end + 1) == Some("cent")) {
        end += if line.word(end) == Some("percent") { 1 } else { 2 };
        figure.percent = true;
    }
    // `(5x)` counts, `5x as many` compares.
    let compares = compares_after(line, end);
    let multiplies = line.word(end) == Some("times") && compares_after(line, end + 1);
    if multiplies
        || matches!(figure.suffix.as_str(), "st" | "nd" | "rd" | "th" | "fold")
        || figure.suffix == "x" && compares
    {
        return Some(add(line, Quantity::new(at..end, Amount::Inert, figure.value)));
    }
    if line.word(end) == Some("in") && figure.value == 1.0 && number(line, end + 1).is_some_and(|n| n.value > 1.0) {
        let whole = number(line, end + 1).map_or(1.0, |n| n.value);
        return Some(add_one_in(line, at..end + 2, 1.0, whole));
    }
    let after = line.tokens.get(end - 1).map_or(0, |token| token.end);
    if line.lower.get(after..).is_some_and(|rest| rest.trim_start().starts_with('%')) {
        figure.percent = true;
    }
    let (to, end) = upper_end(line, at, end, &figure);
    // `EUR 40,000`
    let before = at.checked_sub(1).and_then(|token| line.word(token));
    figure.money |= before.is_some_and(|word| CURRENCIES.contains(&word));
    let amount = match (figure.percent, figure.money) {
        (_, true) => Amount::Money,
        (true, _) => Amount::Share,
        _ => Amount::Count,
    };
    let mut quantity = Quantity::new(at..end, amount, figure.value);
    let rounded = figure.scaled || figure.percent || figure.decimals;
    quantity.bound(line, &figure, to, rounded);
    let end = add(line, quantity);
    if let Some(of) = figure.of {
        let whole = Quantity::new(at..end, Amount::Count, of);
        let index = line.quantities.len();
        line.quantities.push(whole);
        mark_part(line, index - 1, index);
        return Some(end);
    }
    link_whole(line);
    Some(end)
}

/// `5x as many`, `three times more`
pub(super) fn compares_after(line: &Line, at: usize) -> bool {
    const COMPARATIVES: &[&str] = &[
        "more", "less", "fewer", "as", "the", "faster", "slower", "higher", "lower", "larger", "smaller", "bigger",
        "worse",
    ];
    line.word(at).is_some_and(|word| COMPARATIVES.contains(&word))
}

/// Numbers that only number or name something.
fn numbering(line: &Line, at: usize, figure: &Figure) -> Option<Amount> {
    let before = at.checked_sub(1).and_then(|token| line.word(token));
    let after = line.word(at + 1);
    if is_in_chain(line, at) {
        return Some(Amount::Inert);
    }
    let opens = at == 0
        && figure.value <= LONGEST_LIST as f64
        && (line.is_mark(1, '.') || line.is_mark(1, ')'))
        && line.tokens.len() > 2;
    if figure.numbering || opens || closes_alone(line, at) || is_inside_identifier(line, at) {
        return Some(Amount::Inert);
    }
    if before.is_some_and(|word| PORTS.contains(&word)) || after.is_some_and(|word| matches!(word, "tcp" | "udp")) {
        return Some(Amount::Port);
    }
    // `within 15, shared within 30`: minutes of a plan.
    let ends = after.is_none() && !matches!(line.kind(at + 1), Some(Kind::Name { .. } | Kind::Number(_)));
    if before == Some("within") && ends && figure.suffix.is_empty() || numbers_a_step(line, at, figure) {
        return Some(Amount::Inert);
    }
    let list_of_ports = at >= 2
        && (line.is_mark(at - 1, ',') || before == Some("and") || before == Some("or"))
        && line.quantity_at(at - 2).is_some_and(|(_, quantity)| quantity.amount == Amount::Port);
    if list_of_ports {
        return Some(Amount::Port);
    }
    if figure.value == 24.0 && figure.of == Some(7.0) {
        return Some(Amount::Inert);
    }
    let numbered = (before.is_some_and(is_numbered) || follows_name(line, at) || continues_list(line, at))
        && figure.suffix.is_empty()
        && !figure.percent;
    // `top 10 findings`: how many are listed, not how many there are.
    let top = matches!(before, Some("top")) && !figure.percent;
    (numbered || top).then_some(Amount::Inert)
}

/// `(1) suspend the role, (2) restart the trail`: brackets that count up from one.
fn numbers_a_step(line: &Line, at: usize, figure: &Figure) -> bool {
    let enclosed = |token: usize| {
        token.checked_sub(1).is_some_and(|before| line.is_mark(before, '(')) && line.is_mark(token + 1, ')')
    };
    let opens = at == 1 || at > 1 && line.word(at - 2).is_none_or(|word| matches!(word, "and" | "or" | "then"));
    let follows_name =
        at > 1 && matches!(line.kind(at - 2), Some(Kind::Name { .. } | Kind::Foreign(_) | Kind::Unknown));
    if !enclosed(at) || !opens || follows_name || line.word(at + 2).is_none() {
        return false;
    }
    let from = at.saturating_sub(FURTHEST_STEP);
    let is_one_less = |token: usize| number(line, token).is_some_and(|other| other.value + 1.0 == figure.value);
    figure.value == 1.0
        && (at..at + FURTHEST_STEP).any(|token| enclosed(token) && number(line, token).is_some_and(|n| n.value == 2.0))
        || (from..at).any(|token| {
            enclosed(token)
                && is_one_less(token)
                && line.quantity_at(token).is_some_and(|(_, q)| q.amount == Amount::Inert)
        })
}

/// Currencies that stand before their amount.
const CURRENCIES: &[&str] = &["eur", "usd", "gbp", "chf"];

/// Tokens between the numbers of two steps.
const FURTHEST_STEP: usize = 40;

/// Tokens before a closing bracket that are looked through for what opened it.
const FURTHEST_BRACKET: usize = 40;

/// `1) rotate the key 2) close the port`: a bracket that nothing opened.
fn closes_alone(line: &Line, at: usize) -> bool {
    let mut before = (at.saturating_sub(FURTHEST_BRACKET)..at).rev();
    let bracket = before.find(|token| line.is_mark(*token, '(') || line.is_mark(*token, ')'));
    line.is_mark(at + 1, ')') && bracket.is_none_or(|token| line.is_mark(token, ')'))
}

/// `A.5.16`, `27001:2022`: a number joined to what stands before it.
fn is_inside_identifier(line: &Line, at: usize) -> bool {
    let Some(start) = line.tokens.get(at).map(|token| token.start) else { return false };
    let mut before = line.lower.get(..start).unwrap_or("").chars().rev();
    match (before.next(), before.next(), before.next()) {
        (Some('.' | ':'), Some(digit), _) if digit.is_ascii_digit() => true,
        (Some('.'), Some(letter), third) => {
            letter.is_ascii_alphabetic() && third.is_none_or(|c| !c.is_ascii_alphanumeric())
        }
        _ => false,
    }
}

/// `3-2-1`: one of three numbers or more that hyphens join.
fn is_in_chain(line: &Line, at: usize) -> bool {
    let part = |c: char| c.is_ascii_digit() || c == '-';
    let Some(token) = line.tokens.get(at) else { return false };
    let before = line.lower.get(..token.start).unwrap_or("");
    let start = before.len() - before.chars().rev().take(LONGEST_CHAIN).take_while(|c| part(*c)).count();
    let after = line.lower.get(start..).unwrap_or("");
    let chain: String = after.chars().take(LONGEST_CHAIN).take_while(|c| part(*c)).collect();
    chain.trim_matches('-').split('-').filter(|piece| !piece.is_empty()).count() > 2
}

/// `section`, `steps`: what follows is the number of one.
pub(super) fn is_numbered(word: &str) -> bool {
    NUMBERED.contains(&word) || NUMBERED.contains(&lexicon::stem(word))
}

/// Whether a noun of the evidence follows, so that something is counted.
fn is_followed_by_noun(line: &Line, at: usize) -> bool {
    (at + 1..at + 4)
        .map_while(|token| line.word(token).map(|_| token))
        .any(|token| line.phrase_at(token).is_some_and(|phrase| !phrase.concepts.is_empty()))
}

/// `NIST SP 800-61`, `Windows 11`, `RFC 2196`: the number belongs to the name before it.
fn follows_name(line: &Line, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let Some(word) = line.word(before).filter(|word| !is_light(word) && line.phrase_at(before).is_none()) else {
        return false;
    };
    if CURRENCIES.contains(&word) {
        return false;
    }
    let written = line.tokens.get(before).and_then(|token| line.original(token.range())).unwrap_or("");
    let upper = written.chars().filter(|c| c.is_ascii_uppercase()).count();
    let opens =
        before.checked_sub(1).is_none_or(|token| !matches!(line.kind(token), Some(Kind::Word | Kind::Number(_))));
    let is_name = upper > 1 || upper == 1 && !opens;
    is_name && moment::month(word).is_none() && !is_followed_by_noun(line, at)
}

/// `sections 3 and 4`, `steps 2, 3`.
fn continues_list(line: &Line, at: usize) -> bool {
    let Some(joint) = at.checked_sub(1) else { return false };
    let joined = matches!(line.word(joint), Some("and" | "or" | "to" | "through")) || line.is_mark(joint, ',');
    let before = joint.checked_sub(1).and_then(|token| line.quantity_at(token));
    joined
        && before.is_some_and(|(_, quantity)| {
            let word = quantity.tokens.start.checked_sub(1).and_then(|token| line.word(token));
            quantity.amount == Amount::Inert
                && word.is_some_and(|word| is_numbered(word) || matches!(word, "and" | "or" | "to"))
        })
        && !is_followed_by_noun(line, at)
}

/// `6 pm`, `2026` after "in", `18:02` is no number in the first place.
fn clock_or_year(line: &Line, at: usize, figure: &Figure) -> Option<(Moment, usize)> {
    let whole = figure.value.fract() == 0.0 && !figure.percent && figure.to.is_none() && figure.of.is_none();
    if !whole {
        return None;
    }
    if let Some(half @ ("am" | "pm")) = line.word(at + 1)
        && (1.0..=12.0).contains(&figure.value)
        && figure.suffix.is_empty()
    {
        let hour = (figure.value as i8) % 12 + if half == "pm" { 12 } else { 0 };
        return Some((Moment { hour: Some(hour), ..Moment::default() }, at + 2));
    }
    let text = line.text(at);
    let year = text.len() == 4 && (1990.0..2100.0).contains(&figure.value);
    let introduced = at.checked_sub(1).and_then(|token| line.word(token));
    let introduced =
        introduced.is_some_and(|word| matches!(word, "in" | "since" | "year" | "of" | "q1" | "q2" | "q3" | "q4"));
    (year && introduced && line.phrase_at(at + 1).is_none())
        .then(|| (Moment { year: Some(figure.value as i16), ..Moment::default() }, at + 1))
}

/// `11 h 59 min`, `3 days`, `90-day`.
pub(super) fn period(line: &mut Line, at: usize, end: usize, figure: &Figure) -> Option<usize> {
    let (to, end) = upper_period(line, end, figure);
    let figure = &Figure { to: to.or(figure.to), ..figure.clone() };
    let (unit, mut end) = match unit_seconds(&figure.suffix) {
        Some(unit) => (unit, end),
        None if figure.suffix.is_empty() => {
            // `10 working days`
            let adjective = matches!(line.word(end), Some("working" | "business" | "calendar" | "consecutive"));
            let end = end + usize::from(adjective);
            (line.word(end).and_then(unit_seconds)?, end + 1)
        }
        None => return None,
    };
    if figure.percent || figure.money {
        return None;
    }
    let mut value = figure.value * f64::from(unit);
    let mut smallest = unit;
    // Further, smaller units add up.
    loop {
        let next = if line.word(end) == Some("and") { end + 1 } else { end };
        let Some(further) = number(line, next) else { break };
        let (unit, after) = match unit_seconds(&further.suffix) {
            Some(unit) => (unit, next + 1),
            None => match line.word(next + 1).and_then(unit_seconds) {
                Some(unit) => (unit, next + 2),
                None => break,
            },
        };
        if unit >= smallest {
            break;
        }
        value += further.value * f64::from(unit);
        smallest = unit;
        end = after;
    }
    let mut quantity = Quantity::new(at..end, Amount::Time { unit: smallest }, value);
    let to = figure.to.map(|to| to * f64::from(unit));
    quantity.bound(line, &Figure { half_step: 0.0, ..figure.clone() }, to, false);
    let hs = figure.half_step.min(0.5) * f64::from(smallest);
    if figure.decimals {
        quantity.low -= hs;
        quantity.high += hs;
    }
    if figure.to.is_none() && !quantity.hedged {
        quantity.low = value;
        quantity.high = value;
    }
    Some(add(line, quantity))
}

/// `2 to 3 days`: the upper end, when a unit of time follows it.
fn upper_period(line: &Line, end: usize, figure: &Figure) -> (Option<f64>, usize) {
    let joined = matches!(line.word(end), Some("to" | "or" | "and" | "through")) || line.is_mark(end, '-');
    let small =
        || line.word(end + 1).and_then(|word| SMALL.iter().find(|(name, _)| *name == word)).map(|(_, n)| *n as f64);
    let upper = number(line, end + 1).map(|upper| upper.value).or_else(small);
    let has_unit = line.word(end + 2).and_then(unit_seconds).is_some();
    match upper.filter(|upper| joined && has_unit && figure.suffix.is_empty() && *upper > figure.value) {
        Some(upper) => (Some(upper), end + 2),
        None => (None, end),
    }
}

/// Seconds of a unit of time.
pub(super) fn unit_seconds(word: &str) -> Option<u32> {
    Some(match word {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "min" | "mins" | "minute" | "minutes" | "m" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "week" | "weeks" | "wk" => 604_800,
        "month" | "months" => 2_592_000,
        "year" | "years" => 31_536_000,
        _ => return None,
    })
}

/// The upper end of `3 to 5` and `between 3 and 5`.
fn upper_end(line: &Line, at: usize, end: usize, figure: &Figure) -> (Option<f64>, usize) {
    if figure.to.is_some() {
        return (figure.to, end);
    }
    let between = at.checked_sub(1).and_then(|token| line.word(token)) == Some("between");
    let joined = match line.word(end) {
        Some("and") => between,
        Some("to") => !line.is_mark(end + 1, '.'),
        None => line.is_mark(end, '-'),
        _ => false,
    };
    let upper = number(line, end + 1).filter(|upper| {
        joined && upper.value > figure.value && !upper.money && upper.of.is_none() && (upper.percent || !figure.percent)
    });
    // `rose from 3 to 5` states two numbers, `from 3 to 5` without a verb a range.
    match upper {
        Some(upper) if number_unit_free(line, end + 1) => (Some(upper.value), end + 2),
        _ => (None, end),
    }
}

/// Whether a number is not the start of a period of time.
fn number_unit_free(line: &Line, token: usize) -> bool {
    let suffix_free = number(line, token).is_some_and(|figure| figure.suffix.is_empty());
    suffix_free && line.word(token + 1).and_then(unit_seconds).is_none()
}
