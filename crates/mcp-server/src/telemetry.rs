//! Logs go to stderr: on stdio, stdout belongs to the protocol. Every line loses what looks like a secret.

use std::borrow::Cow;
use std::io::{IsTerminal as _, Stderr, Write};

use security_model::secret::{Reading, without_secrets};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt as _, FilterFn, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::error::Failure;

/// Crates whose detailed logs are known to hold no record, body or credential.
const OURS: [&str; 4] = ["mcp_server", "nightdesk", "aws_collectors", "analysis"];

/// Starts logging with a level, or a list such as `warn,aws_collectors=debug`.
///
/// Whatever the filter says, only our own crates log, and the MCP library its warnings: an AWS SDK prints responses and
/// credentials providers with `Debug`, and an HTTP client prints headers.
///
/// # Errors
/// [`Failure::Setting`] when the filter cannot be read.
pub fn start(filter: &str) -> Result<(), Failure> {
    let filter: Targets = filter.parse().map_err(|error| {
        Failure::Setting(format!("setting log: {error}; use error, warn, info, debug or trace, or crate=level, …"))
    })?;
    let logs = tracing_subscriber::fmt::layer()
        .with_writer(|| WithoutSecrets(std::io::stderr()))
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(filter.and(FilterFn::new(may_be_logged)));
    tracing_subscriber::registry().with(logs).init();
    Ok(())
}

/// Stderr, for whole lines at a time, as the formatter writes them.
struct WithoutSecrets(Stderr);

impl Write for WithoutSecrets {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        match without_secrets(&text, Reading::Name) {
            Cow::Borrowed(_) => self.0.write_all(line)?,
            Cow::Owned(safe) => self.0.write_all(safe.as_bytes())?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

fn may_be_logged(event: &Metadata<'_>) -> bool {
    let root = event.target().split("::").next().unwrap_or_default();
    OURS.contains(&root) || (root == "rmcp" && *event.level() <= Level::WARN)
}
