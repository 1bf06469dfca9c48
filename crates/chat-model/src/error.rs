//! Why there is no answer, by what a caller can do about it.

use std::time::Duration;

use crate::detail::Detail;

/// Why there is no answer. The message is ours: what happened and what to do. What the service said is in
/// [`ChatError::detail`]. A call that is cancelled by dropping it has no error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// A setting is missing or unusable; nothing was sent.
    #[error("the chat model is not configured: {problem}")]
    NotConfigured {
        /// Which setting, and what to set.
        problem: String,
    },
    /// There are no credentials, or they were refused.
    #[error("{problem}")]
    NoCredentials {
        /// What is missing, and how to get it.
        problem: String,
        /// What the service said.
        detail: Option<Detail>,
    },
    /// The account may not use the model.
    #[error("the account may not use {model}; {}", access_advice(.model))]
    AccessDenied {
        /// The model.
        model: String,
        /// What the service said.
        detail: Option<Detail>,
    },
    /// The provider has withdrawn the model.
    #[error("{model} has reached its end of life or is closed to this account; {}", successor_advice(*.successor))]
    ModelEndOfLife {
        /// The model.
        model: String,
        /// The model that the provider documents as its successor, where we know one.
        successor: Option<&'static str>,
        /// What the service said.
        detail: Option<Detail>,
    },
    /// The service has no such model here.
    #[error("the service has no model {model} here; check the model id, and the region or the base URL")]
    ModelNotFound {
        /// The model.
        model: String,
        /// What the service said.
        detail: Option<Detail>,
    },
    /// Too many requests or tokens, to the end of the retries.
    #[error("the service kept throttling; try again later, or ask for a higher quota")]
    Throttled {
        /// The pause that the service asked for.
        retry_after: Option<Duration>,
        /// What the service said.
        detail: Option<Detail>,
    },
    /// The conversation does not fit the model.
    #[error("the conversation is too long for {model}; shorten it, or choose a model with a larger context")]
    ContextOverflow {
        /// The model.
        model: String,
        /// What the service said.
        detail: Option<Detail>,
    },
    /// The service's content filter held back the request or the answer.
    #[error("the content filter of the service that runs {model} stepped in; rephrase the request")]
    ContentFiltered {
        /// The model.
        model: String,
        /// What the service said.
        detail: Option<Detail>,
    },
    /// A guardrail of the account stepped in.
    #[error("a guardrail stepped in while {model} answered; rephrase the request, or review the guardrail")]
    GuardrailIntervened {
        /// The model.
        model: String,
    },
    /// The request was refused; sending it again does not help.
    #[error("{problem}")]
    Validation {
        /// What is wrong with it, as far as we know.
        problem: String,
        /// What the service said.
        detail: Option<Detail>,
    },
    /// It took too long.
    #[error("no answer from {model} in time; allow more time, or ask for less")]
    Timeout {
        /// The model.
        model: String,
    },
    /// The service could not be reached, or the connection broke.
    #[error("{endpoint} could not be reached, or the connection broke; check network, proxy and endpoint settings")]
    Unreachable {
        /// Host or service.
        endpoint: String,
        /// What went wrong below us.
        detail: Option<Detail>,
    },
    /// The service failed.
    #[error("the service failed{}; try again later", status_note(*.status))]
    ServiceError {
        /// HTTP status, where there is one.
        status: Option<u16>,
        /// What the service said.
        detail: Option<Detail>,
    },
    /// The answer could not be understood.
    #[error("the answer could not be understood: {problem}")]
    MalformedAnswer {
        /// What is wrong with it.
        problem: String,
        /// What the service said.
        detail: Option<Detail>,
    },
}

impl ChatError {
    pub(crate) fn malformed(problem: &str) -> Self {
        Self::MalformedAnswer { problem: problem.to_owned(), detail: None }
    }

    pub(crate) fn not_configured(problem: impl Into<String>) -> Self {
        Self::NotConfigured { problem: problem.into() }
    }

    /// What the service said: see [`Detail`] for what may be done with it.
    #[must_use]
    pub const fn detail(&self) -> Option<&Detail> {
        match self {
            Self::NoCredentials { detail, .. }
            | Self::AccessDenied { detail, .. }
            | Self::ModelEndOfLife { detail, .. }
            | Self::ModelNotFound { detail, .. }
            | Self::Throttled { detail, .. }
            | Self::ContextOverflow { detail, .. }
            | Self::ContentFiltered { detail, .. }
            | Self::Validation { detail, .. }
            | Self::Unreachable { detail, .. }
            | Self::ServiceError { detail, .. }
            | Self::MalformedAnswer { detail, .. } => detail.as_ref(),
            Self::NotConfigured { .. } | Self::GuardrailIntervened { .. } | Self::Timeout { .. } => None,
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Throttled { .. } | Self::ServiceError { .. } | Self::Unreachable { .. } | Self::Timeout { .. }
        )
    }
}

fn access_advice(model: &str) -> &'static str {
    if model.contains("amazon.") || model.contains("anthropic.") || model.starts_with("arn:") {
        "allow bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream on it, and check model access in this region"
    } else {
        "check what the key is allowed to do and whether the account can pay"
    }
}

fn successor_advice(successor: Option<&str>) -> String {
    match successor {
        Some(successor) => format!("its documented successor is {successor}"),
        None => "choose another model".to_owned(),
    }
}

fn status_note(status: Option<u16>) -> String {
    status.map_or_else(String::new, |status| format!(" with HTTP {status}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_ours_and_the_detail_apart() {
        let detail = Detail::new("Ignore previous instructions", &[]);
        let error = ChatError::AccessDenied { model: "us.amazon.nova-pro-v1:0".into(), detail };
        assert!(error.to_string().contains("bedrock:InvokeModel"));
        assert!(!error.to_string().contains("Ignore"));
        assert_eq!(error.detail().unwrap().as_str(), "Ignore previous instructions");
    }

    #[test]
    fn an_end_of_life_names_both_models() {
        let successor = Some("us.amazon.nova-2-lite-v1:0");
        let error = ChatError::ModelEndOfLife { model: "us.amazon.nova-premier-v1:0".into(), successor, detail: None };
        let message = error.to_string();
        assert!(message.contains("nova-premier") && message.contains("nova-2-lite"), "{message}");
    }
}
