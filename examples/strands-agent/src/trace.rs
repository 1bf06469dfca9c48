//! Tracing: one span for each question, with one inside for each call of the model and of a tool.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chat_model::{BoxFuture, ChatRequest};
use tracing::{Span, debug, info, info_span, warn};

use crate::answer::{Answer, CallRecord};
use crate::hooks::{Decision, Hook, ModelCalled};
use crate::person::ToolCall;

/// A hook that writes `tracing` spans and events. Neither questions nor answers nor arguments are written: they may hold
/// what a log should not.
#[derive(Debug, Default)]
pub struct Trace(Mutex<Spans>);

#[derive(Debug, Default)]
struct Spans {
    invocation: Option<Span>,
    model: Option<Span>,
    /// By the call's id: several tools may run at once.
    tools: HashMap<String, Span>,
}

impl Trace {
    fn with<T>(&self, act: impl FnOnce(&mut Spans) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Hook for Trace {
    fn before_invocation(&self, question: &mut String) {
        // What an interrupted question has left behind ends here.
        self.with(|spans| {
            *spans = Spans {
                invocation: Some(info_span!("invocation", question_bytes = question.len())),
                ..Spans::default()
            };
        });
    }

    fn after_invocation(&self, answer: &mut Answer) {
        self.with(|spans| {
            let span = spans.invocation.take().unwrap_or_else(Span::none);
            span.in_scope(
                || info!(ending = ?answer.ending, calls = answer.calls.len(), ms = millis(answer.time), "answered"),
            );
        });
    }

    fn before_model_call(&self, request: &mut ChatRequest) {
        self.with(|spans| {
            let parent = spans.invocation.as_ref().and_then(Span::id);
            spans.model = Some(info_span!(parent: parent, "model_call", messages = request.messages.len()));
        });
    }

    fn after_model_call(&self, call: &ModelCalled<'_>) {
        self.with(|spans| {
            let span = spans.model.take().unwrap_or_else(Span::none);
            let (model, ms, first_words_ms) = (call.model, millis(call.time), call.first_words.map(millis));
            span.in_scope(|| match call.result {
                Ok(reply) => {
                    debug!(model, ms, first_words_ms, stop = ?reply.stop, usage = ?reply.usage, "model answered")
                }
                Err(error) => warn!(model, ms, %error, "model failed"),
            });
        });
    }

    fn before_tool_call<'a>(&'a self, call: &'a mut ToolCall) -> BoxFuture<'a, Decision> {
        self.with(|spans| {
            let parent = spans.invocation.as_ref().and_then(Span::id);
            let span = info_span!(parent: parent, "tool_call", tool = call.tool, server = call.server);
            spans.tools.insert(call.id.clone(), span);
        });
        Box::pin(std::future::ready(Decision::Run))
    }

    fn after_tool_call(&self, call: &mut CallRecord) {
        self.with(|spans| {
            let span = spans.tools.remove(&call.id).unwrap_or_else(Span::none);
            span.in_scope(|| info!(tool = call.tool, outcome = ?call.outcome, ms = millis(call.time), "tool answered"));
        });
    }
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
