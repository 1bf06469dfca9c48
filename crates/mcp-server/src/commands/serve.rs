//! The MCP server, over stdio or HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use super::stop_on_interrupt;
use crate::app::App;
use crate::error::Failure;
use crate::exit::Exit;
use crate::server::Nightdesk;
use crate::transport;

pub(super) async fn stdio(app: Arc<App>) -> Result<Exit, Failure> {
    let stop = stop_on_interrupt();
    tokio::select! {
        ended = transport::stdio::serve(Nightdesk::new(app)) => ended.map(|()| Exit::Done),
        () = stop.cancelled() => Ok(Exit::Interrupted),
    }
}

pub(super) async fn http(app: Arc<App>, address: SocketAddr) -> Result<Exit, Failure> {
    transport::http::serve(Nightdesk::new(app), address, stop_on_interrupt()).await?;
    Ok(Exit::Done)
}
