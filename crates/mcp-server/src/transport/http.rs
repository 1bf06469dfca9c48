//! MCP over streamable HTTP at `/mcp`, on loopback only.
//!
//! Host and Origin are checked against loopback names, so that a web page cannot reach the server through the user's
//! browser (DNS rebinding; MCP specification, transports, read 2026-11-21).

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::error::Failure;
use crate::server::Nightdesk;

/// Largest request body, in bytes.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Browser origins that may call: pages served from this machine.
const ALLOWED_ORIGINS: [&str; 4] =
    ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*", "https://localhost:*"];

/// Serves until `stop` fires; sessions in flight are ended with it.
///
/// The address in use is printed to stderr, so that port 0 can be asked for.
///
/// # Errors
/// [`Failure::BadArgument`] for an address that is not loopback, [`Failure::Io`] when it cannot be bound.
pub async fn serve(server: Nightdesk, address: SocketAddr, stop: CancellationToken) -> Result<(), Failure> {
    if !address.ip().is_loopback() {
        return Err(Failure::bad_argument(
            "--http",
            format!(
                "{address} is not a loopback address. Without authentication, anyone who can reach the port could read \
                 your findings, so only 127.0.0.1 and [::1] are served; reach it from elsewhere through an SSH tunnel"
            ),
        ));
    }
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| Failure::io(format!("cannot listen on {address}"), source))?;
    let bound = listener.local_addr().map_err(|source| Failure::io("cannot read the bound address", source))?;
    // A closed stderr is no reason to stop serving.
    drop(writeln!(std::io::stderr(), "nightdesk: MCP at http://{bound}/mcp (loopback only; Ctrl-C stops)"));

    let config = StreamableHttpServerConfig::default()
        .with_allowed_origins(ALLOWED_ORIGINS)
        .with_max_request_body_bytes(MAX_BODY_BYTES)
        // No session outlives its request, so nobody can fill memory by opening them; nothing of ours needs one.
        .with_legacy_session_mode(false)
        .with_cancellation_token(stop.child_token());
    let service =
        StreamableHttpService::new(move || Ok(server.clone()), Arc::new(LocalSessionManager::default()), config);
    let router = Router::new().route("/healthz", get(|| async { "ok\n" })).nest_service("/mcp", service);
    // Answers leave as several small writes; without this, delayed acknowledgements add 40 ms to each call.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router)
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await
        .map_err(|source| Failure::io("the HTTP server stopped", source))
}
