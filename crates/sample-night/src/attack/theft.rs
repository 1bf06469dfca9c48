//! Carrying data away, and one last attempt to make money.

use serde_json::json;

use super::{Attacker, cli};
use crate::actor::Actor;
use crate::world::{ACCOUNT, EXPORTS_BUCKET, MAIN_REGION, SNAPSHOTS, STRANGER_ACCOUNT, bucket_arn};

pub(super) fn share_disks(attacker: &mut Attacker<'_>, admin: &Actor) {
    attacker.enter("exfiltration");
    attacker.wait(120, 240);
    let [first, second, _] = SNAPSHOTS;
    for snapshot in [first, second] {
        let call = admin
            .with_agent(&cli("ec2.modify-snapshot-attribute"))
            .call(attacker.now, MAIN_REGION, "ec2", "ModifySnapshotAttribute")
            .request(json!({
                "snapshotId": snapshot,
                "attributeType": "CREATE_VOLUME_PERMISSION",
                "createVolumePermission": { "add": { "items": [{ "userId": STRANGER_ACCOUNT }] } },
            }))
            .response(json!({ "_return": true }));
        attacker.act("ModifySnapshotAttribute", call);
        attacker.wait(15, 40);
    }
}

pub(super) fn expose_and_empty_bucket(attacker: &mut Attacker<'_>, admin: &Actor, stay: &Actor) {
    attacker.wait(60, 110);
    let host = format!("{EXPORTS_BUCKET}.s3.{MAIN_REGION}.amazonaws.com");
    let bucket = bucket_arn(EXPORTS_BUCKET);
    let call = admin
        .with_agent(&cli("s3api.delete-public-access-block"))
        .call(attacker.now, MAIN_REGION, "s3", "DeleteBucketPublicAccessBlock")
        .request(json!({ "bucketName": EXPORTS_BUCKET, "Host": host, "publicAccessBlock": "" }))
        .on("AWS::S3::Bucket", &bucket);
    attacker.act("DeleteBucketPublicAccessBlock", call);

    attacker.wait(30, 60);
    let call = admin
        .with_agent(&cli("s3api.put-bucket-policy"))
        .call(attacker.now, MAIN_REGION, "s3", "PutBucketPolicy")
        .request(json!({
            "bucketName": EXPORTS_BUCKET,
            "Host": host,
            "policy": "",
            "bucketPolicy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": { "AWS": format!("arn:aws:iam::{STRANGER_ACCOUNT}:root") },
                        "Action": ["s3:GetObject", "s3:ListBucket"],
                        "Resource": [bucket, format!("{bucket}/*")],
                    },
                    { "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": format!("{bucket}/*") },
                ],
            },
        }))
        .on("AWS::S3::Bucket", &bucket);
    attacker.act("PutBucketPolicy", call);

    attacker.wait(90, 150);
    let call = stay
        .call(attacker.now, MAIN_REGION, "s3", "ListObjects")
        .data()
        .request(json!({ "bucketName": EXPORTS_BUCKET, "Host": host, "list-type": "2" }))
        .on("AWS::S3::Bucket", &bucket);
    attacker.act("ListObjects", call);
    for part in 0..attacker.rng.between(64, 84) {
        attacker.wait(0, 4);
        take_object(attacker, stay, &host, &format!("2026/11/{:02}/orders-{:04}.parquet", 1 + part % 20, part / 20));
    }
}

fn take_object(attacker: &mut Attacker<'_>, thief: &Actor, host: &str, key: &str) {
    let bucket = bucket_arn(EXPORTS_BUCKET);
    let call = thief
        .call(attacker.now, MAIN_REGION, "s3", "GetObject")
        .data()
        .request(json!({ "bucketName": EXPORTS_BUCKET, "key": key, "Host": host }))
        .with(
            "additionalEventData",
            json!({
                "bytesTransferredIn": 0,
                "bytesTransferredOut": attacker.rng.between(80_000, 900_000),
            }),
        )
        .with(
            "resources",
            json!([
                { "type": "AWS::S3::Object", "ARN": format!("{bucket}/{key}") },
                { "accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": bucket },
            ]),
        );
    attacker.act("GetObject", call);
}

/// Large machines in regions that nobody uses: rehearsed, then refused.
pub(super) fn launch_miners(attacker: &mut Attacker<'_>, stay: &Actor) {
    attacker.enter("impact");
    attacker.wait(360, 540);
    for region in ["ap-southeast-2", "sa-east-1"] {
        for attempt in 0..4 {
            let request = json!({
                "instancesSet": { "items": [{ "imageId": "ami-0feedfacecafe0101", "minCount": 1, "maxCount": 8 }] },
                "instanceType": "p4d.24xlarge",
                "userData": "<sensitiveDataRemoved>",
                "dryRun": attempt == 0,
            });
            let call = stay.call(attacker.now, region, "ec2", "RunInstances").request(request);
            let call = match attempt {
                0 => call.error("Client.DryRunOperation", "Request would have succeeded, but DryRun flag is set."),
                1 => call.error("Client.VcpuLimitExceeded", "You have requested more vCPU capacity than your limit."),
                _ => call.denied_by_organization(),
            };
            attacker.act("RunInstances", call);
            attacker.wait(6, 30);
        }
    }
}
