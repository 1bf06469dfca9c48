//! A role taken from another account is recorded twice, in each account, and either record may be missing.

use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::cloudtrail::{EventAnalysis, EventSearch};
use analysis::detect::{DetectionLimits, PackBuilder};
use analysis::identity::*;
use cloudtrail_log::read_event;
use security_model::RecordOrigin;
use serde_json::{Value, json};

use crate::*;

const ADMIN: &str = "arn:aws:iam::111122223333:role/Admin";
const VAULT: &str = "arn:aws:iam::444455556666:role/Vault";

/// All orders of some things.
fn orders<T: Copy>(things: &[T], mut each: impl FnMut(&[T])) {
    arrange(&mut Vec::new(), things, &mut each);
}

fn arrange<T: Copy>(first: &mut Vec<T>, left: &[T], each: &mut impl FnMut(&[T])) {
    if left.is_empty() {
        return each(first);
    }
    for (at, thing) in left.iter().enumerate() {
        let rest: Vec<T> = left.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, rest)| *rest).collect();
        first.push(*thing);
        arrange(first, &rest, each);
        first.pop();
    }
}

/// Every record but the one of this id, read in every order: each names this first identity, for this reason.
fn assert_first(without: &str, expected: impl Fn(&str) -> (IdentityKind, &'static str, Option<Incomplete>)) {
    let records = two_accounts();
    let kept: Vec<&Value> = records.iter().filter(|record| record["eventID"] != *without).collect();
    let mut count = 0;
    orders(&kept, |order| {
        count += 1;
        let resolver = resolver(order.iter().copied());
        for record in order {
            let id = record["eventID"].as_str().unwrap();
            let chain = chain(&resolver, record);
            assert_eq!(outcome(&chain), expected(id), "without {without}, {id}: {chain}");
        }
    });
    assert_eq!(count, (1..=kept.len()).product::<usize>());
}

const WHOLE: (IdentityKind, &str, Option<Incomplete>) = (IdentityKind::LongTermKey, ALICE, None);

#[test]
fn in_every_order_every_event_names_the_user() {
    assert_first("none", |_| WHOLE);
}

#[test]
fn without_any_one_record_every_event_names_the_first_identity_that_is_known() {
    for unneeded in ["e1", "e3", "e4", "e5", "e6", "e7"] {
        assert_first(unneeded, |_| WHOLE);
    }
    // Nothing tells any more who took the first role; that it was Admin, both accounts' records say.
    assert_first("e2", |id| match id {
        "e1" => WHOLE,
        _ => (IdentityKind::Role, ADMIN, Some(Incomplete::NotSeen)),
    });
}

/// What is left when several records are missing: the caller of another account is never taken for the role that it took.
#[test]
fn with_the_other_accounts_records_only_the_caller_is_an_id() {
    let records = two_accounts();
    let stranger = (IdentityKind::OtherAccount, "111122223333/AROAADMIN", Some(Incomplete::OtherAccount));
    let copies = [&records[4], &records[5], &records[6]];
    orders(&copies, |order| {
        for record in order {
            assert_eq!(outcome(&chain(&resolver(order.iter().copied()), record)), stranger);
        }
    });
    // With neither record of the call, the role is all there is, and it is said to be no first identity.
    let vault = chain_of_last(&records[5..]);
    assert_eq!(outcome(&vault), (IdentityKind::Role, VAULT, Some(Incomplete::NotSeen)));
    // Another session of the same role says nothing of this one.
    let other = record("e0", 0, "iam", "ListUsers", &role(ONE, "Admin", "day", "ASIADAYEXAMPLE"));
    assert_eq!(outcome(&chain(&resolver([&other, copies[0], copies[1]]), copies[1])), stranger);
}

/// alice takes the role of the other account without a role in between.
fn straight() -> Vec<Value> {
    let vault = role(TWO, "Vault", "door", "ASIAVAULTEXAMPLE");
    let stranger = json!({ "type": "AWSAccount", "principalId": "AIDAALICE", "accountId": ONE });
    let shared = json!({ "sharedEventID": "shared-1" });
    vec![
        with(assume("e1", 1, &user("alice", LONG_TERM), &vault), shared.clone()),
        with(assume("e2", 1, &stranger, &vault), shared),
        record("e3", 2, "s3", "GetObject", &vault),
    ]
}

#[test]
fn a_user_who_takes_a_role_of_another_account_is_named_by_both_records() {
    let records = straight();
    let of = |which: &[usize], at: usize| {
        let mut outcomes = Vec::new();
        orders(which, |order| {
            let resolver = resolver(order.iter().map(|at| &records[*at]));
            let chain = chain(&resolver, &records[at]);
            let (kind, name, reason) = outcome(&chain);
            outcomes.push((kind, name.to_owned(), reason));
        });
        outcomes.dedup();
        let [one] = outcomes.try_into().unwrap();
        one
    };
    let alice = |kind| (kind, ALICE.to_owned(), None);
    assert_eq!(of(&[0, 1, 2], 0), alice(IdentityKind::LongTermKey));
    assert_eq!(of(&[0, 1, 2], 1), alice(IdentityKind::LongTermKey));
    assert_eq!(of(&[0, 1, 2], 2), alice(IdentityKind::LongTermKey));
    let stranger = "111122223333/AIDAALICE".to_owned();
    for at in [1, 2] {
        assert_eq!(of(&[1, 2], at), (IdentityKind::OtherAccount, stranger.clone(), Some(Incomplete::OtherAccount)));
    }
}

#[test]
fn the_shared_id_alone_ties_the_copy_to_the_call() {
    let mut records = straight();
    records[1]["userIdentity"] = json!({ "type": "AWSAccount", "accountId": ONE });
    for at in 0..3 {
        assert_eq!(outcome(&chain(&resolver(&records), &records[at])), WHOLE, "{at}");
    }
    let copies = &records[1..];
    for record in copies {
        let chain = chain(&resolver(copies), record);
        assert_eq!(outcome(&chain), (IdentityKind::OtherAccount, ONE, Some(Incomplete::OtherAccount)));
    }
    // Of two sessions of one name the one that made the call took the role.
    let mut records = two_accounts();
    let again = role(ONE, "Admin", "night", "ASIAAGAINEXAMPLE");
    records.push(assume("e8", 2, &user("mallory", "AKIAMALLORYEXAMPLE"), &again));
    let resolver = resolver(&records);
    for at in [3, 4, 5, 6] {
        assert_eq!(outcome(&chain(&resolver, &records[at])), WHOLE, "{at}");
    }
}

/// The first account's role, taken from the other account, goes out again: each call has a shared id of its own.
#[test]
fn there_and_back_and_there_again() {
    let vault = role(TWO, "Vault", "door", "ASIAVAULTEXAMPLE");
    let back = role(ONE, "Back", "home", "ASIABACKEXAMPLE");
    let again = role(TWO, "Again", "door", "ASIAAGAINEXAMPLE");
    let call = |id: &str, time, caller: &Value, session: &Value| {
        with(assume(id, time, caller, session), json!({ "sharedEventID": format!("shared-{time}") }))
    };
    let stranger = json!({ "type": "AWSAccount", "principalId": "AIDAALICE", "accountId": ONE });
    let records = [call("e1", 1, &stranger, &vault), call("e2", 2, &vault, &back), call("e3", 3, &back, &again)];
    let unknown = "111122223333/AIDAALICE";
    for record in &records {
        let chain = chain(&resolver(&records), record);
        assert_eq!(outcome(&chain), (IdentityKind::OtherAccount, unknown, Some(Incomplete::OtherAccount)));
    }
    // The same through the trail, which keeps of a call no more than its place.
    assert_eq!(found(&records, unknown), ["e1", "e2", "e3"]);
}

/// A machine of one account takes a role of the other: its own records say that it is one.
#[test]
fn a_machine_of_another_account_is_known_by_its_own_records() {
    let mut instance = role(ONE, "Worker", "i-0123456789abcdef0", "ASIAWORKEREXAMPLE");
    instance["sessionContext"]["ec2RoleDelivery"] = json!("2.0");
    let vault = role(TWO, "Vault", "door", "ASIAVAULTEXAMPLE");
    let stranger = json!({ "type": "AWSAccount", "principalId": "AROAWORKER:i-0123456789abcdef0", "accountId": ONE });
    let records = [
        record("e1", 0, "s3", "GetObject", &instance),
        assume("e2", 1, &stranger, &vault),
        record("e3", 2, "s3", "GetObject", &vault),
    ];
    let machine = (IdentityKind::Ec2Instance, "i-0123456789abcdef0", None);
    orders(&[0, 1, 2], |order| {
        let resolver = resolver(order.iter().map(|at| &records[*at]));
        for record in &records {
            assert_eq!(outcome(&chain(&resolver, record)), machine);
        }
    });
    // Somebody who gave himself the machine's name is not to be told from it by name.
    let taken = record("e0", 0, "s3", "GetObject", &role(ONE, "Worker", "i-0123456789abcdef0", "ASIAFALSEEXAMPLE"));
    for order in [[&taken, &records[0]], [&records[0], &taken]] {
        let resolver = resolver(order.into_iter().chain([&records[1]]));
        assert!(!chain(&resolver, &records[2]).complete);
    }
}

#[test]
fn two_strangers_for_one_key_are_in_doubt() {
    let records = two_accounts();
    let other = json!({ "type": "AWSAccount", "principalId": "AIDAMALLORY", "accountId": "123456789012" });
    let vault = role(TWO, "Vault", "door", "ASIAVAULTEXAMPLE");
    let second = assume("e9", 3, &other, &vault);
    for order in [[&records[4], &second], [&second, &records[4]]] {
        let chain = chain(&resolver(order), &records[5]);
        assert_eq!(chain.reason, Some(Incomplete::SeveralCallers), "{chain}");
    }
}

/// The events that a search for the principal finds when these are read, in this order, each in a file of its own.
pub(crate) fn found<'a>(records: impl IntoIterator<Item = &'a Value>, principal: &str) -> Vec<String> {
    let pack = PackBuilder::default().build();
    let mut analysis = EventAnalysis::new(EvidenceLimits::default()).with_rules(pack, DetectionLimits::default());
    for record in records {
        let origin = RecordOrigin { place: Arc::from(record["eventID"].as_str().unwrap()), index: 0 };
        read_event(&record.to_string(), |event| analysis.observe(event, &origin)).unwrap();
    }
    let search = EventSearch { principal: Some(principal.to_owned()), ..EventSearch::default() };
    let found = analysis.finish().evidence.search(&search, 0, 100);
    let mut ids: Vec<String> = found.rows.iter().map(|row| row.event_id.as_ref().unwrap().to_string()).collect();
    ids.sort();
    ids
}

#[test]
fn whoever_searches_for_the_first_identity_finds_every_event() {
    let all = ["e1", "e2", "e3", "e4", "e5", "e6", "e7"];
    let records = two_accounts();
    assert_eq!(found(&records, ALICE), all);
    assert_eq!(found(records.iter().rev(), ALICE), all);
    // Nothing but the shared id names the caller of the copy.
    let mut nameless = straight();
    nameless[1]["userIdentity"] = json!({ "type": "AWSAccount", "accountId": ONE });
    assert_eq!(found(&nameless, ALICE), ["e1", "e2", "e3"]);
    assert_eq!(found(nameless.iter().rev(), ALICE), ["e1", "e2", "e3"]);
    // Without the call for the first role, the role is the first that is known.
    let without = records.iter().filter(|record| record["eventID"] != "e2");
    assert_eq!(found(without, ADMIN), ["e3", "e4", "e5", "e6", "e7"]);
    // The other account's own records.
    assert_eq!(found(&records[4..], "111122223333/AROAADMIN"), ["e5", "e6", "e7"]);
}

#[test]
fn one_account_of_two_is_enough_to_say_how_far_the_records_go() {
    let records = two_accounts();
    // Only the other account's records: the caller is an id of another account.
    let chain = chain_of_last(&[records[4].clone(), records[5].clone()]);
    let expected = "111122223333/AROAADMIN";
    assert_eq!(outcome(&chain), (IdentityKind::OtherAccount, expected, Some(Incomplete::OtherAccount)));
    // The other account's record of the call, and the first account's of everything but the call.
    let chain = chain_of_last(&[records[1].clone(), records[4].clone(), records[5].clone()]);
    assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, ALICE, None));
    assert_eq!(chain.links.len(), 2);
    assert_eq!(chain.links[0].by, Tie::SessionName);
    // The caller's record without its answer still goes before the other account's.
    let mut unanswered = records[3].clone();
    unanswered["responseElements"]["credentials"] = Value::Null;
    let chain = chain_of_last(&[records[1].clone(), unanswered, records[4].clone(), records[5].clone()]);
    assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, ALICE, None));
    assert_eq!(chain.links[1].event_id.as_ref().unwrap().to_string(), "e4");
}

#[test]
fn a_user_of_another_account_is_known_by_id_if_that_accounts_records_are_there() {
    let vault = role(TWO, "Vault", "door", "ASIAVAULTEXAMPLE");
    let stranger = json!({ "type": "AWSAccount", "principalId": "AIDAALICE", "accountId": ONE });
    let seen = record("e1", 0, "ec2", "DescribeInstances", &user("alice", LONG_TERM));
    let taken = assume("e2", 1, &stranger, &vault);
    let used = record("e3", 2, "s3", "GetObject", &vault);
    let chain = chain_of_last(&[seen, taken.clone(), used.clone()]);
    assert_eq!(outcome(&chain), (IdentityKind::IamUser, ALICE, None));
    assert_eq!(outcome(&chain_of_last(&[taken, used])).2, Some(Incomplete::OtherAccount));
}
