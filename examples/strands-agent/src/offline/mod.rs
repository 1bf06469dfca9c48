//! The stand-in: a "model" without account, key or network, so that a newcomer sees the whole loop.
//!
//! It picks tools by plain rules (`subject.rs`) and quotes their reports (`quote.rs`). It understands nothing, says so,
//! and always does the same.

mod quote;
mod subject;

use chat_model::{
    Block, BoxFuture, ChatError, ChatModel, ChatRequest, EventStream, Message, Role, Scripted, ScriptedTurn,
    ToolResult, ToolSpec, ToolUse,
};
use serde_json::json;

use subject::Subject;

/// The stand-in. It needs a Nightdesk server among the tools.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offline;

const ID: &str = "offline stand-in";

impl ChatModel for Offline {
    fn id(&self) -> &str {
        ID
    }

    fn stream(&self, request: ChatRequest) -> BoxFuture<'_, Result<EventStream, ChatError>> {
        let turn = next_turn(&request);
        Box::pin(async move { Scripted::new(ID).turn(turn).stream(request).await })
    }
}

fn next_turn(request: &ChatRequest) -> ScriptedTurn {
    let question = request.messages.iter().rev().find(|message| is_question(message)).map(Message::text);
    let question = question.unwrap_or_default();
    let results: Vec<&ToolResult> = request.messages.last().map(results).unwrap_or_default();
    if !results.is_empty() {
        return ScriptedTurn::text(quote::answer(&question, &results));
    }
    let calls: Vec<ToolUse> = subject::subjects(&question)
        .into_iter()
        .filter_map(|subject| request.tools.iter().find(|tool| is_about(tool, subject)))
        .enumerate()
        .map(|(n, tool)| call(request.messages.len() + n, tool))
        .collect();
    if calls.is_empty() { ScriptedTurn::text(quote::NO_TOOL) } else { ScriptedTurn::tools(calls) }
}

fn call(number: usize, tool: &ToolSpec) -> ToolUse {
    // Without a network there is the sample. Where the person has set another source, the schema has none to set.
    let has_source = tool.input_schema.pointer("/properties/source").is_some();
    let input = if has_source { json!({"source": "sample"}) } else { json!({}) };
    ToolUse { id: format!("call-{number}"), name: tool.name.clone(), input }
}

/// Whether it is the analysis of a subject, by its name.
fn is_about(tool: &ToolSpec, subject: Subject) -> bool {
    tool.name.ends_with(match subject {
        Subject::SecurityHub => "analyze_aws_security_hub",
        Subject::CloudTrail => "analyze_aws_cloudtrail",
    })
}

fn is_question(message: &Message) -> bool {
    message.role == Role::User && results(message).is_empty()
}

fn results(message: &Message) -> Vec<&ToolResult> {
    let results = message.content.iter().filter_map(|block| match block {
        Block::ToolResult(result) => Some(result),
        _ => None,
    });
    results.collect()
}
