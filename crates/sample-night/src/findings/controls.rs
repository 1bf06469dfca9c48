//! Security Hub's own control findings: one per control and resource, passed and failed.

use serde_json::{Value, json};

use super::Incident;
use super::asff::{Draft, detailed, resource};
use super::control_catalogue::{Asset, CONTROLS, Control};
use crate::SECRET_CANARY;
use crate::clock::{DAWN, DAY, HOUR};
use crate::rng::Rng;
use crate::world::{
    ACCOUNT, BUCKETS, CLUSTER, DATABASES, EXPORTS_BUCKET, FUNCTIONS, GLOBAL_REGION, INSTANCES, KMS_KEYS, MAIN_REGION,
    REPOSITORIES, SECOND_REGION, SECRETS, SECURITY_GROUPS, SUBNETS, TRAIL, USERS, VPC, arn, bucket_arn, iam_arn,
    kms_arn, principal_id, secret_arn,
};

pub(super) fn findings(rng: &mut Rng, incident: &Incident<'_>) -> Vec<Value> {
    let mut findings = Vec::new();
    for control in CONTROLS {
        for (region, resources) in subjects(control.asset, incident) {
            let verdict = Verdict::reach(rng, control, &resources, region, incident);
            findings.push(write(rng, control, region, resources, verdict));
        }
    }
    findings
}

/// What an evaluation came to, and since when.
struct Verdict {
    compliance: &'static str,
    created: i64,
    updated: i64,
}

impl Verdict {
    fn reach(rng: &mut Rng, control: &Control, resources: &[Value], region: &str, incident: &Incident<'_>) -> Self {
        if let Some(moment) = broken_by_attack(control, resources, region, incident) {
            let created = moment + rng.between(60, 600);
            return Self { compliance: "FAILED", created, updated: created + rng.between(0, 300) };
        }
        let compliance = match rng.below(100) {
            roll if roll < control.fails => "FAILED",
            98 => "WARNING",
            99 => "NOT_AVAILABLE",
            _ => "PASSED",
        };
        let age = if rng.chance(12) { rng.between(HOUR, 6 * DAY) } else { rng.between(9 * DAY, 300 * DAY) };
        Self { compliance, created: DAWN - age, updated: DAWN - rng.between(0, age.min(18 * HOUR)) }
    }
}

/// Whether the attack made this control fail on this resource, and when.
fn broken_by_attack(control: &Control, resources: &[Value], region: &str, incident: &Incident<'_>) -> Option<i64> {
    let id = resources.first().and_then(|first| first.get("Id")).and_then(Value::as_str)?;
    let on_exports = id == bucket_arn(EXPORTS_BUCKET);
    match control.id {
        "S3.8" if on_exports => Some(incident.time_of("DeleteBucketPublicAccessBlock")),
        "S3.2" | "S3.6" if on_exports => Some(incident.time_of("PutBucketPolicy")),
        "CloudTrail.1" if region == MAIN_REGION => Some(incident.time_of("StopLogging")),
        "EC2.6" => Some(incident.time_of("DeleteFlowLogs")),
        "IAM.5" if id.ends_with(incident.plan.new_user) => Some(incident.time_of("CreateLoginProfile")),
        _ => None,
    }
}

/// Everything that a control of this kind is evaluated on: region and resources of each finding.
fn subjects(asset: Asset, incident: &Incident<'_>) -> Vec<(&'static str, Vec<Value>)> {
    let one = |kind: &str, id: String| (MAIN_REGION, vec![resource(kind, &id, MAIN_REGION)]);
    let regional = |service: &str, path: String| arn(service, MAIN_REGION, &path);
    match asset {
        Asset::Account => [MAIN_REGION, SECOND_REGION, GLOBAL_REGION]
            .map(|region| (region, vec![resource("AwsAccount", &format!("AWS::::Account:{ACCOUNT}"), region)]))
            .to_vec(),
        Asset::Bucket => BUCKETS.map(|name| one("AwsS3Bucket", bucket_arn(name))).to_vec(),
        Asset::User => USERS.into_iter().chain([incident.plan.new_user]).map(user).collect(),
        Asset::Instance => {
            INSTANCES.map(|host| one("AwsEc2Instance", regional("ec2", format!("instance/{}", host.id)))).to_vec()
        }
        Asset::SecurityGroup => SECURITY_GROUPS.map(|id| (MAIN_REGION, group_and_network(id))).to_vec(),
        Asset::Function => FUNCTIONS.map(|name| (MAIN_REGION, vec![function(name)])).to_vec(),
        Asset::Database => {
            DATABASES.map(|name| one("AwsRdsDbInstance", regional("rds", format!("db:{name}")))).to_vec()
        }
        Asset::Key => KMS_KEYS.map(|id| one("AwsKmsKey", kms_arn(id))).to_vec(),
        Asset::Secret => SECRETS.map(|name| one("AwsSecretsManagerSecret", secret_arn(name))).to_vec(),
        Asset::Subnet => SUBNETS.map(|id| one("AwsEc2Subnet", regional("ec2", format!("subnet/{id}")))).to_vec(),
        Asset::Vpc => vec![one("AwsEc2Vpc", regional("ec2", format!("vpc/{VPC}")))],
        Asset::Repository => {
            REPOSITORIES.map(|name| one("AwsEcrRepository", regional("ecr", format!("repository/{name}")))).to_vec()
        }
        Asset::Trail => vec![one("AwsCloudTrailTrail", regional("cloudtrail", format!("trail/{TRAIL}")))],
        Asset::Cluster => vec![one("AwsEksCluster", regional("eks", format!("cluster/{CLUSTER}")))],
    }
}

fn user(name: &'static str) -> (&'static str, Vec<Value>) {
    let details = json!({ "UserName": name, "UserId": principal_id("AIDA", name), "Path": "/" });
    (GLOBAL_REGION, vec![detailed("AwsIamUser", &iam_arn(&format!("user/{name}")), GLOBAL_REGION, &details)])
}

fn group_and_network(id: &str) -> Vec<Value> {
    let group = arn("ec2", MAIN_REGION, &format!("security-group/{id}"));
    let details = json!({ "GroupId": id, "VpcId": VPC, "OwnerId": ACCOUNT });
    vec![
        detailed("AwsEc2SecurityGroup", &group, MAIN_REGION, &details),
        resource("AwsEc2Vpc", &arn("ec2", MAIN_REGION, &format!("vpc/{VPC}")), MAIN_REGION),
    ]
}

/// A function's details carry its environment: what must never leave.
fn function(name: &str) -> Value {
    let details = json!({
        "FunctionName": name,
        "Runtime": "python3.13",
        "Role": iam_arn(&format!("role/lambda-{name}")),
        "Environment": { "Variables": { "STAGE": "prod", "DATABASE_PASSWORD": format!("{SECRET_CANARY}-{name}") } },
    });
    detailed("AwsLambdaFunction", &arn("lambda", MAIN_REGION, &format!("function:{name}")), MAIN_REGION, &details)
}

fn write(rng: &mut Rng, control: &Control, region: &'static str, resources: Vec<Value>, verdict: Verdict) -> Value {
    let failed = verdict.compliance == "FAILED";
    let workflow = match verdict.compliance {
        "PASSED" => "RESOLVED",
        _ if verdict.created > DAWN - 12 * HOUR => "NEW",
        _ => rng.pick(&["NEW", "NEW", "NEW", "NEW", "NEW", "NOTIFIED", "NOTIFIED", "SUPPRESSED", "RESOLVED"]),
    };
    let archived = verdict.created < DAWN - DAY && rng.chance(6);
    let label = if failed { control.severity } else { "INFORMATIONAL" };
    let normalized = match label {
        "CRITICAL" => 90,
        "HIGH" => 70,
        "MEDIUM" => 40,
        "LOW" => 1,
        _ => 0,
    };
    let url = format!("https://docs.aws.amazon.com/console/securityhub/{}/remediation", control.id);
    let uuid = rng.uuid();
    Draft {
        product: ("securityhub", "Security Hub"),
        region,
        id: arn("securityhub", region, &format!("security-control/{}/finding/{uuid}", control.id)),
        generator: format!("security-control/{}", control.id),
        title: control.wants.to_owned(),
        description: format!("{}. The finding says whether this resource complies.", control.wants),
        types: vec!["Software and Configuration Checks/Industry and Regulatory Standards".to_owned()],
        severity: (label, normalized),
        created: verdict.created,
        updated: verdict.updated,
        resources,
        product_fields: vec![(
            "RelatedAWSResources:0/name".to_owned(),
            format!("securityhub-{}", control.id.to_lowercase().replace('.', "-")),
        )],
        record_state: if archived { "ARCHIVED" } else { "ACTIVE" },
        workflow,
        extra: vec![
            ("Compliance", json!({
                "Status": verdict.compliance,
                "SecurityControlId": control.id,
                "AssociatedStandards": [{ "StandardsId": "standards/aws-foundational-security-best-practices/v/1.0.0" }],
            })),
            ("Remediation", json!({ "Recommendation": { "Text": "The control's page explains the fix.", "Url": url } })),
        ],
    }
    .write(rng)
}
