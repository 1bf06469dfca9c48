//! What the fake model says in one turn.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fault::ChatFault;

/// One answer of the model, cut into the pieces it is streamed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Text and tool calls, in order.
    pub parts: Vec<Part>,
    /// Tokens read, not counting cached ones.
    #[serde(default = "default_input")]
    pub input_tokens: u64,
    /// Tokens written.
    #[serde(default = "default_output")]
    pub output_tokens: u64,
    /// Tokens read from a cache; left out of the answer when absent.
    #[serde(default)]
    pub cached_input_tokens: Option<u64>,
    /// What goes wrong with it.
    #[serde(default)]
    pub fault: Option<ChatFault>,
}

/// A part of an answer, as deltas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Text.
    Text(Vec<String>),
    /// A tool call.
    Tool {
        /// Ties the result to the call.
        id: String,
        /// Name of the tool.
        name: String,
        /// The JSON of the arguments, cut anywhere.
        input: Vec<String>,
    },
}

const fn default_input() -> u64 {
    10
}

const fn default_output() -> u64 {
    5
}

impl Turn {
    /// Text in pieces of a few characters, so that words and tags are cut.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::of(Part::Text(cut(text, 24)))
    }

    /// Text in exactly these pieces.
    #[must_use]
    pub fn deltas<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(Part::Text(pieces.into_iter().map(str::to_owned).collect()))
    }

    /// A tool call, its arguments in pieces of a few characters.
    #[must_use]
    pub fn tool(id: &str, name: &str, arguments: &Value) -> Self {
        Self::of(Part::Tool { id: id.to_owned(), name: name.to_owned(), input: cut(&arguments.to_string(), 5) })
    }

    /// Appends what another turn says.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Sets what goes wrong with it.
    #[must_use]
    pub fn fault(mut self, fault: ChatFault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Sets the token counts.
    #[must_use]
    pub fn tokens(mut self, input: u64, output: u64, cached: Option<u64>) -> Self {
        (self.input_tokens, self.output_tokens, self.cached_input_tokens) = (input, output, cached);
        self
    }

    pub(super) fn asks_for_tools(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Tool { .. }))
    }

    fn of(part: Part) -> Self {
        let (input_tokens, output_tokens) = (default_input(), default_output());
        Self { parts: vec![part], input_tokens, output_tokens, cached_input_tokens: None, fault: None }
    }
}

impl Part {
    /// The deltas as one text.
    pub(super) fn joined(&self) -> String {
        match self {
            Self::Text(pieces) | Self::Tool { input: pieces, .. } => pieces.concat(),
        }
    }
}

fn cut(text: &str, chars: usize) -> Vec<String> {
    let all: Vec<char> = text.chars().collect();
    all.chunks(chars).map(String::from_iter).collect()
}
