//! Finding out what the key can do and what the account holds.

use super::Attacker;
use crate::actor::Actor;
use crate::request::plausible;
use crate::world::{GLOBAL_REGION, MAIN_REGION, SECOND_REGION};

/// Region, service, event name, and whether the key was allowed to ask.
type Probe = (&'static str, &'static str, &'static str, bool);

#[rustfmt::skip]
const PROBES: &[Probe] = &[
    (GLOBAL_REGION, "iam", "GetUser", true),
    (GLOBAL_REGION, "iam", "ListAttachedUserPolicies", true),
    (GLOBAL_REGION, "iam", "ListUserPolicies", true),
    (GLOBAL_REGION, "iam", "ListGroupsForUser", true),
    (GLOBAL_REGION, "iam", "ListUsers", false),
    (GLOBAL_REGION, "iam", "ListRoles", false),
    (GLOBAL_REGION, "iam", "GetAccountAuthorizationDetails", false),
    (GLOBAL_REGION, "iam", "GetAccountSummary", false),
    (GLOBAL_REGION, "iam", "ListAccessKeys", false),
    (MAIN_REGION, "s3", "ListBuckets", true),
    (MAIN_REGION, "s3", "GetBucketPolicy", false),
    (MAIN_REGION, "s3", "GetBucketAcl", false),
    (MAIN_REGION, "s3", "GetBucketLocation", true),
    (MAIN_REGION, "ec2", "DescribeInstances", true),
    (SECOND_REGION, "ec2", "DescribeInstances", true),
    (GLOBAL_REGION, "ec2", "DescribeInstances", true),
    ("us-west-2", "ec2", "DescribeInstances", true),
    ("ap-southeast-2", "ec2", "DescribeInstances", true),
    (MAIN_REGION, "ec2", "DescribeRegions", true),
    (MAIN_REGION, "ec2", "DescribeSecurityGroups", true),
    (MAIN_REGION, "ec2", "DescribeSnapshots", false),
    (MAIN_REGION, "ec2", "DescribeVpcs", true),
    (MAIN_REGION, "ec2", "DescribeFlowLogs", false),
    (MAIN_REGION, "lambda", "ListFunctions20150331", true),
    (MAIN_REGION, "lambda", "GetFunction20150331v2", true),
    (MAIN_REGION, "secretsmanager", "ListSecrets", false),
    (MAIN_REGION, "ssm", "DescribeParameters", false),
    (MAIN_REGION, "rds", "DescribeDBInstances", false),
    (MAIN_REGION, "rds", "DescribeDBSnapshots", false),
    (MAIN_REGION, "kms", "ListKeys", false),
    (MAIN_REGION, "eks", "ListClusters", false),
    (MAIN_REGION, "ecr", "DescribeRepositories", true),
    (MAIN_REGION, "dynamodb", "ListTables", false),
    (MAIN_REGION, "cloudtrail", "DescribeTrails", false),
    (MAIN_REGION, "guardduty", "ListDetectors", false),
    (GLOBAL_REGION, "ses", "GetSendQuota", false),
    (GLOBAL_REGION, "bedrock", "ListFoundationModels", false),
    (GLOBAL_REGION, "organizations", "DescribeOrganization", false),
    (GLOBAL_REGION, "servicequotas", "ListServiceQuotas", false),
    (GLOBAL_REGION, "iam", "ListPolicyVersions", true),
    (GLOBAL_REGION, "iam", "GetPolicyVersion", true),
];

#[rustfmt::skip]
const WITH_ADMIN: &[(&str, &str, &str)] = &[
    (GLOBAL_REGION, "iam", "GetAccountAuthorizationDetails"),
    (GLOBAL_REGION, "iam", "ListUsers"),
    (GLOBAL_REGION, "iam", "ListRoles"),
    (MAIN_REGION, "cloudtrail", "DescribeTrails"),
    (MAIN_REGION, "cloudtrail", "GetTrailStatus"),
    (MAIN_REGION, "cloudtrail", "GetEventSelectors"),
    (MAIN_REGION, "guardduty", "ListDetectors"),
    (MAIN_REGION, "guardduty", "GetDetector"),
    (MAIN_REGION, "ec2", "DescribeFlowLogs"),
    (MAIN_REGION, "ec2", "DescribeSnapshots"),
    (MAIN_REGION, "ec2", "DescribeSnapshotAttribute"),
    (MAIN_REGION, "rds", "DescribeDBInstances"),
    (MAIN_REGION, "kms", "ListAliases"),
];

/// Two passes of a script over everything it knows, the second after a pause for reading.
pub(super) fn look_around(attacker: &mut Attacker<'_>, key: &Actor) {
    attacker.enter("discovery");
    attacker.wait(60, 120);
    for pause in [540, 360] {
        for &(region, service, name, allowed) in PROBES {
            attacker.wait(0, 3);
            let request = plausible(&mut attacker.rng, service, name);
            let call = key.call(attacker.now, region, service, name).request(request);
            attacker.act(name, if allowed { call } else { call.denied() });
        }
        attacker.wait(pause, pause + 60);
    }
}

/// The same questions again, now with the right to an answer.
pub(super) fn read_everything(attacker: &mut Attacker<'_>, admin: &Actor) {
    attacker.enter("discovery");
    for &(region, service, name) in WITH_ADMIN {
        attacker.wait(1, 9);
        let request = plausible(&mut attacker.rng, service, name);
        let call = admin.call(attacker.now, region, service, name).request(request);
        attacker.act(name, call);
    }
}
