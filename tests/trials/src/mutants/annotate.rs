//! Claims of a text that our grammar did not write: names by their code spans, numbers by their digits.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use report::NameKind;
use security_model::{Severity, parse_timestamp};

use crate::claims::{Claim, Hedge, Number, Sheet, parse};
use crate::corpus::Case;

/// A report of the local writer, with what it claims.
///
/// A name is a code span that is a name of the fact set; a number is one outside code spans, headings and list markers
/// whose value is that of a fact, or a share. What is left out here is never mutated.
pub(crate) fn annotate(case: &Case, text: &str) -> Sheet {
    let names: BTreeMap<&str, NameKind> = case
        .facts
        .rows
        .iter()
        .flat_map(|row| &row.names)
        .chain(&case.facts.names)
        .map(|name| (name.text.as_str(), name.kind))
        .collect();
    let values: BTreeSet<u64> = case.facts.facts.iter().map(|fact| fact.value).collect();
    let mut sheet = Sheet { text: text.to_owned(), ..Sheet::default() };
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let spans = code_spans(line);
        for span in &spans {
            let inside = line[span.clone()].trim_matches('`').trim();
            if let Some(kind) = names.get(inside) {
                let start = offset + span.start + line[span.clone()].find(inside).unwrap_or(0);
                sheet.claims.push((start..start + inside.len(), Claim::Name(*kind, inside.to_owned())));
            }
        }
        if !line.starts_with('#') {
            times(line, offset, &mut sheet);
            severities(line, offset, &spans, &mut sheet);
            numbers(line, offset, &spans, &values, &mut sheet);
        }
        for row in &case.facts.rows {
            let named = row.names.iter().any(|name| {
                matches!(name.kind, NameKind::EventName | NameKind::Title)
                    && line.contains(&format!("`{}`", name.text.as_str()))
            });
            if named && matches!(row.list.as_str(), "events.high_risk" | "findings.attention") {
                sheet.rows.push((offset..offset + line.len(), row.id.clone()));
            }
        }
        offset += line.len();
    }
    sheet
}

/// Code spans of a line, with their backticks.
pub(crate) fn code_spans(line: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'`' {
            at += 1;
            continue;
        }
        let fence = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
        let mut close = at + fence;
        let mut end = None;
        while close < bytes.len() {
            let run = bytes[close..].iter().take_while(|byte| **byte == b'`').count();
            if run == fence {
                end = Some(close + run);
                break;
            }
            close += run.max(1);
        }
        let Some(end) = end else { break };
        spans.push(at..end);
        at = end;
    }
    spans
}

fn times(line: &str, offset: usize, sheet: &mut Sheet) {
    for (start, _) in line.match_indices("20") {
        let Some(text) = line.get(start..start + 20) else { continue };
        let parsed = text.strip_suffix(" UTC").and_then(|civil| parse_timestamp(&civil.replacen(' ', "T", 1)));
        if let Some(at) = parsed.or_else(|| parse_timestamp(text).filter(|_| text.ends_with('Z'))) {
            sheet.claims.push((offset + start..offset + start + 20, Claim::Time(at)));
        }
    }
}

fn severities(line: &str, offset: usize, code: &[Range<usize>], sheet: &mut Sheet) {
    for severity in Severity::ALL {
        for (start, label) in line.match_indices(severity.label()) {
            if !code.iter().any(|span| span.contains(&start)) {
                let span = offset + start..offset + start + label.len();
                sheet.claims.push((span, Claim::Severity(severity)));
            }
        }
    }
}

fn numbers(line: &str, offset: usize, code: &[Range<usize>], values: &BTreeSet<u64>, sheet: &mut Sheet) {
    let bytes = line.as_bytes();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'/' | b'.');
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && (bytes[at].is_ascii_digit() || is_inner_mark(bytes, at)) {
            at += 1;
        }
        let token = &line[start..at];
        let before = start.checked_sub(1).map_or(b' ', |i| bytes[i]);
        let after = bytes.get(at).copied().unwrap_or(b' ');
        let marker = line[..start].trim().is_empty() && line[at..].starts_with(". ");
        let ends_sentence = after == b'.' && bytes.get(at + 1).is_none_or(|next| next.is_ascii_whitespace());
        let alone = !is_part(before) && (!is_part(after) || ends_sentence || after == b':');
        let in_time = sheet
            .claims
            .iter()
            .any(|(span, claim)| matches!(claim, Claim::Time(_)) && span.contains(&(offset + start)));
        if !alone || marker || in_time || code.iter().any(|span| span.contains(&start)) {
            continue;
        }
        let Some(exact) = parse(token) else { continue };
        let share = line[at..].trim_start().starts_with('%');
        let known = exact.fract() == 0.0 && values.contains(&(exact as u64));
        if share || known {
            let hedge = if share { Hedge::Rounded } else { Hedge::None };
            let number = Number { exact, scale: 1.0, hedge, share, of: vec![] };
            sheet.claims.push((offset + start..offset + at, Claim::Number(number)));
        }
    }
}

/// A comma or point between digits.
fn is_inner_mark(bytes: &[u8], at: usize) -> bool {
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    matches!(bytes[at], b',' | b'.') && digit(at + 1) && at > 0 && digit(at - 1)
}
