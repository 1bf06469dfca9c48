//! The real binary, met as its users meet it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails where it stands"
)]

mod answers;
mod beside;
mod command_line;
mod detections;
mod hostile;
mod house;
mod http;
mod live;
#[path = "../../crates/analysis/tests/places/mmdb.rs"]
mod mmdb;
mod protocol;
mod reports;
mod writers;
