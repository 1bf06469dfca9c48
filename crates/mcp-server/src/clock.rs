//! The one place that reads the clock. Everything below takes the time as an argument.

use jiff::Timestamp;

/// Now.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}
