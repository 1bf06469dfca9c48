//! Words, phrases and statements that something is not there.

/// Words that deny what follows them.
const NEGATORS: &[&str] =
    &["no", "none", "not", "nothing", "zero", "0", "never", "without", "nobody", "neither", "nor"];
/// Words that deny what stands before them.
const TRAILING_NEGATORS: &[&str] = &["none", "zero", "0", "nothing", "nil"];
/// How far before a topic its negator may stand, within one clause.
const REACH_BEFORE: usize = 8;
/// How far after a topic its negator may stand, within one clause.
const REACH_AFTER: usize = 3;

/// The words of a text in lower case; hyphens part words.
pub(in crate::requirement) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Whether a phrase, given in lower-case words, occurs.
pub(in crate::requirement) fn contains(words: &[String], phrase: &str) -> bool {
    positions(words, phrase).next().is_some()
}

/// Whether the text says that there is none of one of the topics: "no high-risk calls", "high-risk calls: none".
pub(in crate::requirement) fn denies(text: &str, topics: &[&str]) -> bool {
    text.split(['.', ',', ';', '!', '?']).any(|clause| {
        let words = words(clause);
        topics.iter().any(|topic| denies_topic(&words, topic))
    })
}

fn denies_topic(words: &[String], topic: &str) -> bool {
    let length = topic.split(' ').count();
    positions(words, topic).any(|at| {
        let before = words.get(at.saturating_sub(REACH_BEFORE)..at).unwrap_or_default();
        let mut after = words.iter().skip(at + length).take(REACH_AFTER);
        before.iter().any(|word| NEGATORS.contains(&word.as_str()))
            || after.any(|word| TRAILING_NEGATORS.contains(&word.as_str()))
    })
}

fn positions<'a>(words: &'a [String], phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
    let length = phrase.split(' ').count();
    words
        .windows(length.max(1))
        .enumerate()
        .filter(move |(_, window)| window.iter().map(String::as_str).eq(phrase.split(' ')))
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_stands_near_its_topic() {
        for (text, denied) in [
            ("No high-risk calls were made.", true),
            ("High-risk API calls: none.", true),
            ("None of the 340 events is a high-risk call.", true),
            ("Three high-risk calls were made.", false),
            ("No console login failed, and later in the night three of the calls were high-risk.", false),
        ] {
            assert_eq!(denies(text, &["risky", "high risk"]), denied, "{text}");
        }
    }

    #[test]
    fn a_phrase_is_whole_words() {
        assert!(contains(&words("The role appears to have been used."), "appears to"));
        assert!(!contains(&words("The role disappears totally."), "appears to"));
    }
}
