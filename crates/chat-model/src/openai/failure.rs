//! What a refusal means, in the shapes of OpenAI, vLLM, Ollama, and what stands before them.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::ApiKey;
use crate::detail::Detail;
use crate::error::ChatError;
use crate::wording;

/// What has to be known to explain a failure.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) model: String,
    pub(super) origin: String,
    pub(super) key: Option<ApiKey>,
}

/// What an error says, wherever its server puts it.
#[derive(Debug, Default)]
struct Said {
    message: String,
    /// `code` and `type`, in lower case.
    codes: String,
    /// A status that is given in the body.
    status: Option<u16>,
}

impl Context {
    /// Explains an answer that is no success.
    pub(super) fn refused(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> ChatError {
        let parsed = serde_json::from_slice::<Value>(body);
        let said = parsed.as_ref().map(Said::read).unwrap_or_default();
        self.explain(status, &said, retry_after(headers))
    }

    /// Explains an error that came with a success: in the middle of a stream, or instead of an answer.
    pub(super) fn reported(&self, body: &Value) -> ChatError {
        let said = Said::read(body);
        self.explain(said.status.unwrap_or(500), &said, None)
    }

    /// Explains a connection that failed.
    pub(super) fn transport(&self, error: &reqwest::Error) -> ChatError {
        if error.is_timeout() {
            return ChatError::Timeout { model: self.model.clone() };
        }
        let cause = std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source())
            .find_map(|error| error.downcast_ref::<std::io::Error>());
        let detail = cause.and_then(|io| Detail::new(&io.kind().to_string(), &[]));
        ChatError::Unreachable { endpoint: self.origin.clone(), detail }
    }

    fn explain(&self, status: u16, said: &Said, retry_after: Option<Duration>) -> ChatError {
        let detail = self.detail(said);
        let model = self.model.clone();
        if said.has("context_length_exceeded") || status == 413 {
            return ChatError::ContextOverflow { model, detail };
        }
        if said.has("content_filter") || said.has("content_policy_violation") {
            return ChatError::ContentFiltered { model, detail };
        }
        if said.has("insufficient_quota") || said.has("billing") || status == 402 {
            return ChatError::AccessDenied { model, detail };
        }
        match status {
            // The detail of a refused key may hold parts of it.
            401 => self.key_refused(),
            429 => ChatError::Throttled { retry_after, detail },
            410 => ChatError::ModelEndOfLife { model, successor: None, detail },
            400 | 403 | 404 | 422 if wording::is_end_of_life(&said.message) || said.has("model_decommissioned") => {
                ChatError::ModelEndOfLife { model, successor: None, detail }
            }
            403 => ChatError::AccessDenied { model, detail },
            400 | 422 | 500 if wording::is_context_overflow(&said.message) => {
                ChatError::ContextOverflow { model, detail }
            }
            400 | 404 if said.has("model_not_found") || wording::is_model_unknown(&said.message) => {
                ChatError::ModelNotFound { model, detail }
            }
            404 | 405 => self.misplaced("nothing there answers chat completions"),
            408 | 504 => ChatError::Timeout { model },
            300..=399 => {
                self.misplaced("it redirects elsewhere, which is not followed so that a key stays where it belongs")
            }
            400..=499 => {
                let problem = format!("{} refused the request as invalid (HTTP {status})", self.origin);
                ChatError::Validation { problem, detail }
            }
            _ => ChatError::ServiceError { status: Some(status), detail },
        }
    }

    fn key_refused(&self) -> ChatError {
        let problem = match &self.key {
            Some(_) => format!("{} refused the API key; check the key", self.origin),
            None => format!("{} wants an API key, and none is set", self.origin),
        };
        ChatError::NoCredentials { problem, detail: None }
    }

    fn misplaced(&self, what: &str) -> ChatError {
        let origin = &self.origin;
        ChatError::not_configured(format!("the base URL at {origin} is wrong: {what}; it usually ends in /v1"))
    }

    fn detail(&self, said: &Said) -> Option<Detail> {
        let key = self.key.as_ref().map(ApiKey::expose);
        Detail::new(&said.message, key.as_slice())
    }
}

impl Said {
    /// OpenAI: `{"error": {message, type, code}}`; Ollama: `{"error": "…"}`; vLLM: `{"message", "type", "code"}`;
    /// FastAPI: `{"detail": "…" | [{"msg"}]}`.
    fn read(body: &Value) -> Self {
        let error = body.get("error").filter(|error| !error.is_null()).unwrap_or(body);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let in_detail = |detail: &Value| text(detail).or_else(|| text(detail.pointer("/0/msg")?));
        let message = text(error)
            .or_else(|| text(error.get("message")?))
            .or_else(|| in_detail(body.get("detail")?))
            .unwrap_or_default();
        let codes: Vec<&str> = ["code", "type"].iter().filter_map(|name| error.get(name)?.as_str()).collect();
        let status = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
        let status = status.filter(|status| (400..600).contains(status));
        Self { message, codes: codes.join(" ").to_ascii_lowercase(), status: status.or_else(|| status_of(&codes)) }
    }

    fn has(&self, code: &str) -> bool {
        self.codes.contains(code)
    }
}

/// The status that OpenAI gives the error types it reports within a stream.
fn status_of(codes: &[&str]) -> Option<u16> {
    codes.iter().find_map(|code| match *code {
        "rate_limit_exceeded" | "rate_limit_error" | "requests" | "tokens" => Some(429),
        "invalid_request_error" | "BadRequestError" => Some(400),
        "overloaded_error" => Some(503),
        _ => None,
    })
}

/// Seconds; a date is left to our own pauses.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn explained(status: u16, body: &Value) -> ChatError {
        let context = Context {
            model: "m".into(),
            origin: "https://llm.example.com".into(),
            key: Some(ApiKey::new("sk-secret")),
        };
        context.refused(status, &HeaderMap::new(), body.to_string().as_bytes())
    }

    #[test]
    fn overflow_is_recognised_in_three_shapes() {
        let message = "This model's maximum context length is 8192 tokens.";
        for body in [
            json!({"error": {"message": message, "type": "invalid_request_error", "code": "context_length_exceeded"}}),
            json!({"object": "error", "message": message, "type": "BadRequestError", "code": 400}),
            json!({"error": message}),
            json!({"detail": [{"msg": message}]}),
        ] {
            assert!(matches!(explained(400, &body), ChatError::ContextOverflow { .. }), "{body}");
        }
    }

    #[test]
    fn a_missing_model_is_told_from_a_wrong_path() {
        let ollama =
            json!({"error": {"message": "model \"m\" not found, try pulling it first", "type": "not_found_error"}});
        assert!(matches!(explained(404, &ollama), ChatError::ModelNotFound { .. }));
        let fastapi = json!({"detail": "Not Found"});
        assert!(matches!(explained(404, &fastapi), ChatError::NotConfigured { .. }));
        let gone = json!({"error": {"message": "The model has been decommissioned", "code": "model_decommissioned"}});
        assert!(matches!(explained(400, &gone), ChatError::ModelEndOfLife { .. }));
    }

    #[test]
    fn money_is_told_from_throttling() {
        let quota = json!({"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}});
        assert!(matches!(explained(429, &quota), ChatError::AccessDenied { .. }));
        let rate = json!({"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}});
        assert!(matches!(explained(429, &rate), ChatError::Throttled { .. }));
    }

    #[test]
    fn a_key_that_is_sent_back_is_not_repeated() {
        for status in [400, 401, 403, 429, 500] {
            let error = explained(status, &json!({"error": {"message": "Incorrect API key provided: sk-secret"}}));
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("sk-secret"), "{status}: {shown}");
        }
    }

    #[test]
    fn a_pause_is_read_in_seconds() {
        let headers = |value: &str| HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
        assert_eq!(retry_after(&headers("2")), Some(Duration::from_secs(2)));
        assert_eq!(retry_after(&headers("0.5")), Some(Duration::from_millis(500)));
        for unusable in ["-1", "NaN", "1e300", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            assert_eq!(retry_after(&headers(unusable)), None, "{unusable}");
        }
    }
}
