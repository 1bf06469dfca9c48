//! Word limits: counting words, and recognising a limit in a caller's description.

use super::super::Finding;

/// Words around a limit that ask for nothing else.
const FILLER: &[&str] = &[
    "a", "an", "and", "answer", "be", "brief", "concise", "contain", "contains", "count", "document", "has", "have",
    "having", "insights", "is", "it", "its", "keep", "kept", "length", "limit", "limited", "long", "make", "must",
    "of", "overall", "please", "report", "shall", "short", "should", "stay", "stays", "sure", "text", "that", "the",
    "this", "to", "total", "whole", "word", "words", "write", "in",
];
/// What stands before a number that the count has to stay below.
const BELOW: &[&str] = &["under", "below", "less than", "fewer than", "shorter than"];
/// What stands before a number that the count may reach.
const UP_TO: &[&str] = &[
    "at most",
    "no more than",
    "not more than",
    "no longer than",
    "not longer than",
    "up to",
    "maximum of",
    "maximum",
    "max",
    "within",
    "limit to",
    "limited to",
    "not exceed",
    "not exceeding",
    "limit of",
];
/// What may stand after "N words" when nothing stands before it.
const OR_FEWER: &[&str] = &["or fewer", "or less", "at most", "max", "maximum", "limit"];

/// Words as `wc -w` counts them.
pub(in crate::requirement) fn count(markdown: &str) -> usize {
    markdown.split_whitespace().count()
}

/// Full marks within the limit, fewer the further beyond.
pub(in crate::requirement) fn check(markdown: &str, limit: usize) -> Finding {
    let words = count(markdown);
    if words == 0 {
        return Finding::of(0, 1, vec!["The report is empty.".to_owned()], "");
    }
    let wrong = (words > limit).then(|| format!("{words} words; at most {limit}. Leave out the least important."));
    Finding::of(limit.min(words), words, Vec::from_iter(wrong), &format!("{words} words; at most {limit}."))
}

/// The most words that a description allows, where that is all it asks for.
pub(in crate::requirement) fn recognise(description: &str) -> Option<usize> {
    let words: Vec<String> = description
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '.' | ';' | ':' | '!' | '(' | ')'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let numbers: Vec<(usize, usize)> = words.iter().enumerate().filter_map(|(at, w)| Some((at, number(w)?))).collect();
    let [(at, number)] = numbers.as_slice() else { return None };
    let unit = words.get(at + 1).is_some_and(|word| word == "words" || word == "word");
    if !unit || *number == 0 {
        return None;
    }
    let before = words.get(..*at)?;
    let after = words.get(at + 2..)?;
    let (rest_before, limit) = limit_before(before, *number);
    let (limit, rest_after) = match limit {
        Some(limit) => (limit, after),
        None => (*number, or_fewer(after)?),
    };
    let filler = |words: &[String]| words.iter().all(|word| FILLER.contains(&word.as_str()));
    (limit > 0 && filler(rest_before) && filler(rest_after)).then_some(limit)
}

fn limit_before(before: &[String], number: usize) -> (&[String], Option<usize>) {
    let strip = |phrase: &&str| {
        let length = phrase.split(' ').count();
        let start = before.len().checked_sub(length)?;
        let (rest, last) = before.split_at_checked(start)?;
        last.iter().map(String::as_str).eq(phrase.split(' ')).then_some(rest)
    };
    // Longest first: "not more than" is not "more than" denied twice.
    if let Some(rest) = UP_TO.iter().filter_map(strip).min_by_key(|rest| rest.len()) {
        return (rest, Some(number));
    }
    match BELOW.iter().find_map(strip) {
        Some(rest) => (rest, number.checked_sub(1)),
        None => (before, None),
    }
}

fn or_fewer(after: &[String]) -> Option<&[String]> {
    OR_FEWER.iter().find_map(|phrase| {
        let (first, rest) = after.split_at_checked(phrase.split(' ').count())?;
        first.iter().map(String::as_str).eq(phrase.split(' ')).then_some(rest)
    })
}

fn number(word: &str) -> Option<usize> {
    word.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_recognised() {
        for (description, limit) in [
            ("Keep it under 200 words.", Some(199)),
            ("Concise length under 300 words", Some(299)),
            ("The report must be at most 150 words long.", Some(150)),
            ("No more than 1,000 words, please", Some(1000)),
            ("Must not exceed 80 words.", Some(80)),
            ("250 words or fewer", Some(250)),
            ("A 250-word limit", Some(250)),
            ("Max 90 words", Some(90)),
            ("The report has under 2000 words.", Some(1999)),
            ("The report should have at most 500 words.", Some(500)),
            ("The text contains no more than 120 words.", Some(120)),
        ] {
            assert_eq!(recognise(description), limit, "{description}");
        }
    }

    #[test]
    fn what_asks_for_more_or_other_than_a_limit_is_left_to_a_reader() {
        for description in [
            "Executive summary under 50 words",
            "Each section at most 40 words",
            "Name every bucket, in under 200 words",
            "At least 200 words",
            "Between 100 and 200 words",
            "Not under 200 words",
            "200 words",
            "Under 0 words",
            "Under 1 words",
            "Under 5 pages",
            "",
        ] {
            assert_eq!(recognise(description), None, "{description}");
        }
    }

    #[test]
    fn words_are_counted_as_wc_does() {
        assert_eq!(count("# Title\n\n- **2**  CRITICAL\tfindings — `a b`\n"), 9);
        assert!(check("one two three", 2).score < 1.0);
        assert!((check("one two", 2).score - 1.0).abs() < f64::EPSILON);
        assert!(check(" \n", 2).score < 1.0);
    }
}
