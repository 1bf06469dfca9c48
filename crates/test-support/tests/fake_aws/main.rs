//! The fake over HTTP, as a client of any language meets it.

mod client;
mod cloudtrail;
mod control;
mod faults;
mod security_hub;
