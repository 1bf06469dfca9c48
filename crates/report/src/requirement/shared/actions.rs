//! Actions that can be carried out: numbered, imperative, each about something of the evidence.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::super::reading::{Block, Document, Kind, denies};
use super::super::{Finding, Reading};

/// Headings of the section that lists actions.
pub(in crate::requirement) const HEADINGS: &[&str] = &[
    "recommended",
    "recommendations",
    "recommendation",
    "actions",
    "action",
    "remediation",
    "next steps",
    "what to do",
];

/// Imperatives of the trade.
static VERBS: LazyLock<HashSet<&str>> = LazyLock::new(|| IMPERATIVES.split_whitespace().collect());
const IMPERATIVES: &str = "activate add alert allow apply archive ask assign attach audit block change check close confirm contact \
    contain create deactivate delete deny detach disable disconnect enable encrypt enforce escalate establish \
    examine find fix give grant harden inspect investigate isolate limit lock look make migrate monitor move \
    narrow open patch preserve protect quarantine raise read reduce remediate remove replace require reset \
    restart restore restrict resume review revoke rotate run scope secure set snapshot start stop suspend \
    switch terminate tighten trace turn update upgrade use validate verify";
/// Words that an imperative may follow.
const BEFORE_VERBS: &[&str] = &["and", "then", "or", "must", "should", "please", "now", "first", "next", "also", "to"];
/// Most actions that are asked for.
const MOST: usize = 3;

/// What there is nothing of in a report without actions.
const NOTHING_TO_DO: &[&str] = &[
    "action",
    "actions",
    "act",
    "acted",
    "remediate",
    "remediation",
    "fix",
    "follow up",
    "to do",
    "steps",
    "recommendation",
    "recommendations",
];

/// Share of the actions that are in order. `things` is how many things of the evidence ask for an action.
pub(in crate::requirement) fn check(draft: &Reading<'_>, things: usize) -> Finding {
    let document = draft.document();
    let items = items(document);
    if things == 0 && items.is_empty() {
        return nothing_to_do(document);
    }
    let gaps = words_of_gaps(draft);
    let needed = things.min(MOST).max(usize::from(items.is_empty()));
    if items.is_empty() {
        let wrong = format!("Under a heading such as Recommended Actions, list at least {needed} actions by number.");
        return Finding::of(0, needed, vec![wrong], "");
    }
    let mut seen = HashSet::new();
    let (mut good, mut wrong) = (0, vec![]);
    for (at, item) in items.iter().enumerate() {
        match fault(item, draft, &gaps) {
            None if seen.insert(item.text()) => good += 1,
            None => wrong.push(format!("Action {} repeats an earlier one.", at + 1)),
            Some(fault) => wrong.push(format!("Action {} {fault}.", at + 1)),
        }
    }
    if items.len() < needed {
        wrong.push(format!("List at least {needed} actions."));
    }
    Finding::of(good, items.len().max(needed), wrong, "Every action says what to do, and to what.")
}

/// The numbered items of the section that lists actions, those within items left aside.
pub(in crate::requirement) fn items(document: &Document) -> Vec<&Block> {
    let numbered = |block: &&Block| block.kind == Kind::Item { ordered: true } && block.depth == 1 && !block.quoted;
    document.section(HEADINGS).unwrap_or_default().iter().filter(numbered).collect()
}

fn nothing_to_do(document: &Document) -> Finding {
    let said = document.body().any(|block| denies(&block.text(), NOTHING_TO_DO));
    let wrong = "Say that nothing needs action, or list what does by number.".to_owned();
    Finding::of(usize::from(said), 1, Vec::from_iter((!said).then_some(wrong)), "It says that nothing needs action.")
}

fn fault(item: &Block, draft: &Reading<'_>, gaps: &HashSet<String>) -> Option<&'static str> {
    if !is_imperative(item) {
        return Some("does not say what to do: begin with a verb such as restrict, rotate or review");
    }
    let named = draft.names().are_in(item) || item.tokens().any(|token| gaps.contains(token));
    (!named).then_some("names nothing of the evidence: say which resource, control, principal or event")
}

/// Whether an imperative opens the item or a clause of it.
fn is_imperative(item: &Block) -> bool {
    let prose = item.prose();
    let mut opens = true;
    for token in prose.split_whitespace() {
        let word = token.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if opens && VERBS.contains(word.as_str()) {
            return true;
        }
        let ends_clause =
            token.ends_with([':', ',', ';', '.', ')', ']', '*']) || token.chars().all(|c| !c.is_alphanumeric());
        opens = ends_clause
            || token.chars().any(Block::is_span)
            || word.ends_with("ly")
            || BEFORE_VERBS.contains(&word.as_str());
    }
    false
}

/// An action may also be about something that could not be read: it names the region, or the permission that is missing.
fn words_of_gaps(draft: &Reading<'_>) -> HashSet<String> {
    let mut words = HashSet::new();
    for (source, gap) in draft.coverage.gaps() {
        words.extend(source.region.as_ref().map(|region| region.as_str().to_lowercase()));
        let remedy = gap.remedy.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
        words.extend(remedy.filter(|word| word.contains(':')).map(str::to_lowercase));
    }
    words
}
