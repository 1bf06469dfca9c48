//! Answers about the events of an analysis that has answered.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use security_model::summary::NamedCount;
use security_model::{Detection, EventRow, LastingChange, SafeText};
use serde::Serialize;

/// Structured content of `search_events`: newest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SearchAnswer {
    /// Version of this shape.
    pub schema_version: u32,
    /// The tool that answered.
    pub tool: &'static str,
    /// The analysis that was searched.
    pub analysis_id: String,
    /// What was asked.
    pub filters: BTreeMap<String, String>,
    /// Events that were found.
    pub total: u64,
    /// Events that could be searched.
    pub searched: u64,
    /// Events of the analysis; more than `searched` where not all could be kept.
    pub analysed: u64,
    /// Position of the first row of this page, from 0.
    pub offset: u64,
    /// Where the next page starts; null on the last.
    pub next_cursor: Option<String>,
    /// The rows.
    pub events: Vec<EventRow>,
}

/// Structured content of `investigate`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct InvestigateAnswer {
    /// Version of this shape.
    pub schema_version: u32,
    /// The tool that answered.
    pub tool: &'static str,
    /// The analysis that was asked.
    pub analysis_id: String,
    /// The argument that named the subject.
    pub kind: String,
    /// The subject, as it was named.
    pub subject: SafeText,
    /// Its events.
    pub total: u64,
    /// Of these, calls that failed.
    pub failed: u64,
    /// Of these, events with readOnly false.
    pub writes: u64,
    /// Events that could be searched.
    pub searched: u64,
    /// Events of the analysis.
    pub analysed: u64,
    /// Time of the first.
    pub first_seen: Option<String>,
    /// Time of the last.
    pub last_seen: Option<String>,
    /// How its identities came to be, each from the first one on.
    pub chains: Vec<SafeText>,
    /// Identities that made the calls.
    pub principals: Vec<NamedCount>,
    /// Sessions.
    pub sessions: Vec<NamedCount>,
    /// Access keys.
    pub access_keys: Vec<NamedCount>,
    /// Addresses, each with its place where that is known.
    pub source_ips: Vec<NamedCount>,
    /// Regions.
    pub regions: Vec<NamedCount>,
    /// Calls, as service:EventName.
    pub calls: Vec<NamedCount>,
    /// Families of user agents.
    pub user_agents: Vec<NamedCount>,
    /// What the calls name.
    pub resources: Vec<NamedCount>,
    /// What it made or changed that lasts.
    pub created: Vec<LastingChange>,
    /// Of that, what was not taken back.
    pub still_live: Vec<LastingChange>,
    /// Its detections, worst first.
    pub detections: Vec<Detection>,
    /// Ids of its incidents.
    pub incidents: Vec<String>,
    /// Position of the first event of this page, from 0.
    pub offset: u64,
    /// Where the next page starts; null on the last.
    pub next_cursor: Option<String>,
    /// Its events, oldest first.
    pub timeline: Vec<EventRow>,
    /// Lengths of lists that were cut.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub truncated: BTreeMap<String, u64>,
}
