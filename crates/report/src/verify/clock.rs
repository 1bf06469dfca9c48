//! The times of the evidence, and whether a stated one is among them.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::moment::{self, Moment};
use crate::FactSet;

/// Where a time of the evidence belongs.
pub(super) const WHOLE: u32 = u32::MAX;

/// Times by instant, minute, day and time of day.
#[derive(Debug, Default)]
pub(super) struct Clock {
    seconds: HashMap<i64, Vec<u32>>,
    minutes: HashMap<i64, Vec<u32>>,
    hours: HashMap<i64, Vec<u32>>,
    days: HashMap<i64, Vec<u32>>,
    months: HashMap<(i16, i8), Vec<u32>>,
    /// Within the day.
    clock_seconds: HashMap<i64, Vec<u32>>,
    clock_minutes: HashMap<i64, Vec<u32>>,
    clock_hours: HashMap<i64, Vec<u32>>,
    years: Vec<i16>,
    /// Times that belong to the whole, in seconds since 1970.
    pub(super) whole: Vec<i64>,
    pub(super) as_of: Option<i64>,
    pub(super) of_rows: HashMap<u32, Vec<i64>>,
}

impl Clock {
    pub(super) fn of(facts: &FactSet) -> Self {
        let mut clock = Self::default();
        for text in facts.times.iter().chain([&facts.as_of]) {
            if let Some(second) = clock.add(text, WHOLE) {
                clock.whole.push(second);
            }
        }
        clock.as_of = security_model::parse_timestamp(&facts.as_of).map(|time| time.as_second());
        for (index, row) in (0_u32..).zip(&facts.rows) {
            for text in &row.times {
                if let Some(second) = clock.add(text, index) {
                    clock.of_rows.entry(index).or_default().push(second);
                }
            }
        }
        clock.years.sort_unstable();
        clock.years.dedup();
        clock
    }

    /// Whether a day lies after everything that the report can be about.
    pub(super) fn is_to_come(&self, moment: Moment) -> bool {
        const DAY: i64 = 86_400;
        let day = moment.year.or(self.years.last().copied()).and_then(|year| moment.day_number(year));
        day.zip(self.as_of).is_some_and(|(day, as_of)| day > as_of.div_euclid(DAY))
    }

    fn add(&mut self, text: &str, owner: u32) -> Option<i64> {
        const DAY: i64 = 86_400;
        let time = security_model::parse_timestamp(text)?;
        let second = time.as_second();
        let date = time.to_zoned(TimeZone::UTC).date();
        self.years.push(date.year());
        self.seconds.entry(second).or_default().push(owner);
        // A minute or hour may be the one it lies in or the nearest one.
        for (index, unit) in [(&mut self.minutes, 60), (&mut self.hours, 3_600)] {
            let (floor, near) = (second.div_euclid(unit), (second + unit / 2).div_euclid(unit));
            index.entry(floor).or_default().push(owner);
            if near != floor {
                index.entry(near).or_default().push(owner);
            }
        }
        self.days.entry(moment::days(date)).or_default().push(owner);
        self.months.entry((date.year(), date.month())).or_default().push(owner);
        let of_day = second.rem_euclid(DAY);
        self.clock_seconds.entry(of_day).or_default().push(owner);
        for (index, unit) in [(&mut self.clock_minutes, 60), (&mut self.clock_hours, 3_600)] {
            let (floor, near) = (of_day / unit, (of_day + unit / 2).rem_euclid(DAY) / unit);
            index.entry(floor).or_default().push(owner);
            if near != floor {
                index.entry(near).or_default().push(owner);
            }
        }
        Some(second)
    }

    /// The rows (or the whole) that have this time, as far as it is stated.
    pub(super) fn owners(&self, moment: Moment) -> Vec<u32> {
        if moment.day.is_none() && moment.hour.is_none() {
            return self.owners_of_period(moment);
        }
        if moment.day.is_none() {
            return self.owners_of_clock(moment);
        }
        let years: Vec<i16> = moment.year.map_or_else(|| self.years.clone(), |year| vec![year]);
        let mut owners = Vec::new();
        for day in years.into_iter().filter_map(|year| moment.day_number(year)) {
            let Some(of_day) = moment.second_of_day() else {
                owners.extend(self.days.get(&day).into_iter().flatten());
                continue;
            };
            let second = day * 86_400 + of_day - i64::from(moment.ahead) * 60;
            let found = match (moment.minute, moment.second) {
                (_, Some(_)) => self.seconds.get(&second),
                (Some(_), None) => self.minutes.get(&second.div_euclid(60)),
                (None, None) => self.hours.get(&second.div_euclid(3_600)),
            };
            owners.extend(found.into_iter().flatten());
        }
        owners
    }

    fn owners_of_clock(&self, moment: Moment) -> Vec<u32> {
        let Some(of_day) = moment.second_of_day() else { return Vec::new() };
        let of_day = (of_day - i64::from(moment.ahead) * 60).rem_euclid(86_400);
        let found = match (moment.minute, moment.second) {
            (_, Some(_)) => self.clock_seconds.get(&of_day),
            (Some(_), None) => self.clock_minutes.get(&(of_day / 60)),
            (None, None) => self.clock_hours.get(&(of_day / 3_600)),
        };
        found.cloned().unwrap_or_default()
    }

    fn owners_of_period(&self, moment: Moment) -> Vec<u32> {
        let Some(year) = moment.year else { return Vec::new() };
        match moment.month {
            Some(month) => self.months.get(&(year, month)).cloned().unwrap_or_default(),
            None if self.years.contains(&year) => vec![WHOLE],
            None => Vec::new(),
        }
    }

    /// Rows with a time within `margin` seconds of a time of day, for "around 03:00".
    pub(super) fn owners_near(&self, moment: Moment, margin: i64) -> Vec<u32> {
        let Some(of_day) = moment.second_of_day() else { return self.owners(moment) };
        let mut owners = Vec::new();
        for minute in (-margin / 60)..=(margin / 60) {
            let shifted = (of_day + minute * 60).rem_euclid(86_400);
            let near = Moment {
                hour: i8::try_from(shifted / 3_600).ok(),
                minute: i8::try_from(shifted / 60 % 60).ok(),
                second: None,
                ..moment
            };
            owners.extend(self.owners(near));
        }
        owners
    }
}
