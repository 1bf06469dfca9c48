//! For whom a text about events is, and how much of them it tells.

use crate::answer::{Basis, MAX_TEXT_BYTES};
use crate::arguments::Detail;
use crate::evidence_store::Analysis;

/// Names of each list.
const NAMES: usize = 4;

/// How a text is told: to a host, which has the structured content beside it, or on a terminal.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    /// Names of each list at most.
    pub(super) names: usize,
    /// Where to find what is left out.
    pub(super) rest: &'static str,
    /// How to ask for the next page: the words before the cursor, and those after it.
    cursor: (&'static str, &'static str),
    /// What the answer rests on; it stands at the end.
    basis: String,
    bytes: usize,
}

impl Telling {
    /// As a tool answers.
    pub(crate) fn to_host(analysis: &Analysis) -> Self {
        let cursor = ("ask again with cursor \"", "\"");
        Self { names: NAMES, rest: "in the structured content", cursor, basis: basis(analysis), bytes: MAX_TEXT_BYTES }
    }

    /// As a command prints.
    pub(crate) fn on_terminal(analysis: &Analysis, detail: Detail) -> Self {
        let (names, bytes) = match detail {
            Detail::Full => (usize::MAX, usize::MAX),
            Detail::Summary | Detail::Standard => (NAMES, MAX_TEXT_BYTES),
        };
        Self { names, rest: "with --detail full", cursor: ("--cursor ", ""), basis: basis(analysis), bytes }
    }

    /// Bytes that a text may have before its end.
    pub(super) const fn room(&self) -> usize {
        const MORE: usize = 200;
        self.bytes.saturating_sub(self.basis.len() + MORE)
    }

    /// The end of a text: where the next page starts, and what the answer rests on.
    pub(super) fn end(&self, text: &mut String, next_cursor: Option<&str>) {
        if let Some(cursor) = next_cursor {
            let (before, after) = self.cursor;
            text.push_str(&format!("\nMore events: {before}{cursor}{after}.\n"));
        }
        if !self.basis.is_empty() {
            text.push('\n');
            text.push_str(&self.basis);
        }
    }
}

fn basis(analysis: &Analysis) -> String {
    analysis.basis.as_ref().map(Basis::text).unwrap_or_default()
}
