//! Numbers, times and names in prose.

use security_model::{SafeText, parse_timestamp};

/// `2,743`
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The length of a list, for prose.
pub(crate) fn length<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

/// `1 event`, `2,743 events`
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// `7.7%`: the share of `part` in `whole`, rounded half up to one decimal; a share that is neither nothing nor all is
/// never rounded to 0 or 100.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0%".to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    match (part * 1_000 + whole / 2) / whole {
        0 if part > 0 => "under 0.1%".to_owned(),
        1_000 if part < whole => "over 99.9%".to_owned(),
        tenths => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

/// `2026-11-21 02:13 UTC`, from RFC 3339. A time of ours always parses; anything else is left out rather than shown.
pub(crate) fn minute(time: &str) -> Option<String> {
    parse_timestamp(time).map(|time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// `45 min`, `11 h 56 min`, `3 days`: the time between two instants, in units a person thinks in.
pub(crate) fn duration(start: &str, end: &str) -> Option<String> {
    let seconds = parse_timestamp(end)?.as_second() - parse_timestamp(start)?.as_second();
    let minutes = u64::try_from(seconds).ok()? / 60;
    Some(match (minutes / 60, minutes % 60) {
        (0, 0) => "under a minute".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) if hours < 48 => format!("{hours} h"),
        (hours, minutes) if hours < 48 => format!("{hours} h {minutes} min"),
        (hours, _) => match hours % 24 {
            0 => format!("{} days", hours / 24),
            rest => format!("{} days {rest} h", number(hours / 24)),
        },
    })
}

/// `` `a` ``, `` `a` and `b` ``, `` `a`, `b` and 3 more ``
pub(crate) fn names<'a>(names: impl IntoIterator<Item = &'a SafeText>, shown: usize) -> String {
    let all: Vec<&SafeText> = names.into_iter().collect();
    let mut parts: Vec<String> = all.iter().take(shown).map(|name| name.code_span()).collect();
    if all.len() > parts.len() {
        parts.push(format!("{} more", number(length(&all) - length(&parts))));
    }
    series(parts)
}

/// `a`, `a and b`, `a, b and c`
pub(crate) fn series(mut parts: Vec<String>) -> String {
    let Some(last) = parts.pop() else { return String::new() };
    if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
}

/// `` `AccessDenied` 180, `NoSuchBucket` 20, … 3 more: see `events.failed_operations.by_error` ``
pub(crate) fn counts<'a>(rows: impl IntoIterator<Item = (&'a SafeText, u64)>, shown: usize, path: &str) -> String {
    let all: Vec<(&SafeText, u64)> = rows.into_iter().collect();
    let mut parts: Vec<String> =
        all.iter().take(shown).map(|(name, count)| format!("{} {}", name.code_span(), number(*count))).collect();
    if all.len() > shown {
        parts.push(format!("… {} more: see `{path}`", number(length(&all) - length(&parts))));
    }
    parts.join(", ")
}

/// A phrase of ours without its full stop, for use inside a sentence.
pub(crate) fn phrase(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

/// A phrase of ours as a sentence: first letter upper case, one full stop at the end.
pub(crate) fn sentence(text: &str) -> String {
    let phrase = phrase(text);
    let mut letters = phrase.chars();
    match letters.next() {
        // Only a plain lower-case word is lifted: `cloudtrail:StartLogging` or `iPod` keep their spelling.
        Some(first) if phrase.split(' ').next().is_some_and(|w| w.chars().all(|c| c.is_ascii_lowercase())) => {
            format!("{}{}.", first.to_ascii_uppercase(), letters.as_str())
        }
        Some(_) => format!("{phrase}."),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use security_model::TextKind;

    use super::*;

    #[test]
    fn numbers_carry_thousands_separators() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (2_743, "2,743"), (1_234_567, "1,234,567")];
        for (n, expected) in cases {
            assert_eq!(number(n), expected);
        }
        assert_eq!(counted(1, "event", "events"), "1 event");
        assert_eq!(counted(0, "event", "events"), "0 events");
    }

    #[test]
    fn shares_round_half_up_and_never_to_nothing_or_all() {
        assert_eq!(percent(212, 2_743), "7.7%");
        assert_eq!(percent(1, 8), "12.5%");
        assert_eq!(percent(1, 2_000), "0.1%");
        assert_eq!(percent(1, 10_000), "under 0.1%");
        assert_eq!(percent(9_999, 10_000), "over 99.9%");
        assert_eq!(percent(5, 5), "100.0%");
        assert_eq!(percent(0, 0), "0%");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.0%");
    }

    #[test]
    fn times_are_utc_to_the_minute() {
        assert_eq!(minute("2026-11-21T03:13:59.5+01:00").as_deref(), Some("2026-11-21 02:13 UTC"));
        assert_eq!(minute("soon"), None);
    }

    #[test]
    fn durations_are_human() {
        let between = |end| duration("2026-11-20T00:00:00Z", end).unwrap();
        assert_eq!(between("2026-11-20T00:00:59Z"), "under a minute");
        assert_eq!(between("2026-11-20T00:45:00Z"), "45 min");
        assert_eq!(between("2026-11-20T11:56:30Z"), "11 h 56 min");
        assert_eq!(between("2026-11-21T00:00:00Z"), "24 h");
        assert_eq!(between("2026-11-23T00:00:00Z"), "3 days");
        assert_eq!(between("2026-11-23T05:59:00Z"), "3 days 5 h");
        assert_eq!(duration("2026-11-21T00:00:00Z", "2026-11-20T00:00:00Z"), None);
    }

    #[test]
    fn lists_say_how_many_they_leave_out() {
        let list: Vec<SafeText> = ["a", "b", "c"].map(|n| SafeText::from_raw(n, TextKind::Name)).into();
        assert_eq!(names(&list, 1), "`a` and 2 more");
        assert_eq!(names(&list, 3), "`a`, `b` and `c`");
        assert_eq!(names(&list[..1], 3), "`a`");
        assert_eq!(names(&[], 3), "");
        let rows = || list.iter().zip([1_200, 2, 1]);
        assert_eq!(counts(rows(), 2, "events.by_region"), "`a` 1,200, `b` 2, … 1 more: see `events.by_region`");
        assert_eq!(counts(rows(), 3, "events.by_region"), "`a` 1,200, `b` 2, `c` 1");
    }

    #[test]
    fn phrases_become_sentences() {
        assert_eq!(sentence("gives lasting access"), "Gives lasting access.");
        assert_eq!(sentence("Stops the trail. "), "Stops the trail.");
        assert_eq!(sentence("cloudtrail:StartLogging is missing"), "cloudtrail:StartLogging is missing.");
        assert_eq!(sentence(" "), "");
    }
}
