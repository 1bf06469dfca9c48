//! Findings of the other products: Access Analyzer, Macie, and a scanner that the company wrote itself.

use serde_json::{Value, json};

use super::Incident;
use super::asff::{Draft, resource};
use crate::clock::{DAWN, DAY, rfc3339};
use crate::rng::Rng;
use crate::world::{
    ACCOUNT, EXPORTS_BUCKET, GLOBAL_REGION, MAIN_REGION, PARTNER_ROLE, SNAPSHOTS, STRANGER_ACCOUNT, arn, bucket_arn,
    iam_arn,
};

pub(super) fn findings(rng: &mut Rng, incident: &Incident<'_>) -> Vec<Value> {
    let [first, second, _] = SNAPSHOTS;
    let snapshot = |id: &str| arn("ec2", MAIN_REGION, &format!("snapshot/{id}"));
    let (bucket, role) = (bucket_arn(EXPORTS_BUCKET), iam_arn(&format!("role/{PARTNER_ROLE}")));
    vec![
        reachable(rng, MAIN_REGION, "AwsS3Bucket", &bucket, incident.time_of("PutBucketPolicy")),
        reachable(rng, GLOBAL_REGION, "AwsIamRole", &role, incident.time_of("UpdateAssumeRolePolicy")),
        reachable(rng, MAIN_REGION, "AwsEc2Snapshot", &snapshot(first), incident.time_of("ModifySnapshotAttribute")),
        reachable(rng, MAIN_REGION, "AwsEc2Snapshot", &snapshot(second), incident.time_of("ModifySnapshotAttribute")),
        personal_data(rng),
        own_scanner(rng, incident, "shop-scanner/leaked-key", json!({ "Normalized": 75 })),
        own_scanner(rng, incident, "shop-scanner/old-pastebin-note", json!({ "Label": "LOW", "Normalized": 10 })),
    ]
}

/// Access Analyzer: somebody outside the account may reach this.
fn reachable(rng: &mut Rng, region: &'static str, kind: &str, id: &str, since: i64) -> Value {
    let created = since + rng.between(120, 1_200);
    let uuid = rng.uuid();
    Draft {
        product: ("access-analyzer", "IAM Access Analyzer"),
        region,
        id: arn("access-analyzer", region, &format!("analyzer/outside-access/finding/{uuid}")),
        generator: arn("access-analyzer", region, "analyzer/outside-access"),
        title: format!("{kind} can be reached from outside the account"),
        description: format!("A policy grants account {STRANGER_ACCOUNT} access to {id}."),
        types: vec!["Software and Configuration Checks/AWS Security Best Practices/External Access Granted".to_owned()],
        severity: if kind == "AwsS3Bucket" { ("HIGH", 70) } else { ("MEDIUM", 40) },
        created,
        updated: created,
        resources: vec![resource(kind, id, region)],
        product_fields: vec![("External Principal".to_owned(), STRANGER_ACCOUNT.to_owned())],
        record_state: "ACTIVE",
        workflow: "NEW",
        extra: Vec::new(),
    }
    .write(rng)
}

/// Macie: what lies in the bucket that was emptied.
fn personal_data(rng: &mut Rng) -> Value {
    let created = DAWN - 20 * DAY;
    let finding_id = rng.hex(32);
    Draft {
        product: ("macie", "Macie"),
        region: MAIN_REGION,
        id: arn("macie2", MAIN_REGION, &format!("finding/{finding_id}")),
        generator: "macie".to_owned(),
        title: "An object holds names, addresses and order histories".to_owned(),
        description: format!("Objects in {EXPORTS_BUCKET} hold personal data of customers."),
        types: vec!["Sensitive Data Identifications/PII/SensitiveData:S3Object-Personal".to_owned()],
        severity: ("HIGH", 70),
        created,
        updated: created + DAY,
        resources: vec![
            resource("AwsS3Bucket", &bucket_arn(EXPORTS_BUCKET), MAIN_REGION),
            resource(
                "AwsS3Object",
                &format!("{}/2026/11/01/orders-0000.parquet", bucket_arn(EXPORTS_BUCKET)),
                MAIN_REGION,
            ),
        ],
        product_fields: Vec::new(),
        record_state: "ACTIVE",
        workflow: "NOTIFIED",
        extra: Vec::new(),
    }
    .write(rng)
}

/// The company's own scanner writes the least that Security Hub accepts: no workflow, no record state, no label.
fn own_scanner(rng: &mut Rng, incident: &Incident<'_>, generator: &str, severity: Value) -> Value {
    let time = rfc3339(incident.plan.start - rng.between(2 * DAY, 5 * DAY));
    json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("{generator}/{}", rng.hex(12)),
        "ProductArn": format!("arn:aws:securityhub:{MAIN_REGION}:{ACCOUNT}:product/{ACCOUNT}/default"),
        "GeneratorId": generator,
        "AwsAccountId": ACCOUNT,
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": time,
        "UpdatedAt": time,
        "Severity": severity,
        "Title": "A string that looks like an access key stands in a public repository",
        "Description": "The scanner saw an access key id of this account in a place that anyone can read.",
        "Resources": [
            resource("AwsIamUser", &iam_arn(&format!("user/{}", crate::world::DEPLOY_USER)), GLOBAL_REGION),
            { "Type": "Other", "Id": "https://code.example.com/harbour-shop/storefront", "Partition": "aws" },
        ],
    })
}
