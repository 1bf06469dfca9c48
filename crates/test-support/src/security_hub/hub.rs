//! The hub itself: where it is enabled, and which regions the home region aggregates.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::store::Viewpoint;
use crate::Account;
use crate::json::set_member;
use crate::reply::ApiError;
use crate::request::AwsCall;

/// Which regions are linked to the home region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkedRegions {
    /// `ALL_REGIONS`.
    All,
    /// `ALL_REGIONS_EXCEPT_SPECIFIED`.
    AllExcept(Vec<String>),
    /// `SPECIFIED_REGIONS`.
    Only(Vec<String>),
}

/// What `GetFindingStatisticsV2` does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatisticsV2 {
    /// Counts the findings.
    On,
    /// The account has not enabled the new Security Hub: `AccessDeniedException`.
    #[default]
    AccessDenied,
    /// The same, answered with `ResourceNotFoundException`.
    NotFound,
}

/// The hub's settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hub {
    pub(crate) disabled_in: BTreeSet<String>,
    pub(crate) aggregation: Option<(String, LinkedRegions)>,
    pub(crate) statistics: StatisticsV2,
}

impl Hub {
    /// Refuses a call to a region where the hub is off.
    pub(crate) fn check_enabled(&self, call: &AwsCall, account: &Account) -> Result<(), ApiError> {
        if self.disabled_in.contains(&call.region) {
            let message = format!("Account {} is not subscribed to AWS Security Hub", account.id);
            return Err(ApiError::new(401, "InvalidAccessException", message));
        }
        Ok(())
    }

    /// What a call from a region sees: that region, or all linked ones from the home region.
    pub(crate) fn viewpoint(&self, region: &str, known_regions: Vec<String>, account: Option<String>) -> Viewpoint {
        let regions = match &self.aggregation {
            Some((home, linked)) if home == region => match linked {
                LinkedRegions::All => None,
                LinkedRegions::AllExcept(out) => {
                    Some(known_regions.into_iter().filter(|name| name == home || !out.contains(name)).collect())
                }
                LinkedRegions::Only(linked) => Some([linked.clone(), vec![home.clone()]].concat()),
            },
            _ => Some(vec![region.to_owned()]),
        };
        Viewpoint { regions, account }
    }

    fn aggregator_arn(&self, account: &Account) -> Option<String> {
        let (home, _) = self.aggregation.as_ref()?;
        let id = "12345678-1234-1234-1234-123456789012";
        Some(format!("arn:aws:securityhub:{home}:{}:finding-aggregator/{id}", account.id))
    }
}

/// Answers `DescribeHub`.
pub(crate) fn describe_hub(call: &AwsCall, account: &Account) -> Result<Value, ApiError> {
    let arn = format!("arn:aws:securityhub:{}:{}:hub/default", call.region, account.id);
    if call.text("HubArn").is_some_and(|wanted| wanted != arn) {
        return Err(ApiError::new(404, "ResourceNotFoundException", "There is no such hub."));
    }
    Ok(json!({
        "HubArn": arn,
        "SubscribedAt": "2026-01-15T09:00:00.000Z",
        "AutoEnableControls": true,
        "ControlFindingGenerator": "SECURITY_CONTROL",
    }))
}

/// Answers `ListFindingAggregators`; an account has one or none.
pub(crate) fn list_finding_aggregators(hub: &Hub, account: &Account) -> Value {
    let aggregators: Vec<Value> =
        hub.aggregator_arn(account).map(|arn| json!({"FindingAggregatorArn": arn})).into_iter().collect();
    json!({"FindingAggregators": aggregators})
}

/// Answers `GetFindingAggregator`.
pub(crate) fn get_finding_aggregator(hub: &Hub, call: &AwsCall, account: &Account) -> Result<Value, ApiError> {
    let arn = hub.aggregator_arn(account).filter(|arn| call.path_label.as_ref() == Some(arn));
    let (Some(arn), Some((home, linked))) = (arn, &hub.aggregation) else {
        return Err(ApiError::new(404, "ResourceNotFoundException", "There is no such finding aggregator."));
    };
    let (mode, regions) = match linked {
        LinkedRegions::All => ("ALL_REGIONS", None),
        LinkedRegions::AllExcept(regions) => ("ALL_REGIONS_EXCEPT_SPECIFIED", Some(regions)),
        LinkedRegions::Only(regions) => ("SPECIFIED_REGIONS", Some(regions)),
    };
    let mut reply = json!({
        "FindingAggregatorArn": arn,
        "FindingAggregationRegion": home,
        "RegionLinkingMode": mode,
    });
    if let Some(regions) = regions {
        set_member(&mut reply, "Regions", json!(regions));
    }
    Ok(reply)
}
