//! What a caller may ask: one definition per analysis, read from tool arguments, command-line flags and, through the
//! doc comments, shown in both `--help` and the input schemas.

mod cloudtrail;
mod report;
mod search;
mod security_hub;
mod time;

use clap::ValueEnum;
use schemars::JsonSchema;
use security_model::{Level, Severity};
use serde::{Deserialize, Serialize};

pub use self::cloudtrail::CloudTrailArguments;
pub use self::report::{BudgetArgument, ReportArguments, WriterArgument, requirements_file};
pub use self::search::{InvestigateArguments, SearchArguments};
pub use self::security_hub::SecurityHubArguments;
use crate::error::Failure;

/// How much an answer carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// The shortest useful answer.
    Summary,
    /// Lists cut to what fits a conversation.
    #[default]
    Standard,
    /// Whole lists.
    Full,
}

/// Findings that the working set leaves out unless asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Include {
    /// Workflow RESOLVED.
    Resolved,
    /// Workflow SUPPRESSED.
    Suppressed,
    /// RecordState ARCHIVED.
    Archived,
    /// Compliance PASSED.
    Passed,
    /// All of these.
    All,
}

/// Severity label, in the lower case of flags and arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the labels are the documentation")]
pub enum SeverityArgument {
    #[serde(alias = "CRITICAL")]
    #[value(alias = "CRITICAL")]
    Critical,
    #[serde(alias = "HIGH")]
    #[value(alias = "HIGH")]
    High,
    #[serde(alias = "MEDIUM")]
    #[value(alias = "MEDIUM")]
    Medium,
    #[serde(alias = "LOW")]
    #[value(alias = "LOW")]
    Low,
    #[serde(alias = "INFORMATIONAL")]
    #[value(alias = "INFORMATIONAL")]
    Informational,
}

impl From<SeverityArgument> for Severity {
    fn from(argument: SeverityArgument) -> Self {
        match argument {
            SeverityArgument::Critical => Self::Critical,
            SeverityArgument::High => Self::High,
            SeverityArgument::Medium => Self::Medium,
            SeverityArgument::Low => Self::Low,
            SeverityArgument::Informational => Self::Informational,
        }
    }
}

impl From<SeverityArgument> for Level {
    fn from(argument: SeverityArgument) -> Self {
        match argument {
            SeverityArgument::Critical => Self::Critical,
            SeverityArgument::High => Self::High,
            SeverityArgument::Medium => Self::Medium,
            SeverityArgument::Low => Self::Low,
            SeverityArgument::Informational => Self::Informational,
        }
    }
}

/// Arguments of `list_detections`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListDetectionsArguments {
    /// This level and above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<SeverityArgument>,
    /// ATT&CK tactic, e.g. exfiltration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tactic: Option<String>,
    /// next_cursor of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Arguments of `explain_detection`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainDetectionArguments {
    /// id of a detection.
    pub id: String,
    /// analysis_id of an answer in which it fired; without it only the rule is explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub analysis_id: Option<String>,
    /// Only the row with this event_id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
}

/// Arguments of `get_evidence`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceArguments {
    /// analysis_id of an answer.
    pub analysis_id: String,
    /// evidence_id from that answer, e.g. failed or high-risk-1.
    pub evidence_id: String,
    /// next_cursor of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Rows a page, 1 to 100; default 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// Arguments of `verify_report`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyArguments {
    /// The report: markdown in English.
    pub report: String,
    /// analysis_id of the answer it was written from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub analysis_id: Option<String>,
    /// Instead of analysis_id: an evidence bundle below an allowed folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_path: Option<String>,
}

/// Whether `regions` asks for every enabled region.
#[must_use]
pub fn asks_all_regions(regions: &[String]) -> bool {
    regions.iter().any(|region| region.eq_ignore_ascii_case("all"))
}

fn named_regions(regions: &[String]) -> Vec<String> {
    if asks_all_regions(regions) { Vec::new() } else { regions.to_vec() }
}

fn stated<const N: usize>(filters: [(&'static str, Vec<String>); N]) -> Vec<(&'static str, Vec<String>)> {
    filters.into_iter().filter(|(_, values)| !values.is_empty()).collect()
}

fn check_accounts(accounts: &[String]) -> Result<(), Failure> {
    match accounts.iter().find(|account| account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit())) {
        Some(_) => Err(Failure::bad_argument("accounts", "an account id is 12 digits, e.g. 111122223333")),
        None => Ok(()),
    }
}
