//! A security finding as the analysis sees it, whatever format it came in.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Untrusted;

/// Severity label, worst first.
///
/// Source: ASFF `Severity.Label` and the normalized ranges of the Security Hub user guide, read 2026-11-21.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// Remediate immediately.
    Critical,
    /// Remediate as a priority.
    High,
    /// Remediate, without urgency.
    Medium,
    /// Does not require action on its own.
    Low,
    /// No issue was found.
    Informational,
}

impl Severity {
    /// All labels, worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Informational];

    /// The label as ASFF writes it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::High => "HIGH",
            Self::Medium => "MEDIUM",
            Self::Low => "LOW",
            Self::Informational => "INFORMATIONAL",
        }
    }

    /// Reads a label in any case; `None` for anything else.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.label().eq_ignore_ascii_case(label.trim()))
    }

    /// The label of a normalized score (0 to 100): 0, 1–39, 40–69, 70–89, 90–100.
    #[must_use]
    pub fn from_normalized(score: f64) -> Self {
        match score {
            s if s >= 90.0 => Self::Critical,
            s if s >= 70.0 => Self::High,
            s if s >= 40.0 => Self::Medium,
            s if s >= 1.0 => Self::Low,
            _ => Self::Informational,
        }
    }
}

/// ASFF `RecordState`. Absent counts as `Active`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordState {
    /// Current.
    Active,
    /// Archived by the product that reported it.
    Archived,
    /// A value this version does not know; it is counted, never dropped.
    Other,
}

/// ASFF `Workflow.Status`. Absent counts as `New`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Workflow {
    /// Not yet looked at.
    New,
    /// The resource owner was told.
    Notified,
    /// Looked at, no action needed.
    Suppressed,
    /// Remediated.
    Resolved,
    /// A value this version does not know; it is counted, never dropped.
    Other,
}

/// ASFF `Compliance.Status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Compliance {
    /// The control passed.
    Passed,
    /// The control failed.
    Failed,
    /// The evaluation is incomplete.
    Warning,
    /// The control could not be evaluated.
    NotAvailable,
    /// The finding is no compliance check.
    None,
    /// A value this version does not know; it is counted, never dropped.
    Other,
}

/// One resource of a finding.
#[derive(Clone, Copy, Debug)]
pub struct ResourceView<'a> {
    /// `Resources[].Id` (an ARN where the product has one).
    pub id: Untrusted<'a>,
    /// `Resources[].Type`, e.g. `AwsS3Bucket`.
    pub kind: Option<Untrusted<'a>>,
    /// The account that owns the resource, when the resource says so.
    pub account_id: Option<Untrusted<'a>>,
    /// `Resources[].Region`.
    pub region: Option<Untrusted<'a>>,
}

/// One finding, lent by whoever read it.
///
/// The names are ASFF's (Security Hub API reference, `AwsSecurityFinding`, read 2026-11-21); an OCSF finding is mapped
/// onto them by `security-findings`.
#[derive(Clone, Debug)]
pub struct FindingView<'a> {
    /// `Id`; OCSF `finding_info.uid`.
    pub id: Untrusted<'a>,
    /// `ProductArn`; OCSF `metadata.product.uid`.
    pub product_arn: Option<Untrusted<'a>>,
    /// `ProductName`, else what Security Hub recorded in `ProductFields`, else the product in `ProductArn`.
    pub product_name: Option<Untrusted<'a>>,
    /// `Title`.
    pub title: Untrusted<'a>,
    /// `GeneratorId`.
    pub generator_id: Option<Untrusted<'a>>,
    /// The control a compliance finding evaluates, e.g. `S3.8`.
    pub control_id: Option<Untrusted<'a>>,
    /// `Types`, at the top or under `FindingProviderFields`.
    pub types: Vec<Untrusted<'a>>,
    /// Label, else what the normalized score says.
    pub severity: Severity,
    /// `RecordState`; of OCSF, ARCHIVED when the activity is Close or the status Archived.
    pub record_state: RecordState,
    /// `Workflow.Status`.
    pub workflow: Workflow,
    /// `Compliance.Status`; Prowler's MANUAL is `NOT_AVAILABLE`.
    pub compliance: Compliance,
    /// `AwsAccountId`, else the account in `Id` where that is an ARN.
    pub account_id: Option<Untrusted<'a>>,
    /// `Region`, else the region in `ProductArn` or `Id`.
    pub region: Option<Untrusted<'a>>,
    /// `CreatedAt`.
    pub created_at: Option<Timestamp>,
    /// `UpdatedAt`.
    pub updated_at: Option<Timestamp>,
    /// `Remediation.Recommendation.Url`.
    pub remediation_url: Option<Untrusted<'a>>,
    /// All of `Resources[]`.
    pub resources: Vec<ResourceView<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalized_scores_follow_the_user_guide() {
        let cases = [
            (0.0, Severity::Informational),
            (1.0, Severity::Low),
            (39.0, Severity::Low),
            (40.0, Severity::Medium),
            (69.0, Severity::Medium),
            (70.0, Severity::High),
            (89.0, Severity::High),
            (90.0, Severity::Critical),
            (100.0, Severity::Critical),
        ];
        for (score, expected) in cases {
            assert_eq!(Severity::from_normalized(score), expected, "{score}");
        }
    }

    #[test]
    fn labels_are_read_in_any_case_and_nothing_else_is() {
        assert_eq!(Severity::from_label("critical"), Some(Severity::Critical));
        assert_eq!(Severity::from_label(" HIGH "), Some(Severity::High));
        assert_eq!(Severity::from_label("SEVERE"), None);
    }
}
