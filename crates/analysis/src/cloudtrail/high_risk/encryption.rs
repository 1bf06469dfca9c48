//! Keys and encryption: what can lock data away or lay it open.

use super::Risk::{Critical, High, Medium};
use super::attack::{
    ACCOUNT_MANIPULATION, DATA_DESTRUCTION, DATA_ENCRYPTED, INHIBIT_RECOVERY, MODIFY_COMPUTE_CONFIGURATION,
};
use super::{HighRiskApi, api};

const KMS: &str = "kms.amazonaws.com";

pub(super) const APIS: &[HighRiskApi] = &[
    api(
        KMS,
        "ScheduleKeyDeletion",
        Critical,
        &[DATA_DESTRUCTION, INHIBIT_RECOVERY],
        "Makes all data under a key unreadable for ever, once the waiting time is over",
    ),
    api(
        KMS,
        "DisableKey",
        Critical,
        &[DATA_DESTRUCTION, INHIBIT_RECOVERY],
        "Makes all data under a key unreadable until it is enabled again",
    ),
    api(
        KMS,
        "DeleteImportedKeyMaterial",
        Critical,
        &[DATA_DESTRUCTION, INHIBIT_RECOVERY],
        "Makes all data under a key unreadable at once",
    ),
    api(
        KMS,
        "PutKeyPolicy",
        High,
        &[ACCOUNT_MANIPULATION, DATA_ENCRYPTED],
        "Changes who may use a key; owners can be locked out, outsiders let in",
    ),
    api(
        KMS,
        "ImportKeyMaterial",
        High,
        &[DATA_ENCRYPTED],
        "Brings key material whose copy the caller keeps, as ransom needs",
    ),
    api(
        "ec2.amazonaws.com",
        "DisableEbsEncryptionByDefault",
        High,
        &[MODIFY_COMPUTE_CONFIGURATION],
        "Leaves new disks of the region unencrypted",
    ),
    api(
        "s3.amazonaws.com",
        "PutBucketEncryption",
        Medium,
        &[DATA_ENCRYPTED],
        "Can put new objects under a key the owner does not control",
    ),
];
