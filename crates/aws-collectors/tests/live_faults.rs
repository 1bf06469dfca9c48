//! Every fault of the switchboard, in the first, a middle and the last page, for events and findings: the answer is
//! complete or says what is missing, the sums balance, nothing is counted twice, and nothing hangs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

mod common;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use aws_collectors::{Budget, CollectError};
use common::*;
use security_model::{Coverage, FindingFilter, GapKind, WorkingSet};
use test_support::{EventSequence, FakeAws, FindingSequence, Limits};
use tokio::task::JoinSet;

/// Each fault, and the gap that it leaves when it does not go away.
const FAULTS: [(&str, GapKind); 16] = [
    ("kind=throttle", GapKind::Throttled),
    ("kind=status,status=500", GapKind::ServiceError),
    ("kind=status,status=503", GapKind::ServiceError),
    ("kind=html,status=200", GapKind::ServiceError),
    ("kind=html,status=502", GapKind::ServiceError),
    ("kind=expired_token", GapKind::ExpiredCredentials),
    ("kind=unrecognized_client", GapKind::ExpiredCredentials),
    ("kind=access_denied", GapKind::AccessDenied),
    ("kind=invalid_next_token", GapKind::PagingBroken),
    ("kind=repeat_token", GapKind::PagingBroken),
    ("kind=empty_page", GapKind::PagingBroken),
    ("kind=wrong_shape", GapKind::ServiceError),
    ("kind=truncated_json", GapKind::ServiceError),
    ("kind=reset", GapKind::Unreachable),
    ("kind=cut_body,after_bytes=200", GapKind::Unreachable),
    ("kind=cut_body,after_bytes=200,reset=true", GapKind::Unreachable),
];

/// Where a fault strikes: the page it begins with, and the page it ends with, if it ends.
const PHASES: [(u32, Option<u32>); 6] = [(1, Some(1)), (3, Some(3)), (5, Some(5)), (1, None), (3, None), (5, None)];

fn phase((from, to): (u32, Option<u32>)) -> String {
    to.map_or(format!("from={from}"), |to| format!("from={from},to={to}"))
}

impl Case {
    /// Enough for a fault that passes or ends the reading; little where it is asked again and again, because the answer
    /// then comes when the time is up.
    fn seconds(&self) -> u64 {
        if self.for_good && !expected_to_end(self.expected) { 4 } else { 30 }
    }
}

/// What must hold whatever went wrong.
fn judge(case: &Case, coverage: &Coverage, taken: usize, all: usize) {
    let name = &case.rule;
    assert!(taken <= all, "{name}");
    if coverage.complete {
        assert_eq!(taken, all, "{name}: said to be complete");
        return;
    }
    assert!(case.for_good || expected_to_end(case.expected), "{name}: a passing fault was not got over: {coverage:#?}");
    let kinds = gap_kinds(coverage);
    assert!(kinds.contains(&case.expected) || kinds.contains(&GapKind::TimeBudget), "{name}: {kinds:?}");
    let also = |kind: &GapKind| matches!(kind, GapKind::NotEvaluated | GapKind::PagingBroken | GapKind::TimeBudget);
    assert!(kinds.iter().all(|kind| *kind == case.expected || also(kind)), "{name}: {kinds:?}");
}

/// Faults that a client cannot get over by asking again, or may not try to.
fn expected_to_end(kind: GapKind) -> bool {
    matches!(kind, GapKind::AccessDenied | GapKind::ExpiredCredentials | GapKind::NotEnabled | GapKind::PagingBroken)
}

/// Runs every fault in every phase, each against a fake of its own, several at a time.
async fn each_case<Run>(operation: &str, run: impl Fn(Case) -> Run)
where
    Run: Future<Output = ()> + Send + 'static,
{
    const AT_A_TIME: usize = 12;
    let mut running = JoinSet::new();
    for (fault, expected) in FAULTS {
        for at in PHASES {
            if running.len() >= AT_A_TIME {
                running.join_next().await.unwrap().unwrap();
            }
            let rule = format!("operation={operation},region=us-east-1,{},{fault}", phase(at));
            running.spawn(run(Case { rule, expected, first_page: at.0 == 1, for_good: at.1.is_none() }));
        }
    }
    while let Some(case) = running.join_next().await {
        case.unwrap();
    }
}

struct Case {
    rule: String,
    expected: GapKind,
    first_page: bool,
    for_good: bool,
}

#[tokio::test]
async fn events_survive_every_fault_in_every_phase() {
    each_case("LookupEvents", events_with).await;
}

async fn events_with(case: Case) {
    let name = &case.rule;
    let here = EventSequence::new(230).region("us-east-1").build();
    let there = EventSequence::new(60).region("eu-west-1").seed(2).build();
    let (here_ids, there_ids) = (ids_of(&here), ids_of(&there));
    let all: BTreeSet<&str> = here_ids.iter().chain(&there_ids).copied().collect();
    let builder = FakeAws::builder().events([here.clone(), there.clone()].concat());
    let aws = builder.limits(Limits::unlimited()).now(now()).fault(rule(name)).start().await.unwrap();
    let mut request = event_request(&["us-east-1", "eu-west-1"]);
    request.budget = Budget { seconds: Some(case.seconds()), ..Budget::default() };
    let began = Instant::now();
    let (ids, result) = events(&session(&aws), request).await;
    assert!(began.elapsed() < Duration::from_secs(case.seconds() + 2), "{name}: {:?}", began.elapsed());
    let coverage = result.unwrap_or_else(|error| panic!("{name}: {error}")).coverage;
    let taken = ids.once();
    assert!(taken.iter().all(|id| all.contains(id)), "{name}");
    assert!(there_ids.iter().all(|id| taken.contains(id)), "{name}: the other region was spoiled");
    // Refused from the first page on, while the other region takes the same credentials.
    let off = case.first_page && name.ends_with("unrecognized_client");
    let expected = if off { GapKind::NotEnabled } else { case.expected };
    let case = Case { expected, ..case };
    judge(&case, &coverage, taken.len(), all.len());
}

#[tokio::test]
async fn findings_survive_every_fault_in_every_phase() {
    each_case("GetFindings", findings_with).await;
}

async fn findings_with(case: Case) {
    const ALL: usize = 450;
    let name = &case.rule;
    let builder = FakeAws::builder().findings(FindingSequence::new(ALL).region("us-east-1").build());
    let aws = builder.limits(Limits::unlimited()).now(now()).fault(rule(name)).start().await.unwrap();
    let mut request = finding_request(&["us-east-1"]);
    request.filter = FindingFilter { working_set: WorkingSet::ALL, ..FindingFilter::default() };
    request.budget = Budget { seconds: Some(case.seconds()), ..Budget::default() };
    let began = Instant::now();
    let result = findings(&session(&aws), request).await;
    assert!(began.elapsed() < Duration::from_secs(case.seconds() + 2), "{name}: {:?}", began.elapsed());
    match result {
        Ok(found) => {
            let keys: BTreeSet<String> = found.counted.iter().map(|one| one.finding.hash().to_hex()).collect();
            assert_eq!(keys.len(), found.counted.len(), "{name}: a finding was counted twice");
            let coverage = &found.collection.coverage;
            assert!(found.resolved.is_some() || !coverage.complete, "{name}");
            judge(&case, coverage, found.counted.len(), ALL);
        }
        Err(CollectError::ExpiredCredentials | CollectError::InvalidCredentials { .. }) => {
            assert!(case.expected == GapKind::ExpiredCredentials && case.first_page, "{name}");
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

#[tokio::test]
async fn slow_answers_end_at_the_deadline_and_not_later() {
    let events_here = EventSequence::new(120).region("us-east-1").build();
    let aws = FakeAws::builder().events(events_here).limits(Limits::unlimited()).now(now()).start().await.unwrap();
    for fault in ["kind=slow_drip,bytes=20,delay_ms=50", "kind=delay,delay_ms=60000"] {
        aws.set_faults(vec![rule(&format!("operation=LookupEvents,from=2,{fault}"))]).unwrap();
        let mut request = event_request(&["us-east-1"]);
        request.budget = Budget { seconds: Some(1), ..Budget::default() };
        let began = Instant::now();
        let (ids, result) = events(&session(&aws), request).await;
        assert!(began.elapsed() < Duration::from_secs(3), "{fault}: {:?}", began.elapsed());
        let coverage = result.unwrap().coverage;
        // The first page, less its oldest second where the rest was begun again with the writes.
        assert!((49..=50).contains(&ids.0.len()), "{fault}: {}", ids.0.len());
        let kinds = gap_kinds(&coverage);
        assert!(!kinds.is_empty() && kinds.iter().all(|kind| *kind == GapKind::TimeBudget), "{fault}: {kinds:?}");
    }
}

#[tokio::test]
async fn credentials_that_expire_everywhere_are_one_clear_error() {
    let aws = FakeAws::builder().limits(Limits::unlimited()).now(now()).start().await.unwrap();
    aws.set_faults(vec![rule("kind=expired_token")]).unwrap();
    let (_, result) = events(&session(&aws), event_request(&["us-east-1", "eu-west-1"])).await;
    assert_eq!(result.unwrap_err(), CollectError::ExpiredCredentials);
    let result = findings(&session(&aws), finding_request(&["us-east-1"])).await;
    assert_eq!(result.unwrap_err(), CollectError::ExpiredCredentials);
}
