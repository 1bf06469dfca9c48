//! When to ask again, and when to stop.

use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

/// The longest wait that a service is granted, whatever the caller's patience.
const LONGEST_ASKED: Duration = Duration::from_secs(3_600);
/// The same between polls, unless polls are further apart anyway: one of them must not lose a run that is paid for.
const LONGEST_ASKED_OF_A_POLL: Duration = Duration::from_secs(5);

/// When to give a run up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now; without end when that is beyond what the clock can count.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        // A century stands for no end; both ends are far within what an `Instant` holds.
        let duration = duration.min(Duration::from_secs(100 * 365 * 86_400));
        Self(Instant::now() + duration)
    }

    /// At an instant.
    #[must_use]
    pub const fn at(instant: Instant) -> Self {
        Self(instant)
    }

    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// How often a run is asked after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Polling {
    /// The wait after the first poll, which itself comes at once.
    pub first: Duration,
    /// By what each wait is longer than the one before; 1.0 and less keeps it.
    pub growth: f64,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for Polling {
    fn default() -> Self {
        Self { first: Duration::from_millis(250), growth: 1.5, longest: Duration::from_secs(2) }
    }
}

impl Polling {
    pub(crate) fn next(&self, wait: Duration) -> Duration {
        let growth = if self.growth.is_finite() { self.growth.clamp(1.0, 10.0) } else { 1.0 };
        times(wait, growth).min(self.longest)
    }

    /// The wait before the next poll: `wait`, or what the service asks for within reason.
    pub(crate) fn wait(&self, wait: Duration, asked: Option<Duration>) -> Duration {
        asked.unwrap_or_default().min(self.longest.max(LONGEST_ASKED_OF_A_POLL)).max(wait)
    }
}

/// How a refused request is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Requests in all; 1 repeats nothing.
    pub attempts: u32,
    /// The wait before the second, doubled before each further one, when the service asks for none.
    pub first_wait: Duration,
    /// The longest wait. A service that asks for more, or for over an hour, is not asked again.
    pub longest_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 4, first_wait: Duration::from_secs(1), longest_wait: Duration::from_secs(20) }
    }
}

impl Retry {
    /// The wait after attempt `attempt` (from 1); `None` when there is to be no other.
    pub(crate) fn wait(&self, attempt: u32, asked: Option<Duration>, left: Duration) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let wait = match asked {
            Some(asked) if asked > self.longest_wait.min(LONGEST_ASKED) => return None,
            Some(asked) => asked,
            None => self.first_wait.saturating_mul(1_u32 << (attempt - 1).min(16)).min(self.longest_wait),
        };
        // On top, never under: callers that were refused together do not come back together, and none too early.
        let wait = wait.saturating_add(times(wait, jitter()));
        (wait < left).then_some(wait)
    }
}

/// As much as a `Duration` holds, where the product is more.
fn times(wait: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(wait.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

/// Something between 0 and a quarter.
fn jitter() -> f64 {
    // A hasher's random seed is all the randomness that this needs.
    let random = u32::try_from(RandomState::new().hash_one(0_u8) >> 32).unwrap_or_default();
    f64::from(random) / f64::from(u32::MAX) / 4.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn waits_double_up_to_the_longest_and_never_shrink() {
        let retry = Retry { attempts: 6, first_wait: Duration::from_secs(1), longest_wait: Duration::from_secs(5) };
        for (attempt, seconds) in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 5.0), (5, 5.0)] {
            let wait = retry.wait(attempt, None, HOUR).unwrap().as_secs_f64();
            assert!((seconds..=seconds * 1.25).contains(&wait), "{attempt}: {wait}");
        }
        assert_eq!(retry.wait(6, None, HOUR), None);
    }

    #[test]
    fn what_the_service_asks_for_is_kept_or_nothing_is_tried() {
        let retry = Retry::default();
        let wait = retry.wait(1, Some(Duration::from_secs(7)), HOUR).unwrap().as_secs_f64();
        assert!((7.0..=8.75).contains(&wait), "{wait}");
        assert_eq!(retry.wait(1, Some(Duration::from_secs(21)), HOUR), None);
        assert_eq!(retry.wait(1, Some(Duration::from_secs(7)), Duration::from_secs(7)), None, "past the deadline");
    }

    #[test]
    fn a_poll_that_is_asked_to_wait_for_a_day_does_not_lose_the_run() {
        let (polling, wait) = (Polling::default(), Duration::from_millis(250));
        assert_eq!(polling.wait(wait, Some(Duration::from_secs(99_999))), Duration::from_secs(5));
        assert_eq!(polling.wait(wait, Some(Duration::from_secs(3))), Duration::from_secs(3));
        assert_eq!((polling.wait(wait, None), polling.wait(wait, Some(Duration::ZERO))), (wait, wait));
        let rare = Polling { longest: Duration::from_secs(60), ..polling };
        assert_eq!(rare.wait(wait, Some(Duration::from_secs(30))), Duration::from_secs(30));
    }

    #[test]
    fn polls_grow_gently_to_two_seconds() {
        let polling = Polling::default();
        let waits: Vec<u128> = std::iter::successors(Some(polling.first), |wait| Some(polling.next(*wait)))
            .take(7)
            .map(|w| w.as_millis())
            .collect();
        // 250 × 1.5 each time, up to 2,000.
        assert_eq!(waits, [250, 375, 562, 843, 1_265, 1_898, 2_000]);
    }

    #[test]
    fn no_wait_is_too_long_to_be_reckoned() {
        let endless = Retry { attempts: 40, first_wait: Duration::MAX, longest_wait: Duration::MAX };
        assert_eq!(endless.wait(1, Some(Duration::from_secs(u64::MAX)), Duration::MAX), None, "over an hour");
        assert_eq!(endless.wait(1, Some(HOUR + Duration::from_secs(1)), Duration::MAX), None);
        assert!(endless.wait(1, Some(HOUR), Duration::MAX).is_some_and(|wait| wait >= HOUR));
        assert_eq!(endless.wait(39, None, Duration::MAX), None, "what ends never is not begun");
        let polling = Polling { first: Duration::MAX, growth: 10.0, longest: Duration::from_secs(2) };
        assert_eq!(polling.next(polling.first), Duration::from_secs(2));
        let polling = Polling { longest: Duration::MAX, ..polling };
        assert_eq!(polling.next(polling.first), Duration::MAX);
    }

    #[test]
    fn an_endless_deadline_is_possible() {
        assert!(Deadline::after(Duration::MAX).left() > HOUR);
        assert_eq!(Deadline::after(Duration::ZERO).left(), Duration::ZERO);
    }
}
