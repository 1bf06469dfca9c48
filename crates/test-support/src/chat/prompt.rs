//! What a client asked, whichever face it used.

use serde::Serialize;
use serde_json::Value;

/// Which API was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// Amazon Bedrock.
    Converse,
    /// Chat completions.
    #[serde(rename = "openai")]
    OpenAi,
}

/// A request, as far as a model would see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Which API was called.
    pub face: Face,
    /// The model that was asked for.
    pub model: String,
    /// Whether the answer is to be streamed.
    pub stream: bool,
    /// Instructions, if any.
    pub system: String,
    /// The text of the user's messages, oldest first.
    pub user: Vec<String>,
    /// Names of the tools on offer.
    pub tools: Vec<String>,
    /// Results in the last message, oldest first.
    pub results: Vec<String>,
}

impl Prompt {
    /// All text there is, instructions first.
    #[must_use]
    pub fn text(&self) -> String {
        let parts = std::iter::once(&self.system).chain(&self.user).map(String::as_str);
        parts.collect::<Vec<_>>().join("\n")
    }

    pub(super) fn converse(model: &str, stream: bool, body: &Value) -> Self {
        let messages = items(body, "/messages");
        let user = messages.iter().filter(|message| message["role"] == "user");
        let last = messages.last().map(|message| items(message, "/content")).unwrap_or_default();
        Self {
            face: Face::Converse,
            model: model.to_owned(),
            stream,
            system: texts(items(body, "/system")),
            user: user.map(|message| texts(items(message, "/content"))).filter(|text| !text.is_empty()).collect(),
            tools: names(items(body, "/toolConfig/tools"), "/toolSpec/name"),
            results: last.iter().filter_map(|block| Some(texts(items(block.get("toolResult")?, "/content")))).collect(),
        }
    }

    pub(super) fn openai(body: &Value) -> Self {
        let messages = items(body, "/messages");
        let said_by = |role: &'static str| {
            messages.iter().filter(move |message| message["role"] == role).map(|message| content(&message["content"]))
        };
        let answered = messages.iter().rposition(|message| message["role"] != "tool").map_or(0, |last| last + 1);
        let results = messages.get(answered..).unwrap_or_default();
        Self {
            face: Face::OpenAi,
            model: body["model"].as_str().unwrap_or_default().to_owned(),
            stream: body["stream"] == true,
            system: said_by("system").chain(said_by("developer")).collect::<Vec<_>>().join("\n"),
            user: said_by("user").collect(),
            tools: names(items(body, "/tools"), "/function/name"),
            results: results.iter().map(|message| content(&message["content"])).collect(),
        }
    }
}

pub(super) fn items<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn texts(blocks: &[Value]) -> String {
    blocks.iter().filter_map(|block| block.get("text")?.as_str()).collect::<Vec<_>>().join("\n")
}

fn names(tools: &[Value], pointer: &str) -> Vec<String> {
    tools.iter().filter_map(|tool| tool.pointer(pointer)?.as_str().map(str::to_owned)).collect()
}

/// A string, or blocks of text.
fn content(value: &Value) -> String {
    value.as_str().map_or_else(|| texts(value.as_array().map(Vec::as_slice).unwrap_or_default()), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_faces_give_the_same_prompt() {
        let converse = Prompt::converse(
            "m",
            false,
            &json!({
                "system": [{"text": "Be brief."}],
                "messages": [
                    {"role": "user", "content": [{"text": "How many?"}]},
                    {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "look", "input": {}}}]},
                    {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "3"}]}}]}
                ],
                "toolConfig": {"tools": [{"toolSpec": {"name": "look"}}]}
            }),
        );
        let openai = Prompt::openai(&json!({
            "model": "m",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "How many?"},
                {"role": "assistant", "content": null, "tool_calls": []},
                {"role": "tool", "tool_call_id": "t", "content": "3"}
            ],
            "tools": [{"type": "function", "function": {"name": "look"}}]
        }));
        assert_eq!(openai, Prompt { face: Face::OpenAi, ..converse });
        assert_eq!(openai.results, ["3"]);
        assert_eq!(openai.text(), "Be brief.\nHow many?");
    }
}
