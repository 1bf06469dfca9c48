//! OpenAI-compatible endpoints: tools over two turns, keys, redirects, and servers with ways of their own.

use std::time::Duration;

use chat_model::{
    ApiKey, Block, ChatError, ChatModel as _, ChatRequest, Message, OpenAi, OpenAiSettings, ReplyBuilder, StopReason,
    ToolResult, ToolUse,
};
use serde_json::{Value, json};
use test_support::chat::{ChatFault, FakeChat, Turn};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::{ask, drain, impatient, look, openai, text_of};

#[tokio::test]
async fn two_turns_with_two_calls_at_once_streamed_and_whole() {
    let turn = || Turn::tool("t1", "look", &json!({"days": 30})).and(Turn::tool("t2", "look", &json!({})));
    let fake = FakeChat::builder().turn(turn()).turn(turn()).turn(Turn::text("Three findings.")).start().await.unwrap();
    let model = openai(&fake);
    let call = |id: &str, input: Value| Block::ToolUse(ToolUse { id: id.into(), name: "look".into(), input });
    let expected = [call("t1", json!({"days": 30})), call("t2", json!({}))];

    let (events, error) = drain(model.stream(ask().tools([look()])).await).await;
    assert_eq!(error, None);
    let mut streamed = ReplyBuilder::new("m");
    events.into_iter().try_for_each(|event| streamed.push(event)).unwrap();
    let streamed = streamed.finish().unwrap();
    assert_eq!((streamed.message.content.as_slice(), streamed.stop), (&expected[..], StopReason::ToolUse));

    let whole = model.complete(ask().tools([look()])).await.unwrap();
    assert_eq!((whole.message.content.as_slice(), whole.stop), (&expected[..], StopReason::ToolUse));
    let result = |id: &str| ToolResult { id: id.into(), text: "3".into(), is_error: false };
    let results = Message::tool_results([result("t1"), result("t2")]);
    let again = ChatRequest::new([Message::user("How many?"), whole.message, results]).tools([look()]);
    assert_eq!(model.complete(again).await.unwrap().text(), "Three findings.");
}

#[tokio::test]
async fn a_key_that_the_model_repeats_is_in_no_answer() {
    const KEY: &str = "sk-canary-9f2c";
    let turn = || {
        Turn::deltas(["Key sk-can", "ary-9", "f2c, again sk-canary-9f2c, not sk-can"]).and(Turn::tool(
            "sk-canary-9f2c",
            "look",
            &json!({"key": "sk-canary-9f2c"}),
        ))
    };
    let fake = FakeChat::builder().turn(turn()).turn(turn()).start().await.unwrap();
    let settings = OpenAiSettings::new(fake.openai_base_url(), "sk-canary-9f2c").api_key(ApiKey::new(KEY));
    let model = OpenAi::new(settings).unwrap();
    let (events, error) = drain(model.stream(ask().tools([look()])).await).await;
    assert_eq!(error, None);
    let whole = model.complete(ask().tools([look()])).await.unwrap();
    let printed = format!("{events:?} {whole:?}");
    assert!(!printed.contains(KEY), "{printed}");
    let expected = "Key [key], again [key], not sk-can";
    assert_eq!((text_of(&events).as_str(), whole.text().as_str()), (expected, expected));
}

#[tokio::test]
async fn arguments_that_are_no_json_are_marked_and_not_made_up() {
    let fake = FakeChat::builder().turn(Turn::text("x").fault(ChatFault::MalformedToolUse)).start().await.unwrap();
    let reply = openai(&fake).complete(ask()).await.unwrap();
    let call = reply.message.tool_uses().next().unwrap();
    assert_eq!((call.arguments(), &call.input), (None, &json!("{\"days\": 3")));
}

#[tokio::test]
async fn the_key_goes_into_one_header_only() {
    let fake = FakeChat::builder().turn(Turn::text("Hi")).start().await.unwrap();
    let settings = OpenAiSettings::new(fake.openai_base_url(), "m").api_key(ApiKey::new("sk-secret"));
    OpenAi::new(settings).unwrap().complete(ask()).await.unwrap();
    let call = &fake.calls()[0];
    let with_key: Vec<_> = call.headers.iter().filter(|line| line.contains("sk-secret")).collect();
    assert_eq!(with_key, ["authorization: Bearer sk-secret"]);
    assert!(!call.body.contains("sk-secret"));
}

/// Answers every connection with the same bytes.
async fn raw_server(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 64 << 10];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    format!("http://{address}/v1")
}

async fn answered(head: &str, body: &str) -> Result<chat_model::Reply, ChatError> {
    let answer = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let base_url = raw_server(answer).await;
    let settings = OpenAiSettings { retry: impatient(), ..OpenAiSettings::new(base_url, "m") };
    OpenAi::new(settings).unwrap().complete(ask()).await
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = FakeChat::builder().turn(Turn::text("Hi")).start().await.unwrap();
    let head = format!("307 Temporary Redirect\r\nlocation: {}/chat/completions", elsewhere.openai_base_url());
    let refused = answered(&head, "").await;
    assert!(matches!(refused, Err(ChatError::NotConfigured { .. })), "{refused:?}");
    assert!(elsewhere.calls().is_empty());
}

#[tokio::test]
async fn a_pause_longer_than_the_deadline_is_told_and_not_waited() {
    let body = r#"{"error": {"message": "slow down", "code": "rate_limit_exceeded"}}"#;
    let throttled = answered("429 Too Many Requests\r\nretry-after: 3600", body).await;
    let Err(ChatError::Throttled { retry_after, .. }) = throttled else { panic!("{throttled:?}") };
    assert_eq!(retry_after, Some(Duration::from_secs(3_600)));
}

#[tokio::test]
async fn an_error_within_a_success_is_an_error() {
    let body = r#"{"error": {"message": "context length exceeded", "code": 400}, "choices": []}"#;
    let overflow = answered("200 OK\r\ncontent-type: application/json", body).await;
    assert!(matches!(overflow, Err(ChatError::ContextOverflow { .. })), "{overflow:?}");
    let empty = answered("200 OK\r\ncontent-type: application/json", r#"{"choices": []}"#).await;
    assert!(matches!(empty, Err(ChatError::MalformedAnswer { .. })), "{empty:?}");
}

#[tokio::test]
async fn an_answer_without_end_is_refused() {
    let endless = answered("200 OK", &" ".repeat(9 << 20)).await;
    assert!(matches!(endless, Err(ChatError::MalformedAnswer { .. })), "{endless:?}");
}
