//! Rights, trust, credentials and users.

use security_model::Level;
use serde_json::{Value, json};

use super::support::*;

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn attach(minute: u32, user: &str, policy: &str) -> Value {
    call(minute, "iam:AttachUserPolicy", json!({ "userName": user, "policyArn": policy }))
}

#[test]
fn own_rights_widened_then_used() {
    let id = "own-rights-widened-then-used";
    let launch = |minute| call(minute, "ec2:RunInstances", json!({}));
    let reason = "`user/alice` widened its own rights with `AttachUserPolicy` and then called `ec2:RunInstances`, \
                  for the first time.";
    assert_eq!(told(id, &[attach(0, "alice", ADMINISTRATOR), launch(9)]), [(Level::High, 2, reason.to_owned())]);
    // What was refused before may be a look.
    let look = |minute, error: Value| with(call(minute, "s3:ListBuckets", json!({})), json!({ "errorCode": error }));
    let tried = [look(0, json!("AccessDenied")), attach(5, "alice", ADMINISTRATOR), look(9, Value::Null)];
    assert!(told(id, &tried)[0].2.ends_with("then called `s3:ListBuckets`, which it was refused before."));
    let document = |action: &str| {
        json!({ "policyArn": "arn:aws:iam::111122223333:policy/p", "setAsDefault": true,
        "policyDocument": json!({ "Statement": { "Effect": "Allow", "Action": action, "Resource": "*" } }).to_string() })
    };
    let version = |action| [call(0, "iam:CreatePolicyVersion", document(action)), launch(9)];
    assert!(told(id, &version("*"))[0].2.contains("let a policy allow everything with `CreatePolicyVersion`"));
    let older = [call(0, "iam:SetDefaultPolicyVersion", json!({ "versionId": "v1" })), launch(9)];
    assert!(told(id, &older)[0].2.contains("another version of a policy the valid one"));
    // Quiet: another's rights. Nearly: an ordinary policy; an hour later; what it did before; a refused change.
    quiet(id, &[attach(0, "bob", ADMINISTRATOR), launch(9)]);
    quiet(id, &version("s3:Get*"));
    quiet(id, &[attach(0, "alice", ADMINISTRATOR), launch(70)]);
    quiet(id, &[launch(0), attach(1, "alice", ADMINISTRATOR), launch(9)]);
    let refused = with(attach(0, "alice", ADMINISTRATOR), json!({ "errorCode": "AccessDenied" }));
    quiet(id, &[refused, launch(9)]);
    let silent = call(0, "iam:AttachUserPolicy", Value::Null);
    assert_eq!(blind(id, &[silent]), "no call that widens rights says whose");
}

#[test]
fn trust_changed_then_role_assumed() {
    let id = "trust-changed-then-role-assumed";
    let trust = |name: &str| call(0, &format!("iam:{name}"), json!({ "roleName": "deploy", "policyDocument": "{}" }));
    let take = |minute, role: &str| {
        call(minute, "sts:AssumeRole", json!({ "roleArn": format!("arn:aws:iam::111122223333:role/{role}") }))
    };
    let reason = "`user/alice` changed who may take role `deploy` and then took it.";
    let changed = [trust("UpdateAssumeRolePolicy"), take(30, "team/deploy")];
    assert_eq!(told(id, &changed), [(Level::High, 2, reason.to_owned())]);
    let made = told(id, &[trust("CreateRole"), take(5, "deploy")]);
    assert_eq!(
        (made[0].0, made[0].2.as_str()),
        (Level::Informational, "`user/alice` created role `deploy` and then took it.")
    );
    let back = with(trust("UpdateAssumeRolePolicy"), json!({ "eventTime": "2026-11-01T02:00:00Z" }));
    assert_eq!(found(id, &[changed[0].clone(), changed[1].clone(), by("bob", back)])[0].count, 2);
    // Quiet: never taken. Nearly: another role; by somebody else; two days later; a role of that name elsewhere.
    let update = trust("UpdateAssumeRolePolicy");
    quiet(id, std::slice::from_ref(&update));
    quiet(id, &[update.clone(), take(30, "other")]);
    quiet(id, &[update.clone(), by("bob", take(30, "deploy"))]);
    quiet(id, &[update.clone(), take(2 * 1_440, "deploy")]);
    let elsewhere = call(9, "sts:AssumeRole", json!({ "roleArn": "arn:aws:iam::444455556666:role/deploy" }));
    quiet(id, &[update, elsewhere]);
    let silent = call(0, "iam:UpdateAssumeRolePolicy", Value::Null);
    assert_eq!(blind(id, &[silent]), "no change of trust says of which role");
}

#[test]
fn credentials_made_for_another_then_used() {
    let id = "credentials-made-for-another-then-used";
    let make = |name: &str, user: &str| call(0, &format!("iam:{name}"), json!({ "userName": user }));
    let act = |minute, ip: &str| by("bob", record(minute, "ListBuckets", json!({ "sourceIPAddress": ip })));
    let reason = "`user/alice` made an access key for user `bob`, who then acted from the same address.";
    assert_eq!(told(id, &[make("CreateAccessKey", "bob"), act(9, BERLIN)]), [(Level::High, 2, reason.to_owned())]);
    assert!(told(id, &[make("UpdateLoginProfile", "bob"), act(9, BERLIN)])[0].2.contains("made a password"));
    // Quiet: one's own key. Nearly: from elsewhere; two days later; a key that is known; a call that failed.
    quiet(id, &[make("CreateAccessKey", "alice"), record(5, "ListBuckets", json!({}))]);
    quiet(id, &[make("CreateAccessKey", "bob"), act(9, KYOTO)]);
    quiet(id, &[make("CreateAccessKey", "bob"), act(2 * 1_440, BERLIN)]);
    let known = [with(act(0, BERLIN), json!({ "eventTime": "2026-10-31T00:00:00Z" })), make("CreateAccessKey", "bob")];
    quiet(id, &known.into_iter().chain([act(9, BERLIN)]).collect::<Vec<_>>());
    let failed = with(act(9, BERLIN), json!({ "errorCode": "AccessDenied" }));
    quiet(id, &[make("CreateAccessKey", "bob"), failed]);
    assert_eq!(blind(id, &[act(0, BERLIN)]), "no event makes credentials for another user");
}

#[test]
fn passed_role_changes_identities() {
    let id = "passed-role-changes-identities";
    let role = "arn:aws:iam::111122223333:role/builder";
    let start = |call_name: &str, request: Value| call(0, call_name, request);
    let function = || start("lambda:CreateFunction20150331", json!({ "functionName": "f", "role": role }));
    let as_role = |minute, name: &str, role: &str| {
        let identity = json!({ "type": "AssumedRole", "accountId": "111122223333", "accessKeyId": "ASIABUILDEREXAMPLE",
            "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/f"), "sessionContext": { "sessionIssuer": {
            "type": "Role", "arn": format!("arn:aws:iam::111122223333:role/{role}"), "userName": role } } });
        with(
            call(minute, name, json!({ "userName": "alice", "policyArn": ADMINISTRATOR })),
            json!({ "userIdentity": identity }),
        )
    };
    let reason = "`user/alice` passed role `builder` with `lambda:CreateFunction20150331`, and that role then called \
                  `iam:AttachUserPolicy`.";
    let chain = [function(), as_role(9, "iam:AttachUserPolicy", "builder")];
    assert_eq!(told(id, &chain), [(Level::High, 2, reason.to_owned())]);
    let profile = json!({ "iamInstanceProfile": { "name": "builder" } });
    assert_eq!(found(id, &[start("ec2:RunInstances", profile), as_role(9, "iam:CreateAccessKey", "builder")]).len(), 1);
    // Quiet: the role does its work. Nearly: another role; two hours later; code without a role.
    quiet(id, &[function(), as_role(9, "ec2:DescribeInstances", "builder")]);
    quiet(id, &[function(), as_role(9, "iam:AttachUserPolicy", "admin")]);
    quiet(id, &[function(), as_role(120, "iam:AttachUserPolicy", "builder")]);
    quiet(id, &[start("ec2:RunInstances", json!({})), as_role(9, "iam:AttachUserPolicy", "builder")]);
    let silent = start("ec2:RunInstances", Value::Null);
    assert_eq!(blind(id, &[silent]), "no call that starts code says with which role");
}

#[test]
fn administrator_made_in_one_go() {
    let id = "administrator-made-in-one-go";
    let make = |minute, name: &str| call(minute, &format!("iam:{name}"), json!({ "userName": "support" }));
    let steps = [make(0, "CreateUser"), make(5, "CreateAccessKey"), attach(9, "support", ADMINISTRATOR)];
    let reason = "`user/alice` created user `support`, gave it credentials and made it administrator.";
    assert_eq!(told(id, &steps), [(Level::High, 3, reason.to_owned())]);
    let group = call(9, "iam:AddUserToGroup", json!({ "userName": "support", "groupName": "Administrators" }));
    let [one, two, three] = steps;
    assert_eq!(found(id, &[one.clone(), two.clone(), group]).len(), 1);
    // Quiet: two of the three. Nearly: another user's; a harmless policy; an hour later.
    quiet(id, &[one.clone(), two.clone()]);
    quiet(id, &[one.clone(), three.clone()]);
    quiet(id, &[one.clone(), two.clone(), attach(9, "other", ADMINISTRATOR)]);
    quiet(id, &[one.clone(), two.clone(), attach(9, "support", "arn:aws:iam::aws:policy/ReadOnlyAccess")]);
    quiet(id, &[one.clone(), two, attach(90, "support", ADMINISTRATOR)]);
    assert_eq!(blind(id, &[call(0, "iam:CreateUser", Value::Null)]), "no call about users says about which");
}

#[test]
fn quarantined_user_still_acts() {
    let id = "quarantined-user-still-acts";
    let policy = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3";
    let put = |policy: &str| attach(0, "bob", policy);
    let act = |minute, name: &str| by("bob", record(minute, name, json!({})));
    let reason = "`user/bob` went on after AWS put its key under quarantine, first with `ec2:ListBuckets`.";
    let found = told(id, &[act(0, "ListUsers"), put(policy), act(9, "ListBuckets")]);
    assert_eq!(found, [(Level::Critical, 2, reason.to_owned())]);
    // Quiet: silence after it. Nearly: another user; another policy; what is refused.
    quiet(id, &[act(0, "ListUsers"), put(policy)]);
    quiet(id, &[put(policy), record(9, "ListBuckets", json!({}))]);
    quiet(id, &[put(ADMINISTRATOR), act(9, "ListBuckets")]);
    quiet(id, &[put(policy), with(act(9, "ListBuckets"), json!({ "errorCode": "AccessDenied" }))]);
    assert_eq!(blind(id, &[call(0, "iam:AttachUserPolicy", Value::Null)]), "no call that attaches a policy says which");
}
