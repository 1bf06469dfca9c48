//! The hours of the night, as seconds since the epoch.

use jiff::Timestamp;

/// 2026-11-20T18:00:00Z, when most people have gone home.
pub(crate) const DUSK: i64 = 1_795_197_600;
/// Twelve hours later, 2026-11-21T06:00:00Z. No event is later.
pub(crate) const DAWN: i64 = DUSK + 12 * HOUR;
pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// An instant of the night: hours and minutes after dusk.
pub(crate) const fn after_dusk(hours: i64, minutes: i64) -> i64 {
    DUSK + hours * HOUR + minutes * MINUTE
}

/// RFC 3339 to the second, ending in `Z`, as CloudTrail writes it.
pub(crate) fn rfc3339(time: i64) -> String {
    timestamp(time).to_string()
}

/// RFC 3339 with milliseconds, as findings carry it.
pub(crate) fn rfc3339_millis(time: i64, millis: u64) -> String {
    timestamp(time).strftime(&format!("%Y-%m-%dT%H:%M:%S.{:03}Z", millis % 1_000)).to_string()
}

pub(crate) fn timestamp(time: i64) -> Timestamp {
    Timestamp::from_second(time).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_lies_between_two_named_days() {
        assert_eq!(rfc3339(DUSK), "2026-11-20T18:00:00Z");
        assert_eq!(rfc3339(DAWN), "2026-11-21T06:00:00Z");
        assert_eq!(rfc3339_millis(after_dusk(8, 13), 7), "2026-11-21T02:13:00.007Z");
    }
}
