//! An incident: what one intruder did, told as one story, with what to do about it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{Level, SafeText};

/// Detections that belong together: one actor, with the identities that it took on or made, in one stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Incident {
    /// Names it within the analysis; the same records give the same id.
    pub id: String,
    /// What it is, in a line.
    pub title: SafeText,
    /// How much it matters.
    pub level: Level,
    /// From 0 to 100; incidents come in its order.
    pub score: u8,
    /// What makes up the score.
    pub reasons: Vec<SafeText>,
    /// Who is behind it.
    pub actor: IncidentActor,
    /// Time of its first event.
    pub first_seen: Option<String>,
    /// Time of its last event.
    pub last_seen: Option<String>,
    /// ATT&CK tactics in the order in which they were first seen.
    pub tactics: Vec<String>,
    /// Its events in the order of time; of many alike the first.
    pub timeline: Vec<TimelineEntry>,
    /// What was touched.
    pub resources: Vec<SafeText>,
    /// What was made or changed and lasts.
    pub left_behind: Vec<LastingChange>,
    /// Of that, what nobody had taken back when the records end.
    pub still_live: Vec<LastingChange>,
    /// Ids of its detections.
    pub detections: Vec<SafeText>,
    /// Ids of Security Hub findings on the same resources, keys and addresses, where findings were given.
    pub findings: Vec<SafeText>,
    /// What to do first.
    pub next_steps: Vec<SafeText>,
}

/// Who is behind an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IncidentActor {
    /// The first identity.
    pub principal: SafeText,
    /// What it is, in words.
    pub kind: String,
    /// Its account.
    pub account: Option<SafeText>,
    /// The identities that it used, in order, each with how it came by it.
    pub chain: Vec<SafeText>,
    /// Access keys that it used.
    pub access_keys: Vec<SafeText>,
    /// Where it came from: the address, then the place where that is known.
    pub source_ips: Vec<SafeText>,
}

/// One event of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimelineEntry {
    /// `eventTime`.
    pub time: Option<String>,
    /// `eventID`.
    pub event_id: Option<SafeText>,
    /// `eventName`.
    pub event_name: SafeText,
    /// The ATT&CK tactic that it serves most.
    pub tactic: Option<String>,
    /// What happened.
    pub summary: SafeText,
}

/// Something that was made, changed or switched off, and lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LastingChange {
    /// What sort of change, e.g. `access key`.
    pub kind: String,
    /// What was changed.
    pub name: SafeText,
    /// When.
    pub time: Option<String>,
    /// `eventID` of the call.
    pub event_id: Option<SafeText>,
}
