//! The controls that the company has switched on. Ids and subjects are AWS's, from the control reference of the
//! Security Hub user guide (recalled, not re-read); the wording is ours.

/// What a control looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asset {
    Account,
    Bucket,
    User,
    Instance,
    SecurityGroup,
    Function,
    Database,
    Key,
    Secret,
    Subnet,
    Vpc,
    Repository,
    Trail,
    Cluster,
}

/// A control: its id, severity when it fails, what it wants, what it looks at, and how many of a hundred fail.
pub(super) struct Control {
    pub(super) id: &'static str,
    pub(super) severity: &'static str,
    pub(super) wants: &'static str,
    pub(super) asset: Asset,
    pub(super) fails: u64,
}

const fn control(id: &'static str, severity: &'static str, wants: &'static str, asset: Asset, fails: u64) -> Control {
    Control { id, severity, wants, asset, fails }
}

#[rustfmt::skip]
pub(super) const CONTROLS: &[Control] = &[
    control("Account.1", "MEDIUM", "The account should name a security contact", Asset::Account, 60),
    control("CloudTrail.1", "HIGH", "A trail should record management events of every region", Asset::Account, 0),
    control("Config.1", "CRITICAL", "AWS Config should record resources through its service-linked role", Asset::Account, 0),
    control("EC2.1", "CRITICAL", "EBS snapshots should not be open to everyone", Asset::Account, 0),
    control("EC2.7", "MEDIUM", "New EBS volumes should be encrypted by default", Asset::Account, 50),
    control("GuardDuty.1", "HIGH", "GuardDuty should be switched on", Asset::Account, 0),
    control("IAM.4", "CRITICAL", "The root user should have no access key", Asset::Account, 0),
    control("IAM.6", "CRITICAL", "The root user should sign in with a hardware MFA device", Asset::Account, 0),
    control("IAM.7", "MEDIUM", "The password policy of IAM users should be strong", Asset::Account, 50),
    control("Macie.1", "MEDIUM", "Macie should be switched on", Asset::Account, 50),
    control("S3.1", "MEDIUM", "S3 should block public access for the account", Asset::Account, 40),
    control("S3.2", "CRITICAL", "S3 buckets should refuse public reading", Asset::Bucket, 0),
    control("S3.5", "MEDIUM", "S3 buckets should insist on TLS", Asset::Bucket, 45),
    control("S3.6", "HIGH", "S3 bucket policies should limit what other accounts may do", Asset::Bucket, 12),
    control("S3.8", "HIGH", "S3 buckets should block public access", Asset::Bucket, 12),
    control("S3.9", "MEDIUM", "S3 buckets should log access to them", Asset::Bucket, 50),
    control("S3.13", "LOW", "S3 buckets should have lifecycle rules", Asset::Bucket, 60),
    control("IAM.2", "LOW", "IAM users should carry no policies of their own", Asset::User, 60),
    control("IAM.3", "MEDIUM", "Access keys should be replaced within 90 days", Asset::User, 50),
    control("IAM.5", "MEDIUM", "IAM users with a password should have MFA", Asset::User, 20),
    control("IAM.22", "MEDIUM", "Credentials unused for 45 days should be removed", Asset::User, 30),
    control("EC2.8", "HIGH", "Instances should answer metadata requests of version 2 only", Asset::Instance, 40),
    control("EC2.9", "HIGH", "Instances should have no public IPv4 address", Asset::Instance, 30),
    control("SSM.1", "MEDIUM", "Instances should be managed by Systems Manager", Asset::Instance, 10),
    control("SSM.2", "HIGH", "Managed instances should have their patches", Asset::Instance, 35),
    control("EC2.18", "HIGH", "Security groups should open only agreed ports to the internet", Asset::SecurityGroup, 40),
    control("EC2.19", "CRITICAL", "Security groups should keep high-risk ports closed to the internet", Asset::SecurityGroup, 0),
    control("Lambda.1", "CRITICAL", "Function policies should not allow everyone", Asset::Function, 0),
    control("Lambda.2", "MEDIUM", "Functions should use supported runtimes", Asset::Function, 40),
    control("Lambda.3", "LOW", "Functions should run inside a VPC", Asset::Function, 60),
    control("RDS.2", "CRITICAL", "Databases should be out of the internet's reach", Asset::Database, 0),
    control("RDS.3", "MEDIUM", "Databases should be encrypted at rest", Asset::Database, 30),
    control("RDS.5", "MEDIUM", "Databases should stand in several availability zones", Asset::Database, 50),
    control("RDS.8", "LOW", "Databases should be protected from deletion", Asset::Database, 50),
    control("RDS.13", "HIGH", "Databases should take minor upgrades by themselves", Asset::Database, 50),
    control("KMS.4", "MEDIUM", "Keys should be rotated", Asset::Key, 40),
    control("SecretsManager.1", "MEDIUM", "Secrets should be rotated automatically", Asset::Secret, 60),
    control("SecretsManager.4", "MEDIUM", "Secrets should be rotated often enough", Asset::Secret, 50),
    control("EC2.15", "MEDIUM", "Subnets should not hand out public addresses", Asset::Subnet, 40),
    control("EC2.2", "HIGH", "The default security group should let nothing through", Asset::Vpc, 100),
    control("EC2.6", "MEDIUM", "VPCs should log their traffic", Asset::Vpc, 0),
    control("ECR.1", "HIGH", "Repositories should scan their images", Asset::Repository, 30),
    control("ECR.2", "MEDIUM", "Image tags should be immovable", Asset::Repository, 60),
    control("ECR.3", "MEDIUM", "Repositories should expire old images", Asset::Repository, 50),
    control("CloudTrail.2", "MEDIUM", "Trails should be encrypted with a key of the account", Asset::Trail, 0),
    control("CloudTrail.4", "LOW", "Trails should validate their log files", Asset::Trail, 0),
    control("CloudTrail.5", "LOW", "Trails should feed CloudWatch Logs", Asset::Trail, 100),
    control("EKS.1", "HIGH", "The cluster's endpoint should not be public", Asset::Cluster, 100),
    control("EKS.2", "HIGH", "The cluster should run a supported version", Asset::Cluster, 0),
];
