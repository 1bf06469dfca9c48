//! Passwords and second factors.

use security_model::Level;
use serde_json::{Value, json};

use super::support::*;

fn sign_in(minute: u32, user: &str, ip: &str, outcome: &str, mfa: &str) -> Value {
    let identity = json!({ "type": "IAMUser", "accountId": "111122223333", "userName": user,
        "arn": format!("arn:aws:iam::111122223333:user/{user}") });
    record(
        minute,
        "ConsoleLogin",
        json!({ "eventSource": "signin.amazonaws.com", "userIdentity": identity, "sourceIPAddress": ip,
            "responseElements": { "ConsoleLogin": outcome }, "additionalEventData": { "MFAUsed": mfa } }),
    )
}

#[test]
fn console_without_mfa() {
    let id = "console-without-mfa";
    let signed_in = sign_in(0, "alice", BERLIN, "Success", "No");
    let reason = "`user/alice` signed in to the console from `130.149.1.1` without a second factor.";
    assert_eq!(told(id, std::slice::from_ref(&signed_in)), [(Level::Low, 1, reason.to_owned())]);
    let again = [signed_in.clone(), sign_in(9, "alice", PARIS, "Success", "No")];
    let reason = "`user/alice` signed in to the console 2 times without a second factor, first from `130.149.1.1`.";
    assert_eq!(told(id, &again), [(Level::Low, 2, reason.to_owned())]);
    quiet(id, &[sign_in(0, "alice", BERLIN, "Success", "Yes")]);
    // Nearly: a failed one, and a federated one, whose second factor AWS never sees.
    let mut federated = signed_in.clone();
    federated["userIdentity"]["type"] = json!("AssumedRole");
    quiet(id, &[sign_in(0, "alice", BERLIN, "Failure", "No"), federated]);
    assert_eq!(blind(id, &[record(0, "A", json!({}))]), "there is no console sign-in among the events");
    let mut silent = signed_in;
    silent["additionalEventData"] = Value::Null;
    assert_eq!(blind(id, &[silent]), "no console sign-in says whether a second factor was used");
}

fn failures(count: u32, step: u32, user: impl Fn(u32) -> String) -> Vec<Value> {
    (0..count).map(|n| sign_in(n * step, &user(n), BERLIN, "Failure", "No")).collect()
}

#[test]
fn brute_force_then_success() {
    let id = "brute-force-then-success";
    let success = |minute| sign_in(minute, "alice", BERLIN, "Success", "Yes");
    let guessed: Vec<Value> = failures(5, 1, |_| "alice".to_owned()).into_iter().chain([success(6)]).collect();
    let reason = format!(
        "`user/alice` signed in from `{BERLIN}` after 5 failed sign-ins from there within a quarter of an hour."
    );
    assert_eq!(told(id, &guessed), [(Level::High, 6, reason)]);
    // One address tries many users.
    let sprayed: Vec<Value> = failures(6, 1, |n| format!("user{n}")).into_iter().chain([success(7)]).collect();
    assert_eq!(found(id, &sprayed)[0].count, 7);
    // Many addresses try one user.
    let spread: Vec<Value> =
        (0..6).map(|n| sign_in(n, "alice", &format!("193.0.{n}.1"), "Failure", "No")).chain([success(7)]).collect();
    assert!(told(id, &spread)[0].2.contains("6 failed sign-ins as that user"));
    // Quiet: no success. Nearly: four failures; five, half an hour before; five of other users from elsewhere.
    quiet(id, &failures(50, 1, |_| "alice".to_owned()));
    quiet(id, &failures(4, 1, |_| "alice".to_owned()).into_iter().chain([success(5)]).collect::<Vec<_>>());
    quiet(id, &failures(5, 1, |_| "alice".to_owned()).into_iter().chain([success(35)]).collect::<Vec<_>>());
    let mut elsewhere = failures(5, 1, |_| "bob".to_owned());
    elsewhere.iter_mut().for_each(|record| record["sourceIPAddress"] = json!(KYOTO));
    elsewhere.push(success(6));
    quiet(id, &elsewhere);
    assert_eq!(blind(id, &[record(0, "A", json!({}))]), "there is no console sign-in among the events");
}

#[test]
fn password_spray() {
    let id = "password-spray";
    let reason = format!("Sign-ins as 6 different users failed from `{BERLIN}` within an hour.");
    assert_eq!(told(id, &failures(6, 8, |n| format!("user{n}"))), [(Level::Medium, 6, reason)]);
    // Quiet: one user. Nearly: four users; five in two hours; five from as many addresses.
    quiet(id, &failures(50, 1, |_| "alice".to_owned()));
    quiet(id, &failures(40, 1, |n| format!("user{}", n % 4)));
    quiet(id, &failures(5, 20, |n| format!("user{n}")));
    let spread: Vec<Value> =
        (0..5).map(|n| sign_in(n, &format!("user{n}"), &format!("193.0.{n}.1"), "Failure", "No")).collect();
    quiet(id, &spread);
    assert_eq!(blind(id, &[record(0, "A", json!({}))]), "there is no console sign-in among the events");
}

#[test]
fn mfa_tampering() {
    let id = "mfa-tampering";
    let off = |minute, user: &str| call(minute, "iam:DeactivateMFADevice", json!({ "userName": user }));
    let on = |minute, user: &str| call(minute, "iam:EnableMFADevice", json!({ "userName": user }));
    let exchanged = "`user/alice` removed the second factor of `bob` and registered another one.";
    assert_eq!(told(id, &[off(0, "bob"), on(5, "bob")]), [(Level::High, 2, exchanged.to_owned())]);
    let without = "`user/alice` removed the second factor of `bob`, who then signed in without one.";
    let signed_in = |minute| sign_in(minute, "bob", KYOTO, "Success", "No");
    assert_eq!(told(id, &[off(0, "bob"), signed_in(9)]), [(Level::High, 2, without.to_owned())]);
    let failed = |count| (0..count).map(|n| sign_in(n, "bob", KYOTO, "Failure", "Yes"));
    let after = "`user/alice` removed a second factor of `bob` after failed sign-ins as that user.";
    assert_eq!(told(id, &failed(3).chain([off(9, "bob")]).collect::<Vec<_>>()), [(Level::High, 4, after.to_owned())]);
    // Quiet: one's own. Nearly: another user's later; a day later; two failures before; a refused call.
    quiet(id, &[off(0, "alice"), on(5, "alice")]);
    quiet(id, &[off(0, "bob"), on(5, "carol")]);
    quiet(id, &[off(0, "bob"), on(1_500, "bob")]);
    quiet(id, &failed(2).chain([off(9, "bob")]).collect::<Vec<_>>());
    quiet(id, &[with(off(0, "bob"), json!({ "errorCode": "AccessDenied" })), on(5, "bob")]);
    let nobody = call(0, "iam:DeactivateMFADevice", Value::Null);
    assert_eq!(blind(id, &[nobody]), "no change of a second factor says whose it is");
}

fn as_root(minute: u32, key: &str) -> Value {
    let root = json!({ "type": "Root", "arn": "arn:aws:iam::111122223333:root", "accountId": "111122223333",
        "accessKeyId": key });
    record(minute, "ListUsers", json!({ "userIdentity": root }))
}

#[test]
fn root_use() {
    let id = "root-use";
    let many: Vec<Value> = (0..656).map(|n| as_root(n, "ASIAROOTEXAMPLE")).collect();
    let reason = "The root user `root` made 656 calls in one session, first `ec2:ListUsers`.";
    assert_eq!(told(id, &many), [(Level::Medium, 656, reason.to_owned())]);
    let two = [as_root(0, "ASIAROOTEXAMPLE"), as_root(1, "ASIASECONDEXAMPLE")];
    assert_eq!(told(id, &two), vec![(Level::Medium, 1, "The root user `root` called `ec2:ListUsers`.".to_owned()); 2]);
    let mut alone = as_root(0, "AKIAROOTEXAMPLE");
    alone["userIdentity"]["sessionContext"] = json!({ "attributes": { "mfaAuthenticated": "false" } });
    assert!(told(id, &[alone])[0].2.ends_with("called `ec2:ListUsers`, without a second factor."));
    quiet(id, &[record(0, "ListUsers", json!({}))]);
    // Nearly: a sign-in that failed; a service on its own account.
    let mut failed = sign_in(0, "x", BERLIN, "Failure", "No");
    failed["userIdentity"] = as_root(0, "")["userIdentity"].clone();
    quiet(id, &[failed]);
    let mut of_service = as_root(0, "");
    of_service["userIdentity"]["invokedBy"] = json!("support.amazonaws.com");
    quiet(id, &[record(0, "ListUsers", json!({})), of_service]);
    let blind = blind(id, &[record(0, "A", json!({ "userIdentity": {} }))]);
    assert_eq!(blind, "no event says what type of identity made it");
}
