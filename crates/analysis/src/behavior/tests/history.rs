//! What is new after a while, and who is back.

use security_model::Level;
use serde_json::{Value, json};

use super::support::*;

const DAY: u32 = 1_440;

fn look(minute: u32) -> Value {
    call(minute, "ec2:DescribeInstances", json!({}))
}

/// Eight days of looking at instances, five times a day.
fn known() -> impl Iterator<Item = Value> {
    (0..40).map(|n| look(n * DAY / 5))
}

fn then(events: impl IntoIterator<Item = Value>) -> Vec<Value> {
    known().chain(events).collect()
}

#[test]
fn what_an_identity_never_did() {
    let new = || {
        [call(8 * DAY, "rds:DescribeDBInstances", json!({})), call(8 * DAY + 1, "rds:DescribeDBClusters", json!({}))]
    };
    let api = "`user/alice` made 2 calls for the first time after 8 days, such as `rds:DescribeDBInstances`.";
    assert_eq!(told("first-seen-api", &then(new())), [(Level::Informational, 2, api.to_owned())]);
    let service = "`user/alice` used 1 service for the first time after 8 days, such as `rds`.";
    assert_eq!(told("first-seen-service", &then(new())), [(Level::Informational, 1, service.to_owned())]);
    // A change weighs more than a look, whichever comes first.
    let change = call(8 * DAY + 5, "iam:CreateUser", json!({ "userName": "x" }));
    let told_change = told("first-seen-api", &then(new().into_iter().chain([change])));
    assert!(
        told_change[0].0 == Level::Low && told_change[0].2.ends_with("such as `iam:CreateUser`."),
        "{told_change:?}"
    );
    let away = with(look(8 * DAY), json!({ "awsRegion": "ap-south-1" }));
    let region = "`user/alice` acted in 1 region for the first time after 8 days, such as `ap-south-1`.";
    assert_eq!(told("first-seen-region", &then([away.clone()])), [(Level::Informational, 1, region.to_owned())]);
    let tool = with(look(8 * DAY), json!({ "userAgent": "Boto3/1.26" }));
    let agent = "`user/alice` used 1 tool for the first time after 8 days, such as boto3.";
    assert_eq!(told("first-seen-user-agent", &then([tool])), [(Level::Informational, 1, agent.to_owned())]);
    // Quiet: more of the same. Nearly: pages of the console; a global service; another version of the tool.
    for id in ["first-seen-api", "first-seen-service", "first-seen-region", "first-seen-user-agent"] {
        quiet(id, &then([look(8 * DAY)]));
        let reason = "insufficient history: seven days of an identity are needed, and the longest known spans 1 hours";
        assert_eq!(blind(id, &[look(0), look(60)]), reason);
        let thin = [look(0), look(8 * DAY), with(away.clone(), json!({ "eventTime": "2026-11-09T01:00:00Z" }))];
        assert_eq!(blind(id, &thin), "insufficient history: nobody has 20 events on three days before the last");
    }
    let page = |event: Value| with(event, json!({ "userAgent": "console.amazonaws.com" }));
    quiet("first-seen-api", &then(new().map(page)));
    let global = with(call(8 * DAY, "iam:ListUsers", json!({})), json!({ "awsRegion": "us-east-1" }));
    quiet("first-seen-region", &then([global]));
    quiet("first-seen-user-agent", &then([with(look(8 * DAY), json!({ "userAgent": "aws-cli/2.99.0" }))]));
}

#[test]
fn region_never_used() {
    let id = "region-never-used";
    let far = |minute, name: &str| with(call(minute, name, json!({})), json!({ "awsRegion": "ap-south-1" }));
    let launched = [far(8 * DAY, "ec2:DescribeInstances"), far(8 * DAY + 5, "ec2:RunInstances")];
    let reason = "`user/alice` called `ec2:RunInstances` in region `ap-south-1`, which the account never used before.";
    assert_eq!(told(id, &then(launched)), [(Level::Medium, 2, reason.to_owned())]);
    assert_eq!(found(id, &then([far(8 * DAY, "ec2:CreateTags")]))[0].level, Level::Low);
    assert_eq!(found(id, &then([far(8 * DAY, "ec2:DescribeInstances")]))[0].level, Level::Informational);
    // Quiet: a region that is used. Nearly: one that somebody else uses; a global service's.
    quiet(id, &then([call(8 * DAY, "ec2:RunInstances", json!({}))]));
    quiet(id, &then([by("bob", far(1, "ec2:RunInstances")), far(8 * DAY, "ec2:RunInstances")]));
    let global = with(call(8 * DAY, "iam:CreateUser", json!({})), json!({ "awsRegion": "us-east-1" }));
    quiet(id, &then([global]));
    let short = "insufficient history: seven days of events are needed, and there are 0 hours";
    assert_eq!(blind(id, &[look(0), far(5, "ec2:RunInstances")]), short);
}

#[test]
fn dormant_identity_woke() {
    let id = "dormant-identity-woke";
    let others = || (0..40).map(|n| by("bob", look(n * DAY)));
    let back: Vec<Value> = others().chain([look(0), look(35 * DAY)]).collect();
    let reason = "`user/alice` acted again after 35 days of silence.";
    assert_eq!(told(id, &back), [(Level::Informational, 1, reason.to_owned())]);
    let change = |time: &str| with(call(0, "iam:CreateUser", json!({})), json!({ "eventTime": time }));
    let then: Vec<Value> = back.iter().cloned().chain([change("2026-12-06T02:00:00Z")]).collect();
    assert!(
        told(id, &then)[0].0 == Level::Low && told(id, &then)[0].2.ends_with("silence, and called `iam:CreateUser`.")
    );
    let long = [look(0), with(look(0), json!({ "eventTime": "2027-02-10T00:00:00Z" })), change("2027-02-10T01:00:00Z")];
    assert_eq!(found(id, &long)[0].level, Level::Medium);
    // Quiet: who is there every day. Nearly: a silence of four weeks.
    quiet(id, &others().collect::<Vec<_>>());
    quiet(id, &others().chain([look(0), look(28 * DAY)]).collect::<Vec<_>>());
    let reason = "insufficient history: thirty days of events are needed, and there are 24 hours";
    assert_eq!(blind(id, &[look(0), look(DAY)]), reason);
}
