//! Names and ids of tool calls: 1 to 64 of `a-z A-Z 0-9 _ -` on Bedrock and OpenAI alike.
//!
//! Source: Amazon Nova user guide, tool use; Bedrock Converse API reference, `ToolUseBlock`, read 2026-11-21.

use crate::error::ChatError;
use crate::message::ToolSpec;

const MAX: usize = 64;

/// Refuses tools that no service takes, before anything is sent.
pub(crate) fn check_tools(tools: &[ToolSpec]) -> Result<(), ChatError> {
    match tools.iter().find(|tool| !is_valid(&tool.name)) {
        None => Ok(()),
        Some(tool) => {
            let name: String = tool.name.chars().take(MAX).flat_map(char::escape_default).collect();
            let problem = format!("the tool name `{name}` is not 1 to 64 of a-z, A-Z, 0-9, _ and -; rename the tool");
            Err(ChatError::Validation { problem, detail: None })
        }
    }
}

/// A name or an id out of the conversation as a service takes it. Models make up names, and another service's ids
/// follow other rules; the same text always gives the same result, so that results still match their calls.
pub(crate) fn on_the_wire(text: &str) -> String {
    if is_valid(text) {
        return text.to_owned();
    }
    let kept: String = text.chars().take(MAX).map(|c| if is_allowed(c) { c } else { '_' }).collect();
    if kept.is_empty() { "_".to_owned() } else { kept }
}

fn is_valid(text: &str) -> bool {
    (1..=MAX).contains(&text.len()) && text.chars().all(is_allowed)
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(name: &str) -> Result<(), ChatError> {
        check_tools(&[ToolSpec { name: name.into(), description: String::new(), input_schema: json!({}) }])
    }

    #[test]
    fn a_tool_that_no_service_takes_is_named() {
        assert_eq!(check("analyze_cloudtrail-events"), Ok(()));
        assert_eq!(check(&"x".repeat(64)), Ok(()));
        for bad in ["", "a.b", "näme", &"x".repeat(65)] {
            assert!(matches!(check(bad), Err(ChatError::Validation { .. })), "{bad}");
        }
        assert!(check("a.b").unwrap_err().to_string().contains("`a.b`"));
    }

    #[test]
    fn names_from_the_conversation_are_made_to_fit() {
        assert_eq!(on_the_wire("call:1/ü"), "call_1__");
        assert_eq!(on_the_wire(&"y".repeat(80)).len(), 64);
        assert_eq!(on_the_wire(""), "_");
    }
}
