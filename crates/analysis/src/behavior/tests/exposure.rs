//! Policies that open something.

use security_model::Level;
use serde_json::{Value, json};

use super::support::*;

const ID: &str = "resource-exposed";

fn policy(principal: Value, condition: Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": principal, "Action": "*",
        "Resource": "*", "Condition": condition }] })
}

/// The policy in every place where calls carry one.
fn everywhere(policy: &Value) -> Vec<Value> {
    let text = policy.to_string();
    let of = |name: &str, request: Value| call(0, name, request);
    vec![
        of("s3:PutBucketPolicy", json!({ "bucketName": "b", "bucketPolicy": policy })),
        of("s3:PutAccessPointPolicy", json!({ "name": "b", "policy": text })),
        of("sqs:SetQueueAttributes", json!({ "queueUrl": "q", "attributes": { "Policy": text } })),
        of("sns:SetTopicAttributes", json!({ "topicArn": "t", "attributeName": "Policy", "attributeValue": text })),
        of("kms:PutKeyPolicy", json!({ "keyId": "k", "policyName": "default", "policy": text })),
        of("ecr:SetRepositoryPolicy", json!({ "repositoryName": "r", "policyText": text })),
        of("secretsmanager:PutResourcePolicy", json!({ "secretId": "s", "resourcePolicy": text })),
        of("glacier:SetVaultAccessPolicy", json!({ "vaultName": "v", "policy": { "policy": text } })),
        of("iam:UpdateAssumeRolePolicy", json!({ "roleName": "r", "policyDocument": text })),
        of("iam:CreateRole", json!({ "roleName": "r", "assumeRolePolicyDocument": text })),
        of("es:UpdateDomainConfig", json!({ "domainName": "d", "accessPolicies": text })),
    ]
}

#[test]
fn policies_are_read_wherever_they_stand() {
    for open in everywhere(&policy(json!("*"), json!({}))) {
        assert_eq!(found(ID, std::slice::from_ref(&open))[0].level, Level::High, "{}", open["eventName"]);
    }
    let stranger = json!({ "AWS": "arn:aws:iam::444455556666:root" });
    for open in everywhere(&policy(stranger, json!({}))) {
        assert_eq!(found(ID, std::slice::from_ref(&open))[0].level, Level::Medium, "{}", open["eventName"]);
    }
    let bucket = everywhere(&policy(json!("*"), json!({}))).remove(0);
    let reason = "`user/alice` opened `b` to everybody, without a narrowing condition.";
    assert_eq!(told(ID, &[bucket]), [(Level::High, 1, reason.to_owned())]);
    // Many are one finding that names each event.
    let [all] = found(ID, &everywhere(&policy(json!("*"), json!({})))).try_into().unwrap();
    assert!(all.count == 11 && all.events.len() == 11 && all.reason.as_str().ends_with("condition, and 10 more."));
    // Quiet: our own account, a service, an endpoint, an organisation. Nearly: a policy that was refused.
    for (principal, condition) in [
        (json!({ "AWS": "111122223333" }), json!({})),
        (json!({ "Service": "cloudfront.amazonaws.com" }), json!({})),
        (json!("*"), json!({ "StringEquals": { "aws:SourceVpce": "vpce-1a2b" } })),
        (json!("*"), json!({ "StringEquals": { "aws:PrincipalOrgID": "o-example" } })),
        (json!("*"), json!({ "ArnLike": { "AWS:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1" } })),
    ] {
        quiet(ID, &everywhere(&policy(principal, condition)));
    }
    let refused = everywhere(&policy(json!("*"), json!({}))).into_iter();
    quiet(ID, &refused.map(|open| with(open, json!({ "errorCode": "AccessDenied" }))).collect::<Vec<_>>());
    let block = policy(json!("*"), json!({ "IpAddress": { "aws:SourceIp": "198.51.100.0/24" } }));
    let told = told(ID, &[everywhere(&block).remove(0)]);
    assert_eq!(told, [(Level::Low, 1, "`user/alice` opened `b` to everybody from `198.51.100.0/24`.".to_owned())]);
    assert_eq!(blind(ID, &[call(0, "s3:PutBucketPolicy", Value::Null)]), "no call that sets a policy says which");
}

/// An account whose own records were read is no stranger, whenever they come.
#[test]
fn accounts_of_the_trail_are_known() {
    let share = everywhere(&policy(json!({ "AWS": "444455556666" }), json!({}))).remove(0);
    let other = record(
        90,
        "DescribeInstances",
        json!({ "recipientAccountId": "444455556666",
        "userIdentity": { "type": "IAMUser", "arn": "arn:aws:iam::444455556666:user/x", "accountId": "444455556666",
            "accessKeyId": "AKIAOTHEREXAMPLE", "userName": "x" } }),
    );
    assert_eq!(found(ID, std::slice::from_ref(&share)).len(), 1);
    quiet(ID, &[share, other]);
}

#[test]
fn permissions_and_attributes() {
    let share =
        |item: Value| json!({ "snapshotId": "snap-1", "createVolumePermission": { "add": { "items": [item] } } });
    let expected: [(&str, Value, Option<Level>); 13] = [
        ("ec2:ModifySnapshotAttribute", share(json!({ "group": "all" })), Some(Level::High)),
        ("ec2:ModifySnapshotAttribute", share(json!({ "userId": "444455556666" })), Some(Level::Medium)),
        ("ec2:ModifySnapshotAttribute", share(json!({ "userId": "111122223333" })), None),
        (
            "ec2:ModifyImageAttribute",
            json!({ "imageId": "ami-1", "launchPermission": { "remove": { "items": [
            { "group": "all" }] } } }),
            None,
        ),
        (
            "rds:ModifyDBSnapshotAttribute",
            json!({ "dBSnapshotIdentifier": "d", "valuesToAdd": ["all"] }),
            Some(Level::High),
        ),
        ("rds:ModifyDBSnapshotAttribute", json!({ "dBSnapshotIdentifier": "d", "valuesToRemove": ["all"] }), None),
        ("lambda:AddPermission20150331v2", json!({ "functionName": "f", "principal": "*" }), Some(Level::High)),
        (
            "lambda:AddPermission20150331v2",
            json!({ "functionName": "f", "principal": "*", "principalOrgID": "o-x" }),
            None,
        ),
        ("lambda:AddPermission20150331v2", json!({ "functionName": "f", "principal": "s3.amazonaws.com" }), None),
        (
            "lambda:AddPermission20150331v2",
            json!({ "functionName": "f", "principal": "444455556666" }),
            Some(Level::Medium),
        ),
        ("sqs:AddPermission", json!({ "queueUrl": "q", "aWSAccountIds": ["444455556666"] }), Some(Level::Medium)),
        (
            "s3:PutBucketAcl",
            json!({ "bucketName": "b", "AccessControlPolicy": { "AccessControlList": { "Grant": {
            "Grantee": { "URI": "http://acs.amazonaws.com/groups/global/AllUsers" } } } } }),
            Some(Level::High),
        ),
        ("s3:PutBucketAcl", json!({ "bucketName": "b", "x-amz-acl": ["private"] }), None),
    ];
    for (name, request, level) in expected {
        let levels: Vec<Level> = found(ID, &[call(0, name, request.clone())]).iter().map(|found| found.level).collect();
        assert_eq!(levels.first().copied(), level, "{name} {request}");
    }
}
