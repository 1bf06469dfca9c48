//! A writer as one call sees it: its drafts are steps of the call's progress, and what is not done in time is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use report::egress::Shown;
use report::writer::{
    BoxFuture, Brief, Judged, Revision, Wish, Writer, WriterError, WriterErrorKind, WriterKind, Written,
};

use super::{LATE, error, name};
use crate::pipeline::Call;
use crate::progress::Steps;

/// Watches a writer, and drops what outlives its deadline.
pub struct Watched<'a> {
    writer: &'a dyn Writer,
    progress: Arc<Steps>,
    rounds: AtomicU64,
}

impl<'a> Watched<'a> {
    /// `writer` within `call`.
    #[must_use]
    pub fn new(writer: &'a dyn Writer, call: &Call) -> Self {
        Self { writer, progress: Arc::clone(&call.progress), rounds: AtomicU64::new(0) }
    }

    fn name(&self) -> &'static str {
        name(self.writer.kind())
    }
}

fn late() -> WriterError {
    error(WriterErrorKind::TimedOut, LATE)
}

impl Writer for Watched<'_> {
    fn kind(&self) -> WriterKind {
        self.writer.kind()
    }

    fn model(&self) -> Option<&str> {
        self.writer.model()
    }

    fn destination(&self) -> String {
        self.writer.destination()
    }

    fn write<'a>(
        &'a self,
        brief: &'a Brief,
        revision: Option<&'a Revision>,
    ) -> BoxFuture<'a, Result<Written, WriterError>> {
        Box::pin(async move {
            let round = self.rounds.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            self.progress.step(&format!("writing with {}, round {round}", self.name()));
            tokio::time::timeout_at(brief.deadline.into(), self.writer.write(brief, revision))
                .await
                .unwrap_or_else(|_| Err(late()))
        })
    }

    fn judge<'a>(
        &'a self,
        wishes: &'a [Wish],
        draft: &'a Shown,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Judged, WriterError>> {
        Box::pin(async move {
            self.progress.step(&format!("judging with {}", self.name()));
            tokio::time::timeout_at(deadline.into(), self.writer.judge(wishes, draft, deadline))
                .await
                .unwrap_or_else(|_| Err(late()))
        })
    }
}
