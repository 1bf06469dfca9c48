//! What a rule or a behaviour found: one row per actor and session, explained in a sentence.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::SafeText;

/// How much a detection matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Kept for the story; happens all the time.
    Informational,
    /// Context for other detections; happens in daily work.
    Low,
    /// An analyst wants to see it the same day.
    Medium,
    /// Wake somebody: few people may do it.
    High,
    /// Wake somebody now: hardly ever legal.
    Critical,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Self; 5] = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word in answers and rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How sure it is that what fired is what the title says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Untried, or known to be noisy.
    Low,
    /// Tried on records that its author did not write.
    Medium,
    /// Proven in use.
    High,
}

/// What found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DetectionKind {
    /// A rule: what single records say, or several that a rule counts together.
    Rule,
    /// A behaviour: what is unusual for an identity, a session or a network.
    Behavior,
}

/// Whose rule it is. Some licences ask for this with every finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleOrigin {
    /// As the rule names its author.
    pub author: Option<SafeText>,
    /// The rule's licence, usually an SPDX id.
    pub license: Option<SafeText>,
    /// The rule's first reference.
    pub url: Option<SafeText>,
}

/// What one actor did in one session that one rule or behaviour is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Detection {
    /// Id of the rule or behaviour.
    pub id: SafeText,
    /// What found it.
    pub kind: DetectionKind,
    /// The deed.
    pub title: SafeText,
    /// How much it matters.
    pub level: Level,
    /// How sure it is.
    pub confidence: Confidence,
    /// ATT&CK tactics, first the one it serves most.
    pub tactics: Vec<String>,
    /// ATT&CK technique ids.
    pub techniques: Vec<String>,
    /// Who; `(several)` where there were too many to tell apart.
    pub principal: SafeText,
    /// The principal's session.
    pub session: Option<SafeText>,
    /// Where from, busiest first.
    pub source_ips: Vec<SafeText>,
    /// Events.
    pub count: u64,
    /// Time of the first event.
    pub first_seen: Option<String>,
    /// Time of the last event.
    pub last_seen: Option<String>,
    /// `eventID`s, oldest first; possibly fewer than `count`.
    pub event_ids: Vec<SafeText>,
    /// One sentence: who did what to what. Values from records stand in code spans.
    pub reason: SafeText,
    /// Who does this legally.
    pub false_positives: Vec<SafeText>,
    /// Whose rule it is; null for behaviours.
    pub rule: Option<RuleOrigin>,
    /// Id of the worst incident that it is part of; null where it stands alone.
    pub incident: Option<String>,
}

impl Detection {
    /// Whether it asks to be looked at and no incident tells of it.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        self.incident.is_none() && self.level >= Level::Medium
    }
}

/// Something that was to be looked for and could not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotEvaluated {
    /// What was not evaluated.
    pub id: String,
    /// In words.
    pub title: String,
    /// Why not.
    pub reason: String,
    /// What it would have needed.
    pub needs: Vec<String>,
}
