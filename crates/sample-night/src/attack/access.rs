//! Getting in, getting up and getting at credentials.

use serde_json::json;

use super::{ADMINISTRATOR_ACCESS, Attacker, BOTO3, cli};
use crate::actor::Actor;
use crate::clock::rfc3339;
use crate::world::{
    ADMIN_ROLE, DEPLOY_POLICY, DEPLOY_USER, GLOBAL_REGION, INSTANCES, KMS_KEYS, MAIN_REGION, SECRETS, iam_arn, kms_arn,
    secret_arn,
};

pub(super) fn try_the_key(attacker: &mut Attacker<'_>, key: &Actor) {
    attacker.enter("initial-access");
    for _ in 0..2 {
        let caller = key.with_agent(&cli("sts.get-caller-identity"));
        let call = caller.call(attacker.now, GLOBAL_REGION, "sts", "GetCallerIdentity");
        attacker.act("GetCallerIdentity", call);
        attacker.wait(15, 40);
    }
}

/// The deployment policy lets its user write new versions of it. That is all it takes.
pub(super) fn become_admin(attacker: &mut Attacker<'_>, key: &Actor) -> Actor {
    attacker.enter("privilege-escalation");
    attacker.wait(300, 420);
    let attach = json!({ "userName": DEPLOY_USER, "policyArn": ADMINISTRATOR_ACCESS });
    let caller = key.with_agent(&cli("iam.attach-user-policy"));
    let call = caller.call(attacker.now, GLOBAL_REGION, "iam", "AttachUserPolicy").request(attach.clone()).denied();
    attacker.act("AttachUserPolicy", call);

    attacker.wait(70, 130);
    let everything = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let call = key
        .with_agent(&cli("iam.create-policy-version"))
        .call(attacker.now, GLOBAL_REGION, "iam", "CreatePolicyVersion")
        .request(json!({
            "policyArn": iam_arn(&format!("policy/{DEPLOY_POLICY}")),
            "policyDocument": everything,
            "setAsDefault": true,
        }))
        .response(json!({
            "policyVersion": { "versionId": "v4", "isDefaultVersion": true, "createDate": rfc3339(attacker.now) },
        }));
    attacker.act("CreatePolicyVersion", call);

    attacker.wait(20, 50);
    let call = caller.call(attacker.now, GLOBAL_REGION, "iam", "AttachUserPolicy").request(attach);
    attacker.act("AttachUserPolicy", call);

    attacker.wait(40, 90);
    let session = "storefront-release";
    let call = key
        .with_agent(&cli("sts.assume-role"))
        .call(attacker.now, MAIN_REGION, "sts", "AssumeRole")
        .request(json!({ "roleArn": iam_arn(&format!("role/{ADMIN_ROLE}")), "roleSessionName": session }))
        .on("AWS::IAM::Role", &iam_arn(&format!("role/{ADMIN_ROLE}")));
    let admin = Actor::role(&mut attacker.rng, ADMIN_ROLE, session, attacker.now, attacker.plan.ip, BOTO3)
        .with_key(&attacker.plan.admin_key);
    let event_id = attacker.log.push_assumed(call, &admin);
    attacker.tell("AssumeRole", event_id);
    admin
}

pub(super) fn collect_secrets(attacker: &mut Attacker<'_>, admin: &Actor) {
    attacker.enter("credential-access");
    attacker.wait(180, 300);
    let call = admin.call(attacker.now, MAIN_REGION, "secretsmanager", "ListSecrets");
    attacker.act("ListSecrets", call.request(json!({ "maxResults": 100 })));
    for name in SECRETS {
        attacker.wait(2, 6);
        let secret = secret_arn(name);
        let call = admin
            .call(attacker.now, MAIN_REGION, "secretsmanager", "GetSecretValue")
            .request(json!({ "secretId": secret }));
        // The payment team's secret has a policy of its own.
        if name.contains("payments") {
            attacker.act("GetSecretValue", call.denied());
            continue;
        }
        attacker.act("GetSecretValue", call);
        let [.., key] = KMS_KEYS;
        let decrypt = admin
            .through("secretsmanager.amazonaws.com")
            .call(attacker.now, MAIN_REGION, "kms", "Decrypt")
            .request(
                json!({ "encryptionContext": { "SecretARN": secret }, "encryptionAlgorithm": "SYMMETRIC_DEFAULT" }),
            )
            .on("AWS::KMS::Key", &kms_arn(key));
        attacker.act("Decrypt", decrypt);
    }
    for host in INSTANCES {
        attacker.wait(2, 5);
        let call = admin
            .call(attacker.now, MAIN_REGION, "ec2", "GetPasswordData")
            .request(json!({ "instanceId": host.id }))
            .denied_by_organization();
        attacker.act("GetPasswordData", call);
    }
    attacker.wait(20, 40);
    let call = admin
        .call(attacker.now, MAIN_REGION, "ssm", "GetParametersByPath")
        .request(json!({ "path": "/", "recursive": true, "withDecryption": true }));
    attacker.act("GetParametersByPath", call);
}
