//! Files and folders, whole and broken.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;

use aws_collectors::{
    AwsSession, AwsSettings, Budget, CollectError, Context, EventRequest, FindingRequest, RegionChoice, Source,
    collect_events,
};
use common::*;
use security_model::{EventFilter, FindingFilter, GapKind, SafeText};
use serde_json::{Value, json};
use test_support::{EventSequence, FindingSequence};

fn nowhere() -> AwsSession {
    AwsSession::new(AwsSettings::default())
}

fn events_of(path: &Path) -> EventRequest {
    EventRequest { source: Source::Path(path.to_owned()), regions: RegionChoice::Default, ..event_request(&[]) }
}

fn findings_of(path: &Path) -> FindingRequest {
    FindingRequest { source: Source::Path(path.to_owned()), ..finding_request(&[]) }
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn log(events: &[Value]) -> String {
    json!({ "Records": events }).to_string()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn every_container_is_read_and_duplicates_across_files_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let all = EventSequence::new(100).build();
    write(folder.path(), "a/log.json.gz", gzip(log(&all[0..40]).as_bytes()));
    let lines: String = all[30..60].iter().map(|event| format!("{event}\n")).collect();
    write(folder.path(), "b/lines.jsonl", lines);
    write(folder.path(), "c.json", Value::from(all[60..80].to_vec()).to_string());
    let looked_up: Vec<Value> = all[80..100]
        .iter()
        .map(|event| json!({"EventId": event["eventID"], "EventTime": 1.0, "CloudTrailEvent": event.to_string()}))
        .collect();
    write(folder.path(), "d.txt", json!({ "Events": looked_up }).to_string());
    let (ids, result) = events(&nowhere(), events_of(folder.path())).await;
    assert_eq!(ids.once(), ids_of(&all));
    let coverage = result.unwrap().coverage;
    assert!(coverage.complete, "{coverage:#?}");
    assert_eq!((coverage.seen, coverage.counted, coverage.duplicates), (110, 100, 10));
    assert_eq!((coverage.files.seen, coverage.files.read, coverage.files.skipped), (4, 4, 0));
    let source = &coverage.sources[0];
    assert_eq!((source.source.as_str(), source.account.as_ref().map(SafeText::as_str)), ("files", Some(ACCOUNT)));
}

#[tokio::test]
async fn a_folder_of_all_sorts_is_sorted_out() {
    let folder = tempfile::tempdir().unwrap();
    let all = EventSequence::new(30).build();
    write(folder.path(), "1-good.json", log(&all[0..10]));
    write(folder.path(), "2-findings.json", json!({ "Findings": FindingSequence::new(5).build() }).to_string());
    write(folder.path(), "3-photo.jpg", [0xff, 0xd8, 0xff, 0xe0, 0, 16]);
    write(folder.path(), "4-broken.json", "this was a log once");
    write(folder.path(), "5-package.json", r#"{"name":"x","version":"1"}"#);
    write(folder.path(), "6-empty.json", "");
    write(folder.path(), "7-quiet.json", r#"{"Records":[]}"#);
    let cut = gzip(log(&all[10..20]).as_bytes());
    write(folder.path(), "8-cut.json.gz", &cut[..cut.len() - 12]);
    let deep = format!("{{\"Records\":[{}{},{}]}}", "[".repeat(10_000), "]".repeat(10_000), all[20]);
    write(folder.path(), "9-deep.json", deep);
    let (ids, result) = events(&nowhere(), events_of(folder.path())).await;
    let coverage = result.unwrap().coverage;
    assert!(ids_of(&all[0..10]).iter().all(|id| ids.once().contains(id)));
    assert!(ids.once().contains(&all[20]["eventID"].as_str().unwrap()), "what stands beside a bad record is read");
    assert_eq!(
        coverage.unreadable,
        1 + coverage.gaps().filter(|(_, g)| g.detail.as_str().starts_with("8-cut.json.gz: record")).count() as u64
    );
    assert_eq!(coverage.files.seen, 9);
    let told = |name: &str| -> Vec<GapKind> {
        coverage.gaps().filter(|(_, gap)| gap.detail.as_str().starts_with(name)).map(|(_, gap)| gap.kind).collect()
    };
    assert_eq!(told("1-"), []);
    assert_eq!(told("2-"), [], "the other analysis reads it");
    assert_eq!(told("3-"), [GapKind::NotRecords]);
    assert_eq!(told("4-"), [GapKind::FileUnreadable]);
    assert_eq!(told("5-"), [GapKind::NotRecords]);
    assert_eq!(told("6-"), [GapKind::FileUnreadable]);
    assert_eq!(told("7-"), []);
    assert!(told("8-").contains(&GapKind::FileDamaged), "{:?}", told("8-"));
    assert_eq!(told("9-"), [GapKind::RecordsUnreadable]);
}

#[tokio::test]
async fn many_photographs_do_not_hide_a_damaged_log() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..80 {
        write(folder.path(), &format!("photo-{n}.jpg"), [0xff, 0xd8, 0xff, 0xe0]);
    }
    write(folder.path(), "trail.json", log(&EventSequence::new(3).build()));
    write(folder.path(), "z.json.gz", [0x1f, 0x8b, 8, 0]);
    let (_, result) = events(&nowhere(), events_of(folder.path())).await;
    let coverage = result.unwrap().coverage;
    assert!(!coverage.complete && gap_kinds(&coverage).contains(&GapKind::FileDamaged), "{coverage:#?}");
    assert!(coverage.gaps().any(|(_, gap)| gap.detail.as_str() == "60 further files hold no records"));
    assert_eq!(coverage.files.seen, 82);
}

#[tokio::test]
async fn findings_and_events_in_one_folder_each_go_to_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let all = FindingSequence::new(60).build();
    write(folder.path(), "findings.json", json!({ "Findings": all }).to_string());
    write(folder.path(), "trail.json", log(&EventSequence::new(20).build()));
    let found = findings(&nowhere(), findings_of(folder.path())).await.unwrap();
    let coverage = &found.collection.coverage;
    assert!(coverage.complete, "{coverage:#?}");
    assert_eq!(coverage.seen, 60);
    assert_eq!((coverage.files.read, coverage.files.skipped), (1, 1));
    let resolved =
        all.iter().filter(|f| f["RecordState"] != "ARCHIVED" && f["Workflow"]["Status"] == "RESOLVED").count();
    assert_eq!(found.resolved.unwrap().len(), resolved);
}

#[tokio::test]
async fn a_record_that_is_neither_is_unreadable_only_among_records() {
    let folder = tempfile::tempdir().unwrap();
    let event = EventSequence::new(1).build().remove(0);
    let finding = FindingSequence::new(1).build().remove(0);
    write(folder.path(), "mixed.jsonl", format!("{event}\n{finding}\n{{\"other\":1}}\n"));
    let (_, result) = events(&nowhere(), events_of(folder.path())).await;
    let coverage = result.unwrap().coverage;
    assert_eq!((coverage.seen, coverage.counted, coverage.unreadable), (2, 1, 1), "the finding is not ours to count");
    let (_, gap) = coverage.gaps().next().unwrap();
    assert!(gap.detail.as_str().starts_with("mixed.jsonl: record 2:"), "{gap:?}");
}

#[tokio::test]
async fn the_same_id_with_other_content_is_kept_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let event = EventSequence::new(1).build().remove(0);
    let mut other = event.clone();
    other["sourceIPAddress"] = "203.0.113.99".into();
    write(folder.path(), "a.json", log(&[event.clone(), other, event]));
    let (ids, result) = events(&nowhere(), events_of(folder.path())).await;
    let coverage = result.unwrap().coverage;
    assert_eq!((coverage.counted, coverage.duplicates, coverage.conflicting_ids), (2, 1, 1));
    assert_eq!(ids.0.values().copied().collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn filters_exclude_and_duplicates_are_told_first() {
    let folder = tempfile::tempdir().unwrap();
    let all = EventSequence::new(10).build();
    write(folder.path(), "a.json", log(&[all.clone(), all.clone()].concat()));
    let mut request = events_of(folder.path());
    request.filter = EventFilter { read_only: Some(false), ..EventFilter::default() };
    let (ids, result) = events(&nowhere(), request).await;
    let writes = all.iter().filter(|event| event["readOnly"] == false).count();
    let coverage = result.unwrap().coverage;
    assert_eq!(ids.0.len(), writes);
    assert_eq!((coverage.duplicates, coverage.excluded), (10, 10 - writes as u64));
}

#[tokio::test]
async fn a_budget_of_records_is_exact() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", log(&EventSequence::new(100).build()));
    for (records, complete) in [(99, false), (100, true)] {
        let mut request = events_of(folder.path());
        request.budget = Budget { records: Some(records), ..Budget::default() };
        let (_, result) = events(&nowhere(), request).await;
        let coverage = result.unwrap().coverage;
        assert_eq!((coverage.seen, coverage.complete), (records, complete));
    }
}

#[tokio::test]
async fn a_cancelled_call_returns_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", log(&EventSequence::new(100).build()));
    let ctx = Context::unattended(now());
    ctx.cancel.cancel();
    let (_, result) = collect_events(&nowhere(), events_of(folder.path()), ctx, Ids::default()).await;
    assert_eq!(gap_kinds(&result.unwrap().coverage), [GapKind::Cancelled]);
}

#[tokio::test]
async fn a_source_of_the_other_kind_is_answered_with_whom_to_ask() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "findings.json", json!({ "Findings": FindingSequence::new(2).build() }).to_string());
    let (_, result) = events(&nowhere(), events_of(folder.path())).await;
    let coverage = result.unwrap().coverage;
    assert_eq!((coverage.seen, coverage.files.seen, coverage.files.skipped), (0, 1, 1));
    let (_, gap) = coverage.gaps().next().unwrap();
    assert_eq!(gap.kind, GapKind::NotRecords);
    assert!(gap.remedy.contains("analyze_aws_security_hub"), "{}", gap.remedy);
    let (_, result) = events(&nowhere(), events_of(&folder.path().join("missing"))).await;
    assert!(matches!(result.unwrap_err(), CollectError::BadPath { .. }));
}

#[tokio::test]
async fn files_in_memory_are_accounted_under_their_label() {
    let text = log(&EventSequence::new(5).build()).into_bytes().leak();
    let mut request = event_request(&[]);
    request.source = Source::Bytes { label: "sample", parts: vec![("cloudtrail.json", text)] };
    let (ids, result) = events(&nowhere(), request).await;
    assert_eq!(ids.0.len(), 5);
    assert_eq!(result.unwrap().coverage.sources[0].source, "sample");
    let mut request = finding_request(&[]);
    request.filter = FindingFilter::default();
    request.source = Source::Bytes { label: "sample", parts: vec![("cloudtrail.json", text)] };
    let collection = findings(&nowhere(), request).await.unwrap().collection;
    assert!(collection.coverage.gaps().any(|(_, gap)| gap.remedy.contains("analyze_aws_cloudtrail")));
}

#[tokio::test]
async fn broken_events_beside_a_finding_are_declared() {
    let folder = tempfile::tempdir().unwrap();
    let broken = |event: &Value| event.to_string().replacen('{', "{\"eventVersion\":nope,", 1);
    let mut records: Vec<String> = EventSequence::new(50).build().iter().map(broken).collect();
    records.push(FindingSequence::new(1).build()[0].to_string());
    write(folder.path(), "trail.json", format!("{{\"Records\":[{}]}}", records.join(",")));
    let (_, result) = events(&nowhere(), events_of(folder.path())).await;
    let coverage = result.unwrap().coverage;
    assert_eq!((coverage.unreadable, coverage.complete), (50, false), "{coverage:#?}");
    assert!(gap_kinds(&coverage).contains(&GapKind::RecordsUnreadable));
}

#[tokio::test]
async fn an_event_with_an_empty_list_of_an_envelopes_name_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = EventSequence::new(2).build();
    all[0]["Events"] = json!([]);
    all[1]["Records"] = Value::Null;
    write(folder.path(), "lines.jsonl", format!("{}\n{}\n", all[0], all[1]));
    write(folder.path(), "quiet.json", r#"{"NextToken":null,"Events":[]}"#);
    let (ids, result) = events(&nowhere(), events_of(folder.path())).await;
    assert_eq!(ids.once(), ids_of(&all));
    assert!(result.unwrap().coverage.complete);
}

#[tokio::test]
async fn an_endless_record_ends_with_the_time_budget() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", format!("{}\n{{\"a\":\"", EventSequence::new(1).build()[0]));
    // Without a look at the clock in between, a debug build reads such a file for far longer than the budget.
    let file = fs::OpenOptions::new().append(true).open(folder.path().join("a.json")).unwrap();
    file.set_len(7 << 30).unwrap();
    let mut request = events_of(folder.path());
    request.budget = Budget { seconds: Some(1), ..Budget::default() };
    let (ids, result) = events(&nowhere(), request).await;
    let coverage = result.unwrap().coverage;
    assert_eq!((ids.0.len(), coverage.seen, coverage.unreadable), (1, 1, 0));
    assert_eq!(gap_kinds(&coverage), [GapKind::TimeBudget], "{coverage:#?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_in_the_folder_is_passed_by() {
    let folder = tempfile::tempdir().unwrap();
    let all = EventSequence::new(3).build();
    write(folder.path(), "z.json", log(&all));
    let pipe = folder.path().join("pipe.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (ids, result) = events(&nowhere(), events_of(folder.path())).await;
    assert_eq!(ids.once(), ids_of(&all));
    assert_eq!(gap_kinds(&result.unwrap().coverage), [GapKind::FileUnreadable]);
    std::os::unix::fs::symlink(folder.path().join("z.json"), folder.path().join("named")).unwrap();
    let (ids, result) = events(&nowhere(), events_of(&folder.path().join("named"))).await;
    assert_eq!((ids.once(), result.unwrap().coverage.complete), (ids_of(&all), true), "a named file may be a link");
}

#[tokio::test]
async fn a_cut_record_is_named_once() {
    let folder = tempfile::tempdir().unwrap();
    let event = EventSequence::new(1).build().remove(0);
    write(folder.path(), "a.jsonl", format!("{event}\n{{\"a\":"));
    let (_, result) = events(&nowhere(), events_of(folder.path())).await;
    let coverage = result.unwrap().coverage;
    let cut = coverage.gaps().find(|(_, gap)| gap.kind == GapKind::RecordsUnreadable).unwrap().1;
    assert_eq!(cut.detail.as_str().matches("record 1").count(), 1, "{cut:?}");
}
