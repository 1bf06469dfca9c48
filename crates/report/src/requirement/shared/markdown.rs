//! Markdown that renders the same everywhere and cannot act.

use std::collections::HashSet;

use super::super::reading::{Block, Document, Kind};
use super::super::{Finding, Reading};
use super::emptiness;
use crate::NameKind;

/// Shortest name that is searched for in prose: shorter ones are English words too often.
const SHORTEST_NAME: usize = 6;
/// Ids of resources, keys and identities that AWS hands out, by what they begin with.
const ID_PREFIXES: &[&str] = &[
    "i-",
    "sg-",
    "vpc-",
    "subnet-",
    "eni-",
    "vol-",
    "snap-",
    "ami-",
    "igw-",
    "nat-",
    "rtb-",
    "acl-",
    "eipalloc-",
    "vpce-",
];
const KEY_PREFIXES: &[&str] = &["AKIA", "ASIA", "AROA", "AIDA", "AGPA", "ANPA"];

/// The list that a report has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::requirement) enum List {
    /// Of any kind.
    Any,
    /// With numbers.
    Numbered,
}

/// How many of the structural demands are met.
pub(in crate::requirement) fn check(draft: &Reading<'_>, list: List) -> Finding {
    let document = draft.document();
    let mut wrong = vec![];
    let demands = [
        starts_with_heading(document),
        keeps_levels(document),
        has_list(document, list).filter(|_| !emptiness::is_empty(draft.facts)),
        only_plain_elements(document),
        identifiers_in_code(document, draft),
    ];
    let all = demands.len();
    wrong.extend(demands.into_iter().flatten());
    Finding::of(all - wrong.len(), all, wrong, "Headings, lists and code spans are in order.")
}

fn starts_with_heading(document: &Document) -> Option<String> {
    let first = document.blocks.first().and_then(Block::heading_level);
    let headings = document.heading_levels().len();
    if first.is_none_or(|level| level > 2) {
        return Some("Begin with a heading of level 1 or 2.".to_owned());
    }
    (headings < 2).then(|| "Give the parts of the report headings of their own.".to_owned())
}

fn keeps_levels(document: &Document) -> Option<String> {
    let levels = document.heading_levels();
    let skips = levels.windows(2).any(|pair| matches!(pair, [one, next] if *next > one + 1));
    let rises = levels.first().is_some_and(|first| levels.iter().any(|level| level < first));
    (skips || rises).then(|| "Go down one heading level at a time, and never above the first.".to_owned())
}

/// The fault of having no list. Where nothing was counted there is nothing to list.
fn has_list(document: &Document, list: List) -> Option<String> {
    let numbered = list == List::Numbered;
    let is_list = |block: &Block| match block.kind {
        Kind::Item { ordered } => (ordered || !numbered) && !block.words().is_empty(),
        _ => false,
    };
    let what = if numbered { "a numbered list" } else { "a list" };
    (!document.blocks.iter().any(is_list)).then(|| format!("Use {what} where things are listed."))
}

fn only_plain_elements(document: &Document) -> Option<String> {
    let faults = document.faults;
    let bare = document.blocks.iter().any(|block| has_url(&block.prose()));
    let found: Vec<&str> = [
        (faults.html > 0, "raw HTML"),
        (faults.links > 0 || bare, "links"),
        (faults.images > 0, "images"),
        (faults.open_fences > 0, "a code fence that is never closed"),
    ]
    .into_iter()
    .filter_map(|(is, what)| is.then_some(what))
    .collect();
    (!found.is_empty()).then(|| format!("Take out: {}.", found.join(", ")))
}

fn has_url(prose: &str) -> bool {
    let prose = prose.to_lowercase();
    prose.contains("http://") || prose.contains("https://") || prose.contains("www.")
}

fn identifiers_in_code(document: &Document, draft: &Reading<'_>) -> Option<String> {
    let names: HashSet<&str> = draft
        .facts
        .rows
        .iter()
        .flat_map(|row| &row.names)
        .filter(|name| matches!(name.kind, NameKind::Resource | NameKind::Finding))
        .map(|name| name.text.as_str())
        .filter(|name| name.len() >= SHORTEST_NAME && !name.chars().all(char::is_alphabetic))
        .collect();
    let bare = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        is_identifier(word) || names.contains(word)
    };
    let found = document.blocks.iter().filter(|block| block.prose().split_whitespace().any(bare)).count();
    (found > 0).then(|| "Put every ARN and resource id into a code span.".to_owned())
}

fn is_identifier(word: &str) -> bool {
    let hexadecimal = |rest: &str| rest.len() >= 8 && rest.chars().all(|c| c.is_ascii_hexdigit());
    let key = |rest: &str| rest.len() >= 12 && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    word.contains("arn:aws")
        || ID_PREFIXES.iter().any(|prefix| word.strip_prefix(prefix).is_some_and(hexadecimal))
        || KEY_PREFIXES.iter().any(|prefix| word.strip_prefix(prefix).is_some_and(key))
}
