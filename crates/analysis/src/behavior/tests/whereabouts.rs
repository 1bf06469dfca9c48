//! Where identities, sessions and keys are used from.

use security_model::Level;
use serde_json::{Value, json};

use super::support::*;

fn from(minute: u32, ip: &str) -> Value {
    record(minute, "DescribeInstances", json!({ "sourceIPAddress": ip }))
}

#[test]
fn impossible_travel() {
    let id = "impossible-travel";
    let [(level, count, reason)] = told(id, &[from(0, BERLIN), from(30, KYOTO)]).try_into().unwrap();
    let start = "`user/alice` acted from Germany (DE) and 30 minutes later from Japan (JP), at least ";
    assert!(reason.starts_with(start) && reason.ends_with(" km away."), "{reason}");
    assert_eq!((level, count), (Level::Medium, 2));
    // There and back is one finding of three events.
    let [found] = found(id, &[from(0, BERLIN), from(30, KYOTO), from(60, BERLIN)]).try_into().unwrap();
    assert_eq!(found.count, 3);
    // Quiet: a day later. Nearly: neighbours; a network of AWS; a documentation address.
    quiet(id, &[from(0, BERLIN), from(1_440, KYOTO)]);
    quiet(id, &[from(0, BERLIN), from(5, PARIS)]);
    quiet(id, &[from(0, BERLIN), from(5, "54.72.0.1"), from(6, "203.0.113.7")]);
    // A role that many may take is not one traveller.
    let mut shared = from(30, KYOTO);
    shared["userIdentity"] = json!({ "type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/Admin/x" });
    let mut other = shared.clone();
    other["sourceIPAddress"] = json!(BERLIN);
    quiet(id, &[from(0, BERLIN), shared, other]);
    let nowhere = blind(id, &[from(0, "203.0.113.7")]);
    assert_eq!(nowhere, "no event of a person or key has an address with a country");
}

#[test]
fn session_from_several_networks() {
    let id = "session-from-several-networks";
    let away = |ip: &str, agent: &str| record(9, "ListBuckets", json!({ "sourceIPAddress": ip, "userAgent": agent }));
    let boto = "Boto3/1.26 Botocore/1.29";
    let taken = [from(0, BERLIN), away(PARIS, boto)];
    let reason = "A session of `user/alice` was used from Germany (DE) by aws-cli and from France (FR) by boto3.";
    assert_eq!(told(id, &taken), [(Level::Medium, 2, reason.to_owned())]);
    assert_eq!(found(id, &taken)[0].access_key.as_ref().unwrap().to_string(), "ASIAIOSFODNN7EXAMPLE");
    assert!(told(id, &[from(0, BERLIN), away("54.72.0.1", boto)])[0].2.contains("AWS eu-west-1"));
    // Quiet: one network. Nearly: another network with the same tool, another tool on the same network.
    quiet(id, &[from(0, BERLIN), from(1, BERLIN)]);
    quiet(id, &[from(0, BERLIN), away(PARIS, "aws-cli/2.15.0")]);
    quiet(id, &[from(0, BERLIN), away("134.95.1.1", boto)]);
    let nothing = blind(id, &[from(0, "203.0.113.7")]);
    assert_eq!(nothing, "no event has a temporary access key and a public address");
}

/// So many events in so many days, evenly.
fn known(days: u32, events: u32) -> impl Iterator<Item = Value> {
    (0..events).map(move |n| from(n * days * 1_440 / events, BERLIN))
}

#[test]
fn first_seen_country() {
    let id = "first-seen-country";
    let new: Vec<Value> = known(8, 40).chain([from(8 * 1_440, PARIS)]).collect();
    let reason = "`user/alice` acted from France (FR) for the first time, after 8 days elsewhere.";
    assert_eq!(told(id, &new), [(Level::Low, 1, reason.to_owned())]);
    // Quiet: the same country. Nearly: few events; a country that was there from the start.
    quiet(id, &known(8, 40).chain([from(8 * 1_440, BERLIN)]).collect::<Vec<_>>());
    quiet(id, &known(8, 40).chain([from(1, PARIS), from(8 * 1_440, PARIS)]).collect::<Vec<_>>());
    assert_eq!(
        blind(id, &known(8, 10).chain([from(8 * 1_440, PARIS)]).collect::<Vec<_>>()),
        "insufficient history: nobody has 20 events on three days before the last"
    );
    assert_eq!(
        blind(id, &known(2, 40).chain([from(2 * 1_440, PARIS)]).collect::<Vec<_>>()),
        "insufficient history: seven days of an identity are needed, and the longest known spans 48 hours"
    );
    assert_eq!(blind(id, &[from(0, "10.0.0.1")]), "no event has an address with a country");
}

#[test]
fn key_from_new_network() {
    let id = "key-from-new-network";
    let key = |minute, ip: &str, agent: &str| {
        by("robot", record(minute, "ListBuckets", json!({ "sourceIPAddress": ip, "userAgent": agent })))
    };
    let history = || (0..40).map(|n| key(n * 300, BERLIN, "Boto3/1.26"));
    let day = 9 * 1_440;
    let new: Vec<Value> = history().chain([key(day, PARIS, "Boto3/1.26")]).collect();
    let reason = format!("A key of `user/robot` was used from `{PARIS}` for the first time after 9 days.");
    assert_eq!(told(id, &new), [(Level::Low, 1, reason)]);
    let with_tool: Vec<Value> = history().chain([key(day, PARIS, "aws-cli/2.15.0")]).collect();
    assert_eq!(found(id, &with_tool)[0].level, Level::Medium);
    // Quiet: the same network. Nearly: a neighbour in it; a key that moves all the time; a temporary key.
    quiet(id, &history().chain([key(day, "130.149.1.77", "aws-cli/2.15.0")]).collect::<Vec<_>>());
    let moving = (0..40).map(|n| key(n * 300, &format!("130.149.{n}.1"), "Boto3/1.26"));
    quiet(id, &moving.chain([key(day, PARIS, "Boto3/1.26")]).collect::<Vec<_>>());
    quiet(id, &history().chain([from(day, PARIS)]).collect::<Vec<_>>());
    assert_eq!(blind(id, &[from(0, BERLIN)]), "no event has a long-term access key and an address");
    assert!(blind(id, &[key(0, BERLIN, "x"), key(60, PARIS, "x")]).starts_with("insufficient history: seven days"));
}

fn of_instance(minute: u32, id: &str, ip: &str) -> Value {
    let role = "arn:aws:iam::111122223333:role/web";
    let identity = json!({ "type": "AssumedRole", "accountId": "111122223333", "principalId": format!("AROAWEB:{id}"),
        "arn": format!("arn:aws:sts::111122223333:assumed-role/web/{id}"), "accessKeyId": format!("ASIA{id}"),
        "sessionContext": { "sessionIssuer": { "type": "Role", "arn": role, "userName": "web" },
            "ec2RoleDelivery": "2.0" } });
    record(minute, "ListBuckets", json!({ "userIdentity": identity, "sourceIPAddress": ip }))
}

#[test]
fn compute_credentials_outside() {
    let id = "compute-credentials-outside";
    let one = "i-0123456789abcdef0";
    let outside = format!("Credentials of instance `{one}` were used from `{BERLIN}` in Germany (DE), outside AWS");
    assert_eq!(told(id, &[of_instance(0, one, BERLIN)]), [(Level::Medium, 1, format!("{outside}."))]);
    let both = [of_instance(0, one, "54.72.0.1"), of_instance(9, one, BERLIN), of_instance(12, one, "10.0.0.9")];
    assert_eq!(told(id, &both), [(Level::High, 2, format!("{outside}, and also inside."))]);
    // Quiet: addresses of AWS and private ones. Nearly: several instances behind one address; a person in that role.
    quiet(id, &[of_instance(0, one, "54.72.0.1"), of_instance(9, one, "10.0.0.9")]);
    quiet(id, &[of_instance(0, one, BERLIN), of_instance(5, "i-0fedcba9876543210", BERLIN)]);
    let mut person = of_instance(0, "alice", BERLIN);
    person["userIdentity"]["sessionContext"]["ec2RoleDelivery"] = Value::Null;
    quiet(id, &[of_instance(0, one, "10.0.0.9"), person]);
    let nobody = "no event is of a session of an instance, function or container";
    assert_eq!(blind(id, &[from(0, BERLIN)]), nobody);
}
