//! Live CloudTrail against the fake AWS: what is read is the truth, and what is not read is said.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

mod common;

use std::time::{Duration, Instant};

use aws_collectors::{
    AwsSession, AwsSettings, Budget, CollectError, Context, EventRequest, Lookup, Pace, Paces, RegionChoice,
    collect_events,
};
use common::*;
use security_model::{EventFilter, GapKind, SafeText, TimeWindow};
use serde_json::Value;
use test_support::{EventSequence, FakeAws, FakeAwsBuilder, Limits, Rate};

fn sequence(count: usize, region: &str) -> Vec<Value> {
    EventSequence::new(count).region(region).build()
}

fn fake(events: Vec<Value>) -> FakeAwsBuilder {
    FakeAws::builder().events(events).limits(Limits::unlimited()).now(now())
}

#[tokio::test]
async fn two_regions_are_read_whole_and_each_event_counts_once() {
    let (ireland, virginia) = (sequence(333, "eu-west-1"), sequence(127, "us-east-1"));
    let aws = fake([ireland.clone(), virginia.clone()].concat()).start().await.unwrap();
    let (ids, result) = events(&session(&aws), event_request(&["eu-west-1", "us-east-1"])).await;
    let collection = result.unwrap();
    let mut truth = [ids_of(&ireland), ids_of(&virginia)].concat();
    truth.sort_unstable();
    truth.dedup();
    assert_eq!(ids.0.keys().map(String::as_str).collect::<Vec<_>>(), truth);
    let coverage = &collection.coverage;
    assert!(coverage.complete);
    assert_eq!((coverage.seen, coverage.excluded, coverage.unreadable), (460, 0, 0));
    let per_region: Vec<_> =
        coverage.sources.iter().map(|s| (s.region.as_ref().map(SafeText::as_str), s.seen)).collect();
    assert_eq!(per_region, [(Some("eu-west-1"), 333), (Some("us-east-1"), 127)]);
    let vantage = collection.vantage.unwrap();
    assert_eq!(vantage.caller_account.unwrap().as_str(), ACCOUNT);
    assert_eq!(vantage.regions_from.as_deref(), Some("given"));
    assert_eq!(vantage.endpoint.unwrap().as_str(), aws.endpoint());
}

#[tokio::test]
async fn several_chains_at_a_time_still_read_everything_once() {
    let truth = sequence(3_000, "us-east-1");
    let aws = fake(truth.clone()).latency(Duration::from_millis(20)).start().await.unwrap();
    let paces = Paces { lookup_events: Pace { spacing: Duration::from_millis(8), burst: 1 }, ..fast() };
    let mut request = event_request(&["us-east-1"]);
    request.filter.window.start = Some("2026-11-20T00:00:00Z".parse().unwrap());
    let (ids, result) = events(&session_at(&aws.endpoint(), paces), request).await;
    assert_eq!(ids.once(), ids_of(&truth));
    let coverage = result.unwrap().coverage;
    assert_eq!((coverage.seen, coverage.duplicates), (3_000, 0));
    let calls = aws.calls().total("LookupEvents");
    assert!((60..=68).contains(&calls), "{calls} calls for 60 pages");
}

#[tokio::test]
async fn a_quota_half_of_what_we_keep_is_waited_out() {
    let truth = sequence(1_000, "us-east-1");
    let limits = Limits { lookup_events: Some(Rate::new(50.0, 1.0)), ..Limits::unlimited() };
    let aws = fake(truth.clone()).limits(limits).start().await.unwrap();
    let paces = Paces { lookup_events: Pace { spacing: Duration::from_millis(10), burst: 1 }, ..fast() };
    let (ids, result) = events(&session_at(&aws.endpoint(), paces), event_request(&["us-east-1"])).await;
    assert_eq!(ids.once(), ids_of(&truth));
    let coverage = result.unwrap().coverage;
    assert!(coverage.complete);
    let calls: u64 = coverage.sources.iter().map(|source| source.calls).sum();
    // One of them asked who we are.
    assert_eq!(calls, aws.calls().total("LookupEvents") + 1, "throttled attempts are calls too");
}

#[tokio::test]
async fn the_window_is_half_open() {
    let truth = sequence(600, "us-east-1");
    let aws = fake(truth.clone()).start().await.unwrap();
    let mut request = event_request(&["us-east-1"]);
    request.filter.window = TimeWindow {
        start: Some("2026-11-20T00:01:00Z".parse().unwrap()),
        end: Some("2026-11-20T00:03:00Z".parse().unwrap()),
    };
    let (ids, result) = events(&session(&aws), request).await;
    assert_eq!(ids.once(), ids_of(&truth[60..180]));
    assert_eq!(result.unwrap().coverage.seen, 120, "nothing outside the window was asked for");
}

#[tokio::test]
async fn what_cloudtrail_does_not_filter_is_filtered_here() {
    let truth = sequence(400, "us-east-1");
    let aws = fake(truth.clone()).start().await.unwrap();
    let mut request = event_request(&["us-east-1"]);
    request.filter =
        EventFilter { event_sources: vec!["iam".into()], read_only: Some(false), ..EventFilter::default() };
    let (ids, result) = events(&session(&aws), request).await;
    let wanted: Vec<Value> = truth
        .iter()
        .filter(|event| event["eventSource"] == "iam.amazonaws.com" && event["readOnly"] == false)
        .cloned()
        .collect();
    assert_eq!(ids.once(), ids_of(&wanted));
    let collection = result.unwrap();
    assert_eq!(collection.pushed_down.unwrap().as_str(), "EventSource=iam.amazonaws.com");
    let iam = truth.iter().filter(|event| event["eventSource"] == "iam.amazonaws.com").count();
    assert_eq!(collection.coverage.seen, u64::try_from(iam).unwrap());
}

#[tokio::test]
async fn a_lookup_of_the_callers_is_handed_over() {
    let truth = sequence(400, "us-east-1");
    let aws = fake(truth.clone()).start().await.unwrap();
    let mut request = event_request(&["us-east-1"]);
    request.lookup = Some(Lookup::EventId(truth[123]["eventID"].as_str().unwrap().to_owned()));
    let (ids, _) = events(&session(&aws), request).await;
    assert_eq!(ids.once(), ids_of(&truth[123..124]));
    assert_eq!(aws.calls().total("LookupEvents"), 1);
}

#[tokio::test]
async fn writes_come_first_when_the_calls_do_not_suffice() {
    let truth = sequence(1_400, "us-east-1");
    let aws = fake(truth.clone()).start().await.unwrap();
    let mut request = event_request(&["us-east-1"]);
    request.budget = Budget { calls: Some(23), ..Budget::default() };
    let (ids, result) = events(&session(&aws), request).await;
    let coverage = result.unwrap().coverage;
    let taken = ids.once();
    let writes: Vec<Value> = truth.iter().filter(|event| event["readOnly"] == false).cloned().collect();
    let missed = ids_of(&writes).iter().filter(|id| !taken.contains(id)).count();
    assert_eq!(missed, 0, "of {} writes: {coverage:#?} {:#?}", writes.len(), aws.call_log());
    assert!(taken.len() < truth.len());
    let (_, gap) = coverage.gaps().next().unwrap();
    assert_eq!(gap.kind, GapKind::CallBudget);
    assert!(gap.detail.as_str().contains("read-only events from"), "{gap:?}");
}

#[tokio::test]
async fn ninety_days_is_as_far_as_it_goes() {
    let aws = fake(sequence(10, "us-east-1")).start().await.unwrap();
    let mut request = event_request(&["us-east-1"]);
    request.filter.window.start = Some("2026-01-01T00:00:00Z".parse().unwrap());
    let (ids, result) = events(&session(&aws), request).await;
    assert_eq!(ids.0.len(), 10);
    assert_eq!(gap_kinds(&result.unwrap().coverage), [GapKind::OutsideRetention]);
}

#[tokio::test]
async fn all_regions_are_those_that_the_account_has() {
    let aws = fake([sequence(5, "eu-west-1"), sequence(7, "ap-south-1")].concat()).start().await.unwrap();
    let mut request = event_request(&[]);
    request.regions = RegionChoice::All;
    let (_, result) = events(&session(&aws), request).await;
    let collection = result.unwrap();
    assert_eq!(collection.coverage.seen, 12);
    assert_eq!(collection.vantage.unwrap().regions_from.as_deref(), Some("account:ListRegions"));

    aws.set_faults(vec![rule("operation=ListRegions,kind=access_denied")]).unwrap();
    let mut request = event_request(&[]);
    request.regions = RegionChoice::All;
    let (_, result) = events(&session(&aws), request).await;
    let collection = result.unwrap();
    assert_eq!(collection.coverage.seen, 12, "the built-in list holds both");
    let (source, gap) = collection.coverage.gaps().next().unwrap();
    assert_eq!((source.region.as_ref(), gap.kind), (None, GapKind::AccessDenied));
    assert!(gap.detail.as_str().contains("opt-in regions"), "{gap:?}");
    assert_eq!(gap.remedy, "Allow account:ListRegions, or name the regions.");
    assert!(!collection.coverage.complete);
    assert_eq!(collection.vantage.unwrap().regions_from.as_deref(), Some("built-in list"));
}

#[tokio::test]
async fn the_default_is_the_configured_region_and_us_east_1() {
    let aws = fake(sequence(5, "us-east-1")).start().await.unwrap();
    let mut request = event_request(&[]);
    request.regions = RegionChoice::Default;
    let (_, result) = events(&session(&aws), request).await;
    assert_eq!(result.unwrap().regions_asked, ["us-east-1"], "configured as us-east-1, so asked once");
}

#[tokio::test]
async fn a_region_that_is_off_hides_neither_the_caller_nor_itself() {
    let aws = fake(sequence(5, "eu-west-1")).start().await.unwrap();
    let (_, result) = events(&session(&aws), event_request(&["af-south-1", "eu-west-1"])).await;
    let collection = result.unwrap();
    let vantage = collection.vantage.unwrap();
    assert_eq!(vantage.caller_account.as_ref().map(SafeText::as_str), Some(ACCOUNT), "asked in us-east-1 in the end");
    assert_eq!(vantage.region.as_ref().map(SafeText::as_str), Some("af-south-1"));
    let (source, gap) = collection.coverage.gaps().next().unwrap();
    assert_eq!(source.region.as_ref().map(SafeText::as_str), Some("af-south-1"));
    assert_eq!(gap.kind, GapKind::NotEnabled, "eu-west-1 took the same credentials");
    assert!(gap.remedy.contains("af-south-1"), "{gap:?}");
}

#[tokio::test]
async fn the_view_is_from_the_configured_region_where_it_is_asked() {
    let aws = fake(sequence(5, "us-east-1")).start().await.unwrap();
    let named = RegionChoice::Named(vec!["eu-west-1".into(), "us-east-1".into()]);
    for regions in [RegionChoice::All, named] {
        let (_, result) = events(&session(&aws), EventRequest { regions, ..event_request(&[]) }).await;
        let region = result.unwrap().vantage.unwrap().region.unwrap();
        assert_eq!(region.as_str(), "us-east-1");
    }
}

#[tokio::test]
async fn no_more_events_count_than_the_budget_of_records() {
    let aws = fake([sequence(98, "eu-west-1"), sequence(30, "us-east-1")].concat()).start().await.unwrap();
    let mut request = event_request(&["eu-west-1", "us-east-1"]);
    request.budget = Budget { records: Some(1), ..Budget::default() };
    let (ids, result) = events(&session(&aws), request).await;
    assert_eq!(ids.0.len(), 1);
    let coverage = result.unwrap().coverage;
    assert!(coverage.seen > 1 && coverage.excluded == coverage.seen - 1);
    let (_, gap) = coverage.gaps().next().unwrap();
    assert_eq!(gap.kind, GapKind::RecordBudget);
    assert!(gap.detail.as_str().contains(&format!("{} events", coverage.excluded)), "{gap:?}");
}

#[tokio::test]
async fn cancelling_stops_within_a_second_and_keeps_what_was_read() {
    let aws = fake(sequence(5_000, "us-east-1")).latency(Duration::from_millis(30)).start().await.unwrap();
    let ctx = Context::unattended(now());
    let cancel = ctx.cancel.clone();
    let session = session(&aws);
    let run =
        tokio::spawn(async move { collect_events(&session, event_request(&["us-east-1"]), ctx, Ids::default()).await });
    while aws.calls().total("LookupEvents") < 5 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    cancel.cancel();
    let asked = Instant::now();
    let (ids, result) = run.await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    let calls = aws.calls().total("LookupEvents");
    let coverage = result.unwrap().coverage;
    check(&coverage);
    assert!(!ids.0.is_empty());
    let kinds = gap_kinds(&coverage);
    assert!(!kinds.is_empty() && kinds.iter().all(|kind| *kind == GapKind::Cancelled), "{kinds:?}");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(aws.calls().total("LookupEvents"), calls, "no call is made after that");
}

#[tokio::test]
async fn a_run_without_credentials_fails_at_once_with_one_clear_line() {
    let missing = tempfile::tempdir().unwrap();
    let settings = AwsSettings {
        // A profile that no file holds, so that nothing of the machine's is found.
        profile: Some("nightdesk-test-no-such-profile".into()),
        region: Some("us-east-1".into()),
        endpoint: Some(format!("http://127.0.0.1:9/{}", missing.path().display())),
        instance_metadata: Some(false),
        ..AwsSettings::default()
    };
    let began = Instant::now();
    let (_, result) = events(&AwsSession::new(settings), event_request(&["us-east-1"])).await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    let error = result.unwrap_err();
    assert!(matches!(error, CollectError::NoCredentials { .. } | CollectError::CredentialsFailed { .. }), "{error}");
    assert!(error.to_string().contains("aws sso login"), "{error}");
}

#[tokio::test]
async fn an_endpoint_nobody_listens_at_is_said_within_ten_seconds() {
    let began = Instant::now();
    let (_, result) = events(&session_at("http://127.0.0.1:9", fast()), event_request(&["us-east-1"])).await;
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(gap_kinds(&result.unwrap().coverage), [GapKind::Unreachable]);
}
