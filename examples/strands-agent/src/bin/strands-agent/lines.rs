//! Lines from a person at a terminal, with editing and history.

use std::sync::{Arc, Mutex, PoisonError};

use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{Config, Editor};

/// What a person entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line.
    Text(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the terminal is gone.
    End,
}

type Terminal = Editor<(), MemHistory>;

/// The line editor. One question is asked at a time; history is kept in memory only, for questions may be confidential.
pub(crate) struct Lines {
    editor: Arc<Mutex<Option<Terminal>>>,
    #[cfg(unix)]
    found: Option<rustix::termios::Termios>,
}

impl Lines {
    /// The editor of this terminal.
    pub(crate) fn new() -> Self {
        let config = Config::builder().auto_add_history(false).build();
        let history = MemHistory::with_config(&config);
        let editor = Editor::with_history(config, history);
        Self {
            editor: Arc::new(Mutex::new(editor.ok())),
            #[cfg(unix)]
            found: rustix::termios::tcgetattr(std::io::stdin()).ok(),
        }
    }

    /// Gives the terminal back as it was found. An editor that waits for a line when the program is told to end never
    /// returns to do so, and would leave a shell that shows nothing of what is typed.
    pub(crate) fn give_back_terminal(&self) {
        #[cfg(unix)]
        if let Some(found) = &self.found {
            // A terminal that is gone needs nothing.
            let _ = rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Now, found);
        }
    }

    /// Asks for a line, and remembers it in the history.
    pub(crate) async fn question(&self, prompt: &str) -> Line {
        self.read(prompt, true).await
    }

    /// Asks for a line that is not remembered: an approval, or a value that a server asks for.
    pub(crate) async fn reply(&self, prompt: &str) -> Line {
        self.read(prompt, false).await
    }

    async fn read(&self, prompt: &str, remember: bool) -> Line {
        let (editor, prompt) = (Arc::clone(&self.editor), prompt.to_owned());
        let read = move || {
            let mut editor = editor.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(editor) = editor.as_mut() else { return Line::End };
            match editor.readline(&prompt) {
                Ok(line) => {
                    if remember && !line.trim().is_empty() {
                        // A history that is full or refuses a line is no reason to lose the line.
                        let _ = editor.add_history_entry(&line);
                    }
                    Line::Text(line)
                }
                Err(ReadlineError::Interrupted) => Line::Interrupted,
                Err(_) => Line::End,
            }
        };
        tokio::task::spawn_blocking(read).await.unwrap_or(Line::End)
    }
}
