//! Code spans: names, identifiers, commands, or text in a frame.

use std::ops::Range;

use super::super::figure::figure;
use super::super::identify::{self, Shape};
use super::super::moment;
use super::super::words::names::{BRANDS, CODE_WORDS, COMMANDS};
use super::{Kind, Lexer};

impl Lexer<'_> {
    /// A code span: a name, an identifier, or text in a frame.
    pub(super) fn code(&mut self, range: Range<usize>) {
        let content = self.text(range.clone()).trim().to_owned();
        if content.is_empty() {
            return;
        }
        let lower = content.to_lowercase();
        let start = range.start + self.text(range.clone()).find(|c: char| !c.is_whitespace()).unwrap_or(0);
        let range = start..start + content.len();
        if let Some(names) = self.directory.exact(&lower) {
            // Account ids have twelve digits; names of more, as sessions have, are longer than any count.
            let digits = content.bytes().all(|b| b.is_ascii_digit()) && content.len() < 12;
            if !digits {
                return self.push(Kind::Name { names, weak: false }, range, true);
            }
        }
        if lower.starts_with("arn:") && content.contains(char::is_whitespace) {
            let joined: String = content.split_whitespace().collect();
            return self.identifier(&joined, Shape::Arn, range, true);
        }
        let first = content.split_whitespace().next().unwrap_or("");
        if COMMANDS.contains(&first) && content.contains(' ') {
            return self.command(range);
        }
        if CODE_WORDS.contains(&lower.as_str()) || is_path_of_answer(&lower) {
            return self.code_word(range);
        }
        if !content.contains(char::is_whitespace) {
            return self.code_run(&content, range);
        }
        if self.directory.resembles(&lower) {
            return self.push(Kind::Unknown, range, true);
        }
        let before = self.tokens.len();
        self.run_text(range.clone(), true);
        let inside = || self.tokens.iter().skip(before);
        let words = inside().filter(|token| token.kind == Kind::Word).count();
        let telling = inside().any(|token| !matches!(token.kind, Kind::Word | Kind::Mark(_)));
        // A title that the evidence does not have, even if it speaks of something that it has.
        if !telling || words > 3 {
            self.tokens.truncate(before);
            self.push(Kind::Unknown, range, true);
        }
    }

    /// Words of ours and of the log format. Severities and outcomes keep their meaning, so they stay words.
    fn code_word(&mut self, range: Range<usize>) {
        let word = self.text(range.clone());
        let meaning = matches!(
            word.to_ascii_lowercase().as_str(),
            "critical"
                | "high"
                | "medium"
                | "low"
                | "informational"
                | "new"
                | "notified"
                | "suppressed"
                | "resolved"
                | "passed"
                | "failed"
                | "warning"
        );
        self.push(if meaning { Kind::Word } else { Kind::Inert }, range, false);
    }

    fn code_run(&mut self, content: &str, range: Range<usize>) {
        let shape = identify::shape(content);
        let plain = matches!(shape, Shape::Word | Shape::Compound);
        if let Some(moment) = moment::parse(content) {
            return self.push(Kind::Moment(moment), range, true);
        }
        if !plain {
            return self.identifier(content, shape, range, true);
        }
        if let Some(figure) = figure(content) {
            return self.push(Kind::Number(figure), range, true);
        }
        let inert = content.starts_with('-')
            || content.contains('=')
            || BRANDS.contains(&content.to_ascii_lowercase().as_str())
            || content.chars().all(|c| !c.is_alphanumeric());
        if inert {
            return self.push(Kind::Inert, range, true);
        }
        if !self.split_names(&range, true) {
            self.push(if shape == Shape::Compound { Kind::Foreign(shape) } else { Kind::Unknown }, range, true);
        }
    }

    /// Of a command only identifiers count.
    fn command(&mut self, range: Range<usize>) {
        let before = std::mem::replace(&mut self.identifiers_only, true);
        self.run_text(range, true);
        self.identifiers_only = before;
    }
}

/// `events.failed_operations.by_error`: a path into the answer.
fn is_path_of_answer(lower: &str) -> bool {
    let leads_below = |root: &&str| lower.strip_prefix(*root).is_some_and(|below| below.starts_with('.'));
    (["incidents", "detections"].contains(&lower)
        || ["events", "findings", "coverage", "scope", "incidents", "detections"].iter().any(leads_below))
        && lower.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'[' | b']'))
}
