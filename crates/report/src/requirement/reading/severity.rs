//! Severities as a report mentions them.

use security_model::Severity;

use super::block::{Block, Kind};

/// Words after which `high` or `low` means a severity.
const NOUNS: &[&str] = &["finding", "findings", "severity", "issue", "issues", "alert", "alerts"];

/// A severity within a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::requirement) struct Mention {
    /// Which.
    pub(in crate::requirement) severity: Severity,
    /// The sentence it stands in, from 0.
    pub(in crate::requirement) sentence: usize,
}

/// The severities that the prose of a block mentions, in order. `high` in ordinary English ("high-risk call") is none.
pub(in crate::requirement) fn mentions(block: &Block) -> Vec<Mention> {
    let prose = block.prose();
    let tokens: Vec<&str> = prose.split_whitespace().collect();
    let (mut found, mut sentence, mut opens) = (vec![], 0, true);
    let table_head = block.kind == Kind::Row { head: true };
    for (at, token) in tokens.iter().enumerate() {
        let word = token.trim_matches(|c: char| !c.is_alphanumeric());
        if let Some(severity) = parse(word) {
            let next = tokens.get(at + 1).map(|next| next.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
            let counted = at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|token| is_number(token));
            let noun = next.is_some_and(|next| NOUNS.contains(&next.as_str()));
            let leads = opens && !matches!(block.kind, Kind::Paragraph) && !token.contains('-');
            if is_label(word) || noun || counted || leads || table_head {
                found.push(Mention { severity, sentence });
            }
        }
        opens &= !token.contains(char::is_alphanumeric);
        sentence += usize::from(token.ends_with(['.', '!', '?', ';']));
    }
    found
}

/// The severity that an item, row or heading is led by: it stands before anything else that is said.
pub(in crate::requirement) fn led_by(block: &Block) -> Option<Severity> {
    let prose = block.prose();
    let cell =
        prose.split_whitespace().find(|token| token.contains(|c: char| c.is_alphanumeric() || Block::is_span(c)))?;
    let word = cell.trim_matches(|c: char| !c.is_alphanumeric() && !Block::is_span(c));
    parse(word)
}

fn parse(word: &str) -> Option<Severity> {
    Severity::ALL.into_iter().find(|severity| severity.label().eq_ignore_ascii_case(word))
}

fn is_label(word: &str) -> bool {
    word.chars().all(char::is_uppercase)
}

fn is_number(token: &str) -> bool {
    let token = token.trim_matches(|c: char| !c.is_alphanumeric());
    !token.is_empty() && token.chars().all(|c| c.is_ascii_digit() || c == ',')
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    fn labels(markdown: &str) -> Vec<&'static str> {
        let document = Document::parse(markdown);
        document.blocks.iter().flat_map(mentions).map(|mention| mention.severity.label()).collect()
    }

    #[test]
    fn severities_are_told_from_ordinary_words() {
        assert_eq!(labels("2 CRITICAL and 5 high findings."), ["CRITICAL", "HIGH"]);
        assert_eq!(labels("A high-risk call at low volume."), [""; 0]);
        assert_eq!(labels("- **Critical**: 2\n- Medium (8)"), ["CRITICAL", "MEDIUM"]);
        assert_eq!(labels("| Resource | Critical | High |\n|-|-|-|\n| `a` | 1 | 2 |"), ["CRITICAL", "HIGH"]);
    }

    #[test]
    fn a_row_is_led_by_what_stands_first() {
        let lead = |markdown: &str| led_by(&Document::parse(markdown).blocks[0]).map(Severity::label);
        assert_eq!(lead("- **HIGH** `S3.8`"), Some("HIGH"));
        assert_eq!(lead("- `S3.8` HIGH"), None);
        assert_eq!(lead("1. [Critical] fix it"), Some("CRITICAL"));
    }
}
