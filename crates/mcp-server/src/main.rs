//! The `nightdesk` binary: flags to settings, settings to a command, failures to an exit code.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use mcp_server::cli::Cli;
use mcp_server::exit::Exit;
use mcp_server::{commands, settings::Settings, telemetry};
use security_model::secret::{Reading, without_secrets};

fn main() -> ExitCode {
    let parsed = Cli::command().try_get_matches().and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches)?;
        Ok((cli, matches))
    });
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return refuse(&error),
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

/// Help, or what is wrong with the command line; a secret in it is not said again.
fn refuse(error: &clap::Error) -> ExitCode {
    let said = error.render().to_string();
    let safe = without_secrets(&said, Reading::Prose);
    if error.use_stderr() && safe != said {
        drop(write!(std::io::stderr(), "{safe}"));
    } else {
        drop(error.print());
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
