//! A block of text as tokens: words, punctuation, numbers, names, times.

mod code;

use std::ops::Range;

use super::figure::{Figure, figure};
use super::identify::{self, Shape};
use super::known::{Directory, Names};
use super::lexicon;
use super::moment::{self, Moment};
use super::normalise::Shadow;
use super::runs::{ENDS_RUN, ceil_boundary, is_abbreviation, run_length, trim_run};
use super::words::grammar::{JOINTS, PLAIN};
use super::words::names::CODE_WORDS;
use super::words::quantity::{NONE, SMALL};

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Word,
    /// Punctuation; `.` only where a sentence ends.
    Mark(char),
    /// A number as written, with what is attached to it.
    Number(Figure),
    /// A name of the evidence.
    Name {
        names: Names,
        weak: bool,
    },
    /// An identifier that the evidence does not have.
    Foreign(Shape),
    /// A code span or quotation that names nothing of the evidence.
    Unknown,
    Moment(Moment),
    /// Consumed, and no claim.
    Inert,
}

/// A token and where it stands in its block.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) code: bool,
}

impl Token {
    pub(super) const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    pub(super) const fn is_mark(&self, mark: char) -> bool {
        matches!(self.kind, Kind::Mark(c) if c == mark)
    }
}

/// Cuts a block into tokens.
pub(super) fn tokens(shadow: &Shadow, directory: &Directory, identifiers_only: bool) -> Vec<Token> {
    let mut lexer = Lexer { shadow, directory, tokens: Vec::new(), identifiers_only };
    let mut at = 0;
    for code in &shadow.code {
        lexer.plain(at..code.start);
        lexer.code(code.clone());
        at = code.end;
    }
    lexer.plain(at..shadow.text.len());
    lexer.tokens
}

struct Lexer<'a> {
    shadow: &'a Shadow,
    directory: &'a Directory,
    tokens: Vec<Token>,
    /// In commands and data only what must be an identifier counts.
    identifiers_only: bool,
}

impl Lexer<'_> {
    fn push(&mut self, kind: Kind, range: Range<usize>, code: bool) {
        let wanted = !self.identifiers_only || is_identifier(&kind);
        if wanted && range.start < range.end {
            self.tokens.push(Token { kind, start: range.start, end: range.end, code });
        }
    }

    fn text(&self, range: Range<usize>) -> &str {
        self.shadow.text.get(range).unwrap_or("")
    }

    /// Running text.
    fn plain(&mut self, range: Range<usize>) {
        self.run_text(range, false);
    }

    fn run_text(&mut self, range: Range<usize>, code: bool) {
        let mut at = range.start;
        while at < range.end {
            let text = self.text(at..range.end);
            let Some(c) = text.chars().next() else { return };
            if c.is_whitespace() {
                at += c.len_utf8();
                continue;
            }
            if text.starts_with("{{") {
                let end = text.find("}}").map_or(text.len().min(40), |end| end + 2);
                let end = ceil_boundary(text, end);
                self.push(Kind::Foreign(Shape::Placeholder), at..at + end, code);
                at += end;
                continue;
            }
            let lower = self.shadow.lower.get(at..range.end).unwrap_or("");
            if c.is_alphanumeric()
                && let Some(found) = self.directory.phrase(lower)
                && !(found.weak && !code && has_meaning(lower.get(..found.length).unwrap_or("")))
            {
                let kind = Kind::Name { names: found.names, weak: found.weak && !code };
                self.push(kind, at..at + found.length, code);
                at += found.length;
                continue;
            }
            if is_mark(c) {
                self.push(Kind::Mark(c), at..at + c.len_utf8(), code);
                at += c.len_utf8();
                continue;
            }
            let length = run_length(text);
            self.run(at..at + length, code);
            at += length;
        }
    }

    /// A run without white space.
    fn run(&mut self, range: Range<usize>, code: bool) {
        let shadow = self.shadow;
        let whole = shadow.text.get(range.clone()).unwrap_or("");
        if is_picture(whole) {
            return;
        }
        let (trimmed, closing) = trim_run(whole);
        let end = range.start + trimmed.len();
        let body = range.start..end;
        if !trimmed.is_empty() {
            self.classify(body, code);
        }
        for (offset, c) in closing.char_indices() {
            // A full stop in the middle of an abbreviation does not end a sentence.
            let abbreviation = c == '.' && is_abbreviation(self.text(range.start..end));
            if matches!(c, '.' | ',' | ':' | '-' | '/') && !abbreviation {
                self.push(Kind::Mark(c), end + offset..end + offset + 1, code);
            }
        }
    }

    fn classify(&mut self, range: Range<usize>, code: bool) {
        let run = self.text(range.clone()).to_owned();
        let lower = run.to_lowercase();
        if let Some(name) = self.known(&run, &lower, code) {
            return self.push(name, range, code);
        }
        if let Some(moment) = moment::parse(&run) {
            return self.push(Kind::Moment(moment), range, code);
        }
        let joint = run.find('/').or_else(|| run.find('-').filter(|_| run.contains(':')));
        if let Some((start, end)) = joint.and_then(|joint| Some((run.get(..joint)?, run.get(joint + 1..)?)))
            && let (start_length, Some(start), Some(end)) = (start.len(), moment::parse(start), moment::parse(end))
        {
            let middle = range.start + start_length;
            self.push(Kind::Moment(start), range.start..middle, code);
            return self.push(Kind::Moment(end), middle + 1..range.end, code);
        }
        let shape = identify::shape(&run);
        if shape != Shape::Word && shape != Shape::Compound {
            return self.identifier(&run, shape, range, code);
        }
        if let Some(figure) = figure(&run) {
            return self.push(Kind::Number(figure), range, code);
        }
        if shape == Shape::Compound && !run.starts_with(|c: char| c.is_ascii_digit()) {
            let split = self.split_names(&range, code);
            if !code && (has_meaning(&lower) || identify::is_camel(&run)) {
                // `NOT_AVAILABLE` is a label; `RecordState` a word of the format.
                self.words(range, code);
            } else if !split && (identify::is_camel(&run) || run.contains('_')) {
                let known_word = CODE_WORDS.contains(&lower.as_str());
                self.push(if known_word { Kind::Inert } else { Kind::Foreign(shape) }, range, code);
            } else if !split {
                self.words(range, code);
            }
            return;
        }
        if !self.split_names(&range, code) {
            self.words(range, code);
        }
    }

    fn known(&self, run: &str, lower: &str, code: bool) -> Option<Kind> {
        let bare = lower.strip_suffix("'s").unwrap_or(lower);
        let plural =
            (!code && lower.len() > 4).then(|| lower.strip_suffix('s')).flatten().filter(|one| !is_common_word(one));
        let names = self
            .directory
            .exact(lower)
            .or_else(|| self.directory.exact(bare))
            .or_else(|| plural.and_then(|one| self.directory.exact(one)))?;
        let digits_only = run.bytes().all(|b| b.is_ascii_digit());
        if digits_only && run.len() != 12 {
            return None;
        }
        let weak = !code && self.directory.is_weak(bare, &names);
        if weak && (has_meaning(bare) || is_common_word(bare)) {
            return None;
        }
        Some(Kind::Name { names, weak })
    }

    fn identifier(&mut self, run: &str, shape: Shape, range: Range<usize>, code: bool) {
        let kind = match self.directory.resolve(run, shape) {
            // `ConsoleLogin` where there was none.
            None if shape == Shape::ApiName && has_meaning(&run.to_lowercase()) => Kind::Word,
            // A permission to act is not the call that was made.
            Some(names) => Kind::Name { names, weak: shape == Shape::Permission },
            None => Kind::Foreign(shape),
        };
        self.push(kind, range, code);
    }

    /// `DeleteTrail/StopLogging`, `role-a/role-b`: names with a mark between them.
    fn split_names(&mut self, range: &Range<usize>, code: bool) -> bool {
        let run = self.text(range.clone()).to_owned();
        for separator in ['/', ',', '='] {
            let pieces: Vec<&str> = run.split(separator).collect();
            if pieces.len() < 2 || pieces.len() > 8 {
                continue;
            }
            let known: Vec<Option<Kind>> = pieces.iter().map(|p| self.known(p, &p.to_lowercase(), code)).collect();
            if known.iter().any(Option::is_none) {
                continue;
            }
            let mut at = range.start;
            for (piece, kind) in pieces.iter().zip(known) {
                if let Some(kind) = kind {
                    self.push(kind, at..at + piece.len(), code);
                }
                at += piece.len() + separator.len_utf8();
            }
            return true;
        }
        false
    }

    /// Words of a run, at hyphens, slashes and apostrophes.
    fn words(&mut self, range: Range<usize>, code: bool) {
        let run = self.text(range.clone()).to_owned();
        if matches!(run.as_str(), "w/o" | "W/o" | "W/O") {
            return self.push(Kind::Word, range, code);
        }
        let mut start = None;
        for (offset, c) in run.char_indices().chain([(run.len(), ' ')]) {
            let inside = c.is_alphanumeric() || c == '&';
            match (start, inside) {
                (None, true) => start = Some(offset),
                (Some(from), false) => {
                    start = None;
                    self.word(range.start + from..range.start + offset, code);
                }
                _ => {}
            }
        }
    }

    fn word(&mut self, range: Range<usize>, code: bool) {
        let word = self.text(range.clone());
        let number = word.bytes().all(|b| b.is_ascii_digit()).then(|| figure(word)).flatten();
        match number {
            Some(figure) => self.push(Kind::Number(figure), range, code),
            // The `s` of a genitive.
            None if word == "s" => {}
            None => self.push(Kind::Word, range, code),
        }
    }
}

/// Words that state numbers are no names, whatever is called the same.
fn is_common_word(word: &str) -> bool {
    NONE.contains(&word)
        || SMALL.iter().any(|(name, _)| *name == word)
        || PLAIN.contains(&word)
        || JOINTS.contains(&word)
}

/// Whether words are known to the tables as they stand: then they say what is counted, whatever is called the same.
fn has_meaning(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    lexicon::longest(&words).is_some_and(|(_, length)| length == words.len())
}

const fn is_identifier(kind: &Kind) -> bool {
    match kind {
        Kind::Name { weak, .. } => !*weak,
        Kind::Foreign(shape) => shape.is_strict(),
        _ => false,
    }
}

/// `:rotating_light:`
fn is_picture(run: &str) -> bool {
    let run = run.trim_end_matches([',', '.']);
    let name = run.strip_prefix(':').and_then(|run| run.strip_suffix(':'));
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
}

fn is_mark(c: char) -> bool {
    ENDS_RUN.contains(&c) || matches!(c, ',' | '*' | '`' | '{' | '}' | '\\' | '^')
}
