//! Every kind of first identity, and how it is known.

use analysis::identity::*;
use serde_json::{Value, json};

use crate::*;

pub(crate) fn service(host: &str) -> Value {
    json!({ "type": "AWSService", "invokedBy": host })
}

#[test]
fn machines_and_services_are_first_identities() {
    let used = |caller: &Value| record("e2", 9, "s3", "GetObject", caller);
    let taken_by = |host: &str, session: &str| {
        let caller = role(ONE, "Worker", session, "ASIAWORKEREXAMPLE");
        chain_of_last(&[assume("e1", 1, &service(host), &caller), used(&caller)])
    };
    let cases = [
        ("ec2.amazonaws.com", "i-0123456789abcdef0", IdentityKind::Ec2Instance, "i-0123456789abcdef0"),
        ("lambda.amazonaws.com", "resize-images", IdentityKind::LambdaFunction, "resize-images"),
        ("ecs-tasks.amazonaws.com", "0a1b2c", IdentityKind::EcsTask, "0a1b2c"),
        ("glue.amazonaws.com", "GlueJobRunnerSession", IdentityKind::AwsService, "glue.amazonaws.com"),
    ];
    for (host, session, kind, name) in cases {
        let chain = taken_by(host, session);
        assert_eq!(outcome(&chain), (kind, name, None), "{host}");
        assert_eq!(chain.links.len(), 1);
    }

    // Without the service's record, the session's own says it.
    let mut instance = role(ONE, "Worker", "i-0123456789abcdef0", "ASIAWORKEREXAMPLE");
    let named_only = chain_of_last(&[used(&instance)]);
    assert_eq!(outcome(&named_only), (IdentityKind::Ec2Instance, "i-0123456789abcdef0", Some(Incomplete::NameOnly)));
    instance["sessionContext"]["ec2RoleDelivery"] = json!("2.0");
    assert_eq!(outcome(&chain_of_last(&[used(&instance)])), (IdentityKind::Ec2Instance, "i-0123456789abcdef0", None));
    let mut function = role(ONE, "Worker", "resize-images", "ASIAWORKEREXAMPLE");
    let arn = "arn:aws:lambda:eu-west-1:111122223333:function:resize-images";
    function["inScopeOf"] = json!({ "issuerType": "AWS::Lambda::Function", "credentialsIssuedTo": arn });
    assert_eq!(outcome(&chain_of_last(&[used(&function)])), (IdentityKind::LambdaFunction, arn, None));

    let mut linked = role(ONE, "AWSServiceRoleForConfig", "config", "ASIALINKEDEXAMPLE");
    let arn = "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
    linked["sessionContext"]["sessionIssuer"]["arn"] = json!(arn);
    assert_eq!(outcome(&chain_of_last(&[used(&linked)])), (IdentityKind::ServiceLinkedRole, arn, None));
    assert_eq!(
        outcome(&chain_of_last(&[record("e", 1, "kms", "Decrypt", &service("s3.amazonaws.com"))])),
        (IdentityKind::AwsService, "s3.amazonaws.com", None)
    );
    let untyped = json!({ "accountId": ONE, "invokedBy": "secretsmanager.amazonaws.com" });
    assert_eq!(
        outcome(&chain_of_last(&[record("e", 1, "secretsmanager", "EndSecretVersionDelete", &untyped)])),
        (IdentityKind::AwsService, "secretsmanager.amazonaws.com", None)
    );
}

#[test]
fn an_instance_that_takes_another_role_stays_the_first_identity() {
    let mut instance = role(ONE, "Worker", "i-0123456789abcdef0", "ASIAWORKEREXAMPLE");
    instance["sessionContext"]["ec2RoleDelivery"] = json!("1.0");
    let vault = role(TWO, "Vault", "door", "ASIAVAULTEXAMPLE");
    let chain = chain_of_last(&[assume("e1", 1, &instance, &vault), record("e2", 2, "s3", "GetObject", &vault)]);
    assert_eq!(outcome(&chain), (IdentityKind::Ec2Instance, "i-0123456789abcdef0", None));
}

#[test]
fn a_service_that_calls_in_a_users_name_is_not_the_first_identity() {
    let alice = user("alice", LONG_TERM);
    let admin = role(ONE, "Admin", "night", "ASIAADMINEXAMPLE");
    let mut through = admin.clone();
    through["invokedBy"] = json!("cloudformation.amazonaws.com");
    let chain = chain_of_last(&[
        assume("e1", 1, &alice, &admin),
        with(
            record("e2", 2, "ec2", "RunInstances", &through),
            json!({ "sourceIPAddress": "cloudformation.amazonaws.com" }),
        ),
    ]);
    assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, ALICE, None));
}

#[test]
fn federation_ends_at_the_provider_or_the_user() {
    let session = role(ONE, "Analyst", "bob@example.com", "ASIAANALYSTEXAMPLE");
    let used = record("e2", 2, "athena", "StartQueryExecution", &session);
    let taken = |kind: &str, call: &str, session: &Value| {
        let provider = json!({ "type": kind, "principalId": "X:bob", "userName": "bob@example.com",
            "identityProvider": "example" });
        let mut taken = assume("e1", 1, &provider, session);
        taken["eventName"] = json!(call);
        taken
    };
    let chain = chain_of_last(&[taken("SAMLUser", "AssumeRoleWithSAML", &session), used.clone()]);
    assert_eq!(outcome(&chain), (IdentityKind::SamlUser, "bob@example.com@example", None));
    assert_eq!(chain.links[0].how, How::AssumeRoleWithSaml);
    let chain = chain_of_last(&[taken("WebIdentityUser", "AssumeRoleWithWebIdentity", &session), used]);
    assert_eq!(outcome(&chain), (IdentityKind::WebIdentityUser, "bob@example.com@example", None));

    // IAM Identity Center: with the record of the sign-in and without it.
    let sso = role(ONE, "AWSReservedSSO_Admin_0123456789abcdef", "bob@example.com", "ASIASSOEXAMPLE");
    let used = record("e2", 2, "s3", "ListBuckets", &sso);
    let call = taken("SAMLUser", "AssumeRoleWithSAML", &sso);
    let expected = (IdentityKind::IdentityCenterUser, "bob@example.com", None);
    assert_eq!(outcome(&chain_of_last(&[call.clone(), used.clone()])), expected);
    assert_eq!(outcome(&chain_of_last(&[call])), expected);
    assert_eq!(outcome(&chain_of_last(&[used])), expected);
    let portal = json!({ "type": "IdentityCenterUser", "onBehalfOf": { "userId": "u-1" } });
    assert_eq!(
        outcome(&chain_of_last(&[record("e", 1, "sso", "ListApplications", &portal)])),
        (IdentityKind::IdentityCenterUser, "u-1", None)
    );

    // GetFederationToken: the user is named by the session itself, the call by its record.
    let federated = json!({ "type": "FederatedUser", "arn": format!("arn:aws:sts::{ONE}:federated-user/carol"),
        "accountId": ONE, "accessKeyId": "ASIAFEDEXAMPLE",
        "sessionContext": { "sessionIssuer": { "type": "IAMUser", "arn": ALICE } } });
    let used = record("e2", 2, "s3", "ListBuckets", &federated);
    let chain = chain_of_last(std::slice::from_ref(&used));
    assert_eq!(outcome(&chain), (IdentityKind::IamUser, ALICE, None));
    assert_eq!((chain.links[0].by, chain.links[0].when), (Tie::SessionIssuer, None));
    let carol = "arn:aws:sts::111122223333:federated-user/carol";
    assert_eq!(chain.links[0].who.name.to_string(), carol);
    // He is found by his own name and by that of the user behind him, and nobody else by his.
    for name in ["carol", "CAROL", carol, "alice", ALICE] {
        assert_eq!(accounts::found([&used], name), ["e2"], "{name}");
    }
    for name in ["caro", "arn:aws:sts::444455556666:federated-user/carol", "federated-user/carol"] {
        assert!(accounts::found([&used], name).is_empty(), "{name}");
    }
    let session = record("e2", 2, "s3", "ListBuckets", &role(ONE, "Admin", "carol", "ASIAADMINEXAMPLE"));
    assert!(accounts::found([&session], "carol").is_empty());
    let call = with(
        record("e1", 1, "sts", "GetFederationToken", &user("alice", LONG_TERM)),
        json!({ "responseElements": { "credentials": { "accessKeyId": "ASIAFEDEXAMPLE" },
            "federatedUser": { "arn": federated["arn"] } } }),
    );
    let chain = chain_of_last(&[call, used]);
    assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, ALICE, None));
    assert_eq!(chain.links[0].by, Tie::AccessKey);
}

#[test]
fn a_session_token_is_the_users_and_an_assumed_root_is_not_the_roots() {
    let alice = user("alice", LONG_TERM);
    let temporary = user("alice", "ASIATOKENEXAMPLE");
    let answer = |key: &str| json!({ "responseElements": { "credentials": { "accessKeyId": key } } });
    let call = with(record("e1", 1, "sts", "GetSessionToken", &alice), answer("ASIATOKENEXAMPLE"));
    let used = record("e2", 2, "s3", "ListBuckets", &temporary);
    assert_eq!(outcome(&chain_of_last(&[call, used.clone()])), (IdentityKind::LongTermKey, ALICE, None));
    assert_eq!(outcome(&chain_of_last(&[used])), (IdentityKind::IamUser, ALICE, None));

    let root_arn = format!("arn:aws:iam::{TWO}:root");
    let root = |key: &str| {
        json!({ "type": "Root", "arn": root_arn, "accountId": TWO, "accessKeyId": key,
            "sessionContext": { "assumedRoot": "true" } })
    };
    let call = with(record("e1", 1, "sts", "AssumeRoot", &alice), answer("ASIAROOTEXAMPLE"));
    let used = record("e2", 2, "s3", "DeleteBucketPolicy", &root("ASIAROOTEXAMPLE"));
    let chain = chain_of_last(&[call, used.clone()]);
    assert_eq!(outcome(&chain), (IdentityKind::LongTermKey, ALICE, None));
    assert_eq!(chain.links[0].who.kind, IdentityKind::Root);
    assert_eq!(outcome(&chain_of_last(&[used])), (IdentityKind::Root, root_arn.as_str(), Some(Incomplete::NotSeen)));
    let own = json!({ "type": "Root", "arn": root_arn, "accountId": TWO });
    let chain = chain_of_last(&[record("e", 1, "signin", "ConsoleLogin", &own)]);
    assert_eq!(outcome(&chain), (IdentityKind::Root, root_arn.as_str(), None));
}

#[test]
fn the_console_renews_keys_and_switches_roles() {
    let bob = user("bob", "ASIACONSOLEEXAMPLE");
    let admin = role(ONE, "Admin", "bob", "ASIAFIRSTEXAMPLE");
    let renewed = role(ONE, "Admin", "bob", "ASIASECONDEXAMPLE");
    let used = record("e2", 30, "iam", "ListUsers", &renewed);
    let console = with(used.clone(), json!({ "sessionCredentialFromConsole": "true" }));
    let taken = assume("e1", 1, &bob, &admin);
    let chain = chain_of_last(&[taken.clone(), console.clone()]);
    assert_eq!(outcome(&chain), (IdentityKind::IamUser, "arn:aws:iam::111122223333:user/bob", None));
    assert_eq!(chain.links[0].by, Tie::SessionName);
    // Elsewhere a key that nobody handed out is not tied by a name that anybody may choose.
    assert_eq!(outcome(&chain_of_last(&[taken.clone(), used])).2, Some(Incomplete::NotSeen));
    // Nor is it half a day later.
    let mut late = console;
    late["eventTime"] = json!("2026-11-21T06:05:00Z");
    assert_eq!(outcome(&chain_of_last(&[taken, late])).2, Some(Incomplete::NotSeen));

    let switch = with(
        record("e1", 1, "signin", "SwitchRole", &admin),
        json!({ "additionalEventData": { "SwitchFrom": "arn:aws:iam::111122223333:user/bob" },
            "responseElements": { "SwitchRole": "Success" } }),
    );
    let used = record("e2", 2, "iam", "ListUsers", &admin);
    let chain = chain_of_last(&[switch, used]);
    assert_eq!(outcome(&chain), (IdentityKind::IamUser, "arn:aws:iam::111122223333:user/bob", None));
    assert_eq!(chain.links[0].how, How::SwitchRole);
}

#[test]
fn a_source_identity_names_whom_the_records_do_not_reach() {
    let mut admin = role(ONE, "Admin", "night", "ASIAADMINEXAMPLE");
    admin["sessionContext"]["sourceIdentity"] = json!("alice@example.com");
    let chain = chain_of_last(&[record("e2", 2, "iam", "ListUsers", &admin)]);
    assert_eq!(outcome(&chain), (IdentityKind::SourceIdentity, "alice@example.com", Some(Incomplete::NotSeen)));
}
