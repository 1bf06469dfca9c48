//! Sections that both reports have: what to do, and what was not read.

use std::collections::HashSet;

use super::brief::Brief;
use super::layout::{NUMBERED, Section};

/// Actions that stay whatever the word limit.
const KEPT: usize = 3;
const MOST: usize = 5;

/// Numbered actions, each once.
pub(super) fn section(actions: &[String]) -> Section {
    let mut seen = HashSet::new();
    let mut section = Section::new("Recommended Actions");
    for (index, text) in actions.iter().filter(|action| seen.insert(*action)).take(MOST).enumerate() {
        let line = format!("{NUMBERED}{text}");
        section = if index < KEPT { section.must(line) } else { section.may(line) };
    }
    if section.lines.is_empty() {
        section = section.must("No action is needed on what was read.");
    }
    section
}

/// What was not read.
pub(super) fn gaps(brief: &Brief<'_>) -> Section {
    let mut section = Section::new("Data Gaps");
    if brief.gaps.is_empty() {
        section = section.must("Everything asked for was read.");
    } else {
        section = section.must("Not everything asked for was read:");
        for gap in &brief.gaps {
            section = section.must(format!("- {}", gap_line(gap)));
        }
    }
    section
}

/// `access_denied | region eu-west-1 | words` as `access denied, region eu-west-1: words`
fn gap_line(gap: &str) -> String {
    let mut fields = gap.split(" | ").map(str::trim);
    let kind = fields.next().unwrap_or_default().replace('_', " ");
    let rest: Vec<&str> = fields.filter(|field| !field.is_empty()).collect();
    if rest.is_empty() { kind } else { format!("{kind}: {}", rest.join(": ")) }
}

/// A scope as a report writes it: tokens bare, names in a code span.
pub(super) fn scope(scope: &str) -> String {
    let (kind, number) = scope.rsplit_once('_').unwrap_or_default();
    let is_token = !kind.is_empty()
        && kind.bytes().all(|byte| byte.is_ascii_uppercase())
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_token { scope.to_owned() } else { format!("`{scope}`") }
}
