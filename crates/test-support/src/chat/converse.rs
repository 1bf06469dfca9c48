//! Converse and ConverseStream: one JSON document, or frames of Amazon's event stream encoding.

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use serde_json::{Map, Value, json};

use super::fault::ChatFault;
use super::paced::{End, Paced};
use super::refusal::Refusal;
use super::turn::{Part, Turn};

/// The whole answer.
pub(super) fn document(turn: &Turn) -> Value {
    let content: Vec<Value> = turn.parts.iter().map(block).collect();
    let mut answer = json!({
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop_reason(turn),
        "metrics": {"latencyMs": 1}
    });
    if let (Some(members), false) = (answer.as_object_mut(), turn.fault == Some(ChatFault::NoUsage)) {
        members.insert("usage".to_owned(), usage(turn));
    }
    answer
}

/// The answer as a stream.
pub(super) fn stream(turn: &Turn, throttled: &Refusal) -> Paced {
    let mut frames = vec![event("messageStart", &json!({"role": "assistant"}))];
    let start = frames.len();
    for (index, part) in (0_u64..).zip(&turn.parts) {
        frames.extend(block_frames(index, part));
    }
    let middle = start + (frames.len() - start).div_ceil(2);
    let mut cut_at = |at: usize, end: End| {
        frames.truncate(at);
        end
    };
    let end = match turn.fault {
        Some(ChatFault::ThrottleAtStart) => cut_at(start, End::Whole),
        Some(ChatFault::ThrottleMidStream | ChatFault::MalformedJson) => cut_at(middle, End::Whole),
        Some(ChatFault::CutMidStream) => {
            let end = cut_at(middle, End::Whole);
            return Paced { end, ..Paced::at_once(frames) };
        }
        Some(ChatFault::ResetMidStream) => cut_at(middle, End::Reset),
        Some(ChatFault::HangMidStream) => cut_at(middle, End::Hang),
        _ => End::Whole,
    };
    match (turn.fault, end) {
        (Some(ChatFault::ThrottleAtStart | ChatFault::ThrottleMidStream), _) => frames.push(exception(throttled)),
        (Some(ChatFault::MalformedJson), _) => frames.push(frame("event", "contentBlockDelta", b"{\"delta\":{\"te")),
        (_, End::Whole) => frames.extend(closing_frames(turn)),
        _ => {}
    }
    let paced = Paced { end, ..Paced::at_once(frames) };
    if turn.fault == Some(ChatFault::Slow) { paced.slowly() } else { paced }
}

fn closing_frames(turn: &Turn) -> Vec<Vec<u8>> {
    let mut frames = vec![event("messageStop", &json!({"stopReason": stop_reason(turn)}))];
    if turn.fault != Some(ChatFault::NoUsage) {
        frames.push(event("metadata", &json!({"usage": usage(turn), "metrics": {"latencyMs": 1}})));
    }
    frames
}

fn block(part: &Part) -> Value {
    match part {
        Part::Text(_) => json!({"text": part.joined()}),
        Part::Tool { id, name, .. } => {
            let input: Value = serde_json::from_str(&part.joined()).unwrap_or_default();
            json!({"toolUse": {"toolUseId": id, "name": name, "input": input}})
        }
    }
}

fn block_frames(index: u64, part: &Part) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    let delta = |delta: Value| event("contentBlockDelta", &json!({"contentBlockIndex": index, "delta": delta}));
    match part {
        Part::Text(pieces) => frames.extend(pieces.iter().map(|piece| delta(json!({"text": piece})))),
        Part::Tool { id, name, input } => {
            let start = json!({"toolUse": {"toolUseId": id, "name": name}});
            frames.push(event("contentBlockStart", &json!({"contentBlockIndex": index, "start": start})));
            frames.extend(input.iter().map(|piece| delta(json!({"toolUse": {"input": piece}}))));
        }
    }
    frames.push(event("contentBlockStop", &json!({"contentBlockIndex": index})));
    frames
}

fn stop_reason(turn: &Turn) -> &'static str {
    match turn.fault {
        Some(ChatFault::ContentFilter) => "content_filtered",
        Some(ChatFault::Guardrail) => "guardrail_intervened",
        _ if turn.asks_for_tools() => "tool_use",
        _ => "end_turn",
    }
}

fn usage(turn: &Turn) -> Value {
    let mut usage = Map::new();
    usage.insert("inputTokens".to_owned(), json!(turn.input_tokens));
    usage.insert("outputTokens".to_owned(), json!(turn.output_tokens));
    let cached = turn.cached_input_tokens.unwrap_or_default();
    usage.insert("totalTokens".to_owned(), json!(turn.input_tokens + turn.output_tokens + cached));
    if let Some(cached) = turn.cached_input_tokens {
        usage.insert("cacheReadInputTokens".to_owned(), json!(cached));
    }
    Value::Object(usage)
}

fn event(name: &str, payload: &Value) -> Vec<u8> {
    frame("event", name, payload.to_string().as_bytes())
}

/// Within a stream an exception's name begins with a small letter.
fn exception(refusal: &Refusal) -> Vec<u8> {
    let mut letters = refusal.code.chars();
    let name: String = letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect();
    frame("exception", &name, refusal.body().to_string().as_bytes())
}

fn frame(kind: &str, name: &str, payload: &[u8]) -> Vec<u8> {
    let header = |name: &str, value: &str| Header::new(name.to_owned(), HeaderValue::String(value.to_owned().into()));
    let message = Message::new(payload.to_vec())
        .add_header(header(":message-type", kind))
        .add_header(header(&format!(":{kind}-type"), name))
        .add_header(header(":content-type", "application/json"));
    let mut bytes = Vec::new();
    // A frame is refused when it is larger than 16 MiB; an empty piece then ends the answer early, which tests notice.
    let _ = write_message_to(&message, &mut bytes);
    bytes
}
