//! What a rule says of itself.

use std::fmt;

use crate::problem::Place;

/// How much a match matters (attribute `level`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// For enriching events; no alert.
    Informational,
    /// Notable, rarely an incident.
    Low,
    /// To be reviewed by hand, now and then.
    Medium,
    /// To be reviewed promptly.
    High,
    /// To be reviewed at once.
    Critical,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Self; 5] = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word that rules use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How ripe a rule is (attribute `status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// May be used in production.
    Stable,
    /// Mostly stable; may need adjusting.
    Test,
    /// May be noisy.
    Experimental,
    /// Replaced by another rule.
    Deprecated,
    /// Cannot be used as it stands.
    Unsupported,
}

impl Status {
    /// Every status, ripest first.
    pub const ALL: [Self; 5] = [Self::Stable, Self::Test, Self::Experimental, Self::Deprecated, Self::Unsupported];

    /// The word that rules use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Test => "test",
            Self::Experimental => "experimental",
            Self::Deprecated => "deprecated",
            Self::Unsupported => "unsupported",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A rule that this one stands in a relation to (attribute `related`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The other rule's id.
    pub id: String,
    /// `derived`, `obsolete`, `merged`, `renamed`, `similar`, or what the author wrote.
    pub relation: String,
}

/// Where a document stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file, as it was named by the caller.
    pub file: String,
    /// Where the document begins.
    pub place: Place,
}

/// The attributes that rules and correlations share. Text is as the author wrote it and is not to be trusted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Where the document stands.
    pub origin: Origin,
    /// `title`: what the rule detects.
    pub title: String,
    /// `id`: usually a UUID; not checked to be one.
    pub id: Option<String>,
    /// `name`: how correlations may refer to the rule.
    pub name: Option<String>,
    /// `related`.
    pub related: Vec<Related>,
    /// `taxonomy`: the naming scheme of the fields; absent means `sigma`.
    pub taxonomy: Option<String>,
    /// `status`.
    pub status: Option<Status>,
    /// `description`.
    pub description: Option<String>,
    /// `license`: an SPDX id.
    pub license: Option<String>,
    /// `author`: to be named with each match, as the Detection Rule License asks.
    pub author: Option<String>,
    /// `references`.
    pub references: Vec<String>,
    /// `date`, as written.
    pub date: Option<String>,
    /// `modified`, as written.
    pub modified: Option<String>,
    /// `fields`: of interest to who looks at a match.
    pub fields: Vec<String>,
    /// `falsepositives`.
    pub false_positives: Vec<String>,
    /// `level`.
    pub level: Option<Level>,
    /// `tags`, such as `attack.t1098`.
    pub tags: Vec<String>,
    /// `scope`.
    pub scope: Vec<String>,
    /// Attributes that the specification does not name, in the order of the file.
    pub custom: Vec<CustomAttribute>,
}

/// An attribute that the specification leaves to authors.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomAttribute {
    /// Its name.
    pub name: String,
    /// What it says.
    pub value: serde_json::Value,
    /// Where it stands.
    pub at: Place,
}

impl Metadata {
    /// What to call the document: its id, else its name, else its title.
    pub fn label(&self) -> &str {
        self.id.as_deref().or(self.name.as_deref()).unwrap_or(&self.title)
    }

    /// The attribute of this name among those that the specification does not name.
    pub fn attribute(&self, name: &str) -> Option<&CustomAttribute> {
        self.custom.iter().find(|attribute| attribute.name == name)
    }

    /// Is this the document that `reference` names, by id or by name?
    pub fn answers_to(&self, reference: &str) -> bool {
        self.name.as_deref() == Some(reference)
            || self.id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(reference))
    }
}
