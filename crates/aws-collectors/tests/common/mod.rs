//! What the tests share: a session for the fake, a sink that remembers, and checks that hold for every answer.

#![allow(dead_code, unreachable_pub, reason = "every test file uses its own part of this")]

use std::collections::BTreeMap;
use std::time::Duration;

use aws_collectors::{
    AccessKeys, AwsSession, AwsSettings, Budget, CollectError, Collection, Context, EventRequest, EventSink,
    FindingCollection, FindingRequest, Pace, Paces, RegionChoice, Source, collect_events, collect_findings,
};
use jiff::Timestamp;
use security_model::{Coverage, EventFilter, EventView, FindingFilter, GapKind, RecordOrigin};
use serde_json::Value;
use test_support::{FakeAws, FaultRule};

pub const ACCOUNT: &str = "111122223333";

/// A time just after everything the fixtures hold.
pub fn now() -> Timestamp {
    "2026-11-21T02:13:00Z".parse().unwrap()
}

/// Paces that no quota stands against.
pub fn fast() -> Paces {
    let pace = Pace { spacing: Duration::from_millis(1), burst: 4 };
    Paces { lookup_events: pace, get_findings: pace, other: pace }
}

pub fn session_at(endpoint: &str, paces: Paces) -> AwsSession {
    AwsSession::new(AwsSettings {
        region: Some("us-east-1".into()),
        endpoint: Some(endpoint.to_owned()),
        keys: Some(AccessKeys::new("AKIAIOSFODNN7EXAMPLE", "not-a-secret", None)),
        attempt_timeout: Some(Duration::from_secs(5)),
        retry_pause: Some(Duration::from_millis(10)),
        paces,
        ..AwsSettings::default()
    })
}

pub fn session(fake: &FakeAws) -> AwsSession {
    session_at(&fake.endpoint(), fast())
}

pub fn rule(text: &str) -> FaultRule {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Remembers the ids of events, and how often each came.
#[derive(Debug, Default)]
pub struct Ids(pub BTreeMap<String, u32>);

impl EventSink for Ids {
    fn event(&mut self, event: &EventView<'_>, origin: &RecordOrigin) {
        assert!(!origin.place.is_empty());
        let id = event.event_id.map_or("(none)", |id| id.for_matching()).to_owned();
        *self.0.entry(id).or_default() += 1;
    }
}

impl Ids {
    pub fn once(&self) -> Vec<&str> {
        assert!(self.0.values().all(|&times| times == 1), "an event came twice");
        self.0.keys().map(String::as_str).collect()
    }
}

pub fn ids_of(events: &[Value]) -> Vec<&str> {
    let mut ids: Vec<&str> = events.iter().map(|event| event["eventID"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

pub fn event_request(regions: &[&str]) -> EventRequest {
    EventRequest {
        source: Source::Aws,
        filter: EventFilter::default(),
        regions: RegionChoice::Named(regions.iter().map(|&name| name.to_owned()).collect()),
        lookup: None,
        budget: Budget::default(),
    }
}

pub async fn events(aws: &AwsSession, request: EventRequest) -> (Ids, Result<Collection, CollectError>) {
    let (ids, result) = collect_events(aws, request, Context::unattended(now()), Ids::default()).await;
    if let Ok(collection) = &result {
        check(&collection.coverage);
        let counted: u64 = ids.0.values().map(|&times| u64::from(times)).sum();
        assert_eq!(collection.coverage.counted, counted, "counted is what the sink was given");
    }
    (ids, result)
}

pub fn finding_request(regions: &[&str]) -> FindingRequest {
    FindingRequest {
        source: Source::Aws,
        filter: FindingFilter::default(),
        regions: RegionChoice::Named(regions.iter().map(|&name| name.to_owned()).collect()),
        budget: Budget::default(),
    }
}

pub async fn findings(aws: &AwsSession, request: FindingRequest) -> Result<FindingCollection, CollectError> {
    let result = collect_findings(aws, request, Context::unattended(now())).await;
    if let Ok(found) = &result {
        check(&found.collection.coverage);
        assert_eq!(found.collection.coverage.counted, u64::try_from(found.counted.len()).unwrap());
    }
    result
}

/// What must hold of every coverage.
pub fn check(coverage: &Coverage) {
    assert!(coverage.balances(), "{coverage:#?}");
    let gaps = coverage.gaps().filter(|(_, gap)| gap.kind != GapKind::NotRecords).count();
    assert_eq!(coverage.complete, gaps == 0, "{coverage:#?}");
    for (_, gap) in coverage.gaps() {
        assert!(!gap.remedy.is_empty() && !gap.detail.as_str().is_empty(), "{gap:?}");
    }
}

pub fn gap_kinds(coverage: &Coverage) -> Vec<GapKind> {
    coverage.gaps().map(|(_, gap)| gap.kind).collect()
}
