//! Judges dates, times and periods.

use super::Judgement;
use super::clock::WHOLE;
use super::count::Finding;
use super::figures::unit_seconds;
use super::label::{Label, Level, Outside};
use super::line::Line;
use super::moment::Moment;
use super::quantity::{Amount, Quantity};
use super::report::Reading;
use super::token::Kind;
use super::words::advice;
use super::words::grammar::is_light;

/// Tokens before a time that are looked through for what it belongs to.
const FURTHEST: usize = 200;

/// Tokens before a period that are looked through for what is counted over it.
const FURTHEST_COUNT: usize = 40;

/// How far "around" reaches, in seconds.
const AROUND: i64 = 15 * 60;

/// Judges a date or time.
pub(super) fn judge_moment(
    reading: &Reading<'_>,
    line: &Line,
    token: usize,
    moment: Moment,
    outside: &Outside,
) -> Finding {
    let hedged = line.ends_before(
        token,
        &[
            "around",
            "about",
            "roughly",
            "approximately",
            "shortly after",
            "shortly before",
            "just after",
            "just before",
            "before",
            "after",
            "near",
            "by",
            "close to",
            "circa",
            "until",
            "towards",
            "past",
        ],
    );
    let near = hedged.is_some_and(|(word, _)| !matches!(word, "before" | "after" | "by" | "until"));
    let owners = if near { reading.clock.owners_near(moment, AROUND) } else { reading.clock.owners(moment) };
    if owners.is_empty() {
        // A bare time of day in advice, such as a maintenance window, or a day that is yet to come, is no claim.
        let planned = match moment.day {
            Some(_) => {
                let is_plan = line.is_plan(token)
                    && (line.is_instruction(token) || timed_rows(reading, line, token, outside).is_empty());
                (is_plan || is_planned(line, token, false) || is_due(line, token)) && reading.clock.is_to_come(moment)
            }
            None => line.is_plan(token) || is_planned(line, token, false),
        };
        return Finding { judgement: (!planned).then_some(Judgement::Unsupported), ..Finding::default() };
    }
    let rows = timed_rows(reading, line, token, outside);
    let agrees = rows.is_empty() || owners.iter().any(|owner| *owner == WHOLE || rows.contains(owner));
    let judgement = if agrees { Judgement::Supported } else { Judgement::Misattributed };
    Finding { judgement: Some(judgement), ..Finding::default() }
}

/// `bridge opens 07:30`, `at a cost of 40 hours`: a time in a clause that names nothing of the evidence and tells of nothing
/// past, or that tells what to do.
pub(super) fn is_planned(line: &Line, token: usize, is_period: bool) -> bool {
    let (_, sentence) = line.sentence_of(token);
    let ends = |token: &usize| matches!(line.kind(*token), Some(Kind::Mark(',' | ';' | ':' | '(' | ')' | '.')));
    let start = (sentence.start..token).rev().find(ends).map_or(sentence.start, |mark| mark + 1);
    let end = (token + 1..sentence.end).find(ends).unwrap_or(sentence.end);
    if line.word(start).is_some_and(|word| advice::IMPERATIVES.contains(&word)) && line.word(start + 1).is_some() {
        return true;
    }
    let is_order = |at: usize| {
        let opens = at == sentence.start || ends(&(at - 1));
        opens && line.word(at).is_some_and(|word| advice::IMPERATIVES.contains(&word)) && line.word(at + 1).is_some()
    };
    if is_period && sentence.clone().any(is_order) {
        return true;
    }
    // `two signatures, before 12:00`: what says nothing by itself belongs to the rest of the sentence.
    let says = |token: usize| line.word(token).is_some_and(|word| !is_light(word) && unit_seconds(word).is_none());
    let clause = if is_period || (start..end).any(says) { start..end } else { sentence };
    let past = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| line.word(before));
        let participle = matches!(before, Some("is" | "are" | "be" | "a" | "an" | "the"));
        // `The attack cost EUR 40,000`, but `at a cost of EUR 40,000`.
        let cost = line.word(at) == Some("cost") && !matches!(before, Some("a" | "the" | "its" | "their" | "no"));
        cost || line.word(at).is_some_and(|word| word.ends_with("ed") && !participle || PAST.contains(&word))
    };
    let named = |at: usize| matches!(line.kind(at), Some(Kind::Name { .. } | Kind::Foreign(_) | Kind::Unknown));
    let of_evidence = |at: usize| line.phrase_at(at).is_some_and(|phrase| !phrase.concepts.is_empty());
    (is_period || clause.clone().any(says)) && !clause.into_iter().any(|at| past(at) || named(at) || of_evidence(at))
}

/// `by 24 November`, `the next mail on 28 November`: what is to be done until a day to come.
fn is_due(line: &Line, token: usize) -> bool {
    let (_, sentence) = line.sentence_of(token);
    let until = line.ends_before(token, &["by", "until", "till", "before"]).is_some();
    let mut words = sentence.filter_map(|token| line.word(token));
    until && !words.clone().any(|word| PAST.contains(&word))
        || words.any(|word| matches!(word, "next" | "due" | "deadline" | "scheduled"))
}

/// Verbs that tell of something past.
const PAST: &[&str] = &[
    "was", "were", "had", "did", "came", "went", "saw", "ran", "began", "took", "made", "ago", "last", "lost", "stole",
    "paid", "spent", "sent", "got", "gave", "left", "kept", "held", "found", "brought",
];

/// Rows with times that the text around a time is about.
fn timed_rows(reading: &Reading<'_>, line: &Line, token: usize, outside: &Outside) -> Vec<u32> {
    let (_, sentence) = line.sentence_of(token);
    let mut names: Vec<u32> = Vec::new();
    for token in sentence {
        if let Some(Kind::Name { names: found, weak: false }) = line.kind(token) {
            names.extend(found);
        }
    }
    if names.is_empty() {
        let near = outside.names.iter().filter(|(_, level)| *level <= Level::Clause);
        names.extend(near.flat_map(|(names, _)| names));
    }
    if names.is_empty() {
        let before =
            line.tokens.iter().take(token).skip(token.saturating_sub(FURTHEST)).filter_map(|token| match &token.kind {
                Kind::Name { names, weak: false } => Some(names),
                _ => None,
            });
        names.extend(before.flatten());
    }
    let rows =
        names.iter().filter_map(|name| reading.directory.get(*name)).flat_map(|known| known.rows.iter().copied());
    let timed: Vec<u32> = rows.filter(|row| reading.clock.of_rows.contains_key(row)).collect();
    // The rows that hold most of the names are the ones that are meant.
    let held = |row: &u32| names.iter().filter(|name| reading.rows.holds(*row, &[**name])).count();
    let most = timed.iter().map(held).max().unwrap_or(0);
    timed.iter().copied().filter(|row| held(row) == most).collect()
}

/// Judges a period: the window, the age of what is named, a number of days that a metric or advice speaks of.
pub(super) fn judge_period(
    reading: &Reading<'_>,
    line: &Line,
    quantity: &Quantity,
    label: &Label,
    unit: u32,
) -> Finding {
    let supported = Finding::supported();
    let at = quantity.tokens.start;
    if is_known_period(reading, line, quantity, label, unit) {
        return supported;
    }
    let count = quantity.value / f64::from(unit);
    // Deadlines and intervals are advice; the days that findings were counted over are not.
    if line.is_plan(at) && !is_looking_back(line, at) {
        return Finding::default();
    }
    if is_deadline(line, at) || is_planned(line, at, true) && !is_looking_back(line, at) {
        return Finding::default();
    }
    // `one day`, `a second`, in passing.
    if quantity.in_words && count <= 1.0 {
        return Finding::default();
    }
    Finding { judgement: Some(Judgement::Unsupported), ..Finding::default() }
}

/// `due within 14 days`, `next update in 60 min`, `ETA 2 h`: set by the writer, unless things are counted over it.
fn is_deadline(line: &Line, at: usize) -> bool {
    let (_, sentence) = line.sentence_of(at);
    let before = at.saturating_sub(5).max(sentence.start)..at;
    let within = at.checked_sub(1).is_some_and(|token| line.word(token) == Some("within"));
    let plans = before
        .into_iter()
        .any(|token| matches!(line.word(token), Some("eta" | "next" | "due" | "deadline" | "sla" | "slas" | "every")));
    let counts = line.quantities_in(sentence.start.max(at.saturating_sub(FURTHEST_COUNT))..at).any(|quantity| {
        matches!(quantity.amount, Amount::Count | Amount::Share | Amount::None | Amount::Some)
            && quantity.tokens.start < at
    });
    (within && !counts || plans) && !is_looking_back(line, at)
}

/// `in the last 8 days`
fn is_looking_back(line: &Line, at: usize) -> bool {
    (at.saturating_sub(2)..at).any(|token| matches!(line.word(token), Some("last" | "past" | "previous" | "preceding")))
}

fn is_known_period(reading: &Reading<'_>, line: &Line, quantity: &Quantity, label: &Label, unit: u32) -> bool {
    let unit = i64::from(unit);
    let fits = |seconds: i64| {
        // A stated number of hours may have been cut or rounded.
        let (floor, near) = (seconds.div_euclid(unit) * unit, (seconds + unit / 2).div_euclid(unit) * unit);
        [floor, near, seconds].iter().any(|value| quantity.admits(*value as f64))
    };
    let clock = &reading.clock;
    let whole = clock
        .whole
        .iter()
        .enumerate()
        .any(|(n, a)| clock.whole.iter().skip(n + 1).take(16).any(|b| fits((b - a).abs())));
    if whole {
        return true;
    }
    // Days that metrics are counted over.
    let days = quantity.value / 86_400.0;
    let of_metric = reading.measures.metric_names.iter().any(|name| {
        let mut parts = name.split(['_', '.']);
        parts.any(|part| part.parse::<f64>().is_ok_and(|number| number == days)) && name.contains("days")
    });
    if of_metric {
        return true;
    }
    let names: Vec<u32> = label.names.iter().flat_map(|(names, _)| names.iter().copied()).collect();
    let rows =
        || names.iter().filter_map(|name| reading.directory.get(*name)).flat_map(|known| known.rows.iter().copied());
    let ages = rows()
        .filter_map(|row| clock.of_rows.get(&row))
        .flatten()
        .any(|time| clock.as_of.is_some_and(|as_of| fits(as_of - time)));
    if ages {
        return true;
    }
    // Two events that are named, and the time between them.
    let times: Vec<i64> = rows().filter_map(|row| clock.of_rows.get(&row)).flatten().copied().take(16).collect();
    if times.iter().enumerate().any(|(n, a)| times.iter().skip(n + 1).any(|b| fits((b - a).abs()))) {
        return true;
    }
    let text = line.tokens.get(quantity.tokens.start).and_then(|token| line.original(token.range())).unwrap_or("");
    rows().take(200).filter_map(|row| reading.facts.rows.get(row as usize)).any(|row| {
        row.reason.split(|c: char| !c.is_alphanumeric()).any(|word| word == text)
            && row.reason.contains(line.text(quantity.tokens.end.saturating_sub(1)))
    })
}
