//! The one place that decides whether and when a failed attempt is repeated.

use std::time::{Duration, Instant};

use tokio::time::{sleep_until, timeout_at};

use crate::error::ChatError;
use crate::event::{ChatEvent, EventSource, EventStream};
use crate::model::BoxFuture;

/// The longest pause that a service is granted, whatever the deadline.
const LONGEST_ASKED: Duration = Duration::from_secs(3_600);

/// How patient to be with a service that throttles or fails. The deadline of a request ends it in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all while the service throttles or is overloaded.
    pub attempts: u32,
    /// Attempts in all when it fails or cannot be reached: each may have been answered, and paid for, unseen.
    pub attempts_after_failure: u32,
    /// Pause before the second attempt; each later one is twice as long, and all are varied by up to a half.
    pub first_pause: Duration,
    /// Longest pause.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 6,
            attempts_after_failure: 2,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
        }
    }
}

/// The attempts of one request.
#[derive(Debug)]
pub(crate) struct Attempts {
    policy: RetryPolicy,
    deadline: Instant,
    made: u32,
}

impl Attempts {
    pub(crate) const fn new(policy: RetryPolicy, deadline: Instant) -> Self {
        Self { policy, deadline, made: 0 }
    }

    /// Counts a failed attempt, and gives the pause before the next one, if there is to be one.
    fn pause_after(&mut self, error: &ChatError) -> Option<Duration> {
        self.made = self.made.saturating_add(1);
        let (attempts, asked) = match error {
            ChatError::Throttled { retry_after, .. } => (self.policy.attempts, *retry_after),
            // Overloaded, not broken.
            ChatError::ServiceError { status: Some(503 | 529), .. } => (self.policy.attempts, None),
            ChatError::ServiceError { .. } | ChatError::Unreachable { .. } => {
                (self.policy.attempts_after_failure, None)
            }
            _ => return None,
        };
        if asked.is_some_and(|asked| asked > LONGEST_ASKED) {
            return None;
        }
        let pause = self.backoff().max(asked.unwrap_or_default());
        let in_time = Instant::now().checked_add(pause).is_some_and(|next| next < self.deadline);
        (self.made < attempts && in_time).then_some(pause)
    }

    fn backoff(&self) -> Duration {
        let doubled = 2_u32.saturating_pow(self.made.saturating_sub(1));
        let full = self.policy.first_pause.saturating_mul(doubled).min(self.policy.longest_pause);
        Duration::try_from_secs_f64(full.as_secs_f64() * rand::random_range(0.5..=1.0)).unwrap_or(full)
    }
}

/// Repeats `attempt` as the policy says, to the deadline.
pub(crate) async fn retrying<'a, T>(
    model: &str,
    policy: RetryPolicy,
    deadline: Instant,
    attempt: impl Fn() -> BoxFuture<'a, Result<T, ChatError>> + Send,
) -> Result<T, ChatError> {
    let mut attempts = Attempts::new(policy, deadline);
    let whole = async {
        loop {
            let error = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(pause) = attempts.pause_after(&error) else { return Err(error) };
            tracing::debug!(model, ?pause, %error, "Chat model call is repeated.");
            tokio::time::sleep(pause).await;
        }
    };
    timeout_at(deadline.into(), whole).await.unwrap_or_else(|_| Err(ChatError::Timeout { model: model.to_owned() }))
}

/// Opens the stream of one attempt.
pub(crate) type Open = Box<dyn Fn() -> BoxFuture<'static, Result<EventStream, ChatError>> + Send + Sync>;

/// A stream that begins again after a failure, as long as nothing of an answer was given away.
pub(crate) struct RetryingStream {
    model: String,
    open: Open,
    attempts: Attempts,
    /// Longest silence of the service.
    silence: Duration,
    deadline: Instant,
    state: State,
    answered: bool,
    stopped: bool,
}

enum State {
    Pausing(Instant),
    Opening(BoxFuture<'static, Result<EventStream, ChatError>>),
    Reading(EventStream),
    Ended,
}

impl RetryingStream {
    pub(crate) fn new(model: &str, policy: RetryPolicy, deadline: Instant, silence: Duration, open: Open) -> Self {
        let attempts = Attempts::new(policy, deadline);
        let state = State::Opening(open());
        Self { model: model.to_owned(), open, attempts, silence, deadline, state, answered: false, stopped: false }
    }

    /// Every state is kept in `self`, so that a dropped future loses nothing and repeats nothing.
    async fn advance(&mut self) -> Option<Result<ChatEvent, ChatError>> {
        loop {
            let step = match &mut self.state {
                State::Ended => return None,
                State::Pausing(until) => {
                    sleep_until((*until).into()).await;
                    self.state = State::Opening((self.open)());
                    continue;
                }
                State::Opening(opening) => match timeout_at(self.deadline.into(), opening).await {
                    Ok(Ok(stream)) => {
                        self.state = State::Reading(stream);
                        continue;
                    }
                    Ok(Err(error)) => Some(Err(error)),
                    Err(_) => Some(Err(self.timed_out())),
                },
                State::Reading(stream) => {
                    let until =
                        Instant::now().checked_add(self.silence).map_or(self.deadline, |t| t.min(self.deadline));
                    match timeout_at(until.into(), stream.next()).await {
                        Ok(step) => step,
                        Err(_) => Some(Err(self.timed_out())),
                    }
                }
            };
            return self.settle(step);
        }
    }

    fn settle(&mut self, step: Option<Result<ChatEvent, ChatError>>) -> Option<Result<ChatEvent, ChatError>> {
        match step {
            Some(Ok(event)) => {
                self.answered |= event.is_answer();
                self.stopped |= matches!(event, ChatEvent::Stop(_));
                Some(Ok(event))
            }
            Some(Err(error)) => Some(self.try_again(error)),
            None => {
                self.state = State::Ended;
                (!self.stopped).then(|| Err(ChatError::malformed("the stream broke off before the end of the answer")))
            }
        }
    }

    fn try_again(&mut self, error: ChatError) -> Result<ChatEvent, ChatError> {
        let pause = if self.answered { None } else { self.attempts.pause_after(&error) };
        let next = pause.and_then(|pause| Some((pause, Instant::now().checked_add(pause)?)));
        let Some((pause, until)) = next else {
            self.state = State::Ended;
            return Err(error);
        };
        tracing::debug!(model = %self.model, ?pause, %error, "Chat model call is repeated.");
        self.state = State::Pausing(until);
        Ok(ChatEvent::Retrying { attempts: self.attempts.made, pause, error })
    }

    fn timed_out(&self) -> ChatError {
        ChatError::Timeout { model: self.model.clone() }
    }
}

impl EventSource for RetryingStream {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<ChatEvent, ChatError>>> {
        Box::pin(self.advance())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THROTTLED: ChatError = ChatError::Throttled { retry_after: None, detail: None };

    fn attempts(seconds: u64) -> Attempts {
        Attempts::new(RetryPolicy::default(), Instant::now() + Duration::from_secs(seconds))
    }

    #[test]
    fn pauses_double_and_vary_by_a_half_up_to_the_longest() {
        let mut attempts = attempts(3_600);
        for (low, high) in [(500, 1_000), (1_000, 2_000), (2_000, 4_000), (4_000, 8_000), (8_000, 16_000)] {
            let pause = attempts.pause_after(&THROTTLED).unwrap();
            let expected = Duration::from_millis(low)..=Duration::from_millis(high);
            assert!(expected.contains(&pause), "{pause:?} not in {expected:?}");
        }
        assert_eq!(attempts.pause_after(&THROTTLED), None, "six attempts in all");
    }

    #[test]
    fn a_pause_past_the_deadline_is_not_begun() {
        let asked = ChatError::Throttled { retry_after: Some(Duration::from_secs(60)), detail: None };
        assert_eq!(attempts(30).pause_after(&asked), None);
        assert_eq!(attempts(90).pause_after(&asked), Some(Duration::from_secs(60)));
    }

    #[test]
    fn no_pause_is_too_long_to_be_reckoned() {
        let policy = RetryPolicy {
            attempts: 100,
            first_pause: Duration::MAX,
            longest_pause: Duration::MAX,
            ..RetryPolicy::default()
        };
        let mut attempts = Attempts::new(policy, Instant::now() + Duration::from_secs(100 * 86_400));
        for _ in 0..50 {
            assert_eq!(attempts.pause_after(&THROTTLED), None);
        }
        let mut attempts = Attempts::new(RetryPolicy::default(), Instant::now() + Duration::from_secs(100 * 86_400));
        let asks = |wait: Duration| ChatError::Throttled { retry_after: Some(wait), detail: None };
        assert_eq!(attempts.pause_after(&asks(Duration::from_secs(3_601))), None, "over an hour");
        assert_eq!(attempts.pause_after(&asks(Duration::MAX)), None);
        assert_eq!(attempts.pause_after(&asks(Duration::from_secs(3_600))), Some(Duration::from_secs(3_600)));
    }

    #[test]
    fn what_repeating_cannot_mend_is_not_repeated() {
        let refused = ChatError::Validation { problem: "wrong".into(), detail: None };
        assert_eq!(attempts(60).pause_after(&refused), None);
        assert_eq!(attempts(60).pause_after(&ChatError::Timeout { model: "m".into() }), None);
        let mut attempts = attempts(60);
        let failed = ChatError::ServiceError { status: Some(500), detail: None };
        assert!(attempts.pause_after(&failed).is_some());
        assert_eq!(attempts.pause_after(&failed), None, "two attempts in all");
    }
}
