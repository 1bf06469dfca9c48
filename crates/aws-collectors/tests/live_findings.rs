//! Live Security Hub against the fake AWS.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

mod common;

use std::collections::BTreeSet;
use std::time::Duration;

use aws_collectors::{Budget, CollectedFinding, Probe, ProbeResult, RegionChoice};
use common::*;
use security_model::{FindingFilter, GapKind, SafeText, Severity, WorkingSet};
use serde_json::Value;
use test_support::{FakeAws, FakeAwsBuilder, FindingSequence, Limits, LinkedRegions, Rate, StatisticsV2};

fn fake(findings: Vec<Value>) -> FakeAwsBuilder {
    FakeAws::builder().findings(findings).limits(Limits::unlimited()).now(now())
}

fn ids(found: &[CollectedFinding]) -> BTreeSet<String> {
    found.iter().map(|one| one.finding.key().id().for_matching().to_owned()).collect()
}

fn truth(findings: &[Value], keep: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    findings.iter().filter(|f| keep(f)).map(|f| f["Id"].as_str().unwrap().to_owned()).collect()
}

fn is_working(finding: &Value) -> bool {
    finding["RecordState"] != "ARCHIVED"
        && finding["Workflow"]["Status"] != "SUPPRESSED"
        && finding["Workflow"]["Status"] != "RESOLVED"
        && finding["Compliance"]["Status"] != "PASSED"
}

#[tokio::test]
async fn the_working_set_and_the_resolved_are_the_truth() {
    let all = FindingSequence::new(700).build();
    let aws = fake(all.clone()).start().await.unwrap();
    let found = findings(&session(&aws), finding_request(&["us-east-1"])).await.unwrap();
    assert_eq!(ids(&found.counted), truth(&all, is_working));
    let resolved = truth(&all, |f| f["RecordState"] != "ARCHIVED" && f["Workflow"]["Status"] == "RESOLVED");
    assert_eq!(ids(found.resolved.as_deref().unwrap()), resolved);
    let coverage = &found.collection.coverage;
    assert!(coverage.complete, "{coverage:#?}");
    assert_eq!(found.statistics_v2, None, "denied by the fake's default, which is no gap");
    let vantage = found.collection.vantage.unwrap();
    assert_eq!(vantage.hub_enabled, Some(true));
    assert_eq!(vantage.aggregation.as_deref(), Some("none"));
    assert_eq!(vantage.caller_account.as_ref().map(SafeText::as_str), Some(ACCOUNT));
}

#[tokio::test]
async fn everything_is_everything() {
    let all = FindingSequence::new(320).build();
    let aws = fake(all.clone()).start().await.unwrap();
    let mut request = finding_request(&["us-east-1"]);
    request.filter.working_set = WorkingSet::ALL;
    let found = findings(&session(&aws), request).await.unwrap();
    assert_eq!(ids(&found.counted), truth(&all, |_| true));
    assert_eq!(found.collection.coverage.seen, 320);
    assert!(found.resolved.is_some());
}

#[tokio::test]
async fn filters_give_what_they_say() {
    let all =
        [FindingSequence::new(300).build(), FindingSequence::new(100).region("eu-west-1").seed(9).build()].concat();
    let aws = fake(all.clone()).aggregation("us-east-1", LinkedRegions::All).start().await.unwrap();
    let mut request = finding_request(&["us-east-1"]);
    request.filter = FindingFilter {
        severities: vec![Severity::Critical, Severity::High],
        regions: vec!["eu-west-1".into()],
        updated_since: Some("2026-11-20T00:30:00Z".parse().unwrap()),
        ..FindingFilter::default()
    };
    let found = findings(&session(&aws), request).await.unwrap();
    let wanted = truth(&all, |f| {
        is_working(f)
            && f["Region"] == "eu-west-1"
            && (f["Severity"]["Label"] == "CRITICAL" || f["Severity"]["Label"] == "HIGH")
            && f["UpdatedAt"].as_str().unwrap() >= "2026-11-20T00:30:00"
    });
    assert!(!wanted.is_empty());
    assert_eq!(ids(&found.counted), wanted);
    assert_eq!(found.collection.vantage.unwrap().aggregation.as_deref(), Some("ALL_REGIONS"));
}

#[tokio::test]
async fn worse_findings_come_first_when_the_budget_is_short() {
    let all = FindingSequence::new(1_500).build();
    let aws = fake(all.clone()).start().await.unwrap();
    let mut request = finding_request(&["us-east-1"]);
    request.filter.working_set = WorkingSet { resolved: true, suppressed: true, archived: true, passed: true };
    request.budget = Budget { records: Some(400), ..Budget::default() };
    let found = findings(&session(&aws), request).await.unwrap();
    let critical = truth(&all, |f| f["Severity"]["Label"] == "CRITICAL");
    assert!(critical.len() < 400 && critical.is_subset(&ids(&found.counted)));
    let coverage = &found.collection.coverage;
    assert!(!coverage.complete);
    let (_, gap) = coverage.gaps().next().unwrap();
    assert_eq!(gap.kind, GapKind::RecordBudget);
    assert!(gap.detail.as_str().contains("LOW") && !gap.detail.as_str().contains("CRITICAL"), "{gap:?}");
}

#[tokio::test]
async fn a_region_without_the_hub_is_told_and_the_others_are_read() {
    let all = FindingSequence::new(50).region("eu-west-1").build();
    let aws = fake(all.clone()).hub_disabled_in("us-east-1").start().await.unwrap();
    let found = findings(&session(&aws), finding_request(&["us-east-1", "eu-west-1"])).await.unwrap();
    assert_eq!(ids(&found.counted), truth(&all, is_working));
    let coverage = &found.collection.coverage;
    let told: Vec<_> = coverage.gaps().map(|(s, gap)| (s.region.as_ref().map(SafeText::as_str), gap.kind)).collect();
    assert_eq!(told, [(Some("us-east-1"), GapKind::NotEnabled)]);
    assert_eq!(found.collection.vantage.unwrap().hub_enabled, Some(false));
    let resolved = truth(&all, |f| f["RecordState"] != "ARCHIVED" && f["Workflow"]["Status"] == "RESOLVED");
    assert_eq!(ids(&found.resolved.unwrap()), resolved, "where the hub is off there are none");
}

#[tokio::test]
async fn resolved_that_are_not_known_are_said_to_be() {
    let all = FindingSequence::new(50).region("eu-west-1").build();
    let aws = fake(all.clone()).start().await.unwrap();
    aws.set_faults(vec![rule("operation=GetFindings,region=us-east-1,kind=access_denied")]).unwrap();
    let found = findings(&session(&aws), finding_request(&["us-east-1", "eu-west-1"])).await.unwrap();
    assert!(found.resolved.is_none());
    assert_eq!(gap_kinds(&found.collection.coverage), [GapKind::AccessDenied, GapKind::NotEvaluated]);
}

#[tokio::test]
async fn a_region_that_is_off_beside_one_that_answers_is_not_a_matter_of_credentials() {
    let all = FindingSequence::new(50).region("eu-west-1").build();
    let aws = fake(all.clone()).start().await.unwrap();
    let found = findings(&session(&aws), finding_request(&["af-south-1", "eu-west-1"])).await.unwrap();
    assert_eq!(ids(&found.counted), truth(&all, is_working));
    let coverage = &found.collection.coverage;
    let kinds = gap_kinds(coverage);
    assert!(kinds.contains(&GapKind::NotEnabled) && !kinds.contains(&GapKind::ExpiredCredentials), "{coverage:#?}");
    let vantage = found.collection.vantage.unwrap();
    assert_eq!(vantage.caller_account.as_ref().map(SafeText::as_str), Some(ACCOUNT));
}

#[tokio::test]
async fn a_list_of_regions_that_was_guessed_is_said_to_be() {
    let aws = fake(FindingSequence::new(5).build()).start().await.unwrap();
    aws.set_faults(vec![rule("operation=ListRegions,kind=access_denied")]).unwrap();
    let mut request = finding_request(&[]);
    request.regions = RegionChoice::All;
    let found = findings(&session(&aws), request).await.unwrap();
    assert_eq!(gap_kinds(&found.collection.coverage), [GapKind::AccessDenied]);
    assert_eq!(found.collection.vantage.unwrap().region.unwrap().as_str(), "us-east-1");
}

#[tokio::test]
async fn statistics_are_reported_where_they_answer() {
    let aws = fake(FindingSequence::new(40).build()).statistics_v2(StatisticsV2::On).start().await.unwrap();
    let found = findings(&session(&aws), finding_request(&["us-east-1"])).await.unwrap();
    let statistics = found.statistics_v2.unwrap();
    assert_eq!(statistics.by_severity.iter().map(|row| row.count).sum::<u64>(), 40);
}

#[tokio::test]
async fn the_default_is_the_configured_region() {
    let aws = fake(FindingSequence::new(20).build()).start().await.unwrap();
    let mut request = finding_request(&[]);
    request.regions = RegionChoice::Default;
    let found = findings(&session(&aws), request).await.unwrap();
    assert_eq!(found.collection.regions_asked, ["us-east-1"]);
}

#[tokio::test]
async fn aws_quota_is_kept_by_the_default_pace() {
    let limits = Limits { get_findings: Some(Rate::new(3.0, 6.0)), ..Limits::default() };
    let aws = fake(FindingSequence::new(300).build()).limits(limits).start().await.unwrap();
    let session = session_at(&aws.endpoint(), aws_collectors::Paces::default());
    let found = findings(&session, finding_request(&["us-east-1"])).await.unwrap();
    assert!(found.collection.coverage.complete);
    assert_eq!(aws.calls().with_outcome("GetFindings", "LimitExceededException"), 0);
}

#[tokio::test]
async fn concurrent_calls_share_one_pace() {
    let limits = Limits { get_findings: Some(Rate::new(40.0, 4.0)), ..Limits::unlimited() };
    let aws = fake(FindingSequence::new(300).build()).limits(limits).start().await.unwrap();
    let pace = aws_collectors::Pace { spacing: Duration::from_millis(40), burst: 2 };
    let session = session_at(&aws.endpoint(), aws_collectors::Paces { get_findings: pace, ..fast() });
    let (one, two) = tokio::join!(
        findings(&session, finding_request(&["us-east-1"])),
        findings(&session, finding_request(&["us-east-1"]))
    );
    assert_eq!(ids(&one.unwrap().counted), ids(&two.unwrap().counted));
    assert_eq!(aws.calls().with_outcome("GetFindings", "LimitExceededException"), 0);
}

#[tokio::test]
async fn the_doctor_tells_what_works_and_what_is_missing() {
    let aws = fake(FindingSequence::new(5).build()).start().await.unwrap();
    aws.set_faults(vec![rule("operation=LookupEvents,kind=access_denied")]).unwrap();
    let session = session(&aws);
    let ctx = aws_collectors::Context::unattended(now());
    assert_eq!(session.identity(&ctx).await.unwrap().account.unwrap().as_str(), ACCOUNT);
    assert_eq!(session.probe(Probe::GetFindings, "us-east-1", &ctx).await, ProbeResult::Works);
    let ProbeResult::Fails(failure) = session.probe(Probe::LookupEvents, "us-east-1", &ctx).await else {
        panic!("the denied call was answered")
    };
    assert_eq!(failure.kind, aws_collectors::FailureKind::Denied);
    let (regions, from) = session.regions(&RegionChoice::All, &ctx).await.unwrap();
    assert!(regions.contains(&"us-east-1".to_owned()));
    assert_eq!(from, "account:ListRegions");
}
