//! Findings with the region they are in, and which of them a caller sees.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::Value;

use super::dates::parse_time;
use crate::token::Binding;

/// One finding.
#[derive(Clone, Debug)]
pub(crate) struct StoredFinding {
    pub(crate) region: String,
    pub(crate) finding: Value,
}

/// Where a caller stands.
#[derive(Clone, Debug)]
pub(crate) struct Viewpoint {
    /// Regions whose findings it sees; `None`: all.
    pub(crate) regions: Option<Vec<String>>,
    /// The account it sees; `None`: all, as an administrator does.
    pub(crate) account: Option<String>,
}

impl Viewpoint {
    pub(crate) fn sees(&self, stored: &StoredFinding) -> bool {
        let account = stored.finding.get("AwsAccountId").and_then(Value::as_str);
        self.regions.as_ref().is_none_or(|regions| regions.contains(&stored.region))
            && self.account.as_deref().is_none_or(|wanted| account == Some(wanted))
    }
}

/// All findings, in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct FindingStore {
    findings: Vec<StoredFinding>,
    /// Grows with every change, so that cached answers are told apart.
    generation: u64,
}

impl FindingStore {
    /// Adds findings; the region is the finding's own, else that of its product, else `default_region`. A finding
    /// without one gets it, as Security Hub fills it in (API reference, `AwsSecurityFinding.Region`, read 2026-11-21).
    pub(crate) fn add(&mut self, findings: impl IntoIterator<Item = Value>, default_region: &str) {
        self.generation += 1;
        self.findings.extend(findings.into_iter().map(|mut finding| {
            let named = finding.get("Region").and_then(Value::as_str).map(str::to_owned);
            let product = finding.get("ProductArn").and_then(Value::as_str);
            let in_arn = || product.and_then(|arn| arn.split(':').nth(3)).map(str::to_owned);
            let region = named.or_else(in_arn).filter(|region| !region.is_empty());
            let region = region.unwrap_or_else(|| default_region.to_owned());
            if let Some(members) = finding.as_object_mut() {
                members.entry("Region").or_insert_with(|| Value::String(region.clone()));
            }
            StoredFinding { region, finding }
        }));
    }

    pub(crate) fn all(&self) -> &[StoredFinding] {
        &self.findings
    }

    /// Regions with their number of findings.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for stored in &self.findings {
            *counts.entry(stored.region.clone()).or_default() += 1;
        }
        counts
    }

    /// The newest `UpdatedAt`.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        let updated = |stored: &StoredFinding| parse_time(stored.finding.get("UpdatedAt")?.as_str()?);
        self.findings.iter().filter_map(updated).max()
    }
}

/// Queries whose matches are remembered, so that paging through many findings does not filter all of them each time.
const MAX_CACHED: usize = 16;

/// Positions in the store, in the order of the answer.
pub(super) type Matches = Arc<Vec<usize>>;

/// The matches of recent queries.
#[derive(Debug, Default)]
pub(crate) struct QueryCache(Mutex<HashMap<(Binding, u64), Matches>>);

impl QueryCache {
    /// The matches of a query, found now if they are not known.
    pub(super) fn matches(&self, query: Binding, store: &FindingStore, find: impl FnOnce() -> Vec<usize>) -> Matches {
        let key = (query, store.generation);
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let matches = Arc::new(find());
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        cache.insert(key, Arc::clone(&matches));
        matches
    }
}
