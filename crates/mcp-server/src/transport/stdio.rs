//! MCP over stdin and stdout: what a host launches. Nothing but protocol is written to stdout.

use rmcp::ServiceExt;
use rmcp::transport::io::stdio;

use crate::error::Failure;
use crate::server::Nightdesk;

/// Serves until the host closes stdin.
///
/// # Errors
/// When the opening handshake fails or the session task breaks.
pub async fn serve(server: Nightdesk) -> Result<(), Failure> {
    let session = match server.serve(stdio()).await {
        Ok(session) => session,
        // A host that leaves before the handshake is no failure of ours.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(Failure::io("MCP handshake on stdin failed", std::io::Error::other(error))),
    };
    session.waiting().await.map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(())
}
