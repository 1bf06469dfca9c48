//! The rows behind a number: allow-listed fields of a record, its origin and the hash of its bytes.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{RawJson, SafeText};

/// SHA-256 of a record's bytes as they were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordHash(pub [u8; 32]);

impl RecordHash {
    /// Hashes the bytes of a record.
    #[must_use]
    pub fn of(record: RawJson<'_>) -> Self {
        Self(Sha256::digest(record.for_matching().as_bytes()).into())
    }

    /// Lower-case hexadecimal.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Where a record was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordOrigin {
    /// The file, relative to the folder that was asked for, or the API call (`cloudtrail:LookupEvents eu-west-1`).
    pub place: Arc<str>,
    /// Position among the records of that place, from 0.
    pub index: u64,
}

/// A CloudTrail record as evidence shows it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EventRow {
    /// `eventTime`, RFC 3339 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// `eventID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<SafeText>,
    /// `eventName`.
    pub event_name: SafeText,
    /// `eventSource`.
    pub event_source: SafeText,
    /// The identity that made the call; a role session is folded to its role.
    pub principal: SafeText,
    /// The session of that identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SafeText>,
    /// Who is behind it, where that is another: the first identity of the chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_identity: Option<SafeText>,
    /// Account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<SafeText>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<SafeText>,
    /// `sourceIPAddress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<SafeText>,
    /// `userAgent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<SafeText>,
    /// `userIdentity.accessKeyId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<SafeText>,
    /// `errorCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<SafeText>,
    /// Whether the call failed; dry runs did not, and a console sign-in may without an error code.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
    /// `readOnly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// What the call names, at most 5 of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<SafeText>,
    /// The file or call it was read from.
    pub origin: SafeText,
    /// Position among the records of that origin, from 0.
    pub index: u64,
    /// SHA-256 of the record's bytes.
    pub sha256: String,
}

/// A finding as evidence shows it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FindingRow {
    /// `UpdatedAt`, RFC 3339 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// `CreatedAt`, RFC 3339 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// `Id`.
    pub id: SafeText,
    /// `Title`.
    pub title: SafeText,
    /// Severity label.
    pub severity: crate::Severity,
    /// `RecordState`.
    pub record_state: String,
    /// `Workflow.Status`.
    pub workflow_status: String,
    /// `Compliance.Status`.
    pub compliance_status: String,
    /// Product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<SafeText>,
    /// Control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_id: Option<SafeText>,
    /// Account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<SafeText>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<SafeText>,
    /// Affected resources, at most 20 of them.
    pub resources: Vec<SafeText>,
    /// The file or call it was read from.
    pub origin: SafeText,
    /// Position among the records of that origin, from 0.
    pub index: u64,
    /// SHA-256 of the record's bytes.
    pub sha256: String,
}

/// The names of evidence: one per number, the same in the analysis that keeps the rows and in the facts that cite them.
///
/// A ranked name (`principal-3`) refers to the position, from 1, in the whole list of that answer, so that no
/// attacker-written text is ever part of a name.
pub mod ids {
    /// Every event counted.
    pub const EVENTS: &str = "events";
    /// Events with `readOnly` true.
    pub const READS: &str = "reads";
    /// Events with `readOnly` false.
    pub const WRITES: &str = "writes";
    /// Failed operations.
    pub const FAILED: &str = "failed";
    /// Dry-run answers.
    pub const DRY_RUNS: &str = "dry-runs";
    /// Successful console sign-ins.
    pub const CONSOLE_SUCCEEDED: &str = "console-succeeded";
    /// Failed console sign-ins.
    pub const CONSOLE_FAILED: &str = "console-failed";
    /// Successful console sign-ins without MFA.
    pub const CONSOLE_WITHOUT_MFA: &str = "console-without-mfa";
    /// Activity of the root user.
    pub const ROOT: &str = "root";
    /// Every high-risk call.
    pub const HIGH_RISK: &str = "high-risk";
    /// Every finding counted.
    pub const FINDINGS: &str = "findings";
    /// Findings created in the last seven days.
    pub const NEW_LAST_7_DAYS: &str = "new-last-7-days";
    /// Findings whose workflow status is RESOLVED.
    pub const RESOLVED: &str = "resolved";

    /// A list whose rows have evidence of their own.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum List {
        /// `events.by_event`
        Event,
        /// `events.by_principal`
        Principal,
        /// `events.by_source_ip`
        SourceIp,
        /// `events.by_region` and `findings.by_region`
        Region,
        /// `events.by_user_agent_family`
        UserAgent,
        /// `events.failed_operations.by_error`
        Error,
        /// `events.failed_operations.by_event`
        FailedEvent,
        /// `events.failed_operations.by_principal`
        FailedPrincipal,
        /// `events.high_risk`
        HighRisk,
        /// `findings.by_product`
        Product,
        /// `findings.by_account`
        Account,
        /// `findings.by_category`
        Category,
        /// `findings.top_resources`
        Resource,
        /// `findings.top_controls`
        Control,
        /// `findings.attention`
        Attention,
        /// `findings.by_severity`, ranked CRITICAL to INFORMATIONAL
        Severity,
    }

    impl List {
        /// All lists.
        pub const ALL: [Self; 16] = [
            Self::Event,
            Self::Principal,
            Self::SourceIp,
            Self::Region,
            Self::UserAgent,
            Self::Error,
            Self::FailedEvent,
            Self::FailedPrincipal,
            Self::HighRisk,
            Self::Product,
            Self::Account,
            Self::Category,
            Self::Resource,
            Self::Control,
            Self::Attention,
            Self::Severity,
        ];

        const fn prefix(self) -> &'static str {
            match self {
                Self::Event => "event",
                Self::Principal => "principal",
                Self::SourceIp => "ip",
                Self::Region => "region",
                Self::UserAgent => "agent",
                Self::Error => "error",
                Self::FailedEvent => "failed-event",
                Self::FailedPrincipal => "failed-principal",
                Self::HighRisk => "high-risk",
                Self::Product => "product",
                Self::Account => "account",
                Self::Category => "category",
                Self::Resource => "resource",
                Self::Control => "control",
                Self::Attention => "attention",
                Self::Severity => "severity",
            }
        }

        /// The name of the evidence behind the row at `index` (from 0) of the whole list.
        #[must_use]
        pub fn id(self, index: usize) -> String {
            format!("{}-{}", self.prefix(), index + 1)
        }

        /// The list and index (from 0) that a name refers to.
        #[must_use]
        pub fn parse(id: &str) -> Option<(Self, usize)> {
            let (prefix, rank) = id.rsplit_once('-')?;
            let list = Self::ALL.into_iter().find(|list| list.prefix() == prefix)?;
            Some((list, rank.parse::<usize>().ok()?.checked_sub(1)?))
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn names_round_trip() {
            for list in List::ALL {
                assert_eq!(List::parse(&list.id(6)), Some((list, 6)));
            }
            for unknown in ["", "events", "principal-0", "principal-x", "nobody-1", HIGH_RISK] {
                assert_eq!(List::parse(unknown), None, "{unknown}");
            }
        }
    }
}
