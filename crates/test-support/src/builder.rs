//! Prepares a fake: data, quotas, accounts, faults.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::Service;
use crate::accounts::Account;
use crate::event_store::EventStore;
use crate::fault::FaultRule;
use crate::load::Loaded;
use crate::quota::{Limits, Quotas};
use crate::security_hub::{FindingStore, Hub, LinkedRegions, StatisticsV2};
use crate::server::FakeAws;
use crate::world::{Latency, Settings, World};

/// Builds a [`FakeAws`].
#[derive(Clone, Debug)]
pub struct FakeAwsBuilder {
    address: SocketAddr,
    accounts: Vec<Account>,
    default_region: String,
    events: Vec<String>,
    findings: Vec<Value>,
    limits: Limits,
    latency: Latency,
    now: Option<Timestamp>,
    retention: bool,
    hub: Hub,
    hub_throttle_code: String,
    faults: Vec<FaultRule>,
}

impl Default for FakeAwsBuilder {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            accounts: Vec::new(),
            default_region: "us-east-1".into(),
            events: Vec::new(),
            findings: Vec::new(),
            limits: Limits::default(),
            latency: Latency::default(),
            now: None,
            retention: true,
            hub: Hub::default(),
            hub_throttle_code: "LimitExceededException".into(),
            faults: Vec::new(),
        }
    }
}

impl FakeAwsBuilder {
    /// Adds CloudTrail records. Each is found in its own `awsRegion`.
    #[must_use]
    pub fn events(mut self, events: Vec<Value>) -> Self {
        self.events.extend(events.iter().map(Value::to_string));
        self
    }

    /// Adds ASFF findings. Each is found in its own `Region`.
    #[must_use]
    pub fn findings(mut self, findings: Vec<Value>) -> Self {
        self.findings.extend(findings);
        self
    }

    /// Adds what a folder held; the records keep their JSON text as it was.
    #[must_use]
    pub fn loaded(mut self, loaded: Loaded) -> Self {
        self.events.extend(loaded.events);
        self.findings.extend(loaded.findings);
        self
    }

    /// Adds an account. The first is the default for unknown access keys and the Security Hub administrator, who sees
    /// all accounts' findings; the others see their own. With several accounts each sees its own events only. Without
    /// any there is 111122223333.
    #[must_use]
    pub fn account(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// The region of records that name none; `us-east-1` by default.
    #[must_use]
    pub fn default_region(mut self, region: impl Into<String>) -> Self {
        self.default_region = region.into();
        self
    }

    /// Sets the quotas.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Every reply waits this long.
    #[must_use]
    pub const fn latency(mut self, latency: Duration) -> Self {
        self.latency.default = latency;
        self
    }

    /// Every reply of one service waits this long.
    #[must_use]
    pub fn service_latency(mut self, service: Service, latency: Duration) -> Self {
        self.latency.by_service.push((service, latency));
        self
    }

    /// The moment from which retention and relative date filters count; by default a second after the newest record.
    #[must_use]
    pub const fn now(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }

    /// Whether events older than 90 days are out of reach, as in AWS; on by default.
    #[must_use]
    pub const fn retention(mut self, on: bool) -> Self {
        self.retention = on;
        self
    }

    /// Security Hub is not enabled in this region.
    #[must_use]
    pub fn hub_disabled_in(mut self, region: impl Into<String>) -> Self {
        self.hub.disabled_in.insert(region.into());
        self
    }

    /// Security Hub shows the linked regions' findings in the home region.
    #[must_use]
    pub fn aggregation(mut self, home: impl Into<String>, linked: LinkedRegions) -> Self {
        self.hub.aggregation = Some((home.into(), linked));
        self
    }

    /// What `GetFindingStatisticsV2` does; denied by default.
    #[must_use]
    pub const fn statistics_v2(mut self, statistics: StatisticsV2) -> Self {
        self.hub.statistics = statistics;
        self
    }

    /// Error code of a Security Hub call over its quota: `LimitExceededException` (default),
    /// `TooManyRequestsException` or `ThrottlingException`.
    #[must_use]
    pub fn hub_throttle_code(mut self, code: impl Into<String>) -> Self {
        self.hub_throttle_code = code.into();
        self
    }

    /// Adds a fault rule; the first rule that hits a call decides.
    #[must_use]
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }

    /// Listens here; by default on a free port of 127.0.0.1.
    #[must_use]
    pub const fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Starts the fake. It runs on the current Tokio runtime until the value is dropped.
    ///
    /// # Errors
    /// When the address is not loopback or not free, a fault rule makes no sense, or an event cannot be placed in time.
    pub async fn start(self) -> io::Result<FakeAws> {
        let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidInput, reason);
        let mut events = EventStore::default();
        let unusable = events.add(self.events, &self.default_region);
        if unusable > 0 {
            return Err(invalid(format!(
                "{unusable} events have no usable eventTime; CloudTrail would hold no such event"
            )));
        }
        let mut findings = FindingStore::default();
        findings.add(self.findings, &self.default_region);

        let newest = events.newest().max(findings.newest()).unwrap_or(Timestamp::UNIX_EPOCH);
        let just_after = newest.checked_add(SignedDuration::from_secs(1)).unwrap_or(newest);
        let data_regions: Vec<String> = events.counts().into_keys().chain(findings.counts().into_keys()).collect();
        let accounts = if self.accounts.is_empty() { vec![Account::new("111122223333")] } else { self.accounts };
        let settings = Settings {
            accounts: accounts.into_iter().map(|account| account.with_default_regions(&data_regions)).collect(),
            default_region: self.default_region,
            now: self.now.unwrap_or(just_after),
            retention: self.retention,
            latency: self.latency,
            hub: self.hub,
            hub_throttle_code: self.hub_throttle_code,
        };
        let world = World::new(settings, Quotas::new(self.limits), events, findings);
        world.faults.set(self.faults).map_err(invalid)?;
        FakeAws::serve(self.address, world).await
    }
}
