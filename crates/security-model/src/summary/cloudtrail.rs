//! The `events` part of a CloudTrail answer.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::NamedCount;
use crate::SafeText;

/// First and last event time among the events counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObservedWindow {
    /// Time of the oldest event counted.
    pub start: Option<String>,
    /// Time of the newest event counted.
    pub end: Option<String>,
}

/// One API and how often it was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventCount {
    /// `eventName`.
    pub event_name: SafeText,
    /// `eventSource`.
    pub event_source: SafeText,
    /// Events.
    pub count: u64,
}

/// One principal; role sessions are folded to their role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PrincipalCount {
    /// ARN where there is one, else the best name the record has.
    pub principal: SafeText,
    /// `userIdentity.type`.
    #[serde(rename = "type")]
    pub kind: SafeText,
    /// Account of the principal.
    pub account: Option<SafeText>,
    /// Events.
    pub count: u64,
    /// Of these, failed operations.
    pub failed: u64,
    /// Distinct sessions.
    pub session_count: u64,
    /// Their names, busiest first.
    pub sessions: Vec<SafeText>,
}

/// What kind of thing stands in `sourceIPAddress`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceIpKind {
    /// An address on the internet.
    Public,
    /// A private, loopback, link-local, shared or otherwise special address.
    Private,
    /// An AWS service name, or `AWS Internal`.
    AwsService,
    /// Neither an address nor a service.
    Unparseable,
}

/// One source IP address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceIpCount {
    /// `sourceIPAddress` as recorded; `(none)` where absent.
    pub ip: SafeText,
    /// What it is.
    pub kind: SourceIpKind,
    /// Events.
    pub count: u64,
    /// Distinct principals seen from it.
    pub principal_count: u64,
    /// Country of a public address, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Operations that failed: `errorCode` is present. Dry runs, which AWS also reports as errors, are counted apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FailedOperations {
    /// Failed operations.
    pub total: u64,
    /// Dry-run answers (`DryRunOperation`): the call would have succeeded.
    pub dry_run: u64,
    /// By error code.
    pub by_error: Vec<NamedCount>,
    /// By event.
    pub by_event: Vec<EventCount>,
    /// By principal.
    pub by_principal: Vec<NamedCount>,
    /// Length of the lists that were cut in this answer, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub truncated: BTreeMap<String, u64>,
}

/// Console sign-ins (`ConsoleLogin`), by `responseElements.ConsoleLogin`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConsoleLogins {
    /// `Success`.
    pub succeeded: u64,
    /// `Failure`.
    pub failed: u64,
    /// Succeeded with `MFAUsed` `No`.
    pub without_mfa: u64,
    /// Of `without_mfa`, through federation, where the identity provider and not AWS asks for the second factor.
    pub without_mfa_federated: u64,
}

/// Calls of one high-risk API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HighRiskCount {
    /// `eventName` without version suffix.
    pub event_name: SafeText,
    /// `eventSource`.
    pub event_source: SafeText,
    /// Calls, failed ones included.
    pub count: u64,
    /// Of these, failed.
    pub failed: u64,
    /// ATT&CK technique ids.
    pub techniques: Vec<String>,
    /// What the caller gains, in the words of the rule that names the API.
    pub reason: String,
    /// Who called it, busiest first.
    pub principals: Vec<SafeText>,
    /// The calls.
    pub evidence_id: String,
}

/// Everything the CloudTrail analysis counted. Rows are highest first, ties by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventsSummary {
    /// Events counted.
    pub total: u64,
    /// First and last of them.
    pub window: ObservedWindow,
    /// Events with `readOnly` true.
    pub read: u64,
    /// Events with `readOnly` false.
    pub write: u64,
    /// Events that do not say.
    pub read_write_unknown: u64,
    /// By event.
    pub by_event: Vec<EventCount>,
    /// By principal.
    pub by_principal: Vec<PrincipalCount>,
    /// By source IP.
    pub by_source_ip: Vec<SourceIpCount>,
    /// By region.
    pub by_region: Vec<NamedCount>,
    /// By user-agent family.
    pub by_user_agent_family: Vec<NamedCount>,
    /// Failed operations.
    pub failed_operations: FailedOperations,
    /// Console sign-ins.
    pub console_logins: ConsoleLogins,
    /// Events of the root user, other than those a service made on its own.
    pub root_activity: u64,
    /// High-risk calls, worst first.
    pub high_risk: Vec<HighRiskCount>,
    /// Length of the lists that were cut in this answer, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub truncated: BTreeMap<String, u64>,
}
