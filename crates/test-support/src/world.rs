//! What the fake holds, and how a recognised call is answered from it when nothing goes wrong.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;

use crate::accounts::{self, Account};
use crate::event_store::EventStore;
use crate::fault::FaultPlan;
use crate::lookup_events::{History, lookup_events};
use crate::quota::Quotas;
use crate::reply::ApiError;
use crate::request::AwsCall;
use crate::security_hub::{self, FindingStore, Hub, PageRequest, QueryCache, StatisticsV2, Viewpoint};
use crate::stats::Stats;
use crate::token::Binding;
use crate::{Operation, Service};

/// Waiting time before each reply of a service.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latency {
    pub(crate) default: Duration,
    pub(crate) by_service: Vec<(Service, Duration)>,
}

impl Latency {
    pub(crate) fn of(&self, service: Service) -> Duration {
        let own = self.by_service.iter().rev().find(|(known, _)| *known == service);
        own.map_or(self.default, |(_, latency)| *latency)
    }
}

/// Everything that does not change while the fake runs.
#[derive(Debug)]
pub(crate) struct Settings {
    /// At least one; the first is the administrator and owns unknown access keys.
    pub(crate) accounts: Vec<Account>,
    pub(crate) default_region: String,
    pub(crate) now: Timestamp,
    pub(crate) retention: bool,
    pub(crate) latency: Latency,
    pub(crate) hub: Hub,
    /// Code of the error that a Security Hub call over its quota gets.
    pub(crate) hub_throttle_code: String,
}

/// The fake's state.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) events: RwLock<EventStore>,
    pub(crate) findings: RwLock<FindingStore>,
    pub(crate) queries: QueryCache,
    pub(crate) quotas: Quotas,
    pub(crate) faults: FaultPlan,
    pub(crate) stats: Stats,
    nonces: AtomicU64,
}

/// A call with who makes it and which page it asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PagedCall<'a> {
    pub(crate) call: &'a AwsCall,
    pub(crate) account: &'a Account,
    pub(crate) binding: Binding,
    pub(crate) cursor: Option<&'a str>,
}

impl World {
    pub(crate) fn new(settings: Settings, quotas: Quotas, events: EventStore, findings: FindingStore) -> Self {
        Self {
            settings,
            events: RwLock::new(events),
            findings: RwLock::new(findings),
            queries: QueryCache::default(),
            quotas,
            faults: FaultPlan::default(),
            stats: Stats::new(Instant::now()),
            nonces: AtomicU64::new(1),
        }
    }

    /// The account that signs with a key; `None` only in a world without accounts.
    pub(crate) fn account_of(&self, access_key: &str) -> Option<&Account> {
        let accounts = &self.settings.accounts;
        let owner = accounts.iter().find(|account| account.access_keys.iter().any(|key| key == access_key));
        owner.or_else(|| accounts.first())
    }

    /// A number that no token had before.
    pub(crate) fn nonce(&self) -> u64 {
        self.nonces.fetch_add(1, Ordering::Relaxed)
    }

    /// The error of a call over its quota.
    pub(crate) fn throttled(&self, operation: Operation) -> ApiError {
        let (status, code) = match operation.service() {
            Service::CloudTrail => (400, "ThrottlingException"),
            Service::SecurityHub if operation == Operation::GetFindingStatisticsV2 => (429, "ThrottlingException"),
            Service::SecurityHub => (429, self.settings.hub_throttle_code.as_str()),
            Service::Account => (429, "TooManyRequestsException"),
            Service::Sts => (400, "Throttling"),
        };
        ApiError::new(status, code, "Rate exceeded")
    }

    /// Answers a call truthfully.
    pub(crate) fn answer(&self, paged: PagedCall<'_>) -> Result<Value, ApiError> {
        let PagedCall { call, account, binding, cursor } = paged;
        match call.operation {
            Operation::LookupEvents => {
                let several = self.settings.accounts.len() > 1;
                let history = History {
                    now: self.settings.now,
                    retention: self.settings.retention,
                    account: several.then_some(account.id.as_str()),
                };
                let events = self.events.read().unwrap_or_else(PoisonError::into_inner);
                lookup_events(&events, history, call, binding, cursor)
            }
            Operation::ListRegions => accounts::list_regions(account, call, binding, cursor),
            Operation::GetCallerIdentity => Ok(accounts::caller_identity(account)),
            _ => self.answer_hub(paged),
        }
    }

    fn answer_hub(&self, PagedCall { call, account, binding, cursor }: PagedCall<'_>) -> Result<Value, ApiError> {
        let hub = &self.settings.hub;
        match call.operation {
            Operation::GetFindingStatisticsV2 => self.answer_statistics(call, account),
            Operation::DescribeHub => {
                hub.check_enabled(call, account)?;
                security_hub::describe_hub(call, account)
            }
            Operation::ListFindingAggregators => {
                hub.check_enabled(call, account)?;
                Ok(security_hub::list_finding_aggregators(hub, account))
            }
            Operation::GetFindingAggregator => {
                hub.check_enabled(call, account)?;
                security_hub::get_finding_aggregator(hub, call, account)
            }
            _ => {
                hub.check_enabled(call, account)?;
                let page = PageRequest { body: &call.body, now: self.settings.now, binding, cursor };
                let findings = self.findings.read().unwrap_or_else(PoisonError::into_inner);
                security_hub::get_findings(&findings, &self.queries, &self.viewpoint(call, account), page)
            }
        }
    }

    fn answer_statistics(&self, call: &AwsCall, account: &Account) -> Result<Value, ApiError> {
        match self.settings.hub.statistics {
            StatisticsV2::On => {
                let findings = self.findings.read().unwrap_or_else(PoisonError::into_inner);
                let viewpoint = self.viewpoint(call, account);
                security_hub::finding_statistics(&findings, &viewpoint, &call.body, self.settings.now)
            }
            StatisticsV2::AccessDenied => Err(access_denied(call, account)),
            StatisticsV2::NotFound => {
                Err(ApiError::new(404, "ResourceNotFoundException", "Security Hub is not enabled for this account."))
            }
        }
    }

    fn viewpoint(&self, call: &AwsCall, account: &Account) -> Viewpoint {
        let is_administrator = self.settings.accounts.first().is_some_and(|first| first.id == account.id);
        let regions = account.regions.iter().map(|(name, _)| name.clone()).collect();
        let member = (!is_administrator).then(|| account.id.clone());
        self.settings.hub.viewpoint(&call.region, regions, member)
    }
}

/// What a caller without the permission gets, in IAM's words.
pub(crate) fn access_denied(call: &AwsCall, account: &Account) -> ApiError {
    let action = call.operation.iam_action();
    let on_resource = match call.operation.service() {
        Service::SecurityHub => {
            format!(" on resource: arn:aws:securityhub:{}:{}:hub/default", call.region, account.id)
        }
        _ => String::new(),
    };
    let message = format!(
        "User: {} is not authorized to perform: {action}{on_resource} because no identity-based policy allows the \
         {action} action",
        account.caller_arn()
    );
    match call.operation.service() {
        Service::CloudTrail => ApiError::new(400, "AccessDeniedException", message),
        Service::Sts => ApiError::new(403, "AccessDenied", message),
        Service::SecurityHub | Service::Account => ApiError::new(403, "AccessDeniedException", message),
    }
}
