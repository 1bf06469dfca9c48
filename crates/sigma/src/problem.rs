//! What is wrong with a rule, where, and what to write instead.

use std::fmt;

use crate::limits::PROBLEMS;

/// Whether a [`Problem`] costs the rule its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The rule works, and probably not as its author thinks.
    Warning,
    /// The rule is not used.
    Error,
}

/// What sort of thing a [`Problem`] is, for counting and for deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The text is not YAML, or YAML that is not taken (anchors that grow without bound, keys given twice).
    Yaml,
    /// A part is missing or has the wrong type.
    Structure,
    /// A construct that exists in Sigma, in a previous version or in another tool, and is not supported here.
    Unsupported,
    /// A value that its modifier cannot take: a bad regular expression, network, number or placeholder.
    Value,
    /// The condition does not parse or names what is not there.
    Condition,
    /// The rule could never match.
    NeverMatches,
    /// Another rule has the same id or name.
    Duplicate,
    /// A bound of [`crate::limits`] was hit.
    TooLarge,
}

/// One thing that is wrong with a rule file.
///
/// `Display` gives one line: `file:line:column: error: what; fix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Does it cost the rule its place?
    pub severity: Severity,
    /// What sort of problem.
    pub kind: ProblemKind,
    /// The file, as it was named by the caller.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong. Names from the rule are quoted and shortened.
    pub what: String,
    /// What to write instead.
    pub fix: String,
}

impl Problem {
    /// Is the rule refused because of this?
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_error() { "error" } else { "warning" };
        write!(f, "{}:{}:{}: {word}: {}; {}", self.file, self.line, self.column, self.what, self.fix)
    }
}

/// A place in a file: line and column, both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Collects the problems of one file.
#[derive(Debug)]
pub(crate) struct Problems<'a> {
    file: &'a str,
    found: Vec<Problem>,
    errors: usize,
    /// Problems past the bound, and the errors among them.
    left_out: usize,
    errors_left_out: usize,
}

impl<'a> Problems<'a> {
    pub(crate) fn new(file: &'a str) -> Self {
        Self { file, found: Vec::new(), errors: 0, left_out: 0, errors_left_out: 0 }
    }

    pub(crate) fn error(&mut self, kind: ProblemKind, at: Place, what: impl Into<String>, fix: impl Into<String>) {
        self.push(Severity::Error, kind, at, what.into(), fix.into());
    }

    pub(crate) fn warning(&mut self, kind: ProblemKind, at: Place, what: impl Into<String>, fix: impl Into<String>) {
        self.push(Severity::Warning, kind, at, what.into(), fix.into());
    }

    fn push(&mut self, severity: Severity, kind: ProblemKind, at: Place, what: String, fix: String) {
        let error = usize::from(severity == Severity::Error);
        self.errors += error;
        if self.found.len() >= PROBLEMS {
            self.left_out += 1;
            self.errors_left_out += error;
            return;
        }
        let file = self.file.to_owned();
        self.found.push(Problem { severity, kind, file, line: at.line, column: at.column, what, fix });
    }

    /// How many errors so far: a reader compares before and after to learn whether its rule is still whole.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// In the order of the file, with a last one for those that are not listed.
    pub(crate) fn into_found(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| (problem.line, problem.column));
        if let Some(last) = self.found.last().filter(|_| self.left_out > 0) {
            let mut more = last.clone();
            more.severity = if self.errors_left_out > 0 { Severity::Error } else { Severity::Warning };
            more.kind = ProblemKind::TooLarge;
            more.what = format!("{} more problems are not listed", self.left_out);
            more.fix = "correct those above first".to_owned();
            self.found.push(more);
        }
        self.found
    }
}

/// Text from a rule, quoted, on one line and at most 60 characters, for a message.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut out = String::from("`");
    out.extend(text.chars().take(SHOWN).map(|c| if c.is_control() || turns(c) { ' ' } else { c }));
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out.push('`');
    out
}

/// Is this one of the characters that change the direction of text, and so could hide what a message says?
fn turns(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The nearest of `known` to a misspelt `word`, as `, did you mean …`, or nothing.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    const LONGEST: usize = 40;
    const CANDIDATES: usize = 1000;
    if word.chars().count() > LONGEST {
        return String::new();
    }
    let lower = word.to_lowercase();
    known
        .into_iter()
        .take(CANDIDATES)
        .filter(|candidate| candidate.chars().count() <= LONGEST)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map_or_else(String::new, |(_, candidate)| format!(", did you mean {}?", quoted(candidate)))
}

/// Levenshtein distance, over at most 40 characters each.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((to, diagonal), above) in b.iter().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(from != *to)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_proposed_and_a_far_one_is_not() {
        assert_eq!(nearest("startwith", ["startswith", "endswith"]), ", did you mean `startswith`?");
        assert_eq!(nearest("zzz", ["startswith"]), "");
    }

    #[test]
    fn quoted_text_is_short_and_on_one_line() {
        let shown = quoted(&format!("a\n\u{202e}{}", "x".repeat(100)));
        assert_eq!(shown.chars().count(), 63);
        assert!(!shown.contains(['\n', '\u{202e}']));
    }

    #[test]
    fn problems_are_counted_past_the_bound() {
        let mut problems = Problems::new("f.yml");
        for line in 1..=PROBLEMS + 5 {
            problems.warning(ProblemKind::Value, Place { line, column: 1 }, "w", "x");
        }
        problems.error(ProblemKind::Value, Place { line: 1, column: 1 }, "e", "x");
        assert_eq!(problems.errors(), 1);
        let found = problems.into_found();
        assert_eq!(found.len(), PROBLEMS + 1);
        let last = found.last().unwrap();
        assert!(last.is_error() && last.what.starts_with("6 more"), "{last}");
    }
}
