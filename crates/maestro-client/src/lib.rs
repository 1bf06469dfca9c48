//! A client of AI21 Maestro's HTTP API: runs that are held to stated requirements.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use maestro_client::{ApiKey, Budget, Client, Deadline, RunRequest};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder().api_key(ApiKey::new("your key")?).build()?;
//! let request = RunRequest::new("Summarise: 3 of 5 backups failed last night.")
//!     .requirement("short", "The summary is under 40 words", true)
//!     .requirement("plain", "No jargon", false)
//!     .budget(Budget::Low);
//!
//! match client.run_to_end(&request, Deadline::after(Duration::from_secs(120))).await {
//!     Ok(run) => println!("{}", run.text),
//!     Err(error) if error.service_may_be_discontinued() => println!("write it without Maestro: {error}"),
//!     Err(error) if error.may_have_been_charged() => println!("do not ask again blindly: {error}"),
//!     Err(error) => println!("{error}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The service
//!
//! `POST {base}/maestro/runs` makes a run, `GET {base}/maestro/runs/{id}` tells how far it is; there is no way to list,
//! cancel or delete runs. The base is [`DEFAULT_BASE_URL`] or, with [`ClientBuilder::from_env`], `AI21_API_HOST`.
//! AI21 announced the end of its hosted API for 2026-08-09: [`Error::service_may_be_discontinued`] is true for the
//! answers that look like it. What is written here comes from AI21's OpenAPI file, documentation and Python SDK; it was
//! tested against a fake that the SDK accepts, not against the live service.
//!
//! # Money
//!
//! The service has no idempotency key, so a repeated POST can pay twice. One is repeated only on HTTP 429 and 503.
//! When its fate is unknown, the error is [`Error::PossiblyCharged`]. Asking after a run costs nothing and is repeated
//! freely, until the deadline.
//!
//! # The key
//!
//! [`ApiKey`] cannot be printed, is marked sensitive for the HTTP stack, and is taken out of whatever the service
//! writes back. It is sent over https only, but for this machine itself, and redirects are not followed.
//!
//! # Proxies
//!
//! `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` of the environment are heeded for https, where a proxy sees the host's name
//! and no more. The proxy settings of macOS and Windows are not. A base URL on this machine is never reached by proxy.

mod base_url;
mod client;
mod error;
mod exchange;
mod key;
mod pace;
mod request;
mod run;

pub use base_url::{DEFAULT_BASE_URL, InvalidBaseUrl};
pub use client::{BuildError, Client, ClientBuilder};
pub use error::{Error, FieldProblem, ServiceText, Unreachable};
pub use key::{ApiKey, InvalidKey};
pub use pace::{Deadline, Polling, Retry};
pub use request::{
    Budget, DEFAULT_MODEL, Include, Input, InvalidRequest, MAX_DESCRIPTION_WORDS, MAX_REQUIREMENTS, Message,
    Requirement, ResponseLanguage, Role, RunRequest,
};
pub use run::{CompletedRun, RequirementResult, RequirementsResult, Run, RunError, Status};
