//! Fakes on loopback and fixtures for the test suites.
//!
//! [`maestro`] is a fake AI21 Maestro, [`author`] writes what models would, true or false.
//!
//! [`FakeAws`] answers CloudTrail `LookupEvents`, the Security Hub reads, `account:ListRegions` and
//! `sts:GetCallerIdentity` on one port for every region, with AWS's own quotas, paging and errors, and with a
//! switchboard of [faults](Fault). Its replies are checked against botocore's service model by `tests/contract`.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use test_support::{EventSequence, FakeAws, FaultRule, Limits};
//!
//! let aws = FakeAws::builder()
//!     .events(EventSequence::new(120).region("eu-west-1").build())
//!     .limits(Limits::unlimited())
//!     .fault("operation=LookupEvents,from=2,to=2,kind=throttle".parse::<FaultRule>().map_err(std::io::Error::other)?)
//!     .start()
//!     .await?;
//! // Point any client at it: AWS_ENDPOINT_URL = aws.endpoint(), any access key.
//! assert_eq!(aws.calls().total("LookupEvents"), 0);
//! # Ok(())
//! # }
//! ```

mod accounts;
pub mod author;
mod builder;
mod chaos;
pub mod chat;
mod control;
mod event_store;
mod fault;
mod fixtures;
mod json;
mod listener;
mod load;
mod lookup_events;
pub mod maestro;
mod operation;
mod quota;
mod reply;
mod request;
mod security_hub;
mod server;
mod stats;
mod token;
mod until_told;
mod world;

pub use accounts::{Account, RegionOptStatus};
pub use builder::FakeAwsBuilder;
pub use fault::{Fault, FaultRule};
pub use fixtures::{EventSequence, FindingSequence};
pub use load::{Loaded, load_folder};
pub use operation::{Operation, Service};
pub use quota::{Limits, Rate};
pub use security_hub::{LinkedRegions, StatisticsV2};
pub use server::FakeAws;
pub use stats::{CallCount, CallRecord, Calls};
pub use until_told::told_to_stop;
