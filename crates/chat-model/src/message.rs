//! What is said to a model, and by it: one shape for every provider.

use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Everything a model is given for one answer.
///
/// ```
/// use chat_model::{ChatRequest, Message};
///
/// let request = ChatRequest::new([Message::user("How many findings are critical?")])
///     .system("You are a security analyst.")
///     .max_tokens(800)
///     .temperature(0.0);
/// assert_eq!(request.messages.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatRequest {
    /// Instructions that stand above the conversation.
    pub system: Option<String>,
    /// The conversation, oldest first; it begins and ends with the user.
    pub messages: Vec<Message>,
    /// Tools the model may ask for.
    pub tools: Vec<ToolSpec>,
    /// Most tokens that the answer may have. Left out, the service decides.
    pub max_tokens: Option<u32>,
    /// 0.0 to 1.0 (some services: 2.0). Left out, the service decides, and a Nova model with tools decodes greedily.
    pub temperature: Option<f32>,
    /// When to give up, retries included. Left out: [`ChatRequest::DEFAULT_PATIENCE`] from the start of the call.
    pub deadline: Option<Instant>,
}

impl ChatRequest {
    /// Time that a request without a deadline may take.
    pub const DEFAULT_PATIENCE: std::time::Duration = std::time::Duration::from_secs(300);

    /// A request with nothing but a conversation.
    #[must_use]
    pub fn new(messages: impl IntoIterator<Item = Message>) -> Self {
        Self { messages: messages.into_iter().collect(), ..Self::default() }
    }

    /// Sets the instructions.
    #[must_use]
    pub fn system(mut self, instructions: impl Into<String>) -> Self {
        self.system = Some(instructions.into());
        self
    }

    /// Sets the tools.
    #[must_use]
    pub fn tools(mut self, tools: impl IntoIterator<Item = ToolSpec>) -> Self {
        self.tools = tools.into_iter().collect();
        self
    }

    /// Sets the longest answer.
    #[must_use]
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.max_tokens = Some(tokens);
        self
    }

    /// Sets the temperature.
    #[must_use]
    pub fn temperature(mut self, temperature: f32) -> Self {
        self.temperature = Some(temperature);
        self
    }

    /// Sets when to give up.
    #[must_use]
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// When to give up, counted from now where nothing is set.
    #[must_use]
    pub fn ends_at(&self) -> Instant {
        self.deadline.unwrap_or_else(|| Instant::now() + Self::DEFAULT_PATIENCE)
    }
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person, and the results of tools.
    User,
    /// The model.
    Assistant,
}

/// One turn of the conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said, in order.
    pub content: Vec<Block>,
}

impl Message {
    /// Text from the user.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, content: vec![Block::Text(text.into())] }
    }

    /// Text from the model.
    #[must_use]
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: vec![Block::Text(text.into())] }
    }

    /// The results of all tools that one turn of the model asked for: they belong in one message, without other text.
    #[must_use]
    pub fn tool_results(results: impl IntoIterator<Item = ToolResult>) -> Self {
        Self { role: Role::User, content: results.into_iter().map(Block::ToolResult).collect() }
    }

    /// All text, blocks joined as they stand, `<thinking>` included.
    #[must_use]
    pub fn text(&self) -> String {
        let texts = self.content.iter().filter_map(|block| match block {
            Block::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// The tools asked for, in order.
    pub fn tool_uses(&self) -> impl Iterator<Item = &ToolUse> {
        self.content.iter().filter_map(|block| match block {
            Block::ToolUse(tool_use) => Some(tool_use),
            _ => None,
        })
    }
}

/// One part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Text.
    Text(String),
    /// The model asks for a tool.
    ToolUse(ToolUse),
    /// What the tool answered.
    ToolResult(ToolResult),
}

/// A call that a model asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolUse {
    /// Ties the result to the call.
    pub id: String,
    /// Name of the tool; a model may name one that does not exist.
    pub name: String,
    /// The arguments. See [`ToolUse::arguments`].
    pub input: Value,
}

impl ToolUse {
    /// The arguments, or `None` when the model wrote something that is no JSON object: then `input` is that text, and
    /// the call is to be answered with an error result instead of being run.
    #[must_use]
    pub fn arguments(&self) -> Option<&Map<String, Value>> {
        self.input.as_object()
    }

    /// Reads the arguments as a model streamed them. No text at all means no arguments.
    pub(crate) fn from_json(id: String, name: String, json: &str) -> Self {
        let input = if json.trim().is_empty() {
            Value::Object(Map::new())
        } else {
            match serde_json::from_str(json) {
                Ok(Value::Object(arguments)) => Value::Object(arguments),
                _ => Value::from(json),
            }
        };
        Self { id, name, input }
    }
}

/// What a tool answered. Text only: Nova models make things up from JSON blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolResult {
    /// Id of the [`ToolUse`].
    pub id: String,
    /// The answer, or what went wrong.
    pub text: String,
    /// Whether it went wrong.
    pub is_error: bool,
}

/// A tool that a model may ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    /// 1 to 64 of `a-z A-Z 0-9 _ -`.
    pub name: String,
    /// What it does and when to use it: all that the model knows of it.
    pub description: String,
    /// JSON Schema of an object.
    pub input_schema: Value,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn input_of(json: &str) -> Value {
        ToolUse::from_json("id".into(), "tool".into(), json).input
    }

    #[test]
    fn arguments_are_an_object_or_the_text_that_was_none() {
        assert_eq!(input_of(r#"{"days": 7}"#), json!({"days": 7}));
        assert_eq!(input_of(""), json!({}), "a tool without arguments streams none");
        assert_eq!(input_of(r#"{"days": 7"#), json!(r#"{"days": 7"#));
        assert_eq!(input_of("[7]"), json!("[7]"));
        let broken = ToolUse::from_json("id".into(), "tool".into(), "{");
        assert_eq!(broken.arguments(), None);
    }

    #[test]
    fn a_conversation_survives_being_saved() {
        let result = ToolResult { id: "t1".into(), text: "3".into(), is_error: false };
        let messages = vec![Message::user("How many?"), Message::tool_results([result])];
        let saved = serde_json::to_string(&messages).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Message>>(&saved).unwrap(), messages);
    }
}
