//! Six places where code may look in, and change what it sees.
//!
//! Approval ([`AskBeforeChanges`](crate::AskBeforeChanges)), [`Trace`](crate::Trace) and
//! [`Metrics`](crate::Metrics) are hooks like any other.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use chat_model::{BoxFuture, ChatError, ChatRequest, Reply};

use crate::answer::{Answer, CallRecord};
use crate::person::ToolCall;

/// Code that looks in. Hooks are called in the order they were added before something happens, and in the reverse order
/// after it. When a question is interrupted, the calls "after" do not come.
///
/// This one keeps an agent to one account, whatever the model wants:
/// ```
/// use chat_model::BoxFuture;
/// use serde_json::json;
/// use strands_agent::{Decision, Hook, ToolCall};
///
/// struct OneAccount(String);
///
/// impl Hook for OneAccount {
///     fn before_tool_call<'a>(&'a self, call: &'a mut ToolCall) -> BoxFuture<'a, Decision> {
///         if call.tool.starts_with("analyze_aws_") {
///             call.arguments.insert("accounts".to_owned(), json!([self.0]));
///         }
///         Box::pin(std::future::ready(Decision::Run))
///     }
/// }
/// ```
pub trait Hook: Send + Sync {
    /// A question has come in.
    fn before_invocation(&self, question: &mut String) {
        let _ = question;
    }

    /// The question is answered, or could not be: then the answer's ending says why.
    fn after_invocation(&self, answer: &mut Answer) {
        let _ = answer;
    }

    /// The model is about to be asked.
    fn before_model_call(&self, request: &mut ChatRequest) {
        let _ = request;
    }

    /// The model has answered, or failed.
    fn after_model_call(&self, call: &ModelCalled<'_>) {
        let _ = call;
    }

    /// A tool is about to run. It may wait, e.g. for a person.
    fn before_tool_call<'a>(&'a self, call: &'a mut ToolCall) -> BoxFuture<'a, Decision> {
        let _ = call;
        Box::pin(ready(Decision::Run))
    }

    /// A tool has run, or was refused. What is changed here is what the model gets to see.
    fn after_tool_call(&self, call: &mut CallRecord) {
        let _ = call;
    }
}

/// Whether a tool runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It does.
    Run,
    /// It does not, and why: the model is told.
    Refuse(String),
}

/// A call of the model that has ended.
#[derive(Debug)]
pub struct ModelCalled<'a> {
    /// The model.
    pub model: &'a str,
    /// What it said.
    pub result: Result<&'a Reply, &'a ChatError>,
    /// How long it took.
    pub time: Duration,
    /// How long its first words took.
    pub first_words: Option<Duration>,
}

/// All hooks of an agent. Approval is the last one before something happens: what a person agrees to is not changed
/// after they have.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    others: Vec<Arc<dyn Hook>>,
    approval: Option<Arc<dyn Hook>>,
}

impl Hooks {
    pub(crate) fn with_approval(approval: Option<Arc<dyn Hook>>) -> Self {
        Self { others: Vec::new(), approval }
    }

    pub(crate) fn add(&mut self, hook: Arc<dyn Hook>) {
        self.others.push(hook);
    }

    fn in_order(&self) -> impl DoubleEndedIterator<Item = &Arc<dyn Hook>> {
        self.others.iter().chain(&self.approval)
    }

    pub(crate) fn before_invocation(&self, question: &mut String) {
        self.in_order().for_each(|hook| hook.before_invocation(question));
    }

    pub(crate) fn after_invocation(&self, answer: &mut Answer) {
        self.in_order().rev().for_each(|hook| hook.after_invocation(answer));
    }

    pub(crate) fn before_model_call(&self, request: &mut ChatRequest) {
        self.in_order().for_each(|hook| hook.before_model_call(request));
    }

    pub(crate) fn after_model_call(&self, call: &ModelCalled<'_>) {
        self.in_order().rev().for_each(|hook| hook.after_model_call(call));
    }

    /// The first hook that refuses decides.
    pub(crate) async fn before_tool_call(&self, call: &mut ToolCall) -> Decision {
        for hook in self.in_order() {
            if let Decision::Refuse(reason) = hook.before_tool_call(call).await {
                return Decision::Refuse(reason);
            }
        }
        Decision::Run
    }

    pub(crate) fn after_tool_call(&self, call: &mut CallRecord) {
        self.in_order().rev().for_each(|hook| hook.after_tool_call(call));
    }
}
