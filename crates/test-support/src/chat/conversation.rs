//! What Bedrock refuses in a conversation, so that a client that would fail there fails here.
//!
//! Source: Bedrock Converse API reference and Amazon Nova user guide, read 2026-11-21.

use serde_json::Value;

use super::prompt::items;

/// Says what is wrong, if anything is.
pub(super) fn problem(body: &Value) -> Option<String> {
    let messages = items(body, "/messages");
    if messages.is_empty() {
        return Some("The conversation has no messages.".to_owned());
    }
    let tools = items(body, "/toolConfig/tools");
    roles(messages)
        .or_else(|| messages.iter().find_map(blank))
        .or_else(|| tools.iter().find_map(tool_name))
        .or_else(|| unmatched(messages))
        .or_else(|| {
            let uses_tools = messages.iter().any(|message| !ids(message, "toolUse").is_empty());
            let problem = "The toolConfig field must be defined when using toolUse and toolResult content blocks.";
            (uses_tools && tools.is_empty()).then(|| problem.to_owned())
        })
}

fn roles(messages: &[Value]) -> Option<String> {
    let expected = ["user", "assistant"].into_iter().cycle();
    let wrong = messages.iter().zip(expected).any(|(message, role)| message["role"] != role);
    if wrong {
        return Some("A conversation must alternate between user and assistant, and start with a user.".to_owned());
    }
    let ends_with_user = messages.len() % 2 == 1;
    (!ends_with_user).then(|| "A conversation must end with a user message.".to_owned())
}

fn blank(message: &Value) -> Option<String> {
    let content = items(message, "/content");
    let text_is_blank = |block: &Value| block["text"].as_str().is_some_and(|text| text.trim().is_empty());
    (content.is_empty() || content.iter().any(text_is_blank))
        .then(|| "The text field in the ContentBlock object is blank.".to_owned())
}

fn tool_name(tool: &Value) -> Option<String> {
    let name = tool.pointer("/toolSpec/name").and_then(Value::as_str).unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let valid = (1..=64).contains(&name.len()) && name.chars().all(allowed);
    (!valid).then(|| format!("The tool name {name} does not match [a-zA-Z0-9_-]+."))
}

/// Every call is answered in the next message, and nothing else is.
fn unmatched(messages: &[Value]) -> Option<String> {
    messages.windows(2).find_map(|pair| {
        let [asked, answered] = pair else { return None };
        let (mut asked, mut answered) = (ids(asked, "toolUse"), ids(answered, "toolResult"));
        asked.sort_unstable();
        answered.sort_unstable();
        (asked != answered).then(|| "Expected toolResult blocks for exactly the toolUse blocks before them.".to_owned())
    })
}

fn ids<'a>(message: &'a Value, kind: &str) -> Vec<&'a str> {
    items(message, "/content").iter().filter_map(|block| block.get(kind)?.get("toolUseId")?.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn user(content: &Value) -> Value {
        json!({"role": "user", "content": content})
    }

    #[test]
    fn a_result_for_every_call_is_asked_for() {
        let asked = json!({"role": "assistant", "content": [
            {"toolUse": {"toolUseId": "a", "name": "look", "input": {}}},
            {"toolUse": {"toolUseId": "b", "name": "look", "input": {}}}
        ]});
        let result = |id: &str| json!({"toolResult": {"toolUseId": id, "content": [{"text": "3"}]}});
        let body = |results: Value| {
            json!({
                "messages": [user(&json!([{"text": "Hi"}])), asked, user(&results)],
                "toolConfig": {"tools": [{"toolSpec": {"name": "look"}}]}
            })
        };
        assert_eq!(problem(&body(json!([result("b"), result("a")]))), None);
        assert!(problem(&body(json!([result("a")]))).is_some());
        let mut without_tools = body(json!([result("a"), result("b")]));
        without_tools["toolConfig"] = Value::Null;
        assert!(problem(&without_tools).unwrap().contains("toolConfig"));
    }

    #[test]
    fn turns_alternate_and_text_is_not_blank() {
        let hi = user(&json!([{"text": "Hi"}]));
        assert_eq!(problem(&json!({"messages": [hi]})), None);
        for messages in [json!([]), json!([hi, hi]), json!([user(&json!([{"text": " "}]))]), json!([user(&json!([]))])]
        {
            assert!(problem(&json!({"messages": messages})).is_some(), "{messages}");
        }
    }
}
