//! What every collection is given from outside: the time, a way to stop it, and someone to tell how it goes.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

/// Hears how far a collection has come: after every page and every file.
pub trait Progress: Send + Sync {
    /// `done` of `total` (if known) records or files; `message` is for a person.
    fn update(&self, done: u64, total: Option<u64>, message: &str);
}

/// Progress that nobody listens to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn update(&self, _done: u64, _total: Option<u64>, _message: &str) {}
}

/// The surroundings of one call.
#[derive(Clone)]
pub struct Context {
    /// The time of the call. Live windows end here at the latest, and "90 days" counts from here.
    pub now: Timestamp,
    /// Stops the collection: what was read so far is returned, and the rest is declared.
    pub cancel: CancellationToken,
    /// Hears about progress.
    pub progress: Arc<dyn Progress>,
}

impl Context {
    /// A context that nobody watches or cancels.
    #[must_use]
    pub fn unattended(now: Timestamp) -> Self {
        Self { now, cancel: CancellationToken::new(), progress: Arc::new(Silent) }
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("now", &self.now).finish_non_exhaustive()
    }
}
