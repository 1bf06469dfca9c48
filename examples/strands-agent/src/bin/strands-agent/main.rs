//! `strands-agent`: a security analyst at the prompt, or in a script.

mod answering;
mod cli;
mod command;
mod lines;
mod repl;
mod script;
mod setup;
mod signals;
mod summary;
mod terminal;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser as _;
use tracing::level_filters::LevelFilter;

use cli::{Arguments, Format};
use lines::Lines;
use setup::Problem;
use signals::Signals;
use terminal::Terminal;

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Everything was answered.
    Done = 0,
    /// A question could not be answered, or not in full; or a server is missing.
    Failed = 1,
    /// The command line, or a file that it names, cannot be used.
    BadInput = 2,
    /// There are no AWS credentials.
    NoCredentials = 3,
    /// Interrupted.
    Interrupted = 130,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(arguments.log);
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() else {
        return ExitCode::FAILURE;
    };
    let exit = runtime.block_on(run(arguments));
    // A thread that waits for a line would keep the program from ending.
    runtime.shutdown_timeout(Duration::from_millis(100));
    ExitCode::from(exit as u8)
}

async fn run(arguments: Arguments) -> Exit {
    let alone = arguments.question.is_none() && arguments.format == Format::Text;
    let at_prompt = alone && std::io::stdin().is_terminal();
    let lines = std::io::stdin().is_terminal().then(|| Arc::new(Lines::new()));
    let terminal = Arc::new(Terminal::new(lines.clone(), arguments.format == Format::Json));
    let ended = start(arguments, &terminal, lines.clone().filter(|_| at_prompt)).await;
    if let Some(lines) = lines {
        lines.give_back_terminal();
    }
    match ended {
        Ok(exit) => exit,
        Err(problem) => {
            // Nothing is left to tell that standard error is closed.
            let _ = writeln!(std::io::stderr(), "strands-agent: {problem}");
            problem.exit()
        }
    }
}

async fn start(mut arguments: Arguments, terminal: &Arc<Terminal>, lines: Option<Arc<Lines>>) -> Result<Exit, Problem> {
    let mut signals = Signals::listen().map_err(Problem::Signals)?;
    setup::check_credentials(&mut arguments, lines.as_deref()).await?;
    let models = setup::models(&arguments)?;
    let session = tokio::select! {
        session = setup::session(&arguments, models, terminal) => session?,
        _ = signals.stop() => return Ok(Exit::Interrupted),
    };
    Ok(match lines {
        Some(lines) => repl::run(session, &arguments, terminal, &lines, &mut signals).await,
        None => script::run(session, &arguments, terminal, &mut signals).await,
    })
}

/// What is logged goes to standard error; standard output is for answers.
fn start_log(level: LevelFilter) {
    let styled = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_max_level(level).with_ansi(styled).with_writer(std::io::stderr);
    let subscriber = log.finish();
    // A second subscriber is the only thing that could be wrong, and there is none.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
