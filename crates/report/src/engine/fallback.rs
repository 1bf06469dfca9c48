//! Why the local report stands in for the one that was asked for, in words for a person.

use super::candidate::{Candidate, Unusable};
use crate::egress::Caught;
use crate::writer::{WriterError, WriterErrorKind, WriterKind};

/// Why no further draft is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nothing is left to mend.
    Done,
    /// The last round did not help.
    NoBetter,
    /// All rounds are spent.
    RoundsSpent,
    /// All tokens are spent.
    TokensSpent,
    /// The time is up.
    TimeUp,
    /// The writer failed.
    Failed(WriterError),
    /// The second net caught something before it left.
    Caught(Leak),
}

/// Where the second net caught something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leak {
    /// In what we wrote ourselves.
    Brief(Caught),
    /// In a requirement, by its position among those that the caller stated; `None` for one of ours.
    Requirement(Option<usize>, Caught),
    /// In a draft that was about to be sent back.
    Draft(Caught),
}

/// Name of a writer.
pub(super) const fn name(kind: WriterKind) -> &'static str {
    match kind {
        WriterKind::Local => "the local writer",
        WriterKind::Maestro => "AI21 Maestro",
        WriterKind::Bedrock => "Amazon Bedrock",
        WriterKind::OpenAi => "the OpenAI-compatible endpoint",
    }
}

/// Why the local report is delivered: the writer, what stopped it, and how its best draft failed.
pub(super) fn reason(kind: WriterKind, stop: &Stop, best: Option<&Candidate>) -> String {
    let writer = name(kind);
    let stopped = match stop {
        Stop::Failed(error) => {
            Some(format!("{writer} {}: {}", failed(error.kind), error.message.trim_end_matches('.')))
        }
        Stop::Caught(leak) => Some(caught(writer, *leak)),
        Stop::TimeUp => Some(format!("{writer} was given up when its time was spent")),
        Stop::TokensSpent => Some(format!("{writer} was given up when its tokens were spent")),
        Stop::Done | Stop::NoBetter | Stop::RoundsSpent => None,
    };
    let draft = best.map(|best| shortcoming(writer, best));
    let parts: Vec<String> = [stopped, draft].into_iter().flatten().collect();
    if parts.is_empty() {
        return format!("{writer} wrote nothing.");
    }
    format!("{}.", capitalised(&parts.join("; ")))
}

/// What was held back. Never the text itself.
pub(super) fn caught(writer: &str, leak: Leak) -> String {
    match leak {
        Leak::Brief(Caught { looks_like }) | Leak::Requirement(None, Caught { looks_like }) => format!(
            "nothing was sent to {writer}, because the last check before sending found what looks like {looks_like}; this is \
             a defect of Nightdesk, so please report it, with this sentence and without your data"
        ),
        Leak::Requirement(Some(position), Caught { looks_like }) => format!(
            "nothing was sent to {writer}, because requirement {position} of those you stated holds what looks like \
             {looks_like}; take it out"
        ),
        Leak::Draft(Caught { looks_like }) => {
            format!("a draft of {writer} held what looks like {looks_like}, and was not sent back")
        }
    }
}

fn failed(kind: WriterErrorKind) -> &'static str {
    match kind {
        WriterErrorKind::NotConfigured => "is not configured",
        WriterErrorKind::Unauthorised => "refused the credentials",
        WriterErrorKind::NotEntitled => "may not be used by this account",
        WriterErrorKind::Discontinued => "is no longer offered",
        WriterErrorKind::Refused => "refused the request",
        WriterErrorKind::Throttled => "was asked too often",
        WriterErrorKind::TimedOut => "took too long",
        WriterErrorKind::Unreachable => "could not be reached",
        WriterErrorKind::ServiceError => "failed",
        WriterErrorKind::Failed => "ended without a report",
        WriterErrorKind::Malformed => "gave an answer that could not be understood",
        WriterErrorKind::Blocked => "was not asked, because something that must not leave was about to",
    }
}

fn shortcoming(writer: &str, best: &Candidate) -> String {
    let draft = format!("the best draft of {writer}");
    match &best.checked {
        Err(Unusable::Empty) => format!("{draft} was empty"),
        Err(Unusable::TooLong { bytes }) => format!("{draft} was too long ({bytes} bytes)"),
        Err(Unusable::NotEnglish) => format!("{draft} was not in English"),
        Err(Unusable::PartlyForeign) => format!("part of {draft} was not in English"),
        Err(Unusable::Secret { looks_like }) => format!("{draft} held what looks like {looks_like}, and was not used"),
        Ok(_) if best.is_verified() => {
            format!("{draft} does not meet a mandatory requirement that the local report meets")
        }
        Ok(checked) => {
            let verification = &checked.verification;
            let wrong = verification.contradicted + verification.misattributed + verification.unsupported;
            let unclear = verification.ambiguous;
            let mut parts = vec![format!("{wrong} of its {} claims did not hold", verification.claims)];
            if wrong == 0 && unclear > 0 {
                parts = vec![format!("{unclear} of its {} claims were ambiguous", verification.claims)];
            }
            if verification.omitted > 0 {
                parts.push(format!("{} required things were missing", verification.omitted));
            }
            format!("{draft} could not be verified: {}", parts.join(", "))
        }
    }
}

pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
