//! Beside a baseline, behaviours find in a short window what they would find in all of the time before and in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use cloudtrail_log::read_event;
use security_model::{Level, RecordOrigin};
use serde_json::{Value, json};

use super::support::*;
use crate::baseline::{Baseline, BaselineBuilder};
use crate::behavior::Findings;

const DAY: u32 = 1_440;
/// The past ends with an event at this minute, and the window begins with it.
const NOW: u32 = 36 * DAY;

/// What asks about the past.
const ASKING: [&str; 9] = [
    "dormant-identity-woke",
    "enumeration-without-denial",
    "first-seen-api",
    "first-seen-country",
    "first-seen-region",
    "first-seen-service",
    "first-seen-user-agent",
    "key-from-new-network",
    "region-never-used",
];

/// As it comes out of its file.
fn learned(records: &[Value]) -> Option<Arc<Baseline>> {
    let mut builder = BaselineBuilder::new(11);
    for (index, record) in (0..).zip(records) {
        let origin = RecordOrigin { place: Arc::from("past.json"), index };
        read_event(&record.to_string(), |event| builder.observe(event, &origin)).unwrap();
    }
    Some(Arc::new(Baseline::from_bytes(&builder.finish().unwrap().to_bytes()).unwrap()))
}

fn look(minute: u32) -> Value {
    call(minute, "ec2:DescribeInstances", json!({}))
}

fn looks(minute: u32) -> impl Iterator<Item = Value> {
    let services = ["ec2", "s3", "rds", "iam", "kms"];
    (0..20).map(move |n| {
        let service = services[n as usize % services.len()];
        by("scanner", call(minute + n / 4, &format!("{service}:Describe{n}"), json!({})))
    })
}

fn secrets(minute: u32, number: u32) -> impl Iterator<Item = Value> {
    (0..number).map(move |n| {
        by("robot", call(minute + n, "secretsmanager:GetSecretValue", json!({ "secretId": format!("secret{n}") })))
    })
}

fn far(region: &str, record: Value) -> Value {
    with(record, json!({ "awsRegion": region }))
}

/// Thirty-six days, in which nothing is new after the first.
fn past() -> Vec<Value> {
    let regular = (0..=180).flat_map(|n| [look(n * DAY / 5), by("robot", look(n * DAY / 5))]);
    let daily = (0..36).flat_map(|day| secrets(day * DAY + 30, 9));
    let once = [by("carol", look(2)), far("us-west-2", by("robot", call(3, "ec2:RunInstances", json!({}))))];
    regular.chain(daily).chain(once).chain(looks(50)).collect()
}

/// What comes then: ordinary things, and some of each kind that are new.
fn then() -> Vec<Value> {
    let ordinary = [look(NOW), by("robot", look(NOW + 1)), by("dave", look(NOW + 2))];
    let new = [
        call(NOW + 3, "rds:DescribeDBInstances", json!({})),
        far("ap-south-1", call(NOW + 4, "ec2:RunInstances", json!({}))),
        // Somebody else of the account was there.
        far("us-west-2", look(NOW + 5)),
        with(look(NOW + 6), json!({ "userAgent": "Boto3/1.26" })),
        with(look(NOW + 300), json!({ "sourceIPAddress": PARIS })),
        by("robot", with(look(NOW + 301), json!({ "sourceIPAddress": PARIS }))),
        by("carol", look(NOW + 302)),
    ];
    ordinary.into_iter().chain(new).chain(looks(NOW + 320)).chain(secrets(NOW + 400, 27)).collect()
}

type Told = BTreeSet<(&'static str, Level, u64, String, Vec<u32>)>;

fn told_from(findings: Findings, first: u32) -> Told {
    let found = findings.found.into_iter().filter(|found| found.events.iter().all(|at| at.0 >= first));
    let events = |at: Vec<crate::behavior::EventIndex>| at.into_iter().map(|at| at.0 - first).collect();
    found.map(|row| (row.about.id, row.level, row.count, row.reason.to_string(), events(row.events))).collect()
}

#[test]
fn a_window_beside_a_baseline_is_judged_as_all_of_the_time() {
    let (past, then) = (past(), then());
    let both: Vec<Value> = past.iter().chain(&then).cloned().collect();
    let whole = told_from(run(&both), u32::try_from(past.len()).unwrap());
    let found = beside(learned(&past), &then);
    for (about, reason) in &found.not_evaluated {
        assert!(!ASKING.contains(&about.id), "{}: {reason}", about.id);
    }
    let found = told_from(found, 0);
    assert_eq!(found, whole);
    // By hand: carol and the scanner were silent for 36 days, two countries or networks are France's, and nobody is told to
    // have enumerated, because the scanner did before.
    let number = |id: &str| found.iter().filter(|(own, ..)| *own == id).count();
    let numbers: Vec<usize> = ASKING.into_iter().map(number).collect();
    assert_eq!(numbers, [2, 0, 1, 2, 1, 1, 1, 1, 1]);
    for sentence in [
        "`user/carol` acted again after 36 days of silence.",
        "`user/alice` called `ec2:RunInstances` in region `ap-south-1`, which the account never used before.",
        "`user/robot` asked for 27 different secrets within an hour, at most 9 on other days.",
    ] {
        assert!(found.iter().any(|(_, _, _, reason, _)| reason == sentence), "{sentence}");
    }
}

#[test]
fn without_it_the_window_is_too_short() {
    let findings = run(&then());
    let blind: BTreeSet<&str> = findings.not_evaluated.iter().map(|(about, _)| about.id).collect();
    for id in ASKING.into_iter().filter(|id| *id != "enumeration-without-denial") {
        assert!(blind.contains(id) && findings.found.iter().all(|found| found.about.id != id), "{id}");
    }
    assert!(findings.found.iter().any(|found| found.about.id == "enumeration-without-denial"));
}

#[test]
fn what_the_baseline_knows_is_quiet() {
    let past: Vec<Value> = past().into_iter().chain(then()).collect();
    let again: Vec<Value> = then().into_iter().filter(|record| !record.to_string().contains("secret")).collect();
    let found = told_from(beside(learned(&past), &again), 0);
    assert!(found.iter().all(|(id, ..)| !ASKING.contains(id)), "{found:?}");
}

/// Of a month between baseline and window nothing is known: it is neither silence nor acquaintance.
#[test]
fn the_time_in_between_does_not_count() {
    let week: Vec<Value> = (0..=30).map(|n| look(n * DAY / 5)).collect();
    let later = with(call(0, "rds:DescribeDBInstances", json!({})), json!({ "eventTime": "2026-12-20T00:00:00Z" }));
    let findings = beside(learned(&week), std::slice::from_ref(&later));
    let reason =
        |id: &str| findings.not_evaluated.iter().find(|(about, _)| about.id == id).map(|(_, reason)| &**reason);
    let short = "insufficient history: seven days of an identity are needed, and the longest known spans 144 hours";
    assert_eq!(reason("first-seen-api"), Some(short));
    let short = "insufficient history: thirty days of events are needed, and there are 144 hours";
    assert_eq!(reason("dormant-identity-woke"), Some(short));
    let more: Vec<Value> = (0..=40).map(|n| look(n * DAY / 5)).collect();
    let [found] = <[_; 1]>::try_from(
        beside(learned(&more), &[later])
            .found
            .into_iter()
            .filter(|found| found.about.id == "first-seen-api")
            .collect::<Vec<_>>(),
    )
    .unwrap();
    let reason = "`user/alice` made 1 call for the first time after 8 days, such as `rds:DescribeDBInstances`.";
    assert_eq!(found.reason.as_str(), reason);
}
