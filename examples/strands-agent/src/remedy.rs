//! What is done when a call of the model fails. Throttling and overload are the provider's business, with backoff and a
//! deadline, until something of an answer has come; the rest is decided here.

use std::time::Duration;

use chat_model::{ChatError, Reply, StopReason};

/// Repeats of a call whose answer could not be read.
const MALFORMED_REPEATS: u32 = 2;
/// Repeats of a call that broke off before anything was shown.
const BROKEN_REPEATS: u32 = 2;
/// Times that a conversation is made shorter.
const SHRINKS: u32 = 12;

/// What is done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Ask the same again.
    Repeat(Duration),
    /// Ask the other model, if there is one.
    ReplaceModel,
    /// Make the conversation shorter.
    Shrink,
    /// Tell the model that its call could not be read.
    TellModel,
    /// Give up.
    None,
}

/// What has been tried for one turn.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tried {
    malformed: u32,
    broken: u32,
    shrinks: u32,
    told: bool,
}

/// The error in an answer that came, but is of no use.
pub(crate) fn unusable(reply: &Reply) -> Option<ChatError> {
    match reply.stop {
        StopReason::MalformedOutput | StopReason::ContextOverflow => reply.stop.error(&reply.model),
        StopReason::ToolUse if reply.message.tool_uses().next().is_none() => Some(ChatError::MalformedAnswer {
            problem: "the model waits for tools and has not asked for any".to_owned(),
            detail: None,
        }),
        _ => None,
    }
}

impl Tried {
    /// What to do about `error`. `shown` says whether the person has seen something of the answer.
    pub(crate) fn remedy(&mut self, error: &ChatError, shown: bool) -> Remedy {
        match error {
            ChatError::ModelEndOfLife { .. } | ChatError::AccessDenied { .. } | ChatError::ModelNotFound { .. } => {
                Remedy::ReplaceModel
            }
            ChatError::ContextOverflow { .. } if self.shrinks < SHRINKS => {
                self.shrinks += 1;
                Remedy::Shrink
            }
            ChatError::MalformedAnswer { .. } if self.malformed < MALFORMED_REPEATS => {
                self.malformed += 1;
                Remedy::Repeat(Duration::ZERO)
            }
            ChatError::MalformedAnswer { .. } if !self.told => {
                self.told = true;
                Remedy::TellModel
            }
            // Before anything of an answer came, the provider has repeated it itself; and what was shown stays shown.
            error if error.is_transient() && !shown && self.broken < BROKEN_REPEATS => {
                self.broken += 1;
                Remedy::Repeat(Duration::from_millis(500))
            }
            _ => Remedy::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedies(error: &ChatError, shown: bool) -> Vec<Remedy> {
        let mut tried = Tried::default();
        (0..4).map(|_| tried.remedy(error, shown)).collect()
    }

    #[test]
    fn an_unreadable_call_is_asked_for_again_and_then_explained() {
        let error = ChatError::MalformedAnswer { problem: "x".into(), detail: None };
        let again = Remedy::Repeat(Duration::ZERO);
        assert_eq!(remedies(&error, true), [again.clone(), again, Remedy::TellModel, Remedy::None]);
    }

    #[test]
    fn nothing_is_said_twice() {
        let error = ChatError::Throttled { retry_after: None, detail: None };
        assert_eq!(remedies(&error, true), vec![Remedy::None; 4]);
        let again = Remedy::Repeat(Duration::from_millis(500));
        assert_eq!(remedies(&error, false), [again.clone(), again, Remedy::None, Remedy::None]);
    }

    #[test]
    fn a_model_that_is_closed_is_replaced_and_a_refusal_is_final() {
        let model = "m".to_owned();
        assert_eq!(remedies(&ChatError::AccessDenied { model, detail: None }, false), vec![Remedy::ReplaceModel; 4]);
        assert_eq!(
            remedies(&ChatError::Validation { problem: "x".into(), detail: None }, false),
            vec![Remedy::None; 4]
        );
    }
}
