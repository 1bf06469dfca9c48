//! ATT&CK technique ids that the catalogue uses.
//!
//! Source: public rule sets that cite MITRE ATT&CK for Enterprise v19 (read 2026-11-21), not MITRE's own pages; ids that
//! v19 left alone are recalled. That version revoked
//! T1562.001, T1562.007 and T1562.008 in favour of T1685, T1686.001 and T1685.002.

/// The ATT&CK version the ids are of.
pub const ATTACK_VERSION: &str = "19";

pub(super) const CLOUD_SERVICES: &str = "T1021.007";
pub(super) const DIRECT_VM_CONNECTION: &str = "T1021.008";
pub(super) const TRAFFIC_DUPLICATION: &str = "T1020.001";
pub(super) const CLOUD_ACCOUNTS: &str = "T1078.004";
pub(super) const ACCOUNT_MANIPULATION: &str = "T1098";
pub(super) const ADDITIONAL_CREDENTIALS: &str = "T1098.001";
pub(super) const ADDITIONAL_ROLES: &str = "T1098.003";
pub(super) const SSH_KEYS: &str = "T1098.004";
pub(super) const CONTAINER_CLUSTER_ROLES: &str = "T1098.006";
pub(super) const EXTERNAL_REMOTE_SERVICES: &str = "T1133";
pub(super) const CREATE_CLOUD_ACCOUNT: &str = "T1136.003";
pub(super) const TRUST_MODIFICATION: &str = "T1484.002";
pub(super) const DATA_DESTRUCTION: &str = "T1485";
pub(super) const LIFECYCLE_DELETION: &str = "T1485.001";
pub(super) const DATA_ENCRYPTED: &str = "T1486";
pub(super) const SERVICE_STOP: &str = "T1489";
pub(super) const INHIBIT_RECOVERY: &str = "T1490";
pub(super) const CLOUD_SERVICE_HIJACKING: &str = "T1496.004";
pub(super) const IMPLANT_IMAGE: &str = "T1525";
pub(super) const CLOUD_STORAGE: &str = "T1530";
pub(super) const ACCOUNT_ACCESS_REMOVAL: &str = "T1531";
pub(super) const UNUSED_REGIONS: &str = "T1535";
pub(super) const TRANSFER_TO_CLOUD_ACCOUNT: &str = "T1537";
pub(super) const EVENT_TRIGGERED: &str = "T1546";
pub(super) const ACCESS_TOKEN: &str = "T1550.001";
pub(super) const UNSECURED_CREDENTIALS: &str = "T1552";
pub(super) const SECRETS_STORE: &str = "T1555.006";
pub(super) const MULTI_FACTOR: &str = "T1556.006";
pub(super) const CREATE_SNAPSHOT: &str = "T1578.001";
pub(super) const MODIFY_COMPUTE_CONFIGURATION: &str = "T1578.005";
pub(super) const COMPROMISE_DOMAINS: &str = "T1584.001";
pub(super) const SERVERLESS_EXECUTION: &str = "T1648";
pub(super) const CLOUD_ADMINISTRATION: &str = "T1651";
pub(super) const RESOURCE_HIERARCHY: &str = "T1666";
pub(super) const DISABLE_TOOLS: &str = "T1685";
pub(super) const DISABLE_CLOUD_LOG: &str = "T1685.002";
pub(super) const CLOUD_FIREWALL: &str = "T1686.001";
