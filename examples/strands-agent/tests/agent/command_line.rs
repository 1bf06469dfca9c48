//! The program: questions, pipes, JSON, and what it says when something is missing.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use test_support::chat::{FakeChat, Turn};

use crate::harness::{HttpServer, run, strands_agent, strands_agent_with_nightdesk, test_server, with_bedrock};

/// Runs the program with lines on its standard input.
fn piped(command: &mut Command, lines: &str) -> (String, String, i32) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// A `mcpServers` file with the test server under two names, and one that is not there.
fn mcp_config(names: &[&str]) -> tempfile::NamedTempFile {
    let servers: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| {
            let command = if *name == "missing" { "/no/such/server".into() } else { test_server() };
            ((*name).to_owned(), json!({"command": command, "args": []}))
        })
        .collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), json!({"mcpServers": servers}).to_string()).unwrap();
    file
}

#[test]
fn offline_answers_the_four_questions_on_the_sample() {
    let questions = "Analyze my Security Hub findings\nCheck CloudTrail for suspicious activity\n\n\
        What security issues should I prioritize?\nAre there any failed login attempts?\n";
    let (stdout, stderr, code) =
        piped(&mut strands_agent_with_nightdesk(&["--provider", "offline", "--format", "json"]), questions);
    assert_eq!(code, 0, "{stderr}");
    let answers: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let tools: Vec<&str> = answers.iter().map(|answer| answer["calls"][0]["tool"].as_str().unwrap()).collect();
    let (hub, trail) = ("analyze_aws_security_hub", "analyze_aws_cloudtrail");
    assert_eq!(tools, [hub, trail, hub, trail]);
    for answer in &answers {
        assert_eq!((&answer["calls"][0]["outcome"], &answer["ending"]), (&json!("done"), &json!("complete")));
        assert_eq!(answer["calls"][0]["arguments"], json!({"source": "sample"}));
        assert!(answer["text"].as_str().unwrap().starts_with("*Offline stand-in"));
    }
}

#[test]
fn answers_go_to_standard_output_and_everything_else_to_standard_error() {
    let (stdout, stderr, code) =
        run(&mut strands_agent_with_nightdesk(&["--provider", "offline", "Check CloudTrail for suspicious activity"]));
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.starts_with("*Offline stand-in") && stdout.contains("StopLogging"), "{stdout}");
    assert!(stderr.contains("→ analyze_aws_cloudtrail {\"source\":\"sample\"}"), "{stderr}");
    assert!(stderr.contains("1 tool call · 2 model calls"), "{stderr}");
}

#[test]
fn with_ask_all_nothing_runs_unasked() {
    let arguments = ["--provider", "offline", "--ask-all", "--format", "json", "Check CloudTrail"];
    let (stdout, stderr, code) = run(&mut strands_agent_with_nightdesk(&arguments));
    assert_eq!(code, 0, "{stderr}");
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(answer["calls"][0]["outcome"], "refused", "what only reads is asked about too, and nobody is there");
}

#[test]
fn the_log_has_a_span_for_each_step_and_no_words_of_the_conversation() {
    let arguments = ["--provider", "offline", "--log", "debug", "Check CloudTrail for penguins"];
    let (_, stderr, _) = run(&mut strands_agent_with_nightdesk(&arguments));
    let log: String = stderr.lines().filter(|line| line.contains(" strands_agent::")).collect();
    for span in
        ["invocation{", "invocation{question_bytes=29}:model_call{", ":tool_call{tool=\"analyze_aws_cloudtrail\""]
    {
        assert!(log.contains(span), "{span} is not in {log}");
    }
    assert!(!log.contains("penguins") && !log.contains("StopLogging"), "{log}");
}

#[test]
fn without_credentials_it_says_how_to_get_them_and_what_works_without() {
    let (stdout, stderr, code) = run(&mut strands_agent(&["Anything wrong?"]));
    assert_eq!((stdout.as_str(), code), ("", 3));
    assert!(stderr.contains("aws sso login") && stderr.contains("--provider offline"), "{stderr}");
}

#[test]
fn a_missing_server_names_the_command_that_builds_it() {
    let mut command = strands_agent(&["--provider", "offline", "Anything wrong?"]);
    let (_, stderr, code) = run(command.env("NIGHTDESK", "/no/such/nightdesk"));
    assert!(code == 1 && stderr.contains("NIGHTDESK names /no/such/nightdesk"), "{code} {stderr}");

    // Alone in a folder, with nothing on the PATH.
    let folder = tempfile::tempdir().unwrap();
    let alone = folder.path().join("strands-agent");
    std::fs::copy(env!("CARGO_BIN_EXE_strands-agent"), &alone).unwrap();
    let (_, stderr, code) = run(Command::new(alone).args(["--provider", "offline", "x"]).env_clear());
    assert!(code == 1 && stderr.contains("cargo build --release -p mcp-server"), "{code} {stderr}");
}

#[test]
fn what_is_wrong_with_the_command_line_is_said() {
    for (arguments, words) in [
        (&["--provider", "openai", "x"][..], "--base-url"),
        (&["--provider", "offline", "--requirement", "no description", "x"], "name: what the report has to be"),
        (&["--provider", "offline", "--mcp-config", "/no/such/file", "x"], "/no/such/file"),
        (&["--provider", "offline", "--server", "not a url", "x"], "not a URL"),
        (&["--max-cost", "1", "x"], "--price"),
    ] {
        let (_, stderr, code) = run(&mut strands_agent(arguments));
        assert!(matches!(code, 1 | 2) && stderr.contains(words), "{arguments:?}: {code} {stderr}");
    }
}

#[tokio::test]
async fn in_a_pipe_what_may_change_something_is_refused() {
    let chat = FakeChat::builder()
        .turn(Turn::tool("t1", "desk__erase", &json!({})))
        .turn(Turn::text("Refused."))
        .start()
        .await
        .unwrap();
    let config = mcp_config(&["desk", "missing"]);
    let config = config.path().to_str().unwrap().to_owned();
    let mut command = strands_agent(&["--mcp-config", &config, "--format", "json"]);
    with_bedrock(&mut command, &chat);
    let (stdout, stderr, code) = tokio::task::spawn_blocking(move || piped(&mut command, "Erase it.\n")).await.unwrap();
    assert_eq!(code, 0, "{stderr}");
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(answer["calls"][0]["outcome"], "refused");
    assert!(answer["calls"][0]["text"].as_str().unwrap().contains("nobody is at a terminal"), "{answer}");
    assert!(stderr.contains("server missing: `/no/such/server` could not be started"), "{stderr}");
    assert_eq!(answer["calls"][0]["server"], "desk", "names do not depend on which servers are up");
}

#[test]
fn a_server_of_the_file_gets_the_variables_that_the_file_gives_it_and_no_keys() {
    let script = "echo key=$OPENAI_API_KEY given=$GIVEN home=$HOME >&2; exit 3";
    let server = json!({"command": "sh", "args": ["-c", script], "env": {"GIVEN": "${STRANDS_AGENT_TOKEN}"}});
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), json!({"mcpServers": {"nosy": server}}).to_string()).unwrap();
    let mut command = strands_agent(&["--provider", "offline", "--mcp-config", file.path().to_str().unwrap(), "x"]);
    let (_, stderr, code) = run(command.env("OPENAI_API_KEY", "hush").env("STRANDS_AGENT_TOKEN", "told"));
    assert!(code == 1 && stderr.contains("it wrote: key= given=told home=/no-such-home"), "{code} {stderr}");
}

#[tokio::test]
async fn a_server_behind_a_token_is_reached_with_it_and_explains_itself_without() {
    let server = HttpServer::start(&["--token", "hush"]);
    let chat = FakeChat::builder()
        .turn(Turn::tool("t1", "echo", &json!({"n": 1})))
        .turn(Turn::text("One."))
        .start()
        .await
        .unwrap();
    let command = |token: Option<&str>| {
        let mut command = strands_agent(&["--server", &server.url, "Echo."]);
        with_bedrock(&mut command, &chat);
        token.map(|token| command.env("STRANDS_AGENT_TOKEN", token));
        tokio::task::spawn_blocking(move || run(&mut command))
    };
    let (stdout, stderr, code) = command(Some("hush")).await.unwrap();
    assert_eq!((stdout.as_str(), code), ("One.\n", 0), "{stderr}");
    for wrong in [None, Some("guessed")] {
        let (_, stderr, code) = command(wrong).await.unwrap();
        assert!(
            code == 1
                && stderr.contains("STRANDS_AGENT_TOKEN")
                && !stderr.contains("guessed")
                && !stderr.contains("ERROR"),
            "{code} {stderr}"
        );
    }
}

#[tokio::test]
async fn a_withdrawn_model_is_named_with_its_successor_unless_strict() {
    let fault = test_support::chat::ChatFault::EndOfLife;
    for (arguments, expected) in [(&["Yes?"][..], 0), (&["--strict-model", "Yes?"], 1)] {
        let chat = FakeChat::builder().answering(|_| Turn::text("Yes.")).fault(fault, 1).start().await.unwrap();
        let mut command = strands_agent_with_nightdesk(arguments);
        with_bedrock(&mut command, &chat);
        let (_, stderr, code) = tokio::task::spawn_blocking(move || run(&mut command)).await.unwrap();
        assert_eq!(code, expected, "{stderr}");
        assert!(
            stderr.contains("us.amazon.nova-premier-v1:0") && stderr.contains("us.amazon.nova-2-lite-v1:0"),
            "{stderr}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_stopped_says_so_and_is_no_success() {
    let turn = |_: &_| Turn::tool("t1", "analyze_aws_cloudtrail", &json!({"source": "sample"}));
    let chat = FakeChat::builder().answering(turn).start().await.unwrap();
    let mut command = strands_agent_with_nightdesk(&["--max-turns", "2", "Go on and on."]);
    with_bedrock(&mut command, &chat);
    let (_, stderr, code) = tokio::task::spawn_blocking(move || run(&mut command)).await.unwrap();
    assert!(code == 1 && stderr.contains("the limit of model calls for one question was reached"), "{code} {stderr}");
}

#[tokio::test]
async fn an_openai_compatible_endpoint_will_do() {
    let chat = FakeChat::builder()
        .turn(Turn::tool("t1", "analyze_aws_cloudtrail", &json!({"source": "sample"})))
        .turn(Turn::text("StopLogging was called."))
        .start()
        .await
        .unwrap();
    let url = chat.openai_base_url();
    let mut command = strands_agent_with_nightdesk(&["--base-url", &url, "--model", "any", "Was logging stopped?"]);
    let (stdout, stderr, code) = tokio::task::spawn_blocking(move || run(&mut command)).await.unwrap();
    assert_eq!((stdout.as_str(), code), ("StopLogging was called.\n", 0), "{stderr}");
}
