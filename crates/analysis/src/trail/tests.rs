//! What a trail remembers of callers and records is what the records themselves say.

#![allow(clippy::unwrap_used, reason = "a record that cannot be read must fail its test")]

use std::sync::Arc;

use cloudtrail_log::read_event;
use security_model::RecordOrigin;
use serde_json::{Value, json};

use super::{Replay, Trail, TrailLimits};
use crate::behavior::EventIndex;
use crate::cloudtrail::{Parts, Reader};
use crate::identity::{Limits, Resolver};
use crate::places::Places;

/// Checks the chain of every record with what a resolver says of that record alone.
fn check(records: &[Value]) {
    let (mut reader, mut trail) = (Reader::default(), Trail::new(TrailLimits::default()));
    let mut resolver = Resolver::new(Limits::default());
    let place: Arc<str> = "night.json".into();
    for (index, record) in (0..).zip(records) {
        read_event(&record.to_string(), |event| {
            let reading = reader.read(event, |_| None);
            let origin = RecordOrigin { place: Arc::clone(&place), index };
            trail.observe(event, &reading, &origin, &mut reader.names).unwrap();
            resolver.observe(event);
        })
        .unwrap();
    }
    let Parts { names, met, .. } = reader.into_parts();
    let texts = names.into_texts();
    let replay = Replay::new(trail, met, &texts, &Places::shared());
    for (at, record) in (0..).map(EventIndex).zip(records) {
        let alone = read_event(&record.to_string(), |event| resolver.chain(event)).unwrap();
        assert_eq!(**replay.chain(at).unwrap(), alone, "{record}");
    }
}

#[test]
fn every_event_has_the_chain_of_its_own_record() {
    for seed in [sample_night::SAMPLE_SEED, 1, 2] {
        let mut records = sample_night::generate(seed).cloudtrail;
        check(&records);
        records.reverse();
        check(&records);
    }
}

/// Who is behind a key that a call of unknown time handed out depends on when it was used: that call's own key may have been
/// handed out later.
#[test]
fn a_call_without_time_does_not_settle_who_is_behind_its_key() {
    const TAKEN: &str = "arn:aws:sts::111122223333:assumed-role/Build/one";
    let ann = json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ann", "accessKeyId": "AKIAANN"});
    let session =
        |key: &str| json!({"type": "AssumedRole", "arn": TAKEN, "accessKeyId": key, "accountId": "111122223333"});
    let handed_out = |who: Value, time: Option<&str>, key: &str, id: &str| {
        let mut record = json!({"eventID": id, "eventName": "AssumeRole", "eventSource": "sts.amazonaws.com",
            "awsRegion": "eu-west-1", "userIdentity": who,
            "responseElements": {"credentials": {"accessKeyId": key}, "assumedRoleUser": {"arn": TAKEN}}});
        if let Some(time) = time {
            record["eventTime"] = time.into();
        }
        record
    };
    let used = |time: &str| {
        json!({"eventID": time, "eventTime": time, "eventName": "ListBuckets", "eventSource": "s3.amazonaws.com",
            "awsRegion": "eu-west-1", "userIdentity": session("ASIASECOND")})
    };
    check(&[
        handed_out(ann, Some("2026-11-20T10:00:00Z"), "ASIAFIRST", "a"),
        handed_out(session("ASIAFIRST"), None, "ASIASECOND", "b"),
        used("2026-11-20T11:00:00Z"),
        used("2026-11-20T09:00:00Z"),
    ]);
}
