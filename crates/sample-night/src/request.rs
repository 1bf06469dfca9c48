//! Plausible `requestParameters` for the reading calls that fill a night.

use serde_json::{Value, json};

use crate::rng::Rng;
use crate::world::{
    ADMIN_ROLE, BUCKETS, CLUSTER, DATABASES, DEPLOY_POLICY, DEPLOY_USER, DETECTOR, FUNCTIONS, INSTANCES, KMS_KEYS,
    MAIN_REGION, PARTNER_ROLE, REPOSITORIES, SECRETS, SECURITY_GROUPS, SNAPSHOTS, SUBNETS, TRAIL, USERS, VPC, arn,
    iam_arn,
};

/// What the caller asked for; null for calls without parameters.
pub(crate) fn plausible(rng: &mut Rng, service: &str, name: &str) -> Value {
    match service {
        "s3" => bucket_request(rng, name),
        "ec2" => ec2_request(rng, name),
        "iam" => iam_request(rng, name),
        "lambda" if name.starts_with("List") => json!({ "maxItems": 50 }),
        "lambda" => json!({ "functionName": rng.pick(&FUNCTIONS) }),
        "rds" if name == "DescribeDBInstances" => json!({ "dBInstanceIdentifier": rng.pick(&DATABASES) }),
        "kms" if name != "ListKeys" && name != "ListAliases" => json!({ "keyId": rng.pick(&KMS_KEYS) }),
        "secretsmanager" if name == "ListSecrets" => json!({ "maxResults": 100 }),
        "secretsmanager" => json!({ "secretId": rng.pick(&SECRETS) }),
        "ecr" if name != "GetAuthorizationToken" => json!({ "repositoryName": rng.pick(&REPOSITORIES) }),
        "eks" => json!({ "name": CLUSTER }),
        "cloudtrail" if name == "GetTrailStatus" => json!({ "name": arn("cloudtrail", MAIN_REGION, &trail_path()) }),
        "cloudtrail" if name == "GetEventSelectors" => json!({ "trailName": TRAIL }),
        "cloudtrail" if name == "LookupEvents" => json!({ "maxResults": 50 }),
        "guardduty" if name != "ListDetectors" => json!({ "detectorId": DETECTOR }),
        "logs" => json!({ "logGroupNamePrefix": format!("/aws/lambda/{}", rng.pick(&FUNCTIONS)) }),
        "monitoring" => json!({ "maxRecords": 100 }),
        "cloudformation" => json!({ "stackName": rng.pick(&["shop-network", "shop-data", "shop-edge"]) }),
        _ => Value::Null,
    }
}

fn trail_path() -> String {
    format!("trail/{TRAIL}")
}

fn bucket_request(rng: &mut Rng, name: &str) -> Value {
    if name == "ListBuckets" {
        return json!({ "Host": format!("s3.{MAIN_REGION}.amazonaws.com") });
    }
    let bucket = rng.pick(&BUCKETS);
    let mut request = json!({ "bucketName": bucket, "Host": format!("{bucket}.s3.{MAIN_REGION}.amazonaws.com") });
    let asked = match name {
        "GetBucketPolicy" => "policy",
        "GetBucketAcl" => "acl",
        "GetBucketEncryption" => "encryption",
        "GetBucketPublicAccessBlock" => "publicAccessBlock",
        "GetBucketVersioning" => "versioning",
        "GetBucketLogging" => "logging",
        "GetBucketTagging" => "tagging",
        _ => "location",
    };
    if let Value::Object(fields) = &mut request {
        fields.insert(asked.to_owned(), json!(""));
    }
    request
}

fn ec2_request(rng: &mut Rng, name: &str) -> Value {
    let one = |field: &str, id: &str| json!({ "items": [{ field: id }] });
    match name {
        "DescribeInstances" if rng.chance(50) => json!({ "maxResults": 1000, "instancesSet": {}, "filterSet": {} }),
        "DescribeInstances" | "DescribeInstanceStatus" => {
            json!({ "instancesSet": one("instanceId", rng.pick(&INSTANCES).id), "filterSet": {} })
        }
        "DescribeInstanceAttribute" => {
            json!({ "instanceId": rng.pick(&INSTANCES).id, "attribute": "instanceType" })
        }
        "DescribeSecurityGroups" => json!({ "securityGroupIdSet": one("groupId", rng.pick(&SECURITY_GROUPS)) }),
        "DescribeSnapshots" => {
            json!({ "ownersSet": { "items": [{ "owner": "self" }] }, "snapshotSet": {}, "filterSet": {} })
        }
        "DescribeSnapshotAttribute" => {
            json!({ "snapshotId": rng.pick(&SNAPSHOTS), "attributeType": "CREATE_VOLUME_PERMISSION" })
        }
        "DescribeSubnets" => json!({ "subnetSet": one("subnetId", rng.pick(&SUBNETS)), "filterSet": {} }),
        "DescribeVpcs" => json!({ "vpcSet": one("vpcId", VPC), "filterSet": {} }),
        "DescribeVpcAttribute" => json!({ "vpcId": VPC, "attribute": "enableDnsSupport" }),
        _ => json!({ "filterSet": {} }),
    }
}

fn iam_request(rng: &mut Rng, name: &str) -> Value {
    let deploy_policy = iam_arn(&format!("policy/{DEPLOY_POLICY}"));
    match name {
        "GetPolicy" | "ListPolicyVersions" => json!({ "policyArn": deploy_policy }),
        "GetPolicyVersion" => json!({ "policyArn": deploy_policy, "versionId": "v3" }),
        "ListAccessKeys" | "ListAttachedUserPolicies" | "ListUserPolicies" | "ListGroupsForUser" => {
            json!({ "userName": DEPLOY_USER })
        }
        "GetUser" | "ListMFADevices" | "GetLoginProfile" => json!({ "userName": rng.pick(&USERS) }),
        "ListUsers" | "ListRoles" | "ListPolicies" => json!({ "maxItems": 100 }),
        "GetRole" | "ListRolePolicies" | "ListAttachedRolePolicies" | "ListInstanceProfilesForRole" => {
            json!({ "roleName": rng.pick(&["storefront-web", "orders-worker", "erp-host", ADMIN_ROLE, PARTNER_ROLE]) })
        }
        _ => Value::Null,
    }
}
