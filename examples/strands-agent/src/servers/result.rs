//! What a tool answered, as text for the model: Nova makes things up from JSON.

use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};
use serde_json::Value;

use crate::answer::Score;

/// Longest text that the model is given, in characters.
const MOST_CHARS: usize = 200_000;

/// A tool's answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ToolAnswer {
    pub(crate) text: String,
    pub(crate) is_error: bool,
    pub(crate) scores: Vec<Score>,
}

/// Reads the result of a call.
pub(crate) fn read_result(result: &CallToolResult) -> ToolAnswer {
    let texts: Vec<String> = result.content.iter().map(text_of).collect();
    let mut text = texts.join("\n\n");
    if let Some(structured) = &result.structured_content {
        if text.trim().is_empty() {
            text = structured.to_string();
        }
        add_what_only_data_says(&mut text, structured);
    }
    if text.chars().nth(MOST_CHARS).is_some() {
        text = text
            .chars()
            .take(MOST_CHARS)
            .chain("\n[cut: the result is longer than the model is given]".chars())
            .collect();
    }
    let scores = result.structured_content.as_ref().map(scores).unwrap_or_default();
    ToolAnswer { text, is_error: result.is_error == Some(true), scores }
}

fn text_of(block: &ContentBlock) -> String {
    match block {
        ContentBlock::Text(text) => text.text.clone(),
        ContentBlock::Resource(resource) => match &resource.resource {
            ResourceContents::TextResourceContents { text, .. } => text.clone(),
            _ => "[binary data, not shown to the model]".to_owned(),
        },
        ContentBlock::ResourceLink(link) => format!("[resource {}]", link.uri),
        _ => "[no text, not shown to the model]".to_owned(),
    }
}

/// Ids at the top of the structured content, such as `analysis_id`: a later call may need them, and the text may leave
/// them out.
fn add_what_only_data_says(text: &mut String, structured: &Value) {
    for (name, value) in structured.as_object().into_iter().flatten() {
        if let Some(value) = value.as_str().filter(|value| name.ends_with("_id") && !text.contains(value)) {
            text.push_str(&format!("\n{name}: {value}"));
        }
    }
}

/// `report.requirements` of the structured content, as Nightdesk writes it.
fn scores(structured: &Value) -> Vec<Score> {
    let rows = structured.pointer("/report/requirements").and_then(Value::as_array);
    rows.into_iter().flatten().filter_map(score).collect()
}

fn score(row: &Value) -> Option<Score> {
    Some(Score {
        name: row.get("name")?.as_str()?.to_owned(),
        score: row.get("score").and_then(Value::as_f64),
        judge: row.get("judge").and_then(Value::as_str).unwrap_or("none").to_owned(),
        mandatory: row.get("mandatory").and_then(Value::as_bool).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str, structured: Value) -> ToolAnswer {
        let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
        result.structured_content = Some(structured);
        read_result(&result)
    }

    #[test]
    fn the_model_gets_the_text_and_ids_that_only_the_data_has() {
        let answer = read("Three findings.", json!({"analysis_id": "a-1", "facts": [1, 2], "title_id": "Three"}));
        assert_eq!(answer.text, "Three findings.\nanalysis_id: a-1");
        assert_eq!(read("", json!({"n": 1})).text, r#"{"n":1}"#, "data alone is better than nothing");
    }

    #[test]
    fn scores_come_back() {
        let report = json!({"report": {"score": 0.5, "requirements": [
            {"name": "brief", "description": "d", "mandatory": true, "score": 1.0, "judge": "rule", "reason": null},
            {"name": "tone", "description": "d", "score": null, "judge": "none"}
        ]}});
        let scores = read("x", report).scores;
        assert_eq!(scores[0], Score { name: "brief".into(), score: Some(1.0), judge: "rule".into(), mandatory: true });
        assert_eq!((scores[1].score, scores.len()), (None, 2));
    }

    #[test]
    fn a_result_without_end_is_cut() {
        let answer = read(&"é".repeat(300_000), json!({}));
        assert!(answer.text.chars().count() < 201_000 && answer.text.ends_with("given]"));
    }
}
