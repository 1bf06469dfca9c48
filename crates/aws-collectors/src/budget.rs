//! What a call may still spend, and whether it should stop.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use security_model::GapKind;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::request::Budget;

/// Why reading stopped although there was more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Cancelled,
    Seconds,
    Calls,
    Records,
    /// As many records are held as fit into memory.
    Room,
}

impl Stop {
    pub(crate) const fn gap_kind(self) -> GapKind {
        match self {
            Self::Cancelled => GapKind::Cancelled,
            Self::Seconds => GapKind::TimeBudget,
            Self::Calls => GapKind::CallBudget,
            Self::Records | Self::Room => GapKind::RecordBudget,
        }
    }

    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Cancelled => "the call was cancelled",
            Self::Seconds => "the time budget was spent",
            Self::Calls => "the budget of calls was spent",
            Self::Records => "the budget of records was spent",
            Self::Room => "as many findings were read as are held at once",
        }
    }

    pub(crate) const fn remedy(self) -> &'static str {
        match self {
            Self::Cancelled => "Call again to read the rest.",
            Self::Seconds => "Raise the budget of seconds, or narrow the window, the filters or the regions.",
            Self::Calls => "Raise the budget of calls, or narrow the window, the filters or the regions.",
            Self::Records => "Raise the budget of records, or narrow the window, the filters or the regions.",
            Self::Room => "Ask for parts: one folder or region at a time, or narrower filters.",
        }
    }
}

/// The budget of one call, shared by all its tasks.
#[derive(Debug)]
pub(crate) struct Meter {
    deadline: Option<Instant>,
    calls_left: Option<AtomicU64>,
    records_left: Option<AtomicU64>,
    /// What the end of the records means.
    at_last_record: Stop,
    cancel: CancellationToken,
}

impl Meter {
    pub(crate) fn start(budget: Budget, cancel: CancellationToken) -> Self {
        Self {
            // A deadline too far to represent is none.
            deadline: budget.seconds.and_then(|s| Instant::now().checked_add(Duration::from_secs(s))),
            calls_left: budget.calls.map(AtomicU64::new),
            records_left: budget.records.map(AtomicU64::new),
            at_last_record: Stop::Records,
            cancel,
        }
    }

    /// Stops at `most` records for want of room, unless the budget ends before.
    pub(crate) fn with_room_for(mut self, most: u64) -> Self {
        if self.records_left.as_ref().is_none_or(|left| left.load(Ordering::Relaxed) > most) {
            self.records_left = Some(AtomicU64::new(most));
            self.at_last_record = Stop::Room;
        }
        self
    }

    /// A meter for questions beside the reading: it ends with this one, but spends none of its calls and records.
    pub(crate) fn beside(&self) -> Self {
        Self {
            deadline: self.deadline,
            calls_left: None,
            records_left: None,
            at_last_record: Stop::Records,
            cancel: self.cancel.clone(),
        }
    }

    /// Whether to go on.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        if self.records_spent() {
            return Err(self.at_last_record);
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Stop::Seconds);
        }
        Ok(())
    }

    /// Whether the budget of records is spent.
    pub(crate) fn records_spent(&self) -> bool {
        self.records_left.as_ref().is_some_and(|left| left.load(Ordering::Relaxed) == 0)
    }

    /// Whether the budget of records ends within `few`.
    pub(crate) fn records_scarce(&self, few: u64) -> bool {
        self.records_left.as_ref().is_some_and(|left| left.load(Ordering::Relaxed) <= few)
    }

    /// Takes one call from the budget.
    pub(crate) fn take_call(&self) -> Result<(), Stop> {
        self.check()?;
        match &self.calls_left {
            Some(left) => left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                .map(|_| ())
                .map_err(|_| Stop::Calls),
            None => Ok(()),
        }
    }

    /// Takes records from the budget; one that does not suffice is spent.
    pub(crate) fn take_records(&self, records: u64) {
        if let Some(left) = &self.records_left {
            // The closure always returns a value, so there is no error to look at.
            let _ = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(records)));
        }
    }

    /// Runs `future` until it ends, the deadline passes or the call is cancelled, whichever comes first.
    pub(crate) async fn guard<F: Future>(&self, future: F) -> Result<F::Output, Stop> {
        self.check()?;
        let bounded = async {
            match self.deadline {
                Some(deadline) => timeout_at(deadline, future).await.map_err(|_| Stop::Seconds),
                None => Ok(future.await),
            }
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Stop::Cancelled),
            result = bounded => result,
        }
    }

    /// Requests that the budget still covers at `spacing` and `page` records each, when `sharers` draw on it; `None`:
    /// no limit.
    pub(crate) fn requests_left(&self, spacing: Duration, page: u64, sharers: u64) -> Option<u64> {
        let seconds = self.deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(Instant::now());
            left.as_micros() / spacing.as_micros().max(1)
        });
        let share = |left: &AtomicU64| left.load(Ordering::Relaxed) / sharers.max(1);
        [
            seconds.map(|requests| u64::try_from(requests).unwrap_or(u64::MAX)),
            self.calls_left.as_ref().map(share),
            self.records_left.as_ref().map(|left| share(left).div_ceil(page.max(1))),
        ]
        .into_iter()
        .flatten()
        .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(budget: Budget) -> Meter {
        Meter::start(budget, CancellationToken::new())
    }

    #[test]
    fn each_limit_stops_for_its_own_reason() {
        let calls = meter(Budget { calls: Some(1), ..Budget::default() });
        assert_eq!(calls.take_call(), Ok(()));
        assert_eq!(calls.take_call(), Err(Stop::Calls));
        let records = meter(Budget { records: Some(60), ..Budget::default() });
        records.take_records(50);
        assert_eq!(records.check(), Ok(()));
        records.take_records(50);
        assert_eq!(records.check(), Err(Stop::Records));
        let seconds = meter(Budget { seconds: Some(0), ..Budget::default() });
        assert_eq!(seconds.check(), Err(Stop::Seconds));
        let cancelled = meter(Budget::default());
        cancelled.cancel.cancel();
        assert_eq!(cancelled.check(), Err(Stop::Cancelled));
    }

    #[test]
    fn want_of_room_stops_where_the_budget_goes_further() {
        for (budget, stop) in [(None, Stop::Room), (Some(11), Stop::Room), (Some(10), Stop::Records)] {
            let meter = meter(Budget { records: budget, ..Budget::default() }).with_room_for(10);
            meter.take_records(9);
            assert_eq!(meter.check(), Ok(()));
            meter.take_records(1);
            assert_eq!(meter.check(), Err(stop), "{budget:?}");
        }
    }

    #[test]
    fn the_scarcest_limit_decides_what_fits() {
        let spacing = Duration::from_millis(500);
        assert_eq!(meter(Budget::default()).requests_left(spacing, 50, 1), None);
        let budget = Budget { seconds: Some(3_600), calls: Some(100), records: Some(1_001) };
        assert_eq!(meter(budget).requests_left(spacing, 50, 1), Some(21));
        assert_eq!(meter(Budget { records: None, ..budget }).requests_left(spacing, 50, 4), Some(25));
    }

    #[tokio::test]
    async fn a_guarded_future_is_dropped_on_cancel_and_at_the_deadline() {
        let cancelled = meter(Budget::default());
        let cancel = cancelled.cancel.clone();
        let (result, ()) = tokio::join!(cancelled.guard(std::future::pending::<()>()), async { cancel.cancel() });
        assert_eq!(result, Err(Stop::Cancelled));
        let late = Meter { deadline: Some(Instant::now() + Duration::from_millis(5)), ..meter(Budget::default()) };
        assert_eq!(late.guard(std::future::pending::<()>()).await, Err(Stop::Seconds));
    }
}
