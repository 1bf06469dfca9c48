//! Records that try to break chains: forged, contradictory, circular, endless, too many.

use analysis::identity::*;
use cloudtrail_log::read_event;
use serde_json::{Value, json};

use crate::*;

#[test]
fn one_key_from_several_callers_is_in_doubt() {
    let admin = role(ONE, "Admin", "night", "ASIAADMINEXAMPLE");
    let used = record("e9", 9, "iam", "ListUsers", &admin);
    let first = assume("e1", 1, &user("alice", LONG_TERM), &admin);
    let second = assume("e2", 2, &user("mallory", "AKIAMALLORYEXAMPLE"), &admin);
    for records in [[&first, &second, &used], [&second, &first, &used]] {
        let chain = chain(&resolver(records), &used);
        let mallory = "arn:aws:iam::111122223333:user/mallory";
        assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, mallory, Some(Incomplete::SeveralCallers)));
    }
    // The same record delivered twice is no second caller.
    assert!(chain_of_last(&[first.clone(), first, used]).complete);
}

#[test]
fn forged_answers_change_nobody() {
    let admin = role(ONE, "Admin", "night", "ASIAADMINEXAMPLE");
    let used = record("e9", 9, "iam", "ListUsers", &admin);
    // An answer for another session with this key.
    let mut forged = assume("e1", 1, &user("mallory", "AKIAMALLORYEXAMPLE"), &admin);
    forged["responseElements"]["assumedRoleUser"]["arn"] = json!(format!("arn:aws:sts::{ONE}:assumed-role/Other/x"));
    assert_eq!(outcome(&chain_of_last(&[forged.clone(), used.clone()])).2, Some(Incomplete::Contradiction));
    // Beside the true one it changes nothing.
    let honest = assume("e2", 0, &user("alice", LONG_TERM), &admin);
    let chain = chain_of_last(&[forged, honest, used.clone()]);
    assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, ALICE, None));
    // An answer after the use.
    let late = assume("e1", 59, &user("mallory", "AKIAMALLORYEXAMPLE"), &admin);
    assert_eq!(outcome(&chain_of_last(&[late, used.clone()])).2, Some(Incomplete::UsedBefore));
    // An answer with a user's long-term key.
    let alice = user("alice", LONG_TERM);
    let mut forged = assume("e1", 1, &user("mallory", "AKIAMALLORYEXAMPLE"), &admin);
    forged["responseElements"]["credentials"]["accessKeyId"] = json!(LONG_TERM);
    let chain = chain_of_last(&[forged, record("e2", 2, "s3", "ListBuckets", &alice)]);
    assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, ALICE, None));
    // A refused call answers nothing.
    let refused = with(assume("e1", 1, &alice, &admin), json!({ "errorCode": "AccessDenied" }));
    assert_eq!(outcome(&chain_of_last(&[refused, used])).2, Some(Incomplete::NotSeen));
    // Answers of other types.
    for response in [json!("text"), json!([1]), json!({"credentials": "x"}), json!({"credentials": {"accessKeyId": 7}})]
    {
        let odd = with(assume("e1", 1, &alice, &admin), json!({ "responseElements": response }));
        assert!(!chain_of_last(&[odd, record("e2", 2, "iam", "ListUsers", &admin)]).complete);
    }
    let nobody = record("e", 1, "s3", "GetObject", &json!({}));
    assert_eq!(outcome(&chain_of_last(&[nobody])).2, Some(Incomplete::Nobody));
}

#[test]
fn a_session_that_takes_itself_ends() {
    let admin = role(ONE, "Admin", "night", "ASIAADMINEXAMPLE");
    let other = role(ONE, "Other", "night", "ASIAOTHEREXAMPLE");
    let used = record("e9", 9, "iam", "ListUsers", &admin);
    let chain = chain_of_last(&[assume("e1", 1, &admin, &admin), used.clone()]);
    assert_eq!(outcome(&chain).2, Some(Incomplete::Loop));
    let around = [assume("e1", 1, &admin, &other), assume("e2", 1, &other, &admin), used];
    assert_eq!(outcome(&chain_of_last(&around)).2, Some(Incomplete::Loop));
}

#[test]
fn a_chain_of_a_hundred_thousand_roles_ends_too() {
    let session = |n: u32| {
        let arn = format!("arn:aws:sts::{ONE}:assumed-role/Hop/s{n}");
        json!({ "type": "AssumedRole", "arn": arn, "accessKeyId": format!("ASIAHOP{n:09}") })
    };
    let mut resolver = Resolver::new(Limits::default());
    for n in 0..100_000 {
        // Written out, because making and writing a hundred thousand JSON values takes longer than all the rest.
        let text = format!(
            r#"{{"eventID":"e{n}","eventTime":"2026-11-20T18:00:00Z","eventSource":"sts.amazonaws.com",
            "eventName":"AssumeRole","userIdentity":{{"type":"AssumedRole","accessKeyId":"ASIAHOP{n:09}",
            "arn":"arn:aws:sts::111122223333:assumed-role/Hop/s{n}"}},"responseElements":{{"credentials":
            {{"accessKeyId":"ASIAHOP{:09}"}},"assumedRoleUser":{{"arn":"arn:aws:sts::111122223333:assumed-role/Hop/s{}"}}}}}}"#,
            n + 1,
            n + 1
        );
        read_event(&text, |event| resolver.observe(event)).unwrap();
    }
    let chain = chain(&resolver, &record("used", 2, "iam", "ListUsers", &session(100_000)));
    assert_eq!(outcome(&chain).2, Some(Incomplete::TooLong));
    assert_eq!((chain.links.len(), resolver.dropped()), (analysis::identity::MOST_LINKS, Dropped::default()));
}

#[test]
fn what_does_not_fit_is_left_out_and_counted() {
    let limits = Limits { calls: 1, sessions: 2, users: 1, text_bytes: 1 << 20 };
    let mut resolver = Resolver::new(limits);
    let sessions: Vec<Value> =
        (0..4).map(|n| role(ONE, "Admin", &format!("s{n}"), &format!("ASIA{n}EXAMPLE"))).collect();
    for (n, session) in sessions.iter().enumerate() {
        let caller = user(&format!("user{n}"), &format!("AKIA{n}EXAMPLE"));
        observe(&mut resolver, &assume(&format!("e{n}"), 1, &caller, session));
    }
    assert_eq!(resolver.dropped(), Dropped { calls: 3, session_events: 2, user_events: 3 });
    let used = |session: &Value| record("used", 2, "iam", "ListUsers", session);
    assert!(chain(&resolver, &used(&sessions[0])).complete);
    assert_eq!(chain(&resolver, &used(&sessions[3])).reason, Some(Incomplete::NotKept));

    let mut narrow = Resolver::new(Limits { text_bytes: 100, ..Limits::default() });
    observe(&mut narrow, &assume("e", 1, &user("alice", LONG_TERM), &sessions[0]));
    assert_eq!(narrow.dropped(), Dropped { calls: 1, session_events: 1, user_events: 1 });
}
