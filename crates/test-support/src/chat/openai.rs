//! Chat completions: one JSON document, or server-sent events.

use serde_json::{Map, Value, json};

use super::fault::ChatFault;
use super::paced::{End, Paced};
use super::refusal::Refusal;
use super::turn::{Part, Turn};

const ID: &str = "chatcmpl-1";
/// 2026-11-20T00:00:00Z
const CREATED: u64 = 1_795_132_800;

/// The whole answer.
pub(super) fn document(model: &str, turn: &Turn) -> Value {
    let text: String = turn.parts.iter().filter(|part| matches!(part, Part::Text(_))).map(Part::joined).collect();
    let calls: Vec<Value> = turn.parts.iter().filter_map(call).collect();
    let mut message = json!({"role": "assistant", "content": if text.is_empty() { Value::Null } else { text.into() }});
    if let (Some(members), false) = (message.as_object_mut(), calls.is_empty()) {
        members.insert("tool_calls".to_owned(), calls.into());
    }
    let choice = json!({"index": 0, "message": message, "logprobs": null, "finish_reason": finish_reason(turn)});
    let mut answer = envelope(model, "chat.completion", &[choice]);
    if turn.fault != Some(ChatFault::NoUsage) {
        answer.insert("usage".to_owned(), usage(turn));
    }
    Value::Object(answer)
}

/// The answer as a stream.
pub(super) fn stream(model: &str, turn: &Turn, throttled: &Refusal) -> Paced {
    let chunk = |delta: &Value, finish: Option<&str>| {
        let choice = json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish});
        event(&Value::Object(envelope(model, "chat.completion.chunk", &[choice])))
    };
    let mut events = vec![chunk(&json!({"role": "assistant", "content": ""}), None)];
    let start = events.len();
    events.extend(deltas(turn).iter().map(|delta| chunk(delta, None)));
    let middle = start + (events.len() - start).div_ceil(2);
    let (at, end) = match turn.fault {
        Some(ChatFault::ThrottleAtStart) => (start, End::Whole),
        Some(ChatFault::ThrottleMidStream | ChatFault::MalformedJson | ChatFault::CutMidStream) => (middle, End::Whole),
        Some(ChatFault::ResetMidStream) => (middle, End::Reset),
        Some(ChatFault::HangMidStream) => (middle, End::Hang),
        _ => (events.len(), End::Whole),
    };
    let whole = at == events.len() && end == End::Whole && turn.fault != Some(ChatFault::MalformedJson);
    events.truncate(at);
    match turn.fault {
        Some(ChatFault::ThrottleAtStart | ChatFault::ThrottleMidStream) => events.push(event(&throttled.body())),
        Some(ChatFault::MalformedJson) => events.push(b"data: {\"choices\":[{\"del\n\n".to_vec()),
        _ if whole => {
            events.push(chunk(&json!({}), Some(finish_reason(turn))));
            if turn.fault != Some(ChatFault::NoUsage) {
                let mut last = envelope(model, "chat.completion.chunk", &[]);
                last.insert("usage".to_owned(), usage(turn));
                events.push(event(&Value::Object(last)));
            }
            events.push(b"data: [DONE]\n\n".to_vec());
        }
        _ => {}
    }
    let paced = Paced { end, ..Paced::at_once(events) };
    if turn.fault == Some(ChatFault::Slow) { paced.slowly() } else { paced }
}

fn deltas(turn: &Turn) -> Vec<Value> {
    let mut deltas = Vec::new();
    let mut calls = 0_u64;
    for part in &turn.parts {
        match part {
            Part::Text(pieces) => deltas.extend(pieces.iter().map(|piece| json!({"content": piece}))),
            Part::Tool { id, name, input } => {
                let function = json!({"name": name, "arguments": ""});
                let call = json!({"index": calls, "id": id, "type": "function", "function": function});
                deltas.push(json!({"tool_calls": [call]}));
                let piece = |json: &String| json!({"tool_calls": [{"index": calls, "function": {"arguments": json}}]});
                deltas.extend(input.iter().map(piece));
                calls += 1;
            }
        }
    }
    deltas
}

fn call(part: &Part) -> Option<Value> {
    match part {
        Part::Tool { id, name, .. } => {
            let function = json!({"name": name, "arguments": part.joined()});
            Some(json!({"id": id, "type": "function", "function": function}))
        }
        Part::Text(_) => None,
    }
}

fn envelope(model: &str, object: &str, choices: &[Value]) -> Map<String, Value> {
    let members = [
        ("id", json!(ID)),
        ("object", json!(object)),
        ("created", json!(CREATED)),
        ("model", json!(model)),
        ("choices", json!(choices)),
    ];
    members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

fn finish_reason(turn: &Turn) -> &'static str {
    match turn.fault {
        Some(ChatFault::ContentFilter | ChatFault::Guardrail) => "content_filter",
        _ if turn.asks_for_tools() => "tool_calls",
        _ => "stop",
    }
}

/// Here the tokens read include the cached ones.
fn usage(turn: &Turn) -> Value {
    let cached = turn.cached_input_tokens.unwrap_or_default();
    let read = turn.input_tokens + cached;
    let mut usage = json!({
        "prompt_tokens": read,
        "completion_tokens": turn.output_tokens,
        "total_tokens": read + turn.output_tokens
    });
    if let (Some(members), Some(cached)) = (usage.as_object_mut(), turn.cached_input_tokens) {
        members.insert("prompt_tokens_details".to_owned(), json!({"cached_tokens": cached}));
    }
    usage
}

fn event(data: &Value) -> Vec<u8> {
    format!("data: {data}\n\n").into_bytes()
}
