//! From chunks to events. Text goes out as it comes; tool calls, whose pieces may interleave, when they are complete.

use serde_json::Value;

use super::ApiKey;
use super::secret::Secret;
use super::wire::{Choice, Chunk, WireCall, WireMessage, stop_reason};
use crate::error::ChatError;
use crate::event::{ChatEvent, StopReason, Usage};
use crate::reply::{Reply, ReplyBuilder};

/// No model asks for this many tools in one turn.
const MAX_CALLS: usize = 128;

/// What has been read of one answer.
#[derive(Debug, Default)]
pub(super) struct Accumulator {
    secret: Secret,
    /// The end of the text so far, which may be the beginning of the key.
    held: String,
    started: bool,
    in_text: bool,
    calls: Vec<Call>,
    stopped: bool,
}

#[derive(Debug)]
struct Call {
    index: Option<u64>,
    id: String,
    name: String,
    json: String,
}

impl Accumulator {
    /// An answer to a request that was sent with `key`.
    pub(super) fn new(key: Option<&ApiKey>) -> Self {
        Self { secret: Secret::new(key), ..Self::default() }
    }

    /// The events that a chunk adds.
    pub(super) fn push(&mut self, chunk: Chunk) -> Result<Vec<ChatEvent>, ChatError> {
        let mut events = Vec::new();
        if !self.started {
            self.started = true;
            events.push(ChatEvent::MessageStart);
        }
        // Only one answer is asked for.
        if let Some(choice) = chunk.choices.into_iter().next() {
            self.push_choice(choice, &mut events)?;
        }
        if let Some(usage) = chunk.usage {
            events.push(ChatEvent::Usage(Usage::from(usage)));
        }
        Ok(events)
    }

    /// A whole answer as one reply.
    pub(super) fn whole(mut self, asked_for: &str, body: Value) -> Result<Reply, ChatError> {
        let chunk: Chunk = serde_json::from_value(body)
            .map_err(|_| ChatError::malformed("it is JSON, and not a chat completion; check the base URL"))?;
        if chunk.choices.is_empty() {
            return Err(ChatError::malformed("it has no choices"));
        }
        let model = chunk.model.clone().filter(|model| !model.is_empty()).unwrap_or_else(|| asked_for.to_owned());
        let mut reply = ReplyBuilder::new(&model);
        let events = self.push(chunk)?;
        let rest = self.end();
        events.into_iter().chain(rest).try_for_each(|event| reply.push(event))?;
        reply.finish()
    }

    /// What is left when no reason to stop was given: some servers end a stream without one.
    pub(super) fn end(&mut self) -> Vec<ChatEvent> {
        let mut events = Vec::new();
        if self.started && !self.stopped {
            self.stop(StopReason::EndTurn, &mut events);
        }
        events
    }

    fn push_choice(&mut self, choice: Choice, events: &mut Vec<ChatEvent>) -> Result<(), ChatError> {
        if let Some(message) = choice.delta.or(choice.message) {
            self.push_message(message, events)?;
        }
        match choice.finish_reason.as_deref() {
            Some(reason) if !reason.is_empty() && !self.stopped => self.stop(stop_reason(reason), events),
            _ => {}
        }
        Ok(())
    }

    fn push_message(&mut self, message: WireMessage, events: &mut Vec<ChatEvent>) -> Result<(), ChatError> {
        if self.stopped {
            return Ok(());
        }
        for text in [message.content, message.refusal].into_iter().flatten().filter(|text| !text.is_empty()) {
            self.in_text = true;
            self.held.push_str(&text);
            let text = self.secret.safe_part(&mut self.held);
            events.extend(Some(text).filter(|text| !text.is_empty()).map(ChatEvent::TextDelta));
        }
        message.tool_calls.into_iter().try_for_each(|call| self.push_call(call))
    }

    fn push_call(&mut self, wire: WireCall) -> Result<(), ChatError> {
        let id = wire.id.unwrap_or_default();
        // A new id begins a new call also at an index that is taken: some servers number every call 0.
        let known = self.calls.iter_mut().rev().find(|call| call.index == wire.index && wire.index.is_some());
        let known = known.filter(|call| id.is_empty() || call.id == id);
        let (name, json) = (wire.function.name.unwrap_or_default(), wire.function.arguments.into_text());
        if let Some(call) = known {
            if call.name.is_empty() {
                call.name = name;
            }
            call.json.push_str(&json);
            return Ok(());
        }
        if self.calls.len() >= MAX_CALLS {
            return Err(ChatError::malformed("it asks for more tools than any model does"));
        }
        // Some servers give no ids; the conversation needs one to tie the result to the call.
        let id = if id.is_empty() { format!("call_{}", self.calls.len()) } else { id };
        self.calls.push(Call { index: wire.index, id, name, json });
        Ok(())
    }

    fn stop(&mut self, reason: StopReason, events: &mut Vec<ChatEvent>) {
        self.stopped = true;
        if self.in_text {
            let rest = std::mem::take(&mut self.held);
            events.extend(Some(rest).filter(|rest| !rest.is_empty()).map(ChatEvent::TextDelta));
            events.push(ChatEvent::BlockStop);
        }
        // A call that was cut off must not be run with half its arguments.
        let cut = matches!(reason, StopReason::MaxTokens | StopReason::ContentFiltered);
        let calls = if cut { Vec::new() } else { std::mem::take(&mut self.calls) };
        // Some servers say "stop" although they ask for tools.
        let reason = if !calls.is_empty() && reason == StopReason::EndTurn { StopReason::ToolUse } else { reason };
        for call in calls {
            events.push(ChatEvent::ToolCallStart { id: call.id, name: call.name });
            events.push(ChatEvent::ToolInputDelta(self.secret.hide_in_json(&call.json)));
            events.push(ChatEvent::BlockStop);
        }
        events.push(ChatEvent::Stop(reason));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::Block;

    fn streamed(chunks: impl IntoIterator<Item = Value>) -> Reply {
        let (mut answer, mut reply) = (Accumulator::default(), ReplyBuilder::new("m"));
        for chunk in chunks {
            for event in answer.push(serde_json::from_value(chunk).unwrap()).unwrap() {
                reply.push(event).unwrap();
            }
        }
        answer.end().into_iter().try_for_each(|event| reply.push(event)).unwrap();
        reply.finish().unwrap()
    }

    fn delta(delta: Value) -> Value {
        json!({"choices": [{"delta": delta, "finish_reason": null}]})
    }

    fn calls(reply: &Reply) -> Vec<(String, String, Value)> {
        reply.message.tool_uses().map(|call| (call.id.clone(), call.name.clone(), call.input.clone())).collect()
    }

    #[test]
    fn calls_whose_pieces_interleave_are_put_together() {
        let piece = |index: u64, json: &str| json!({"index": index, "function": {"arguments": json}});
        let reply = streamed([
            delta(json!({"role": "assistant", "content": null})),
            delta(json!({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "look", "arguments": ""}}]})),
            delta(json!({"tool_calls": [{"index": 1, "id": "b", "function": {"name": "see", "arguments": "{}"}}]})),
            delta(json!({"tool_calls": [piece(0, "{\"n\"")]})),
            delta(json!({"tool_calls": [piece(0, ":1}")]})),
            json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}),
            json!({"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 2,
                "prompt_tokens_details": {"cached_tokens": 4}}}),
        ]);
        let expected = [("a".into(), "look".into(), json!({"n": 1})), ("b".into(), "see".into(), json!({}))];
        assert_eq!(calls(&reply), expected);
        assert_eq!(reply.stop, StopReason::ToolUse);
        let usage = Usage { input_tokens: Some(6), output_tokens: Some(2), cached_input_tokens: Some(4) };
        assert_eq!(reply.usage, usage);
    }

    #[test]
    fn a_server_that_numbers_every_call_0_and_says_stop_is_understood() {
        let call = |id: &str| json!({"index": 0, "id": id, "function": {"name": "look", "arguments": {"n": 1}}});
        let reply = streamed([
            delta(json!({"tool_calls": [call("a"), call("b")]})),
            json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}),
        ]);
        assert_eq!(calls(&reply).len(), 2);
        assert_eq!(reply.stop, StopReason::ToolUse);
    }

    #[test]
    fn usage_is_unknown_when_it_is_absent() {
        let body = json!({"model": "m-1", "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]});
        let reply = Accumulator::default().whole("m", body).unwrap();
        assert_eq!(reply.usage, Usage::default());
        assert_eq!((reply.model.as_str(), reply.message.content), ("m-1", vec![Block::Text("Hi".into())]));
    }

    #[test]
    fn a_call_that_was_cut_off_is_left_out() {
        let reply = streamed([
            delta(json!({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "look", "arguments": "{}"}}]})),
            json!({"choices": [{"delta": {}, "finish_reason": "length"}]}),
        ]);
        assert_eq!((calls(&reply).len(), reply.stop), (0, StopReason::MaxTokens));
    }
}
