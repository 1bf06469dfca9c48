//! A shadow of the text with one spelling per thing, and the way back to the report's bytes.

use std::ops::Range;

use super::Span;

/// Normalised text with the place in the report of each of its bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Shadow {
    /// One spelling per thing: ASCII digits, plain dashes, quotes and spaces, nothing invisible.
    pub(super) text: String,
    /// The same in ASCII lower case, byte for byte as long.
    pub(super) lower: String,
    /// Stretches of `text` that are code spans.
    pub(super) code: Vec<Range<usize>>,
    from: Vec<u32>,
    to: Vec<u32>,
}

impl Shadow {
    /// Adds text that stands at `source` in the report: byte for byte when the lengths agree, else as one piece.
    pub(super) fn push(&mut self, text: &str, source: Range<usize>) {
        let verbatim = text.len() == source.len();
        for (offset, c) in text.char_indices() {
            let (from, to) = if verbatim {
                (source.start + offset, source.start + offset + c.len_utf8())
            } else {
                (source.start, source.end)
            };
            self.push_char(c, from, to);
        }
    }

    /// Adds a code span.
    pub(super) fn push_code(&mut self, text: &str, source: Range<usize>) {
        // Within its backticks the text usually stands verbatim; the padding differs by the fence.
        let pad = source.len().saturating_sub(text.len());
        let inner = source.start + pad / 2;
        let start = self.text.len();
        self.push(text, inner..inner + text.len());
        self.code.push(start..self.text.len());
    }

    /// Adds a gap between words.
    pub(super) fn push_space(&mut self, source: Range<usize>) {
        self.put(' ', source.start, source.end);
    }

    /// Where a stretch of the shadow stands in the report.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let start = self.from.get(range.start).or(self.to.last()).copied().unwrap_or(0);
        let last = range.end.checked_sub(1).and_then(|last| self.to.get(last)).copied().unwrap_or(start);
        Span { start: start as usize, end: (last as usize).max(start as usize) }
    }

    /// Completes the shadow once everything is in.
    pub(super) fn finish(&mut self) {
        self.lower = self.text.to_ascii_lowercase();
    }

    fn push_char(&mut self, c: char, from: usize, to: usize) {
        match c {
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'..='\u{2064}'
            | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {}
            '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => self.put('-', from, to),
            '\u{2014}' | '\u{2015}' => {
                for c in [' ', '-', ' '] {
                    self.put(c, from, to);
                }
            }
            // Kept apart from the plain space: between digits it marks thousands.
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => self.put('\u{a0}', from, to),
            '\u{3000}' | '\t' | '\n' | '\r' => self.put(' ', from, to),
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' => self.put('\'', from, to),
            '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => self.put('"', from, to),
            '\u{2248}' | '\u{223c}' => self.put('~', from, to),
            '½' => self.put_all("half", from, to),
            '⅓' => self.put_all("a third", from, to),
            '⅔' => self.put_all("two thirds", from, to),
            '¼' => self.put_all("a quarter", from, to),
            '¾' => self.put_all("three quarters", from, to),
            '\u{ff01}'..='\u{ff5e}' => {
                let ascii = u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c);
                self.put(ascii, from, to);
            }
            _ => self.put(digit(c).unwrap_or(c), from, to),
        }
    }

    fn put_all(&mut self, text: &str, from: usize, to: usize) {
        for c in text.chars() {
            self.put(c, from, to);
        }
    }

    fn put(&mut self, c: char, from: usize, to: usize) {
        let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.text.push(c);
        for _ in 0..c.len_utf8() {
            self.from.push(offset(from));
            self.to.push(offset(to));
        }
    }
}

/// The ASCII digit of a decimal digit of another script.
fn digit(c: char) -> Option<char> {
    /// Zeros of the scripts' decimal digits. Source: Unicode general category Nd, recalled, not re-read.
    const ZEROS: &[u32] = &[
        0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
        0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xA620, 0xA8D0, 0xA9D0, 0xAA50, 0xABF0,
    ];
    let code = u32::from(c);
    if code < 0x0660 {
        return None;
    }
    if (0x1D7CE..=0x1D7FF).contains(&code) {
        return char::from_digit((code - 0x1D7CE) % 10, 10);
    }
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shadow(text: &str) -> Shadow {
        let mut shadow = Shadow::default();
        shadow.push(text, 0..text.len());
        shadow.finish();
        shadow
    }

    #[test]
    fn digits_dashes_and_spaces_have_one_spelling() {
        assert_eq!(shadow("２，６１６ – ٤٢").text, "2,616 - 42");
        assert_eq!(shadow("a\u{ad}b\u{200b}c “d”").text, "abc \"d\"");
    }

    #[test]
    fn spans_lead_back_to_the_bytes_of_the_report() {
        let text = "é ２６ x";
        let shadow = shadow(text);
        let at = shadow.text.find("26").unwrap();
        let span = shadow.span(at..at + 2);
        assert_eq!(text.get(span.start..span.end), Some("２６"));
    }
}
