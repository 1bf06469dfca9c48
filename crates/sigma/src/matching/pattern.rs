//! Patterns over text: what `*` and `?` leave of a value, in the cheapest form that does.

use memchr::memmem::Finder;

use super::{Piece, Where};

/// Units of a stretch with `?` that has to be looked for; looking costs their number times the text's length.
const MIXED_UNITS: usize = 512;

/// A pattern over a whole text.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    shape: Shape,
    cased: bool,
}

#[derive(Clone, Debug)]
enum Shape {
    Exact(Box<str>),
    Starts(Box<str>),
    Ends(Box<str>),
    Contains(Box<Finder<'static>>),
    /// Any text at all.
    Anything,
    Parts {
        parts: Box<[Part]>,
        open_start: bool,
        open_end: bool,
    },
}

/// A stretch between two `*`.
#[derive(Clone, Debug)]
enum Part {
    Plain(Box<str>),
    Mixed(Box<[Unit]>),
}

#[derive(Clone, Copy, Debug)]
enum Unit {
    Is(char),
    One,
    Dash,
}

/// Appends `text` in lower case, character by character, so that no character depends on its neighbours.
pub(crate) fn fold(text: &str, out: &mut String) {
    if text.is_ascii() {
        let from = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(from..) {
            added.make_ascii_lowercase();
        }
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}

impl Pattern {
    /// The pattern of some pieces; `None` when a stretch with `?` is too long to be looked for.
    pub(crate) fn new(pieces: &[Piece], place: Where, cased: bool) -> Option<Self> {
        let mut open_start = matches!(place, Where::End | Where::Anywhere);
        let mut open_end = matches!(place, Where::Start | Where::Anywhere);
        open_start |= pieces.first() == Some(&Piece::Any);
        open_end |= pieces.last() == Some(&Piece::Any);
        let stretches = pieces.split(|piece| *piece == Piece::Any).filter(|stretch| !stretch.is_empty());
        let parts: Vec<Part> = stretches.map(|stretch| Part::new(stretch, cased)).collect();
        if parts.iter().any(Part::too_long) {
            return None;
        }
        let shape = match parts.as_slice() {
            [] if open_start || open_end => Shape::Anything,
            [] => Shape::Exact("".into()),
            [Part::Plain(text)] => match (open_start, open_end) {
                (false, false) => Shape::Exact(text.clone()),
                (false, true) => Shape::Starts(text.clone()),
                (true, false) => Shape::Ends(text.clone()),
                (true, true) => Shape::Contains(Box::new(Finder::new(text.as_bytes()).into_owned())),
            },
            _ => Shape::Parts { parts: parts.into(), open_start, open_end },
        };
        Some(Self { shape, cased })
    }

    /// The text that a value must equal, in lower case, if there is only one.
    pub(crate) fn pin(&self) -> Option<String> {
        let Shape::Exact(text) = &self.shape else { return None };
        if !self.cased {
            return Some(text.to_string());
        }
        let mut pin = String::new();
        fold(text, &mut pin);
        Some(pin)
    }

    /// The longest text that every value that matches has somewhere inside, in lower case.
    pub(crate) fn needle(&self) -> Option<String> {
        let text = match &self.shape {
            Shape::Exact(text) | Shape::Starts(text) | Shape::Ends(text) => text,
            Shape::Contains(finder) => std::str::from_utf8(finder.needle()).ok()?,
            Shape::Anything => return None,
            Shape::Parts { parts, .. } => {
                let plain =
                    parts.iter().filter_map(|part| if let Part::Plain(text) = part { Some(text) } else { None });
                plain.max_by_key(|text| text.len())?
            }
        };
        let mut needle = String::new();
        if self.cased {
            fold(text, &mut needle);
        } else {
            needle.push_str(text);
        }
        Some(needle)
    }

    /// Is the case of this pattern ignored, and is it more than an equality? Then it needs the folded text.
    pub(crate) fn needs_folded(&self) -> bool {
        !self.cased && !matches!(self.shape, Shape::Exact(_) | Shape::Anything)
    }

    /// Does the pattern look for something anywhere inside a text?
    pub(crate) fn searches(&self) -> bool {
        matches!(
            self.shape,
            Shape::Contains(_) | Shape::Anything | Shape::Parts { open_start: true, open_end: true, .. }
        )
    }

    pub(crate) fn is_cased(&self) -> bool {
        self.cased
    }

    /// `folded` is `text` folded when [`Self::needs_folded`], and not looked at otherwise.
    pub(crate) fn matches(&self, text: &str, folded: &str) -> bool {
        let seen = if self.cased { text } else { folded };
        match &self.shape {
            Shape::Exact(exact) if self.cased => **exact == *text,
            Shape::Exact(exact) => equal_folded(exact, text),
            Shape::Starts(start) => seen.starts_with(&**start),
            Shape::Ends(end) => seen.ends_with(&**end),
            Shape::Contains(finder) => finder.find(seen.as_bytes()).is_some(),
            Shape::Anything => true,
            Shape::Parts { parts, open_start, open_end } => in_order(parts, *open_start, *open_end, seen),
        }
    }
}

/// Is `text` in lower case equal to `folded`?
fn equal_folded(folded: &str, text: &str) -> bool {
    if text.is_ascii() {
        text.eq_ignore_ascii_case(folded)
    } else {
        text.chars().flat_map(char::to_lowercase).eq(folded.chars())
    }
}

/// The parts one after the other: each at its first place, which is right because only the ends are fixed.
fn in_order(parts: &[Part], open_start: bool, open_end: bool, text: &str) -> bool {
    let (mut parts, mut rest) = (parts, text);
    if !open_start && let Some((first, others)) = parts.split_first() {
        let Some(after) = first.strip_start(rest) else { return false };
        (parts, rest) = (others, after);
        if parts.is_empty() && !open_end {
            return rest.is_empty();
        }
    }
    let last = if open_end {
        None
    } else {
        let Some((last, others)) = parts.split_last() else { return rest.is_empty() };
        parts = others;
        Some(last)
    };
    for part in parts {
        match part.find_after(rest) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    last.is_none_or(|last| last.ends(rest))
}

impl Part {
    fn new(stretch: &[Piece], cased: bool) -> Self {
        let mut units = Vec::with_capacity(stretch.len());
        for piece in stretch {
            match piece {
                Piece::Char(c) if cased => units.push(Unit::Is(*c)),
                Piece::Char(c) => units.extend(c.to_lowercase().map(Unit::Is)),
                Piece::Dash => units.push(Unit::Dash),
                Piece::One | Piece::Any => units.push(Unit::One),
            }
        }
        let text: Option<String> =
            units.iter().map(|unit| if let Unit::Is(c) = unit { Some(*c) } else { None }).collect();
        text.map_or_else(|| Self::Mixed(units.into()), |text| Self::Plain(text.into()))
    }

    fn too_long(&self) -> bool {
        matches!(self, Self::Mixed(units) if units.len() > MIXED_UNITS)
    }

    /// What follows this part at the start of `text`.
    fn strip_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Plain(plain) => text.strip_prefix(&**plain),
            Self::Mixed(units) => {
                let mut chars = text.chars();
                units.iter().all(|unit| chars.next().is_some_and(|c| unit.takes(c))).then_some(chars.as_str())
            }
        }
    }

    /// What follows the first place of this part.
    fn find_after<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Plain(plain) => text.split_once(&**plain).map(|(_, after)| after),
            Self::Mixed(_) => {
                let mut starts = text.char_indices().map(|(at, _)| at);
                starts.find_map(|at| text.get(at..).and_then(|rest| self.strip_start(rest)))
            }
        }
    }

    fn ends(&self, text: &str) -> bool {
        match self {
            Self::Plain(plain) => text.ends_with(&**plain),
            Self::Mixed(units) => {
                let mut chars = text.chars();
                units.iter().rev().all(|unit| chars.next_back().is_some_and(|c| unit.takes(c)))
            }
        }
    }
}

impl Unit {
    fn takes(self, c: char) -> bool {
        match self {
            Self::Is(own) => own == c,
            Self::One => true,
            Self::Dash => super::encode::DASHES.contains(&c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pieces;
    use super::*;

    fn matches(value: &str, place: Where, cased: bool, text: &str) -> bool {
        let mut folded = String::new();
        fold(text, &mut folded);
        Pattern::new(&pieces(value), place, cased).unwrap().matches(text, &folded)
    }

    fn check(value: &str, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(matches(value, Where::Whole, false, text), "{value} ~ {text}");
        }
        for text in no {
            assert!(!matches(value, Where::Whole, false, text), "{value} !~ {text}");
        }
    }

    #[test]
    fn wildcards_stand_for_what_they_should() {
        check("abc", &["abc", "ABC"], &["abcd", "", "xabc"]);
        check("a*c", &["ac", "abbc", "AxC"], &["acd", "xac", "a"]);
        check("a?c", &["abc", "aßc"], &["ac", "abbc"]);
        check("*abc*", &["abc", "xABCx"], &["ab"]);
        check("abc*", &["abc", "ABCd"], &["xabc"]);
        check("*abc", &["abc", "xAbc"], &["abcx"]);
        check("a*b*c", &["abc", "a1b2c", "abcbc"], &["acb", "ab"]);
        check("a*a", &["aa", "aba"], &["a"]);
        check("?*", &["x", "xy"], &[""]);
        check("*?b?*", &["abc", "xxabcx"], &["bc", "ab"]);
        check("*", &["", "x"], &[]);
        check("", &[""], &["x"]);
        check("*a?", &["xab"], &["xa", "abx"]);
        check("?a*b", &["xa1b"], &["a1b", "xa1"]);
    }

    #[test]
    fn modifiers_add_wildcards_at_their_ends() {
        assert!(matches("b", Where::Anywhere, false, "aBc"));
        assert!(matches("a", Where::Start, false, "Abc"));
        assert!(!matches("b", Where::Start, false, "abc"));
        assert!(matches("c", Where::End, false, "abC"));
        assert!(matches("a*c", Where::Start, false, "abcd"));
        assert!(!matches("a*c", Where::End, false, "abcd"));
    }

    #[test]
    fn case_is_ignored_beyond_ascii_and_kept_when_asked() {
        check("straße", &["STRAßE", "Straße"], &["strasse"]);
        check("éa", &["ÉA"], &["ea"]);
        check("k", &["\u{212a}"], &[]);
        assert!(matches("*É*", Where::Whole, false, "caféx"));
        assert!(matches("Ab", Where::Whole, true, "Ab"));
        assert!(!matches("Ab", Where::Whole, true, "ab"));
        assert!(!matches("Ab", Where::Anywhere, true, "xab"));
    }

    #[test]
    fn a_long_stretch_of_question_marks_is_refused() {
        assert!(Pattern::new(&pieces(&"?".repeat(600)), Where::Whole, false).is_none());
    }
}
