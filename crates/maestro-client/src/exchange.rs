//! One request and its answer.

use std::error::Error as StdError;
use std::io;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::base_url::BaseUrl;
use crate::error::{Error, FieldProblem, ServiceText, Unreachable};
use crate::key::ApiKey;
use crate::run::{Run, is_run_id};

/// Bytes of an error's body that are looked at.
const ERROR_BODY: usize = 16 * 1024;
/// Problems of a 422 that are kept.
const PROBLEMS: usize = 20;

/// Sends requests, one at a time, and says what came back.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) http: reqwest::Client,
    pub(crate) base: BaseUrl,
    pub(crate) key: ApiKey,
    pub(crate) max_bytes: usize,
}

/// An error with what the service asks for.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) error: Error,
    pub(crate) retry_after: Option<Duration>,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self { error, retry_after: None }
    }
}

impl Exchange {
    /// Asks for a run.
    pub(crate) async fn create(&self, body: Vec<u8>, timeout: Duration) -> Result<Run, Trouble> {
        let request = self.http.request(Method::POST, self.base.runs()).body(body);
        self.send(request, timeout, None).await
    }

    /// Asks after a run.
    pub(crate) async fn get(&self, run_id: &str, timeout: Duration) -> Result<Run, Trouble> {
        let request = self.http.request(Method::GET, format!("{}/{run_id}", self.base.runs()));
        let run = self.send(request, timeout, Some(run_id)).await?;
        if run.id == run_id { Ok(run) } else { Err(Error::Malformed { what: "it is about another run" }.into()) }
    }

    async fn send(&self, request: RequestBuilder, timeout: Duration, run_id: Option<&str>) -> Result<Run, Trouble> {
        let started = Instant::now();
        let request = request
            .header(AUTHORIZATION, self.key.header())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .timeout(timeout);
        let answer = self.answer(request, started, run_id).await;
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &answer {
            Ok(run) => tracing::debug!(run_id = %run.id, status = ?run.status, elapsed_ms, "maestro answered"),
            Err(trouble) => tracing::debug!(run_id, error = %trouble.error, elapsed_ms, "maestro did not answer well"),
        }
        answer
    }

    async fn answer(&self, request: RequestBuilder, started: Instant, run_id: Option<&str>) -> Result<Run, Trouble> {
        let mut response = request.send().await.map_err(|error| self.not_sent(&error, started))?;
        let status = response.status().as_u16();
        if status == 200 {
            let body = read(&mut response, self.max_bytes).await.map_err(|unread| match unread {
                Unread::Broken(error) => broken(&error, started),
                Unread::TooLarge => Error::TooLarge { limit: self.max_bytes },
            })?;
            return Ok(self.parse(&body)?);
        }
        let retry_after = seconds(&response);
        // What can be had of it: an error is an error also when its body breaks off.
        let mut body = Vec::new();
        while body.len() < ERROR_BODY {
            let Ok(Some(chunk)) = response.chunk().await else { break };
            body.extend_from_slice(chunk.get(..chunk.len().min(ERROR_BODY - body.len())).unwrap_or_default());
        }
        Err(Trouble { error: self.by_status(status, &body, run_id, retry_after), retry_after })
    }

    fn by_status(&self, status: u16, body: &[u8], run_id: Option<&str>, retry_after: Option<Duration>) -> Error {
        let text = self.text(&readable(body));
        let hosted = self.base.is_hosted();
        match status {
            300..=399 => Error::Redirected { status },
            401 => Error::Unauthorised { text },
            402 => Error::PaymentRequired { text },
            403 => Error::Forbidden { text, hosted },
            404 => Error::NotFound { run_id: run_id.map(str::to_owned), text, hosted },
            410 => Error::Gone { text, hosted },
            422 => {
                let details = self.problems(body);
                Error::Unprocessable { text: if details.is_empty() { text } else { ServiceText::default() }, details }
            }
            429 => Error::TooManyRequests { retry_after },
            400..=499 => Error::Refused { status, text },
            500..=599 => Error::ServerError { status, text },
            // The service answers 200 and nothing else when it is well.
            _ => Error::Malformed { what: "the HTTP status is another than 200" },
        }
    }

    /// `{"detail": [{"loc": ["body", "requirements", 0, "name"], "msg": "…", "type": "…"}]}`
    fn problems(&self, body: &[u8]) -> Vec<FieldProblem> {
        #[derive(Deserialize)]
        struct Body {
            detail: Vec<Detail>,
        }
        #[derive(Deserialize)]
        struct Detail {
            #[serde(default)]
            loc: Vec<Value>,
            #[serde(default)]
            msg: String,
        }
        let details = serde_json::from_slice::<Body>(body).map(|body| body.detail).unwrap_or_default();
        let problem = |detail: Detail| {
            let place: Vec<String> =
                detail.loc.iter().map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
            FieldProblem { field: self.text(&place.join(".")), message: self.text(&detail.msg) }
        };
        details.into_iter().take(PROBLEMS).map(problem).collect()
    }

    fn parse(&self, body: &[u8]) -> Result<Run, Error> {
        let mut value: Value = serde_json::from_slice(body).map_err(|error| Error::Malformed {
            what: if error.is_eof() { "its JSON breaks off" } else { "it is not JSON" },
        })?;
        self.key.hide_within(&mut value);
        let run: Run = serde_json::from_value(value)
            .map_err(|_| Error::Malformed { what: "its fields are not those of a run" })?;
        if is_run_id(&run.id) { Ok(run) } else { Err(Error::Malformed { what: "its run id is not one" }) }
    }

    pub(crate) fn text(&self, text: &str) -> ServiceText {
        ServiceText::new(text, &self.key)
    }

    fn not_sent(&self, error: &reqwest::Error, started: Instant) -> Error {
        if !error.is_connect() {
            return broken(error, started);
        }
        Error::Unreachable {
            host: self.base.host().to_owned(),
            reason: if error.is_timeout() { Unreachable::TimedOut } else { why_unreachable(error) },
            hosted: self.base.is_hosted(),
        }
    }
}

fn broken(error: &reqwest::Error, started: Instant) -> Error {
    if error.is_timeout() { Error::NoAnswer { waited: started.elapsed() } } else { Error::ConnectionLost }
}

enum Unread {
    Broken(reqwest::Error),
    TooLarge,
}

async fn read(response: &mut Response, limit: usize) -> Result<Vec<u8>, Unread> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Unread::TooLarge);
    }
    let mut body = Vec::with_capacity(announced.unwrap_or_default());
    while let Some(chunk) = response.chunk().await.map_err(Unread::Broken)? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What an error's body says. Parsed and written again, so that no escape of JSON hides the key from being found; JSON
/// that breaks off could, and is left out.
fn readable(body: &[u8]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => value.to_string(),
        Err(_) if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')) => String::new(),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}

/// `Retry-After` in seconds. The other form, a date, would need a clock: it is taken as absent.
fn seconds(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// The HTTP stack tells the kinds apart only in the chain of causes.
fn why_unreachable(error: &reqwest::Error) -> Unreachable {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.to_string().starts_with("dns error") {
            return Unreachable::UnknownHost;
        }
        match error.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => return Unreachable::Refused,
            Some(io::ErrorKind::TimedOut) => return Unreachable::TimedOut,
            Some(io::ErrorKind::InvalidData) => return Unreachable::Tls,
            _ => cause = error.source(),
        }
    }
    Unreachable::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_an_error_is_found_whatever_way_json_writes_it() {
        let key = ApiKey::new("k-a/1").unwrap();
        for body in [r#"{"detail": "bad key k-a\/1"}"#, r#"{"k-a/1": ["\u006b-a/1"]}"#, "bad key k-a/1"] {
            let text = ServiceText::new(&readable(body.as_bytes()), &key);
            assert!(!text.as_str().contains("k-a") && text.as_str().contains("[key]"), "{text:?}");
        }
        assert_eq!(readable(br#" {"detail": "\u006b-a/"#), "", "what breaks off may hide it");
    }
}
