//! A fake AI21 Maestro on loopback: makes runs, tells how far they are, and lies or breaks on demand.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use test_support::maestro::{FakeMaestro, Mode};
//!
//! let maestro = FakeMaestro::builder().key("k-test").mode(Mode::Honest).polls(2).start().await?;
//! // Point any client at it: AI21_API_HOST = maestro.base_url(), AI21_API_KEY = k-test.
//! assert!(maestro.requests().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # How true it is
//!
//! No live Maestro was ever asked. Paths, fields, types and statuses are those of AI21's OpenAPI file; the limits (10
//! requirements of 128 words) and the meaning of budgets are those of its documentation; bodies and headers are those
//! that the official Python SDK was seen to send and accept, which `tests/contract/validate_maestro.py` runs again. What
//! the service's validation says word for word is a guess in FastAPI's form. The texts of other errors are made up.

mod answer;
mod checks;
mod control;
mod log;
mod mode;
mod server;

pub use log::{LoggedRequest, PlantedRun};
pub use mode::{FaultKind, Mode, Stage};
pub use server::{FakeMaestro, FakeMaestroBuilder};
