//! Structured content about the rules themselves: which there are, and why one fired.

use schemars::JsonSchema;
use security_model::{Confidence, Level, SafeText};
use serde::Serialize;

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleSource {
    /// The built-in pack.
    BuiltIn,
    /// A folder that the operator added.
    Added,
}

/// Structured content of `list_detections`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleList {
    /// Version of this shape.
    pub schema_version: u32,
    /// The tool that answered.
    pub tool: &'static str,
    /// Detections that pass the filters.
    pub total: u64,
    /// Where the next page starts; null on the last.
    pub next_cursor: Option<String>,
    /// One page, worst first.
    pub detections: Vec<RuleRow>,
    /// Problems in rule files that were added; the server's log names them.
    pub problems: u64,
}

/// One rule in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleRow {
    /// For `explain_detection` and `--disable-rule`.
    pub id: SafeText,
    /// The deed.
    pub title: SafeText,
    /// How much it matters.
    pub level: Level,
    /// ATT&CK tactics.
    pub tactics: Vec<String>,
    /// Where it comes from.
    pub source: RuleSource,
}

/// Structured content of `explain_detection`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleExplanation {
    /// Version of this shape.
    pub schema_version: u32,
    /// The tool that answered.
    pub tool: &'static str,
    /// The rule.
    pub rule: ExplainedRule,
    /// Rows of the analysis in which it fired.
    pub total: u64,
    /// The first of them, with why.
    pub matches: Vec<Match>,
}

/// What a rule is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplainedRule {
    /// Its id.
    pub id: SafeText,
    /// The deed.
    pub title: SafeText,
    /// How much it matters.
    pub level: Level,
    /// How sure it is.
    pub confidence: Confidence,
    /// ATT&CK tactics.
    pub tactics: Vec<String>,
    /// ATT&CK technique ids.
    pub techniques: Vec<String>,
    /// What the attacker gains.
    pub description: Option<SafeText>,
    /// How its searches go together, or what it counts.
    pub conditions: Vec<SafeText>,
    /// Who does it legally.
    pub false_positives: Vec<SafeText>,
    /// Pages about it.
    pub references: Vec<SafeText>,
    /// As the rule names its author.
    pub author: Option<SafeText>,
    /// The rule's licence.
    pub license: Option<SafeText>,
    /// Where it comes from.
    pub source: RuleSource,
    /// The file, and the line in it.
    pub place: SafeText,
}

/// One row of an analysis in which the rule fired, and why: on the event that speaks for the row.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Match {
    /// Who.
    pub principal: SafeText,
    /// The principal's session.
    pub session: Option<SafeText>,
    /// Events of the row.
    pub count: u64,
    /// What happened.
    pub reason: SafeText,
    /// `eventID` of the event that is explained.
    pub event_id: Option<SafeText>,
    /// Its time.
    pub time: Option<String>,
    /// The file or call it was read from.
    pub origin: SafeText,
    /// Position among the records of that origin, from 0.
    pub index: u64,
    /// SHA-256 of the record's bytes; null for correlations.
    pub sha256: Option<String>,
    /// The tests that held.
    pub tests: Vec<MatchedTest>,
}

/// One test that held.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MatchedTest {
    /// The search of the rule that it belongs to.
    pub search: SafeText,
    /// The field; null for keywords.
    pub field: Option<SafeText>,
    /// How the field is compared.
    pub test: String,
    /// The rule's value.
    pub pattern: SafeText,
    /// The record's value, without secrets; null when it has none.
    pub value: Option<SafeText>,
}
