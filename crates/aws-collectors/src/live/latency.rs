//! How many requests to keep in flight so that the quota, not the network, sets the pace.

use std::time::Duration;

/// Most requests in flight in one region.
const MAX_IN_FLIGHT: usize = 4;

/// How long answers take, smoothed.
#[derive(Debug, Default)]
pub(crate) struct Latency(Option<Duration>);

impl Latency {
    pub(crate) fn saw(&mut self, took: Duration) {
        self.0 = Some(self.0.map_or(took, |average| (average * 3 + took) / 4));
    }

    /// Enough requests in flight that one is always waiting for its turn, with a margin for answers that take longer.
    pub(crate) fn requests_in_flight(&self, spacing: Duration) -> usize {
        let Some(latency) = self.0 else { return 1 };
        let needed = latency.as_secs_f64() * 1.25 / spacing.as_secs_f64().max(1e-6);
        // The cast saturates, and the value is bounded right after.
        (needed.ceil() as usize).clamp(1, MAX_IN_FLIGHT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_answers_need_more_requests_in_flight() {
        let spacing = Duration::from_millis(506);
        for (latency, expected) in [(20, 1), (400, 1), (500, 2), (700, 2), (1_500, 4), (60_000, 4)] {
            let mut seen = Latency::default();
            assert_eq!(seen.requests_in_flight(spacing), 1, "nothing is known before the first answer");
            seen.saw(Duration::from_millis(latency));
            assert_eq!(seen.requests_in_flight(spacing), expected, "{latency} ms");
        }
    }
}
