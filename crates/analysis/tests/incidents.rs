//! Incidents: a night with an attack is one story, a night without is quiet.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails where it stands")]

#[path = "support/rules.rs"]
mod rules;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::cloudtrail::{EventAnalysis, EventResult};
use analysis::detect::DetectionLimits;
use analysis::places::Places;
use cloudtrail_log::read_event;
use sample_night::{Night, SAMPLE_SEED, generate};
use security_model::{Incident, Level, RecordOrigin, SafeText};
use serde_json::{Value, json};

fn analysed<'a>(records: impl IntoIterator<Item = &'a Value>) -> EventResult {
    let records: Vec<(u64, &Value)> = (0..).zip(records).collect();
    read(records)
}

fn read<'a>(records: impl IntoIterator<Item = (u64, &'a Value)>) -> EventResult {
    let mut analysis = EventAnalysis::new(EvidenceLimits::default())
        .with_rules(Arc::clone(&rules::PACK), DetectionLimits::default())
        .with_places(Arc::new(Places::embedded()));
    for (index, record) in records {
        let origin = RecordOrigin { place: Arc::from("night"), index };
        read_event(&record.to_string(), |event| analysis.observe(event, &origin)).unwrap();
    }
    analysis.finish()
}

fn worrying(result: &EventResult) -> Vec<&Incident> {
    result.incidents.iter().filter(|incident| incident.level >= Level::Medium).collect()
}

/// Records of the night, each once.
fn once(night: &Night) -> Vec<&Value> {
    let mut seen = BTreeSet::new();
    let is_new = |record: &&Value| record["eventID"].as_str().is_none_or(|id| seen.insert(id.to_owned()));
    night.cloudtrail.iter().filter(is_new).collect()
}

fn nights() -> impl Iterator<Item = (u64, Night)> {
    [SAMPLE_SEED].into_iter().chain(1..=20).map(|seed| (seed, generate(seed)))
}

#[test]
fn the_whole_story_of_a_night_is_one_incident_in_order() {
    for (seed, night) in nights() {
        let result = analysed(once(&night));
        let [incident] = worrying(&result).try_into().unwrap_or_else(|found: Vec<&Incident>| {
            panic!(
                "night {seed}: {} incidents: {:#?}",
                found.len(),
                found.iter().map(|one| &one.title).collect::<Vec<_>>()
            )
        });
        assert_eq!(incident.level, Level::Critical, "night {seed}");

        let phase: HashMap<&str, &str> = night.story.iter().map(|step| (step.event_id.as_str(), step.phase)).collect();
        let told: Vec<&str> =
            incident.timeline.iter().filter_map(|entry| entry.event_id.as_ref()).map(SafeText::as_str).collect();
        let strangers: Vec<&&str> = told.iter().filter(|id| !phase.contains_key(**id)).collect();
        assert!(strangers.is_empty(), "night {seed}: events that are not the attacker's: {strangers:?}");

        // Every phase is told, and begins after those that began before it.
        let all: BTreeSet<&str> = phase.values().copied().collect();
        let told_phases: BTreeSet<&str> = told.iter().map(|id| phase[id]).collect();
        assert_eq!(told_phases, all, "night {seed}");
        let times: Vec<&Option<String>> = incident.timeline.iter().map(|entry| &entry.time).collect();
        assert!(times.is_sorted(), "night {seed}");

        // What the detections of medium level and above rest on is the attacker's doing, and all of it is in the story.
        for row in result.detections.rows.iter().filter(|row| row.detection.level >= Level::Medium) {
            let ids: Vec<&str> = row.detection.event_ids.iter().map(SafeText::as_str).collect();
            if ids.iter().any(|id| phase.contains_key(id)) {
                assert!(incident.detections.contains(&row.detection.id), "night {seed}: {}", row.detection.reason);
            }
        }
    }
}

/// Calls of the story after which something lasts, if they succeeded.
const LASTING: [&str; 9] = [
    "CreateUser",
    "CreateAccessKey",
    "CreateLoginProfile",
    "UpdateAssumeRolePolicy",
    "AttachUserPolicy",
    "StopLogging",
    "ModifySnapshotAttribute",
    "DeleteBucketPublicAccessBlock",
    "PutBucketPolicy",
];

#[test]
fn what_is_still_live_is_named() {
    for (seed, night) in nights() {
        let result = analysed(once(&night));
        let live: BTreeSet<&str> = worrying(&result)
            .iter()
            .flat_map(|incident| &incident.still_live)
            .filter_map(|change| change.event_id.as_ref())
            .map(SafeText::as_str)
            .collect();
        let records: HashMap<&str, &Value> =
            night.cloudtrail.iter().filter_map(|record| Some((record["eventID"].as_str()?, record))).collect();
        for step in night.story.iter().filter(|step| LASTING.contains(&step.event_name.as_str())) {
            let succeeded = records[step.event_id.as_str()].get("errorCode").is_none();
            assert_eq!(
                live.contains(step.event_id.as_str()),
                succeeded,
                "night {seed}: {} {}",
                step.time,
                step.event_name
            );
        }
    }
}

#[test]
fn a_night_without_an_attack_is_quiet() {
    for (seed, night) in nights() {
        let attack: BTreeSet<&str> = night.story.iter().map(|step| step.event_id.as_str()).collect();
        let background =
            once(&night).into_iter().filter(|record| !record["eventID"].as_str().is_some_and(|id| attack.contains(id)));
        let result = analysed(background);
        let found: Vec<&SafeText> = worrying(&result).iter().map(|incident| &incident.title).collect();
        assert!(found.is_empty(), "night {seed}: {found:#?}");
    }
}

#[test]
fn the_order_of_records_does_not_matter() {
    let night = generate(SAMPLE_SEED);
    let records: Vec<(u64, &Value)> = (0..).zip(once(&night)).collect();
    let told = |result: EventResult| {
        let [incident] = result.incidents.try_into().unwrap();
        serde_json::to_value::<Incident>(incident).unwrap()
    };
    let (forwards, backwards) = (told(read(records.iter().copied())), told(read(records.into_iter().rev())));
    for (field, value) in forwards.as_object().unwrap() {
        assert_eq!(*value, backwards[field], "{field}");
    }
}

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

/// A call of an IAM user at some minutes after midnight.
fn call(who: &str, key: &str, minute: u32, name: &str, request: Value) -> Value {
    json!({
        "eventVersion": "1.11", "eventID": format!("{key}-{minute}-{name}"), "eventName": name,
        "eventSource": if name.contains("Logging") { "cloudtrail.amazonaws.com" } else { "iam.amazonaws.com" },
        "eventTime": format!("2026-11-{:02}T{:02}:{:02}:00Z", 1 + minute / 1440, minute % 1440 / 60, minute % 60),
        "awsRegion": "us-east-1", "recipientAccountId": "111122223333", "sourceIPAddress": "198.51.100.7",
        "eventType": "AwsApiCall", "readOnly": false, "managementEvent": true, "requestParameters": request,
        "userIdentity": {"type": "IAMUser", "arn": who, "accountId": "111122223333", "accessKeyId": key,
            "userName": who.rsplit('/').next().unwrap()},
    })
}

/// Calls that together are an incident, whoever makes them.
fn takeover(who: &str, key: &str, minute: u32) -> Vec<Value> {
    let name = who.rsplit('/').next().unwrap();
    let administrator = json!({"userName": name, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    vec![
        call(who, key, minute, "AttachUserPolicy", administrator),
        call(who, key, minute + 5, "StopLogging", json!({"name": "trail"})),
    ]
}

fn stories(records: &[Value]) -> Vec<Incident> {
    analysed(records).incidents
}

#[test]
fn what_lies_far_apart_is_two_stories() {
    let day = |minute| takeover(ALICE, "AKIAALICEEXAMPLE1234", minute);
    assert_eq!(stories(&day(0)).len(), 1);
    let both: Vec<Value> = day(0).into_iter().chain(day(60)).collect();
    assert_eq!(stories(&both).len(), 1);
    let apart: Vec<Value> = day(0).into_iter().chain(day(1_440)).collect();
    assert_eq!(stories(&apart).len(), 2);
}

#[test]
fn what_is_taken_back_is_no_longer_live() {
    let mut records = takeover(ALICE, "AKIAALICEEXAMPLE1234", 0);
    let live = |records: &[Value]| -> Vec<String> {
        stories(records)[0].still_live.iter().map(|change| change.kind.clone()).collect()
    };
    assert_eq!(live(&records), ["attached policy", "trail stopped"]);
    let bob = "arn:aws:iam::111122223333:user/bob";
    // The ARN names the same trail.
    let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/trail";
    records.push(call(bob, "AKIABOBBBEXAMPLE1234", 600, "StartLogging", json!({"name": arn})));
    assert_eq!(live(&records), ["attached policy"]);
    assert_eq!(stories(&records)[0].left_behind.len(), 2);
}

/// bob takes a role of another account, which both accounts record, and misuses it there.
#[test]
fn two_records_of_one_call_are_one_step_of_one_actor() {
    let bob = "arn:aws:iam::123456789012:user/bob";
    let role = "arn:aws:iam::111122223333:role/Vault";
    let session = "arn:aws:sts::111122223333:assumed-role/Vault/door";
    let taken = |id: &str, account: &str, caller: Value| {
        let mut record = call(bob, id, 0, "AssumeRole", json!({"roleArn": role, "roleSessionName": "door"}));
        record["eventID"] = json!(id);
        record["eventSource"] = json!("sts.amazonaws.com");
        record["recipientAccountId"] = json!(account);
        record["userIdentity"] = caller;
        record["sharedEventID"] = json!("shared-1");
        record["responseElements"] = json!({"credentials": {"accessKeyId": "ASIAVAULTEXAMPLE1234"},
            "assumedRoleUser": {"arn": session, "assumedRoleId": "AROAVAULT:door"}});
        record
    };
    let mut records = vec![
        taken(
            "own",
            "123456789012",
            json!({"type": "IAMUser", "arn": bob, "userName": "bob", "principalId": "AIDABOB",
            "accountId": "123456789012", "accessKeyId": "AKIABOBBBEXAMPLE1234"}),
        ),
        taken(
            "copy",
            "111122223333",
            json!({"type": "AWSAccount", "principalId": "AIDABOB",
            "accountId": "123456789012"}),
        ),
    ];
    records.extend(takeover(session, "ASIAVAULTEXAMPLE1234", 5).into_iter().map(|mut record| {
        record["userIdentity"] = json!({"type": "AssumedRole", "arn": session, "accountId": "111122223333",
            "principalId": "AROAVAULT:door", "accessKeyId": "ASIAVAULTEXAMPLE1234",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": role, "userName": "Vault"}}});
        record
    }));
    let told = |records: &[Value]| {
        let [incident] = stories(records).try_into().unwrap();
        let ids =
            |entry: &security_model::TimelineEntry| entry.event_id.as_ref().map(SafeText::as_str).map(str::to_owned);
        let steps: Vec<String> = incident.timeline.iter().filter_map(ids).filter(|id| !id.contains("ASIA")).collect();
        (incident.actor.principal.to_string(), incident.actor.chain.len(), steps)
    };
    assert_eq!(told(&records), (bob.to_owned(), 2, vec!["own".to_owned()]));
    records.reverse();
    assert_eq!(told(&records), (bob.to_owned(), 2, vec!["own".to_owned()]));
    // The other account's records alone: the step is the copy's, the actor an id of the caller's account.
    records.retain(|record| record["eventID"] != "own");
    assert_eq!(told(&records), ("123456789012/AIDABOB".to_owned(), 2, vec!["copy".to_owned()]));
}

#[test]
fn a_single_detection_is_no_incident() {
    let one = [call(ALICE, "AKIAALICEEXAMPLE1234", 0, "CreateLoginProfile", json!({"userName": "bob"}))];
    let result = analysed(&one);
    assert!(!result.detections.rows.is_empty() && result.incidents.is_empty(), "{:?}", result.incidents);
    assert!(stories(&[]).is_empty());
}

#[test]
fn an_address_of_many_ties_nobody_together() {
    let user =
        |name: &str| (format!("arn:aws:iam::111122223333:user/{name}"), format!("AKIA{:X<16}", name.to_uppercase()));
    let of = |name: &str, minute| {
        let (arn, key) = user(name);
        takeover(&arn, &key, minute)
    };
    let two: Vec<Value> = of("alice", 0).into_iter().chain(of("bob", 20)).collect();
    assert_eq!(stories(&two).len(), 1, "two from one address");
    let crowd = ["carol", "dave", "erin"].into_iter().map(|name| {
        let (arn, key) = user(name);
        call(&arn, &key, 10, "ListUsers", json!({}))
    });
    let proxy: Vec<Value> = two.iter().cloned().chain(crowd).collect();
    assert_eq!(stories(&proxy).len(), 2, "a proxy");
}

/// What belongs to the story says so; a single detection on a quiet night stands alone.
#[test]
fn detections_name_their_incident_or_stand_alone() {
    let night = generate(SAMPLE_SEED);
    let result = analysed(once(&night));
    let id = worrying(&result)[0].id.clone();
    let of_story = result.detections.rows.iter().filter(|row| row.detection.incident.as_ref() == Some(&id));
    let told: BTreeSet<SafeText> = of_story.map(|row| row.detection.id.clone()).collect();
    let listed: BTreeSet<SafeText> = worrying(&result)[0].detections.iter().cloned().collect();
    assert_eq!(told, listed);
    assert!(
        result.detections.alone().all(|detection| detection.level >= Level::Medium && detection.incident.is_none())
    );

    let secrets = |n: u32| {
        json!({
            "eventID": format!("0000000{n:x}-0000-4000-8000-000000000000"), "eventTime": format!("2026-11-20T10:0{n}:00Z"),
            "eventSource": "secretsmanager.amazonaws.com", "eventName": "GetSecretValue", "awsRegion": "eu-west-1",
            "sourceIPAddress": "203.0.113.7", "userAgent": "aws-cli/2", "readOnly": true, "recipientAccountId": "111122223333",
            "requestParameters": {"secretId": format!("secret-{n}")},
            "userIdentity": {
                "type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/mara", "accountId": "111122223333",
                "userName": "mara", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "principalId": "AIDAEXAMPLE",
            },
        })
    };
    let sweep: Vec<Value> = (0..10).map(secrets).collect();
    let result = analysed(&sweep);
    assert_eq!(result.incidents, []);
    let alone: Vec<&str> = result.detections.alone().map(|detection| detection.principal.as_str()).collect();
    assert!(!alone.is_empty() && alone.iter().all(|who| *who == "arn:aws:iam::111122223333:user/mara"), "{alone:?}");
}
