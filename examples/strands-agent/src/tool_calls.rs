//! The tools that a model asks for in one turn: side by side where they only read, in order otherwise.

use std::time::Duration;

use chat_model::{BoxFuture, ToolResult, ToolUse};
use futures_util::StreamExt as _;
use serde_json::Map;

use crate::answer::{CallRecord, Outcome};
use crate::hooks::{Decision, Hooks};
use crate::limits::Timer;
use crate::person::{Event, ToolCall};
use crate::presets::Presets;
use crate::servers::{ToolAnswer, read_result};
use crate::tools::{Tool, Tools};

/// At most so many tools run at once.
const AT_ONCE: usize = 8;
/// At most so many calls are run of one turn.
const MOST_CALLS: usize = 32;

/// What it takes to run tools.
pub(crate) struct ToolRunner<'a> {
    pub(crate) tools: &'a Tools,
    pub(crate) hooks: &'a Hooks,
    pub(crate) presets: &'a Presets,
    /// The time of the whole question.
    pub(crate) timer: &'a Timer,
    /// The time of one call.
    pub(crate) tool_time: Duration,
}

impl ToolRunner<'_> {
    /// Runs the calls of one turn. Every call has its record, in the order of the calls.
    pub(crate) async fn run(&self, calls: &[ToolUse]) -> Vec<CallRecord> {
        let (calls, surplus) = calls.split_at(calls.len().min(MOST_CALLS));
        let mut records = Vec::with_capacity(calls.len());
        for group in calls.chunk_by(|one, next| self.only_reads(one) && self.only_reads(next)) {
            let running: Vec<_> = group.iter().map(|call| self.run_boxed(call)).collect();
            records.extend(futures_util::stream::iter(running).buffered(AT_ONCE).collect::<Vec<_>>().await);
        }
        let reason = format!("Not run: at most {MOST_CALLS} calls are run at once. Ask for the rest in another turn.");
        records.extend(surplus.iter().map(|call| record(call, Outcome::Refused, reason.clone())));
        records
    }

    fn only_reads(&self, call: &ToolUse) -> bool {
        self.tools.find(&call.name).is_some_and(|tool| tool.read_only)
    }

    /// Boxed, or the compiler could not tell that the whole may move between threads.
    fn run_boxed<'a>(&'a self, call: &'a ToolUse) -> BoxFuture<'a, CallRecord> {
        Box::pin(self.run_one(call))
    }

    async fn run_one(&self, call: &ToolUse) -> CallRecord {
        let mut record = match self.prepare(call) {
            Ok((tool, ready)) => self.run_prepared(tool, ready).await,
            Err(problem) => record(call, Outcome::Invalid, problem),
        };
        self.hooks.after_tool_call(&mut record);
        self.tools.person().told(&Event::ToolFinished(&record));
        record
    }

    /// Finds the tool and checks the arguments. What is wrong is told to the model, so that it can do better.
    fn prepare(&self, call: &ToolUse) -> Result<(&Tool, ToolCall), String> {
        let tool = self.tools.find(&call.name).ok_or_else(|| {
            let names: Vec<&str> = self.tools.iter().map(|tool| tool.name.as_str()).collect();
            format!("There is no tool of this name. The tools are: {}.", names.join(", "))
        })?;
        let said = call.arguments().ok_or("The arguments are not a JSON object. Call the tool again with one.")?;
        let mut arguments = said.clone();
        self.presets.fill(tool.schema(), &mut arguments);
        if let Some(problem) = tool.problem_with(&arguments) {
            return Err(format!("The arguments do not fit the tool: {problem}. Call it again with other arguments."));
        }
        let (read_only, destructive) = (tool.read_only, tool.destructive);
        let server = self.tools.server_of(tool).to_owned();
        let ready =
            ToolCall { id: call.id.clone(), tool: tool.name.clone(), server, arguments, read_only, destructive };
        Ok((tool, ready))
    }

    async fn run_prepared(&self, tool: &Tool, mut call: ToolCall) -> CallRecord {
        if let Decision::Refuse(reason) = self.ask(&mut call).await {
            return of(call, Outcome::Refused, format!("Not run: {reason}"));
        }
        self.tools.person().told(&Event::ToolStarted(&call));
        let timer = self.timer.within(self.tool_time);
        let result = tokio::select! {
            result = self.tools.call(tool, call.arguments.clone()) => Some(result),
            // Dropping the call tells the server to stop.
            () = timer.expired() => None,
        };
        let mut record = match result {
            Some(Ok(result)) => {
                let ToolAnswer { text, is_error, scores } = read_result(&result);
                let outcome = if is_error { Outcome::Failed } else { Outcome::Done };
                CallRecord { scores, ..of(call, outcome, text) }
            }
            Some(Err(problem)) => of(call, Outcome::Failed, format!("The call failed: {problem}.")),
            None => {
                let text = format!("No answer within {} s; the call was stopped.", timer.elapsed().as_secs());
                of(call, Outcome::TimedOut, text)
            }
        };
        record.time = timer.elapsed();
        record
    }

    /// A person may be waited for; that time does not count.
    async fn ask(&self, call: &mut ToolCall) -> Decision {
        let _waiting = self.tools.clock().wait();
        self.hooks.before_tool_call(call).await
    }
}

impl CallRecord {
    /// The record as the model is given it.
    pub(crate) fn result(&self) -> ToolResult {
        ToolResult { id: self.id.clone(), text: self.text.clone(), is_error: self.outcome != Outcome::Done }
    }
}

/// The record of a call that was run, or was about to be.
fn of(call: ToolCall, outcome: Outcome, text: String) -> CallRecord {
    let ToolCall { id, tool, server, arguments, .. } = call;
    CallRecord { id, tool, server, arguments, outcome, text, scores: Vec::new(), time: Duration::ZERO }
}

/// The record of a call that cannot be run.
pub(crate) fn record(call: &ToolUse, outcome: Outcome, text: String) -> CallRecord {
    let arguments =
        call.arguments().cloned().unwrap_or_else(|| Map::from_iter([("text".to_owned(), call.input.clone())]));
    let (server, scores) = (String::new(), Vec::new());
    CallRecord {
        id: call.id.clone(),
        tool: call.name.clone(),
        server,
        arguments,
        outcome,
        text,
        scores,
        time: Duration::ZERO,
    }
}
