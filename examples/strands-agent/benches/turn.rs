//! What a turn costs besides the model and the tool.
//!
//! `question` is a whole question: the model answers at once, asks for two tools, and then says something. `tool` is the
//! two calls alone, straight over the same connection. Half their difference is the loop's own time for each of the two
//! turns.

use std::path::PathBuf;
use std::sync::Arc;

use chat_model::{Scripted, ScriptedTurn, ToolUse};
use divan::Bencher;
use serde_json::json;
use strands_agent::{Agent, Nobody, ServerSettings, Tools};
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

#[divan::bench]
fn question_two_turns_two_tools(bencher: Bencher<'_, '_>) {
    let Ok(runtime) = Runtime::new() else { return };
    let tools = runtime.block_on(Tools::connect(&[test_server()], Arc::new(Nobody)));
    // It tells the turns apart by the last message: a question has words, results have none.
    let model = Scripted::answering("at once", |request| {
        let asked = request.messages.last().is_some_and(|message| !message.text().is_empty());
        if asked { ScriptedTurn::tools([call(1), call(2)]) } else { ScriptedTurn::text("Done.") }
    });
    let mut agent = Agent::new(Arc::new(model), tools);
    bencher.bench_local(|| {
        agent.reset();
        runtime.block_on(agent.ask("How is it?")).map(|answer| answer.calls.len())
    });
    runtime.block_on(agent.close());
}

#[divan::bench]
fn two_tools_alone(bencher: Bencher<'_, '_>) {
    use rmcp::ServiceExt as _;
    use rmcp::model::CallToolRequestParams;

    let Ok(runtime) = Runtime::new() else { return };
    let _guard = runtime.enter();
    let Ok(child) = rmcp::transport::TokioChildProcess::new(tokio::process::Command::new(program())) else { return };
    let Ok(service) = runtime.block_on(().serve(child)) else { return };
    let ask = |n: u32| {
        let arguments = json!({"n": n}).as_object().cloned().unwrap_or_default();
        service.call_tool(CallToolRequestParams::new("echo").with_arguments(arguments))
    };
    bencher.bench_local(|| runtime.block_on(async { tokio::join!(ask(1), ask(2)) }));
}

fn call(n: u32) -> ToolUse {
    ToolUse { id: format!("t{n}"), name: "echo".to_owned(), input: json!({"n": n}) }
}

fn test_server() -> ServerSettings {
    ServerSettings::command("test", program(), [""; 0])
}

/// Built by `cargo build --examples` or `cargo test` in the same profile.
fn program() -> PathBuf {
    let bench = std::env::current_exe().unwrap_or_default();
    let profile = bench.parent().and_then(std::path::Path::parent).map(PathBuf::from).unwrap_or_default();
    profile.join("examples").join(format!("test-server{}", std::env::consts::EXE_SUFFIX))
}
