//! The smallest complete agent: connect, model, tools, ask.
//!
//! `cargo run -p strands-agent --example minimal -- "Are there any failed login attempts?"`
//! With AWS credentials and `MODEL=us.amazon.nova-2-lite-v1:0` a real model answers, else the offline stand-in does.

use std::error::Error;
use std::io::{Write as _, stdout};
use std::sync::Arc;

use chat_model::{Bedrock, BedrockSettings, ChatModel};
use strands_agent::{Agent, Event, Offline, Person, ServerSettings, Tools, find_nightdesk};

/// Sees what happens. What is asked of it, e.g. whether a tool may run, it answers with no.
struct Reader;

impl Person for Reader {
    fn told(&self, event: &Event<'_>) {
        let _ = match event {
            Event::Text(piece) => write!(stdout(), "{piece}"),
            Event::ToolStarted(call) => writeln!(stdout(), "[{}]\n", call.tool),
            Event::ServerFailed { problem, .. } => writeln!(stdout(), "{problem}"),
            _ => Ok(()),
        };
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let question = std::env::args().nth(1).unwrap_or("Check CloudTrail for suspicious activity".to_owned());

    // Connect: a server is a child process here; ServerSettings::http reaches one that runs already.
    let server = ServerSettings::command("nightdesk", find_nightdesk()?, [""; 0]);
    let tools = Tools::connect(&[server], Arc::new(Reader)).await;

    // Model: anything that implements ChatModel.
    let model: Arc<dyn ChatModel> = match std::env::var("MODEL") {
        Ok(id) => Arc::new(Bedrock::new(BedrockSettings::new(id))),
        Err(_) => Arc::new(Offline),
    };

    // Ask: the agent calls the tools that the model wants, until it has an answer.
    let mut agent = Agent::new(model, tools);
    let answer = agent.ask(&question).await?;
    writeln!(stdout(), "\n\n[{} tool calls, {} model calls]", answer.calls.len(), answer.usage.model_calls)?;
    agent.close().await;
    Ok(())
}
