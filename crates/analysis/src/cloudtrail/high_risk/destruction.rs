//! What is destroyed or kept from being restored.

use super::Risk::{Critical, High, Medium};
use super::attack::{
    ACCOUNT_ACCESS_REMOVAL, DATA_DESTRUCTION, DISABLE_CLOUD_LOG, INHIBIT_RECOVERY, LIFECYCLE_DELETION, SERVICE_STOP,
};
use super::{HighRiskApi, api};

const S3: &str = "s3.amazonaws.com";
const RDS: &str = "rds.amazonaws.com";
const BACKUP: &str = "backup.amazonaws.com";

pub(super) const APIS: &[HighRiskApi] = &[
    api(S3, "DeleteBucket", High, &[DATA_DESTRUCTION], "Removes a bucket"),
    api(
        S3,
        "PutBucketLifecycle",
        High,
        &[LIFECYCLE_DELETION, DISABLE_CLOUD_LOG],
        "Can have the objects of a bucket, logs included, deleted by themselves",
    ),
    api(
        S3,
        "PutBucketVersioning",
        High,
        &[INHIBIT_RECOVERY],
        "Can stop keeping the versions from which deleted objects are restored",
    ),
    api(S3, "DeleteBucketReplication", Medium, &[INHIBIT_RECOVERY], "Stops copying a bucket to where it is safe"),
    api(RDS, "DeleteDBInstance", High, &[DATA_DESTRUCTION], "Removes a database"),
    api(RDS, "DeleteDBCluster", High, &[DATA_DESTRUCTION], "Removes a database cluster"),
    api(RDS, "DeleteGlobalCluster", High, &[DATA_DESTRUCTION], "Removes a database that spans regions"),
    api(RDS, "DeleteDBSnapshot", Medium, &[INHIBIT_RECOVERY], "Removes a backup of a database"),
    api(RDS, "DeleteDBClusterSnapshot", Medium, &[INHIBIT_RECOVERY], "Removes a backup of a database cluster"),
    api(
        RDS,
        "DeleteDBInstanceAutomatedBackup",
        High,
        &[INHIBIT_RECOVERY],
        "Removes the automatic backups of a database",
    ),
    api("ec2.amazonaws.com", "DeleteSnapshot", Medium, &[INHIBIT_RECOVERY], "Removes a backup of a disk"),
    api("dynamodb.amazonaws.com", "DeleteTable", High, &[DATA_DESTRUCTION], "Removes a table"),
    api("dynamodb.amazonaws.com", "DeleteBackup", High, &[INHIBIT_RECOVERY], "Removes a backup of a table"),
    api("elasticfilesystem.amazonaws.com", "DeleteFileSystem", High, &[DATA_DESTRUCTION], "Removes a file system"),
    api(BACKUP, "DeleteRecoveryPoint", High, &[INHIBIT_RECOVERY], "Removes a backup"),
    api(BACKUP, "DeleteBackupVault", High, &[INHIBIT_RECOVERY], "Removes a vault of backups"),
    api(
        BACKUP,
        "DeleteBackupVaultLockConfiguration",
        Critical,
        &[INHIBIT_RECOVERY],
        "Lifts the lock that keeps backups from being deleted",
    ),
    api(BACKUP, "DeleteBackupPlan", Medium, &[INHIBIT_RECOVERY], "Stops backups"),
    api("eks.amazonaws.com", "DeleteCluster", High, &[DATA_DESTRUCTION, SERVICE_STOP], "Removes a Kubernetes cluster"),
    api("redshift.amazonaws.com", "DeleteCluster", High, &[DATA_DESTRUCTION], "Removes a data warehouse"),
    api("ecr.amazonaws.com", "DeleteRepository", High, &[DATA_DESTRUCTION], "Removes a repository of container images"),
    api(
        "iam.amazonaws.com",
        "DeleteLoginProfile",
        Medium,
        &[ACCOUNT_ACCESS_REMOVAL],
        "Locks a user out of the console",
    ),
    api("route53.amazonaws.com", "DeleteHostedZone", High, &[SERVICE_STOP], "Takes the names of a domain away"),
];
