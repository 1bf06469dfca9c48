//! Everything a report on one analysis may say: the numbers, the names, and which of them the evidence shows together.
//!
//! The verifier, the rule checks and the writers read nothing else about an analysis. A fact set can be written down and
//! read back, so that a report can be checked years later on another machine.

use schemars::JsonSchema;
use security_model::{Fact, SafeText, Severity};
use serde::{Deserialize, Serialize};

/// What the analysis was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Security Hub findings.
    SecurityHub,
    /// CloudTrail events.
    CloudTrail,
}

/// What kind of thing a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// An identity: ARN, user, role or service.
    Principal,
    /// `userIdentity.type` of a principal.
    PrincipalType,
    /// A session of a principal.
    Session,
    /// `eventName`.
    EventName,
    /// `eventSource`.
    EventSource,
    /// `errorCode`.
    ErrorCode,
    /// `sourceIPAddress`: an address, or the AWS service that stands in its place.
    SourceIp,
    /// Family of the user agent, in words of ours.
    UserAgentFamily,
    /// ATT&CK technique id.
    Technique,
    /// 12-digit account id.
    Account,
    /// AWS region.
    Region,
    /// Resource id or ARN.
    Resource,
    /// `Resources[].Type`.
    ResourceType,
    /// `Id` of a finding.
    Finding,
    /// `Title` of a finding or control.
    Title,
    /// Security control id.
    Control,
    /// Product of a finding.
    Product,
    /// Namespace and category of a finding type.
    Category,
    /// Severity label.
    Severity,
    /// Workflow status, compliance status or record state.
    Status,
    /// A URL of a remediation page.
    Url,
    /// Id of an incident.
    Incident,
    /// Country of an address, by its English short name.
    Country,
}

/// A name from the evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Name {
    /// What it names.
    pub kind: NameKind,
    /// The name as the evidence has it, neutralised.
    pub text: SafeText,
}

/// One row of a list: a thing, and what the evidence shows together with it.
///
/// "`StopLogging` by `role/admin`" is true when some row holds both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactRow {
    /// Name of the row: its evidence id (`high-risk-3`) where it has one, else `<list>-<rank>`.
    pub id: String,
    /// Path of the list in the answer, e.g. `events.high_risk`; `coverage.gaps` holds the gaps of all sources by kind.
    pub list: String,
    /// Position in the list, from 1. Lists are ranked highest first.
    pub rank: u64,
    /// The thing itself first, then what stands with it.
    pub names: Vec<Name>,
    /// Severity label of a finding, or the worst of a control's or resource's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Times of the row, RFC 3339 UTC.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<String>,
    /// Ids of the facts that are this row's numbers.
    pub facts: Vec<String>,
    /// Why the row matters, in words of ours; empty where there is nothing to say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Something a report on this analysis has to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Required {
    /// Id of a fact whose number has to be stated, or of a row that has to be named.
    pub id: String,
    /// What is missing when it is not there, e.g. `the number of CRITICAL findings`.
    pub what: String,
    /// Whether leaving it out is an omission for the verifier, or only for the requirement that asks for every metric.
    pub omission: bool,
}

/// What a report may say, and what it must.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactSet {
    /// What the analysis was about.
    pub subject: Subject,
    /// The instant that ages count back from.
    pub as_of: String,
    /// Times that belong to the whole: start and end of the window asked, first and last record counted.
    pub times: Vec<String>,
    /// The numbers, most important first.
    pub facts: Vec<Fact>,
    /// The rows, list by list, highest first.
    pub rows: Vec<FactRow>,
    /// Names that belong to the whole and not to a row: accounts and regions of the scope, filters, the source.
    pub names: Vec<Name>,
    /// What a report has to say.
    pub required: Vec<Required>,
}

impl FactSet {
    /// The fact of an id.
    #[must_use]
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        // Ids are `f1`, `f2`, … in order; the search is for fact sets that were edited.
        let index = id.strip_prefix('f').and_then(|n| n.parse::<usize>().ok()).and_then(|n| n.checked_sub(1));
        index
            .and_then(|index| self.facts.get(index))
            .filter(|fact| fact.id == id)
            .or_else(|| self.facts.iter().find(|fact| fact.id == id))
    }

    /// The fact about everything (scope `all`) of a metric.
    #[must_use]
    pub fn total(&self, metric: &str) -> Option<&Fact> {
        self.scoped(metric, "all")
    }

    /// The fact of a metric about one scope, e.g. `findings.by_severity` about `CRITICAL`.
    #[must_use]
    pub fn scoped(&self, metric: &str, scope: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.metric == metric && fact.scope.as_str() == scope)
    }

    /// The rows of a list, highest first.
    pub fn list<'a>(&'a self, list: &'a str) -> impl Iterator<Item = &'a FactRow> {
        self.rows.iter().filter(move |row| row.list == list)
    }
}
