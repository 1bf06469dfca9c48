//! Limits: each is stated when it is reached, and the conversation stays usable.

use std::time::Duration;

use serde_json::json;
use strands_agent::{Ending, Limit, Limits, Price, Window};
use test_support::chat::{FakeChat, Turn};

use crate::harness::{Double, agent, bodies};

/// A model that never comes to an end by itself.
async fn restless() -> FakeChat {
    let turn = |_: &_| {
        Turn::text("Once more.").and(Turn::tool("t", "echo", &json!({"text": "x".repeat(3_000)}))).tokens(100, 10, None)
    };
    FakeChat::builder().answering(turn).start().await.unwrap()
}

#[tokio::test]
async fn each_limit_stops_a_model_that_never_ends() {
    let cases = [
        (Limits { turns: 3, ..Limits::default() }, Limit::Turns, 3),
        // 110 tokens a turn: the third turn passes 250.
        (Limits { tokens: Some(250), ..Limits::default() }, Limit::Tokens, 3),
        // 100 tokens read and 10 written are 110 millionths of ten dollars: two turns are more than 0.2 cents.
        (Limits { cost: Some(0.002), ..Limits::default() }, Limit::Cost, 2),
        (Limits { time: Duration::ZERO, ..Limits::default() }, Limit::Time, 0),
    ];
    for (limits, limit, turns) in cases {
        let chat = restless().await;
        let price = Price { input: 10.0, output: 10.0 };
        let mut agent = agent(&chat, &Double::strict()).await.limits(limits).price(Some(price));
        let answer = agent.ask("Go.").await.unwrap();
        assert_eq!((answer.ending.clone(), chat.calls().len()), (Ending::Limit(limit), turns));
        assert!(answer.ending.note().unwrap().contains(&limit.to_string()));

        chat.push_turns([Turn::text("Over.")]);
        let mut agent = agent.limits(Limits::default());
        assert_eq!(agent.ask("And now?").await.unwrap().text, "Over.", "{limit:?}: the conversation goes on");
        agent.close().await;
    }
}

#[tokio::test]
async fn the_window_holds_within_one_question() {
    let chat = restless().await;
    let mut agent = agent(&chat, &Double::strict())
        .await
        .limits(Limits { turns: 5, ..Limits::default() })
        .window(Window { messages: 6 });
    agent.ask("Go.").await.unwrap();
    let sent: Vec<usize> = bodies(&chat).iter().map(|body| body["messages"].as_array().unwrap().len()).collect();
    assert_eq!(sent, [1, 3, 5, 5, 5], "the window keeps the question and the latest calls");
    agent.close().await;
}
