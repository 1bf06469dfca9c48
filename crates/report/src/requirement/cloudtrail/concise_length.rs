//! A report that is read to its end.

use super::super::{Check, Requirement};

/// Under 350.
const WORDS: usize = 349;

pub(super) fn requirement() -> Requirement {
    let description = "Concise insights: under 350 words in all, counted as `wc -w` counts the markdown.";
    Requirement::built_in("concise_length", description, Check::WordLimit(WORDS))
}
