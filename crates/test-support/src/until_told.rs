//! Running until told to stop: what every fake's binary does.

use std::io::{self, Read as _};

/// Waits for SIGTERM, for an interrupt or, when asked to, for the end of standard input.
///
/// # Errors
/// When signals cannot be listened for.
pub async fn told_to_stop(exit_on_stdin_eof: bool) -> io::Result<()> {
    tokio::select! {
        stopped = terminated() => stopped,
        interrupted = tokio::signal::ctrl_c() => interrupted,
        () = stdin_end(), if exit_on_stdin_eof => Ok(()),
    }
}

#[cfg(unix)]
async fn terminated() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::terminate())?.recv().await;
    Ok(())
}

#[cfg(not(unix))]
async fn terminated() -> io::Result<()> {
    std::future::pending().await
}

async fn stdin_end() {
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    // A thread of its own: a blocking read in the runtime would keep it from ending.
    std::thread::spawn(move || {
        let mut buffer = [0_u8; 256];
        let mut stdin = io::stdin().lock();
        while matches!(stdin.read(&mut buffer), Ok(read) if read > 0) {}
        drop(ended);
    });
    // Nothing is ever sent: the end of the channel is the end of the input.
    let _ = end.await;
}
