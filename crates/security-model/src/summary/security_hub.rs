//! The `findings` part of a Security Hub answer.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::NamedCount;
use crate::{SafeText, Severity};

/// Counts by severity label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub struct SeverityCounts {
    /// CRITICAL.
    pub critical: u64,
    /// HIGH.
    pub high: u64,
    /// MEDIUM.
    pub medium: u64,
    /// LOW.
    pub low: u64,
    /// INFORMATIONAL, and findings that carry no severity at all.
    pub informational: u64,
}

impl SeverityCounts {
    /// Adds one finding.
    pub const fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Critical => self.critical += 1,
            Severity::High => self.high += 1,
            Severity::Medium => self.medium += 1,
            Severity::Low => self.low += 1,
            Severity::Informational => self.informational += 1,
        }
    }

    /// The count of one label.
    #[must_use]
    pub const fn get(&self, severity: Severity) -> u64 {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Informational => self.informational,
        }
    }
}

/// Counts by `RecordState`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub struct RecordStateCounts {
    /// ACTIVE, or absent.
    pub active: u64,
    /// ARCHIVED.
    pub archived: u64,
    /// Any other value.
    pub other: u64,
}

/// Counts by `Workflow.Status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub struct WorkflowCounts {
    /// NEW, or absent.
    pub new: u64,
    /// NOTIFIED.
    pub notified: u64,
    /// SUPPRESSED.
    pub suppressed: u64,
    /// RESOLVED.
    pub resolved: u64,
    /// Any other value.
    pub other: u64,
}

/// Counts by `Compliance.Status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct ComplianceCounts {
    /// PASSED.
    pub passed: u64,
    /// FAILED.
    pub failed: u64,
    /// WARNING.
    pub warning: u64,
    /// `NOT_AVAILABLE`.
    pub not_available: u64,
    /// Not a compliance check.
    pub none: u64,
    /// Any other value.
    pub other: u64,
}

/// A resource and the findings that name it anywhere in `Resources[]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ResourceCount {
    /// `Resources[].Id`.
    pub id: SafeText,
    /// `Resources[].Type`.
    #[serde(rename = "type")]
    pub kind: Option<SafeText>,
    /// Account of the resource, else of the finding.
    pub account: Option<SafeText>,
    /// Region of the resource, else of the finding.
    pub region: Option<SafeText>,
    /// Findings.
    pub count: u64,
    /// The same by severity.
    pub by_severity: SeverityCounts,
}

/// A control with failing findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ControlCount {
    /// Control id, e.g. `S3.8`.
    pub control_id: SafeText,
    /// Title of the newest such finding.
    pub title: SafeText,
    /// Findings whose compliance status is FAILED.
    pub count: u64,
    /// The worst severity among them.
    pub severity: Severity,
    /// Where AWS explains the fix.
    pub remediation_url: Option<SafeText>,
}

/// A finding that needs attention first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AttentionRow {
    /// `Id`.
    pub id: SafeText,
    /// `Title`.
    pub title: SafeText,
    /// Severity label.
    pub severity: Severity,
    /// Resource ids.
    pub resources: Vec<SafeText>,
    /// `UpdatedAt`, RFC 3339 UTC.
    pub updated_at: Option<String>,
    /// Why it stands where it stands, in words of ours.
    pub reason: String,
    /// The finding's row.
    pub evidence_id: String,
}

/// `GetFindingStatisticsV2`: counts of another set (OCSF findings of the new Security Hub), reported apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StatisticsV2 {
    /// Findings by OCSF severity.
    pub by_severity: Vec<NamedCount>,
    /// What these numbers count.
    pub note: String,
}

/// Everything the Security Hub analysis counted. Rows are highest first, ties by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingsSummary {
    /// Findings in the working set: the sum of every breakdown that counts each finding once.
    pub total: u64,
    /// By severity label, falling back to the normalized score.
    pub by_severity: SeverityCounts,
    /// By record state.
    pub by_record_state: RecordStateCounts,
    /// By workflow status.
    pub by_workflow_status: WorkflowCounts,
    /// By compliance status.
    pub by_compliance_status: ComplianceCounts,
    /// By product.
    pub by_product: Vec<NamedCount>,
    /// By account.
    pub by_account: Vec<NamedCount>,
    /// By region.
    pub by_region: Vec<NamedCount>,
    /// By issue category: namespace and category of each finding type; a finding of two categories is in both.
    pub by_category: Vec<NamedCount>,
    /// Resources by number of findings, over all resources of each finding.
    pub top_resources: Vec<ResourceCount>,
    /// Failing controls.
    pub top_controls: Vec<ControlCount>,
    /// Findings created in the seven days before `scope.as_of`.
    pub new_last_7_days: u64,
    /// Findings that pass the filters, are not archived, and whose workflow status is RESOLVED; null when unknown.
    pub resolved: Option<u64>,
    /// What to look at first.
    pub attention: Vec<AttentionRow>,
    /// OCSF counts of the new Security Hub, where it answers.
    pub statistics_v2: Option<StatisticsV2>,
    /// Length of the lists that were cut in this answer, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub truncated: BTreeMap<String, u64>,
}
