//! Nightdesk: AWS security analysis as an MCP server and a command line.
//!
//! One pipeline ([`pipeline`]) serves every way of asking: [`tools`] over MCP ([`server`], [`transport`]) and
//! [`commands`] on the command line. Everything below this crate takes its time, settings and paths as arguments; here
//! they are read once ([`clock`], [`settings`]).

pub mod answer;
pub mod app;
pub mod arguments;
pub mod bundling;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod error;
pub mod evaluation;
pub mod evidence_store;
pub mod exit;
pub mod pipeline;
pub mod progress;
pub mod prompts;
pub mod reference;
pub mod resources;
pub mod rules;
pub mod schema;
pub mod server;
pub mod settings;
pub mod telemetry;
pub mod tools;
pub mod transport;
pub mod verification;
pub mod writers;
