//! The report as blocks of text, each with its place: heading, paragraph, list item or table cell.

mod running;

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::normalise::Shadow;
use super::words::names::COMMANDS;

/// Where a block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Heading(usize),
    Paragraph,
    /// List, and position in it from 0.
    Item {
        list: usize,
        index: usize,
    },
    /// Table, row (0 is the header) and column.
    Cell {
        table: usize,
        row: usize,
        column: usize,
    },
    /// A line of a code block that is a command or data.
    Code,
}

/// A stretch of running text.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) shadow: Shadow,
    pub(super) place: Place,
    /// The heading above.
    pub(super) heading: Option<usize>,
    /// The item that holds this one, or the paragraph that introduces the list or table.
    pub(super) lead: Option<usize>,
}

/// A table as positions of its cells' blocks.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Vec<usize>>,
}

/// The whole report.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) blocks: Vec<Block>,
    pub(super) tables: Vec<Table>,
    /// Items per list.
    pub(super) lists: Vec<Vec<usize>>,
    /// Where links lead.
    pub(super) links: Vec<(String, Range<usize>)>,
}

/// Reads markdown.
pub(super) fn read(markdown: &str) -> Document {
    let mut reader = Reader { markdown, ..Reader::default() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.flush();
    reader.document
}

#[derive(Default)]
struct Reader<'a> {
    markdown: &'a str,
    document: Document,
    open: Option<Shadow>,
    place: Option<Place>,
    headings: Vec<(usize, usize)>,
    lists: Vec<OpenList>,
    table: Option<OpenTable>,
    last_paragraph: Option<usize>,
    code_block: Option<bool>,
    /// Whether the open table is one that markdown takes for running text.
    is_running_table: bool,
}

struct OpenList {
    list: usize,
    /// What its first item is numbered.
    start: Option<u64>,
    next: usize,
    lead: Option<usize>,
    item: Option<usize>,
}

struct OpenTable {
    table: usize,
    row: usize,
    column: usize,
    lead: Option<usize>,
}

/// Beyond this a list is not begun: its first number was meant as one.
pub(super) const LONGEST_LIST: u64 = 30;

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code_block.is_some() => self.code_lines(&text, range),
            Event::Text(text) if self.is_running_table => self.cells(&text, range),
            Event::Text(text) => self.shadow().push(&text, range),
            Event::Code(text) => self.shadow().push_code(&text, range),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.shadow().push(&text, range),
            Event::Html(text) => self.html(&text, range),
            Event::SoftBreak | Event::HardBreak => self.next_line(range),
            Event::InlineHtml(_) => self.shadow().push_space(range),
            Event::Rule | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                self.close();
                self.begin_row(range.start);
            }
            Tag::Heading { level, .. } => {
                self.close();
                self.place = Some(Place::Heading(depth(*level)));
            }
            Tag::CodeBlock(kind) => {
                self.close();
                let shell = matches!(kind, CodeBlockKind::Fenced(info) if is_command_language(info));
                self.code_block = Some(shell);
            }
            Tag::List(start) => {
                self.close();
                let lead = self.lists.last().map_or(self.last_paragraph, |list| list.item);
                self.document.lists.push(vec![]);
                self.lists.push(OpenList {
                    list: self.document.lists.len() - 1,
                    start: *start,
                    next: 0,
                    lead,
                    item: None,
                });
            }
            Tag::Item => {
                self.close();
                if let Some(list) = self.lists.last_mut() {
                    list.next += 1;
                    list.item = None;
                }
                self.number(range);
            }
            Tag::Table(_) => {
                self.close();
                self.open_table();
            }
            Tag::TableHead | Tag::TableRow => self.open_row(),
            Tag::TableCell => self.open = Some(Shadow::default()),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.document.links.push((dest_url.to_string(), range));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::HtmlBlock => self.close(),
            TagEnd::CodeBlock => {
                self.flush();
                self.code_block = None;
            }
            TagEnd::List(_) => {
                self.close();
                self.lists.pop();
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::TableHead | TagEnd::TableRow => self.end_row(),
            TagEnd::Table => self.table = None,
            _ => {}
        }
    }

    fn open_table(&mut self) {
        self.document.tables.push(Table::default());
        let lead = self.last_paragraph;
        self.table = Some(OpenTable { table: self.document.tables.len() - 1, row: 0, column: 0, lead });
    }

    fn open_row(&mut self) {
        let table = self.table.as_ref().map_or(0, |table| table.table);
        if let Some(table) = self.document.tables.get_mut(table) {
            table.rows.push(vec![]);
        }
    }

    fn end_cell(&mut self) {
        self.flush();
        if let Some(table) = &mut self.table {
            table.column += 1;
        }
    }

    fn end_row(&mut self) {
        if let Some(table) = &mut self.table {
            table.row += 1;
            table.column = 0;
        }
    }

    fn shadow(&mut self) -> &mut Shadow {
        self.open.get_or_insert_with(Shadow::default)
    }

    /// Text of an HTML block without its tags: what a browser would show is a claim like any other.
    fn html(&mut self, text: &str, range: Range<usize>) {
        let mut inside = false;
        for (offset, c) in text.char_indices() {
            let at = range.start + offset;
            match c {
                '<' => inside = true,
                '>' if inside => {
                    inside = false;
                    self.shadow().push_space(at..at + 1);
                }
                _ if inside => {}
                _ => {
                    let mut buffer = [0; 4];
                    let piece: &str = c.encode_utf8(&mut buffer);
                    self.shadow().push(piece, at..at + c.len_utf8());
                }
            }
        }
    }

    fn code_lines(&mut self, text: &str, range: Range<usize>) {
        let shell = self.code_block.unwrap_or(false);
        let mut start = range.start;
        for line in text.split_inclusive('\n') {
            let end = (start + line.len()).min(range.end.max(start));
            let first = line.split_whitespace().next().unwrap_or("");
            let command = shell || COMMANDS.contains(&first) || first.starts_with(['{', '}', '#', '-']);
            self.shadow().push(line, start..end);
            if command {
                self.place = Some(Place::Code);
            }
            self.flush();
            start = end;
        }
    }

    /// `251. passwords were published` is a list for markdown alone: a reader reads the number.
    fn number(&mut self, range: Range<usize>) {
        let first = self.lists.last().filter(|list| list.next == 1).and_then(|list| list.start);
        if let Some(start) = first.filter(|start| *start > LONGEST_LIST) {
            let digits = start.to_string();
            let end = range.start + digits.len();
            self.shadow().push(&digits, range.start..end);
            self.shadow().push_space(end..end + 1);
        }
    }

    /// Closes what is open of running text.
    fn close(&mut self) {
        self.flush();
        if std::mem::take(&mut self.is_running_table) {
            self.table = None;
        }
    }

    /// Closes the block that is open.
    fn flush(&mut self) {
        let place = self.place.take();
        let Some(mut shadow) = self.open.take() else {
            // An empty cell still counts as a column.
            return;
        };
        shadow.finish();
        let position = self.document.blocks.len();
        let place = place.unwrap_or_else(|| self.running_place());
        if shadow.text.trim().is_empty() && !matches!(place, Place::Cell { .. }) {
            return;
        }
        let lead = self.lead(place, position);
        if let Place::Heading(level) = place {
            self.headings.retain(|(_, above)| *above < level);
        }
        let heading = self.headings.last().map(|(block, _)| *block);
        self.document.blocks.push(Block { shadow, place, heading, lead });
        self.note(place, position);
    }

    fn running_place(&self) -> Place {
        if let Some(table) = &self.table {
            return Place::Cell { table: table.table, row: table.row, column: table.column };
        }
        match self.lists.last() {
            Some(list) => Place::Item { list: list.list, index: list.next.saturating_sub(1) },
            None => Place::Paragraph,
        }
    }

    fn lead(&self, place: Place, position: usize) -> Option<usize> {
        let lead = match place {
            Place::Item { .. } => self.lists.last().and_then(|list| list.item.or(list.lead)),
            Place::Cell { .. } => self.table.as_ref().and_then(|table| table.lead),
            _ => None,
        };
        lead.filter(|lead| *lead != position)
    }

    fn note(&mut self, place: Place, position: usize) {
        match place {
            Place::Heading(level) => {
                self.headings.push((position, level));
                self.last_paragraph = None;
            }
            Place::Paragraph => self.last_paragraph = Some(position),
            Place::Item { list, .. } => {
                if let Some(open) = self.lists.last_mut()
                    && open.item.is_none()
                {
                    open.item = Some(position);
                    if let Some(items) = self.document.lists.get_mut(list) {
                        items.push(position);
                    }
                }
                self.last_paragraph = None;
            }
            Place::Cell { table, row, .. } => {
                if let Some(cells) = self.document.tables.get_mut(table).and_then(|table| table.rows.get_mut(row)) {
                    cells.push(position);
                }
            }
            Place::Code => {}
        }
    }
}

const fn depth(level: HeadingLevel) -> usize {
    level as usize
}

fn is_command_language(info: &str) -> bool {
    let language = info.split([' ', ',', '{']).next().unwrap_or("").to_ascii_lowercase();
    matches!(
        language.as_str(),
        "bash"
            | "sh"
            | "shell"
            | "zsh"
            | "console"
            | "json"
            | "yaml"
            | "yml"
            | "hcl"
            | "terraform"
            | "powershell"
            | "python"
    )
}
