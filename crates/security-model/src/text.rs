//! Text that an attacker may have written, and its neutralised form.
//!
//! [`Untrusted`] is what a record says; it has no `Display`, so it cannot be printed by accident. [`SafeText`] is what
//! may leave: visible, bounded, inert. The only way from one to the other is [`Untrusted::neutralise`].

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use unicode_general_category::{GeneralCategory, get_general_category};

use crate::secret::{self, MARKER, Reading};

/// Text as a record carries it. Whoever can make an API call, name a resource or import a finding may have written it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Untrusted<'a>(&'a str);

impl<'a> Untrusted<'a> {
    /// Marks `text` as coming from a record.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The text itself, for comparing, grouping and hashing. It must never be printed, stored in an answer or sent.
    #[must_use]
    pub const fn for_matching(self) -> &'a str {
        self.0
    }

    /// Whether the text is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The visible, bounded, inert form: the only one that may leave the process.
    #[must_use]
    pub fn neutralise(self, kind: TextKind) -> SafeText {
        SafeText(neutralise(self.0, kind.reading(), kind.max_bytes()).into_owned().into_boxed_str())
    }
}

impl fmt::Debug for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untrusted({})", neutralise(self.0, Reading::Prose, 64))
    }
}

/// What a piece of text is; decides how much of it may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Event names and sources, regions, account ids, error codes, IP addresses: at most 128 bytes.
    Identifier,
    /// Principals, sessions, products, categories: at most 160 bytes.
    Name,
    /// ARNs, resource ids, object keys, URLs, file names: at most 256 bytes.
    Reference,
    /// Titles and user agents: at most 256 bytes.
    Prose,
    /// Sentences of ours that quote records: at most 768 bytes.
    Sentence,
}

impl TextKind {
    /// Longest neutralised form, in bytes of UTF-8, cut marker included.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Identifier => 128,
            Self::Name => 160,
            Self::Reference | Self::Prose => 256,
            Self::Sentence => 768,
        }
    }

    const fn reading(self) -> Reading {
        match self {
            Self::Identifier | Self::Name | Self::Reference | Self::Sentence => Reading::Name,
            Self::Prose => Reading::Prose,
        }
    }
}

/// Neutralised text: no control, bidirectional, zero-width or otherwise invisible character, and bounded in length.
///
/// It is still somebody else's words. In JSON it stands in fields marked `x-untrusted`; in markdown it goes through
/// [`SafeText::code_span`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct SafeText(Box<str>);

impl SafeText {
    /// Neutralises text that did not come through [`Untrusted`], such as a path the user gave.
    #[must_use]
    pub fn from_raw(text: &str, kind: TextKind) -> Self {
        Untrusted::new(text).neutralise(kind)
    }

    /// The neutralised text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as a markdown code span whose fence is longer than any run of backticks inside it, so that it cannot
    /// close itself. Not for tables: those split cells at `|` before they look for code.
    #[must_use]
    pub fn code_span(&self) -> String {
        if self.0.is_empty() {
            return "`(empty)`".to_owned();
        }
        let text = &*self.0;
        let longest_run = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest_run + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        format!("{fence}{pad}{text}{pad}{fence}")
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A file that once held neutralised text may have been edited since: what is read back is neutralised again.
impl<'de> Deserialize<'de> for SafeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Self::from_raw(&text, TextKind::Reference))
    }
}

impl JsonSchema for SafeText {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-untrusted": true })
    }
}

/// Longest start of a text that is looked at: more than enough for what is shown of it.
const LONGEST_LOOKED_AT: usize = 1024;
/// What is not shown of the end of such a start: a secret may be cut there, and not be known for one.
const UNSURE: usize = 64;

/// Takes secrets out, escapes what cannot be seen and cuts what is too long.
///
/// Idempotent: an escape is made of visible ASCII, a text that fits is never cut again, and what escaping or cutting has
/// made look like a secret is taken out as well. A cut text ends in `…+N bytes, sha256:…`, of which the digest is of the
/// text without its secrets, so that two different long texts stay different and no guess at a secret can be checked.
fn neutralise(text: &str, reading: Reading, max_bytes: usize) -> Cow<'_, str> {
    // Each time something more is taken out; texts that would go on for ever do not exist but for our mistakes.
    const MOST_TIMES: usize = 4;
    let (start, beyond) = text.split_at_checked(text.floor_char_boundary(LONGEST_LOOKED_AT)).unwrap_or((text, ""));
    let mut shown = visible(secret::without_secrets(start, reading), beyond, max_bytes);
    for _ in 0..MOST_TIMES {
        if matches!(shown, Cow::Borrowed(_)) {
            break;
        }
        let again = visible(secret::without_secrets(&shown, reading), "", max_bytes).into_owned();
        if again == shown {
            break;
        }
        shown = Cow::Owned(again);
    }
    shown
}

/// `text`, which is the start of a text that goes on with `beyond`, in visible characters and cut to `max_bytes`.
fn visible<'a>(text: Cow<'a, str>, beyond: &str, max_bytes: usize) -> Cow<'a, str> {
    if beyond.is_empty() && text.len() <= max_bytes && text.chars().all(is_visible) {
        return text;
    }
    let mut out = String::with_capacity(text.len().min(max_bytes) + 16);
    // Where the text would be cut if it turns out too long, and how much of the original stands before that point.
    const MARKER_ROOM: usize = 48;
    let keep = max_bytes.saturating_sub(MARKER_ROOM);
    let sure = if beyond.is_empty() { text.len() } else { text.len().saturating_sub(UNSURE) };
    let mut cut = (0, 0);
    for (offset, c) in text.char_indices() {
        if out.len() <= keep && offset <= sure {
            cut = (out.len(), offset);
        }
        if out.len() > max_bytes {
            break;
        }
        if is_visible(c) {
            out.push(c);
        } else {
            out.extend(c.escape_unicode());
        }
    }
    if out.len() > max_bytes || !beyond.is_empty() {
        out.truncate(cut.0);
        let mut left_out = text.len() - cut.1 + beyond.len();
        if let Some(start) = broken_marker(&out) {
            left_out += out.len() - start;
            out.truncate(start);
        }
        let digest = Sha256::new().chain_update(text.as_bytes()).chain_update(beyond.as_bytes()).finalize();
        let short: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
        out.push_str(&format!("…+{left_out} bytes, sha256:{short}"));
    }
    Cow::Owned(out)
}

/// Where a marker begins that is cut off before its end.
fn broken_marker(text: &str) -> Option<usize> {
    let start = text.rfind('[')?;
    let rest = text.get(start..)?;
    (MARKER.starts_with(rest) || (rest.starts_with(MARKER) && !rest.contains(']'))).then_some(start)
}

/// Whether a reader can see `c` as itself: no control, format, private, unassigned or separator character other than
/// the plain space, and none that is drawn as nothing.
pub(crate) fn is_visible(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    let category = get_general_category(c);
    !matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
            | GeneralCategory::Surrogate
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::SpaceSeparator
            | GeneralCategory::EnclosingMark
    ) && !is_drawn_as_nothing(c)
}

/// Default-ignorable code points that are letters or marks by category, and the blank braille pattern.
/// Source: Unicode `DerivedCoreProperties.txt`, property `Default_Ignorable_Code_Point`, recalled, not re-read.
const fn is_drawn_as_nothing(c: char) -> bool {
    matches!(
        c,
        '\u{034F}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn safe(text: &str) -> String {
        Untrusted::new(text).neutralise(TextKind::Name).as_str().to_owned()
    }

    #[test]
    fn ordinary_text_is_unchanged() {
        for text in ["aws-cli/2.15 Python/3.11", "Zoë Müller", "数据库", "a|b `c` <d>", "DOMAIN\\user"] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn invisible_characters_become_visible_escapes() {
        assert_eq!(safe("a\nb"), "a\\u{a}b");
        assert_eq!(safe("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(safe("abc\u{202e}cba"), "abc\\u{202e}cba");
        assert_eq!(safe("ad\u{200b}min"), "ad\\u{200b}min");
        assert_eq!(safe("x\u{3164}y"), "x\\u{3164}y");
        assert_eq!(safe("tag\u{e0041}"), "tag\\u{e0041}");
    }

    #[test]
    fn long_text_is_cut_and_stays_distinguishable() {
        let (a, b) = ("x".repeat(400), "x".repeat(399) + "y");
        assert_ne!(safe(&a), safe(&b));
        assert!(safe(&a).contains("…+"), "{}", safe(&a));
        assert!(safe(&a).len() <= TextKind::Name.max_bytes());
    }

    #[test]
    fn long_text_without_its_secrets_stays_distinguishable_wherever_it_differs() {
        let base = format!("{} password=hunter2 {}", "x".repeat(20), "y ".repeat(800));
        let mut seen = std::collections::HashSet::from([safe(&base)]);
        for at in [0, 30, 200, 950, 1_000, 1_023, 1_024, 1_500] {
            let other: String = base.char_indices().map(|(n, c)| if n == at { 'z' } else { c }).collect();
            assert!(seen.insert(safe(&other)), "a change at {at} is lost");
        }
        assert!(seen.iter().all(|text| !text.contains("hunter2") && text.len() <= TextKind::Name.max_bytes()));
        // What a large secret leaves over of the part that is looked at is not followed by what was not looked at.
        let large = format!("a -----{} PRIVATE KEY-----{}", "BEGIN", "s3cret ".repeat(400));
        assert!(!safe(&large).contains("s3cret"), "{}", safe(&large));
        assert!(safe(&"x".repeat(2_000)).contains(&format!("…+{} bytes", 2_000 - 112)), "{}", safe(&"x".repeat(2_000)));
    }

    #[test]
    fn every_scalar_value_is_visible_after_neutralising() {
        for c in (0..=0x10_FFFF).filter_map(char::from_u32) {
            let mut buffer = [0; 4];
            let out = safe(c.encode_utf8(&mut buffer));
            assert!(out.chars().all(is_visible), "U+{:04X} left {out:?}", u32::from(c));
        }
    }

    #[test]
    fn a_code_span_cannot_be_closed_from_inside() {
        let span = |text: &str| SafeText::from_raw(text, TextKind::Name).code_span();
        assert_eq!(span("plain"), "`plain`");
        assert_eq!(span("a`b"), "``a`b``");
        assert_eq!(span("`**bold**`"), "`` `**bold**` ``");
        assert_eq!(span("a|b"), "`a|b`");
        assert_eq!(span(""), "`(empty)`");
    }

    #[test]
    fn debug_never_prints_raw_control_characters() {
        assert_eq!(format!("{:?}", Untrusted::new("a\u{7}b")), "Untrusted(a\\u{7}b)");
    }

    proptest! {
        #[test]
        fn neutralising_is_idempotent_bounded_and_visible(text in any::<String>()) {
            for kind in [
                TextKind::Identifier,
                TextKind::Name,
                TextKind::Reference,
                TextKind::Prose,
                TextKind::Sentence,
            ] {
                let once = Untrusted::new(&text).neutralise(kind);
                prop_assert!(once.as_str().len() <= kind.max_bytes());
                prop_assert!(once.as_str().chars().all(is_visible));
                prop_assert_eq!(&Untrusted::new(once.as_str()).neutralise(kind), &once);
            }
        }
    }
}
