//! Staying: a user with a plausible name, a role that trusts a stranger, a way into the console.

use serde_json::json;

use super::{ADMINISTRATOR_ACCESS, Attacker, BOTO3, BROWSER, cli};
use crate::actor::Actor;
use crate::background::{ConsoleLogin, console_login};
use crate::clock::rfc3339;
use crate::request::plausible;
use crate::world::{GLOBAL_REGION, MAIN_REGION, PARTNER_ROLE, PLANTED_KEY, STRANGER_ACCOUNT, iam_arn, principal_id};

/// Creates the user and returns it as a caller with its own long-term key.
pub(super) fn make_user(attacker: &mut Attacker<'_>, admin: &Actor) -> Actor {
    attacker.enter("persistence");
    let user = attacker.plan.new_user;
    attacker.wait(240, 360);
    let created = rfc3339(attacker.now);
    let steps = [
        (
            "CreateUser",
            json!({ "userName": user, "tags": [] }),
            json!({ "user": {
                "path": "/",
                "userName": user,
                "userId": principal_id("AIDA", user),
                "arn": iam_arn(&format!("user/{user}")),
                "createDate": created,
            } }),
        ),
        ("AttachUserPolicy", json!({ "userName": user, "policyArn": ADMINISTRATOR_ACCESS }), json!(null)),
        (
            "CreateAccessKey",
            json!({ "userName": user }),
            json!({ "accessKey": {
                "userName": user, "accessKeyId": PLANTED_KEY, "status": "Active", "createDate": created,
            } }),
        ),
        (
            "CreateLoginProfile",
            json!({ "userName": user, "passwordResetRequired": false }),
            json!({ "loginProfile": {
                "userName": user, "createDate": created, "passwordResetRequired": false,
            } }),
        ),
    ];
    for (name, request, response) in steps {
        let call = admin.call(attacker.now, GLOBAL_REGION, "iam", name).request(request).response(response);
        attacker.act(name, call);
        attacker.wait(25, 80);
    }
    Actor::user(user, PLANTED_KEY, attacker.plan.exit_ip, BOTO3)
}

/// The partners' role is made to trust another account, which comes to try it.
pub(super) fn open_the_door(attacker: &mut Attacker<'_>, admin: &Actor) {
    attacker.wait(60, 120);
    let role = iam_arn(&format!("role/{PARTNER_ROLE}"));
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{STRANGER_ACCOUNT}:root"}},"Action":"sts:AssumeRole"}}]}}"#
    );
    let call = admin
        .with_agent(&cli("iam.update-assume-role-policy"))
        .call(attacker.now, GLOBAL_REGION, "iam", "UpdateAssumeRolePolicy")
        .request(json!({ "roleName": PARTNER_ROLE, "policyDocument": trust }));
    attacker.act("UpdateAssumeRolePolicy", call);

    attacker.wait(100, 200);
    let stranger = Actor::other_account(STRANGER_ACCOUNT, "night", attacker.plan.exit_ip, &cli("sts.assume-role"));
    let call = stranger
        .call(attacker.now, MAIN_REGION, "sts", "AssumeRole")
        .request(json!({ "roleArn": role, "roleSessionName": "night" }))
        .with("sharedEventID", json!(attacker.rng.uuid()))
        .on("AWS::IAM::Role", &role);
    let visit = Actor::role(&mut attacker.rng, PARTNER_ROLE, "night", attacker.now, attacker.plan.exit_ip, BOTO3);
    let event_id = attacker.log.push_assumed(call, &visit);
    attacker.tell("AssumeRole", event_id);
    for (service, name) in [("sts", "GetCallerIdentity"), ("s3", "ListBuckets"), ("ec2", "DescribeSnapshots")] {
        attacker.wait(3, 12);
        let request = plausible(&mut attacker.rng, service, name);
        let call = visit.call(attacker.now, MAIN_REGION, service, name).request(request);
        attacker.act(name, call);
    }
}

/// One guess at root, three at the new password, then in, without a second factor.
pub(super) fn sign_in(attacker: &mut Attacker<'_>) {
    attacker.wait(120, 200);
    let (user, ip) = (attacker.plan.new_user, attacker.plan.console_ip);
    let root = Actor::root(ip, BROWSER);
    let call = console_login(&root, attacker.now, ConsoleLogin::Failed);
    attacker.act("ConsoleLogin", call);
    let at_the_door = Actor::signing_in(Some(user), ip, BROWSER);
    for outcome in [ConsoleLogin::Failed, ConsoleLogin::Failed, ConsoleLogin::Failed, ConsoleLogin::PasswordOnly] {
        attacker.wait(18, 45);
        let call = console_login(&at_the_door, attacker.now, outcome);
        attacker.act("ConsoleLogin", call);
    }
    let browser = Actor::console_user(&mut attacker.rng, user, attacker.now, false, ip, BROWSER);
    let pages = [("s3", "ListBuckets"), ("ec2", "DescribeInstances"), ("iam", "ListUsers"), ("s3", "GetBucketPolicy")];
    for (service, name) in pages {
        attacker.wait(5, 25);
        let request = plausible(&mut attacker.rng, service, name);
        let call = browser.call(attacker.now, MAIN_REGION, service, name).request(request);
        attacker.act(name, call);
    }
}
