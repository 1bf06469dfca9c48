//! A report as its blocks.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, Kind};
use super::words::contains;

/// How many levels of nested items pass on what they name.
const DEPTH: usize = 4;

/// Things that have no place in a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::requirement) struct Faults {
    /// Raw HTML.
    pub(in crate::requirement) html: usize,
    /// Links.
    pub(in crate::requirement) links: usize,
    /// Images.
    pub(in crate::requirement) images: usize,
    /// Fences that are never closed.
    pub(in crate::requirement) open_fences: usize,
}

/// A report as its blocks, in order.
#[derive(Clone, Debug, Default)]
pub(in crate::requirement) struct Document {
    /// Headings, paragraphs, items and rows.
    pub(in crate::requirement) blocks: Vec<Block>,
    /// Things that have no place in a report.
    pub(in crate::requirement) faults: Faults,
    /// What the blocks other than headings name.
    named: HashSet<String>,
}

impl Document {
    /// Reads markdown.
    pub(in crate::requirement) fn parse(markdown: &str) -> Self {
        let mut reader = Reader::default();
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
            reader.take(event, markdown.get(range).unwrap_or_default());
        }
        reader.finish()
    }

    /// Levels of the headings, in order.
    pub(in crate::requirement) fn heading_levels(&self) -> Vec<usize> {
        self.blocks.iter().filter_map(Block::heading_level).collect()
    }

    /// Blocks other than headings.
    pub(in crate::requirement) fn body(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| block.heading_level().is_none())
    }

    /// Whether a block other than a heading names one of the forms of a name.
    pub(in crate::requirement) fn names_any(&self, forms: &[String]) -> bool {
        forms.iter().any(|form| self.named.contains(form))
    }

    /// Where headings with one of the phrases stand.
    pub(in crate::requirement) fn headings_with<'a>(&'a self, phrases: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
        let headings = self.blocks.iter().enumerate().filter(|(_, block)| block.heading_level().is_some());
        headings.filter_map(|(at, block)| {
            let words = block.words();
            phrases.iter().any(|phrase| contains(&words, phrase)).then_some(at)
        })
    }

    /// Whether the heading is the report's own: it stands first, and everything else is below it.
    pub(in crate::requirement) fn is_title(&self, heading: usize) -> bool {
        heading == 0 && self.below(heading).len() + 1 == self.blocks.len()
    }

    /// Whether anything but headings stands below a heading.
    pub(in crate::requirement) fn says_something_below(&self, heading: usize) -> bool {
        self.below(heading).iter().any(|block| block.heading_level().is_none() && !block.words().is_empty())
    }

    /// The blocks below a heading, down to the next heading that is not below it.
    pub(in crate::requirement) fn below(&self, heading: usize) -> &[Block] {
        let level = self.blocks.get(heading).and_then(Block::heading_level).unwrap_or_default();
        let rest = self.blocks.get(heading + 1..).unwrap_or_default();
        let end = rest.iter().position(|block| block.heading_level().is_some_and(|other| other <= level));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    }

    /// The blocks of the section whose heading has one of the phrases; `None` when there is no such heading.
    pub(in crate::requirement) fn section(&self, phrases: &[&str]) -> Option<&[Block]> {
        let heading = self.headings_with(phrases).find(|at| !self.is_title(*at))?;
        Some(self.below(heading))
    }

    /// Blocks that belong together: every heading opens a new stretch.
    pub(in crate::requirement) fn stretches(&self) -> impl Iterator<Item = &[Block]> {
        let starts: Vec<usize> = self
            .blocks
            .iter()
            .enumerate()
            .filter(|(at, block)| *at == 0 || block.heading_level().is_some())
            .map(|(at, _)| at)
            .collect();
        let ends: Vec<usize> = starts.iter().skip(1).copied().chain([self.blocks.len()]).collect();
        starts.into_iter().zip(ends).filter_map(|(start, end): (usize, usize)| {
            let range: Range<usize> = start..end;
            self.blocks.get(range)
        })
    }
}

impl Block {
    /// Level of a heading.
    pub(in crate::requirement) const fn heading_level(&self) -> Option<usize> {
        match self.kind {
            Kind::Heading(level) => Some(level),
            _ => None,
        }
    }
}

#[derive(Default)]
struct Reader {
    document: Document,
    /// Positions of the blocks that are open, innermost last.
    open: Vec<usize>,
    /// Lists that are open: group and whether numbered.
    lists: Vec<(usize, bool)>,
    groups: usize,
    quotes: usize,
    /// Depth of what a reader does not see.
    hidden: usize,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, source: &str) {
        match event {
            Event::Start(tag) => self.start(&tag, source),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.write(|block| block.push_prose(&text)),
            Event::Code(text) => self.write(|block| block.push_code(&text)),
            Event::SoftBreak | Event::HardBreak => self.write(|block| block.push_prose(" ")),
            Event::Html(_) | Event::InlineHtml(_) => self.document.faults.html += 1,
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, source: &str) {
        match tag {
            Tag::Heading { level, .. } => self.open(Kind::Heading(*level as usize), None),
            Tag::Paragraph if self.open.is_empty() => self.open(Kind::Paragraph, None),
            Tag::Paragraph => self.write(|block| block.push_prose(" ")),
            Tag::List(first) => {
                self.groups += 1;
                self.lists.push((self.groups, first.is_some()));
            }
            Tag::Item => {
                let (group, ordered) = self.lists.last().copied().unwrap_or_default();
                self.open(Kind::Item { ordered }, Some(group));
            }
            Tag::Table(_) => self.groups += 1,
            Tag::TableHead => self.open(Kind::Row { head: true }, Some(self.groups)),
            Tag::TableRow => self.open(Kind::Row { head: false }, Some(self.groups)),
            Tag::TableCell => self.write(|block| block.push_prose(" | ")),
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::CodeBlock(kind) => {
                self.hidden += 1;
                let open = matches!(kind, CodeBlockKind::Fenced(_)) && !is_closed(source);
                self.document.faults.open_fences += usize::from(open);
            }
            Tag::Image { .. } => {
                self.hidden += 1;
                self.document.faults.images += 1;
            }
            Tag::Strikethrough => self.hidden += 1,
            Tag::Link { .. } => self.document.faults.links += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow => self.close(),
            TagEnd::Paragraph if self.is_paragraph() => self.close(),
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::CodeBlock | TagEnd::Image | TagEnd::Strikethrough => self.hidden = self.hidden.saturating_sub(1),
            _ => {}
        }
    }

    fn open(&mut self, kind: Kind, group: Option<usize>) {
        let group = group.unwrap_or_else(|| {
            self.groups += 1;
            self.groups
        });
        self.open.push(self.document.blocks.len());
        self.document.blocks.push(Block::new(kind, group, self.quotes > 0, self.lists.len()));
    }

    fn close(&mut self) {
        let Some(at) = self.open.pop() else { return };
        let Some(block) = self.document.blocks.get_mut(at) else { return };
        block.close();
        let outer = self.open.last().copied().filter(|_| self.open.len() <= DEPTH);
        if let Some(outer) = outer.filter(|outer| *outer < at) {
            let (before, after) = self.document.blocks.split_at_mut(at);
            if let (Some(outer), Some(inner)) = (before.get_mut(outer), after.first()) {
                outer.adopt(inner);
            }
        }
    }

    fn is_paragraph(&self) -> bool {
        let innermost = self.open.last().and_then(|at| self.document.blocks.get(*at));
        innermost.is_some_and(|block| block.kind == Kind::Paragraph)
    }

    fn write(&mut self, write: impl FnOnce(&mut Block)) {
        let innermost = self.open.last().copied().filter(|_| self.hidden == 0);
        if let Some(block) = innermost.and_then(|at| self.document.blocks.get_mut(at)) {
            write(block);
        }
    }

    fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            self.close();
        }
        self.document.named = self.document.body().flat_map(Block::tokens).map(str::to_owned).collect();
        self.document
    }
}

/// Whether the source of a fenced block ends in a fence of its own.
fn is_closed(source: &str) -> bool {
    let mut lines = source.trim_end().lines();
    let Some(first) = lines.next().map(str::trim_start) else { return false };
    let Some(fence) = first.chars().next() else { return false };
    let length = first.chars().take_while(|c| *c == fence).count();
    let last = lines.next_back().unwrap_or_default().trim_start_matches([' ', '>']).trim_end();
    last.len() >= length && last.chars().all(|c| c == fence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_in_order_and_say_what_a_reader_sees() {
        let text = "# Title\n\nSee [docs](https://example.com) <b>now</b>.\n\n1. Fix `S3.8`\n   - on `bucket-a`\n2. ~~gone~~\n\n| a | b |\n|---|---|\n| 1 | `x` |\n";
        let document = Document::parse(text);
        let seen: Vec<_> = document.blocks.iter().map(|block| (block.kind, block.text())).collect();
        let expected = [
            (Kind::Heading(1), "Title"),
            (Kind::Paragraph, "See docs now."),
            (Kind::Item { ordered: true }, "Fix S3.8"),
            (Kind::Item { ordered: false }, "on bucket-a"),
            (Kind::Item { ordered: true }, ""),
            (Kind::Row { head: true }, " | a | b"),
            (Kind::Row { head: false }, " | 1 | x"),
        ];
        assert_eq!(seen, expected.map(|(kind, text)| (kind, text.to_owned())));
        assert_eq!(document.faults, Faults { html: 2, links: 1, images: 0, open_fences: 0 });
        assert!(document.blocks[2].names("bucket-a"), "an item names what its inner items name");
    }

    #[test]
    fn a_fence_without_its_end_is_noticed() {
        assert_eq!(Document::parse("```\nx\n```\n").faults.open_fences, 0);
        assert_eq!(Document::parse("~~~~ text\nx\n~~~\n").faults.open_fences, 1);
        assert_eq!(Document::parse("text\n\n```").faults.open_fences, 1);
    }

    #[test]
    fn a_section_reaches_to_the_next_of_its_level() {
        let document = Document::parse("# R\n\n## Summary\n\na\n\n### Detail\n\nb\n\n## Actions\n\nc\n");
        let section = document.section(&["summary"]).unwrap();
        assert_eq!(section.iter().map(Block::text).collect::<Vec<_>>(), ["a", "Detail", "b"]);
        assert_eq!(document.stretches().count(), 4);
    }
}
