//! From ConverseStream's events to neutral ones.

use aws_sdk_bedrockruntime::primitives::event_stream::EventReceiver;
use aws_sdk_bedrockruntime::types::error::ConverseStreamOutputError;
use aws_sdk_bedrockruntime::types::{
    ContentBlockDelta, ContentBlockDeltaEvent, ContentBlockStart, ContentBlockStartEvent, ConverseStreamOutput,
};

use super::answer::{stop_reason, usage};
use super::failure::Context;
use crate::error::ChatError;
use crate::event::{ChatEvent, EventSource};
use crate::model::BoxFuture;

/// The events of one attempt.
pub(super) struct Events {
    wire: EventReceiver<ConverseStreamOutput, ConverseStreamOutputError>,
    context: Context,
}

impl Events {
    pub(super) const fn new(
        wire: EventReceiver<ConverseStreamOutput, ConverseStreamOutputError>,
        context: Context,
    ) -> Self {
        Self { wire, context }
    }

    async fn read(&mut self) -> Result<Option<ChatEvent>, ChatError> {
        loop {
            let Some(wire) = self.wire.recv().await.map_err(|error| self.context.stream(&error))? else {
                return Ok(None);
            };
            if let Some(event) = neutral(wire) {
                return Ok(Some(event));
            }
        }
    }
}

impl EventSource for Events {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<ChatEvent, ChatError>>> {
        Box::pin(async { self.read().await.transpose() })
    }
}

/// Reasoning, citations, images and what future versions add are left out.
fn neutral(wire: ConverseStreamOutput) -> Option<ChatEvent> {
    match wire {
        ConverseStreamOutput::MessageStart(_) => Some(ChatEvent::MessageStart),
        ConverseStreamOutput::ContentBlockStart(start) => block_start(start),
        ConverseStreamOutput::ContentBlockDelta(delta) => block_delta(delta),
        ConverseStreamOutput::ContentBlockStop(_) => Some(ChatEvent::BlockStop),
        ConverseStreamOutput::MessageStop(stop) => Some(ChatEvent::Stop(stop_reason(stop.stop_reason()))),
        ConverseStreamOutput::Metadata(metadata) => metadata.usage().map(|tokens| ChatEvent::Usage(usage(tokens))),
        _ => None,
    }
}

fn block_start(event: ContentBlockStartEvent) -> Option<ChatEvent> {
    match event.start {
        Some(ContentBlockStart::ToolUse(tool)) => {
            Some(ChatEvent::ToolCallStart { id: tool.tool_use_id, name: tool.name })
        }
        _ => None,
    }
}

fn block_delta(event: ContentBlockDeltaEvent) -> Option<ChatEvent> {
    match event.delta {
        Some(ContentBlockDelta::Text(text)) => Some(ChatEvent::TextDelta(text)),
        Some(ContentBlockDelta::ToolUse(tool)) => Some(ChatEvent::ToolInputDelta(tool.input)),
        _ => None,
    }
}
