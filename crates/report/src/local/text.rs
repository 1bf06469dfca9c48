//! Numbers, times and names in prose.

use security_model::parse_timestamp;

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

/// What [`names`] says of the rest where no fact has its number.
pub(crate) const OTHERS: (&str, &str) = ("", "");

/// `` `a` and `b` ``, `` `a`, `b` and 3 more regions ``: the first of some names, and how many more of what there are. With
/// [`OTHERS`], `` `a`, `b` and others ``.
pub(crate) fn names(shown: Vec<String>, all: usize, (one, many): (&str, &str)) -> String {
    let left_out = u64::try_from(all.saturating_sub(shown.len())).unwrap_or(u64::MAX);
    let mut parts = shown;
    if left_out > 0 && !many.is_empty() {
        parts.push(counted(left_out, &format!("more {one}"), &format!("more {many}")));
    } else if left_out > 0 && !parts.is_empty() {
        parts.push("others".to_owned());
    }
    series(parts)
}

/// `a`, `a and b`, `a, b and c`
pub(crate) fn series(mut parts: Vec<String>) -> String {
    let Some(last) = parts.pop() else { return String::new() };
    if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
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
    fn lists_say_how_many_they_leave_out() {
        let shown = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let regions = ("region", "regions");
        assert_eq!(names(shown(&["`a`"]), 3, regions), "`a` and 2 more regions");
        assert_eq!(names(shown(&["`a`", "`b`", "`c`"]), 3, regions), "`a`, `b` and `c`");
        assert_eq!(names(shown(&["`a`"]), 1, regions), "`a`");
        assert_eq!(names(shown(&["`a`"]), 4, OTHERS), "`a` and others");
        assert_eq!(names(shown(&[]), 1, regions), "1 more region");
        assert_eq!(names(shown(&[]), 4, OTHERS), "");
        assert_eq!(names(shown(&[]), 0, regions), "");
    }

    #[test]
    fn phrases_become_sentences() {
        assert_eq!(sentence("gives lasting access"), "Gives lasting access.");
        assert_eq!(sentence("Stops the trail. "), "Stops the trail.");
        assert_eq!(sentence("cloudtrail:StartLogging is missing"), "cloudtrail:StartLogging is missing.");
        assert_eq!(sentence(" "), "");
    }
}
