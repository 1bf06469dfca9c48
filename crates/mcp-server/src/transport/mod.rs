//! How hosts reach the server.

pub mod http;
pub mod stdio;
