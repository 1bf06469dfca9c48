//! What is sent is what the official SDK was seen to send.

use maestro_client::{Budget, Include, Message, ResponseLanguage, Role, RunRequest};
use serde_json::{Value, json};

use crate::{KEY, client, fake, soon};

async fn sent(request: &RunRequest) -> Value {
    let fake = fake("honest").await;
    client(&fake).create(request).await.unwrap();
    serde_json::from_str(&fake.requests()[0].body).unwrap()
}

#[tokio::test]
async fn a_full_request() {
    let request = RunRequest::new("hello")
        .requirement("headers", "Use markdown headers", true)
        .requirement("length", "Under 300 words", false)
        .budget(Budget::Low)
        .include([Include::RequirementsResult, Include::DataSources]);
    let captured = json!({
        "input": "hello",
        "models": ["jamba-mini"],
        "requirements": [
            {"name": "headers", "description": "Use markdown headers", "is_mandatory": true},
            {"name": "length", "description": "Under 300 words"},
        ],
        "budget": "low",
        "include": ["requirements_result", "data_sources"],
    });
    assert_eq!(sent(&request).await, captured);
}

#[tokio::test]
async fn a_conversation() {
    let say = |role, content: &str| Message { role, content: content.to_owned() };
    let request = RunRequest::bare(vec![say(Role::User, "a"), say(Role::Assistant, "b"), say(Role::User, "c")])
        .response_language(ResponseLanguage::English)
        .system_prompt("You are..")
        .extra("stream", json!(false))
        .extra("output_type", json!({"type": "string"}));
    let captured = json!({
        "input": [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"},
        ],
        "response_language": "english",
        "system_prompt": "You are..",
        "stream": false,
        "output_type": {"type": "string"},
    });
    assert_eq!(sent(&request).await, captured);
}

#[tokio::test]
async fn what_is_not_set_is_left_out() {
    assert_eq!(sent(&RunRequest::bare("x")).await, json!({"input": "x"}));
    let default = json!({"input": "x", "models": ["jamba-mini"], "include": ["requirements_result"]});
    assert_eq!(sent(&RunRequest::new("x")).await, default);
}

#[tokio::test]
async fn paths_and_headers() {
    let fake = fake("honest").await;
    let done = client(&fake).run_to_end(&RunRequest::new("x"), soon()).await.unwrap();
    let requests = fake.requests();
    assert!(requests.iter().all(|request| request.authorised), "Authorization: Bearer {KEY}");
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("POST", "/studio/v1/maestro/runs"));
    assert_eq!(requests[1].method, "GET");
    assert_eq!(requests[1].path, format!("/studio/v1/maestro/runs/{}", done.id));
    assert_eq!(requests[1].body, "");
    let header = |name: &str| requests[0].headers.iter().find(|(known, _)| known == name).map(|(_, v)| v.as_str());
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("accept-encoding"), None, "a compressed answer could be a bomb");
}

#[tokio::test]
async fn a_trailing_slash_makes_no_other_path() {
    let fake = fake("honest").await;
    let client = crate::hurried(&fake).base_url(format!("{}//", fake.base_url())).build().unwrap();
    client.create(&RunRequest::new("x")).await.unwrap();
    assert_eq!(fake.requests()[0].path, "/studio/v1/maestro/runs");
}
