//! Progress: to an MCP host as notifications, to a person as a bar on stderr.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_collectors::{Progress, Silent};
use indicatif::{ProgressBar, ProgressStyle};
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::{Peer, RoleServer};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Counts the steps of one call, so that what comes after the reading goes on from where it ended.
pub struct Steps {
    watcher: Arc<dyn Progress>,
    done: AtomicU64,
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Steps").field("done", &self.done).finish_non_exhaustive()
    }
}

impl Steps {
    /// Steps that `watcher` is told of.
    #[must_use]
    pub fn new(watcher: Arc<dyn Progress>) -> Arc<Self> {
        Arc::new(Self { watcher, done: AtomicU64::new(0) })
    }

    /// One step of unknown size, e.g. a draft.
    pub fn step(&self, message: &str) {
        let done = self.done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        self.watcher.update(done, None, message);
    }
}

impl Progress for Steps {
    fn update(&self, done: u64, total: Option<u64>, message: &str) {
        self.done.fetch_max(done, Ordering::Relaxed);
        self.watcher.update(done, total, message);
    }
}

/// Sends progress notifications to the host that asked for them.
#[derive(Debug)]
pub struct ToHost {
    updates: mpsc::Sender<(f64, Option<f64>, String)>,
    last: AtomicU64,
}

/// Updates waiting to be sent; more are dropped, because a slow host must not slow the reading.
const WAITING_UPDATES: usize = 64;

impl ToHost {
    /// Starts sending to `peer` under `token`. Sending ends when the returned value is dropped and everything is out, which
    /// the task tells.
    #[must_use]
    pub fn start(peer: Peer<RoleServer>, token: ProgressToken) -> (Arc<Self>, JoinHandle<()>) {
        let (updates, mut waiting) = mpsc::channel::<(f64, Option<f64>, String)>(WAITING_UPDATES);
        let sending = tokio::spawn(async move {
            while let Some((done, total, message)) = waiting.recv().await {
                let mut update = ProgressNotificationParam::new(token.clone(), done).with_message(message);
                if let Some(total) = total {
                    update = update.with_total(total);
                }
                if peer.notify_progress(update).await.is_err() {
                    break;
                }
            }
        });
        (Arc::new(Self { updates, last: AtomicU64::new(0) }), sending)
    }
}

impl Progress for ToHost {
    #[expect(clippy::cast_precision_loss, reason = "the protocol counts in floating point")]
    fn update(&self, done: u64, total: Option<u64>, message: &str) {
        // The protocol asks that progress only ever grows; readers of several regions finish in any order.
        let previous = self.last.fetch_max(done, Ordering::Relaxed);
        if done <= previous && previous != 0 {
            return;
        }
        // A full queue or a host that left: the next update says it better.
        drop(self.updates.try_send((done as f64, total.map(|total| total as f64), message.to_owned())));
    }
}

/// A bar on stderr, when stderr is a terminal.
#[must_use]
pub fn on_terminal() -> Arc<dyn Progress> {
    if !std::io::stderr().is_terminal() {
        return Arc::new(Silent);
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} {wide_msg} [{elapsed}]") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    Arc::new(Bar(bar))
}

struct Bar(ProgressBar);

impl Progress for Bar {
    fn update(&self, done: u64, total: Option<u64>, message: &str) {
        if let Some(total) = total {
            self.0.set_length(total);
        }
        self.0.set_position(done);
        self.0.set_message(message.to_owned());
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
