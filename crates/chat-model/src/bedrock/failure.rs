//! What an SDK error means, in terms of what a caller can do.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::event_stream::{Message, RawMessage};

use super::client::unsafe_endpoint;
use crate::detail::Detail;
use crate::error::ChatError;
use crate::wording;

/// What has to be known to explain a failure.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) model: String,
    pub(super) refused_endpoint: Option<String>,
}

impl Context {
    /// Explains the failure of a request.
    pub(super) fn http<E>(&self, error: &SdkError<E, HttpResponse>) -> ChatError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let status = error.raw_response().map(|response| response.status().as_u16());
        match error {
            SdkError::ServiceError(context) => match context.err().code() {
                Some(code) => self.of_code(code, context.err().message().unwrap_or_default(), status),
                None => not_bedrock(status),
            },
            // A body that could not be held broke off.
            SdkError::ResponseError(context) if context.raw().body().bytes().is_none() => unreachable(error),
            SdkError::ResponseError(_) => not_bedrock(status),
            other => self.without_answer(other),
        }
    }

    /// Explains the failure of a stream that had begun.
    pub(super) fn stream<E>(&self, error: &SdkError<E, RawMessage>) -> ChatError
    where
        E: Error + 'static,
    {
        match error.raw_response() {
            // The SDK keeps neither the name nor the message of an exception within a stream.
            Some(RawMessage::Decoded(frame)) => match exception_name(frame) {
                Some(name) => self.of_code(name, &exception_message(frame), None),
                None => not_bedrock(None),
            },
            Some(_) => not_bedrock(None),
            None => self.without_answer(error),
        }
    }

    fn of_code(&self, code: &str, message: &str, status: Option<u16>) -> ChatError {
        let detail = Detail::new(message, &[]);
        let model = self.model.clone();
        // `Exception` is optional, streams write names in lower camel case, and a namespace may stand before them.
        let short = code.rsplit(['#', '.']).next().unwrap_or(code).trim_end_matches("Exception");
        match short.to_ascii_lowercase().as_str() {
            "throttling" | "toomanyrequests" | "servicequotaexceeded" | "modelnotready" => {
                ChatError::Throttled { retry_after: None, detail }
            }
            "accessdenied" | "resourcenotfound" | "validation" if wording::is_end_of_life(message) => {
                ChatError::ModelEndOfLife { successor: successor(&model), model, detail }
            }
            "accessdenied" => ChatError::AccessDenied { model, detail },
            "resourcenotfound" => ChatError::ModelNotFound { model, detail },
            "validation" if wording::is_context_overflow(message) => ChatError::ContextOverflow { model, detail },
            "validation" if wording::is_model_id_refused(message) => ChatError::ModelNotFound { model, detail },
            "validation" => refused(detail),
            "modeltimeout" => self.timeout(),
            "modelerror" if message.contains("ToolUse") => {
                ChatError::MalformedAnswer { problem: "the model wrote an invalid tool call".to_owned(), detail }
            }
            "unrecognizedclient"
            | "invalidsignature"
            | "signaturedoesnotmatch"
            | "incompletesignature"
            | "invalidclienttokenid"
            | "missingauthenticationtoken"
            | "expiredtoken"
            | "requestexpired" => {
                let problem = "AWS refused the credentials; sign in again, and check the key, this machine's clock and \
                               that the region is enabled for the account";
                ChatError::NoCredentials { problem: problem.to_owned(), detail }
            }
            _ => of_status(status, detail, model),
        }
    }

    fn timeout(&self) -> ChatError {
        ChatError::Timeout { model: self.model.clone() }
    }

    fn without_answer<E, R>(&self, error: &SdkError<E, R>) -> ChatError
    where
        E: Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        match error {
            SdkError::TimeoutError(_) => return self.timeout(),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => return self.timeout(),
            _ => {}
        }
        if let Some(origin) = &self.refused_endpoint {
            return unsafe_endpoint(origin);
        }
        if causes(error).any(|error| error.downcast_ref::<CredentialsError>().is_some()) {
            let problem = "no AWS credentials were found; sign in (`aws sso login`), or set AWS_PROFILE, or \
                           AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
            return ChatError::NoCredentials { problem: problem.to_owned(), detail: None };
        }
        unreachable(error)
    }
}

fn unreachable(error: &(dyn Error + 'static)) -> ChatError {
    let cause = causes(error).find_map(|error| error.downcast_ref::<std::io::Error>());
    let detail = cause.and_then(|io| Detail::new(&io.kind().to_string(), &[]));
    ChatError::Unreachable { endpoint: "Amazon Bedrock".to_owned(), detail }
}

fn exception_name(frame: &Message) -> Option<&str> {
    let header = frame.headers().iter().find(|header| header.name().as_str() == ":exception-type")?;
    header.value().as_string().ok().map(|name| name.as_str())
}

fn exception_message(frame: &Message) -> String {
    let payload: Option<serde_json::Value> = serde_json::from_slice(frame.payload()).ok();
    let message = payload.as_ref().and_then(|payload| payload.get("message")?.as_str());
    message.unwrap_or_default().to_owned()
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn refused(detail: Option<Detail>) -> ChatError {
    ChatError::Validation { problem: "Bedrock refused the request as invalid for this model".to_owned(), detail }
}

fn of_status(status: Option<u16>, detail: Option<Detail>, model: String) -> ChatError {
    match status {
        Some(429) => ChatError::Throttled { retry_after: None, detail },
        Some(403) => ChatError::AccessDenied { model, detail },
        Some(400..=499) => refused(detail),
        status => ChatError::ServiceError { status, detail },
    }
}

/// The failure of an answer that is not what the API promises.
fn not_bedrock(status: Option<u16>) -> ChatError {
    match status {
        Some(500..) => ChatError::ServiceError { status, detail: None },
        _ => {
            ChatError::malformed("it is not of Bedrock's kind; check for a proxy in between, and any endpoint override")
        }
    }
}

/// The successor that AWS documents for a model that has ended.
///
/// Source: Amazon Bedrock model lifecycle and the Nova 2 Lite launch page, read 2026-11-21.
fn successor(model: &str) -> Option<&'static str> {
    model.contains("amazon.nova-premier").then_some("us.amazon.nova-2-lite-v1:0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(code: &str, message: &str, status: u16) -> ChatError {
        let context = Context { model: "us.amazon.nova-premier-v1:0".into(), refused_endpoint: None };
        context.of_code(code, message, Some(status))
    }

    #[test]
    fn lifecycle_wording_outranks_the_code() {
        let message = "This model version has reached the end of its life.";
        for code in ["ResourceNotFoundException", "ValidationException", "AccessDeniedException"] {
            let error = explained(code, message, 400);
            let ChatError::ModelEndOfLife { successor, .. } = error else { panic!("{code}: {error:?}") };
            assert_eq!(successor, Some("us.amazon.nova-2-lite-v1:0"));
        }
    }

    #[test]
    fn codes_are_read_in_every_spelling() {
        for code in ["ThrottlingException", "throttlingException", "com.amazon.coral#ThrottlingException", "Throttling"]
        {
            assert!(matches!(explained(code, "", 429), ChatError::Throttled { .. }), "{code}");
        }
        assert!(matches!(explained("ExpiredTokenException", "", 403), ChatError::NoCredentials { .. }));
        assert!(matches!(explained("SomethingNew", "", 403), ChatError::AccessDenied { .. }));
        assert!(matches!(explained("SomethingNew", "", 502), ChatError::ServiceError { status: Some(502), .. }));
        let sequence = "Model produced invalid sequence as part of ToolUse.";
        assert!(matches!(explained("ModelErrorException", sequence, 424), ChatError::MalformedAnswer { .. }));
    }
}
