//! The person in charge: what they are told while the agent works, and what they are asked.

use std::future::ready;
use std::time::Duration;

use chat_model::{BoxFuture, ChatError};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::CallRecord;

/// The person in charge, or what stands in for one. Every method has an answer that is safe when nobody is there.
pub trait Person: Send + Sync {
    /// Is told what happens, as it happens.
    fn told(&self, event: &Event<'_>) {
        let _ = event;
    }

    /// Whether a tool may run.
    fn approves<'a>(&'a self, call: &'a ToolCall) -> BoxFuture<'a, Approval> {
        let _ = call;
        Box::pin(ready(Approval::Deny("nobody is there to approve it".to_owned())))
    }

    /// Answers what a server asks in the middle of a call (MCP: elicitation).
    fn replies<'a>(&'a self, question: &'a Elicitation) -> BoxFuture<'a, Reply> {
        let _ = question;
        Box::pin(ready(Reply::Decline))
    }
}

/// No person: sees nothing, approves nothing, answers nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Person for Nobody {}

/// Something that happens while the agent works.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The model says more, thinking left out.
    Text(&'a str),
    /// The model has come to the end of what it says in this turn.
    TextEnd,
    /// The model could not be reached, or throttled; it is asked again after a pause.
    ModelRetry {
        /// What went wrong.
        error: &'a ChatError,
        /// How long the pause is.
        pause: Duration,
    },
    /// Another model answers from here on.
    ModelReplaced {
        /// The model that cannot answer.
        from: &'a str,
        /// The model that does.
        to: &'a str,
        /// Why.
        error: &'a ChatError,
    },
    /// A server could not be used; the others go on.
    ServerFailed {
        /// Its name.
        server: &'a str,
        /// What is wrong and what to do.
        problem: &'a str,
    },
    /// A tool begins.
    ToolStarted(&'a ToolCall),
    /// A server says how far it is.
    ToolProgress {
        /// The server's name.
        server: &'a str,
        /// Its words; not to be trusted.
        message: &'a str,
        /// How much is done.
        done: f64,
        /// How much there is to do, where it is known.
        total: Option<f64>,
    },
    /// A tool has answered, or was not run.
    ToolFinished(&'a CallRecord),
    /// Something worth knowing, in words.
    Note(&'a str),
}

/// A tool that is about to run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToolCall {
    /// Id that the model gave.
    pub id: String,
    /// Name under which the model knows the tool.
    pub tool: String,
    /// The server that runs it.
    pub server: String,
    /// Exactly what is sent.
    pub arguments: Map<String, Value>,
    /// Whether the server says that it changes nothing.
    pub read_only: bool,
    /// Whether it may destroy something; the protocol assumes so unless the server says otherwise.
    pub destructive: bool,
}

/// Whether a tool may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// This time.
    Once,
    /// Whenever it is called until the session ends.
    Session,
    /// No, and why: the model is told.
    Deny(String),
}

/// A server's question in the middle of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Elicitation {
    /// Who asks.
    pub server: String,
    /// What it says; not to be trusted.
    pub message: String,
    /// JSON Schema of the answer: an object of plain values. `None` when a page is to be visited instead.
    pub schema: Option<Value>,
    /// A page to visit.
    pub url: Option<String>,
}

/// The answer to a server's question.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The values asked for.
    Accept(Map<String, Value>),
    /// No answer; the tool may go on without.
    Decline,
    /// Stop the call.
    Cancel,
}
