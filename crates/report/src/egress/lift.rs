//! A model's draft with the true numbers and names.

use std::cell::Cell;

use crate::FactSet;
use crate::markdown::{self, Block, Inline};

use super::slot::{Slot, Times, number, slots};
use super::token::{Tokens, label_around};

pub(super) fn lift(draft: &str, facts: &FactSet, times: &Times, tokens: &Tokens<'_>) -> String {
    let (draft, cut) = markdown::within(draft, MAX_DRAFT);
    let lifter = Lifter { facts, times, tokens, room: Cell::new(markdown::MAX_BYTES) };
    let blocks = markdown::parse(draft).into_iter().map(|block| lifter.block(block)).collect();
    markdown::write(markdown::normal(blocks), cut)
}

/// Longest draft that is read, in bytes: many times the longest report.
const MAX_DRAFT: usize = 64 * 1024;

struct Lifter<'l, 'a> {
    facts: &'l FactSet,
    times: &'l Times,
    tokens: &'l Tokens<'a>,
    /// Bytes of names that may still be written. Without it, a draft of one repeated token would grow to many times what
    /// is kept of it.
    room: Cell<usize>,
}

/// What a stretch of a draft stands for.
enum Meant {
    /// A number or a time of ours.
    Ours(String),
    /// A name that somebody else may have chosen.
    Name(String),
}

impl Lifter<'_, '_> {
    fn block(&self, block: Block) -> Block {
        markdown::map(block, &|content| self.inline(content), &|code| self.filled(&code))
    }

    fn inline(&self, content: Vec<Inline>) -> Vec<Inline> {
        let mut out = Vec::with_capacity(content.len());
        for inline in content {
            match inline {
                Inline::Text(text) => self.text(&text, &mut out),
                Inline::Code(code) => out.push(self.code(&code)),
                Inline::Marked(mark, content) => out.push(Inline::Marked(mark, self.inline(content))),
                other => out.push(other),
            }
        }
        out
    }

    fn text(&self, text: &str, out: &mut Vec<Inline>) {
        self.parts(text, |part| {
            out.push(match part {
                Ok(plain) => Inline::Text(plain.to_owned()),
                Err(Meant::Ours(number)) => Inline::Text(number),
                Err(Meant::Name(name)) => Inline::Code(name),
            });
        });
    }

    /// A slot alone in a code span is a number in the text, as it would be without the marks.
    fn code(&self, code: &str) -> Inline {
        match slots(code.trim()).as_slice() {
            [(range, slot)] if *range == (0..code.trim().len()) => match self.slot(*slot) {
                Some(number) => Inline::Text(number),
                None => Inline::Code(code.to_owned()),
            },
            _ => Inline::Code(self.filled(code)),
        }
    }

    /// Code stays code, with the names in it.
    fn filled(&self, code: &str) -> String {
        let mut out = String::with_capacity(code.len());
        self.parts(code, |part| match part {
            Ok(plain) => out.push_str(plain),
            Err(Meant::Ours(text) | Meant::Name(text)) => out.push_str(&text),
        });
        out
    }

    /// The text in order: what stays, and what stands for something.
    fn parts<'t>(&self, text: &'t str, mut part: impl FnMut(Result<&'t str, Meant>)) {
        let mut found: Vec<_> = slots(text)
            .into_iter()
            .filter_map(|(range, slot)| self.slot(slot).map(|number| (range, Meant::Ours(number))))
            .collect();
        for (at, _) in text.match_indices('_') {
            found.extend(self.token(text, at));
        }
        found.sort_by_key(|(range, _)| range.start);
        let mut from = 0;
        for (range, meant) in found {
            // Slots may overlap only with each other, as in `{{{f:1}}`.
            let Some(before) = text.get(from..range.start) else { continue };
            if !before.is_empty() {
                part(Ok(before));
            }
            part(Err(meant));
            from = range.end;
        }
        match text.get(from..) {
            Some(rest) if !rest.is_empty() => part(Ok(rest)),
            _ => {}
        }
    }

    fn slot(&self, slot: Slot) -> Option<String> {
        match slot {
            Slot::Fact(n) => self.facts.fact(&format!("f{n}")).map(|fact| number(fact.value)),
            Slot::Time(n) => self.times.written(n),
        }
    }

    /// The token whose underscore stands at `at`, as a word of its own.
    fn token(&self, text: &str, at: usize) -> Option<(std::ops::Range<usize>, Meant)> {
        let label = label_around(text, at)?;
        let start = at - label.find('_')?;
        let end = start + label.len();
        let joins = |c: char| c.is_alphanumeric() || c == '_';
        let alone = !text.get(..start)?.ends_with(joins) && !text.get(end..)?.starts_with(joins);
        let name = self.tokens.named(label).filter(|_| alone)?.text;
        let name = if name.trim().is_empty() { "(empty)" } else { name };
        self.room.set(self.room.get().checked_sub(name.len())?);
        Some((start..end, Meant::Name(name.to_owned())))
    }
}
