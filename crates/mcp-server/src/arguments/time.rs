//! Times and ages as callers write them.

use jiff::{Span, Timestamp};
use security_model::parse_timestamp;

use crate::error::Failure;

pub(super) fn instant(argument: &'static str, text: &str) -> Result<Timestamp, Failure> {
    parse_timestamp(text)
        .ok_or_else(|| Failure::bad_argument(argument, "write the time as RFC 3339, e.g. 2026-11-20T22:00:00Z"))
}

pub(super) fn instant_or_age(argument: &'static str, text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    parse_timestamp(text).map_or_else(|| age(argument, text, now), Ok)
}

/// `30m`, `24h`, `7d` or `2w` before `anchor`.
pub(super) fn age(argument: &'static str, text: &str, anchor: Timestamp) -> Result<Timestamp, Failure> {
    let bad = || Failure::bad_argument(argument, "write an age as a number and m, h, d or w, e.g. 24h or 7d");
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(bad)?;
    let number: i64 = number.parse().map_err(|_| bad())?;
    let minutes: i64 = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        "w" => 7 * 24 * 60,
        _ => return Err(bad()),
    };
    let total = number.checked_mul(minutes).filter(|total| *total > 0).ok_or_else(bad)?;
    let span = Span::new().try_minutes(total).map_err(|_| bad())?;
    anchor.checked_sub(span).map_err(|_| bad())
}
