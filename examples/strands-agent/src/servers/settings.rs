//! How to reach a server, and which of its tools to take.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// A server that the agent may use.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerSettings {
    /// Name, for people and for prefixes.
    pub name: String,
    /// How to reach it.
    pub transport: Transport,
    /// What stands before its tools' names. Left out: nothing for a single server, `name__` where there are several.
    pub prefix: Option<String>,
    /// Tools to take, by the server's own names; `*` at the end stands for anything. Empty: all.
    pub allow: Vec<String>,
    /// Tools to leave out, in the same way. It outweighs `allow`.
    pub reject: Vec<String>,
    /// Which protocol to speak.
    pub era: Era,
    /// How long it may take to start.
    pub start_time: Duration,
}

/// How to reach a server.
#[derive(Clone, Debug, PartialEq)]
pub enum Transport {
    /// A child process that speaks over its standard input and output.
    Command {
        /// The program.
        program: OsString,
        /// Its arguments.
        arguments: Vec<OsString>,
        /// Whether it gets every environment variable of this process, keys and tokens among them. Else it gets the
        /// usual ones only, such as HOME and PATH, as with other MCP hosts.
        inherits: bool,
        /// Environment variables to set.
        environment: BTreeMap<String, String>,
        /// The folder it runs in.
        folder: Option<PathBuf>,
    },
    /// Streamable HTTP.
    Http {
        /// The endpoint, e.g. `http://127.0.0.1:8117/mcp`.
        url: String,
        /// Bearer token.
        token: Option<Token>,
        /// Other header lines.
        headers: BTreeMap<String, String>,
    },
}

/// Which protocol to speak: since 2026-07-28 there is neither handshake nor session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Era {
    /// The newer one, and the older one with a server that does not know it.
    #[default]
    Auto,
    /// 2025-11-25 and before.
    Legacy,
    /// 2026-07-28.
    Modern,
}

/// A bearer token. It never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token as it was issued; blanks around it are dropped.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self(token.trim().to_owned())
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl ServerSettings {
    /// A server to be started as a child process, in the environment of this one.
    #[must_use]
    pub fn command(
        name: &str,
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        let (program, environment, folder) = (program.into(), BTreeMap::new(), None);
        Self::new(name, Transport::Command { program, arguments, inherits: true, environment, folder })
    }

    /// A server that runs already.
    #[must_use]
    pub fn http(name: &str, url: &str, token: Option<Token>) -> Self {
        Self::new(name, Transport::Http { url: url.to_owned(), token, headers: BTreeMap::new() })
    }

    pub(super) fn new(name: &str, transport: Transport) -> Self {
        let start_time = Duration::from_secs(30);
        let (prefix, allow, reject, era) = (None, Vec::new(), Vec::new(), Era::Auto);
        Self { name: name.to_owned(), transport, prefix, allow, reject, era, start_time }
    }

    /// Whether a tool of this name is to be taken.
    pub(crate) fn takes(&self, tool: &str) -> bool {
        let among = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, tool));
        (self.allow.is_empty() || among(&self.allow)) && !among(&self.reject)
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rejected_is_not_taken_even_when_it_is_allowed() {
        let mut server = ServerSettings::command("s", "s", [""; 0]);
        assert!(server.takes("anything"));
        server.allow = vec!["get_*".into(), "list".into()];
        server.reject = vec!["get_secret".into()];
        assert!(server.takes("get_evidence") && server.takes("list"));
        assert!(!server.takes("lists") && !server.takes("get_secret"));
    }

    #[test]
    fn a_token_is_not_printed() {
        let server = ServerSettings::http("s", "https://example.com/mcp", Some(Token::new("hush\n")));
        assert!(!format!("{server:?}").contains("hush"));
    }
}
