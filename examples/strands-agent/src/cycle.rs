//! The loop: the model answers or asks for tools, the tools run, their results go back to the model.

use std::time::{Duration, Instant};

use chat_model::{Block, ChatError, ChatRequest, Message, Reply, StopReason, ToolUse};

use crate::agent::Agent;
use crate::answer::{AgentError, Answer, CallRecord, Ending, Outcome, explained};
use crate::hooks::ModelCalled;
use crate::limits::{Limit, Timer};
use crate::model_call;
use crate::person::Event;
use crate::remedy::{Remedy, Tried, unusable};
use crate::tool_calls::{ToolRunner, record};
use crate::usage::Usage;

/// One question on its way to its answer.
struct Invocation {
    answer: Answer,
    /// The conversation with everything of this question; kept when the question is answered.
    messages: Vec<Message>,
    timer: Timer,
    turns: u32,
    /// What the model is told besides its instructions.
    advice: &'static str,
}

const UNREADABLE_CALL: &str = "\n\nYour last tool call could not be read and was not run. Call the tool again with arguments \
    that are a valid JSON object, or answer without it.";

/// How a turn of the model goes on.
enum Step {
    Done(Ending),
    Run(Vec<ToolUse>),
    /// The answer was cut in the middle of its tool calls: none is run.
    Refuse(Vec<ToolUse>),
}

impl Agent {
    /// Answers a question, in the light of those before. Dropping the future interrupts it: tools are told to stop, and
    /// the conversation stays as it was.
    ///
    /// # Errors
    /// The model cannot be reached, or cannot answer. Limits, refusals and failing tools are no errors: see
    /// [`Answer::ending`] and [`Answer::calls`].
    pub async fn ask(&mut self, question: &str) -> Result<Answer, AgentError> {
        self.tools.refresh().await;
        let mut invocation = self.begin(question);
        let result = self.run(&mut invocation).await;
        let Invocation { mut answer, messages, timer, .. } = invocation;
        answer.time = timer.elapsed();
        answer.model = self.model.id().to_owned();
        answer.cost = self.price.map(|price| price.of(&answer.usage));
        answer.ending = match &result {
            Ok(ending) => ending.clone(),
            Err(error) => Ending::Failed(explained(error)),
        };
        self.hooks.after_invocation(&mut answer);
        match result {
            Ok(_) => {
                self.conversation = messages;
                Ok(answer)
            }
            Err(error) => Err(AgentError { error, so_far: Box::new(answer) }),
        }
    }

    async fn run(&mut self, invocation: &mut Invocation) -> Result<Ending, ChatError> {
        loop {
            if let Some(limit) = self.limit_reached(invocation) {
                return Ok(invocation.stop_at(limit));
            }
            self.window.fit(&mut invocation.messages);
            let reply = match self.model_turn(invocation).await {
                // The model ran out of the time that was left for the question.
                Err(ChatError::Timeout { .. }) if invocation.timer.left().is_zero() => continue,
                other => other?,
            };
            let step = next_step(&reply);
            invocation.messages.push(reply.message);
            let records = match step {
                Step::Done(ending) => {
                    invocation.close();
                    let is_silent = ending == Ending::Complete && invocation.answer.text.trim().is_empty();
                    return Ok(if is_silent { Ending::Silent } else { ending });
                }
                Step::Run(calls) => self.tool_runner(&invocation.timer).run(&calls).await,
                Step::Refuse(calls) => calls.iter().map(cut_off).collect(),
            };
            invocation.messages.push(Message::tool_results(records.iter().map(CallRecord::result)));
            invocation.answer.calls.extend(records);
        }
    }

    /// One answer of the model, whatever it takes.
    async fn model_turn(&mut self, invocation: &mut Invocation) -> Result<Reply, ChatError> {
        let mut tried = Tried::default();
        loop {
            let (error, shown) = match self.call_model(invocation).await {
                (Ok(reply), shown) => match unusable(&reply) {
                    None => {
                        invocation.answer.text = shown;
                        return Ok(reply);
                    }
                    Some(error) => (error, shown),
                },
                (Err(error), shown) => (error, shown),
            };
            let seen = !shown.is_empty();
            if seen {
                invocation.answer.text = shown;
            }
            match tried.remedy(&error, seen) {
                Remedy::Repeat(pause) => {
                    self.tools.person().told(&Event::ModelRetry { error: &error, pause });
                    tokio::time::sleep(pause).await;
                }
                Remedy::ReplaceModel => self.replace_model(error)?,
                Remedy::Shrink if self.window.shrink(&mut invocation.messages) => {
                    self.note("The conversation was too long for the model; its oldest part was left out.");
                }
                Remedy::TellModel => invocation.advice = UNREADABLE_CALL,
                Remedy::Shrink | Remedy::None => return Err(error),
            }
        }
    }

    async fn call_model(&self, invocation: &mut Invocation) -> (Result<Reply, ChatError>, String) {
        invocation.turns += 1;
        let mut request = self.request(invocation);
        self.hooks.before_model_call(&mut request);
        let called = model_call::call(&*self.model, request, &**self.tools.person()).await;
        if let Ok(reply) = &called.result {
            invocation.answer.usage += reply.usage.into();
        }
        self.hooks.after_model_call(&ModelCalled {
            model: self.model.id(),
            result: called.result.as_ref(),
            time: called.time,
            first_words: called.first_words,
        });
        (called.result, called.shown)
    }

    fn request(&self, invocation: &Invocation) -> ChatRequest {
        let mut request = ChatRequest::new(invocation.messages.iter().cloned())
            .system(self.system() + invocation.advice)
            .tools(self.tools.specs(&self.presets))
            .max_tokens(self.limits.answer_tokens);
        request.deadline = Instant::now().checked_add(invocation.timer.left());
        request.temperature = self.temperature;
        request
    }

    fn system(&self) -> String {
        let mut system = self.instructions.clone();
        for (server, instructions) in self.tools.instructions() {
            system.push_str(&format!("\n\nThe server {server} says how to use its tools: {instructions}"));
        }
        system
    }

    fn replace_model(&mut self, error: ChatError) -> Result<(), ChatError> {
        let Some(successor) = self.fallback.take() else { return Err(error) };
        let (from, to) = (self.model.id(), successor.id());
        self.tools.person().told(&Event::ModelReplaced { from, to, error: &error });
        self.model = successor;
        Ok(())
    }

    fn tool_runner<'a>(&'a self, timer: &'a Timer) -> ToolRunner<'a> {
        let Self { tools, hooks, presets, limits, .. } = self;
        ToolRunner { tools, hooks, presets, timer, tool_time: limits.tool_time }
    }

    fn limit_reached(&self, invocation: &Invocation) -> Option<Limit> {
        let Invocation { turns, answer, timer, .. } = invocation;
        self.limits.reached(*turns, &answer.usage, self.price.as_ref(), timer)
    }

    fn begin(&self, question: &str) -> Invocation {
        let mut question = question.to_owned();
        self.hooks.before_invocation(&mut question);
        let mut messages = self.conversation.clone();
        messages.push(Message::user(&question));
        let timer = Timer::start(self.limits.time, self.tools.clock());
        Invocation { answer: Answer::to(question), messages, timer, turns: 0, advice: "" }
    }

    fn note(&self, words: &str) {
        self.tools.person().told(&Event::Note(words));
    }
}

impl Answer {
    fn to(question: String) -> Self {
        let (text, model, calls) = (String::new(), String::new(), Vec::new());
        let (ending, usage, cost, time) = (Ending::Complete, Usage::default(), None, Duration::ZERO);
        Self { question, text, ending, model, calls, usage, cost, time }
    }
}

impl Invocation {
    fn stop_at(&mut self, limit: Limit) -> Ending {
        let ending = Ending::Limit(limit);
        self.messages.push(Message::assistant(ending.note().unwrap_or_default()));
        ending
    }

    /// A conversation can hold neither a call without its result nor a message without content.
    fn close(&mut self) {
        if let Some(last) = self.messages.last_mut() {
            last.content.retain(|block| matches!(block, Block::Text(_)));
            if last.content.is_empty() {
                *last = Message::assistant("(no words)");
            }
        }
    }
}

fn next_step(reply: &Reply) -> Step {
    let calls: Vec<ToolUse> = reply.message.tool_uses().cloned().collect();
    match &reply.stop {
        StopReason::MaxTokens if !calls.is_empty() => Step::Refuse(calls),
        // Some servers end a turn with tool calls as if it were the last one.
        StopReason::EndTurn | StopReason::ToolUse | StopReason::StopSequence if !calls.is_empty() => Step::Run(calls),
        StopReason::EndTurn | StopReason::ToolUse | StopReason::StopSequence => Step::Done(Ending::Complete),
        StopReason::MaxTokens => Step::Done(Ending::MaxTokens),
        StopReason::ContentFiltered => Step::Done(Ending::ContentFiltered),
        StopReason::GuardrailIntervened => Step::Done(Ending::GuardrailIntervened),
        StopReason::Other(reason) => Step::Done(Ending::Other(reason.clone())),
        // Of no use, and sorted out before.
        StopReason::ContextOverflow | StopReason::MalformedOutput => Step::Done(Ending::Silent),
    }
}

fn cut_off(call: &ToolUse) -> CallRecord {
    let reason =
        "Not run: your answer reached its token limit before the call was complete. Call again, with fewer words.";
    record(call, Outcome::Invalid, reason.to_owned())
}
