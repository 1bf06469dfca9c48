//! Dates and times written in words, and dates joined with their times.

use std::ops::Range;

use super::line::Line;
use super::moment::{self, Moment};
use super::quantity::number;
use super::token::Kind;

/// `21 November 2026`, `November 21, 2026`, `21st of Nov`.
pub(super) fn date(line: &mut Line, at: usize) -> Option<usize> {
    let year_at = |token: usize| {
        let figure = number(line, token)?;
        let year = figure.value;
        (figure.suffix.is_empty() && (1970.0..2100.0).contains(&year) && year.fract() == 0.0).then_some(year as i16)
    };
    let day_at = |token: usize| {
        let figure = number(line, token)?;
        let day = figure.value;
        let ordinal = matches!(figure.suffix.as_str(), "" | "st" | "nd" | "rd" | "th");
        (ordinal && !figure.percent && (1.0..=31.0).contains(&day) && day.fract() == 0.0).then_some(day as i8)
    };
    let month_at = |token: usize| line.word(token).and_then(moment::month);
    let skip = |token: usize, word: &str| if line.word(token) == Some(word) { token + 1 } else { token };
    let (month, day, mut end, day_range) = if let Some(month) = month_at(at) {
        let after = skip(at + 1, "the");
        match day_at(after).filter(|_| year_at(after).is_none()) {
            Some(day) => {
                let to = number(line, after).and_then(|figure| figure.to).map(|to| to as i8);
                (month, Some(day), after + 1, to)
            }
            None => (month, None, at + 1, None),
        }
    } else {
        let day = day_at(at)?;
        let after = skip(at + 1, "of");
        let to = number(line, at).and_then(|figure| figure.to).map(|to| to as i8);
        (month_at(after)?, Some(day), after + 1, to)
    };
    let comma = usize::from(line.is_mark(end, ','));
    let year = year_at(end + comma);
    if year.is_some() {
        end += comma + 1;
    }
    let moment = match day {
        Some(day) => Moment::date(year, month, day)?,
        None => Moment { year: Some(year?), month: Some(month), ..Moment::default() },
    };
    set_moment(line, at..end, moment);
    if let (Some(to), Some(token)) =
        (day_range.and_then(|to| Moment::date(year, month, to)), line.tokens.get_mut(at + 1))
    {
        // `20-21 November`: the second day takes a token of its own.
        token.kind = Kind::Moment(to);
    }
    Some(end)
}

pub(super) fn set_moment(line: &mut Line, tokens: Range<usize>, moment: Moment) {
    let end = tokens.clone().last().and_then(|last| line.tokens.get(last)).map_or(0, |token| token.end);
    for (n, token) in line.tokens.iter_mut().skip(tokens.start).take(tokens.len()).enumerate() {
        if n == 0 {
            token.kind = Kind::Moment(moment);
            token.end = end.max(token.end);
        } else {
            token.kind = Kind::Inert;
        }
    }
}

/// `2026-11-20 18:02 UTC`, `06:30 on 21 November`: date, time and zone become one.
pub(super) fn join_moments(line: &mut Line) {
    for at in 0..line.tokens.len() {
        let Some(Kind::Moment(first)) = line.kind(at).cloned() else { continue };
        let mut joined = first;
        let mut last = at;
        let mut next = at + 1;
        let mut fillers = 0;
        while fillers < 3 {
            match line.kind(next) {
                // What is left of a date of several words.
                Some(Kind::Inert) => {
                    next += 1;
                    continue;
                }
                Some(Kind::Mark(',')) => {}
                Some(Kind::Word) if matches!(line.text(next), "at" | "on" | "the" | "of") => {}
                Some(Kind::Word) => {
                    // `18:02 UTC on 21 November`
                    let Some(ahead) = zone_of(line, next).filter(|_| joined.hour.is_some()) else { break };
                    joined.ahead = ahead;
                    last = next;
                    next += 1;
                    fillers = 0;
                    continue;
                }
                Some(Kind::Moment(second)) => {
                    let Some(both) = joined.joined(*second) else { break };
                    joined = both;
                    last = next;
                    next += 1;
                    fillers = 0;
                    continue;
                }
                _ => break,
            }
            next += 1;
            fillers += 1;
        }
        if last > at {
            set_moment(line, at..last + 1, joined);
        }
    }
}

fn zone_of(line: &Line, token: usize) -> Option<i32> {
    line.word(token).and_then(moment::zone)
}
