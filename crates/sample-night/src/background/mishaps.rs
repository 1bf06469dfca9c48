//! What goes wrong on any night without anyone meaning harm.

use serde_json::json;

use super::{ConsoleLogin, console_login};
use crate::actor::{Actor, sso_role};
use crate::clock::{DAWN, DUSK, HOUR, after_dusk};
use crate::record::Log;
use crate::request::plausible;
use crate::rng::Rng;
use crate::world::{FUNCTIONS, MAIN_REGION, NAT_IP, iam_arn};

const BOTO3: &str = "Boto3/1.40.55 md/Botocore#1.40.55 ua/2.1 os/linux#6.14.0 md/arch#x86_64 lang/python#3.12.3";
const AUTOSCALER: &str = "aws-sdk-go-v2/1.36.3 os/linux lang/go#1.24.4 cluster-autoscaler/1.33.0";
// An intranet tool whose name was never meant for a log.
const ODD_AGENT: &str = "Lagerübersicht/2.4 (Büro; \u{7f}\u{a0}test) | `nightly` <b>";

pub(super) fn record(log: &mut Log, rng: &mut Rng) {
    missing_permissions(log, rng);
    missing_things(log, rng);
    too_fast(log, rng);
    rehearsals(log, rng);
    forgotten_name(log, rng);
}

fn missing_permissions(log: &mut Log, rng: &mut Rng) {
    let analyst = Actor::role(rng, &sso_role("DataAnalyst"), "lea.fontaine@example.com", DUSK, "192.0.2.144", BOTO3);
    let apis = [("kms", "ListKeys"), ("iam", "ListRoles"), ("s3", "GetBucketPolicy"), ("glue", "GetConnections")];
    for _ in 0..rng.between(5, 9) {
        let (service, name) = rng.pick(&apis);
        let request = plausible(rng, service, name);
        let time = after_dusk(0, 30) + rng.between(0, HOUR);
        log.push(analyst.call(time, MAIN_REGION, service, name).request(request).denied());
    }
    // A vendor's script has asked for a thing that it may not have every hour for years.
    let script = Actor::user("vendor-reports", "AKIAVENDORREPEXAMPLE", "192.0.2.88", ODD_AGENT);
    for hour in 0..12 {
        let time = DUSK + hour * HOUR + rng.between(100, 400);
        log.push(script.call(time, MAIN_REGION, "s3", "ListBuckets").denied());
        log.push(script.call(time + 3, MAIN_REGION, "sqs", "ListQueues"));
    }
}

fn missing_things(log: &mut Log, rng: &mut Rng) {
    let worker = Actor::role(rng, "orders-worker", "i-0c9d8e7f6a5b40021", DUSK, NAT_IP, BOTO3);
    for _ in 0..rng.between(4, 7) {
        let time = rng.between(DUSK, DAWN - HOUR);
        log.push(
            worker
                .call(time, MAIN_REGION, "s3", "GetBucketLocation")
                .request(json!({ "bucketName": "harbour-orders-archive", "location": "" }))
                .error("NoSuchBucket", "The specified bucket does not exist"),
        );
    }
    let planner = Actor::role(rng, "terraform-plan", "drift-check", after_dusk(2, 15), NAT_IP, "Terraform/1.13.3");
    for offset in [40, 41, 77] {
        log.push(
            planner
                .call(after_dusk(2, 16) + offset, MAIN_REGION, "iam", "GetRole")
                .request(json!({ "roleName": "storefront-legacy" }))
                .error("NoSuchEntityException", "The role with name storefront-legacy cannot be found."),
        );
    }
}

fn too_fast(log: &mut Log, rng: &mut Rng) {
    let scaler = Actor::role(rng, "eks-autoscaler", "autoscaler-pod", DUSK, NAT_IP, AUTOSCALER);
    for _ in 0..rng.between(9, 14) {
        let time = rng.between(DUSK, DAWN - HOUR);
        log.push(
            scaler
                .call(time, MAIN_REGION, "autoscaling", "DescribeAutoScalingGroups")
                .error("ThrottlingException", "Rate exceeded"),
        );
    }
    let function = FUNCTIONS.last().copied().unwrap_or_default();
    let worker = Actor::role(rng, &format!("lambda-{function}"), function, DUSK, NAT_IP, BOTO3);
    let time = after_dusk(3, 9) + rng.between(0, 900);
    log.push(
        worker
            .call(time, MAIN_REGION, "kms", "Decrypt")
            .request(json!({ "encryptionAlgorithm": "SYMMETRIC_DEFAULT" }))
            .error("ThrottlingException", "Rate exceeded"),
    );
}

/// Dry runs: AWS answers them with an error that means yes.
fn rehearsals(log: &mut Log, rng: &mut Rng) {
    let admin = Actor::role(rng, &sso_role("PlatformAdmin"), "mira.okafor@example.com", DUSK, "198.51.100.61", BOTO3);
    for (offset, name) in [(0, "RunInstances"), (35, "CreateSnapshot")] {
        log.push(
            admin
                .call(after_dusk(1, 12) + offset, MAIN_REGION, "ec2", name)
                .request(json!({ "dryRun": true }))
                .error("Client.DryRunOperation", "Request would have succeeded, but DryRun flag is set."),
        );
    }
    log.push(
        admin
            .call(after_dusk(1, 14), MAIN_REGION, "sts", "AssumeRole")
            .request(json!({ "roleArn": iam_arn("role/terraform-apply"), "roleSessionName": "check" }))
            .denied(),
    );
}

/// Someone types a user name that does not exist.
fn forgotten_name(log: &mut Log, rng: &mut Rng) {
    let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
    let time = after_dusk(1, 29) + rng.between(0, 50);
    log.push(console_login(&Actor::signing_in(None, "198.51.100.82", agent), time, ConsoleLogin::Failed));
}
