//! A writer as one call sees it: its drafts are steps of the call's progress, and what is not done in time is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use report::egress::Shown;
use report::writer::{
    BoxFuture, Brief, Judged, Revision, Wish, Writer, WriterError, WriterErrorKind, WriterKind, Written,
};

use super::{LATE, error, name};
use crate::pipeline::Call;
use crate::progress::Steps;

/// How often whoever waits is told that a draft is still being written: many hosts give up on a call that is silent for
/// a minute.
const STILL_THERE: Duration = Duration::from_secs(5);

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

    async fn in_time<T>(
        &self,
        step: &str,
        deadline: Instant,
        mut work: BoxFuture<'_, Result<T, WriterError>>,
    ) -> Result<T, WriterError> {
        self.progress.step(step);
        let started = Instant::now();
        let late = tokio::time::sleep_until(deadline.into());
        tokio::pin!(late);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = &mut late => return Err(error(WriterErrorKind::TimedOut, LATE)),
                () = tokio::time::sleep(STILL_THERE) => {
                    self.progress.step(&format!("{step}, {} seconds so far", started.elapsed().as_secs()));
                }
            }
        }
    }
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
            let step = format!("writing with {}, round {round}", self.name());
            self.in_time(&step, brief.deadline, self.writer.write(brief, revision)).await
        })
    }

    fn judge<'a>(
        &'a self,
        wishes: &'a [Wish],
        draft: &'a Shown,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Judged, WriterError>> {
        Box::pin(async move {
            let step = format!("judging with {}", self.name());
            self.in_time(&step, deadline, self.writer.judge(wishes, draft, deadline)).await
        })
    }
}
