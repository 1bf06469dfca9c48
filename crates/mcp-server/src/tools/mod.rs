//! The tools. One file each; adding one touches its file and one line of [`all`].

mod analyze_aws_cloudtrail;
mod analyze_aws_security_hub;
mod explain_detection;
mod get_evidence;
mod investigate;
mod list_detections;
mod search_events;
mod telling;
mod verify_report;

use std::pin::Pin;
use std::sync::Arc;

use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations};
use security_model::{EventRow, SafeText, TextKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use self::investigate::{look_into, profile_text};
pub(crate) use self::list_detections::wanted as wanted_rules;
pub(crate) use self::search_events::{find, found_text};
pub(crate) use self::telling::Telling;
use crate::answer::{Basis, MAX_ANSWER_BYTES, MAX_TEXT_BYTES, incidents_brief, report_text};
use crate::app::App;
use crate::error::Failure;
use crate::evidence_store::Evidence;
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
        investigate::entry(),
        search_events::entry(),
        list_detections::entry(),
        explain_detection::entry(),
        verify_report::entry(),
    ]
}

/// Annotations of a tool that only reads. `open_world`: it reads systems outside this process.
fn reads_only(title: &str, open_world: bool) -> ToolAnnotations {
    ToolAnnotations::with_title(title).read_only(true).destructive(false).idempotent(true).open_world(open_world)
}

/// Reads a tool's arguments.
///
/// What cannot be used is named, and described by what it is and what is allowed there. It is said again only when it is
/// short and plain: it may hold anything, and what is said is also logged.
pub(crate) fn arguments<T: DeserializeOwned>(object: JsonObject) -> Result<T, Failure> {
    let arguments = Value::Object(object);
    serde_path_to_error::deserialize(&arguments).map_err(|error| {
        let path = error.path().to_string();
        let argument = SafeText::from_raw(&path, TextKind::Identifier);
        Failure::bad_argument(argument.as_str(), advice(&error.inner().to_string(), at(&arguments, &path)))
    })
}

/// The value at a path such as `requirements[0].name`.
fn at<'a>(arguments: &'a Value, path: &str) -> Option<&'a Value> {
    let steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    steps.filter(|step| !step.is_empty()).try_fold(arguments, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })
}

/// What is wrong with a value, from the message of the reader, whose words about what is allowed are ours; those about
/// what it found are the caller's.
fn advice(message: &str, found: Option<&Value>) -> String {
    // What was found stands first and may hold these words itself.
    let allowed = message.rsplit_once("expected ").map(|(_, allowed)| SafeText::from_raw(allowed, TextKind::Reference));
    match (message, allowed, found) {
        (message, _, _) if message.starts_with("missing field") => message.to_owned(),
        (message, Some(allowed), _) if message.starts_with("unknown field") => {
            format!("no such argument; there are {}", allowed.as_str().trim_start_matches("one of "))
        }
        (_, Some(allowed), Some(found)) => format!("{} cannot be used here; expected {allowed}", what(found)),
        (_, Some(allowed), None) => format!("expected {allowed}"),
        (_, None, Some(found)) => format!("{} cannot be used here", what(found)),
        (_, None, None) => "cannot be used".to_owned(),
    }
}

/// Where the page of a cursor starts.
fn offset(cursor: Option<&str>) -> Result<usize, Failure> {
    cursor.map_or(Ok(0), |cursor| cursor.parse().map_err(|_| not_a_cursor()))
}

/// Rows of a page.
fn limit(asked: Option<u64>) -> Result<usize, Failure> {
    const DEFAULT_ROWS: usize = 20;
    const MAX_ROWS: usize = 100;
    match asked.map(usize::try_from) {
        None => Ok(DEFAULT_ROWS),
        Some(Ok(limit)) if (1..=MAX_ROWS).contains(&limit) => Ok(limit),
        Some(_) => Err(Failure::bad_argument("limit", "ask for 1 to 100 rows")),
    }
}

/// An event in one line.
pub(crate) fn event_line(row: &EventRow) -> String {
    let span = |text: &Option<SafeText>| text.as_ref().map_or_else(|| "–".to_owned(), SafeText::code_span);
    let outcome = match (&row.error_code, row.failed) {
        (Some(code), true) => format!(", failed with {}", code.code_span()),
        (Some(code), false) => format!(", answered {}", code.code_span()),
        (None, true) => ", failed".to_owned(),
        (None, false) => String::new(),
    };
    let behind = row.first_identity.as_ref().map_or_else(String::new, |first| format!(" for {}", first.code_span()));
    format!(
        "- {} {} by {}{behind} from {} in {}{outcome}\n",
        row.time.as_deref().unwrap_or("(time unknown)"),
        row.event_name.code_span(),
        row.principal.code_span(),
        span(&row.source_ip),
        span(&row.region),
    )
}

/// Where the page after this one starts; none after the last.
fn next_cursor(offset: u64, shown: usize, total: u64) -> Option<String> {
    let next = offset + shown as u64;
    (shown > 0 && next < total).then(|| next.to_string())
}

/// Whether an answer leaves room for a text block of nothing but escapes.
fn fits(answer: &impl Serialize) -> bool {
    serde_json::to_vec(answer).map_or(0, |bytes| bytes.len()) + 2 * MAX_TEXT_BYTES <= MAX_ANSWER_BYTES
}

fn not_a_cursor() -> Failure {
    Failure::bad_argument("cursor", "use the next_cursor of the page before, unchanged")
}

/// Whether a text is all visible and holds nothing that looks like a secret.
fn is_plain(text: &str) -> bool {
    !text.contains('`') && SafeText::from_raw(text, TextKind::Prose).as_str() == text
}

/// What a value is; short and plain text as it is.
fn what(value: &Value) -> String {
    const LONGEST_SAID: usize = 40;
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Number(_) => "this number".to_owned(),
        Value::String(text) if text.len() <= LONGEST_SAID && is_plain(text) => format!("`{text}`"),
        Value::String(text) => format!("text of {} characters", text.chars().count()),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// An answer: structured content, and a text block for a person.
fn answer<T: Serialize>(structured: &T, text: String) -> Outcome {
    let structured = serde_json::to_value(structured).map_err(|error| Failure::Internal(error.to_string()))?;
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    Ok(result)
}

/// An answer with its report, a link to the bundle that it can be checked against, and the incidents where there is room.
fn analysed<A: Serialize>(found: &Analysed<A>) -> Outcome {
    let report = report_text(&found.analysis.report);
    let room = MAX_TEXT_BYTES.saturating_sub(report.len());
    let mut result = answer(&found.answer, report)?;
    result.content.push(ContentBlock::resource_link(resources::bundle_link(&found.analysis)));
    // The report is checked word by word against its facts; what stands beside it is no part of it.
    if matches!(found.analysis.evidence, Evidence::Events(_)) {
        let basis = found.analysis.basis.as_ref().map(Basis::text).filter(|basis| basis.len() < room);
        let basis = basis.unwrap_or_default();
        let incidents = incidents_brief(&found.analysis.incidents, room.saturating_sub(basis.len() + 2));
        let beside = [incidents, basis].map(|text| text.trim_end().to_owned());
        let beside: Vec<String> = beside.into_iter().filter(|text| !text.is_empty()).collect();
        if !beside.is_empty() {
            result.content.push(ContentBlock::text(beside.join("\n\n")));
        }
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::arguments::CloudTrailArguments;

    #[test]
    fn an_argument_that_cannot_be_used_is_named_and_not_said_again() {
        for (given, name, said) in [
            (
                json!({"budget": "token=hunter2, expected 1"}),
                "budget",
                "text of 25 characters cannot be used here; expected one of `low`, `medium`",
            ),
            (
                json!({"requirements": [{"name": 7, "description": "hunter2"}]}),
                "requirements[0].name",
                "this number cannot",
            ),
            (
                json!({"regions": "password=hunter2"}),
                "regions",
                "text of 16 characters cannot be used here; expected a sequence",
            ),
            (json!({"budget": "hihg"}), "budget", "`hihg` cannot be used here; expected one of `low`"),
            (json!({"budget": "x".repeat(41)}), "budget", "text of 41 characters cannot"),
            (json!({"nowhere": "hunter2"}), "nowhere", "no such argument; there are "),
            (json!({"requirements": [{"name": "hunter2"}]}), "requirements[0]", "missing field `description`"),
        ] {
            let Value::Object(object) = given else { unreachable!() };
            let failure = arguments::<CloudTrailArguments>(object).unwrap_err().to_string();
            assert!(failure.contains(&format!("`{name}`")) && failure.contains(said), "{failure}");
            assert!(!failure.contains("hunter2"), "{failure}");
        }
    }

    #[test]
    fn every_tool_is_described_completely() {
        let tools = all();
        for ToolEntry { tool, .. } in &tools {
            // The one name without a noun is given by what the tool is for.
            assert!(tool.name.len() <= 64 && (tool.name.contains('_') || tool.name == "investigate"), "{}", tool.name);
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
        assert!(whole <= 45_000, "catalogue of {whole} bytes");
        assert!(inputs <= 14_000, "names, descriptions and input schemas of {inputs} bytes");
    }
}
