//! Destroying, asking and hanging tools, over both transports and in both protocol eras.

use std::time::Duration;

use serde_json::json;
use strands_agent::{Agent, Limits, Outcome, Reply};
use test_support::chat::{FakeChat, Turn};

use crate::harness::{Double, WAYS, bodies, model, results, tools};

async fn chat(calls: Turn) -> FakeChat {
    FakeChat::builder().turn(calls).turn(Turn::text("Well.")).start().await.unwrap()
}

#[tokio::test]
async fn a_server_that_asks_is_answered_by_the_person() {
    for way in WAYS {
        for (reply, expected) in
            [(None, "hello Ada"), (Some(Reply::Decline), "decline"), (Some(Reply::Cancel), "cancel")]
        {
            let chat = chat(Turn::tool("t1", "ask", &json!({}))).await;
            let person = match reply {
                None => Double::agreeable(),
                Some(reply) => Double::new(strands_agent::Approval::Once, reply),
            };
            let (tools, _server) = tools(way, &person).await;
            let mut agent = Agent::new(model(&chat, "us.amazon.nova-pro-v1:0"), tools);
            agent.ask("Ask me.").await.unwrap();
            assert_eq!(results(&bodies(&chat)[1]), [expected], "{way:?}");
            let asked = person.seen().questions;
            assert_eq!((asked.len(), asked[0].message.as_str(), asked[0].server.as_str()), (1, "Who are you?", "test"));
            assert_eq!(asked[0].schema.as_ref().unwrap()["properties"]["name"]["type"], "string");
            agent.close().await;
        }
    }
}

#[tokio::test]
async fn what_destroys_is_asked_about() {
    for way in WAYS {
        let chat = chat(Turn::tool("t1", "erase", &json!({})).and(Turn::tool("t2", "state", &json!({})))).await;
        let person = Double::strict();
        let (tools, _server) = tools(way, &person).await;
        let mut agent = Agent::new(model(&chat, "us.amazon.nova-pro-v1:0"), tools);
        agent.ask("Erase.").await.unwrap();
        assert_eq!(results(&bodies(&chat)[1]), ["Not run: no", r#"{"cancelled":0,"erased":0}"#], "{way:?}");
        assert_eq!(person.seen().approvals.len(), 1);
        agent.close().await;
    }
}

#[tokio::test]
async fn a_tool_that_hangs_is_stopped_and_its_server_told() {
    for way in WAYS {
        let chat = chat(Turn::tool("t1", "hang", &json!({}))).await;
        let (tools, _server) = tools(way, &Double::strict()).await;
        let limits = Limits { tool_time: Duration::from_millis(200), ..Limits::default() };
        let mut agent = Agent::new(model(&chat, "us.amazon.nova-pro-v1:0"), tools).limits(limits);
        let answer = agent.ask("Hang.").await.unwrap();
        assert_eq!(answer.calls[0].outcome, Outcome::TimedOut, "{way:?}");
        assert!(results(&bodies(&chat)[1])[0].starts_with("No answer within"), "{way:?}");
        assert_cancelled(&chat, &mut agent).await;
        agent.close().await;
    }
}

#[tokio::test]
async fn an_interrupted_question_stops_its_tools_and_leaves_no_trace() {
    for way in WAYS {
        let chat = chat(Turn::tool("t1", "hang", &json!({}))).await;
        let (tools, _server) = tools(way, &Double::strict()).await;
        let mut agent = Agent::new(model(&chat, "us.amazon.nova-pro-v1:0"), tools);
        let interrupted = tokio::time::timeout(Duration::from_millis(600), agent.ask("Hang.")).await;
        assert!(interrupted.is_err(), "{way:?}");
        assert!(agent.conversation().is_empty(), "{way:?}");
        // The answer that was scripted for the interrupted question.
        agent.ask("Still there?").await.unwrap();
        assert_cancelled(&chat, &mut agent).await;
        agent.close().await;
    }
}

/// The cancellation travels on its own; it is waited for, within reason.
async fn assert_cancelled(chat: &FakeChat, agent: &mut Agent) {
    for _ in 0..100 {
        chat.push_turns([Turn::tool("t9", "state", &json!({})), Turn::text("Well.")]);
        let answer = agent.ask("State?").await.unwrap();
        if answer.calls[0].text == r#"{"cancelled":1,"erased":0}"# {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server was never told");
}
