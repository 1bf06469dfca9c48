//! What the verifier says.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use security_model::SafeText;
use serde::{Deserialize, Serialize};

/// What the verifier does not look at, said with every verdict.
pub const NOT_COVERED: &str = "Checked: numbers, names, times, rankings and statements that nothing was found. Not \
     checked: causes, intent, adjectives, advice, and whether the records themselves are complete or genuine.";

/// What became of one claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// The facts say so.
    Supported,
    /// The facts say otherwise.
    Contradicted,
    /// The facts have it, about something else.
    Misattributed,
    /// The facts have it in several places, and the text does not say which is meant.
    Ambiguous,
    /// The facts do not have it.
    Unsupported,
    /// The report had to say it and does not.
    Omitted,
}

/// A stretch of the report, in bytes of UTF-8, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// One thing the report says that can be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What became of it.
    pub judgement: Judgement,
    /// Where it stands.
    pub span: Span,
    /// Ids of the facts and rows that bear on it.
    pub facts: Vec<String>,
}

/// A claim that does not hold, or something left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Issue {
    /// What is wrong; never `supported`.
    pub kind: Judgement,
    /// The claim as the report has it; for an omission, what is missing.
    pub text: SafeText,
    /// Where it stands; null for an omission.
    pub span: Option<Span>,
    /// What would be right, where that is known.
    pub expected: Option<SafeText>,
    /// Ids of the facts and rows that bear on it.
    pub facts: Vec<String>,
}

/// Whether a report may be shown as verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every claim is supported (a very few may be ambiguous), and nothing required is missing.
    Verified,
    /// Something is wrong or missing.
    #[default]
    Failed,
}

/// The verdict on a report, with the count of claims by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// Whether the report holds.
    pub verdict: Verdict,
    /// Claims found in the report.
    pub claims: u64,
    /// Of these, supported.
    pub supported: u64,
    /// Of these, contradicted.
    pub contradicted: u64,
    /// Of these, misattributed.
    pub misattributed: u64,
    /// Of these, ambiguous.
    pub ambiguous: u64,
    /// Of these, unsupported.
    pub unsupported: u64,
    /// Things left out.
    pub omitted: u64,
    /// What does not hold, in the order of the report; omissions last.
    pub issues: Vec<Issue>,
    /// What was not looked at.
    pub not_covered: String,
}

/// A verdict with what rule checks need besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The verdict.
    pub verification: Verification,
    /// Every claim, in the order of the report.
    pub claims: Vec<Claim>,
    /// Ids of the facts and rows that the report states or names rightly.
    pub stated: BTreeSet<String>,
}
