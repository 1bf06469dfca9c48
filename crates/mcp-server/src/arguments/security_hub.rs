//! What may be asked about Security Hub findings.

use clap::Args;
use jiff::Timestamp;
use report::requirement::StatedRequirement;
use schemars::JsonSchema;
use security_model::{FindingFilter, Severity, WorkingSet};
use serde::{Deserialize, Serialize};

use super::report::requirement;
use super::time::instant_or_age;
use super::{BudgetArgument, Detail, Include, ReportArguments, SeverityArgument, WriterArgument};
use super::{check_accounts, named_regions, stated};
use crate::error::Failure;

/// Arguments of `analyze_aws_security_hub`, and flags of `nightdesk analyze security-hub`.
#[derive(Clone, Debug, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecurityHubArguments {
    /// aws (live), sample (built-in incident), or a path to a file or folder of ASFF or OCSF findings.
    #[arg(long, default_value = "aws")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Findings to add to the working set (ACTIVE, NEW or NOTIFIED, not PASSED).
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Include>,
    /// Only these severities.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub severity: Vec<SeverityArgument>,
    /// Only these 12-digit account ids.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Only these regions; live, each is asked. "all": every enabled region.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Only findings on these resource ids (ARNs).
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Only these products, e.g. GuardDuty.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// Only these controls, e.g. S3.8.
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// Only findings updated at or after this time: RFC 3339, or an age such as 24h or 7d.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_since: Option<String>,
    /// Stop after this many findings; what was not read is stated.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_findings: Option<u64>,
    /// Stop after this many seconds.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<u64>,
    /// Stop after this many AWS calls.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_calls: Option<u64>,
    /// What the report has to be, besides the built-in requirements or in the place of one of the same name; 10 in all.
    /// As a flag: 'name: description', repeatable, '!name: …' when mandatory.
    #[arg(long = "requirement", value_name = "REQUIREMENT", value_parser = requirement)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<StatedRequirement>,
    /// How often a model's draft may be sent back: low 1, medium 3, high 6 times. Default: low.
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetArgument>,
    /// Who writes the report, of what the operator has configured; local: no model. Default: auto.
    #[arg(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writer: Option<WriterArgument>,
    /// How much the answer carries.
    #[arg(long, value_enum, default_value_t)]
    pub detail: Detail,
}

impl SecurityHubArguments {
    /// The filter these arguments describe. `as_of` anchors ages such as `7d`.
    ///
    /// # Errors
    /// Names the argument that cannot be used, and how to write it.
    pub fn filter(&self, now: Timestamp) -> Result<FindingFilter, Failure> {
        check_accounts(&self.accounts)?;
        let wants = |what| self.include.contains(&what) || self.include.contains(&Include::All);
        Ok(FindingFilter {
            working_set: WorkingSet {
                resolved: wants(Include::Resolved),
                suppressed: wants(Include::Suppressed),
                archived: wants(Include::Archived),
                passed: wants(Include::Passed),
            },
            severities: self.severity.iter().map(|severity| Severity::from(*severity)).collect(),
            accounts: self.accounts.clone(),
            regions: named_regions(&self.regions),
            resources: self.resources.clone(),
            products: self.products.clone(),
            controls: self.controls.clone(),
            updated_since: self
                .updated_since
                .as_deref()
                .map(|text| instant_or_age("updated_since", text, now))
                .transpose()?,
        })
    }

    /// What is asked about the report.
    #[must_use]
    pub fn report(&self) -> ReportArguments<'_> {
        ReportArguments {
            requirements: &self.requirements,
            budget: self.budget.map(Into::into).unwrap_or_default(),
            writer: self.writer,
        }
    }

    /// The filters that were given, by argument name, for the answer's scope.
    #[must_use]
    pub fn stated_filters(&self) -> Vec<(&'static str, Vec<String>)> {
        let severities = self.severity.iter().map(|s| Severity::from(*s).label().to_owned()).collect();
        stated([
            ("severity", severities),
            ("accounts", self.accounts.clone()),
            ("regions", self.regions.clone()),
            ("resources", self.resources.clone()),
            ("products", self.products.clone()),
            ("controls", self.controls.clone()),
            ("updated_since", self.updated_since.iter().cloned().collect()),
        ])
    }
}
