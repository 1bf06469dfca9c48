//! The whole thing, as a reader meets it: the smallest agent, and the transcript in the README.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use strands_agent::DEFAULT_MODEL;
use test_support::chat::{FakeChat, Turn};
use test_support::maestro::{FakeMaestro, Mode};

use crate::harness::{example, nightdesk, run, strands_agent_with_nightdesk, with_bedrock};

#[test]
fn the_smallest_agent_is_at_most_sixty_lines_and_works() {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/minimal.rs")).unwrap();
    assert!(source.lines().count() <= 60, "{} lines", source.lines().count());

    let mut command = Command::new(example("minimal"));
    let (stdout, stderr, code) = run(command.env("NIGHTDESK", nightdesk()).env_remove("MODEL"));
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("[analyze_aws_cloudtrail]") && stdout.contains("StopLogging"), "{stdout}");
    assert!(stdout.ends_with("[1 tool calls, 2 model calls]\n"), "{stdout}");
}

/// The original project's chain: Nova decides, MCP carries, Maestro writes and scores, Nova answers.
#[tokio::test(flavor = "multi_thread")]
async fn nova_to_mcp_to_maestro_and_back() {
    let maestro = FakeMaestro::builder().key("k-test").mode(Mode::Honest).start().await.unwrap();
    let chat = FakeChat::builder()
        .turn(Turn::text("<thinking>Logins.</thinking>").and(Turn::tool("t1", "analyze_aws_cloudtrail", &json!({}))))
        .turn(Turn::text("Six sign-ins failed."))
        .start()
        .await
        .unwrap();
    let requirement = "tone: Professional security analyst tone";
    let question = "Are there any failed login attempts?";
    let mut command = strands_agent_with_nightdesk(&[
        "--source",
        "sample",
        "--requirement",
        requirement,
        "--format",
        "json",
        question,
    ]);
    with_bedrock(&mut command, &chat);
    command.env("AI21_API_KEY", "k-test").env("AI21_API_HOST", maestro.base_url());
    let (stdout, stderr, code) = tokio::task::spawn_blocking(move || run(&mut command)).await.unwrap();

    assert_eq!(code, 0, "{stderr}");
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&answer["text"], &answer["model"]), (&json!("Six sign-ins failed."), &json!(DEFAULT_MODEL)));
    let call = &answer["calls"][0];
    let scores = call["scores"].as_array().unwrap();
    assert!(scores.iter().any(|score| score["name"] == "tone" && score["score"].is_number()), "{scores:?}");
    let asked = format!("{:?}", maestro.requests());
    assert!(asked.contains("Professional security analyst tone"), "the requirement reached Maestro: {asked}");
    let told = chat.calls()[1].body.clone();
    assert!(told.contains("maestro"), "the model is told who wrote the report: {told}");
}

/// `BLESS=1 cargo test -p strands-agent transcript` writes it anew.
#[test]
fn the_transcript_in_the_readme_is_what_the_command_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once("<!-- transcript -->\n").unwrap();
    let (old, after) = rest.split_once("<!-- /transcript -->").unwrap();

    let question = "Are there any failed login attempts?";
    let program = strands_agent_with_nightdesk(&[]).get_program().to_owned();
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$0\" --provider offline \"$1\" 2>&1"]).arg(program).arg(question);
    let (stdout, _, code) = run(shell.env("NIGHTDESK", nightdesk()).env("NO_COLOR", "1"));
    assert_eq!(code, 0, "{stdout}");
    let new = format!("```console\n$ strands-agent --provider offline \"{question}\"\n{}```\n", settled(&stdout));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, format!("{before}<!-- transcript -->\n{new}<!-- /transcript -->{after}")).unwrap();
    } else {
        assert_eq!(old, new, "write it anew with BLESS=1");
    }
}

/// The same text with the same seconds and ids in every run.
fn settled(text: &str) -> String {
    let line = |line: &str| {
        if let Some((before, _)) = line.split_once("analysis_id: ") {
            return format!("{before}analysis_id: a-…");
        }
        let words: Vec<&str> = line.split(' ').collect();
        let is_seconds =
            |at: usize| words.get(at + 1) == Some(&"s") && words.get(at).is_some_and(|w| w.parse::<f64>().is_ok());
        let kept = words.iter().enumerate().map(|(at, word)| if is_seconds(at) { "0.05" } else { *word });
        kept.collect::<Vec<_>>().join(" ")
    };
    text.lines().map(line).map(|line| line + "\n").collect()
}
