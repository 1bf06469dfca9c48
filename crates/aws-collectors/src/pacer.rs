//! One pace per operation class and region, shared by everything that calls it.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// A request quota as the client keeps it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Time between requests in the long run.
    pub spacing: Duration,
    /// Requests that may go at once after a quiet time.
    pub burst: u32,
}

impl Pace {
    /// LookupEvents: 2 requests/s per account and region, no burst. A little slower than the quota, so that a
    /// request which travels faster than the one before it does not arrive too early.
    ///
    /// Source: CloudTrail API reference, `LookupEvents`, read 2026-11-21.
    pub const LOOKUP_EVENTS: Self = Self { spacing: Duration::from_millis(510), burst: 1 };
    /// GetFindings: 3 requests/s per account and region, burst 6 (Security Hub API reference, read 2026-11-21).
    pub const GET_FINDINGS: Self = Self { spacing: Duration::from_millis(338), burst: 5 };
    /// Everything else we call: 10 requests/s.
    pub const OTHER: Self = Self { spacing: Duration::from_millis(102), burst: 5 };
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled_at: Instant,
    not_before: Instant,
}

/// Lets requests through at a pace, in the order they asked.
#[derive(Debug)]
pub(crate) struct Pacer {
    pace: Pace,
    /// Spacing in force, in microseconds: longer than asked after a throttle.
    spacing_us: AtomicU64,
    bucket: Mutex<Bucket>,
}

impl Pacer {
    /// A pacer with a full bucket.
    pub(crate) fn new(pace: Pace) -> Self {
        let now = Instant::now();
        Self {
            pace,
            spacing_us: AtomicU64::new(micros(pace.spacing)),
            bucket: Mutex::new(Bucket { tokens: f64::from(pace.burst), filled_at: now, not_before: now }),
        }
    }

    /// The spacing in force.
    pub(crate) fn spacing(&self) -> Duration {
        Duration::from_micros(self.spacing_us.load(Ordering::Relaxed))
    }

    /// Waits for this request's turn. Dropping the future gives the turn back.
    pub(crate) async fn turn(&self) {
        // The lock is held while waiting: it queues callers fairly, and a turn counts from when the previous request
        // really went, so that a late timer never brings two requests close together.
        let mut bucket = self.bucket.lock().await;
        loop {
            let now = Instant::now();
            let ready = bucket.ready_at(now, self.pace.burst, self.spacing());
            if ready <= now {
                bucket.tokens -= 1.0;
                return;
            }
            sleep_until(ready).await;
        }
    }

    /// The service said "too fast": wait before the next request, and go a little slower from now on.
    pub(crate) async fn throttled(&self, consecutive: u32) {
        // A single throttle may be a request that overtook its forerunner; several in a row are somebody else's calls.
        let step = 0.005 * f64::from(1u32 << consecutive.saturating_sub(1).min(6));
        let slower = self.spacing().mul_f64(1.0 + step).min(self.pace.spacing * 4);
        self.spacing_us.store(micros(slower), Ordering::Relaxed);
        let pause = backoff(self.pace.spacing / 2, consecutive, Duration::from_secs(5));
        let mut bucket = self.bucket.lock().await;
        bucket.tokens = bucket.tokens.min(0.0);
        bucket.not_before = bucket.not_before.max(Instant::now() + pause);
    }

    /// A request went through: come back to the full pace, slowly.
    pub(crate) fn succeeded(&self) {
        let floor = micros(self.pace.spacing);
        let spacing = self.spacing_us.load(Ordering::Relaxed);
        if spacing > floor {
            self.spacing_us.store((spacing - (spacing - floor).div_ceil(64)).max(floor), Ordering::Relaxed);
        }
    }
}

impl Bucket {
    fn ready_at(&mut self, now: Instant, burst: u32, spacing: Duration) -> Instant {
        let refill = now.duration_since(self.filled_at).as_secs_f64() / spacing.as_secs_f64().max(1e-6);
        self.tokens = (self.tokens + refill).min(f64::from(burst));
        self.filled_at = now;
        // A rounding error must not cost a whole turn of the timer.
        let missing = if self.tokens > 0.999_9 { 0.0 } else { 1.0 - self.tokens };
        self.not_before.max(now + spacing.mul_f64(missing))
    }
}

/// Exponential back-off with jitter: between half and all of `base * 2^(attempt - 1)`, at most `cap`.
pub(crate) fn backoff(base: Duration, attempt: u32, cap: Duration) -> Duration {
    let full = base.saturating_mul(1u32.checked_shl(attempt.saturating_sub(1).min(16)).unwrap_or(u32::MAX)).min(cap);
    let random = std::hash::RandomState::new().hash_one(attempt);
    // 0.5 ..= 1.0 in steps of 1/1024.
    let fraction = 0.5 + f64::from(u32::try_from(random % 513).unwrap_or(0)) / 1024.0;
    full.mul_f64(fraction)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_is_spaced() {
        let spacing = Duration::from_millis(100);
        let start = Instant::now();
        let mut bucket = Bucket { tokens: 2.0, filled_at: start, not_before: start };
        let mut sent = Vec::new();
        let mut now = start;
        for _ in 0..5 {
            now = bucket.ready_at(now, 2, spacing).max(now);
            bucket.ready_at(now, 2, spacing);
            bucket.tokens -= 1.0;
            sent.push(now.duration_since(start).as_millis());
        }
        assert_eq!(sent, [0, 0, 100, 200, 300]);
    }

    #[test]
    fn a_quiet_time_never_saves_more_than_the_burst() {
        let start = Instant::now();
        let mut bucket = Bucket { tokens: 0.0, filled_at: start, not_before: start };
        bucket.ready_at(start + Duration::from_secs(60), 1, Duration::from_millis(500));
        assert!((bucket.tokens - 1.0).abs() < 1e-9);
    }

    #[tokio::test]
    async fn a_throttle_slows_down_and_success_brings_the_pace_back() {
        let pacer = Pacer::new(Pace { spacing: Duration::from_millis(2), burst: 1 });
        pacer.turn().await;
        pacer.throttled(1).await;
        assert!(pacer.spacing() > Duration::from_millis(2));
        let before = Instant::now();
        pacer.turn().await;
        assert!(before.elapsed() >= Duration::from_millis(1), "waited {:?}", before.elapsed());
        for _ in 0..1_000 {
            pacer.succeeded();
        }
        assert_eq!(pacer.spacing(), Duration::from_millis(2));
    }

    #[test]
    fn backoff_grows_and_is_capped() {
        let base = Duration::from_millis(100);
        let cap = Duration::from_secs(5);
        for (attempt, low, high) in [(1, 50, 100), (2, 100, 200), (4, 400, 800), (40, 2_500, 5_000)] {
            let wait = backoff(base, attempt, cap).as_millis();
            assert!((low..=high).contains(&wait), "attempt {attempt}: {wait}");
        }
    }
}
