//! Finds phrases of the word tables in a run of words.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::{self, concept::Concepts};

/// Phrases by their first word.
type Phrases = HashMap<String, Vec<(Vec<String>, Concepts)>>;

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases = Phrases::new();
    for (concepts, texts) in words::tables() {
        for text in *texts {
            for spelling in spellings(text) {
                add(&mut phrases, &spelling, *concepts);
            }
        }
    }
    for rest in phrases.values_mut() {
        rest.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    phrases
});

fn add(phrases: &mut Phrases, text: &str, concepts: Concepts) {
    let mut words = text.split(' ').map(|word| stem(word).to_owned());
    let Some(first) = words.next() else { return };
    let rest: Vec<String> = words.collect();
    let known = phrases.entry(first).or_default();
    match known.iter_mut().find(|(words, _)| *words == rest) {
        Some((_, meaning)) => *meaning |= concepts,
        None => known.push((rest, concepts)),
    }
}

/// A phrase as it may be spelled: its verb (`~`) in every form, its last word as it looks once the `s` of an irregular
/// plural is gone.
fn spellings(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for text in inflected(text) {
        if let Some(short) = text.strip_suffix('y') {
            all.push(format!("{short}ie"));
        }
        if text.ends_with(['s', 'x']) || text.ends_with("ch") || text.ends_with("sh") {
            all.push(format!("{text}e"));
        }
        all.push(text);
    }
    all
}

/// `fail~` as `fail`, `failed`, `failing`; `violate~` as `violation` too.
fn inflected(text: &str) -> Vec<String> {
    let Some((verb, rest)) = text.split_once('~') else { return vec![text.to_owned()] };
    let forms = match (verb.strip_suffix('e'), verb.strip_suffix('y')) {
        (Some(short), _) => [verb.to_owned(), format!("{verb}d"), format!("{short}ing"), format!("{short}es")],
        (_, Some(short)) => [verb.to_owned(), format!("{short}ied"), format!("{verb}ing"), format!("{short}ie")],
        _ => [verb.to_owned(), format!("{verb}ed"), format!("{verb}ing"), format!("{verb}e")],
    };
    // `deduplicate~` as `deduplication`
    let noun = verb.strip_suffix("ate").map(|short| format!("{short}ation"));
    forms.into_iter().chain(noun).map(|form| format!("{form}{rest}")).collect()
}

/// A word without the `s` of its plural.
pub(super) fn stem(word: &str) -> &str {
    if matches!(word, "ins" | "ips" | "ids" | "apis") {
        return word.strip_suffix('s').unwrap_or(word);
    }
    let keep = word.len() <= 3 || word.ends_with("ss") || word.ends_with("us") || word.ends_with("is");
    if keep { word } else { word.strip_suffix('s').unwrap_or(word) }
}

/// The longest phrase at the front of `words`, with its length in words.
pub(super) fn longest(words: &[&str]) -> Option<(Concepts, usize)> {
    let (first, rest) = words.split_first()?;
    let candidates = PHRASES.get(stem(first))?;
    candidates.iter().find_map(|(tail, concepts)| {
        let fits = tail.len() <= rest.len() && tail.iter().zip(rest).all(|(known, word)| known == stem(word));
        fits.then_some((*concepts, tail.len() + 1))
    })
}

/// Everything that a text of ours, such as a metric's path or derivation, speaks of, phrase by phrase; words that no
/// table knows are given to `unknown`.
pub(super) fn meanings<'a>(text: &'a str, mut unknown: impl FnMut(&'a str)) -> Vec<Concepts> {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        match longest(rest) {
            Some((concepts, length)) => {
                found.push(concepts);
                rest = rest.get(length..).unwrap_or(&[]);
            }
            None => {
                unknown(first);
                rest = after;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::words::concept::*;

    #[test]
    fn plurals_and_longest_phrases_are_found() {
        assert_eq!(longest(&["identities"]), Some((PRINCIPAL, 1)));
        assert_eq!(longest(&["addresses"]), Some((ADDRESS, 1)));
        assert_eq!(longest(&["sign", "ins", "failed"]), Some((LOGIN, 2)));
        assert_eq!(longest(&["banana"]), None);
    }

    #[test]
    fn a_metric_is_read_like_text() {
        let mut unknown = vec![];
        let found = meanings("console_logins.without_mfa.quux", |word| unknown.push(word));
        assert_eq!(found, [LOGIN, NO_MFA]);
        assert_eq!(unknown, ["quux"]);
    }
}
