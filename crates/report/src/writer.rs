//! The trait behind which every writer stands, and what it is given.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::egress::Shown;

/// A future that a trait object can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WriterKind {
    /// Rust: no model, no network.
    Local,
    /// AI21 Maestro over HTTP.
    Maestro,
    /// A Bedrock model through Converse.
    Bedrock,
    /// A model behind an OpenAI-compatible endpoint.
    #[serde(rename = "openai")]
    OpenAi,
}

/// How much may be spent on a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// 1 fix round.
    #[default]
    Low,
    /// 3 fix rounds.
    Medium,
    /// 6 fix rounds.
    High,
}

impl Budget {
    /// Times a draft may be sent back.
    #[must_use]
    pub const fn fix_rounds(self) -> u64 {
        match self {
            Self::Low => 1,
            Self::Medium => 3,
            Self::High => 6,
        }
    }

    /// Tokens, in and out together, after which no further round starts. A service that does not tell what it used is not
    /// limited by this, but by [`Self::fix_rounds`] and [`Self::max_seconds`].
    #[must_use]
    pub const fn max_tokens(self) -> u64 {
        match self {
            Self::Low => 60_000,
            Self::Medium => 150_000,
            Self::High => 300_000,
        }
    }

    /// Seconds until [`Brief::deadline`].
    #[must_use]
    pub const fn max_seconds(self) -> u64 {
        match self {
            Self::Low => 60,
            Self::Medium => 180,
            Self::High => 360,
        }
    }
}

/// A requirement as a writer is told it.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Name.
    pub name: String,
    /// What the report has to be.
    pub description: Shown,
    /// Whether it is mandatory.
    pub mandatory: bool,
}

/// What a report is to be written from. Nothing here is raw text of a record: see [`crate::egress`].
#[derive(Clone, Debug)]
pub struct Brief {
    /// What to do and how to write numbers and names, in words of ours.
    pub instructions: Shown,
    /// Facts with their slots, rows, tokens and what was not read.
    pub facts: Shown,
    /// What the report has to be.
    pub wishes: Vec<Wish>,
    /// How much may be spent.
    pub budget: Budget,
    /// When the writer has to have ended; no round starts after it.
    pub deadline: Instant,
}

/// A draft that is sent back.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The draft as the writer wrote it, tokens and slots included.
    pub draft: Shown,
    /// What does not hold and which requirements failed, and nothing else.
    pub problems: Shown,
}

/// Tokens spent; null where the service does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read by the model.
    pub input_tokens: Option<u64>,
    /// Written by the model.
    pub output_tokens: Option<u64>,
}

/// A score that a model gave.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelScore {
    /// Name of the requirement.
    pub name: String,
    /// 0.0 to 1.0.
    pub score: f64,
    /// Why, in the model's words.
    pub reason: Option<String>,
}

/// A draft as a writer returned it.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Markdown, with slots and tokens still in it.
    pub markdown: String,
    /// The model that wrote it, as the service names it.
    pub model: Option<String>,
    /// What it cost.
    pub usage: Usage,
    /// Scores that came with it (Maestro); empty for writers that are asked apart.
    pub scores: Vec<ModelScore>,
}

/// Scores that a writer's model gave when asked.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// One per requirement that was judged.
    pub scores: Vec<ModelScore>,
    /// What it cost.
    pub usage: Usage,
}

/// Why a writer did not deliver, by what a person can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriterErrorKind {
    /// A setting is missing or unusable.
    NotConfigured,
    /// The key or the credentials were refused.
    Unauthorised,
    /// The account cannot pay or use this model.
    NotEntitled,
    /// The service or the model is no longer there.
    Discontinued,
    /// The request was refused as malformed or too large.
    Refused,
    /// Too many requests, to the end of the retries.
    Throttled,
    /// It took too long.
    TimedOut,
    /// The service could not be reached, or the connection broke.
    Unreachable,
    /// The service failed.
    ServiceError,
    /// The run ended without a report.
    Failed,
    /// The answer could not be understood.
    Malformed,
    /// Something that must not leave was about to; nothing was sent.
    Blocked,
}

/// Why a writer did not deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriterError {
    /// What kind of trouble.
    pub kind: WriterErrorKind,
    /// What happened and what to do, in words of ours; nothing of the service's own text.
    pub message: String,
}

impl fmt::Display for WriterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for WriterError {}

/// Turns a brief into a draft.
pub trait Writer: Send + Sync {
    /// Who writes.
    fn kind(&self) -> WriterKind;

    /// The model that is asked for, where there is one.
    fn model(&self) -> Option<&str>;

    /// Where the brief goes: a host name or region, for [`crate::egress`]'s explanation.
    fn destination(&self) -> String;

    /// What this writer puts around a draft that is sent back, and around one that is judged by `judged`: a heading and the
    /// words of each message, with `[…]` for what is not known before. For an explanation of what would leave.
    fn framing(&self, judged: &[Wish]) -> Vec<(&'static str, String)> {
        let _ = judged;
        Vec::new()
    }

    /// Writes a draft, or mends one.
    ///
    /// Ends by `brief.deadline`, with [`WriterErrorKind::TimedOut`] when there is no draft by then: nobody else watches
    /// the clock. Every wait on a service needs a timeout of its own that does not reach beyond it.
    ///
    /// # Errors
    /// Why there is no draft.
    fn write<'a>(
        &'a self,
        brief: &'a Brief,
        revision: Option<&'a Revision>,
    ) -> BoxFuture<'a, Result<Written, WriterError>>;

    /// Scores what code cannot decide. The draft still has its tokens and slots. Ends by `deadline`, as [`Self::write`] does.
    ///
    /// # Errors
    /// Why there are no scores.
    fn judge<'a>(
        &'a self,
        wishes: &'a [Wish],
        draft: &'a Shown,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Judged, WriterError>> {
        let _ = (wishes, draft, deadline);
        Box::pin(async { Ok(Judged::default()) })
    }
}
