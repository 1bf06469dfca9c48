//! What a service said about a failure, made fit to be shown.

use std::fmt;

/// Longest detail, in characters.
const MAX_CHARS: usize = 300;

/// A service's own words: at most 300 characters on one line, without control, formatting or bidirectional characters.
///
/// It is still the service's text, and may repeat what was sent to it: show it as a quotation or to a log, never as
/// instructions.
#[derive(Clone, PartialEq, Eq)]
pub struct Detail(String);

impl Detail {
    /// Keeps what may be shown of `text`; `None` when nothing is left. Every one of `secrets` is taken out.
    #[must_use]
    pub fn new(text: &str, secrets: &[&str]) -> Option<Self> {
        // More than can be kept even if most of it is dropped; the rest costs time only.
        let mut text: String = text.chars().take(MAX_CHARS * 8).collect();
        text = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(is_plain).collect();
        // After what is invisible has gone: it could stand in the middle of a secret.
        let shown =
            secrets.iter().filter(|secret| !secret.is_empty()).fold(text, |text, secret| text.replace(secret, "[key]"));
        let kept = bounded(&shown.split_whitespace().collect::<Vec<_>>().join(" "));
        (!kept.is_empty()).then_some(Self(kept))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn bounded(text: &str) -> String {
    if text.chars().count() <= MAX_CHARS {
        return text.to_owned();
    }
    text.chars().take(MAX_CHARS - 1).chain(['…']).collect()
}

/// Neither control nor invisible: what is left cannot reorder, hide or start a terminal command.
fn is_plain(c: &char) -> bool {
    !c.is_control()
        && !matches!(*c,
            '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
            | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        Detail::new(text, &["sk-secret"]).map(|detail| detail.as_str().to_owned())
    }

    #[test]
    fn only_plain_text_on_one_line_is_left() {
        assert_eq!(shown("two\r\nlines \u{1b}[31mred\u{202e}\u{200b}"), Some("two lines [31mred".into()));
        assert_eq!(shown(" \u{0} \n"), None);
    }

    #[test]
    fn it_is_bounded_in_characters() {
        let kept = shown(&"é".repeat(1_000_000)).unwrap();
        assert_eq!(kept.chars().count(), 300);
        assert!(kept.ends_with('…'));
    }

    #[test]
    fn a_key_that_is_sent_back_is_taken_out() {
        assert_eq!(shown("wrong key sk-secret given"), Some("wrong key [key] given".into()));
        assert_eq!(shown("wrong key sk-\u{200b}secret given"), Some("wrong key [key] given".into()));
    }
}
