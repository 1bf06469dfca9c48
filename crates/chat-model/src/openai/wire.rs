//! Answers of chat completions, as loosely as servers write them: every member may be missing or null.

use serde::{Deserialize, Deserializer};

use crate::event::{StopReason, Usage};

/// A whole answer, or one chunk of a stream.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chunk {
    pub(super) model: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    pub(super) choices: Vec<Choice>,
    pub(super) usage: Option<WireUsage>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    /// In a stream.
    pub(super) delta: Option<WireMessage>,
    /// In a whole answer.
    pub(super) message: Option<WireMessage>,
    pub(super) finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct WireMessage {
    pub(super) content: Option<String>,
    /// What the model says when it declines.
    pub(super) refusal: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    pub(super) tool_calls: Vec<WireCall>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct WireCall {
    pub(super) index: Option<u64>,
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    pub(super) function: WireFunction,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct WireFunction {
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    pub(super) arguments: Arguments,
}

/// A string of JSON as the format wants it, or JSON itself as some servers send it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Arguments {
    Text(String),
    Json(serde_json::Value),
}

impl Default for Arguments {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Arguments {
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Json(value) => value.to_string(),
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct WireUsage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct PromptDetails {
    cached_tokens: Option<u64>,
}

impl From<WireUsage> for Usage {
    /// `prompt_tokens` includes the cached ones; ours does not.
    fn from(wire: WireUsage) -> Self {
        let cached = wire.prompt_tokens_details.and_then(|details| details.cached_tokens);
        Self {
            input_tokens: wire.prompt_tokens.map(|tokens| tokens.saturating_sub(cached.unwrap_or_default())),
            output_tokens: wire.completion_tokens,
            cached_input_tokens: cached,
        }
    }
}

pub(super) fn stop_reason(finish_reason: &str) -> StopReason {
    match finish_reason {
        "stop" => StopReason::EndTurn,
        "tool_calls" | "function_call" => StopReason::ToolUse,
        "length" => StopReason::MaxTokens,
        "content_filter" => StopReason::ContentFiltered,
        unknown => StopReason::other(unknown),
    }
}

fn null_is_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
