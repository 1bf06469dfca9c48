//! From markdown to the tree: what has no place in a report is dropped here.

use pulldown_cmark::{Alignment as Column, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::html::{self, Hidden};
use super::tree::{Alignment, Block, Inline, MAX_COLUMNS, MAX_DEPTH, Mark, normal};
use super::visible::{visible, visible_lines};

/// Container marks at the start of one line. A parser looks at every open container on every line, so that their number
/// must not grow with the text.
const MAX_MARKS: usize = 24;

/// Strikethrough is no markup here: text that is struck out would be stated and taken back at once.
pub(crate) fn parse(text: &str) -> Vec<Block> {
    let text = shallow(text);
    let mut builder = Builder::default();
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        builder.event(event);
    }
    normal(builder.finish())
}

/// The text with at most [`MAX_MARKS`] container marks at the start of each line.
fn shallow(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut marks = 0;
        let is_space = |c: char| c == ' ' || c == '\t';
        let end = line.char_indices().find(|(_, c)| {
            marks += usize::from(!is_space(*c));
            marks > MAX_MARKS || !(is_space(*c) || ">-*+.)".contains(*c) || c.is_ascii_digit())
        });
        let end = end.map_or(line.len(), |(at, _)| at);
        let (start, rest) = line.split_at_checked(end).unwrap_or((line, ""));
        out.push_str(start);
        let too_many = marks > MAX_MARKS;
        out.push_str(if too_many { rest.trim_start_matches(['>', '-', '*', '+', ' ', '\t']) } else { rest });
    }
    out
}

/// What is being built: a block with its blocks or its inline content.
enum Open {
    Document(Vec<Block>),
    Quote(Vec<Block>),
    List {
        /// What an ordered list counts from.
        start: Option<u64>,
        loose: bool,
        items: Vec<Vec<Block>>,
    },
    /// Inline content that stands in the item without a paragraph around it.
    Item {
        blocks: Vec<Block>,
        bare: Vec<Inline>,
    },
    Paragraph(Vec<Inline>),
    Heading(usize, Vec<Inline>),
    Marked(Mark, Vec<Inline>),
    Table {
        columns: Vec<Alignment>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Row(Vec<Vec<Inline>>),
    Cell(Vec<Inline>),
    Code(String),
    Html(String),
    /// Something that leaves no trace but its content: a link, or a level too deep.
    Nothing,
}

struct Builder {
    stack: Vec<Open>,
    hidden: Hidden,
    /// The number that a list which goes on would start with.
    next_number: u64,
    /// Containers that were opened beyond [`MAX_DEPTH`].
    too_deep: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self { stack: vec![Open::Document(vec![])], hidden: Hidden::default(), next_number: 1, too_deep: 0 }
    }
}

impl Builder {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.code(&code),
            Event::InlineHtml(tag) => self.hidden.tag(&tag),
            Event::Html(text) => self.html(&text),
            Event::SoftBreak => self.inline(Inline::Soft),
            Event::HardBreak => self.inline(Inline::Hard),
            Event::Rule => self.block(Block::Rule),
            // Extensions that are not switched on.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.text(&text),
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let container = matches!(tag, Tag::BlockQuote(_) | Tag::List(_) | Tag::Emphasis | Tag::Strong);
        if container && (self.too_deep > 0 || self.depth() >= MAX_DEPTH) {
            self.too_deep += 1;
            self.stack.push(Open::Nothing);
            return;
        }
        self.stack.push(match tag {
            Tag::BlockQuote(_) => Open::Quote(vec![]),
            Tag::List(start) => Open::List { start, loose: false, items: vec![] },
            Tag::Item if self.too_deep == 0 => Open::Item { blocks: vec![], bare: vec![] },
            Tag::Paragraph | Tag::HtmlBlock if matches!(tag, Tag::HtmlBlock) => Open::Html(String::new()),
            Tag::Paragraph => Open::Paragraph(vec![]),
            Tag::Heading { level, .. } => Open::Heading(depth_of(level), vec![]),
            Tag::Emphasis => Open::Marked(Mark::Emphasis, vec![]),
            Tag::Strong => Open::Marked(Mark::Strong, vec![]),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => Open::Code(String::new()),
            Tag::Table(columns) => {
                Open::Table { columns: columns.into_iter().take(MAX_COLUMNS).map(alignment).collect(), rows: vec![] }
            }
            Tag::TableHead | Tag::TableRow => Open::Row(vec![]),
            Tag::TableCell => Open::Cell(vec![]),
            _ => Open::Nothing,
        });
    }

    fn end(&mut self, tag: TagEnd) {
        let Some(open) = self.stack.pop() else { return };
        if !matches!(open, Open::Marked(..) | Open::Nothing) {
            // What hides text does not reach past its block.
            self.hidden = Hidden::default();
        }
        match open {
            Open::Document(blocks) => self.stack.push(Open::Document(blocks)),
            Open::Quote(blocks) => self.block(Block::Quote(blocks)),
            Open::List { start, loose, items } => self.list(start, loose, items),
            Open::Item { mut blocks, bare } => {
                close_bare(&mut blocks, bare);
                if let Some(Open::List { items, .. }) = self.stack.last_mut() {
                    items.push(blocks);
                }
            }
            Open::Paragraph(content) => {
                self.loosen();
                self.block(Block::Paragraph(content));
            }
            Open::Heading(level, content) => self.block(Block::Heading(level, content)),
            Open::Marked(mark, content) => self.inline(Inline::Marked(mark, content)),
            Open::Table { columns, rows } => self.block(Block::Table { columns, rows }),
            Open::Row(cells) => {
                if let Some(Open::Table { rows, columns }) = self.stack.last_mut() {
                    let mut cells: Vec<_> = cells.into_iter().take(columns.len()).collect();
                    cells.resize(columns.len(), vec![]);
                    rows.push(cells);
                }
            }
            Open::Cell(content) => {
                if let Some(Open::Row(cells)) = self.stack.last_mut() {
                    cells.push(content);
                }
            }
            Open::Code(text) => self.block(Block::Code(visible_lines(&text.replace('\t', "    ")).into_owned())),
            Open::Html(text) => {
                for line in html::text(&text).lines() {
                    self.block(Block::Paragraph(vec![Inline::Text(visible(line).into_owned())]));
                }
            }
            Open::Nothing => {
                let container =
                    matches!(tag, TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Emphasis | TagEnd::Strong);
                self.too_deep = self.too_deep.saturating_sub(usize::from(container));
            }
        }
    }

    fn depth(&self) -> usize {
        let counts = |open: &&Open| matches!(open, Open::Quote(_) | Open::List { .. } | Open::Marked(..));
        self.stack.iter().rev().take(4 * MAX_DEPTH).filter(counts).count()
    }

    /// A paragraph directly in an item: the list has blank lines between its items.
    fn loosen(&mut self) {
        if let [.., Open::List { loose, .. }, Open::Item { .. }] = self.stack.as_mut_slice() {
            *loose = true;
        }
    }

    fn block(&mut self, block: Block) {
        for open in self.stack.iter_mut().rev() {
            match open {
                Open::Document(blocks) | Open::Quote(blocks) => return blocks.push(block),
                Open::Item { blocks, bare } => {
                    close_bare(blocks, std::mem::take(bare));
                    return blocks.push(block);
                }
                _ => {}
            }
        }
    }

    /// An ordered list that starts in the middle of nowhere counts nothing: `71. accounts were breached` is a statement, and
    /// is kept as one. Written again, its number would be gone, and with it what is wrong.
    fn list(&mut self, start: Option<u64>, loose: bool, mut items: Vec<Vec<Block>>) {
        let states = start.filter(|start| *start > 1 && *start != self.next_number);
        if let Some(start) = states {
            for (item, number) in items.iter_mut().zip(start..).filter(|(item, _)| !item.is_empty()) {
                let number = Inline::Text(format!("{number} "));
                match item.first_mut() {
                    Some(Block::Paragraph(content)) => content.insert(0, number),
                    _ => item.insert(0, Block::Paragraph(vec![number])),
                }
            }
        } else if let Some(start) = start {
            self.next_number = start.saturating_add(items.len() as u64);
        }
        self.block(Block::List { numbered: start.is_some() && states.is_none(), loose, items });
    }

    fn text(&mut self, text: &str) {
        match self.stack.last_mut() {
            Some(Open::Code(code) | Open::Html(code)) => code.push_str(text),
            _ if self.hidden.is_hidden() => {}
            _ => self.inline(Inline::Text(visible(text).into_owned())),
        }
    }

    fn html(&mut self, text: &str) {
        if let Some(Open::Html(html)) = self.stack.last_mut() {
            html.push_str(text);
        }
    }

    fn code(&mut self, code: &str) {
        let code = visible(code);
        if !self.hidden.is_hidden() && !code.trim().is_empty() {
            self.inline(Inline::Code(code.into_owned()));
        }
    }

    fn inline(&mut self, inline: Inline) {
        for open in self.stack.iter_mut().rev() {
            match open {
                Open::Paragraph(content)
                | Open::Heading(_, content)
                | Open::Marked(_, content)
                | Open::Cell(content)
                | Open::Item { bare: content, .. } => return content.push(inline),
                Open::Document(blocks) | Open::Quote(blocks) => return blocks.push(Block::Paragraph(vec![inline])),
                _ => {}
            }
        }
    }

    fn finish(self) -> Vec<Block> {
        self.stack.into_iter().next().map_or_else(Vec::new, |open| match open {
            Open::Document(blocks) => blocks,
            _ => vec![],
        })
    }
}

fn close_bare(blocks: &mut Vec<Block>, bare: Vec<Inline>) {
    if !bare.is_empty() {
        blocks.push(Block::Paragraph(bare));
    }
}

const fn alignment(column: Column) -> Alignment {
    match column {
        Column::None => Alignment::None,
        Column::Left => Alignment::Left,
        Column::Center => Alignment::Center,
        Column::Right => Alignment::Right,
    }
}

const fn depth_of(level: HeadingLevel) -> usize {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
