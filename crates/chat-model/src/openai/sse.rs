//! Server-sent events, as far as chat completions use them: `data:` lines, one event each.

use crate::error::ChatError;

/// Longest line: no chunk of an answer comes near it.
const MAX_LINE: usize = 1 << 20;

/// Cuts bytes that arrive in any pieces into the data of events.
#[derive(Debug, Default)]
pub(super) struct Lines {
    partial: Vec<u8>,
}

impl Lines {
    /// The data of the events that `bytes` completes.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, ChatError> {
        let mut complete = Vec::new();
        let mut pieces = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            if self.partial.len() + piece.len() > MAX_LINE {
                return Err(ChatError::malformed("a line of the stream is longer than any chunk of an answer"));
            }
            self.partial.extend_from_slice(piece);
            if pieces.peek().is_some() {
                complete.extend(data(&std::mem::take(&mut self.partial)));
            }
        }
        Ok(complete)
    }

    /// The data of a last line that has no end.
    pub(super) fn finish(&mut self) -> Option<String> {
        data(&std::mem::take(&mut self.partial))
    }
}

/// Comments, event names and blank lines carry nothing.
fn data(line: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(line);
    let data = line.trim_start_matches('\u{feff}').strip_prefix("data:")?.trim();
    (!data.is_empty()).then(|| data.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_wherever_the_bytes_are_cut() {
        let text = ": comment\r\nevent: x\ndata: {\"a\": \"é\"}\r\n\r\ndata:[DONE]\n\ndata: last";
        for size in 1..text.len() {
            let mut lines = Lines::default();
            let mut found: Vec<String> = text.as_bytes().chunks(size).flat_map(|b| lines.push(b).unwrap()).collect();
            found.extend(lines.finish());
            assert_eq!(found, ["{\"a\": \"é\"}", "[DONE]", "last"], "{size}");
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut lines = Lines::default();
        let filled = lines.push(&vec![b'x'; MAX_LINE]);
        assert!(filled.is_ok() && lines.push(b"x").is_err());
    }
}
