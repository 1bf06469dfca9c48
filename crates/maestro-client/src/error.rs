//! What can go wrong, by what a caller can do about it.

use std::fmt;
use std::time::Duration;

use crate::key::ApiKey;
use crate::request::InvalidRequest;

/// Why there is no run or no result.
///
/// Messages hold our words only; what the service wrote is kept apart as [`ServiceText`]. No message, and no `Debug`
/// form, holds the key.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request breaks a documented limit; nothing was sent.
    #[error("the request was not sent: {0}")]
    InvalidRequest(#[from] InvalidRequest),
    /// 401: the key was refused.
    #[error("the service refused the API key (HTTP 401): check AI21_API_KEY")]
    Unauthorised {
        /// What the service wrote.
        text: ServiceText,
    },
    /// 402: the account has to pay first.
    #[error("the service asks for payment (HTTP 402): the account has no credit left or no plan that covers this")]
    PaymentRequired {
        /// What the service wrote.
        text: ServiceText,
    },
    /// 403: the key may not do this.
    #[error("the service forbids this (HTTP 403){}", sunset(.hosted))]
    Forbidden {
        /// What the service wrote.
        text: ServiceText,
        /// Whether it is AI21's own service that answered.
        hosted: bool,
    },
    /// 404: there is no such service or run.
    #[error("{} (HTTP 404){}", not_found(.run_id.as_deref()), sunset(.hosted))]
    NotFound {
        /// The run that was asked after; `None` when a run was to be made.
        run_id: Option<String>,
        /// What the service wrote.
        text: ServiceText,
        /// Whether it is AI21's own service that answered.
        hosted: bool,
    },
    /// 410: the service is no longer there.
    #[error("the service is gone (HTTP 410){}", sunset(.hosted))]
    Gone {
        /// What the service wrote.
        text: ServiceText,
        /// Whether it is AI21's own service that answered.
        hosted: bool,
    },
    /// 422: the service would not take the body.
    #[error("the service refused the request as invalid (HTTP 422, {} named)", problems(.details.len()))]
    Unprocessable {
        /// What is wrong with which field, where the service says.
        details: Vec<FieldProblem>,
        /// The rest of what it wrote, when it is not such a list.
        text: ServiceText,
    },
    /// Another 4xx.
    #[error("the service refused the request (HTTP {status})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What the service wrote.
        text: ServiceText,
    },
    /// 429 to the end of the retries.
    #[error("the service takes no more requests for now (HTTP 429{})", after(*.retry_after))]
    TooManyRequests {
        /// How long the service asks to wait.
        retry_after: Option<Duration>,
    },
    /// 5xx.
    #[error("the service failed (HTTP {status})")]
    ServerError {
        /// HTTP status.
        status: u16,
        /// What the service wrote.
        text: ServiceText,
    },
    /// A redirect, which is not followed: it would take the key elsewhere.
    #[error(
        "the service answered with a redirect (HTTP {status}), which is not followed: set the base URL to where it \
             leads if you trust that host with the API key"
    )]
    Redirected {
        /// HTTP status.
        status: u16,
    },
    /// No connection. Nothing was sent.
    #[error("{host} could not be reached: {}{}", .reason.words(), if .reason.may_be_the_end() { sunset(.hosted) } else { "" })]
    Unreachable {
        /// The host that was tried.
        host: String,
        /// Why.
        reason: Unreachable,
        /// Whether it is AI21's own service that was tried.
        hosted: bool,
    },
    /// The connection broke before the answer was complete.
    #[error("the connection to the service broke before its answer was complete")]
    ConnectionLost,
    /// One request took too long.
    #[error("the service did not answer within {:.1} s", .waited.as_secs_f64())]
    NoAnswer {
        /// How long was waited.
        waited: Duration,
    },
    /// The deadline had passed before anything was sent.
    #[error("the deadline had passed before the request was sent; nothing was sent")]
    DeadlinePassed,
    /// The deadline passed before the run came to an end. The run goes on at the service.
    #[error("run {run_id} had no result after {:.1} s{}", .waited.as_secs_f64(), lately(.last.as_deref()))]
    Timeout {
        /// The run.
        run_id: String,
        /// From sending the request.
        waited: Duration,
        /// What the last poll met, when it met trouble.
        last: Option<Box<Error>>,
    },
    /// The answer is longer than allowed.
    #[error("the service's answer is longer than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The answer is no run.
    #[error("the service's answer is not a run: {what}")]
    Malformed {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The run failed.
    #[error("run {run_id} failed at the service")]
    Failed {
        /// The run.
        run_id: String,
        /// Why, as the service says.
        message: ServiceText,
    },
    /// The run waits for something that this client does not do.
    #[error("run {run_id} waits for an action that this client does not offer")]
    RequiresAction {
        /// The run.
        run_id: String,
    },
    /// The run completed without a result.
    #[error("run {run_id} completed with an empty result")]
    EmptyResult {
        /// The run.
        run_id: String,
    },
    /// The run completed with something other than text.
    #[error("run {run_id} completed with {found} in the place of text")]
    UnexpectedResult {
        /// The run.
        run_id: String,
        /// What it is.
        found: &'static str,
    },
    /// A run was asked for, and whether it was made is not known. Asking again could pay twice, so it is not done.
    #[error("{cause}; the run may have been made and charged all the same, so it was not asked for again")]
    PossiblyCharged {
        /// The run, when the service had already named it.
        run_id: Option<String>,
        /// What happened.
        cause: Box<Error>,
    },
}

/// Why there was no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreachable {
    /// The name is not known.
    UnknownHost,
    /// Nobody listens there.
    Refused,
    /// TLS did not come about.
    Tls,
    /// It took too long.
    TimedOut,
    /// Anything else.
    Other,
}

impl Unreachable {
    const fn may_be_the_end(self) -> bool {
        matches!(self, Self::UnknownHost | Self::Refused)
    }

    const fn words(self) -> &'static str {
        match self {
            Self::UnknownHost => "no such host",
            Self::Refused => "the connection was refused",
            Self::Tls => "no secure connection came about",
            Self::TimedOut => "the connection took too long",
            Self::Other => "no connection",
        }
    }
}

/// What is wrong with a field of the request, as the service says. Untrusted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldProblem {
    /// Where, e.g. `body.requirements.0.name`.
    pub field: ServiceText,
    /// What.
    pub message: ServiceText,
}

/// Text that the service wrote: untrusted, on one line, at most [`ServiceText::MAX_CHARS`] characters, without control or
/// invisible characters, and without the key.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ServiceText(String);

impl ServiceText {
    /// Characters that are kept.
    pub const MAX_CHARS: usize = 300;

    pub(crate) fn new(text: &str, key: &ApiKey) -> Self {
        let visible = |c: char| if c.is_whitespace() { ' ' } else { c };
        let mut kept = String::new();
        // More than is kept, so that a key at the end of it is whole when it is looked for.
        for c in text.chars().map(visible).filter(|c| !is_invisible(*c)).take(Self::MAX_CHARS + ApiKey::MAX_CHARS) {
            if c != ' ' || !kept.ends_with(' ') {
                kept.push(c);
            }
        }
        Self(key.hide_in(kept.trim()).chars().take(Self::MAX_CHARS).collect())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ServiceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Control characters, and those that reorder or hide text.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

impl Error {
    /// The error beneath [`Error::PossiblyCharged`], or this one.
    #[must_use]
    pub fn root(&self) -> &Self {
        match self {
            Self::PossiblyCharged { cause, .. } => cause.root(),
            other => other,
        }
    }

    /// Whether a run may have been made, and paid for.
    #[must_use]
    pub fn may_have_been_charged(&self) -> bool {
        matches!(self, Self::PossiblyCharged { .. }) || self.run_id().is_some()
    }

    /// The run that this is about, where there is one: [`crate::Client::get`] can ask after it later.
    #[must_use]
    pub fn run_id(&self) -> Option<&str> {
        match self {
            Self::NotFound { run_id, .. } | Self::PossiblyCharged { run_id, .. } => run_id.as_deref(),
            Self::Timeout { run_id, .. }
            | Self::Failed { run_id, .. }
            | Self::RequiresAction { run_id }
            | Self::EmptyResult { run_id }
            | Self::UnexpectedResult { run_id, .. } => Some(run_id),
            _ => None,
        }
    }

    /// Whether this is how a service looks that no longer exists.
    ///
    /// AI21 announced the end of the hosted Maestro API for 2026-08-09: 403, 404 or 410, or a host that is not known, may
    /// mean just that, and of AI21's own host so does a refused connection. The message says which host it was.
    #[must_use]
    pub fn service_may_be_discontinued(&self) -> bool {
        match self.root() {
            Self::Gone { .. } | Self::NotFound { run_id: None, .. } | Self::Forbidden { .. } => true,
            Self::Unreachable { reason: Unreachable::UnknownHost, .. } => true,
            Self::Unreachable { reason: Unreachable::Refused, hosted, .. } => *hosted,
            _ => false,
        }
    }

    /// What the service wrote, where it wrote something. Untrusted.
    #[must_use]
    pub fn service_text(&self) -> Option<&ServiceText> {
        match self.root() {
            Self::Unauthorised { text }
            | Self::PaymentRequired { text }
            | Self::Forbidden { text, .. }
            | Self::NotFound { text, .. }
            | Self::Gone { text, .. }
            | Self::Unprocessable { text, .. }
            | Self::Refused { text, .. }
            | Self::ServerError { text, .. }
            | Self::Failed { message: text, .. } => Some(text).filter(|text| !text.as_str().is_empty()),
            _ => None,
        }
    }
}

const fn sunset(hosted: &bool) -> &'static str {
    if *hosted {
        "; AI21 announced the end of its hosted Maestro API for 2026-08-09, so it may be discontinued"
    } else {
        "; the base URL may be wrong, or the service discontinued"
    }
}

fn not_found(run_id: Option<&str>) -> String {
    match run_id {
        Some(run_id) => format!("the service knows no run {run_id}"),
        None => "there is no Maestro service at the base URL".to_owned(),
    }
}

fn problems(count: usize) -> String {
    if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") }
}

fn after(retry_after: Option<Duration>) -> String {
    retry_after.map(|wait| format!(", asks to wait {} s", wait.as_secs())).unwrap_or_default()
}

fn lately(last: Option<&Error>) -> String {
    last.map(|last| format!("; lately: {last}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_the_service_is_one_bounded_visible_line() {
        let key = ApiKey::new("k-secret-1").unwrap();
        assert_eq!(ServiceText::new(" a\n\u{202e}b\u{0}\t\tc\u{200b} ", &key).as_str(), "a b c");
        assert_eq!(ServiceText::new(&"é".repeat(5_000), &key).as_str().chars().count(), ServiceText::MAX_CHARS);
        assert_eq!(ServiceText::new("no k-sec\u{200b}ret-1 here", &key).as_str(), "no [key] here");
        let at_the_end = format!("{}k-secret-1", "x".repeat(ServiceText::MAX_CHARS - 3));
        assert!(!ServiceText::new(&at_the_end, &key).as_str().contains("k-s"));
    }

    #[test]
    fn the_end_of_the_service_is_recognised_where_it_was_announced() {
        let text = ServiceText::default;
        let end = [
            Error::Gone { text: text(), hosted: false },
            Error::Forbidden { text: text(), hosted: true },
            Error::NotFound { run_id: None, text: text(), hosted: false },
            Error::Unreachable { host: "h".to_owned(), reason: Unreachable::UnknownHost, hosted: false },
            Error::Unreachable { host: "h".to_owned(), reason: Unreachable::Refused, hosted: true },
        ];
        for error in end {
            assert!(error.service_may_be_discontinued(), "{error}");
        }
        let others = [
            Error::Unreachable { host: "h".to_owned(), reason: Unreachable::Refused, hosted: false },
            Error::NotFound { run_id: Some("r".to_owned()), text: text(), hosted: true },
            Error::Unreachable { host: "h".to_owned(), reason: Unreachable::TimedOut, hosted: true },
            Error::Unauthorised { text: text() },
        ];
        for error in others {
            assert!(!error.service_may_be_discontinued(), "{error}");
        }
    }

    #[test]
    fn an_unknown_outcome_says_that_it_may_have_cost() {
        let error = Error::PossiblyCharged { run_id: None, cause: Box::new(Error::ConnectionLost) };
        assert!(error.may_have_been_charged() && error.root() == &Error::ConnectionLost);
        assert!(error.to_string().contains("charged"), "{error}");
        assert!(!Error::ConnectionLost.may_have_been_charged());
    }
}
