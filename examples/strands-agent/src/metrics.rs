//! Metrics: what a session has taken so far.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::answer::{Answer, CallRecord, Outcome};
use crate::hooks::{Hook, ModelCalled};
use crate::usage::Usage;

/// A hook that adds up.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Totals>);

/// What it added up to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Questions answered or failed.
    pub questions: u32,
    /// Tokens and calls of the model.
    pub usage: Usage,
    /// Calls of the model that failed.
    pub failed_model_calls: u32,
    /// Time spent waiting for the model.
    pub model_time: Duration,
    /// The longest wait for the model's first words.
    pub slowest_first_words: Duration,
    /// For each tool: calls, calls that did not succeed, and time.
    pub tools: BTreeMap<String, (u32, u32, Duration)>,
}

impl Metrics {
    /// The totals so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.with(|totals| totals.clone())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Totals) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Hook for Metrics {
    fn after_invocation(&self, _: &mut Answer) {
        self.with(|totals| totals.questions += 1);
    }

    fn after_model_call(&self, call: &ModelCalled<'_>) {
        self.with(|totals| {
            totals.model_time += call.time;
            totals.slowest_first_words = totals.slowest_first_words.max(call.first_words.unwrap_or_default());
            match call.result {
                Ok(reply) => totals.usage += reply.usage.into(),
                Err(_) => totals.failed_model_calls += 1,
            }
        });
    }

    fn after_tool_call(&self, call: &mut CallRecord) {
        self.with(|totals| {
            let (calls, failed, time) = totals.tools.entry(call.tool.clone()).or_default();
            *calls += 1;
            *failed += u32::from(call.outcome != Outcome::Done);
            *time += call.time;
        });
    }
}
