//! The one place that reads the clock. Everything below takes the time as an argument.

use jiff::Timestamp;

/// Now, to the second: the resolution of CloudTrail's own times, and all that a reader of an answer needs.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
#[must_use]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
