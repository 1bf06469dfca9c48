//! From the tree to markdown.

use super::tree::{Alignment, Block, Inline, Mark};

pub(super) fn blocks(blocks: &[Block]) -> String {
    let mut out = String::new();
    separated(blocks, "\n\n", &mut out);
    out
}

fn separated(blocks: &[Block], separator: &str, out: &mut String) {
    let mut marker = Marker::First;
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        // Two lists that follow each other stay two by their marks.
        marker = match (block, index.checked_sub(1).and_then(|before| blocks.get(before))) {
            (Block::List { numbered: a, .. }, Some(Block::List { numbered: b, .. })) if a == b => marker.other(),
            _ => Marker::First,
        };
        write(block, marker, out);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    First,
    Second,
}

impl Marker {
    const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

fn write(block: &Block, marker: Marker, out: &mut String) {
    match block {
        Block::Heading(level, content) => {
            out.push_str(&"#".repeat(*level));
            out.push(' ');
            out.push_str(&line(content, Place::Heading));
        }
        Block::Paragraph(content) => out.push_str(&line(content, Place::Text)),
        Block::List { numbered, loose, items } => list(*numbered, *loose, items, marker, out),
        Block::Quote(inner) => indented(&blocks(inner), "> ", "> ", out),
        Block::Code(text) => code_block(text, out),
        Block::Table { columns, rows } => table(columns, rows, out),
        Block::Rule => out.push_str("___"),
    }
}

fn list(numbered: bool, loose: bool, items: &[Vec<Block>], marker: Marker, out: &mut String) {
    let separator = if loose { "\n\n" } else { "\n" };
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        let mark = match (numbered, marker) {
            (false, Marker::First) => "- ".to_owned(),
            (false, Marker::Second) => "* ".to_owned(),
            (true, Marker::First) => format!("{}. ", index + 1),
            (true, Marker::Second) => format!("{}) ", index + 1),
        };
        let mut inner = String::new();
        separated(item, separator, &mut inner);
        indented(&inner, &mark, &" ".repeat(mark.len()), out);
    }
}

fn indented(text: &str, first: &str, others: &str, out: &mut String) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let prefix = if index == 0 { first } else { others };
        out.push_str(if line.is_empty() { prefix.trim_end() } else { prefix });
        out.push_str(line);
    }
}

fn code_block(text: &str, out: &mut String) {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    out.push_str(&format!("{fence}\n{text}\n{fence}"));
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Without spaces around cells: a word count takes a pipe that stands alone for a word.
fn table(columns: &[Alignment], rows: &[Vec<Vec<Inline>>], out: &mut String) {
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push('|');
        for cell in row {
            let cell = line(cell, Place::Cell);
            out.push_str(&cell);
            // Parsers disagree about a pipe after two backslashes.
            out.push_str(if cell.is_empty() || cell.ends_with('\\') { " |" } else { "|" });
        }
        if index == 0 {
            out.push_str("\n|");
            for column in columns {
                out.push_str(match column {
                    Alignment::None => "---|",
                    Alignment::Left => ":---|",
                    Alignment::Center => ":---:|",
                    Alignment::Right => "---:|",
                });
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Heading,
    Cell,
}

fn line(content: &[Inline], place: Place) -> String {
    let mut out = String::new();
    inline(content, place, &mut out);
    out
}

fn inline(content: &[Inline], place: Place, out: &mut String) {
    for part in content {
        match part {
            Inline::Text(text) => escaped(text, place, out),
            Inline::Code(code) => out.push_str(&code_span(code, place)),
            Inline::Marked(mark, content) => {
                let mark = match mark {
                    Mark::Emphasis => "*",
                    Mark::Strong => "**",
                };
                out.push_str(mark);
                inline(content, place, out);
                out.push_str(mark);
            }
            Inline::Soft => out.push('\n'),
            Inline::Hard => out.push_str("\\\n"),
        }
    }
}

/// A code span whose fence is longer than any run of backticks inside.
fn code_span(code: &str, place: Place) -> String {
    let fence = "`".repeat(longest_run(code) + 1);
    let is_padded = code.starts_with('`')
        || code.ends_with('`')
        || (code.starts_with(' ') && code.ends_with(' ') && !code.trim().is_empty());
    let pad = if is_padded { " " } else { "" };
    let code = if place == Place::Cell { code.replace('|', "\\|") } else { code.to_owned() };
    format!("{fence}{pad}{code}{pad}{fence}")
}

/// Text in which nothing is markup.
fn escaped(text: &str, place: Place, out: &mut String) {
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let at_line_start = out.is_empty() || out.ends_with('\n');
        let after = chars.peek().map(|(_, c)| *c);
        let is_markup = match c {
            '\\' | '`' | '*' | '[' | '<' | '~' | '|' => true,
            '_' => !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)),
            '&' => after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '#'),
            '#' => at_line_start || place == Place::Heading,
            '>' | '+' | '-' | '=' | ':' => at_line_start,
            '.' | ')' => is_list_number(out, text.get(..at).unwrap_or_default()),
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}

/// Whether what was written of this line so far is a number, all of it from this text.
fn is_list_number(out: &str, text: &str) -> bool {
    let digits = text.len();
    (1..=9).contains(&digits)
        && text.bytes().all(|b| b.is_ascii_digit())
        && out.strip_suffix(text).is_some_and(|rest| rest.is_empty() || rest.ends_with('\n'))
}
