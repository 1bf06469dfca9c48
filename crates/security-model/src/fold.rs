//! A text as a reader would take it, however it is spelled, with the places that each part came from.
//!
//! Full-width and mathematical letters are plain ones, dashes are hyphens, white space is a space; percent-encoding,
//! numeric entities, markdown escapes, emphasis, defanged dots (`[.]`) and what cannot be seen are undone. These are the
//! parts of NFKC that identifiers and secrets can be spelled with.

use std::ops::Range;

/// A folded text. Ranges of it lead back to the text that it was made of.
#[derive(Debug, Default)]
pub struct Folded {
    /// The text as it is read.
    pub text: String,
    /// For every byte of `text`, what it stands for.
    from: Vec<(usize, usize)>,
}

/// Whether capitals stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// They do.
    Kept,
    /// They become small letters.
    Lower,
}

impl Folded {
    /// Folds a text.
    #[must_use]
    pub fn of(text: &str, case: Case) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), from: Vec::with_capacity(text.len()) };
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let (c, length) = meant(rest);
            if let Some(c) = c {
                folded.push(c, case, at, at + length);
            }
            at += length;
        }
        folded
    }

    fn push(&mut self, c: char, case: Case, start: usize, end: usize) {
        let Some(c) = plain(c) else { return };
        let before = self.text.len();
        match case {
            Case::Kept => self.text.push(c),
            Case::Lower => self.text.extend(c.to_lowercase()),
        }
        self.from.extend((before..self.text.len()).map(|_| (start, end)));
    }

    /// The part of the first text that a range of the folded one stands for.
    #[must_use]
    pub fn source(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let (start, _) = self.from.get(range.start)?;
        let (_, end) = self.from.get(range.end.checked_sub(1)?)?;
        Some(*start..*end)
    }

    /// Where the first text has what stands at `at`.
    #[must_use]
    pub fn start(&self, at: usize) -> Option<usize> {
        self.from.get(at).map(|(start, _)| *start)
    }
}

/// A text in lower case, folded.
#[must_use]
pub fn lower(text: &str) -> String {
    Folded::of(text, Case::Lower).text
}

/// The character that `rest` begins with, if it is one that is read, and how many bytes spell it.
fn meant(rest: &str) -> (Option<char>, usize) {
    // What was defanged, as readers write it.
    const DEFANGED: [(&str, char); 6] =
        [("[.]", '.'), ("(.)", '.'), ("{.}", '.'), ("[dot]", '.'), ("[:]", ':'), ("[at]", '@')];
    let Some(first) = rest.chars().next() else { return (None, 0) };
    let spelled = match first {
        '%' => percent(rest),
        '&' => entity(rest),
        '[' | '(' | '{' => {
            DEFANGED.iter().find(|(spelling, _)| rest.starts_with(spelling)).map(|(spelling, c)| (*c, spelling.len()))
        }
        _ => None,
    };
    if let Some((c, length)) = spelled {
        return (Some(c), length);
    }
    let escapes = first == '\\' && rest.chars().nth(1).is_some_and(|c| c.is_ascii_punctuation());
    ((first != '*' && !escapes).then_some(first), first.len_utf8())
}

/// `%41`, `%EF%BC%A1`, also encoded again (`%2541`).
fn percent(rest: &str) -> Option<(char, usize)> {
    let (first, mut length) = percent_byte(rest)?;
    let more = match first {
        0xC0..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF7 => 3,
        _ => 0,
    };
    let mut bytes = vec![first];
    for _ in 0..more {
        let Some((byte, next)) = rest.get(length..).and_then(percent_byte) else { break };
        bytes.push(byte);
        length += next;
    }
    let text = std::str::from_utf8(&bytes).ok()?;
    text.chars().next().map(|c| (c, length))
}

fn percent_byte(rest: &str) -> Option<(u8, usize)> {
    const MOST_TIMES: usize = 8;
    let mut digits = rest.strip_prefix('%')?;
    for _ in 0..MOST_TIMES {
        match digits.strip_prefix("25") {
            Some(inner) if hex_byte(inner).is_some() => digits = inner,
            _ => break,
        }
    }
    hex_byte(digits).map(|byte| (byte, rest.len() - digits.len() + 2))
}

fn hex_byte(digits: &str) -> Option<u8> {
    let digits = digits.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

/// `&#65;`, `&#x41;`.
fn entity(rest: &str) -> Option<(char, usize)> {
    const LONGEST: usize = 12;
    let end = rest.bytes().take(LONGEST).position(|b| b == b';')?;
    let number = rest.get(..end)?.strip_prefix("&#")?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).map(|c| (c, end + 1))
}

/// The plain form of a character; none of one that cannot be seen.
fn plain(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(if c.is_ascii_whitespace() && c != '\n' { ' ' } else { c });
    }
    let ascii = |first: char, offset: u32| char::from_u32(u32::from(first) + offset);
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => ascii('!', code - 0xFF01),
        0x2010..=0x2015 | 0x2043 | 0x2212 | 0xFE58 | 0xFE63 => Some('-'),
        0x2024 | 0x3002 | 0xFE52 | 0xFF61 => Some('.'),
        code @ 0x1D400..=0x1D6A3 => match (code - 0x1D400) % 52 {
            upper @ 0..=25 => ascii('A', upper),
            lower => ascii('a', lower - 26),
        },
        code @ 0x1D7CE..=0x1D7FF => ascii('0', (code - 0x1D7CE) % 10),
        code @ 0x24B6..=0x24CF => ascii('A', code - 0x24B6),
        code @ 0x24D0..=0x24E9 => ascii('a', code - 0x24D0),
        _ if c.is_whitespace() => Some(' '),
        _ => crate::text::is_visible(c).then_some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one() {
        for text in [
            "Role-A.b",
            "ＲＯＬＥ－Ａ．ｂ",
            "role\u{2010}a.b",
            "role%2Da%2eb",
            "role%252Da.b",
            "role%E2%80%90a.b",
            "role\\-a\\.b",
            "ro**le**-a.b",
            "&#82;ole&#x2d;a[.]b",
            "ro\u{200b}le-a.b",
            "𝐫𝐨𝐥𝐞-a.b",
        ] {
            assert_eq!(lower(text), "role-a.b", "{text}");
        }
        assert_eq!(lower("100% of 5%, &amp; %zz é"), "100% of 5%, &amp; %zz é");
    }

    #[test]
    fn ranges_lead_back() {
        let text = "é %2541\\_b";
        let folded = Folded::of(text, Case::Kept);
        assert_eq!(folded.text, "é A_b");
        let at = folded.text.find('A').unwrap();
        assert_eq!(folded.source(&(at..at + 1)).and_then(|range| text.get(range)), Some("%2541"));
        assert_eq!(folded.source(&(at..at + 2)).and_then(|range| text.get(range)), Some("%2541\\_"));
    }
}
