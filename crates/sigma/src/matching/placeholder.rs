//! Placeholders: `%name%` in values under `expand`.

use std::collections::BTreeMap;

use crate::limits::{EXPANDED_BYTES, PATTERN_BYTES, PATTERNS};

/// Why a value cannot be expanded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unexpanded {
    /// No value was given for this placeholder.
    Unknown(String),
    /// The values multiply past the bounds, or grow past them.
    TooMany,
}

/// Every text that `value` stands for. `\%` is a plain percent character, and so is one that opens no placeholder.
///
/// Source: page `sigma-rules-specification`, "Placeholders".
pub(crate) fn expanded(value: &str, known: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>, Unexpanded> {
    let mut texts = vec![String::new()];
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('%') {
        // Of an even number each escapes the next, and none the percent character.
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        let escaped = before.strip_suffix('\\').filter(|_| backslashes % 2 == 1);
        let name = if escaped.is_some() { None } else { after.split_once('%').filter(|(name, _)| is_name(name)) };
        append(&mut texts, escaped.unwrap_or(before));
        match name {
            Some((name, after)) => {
                let values = known.get(name).filter(|values| !values.is_empty());
                let values = values.ok_or_else(|| Unexpanded::Unknown(name.to_owned()))?;
                texts = product(&texts, values)?;
                rest = after;
            }
            None => {
                append(&mut texts, "%");
                rest = after;
            }
        }
    }
    append(&mut texts, rest);
    Ok(texts)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn append(texts: &mut [String], tail: &str) {
    texts.iter_mut().for_each(|text| text.push_str(tail));
}

fn product(texts: &[String], values: &[String]) -> Result<Vec<String>, Unexpanded> {
    if texts.len().saturating_mul(values.len()) > PATTERNS {
        return Err(Unexpanded::TooMany);
    }
    let mut joined = Vec::with_capacity(texts.len() * values.len());
    let mut left = EXPANDED_BYTES;
    for text in texts {
        for value in values {
            let bytes = text.len() + value.len();
            left = left.checked_sub(bytes).filter(|_| bytes <= PATTERN_BYTES).ok_or(Unexpanded::TooMany)?;
            joined.push(format!("{text}{value}"));
        }
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expect: Result<&[&str], Unexpanded>) {
        let known = BTreeMap::from([
            ("admins".to_owned(), vec!["alice".to_owned(), "bob*".to_owned()]),
            ("x".to_owned(), vec!["1".to_owned(), "2".to_owned()]),
            ("none".to_owned(), Vec::new()),
        ]);
        let expect = expect.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(expanded(value, &known), expect, "{value}");
    }

    #[test]
    fn placeholders_become_their_values() {
        check("%admins%", Ok(&["alice", "bob*"]));
        check("a-%admins%-%x%", Ok(&["a-alice-1", "a-alice-2", "a-bob*-1", "a-bob*-2"]));
        check(r"\%plain%x%", Ok(&["%plain1", "%plain2"]));
        check(r"corp\\%x%", Ok(&[r"corp\\1", r"corp\\2"]));
        check("100%", Ok(&["100%"]));
        check("50% of 100%", Ok(&["50% of 100%"]));
        check("%nobody%", Err(Unexpanded::Unknown("nobody".to_owned())));
        check("%none%", Err(Unexpanded::Unknown("none".to_owned())));
    }

    #[test]
    fn products_are_bounded() {
        check(&"%x%".repeat(40), Err(Unexpanded::TooMany));
    }
}
