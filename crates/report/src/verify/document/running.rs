//! Lines of running text that a reader takes for more: rows of a table without a header, and labels at the front of a line.

use std::ops::Range;

use super::Reader;

/// Longest label at the front of a line, in bytes.
const LONGEST_LABEL: usize = 40;

impl Reader<'_> {
    pub(super) fn next_line(&mut self, line_break: Range<usize>) {
        if self.begin_row(line_break.end) {
            return;
        }
        if self.is_running_table {
            self.close();
        } else if starts_with_label(self.markdown.get(line_break.end..).unwrap_or("")) {
            let ends = self.shadow().text.trim_end().ends_with(['.', ':', ';', '!', '?', ',']);
            self.shadow().push(if ends { " " } else { ". " }, line_break);
        } else {
            self.shadow().push_space(line_break);
        }
    }

    /// A line of running text that begins with a bar is a row to whoever reads it: `| title | LOW |` without a header.
    pub(super) fn begin_row(&mut self, at: usize) -> bool {
        let line = self.markdown.get(at..).unwrap_or("").trim_start();
        if !line.starts_with('|') && !line.starts_with("\\|") {
            return false;
        }
        self.flush();
        if !self.is_running_table {
            self.open_table();
            self.open_row();
            self.is_running_table = true;
        }
        self.end_row();
        self.open_row();
        true
    }

    /// Text of a row among running text.
    pub(super) fn cells(&mut self, text: &str, range: Range<usize>) {
        let mut start = range.start;
        for (position, piece) in text.split('|').enumerate() {
            if position > 0 {
                self.end_cell();
                start += 1;
            }
            self.shadow().push(piece, start..start + piece.len());
            start += piece.len();
        }
    }
}

/// `by workflow: 105 new`: a line of its own, whatever markdown makes of it.
fn starts_with_label(text: &str) -> bool {
    let line = text.lines().next().unwrap_or("").trim_start();
    let label = line.split_once(": ").map(|(label, _)| label);
    label.is_some_and(|label| {
        label.len() <= LONGEST_LABEL && label.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '*' | '-' | '/'))
    })
}
