//! Markdown written again from its parsed tree: headings, paragraphs, lists, tables, emphasis, code, quotes and rules,
//! and nothing else.
//!
//! Links and images leave their text, HTML its text, addresses become code. Characters that cannot be seen are dropped.
//! What is written is read again before it is handed out: a block that does not read as it was meant is written more
//! plainly, in the last resort as code. So what comes out reads the same for the next parser, and writing it again
//! changes nothing.

mod html;
mod link;
mod parse;
mod tree;
mod visible;
mod write;

pub(crate) use parse::parse;
pub(crate) use tree::{Block, Inline, map, normal};
pub(crate) use visible::{is_visible, visible_lines};

/// Longest text that is read, and longest that is written, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

const CUT: &str = "Cut here: the text was too long.";

/// The text with nothing in it but the markup above.
///
/// What lies beyond [`MAX_BYTES`] is cut off, and a last line says so.
#[must_use]
pub fn rerender(text: &str) -> String {
    let (text, cut) = within_limit(text);
    write(parse(text), cut)
}

/// Whether a text has nothing to act upon: no link, image, HTML or footnote.
pub(crate) fn is_inert(text: &str) -> bool {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let acts = |event| {
        matches!(
            event,
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::HtmlBlock)
                | Event::Html(_)
                | Event::InlineHtml(_)
        )
    };
    !Parser::new_ext(text, Options::ENABLE_TABLES).any(acts)
}

/// The start of `text` that is read, and whether something was left out.
pub(crate) fn within_limit(text: &str) -> (&str, bool) {
    within(text, MAX_BYTES)
}

/// The same for another limit, in bytes.
pub(crate) fn within(text: &str, limit: usize) -> (&str, bool) {
    if text.len() <= limit {
        return (text, false);
    }
    let end = text.floor_char_boundary(limit);
    (text.get(..end).unwrap_or_default(), true)
}

/// Writes blocks so that they read as they are, up to the limit.
pub(crate) fn write(blocks: Vec<Block>, mut cut: bool) -> String {
    let mut kept = Vec::with_capacity(blocks.len());
    let mut bytes = CUT.len() + 3;
    for block in blocks.into_iter().flat_map(readable) {
        bytes += write::blocks(std::slice::from_ref(&block)).len() + 2;
        if bytes > MAX_BYTES {
            cut = true;
            break;
        }
        kept.push(block);
    }
    if cut {
        kept.push(Block::Paragraph(vec![Inline::Text(CUT.to_owned())]));
    }
    let mut out = write::blocks(&kept);
    if parse(&out) != kept {
        out = write::blocks(&kept.into_iter().flat_map(as_code).collect::<Vec<_>>());
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// The block as it is, or in the richest plainer form that reads as it was meant.
fn readable(block: Block) -> Vec<Block> {
    let reads_back = |blocks: &[Block]| parse(&write::blocks(blocks)) == blocks;
    let whole = vec![block];
    if reads_back(&whole) {
        return whole;
    }
    let plain = tree::without_marks(whole);
    if reads_back(&plain) {
        return plain;
    }
    plain
        .into_iter()
        .flat_map(tree::paragraphs)
        .flat_map(|block| if reads_back(std::slice::from_ref(&block)) { vec![block] } else { as_code(block) })
        .collect()
}

fn as_code(block: Block) -> Vec<Block> {
    normal(vec![Block::Code(write::blocks(&[block]))])
}
