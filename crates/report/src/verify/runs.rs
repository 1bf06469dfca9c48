//! Where a run of characters without white space ends, and what punctuation is no part of it.

use super::moment;

pub(super) const ENDS_RUN: &[char] =
    &['(', ')', '[', ']', '<', '>', '"', '|', '!', '?', ';', '=', '\u{2026}', '\u{2022}', '\u{b7}', '\u{2192}'];

/// Length of the run at the front of `text`. A comma belongs to it between a digit and three more.
pub(super) fn run_length(text: &str) -> usize {
    let mut iter = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((offset, c)) = iter.next() {
        let thousands =
            (c == ',' || c == '\u{a0}') && before.is_ascii_digit() && is_group(text.get(offset + c.len_utf8()..));
        if !thousands && (c.is_whitespace() || c == ',' || ENDS_RUN.contains(&c) || c == '`') {
            // `AKIA…MPLE` and `arn:aws:…/admin` are one run.
            let elided = c == '\u{2026}'
                && before.is_alphanumeric() | matches!(before, ':' | '/')
                && iter.peek().is_some_and(|(_, next)| next.is_alphanumeric() || matches!(next, ':' | '/'));
            if elided {
                before = c;
                continue;
            }
            return if offset == 0 { c.len_utf8() } else { offset };
        }
        if offset > 2_048 {
            return offset;
        }
        before = c;
    }
    text.len()
}

/// Three digits and no fourth.
pub(super) fn is_group(text: Option<&str>) -> bool {
    let digits = text.unwrap_or("").bytes().take(4).take_while(u8::is_ascii_digit).count();
    digits == 3
}

/// Takes punctuation off the ends of a run.
pub(super) fn trim_run(run: &str) -> (&str, &str) {
    let start = run.trim_start_matches(['\'', '*', '_', '/', '\\']);
    let dropped = run.len() - start.len();
    let body = start.trim_end_matches(['.', ':', ',', '\'', '-', '/', '*', '\\']);
    // Masks end in stars.
    let masked = start.contains("**") && start.chars().any(|c| c.is_ascii_digit());
    let body = if masked { start.trim_end_matches(['.', ':', ',', '\'']) } else { body };
    if dropped > 0 && !body.is_empty() && !run.starts_with("**") {
        // Leading marks are rare; what follows them is what counts.
        return (run.get(..dropped + body.len()).unwrap_or(run), run.get(dropped + body.len()..).unwrap_or(""));
    }
    (run.get(..dropped + body.len()).unwrap_or(run), run.get(dropped + body.len()..).unwrap_or(""))
}

pub(super) fn is_abbreviation(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "e.g"
            | "i.e"
            | "vs"
            | "approx"
            | "no"
            | "nos"
            | "u.s"
            | "etc"
            | "incl"
            | "ca"
            | "cf"
            | "n"
            | "mr"
            | "ms"
            | "dr"
            | "st"
    ) || moment::month(&lower).is_some() && lower.len() <= 4 && lower != "may"
}

pub(super) fn ceil_boundary(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    at
}
