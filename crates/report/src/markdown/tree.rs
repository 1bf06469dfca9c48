//! The tree of a report: the few kinds of markup that may be written, and their normal form.

use super::link;

/// Nesting of blocks and of emphasis that is kept; deeper levels are read as part of the deepest one.
pub(super) const MAX_DEPTH: usize = 12;
/// Columns of a table that are kept.
pub(super) const MAX_COLUMNS: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Emphasis,
    Strong,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    Text(String),
    Code(String),
    Marked(Mark, Vec<Inline>),
    /// A line end that is drawn as a space.
    Soft,
    /// A line end.
    Hard,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alignment {
    None,
    Left,
    Center,
    Right,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Heading(usize, Vec<Inline>),
    Paragraph(Vec<Inline>),
    List {
        /// Numbered from 1, whatever the draft began with: a number of its own would be one that nobody checks.
        numbered: bool,
        loose: bool,
        items: Vec<Vec<Block>>,
    },
    Quote(Vec<Block>),
    Code(String),
    Table {
        columns: Vec<Alignment>,
        /// The header first.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Rule,
}

/// Blocks without empty ones, with inline content in normal form, and lists loose only where writing can say so.
pub(crate) fn normal(blocks: Vec<Block>) -> Vec<Block> {
    blocks.into_iter().filter_map(normal_block).collect()
}

fn normal_block(block: Block) -> Option<Block> {
    Some(match block {
        Block::Heading(level, content) => Block::Heading(level, some_inline(one_line(content))?),
        Block::Paragraph(content) => Block::Paragraph(some_inline(normal_inline(content))?),
        Block::List { numbered, loose, items } => normal_list(numbered, loose, items)?,
        Block::Quote(blocks) => Block::Quote(Some(normal(blocks)).filter(|blocks| !blocks.is_empty())?),
        Block::Code(text) => Block::Code(normal_code(&text)?),
        Block::Table { columns, rows } => {
            let cells = |row: Vec<Vec<Inline>>| row.into_iter().map(|cell| whole_pipes(one_line(cell))).collect();
            Block::Table { columns, rows: rows.into_iter().map(cells).collect() }
        }
        Block::Rule => Block::Rule,
    })
}

/// A table splits its cells before it looks for code. `\|` keeps a pipe in its cell, but parsers disagree about one that
/// has a backslash before it: that one is written as an escape that can be seen.
fn whole_pipes(content: Vec<Inline>) -> Vec<Inline> {
    let whole = |inline| match inline {
        Inline::Code(code) => Inline::Code(code.replace("\\|", "\\\\u{7c}")),
        Inline::Marked(mark, content) => Inline::Marked(mark, whole_pipes(content)),
        other => other,
    };
    content.into_iter().map(whole).collect()
}

fn some_inline(content: Vec<Inline>) -> Option<Vec<Inline>> {
    (!content.is_empty()).then_some(content)
}

fn normal_list(numbered: bool, loose: bool, items: Vec<Vec<Block>>) -> Option<Block> {
    let items: Vec<Vec<Block>> = items.into_iter().map(normal).filter(|item| !item.is_empty()).collect();
    if items.is_empty() {
        return None;
    }
    let has_text = items.iter().flatten().any(|block| matches!(block, Block::Paragraph(_)));
    let several_blocks = items.iter().any(|item| item.len() > 1);
    // Without a blank line, only a list may follow a paragraph and still be read as a block of its own everywhere.
    let needs_blank =
        items.iter().any(|item| !matches!(item.as_slice(), [_] | [Block::Paragraph(_), Block::List { .. }]));
    let loose = needs_blank || (loose && has_text && (items.len() > 1 || several_blocks));
    Some(Block::List { numbered, loose, items })
}

/// Code without control characters, without empty lines around it; none when nothing is left.
fn normal_code(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let first = lines.iter().position(|line| !line.is_empty())?;
    let last = lines.iter().rposition(|line| !line.is_empty())?;
    lines.get(first..=last).map(|lines| lines.join("\n"))
}

fn one_line(content: Vec<Inline>) -> Vec<Inline> {
    normal_inline(flat_breaks(content))
}

fn flat_breaks(content: Vec<Inline>) -> Vec<Inline> {
    content
        .into_iter()
        .map(|inline| match inline {
            Inline::Soft | Inline::Hard => Inline::Text(" ".to_owned()),
            Inline::Marked(mark, content) => Inline::Marked(mark, flat_breaks(content)),
            other => other,
        })
        .collect()
}

/// Inline content in normal form: neighbouring texts joined, spaces single and none at the ends of lines, addresses that
/// a reader would turn into links as code, no two code spans side by side.
pub(crate) fn normal_inline(content: Vec<Inline>) -> Vec<Inline> {
    let mut joined = Joined::default();
    joined.all(content);
    let mut line = link::without_links(joined.0);
    separate_code(&mut line);
    trim_lines(&mut line);
    line
}

#[derive(Default)]
struct Joined(Vec<Inline>);

impl Joined {
    fn all(&mut self, content: Vec<Inline>) {
        for inline in content {
            match inline {
                Inline::Text(text) => self.text(&text),
                Inline::Marked(mark, content) => self.marked(mark, content),
                other => self.0.push(other),
            }
        }
    }

    fn text(&mut self, text: &str) {
        if !matches!(self.0.last(), Some(Inline::Text(_))) {
            self.0.push(Inline::Text(String::new()));
        }
        let Some(Inline::Text(last)) = self.0.last_mut() else { return };
        for c in text.chars() {
            let c = if c.is_whitespace() { ' ' } else { c };
            if c != ' ' || !last.ends_with(' ') {
                last.push(c);
            }
        }
    }

    /// Emphasis around nothing is dropped, and around spaces or within itself it is none.
    fn marked(&mut self, mark: Mark, content: Vec<Inline>) {
        let mut inner = Self::default();
        inner.all(content);
        let inner = inner.0;
        let bare_ends = !ends_blank(inner.first(), true) && !ends_blank(inner.last(), false);
        let again = inner.iter().any(|inline| matches!(inline, Inline::Marked(same, _) if *same == mark));
        if inner.is_empty() || !bare_ends || again {
            return self.all(inner);
        }
        self.0.push(Inline::Marked(mark, normal_inline(inner)));
    }
}

fn ends_blank(end: Option<&Inline>, first: bool) -> bool {
    match end {
        Some(Inline::Text(text)) if first => text.starts_with(' ') || text.is_empty(),
        Some(Inline::Text(text)) => text.ends_with(' ') || text.is_empty(),
        Some(Inline::Soft | Inline::Hard) => true,
        _ => false,
    }
}

/// Two fences that touch would be one fence.
fn separate_code(line: &mut Vec<Inline>) {
    let mut out: Vec<Inline> = Vec::with_capacity(line.len());
    for inline in line.drain(..) {
        if matches!((out.last(), &inline), (Some(Inline::Code(_)), Inline::Code(_))) {
            out.push(Inline::Text(" ".to_owned()));
        }
        out.push(inline);
    }
    *line = out;
}

fn trim_lines(line: &mut Vec<Inline>) {
    let mut out: Vec<Inline> = Vec::with_capacity(line.len());
    for inline in line.drain(..) {
        match inline {
            Inline::Text(text) => {
                let at_start = out.last().is_none_or(is_break);
                let text = if at_start { text.trim_start().to_owned() } else { text };
                if !text.is_empty() {
                    out.push(Inline::Text(text));
                }
            }
            Inline::Soft | Inline::Hard => {
                trim_end(&mut out);
                if out.last().is_some_and(|last| !is_break(last)) {
                    out.push(inline);
                }
            }
            other => out.push(other),
        }
    }
    trim_end(&mut out);
    while out.last().is_some_and(is_break) {
        out.pop();
        trim_end(&mut out);
    }
    *line = out;
}

fn trim_end(out: &mut Vec<Inline>) {
    if let Some(Inline::Text(text)) = out.last_mut() {
        text.truncate(text.trim_end().len());
        if text.is_empty() {
            out.pop();
        }
    }
}

fn is_break(inline: &Inline) -> bool {
    matches!(inline, Inline::Soft | Inline::Hard)
}

/// The same blocks with nothing emphasised.
pub(super) fn without_marks(blocks: Vec<Block>) -> Vec<Block> {
    normal(blocks.into_iter().map(|block| map(block, &plain, &|code| code)).collect())
}

fn plain(content: Vec<Inline>) -> Vec<Inline> {
    let parts = content.into_iter().flat_map(|inline| match inline {
        Inline::Marked(_, content) => plain(content),
        other => vec![other],
    });
    parts.collect()
}

/// Every line of text as a paragraph of its own, with nothing around it.
pub(super) fn paragraphs(block: Block) -> Vec<Block> {
    let mut out = Vec::new();
    leaves(block, &mut out);
    normal(out.into_iter().map(|content| Block::Paragraph(flat_breaks(plain(content)))).collect())
}

fn leaves(block: Block, out: &mut Vec<Vec<Inline>>) {
    match block {
        Block::Heading(_, content) | Block::Paragraph(content) => out.push(content),
        Block::List { items, .. } => items.into_iter().flatten().for_each(|block| leaves(block, out)),
        Block::Quote(blocks) => blocks.into_iter().for_each(|block| leaves(block, out)),
        Block::Code(text) => out.extend(text.lines().map(|line| vec![Inline::Code(line.to_owned())])),
        Block::Table { rows, .. } => out.extend(rows.into_iter().flatten()),
        Block::Rule => {}
    }
}

/// The block with every run of inline content and every block of code changed.
pub(crate) fn map(block: Block, inline: &dyn Fn(Vec<Inline>) -> Vec<Inline>, code: &dyn Fn(String) -> String) -> Block {
    let all = |blocks: Vec<Block>| blocks.into_iter().map(|block| map(block, inline, code)).collect::<Vec<_>>();
    match block {
        Block::Heading(level, content) => Block::Heading(level, inline(content)),
        Block::Paragraph(content) => Block::Paragraph(inline(content)),
        Block::List { numbered, loose, items } => {
            Block::List { numbered, loose, items: items.into_iter().map(all).collect() }
        }
        Block::Quote(blocks) => Block::Quote(all(blocks)),
        Block::Table { columns, rows } => {
            let rows = rows.into_iter().map(|row| row.into_iter().map(inline).collect()).collect();
            Block::Table { columns, rows }
        }
        Block::Code(text) => Block::Code(code(text)),
        Block::Rule => Block::Rule,
    }
}
