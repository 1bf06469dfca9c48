//! From a neutral request to the body of a chat completion.

use serde_json::{Map, Value, json};

use crate::message::{Block, ChatRequest, Message, Role, ToolSpec, ToolUse};
use crate::names::on_the_wire;

/// What the endpoint calls the longest answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenLimit {
    /// What nearly every server knows.
    MaxTokens,
    /// What OpenAI's newer models insist on.
    MaxCompletionTokens,
}

impl TokenLimit {
    const fn name(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

pub(super) fn body(model: &str, request: &ChatRequest, stream: bool, limit: TokenLimit) -> Value {
    let system = request.system.iter().map(|text| json!({"role": "system", "content": text}));
    let messages: Vec<Value> = system.chain(request.messages.iter().flat_map(wire_messages)).collect();
    let mut body = Map::new();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("model", json!(model));
    set("messages", json!(messages));
    set("stream", json!(stream));
    if stream {
        set("stream_options", json!({"include_usage": true}));
    }
    if !request.tools.is_empty() {
        set("tools", request.tools.iter().map(wire_tool).collect());
    }
    if let Some(tokens) = request.max_tokens {
        set(limit.name(), json!(tokens));
    }
    if let Some(temperature) = request.temperature {
        set("temperature", json!(temperature));
    }
    Value::Object(body)
}

fn wire_tool(tool: &ToolSpec) -> Value {
    let function = json!({"name": tool.name, "description": tool.description, "parameters": tool.input_schema});
    json!({"type": "function", "function": function})
}

/// One message, or one per tool result: here each of them is a message of its own.
fn wire_messages(message: &Message) -> Vec<Value> {
    let mut wire: Vec<Value> = message.content.iter().filter_map(wire_result).collect();
    let (text, calls) = (message.text(), message.tool_uses().map(wire_call).collect::<Vec<_>>());
    match message.role {
        Role::User if !text.is_empty() || wire.is_empty() => wire.push(json!({"role": "user", "content": text})),
        Role::User => {}
        Role::Assistant if calls.is_empty() => wire.push(json!({"role": "assistant", "content": text})),
        Role::Assistant => {
            let content = if text.is_empty() { Value::Null } else { Value::from(text) };
            wire.push(json!({"role": "assistant", "content": content, "tool_calls": calls}));
        }
    }
    wire
}

fn wire_result(block: &Block) -> Option<Value> {
    match block {
        Block::ToolResult(result) => {
            Some(json!({"role": "tool", "tool_call_id": on_the_wire(&result.id), "content": result.text}))
        }
        Block::Text(_) | Block::ToolUse(_) => None,
    }
}

fn wire_call(tool_use: &ToolUse) -> Value {
    // Some servers parse what they are sent, so arguments that were no object stay behind.
    let arguments = if tool_use.arguments().is_some() { tool_use.input.to_string() } else { "{}".to_owned() };
    let function = json!({"name": on_the_wire(&tool_use.name), "arguments": arguments});
    json!({"id": on_the_wire(&tool_use.id), "type": "function", "function": function})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::ToolResult;

    #[test]
    fn a_conversation_with_tools_takes_the_shape_of_chat_completions() {
        let call = ToolUse { id: "c1".into(), name: "look".into(), input: json!({"days": 7}) };
        let asked = Message { role: Role::Assistant, content: vec![Block::ToolUse(call)] };
        let result = |id: &str| ToolResult { id: id.into(), text: "3".into(), is_error: false };
        let results = Message::tool_results([result("c1"), result("c2")]);
        let tool =
            ToolSpec { name: "look".into(), description: "Looks.".into(), input_schema: json!({"type": "object"}) };
        let request = ChatRequest::new([Message::user("How many?"), asked, results])
            .system("Be brief.")
            .tools([tool])
            .max_tokens(100)
            .temperature(0.0);
        let expected = json!({
            "model": "m",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "How many?"},
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{\"days\":7}"}}
                ]},
                {"role": "tool", "tool_call_id": "c1", "content": "3"},
                {"role": "tool", "tool_call_id": "c2", "content": "3"}
            ],
            "stream": true,
            "stream_options": {"include_usage": true},
            "tools": [{"type": "function", "function":
                {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}],
            "max_tokens": 100,
            "temperature": 0.0
        });
        assert_eq!(body("m", &request, true, TokenLimit::MaxTokens), expected);
    }

    #[test]
    fn what_is_not_set_is_not_sent() {
        let body = body("m", &ChatRequest::new([Message::user("Hi")]), false, TokenLimit::MaxCompletionTokens);
        assert_eq!(body, json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": false}));
    }
}
