//! One block of a report: a heading, a paragraph, a list item or a table row.

use std::collections::HashSet;

use super::words::words;

/// Stands in prose where a code span was.
const SPAN: char = '\u{FFFC}';

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::requirement) enum Kind {
    /// A heading of a level.
    Heading(usize),
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    Item {
        /// Whether the list is numbered.
        ordered: bool,
    },
    /// A row of a table.
    Row {
        /// Whether it is the header.
        head: bool,
    },
}

#[derive(Clone, Debug)]
enum Piece {
    Prose(String),
    Code(String),
}

/// One block. Items that hold further items name what those name.
#[derive(Clone, Debug)]
pub(in crate::requirement) struct Block {
    /// What it is.
    pub(in crate::requirement) kind: Kind,
    /// The list or table it belongs to; blocks outside of both have one of their own.
    pub(in crate::requirement) group: usize,
    /// Whether it is quoted.
    pub(in crate::requirement) quoted: bool,
    /// How many lists it stands in.
    pub(in crate::requirement) depth: usize,
    pieces: Vec<Piece>,
    tokens: HashSet<String>,
}

impl Block {
    pub(super) fn new(kind: Kind, group: usize, quoted: bool, depth: usize) -> Self {
        Self { kind, group, quoted, depth, pieces: vec![], tokens: HashSet::new() }
    }

    pub(super) fn push_prose(&mut self, text: &str) {
        if let Some(Piece::Prose(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Prose(text.to_owned()));
        }
    }

    pub(super) fn push_code(&mut self, text: &str) {
        self.pieces.push(Piece::Code(text.to_owned()));
    }

    /// Finds the tokens once the text is whole.
    pub(super) fn close(&mut self) {
        let mut tokens = HashSet::new();
        for piece in &self.pieces {
            match piece {
                Piece::Code(text) => code_tokens(text, &mut tokens),
                Piece::Prose(text) => tokens.extend(text.split_whitespace().filter_map(prose_token)),
            }
        }
        self.tokens.extend(tokens);
    }

    /// Takes over what an item within this one names.
    pub(super) fn adopt(&mut self, inner: &Self) {
        self.tokens.extend(inner.tokens.iter().cloned());
    }

    /// What the block says outside of code spans, with one character in place of each span.
    pub(in crate::requirement) fn prose(&self) -> String {
        let mut prose = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Prose(text) => prose.push_str(text),
                Piece::Code(_) => prose.push(SPAN),
            }
        }
        prose
    }

    /// What the block says, code spans included.
    pub(in crate::requirement) fn text(&self) -> String {
        let mut all = String::new();
        for piece in &self.pieces {
            let (Piece::Prose(text) | Piece::Code(text)) = piece;
            all.push_str(text);
        }
        all
    }

    /// Its words, code spans included, in lower case.
    pub(in crate::requirement) fn words(&self) -> Vec<String> {
        words(&self.text())
    }

    /// Whether a name stands in it: as a code span, within one, or as a word of prose that cannot be ordinary English.
    pub(in crate::requirement) fn names(&self, form: &str) -> bool {
        self.tokens.contains(form)
    }

    /// Whether one of the forms of a name stands in it.
    pub(in crate::requirement) fn names_any(&self, forms: &[String]) -> bool {
        forms.iter().any(|form| self.names(form))
    }

    /// Everything in it that may be a name, in lower case.
    pub(in crate::requirement) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(String::as_str)
    }

    /// Whether a code span stands for the character.
    pub(in crate::requirement) const fn is_span(c: char) -> bool {
        c == SPAN
    }
}

/// A code span may hold a whole name, several, or a name with its service before it (`s3:PutBucketPolicy`).
fn code_tokens(text: &str, tokens: &mut HashSet<String>) {
    let text = text.trim().to_lowercase();
    for word in text.split_whitespace() {
        let word = word.trim_matches([',', ';', '(', ')', '"', '\'']);
        if let Some((_, last)) = word.rsplit_once([':', '/']).filter(|(_, last)| last.len() > 2) {
            tokens.insert(last.to_owned());
        }
        tokens.insert(word.to_owned());
    }
    tokens.insert(text);
}

/// A word that no dictionary has: it holds a digit, an inner capital or a character of identifiers.
fn prose_token(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let unusual = |c: char| c.is_ascii_digit() || "-_./:@".contains(c);
    let inner_capital = word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    (word.len() > 2 && (inner_capital || word.chars().any(unusual))).then(|| word.to_lowercase())
}
