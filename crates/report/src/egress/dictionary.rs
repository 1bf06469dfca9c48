//! The longest known name at any place of a text, however the text spells it.

use std::borrow::Cow;
use std::collections::HashMap;

use security_model::fold::{self, Folded};

use super::{token, vocabulary};

/// Folded names in order, each with the longest shorter name that it starts with.
#[derive(Debug, Default)]
pub(super) struct Dictionary<'a> {
    entries: Vec<Entry>,
    /// Names as they are: of names that fold to the same, the one that is written counts.
    exact: HashMap<Cow<'a, str>, usize>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    token: usize,
    shorter: Option<usize>,
    /// In lower case it is a word of our own sentences.
    exact_only: bool,
}

/// Names of at least so many bytes are found anywhere; shorter ones only as whole words.
const ANYWHERE: usize = 8;

impl<'a> Dictionary<'a> {
    /// A dictionary of names and the tokens that stand for them. Of equal names the first counts.
    pub(super) fn new(names: Vec<(Cow<'a, str>, usize)>) -> Self {
        let mut folded: Vec<(String, usize)> = names
            .iter()
            .map(|(name, token)| (fold::lower(name), *token))
            .filter(|(name, _)| !name.is_empty())
            .collect();
        folded.sort_by(|a, b| a.0.cmp(&b.0));
        folded.dedup_by(|later, first| later.0 == first.0);
        let mut entries: Vec<Entry> = Vec::with_capacity(folded.len());
        for (name, token) in folded {
            let mut shorter = entries.len().checked_sub(1);
            while let Some(entry) = shorter.and_then(|index| entries.get(index)) {
                if name.starts_with(&*entry.name) {
                    break;
                }
                shorter = entry.shorter;
            }
            let exact_only = !token::is_telling(&name);
            entries.push(Entry { name, token, shorter, exact_only });
        }
        let mut exact = HashMap::with_capacity(names.len());
        for (name, token) in names {
            exact.entry(name).or_insert(token);
        }
        Self { entries, exact }
    }

    /// The longest name that `folded`, which was made of `text`, has at `at`: its token and its end.
    pub(super) fn longest_at(&self, text: &str, folded: &Folded, at: usize) -> Option<(usize, usize)> {
        let rest = folded.text.get(at..)?;
        let before = folded.text.get(..at)?.chars().next_back();
        let position = self.entries.partition_point(|entry| *entry.name <= *rest);
        let mut candidate = position.checked_sub(1);
        // What starts `rest` starts the names between it and `rest` as well.
        while let Some(entry) = candidate.and_then(|index| self.entries.get(index)) {
            if rest.starts_with(&*entry.name) && stands_alone(&entry.name, before, rest) {
                let end = at + entry.name.len();
                let written = folded.source(&(at..end)).and_then(|range| text.get(range)).unwrap_or_default();
                if let Some(token) = self.token(entry, written) {
                    return Some((token, end));
                }
            }
            candidate = entry.shorter;
        }
        None
    }

    /// The token of what is written, if it names something and is no word of ours.
    fn token(&self, entry: &Entry, written: &str) -> Option<usize> {
        let exact = self.exact.get(written).copied();
        exact.or_else(|| (!entry.exact_only && !vocabulary::is_plain_of_any_kind(written)).then_some(entry.token))
    }

    /// Whether some name, folded, starts with `start` and goes on.
    pub(super) fn has_longer(&self, start: &str) -> bool {
        let position = self.entries.partition_point(|entry| *entry.name <= *start);
        self.entries.get(position).is_some_and(|entry| entry.name.starts_with(start))
    }
}

fn stands_alone(name: &str, before: Option<char>, rest: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let after = rest.get(name.len()..).and_then(|rest| rest.chars().next());
    name.len() >= ANYWHERE
        || !(joins(before) && joins(name.chars().next()) || joins(after) && joins(name.chars().next_back()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_wins() {
        let names = ["abx", "abxc", "abxcd-long-name", "bbb", "Bbb"].into_iter().enumerate();
        let dictionary = Dictionary::new(names.map(|(token, name)| (name.into(), token)).collect());
        let longest = |text: &str, at| {
            let folded = Folded::of(text, fold::Case::Lower);
            dictionary.longest_at(text, &folded, at).map(|(token, _)| token)
        };
        assert_eq!(longest("abxcd-long-name2", 0), Some(2));
        assert_eq!(longest("abxc", 0), Some(1));
        assert_eq!(longest("abxcx", 0), None);
        assert_eq!(longest("ABX-x", 0), Some(0));
        assert_eq!(longest("x bbb", 2), Some(3));
        assert_eq!(longest("xbbb", 1), None);
        assert_eq!(longest("x Bbb", 2), Some(4));
        assert!(dictionary.has_longer("abxcd-l") && !dictionary.has_longer("abxcd-long-name"));
    }
}
