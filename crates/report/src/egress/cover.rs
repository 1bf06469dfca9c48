//! Text of ours or of a caller's: known names become tokens, unknown identifiers are withheld.

use std::ops::Range;

use security_model::fold::{Case, Folded};

use super::dictionary::Dictionary;
use super::shape;
use super::slot::slots;
use super::token::{Tokens, labels_in};

/// What stands for an identifier that no fact has.
const WITHHELD: &str = "[withheld]";

pub(super) fn cover(text: &str, tokens: &Tokens<'_>, names: &Dictionary<'_>, pseudonyms: bool) -> String {
    let named = without_names(&without_cut_names(text, names), tokens, names);
    without_identifiers(&named, pseudonyms)
}

/// A neutralised text that was cut may end within a name, so that the name is not found.
fn without_cut_names(text: &str, names: &Dictionary<'_>) -> String {
    // As `SafeText` marks a cut.
    const CUT: &str = "…+";
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split(CUT).peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            out.push_str(part);
            break;
        }
        let folded = Folded::of(part, Case::Lower);
        let from = folded.text.ceil_char_boundary(folded.text.len().saturating_sub(super::LONGEST_NAME));
        let tails = folded.text.get(from..).unwrap_or_default().char_indices().map(|(at, _)| from + at);
        let is_cut = |at: &usize| folded.text.get(*at..).is_some_and(|tail| tail.len() >= 3 && names.has_longer(tail));
        let cut = tails.into_iter().find(is_cut).and_then(|at| folded.start(at));
        match cut {
            Some(at) => {
                out.push_str(part.get(..at).unwrap_or_default());
                out.push_str(WITHHELD);
            }
            None => out.push_str(part),
        }
        out.push_str(CUT);
    }
    out
}

fn without_names(text: &str, tokens: &Tokens<'_>, names: &Dictionary<'_>) -> String {
    let kept = ours(text, tokens);
    let mut kept = kept.iter().peekable();
    let folded = Folded::of(text, Case::Lower);
    let mut out = String::with_capacity(text.len());
    // Up to where `text` was written.
    let mut written = 0;
    let mut at = 0;
    while let Some(c) = folded.text.get(at..).and_then(|rest| rest.chars().next()) {
        let start = folded.start(at).unwrap_or(text.len());
        while kept.peek().is_some_and(|range| range.end <= start) {
            kept.next();
        }
        let keep = kept.peek().filter(|range| range.start <= start).map(|range| range.end);
        let name =
            names.longest_at(text, &folded, at).and_then(|(token, end)| Some((token, end, folded.source(&(at..end))?)));
        let name = name.filter(|(_, _, source)| source.start >= written && keep.is_none_or(|kept| source.end > kept));
        if let Some((token, end, source)) = name {
            out.push_str(text.get(written..source.start).unwrap_or_default());
            out.push_str(tokens.get(token).map_or(WITHHELD, |token| &token.label));
            written = source.end;
            at = end;
            continue;
        }
        at += c.len_utf8();
        while keep.is_some_and(|keep| folded.start(at).is_some_and(|start| start < keep)) {
            at += 1;
        }
        at = folded.text.ceil_char_boundary(at);
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out
}

/// Slots and tokens that are in the text already, in order.
fn ours(text: &str, tokens: &Tokens<'_>) -> Vec<Range<usize>> {
    let mut ours: Vec<Range<usize>> = slots(text).into_iter().map(|(range, _)| range).collect();
    for label in labels_in(text).filter(|label| tokens.named(label).is_some()) {
        // `labels_in` lends parts of `text`.
        let start = label.as_ptr() as usize - text.as_ptr() as usize;
        ours.push(start..start + label.len());
    }
    ours.sort_by_key(|range| range.start);
    ours
}

fn without_identifiers(text: &str, pseudonyms: bool) -> String {
    use shape::Shape;
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (range, shape) in shape::identifiers(text) {
        if !pseudonyms && matches!(shape, Shape::Account | Shape::Address) {
            continue;
        }
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(WITHHELD);
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}
