//! Instances, functions and the cluster: the steady pulse that does not sleep.

use serde_json::json;

use super::{read, ticks};
use crate::actor::Actor;
use crate::clock::{DAWN, DUSK, HOUR, MINUTE};
use crate::record::Log;
use crate::rng::Rng;
use crate::world::{
    CLUSTER_OIDC, EXPORTS_BUCKET, FUNCTIONS, INSTANCES, KMS_KEYS, MAIN_REGION, NAT_IP, SECRETS, VENDOR_ACCOUNT, arn,
    bucket_arn, iam_arn, kms_arn, secret_arn,
};

const SSM_AGENT: &str = "aws-sdk-go/1.55.5 (go1.22.7; linux; amd64) amazon-ssm-agent/3.3.2746.0";
const AUTOSCALER_AGENT: &str = "aws-sdk-go-v2/1.36.3 os/linux lang/go#1.24.4 cluster-autoscaler/1.33.0";
const NODE_AGENT: &str = "amazon-vpc-cni-k8s/v1.20.3 aws-sdk-go-v2/1.36.5 os/linux lang/go#1.24.5";
const LAMBDA_AGENT: &str =
    "Boto3/1.40.4 md/Botocore#1.40.4 os/linux md/arch#arm64 lang/python#3.13.4 exec-env/AWS_Lambda_python3.13";
const VENDOR_AGENT: &str = "aws-sdk-go-v2/1.38.1 os/linux lang/go#1.25.0 watchtower-collector/7.4";

pub(super) fn record(log: &mut Log, rng: &mut Rng) {
    instances(log, rng);
    functions(log, rng);
    cluster(log, rng);
    nightly_export(log, rng);
    monitoring_vendor(log, rng);
}

fn instances(log: &mut Log, rng: &mut Rng) {
    for host in INSTANCES {
        for shift in 0..6 {
            let renewal = DUSK + shift * 2 * HOUR + rng.between(0, 5 * MINUTE);
            let call = Actor::service("ec2.amazonaws.com")
                .call(renewal, MAIN_REGION, "sts", "AssumeRole")
                .request(json!({ "roleArn": iam_arn(&format!("role/{}", host.role)), "roleSessionName": host.id }))
                .with("sharedEventID", json!(rng.uuid()));
            let actor = Actor::instance(rng, host.role, host.id, renewal, host.private_ip, SSM_AGENT);
            log.push_assumed(call, &actor);
            for time in ticks(rng, renewal, (renewal + 2 * HOUR).min(DAWN), 15 * MINUTE, 20) {
                log.push(actor.call(time, MAIN_REGION, "ssm", "UpdateInstanceInformation").request(json!({
                    "instanceId": host.id,
                    "computerName": format!("{}.harbour.example.com", host.name),
                    "iPAddress": host.private_ip,
                    "agentStatus": "Active",
                    "agentVersion": "3.3.2746.0",
                })));
            }
        }
    }
}

fn functions(log: &mut Log, rng: &mut Rng) {
    for function in FUNCTIONS {
        let role = format!("lambda-{function}");
        for start in ticks(rng, DUSK, DAWN, 38 * MINUTE, 10 * MINUTE) {
            let call = Actor::service("lambda.amazonaws.com")
                .call(start, MAIN_REGION, "sts", "AssumeRole")
                .request(json!({ "roleArn": iam_arn(&format!("role/{role}")), "roleSessionName": function }))
                .with("sharedEventID", json!(rng.uuid()));
            let worker = Actor::role(rng, &role, function, start, NAT_IP, LAMBDA_AGENT);
            log.push_assumed(call, &worker);
            log.push(
                worker
                    .through("lambda.amazonaws.com")
                    .call(start + 1, MAIN_REGION, "kms", "Decrypt")
                    .request(json!({
                        "encryptionContext": {
                            "aws:lambda:FunctionArn": arn("lambda", MAIN_REGION, &format!("function:{function}")),
                        },
                        "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
                    }))
                    .on("AWS::KMS::Key", &kms_arn(rng.pick(&KMS_KEYS))),
            );
            log.push(worker.call(start + 2, MAIN_REGION, "logs", "CreateLogStream").request(json!({
                "logGroupName": format!("/aws/lambda/{function}"),
                "logStreamName": format!("2026/11/20/[$LATEST]{}", rng.hex(12)),
            })));
        }
    }
    let reader = Actor::role(rng, "lambda-order-intake", "order-intake", DUSK, NAT_IP, LAMBDA_AGENT);
    let secret = SECRETS.first().copied().unwrap_or_default();
    for time in ticks(rng, DUSK, DAWN, HOUR, 4 * MINUTE) {
        let call = reader.call(time, MAIN_REGION, "secretsmanager", "GetSecretValue");
        log.push(call.request(json!({ "secretId": secret_arn(secret) })));
    }
}

fn cluster(log: &mut Log, rng: &mut Rng) {
    let scaler = Actor::role(rng, "eks-autoscaler", "autoscaler-pod", DUSK, NAT_IP, AUTOSCALER_AGENT);
    for time in ticks(rng, DUSK, DAWN, 4 * MINUTE, 15) {
        read(log, rng, &scaler, time, MAIN_REGION, ("autoscaling", "DescribeAutoScalingGroups"));
    }
    let node = Actor::instance(rng, "eks-node", "i-0e7d6c5b4a390f091", DUSK, "10.20.4.17", NODE_AGENT);
    for time in ticks(rng, DUSK, DAWN, 8 * MINUTE, 40) {
        let api =
            rng.pick(&[("ec2", "DescribeNetworkInterfaces"), ("ec2", "DescribeInstances"), ("ecr", "BatchGetImage")]);
        read(log, rng, &node, time, MAIN_REGION, api);
    }
    for (account, role, period) in [("autoscaler", "eks-autoscaler", 50), ("mail-sender", "eks-mail-sender", 55)] {
        let subject = format!("system:serviceaccount:shop:{account}");
        let pod = Actor::web_identity(CLUSTER_OIDC, &subject, NAT_IP, NODE_AGENT);
        for time in ticks(rng, DUSK, DAWN, period * MINUTE, 3 * MINUTE) {
            let session = format!("{account}-{}", rng.hex(6));
            let call = pod
                .call(time, MAIN_REGION, "sts", "AssumeRoleWithWebIdentity")
                .request(json!({ "roleArn": iam_arn(&format!("role/{role}")), "roleSessionName": session }));
            log.push_assumed(call, &Actor::role(rng, role, &session, time, NAT_IP, NODE_AGENT));
        }
    }
}

/// Around midnight the orders of the day are written to the bucket that the attacker will find.
fn nightly_export(log: &mut Log, rng: &mut Rng) {
    let start = DUSK + 6 * HOUR + rng.between(0, 10 * MINUTE);
    let exporter = Actor::role(rng, "lambda-invoice-render", "invoice-render", start, NAT_IP, LAMBDA_AGENT);
    for part in 0..rng.between(18, 26) {
        let key = format!("2026/11/20/orders-{part:04}.parquet");
        log.push(
            exporter
                .call(start + part * 7, MAIN_REGION, "s3", "PutObject")
                .data()
                .request(json!({
                    "bucketName": EXPORTS_BUCKET,
                    "key": key,
                    "Host": format!("{EXPORTS_BUCKET}.s3.{MAIN_REGION}.amazonaws.com"),
                }))
                .response(json!({ "x-amz-server-side-encryption": "aws:kms" }))
                .with("resources", super::services::object_resources(EXPORTS_BUCKET, &key))
                .with("additionalEventData", json!({ "bytesTransferredIn": rng.between(80_000, 900_000) })),
        );
    }
    log.push(
        exporter
            .call(start + 200, MAIN_REGION, "s3", "ListObjects")
            .data()
            .request(json!({
                "bucketName": EXPORTS_BUCKET, "prefix": "2026/11/20/",
            }))
            .on("AWS::S3::Bucket", &bucket_arn(EXPORTS_BUCKET)),
    );
}

/// A monitoring company reads from its own account, as agreed.
fn monitoring_vendor(log: &mut Log, rng: &mut Rng) {
    let ip = "198.51.100.177";
    let outsider = Actor::other_account(VENDOR_ACCOUNT, "collector", ip, VENDOR_AGENT);
    for start in ticks(rng, DUSK, DAWN, 20 * MINUTE, 30) {
        let call = outsider
            .call(start, MAIN_REGION, "sts", "AssumeRole")
            .request(json!({
                "roleArn": iam_arn("role/vendor-monitoring"),
                "roleSessionName": "collector",
                "externalId": "harbour-shop",
            }))
            .with("sharedEventID", json!(rng.uuid()))
            .on("AWS::IAM::Role", &iam_arn("role/vendor-monitoring"));
        let session = Actor::role(rng, "vendor-monitoring", "collector", start, ip, VENDOR_AGENT);
        log.push_assumed(call, &session);
        for (offset, api) in
            [(2, ("monitoring", "ListMetrics")), (4, ("tagging", "GetResources")), (6, ("ec2", "DescribeInstances"))]
        {
            read(log, rng, &session, start + offset, MAIN_REGION, api);
        }
    }
}
