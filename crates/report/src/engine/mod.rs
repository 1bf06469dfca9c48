//! Generate, check, mend: from facts to a report that may be shown.
//!
//! [`compose`] has a writer draft a report, puts the true numbers and names in, verifies every claim, scores every
//! requirement, and sends back only what does not hold. It stops when everything is met, when a further round did not
//! help, or when rounds, tokens or time are spent. A report that was never verified is not delivered: the local one is, and
//! says why. Nothing here needs a runtime; dropping the future stops everything.

mod brief;
mod candidate;
mod compose;
mod delivery;
mod explain;
mod fallback;
mod problems;
mod secret;

pub use crate::language::{is_english, is_english_throughout};
pub use compose::{compose, compose_within};
pub use delivery::deliver_local;
pub use explain::explain_egress;

use schemars::JsonSchema;
use security_model::Coverage;
use serde::{Deserialize, Serialize};

use crate::FactSet;
use crate::requirement::{RequirementScore, Selection};
use crate::verify::Verification;
use crate::writer::{Budget, WriterKind};

/// What the writer of a report was, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WriterInfo {
    /// Who wrote the report that is delivered.
    pub kind: WriterKind,
    /// Its model, of letters, digits and `._:/-`; null for the local writer, or when the service does not say or says
    /// anything else.
    pub model: Option<String>,
    /// Drafts that were written.
    pub rounds: u64,
    /// Tokens read, all rounds together.
    pub input_tokens: Option<u64>,
    /// Tokens written, all rounds together.
    pub output_tokens: Option<u64>,
    /// Milliseconds from the first draft to the delivery.
    pub elapsed_ms: u64,
    /// Why the writer that was asked for did not deliver; null when it did.
    pub fallback_reason: Option<String>,
}

/// How the report came to be as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The writer's first draft.
    AsWritten,
    /// A later draft, after what did not hold was sent back.
    Repaired,
    /// The local report in place of one that failed or never came.
    Replaced,
}

/// A report with everything a reader needs to judge it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Markdown. Text from records stands in code spans only.
    #[schemars(extend("x-untrusted" = true))]
    pub markdown: String,
    /// Who wrote it.
    pub writer: WriterInfo,
    /// How it came to be as it is.
    pub delivery: Delivery,
    /// Overall score, 0.0 to 1.0; null when a mandatory requirement is unjudged.
    pub score: Option<f64>,
    /// How `score` is made.
    pub score_formula: String,
    /// The requirements and how well each is met.
    pub requirements: Vec<RequirementScore>,
    /// Built-in requirements that made room for the caller's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements_left_out: Vec<String>,
    /// Whether what it says is so.
    pub verification: Verification,
}

/// A report to be written.
#[derive(Clone, Debug)]
pub struct Assignment<'a> {
    /// What it may say.
    pub facts: &'a FactSet,
    /// What was read.
    pub coverage: &'a Coverage,
    /// What it has to be.
    pub selection: &'a Selection,
    /// How much may be spent.
    pub budget: Budget,
    /// Whether identifiers go out as tokens.
    pub pseudonyms: bool,
    /// The local writer's report: what is delivered when nothing better holds.
    pub local: &'a str,
    /// Longest report, in bytes of UTF-8.
    pub max_bytes: usize,
}
