//! A body that arrives piece by piece, and may not arrive whole.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::listener::ConnectionHandle;

/// Long enough for what was sent to leave before the connection ends.
const FLUSH_TIME: Duration = Duration::from_millis(20);
/// Longer than any client waits.
const FOR_EVER: Duration = Duration::from_secs(24 * 3_600);

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// As it should.
    Whole,
    /// By a reset.
    Reset,
    /// Never.
    Hang,
}

/// Pieces with a pause before each.
#[derive(Clone, Debug)]
pub(super) struct Paced {
    pub(super) pieces: Vec<Vec<u8>>,
    pub(super) pause: Duration,
    pub(super) end: End,
}

impl Paced {
    pub(super) const fn at_once(pieces: Vec<Vec<u8>>) -> Self {
        Self { pieces, pause: Duration::ZERO, end: End::Whole }
    }

    /// Cuts everything into pieces of a few bytes: frames and events arrive in parts.
    pub(super) fn slowly(self) -> Self {
        let bytes = self.pieces.concat();
        let pieces = bytes.chunks(64).map(<[u8]>::to_vec).collect();
        Self { pieces, pause: Duration::from_millis(2), ..self }
    }

    pub(super) fn into_body(self, connection: ConnectionHandle) -> Body {
        let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(1);
        tokio::spawn(async move {
            for piece in self.pieces {
                tokio::time::sleep(self.pause).await;
                if sender.send(Ok(piece.into())).await.is_err() {
                    return;
                }
            }
            match self.end {
                End::Whole => {}
                End::Reset => {
                    tokio::time::sleep(FLUSH_TIME).await;
                    connection.reset();
                    // The client has gone where this fails.
                    let _ = sender.send(Err(io::ErrorKind::ConnectionReset.into())).await;
                }
                End::Hang => {
                    tokio::select! {
                        () = tokio::time::sleep(FOR_EVER) => {}
                        () = sender.closed() => {}
                    }
                }
            }
        });
        Body::from_stream(ReceiverStream::new(receiver))
    }
}
