//! Pipelines: releases from a build service, and a scheduled Terraform plan that reads everything at once.

use serde_json::json;

use super::{Api, read};
use crate::actor::Actor;
use crate::clock::{MINUTE, after_dusk};
use crate::record::Log;
use crate::rng::Rng;
use crate::world::{FUNCTIONS, GLOBAL_REGION, MAIN_REGION, NAT_IP, REPOSITORIES, iam_arn};

const ACTIONS_AGENT: &str = "aws-sdk-js/3.896.0 ua/2.1 os/linux#6.11.0-1018-azure lang/js md/nodejs#20.19.5 configure-aws-credentials-for-github-actions";
const TERRAFORM_AGENT: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.13.3 (+https://www.terraform.io) terraform-provider-aws/6.15.0 aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.24.7";
const GITHUB: &str = "token.actions.githubusercontent.com";

const PLAN_READS: &[Api] = &[
    ("ec2", "DescribeVpcs"),
    ("ec2", "DescribeVpcAttribute"),
    ("ec2", "DescribeSubnets"),
    ("ec2", "DescribeRouteTables"),
    ("ec2", "DescribeSecurityGroups"),
    ("ec2", "DescribeNetworkAcls"),
    ("ec2", "DescribeInstanceAttribute"),
    ("iam", "GetRole"),
    ("iam", "ListRolePolicies"),
    ("iam", "ListAttachedRolePolicies"),
    ("iam", "GetPolicy"),
    ("iam", "GetPolicyVersion"),
    ("s3", "GetBucketPolicy"),
    ("s3", "GetBucketVersioning"),
    ("s3", "GetBucketEncryption"),
    ("s3", "GetBucketLogging"),
    ("s3", "GetBucketTagging"),
    ("lambda", "GetFunction20150331v2"),
    ("kms", "DescribeKey"),
    ("kms", "GetKeyRotationStatus"),
    ("rds", "DescribeDBInstances"),
    ("logs", "DescribeLogGroups"),
];

pub(super) fn record(log: &mut Log, rng: &mut Rng) {
    for (hours, minutes) in [(0, 18), (0, 52), (1, 27), (2, 3), (2, 40), (4, 55), (11, 20)] {
        let time = after_dusk(hours, minutes) + rng.between(0, 9 * MINUTE);
        release(log, rng, time);
    }
    for (hours, minutes) in [(2, 15), (8, 0)] {
        let time = after_dusk(hours, minutes) + rng.between(0, MINUTE);
        terraform_plan(log, rng, time);
    }
}

fn release(log: &mut Log, rng: &mut Rng, start: i64) {
    let repository = rng.pick(&REPOSITORIES);
    let run = rng.between(18_000_000_000, 18_999_999_999);
    let session = format!("release-{run}");
    // Hosted runners come from anywhere.
    let ip = format!("192.0.2.{}", rng.between(10, 30));
    let subject = format!("repo:harbour-shop/{repository}:ref:refs/heads/main");
    let exchange = Actor::web_identity(GITHUB, &subject, &ip, ACTIONS_AGENT)
        .call(start, MAIN_REGION, "sts", "AssumeRoleWithWebIdentity")
        .request(json!({
            "roleArn": iam_arn("role/ci-release"),
            "roleSessionName": session,
            "durationSeconds": 3_600,
        }));
    let runner = Actor::role(rng, "ci-release", &session, start, &ip, ACTIONS_AGENT);
    log.push_assumed(exchange, &runner);
    let mut time = start + 3;
    let identity = runner.call(time, MAIN_REGION, "sts", "GetCallerIdentity");
    log.push(identity);
    for event in ["GetAuthorizationToken", "InitiateLayerUpload", "CompleteLayerUpload", "PutImage", "DescribeImages"] {
        time += rng.between(2, 25);
        let request = match event {
            "GetAuthorizationToken" => json!(null),
            "PutImage" => json!({ "repositoryName": repository, "imageTag": format!("build-{}", run % 10_000) }),
            _ => json!({ "repositoryName": repository }),
        };
        log.push(runner.call(time, MAIN_REGION, "ecr", event).request(request));
    }
    let function = rng.pick(&FUNCTIONS);
    for event in
        ["GetFunction20150331v2", "UpdateFunctionCode20150331v2", "PublishVersion20150331", "UpdateAlias20150331"]
    {
        time += rng.between(4, 30);
        let request = json!({ "functionName": function, "publish": false, "dryRun": false });
        log.push(runner.call(time, MAIN_REGION, "lambda", event).request(request));
    }
}

fn terraform_plan(log: &mut Log, rng: &mut Rng, start: i64) {
    let planner = Actor::role(rng, "terraform-plan", "drift-check", start, NAT_IP, TERRAFORM_AGENT);
    let identity = planner.call(start, GLOBAL_REGION, "sts", "GetCallerIdentity");
    log.push(identity);
    for _ in 0..rng.between(115, 135) {
        let api = rng.pick(PLAN_READS);
        let time = start + rng.between(2, 100);
        read(log, rng, &planner, time, MAIN_REGION, api);
    }
}
