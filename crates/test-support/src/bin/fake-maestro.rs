//! `fake-maestro`: a fake AI21 Maestro on loopback, for clients in other processes and other languages.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use test_support::maestro::{FakeMaestro, Mode};
use test_support::told_to_stop;

/// A fake AI21 Maestro on loopback.
///
/// The first line printed is `listening on http://127.0.0.1:PORT`. Point any client at it:
///
///   fake-maestro --mode swapped_numbers
///
///   export AI21_API_HOST=http://127.0.0.1:PORT/studio/v1 AI21_API_KEY=k-test
///
/// While it runs, GET /_fake/log lists the requests with their bodies and DELETE forgets them, GET /_fake/planted
/// lists the falsehoods planted, and GET or POST /_fake/mode shows or changes the mode.
#[derive(Debug, Parser)]
#[command(name = "fake-maestro", version, verbatim_doc_comment, after_long_help = MODE_HELP)]
struct Arguments {
    /// Port to listen on at 127.0.0.1; 0 means a free one.
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    port: u16,
    /// What becomes of the runs; see below.
    #[arg(long, default_value_t = Mode::Honest, value_name = "MODE")]
    mode: Mode,
    /// Polls that find a run in progress before it ends.
    #[arg(long, default_value_t = 1, value_name = "N")]
    polls: u32,
    /// Varies run ids, lies and mixed: the n-th run of a seed is always the same.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// The only key that is let in.
    #[arg(long, default_value = "k-test", value_name = "KEY")]
    key: String,
    /// Stop when standard input ends, so that the fake never outlives the process that started it.
    #[arg(long)]
    exit_on_stdin_eof: bool,
}

const MODE_HELP: &str = "\
Modes:
  honest, unscored, slow         a true report
  empty, null_result, wrong_type, megabyte, three_megabytes, unmet_mandatory
  echo_key                       a true report, in which the service repeats the key it was sent
  failed, requires_action, stuck, unknown_status, hanging, hanging_create
  swapped_numbers, invented_arn, invented_ip, dropped_criticals, links, prompt_obeying,
  wrong_severity, swapped_names, wrong_sum, invented_event, list_start, retraction,
  foreign_sentence, struck_out, secret_back, wrong_rating
                                 a report with falsehoods, listed by /_fake/planted
  mixed, mixed_lies              another of these for each run, by the seed

  [poll:]FAULT[:TIMES]           at creations or polls, so many times or always; FAULT is one of
    http_STATUS, http_STATUShtml, redirect, reset, truncated_json, not_json

  --mode http_429:2
  --mode poll:http_502html:3";

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell that standard error is closed.
            let _ = writeln!(io::stderr(), "fake-maestro: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> io::Result<()> {
    let Arguments { port, mode, polls, seed, key, exit_on_stdin_eof } = arguments;
    let fake = FakeMaestro::builder().port(port).mode(mode).polls(polls).seed(seed).key(key).start().await?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "listening on {}", fake.endpoint())?;
    stdout.flush()?;
    drop(stdout);
    told_to_stop(exit_on_stdin_eof).await
}
