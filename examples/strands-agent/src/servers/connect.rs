//! Connections: from settings to a server that answers.

use std::collections::{BTreeMap, HashMap};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rmcp::RoleClient;
use rmcp::model::{CallToolRequestParams, CallToolResult, JsonObject, ProtocolVersion, Tool};
use rmcp::service::{ClientInitializeError, ClientLifecycleMode, ClientServiceExt, RunningService, ServiceError};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use tokio::process::Command;

use super::client::Client;
use super::settings::{Era, ServerSettings, Token, Transport};
use super::stderr::Tail;
use crate::limits::PersonClock;
use crate::person::Person;
use crate::text::{printable, shortened};

/// How long a server may take to end; after that it is killed.
const CLOSE_TIME: Duration = Duration::from_secs(8);
/// A server's instructions are taken up to this length.
const MOST_INSTRUCTIONS: usize = 4_000;
/// What a program needs to run at all; the official SDKs give a server the same.
#[rustfmt::skip]
const USUAL_VARIABLES: [&str; 19] = [
    "HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "USER", // Unix
    "APPDATA", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PROCESSOR_ARCHITECTURE", "PROGRAMFILES", "SYSTEMDRIVE",
    "SYSTEMROOT", "TEMP", "USERNAME", "USERPROFILE", // Windows
];

/// Why a server cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerProblem {
    /// There is no such program.
    #[error("{0}")]
    NotFound(String),
    /// The settings cannot be used.
    #[error("{0}")]
    Settings(String),
    /// It does not start, or does not answer as a server.
    #[error("{0}")]
    NoAnswer(String),
}

/// A connected server.
pub(crate) struct Server {
    pub(crate) settings: ServerSettings,
    service: RunningService<RoleClient, Client>,
}

impl Server {
    /// Starts or reaches a server.
    pub(crate) async fn connect(
        settings: &ServerSettings,
        person: &Arc<dyn Person>,
        clock: &PersonClock,
    ) -> Result<Self, ServerProblem> {
        let client = || Client {
            server: settings.name.clone(),
            person: Arc::clone(person),
            clock: clock.clone(),
            tools_changed: AtomicBool::new(false),
        };
        let service = tokio::time::timeout(settings.start_time, start(settings, client)).await;
        let late = || ServerProblem::NoAnswer(format!("no answer within {} s", settings.start_time.as_secs()));
        Ok(Self { settings: settings.clone(), service: service.map_err(|_| late())?? })
    }

    /// All its tools.
    pub(crate) async fn tools(&self) -> Result<Vec<Tool>, ServerProblem> {
        self.service.service().tools_changed.store(false, Ordering::Relaxed);
        let listed = tokio::time::timeout(self.settings.start_time, self.service.list_all_tools()).await;
        let late = || ServerProblem::NoAnswer("its tools could not be listed in time".to_owned());
        listed.map_err(|_| late())?.map_err(|error| ServerProblem::NoAnswer(in_words(&error)))
    }

    /// Whether the server has said that its tools are others now.
    pub(crate) fn tools_changed(&self) -> bool {
        self.service.service().tools_changed.load(Ordering::Relaxed)
    }

    /// Calls a tool. Questions that the server asks on the way go to the person. Dropping the future cancels the call.
    pub(crate) async fn call(&self, tool: &str, arguments: JsonObject) -> Result<CallToolResult, String> {
        let request = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        self.service.call_tool(request).await.map_err(|error| in_words(&error))
    }

    /// What the server says about how to use it.
    pub(crate) fn instructions(&self) -> Option<String> {
        let info = self.service.peer_info()?;
        Some(shortened(info.instructions.as_deref()?, MOST_INSTRUCTIONS).into_owned())
    }

    /// The protocol that was agreed on.
    pub(crate) fn protocol(&self) -> String {
        self.service.peer_info().map(|info| info.protocol_version.to_string()).unwrap_or_default()
    }

    /// Ends the connection, and the process where there is one.
    pub(crate) async fn close(mut self) {
        // A server that does not end in time is killed when the connection is dropped.
        let _ = self.service.close_with_timeout(CLOSE_TIME).await;
    }
}

async fn start(
    settings: &ServerSettings,
    client: impl Fn() -> Client,
) -> Result<RunningService<RoleClient, Client>, ServerProblem> {
    match &settings.transport {
        Transport::Command { .. } => {
            let first = start_command(settings, client(), settings.era).await;
            // A server that knows only the older protocol may end itself when it is asked for the newer one.
            match first {
                Err(ServerProblem::NoAnswer(_)) if settings.era == Era::Auto => {
                    start_command(settings, client(), Era::Legacy).await
                }
                other => other,
            }
        }
        Transport::Http { url, token, headers } => {
            let transport = http_transport(url, token.as_ref(), headers)?;
            let started = client().serve_with_lifecycle(transport, lifecycle(settings.era)).await;
            started.map_err(|error| http_problem(url, &error))
        }
    }
}

fn lifecycle(era: Era) -> ClientLifecycleMode {
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    match era {
        Era::Auto => ClientLifecycleMode::Auto { preferred_versions, legacy_version: None },
        Era::Legacy => ClientLifecycleMode::Initialize,
        Era::Modern => ClientLifecycleMode::Discover { preferred_versions },
    }
}

async fn start_command(
    settings: &ServerSettings,
    client: Client,
    era: Era,
) -> Result<RunningService<RoleClient, Client>, ServerProblem> {
    let Transport::Command { program, arguments, inherits, environment, folder } = &settings.transport else {
        return Err(ServerProblem::Settings("not a command".to_owned()));
    };
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    if !inherits {
        command.env_clear().envs(USUAL_VARIABLES.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    }
    command.envs(environment);
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    // Ctrl-C in the terminal goes to this program alone, which then stops one answer and not its servers.
    #[cfg(unix)]
    command.process_group(0);
    let (transport, stderr) = TokioChildProcess::builder(command).stderr(Stdio::piped()).spawn().map_err(|error| {
        ServerProblem::NotFound(format!("`{}` could not be started: {error}", program.to_string_lossy()))
    })?;
    let tail = Tail::of(stderr, &settings.name);
    match client.serve_with_lifecycle(transport, lifecycle(era)).await {
        Ok(service) => Ok(service),
        Err(error) => {
            let said = tail.last_lines().await;
            let said = if said.is_empty() { String::new() } else { format!("; it wrote: {said}") };
            let error = error.to_string();
            Err(ServerProblem::NoAnswer(format!("it does not answer as an MCP server: {}{said}", printable(&error))))
        }
    }
}

fn http_transport(
    url: &str,
    token: Option<&Token>,
    headers: &BTreeMap<String, String>,
) -> Result<StreamableHttpClientTransport<reqwest::Client>, ServerProblem> {
    let bad = |problem: &str| ServerProblem::Settings(format!("{}: {problem}", printable(url)));
    let parsed = reqwest::Url::parse(url).map_err(|_| bad("not a URL; write it as http://127.0.0.1:8117/mcp"))?;
    let local = is_loopback(&parsed);
    let secret = token.is_some() || !headers.is_empty();
    if secret && parsed.scheme() != "https" && !local {
        return Err(bad("a token is sent only over https, or to this machine; use https"));
    }
    // Redirects are not followed: a token goes where it was meant to go.
    let mut builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder = builder.connect_timeout(Duration::from_secs(10)).tcp_nodelay(true);
    if local {
        builder = builder.no_proxy();
    }
    let http = builder.build().map_err(|_| bad("the HTTP client could not be set up"))?;
    let mut config = StreamableHttpClientTransportConfig::with_uri(url).custom_headers(header_lines(headers)?);
    if let Some(token) = token {
        config = config.auth_header(token.expose());
    }
    Ok(StreamableHttpClientTransport::with_client(http, config))
}

fn header_lines(
    headers: &BTreeMap<String, String>,
) -> Result<HashMap<reqwest::header::HeaderName, reqwest::header::HeaderValue>, ServerProblem> {
    let line = |(name, value): (&String, &String)| {
        let mut line: (reqwest::header::HeaderName, reqwest::header::HeaderValue) =
            (name.parse().ok()?, value.parse().ok()?);
        line.1.set_sensitive(true);
        Some(line)
    };
    let bad = |name: &str| ServerProblem::Settings(format!("the header `{}` cannot be sent", printable(name)));
    headers.iter().map(|header| line(header).ok_or_else(|| bad(header.0))).collect()
}

fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn http_problem(url: &str, error: &ClientInitializeError) -> ServerProblem {
    if error.is_authorization_required() {
        let how = "the server wants a bearer token, or another one: set STRANDS_AGENT_TOKEN, or give --token-file FILE";
        return ServerProblem::NoAnswer(how.to_owned());
    }
    let error = error.to_string();
    ServerProblem::NoAnswer(format!(
        "{} does not answer as an MCP server: {}",
        printable(url),
        shortened(&printable(&error), 400)
    ))
}

fn in_words(error: &ServiceError) -> String {
    match error {
        ServiceError::McpError(error) => format!("the server refused the call: {}", error.message),
        ServiceError::TransportClosed | ServiceError::TransportSend(_) => "the server is gone".to_owned(),
        ServiceError::InputRequiredRoundsExceeded { .. } => "the server kept asking for input".to_owned(),
        other => other.to_string(),
    }
}
