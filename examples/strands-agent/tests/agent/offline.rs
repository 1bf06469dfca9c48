//! The stand-in: the right tool for the question, by rules that know nothing of these phrasings.

use chat_model::{ChatModel as _, ChatRequest, Message, ToolSpec};
use serde::Deserialize;
use serde_json::json;
use strands_agent::Offline;

const HUB: &str = "analyze_aws_security_hub";
const TRAIL: &str = "analyze_aws_cloudtrail";

/// Questions by the analyses that answer them.
#[derive(Deserialize)]
struct Phrasings {
    security_hub: Vec<String>,
    /// Security Hub alone or both.
    either: Vec<String>,
    cloudtrail: Vec<String>,
    both: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    kept_apart: Phrasings,
    seen: Phrasings,
}

impl Phrasings {
    /// How many there are, and those that call other tools than they should.
    async fn missed(self) -> (usize, Vec<String>) {
        let (hub, trail, both) = (&[HUB][..], &[TRAIL][..], &[HUB, TRAIL][..]);
        let kinds = [
            (self.security_hub, [hub, hub]),
            (self.either, [hub, both]),
            (self.cloudtrail, [trail, trail]),
            (self.both, [both, both]),
        ];
        let (mut total, mut missed) = (0, Vec::new());
        for (questions, right) in kinds {
            total += questions.len();
            for question in questions {
                let calls = calls(&question, "").await;
                if !right.contains(&&*calls.iter().map(String::as_str).collect::<Vec<_>>()) {
                    missed.push(format!("{question} -> {calls:?}"));
                }
            }
        }
        (total, missed)
    }
}

async fn calls(question: &str, prefix: &str) -> Vec<String> {
    let tools = [HUB, "get_evidence", TRAIL].map(|name| ToolSpec {
        name: format!("{prefix}{name}"),
        description: String::new(),
        input_schema: json!({"type": "object", "properties": {}}),
    });
    let reply = Offline.complete(ChatRequest::new([Message::user(question)]).tools(tools)).await.unwrap();
    reply.message.tool_uses().map(|call| call.name.clone()).collect()
}

#[tokio::test]
async fn the_original_projects_questions_call_the_right_tool() {
    assert_eq!(calls("Analyze my Security Hub findings", "").await, [HUB]);
    assert_eq!(calls("Check CloudTrail for suspicious activity", "").await, [TRAIL]);
    assert!(calls("What security issues should I prioritize?", "").await.contains(&HUB.to_owned()));
    assert_eq!(calls("Are there any failed login attempts?", "").await, [TRAIL]);
    assert_eq!(calls("Check CloudTrail", "desk__").await, [format!("desk__{TRAIL}")], "behind a prefix too");
}

#[tokio::test]
async fn most_other_phrasings_do_too() {
    let File { kept_apart, seen } = toml::from_str(include_str!("../phrasings.toml")).unwrap();
    let (total, missed) = kept_apart.missed().await;
    assert_eq!(total, 40);
    println!("understood, of those kept apart: {} of 40", total - missed.len());
    // Not which: whoever sees them would bend a rule to them.
    assert!(missed.len() <= 4, "{} of 40 are understood; at least 36 have to be", total - missed.len());

    let (total, missed) = seen.missed().await;
    assert_eq!(total, 80);
    assert!(missed.len() <= 4, "{missed:#?}");
}
