//! What a model sends while it answers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::ChatError;
use crate::model::BoxFuture;

/// One step of an answer.
///
/// Blocks come one after another: text deltas, or a tool call and its input deltas, and then the end of the block.
/// [`Stop`](Self::Stop) ends the message; [`Usage`](Self::Usage) comes after it where the service tells.
#[derive(Clone, Debug, PartialEq)]
pub enum ChatEvent {
    /// The model has begun.
    MessageStart,
    /// More text.
    TextDelta(String),
    /// The model asks for a tool.
    ToolCallStart {
        /// Ties the result to the call.
        id: String,
        /// Name of the tool.
        name: String,
    },
    /// More of the arguments' JSON: a piece of text that need not be valid by itself.
    ToolInputDelta(String),
    /// The text or the tool call is complete.
    BlockStop,
    /// The message is complete.
    Stop(StopReason),
    /// What it cost.
    Usage(Usage),
    /// An attempt failed and another one follows. Nothing of an answer came before: no text, no tool call.
    Retrying {
        /// Attempts made so far.
        attempts: u32,
        /// The pause before the next one.
        pause: Duration,
        /// What went wrong.
        error: ChatError,
    },
}

impl ChatEvent {
    /// Whether it is part of the answer itself, after which a failed attempt cannot be repeated unnoticed.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        !matches!(self, Self::MessageStart | Self::Retrying { .. })
    }
}

/// Why a message ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The model is done.
    EndTurn,
    /// The model waits for the results of tools.
    ToolUse,
    /// The answer reached the most tokens allowed.
    MaxTokens,
    /// The answer reached a stop sequence.
    StopSequence,
    /// The service held back the rest of the answer.
    ContentFiltered,
    /// A guardrail stepped in; the text may be its own, or masked.
    GuardrailIntervened,
    /// Conversation and answer fill the model's context.
    ContextOverflow,
    /// The model wrote a tool call, or an answer, that the service could not read.
    MalformedOutput,
    /// A reason this crate does not know.
    Other(String),
}

impl StopReason {
    /// A reason in a service's words, bounded.
    #[must_use]
    pub fn other(reason: &str) -> Self {
        Self::Other(reason.chars().filter(char::is_ascii_graphic).take(64).collect())
    }

    /// The stop as an error, for callers who need a whole answer. Text cut at `max_tokens` is left to the caller.
    #[must_use]
    pub fn error(&self, model: &str) -> Option<ChatError> {
        let model = model.to_owned();
        Some(match self {
            Self::ContentFiltered => ChatError::ContentFiltered { model, detail: None },
            Self::GuardrailIntervened => ChatError::GuardrailIntervened { model },
            Self::ContextOverflow => ChatError::ContextOverflow { model, detail: None },
            Self::MalformedOutput => ChatError::malformed("the model wrote output that its service could not read"),
            Self::EndTurn | Self::ToolUse | Self::MaxTokens | Self::StopSequence | Self::Other(_) => return None,
        })
    }
}

/// Tokens of one answer; `None` where the service does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Read by the model, those from a cache not included.
    pub input_tokens: Option<u64>,
    /// Written by the model.
    pub output_tokens: Option<u64>,
    /// Read from a cache.
    pub cached_input_tokens: Option<u64>,
}

/// The events of one answer, as they come. Dropping it cancels the answer.
pub struct EventStream(Box<dyn EventSource>);

/// Where events come from: what a provider implements.
pub trait EventSource: Send {
    /// The next event; `None` after the last one or after an error. Dropping the future loses no event.
    fn next(&mut self) -> BoxFuture<'_, Option<Result<ChatEvent, ChatError>>>;
}

impl EventStream {
    /// A stream of what `source` gives.
    #[must_use]
    pub fn new(source: impl EventSource + 'static) -> Self {
        Self(Box::new(source))
    }

    /// The next event; `None` after the last one or after an error. Dropping the future loses no event, so it may be
    /// raced against a key press.
    ///
    /// # Errors
    /// Whatever ended the answer early. Text that came before stays what it was.
    pub async fn next(&mut self) -> Option<Result<ChatEvent, ChatError>> {
        self.0.next().await
    }
}

impl EventSource for EventStream {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<ChatEvent, ChatError>>> {
        self.0.next()
    }
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EventStream")
    }
}
