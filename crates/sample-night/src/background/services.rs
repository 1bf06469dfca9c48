//! AWS services at work inside the account: delivery, encryption, backup, inventory.

use serde_json::{Value, json};

use super::{Api, read, ticks};
use crate::actor::Actor;
use crate::clock::{DAWN, DUSK, HOUR, MINUTE, after_dusk};
use crate::record::Log;
use crate::rng::Rng;
use crate::world::{
    ACCOUNT, AUDIT_BUCKET, DATABASES, GLOBAL_REGION, INSTANCES, KMS_KEYS, MAIN_REGION, SECOND_REGION, SNAPSHOTS, TRAIL,
    arn, bucket_arn, iam_arn, kms_arn,
};

pub(super) fn record(log: &mut Log, rng: &mut Rng) {
    log_delivery(log, rng);
    inventory(log, rng);
    backups(log, rng);
    scaling(log, rng);
    key_rotation(log, rng);
}

/// `resources` of a data event on one object.
pub(super) fn object_resources(bucket: &str, key: &str) -> Value {
    json!([
        { "type": "AWS::S3::Object", "ARN": format!("{}/{key}", bucket_arn(bucket)) },
        { "accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": bucket_arn(bucket) },
    ])
}

fn log_delivery(log: &mut Log, rng: &mut Rng) {
    let trail = Actor::service("cloudtrail.amazonaws.com");
    let [key, ..] = KMS_KEYS;
    for region in [MAIN_REGION, GLOBAL_REGION] {
        for time in ticks(rng, DUSK, DAWN, 10 * MINUTE, 30) {
            let context = json!({ "aws:cloudtrail:arn": arn("cloudtrail", region, &format!("trail/{TRAIL}")) });
            log.push(
                trail
                    .call(time, MAIN_REGION, "kms", "GenerateDataKey")
                    .request(json!({ "keyId": kms_arn(key), "keySpec": "AES_256", "encryptionContext": context }))
                    .with("sharedEventID", json!(rng.uuid()))
                    .on("AWS::KMS::Key", &kms_arn(key)),
            );
        }
    }
    for host in ["cloudtrail.amazonaws.com", "delivery.logs.amazonaws.com"] {
        for time in ticks(rng, DUSK, DAWN, 12 * MINUTE, MINUTE) {
            log.push(
                Actor::service(host)
                    .call(time, MAIN_REGION, "s3", "GetBucketAcl")
                    .request(json!({ "bucketName": AUDIT_BUCKET, "acl": "" }))
                    .with("sharedEventID", json!(rng.uuid()))
                    .on("AWS::S3::Bucket", &bucket_arn(AUDIT_BUCKET)),
            );
        }
    }
}

fn inventory(log: &mut Log, rng: &mut Rng) {
    const CONFIG: &[Api] = &[
        ("ec2", "DescribeSecurityGroups"),
        ("ec2", "DescribeVolumes"),
        ("s3", "GetBucketPolicy"),
        ("s3", "GetBucketEncryption"),
        ("iam", "GetRole"),
        ("lambda", "ListFunctions20150331"),
        ("rds", "DescribeDBInstances"),
        ("kms", "DescribeKey"),
    ];
    const INSPECTOR: &[Api] =
        &[("ec2", "DescribeInstances"), ("ecr", "DescribeImages"), ("lambda", "ListFunctions20150331")];
    const ANALYZER: &[Api] = &[("iam", "GetRole"), ("s3", "GetBucketPolicy"), ("kms", "ListGrants")];
    const ADVISOR: &[Api] = &[("ec2", "DescribeVolumes"), ("ec2", "DescribeSnapshots"), ("rds", "DescribeDBInstances")];
    #[rustfmt::skip]
    let rounds = [
        Rounds { role: "Config", host: "config", apis: CONFIG, region: MAIN_REGION, minutes: 20, calls: 7 },
        Rounds { role: "Config", host: "config", apis: CONFIG, region: SECOND_REGION, minutes: 90, calls: 4 },
        Rounds { role: "AmazonInspector2", host: "inspector2", apis: INSPECTOR, region: MAIN_REGION, minutes: 60, calls: 4 },
        Rounds { role: "AccessAnalyzer", host: "access-analyzer", apis: ANALYZER, region: MAIN_REGION, minutes: 75, calls: 4 },
        Rounds { role: "TrustedAdvisor", host: "trustedadvisor", apis: ADVISOR, region: MAIN_REGION, minutes: 240, calls: 6 },
        Rounds { role: "TrustedAdvisor", host: "trustedadvisor", apis: ADVISOR, region: "us-west-2", minutes: 240, calls: 6 },
    ];
    for Rounds { role, host, apis, region, minutes, calls } in rounds {
        let (role, host) = (format!("AWSServiceRoleFor{role}"), format!("{host}.amazonaws.com"));
        for start in ticks(rng, DUSK, DAWN, minutes * MINUTE, 2 * MINUTE) {
            let session = format!("round-{}", rng.hex(8));
            let service = Actor::linked_service(rng, &role, &session, start, &host);
            for step in 0..calls {
                let api = rng.pick(apis);
                read(log, rng, &service, start + step, region, api);
            }
        }
    }
}

/// A service that looks around every so many minutes, in a few calls each time.
struct Rounds {
    role: &'static str,
    host: &'static str,
    apis: &'static [Api],
    region: &'static str,
    minutes: i64,
    calls: i64,
}

fn backups(log: &mut Log, rng: &mut Rng) {
    let start = after_dusk(4, 0);
    let actor = Actor::role(
        rng,
        "service-role/backup-operator",
        "AWSBackup-nightly",
        start,
        "backup.amazonaws.com",
        "backup.amazonaws.com",
    );
    let backup = actor.through("backup.amazonaws.com");
    let service = Actor::service("backup.amazonaws.com");
    for (order, host) in (0..).zip(INSTANCES) {
        let time = start + order * 11 * MINUTE + rng.between(0, 3 * MINUTE);
        let job = rng.uuid();
        let details = |state: &str| json!({ "backupJobId": job, "backupVaultName": "nightly", "state": state });
        let event = service.call(time, MAIN_REGION, "backup", "BackupJobStarted").service_event();
        log.push(event.with("serviceEventDetails", details("RUNNING")));
        let request = json!({ "instanceSpecification": { "instanceId": host.id, "excludeBootVolume": false } });
        log.push(backup.call(time + 5, MAIN_REGION, "ec2", "CreateSnapshots").request(request));
        let copy = json!({ "sourceRegion": MAIN_REGION, "sourceSnapshotId": rng.pick(&SNAPSHOTS), "encrypted": true });
        log.push(backup.call(time + 400, SECOND_REGION, "ec2", "CopySnapshot").request(copy));
        let event = service.call(time + 480, MAIN_REGION, "backup", "BackupJobCompleted").service_event();
        log.push(event.with("serviceEventDetails", details("COMPLETED")).read_only_unsaid());
    }
    for database in DATABASES {
        let request = json!({
            "dBInstanceIdentifier": database,
            "dBSnapshotIdentifier": format!("awsbackup-{database}-{}", rng.hex(6)),
        });
        log.push(backup.call(start + rng.between(600, 3_000), MAIN_REGION, "rds", "CreateDBSnapshot").request(request));
    }
}

/// The web tier grows in the evening and shrinks again.
fn scaling(log: &mut Log, rng: &mut Rng) {
    let host = "autoscaling.amazonaws.com";
    for start in [after_dusk(0, 33), after_dusk(1, 5)] {
        let instance = format!("i-0f{}", rng.hex(15));
        let service = Actor::linked_service(rng, "AWSServiceRoleForAutoScaling", "AutoScaling", start, host);
        log.push(
            service
                .call(start, MAIN_REGION, "ec2", "RunInstances")
                .request(json!({
                    "launchTemplate": { "launchTemplateName": "storefront-web", "version": "14" },
                    "minCount": 1, "maxCount": 1, "instanceType": "m7g.large",
                    "userData": "<sensitiveDataRemoved>",
                }))
                .response(json!({ "instancesSet": { "items": [{ "instanceId": instance }] } })),
        );
        let ending = json!({ "instancesSet": { "items": [{ "instanceId": instance }] } });
        let time = start + 4 * HOUR + rng.between(0, 9 * MINUTE);
        log.push(service.call(time, MAIN_REGION, "ec2", "TerminateInstances").request(ending));
    }
    for time in ticks(rng, DUSK, DAWN, 50 * MINUTE, 5 * MINUTE) {
        let host = "ec2.amazonaws.com";
        let volumes = Actor::role(rng, "storefront-web", "volume", time, host, host).through(host);
        log.push(
            volumes
                .call(time, MAIN_REGION, "kms", "Decrypt")
                .request(json!({ "encryptionContext": { "aws:ebs:id": format!("vol-0{}", rng.hex(16)) } }))
                .on("AWS::KMS::Key", &kms_arn(rng.pick(&KMS_KEYS))),
        );
    }
}

fn key_rotation(log: &mut Log, rng: &mut Rng) {
    let [_, key, _] = KMS_KEYS;
    let time = after_dusk(7, 21) + rng.between(0, 20 * MINUTE);
    let event = Actor::service("kms.amazonaws.com").call(time, MAIN_REGION, "kms", "RotateKey").service_event();
    log.push(event.with("serviceEventDetails", json!({ "keyId": key })).on("AWS::KMS::Key", &kms_arn(key)));
    let call = Actor::service("secretsmanager.amazonaws.com")
        .call(time + 90, MAIN_REGION, "sts", "AssumeRole")
        .request(json!({ "roleArn": iam_arn("role/secret-rotation"), "roleSessionName": "rotation" }));
    let host = "secretsmanager.amazonaws.com";
    let session = Actor::role(rng, "secret-rotation", "rotation", time + 90, host, host);
    log.push_assumed(call, &session);
}
