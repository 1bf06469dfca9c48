//! A number that a report may use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::SafeText;

/// What a fact counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// CloudTrail events.
    Events,
    /// Security findings.
    Findings,
    /// Records read.
    Records,
    /// Distinct principals.
    Principals,
    /// Distinct resources.
    Resources,
    /// Files.
    Files,
    /// Distinct sessions.
    Sessions,
    /// Source IP addresses.
    Addresses,
    /// AWS regions.
    Regions,
    /// AWS accounts.
    Accounts,
    /// Distinct API operations (`eventName`).
    Operations,
    /// Distinct error codes, products, issue categories, controls or client families: rows of a list.
    Kinds,
    /// Incidents: what one intruder did, as one story.
    Incidents,
    /// Detections: what a rule or a behaviour found.
    Detections,
    /// Changes that last: what was made, altered or switched off.
    Changes,
    /// Points of a score.
    Points,
}

/// One number, what it means, and where its rows are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// `f1`, `f2`, … within one answer.
    pub id: String,
    /// Path of the number in the answer, e.g. `events.failed_operations.total`.
    pub metric: String,
    /// The number.
    pub value: u64,
    /// What is counted, e.g. `events`.
    #[schemars(with = "String")]
    pub unit: Unit,
    /// What the number is about: `all`, or the row it belongs to.
    pub scope: SafeText,
    /// How it was counted, in one sentence.
    pub derivation: String,
    /// The rows behind it, for `get_evidence`; absent for numbers about the reading itself.
    pub evidence_id: Option<String>,
}
