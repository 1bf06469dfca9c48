//! What is destroyed or taken down.

use security_model::Level;
use serde_json::{Value, json};

use super::support::*;

#[test]
fn destruction_burst() {
    let id = "destruction-burst";
    let delete = |minute, call_name: &str, n: u32| call(minute, call_name, json!({ "tableName": format!("t{n}") }));
    let tables = |count| (0..count).map(|n| delete(n, "dynamodb:DeleteTable", n));
    let reason = "`user/alice` destroyed 12 different things within a quarter of an hour.";
    assert_eq!(told(id, &tables(12).collect::<Vec<_>>()), [(Level::Medium, 12, reason.to_owned())]);
    let snapshots = (0..3).map(|n| delete(n, "ec2:DeleteSnapshot", n));
    let worse = told(id, &tables(9).chain(snapshots).collect::<Vec<_>>());
    assert!(worse[0].0 == Level::High && worse[0].2.ends_with("an hour, backups or keys among them."), "{worse:?}");
    let tool = json!({ "userAgent": "Terraform/1.6.0 (+https://www.terraform.io)" });
    let by_tool: Vec<Value> = tables(12).map(|delete| with(delete, tool.clone())).collect();
    let [brief] = found(id, &by_tool).try_into().unwrap();
    assert_eq!((brief.level, brief.count, brief.events.len()), (Level::Low, 12, 5));
    // Quiet: one thing. Nearly: nine; twelve in a day; what was made the same day; what was refused; rules and tags.
    quiet(id, &(0..30).map(|n| delete(n, "dynamodb:DeleteTable", 1)).collect::<Vec<_>>());
    quiet(id, &tables(9).collect::<Vec<_>>());
    quiet(id, &(0..12).map(|n| delete(n * 60, "dynamodb:DeleteTable", n)).collect::<Vec<_>>());
    let made = (0..12).map(|n| delete(n, "dynamodb:CreateTable", n));
    quiet(id, &made.chain(tables(12)).collect::<Vec<_>>());
    // Making other things does not hide it.
    let made = (0..12).map(|n| delete(n, "sns:CreateTopic", n));
    assert_eq!(found(id, &made.chain(tables(12)).collect::<Vec<_>>()).len(), 1);
    let refused = json!({ "errorCode": "AccessDenied" });
    quiet(id, &tables(12).map(|delete| with(delete, refused.clone())).collect::<Vec<_>>());
    quiet(id, &(0..12).map(|n| delete(n, "ec2:DeleteTags", n)).collect::<Vec<_>>());
    let silent = call(0, "dynamodb:DeleteTable", Value::Null);
    assert_eq!(blind(id, &[silent]), "no call that destroys something says what");
}

#[test]
fn defence_taken_down_by_another() {
    let id = "defence-taken-down-by-another";
    let trail = |minute, name: &str| call(minute, &format!("cloudtrail:{name}"), json!({ "name": "audit" }));
    let reason = "`user/alice` took down a defence with `cloudtrail:StopLogging` and had not set it up that day.";
    assert_eq!(told(id, &[trail(0, "StopLogging")]), [(Level::Medium, 1, reason.to_owned())]);
    let others = [by("bob", trail(0, "CreateTrail")), trail(9, "DeleteTrail")];
    assert!(told(id, &others)[0].2.ends_with("took down a defence of `user/bob` with `cloudtrail:DeleteTrail`."));
    let detector = call(5, "guardduty:DeleteDetector", json!({ "detectorId": "d" }));
    let both = told(id, &[trail(0, "StopLogging"), detector]);
    assert_eq!((both[0].0, both[0].1), (Level::High, 2));
    // Quiet: what it made that day. Nearly: flow logs, whose ids are not known; what was refused; a change.
    quiet(id, &[trail(0, "CreateTrail"), trail(9, "StopLogging"), trail(10, "DeleteTrail")]);
    let made = call(0, "ec2:CreateFlowLogs", json!({ "resourceId": "vpc-1" }));
    quiet(id, &[made, call(9, "ec2:DeleteFlowLogs", json!({ "flowLogId": "fl-1" }))]);
    quiet(id, &[with(trail(0, "StopLogging"), json!({ "errorCode": "AccessDenied" }))]);
    quiet(id, &[trail(0, "UpdateTrail")]);
    let two_days_later = [trail(0, "CreateTrail"), trail(2 * 1_440, "StopLogging")];
    assert_eq!(found(id, &two_days_later).len(), 1);
    assert_eq!(blind(id, &[]), "no event has a time");
}
