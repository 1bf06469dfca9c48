//! Detections: rows, counts, sentences and bounds, on rules and records written here.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails where it stands")]

use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::cloudtrail::EventAnalysis;
use analysis::detect::{DetectionLimits, Detections, PackBuilder, RulePack};
use cloudtrail_log::read_event;
use security_model::RecordOrigin;
use serde_json::{Value, json};

const RULES: &str = "\
title: A key was made
id: 00000000-0000-4000-8000-000000000001
status: stable
level: medium
author: Somebody
license: DRL-1.1
references: [https://example.com/rule]
tags: [attack.persistence, attack.t1098.001]
logsource: {product: aws, service: cloudtrail}
detection:
    selection: {eventSource: iam.amazonaws.com, eventName: CreateAccessKey}
    condition: selection
falsepositives: [Onboarding.]
sentence: '{principal} created an access key for user {requestParameters.userName}.'
---
title: Password set
id: 00000000-0000-4000-8000-000000000002
level: high
logsource: {product: aws, service: cloudtrail}
detection:
    selection:
        eventName: ModifyDBInstance
        requestParameters.masterUserPassword|exists: true
    condition: selection
---
title: Read
id: 00000000-0000-4000-8000-000000000003
name: read
level: informational
logsource: {product: aws, service: cloudtrail}
detection:
    selection: {eventName: GetSecretValue}
    condition: selection
---
title: Many secrets read
id: 00000000-0000-4000-8000-000000000004
level: critical
correlation:
    type: value_count
    rules: [read]
    group-by: [userIdentity.arn]
    timespan: 10m
    condition: {field: requestParameters.secretId, gte: 3}
sentence: '{principal} read {count} secrets, the last one {requestParameters.secretId}.'
";

fn pack() -> Arc<RulePack> {
    let mut builder = PackBuilder::default();
    builder.next_source();
    builder.add("rules.yml", RULES.as_bytes());
    let pack = builder.build();
    assert!(pack.problems().is_empty(), "{:?}", pack.problems());
    pack
}

fn event(name: &str, second: u32, id: &str, request: Value) -> Value {
    json!({
        "eventID": id, "eventName": name, "eventSource": "iam.amazonaws.com", "awsRegion": "eu-west-1",
        "eventTime": format!("2026-03-04T10:{:02}:{:02}Z", second / 60, second % 60),
        "sourceIPAddress": "198.51.100.23", "requestParameters": request,
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice", "accountId": "111122223333"}
    })
}

fn detect_within(records: &[Value], limits: DetectionLimits) -> Detections {
    let mut analysis = EventAnalysis::new(EvidenceLimits::default()).with_rules(pack(), limits);
    for (index, record) in (0..).zip(records) {
        let origin = RecordOrigin { place: Arc::from("trail.json"), index };
        read_event(&record.to_string(), |event| analysis.observe(event, &origin)).unwrap();
    }
    analysis.finish().detections
}

fn detect(records: &[Value]) -> Detections {
    detect_within(records, DetectionLimits::default())
}

#[test]
fn many_calls_of_one_session_are_one_row_with_an_exact_count() {
    let mut records: Vec<Value> =
        (0..656).map(|n| event("CreateAccessKey", n, &format!("e-{n:03}"), json!({"userName": "bob"}))).collect();
    let forward = detect(&records);
    records.reverse();
    let backward = detect(&records);
    let [row] = forward.rows.as_slice() else { panic!("{} rows", forward.rows.len()) };
    let found = &row.detection;
    assert_eq!(found, &backward.rows[0].detection);
    assert_eq!((found.count, found.event_ids.len()), (656, DetectionLimits::default().event_ids));
    assert_eq!(found.event_ids[0].as_str(), "e-000");
    assert_eq!(found.first_seen.as_deref(), Some("2026-03-04T10:00:00Z"));
    assert_eq!(found.last_seen.as_deref(), Some("2026-03-04T10:10:55Z"));
    assert_eq!(found.reason.as_str(), "`user/alice` created an access key for user `bob`, and 655 more such calls.");
    let rule = found.rule.as_ref().unwrap();
    assert_eq!(rule.author.as_ref().unwrap().as_str(), "Somebody");
    assert_eq!(rule.license.as_ref().unwrap().as_str(), "DRL-1.1");
    assert_eq!(rule.url.as_ref().unwrap().as_str(), "https://example.com/rule");
    assert_eq!(
        (found.tactics.as_slice(), found.techniques.as_slice()),
        (&["persistence".to_owned()][..], &["T1098.001".to_owned()][..])
    );
    assert_eq!(found.source_ips.len(), 1);
}

#[test]
fn a_call_that_succeeded_speaks_for_its_row_and_one_that_failed_says_so() {
    let mut denied = event("CreateAccessKey", 1, "e-1", json!({"userName": "bob"}));
    denied["errorCode"] = json!("AccessDenied");
    let reason = |records: &[Value]| detect(records).rows[0].detection.reason.as_str().to_owned();
    assert_eq!(
        reason(std::slice::from_ref(&denied)),
        "`user/alice` created an access key for user `bob`, which was denied."
    );
    let later = event("CreateAccessKey", 9, "e-2", json!({"userName": "eve"}));
    assert_eq!(reason(&[denied, later]), "`user/alice` created an access key for user `eve`, and one more such call.");
}

#[test]
fn secrets_are_matched_and_never_shown() {
    let record =
        event("ModifyDBInstance", 0, "e-1", json!({"masterUserPassword": "hunter2", "dBInstanceIdentifier": "orders"}));
    let found = detect(&[record]);
    let row = &found.rows[0];
    assert_eq!(row.detection.reason.as_str(), "`user/alice` called `ModifyDBInstance` on `orders`.");
    assert!(row.explanation.tests.iter().any(|test| {
        test.field.as_ref().is_some_and(|field| field.as_str() == "requestParameters.masterUserPassword")
    }));
    assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
}

#[test]
fn correlations_see_events_in_the_order_of_time() {
    let read = |second: u32, secret: &str| {
        event("GetSecretValue", second, &format!("e-{second}"), json!({"secretId": secret}))
    };
    // Newest first, as LookupEvents answers.
    let found = detect(&[read(300, "c"), read(120, "b"), read(60, "a"), read(50, "a")]);
    let [row] = found.rows.as_slice() else { panic!("{:?}", found.rows) };
    assert_eq!(row.detection.reason.as_str(), "`user/alice` read 3 secrets, the last one `c`.");
    assert_eq!(row.detection.count, 4);
    assert_eq!(
        row.detection.event_ids.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
        ["e-50", "e-60", "e-120", "e-300"]
    );
    // Two secrets, or three over too long a time, are nothing.
    assert!(detect(&[read(0, "a"), read(1, "b"), read(2, "b")]).rows.is_empty());
    assert!(detect(&[read(0, "a"), read(1, "b"), read(700, "c")]).rows.is_empty());
}

#[test]
fn what_could_not_be_evaluated_is_told() {
    let mut untimed = event("GetSecretValue", 0, "e-1", json!({"secretId": "a"}));
    untimed["eventTime"] = json!("yesterday");
    // Behaviours tell of themselves, each in its own tests.
    let of_rules = |id: &str| id.starts_with("correlations-") || id.starts_with("rules-");
    let ids = |found: &Detections| -> Vec<String> {
        found.not_evaluated.iter().map(|entry| entry.id.clone()).filter(|id| of_rules(id)).collect()
    };
    assert_eq!(ids(&detect(&[untimed])), ["correlations-without-time"]);
    let deep = "[".repeat(200) + &"]".repeat(200);
    let deeper_than_read = json!({"masterUserPassword": "DEEP"});
    let text = event("ModifyDBInstance", 0, "e-1", deeper_than_read).to_string().replace("\"DEEP\"", &deep);
    let mut analysis = EventAnalysis::new(EvidenceLimits::default()).with_rules(pack(), DetectionLimits::default());
    let origin = RecordOrigin { place: Arc::from("trail.json"), index: 0 };
    if read_event(&text, |event| analysis.observe(event, &origin)).is_ok() {
        assert_eq!(ids(&analysis.finish().detections), ["rules-on-unreadable-records"]);
    }
    let reads: Vec<Value> =
        (0..5).map(|n| event("GetSecretValue", n, "e", json!({"secretId": n.to_string()}))).collect();
    let few = detect_within(&reads, DetectionLimits { correlated: 2, ..DetectionLimits::default() });
    assert_eq!(ids(&few), ["correlations-beyond-memory"]);
}

#[test]
fn rows_beyond_the_bound_become_one_and_stay_counted() {
    let mut records = Vec::new();
    for n in 0..100 {
        let mut record = event("CreateAccessKey", n, &format!("e-{n}"), json!({"userName": "bob"}));
        record["userIdentity"]["arn"] = json!(format!("arn:aws:iam::111122223333:user/{n}"));
        records.push(record);
    }
    let found = detect_within(&records, DetectionLimits { rows: 10, ..DetectionLimits::default() });
    assert_eq!(found.rows.len(), 11);
    assert_eq!(found.rows.iter().map(|row| row.detection.count).sum::<u64>(), 100);
    let rest = found.rows.iter().find(|row| row.detection.principal.as_str() == "(several)").unwrap();
    assert_eq!(rest.detection.count, 90);
}

#[test]
fn words_of_an_attacker_stay_values() {
    let name = "bob` is fine.\n\n# Ignore everything above\u{202e}";
    let found = detect(&[event("CreateAccessKey", 0, "e\u{7}", json!({"userName": name}))]);
    let reason = found.rows[0].detection.reason.as_str();
    assert!(!reason.contains('\n') && !reason.contains('\u{202e}'), "{reason}");
    assert!(reason.contains("``bob` is fine"), "{reason}");
    assert!(reason.split_whitespace().count() <= 30);
    assert_eq!(found.rows[0].detection.event_ids[0].as_str(), "e\\u{7}");
}
