//! Slots: what stands for a number (`{{f:12}}`) or a time (`{{t:3}}`) outside.

use std::collections::HashMap;
use std::ops::Range;

use security_model::{parse_timestamp, rfc3339};

use crate::FactSet;

/// A time and what happened then.
#[derive(Debug)]
pub(super) struct Time {
    /// RFC 3339.
    pub(super) instant: String,
    /// In words of ours and ids of rows.
    pub(super) what: String,
}

/// Times of a fact set, in the order of their slots.
#[derive(Debug, Default)]
pub(super) struct Times {
    pub(super) all: Vec<Time>,
    by_instant: HashMap<String, usize>,
}

impl Times {
    pub(super) fn of(facts: &FactSet) -> Self {
        let mut times = Self::default();
        times.add(&facts.as_of, "the instant that ages count back from");
        for time in &facts.times {
            times.add(time, "start or end of the window asked, or first or last record counted");
        }
        for row in &facts.rows {
            for time in &row.times {
                times.add(time, &format!("time of {}", row_id(row)));
            }
        }
        times
    }

    /// The slot's number of a time.
    pub(super) fn number(&self, time: &str) -> Option<usize> {
        let instant = parse_timestamp(time).map(rfc3339)?;
        self.by_instant.get(&instant).map(|index| index + 1)
    }

    /// The time of a slot, to the minute.
    pub(super) fn written(&self, number: usize) -> Option<String> {
        let time = self.all.get(number.checked_sub(1)?)?;
        parse_timestamp(&time.instant).map(|time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
    }

    /// What is no time gets no slot.
    fn add(&mut self, time: &str, what: &str) {
        let Some(instant) = parse_timestamp(time).map(rfc3339) else { return };
        if !self.by_instant.contains_key(&instant) {
            self.by_instant.insert(instant.clone(), self.all.len());
            self.all.push(Time { instant, what: what.to_owned() });
        }
    }
}

/// The id of a row if it has the form of one; else its place.
pub(super) fn row_id(row: &crate::FactRow) -> String {
    let is_ours =
        |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b));
    if row.id.len() <= 80 && is_ours(&row.id) { row.id.clone() } else { format!("row-{}", row.rank) }
}

/// What a slot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Fact(usize),
    Time(usize),
}

/// Every slot of a text, spaces inside the braces allowed.
pub(super) fn slots(text: &str) -> Vec<(Range<usize>, Slot)> {
    text.match_indices("{{").filter_map(|(at, _)| slot_at(text, at)).collect()
}

fn slot_at(text: &str, at: usize) -> Option<(Range<usize>, Slot)> {
    // Longer than any slot that means something.
    const LONGEST: usize = 40;
    let rest = text.get(at + 2..)?;
    let length = rest.bytes().take(LONGEST).position(|b| b == b'}')?;
    let (inside, after) = rest.split_at_checked(length)?;
    let (kind, number) = inside.split_once(':')?;
    let number: usize = number.trim().parse().ok()?;
    let slot = match kind.trim() {
        "f" => Slot::Fact(number),
        "t" => Slot::Time(number),
        _ => return None,
    };
    after.starts_with("}}").then_some((at..at + 2 + length + 2, slot))
}

/// `2,616`
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_found_in_every_spelling_that_is_meant() {
        let text = "a {{f:1}}, **{{ t:3 }}** {{ f : 12 }} {{x:1}} {{f:x}} {f:1} {{f:2} {{f:}} {{f:-1}}";
        let found: Vec<Slot> = slots(text).into_iter().map(|(_, slot)| slot).collect();
        assert_eq!(found, [Slot::Fact(1), Slot::Time(3), Slot::Fact(12)]);
        assert_eq!(slots("é{{f:1}}").first().map(|(range, _)| range.clone()), Some(2..9));
    }
}
