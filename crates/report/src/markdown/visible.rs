//! Which characters may stand in a report.

use std::borrow::Cow;

use security_model::{SafeText, TextKind};

/// Whether a reader sees `c` as itself: the notion of [`SafeText`], which leaves such characters as they are.
pub(crate) fn is_visible(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    SafeText::from_raw(text, TextKind::Identifier).as_str() == text
}

/// Text with every kind of white space as a plain space, and nothing that cannot be seen.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    kept(text, |c| c.is_whitespace().then_some(' '))
}

/// The same, with line ends kept.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    kept(text, |c| c.is_whitespace().then_some(if c == '\n' { '\n' } else { ' ' }))
}

fn kept(text: &str, space: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    let keep = |c| space(c).or_else(|| is_visible(c).then_some(c));
    if text.chars().all(|c| keep(c) == Some(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(keep).collect())
}
