//! Accounts, their access keys and the regions each of them has switched on.

use serde::Serialize;
use serde_json::{Value, json};

use crate::json::set_member;
use crate::reply::ApiError;
use crate::request::AwsCall;
use crate::token::Binding;

/// Whether an account can use a region (`RegionOptStatus` of the Account API, without its transitional states).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RegionOptStatus {
    /// On for every account.
    EnabledByDefault,
    /// An opt-in region, switched on.
    Enabled,
    /// An opt-in region, not switched on: its endpoints refuse the account's credentials.
    Disabled,
}

/// An account of the fake.
#[derive(Clone, Debug)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Access keys that belong to it; an unknown key belongs to the first account.
    pub access_keys: Vec<String>,
    /// Region names with their state, in the order `ListRegions` returns them. Without a usable one, AWS's default
    /// regions and those of the data are added.
    pub regions: Vec<(String, RegionOptStatus)>,
}

/// Regions on for every account (Account Management guide, recalled, not re-read).
const DEFAULT_REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Some of the opt-in regions, all off.
const OPT_IN_REGIONS: [&str; 3] = ["af-south-1", "eu-south-1", "me-central-1"];

impl Account {
    /// An account with AWS's default regions and no key of its own.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), access_keys: Vec::new(), regions: Vec::new() }
    }

    /// Adds an access key.
    #[must_use]
    pub fn access_key(mut self, key: impl Into<String>) -> Self {
        self.access_keys.push(key.into());
        self
    }

    /// Adds a region in a state.
    #[must_use]
    pub fn region(mut self, name: impl Into<String>, status: RegionOptStatus) -> Self {
        self.regions.push((name.into(), status));
        self
    }

    /// Fills in the default regions, and those of the data, where no usable ones were given.
    pub(crate) fn with_default_regions(mut self, data_regions: &[String]) -> Self {
        if self.regions.iter().any(|(_, status)| *status != RegionOptStatus::Disabled) {
            return self;
        }
        let by_default = DEFAULT_REGIONS.iter().map(|name| (*name, RegionOptStatus::EnabledByDefault));
        let in_data = data_regions.iter().map(|name| (name.as_str(), RegionOptStatus::Enabled));
        let opt_in = OPT_IN_REGIONS.iter().map(|name| (*name, RegionOptStatus::Disabled));
        for (name, status) in by_default.chain(in_data).chain(opt_in) {
            if !self.regions.iter().any(|(known, _)| known == name) {
                self.regions.push((name.to_owned(), status));
            }
        }
        self
    }

    /// Whether calls to the region are refused. A region that the account does not list is served.
    pub(crate) fn has_disabled(&self, region: &str) -> bool {
        self.regions.iter().any(|(name, status)| name == region && *status == RegionOptStatus::Disabled)
    }

    /// The principal that every key of the account signs as.
    pub(crate) fn caller_arn(&self) -> String {
        format!("arn:aws:iam::{}:user/analyst", self.id)
    }
}

/// Answers STS `GetCallerIdentity`.
pub(crate) fn caller_identity(account: &Account) -> Value {
    json!({"Arn": account.caller_arn(), "UserId": "AIDACKCEVSQ6C2EXAMPLE", "Account": account.id})
}

/// Answers `account:ListRegions`.
pub(crate) fn list_regions(
    account: &Account,
    call: &AwsCall,
    binding: Binding,
    cursor: Option<&str>,
) -> Result<Value, ApiError> {
    let invalid = |message: &str| ApiError::new(400, "ValidationException", message);
    if call.body.get("AccountId").and_then(Value::as_str).is_some_and(|id| id != account.id) {
        let message = format!("User: {} is not authorized to perform: account:ListRegions", account.caller_arn());
        return Err(ApiError::new(403, "AccessDeniedException", message));
    }
    let size = match call.body.get("MaxResults") {
        None | Some(Value::Null) => 50,
        Some(value) => value
            .as_u64()
            .filter(|size| (1..=50).contains(size))
            .ok_or_else(|| invalid("MaxResults must be between 1 and 50."))?,
    };
    let wanted = match call.body.get("RegionOptStatusContains") {
        None | Some(Value::Null) => None,
        Some(Value::Array(states)) => Some(states),
        Some(_) => return Err(invalid("RegionOptStatusContains must be a list.")),
    };
    let regions: Vec<Value> = account
        .regions
        .iter()
        .map(|(name, status)| json!({"RegionName": name, "RegionOptStatus": status}))
        .filter(|region| wanted.is_none_or(|states| region.get("RegionOptStatus").is_some_and(|s| states.contains(s))))
        .collect();
    let start: usize = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let end = start.saturating_add(usize::try_from(size).unwrap_or(50)).min(regions.len());
    let mut reply = json!({"Regions": regions.get(start..end).unwrap_or_default()});
    if end < regions.len() {
        set_member(&mut reply, "NextToken", binding.issue(&end.to_string(), 0));
    }
    Ok(reply)
}
