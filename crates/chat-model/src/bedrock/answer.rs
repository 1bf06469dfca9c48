//! From Converse's answer to a neutral one.

use aws_sdk_bedrockruntime::operation::converse::ConverseOutput;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConverseOutput as WireOutput, StopReason as WireStop, TokenUsage};

use super::document;
use crate::error::ChatError;
use crate::event::{StopReason, Usage};
use crate::message::{Block, Message, Role, ToolUse};
use crate::reply::Reply;

pub(super) fn reply(model: &str, output: ConverseOutput) -> Result<Reply, ChatError> {
    let (stop, usage) = (stop_reason(output.stop_reason()), output.usage().map(usage).unwrap_or_default());
    let Some(WireOutput::Message(message)) = output.output else {
        return Err(ChatError::malformed("Converse answered without a message"));
    };
    let content = message.content.into_iter().filter_map(block).collect();
    Ok(Reply { message: Message { role: Role::Assistant, content }, stop, usage, model: model.to_owned() })
}

/// Reasoning is left out: Nova models refuse it when it comes back in a conversation.
fn block(block: ContentBlock) -> Option<Block> {
    match block {
        ContentBlock::Text(text) => Some(Block::Text(text)),
        ContentBlock::ToolUse(wire) => {
            let input = document::to_json(&wire.input);
            Some(Block::ToolUse(ToolUse { id: wire.tool_use_id, name: wire.name, input }))
        }
        _ => None,
    }
}

pub(super) fn stop_reason(wire: &WireStop) -> StopReason {
    match wire {
        WireStop::EndTurn => StopReason::EndTurn,
        WireStop::ToolUse => StopReason::ToolUse,
        WireStop::MaxTokens => StopReason::MaxTokens,
        WireStop::StopSequence => StopReason::StopSequence,
        WireStop::ContentFiltered => StopReason::ContentFiltered,
        WireStop::GuardrailIntervened => StopReason::GuardrailIntervened,
        WireStop::ModelContextWindowExceeded => StopReason::ContextOverflow,
        WireStop::MalformedModelOutput | WireStop::MalformedToolUse => StopReason::MalformedOutput,
        unknown => StopReason::other(unknown.as_str()),
    }
}

/// The SDK fills in zeros where the service tells nothing; no answer costs nothing.
pub(super) fn usage(wire: &TokenUsage) -> Usage {
    if wire.input_tokens() == 0 && wire.output_tokens() == 0 {
        return Usage::default();
    }
    Usage {
        input_tokens: u64::try_from(wire.input_tokens()).ok(),
        output_tokens: u64::try_from(wire.output_tokens()).ok(),
        cached_input_tokens: wire.cache_read_input_tokens().and_then(|tokens| u64::try_from(tokens).ok()),
    }
}
