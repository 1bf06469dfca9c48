//! What an answer is about.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::SafeText;

/// What was asked, stated with the answer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// `aws`, `sample`, or the path that was read.
    pub source: SafeText,
    /// The instant that "last 7 days" counts from: the call's time when live, the newest record's for files.
    pub as_of: String,
    /// Start of the window, inclusive; null when open.
    pub start: Option<String>,
    /// End of the window, exclusive; null when open.
    pub end: Option<String>,
    /// Accounts in the answer.
    pub accounts: Vec<SafeText>,
    /// Regions in the answer; live, the regions asked.
    pub regions: Vec<SafeText>,
    /// Filters applied, by name.
    pub filters: BTreeMap<String, Vec<SafeText>>,
    /// Which findings or events count, in words.
    pub working_set: String,
    /// Where the numbers were seen from, when live.
    pub vantage: Option<Vantage>,
    /// Length of the lists that were cut in this answer, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub truncated: BTreeMap<String, u64>,
}

/// Where a live answer was seen from.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Vantage {
    /// Account of the caller, by `sts:GetCallerIdentity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_account: Option<SafeText>,
    /// Region that was asked first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<SafeText>,
    /// How the regions were chosen: `configured`, `given`, `account:ListRegions` or `built-in list`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions_from: Option<String>,
    /// Security Hub cross-region aggregation as seen from `region`: its linking mode, or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregation: Option<String>,
    /// Whether Security Hub is enabled in `region`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub_enabled: Option<bool>,
    /// The endpoint override in force, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<SafeText>,
}
