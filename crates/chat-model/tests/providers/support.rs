//! A fake and both models that talk to it.

use std::time::{Duration, Instant};

use chat_model::{
    AwsKeys, Bedrock, BedrockSettings, ChatError, ChatEvent, ChatModel, ChatRequest, EventStream, Message, OpenAi,
    OpenAiSettings, RetryPolicy, ToolSpec,
};
use serde_json::json;
use test_support::chat::{ChatFault, FakeChat, Turn};

pub(crate) const NOVA: &str = "us.amazon.nova-premier-v1:0";

/// The providers under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Provider {
    Bedrock,
    OpenAi,
}

impl Provider {
    pub(crate) const BOTH: [Self; 2] = [Self::Bedrock, Self::OpenAi];

    pub(crate) fn model(self, fake: &FakeChat) -> Box<dyn ChatModel> {
        match self {
            Self::Bedrock => Box::new(bedrock(fake)),
            Self::OpenAi => Box::new(openai(fake)),
        }
    }
}

/// Retries as in life, and pauses that a test can wait for.
pub(crate) fn impatient() -> RetryPolicy {
    let (first_pause, longest_pause) = (Duration::from_millis(4), Duration::from_millis(20));
    RetryPolicy { first_pause, longest_pause, ..RetryPolicy::default() }
}

pub(crate) fn bedrock_settings(endpoint: &str) -> BedrockSettings {
    BedrockSettings {
        region: Some("us-east-1".into()),
        endpoint: Some(endpoint.to_owned()),
        keys: Some(AwsKeys::new("AKIAIOSFODNN7EXAMPLE", "example", None)),
        retry: impatient(),
        ..BedrockSettings::new(NOVA)
    }
}

pub(crate) fn bedrock(fake: &FakeChat) -> Bedrock {
    Bedrock::new(bedrock_settings(&fake.endpoint()))
}

pub(crate) fn openai(fake: &FakeChat) -> OpenAi {
    OpenAi::new(OpenAiSettings { retry: impatient(), ..OpenAiSettings::new(fake.openai_base_url(), "jamba2-mini") })
        .unwrap()
}

/// A fake that says `Three findings.` however often it is asked, once the faults are over.
pub(crate) async fn fake_with(fault: ChatFault, times: u64) -> FakeChat {
    FakeChat::builder().answering(|_| Turn::text("Three findings.")).fault(fault, times).start().await.unwrap()
}

pub(crate) fn ask() -> ChatRequest {
    ChatRequest::new([Message::user("How many?")]).deadline(within(Duration::from_secs(10)))
}

pub(crate) fn within(time: Duration) -> Instant {
    Instant::now() + time
}

pub(crate) fn look() -> ToolSpec {
    let input_schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"days": {"$ref": "#/$defs/Days"}},
        "$defs": {"Days": {"type": "integer"}}
    });
    ToolSpec { name: "look".into(), description: "Looks at findings.".into(), input_schema }
}

/// Everything a stream gives, and what ended it early.
pub(crate) async fn drain(stream: Result<EventStream, ChatError>) -> (Vec<ChatEvent>, Option<ChatError>) {
    let (mut events, mut stream) = match stream {
        Ok(stream) => (Vec::new(), stream),
        Err(error) => return (Vec::new(), Some(error)),
    };
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) => events.push(event),
            Err(error) => return (events, Some(error)),
        }
    }
    (events, None)
}

pub(crate) fn text_of(events: &[ChatEvent]) -> String {
    let texts = events.iter().filter_map(|event| match event {
        ChatEvent::TextDelta(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

pub(crate) fn retries(events: &[ChatEvent]) -> usize {
    events.iter().filter(|event| matches!(event, ChatEvent::Retrying { .. })).count()
}
