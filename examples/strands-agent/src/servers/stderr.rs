//! What a child process writes to its standard error: kept apart from the conversation, for when it fails.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::ChildStderr;
use tokio::task::JoinHandle;

use crate::text::printable;

/// How much is kept, in bytes.
const KEPT: usize = 2_048;
/// The last words of a process that has ended come within this time.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The last of what a process wrote. The rest goes to the log.
#[derive(Debug)]
pub(super) struct Tail {
    kept: Kept,
    reading: JoinHandle<()>,
}

#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Tail {
    /// Reads along until the process ends.
    pub(super) fn of(stderr: Option<ChildStderr>, server: &str) -> Self {
        let kept = Kept::default();
        let (into, server) = (kept.clone(), server.to_owned());
        let reading = tokio::spawn(async move {
            let Some(mut stderr) = stderr else { return };
            let mut piece = [0; 1_024];
            while let Ok(read @ 1..) = stderr.read(&mut piece).await {
                let read = piece.get(..read).unwrap_or_default();
                tracing::debug!(server, "{}", printable(&String::from_utf8_lossy(read)));
                into.add(read);
            }
        });
        Self { kept, reading }
    }

    /// The last three lines that say something, of a process that is of no use any more.
    pub(super) async fn last_lines(self) -> String {
        // Its output is closed before its last words are read; and it may be alive, and silent.
        let _ = tokio::time::timeout(LAST_WORDS, self.reading).await;
        self.kept.last_lines()
    }
}

impl Kept {
    fn last_lines(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept);
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        printable(&lines.get(lines.len().saturating_sub(3)..).unwrap_or_default().join(" / ")).into_owned()
    }

    fn add(&self, piece: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(piece);
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_no_more() {
        let tail = Kept::default();
        for line in 0..10_000 {
            tail.add(format!("line {line}\n").as_bytes());
        }
        tail.add(b"\x1b[31mred\n\n");
        assert_eq!(tail.last_lines(), "line 9998 / line 9999 / [31mred");
        assert!(tail.0.lock().unwrap().len() <= KEPT);
    }
}
