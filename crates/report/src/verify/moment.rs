//! Dates and times as reports write them.

use jiff::civil;

/// A date, a time of day or both, as far as the text says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: Option<i16>,
    pub(super) month: Option<i8>,
    pub(super) day: Option<i8>,
    pub(super) hour: Option<i8>,
    pub(super) minute: Option<i8>,
    pub(super) second: Option<i8>,
    /// Minutes that the text's clock is ahead of UTC.
    pub(super) ahead: i32,
}

impl Moment {
    /// A date with or without its year.
    pub(super) fn date(year: Option<i16>, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year.unwrap_or(2000), month, day).ok()?;
        Some(Self { year, month: Some(month), day: Some(day), ..Self::default() })
    }

    /// The date of one and the time of the other.
    pub(super) fn joined(self, other: Self) -> Option<Self> {
        let (date, time) = if self.day.is_some() { (self, other) } else { (other, self) };
        let fits = date.day.is_some() && date.hour.is_none() && time.hour.is_some() && time.day.is_none();
        fits.then_some(Self { year: date.year, month: date.month, day: date.day, ..time })
    }

    /// Days since 1970 of the date, where it has a year.
    pub(super) fn day_number(self, year: i16) -> Option<i64> {
        let date = civil::Date::new(self.year.unwrap_or(year), self.month?, self.day?).ok()?;
        Some(days(date))
    }

    /// Seconds since midnight on the text's clock.
    pub(super) fn second_of_day(self) -> Option<i64> {
        let hour = i64::from(self.hour?);
        Some(hour * 3_600 + i64::from(self.minute.unwrap_or(0)) * 60 + i64::from(self.second.unwrap_or(0)))
    }
}

/// Days since 1970.
pub(super) fn days(date: civil::Date) -> i64 {
    let origin = civil::Date::constant(1970, 1, 1);
    origin.until(date).map_or(0, |span| i64::from(span.get_days()))
}

/// A date, time or instant written without spaces: `2026-11-21`, `18:02`, `2026-11-20T18:02:11Z`.
pub(super) fn parse(run: &str) -> Option<Moment> {
    if let Some((date, time)) = run.split_once(['T', 't', '_'])
        && let (Some(date), Some(time)) = (parse_date(date), parse_time(time))
    {
        return date.joined(time);
    }
    parse_date(run).or_else(|| parse_time(run))
}

fn parse_date(run: &str) -> Option<Moment> {
    let parts: Vec<&str> = run.split(['-', '/', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str| -> Option<i16> {
        let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if digits { text.parse().ok() } else { None }
    };
    if first.len() == 4 {
        let month =
            number(second).and_then(|n| i8::try_from(n).ok()).or_else(|| month(&second.to_ascii_lowercase()))?;
        return Moment::date(number(first), month, i8::try_from(number(third)?).ok()?);
    }
    if third.len() == 4 && (1..=2).contains(&first.len()) {
        let year = number(third);
        if let Some(month) = month(&second.to_ascii_lowercase()) {
            return Moment::date(year, month, i8::try_from(number(first)?).ok()?);
        }
        let (a, b) = (i8::try_from(number(first)?).ok()?, i8::try_from(number(second)?).ok()?);
        // Day first unless that cannot be.
        return Moment::date(year, b, a).or_else(|| Moment::date(year, a, b));
    }
    None
}

/// `18:02`, `18:02:11`, `18:02:11.5Z`, `6:30pm`, `18:02+01:00`, `18h02`, `1802Z`.
fn parse_time(run: &str) -> Option<Moment> {
    let lower = run.to_ascii_lowercase();
    let (clock, ahead) = split_offset(&lower)?;
    let (clock, shift) = match (clock.strip_suffix("am"), clock.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (clock, None),
    };
    let mut parts = clock.split(':');
    let field = |text: &str, most: i8| -> Option<i8> {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i8>().ok().filter(|n| digits && *n <= most)
    };
    let hour = field(parts.next()?, 24)?;
    let minute = parts.next().map(|text| field(text, 59));
    let second = parts.next().map(|text| field(text.split('.').next().unwrap_or(text), 60));
    if parts.next().is_some() || minute == Some(None) || second == Some(None) || (minute.is_none() && shift.is_none()) {
        return None;
    }
    let hour = match shift {
        Some(_) if hour > 12 => return None,
        Some(shift) => hour % 12 + shift,
        None => hour,
    };
    Some(Moment {
        hour: Some(hour % 24),
        minute: minute.flatten(),
        second: second.flatten(),
        ahead,
        ..Moment::default()
    })
}

/// The clock, and how many minutes it is ahead of UTC.
fn split_offset(lower: &str) -> Option<(&str, i32)> {
    if let Some(clock) = lower.strip_suffix('z') {
        return Some((clock, 0));
    }
    for (sign, factor) in [('+', 1), ('-', -1)] {
        if let Some((clock, offset)) = lower.split_once(sign) {
            return Some((clock, factor * offset_minutes(offset)?));
        }
    }
    Some((lower, 0))
}

fn offset_minutes(offset: &str) -> Option<i32> {
    let (hours, minutes) = match offset.split_once(':') {
        Some(split) => split,
        None if offset.len() == 4 => offset.split_at_checked(2)?,
        None => (offset, "0"),
    };
    let (hours, minutes) = (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?);
    (hours <= 14 && minutes < 60).then_some(hours * 60 + minutes)
}

/// A month by its name or its first letters.
pub(super) fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.');
    let position = MONTHS.iter().position(|name| {
        *name == word || (word.len() == 3 && name.starts_with(word)) || (word == "sept" && *name == "september")
    })?;
    i8::try_from(position + 1).ok()
}

/// How many minutes a zone is ahead of UTC.
pub(super) fn zone(word: &str) -> Option<i32> {
    Some(match word {
        "utc" | "gmt" | "z" | "zulu" => 0,
        "cet" | "bst" => 60,
        "cest" | "eet" => 120,
        "est" | "cdt" => -300,
        "edt" => -240,
        "cst" | "mdt" => -360,
        "mst" | "pdt" => -420,
        "pst" => -480,
        "ist" => 330,
        "jst" => 540,
        "sgt" => 480,
        "aest" => 600,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_are_read() {
        let full = parse("2026-11-20T18:02:11Z").unwrap();
        assert_eq!((full.year, full.month, full.day), (Some(2026), Some(11), Some(20)));
        assert_eq!((full.hour, full.minute, full.second), (Some(18), Some(2), Some(11)));
        assert_eq!(parse("6:30pm").unwrap().hour, Some(18));
        assert_eq!(parse("12:05am").unwrap().hour, Some(0));
        assert_eq!(parse("18:02+01:00").unwrap().ahead, 60);
        assert_eq!(parse("21/11/2026").unwrap().day, Some(21));
        for other in ["2616", "3-5", "24/7", "1.14", "99", "25:00", "10.20.0.14"] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
