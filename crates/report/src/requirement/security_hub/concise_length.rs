//! A report that is read to its end.

use super::super::{Check, Requirement};

/// Under 300.
const WORDS: usize = 299;

pub(super) fn requirement() -> Requirement {
    let description = "Concise length: under 300 words in all, counted as `wc -w` counts the markdown.";
    Requirement::built_in("concise_length", description, Check::WordLimit(WORDS))
}
