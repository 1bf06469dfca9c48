//! One AWS call, with its turn, its retries and its budget. Every attempt waits for the pacer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{AwsSession, Connected, OperationClass};
use crate::budget::{Meter, Stop};
use crate::error::CollectError;
use crate::failure::{Failure, FailureKind};
use crate::pacer::{Pacer, backoff};

/// Throttles in a row after which a call without a time budget gives up: minutes, not hours.
const PATIENCE: u32 = 60;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The budget or the caller ended it.
    Stop(Stop),
    /// AWS did.
    Failed(Failure),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

/// Makes calls of one class in one region, and counts them.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    session: AwsSession,
    pacer: Arc<Pacer>,
    meter: Arc<Meter>,
    calls: Arc<AtomicU64>,
    /// Pause before the first retry; later ones are longer.
    first_pause: Duration,
}

impl Caller {
    pub(crate) fn new(session: &AwsSession, class: OperationClass, region: &str, meter: &Arc<Meter>) -> Self {
        Self {
            session: session.clone(),
            pacer: session.pacer(class, region),
            meter: Arc::clone(meter),
            calls: Arc::default(),
            first_pause: session.first_retry_pause(),
        }
    }

    /// Calls made so far, failed attempts included.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Time between calls at the pace in force.
    pub(crate) fn spacing(&self) -> Duration {
        self.pacer.spacing()
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Sends until there is an answer, a failure that repeating does not help, or the end of the budget. The duration
    /// is that of the attempt that succeeded.
    pub(crate) async fn call<T, F, Answer>(&self, send: F) -> Result<(T, Duration), Halt>
    where
        F: Fn(Arc<Connected>) -> Answer,
        Answer: Future<Output = Result<T, Failure>>,
    {
        let (mut failed, mut throttled, mut refreshed) = (0, 0, false);
        let mut last: Option<Failure> = None;
        loop {
            let attempt = self.attempt(&send).await;
            let (connected, answer) = match attempt {
                Ok(attempt) => attempt,
                Err(stop) => return Err(ended(stop, last)),
            };
            let failure = match answer {
                Ok(answer) => {
                    self.pacer.succeeded();
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            match failure.kind {
                FailureKind::Throttled if throttled < PATIENCE => {
                    throttled += 1;
                    self.pacer.throttled(throttled).await;
                }
                FailureKind::Expired if !refreshed => {
                    refreshed = true;
                    if let Some(connected) = connected {
                        self.session.forget(&connected).await;
                    }
                }
                _ if failed + 1 < failure.attempts() => {
                    failed += 1;
                    let pause = backoff(self.first_pause, failed, Duration::from_secs(3));
                    if let Err(stop) = self.meter.guard(sleep(pause)).await {
                        return Err(ended(stop, Some(failure)));
                    }
                }
                _ => return Err(Halt::Failed(failure)),
            }
            last = Some(failure);
        }
    }

    async fn attempt<T, F, Answer>(
        &self,
        send: &F,
    ) -> Result<(Option<Arc<Connected>>, Result<(T, Duration), Failure>), Stop>
    where
        F: Fn(Arc<Connected>) -> Answer,
        Answer: Future<Output = Result<T, Failure>>,
    {
        let connected = match self.meter.guard(self.session.connected()).await? {
            Ok(connected) => connected,
            Err(error) => return Ok((None, Err(not_connected(&error)))),
        };
        self.meter.guard(self.pacer.turn()).await?;
        self.meter.take_call()?;
        self.calls.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let answer = self.meter.guard(Box::pin(send(Arc::clone(&connected)))).await?;
        Ok((Some(connected), answer.map(|answer| (answer, began.elapsed()))))
    }
}

/// A deadline that passes while AWS refuses to answer is AWS's doing: that is what the user can act on.
fn ended(stop: Stop, last: Option<Failure>) -> Halt {
    match (stop, last) {
        (Stop::Seconds | Stop::Calls, Some(failure)) => Halt::Failed(failure),
        _ => Halt::Stop(stop),
    }
}

fn not_connected(error: &CollectError) -> Failure {
    let kind = match error {
        CollectError::EndpointRefused { .. } => FailureKind::EndpointRefused,
        _ => FailureKind::NoCredentials,
    };
    Failure::new(kind, "no connection could be made")
}
