//! When an invocation stops although the model would go on. Time that a person takes to answer does not count.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::usage::{Price, Usage};

/// How much one question may take.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Calls of the model.
    pub turns: u32,
    /// Tokens read and written, in all.
    pub tokens: Option<u64>,
    /// Seconds, those of tools included.
    pub time: Duration,
    /// US dollars; needs a price.
    pub cost: Option<f64>,
    /// Seconds of one tool call.
    pub tool_time: Duration,
    /// Tokens of one answer of the model.
    pub answer_tokens: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            turns: 12,
            tokens: None,
            time: Duration::from_secs(600),
            cost: None,
            tool_time: Duration::from_secs(120),
            answer_tokens: 4_096,
        }
    }
}

/// The limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Calls of the model.
    Turns,
    /// Tokens.
    Tokens,
    /// Time.
    Time,
    /// Cost.
    Cost,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Turns => "the limit of model calls for one question",
            Self::Tokens => "the token limit for one question",
            Self::Time => "the time limit for one question",
            Self::Cost => "the cost limit for one question",
        })
    }
}

impl Limits {
    /// The limit that forbids another call of the model, if one does.
    pub(crate) fn reached(&self, turns: u32, usage: &Usage, price: Option<&Price>, timer: &Timer) -> Option<Limit> {
        let cost = price.map(|price| price.of(usage));
        if turns >= self.turns {
            Some(Limit::Turns)
        } else if self.tokens.is_some_and(|most| usage.total_tokens() >= most) {
            Some(Limit::Tokens)
        } else if self.cost.zip(cost).is_some_and(|(most, cost)| cost >= most) {
            Some(Limit::Cost)
        } else if timer.left().is_zero() {
            Some(Limit::Time)
        } else {
            None
        }
    }
}

/// Adds up the time for which a person is waited for.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonClock(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    before: Duration,
    since: Option<Instant>,
    questions: u32,
}

impl PersonClock {
    /// The person is being waited for until the guard is dropped.
    pub(crate) fn wait(&self) -> WaitGuard {
        self.with(|waiting| {
            waiting.questions += 1;
            waiting.since.get_or_insert_with(Instant::now);
        });
        WaitGuard(self.clone())
    }

    fn waited(&self) -> Duration {
        self.with(|waiting| waiting.before + waiting.since.map_or(Duration::ZERO, |since| since.elapsed()))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Waiting) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// See [`PersonClock::wait`].
#[derive(Debug)]
pub(crate) struct WaitGuard(PersonClock);

impl Drop for WaitGuard {
    fn drop(&mut self) {
        self.0.with(|waiting| {
            waiting.questions = waiting.questions.saturating_sub(1);
            if waiting.questions == 0 {
                waiting.before += waiting.since.take().map_or(Duration::ZERO, |since| since.elapsed());
            }
        });
    }
}

/// Counts down, except while a person is waited for.
#[derive(Clone, Debug)]
pub(crate) struct Timer {
    started: Instant,
    waited_before: Duration,
    limit: Duration,
    clock: PersonClock,
}

impl Timer {
    pub(crate) fn start(limit: Duration, clock: &PersonClock) -> Self {
        Self { started: Instant::now(), waited_before: clock.waited(), limit, clock: clock.clone() }
    }

    /// Another timer from now on, that ends no later than this one.
    pub(crate) fn within(&self, limit: Duration) -> Self {
        Self::start(limit.min(self.left()), &self.clock)
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.clock.waited().saturating_sub(self.waited_before))
    }

    pub(crate) fn left(&self) -> Duration {
        self.limit.saturating_sub(self.elapsed())
    }

    /// Returns when no time is left.
    pub(crate) async fn expired(&self) {
        loop {
            let left = self.left();
            if left.is_zero() {
                return;
            }
            // While a person is waited for, nothing is used up, and this sleeps once more.
            tokio::time::sleep(left.max(Duration::from_millis(5))).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_named_when_it_is_reached() {
        let price = Price { input: 1.0, output: 10.0 };
        let limits = Limits { turns: 3, tokens: Some(100), cost: Some(0.001), ..Limits::default() };
        let timer = Timer::start(Duration::from_secs(60), &PersonClock::default());
        let spent = |input_tokens, output_tokens| Usage { input_tokens, output_tokens, ..Usage::default() };

        assert_eq!(limits.reached(2, &spent(50, 49), Some(&price), &timer), None);
        assert_eq!(limits.reached(3, &spent(0, 0), None, &timer), Some(Limit::Turns));
        assert_eq!(limits.reached(1, &spent(50, 50), None, &timer), Some(Limit::Tokens));
        // 100 tokens written at 10 dollars a million are a tenth of a cent.
        let written = Usage { output_tokens: 100, ..Usage::default() };
        let limits = Limits { tokens: None, ..limits };
        assert_eq!(limits.reached(1, &written, Some(&price), &timer), Some(Limit::Cost));
        let over = Timer::start(Duration::ZERO, &PersonClock::default());
        assert_eq!(limits.reached(1, &spent(0, 0), None, &over), Some(Limit::Time));
    }

    /// However slow the machine is, each time is compared with a later one.
    #[tokio::test]
    async fn a_person_may_take_their_time() {
        let (limit, waited) = (Duration::from_millis(60), Duration::from_millis(100));
        let clock = PersonClock::default();
        let begin = Instant::now();
        let timer = Timer::start(limit, &clock);
        let waiting = clock.wait();
        let also_waiting = clock.wait();
        tokio::time::sleep(waited).await;
        drop(waiting);
        drop(also_waiting);
        assert!(timer.elapsed() + waited <= begin.elapsed(), "the wait does not count");
        timer.expired().await;
        assert!(timer.elapsed() >= limit && begin.elapsed() >= limit + waited);
    }
}
