//! The tools. One file each; adding one touches its file and one line of [`all`].

mod analyze_aws_cloudtrail;
mod analyze_aws_security_hub;
mod get_evidence;
mod verify_report;

use std::pin::Pin;
use std::sync::Arc;

use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations};
use security_model::{SafeText, TextKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answer::report_text;
use crate::app::App;
use crate::error::Failure;
use crate::pipeline::{Analysed, Call};
use crate::resources;

/// What a tool's run gives back.
pub type Outcome = Result<CallToolResult, Failure>;

/// A tool at work.
pub type Run = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// One tool: its description for hosts, the AWS permissions it needs, and its run.
pub struct ToolEntry {
    /// The catalogue entry.
    pub tool: Tool,
    /// IAM actions a live call needs.
    pub iam_actions: &'static [IamAction],
    /// Runs it.
    pub run: fn(Arc<App>, JsonObject, Call) -> Run,
}

/// One IAM action and why it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct IamAction {
    /// e.g. `securityhub:GetFindings`.
    pub action: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// Whether the tool is of no use without it.
    pub required: bool,
}

/// Every tool, in the order of the catalogue.
#[must_use]
pub fn all() -> Vec<ToolEntry> {
    vec![
        analyze_aws_security_hub::entry(),
        analyze_aws_cloudtrail::entry(),
        get_evidence::entry(),
        verify_report::entry(),
    ]
}

/// Annotations of a tool that only reads. `open_world`: it reads systems outside this process.
fn reads_only(title: &str, open_world: bool) -> ToolAnnotations {
    ToolAnnotations::with_title(title).read_only(true).destructive(false).idempotent(true).open_world(open_world)
}

/// Reads a tool's arguments.
fn arguments<T: DeserializeOwned>(object: JsonObject) -> Result<T, Failure> {
    serde_path_to_error::deserialize(Value::Object(object)).map_err(|error| {
        // The message may repeat what the caller sent, however long and whatever is in it.
        let argument = SafeText::from_raw(&error.path().to_string(), TextKind::Identifier);
        let reason = SafeText::from_raw(&error.inner().to_string(), TextKind::Reference);
        Failure::bad_argument(argument.as_str(), reason.as_str())
    })
}

/// An answer: structured content, and a text block for a person.
fn answer<T: Serialize>(structured: &T, text: String) -> Outcome {
    let structured = serde_json::to_value(structured).map_err(|error| Failure::Internal(error.to_string()))?;
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    Ok(result)
}

/// An answer with its report, and a link to the bundle that it can be checked against.
fn analysed<A: Serialize>(found: &Analysed<A>) -> Outcome {
    let mut result = answer(&found.answer, report_text(&found.analysis.report))?;
    result.content.push(ContentBlock::resource_link(resources::bundle_link(&found.analysis)));
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_described_completely() {
        let tools = all();
        for ToolEntry { tool, .. } in &tools {
            assert!(tool.name.len() <= 64 && tool.name.contains('_'), "{}", tool.name);
            assert!(
                tool.title.is_some() && tool.description.is_some() && tool.output_schema.is_some(),
                "{}",
                tool.name
            );
            let annotations = tool.annotations.as_ref().unwrap();
            assert!(annotations.title.is_some());
            assert_eq!(annotations.read_only_hint, Some(true), "nothing changes AWS yet");
            assert_eq!(annotations.destructive_hint, Some(false));
            assert!(annotations.idempotent_hint.is_some() && annotations.open_world_hint.is_some());
            assert!(!tool.input_schema.contains_key("anyOf"), "some model vendors refuse a top-level anyOf");
        }
        let mut names: Vec<_> = tools.iter().map(|entry| entry.tool.name.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), tools.len());
    }

    #[test]
    fn the_catalogue_is_small() {
        let tools: Vec<Tool> = all().into_iter().map(|entry| entry.tool).collect();
        let whole = serde_json::to_vec(&tools).unwrap().len();
        let without_outputs: Vec<Tool> = tools
            .into_iter()
            .map(|mut tool| {
                tool.output_schema = None;
                tool
            })
            .collect();
        let inputs = serde_json::to_vec(&without_outputs).unwrap().len();
        assert!(whole <= 30_000, "catalogue of {whole} bytes");
        assert!(inputs <= 10_500, "names, descriptions and input schemas of {inputs} bytes");
    }
}
