//! The company and what it owns. None of it depends on the seed: other nights happen in the same place.

use crate::rng::Rng;

/// The account of the night, from the AWS documentation's examples.
pub(crate) const ACCOUNT: &str = "111122223333";
/// The account that the attacker shares data with.
pub(crate) const STRANGER_ACCOUNT: &str = "444455556666";
/// The account of the monitoring vendor, a legitimate outsider.
pub(crate) const VENDOR_ACCOUNT: &str = "123456789012";

pub(crate) const MAIN_REGION: &str = "eu-west-1";
pub(crate) const GLOBAL_REGION: &str = "us-east-1";
pub(crate) const SECOND_REGION: &str = "eu-central-1";

/// The bucket that is emptied, then the others.
pub(crate) const EXPORTS_BUCKET: &str = "harbour-customer-exports";
pub(crate) const BUCKETS: [&str; 8] = [
    EXPORTS_BUCKET,
    "harbour-storefront-assets",
    "harbour-order-archive",
    AUDIT_BUCKET,
    "harbour-terraform-state",
    "harbour-build-cache",
    "harbour-finance-reports",
    "harbour-legacy-uploads",
];
pub(crate) const AUDIT_BUCKET: &str = "harbour-audit-logs";

/// The user whose key leaked, and the policy that lets it rewrite itself.
pub(crate) const DEPLOY_USER: &str = "deploy-storefront";
pub(crate) const DEPLOY_POLICY: &str = "storefront-deploy";
pub(crate) const LEAKED_KEY: &str = "AKIASTOREFRNTEXAMPLE";
/// The key that the attacker makes for the user that is to stay.
pub(crate) const PLANTED_KEY: &str = "AKIAPLANTEDNTEXAMPLE";
pub(crate) const ADMIN_ROLE: &str = "break-glass-admin";
pub(crate) const PARTNER_ROLE: &str = "partner-readonly";
pub(crate) const USERS: [&str; 5] = [DEPLOY_USER, "ines.duarte", "paul.mercer", "label-printer", "vendor-reports"];

/// An EC2 instance and its private address.
#[derive(Clone, Copy, Default)]
pub(crate) struct Instance {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: &'static str,
    pub(crate) private_ip: &'static str,
}

pub(crate) const INSTANCES: [Instance; 4] = [
    Instance { id: "i-0b5e7c1d2f3a40011", name: "storefront-web-1", role: "storefront-web", private_ip: "10.20.1.11" },
    Instance { id: "i-0b5e7c1d2f3a40012", name: "storefront-web-2", role: "storefront-web", private_ip: "10.20.2.12" },
    Instance { id: "i-0c9d8e7f6a5b40021", name: "orders-worker", role: "orders-worker", private_ip: "10.20.1.31" },
    Instance { id: "i-0d4c3b2a19080031f", name: "erp-windows", role: "erp-host", private_ip: "10.20.3.8" },
];

pub(crate) const FUNCTIONS: [&str; 5] =
    ["order-intake", "invoice-render", "stock-sync", "newsletter-dispatch", "image-resize"];
pub(crate) const SECRETS: [&str; 8] = [
    "prod/orders/database",
    "prod/payments/gateway",
    "prod/storefront/session",
    "prod/mail/relay",
    "prod/search/api",
    "staging/orders/database",
    "prod/warehouse/reader",
    "prod/erp/sync",
];
pub(crate) const SNAPSHOTS: [&str; 3] = ["snap-0e1f2a3b4c5d60041", "snap-0e1f2a3b4c5d60042", "snap-0e1f2a3b4c5d60043"];
pub(crate) const DATABASES: [&str; 2] = ["orders-primary", "analytics-replica"];
pub(crate) const SECURITY_GROUPS: [&str; 5] = [
    "sg-0a1b2c3d4e5f60051",
    "sg-0a1b2c3d4e5f60052",
    "sg-0a1b2c3d4e5f60053",
    "sg-0a1b2c3d4e5f60054",
    "sg-0a1b2c3d4e5f60055",
];
pub(crate) const KMS_KEYS: [&str; 3] = [
    "5b1f7c9e-2a64-4d0e-9b57-0c1d2e3f4a51",
    "5b1f7c9e-2a64-4d0e-9b57-0c1d2e3f4a52",
    "5b1f7c9e-2a64-4d0e-9b57-0c1d2e3f4a53",
];
pub(crate) const REPOSITORIES: [&str; 3] = ["storefront", "orders", "stock-sync"];
pub(crate) const VPC: &str = "vpc-0f1e2d3c4b5a60061";
pub(crate) const SUBNETS: [&str; 3] =
    ["subnet-0a9b8c7d6e5f60071", "subnet-0a9b8c7d6e5f60072", "subnet-0a9b8c7d6e5f60073"];
pub(crate) const FLOW_LOG: &str = "fl-0c1b2a3948576f081";
pub(crate) const TRAIL: &str = "harbour-trail";
pub(crate) const DETECTOR: &str = "6ac1f5b27d3e48909a1b2c3d4e5f6071";
pub(crate) const CLUSTER: &str = "harbour-shop";
pub(crate) const CLUSTER_OIDC: &str = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789EXAMPLE0123456789ABCDE";

/// The address that the company's own traffic leaves from.
pub(crate) const NAT_IP: &str = "198.51.100.24";

/// ARN of a regional resource in the account.
pub(crate) fn arn(service: &str, region: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{region}:{ACCOUNT}:{resource}")
}

/// ARN of an IAM user, role or policy in the account.
pub(crate) fn iam_arn(resource: &str) -> String {
    arn("iam", "", resource)
}

pub(crate) fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

pub(crate) fn kms_arn(key: &str) -> String {
    arn("kms", MAIN_REGION, &format!("key/{key}"))
}

/// ARN of a secret, with the six characters that Secrets Manager appends to its name.
pub(crate) fn secret_arn(name: &str) -> String {
    let suffix = Rng::new(0).fork(name).alphanumeric(6);
    arn("secretsmanager", MAIN_REGION, &format!("secret:{name}-{suffix}"))
}

/// The unique id of a principal: the same name always has the same one.
pub(crate) fn principal_id(prefix: &str, name: &str) -> String {
    format!("{prefix}{}EXAMPLE", Rng::new(0).fork(name).base32(10))
}
