//! Answers: the structured content of each tool, in names that are fixed (`schema_version` 1; later versions only add).

mod basis;
mod cap;
mod detections;
mod events;
mod incidents;
mod text;

use std::collections::BTreeMap;

use report::engine::Report;
use schemars::JsonSchema;
use security_model::detection::NotEvaluated;
use security_model::summary::{EventsSummary, FindingsSummary};
use security_model::{Coverage, Detection, EventRow, Fact, FindingRow, Incident, Scope};
use serde::Serialize;

pub use basis::{BaselineUse, Basis, CountrySource};
pub(crate) use cap::cap;
pub use cap::{fit, fit_verdict};
pub use detections::{ExplainedRule, Match, MatchedTest, RuleExplanation, RuleList, RuleRow, RuleSource};
pub use events::{InvestigateAnswer, SearchAnswer};
pub use incidents::{detections_alone, incidents_brief, incidents_story};
pub use text::{FOOTER_BYTES, report_text, requirements_text, verification_text, without_footer};

/// Version of the structured content.
pub const SCHEMA_VERSION: u32 = 1;

/// Longest text block of a default answer, in bytes.
pub const MAX_TEXT_BYTES: usize = 4_096;
/// Longest default answer in all (text block and structured content), in bytes.
pub const MAX_ANSWER_BYTES: usize = 40_000;
/// Longest full answer over MCP, in bytes; on the command line a full answer is whole.
pub const MAX_FULL_ANSWER_BYTES: usize = 1_000_000;
/// Most facts in a default answer.
pub const MAX_FACTS: usize = 60;

/// Structured content of `analyze_aws_security_hub`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SecurityHubAnswer {
    /// Version of this shape.
    pub schema_version: u32,
    /// The tool that answered.
    pub tool: &'static str,
    /// Names this answer for `get_evidence`.
    pub analysis_id: String,
    /// When the answer was made.
    pub generated_at: String,
    /// What was asked.
    pub scope: Scope,
    /// What was read, and what not.
    pub coverage: Coverage,
    /// The numbers a report may use.
    pub facts: Vec<Fact>,
    /// The counts.
    pub findings: FindingsSummary,
    /// The report.
    pub report: Report,
}

/// Structured content of `analyze_aws_cloudtrail`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CloudTrailAnswer {
    /// Version of this shape.
    pub schema_version: u32,
    /// The tool that answered.
    pub tool: &'static str,
    /// Names this answer for `get_evidence`.
    pub analysis_id: String,
    /// When the answer was made.
    pub generated_at: String,
    /// What was asked.
    pub scope: Scope,
    /// What was read, and what not.
    pub coverage: Coverage,
    /// The numbers a report may use.
    pub facts: Vec<Fact>,
    /// What events were judged beside: places of addresses, and what was ordinary before.
    pub basis: Basis,
    /// The counts.
    pub events: EventsSummary,
    /// Detections that tell one story, worst first: begin here.
    pub incidents: Vec<Incident>,
    /// What rules and behaviours found, worst first: one row per rule, principal and session.
    pub detections: Vec<Detection>,
    /// What was to be looked for and could not be.
    pub not_evaluated: Vec<NotEvaluated>,
    /// Lengths of lists that were cut in this answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub truncated: BTreeMap<String, u64>,
    /// The report.
    pub report: Report,
}

/// Structured content of `get_evidence`: rows of one kind, newest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EvidenceAnswer {
    /// Version of this shape.
    pub schema_version: u32,
    /// The tool that answered.
    pub tool: &'static str,
    /// The answer the rows belong to.
    pub analysis_id: String,
    /// The set of rows.
    pub evidence_id: String,
    /// What the set is.
    pub description: String,
    /// Records in the set.
    pub total: u64,
    /// Of these, kept for looking at.
    pub kept: u64,
    /// Position of the first row of this page, from 0.
    pub offset: u64,
    /// Where the next page starts; null on the last.
    pub next_cursor: Option<String>,
    /// Rows, when the set is of events.
    pub events: Vec<EventRow>,
    /// Rows, when the set is of findings.
    pub findings: Vec<FindingRow>,
}
