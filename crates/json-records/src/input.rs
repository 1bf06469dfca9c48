//! The text under the reader's eye: a window of it, and where on its line the reader stands.

use std::io::Read;

use crate::fault::DamageKind;
use crate::source::{CHUNK, Source};

/// A window on the text. What was read and is no longer needed is dropped at each refill.
#[derive(Debug)]
pub(crate) struct Input {
    window: Vec<u8>,
    at: usize,
    base: u64,
    line: u64,
    indent: Option<usize>,
}

impl Input {
    pub(crate) const fn new() -> Self {
        Self { window: Vec::new(), at: 0, base: 0, line: 0, indent: Some(0) }
    }

    /// What is left of the window.
    pub(crate) fn rest(&self) -> &[u8] {
        self.window.get(self.at..).unwrap_or_default()
    }

    /// Position in the whole text.
    pub(crate) const fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Line breaks passed so far, outside strings.
    pub(crate) const fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes of white space stand between the start of the line and here; `None` if anything else does.
    pub(crate) const fn indent(&self) -> Option<usize> {
        self.indent
    }

    /// Reads the next chunk; false at the end.
    pub(crate) fn refill<R: Read>(&mut self, source: &mut Source<R>) -> Result<bool, DamageKind> {
        self.base = self.offset();
        self.at = 0;
        self.window.resize(CHUNK, 0);
        self.window.shrink_to(CHUNK);
        let read = source.read(&mut self.window);
        self.window.truncate(*read.as_ref().unwrap_or(&0));
        read.map(|read| read > 0)
    }

    /// Passes `count` bytes outside strings.
    pub(crate) fn pass(&mut self, count: usize) {
        let span = self.rest().get(..count).unwrap_or_default();
        let breaks = span.iter().filter(|byte| **byte == b'\n').count() as u64;
        let blank_tail = span.len() - span.iter().rposition(|b| !is_space(*b)).map_or(0, |last| last + 1);
        let after_break = span.iter().rev().take(blank_tail).position(|byte| *byte == b'\n');
        let indent = match after_break {
            Some(blanks) => Some(blanks),
            None if blank_tail == span.len() => self.indent.map(|indent| indent + blank_tail),
            None => None,
        };
        self.line += breaks;
        self.indent = indent;
        self.at += count;
    }

    /// Passes `count` bytes inside a string.
    pub(crate) const fn pass_in_string(&mut self, count: usize) {
        self.at += count;
        self.indent = None;
    }

    /// Passes a byte of a byte order mark: what follows it still starts the line.
    pub(crate) const fn pass_mark(&mut self) {
        self.at += 1;
    }

    /// Goes back to `bytes`, the text just passed, which stands on a line of its own after `indent` bytes.
    pub(crate) fn rewind(&mut self, bytes: &[u8], indent: usize) {
        self.base = self.offset() - bytes.len() as u64;
        self.window = [bytes, self.rest()].concat();
        self.at = 0;
        self.indent = Some(indent);
    }
}

pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Position of the first quote or bracket, or the length.
pub(crate) fn find_structure(text: &[u8]) -> usize {
    text.iter().position(|b| matches!(b, b'"' | b'{' | b'}' | b'[' | b']')).unwrap_or(text.len())
}

/// Position of the first byte that matters inside a string (quote, backslash, line break), or the length.
pub(crate) fn find_string_stop(text: &[u8]) -> usize {
    const fn stops(byte: u8) -> bool {
        matches!(byte, b'"' | b'\\' | b'\n')
    }
    // A block is looked at as a whole, without an early exit, so that the compiler can use vector instructions.
    let (blocks, _) = text.as_chunks::<32>();
    let clean = blocks.iter().take_while(|block| !block.iter().fold(false, |any, b| any | stops(*b))).count();
    let skipped = clean * 32;
    let tail = text.get(skipped..).unwrap_or_default();
    skipped + tail.iter().position(|b| stops(*b)).unwrap_or(tail.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, count: usize) -> Input {
        let mut input = Input { window: text.into(), ..Input::new() };
        input.pass(count);
        input
    }

    #[test]
    fn indentation_is_known_only_before_the_first_word_of_a_line() {
        assert_eq!(at("  {", 2).indent(), Some(2));
        assert_eq!(at("a {", 2).indent(), None);
        assert_eq!(at("a\n   {", 5).indent(), Some(3));
        assert_eq!(at("a\r\n\n\t{", 5).indent(), Some(1));
        assert_eq!(at("a\r\n\n\t{", 5).line(), 2);
    }

    #[test]
    fn a_split_pass_is_the_same_as_a_whole_one() {
        let text = "1,\n  \n    ";
        for first in 0..=text.len() {
            let mut input = at(text, first);
            input.pass(text.len() - first);
            assert_eq!((input.indent(), input.line()), (Some(4), 2), "{first}");
        }
    }

    #[test]
    fn string_stops_are_found_in_blocks_and_tails() {
        for length in [0, 1, 31, 32, 33, 64, 100] {
            for stop in [b'"', b'\\', b'\n'] {
                let mut text = vec![b'x'; length];
                assert_eq!(find_string_stop(&text), length);
                text.push(stop);
                text.extend([b'"'; 40]);
                assert_eq!(find_string_stop(&text), length);
            }
        }
    }

    #[test]
    fn rewinding_gives_the_same_bytes_again() {
        let mut input = at("{\n{}\n", 5);
        input.rewind(b"{}\n", 0);
        assert_eq!((input.rest(), input.offset(), input.indent()), (b"{}\n".as_slice(), 2, Some(0)));
    }
}
