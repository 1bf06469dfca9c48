//! MCP servers: how to reach them, and what they are asked.

mod client;
mod connect;
mod file;
mod find;
mod result;
mod settings;
mod stderr;

pub use connect::ServerProblem;
pub use file::read_servers;
pub use find::find_nightdesk;
pub use settings::{Era, ServerSettings, Token, Transport};

pub(crate) use connect::Server;
pub(crate) use result::{ToolAnswer, read_result};
