//! A model that says what it is told: for tests, and for trying things offline.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::ChatError;
use crate::event::{ChatEvent, EventSource, EventStream, StopReason};
use crate::message::{Block, ChatRequest, Message, Role, ToolUse};
use crate::model::{BoxFuture, ChatModel};

/// What a scripted model does with one request.
#[derive(Clone, Debug, PartialEq)]
pub enum ScriptedTurn {
    /// Answers with these blocks; it stops for tools when there is a tool call among them.
    Answer(Vec<Block>),
    /// Sends exactly these events, and then fails where there is an error.
    Events(Vec<ChatEvent>, Option<ChatError>),
    /// Fails before it answers.
    Fail(ChatError),
}

impl ScriptedTurn {
    /// Answers with text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Answer(vec![Block::Text(text.into())])
    }

    /// Asks for tools.
    #[must_use]
    pub fn tools(calls: impl IntoIterator<Item = ToolUse>) -> Self {
        Self::Answer(calls.into_iter().map(Block::ToolUse).collect())
    }
}

type Answering = Box<dyn FnMut(&ChatRequest) -> ScriptedTurn + Send>;

/// A model that follows a script. Clones share it.
///
/// ```
/// use chat_model::{ChatModel, ChatRequest, Message, Scripted, ScriptedTurn};
///
/// # async fn example() -> Result<(), chat_model::ChatError> {
/// let echo = Scripted::answering("echo", |request| ScriptedTurn::text(request.messages[0].text()));
/// let reply = echo.complete(ChatRequest::new([Message::user("Hello")])).await?;
/// assert_eq!(reply.text(), "Hello");
/// assert_eq!(echo.requests().len(), 1);
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Clone)]
pub struct Scripted {
    id: String,
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    turns: VecDeque<ScriptedTurn>,
    answering: Option<Answering>,
    requests: Vec<ChatRequest>,
}

impl Scripted {
    /// A model without a script: every request fails.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), script: Arc::default() }
    }

    /// A model that works each answer out from the request.
    #[must_use]
    pub fn answering(id: impl Into<String>, answer: impl FnMut(&ChatRequest) -> ScriptedTurn + Send + 'static) -> Self {
        let model = Self::new(id);
        model.with(|script| script.answering = Some(Box::new(answer)));
        model
    }

    /// Adds an answer of text.
    #[must_use]
    pub fn reply(self, text: impl Into<String>) -> Self {
        self.turn(ScriptedTurn::text(text))
    }

    /// Adds a turn; turns go before what [`Scripted::answering`] says.
    #[must_use]
    pub fn turn(self, turn: ScriptedTurn) -> Self {
        self.with(|script| script.turns.push_back(turn));
        self
    }

    /// What was asked so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<ChatRequest> {
        self.with(|script| script.requests.clone())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Script) -> T) -> T {
        act(&mut self.script.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn next_turn(&self, request: ChatRequest) -> ScriptedTurn {
        self.with(|script| {
            let turn = script.turns.pop_front();
            let turn = turn.or_else(|| script.answering.as_mut().map(|answer| answer(&request)));
            script.requests.push(request);
            turn.unwrap_or_else(|| ScriptedTurn::Fail(ChatError::not_configured("the script has no further turn")))
        })
    }
}

impl ChatModel for Scripted {
    fn id(&self) -> &str {
        &self.id
    }

    fn stream(&self, request: ChatRequest) -> BoxFuture<'_, Result<EventStream, ChatError>> {
        let told = match self.next_turn(request) {
            ScriptedTurn::Fail(error) => Err(error),
            ScriptedTurn::Answer(content) => Ok(Told { events: message_events(content).into(), error: None }),
            ScriptedTurn::Events(events, error) => Ok(Told { events: events.into(), error }),
        };
        Box::pin(std::future::ready(told.map(EventStream::new)))
    }
}

struct Told {
    events: VecDeque<ChatEvent>,
    error: Option<ChatError>,
}

impl EventSource for Told {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<ChatEvent, ChatError>>> {
        let next = self.events.pop_front().map(Ok).or_else(|| self.error.take().map(Err));
        Box::pin(std::future::ready(next))
    }
}

/// A message as a service would stream it, in pieces of a few characters.
fn message_events(content: Vec<Block>) -> Vec<ChatEvent> {
    let message = Message { role: Role::Assistant, content };
    let stop = if message.tool_uses().next().is_some() { StopReason::ToolUse } else { StopReason::EndTurn };
    let mut events = vec![ChatEvent::MessageStart];
    for block in message.content {
        match block {
            Block::Text(text) => events.extend(pieces(&text).map(ChatEvent::TextDelta)),
            Block::ToolUse(call) => {
                let json = call.input.as_str().map_or_else(|| call.input.to_string(), str::to_owned);
                events.push(ChatEvent::ToolCallStart { id: call.id, name: call.name });
                events.extend(pieces(&json).map(ChatEvent::ToolInputDelta));
            }
            // Results are the user's to give.
            Block::ToolResult(_) => continue,
        }
        events.push(ChatEvent::BlockStop);
    }
    events.push(ChatEvent::Stop(stop));
    events
}

fn pieces(text: &str) -> impl Iterator<Item = String> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(7).map(String::from_iter).collect::<Vec<_>>().into_iter()
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ask(text: &str) -> ChatRequest {
        ChatRequest::new([Message::user(text)])
    }

    #[tokio::test]
    async fn a_script_is_followed_turn_by_turn() {
        let call = ToolUse { id: "t1".into(), name: "look".into(), input: json!({"days": 30}) };
        let throttled = ChatError::Throttled { retry_after: None, detail: None };
        let model = Scripted::new("m")
            .turn(ScriptedTurn::tools([call.clone()]))
            .turn(ScriptedTurn::Fail(throttled.clone()))
            .reply("Three.");

        let first = model.complete(ask("How many?")).await.unwrap();
        assert_eq!((first.message.content, first.stop), (vec![Block::ToolUse(call)], StopReason::ToolUse));
        assert_eq!(model.complete(ask("again")).await.unwrap_err(), throttled);
        assert_eq!(model.complete(ask("again")).await.unwrap().text(), "Three.");
        assert!(matches!(model.complete(ask("more")).await, Err(ChatError::NotConfigured { .. })));
        assert_eq!(model.requests().len(), 4);
    }

    #[tokio::test]
    async fn a_stream_can_fail_in_the_middle() {
        let error = ChatError::ServiceError { status: None, detail: None };
        let turn = ScriptedTurn::Events(vec![ChatEvent::TextDelta("Th".into())], Some(error.clone()));
        let mut events = Scripted::new("m").turn(turn).stream(ask("?")).await.unwrap();
        assert_eq!(events.next().await, Some(Ok(ChatEvent::TextDelta("Th".into()))));
        assert_eq!(events.next().await, Some(Err(error)));
        assert_eq!(events.next().await, None);
    }
}
