//! One question from the command line, or one a line from standard input.

use std::io::{self, Write as _};

use strands_agent::{Answer, Ending};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use crate::Exit;
use crate::answering::{Ended, ask, close};
use crate::cli::{Arguments, Format};
use crate::setup::Session;
use crate::signals::Signals;
use crate::summary;
use crate::terminal::Terminal;

/// Longest question, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Answers, and ends with the worst that happened.
pub(crate) async fn run(
    mut session: Session,
    arguments: &Arguments,
    terminal: &Terminal,
    signals: &mut Signals,
) -> Exit {
    let exit = match &arguments.question {
        Some(question) => one(&mut session, question, arguments.format, terminal, signals).await,
        None => all(&mut session, arguments.format, terminal, signals).await,
    };
    close(session.agent, signals).await;
    exit
}

async fn all(session: &mut Session, format: Format, terminal: &Terminal, signals: &mut Signals) -> Exit {
    let mut stdin = BufReader::new(tokio::io::stdin());
    let mut worst = Exit::Done;
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut bounded = (&mut stdin).take(MOST_BYTES);
        let read = tokio::select! {
            read = bounded.read_until(b'\n', &mut line) => read,
            _ = signals.stop() => return Exit::Interrupted,
        };
        if !matches!(read, Ok(1..)) {
            return worst;
        }
        let question = String::from_utf8_lossy(&line);
        let question = question.trim();
        if question.is_empty() {
            continue;
        }
        worst = worst.max(one(session, question, format, terminal, signals).await);
        if worst == Exit::Interrupted {
            return worst;
        }
    }
}

async fn one(
    session: &mut Session,
    question: &str,
    format: Format,
    terminal: &Terminal,
    signals: &mut Signals,
) -> Exit {
    match ask(&mut session.agent, question, terminal, signals).await {
        Ended::Answered(answer) => {
            show(&answer, format, terminal);
            if answer.ending == Ending::Complete { Exit::Done } else { Exit::Failed }
        }
        Ended::Failed(error) => {
            show(&error.so_far, format, terminal);
            let is_credentials = matches!(error.error, chat_model::ChatError::NoCredentials { .. });
            if is_credentials { Exit::NoCredentials } else { Exit::Failed }
        }
        Ended::Interrupted | Ended::Terminated => {
            terminal.aside("interrupted");
            Exit::Interrupted
        }
    }
}

fn show(answer: &Answer, format: Format, terminal: &Terminal) {
    if format == Format::Json {
        let line = serde_json::to_string(answer).unwrap_or_default();
        // Standard output may be closed, e.g. by `head`; there is nobody to tell.
        let _ = writeln!(io::stdout(), "{line}");
        return;
    }
    summary::of(answer).iter().for_each(|line| terminal.aside(line));
}
