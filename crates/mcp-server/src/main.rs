//! The `nightdesk` binary: flags to settings, settings to a command, failures to an exit code.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use mcp_server::cli::Cli;
use mcp_server::exit::Exit;
use mcp_server::{commands, settings::Settings, telemetry};

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let outcome = Settings::load(cli.settings, &matches).and_then(|settings| {
        telemetry::start(&settings.log.value)?;
        commands::run(cli.command, settings)
    });
    let exit = outcome.unwrap_or_else(|failure| {
        drop(writeln!(std::io::stderr(), "nightdesk: {failure}"));
        Exit::from(&failure)
    });
    exit.into()
}
