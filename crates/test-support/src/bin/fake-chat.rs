//! `fake-chat`: fake chat models on loopback, for clients in other processes and other languages.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::str::FromStr;

use clap::Parser;
use serde_json::json;
use test_support::author::Lie;
use test_support::chat::{ChatFault, FakeChat, FakeChatBuilder, Prompt, Turn, Writing};
use test_support::told_to_stop;

/// Fake chat models on loopback: Bedrock's Converse and ConverseStream, and OpenAI's chat completions.
///
/// One port serves both. Neither signature nor key is checked. The first line printed is
/// `listening on http://127.0.0.1:PORT`. Point any client at it:
///
///   fake-chat --mode tools --fault throttle=2
///
///   export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=http://127.0.0.1:PORT AWS_REGION=us-east-1
///   export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
///
///   base URL of the OpenAI face: http://127.0.0.1:PORT/v1
///
/// While it runs, GET /_fake/log lists the calls with their headers and bodies, GET /_fake/planted
/// the falsehoods told so far, and POST or DELETE /_fake/turns and /_fake/faults set or clear the
/// script and the faults.
#[derive(Debug, Parser)]
#[command(name = "fake-chat", version, verbatim_doc_comment, after_long_help = HELP)]
struct Arguments {
    /// Address to listen on; loopback only.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// What the model is; see below.
    #[arg(long, default_value = "honest", value_name = "MODE")]
    mode: Mode,
    /// A fault and how many calls it strikes (1 without a number). May be given several times.
    #[arg(long = "fault", value_name = "FAULT[=N]")]
    faults: Vec<FaultCount>,
    /// Seed of lies: the same seed tells the same lie.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Stop when standard input ends, so that the fake never outlives the process that started it.
    #[arg(long)]
    exit_on_stdin_eof: bool,
}

const HELP: &str = "\
Modes
  honest           writes a true report on the facts it is given, and scores where scores are asked for
  lie:KIND         the same with falsehoods: swapped_numbers, invented_arn, invented_ip, dropped_criticals,
                   links, prompt_obeying, wrong_severity, swapped_names, wrong_sum, invented_event
  lie-once:KIND    lies in the first draft, and writes the truth when it comes back
  tools            calls every tool it is offered, without arguments, and then repeats the results
  echo             repeats the last thing the user said
  script           says what POST /_fake/turns sets, and nothing else

Faults
  in place of an answer: throttle, overloaded, service_error, access_denied, unauthorised, end_of_life,
    model_not_found, validation, context_overflow, html, reset, hang
  within one: throttle_at_start, throttle_mid_stream, reset_mid_stream, cut_mid_stream, hang_mid_stream,
    slow, malformed_json, malformed_tool_use, content_filter, guardrail, empty_text, no_usage

  --fault throttle=2 --fault reset_mid_stream";

#[derive(Clone, Copy, Debug)]
enum Mode {
    Honest,
    Lie(Lie),
    LieOnce(Lie),
    Tools,
    Echo,
    Script,
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "honest" => Ok(Self::Honest),
            None if text == "tools" => Ok(Self::Tools),
            None if text == "echo" => Ok(Self::Echo),
            None if text == "script" => Ok(Self::Script),
            Some(("lie", kind)) => kind.parse().map(Self::Lie),
            Some(("lie-once", kind)) => kind.parse().map(Self::LieOnce),
            _ => Err(format!("no mode is called {text:?}; see --help")),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct FaultCount(ChatFault, u64);

impl FromStr for FaultCount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, times) = text.split_once('=').unwrap_or((text, "1"));
        let times = times.parse().map_err(|_| format!("{times:?} is no number of calls"))?;
        name.parse().map(|fault| Self(fault, times))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell that standard error is closed.
            let _ = writeln!(io::stderr(), "fake-chat: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> io::Result<()> {
    let fake = prepare(&arguments).start().await?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "listening on {}", fake.endpoint())?;
    stdout.flush()?;
    drop(stdout);
    told_to_stop(arguments.exit_on_stdin_eof).await
}

fn prepare(arguments: &Arguments) -> FakeChatBuilder {
    let seed = arguments.seed;
    let builder = FakeChat::builder().listen(arguments.listen);
    let builder = match arguments.mode {
        Mode::Honest => builder.writing(Writing::Honest),
        Mode::Lie(kind) => builder.writing(Writing::Lie { kind, seed }),
        Mode::LieOnce(kind) => builder.writing(Writing::LieOnce { kind, seed }),
        Mode::Tools => builder.answering(use_tools),
        Mode::Echo => builder.answering(|prompt| Turn::text(prompt.user.last().map_or("", String::as_str))),
        Mode::Script => builder,
    };
    arguments.faults.iter().fold(builder, |builder, FaultCount(fault, times)| builder.fault(*fault, *times))
}

fn use_tools(prompt: &Prompt) -> Turn {
    if !prompt.results.is_empty() || prompt.tools.is_empty() {
        return Turn::text(&format!("The tools say: {}", prompt.results.join("; ")));
    }
    let calls = (1..).zip(&prompt.tools).map(|(n, name)| Turn::tool(&format!("call-{n}"), name, &json!({})));
    calls.fold(Turn::text("<thinking>I ask every tool.</thinking>"), Turn::and)
}
