//! The table of sessions.

use analysis::identity::*;
use serde_json::{Value, json};

use crate::kinds::service;
use crate::*;

#[test]
fn sessions_are_what_a_principal_did_with_a_key() {
    let alice = user("alice", LONG_TERM);
    let mut through = alice.clone();
    through["invokedBy"] = json!("cloudformation.amazonaws.com");
    let records = [
        with(record("e2", 7, "s3", "ListBuckets", &alice), json!({ "userAgent": "Boto3/1.26 Botocore/1.29" })),
        record("e1", 3, "s3", "ListBuckets", &alice),
        with(record("e3", 5, "s3", "ListBuckets", &alice), json!({ "sourceIPAddress": "2001:db8:1:2::3" })),
        with(
            record("e4", 9, "ec2", "RunInstances", &through),
            json!({ "sourceIPAddress": "cloudformation.amazonaws.com", "userAgent": "cloudformation.amazonaws.com" }),
        ),
        record("e5", 1, "s3", "ListBuckets", &role(ONE, "Admin", "night", "ASIAADMINEXAMPLE")),
        record("e6", 1, "s3", "ListBuckets", &service("s3.amazonaws.com")),
    ];
    let sessions: Vec<Session> = resolver(&records).sessions();
    let [admin, alice] = sessions.as_slice() else { panic!("{sessions:?}") };
    assert_eq!((admin.name.as_ref().unwrap().as_str(), admin.events), ("night", 1));
    assert_eq!((alice.access_key.as_str(), alice.principal.as_str(), alice.events), (LONG_TERM, ALICE, 4));
    assert_eq!(alice.account.as_ref().unwrap().as_str(), ONE);
    assert_eq!(alice.first_seen.unwrap().to_string(), minute(3));
    assert_eq!(alice.last_seen.unwrap().to_string(), minute(9));
    let networks: Vec<String> = alice.networks.iter().map(ToString::to_string).collect();
    assert_eq!(
        (networks.as_slice(), alice.more_networks),
        (["203.0.113.0/24".to_owned(), "2001:db8:1::/48".to_owned()].as_slice(), false)
    );
    assert_eq!(alice.user_agents, ["aws-cli", "boto3"]);
}

#[test]
fn a_session_of_many_networks_keeps_some() {
    let alice = user("alice", LONG_TERM);
    let records: Vec<Value> = (0..40)
        .map(|n| {
            with(record("e", 1, "s3", "ListBuckets", &alice), json!({ "sourceIPAddress": format!("198.18.{n}.1") }))
        })
        .collect();
    let sessions = resolver(records.iter().rev()).sessions();
    assert_eq!((sessions[0].networks.len(), sessions[0].more_networks), (16, true));
    assert_eq!(sessions, resolver(&records).sessions());
}
