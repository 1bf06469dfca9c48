//! From events to a whole message.

use crate::error::ChatError;
use crate::event::{ChatEvent, EventStream, StopReason, Usage};
use crate::message::{Block, Message, Role, ToolUse};
use crate::thinking::without_thinking;

/// No model writes this much in one answer; something that does is no model.
const MAX_ANSWER_BYTES: usize = 8 << 20;

/// A whole answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What the model said, to be put into the conversation as it is.
    pub message: Message,
    /// Why it ended.
    pub stop: StopReason,
    /// What it cost.
    pub usage: Usage,
    /// The model that answered, as the service names it, else as it was asked for.
    pub model: String,
}

impl Reply {
    /// The text without `<thinking>`.
    #[must_use]
    pub fn text(&self) -> String {
        without_thinking(&self.message.text())
    }
}

/// Puts a message together from its events, e.g. while they are shown.
///
/// ```
/// use chat_model::{ChatEvent, ReplyBuilder, StopReason};
///
/// let mut reply = ReplyBuilder::new("some-model");
/// for event in [ChatEvent::TextDelta("Four".into()), ChatEvent::BlockStop, ChatEvent::Stop(StopReason::EndTurn)] {
///     reply.push(event)?;
/// }
/// assert_eq!(reply.finish()?.text(), "Four");
/// # Ok::<(), chat_model::ChatError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReplyBuilder {
    model: String,
    content: Vec<Block>,
    open: Option<OpenBlock>,
    stop: Option<StopReason>,
    usage: Usage,
    bytes: usize,
}

#[derive(Clone, Debug)]
enum OpenBlock {
    Text(String),
    Tool { id: String, name: String, json: String },
}

impl ReplyBuilder {
    /// An empty message of `model`.
    #[must_use]
    pub fn new(model: &str) -> Self {
        let model = model.to_owned();
        Self { model, content: Vec::new(), open: None, stop: None, usage: Usage::default(), bytes: 0 }
    }

    /// Adds an event.
    ///
    /// # Errors
    /// [`ChatError::MalformedAnswer`] for tool input outside a tool call, and for an answer without end.
    pub fn push(&mut self, event: ChatEvent) -> Result<(), ChatError> {
        match event {
            ChatEvent::MessageStart | ChatEvent::Retrying { .. } => {}
            ChatEvent::TextDelta(text) => self.push_text(&text)?,
            ChatEvent::ToolCallStart { id, name } => {
                self.close_block();
                self.open = Some(OpenBlock::Tool { id, name, json: String::new() });
            }
            ChatEvent::ToolInputDelta(piece) => self.push_input(&piece)?,
            ChatEvent::BlockStop => self.close_block(),
            ChatEvent::Stop(reason) => {
                self.close_block();
                self.stop = Some(reason);
            }
            ChatEvent::Usage(usage) => self.usage = usage,
        }
        Ok(())
    }

    /// The message.
    ///
    /// # Errors
    /// [`ChatError::MalformedAnswer`] when the answer broke off before its end.
    pub fn finish(mut self) -> Result<Reply, ChatError> {
        let stop = self.stop.take().ok_or_else(|| ChatError::malformed("the answer ended without saying why"))?;
        let message = Message { role: Role::Assistant, content: self.content };
        Ok(Reply { message, stop, usage: self.usage, model: self.model })
    }

    fn push_text(&mut self, piece: &str) -> Result<(), ChatError> {
        self.grow(piece)?;
        if let Some(OpenBlock::Text(text)) = &mut self.open {
            text.push_str(piece);
        } else {
            self.close_block();
            self.open = Some(OpenBlock::Text(piece.to_owned()));
        }
        Ok(())
    }

    fn push_input(&mut self, piece: &str) -> Result<(), ChatError> {
        self.grow(piece)?;
        let Some(OpenBlock::Tool { json, .. }) = &mut self.open else {
            return Err(ChatError::malformed("tool input outside a tool call"));
        };
        json.push_str(piece);
        Ok(())
    }

    fn grow(&mut self, piece: &str) -> Result<(), ChatError> {
        self.bytes = self.bytes.saturating_add(piece.len());
        if self.bytes > MAX_ANSWER_BYTES {
            return Err(ChatError::malformed("the answer is longer than any model writes"));
        }
        Ok(())
    }

    fn close_block(&mut self) {
        match self.open.take() {
            Some(OpenBlock::Text(text)) if !text.is_empty() => self.content.push(Block::Text(text)),
            Some(OpenBlock::Tool { id, name, json }) => {
                self.content.push(Block::ToolUse(ToolUse::from_json(id, name, &json)));
            }
            Some(OpenBlock::Text(_)) | None => {}
        }
    }
}

/// Reads a stream to its end.
///
/// # Errors
/// Whatever ends the stream early.
pub async fn read_reply(model: &str, mut events: EventStream) -> Result<Reply, ChatError> {
    let mut reply = ReplyBuilder::new(model);
    while let Some(event) = events.next().await {
        reply.push(event?)?;
    }
    reply.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn start(id: &str) -> ChatEvent {
        ChatEvent::ToolCallStart { id: id.into(), name: "look".into() }
    }

    fn built(events: impl IntoIterator<Item = ChatEvent>) -> Result<Reply, ChatError> {
        let mut reply = ReplyBuilder::new("m");
        events.into_iter().try_for_each(|event| reply.push(event))?;
        reply.finish()
    }

    #[test]
    fn text_and_two_calls_become_three_blocks() {
        let reply = built([
            ChatEvent::MessageStart,
            ChatEvent::TextDelta("I ".into()),
            ChatEvent::TextDelta("look.".into()),
            ChatEvent::BlockStop,
            start("a"),
            ChatEvent::ToolInputDelta("{\"n\"".into()),
            ChatEvent::ToolInputDelta(":1}".into()),
            ChatEvent::BlockStop,
            start("b"),
            ChatEvent::BlockStop,
            ChatEvent::Stop(StopReason::ToolUse),
            ChatEvent::Usage(Usage { input_tokens: Some(3), ..Usage::default() }),
        ])
        .unwrap();
        let call = |id: &str, input| Block::ToolUse(ToolUse { id: id.into(), name: "look".into(), input });
        assert_eq!(
            reply.message.content,
            [Block::Text("I look.".into()), call("a", json!({"n": 1})), call("b", json!({}))]
        );
        assert_eq!((reply.stop, reply.usage.input_tokens), (StopReason::ToolUse, Some(3)));
    }

    #[test]
    fn an_answer_that_breaks_off_is_no_answer() {
        assert!(matches!(built([ChatEvent::TextDelta("Half".into())]), Err(ChatError::MalformedAnswer { .. })));
        assert!(matches!(built([ChatEvent::ToolInputDelta("{}".into())]), Err(ChatError::MalformedAnswer { .. })));
    }

    #[test]
    fn an_answer_without_end_is_refused_before_it_fills_the_memory() {
        let mebibyte = "x".repeat(1 << 20);
        let events = std::iter::repeat_n(ChatEvent::TextDelta(mebibyte), 9);
        assert!(matches!(built(events), Err(ChatError::MalformedAnswer { .. })));
    }
}
