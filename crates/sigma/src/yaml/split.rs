//! A file cut into documents before it is parsed, so that one broken document does not take the others with it.

/// The text of one document and the line (from 0) at which it begins.
pub(super) struct Chunk<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
}

/// Cuts at each `---` and after each `...` that begin a line: neither can stand there inside a document
/// (YAML 1.2.2, section 9.1.2; recalled). Chunks without content are left out.
pub(super) fn chunks(text: &str) -> Vec<Chunk<'_>> {
    let mut found = Vec::new();
    let (mut start, mut start_line, mut offset) = (0, 0, 0);
    let mut close = |from: usize, to: usize, line: usize| {
        if let Some(text) = text.get(from..to)
            && has_content(text)
        {
            found.push(Chunk { text, line });
        }
    };
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let next = offset + line.len();
        if is_marker(line, "---") {
            close(start, offset, start_line);
            (start, start_line) = (offset, number);
        } else if is_marker(line, "...") {
            close(start, offset, start_line);
            (start, start_line) = (next, number + 1);
        }
        offset = next;
    }
    close(start, text.len(), start_line);
    found
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

fn has_content(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.strip_prefix("---").unwrap_or(line).trim();
        !line.is_empty() && !line.starts_with(['#', '%'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, usize)]) {
        let found: Vec<_> = chunks(text).into_iter().map(|chunk| (chunk.text, chunk.line)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn documents_are_cut_where_markers_begin_a_line() {
        check("a: 1\n---\nb: 2\n", &[("a: 1\n", 0), ("---\nb: 2\n", 1)]);
        check("---\na: 1\n...\nb: 2", &[("---\na: 1\n", 0), ("b: 2", 3)]);
        check("a: '--- x'\nb: ---y\n ---\n", &[("a: '--- x'\nb: ---y\n ---\n", 0)]);
        check("# only\n---\n---\n\n", &[]);
        check("a: 1\r\n---\r\nb: 2\r\n", &[("a: 1\r\n", 0), ("---\r\nb: 2\r\n", 1)]);
    }
}
