//! Requirements: what a report has to be, stated beforehand and scored afterwards.

mod assess;
mod cloudtrail;
mod finding;
mod profile;
mod reading;
mod rule;
mod score;
mod security_hub;
mod select;
mod shared;

pub use assess::assess;
pub(crate) use cloudtrail::places::is_place;
pub use finding::Finding;
pub use profile::{profile, profile_for};
pub use rule::{Reading, Rule};
pub use score::{FORMULA, Judge, RequirementScore, overall};
pub use select::{MAX_NAME_CHARS, select, select_for};

use schemars::JsonSchema;
use security_model::Coverage;
use serde::{Deserialize, Serialize};

use crate::FactSet;
use crate::verify::Checked;

/// Most requirements in one run.
pub const MAX_REQUIREMENTS: usize = 10;
/// Most words in a description.
pub const MAX_DESCRIPTION_WORDS: usize = 128;

/// A requirement as a caller states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `name`, `description` and, where it has to hold, `mandatory`")]
pub struct StatedRequirement {
    /// Short name, unique within the run. A built-in's name replaces that built-in.
    pub name: String,
    /// What the report has to be, at most 128 words.
    pub description: String,
    /// Whether the overall score is 0 unless this one is fully met.
    #[serde(default)]
    pub mandatory: bool,
}

/// What a rule check looks at.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// The report as it would be delivered.
    pub markdown: &'a str,
    /// What it may say.
    pub facts: &'a FactSet,
    /// What was read.
    pub coverage: &'a Coverage,
    /// What the verifier found.
    pub checked: &'a Checked,
}

/// Who decides whether a requirement is met.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Code.
    Rule(Rule),
    /// Code: at most this many words, as `wc -w` counts them.
    WordLimit(usize),
    /// A reader: the writer's model, or nobody.
    Reader,
}

/// One requirement of a run.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Short name, unique within the run.
    pub name: String,
    /// What the report has to be.
    pub description: String,
    /// Whether the overall score is 0 unless this one is fully met.
    pub mandatory: bool,
    /// Who decides.
    pub check: Check,
    /// Position among the requirements that the caller stated, from 1; `None` for a built-in.
    pub stated: Option<usize>,
}

impl Requirement {
    /// A requirement of a profile.
    fn built_in(name: &str, description: &str, check: Check) -> Self {
        Self { name: name.to_owned(), description: description.to_owned(), mandatory: false, check, stated: None }
    }

    fn mandatory(self) -> Self {
        Self { mandatory: true, ..self }
    }
}

/// Whether two names are the same: their case and the space around them do not matter.
fn is_same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// The requirements of a run.
#[derive(Clone, Debug)]
pub struct Selection {
    /// At most [`MAX_REQUIREMENTS`].
    pub requirements: Vec<Requirement>,
    /// Names of built-in requirements that had to make room for the caller's.
    pub left_out: Vec<String>,
}
