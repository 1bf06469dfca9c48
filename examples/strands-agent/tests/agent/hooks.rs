//! The six places where code may look in, and what is built on them.

use std::sync::{Arc, Mutex};

use chat_model::{BoxFuture, ChatRequest};
use serde_json::json;
use strands_agent::{Answer, CallRecord, Decision, Hook, Metrics, ModelCalled, Outcome, ToolCall};
use test_support::chat::{FakeChat, Turn};

use crate::harness::{Double, agent, bodies, results};

/// Writes down where it was called, and changes what it may change.
#[derive(Default)]
struct Everywhere(Mutex<Vec<&'static str>>);

impl Everywhere {
    fn note(&self, place: &'static str) {
        self.0.lock().unwrap().push(place);
    }
}

impl Hook for Everywhere {
    fn before_invocation(&self, question: &mut String) {
        self.note("question");
        question.push_str(" Please.");
    }

    fn after_invocation(&self, answer: &mut Answer) {
        self.note("answer");
        answer.text.push_str(" (seen)");
    }

    fn before_model_call(&self, request: &mut ChatRequest) {
        self.note("model asked");
        request.max_tokens = Some(77);
    }

    fn after_model_call(&self, call: &ModelCalled<'_>) {
        assert!(call.result.is_ok() && call.first_words.is_some_and(|first| first <= call.time));
        self.note("model answered");
    }

    fn before_tool_call<'a>(&'a self, call: &'a mut ToolCall) -> BoxFuture<'a, Decision> {
        self.note("tool called");
        call.arguments.insert("n".to_owned(), json!(8));
        let refused = call.tool == "state";
        let decision = if refused { Decision::Refuse("not that one".to_owned()) } else { Decision::Run };
        Box::pin(std::future::ready(decision))
    }

    fn after_tool_call(&self, call: &mut CallRecord) {
        self.note("tool done");
        call.text.push('!');
    }
}

#[tokio::test]
async fn hooks_see_six_places_and_may_change_what_they_see() {
    let calls = Turn::tool("t1", "echo", &json!({"n": 7})).and(Turn::tool("t2", "state", &json!({})));
    let chat = FakeChat::builder().turn(calls).turn(Turn::text("Well.")).start().await.unwrap();
    let (hook, metrics) = (Arc::new(Everywhere::default()), Arc::new(Metrics::default()));
    let agent = agent(&chat, &Double::strict()).await;
    let mut agent = agent.hook(Arc::<Everywhere>::clone(&hook)).hook(Arc::<Metrics>::clone(&metrics));
    let answer = agent.ask("Echo.").await.unwrap();

    let mut places = hook.0.lock().unwrap().clone();
    // The two tools only read, and run side by side.
    places[3..7].sort_unstable();
    let tools = ["tool called", "tool called", "tool done", "tool done"];
    let expected =
        [&["question", "model asked", "model answered"], &tools[..], &["model asked", "model answered", "answer"]];
    assert_eq!(places, expected.concat());

    let bodies = bodies(&chat);
    assert_eq!(bodies[0]["messages"][0]["content"][0]["text"], "Echo. Please.");
    assert_eq!(bodies[0]["inferenceConfig"]["maxTokens"], 77);
    assert_eq!(results(&bodies[1]), [r#"{"n":8}!"#, "Not run: not that one!"]);
    assert_eq!((answer.text.as_str(), answer.calls[1].outcome), ("Well. (seen)", Outcome::Refused));

    let totals = metrics.totals();
    // Two calls of the fake, 10 tokens in and 5 out each.
    assert_eq!((totals.questions, totals.usage.model_calls, totals.usage.total_tokens()), (1, 2, 30));
    let counts: Vec<_> =
        totals.tools.iter().map(|(tool, (calls, failed, _))| (tool.as_str(), *calls, *failed)).collect();
    assert_eq!(counts, [("echo", 1, 0), ("state", 1, 1)]);
    agent.close().await;
}
