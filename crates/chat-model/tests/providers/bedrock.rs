//! Bedrock: tools over two turns, what is sent, and where it may be sent.

use chat_model::{
    Bedrock, BedrockSettings, Block, ChatError, ChatModel as _, ChatRequest, Message, ReplyBuilder, StopReason,
    ToolResult, ToolUse, Usage, without_thinking,
};
use serde_json::{Value, json};
use test_support::chat::{FakeChat, Turn};

use crate::support::{ask, bedrock, bedrock_settings, drain, look};

async fn two_turns() -> FakeChat {
    FakeChat::builder()
        .turn(
            Turn::deltas(["<think", "ing>Which tool?</thin", "king>"])
                .and(Turn::tool("t1", "look", &json!({"days": 30})))
                .and(Turn::tool("t2", "look", &json!({})))
                .tokens(10, 5, Some(7)),
        )
        .turn(Turn::text("Three findings."))
        .start()
        .await
        .unwrap()
}

fn results() -> Message {
    let result = |id: &str| ToolResult { id: id.into(), text: "3".into(), is_error: false };
    Message::tool_results([result("t1"), result("t2")])
}

#[tokio::test]
async fn two_streamed_turns_with_two_calls_at_once() {
    let fake = two_turns().await;
    let model = bedrock(&fake);
    let (events, error) = drain(model.stream(ask().tools([look()])).await).await;
    assert_eq!(error, None);
    let mut first = ReplyBuilder::new("m");
    events.into_iter().try_for_each(|event| first.push(event)).unwrap();
    let first = first.finish().unwrap();

    let call = |id: &str, input: Value| Block::ToolUse(ToolUse { id: id.into(), name: "look".into(), input });
    let thinking = "<thinking>Which tool?</thinking>";
    let expected = [Block::Text(thinking.into()), call("t1", json!({"days": 30})), call("t2", json!({}))];
    assert_eq!(first.message.content, expected, "thinking stays in the conversation");
    assert_eq!(first.text(), without_thinking(thinking));
    assert_eq!((first.text().as_str(), &first.stop), ("", &StopReason::ToolUse));
    let usage = Usage { input_tokens: Some(10), output_tokens: Some(5), cached_input_tokens: Some(7) };
    assert_eq!(first.usage, usage);

    let again = ChatRequest::new([Message::user("How many?"), first.message, results()]).tools([look()]);
    let (events, error) = drain(model.stream(again).await).await;
    assert_eq!((crate::support::text_of(&events).as_str(), error), ("Three findings.", None));
}

#[tokio::test]
async fn two_whole_turns_send_what_nova_wants() {
    let fake = two_turns().await;
    let model = bedrock(&fake);
    let first = model.complete(ask().system("Be brief.").tools([look()]).max_tokens(800)).await.unwrap();
    let again = ChatRequest::new([Message::user("How many?"), first.message, results()]).tools([look()]);
    let second = model.complete(again).await.unwrap();
    assert_eq!((second.text().as_str(), second.model.as_str()), ("Three findings.", "us.amazon.nova-premier-v1:0"));

    let calls = fake.calls();
    let sent: Value = serde_json::from_str(&calls[0].body).unwrap();
    let schema = json!({"type": "object", "properties": {"days": {"type": "integer"}}});
    let tool = json!({"toolSpec": {
        "name": "look", "description": "Looks at findings.", "inputSchema": {"json": schema}
    }});
    let expected = json!({
        "system": [{"text": "Be brief."}],
        "messages": [{"role": "user", "content": [{"text": "How many?"}]}],
        "inferenceConfig": {"maxTokens": 800, "temperature": 0.0},
        "toolConfig": {"tools": [tool]},
        "additionalModelRequestFields": {"inferenceConfig": {"topK": 1}}
    });
    assert_eq!(sent, expected);
    assert_eq!((calls[0].model.as_str(), calls[0].stream), ("us.amazon.nova-premier-v1:0", false));

    let sent: Value = serde_json::from_str(&calls[1].body).unwrap();
    let result = |id: &str| json!({"toolResult": {"toolUseId": id, "content": [{"text": "3"}]}});
    assert_eq!(sent["messages"][2]["content"], json!([result("t1"), result("t2")]));
}

#[tokio::test]
async fn a_tool_that_no_model_takes_is_refused_before_anything_is_sent() {
    let fake = two_turns().await;
    let mut tool = look();
    tool.name = "server/look".into();
    let refused = bedrock(&fake).complete(ask().tools([tool])).await;
    assert!(matches!(refused, Err(ChatError::Validation { .. })), "{refused:?}");
    assert!(fake.calls().is_empty());
}

#[tokio::test]
async fn signed_requests_leave_in_the_clear_to_this_machine_only() {
    let model = Bedrock::new(bedrock_settings("http://bedrock.example.com"));
    let refused = model.complete(ask()).await;
    let Err(ChatError::NotConfigured { problem }) = refused else { panic!("{refused:?}") };
    assert!(problem.contains("http://bedrock.example.com"), "{problem}");
    let nameless = Bedrock::new(BedrockSettings::new(" ")).complete(ask()).await;
    assert!(matches!(nameless, Err(ChatError::NotConfigured { .. })), "{nameless:?}");
}

#[tokio::test]
async fn keys_stay_out_of_everything_that_prints() {
    let settings = bedrock_settings("http://127.0.0.1:1");
    let printed = format!("{settings:?} {:?}", Bedrock::new(settings.clone()));
    assert!(!printed.contains("AKIAIOSFODNN7EXAMPLE"), "{printed}");
    let unreachable = Bedrock::new(settings).complete(ask()).await;
    assert!(matches!(unreachable, Err(ChatError::Unreachable { .. })), "{unreachable:?}");
}
