//! Collecting from the live AWS APIs.

pub(crate) mod cloudtrail;
mod identity;
mod latency;
pub(crate) mod security_hub;
mod spent;
mod standing;

pub(crate) use spent::declare_calls;
