//! What comes of a question.

use std::fmt;
use std::time::Duration;

use chat_model::ChatError;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::limits::Limit;
use crate::usage::Usage;

/// The answer to one question, with everything that led to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// What was asked.
    pub question: String,
    /// What the model said last, thinking left out.
    pub text: String,
    /// Why it ended there.
    pub ending: Ending,
    /// The model that gave it.
    pub model: String,
    /// Every tool call, in order.
    pub calls: Vec<CallRecord>,
    /// Tokens and calls of the model.
    pub usage: Usage,
    /// US dollars, where a price is known.
    pub cost: Option<f64>,
    /// How long it took, without the time a person was waited for.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub time: Duration,
}

impl Answer {
    /// Scores of requirements that came back with the results, with the tool that gave each.
    pub fn scores(&self) -> impl Iterator<Item = (&str, &Score)> {
        self.calls.iter().flat_map(|call| call.scores.iter().map(|score| (call.tool.as_str(), score)))
    }
}

/// Why an answer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The model was done.
    Complete,
    /// The model was done, without a word.
    Silent,
    /// The answer reached the most tokens allowed.
    MaxTokens,
    /// A limit was reached before the model was done.
    Limit(Limit),
    /// The service's content filter held back the rest.
    ContentFiltered,
    /// A guardrail stepped in; the text may be its own, or masked.
    GuardrailIntervened,
    /// The model stopped for a reason that this agent does not know.
    Other(String),
    /// The model could not answer: see [`AgentError`].
    Failed(String),
}

impl Ending {
    /// What the person should know about it; nothing when all is well.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        Some(match self {
            Self::Complete => return None,
            Self::Silent => "The model ended its answer without a word. Ask again, or in other words.".to_owned(),
            Self::MaxTokens => {
                "The answer was cut: it reached the most tokens allowed. Raise --answer-tokens.".to_owned()
            }
            Self::Limit(limit) => format!("Stopped: {limit} was reached. What is said so far may be incomplete."),
            Self::ContentFiltered => "The model service's content filter held back the rest of the answer.".to_owned(),
            Self::GuardrailIntervened => "A guardrail stepped in: the text may be its own words, or masked.".to_owned(),
            Self::Other(reason) => format!("The model stopped for a reason this agent does not know: {reason}."),
            Self::Failed(problem) => problem.clone(),
        })
    }
}

/// One tool call and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallRecord {
    /// Id that the model gave.
    pub id: String,
    /// Name under which the model knows the tool.
    pub tool: String,
    /// The server that runs it; empty for a tool that does not exist.
    pub server: String,
    /// What was sent, or would have been.
    pub arguments: Map<String, Value>,
    /// How it went.
    pub outcome: Outcome,
    /// What the model was given: the result as text, or what went wrong.
    pub text: String,
    /// Scores of requirements, where the tool scores its report.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<Score>,
    /// How long the server took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub time: Duration,
}

/// How a tool call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The tool answered.
    Done,
    /// The tool answered that it failed, or its server did.
    Failed,
    /// No answer in time.
    TimedOut,
    /// Not run: the person, or a hook, said no.
    Refused,
    /// Not run: no such tool, or arguments that do not fit it.
    Invalid,
}

/// How well a tool's report meets one requirement, in the tool's judgement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Name of the requirement.
    pub name: String,
    /// 0.0 to 1.0; nothing when nobody judged.
    pub score: Option<f64>,
    /// Who judged: a rule, or a model.
    pub judge: String,
    /// Whether the whole report counts as 0 unless it is met.
    pub mandatory: bool,
}

/// The model could not answer. The conversation stays as it was before the question.
#[derive(Debug, thiserror::Error)]
pub struct AgentError {
    /// What went wrong.
    #[source]
    pub error: ChatError,
    /// What there was by then.
    pub so_far: Box<Answer>,
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&explained(&self.error))
    }
}

/// The error in our words, and in those of the service where it has some.
pub(crate) fn explained(error: &ChatError) -> String {
    match error.detail() {
        Some(detail) => format!("{error} (the service said: \"{}\")", detail.as_str()),
        None => error.to_string(),
    }
}

fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    // Milliseconds are as much as anyone compares.
    serializer.serialize_f64((time.as_secs_f64() * 1000.0).round() / 1000.0)
}
