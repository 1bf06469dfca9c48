//! Chains from sessions back to who took the first, in any order of arrival, and the records that try to break them.
#![allow(clippy::unwrap_used, reason = "a record that a test misspells must fail it")]

mod accounts;
mod hostile;
mod kinds;

use analysis::identity::{Chain, Dropped, How, IdentityKind, Incomplete, Limits, Resolver, Tie};
use cloudtrail_log::read_event;
use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) const ONE: &str = "111122223333";
pub(crate) const TWO: &str = "444455556666";
pub(crate) const LONG_TERM: &str = "AKIAIOSFODNN7EXAMPLE";

/// `n` minutes after the evening began.
pub(crate) fn minute(n: u32) -> String {
    format!("2026-11-20T{:02}:{:02}:00Z", 18 + n / 60, n % 60)
}

pub(crate) fn record(id: &str, time: u32, service: &str, name: &str, identity: &Value) -> Value {
    json!({
        "eventVersion": "1.11", "eventID": id, "eventTime": minute(time), "eventName": name,
        "eventSource": format!("{service}.amazonaws.com"), "awsRegion": "eu-west-1", "userIdentity": identity,
        "sourceIPAddress": "203.0.113.7", "userAgent": "aws-cli/2.15.0",
    })
}

/// The same record with these fields as well.
pub(crate) fn with(mut record: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { return record };
    record.as_object_mut().unwrap().extend(fields);
    record
}

pub(crate) fn user(name: &str, key: &str) -> Value {
    json!({ "type": "IAMUser", "principalId": format!("AIDA{}", name.to_uppercase()), "accountId": ONE,
        "arn": format!("arn:aws:iam::{ONE}:user/{name}"), "userName": name, "accessKeyId": key })
}

pub(crate) fn role(account: &str, role: &str, session: &str, key: &str) -> Value {
    json!({ "type": "AssumedRole", "principalId": format!("AROA{}:{session}", role.to_uppercase()),
        "arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"), "accountId": account,
        "accessKeyId": key, "sessionContext": { "sessionIssuer": { "type": "Role", "accountId": account,
            "arn": format!("arn:aws:iam::{account}:role/{role}"), "userName": role } } })
}

/// `caller` takes `session`, a caller made by [`role`].
pub(crate) fn assume(id: &str, time: u32, caller: &Value, session: &Value) -> Value {
    with(
        record(id, time, "sts", "AssumeRole", caller),
        json!({ "responseElements": {
            "credentials": { "accessKeyId": session["accessKeyId"], "sessionToken": "EXAMPLE" },
            "assumedRoleUser": { "arn": session["arn"], "assumedRoleId": session["principalId"] },
        }}),
    )
}

pub(crate) fn observe(resolver: &mut Resolver, record: &Value) {
    read_event(&record.to_string(), |event| resolver.observe(event)).unwrap();
}

pub(crate) fn resolver<'a>(records: impl IntoIterator<Item = &'a Value>) -> Resolver {
    let mut resolver = Resolver::new(Limits::default());
    records.into_iter().for_each(|record| observe(&mut resolver, record));
    resolver
}

/// The chain, which is the same whichever way it is asked for.
pub(crate) fn chain(resolver: &Resolver, record: &Value) -> Chain {
    let mut chains = resolver.chains();
    read_event(&record.to_string(), |event| {
        let chain = resolver.chain(event);
        assert_eq!(*chains.of(event), chain);
        assert_eq!(*chains.of(event), chain);
        chain
    })
    .unwrap()
}

/// The chain of the last record when all have been seen.
pub(crate) fn chain_of_last(records: &[Value]) -> Chain {
    chain(&resolver(records), records.last().unwrap())
}

pub(crate) fn outcome(chain: &Chain) -> (IdentityKind, &str, Option<Incomplete>) {
    assert_eq!(chain.complete, chain.reason.is_none());
    (chain.first.kind, chain.first.name.untrusted().for_matching(), chain.reason)
}

/// alice takes Admin in her account, Admin takes Vault in the other one; each acts. Vault's account has a record of its
/// own of how it was taken, in which the caller is an id.
pub(crate) fn two_accounts() -> Vec<Value> {
    let alice = user("alice", LONG_TERM);
    let admin = role(ONE, "Admin", "night", "ASIAADMINEXAMPLE");
    let vault = role(TWO, "Vault", "door", "ASIAVAULTEXAMPLE");
    let stranger = json!({ "type": "AWSAccount", "principalId": "AROAADMIN:night", "accountId": ONE });
    let shared = json!({ "sharedEventID": "shared-1" });
    vec![
        record("e1", 0, "ec2", "DescribeInstances", &alice),
        assume("e2", 1, &alice, &admin),
        record("e3", 2, "iam", "ListUsers", &admin),
        with(assume("e4", 3, &admin, &vault), shared.clone()),
        with(assume("e5", 3, &stranger, &vault), shared),
        record("e6", 4, "secretsmanager", "GetSecretValue", &vault),
        record("e7", 5, "s3", "GetObject", &vault),
    ]
}

pub(crate) const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

fn assert_alice_everywhere(resolver: &Resolver, records: &[Value]) {
    for record in records {
        let chain = chain(resolver, record);
        let id = record["eventID"].as_str().unwrap();
        assert_eq!(chain.first.name.to_string(), ALICE, "{id}: {chain}");
    }
}

#[test]
fn across_two_accounts_every_event_names_the_first_identity() {
    let records = two_accounts();
    let resolver = resolver(&records);
    for (record, links) in records.iter().zip([0, 0, 1, 1, 1, 2, 2]) {
        let chain = chain(&resolver, record);
        assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, ALICE, None), "{}", record["eventID"]);
        assert_eq!(chain.links.len(), links, "{}", record["eventID"]);
    }
    let chain = chain(&resolver, &records[5]);
    assert_eq!(
        chain.to_string(),
        "arn:aws:iam::111122223333:user/alice → arn:aws:iam::111122223333:role/Admin (session night) (AssumeRole) → \
         arn:aws:iam::444455556666:role/Vault (session door) (AssumeRole)"
    );
    let [admin, vault] = chain.links.as_slice() else { panic!() };
    assert_eq!(chain.first.access_key.as_ref().unwrap().to_string(), LONG_TERM);
    assert_eq!((admin.event_id.as_ref().unwrap().to_string(), admin.by), ("e2".to_owned(), Tie::AccessKey));
    assert_eq!(vault.when.unwrap().to_string(), minute(3));
    assert_eq!((vault.how, vault.account.as_ref().unwrap().to_string()), (How::AssumeRole, TWO.to_owned()));
}

proptest! {
    #[test]
    fn the_order_of_arrival_changes_nothing(records in Just(two_accounts()).prop_shuffle()) {
        assert_alice_everywhere(&resolver(&records), &records);
    }

    #[test]
    fn half_of_the_records_never_name_somebody_else(keep in proptest::collection::vec(any::<bool>(), 7)) {
        let records = two_accounts();
        let kept = records.iter().zip(keep).filter(|(_, keep)| *keep).map(|(record, _)| record);
        let resolver = resolver(kept);
        for record in &records {
            let chain = chain(&resolver, record);
            prop_assert!(!chain.complete || chain.first.name.to_string() == ALICE, "{chain}");
        }
    }
}

#[test]
fn a_missing_record_is_said_in_words() {
    let records = two_accounts();
    let chain = chain_of_last(&records[2..3]);
    assert_eq!(
        outcome(&chain),
        (IdentityKind::Role, "arn:aws:iam::111122223333:role/Admin", Some(Incomplete::NotSeen))
    );
    assert_eq!(
        chain.reason.unwrap().to_string(),
        "the call that handed out the session's credentials is not among the records read"
    );
}

#[test]
fn redacted_keys_are_made_up_for_by_the_session_name() {
    let alice = user("alice", LONG_TERM);
    let admin = role(ONE, "Admin", "night", "ASIAADMINEXAMPLE");
    let mut taken = assume("e1", 1, &alice, &admin);
    taken["responseElements"] = Value::Null;
    taken["requestParameters"] =
        json!({ "roleArn": format!("arn:aws:iam::{ONE}:role/path/Admin"), "roleSessionName": "night" });
    let used = record("e2", 2, "iam", "ListUsers", &admin);
    let chain = chain_of_last(&[taken, used]);
    assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, ALICE, None));
    assert_eq!(chain.links[0].by, Tie::SessionName);
}

/// In the nights of the generator, all that the intruder did names a user (the deployment user, whose key was found, or
/// the one that the intruder made), but for the role that was opened to a stranger's account.
#[test]
fn in_generated_nights_the_intruders_chain_is_whole() {
    for seed in [sample_night::SAMPLE_SEED, 1, 2, 3] {
        let night = sample_night::generate(seed);
        let resolver = resolver(&night.cloudtrail);
        assert_eq!(resolver.dropped(), Dropped::default());
        let mut chains = resolver.chains();
        for record in &night.cloudtrail {
            read_event(&record.to_string(), |event| assert_eq!(*chains.of(event), resolver.chain(event))).unwrap();
        }
        let mut links = 0;
        for step in &night.story {
            let record = night.cloudtrail.iter().find(|record| record["eventID"] == step.event_id).unwrap();
            let chain = chain(&resolver, record);
            let is_user =
                matches!(chain.first.kind, IdentityKind::LongTermKey | IdentityKind::IamUser | IdentityKind::Root);
            let is_stranger = chain.first.kind == IdentityKind::OtherAccount;
            let expected = is_stranger.then_some(Incomplete::OtherAccount);
            assert!(is_user || is_stranger, "seed {seed}, {} at {}: {chain}", step.event_name, step.time);
            assert_eq!(chain.reason, expected, "seed {seed}, {} at {}: {chain}", step.event_name, step.time);
            links += usize::from(is_user && !chain.links.is_empty());
        }
        assert!(links > 10, "seed {seed}: the intruder works in a role for most of the night");
    }
}
