//! From a neutral request to Converse's parts, with the rules of the model families.

use aws_sdk_bedrockruntime::error::BuildError;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, InferenceConfiguration, Message as WireMessage, SystemContentBlock, Tool,
    ToolConfiguration, ToolInputSchema, ToolResultBlock, ToolResultContentBlock, ToolResultStatus, ToolSpecification,
    ToolUseBlock,
};
use aws_smithy_types::Document;
use serde_json::json;

use super::document;
use crate::error::ChatError;
use crate::message::{Block, ChatRequest, Message, Role, ToolResult, ToolSpec, ToolUse};
use crate::names::on_the_wire;
use crate::schema::nova_schema;

/// Converse refuses text that is blank.
const BLANK: &str = "(empty)";

/// A request as Converse and ConverseStream take it.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) messages: Vec<WireMessage>,
    pub(super) system: Option<Vec<SystemContentBlock>>,
    pub(super) inference: Option<InferenceConfiguration>,
    pub(super) tools: Option<ToolConfiguration>,
    pub(super) additional: Option<Document>,
}

impl Parts {
    pub(super) fn build(model: &str, request: &ChatRequest) -> Result<Self, ChatError> {
        let family = Family::of(model);
        let parts = || -> Result<Self, BuildError> {
            let greedy =
                family == Family::Nova && !request.tools.is_empty() && request.temperature.unwrap_or(0.0) <= 0.0;
            Ok(Self {
                messages: request
                    .messages
                    .iter()
                    .map(|message| wire_message(message, family))
                    .collect::<Result<_, _>>()?,
                system: request.system.clone().map(|text| vec![SystemContentBlock::Text(text)]),
                inference: inference(request, greedy),
                tools: tools(&request.tools, family)?,
                additional: greedy.then(|| document::from_json(&json!({"inferenceConfig": {"topK": 1}}))),
            })
        };
        parts().map_err(|_| ChatError::Validation {
            problem: "the request lacks a part that Converse requires".to_owned(),
            detail: None,
        })
    }
}

/// What differs between models on Bedrock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// Greedy decoding for tools, bare schemas, no status beside tool results.
    Nova,
    /// Takes the status of tool results.
    Claude,
    Other,
}

impl Family {
    fn of(model: &str) -> Self {
        if model.contains("amazon.nova") {
            Self::Nova
        } else if model.contains("anthropic.") {
            Self::Claude
        } else {
            Self::Other
        }
    }
}

fn inference(request: &ChatRequest, greedy: bool) -> Option<InferenceConfiguration> {
    let temperature = request.temperature.or(greedy.then_some(0.0));
    if request.max_tokens.is_none() && temperature.is_none() {
        return None;
    }
    let max_tokens = request.max_tokens.map(|tokens| i32::try_from(tokens).unwrap_or(i32::MAX));
    Some(InferenceConfiguration::builder().set_max_tokens(max_tokens).set_temperature(temperature).build())
}

fn tools(tools: &[ToolSpec], family: Family) -> Result<Option<ToolConfiguration>, BuildError> {
    if tools.is_empty() {
        return Ok(None);
    }
    let specifications = tools.iter().map(|tool| {
        let schema = match family {
            Family::Nova => document::from_json(&nova_schema(&tool.input_schema)),
            Family::Claude | Family::Other => document::from_json(&tool.input_schema),
        };
        // An empty description is refused; the name is all there is then.
        let described = if tool.description.trim().is_empty() { &tool.name } else { &tool.description };
        let specification = ToolSpecification::builder()
            .name(&tool.name)
            .description(described)
            .input_schema(ToolInputSchema::Json(schema))
            .build()?;
        Ok(Tool::ToolSpec(specification))
    });
    let specifications = specifications.collect::<Result<Vec<_>, BuildError>>()?;
    ToolConfiguration::builder().set_tools(Some(specifications)).build().map(Some)
}

fn wire_message(message: &Message, family: Family) -> Result<WireMessage, BuildError> {
    let role = match message.role {
        Role::User => ConversationRole::User,
        Role::Assistant => ConversationRole::Assistant,
    };
    let mut content = Vec::with_capacity(message.content.len());
    for block in &message.content {
        match block {
            Block::Text(text) if text.trim().is_empty() => {}
            Block::Text(text) => content.push(ContentBlock::Text(text.clone())),
            Block::ToolUse(tool_use) => content.push(ContentBlock::ToolUse(wire_tool_use(tool_use)?)),
            Block::ToolResult(result) => content.push(ContentBlock::ToolResult(wire_tool_result(result, family)?)),
        }
    }
    if content.is_empty() {
        content.push(ContentBlock::Text(BLANK.to_owned()));
    }
    WireMessage::builder().role(role).set_content(Some(content)).build()
}

fn wire_tool_use(tool_use: &ToolUse) -> Result<ToolUseBlock, BuildError> {
    // Arguments that were no object are lost here: Converse takes nothing else.
    let input = if tool_use.arguments().is_some() { &tool_use.input } else { &json!({}) };
    ToolUseBlock::builder()
        .tool_use_id(on_the_wire(&tool_use.id))
        .name(on_the_wire(&tool_use.name))
        .input(document::from_json(input))
        .build()
}

fn wire_tool_result(result: &ToolResult, family: Family) -> Result<ToolResultBlock, BuildError> {
    let text = if result.text.trim().is_empty() { BLANK } else { &result.text };
    let status = if result.is_error { ToolResultStatus::Error } else { ToolResultStatus::Success };
    ToolResultBlock::builder()
        .tool_use_id(on_the_wire(&result.id))
        .content(ToolResultContentBlock::Text(text.to_owned()))
        .set_status((family == Family::Claude).then_some(status))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOVA: &str = "us.amazon.nova-premier-v1:0";
    const CLAUDE: &str = "eu.anthropic.claude-sonnet-4-6";

    fn request() -> ChatRequest {
        let schema = json!({"title": "Look", "type": "object", "properties": {}});
        let tool = ToolSpec { name: "look".into(), description: "Looks.".into(), input_schema: schema };
        ChatRequest::new([Message::user("Hi")]).tools([tool])
    }

    fn schema(parts: &Parts) -> serde_json::Value {
        let tools = parts.tools.as_ref().unwrap().tools();
        let specification = tools[0].as_tool_spec().unwrap();
        document::to_json(specification.input_schema().unwrap().as_json().unwrap())
    }

    #[test]
    fn nova_decodes_greedily_when_it_has_tools_and_gets_a_bare_schema() {
        let parts = Parts::build(NOVA, &request()).unwrap();
        assert_eq!(parts.inference.as_ref().unwrap().temperature(), Some(0.0));
        let additional = document::to_json(parts.additional.as_ref().unwrap());
        assert_eq!(additional, json!({"inferenceConfig": {"topK": 1}}));
        assert_eq!(schema(&parts), json!({"type": "object", "properties": {}}));
    }

    #[test]
    fn a_temperature_and_other_models_are_left_alone() {
        let warm = Parts::build(NOVA, &request().temperature(0.7)).unwrap();
        assert_eq!(warm.inference.unwrap().temperature(), Some(0.7));
        assert!(warm.additional.is_none());
        let claude = Parts::build(CLAUDE, &request()).unwrap();
        assert!(claude.inference.is_none() && claude.additional.is_none());
        assert_eq!(schema(&claude)["title"], "Look");
        let plain = Parts::build(NOVA, &ChatRequest::new([Message::user("Hi")])).unwrap();
        assert!(plain.inference.is_none() && plain.additional.is_none() && plain.tools.is_none());
    }

    #[test]
    fn tool_results_are_text_and_carry_a_status_for_claude_only() {
        let result = ToolResult { id: "call:1".into(), text: String::new(), is_error: true };
        for (family, expected) in [(Family::Nova, None), (Family::Claude, Some(&ToolResultStatus::Error))] {
            let wire = wire_tool_result(&result, family).unwrap();
            assert_eq!(wire.tool_use_id(), "call_1");
            assert_eq!(wire.status(), expected);
            assert_eq!(wire.content(), [ToolResultContentBlock::Text("(empty)".into())]);
        }
    }

    #[test]
    fn blank_text_and_broken_arguments_are_made_acceptable() {
        let blank = wire_message(&Message::assistant("\n"), Family::Nova).unwrap();
        assert_eq!(blank.content(), [ContentBlock::Text("(empty)".into())]);
        let broken = ToolUse { id: "1".into(), name: "no such tool!".into(), input: json!("{") };
        let wire = wire_tool_use(&broken).unwrap();
        assert_eq!((wire.name(), document::to_json(wire.input())), ("no_such_tool_", json!({})));
    }
}
