//! Who looks around, and what is refused.

use security_model::Level;
use serde_json::{Value, json};

use super::support::*;

fn denied(minute: u32, name: &str) -> Value {
    record(minute, name, json!({ "errorCode": "AccessDenied" }))
}

#[test]
fn denied_burst() {
    let id = "denied-burst";
    let names = ["A", "B", "C", "D", "E"];
    let burst: Vec<Value> = names.iter().zip(0..).map(|(name, n)| denied(n * 2, name)).collect();
    let reason = "`user/alice` was refused 5 different calls within ten minutes.";
    assert_eq!(told(id, &burst), [(Level::Medium, 5, reason.to_owned())]);
    // Quiet: one call, many times. Nearly: four different calls, and a fifth when the first is over ten minutes old.
    quiet(id, &(0..50).map(|n| denied(n, "A")).collect::<Vec<_>>());
    quiet(id, &names.iter().zip(0..).map(|(name, n)| denied(n * 3, name)).collect::<Vec<_>>());
    // A service's refusals are not the principal's.
    let mut of_service = burst;
    of_service.iter_mut().for_each(|record| record["userIdentity"]["invokedBy"] = json!("config.amazonaws.com"));
    quiet(id, &of_service);
    assert_eq!(blind(id, &[record(0, "A", json!({ "eventTime": null }))]), "no event has a time");
}

#[test]
fn a_long_burst_is_one_finding() {
    let burst: Vec<Value> = (0..300).map(|n| denied(n / 10, &format!("A{}", n % 7))).collect();
    let [found] = found("denied-burst", &burst).try_into().unwrap();
    assert_eq!((found.count, found.events.len(), found.events[0].0), (300, 100, 0));
}

const SERVICES: [&str; 5] = ["ec2", "rds", "lambda", "sns", "sqs"];

/// Different calls that look at five services, four a minute.
fn looks(start: u32, count: u32) -> Vec<Value> {
    let name = |n: u32| format!("{}:Describe{n}", SERVICES[n as usize % SERVICES.len()]);
    (0..count).map(|n| call(start + n / 4, &name(n), json!({}))).collect()
}

#[test]
fn enumeration_without_denial() {
    let id = "enumeration-without-denial";
    let reason = "`user/alice` made 20 different calls that look at 5 services within ten minutes.";
    assert_eq!(told(id, &looks(0, 20)), [(Level::Low, 20, reason.to_owned())]);
    let names = ["ListUsers", "ListRoles", "ListGroups", "ListPolicies", "GetAccountSummary", "ListAccountAliases"];
    let map = names.map(|name| call(3, &format!("iam:{name}"), json!({})));
    let asked: Vec<Value> = [call(0, "sts:GetCallerIdentity", json!({}))].into_iter().chain(map.clone()).collect();
    let reason =
        "`user/alice` made 6 different calls that look at 1 service within ten minutes, after asking who it was.";
    assert_eq!(told(id, &asked), [(Level::Medium, 7, reason.to_owned())]);
    // Quiet: the same few, many times. Nearly: nineteen; identities without the question; twenty in an hour.
    quiet(id, &(0..100).map(|n| call(n, &format!("ec2:Describe{}", n % 9), json!({}))).collect::<Vec<_>>());
    quiet(id, &looks(0, 19));
    quiet(id, &map);
    quiet(id, &(0..20).map(|n| call(n * 3, &format!("ec2:Describe{n}"), json!({}))).collect::<Vec<_>>());
    // Provisioning tools do little else.
    let tool = json!({ "userAgent": "Terraform/1.6.0 (+https://www.terraform.io)" });
    quiet(id, &looks(0, 40).into_iter().map(|look| with(look, tool.clone())).chain(looks(0, 1)).collect::<Vec<_>>());
    let write = record(0, "RunInstances", json!({}));
    assert_eq!(blind(id, &[write]), "no event of a person or key lists or describes anything");
}

/// A scanner is told once: on later days it is known.
#[test]
fn a_scanner_that_comes_back_is_no_news() {
    let id = "enumeration-without-denial";
    let night = |day: u32| {
        looks(day * 1_440, 24).into_iter().map(move |look| {
            let key = json!({ "type": "IAMUser", "arn": ALICE, "accountId": "111122223333", "userName": "alice",
            "accessKeyId": format!("ASIANIGHT{day}EXAMPLE") });
            with(look, json!({ "userIdentity": key }))
        })
    };
    let nights: Vec<Value> = night(0).chain(night(1)).chain(night(2)).collect();
    let [found] = found(id, &nights).try_into().unwrap();
    assert_eq!(found.access_key.unwrap().to_string(), "ASIANIGHT0EXAMPLE");
}

#[test]
fn secrets_sweep() {
    let id = "secrets-sweep";
    let read = |minute, n| call(minute, "secretsmanager:GetSecretValue", json!({ "secretId": format!("secret{n}") }));
    let reason = "`user/alice` asked for 12 different secrets within an hour.";
    assert_eq!(told(id, &(0..12).map(|n| read(n, n)).collect::<Vec<_>>()), [(Level::Medium, 12, reason.to_owned())]);
    let together = call(0, "ssm:GetParameters", json!({ "names": (0..10).map(|n| n.to_string()).collect::<Vec<_>>() }));
    assert_eq!(found(id, &[together])[0].count, 1);
    // Quiet: one, many times. Nearly: nine; twelve in a day; as many as a third of what is read on other days.
    quiet(id, &(0..50).map(|n| read(n, 1)).collect::<Vec<_>>());
    quiet(id, &(0..9).map(|n| read(n, n)).collect::<Vec<_>>());
    quiet(id, &(0..12).map(|n| read(n * 60, n)).collect::<Vec<_>>());
    let daily = (0..9).map(|n| read(n, n));
    quiet(id, &daily.clone().chain((0..26).map(|n| read(1_440 + n, n))).collect::<Vec<_>>());
    let more: Vec<Value> = daily.chain((0..27).map(|n| read(1_440 + n, n))).collect();
    assert!(told(id, &more)[0].2.ends_with("within an hour, at most 9 on other days."));
    let silent = call(0, "secretsmanager:GetSecretValue", Value::Null);
    assert_eq!(blind(id, &[silent]), "no event that reads a secret says which");
}
