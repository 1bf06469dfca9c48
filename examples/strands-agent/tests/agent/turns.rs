//! Questions with tool calls, against a fake Bedrock.

use serde_json::json;
use test_support::chat::{FakeChat, Turn};

use crate::harness::{Double, WAYS, agent, bodies, model, results, tools};
use strands_agent::{Agent, Ending, Outcome};

#[tokio::test]
async fn two_tools_run_side_by_side_and_their_results_go_back_in_one_message() {
    for way in WAYS {
        let chat = FakeChat::builder()
            .turn(Turn::text("<thinking>Both.</thinking>").and(Turn::tool("t1", "meet", &json!({}))).and(Turn::tool(
                "t2",
                "meet",
                &json!({}),
            )))
            .turn(Turn::text("They met."))
            .start()
            .await
            .unwrap();
        let person = Double::strict();
        let (tools, _server) = tools(way, &person).await;
        let mut agent = Agent::new(model(&chat, "us.amazon.nova-premier-v1:0"), tools);
        let answer = agent.ask("Do they meet?").await.unwrap();

        assert_eq!((answer.text.as_str(), answer.ending), ("They met.", Ending::Complete), "{way:?}");
        assert!(answer.calls.iter().all(|call| call.outcome == Outcome::Done), "{way:?}: {:?}", answer.calls);
        assert_eq!(results(&bodies(&chat)[1]), ["met", "met"], "{way:?}");
        // Two calls of the fake, 10 tokens in and 5 out each.
        assert_eq!((answer.usage.model_calls, answer.usage.input_tokens, answer.usage.output_tokens), (2, 20, 10));
        assert_eq!(person.seen().text, "They met.");
        agent.close().await;
    }
}

#[tokio::test]
async fn novas_rules_are_kept() {
    let chat = FakeChat::builder()
        .turn(Turn::tool("t1", "echo", &json!({"n": 7})))
        .turn(Turn::text("7"))
        .start()
        .await
        .unwrap();
    let mut agent = agent(&chat, &Double::strict()).await;
    agent.ask("Seven?").await.unwrap();
    let bodies = bodies(&chat);
    assert_eq!(bodies[0]["inferenceConfig"]["temperature"], 0.0);
    assert_eq!(bodies[0]["additionalModelRequestFields"]["inferenceConfig"]["topK"], 1);
    for tool in bodies[0]["toolConfig"]["tools"].as_array().unwrap() {
        let schema = tool["toolSpec"]["inputSchema"]["json"].as_object().unwrap();
        assert!(schema.keys().all(|key| ["type", "properties", "required"].contains(&key.as_str())), "{schema:?}");
    }
    assert_eq!(results(&bodies[1]), [r#"{"n":7}"#], "as text");
    assert!(bodies[0]["system"][0]["text"].as_str().unwrap().contains("erase destroys"), "the server's instructions");
    agent.close().await;
}

#[tokio::test]
async fn thinking_is_never_shown_however_it_is_cut_and_stays_in_the_conversation() {
    let pieces = ["<thi", "nking>the secr", "et</think", "ing>", "\n\nOpen ", "<thinking>again</thinking>", "words"];
    let chat = FakeChat::builder().turn(Turn::deltas(pieces)).turn(Turn::text("Yes.")).start().await.unwrap();
    let person = Double::strict();
    let mut agent = agent(&chat, &person).await;
    let answer = agent.ask("What?").await.unwrap();
    assert_eq!((answer.text.as_str(), person.seen().text.as_str()), ("Open words", "Open words"));
    agent.ask("Sure?").await.unwrap();
    let sent = &bodies(&chat)[1]["messages"][1]["content"][0]["text"];
    assert!(sent.as_str().unwrap().contains("the secret"), "{sent}");
    agent.close().await;
}

#[tokio::test]
async fn a_question_knows_those_before_until_it_is_told_to_forget() {
    let chat =
        FakeChat::builder().turn(Turn::text("1")).turn(Turn::text("2")).turn(Turn::text("3")).start().await.unwrap();
    let mut agent = agent(&chat, &Double::strict()).await;
    agent.ask("a").await.unwrap();
    agent.ask("b").await.unwrap();
    agent.reset();
    agent.ask("c").await.unwrap();
    let sent: Vec<usize> = bodies(&chat).iter().map(|body| body["messages"].as_array().unwrap().len()).collect();
    assert_eq!(sent, [1, 3, 1]);
    agent.close().await;
}
