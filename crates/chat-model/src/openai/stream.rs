//! From a streamed answer to neutral events.

use std::collections::VecDeque;

use reqwest::Response;
use serde_json::Value;

use super::accumulator::Accumulator;
use super::failure::Context;
use super::secret::Secret;
use super::sse::Lines;
use super::wire::Chunk;
use crate::error::ChatError;
use crate::event::{ChatEvent, EventSource};
use crate::model::BoxFuture;

/// No model sends this much in one answer, framing included.
const MAX_STREAM: usize = 64 << 20;

/// The events of one attempt.
pub(super) struct Events {
    response: Response,
    context: Context,
    secret: Secret,
    lines: Lines,
    answer: Accumulator,
    ready: VecDeque<ChatEvent>,
    read: usize,
    done: bool,
}

impl Events {
    pub(super) fn new(response: Response, context: Context) -> Self {
        let (secret, answer) = (Secret::new(context.key.as_ref()), Accumulator::new(context.key.as_ref()));
        let (lines, ready) = (Lines::default(), VecDeque::new());
        Self { response, context, secret, lines, answer, ready, read: 0, done: false }
    }

    async fn advance(&mut self) -> Result<Option<ChatEvent>, ChatError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            if self.done {
                return Ok(None);
            }
            let arrived = self.response.chunk().await.map_err(|error| self.context.transport(&error))?;
            match arrived {
                Some(bytes) => self.take_in(&bytes)?,
                None => {
                    // Without `[DONE]` an answer counts as whole only when it said why it stopped.
                    self.done = true;
                    let last = self.lines.finish();
                    last.map_or(Ok(()), |data| self.take_event(&data))?;
                }
            }
        }
    }

    fn take_in(&mut self, bytes: &[u8]) -> Result<(), ChatError> {
        self.read = self.read.saturating_add(bytes.len());
        if self.read > MAX_STREAM {
            return Err(ChatError::malformed("the stream is longer than any answer"));
        }
        let complete = self.lines.push(bytes)?;
        complete.iter().try_for_each(|data| self.take_event(data))
    }

    fn take_event(&mut self, data: &str) -> Result<(), ChatError> {
        if data == "[DONE]" {
            self.done = true;
            self.ready.extend(self.answer.end());
            return Ok(());
        }
        let mut value: Value =
            serde_json::from_str(data).map_err(|_| ChatError::malformed("an event of the stream is not JSON"))?;
        self.secret.hide_within(&mut value);
        if value.get("error").is_some_and(|error| !error.is_null()) {
            return Err(self.context.reported(&value));
        }
        let chunk: Chunk = serde_json::from_value(value)
            .map_err(|_| ChatError::malformed("an event of the stream is not part of a chat completion"))?;
        self.ready.extend(self.answer.push(chunk)?);
        Ok(())
    }
}

impl EventSource for Events {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<ChatEvent, ChatError>>> {
        Box::pin(async { self.advance().await.transpose() })
    }
}
