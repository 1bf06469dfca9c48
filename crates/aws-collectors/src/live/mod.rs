//! Collecting from the live AWS APIs.

pub(crate) mod cloudtrail;
mod latency;
pub(crate) mod security_hub;
mod spent;

pub(crate) use spent::declare_calls;
