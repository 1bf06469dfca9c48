//! Which regions to ask, and how that was decided.

use std::sync::Arc;

use security_model::{Gap, GapKind, SafeText, TextKind};

use crate::budget::Meter;
use crate::error::CollectError;
use crate::failure::FailureKind;
use crate::request::RegionChoice;
use crate::session::{AwsSession, Caller, FALLBACK_REGION, Halt, OperationClass};

/// Regions to ask, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegionList {
    pub(crate) names: Vec<String>,
    /// In the words of [`security_model::Vantage::regions_from`].
    pub(crate) from: &'static str,
    /// AWS calls made to find out.
    pub(crate) calls: u64,
    /// Where the answer is seen from: the configured region if it is asked, else the first.
    pub(crate) viewpoint: String,
    /// Why regions may be missing.
    pub(crate) gap: Option<Gap>,
}

impl RegionList {
    fn new(names: Vec<String>, from: &'static str) -> Self {
        Self { names, from, calls: 0, viewpoint: String::new(), gap: None }
    }
}

/// Regions of the `aws` partition that are on unless an account opts out, for when the account cannot be asked.
/// Source: AWS General Reference, "Specify which AWS Regions your account can use", recalled, not re-read.
const ENABLED_BY_DEFAULT: [&str; 17] = [
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

/// Pages of `account:ListRegions` read at most; there are fewer regions than one page holds.
const MAX_PAGES: usize = 10;

/// Resolves a choice. `always` joins the configured region where the caller left the choice to us.
pub(crate) async fn resolve(
    session: &AwsSession,
    choice: &RegionChoice,
    always: &[&str],
    meter: &Arc<Meter>,
) -> Result<RegionList, CollectError> {
    let configured = session.connected().await?.region().map(str::to_owned);
    let home = configured.clone().unwrap_or_else(|| FALLBACK_REGION.to_owned());
    let mut list = match choice {
        RegionChoice::Named(names) if names.iter().any(|name| name == "all") => enabled(session, &home, meter).await,
        RegionChoice::Named(names) if !names.is_empty() => RegionList::new(names.clone(), "given"),
        RegionChoice::All => enabled(session, &home, meter).await,
        RegionChoice::Default | RegionChoice::Named(_) => {
            let from = if configured.is_some() { "configured" } else { "built-in list" };
            let names = std::iter::once(home.clone()).chain(always.iter().map(|&name| name.to_owned())).collect();
            RegionList::new(names, from)
        }
    };
    let first = list.names.first().cloned();
    list.viewpoint = if list.names.contains(&home) { home } else { first.unwrap_or(home) };
    distinct(list)
}

async fn enabled(session: &AwsSession, home: &str, meter: &Arc<Meter>) -> RegionList {
    let caller = Caller::new(session, OperationClass::Other, home, &Arc::new(meter.beside()));
    let mut halted = None;
    let mut names = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let page = caller.call(|connected| {
            let (region, token) = (home.to_owned(), token.clone());
            async move { connected.list_regions(&region, token.as_deref()).await }
        });
        match page.await {
            Ok(((found, next), _)) => {
                names.extend(found);
                token = next;
            }
            Err(halt) => {
                names.clear();
                halted = Some(halt);
            }
        }
        if token.is_none() || names.is_empty() {
            break;
        }
    }
    names.retain(|name| is_region_name(name));
    names.sort();
    if names.is_empty() {
        let names = ENABLED_BY_DEFAULT.map(str::to_owned).to_vec();
        let gap = Some(guessed(halted.as_ref(), home));
        return RegionList { calls: caller.calls(), gap, ..RegionList::new(names, "built-in list") };
    }
    RegionList { calls: caller.calls(), ..RegionList::new(names, "account:ListRegions") }
}

/// The gap of regions that were not asked because the account's list could not be had.
fn guessed(halted: Option<&Halt>, home: &str) -> Gap {
    const ACTION: &str = "account:ListRegions";
    let name_them = || "Name the regions.".to_owned();
    let (kind, why, remedy) = match halted {
        Some(Halt::Failed(failure)) if failure.kind == FailureKind::Denied => {
            let remedy = format!("Allow {ACTION}, or name the regions.");
            (GapKind::AccessDenied, failure.cause.to_string(), remedy)
        }
        Some(Halt::Failed(failure)) => {
            let gap = failure.gap("the list of regions", ACTION, home);
            (gap.kind, failure.cause.to_string(), format!("{} Or name the regions.", gap.remedy))
        }
        Some(Halt::Stop(stop)) => (stop.gap_kind(), stop.reason().to_owned(), name_them()),
        None => (GapKind::ServiceError, "no regions in the answer".to_owned(), name_them()),
    };
    let detail = format!(
        "{ACTION} did not answer ({why}): the built-in list of default regions was asked instead, opt-in regions were not"
    );
    Gap::new(kind, &detail, remedy)
}

/// A region becomes part of a host name, so it is checked before it is used.
fn distinct(mut list: RegionList) -> Result<RegionList, CollectError> {
    if let Some(bad) = list.names.iter().find(|name| !is_region_name(name)) {
        return Err(CollectError::BadRegion { region: SafeText::from_raw(bad, TextKind::Identifier) });
    }
    let mut seen = std::collections::HashSet::new();
    list.names.retain(|name| seen.insert(name.clone()));
    Ok(list)
}

fn is_region_name(name: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let parts: Vec<&str> = name.split('-').collect();
    plain
        && (5..=32).contains(&name.len())
        && parts.len() >= 3
        && parts.iter().all(|part| !part.is_empty())
        && parts.last().is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_name_is_safe_in_a_host_name() {
        for name in
            ENABLED_BY_DEFAULT.into_iter().chain(["us-gov-west-1", "cn-north-1", "me-central-1", "us-iso-east-1"])
        {
            assert!(is_region_name(name), "{name}");
        }
        for name in
            ["", "eu", "EU-WEST-1", "eu-west-1.example.com/", "eu-west-1#", "eu--1", "eu-west-", "-west-1", "eu west 1"]
        {
            assert!(!is_region_name(name), "{name}");
        }
    }

    #[test]
    fn a_region_is_asked_once() {
        let names = ["us-east-1", "eu-west-1", "us-east-1"].map(str::to_owned).to_vec();
        let list = distinct(RegionList::new(names, "given")).unwrap();
        assert_eq!(list.names, ["us-east-1", "eu-west-1"]);
    }
}
