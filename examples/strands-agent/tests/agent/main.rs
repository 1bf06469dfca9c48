//! The agent against a fake Bedrock, an MCP server of our own, and the real Nightdesk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test, as tests themselves do"
)]

mod command_line;
mod eras;
mod faults;
mod harness;
mod hooks;
mod interruptions;
mod limits;
mod offline;
mod tools;
mod turns;
mod whole;
