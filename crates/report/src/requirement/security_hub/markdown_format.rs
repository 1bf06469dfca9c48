//! Markdown that renders the same everywhere.

use super::super::shared::markdown;
use super::super::{Check, Finding, Reading, Requirement};

pub(super) fn requirement() -> Requirement {
    let description = "Markdown with a heading at the top and headings that go down one level at a time, a list \
         unless nothing was counted, \
         ARNs and resource ids in code spans only, and no raw HTML, links, images or unclosed code fences.";
    Requirement::built_in("markdown_format", description, Check::Rule(check))
}

fn check(draft: &Reading<'_>) -> Finding {
    markdown::check(draft, markdown::List::Any)
}
