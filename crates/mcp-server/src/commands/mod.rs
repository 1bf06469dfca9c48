//! The commands. One file each.

mod analyze;
mod baseline;
mod demo;
mod docs;
mod doctor;
mod evaluate;
mod look;
mod permissions;
mod rules;
mod serve;
mod settings;
mod verify;

use std::io::Write as _;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::answer::MAX_TEXT_BYTES;
use crate::app::App;
use crate::cli::{Analyze, Command, Format};
use crate::error::Failure;
use crate::exit::{Exit, INTERRUPTED};
use crate::pipeline::source::PathPolicy;
use crate::pipeline::{Call, Room};
use crate::progress::Steps;
use crate::settings::Settings;
use crate::writers::Asker;
use crate::{clock, progress};

/// Runs a command; without one, the MCP server over stdio.
///
/// # Errors
/// Whatever keeps the command from doing what it was asked.
pub fn run(command: Option<Command>, settings: Settings) -> Result<Exit, Failure> {
    match command {
        // These need no runtime, and must work when nothing else does.
        Some(Command::Settings) => settings::print(&settings),
        Some(Command::Permissions { tools }) => permissions::print(&tools),
        Some(Command::GenerateDocs { root }) => docs::generate(&root),
        Some(Command::Verify { report, evidence, format }) => verify::run(&report, &evidence, format),
        Some(Command::Rules { what }) => rules::run(what, &settings),
        Some(Command::Evaluate { folder, format, blank_user_agent }) => {
            evaluate::run(&folder, format, &blank_user_agent, &settings)
        }
        command => {
            let mut builder = match command {
                // One host at a time, and reading files has threads of its own: the smallest resident server there is.
                None => tokio::runtime::Builder::new_current_thread(),
                _ => tokio::runtime::Builder::new_multi_thread(),
            };
            let runtime =
                builder.enable_all().build().map_err(|source| Failure::io("cannot start the runtime", source))?;
            let exit = runtime.block_on(run_async(command, Arc::new(App::new(settings))));
            // Blocking reads of stdin or of a slow disk must not hold up the end.
            runtime.shutdown_background();
            exit
        }
    }
}

async fn run_async(command: Option<Command>, app: Arc<App>) -> Result<Exit, Failure> {
    match command {
        None => {
            app.reference.ready().await?;
            serve::stdio(app).await
        }
        Some(Command::Serve { http }) => {
            app.reference.ready().await?;
            serve::http(app, http).await
        }
        Some(Command::Demo) => demo::run(&app).await,
        Some(Command::Analyze { what }) => match *what {
            Analyze::SecurityHub { arguments, output } => analyze::security_hub(&app, arguments, &output).await,
            Analyze::CloudTrail { arguments, output } => analyze::cloudtrail(&app, arguments, &output).await,
        },
        Some(Command::Incidents { arguments, format }) => look::incidents(&app, *arguments, format).await,
        Some(Command::Investigate { kind, name, arguments, page }) => {
            look::investigate(&app, (kind, name), *arguments, page).await
        }
        Some(Command::Search { filters, arguments, page }) => look::search(&app, &filters, *arguments, page).await,
        Some(Command::Baseline { arguments, out }) => baseline::run(&app, &arguments, &out).await,
        Some(Command::Doctor { regions }) => doctor::run(&app, &regions).await,
        Some(
            Command::Settings
            | Command::Permissions { .. }
            | Command::GenerateDocs { .. }
            | Command::Verify { .. }
            | Command::Rules { .. }
            | Command::Evaluate { .. },
        ) => Err(Failure::Internal("a command without a runtime reached the runtime".to_owned())),
    }
}

/// Longest report on a terminal at the default detail, in bytes: a few screens.
const TERMINAL_REPORT_BYTES: usize = 10_000;

/// A call from the command line: the operator's paths, a longer budget, a bar on the terminal, and Ctrl-C.
fn operator_call(app: &App, format: Format) -> Call {
    Call {
        now: clock::now(),
        cancel: stop_on_interrupt(),
        progress: Steps::new(progress::on_terminal()),
        asker: Asker::Operator,
        paths: PathPolicy::Any,
        live_seconds: app.settings.command_line_budget_seconds(),
        room: Room {
            report_bytes: match format {
                Format::Markdown => TERMINAL_REPORT_BYTES,
                // JSON is exactly what the tool answers.
                Format::Json => MAX_TEXT_BYTES,
            },
            full_bytes: None,
        },
    }
}

/// Fires on Ctrl-C or a termination signal. A second one ends the process at once, as people expect.
#[expect(clippy::exit, reason = "whoever interrupts twice does not want to wait for an orderly end")]
fn stop_on_interrupt() -> CancellationToken {
    let stop = CancellationToken::new();
    let fired = stop.clone();
    tokio::spawn(async move {
        interrupted().await;
        fired.cancel();
        interrupted().await;
        std::process::exit(INTERRUPTED.into());
    });
    stop
}

#[cfg(unix)]
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn interrupted() {
    drop(tokio::signal::ctrl_c().await);
}

/// Writes to stdout. A reader that went away (`| head`) is the end of the work, not a failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::io("cannot write to stdout", error))
        }
        _ => Ok(()),
    }
}
