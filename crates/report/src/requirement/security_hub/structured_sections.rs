//! The sections a reader looks for, in the order he looks for them.

use super::super::reading::Document;
use super::super::shared::actions;
use super::super::{Check, Finding, Reading, Requirement};

/// A section, by the phrases its heading may have.
struct Section {
    name: &'static str,
    phrases: &'static [&'static str],
}

const SUMMARY: Section =
    Section { name: "Executive Summary", phrases: &["executive summary", "summary", "overview", "at a glance"] };
const SEVERITY: Section = Section {
    name: "Severity Analysis",
    phrases: &["severity", "severities", "by severity", "severity analysis", "risk breakdown"],
};
const DETAILS: Section = Section {
    name: "Affected Resources or Common Issues",
    phrases: &[
        "resources",
        "resource",
        "issues",
        "issue",
        "controls",
        "findings",
        "attention",
        "affected",
        "problems",
        "themes",
    ],
};
const ACTIONS: Section = Section { name: "Recommended Actions", phrases: actions::HEADINGS };
const GAPS: Section = Section {
    name: "Data Gaps",
    phrases: &["gaps", "gap", "not read", "coverage", "limitations", "limits", "missing data", "scope"],
};

pub(super) fn requirement() -> Requirement {
    let description = "Structured sections under headings of their own, none of them empty, in this order: Executive Summary, \
         Severity Analysis, Affected Resources or Common Issues, Recommended Actions, and Data Gaps where something was not \
         read. Where there are no findings, the summary and the actions are enough.";
    Requirement::built_in("structured_sections", description, Check::Rule(check))
}

fn check(draft: &Reading<'_>) -> Finding {
    let document = draft.document();
    let some = draft.facts.total("findings.total").is_none_or(|total| total.value > 0);
    let wanted: Vec<&Section> = [
        Some(&SUMMARY),
        Some(&SEVERITY).filter(|_| some),
        Some(&DETAILS).filter(|_| some),
        Some(&ACTIONS),
        Some(&GAPS).filter(|_| !draft.coverage.complete),
    ]
    .into_iter()
    .flatten()
    .collect();
    let found: Vec<(&str, Option<usize>)> =
        wanted.iter().map(|section| (section.name, place(document, section))).collect();
    let mut wrong: Vec<String> = found
        .iter()
        .filter(|(_, place)| place.is_none())
        .map(|(name, _)| format!("Add a section \"{name}\" with something in it."))
        .collect();
    let missing = wrong.len();
    let in_order = |places: &[(&str, usize)]| places.windows(2).all(|pair| matches!(pair, [a, b] if a.1 < b.1));
    let places: Vec<(&str, usize)> = found
        .iter()
        .filter_map(|(name, place)| Some((*name, (*place)?)))
        .filter(|(name, _)| ORDERED.contains(name))
        .collect();
    if !in_order(&places) {
        wrong.push(format!("Put the sections in this order: {}.", ORDERED.join(", ")));
    }
    let met = wanted.len() - missing;
    Finding::of(
        if wrong.len() > missing { met.saturating_sub(1) } else { met },
        wanted.len(),
        wrong,
        "All sections are there.",
    )
}

/// Sections whose order matters. Details and gaps may stand where they read best.
const ORDERED: [&str; 3] = [SUMMARY.name, SEVERITY.name, ACTIONS.name];

/// Where the section stands, if it says anything. A title is not a section.
fn place(document: &Document, section: &Section) -> Option<usize> {
    document
        .headings_with(section.phrases)
        .filter(|at| !document.is_title(*at))
        .find(|at| document.says_something_below(*at))
}
