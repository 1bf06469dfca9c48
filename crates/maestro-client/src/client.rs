//! The client.

use std::time::{Duration, Instant};

use reqwest::redirect;

use crate::base_url::{BaseUrl, DEFAULT_BASE_URL, InvalidBaseUrl};
use crate::error::Error;
use crate::exchange::{Exchange, Trouble};
use crate::key::{ApiKey, InvalidKey};
use crate::pace::{Deadline, Polling, Retry};
use crate::request::{InvalidRequest, RunRequest};
use crate::run::{CompletedRun, Progress, Run, is_run_id};

/// Polls in a row that may find the run unknown: it may not have reached the place that is asked yet.
const POLLS_WITHOUT_RUN: u32 = 3;

/// A client of one service with one key. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    exchange: Exchange,
    request_timeout: Duration,
    polling: Polling,
    retry: Retry,
}

/// Sets a client up.
#[derive(Clone, Debug)]
pub struct ClientBuilder {
    base_url: String,
    api_key: Option<ApiKey>,
    connect_timeout: Duration,
    request_timeout: Duration,
    polling: Polling,
    retry: Retry,
    max_response_bytes: usize,
}

/// Why there is no client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Nobody gave a key.
    #[error("no API key was given: set AI21_API_KEY")]
    NoKey,
    /// The key is none.
    #[error(transparent)]
    Key(#[from] InvalidKey),
    /// The base URL cannot be used.
    #[error(transparent)]
    BaseUrl(#[from] InvalidBaseUrl),
    /// The HTTP stack did not start, for want of root certificates for instance.
    #[error("the HTTP client could not be set up")]
    Http,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            api_key: None,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            polling: Polling::default(),
            retry: Retry::default(),
            max_response_bytes: 2 * 1024 * 1024,
        }
    }
}

impl ClientBuilder {
    /// Takes the key from `AI21_API_KEY` and the base URL from `AI21_API_HOST`, as far as they are set and not empty.
    ///
    /// # Errors
    /// When `AI21_API_KEY` holds no key.
    pub fn from_env() -> Result<Self, BuildError> {
        let set = |name| std::env::var(name).ok().filter(|value: &String| !value.trim().is_empty());
        let mut builder = Self::default();
        if let Some(url) = set("AI21_API_HOST") {
            builder = builder.base_url(url);
        }
        if let Some(key) = set("AI21_API_KEY") {
            builder = builder.api_key(ApiKey::new(key)?);
        }
        Ok(builder)
    }

    /// Where the service is, [`DEFAULT_BASE_URL`] without it. https only, but for this machine itself.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// The key.
    #[must_use]
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.api_key = Some(key);
        self
    }

    /// How long a connection may take; 10 s without it.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one request may take, answer included; 60 s without it. A deadline may cut it shorter.
    #[must_use]
    pub const fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How often a run is asked after.
    #[must_use]
    pub const fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// How a refused request is repeated.
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The longest answer, in bytes; 2 MiB without it.
    #[must_use]
    pub const fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// Without a key, with a base URL that the key may not be sent to, or when the HTTP stack does not start.
    pub fn build(self) -> Result<Client, BuildError> {
        let base = BaseUrl::parse(&self.base_url)?;
        let key = self.api_key.ok_or(BuildError::NoKey)?;
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("maestro-client/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout)
            // A connection that the service closed while it was idle would make the next POST's fate unknown.
            .pool_idle_timeout(Duration::from_secs(5))
            .https_only(!base.is_loopback());
        if base.is_loopback() {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|_| BuildError::Http)?;
        Ok(Client {
            exchange: Exchange { http, base, key, max_bytes: self.max_response_bytes },
            request_timeout: self.request_timeout,
            polling: self.polling,
            retry: self.retry,
        })
    }
}

impl Client {
    /// Sets a client up.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The host that requests go to.
    #[must_use]
    pub fn host(&self) -> &str {
        self.exchange.base.host()
    }

    /// Asks for a run and returns it as it is then, usually in progress.
    ///
    /// Repeated on HTTP 429 and 503 only, which say that nothing was begun.
    ///
    /// # Errors
    /// [`Error::PossiblyCharged`] when it is not known whether the run was made; see [`Error`] for the rest.
    pub async fn create(&self, request: &RunRequest) -> Result<Run, Error> {
        self.create_before(request, Deadline::after(Duration::MAX)).await
    }

    async fn create_before(&self, request: &RunRequest, deadline: Deadline) -> Result<Run, Error> {
        request.check()?;
        let body =
            serde_json::to_vec(request).map_err(|_| Error::Malformed { what: "the request could not be written" })?;
        let mut attempt = 1;
        loop {
            let left = deadline.left();
            if left.is_zero() {
                return Err(Error::DeadlinePassed);
            }
            let trouble = match self.exchange.create(body.clone(), self.request_timeout.min(left)).await {
                Ok(run) => return Ok(run),
                Err(trouble) => trouble,
            };
            if !matches!(trouble.error, Error::TooManyRequests { .. } | Error::ServerError { status: 503, .. }) {
                return Err(charged_unless_refused(trouble.error));
            }
            let Some(wait) = self.retry.wait(attempt, trouble.retry_after, deadline.left()) else {
                return Err(trouble.error);
            };
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// Asks after a run.
    ///
    /// # Errors
    /// What stood in the way, after retries where those can help.
    pub async fn get(&self, run_id: &str) -> Result<Run, Error> {
        if !is_run_id(run_id) {
            return Err(InvalidRequest::RunId.into());
        }
        let mut attempt = 1;
        loop {
            let trouble = match self.exchange.get(run_id, self.request_timeout).await {
                Ok(run) => return Ok(run),
                Err(trouble) => trouble,
            };
            let wait = if passes(&trouble.error) {
                self.retry.wait(attempt, trouble.retry_after, Duration::MAX)
            } else {
                None
            };
            let Some(wait) = wait else { return Err(trouble.error) };
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// Asks for a run and waits for its result. The first poll comes at once.
    ///
    /// Polls that meet HTTP 429 or 5xx, a broken connection or an answer that makes no sense are repeated until the
    /// deadline, and so is a status that is not known: the run has its price by then. Dropping the future stops the
    /// waiting at once; the run goes on at the service, which offers no way to cancel it.
    ///
    /// # Errors
    /// [`Error::Timeout`], which names the run, at the deadline; [`Error::Failed`], [`Error::RequiresAction`],
    /// [`Error::EmptyResult`] or [`Error::UnexpectedResult`] by how the run ended; else as [`Self::create`].
    pub async fn run_to_end(&self, request: &RunRequest, deadline: Deadline) -> Result<CompletedRun, Error> {
        let started = Instant::now();
        let run = self.create_before(request, deadline).await?;
        let run_id = run.id.clone();
        let mut patience = Patience::default();
        let mut wait = self.polling.first;
        let mut next = Ok(run);
        let mut polls = 0;
        loop {
            let asked = match next.map_err(Box::new) {
                Ok(run) => {
                    patience = Patience::default();
                    match run.progress(polls, |text| self.exchange.text(text))? {
                        Progress::Done(done) => return Ok(done),
                        Progress::Wait => None,
                    }
                }
                Err(trouble) => patience.spend(*trouble, &run_id)?,
            };
            // Nothing is gained by waiting between the creation and the first poll.
            if polls > 0 {
                tokio::time::sleep(self.polling.wait(wait, asked).min(deadline.left())).await;
                wait = self.polling.next(wait);
            }
            let left = deadline.left();
            if left.is_zero() {
                return Err(Error::Timeout { run_id, waited: started.elapsed(), last: patience.last });
            }
            polls += 1;
            next = self.exchange.get(&run_id, self.request_timeout.min(left)).await;
        }
    }
}

/// What polls have met in a row.
#[derive(Default)]
struct Patience {
    last: Option<Box<Error>>,
    without_run: u32,
}

impl Patience {
    /// How long the service asks to wait, when the trouble may pass; else the end.
    fn spend(&mut self, trouble: Trouble, run_id: &str) -> Result<Option<Duration>, Error> {
        let Trouble { error, retry_after } = trouble;
        if matches!(error, Error::NotFound { .. }) {
            self.without_run += 1;
            if self.without_run >= POLLS_WITHOUT_RUN {
                return Err(error);
            }
        } else if !passes(&error) {
            return Err(Error::PossiblyCharged { run_id: Some(run_id.to_owned()), cause: Box::new(error) });
        }
        self.last = Some(Box::new(error));
        Ok(retry_after)
    }
}

/// Whether asking again may help.
const fn passes(error: &Error) -> bool {
    matches!(
        error,
        Error::TooManyRequests { .. }
            | Error::ServerError { .. }
            | Error::Refused { status: 408 | 425, .. }
            | Error::ConnectionLost
            | Error::NoAnswer { .. }
            | Error::Unreachable { .. }
            | Error::Malformed { .. }
    )
}

/// A refusal says that there is no run. Without one, there may be.
fn charged_unless_refused(error: Error) -> Error {
    let unknown = matches!(
        error,
        Error::ServerError { .. }
            | Error::Refused { status: 408, .. }
            | Error::ConnectionLost
            | Error::NoAnswer { .. }
            | Error::Malformed { .. }
            | Error::TooLarge { .. }
    );
    if unknown { Error::PossiblyCharged { run_id: None, cause: Box::new(error) } } else { error }
}
