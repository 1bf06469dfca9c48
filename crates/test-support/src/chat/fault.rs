//! What can go wrong with a call.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A fault. The first group answers in place of the model, the second spoils what it says; in an answer that is not
/// streamed, "in the middle" is in the middle of the body, or before it where an error is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatFault {
    /// 429 before the answer.
    Throttle,
    /// 503 before the answer.
    Overloaded,
    /// 500 before the answer.
    ServiceError,
    /// 403.
    AccessDenied,
    /// The credentials or the key are refused.
    Unauthorised,
    /// The model has reached its end of life.
    EndOfLife,
    /// There is no such model.
    ModelNotFound,
    /// The request is invalid.
    Validation,
    /// The conversation is too long.
    ContextOverflow,
    /// A page of a proxy in place of the API's answer, with HTTP 200.
    Html,
    /// The connection is reset before the answer.
    Reset,
    /// No answer, ever.
    Hang,

    /// Throttled after the message began, before any of it.
    ThrottleAtStart,
    /// Throttled in the middle.
    ThrottleMidStream,
    /// The connection is reset in the middle.
    ResetMidStream,
    /// The answer ends in the middle as if it were complete.
    CutMidStream,
    /// Silence in the middle, for ever.
    HangMidStream,
    /// A few bytes at a time.
    Slow,
    /// Broken JSON.
    MalformedJson,
    /// A tool call whose input is no JSON.
    MalformedToolUse,
    /// The service's filter stops the answer in the middle.
    ContentFilter,
    /// A guardrail stops the answer in the middle.
    Guardrail,
    /// A complete answer of no text.
    EmptyText,
    /// An answer without its token counts.
    NoUsage,
}

impl ChatFault {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::Throttle,
        Self::Overloaded,
        Self::ServiceError,
        Self::AccessDenied,
        Self::Unauthorised,
        Self::EndOfLife,
        Self::ModelNotFound,
        Self::Validation,
        Self::ContextOverflow,
        Self::Html,
        Self::Reset,
        Self::Hang,
        Self::ThrottleAtStart,
        Self::ThrottleMidStream,
        Self::ResetMidStream,
        Self::CutMidStream,
        Self::HangMidStream,
        Self::Slow,
        Self::MalformedJson,
        Self::MalformedToolUse,
        Self::ContentFilter,
        Self::Guardrail,
        Self::EmptyText,
        Self::NoUsage,
    ];

    /// As written on the command line and in the log, e.g. `throttle_mid_stream`.
    #[must_use]
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl FromStr for ChatFault {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::name).join(", ");
        serde_json::from_value(name.into()).map_err(|_| format!("no fault is called {name:?}; there are {}", names()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_known_by_their_names() {
        for fault in ChatFault::ALL {
            assert_eq!(fault.name().parse(), Ok(fault));
        }
        assert_eq!("throttle_mid_stream".parse(), Ok(ChatFault::ThrottleMidStream));
        assert!("flood".parse::<ChatFault>().unwrap_err().contains("end_of_life"));
    }
}
