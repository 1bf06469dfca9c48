//! Time: UTC instants, and half-open windows of them.

use jiff::Timestamp;

/// Parses a time as security records write it.
///
/// Takes any RFC 3339 form (`Z`, `+00:00` or another offset, any number of fractional digits, lower-case letters) and
/// the space-separated variant without an offset that some products write (`2024-05-24 13:17:15.000000000`), which is
/// read as UTC. Anything else, such as the `"..."` of redacted logs, is `None`: the record counts, its time is unknown.
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    // A bare date is not an instant.
    if !text.contains(':') || text.contains('[') {
        return None;
    }
    jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()
}

/// The RFC 3339 form in UTC that answers carry, e.g. `2026-11-21T02:13:00Z`.
#[must_use]
pub fn rfc3339(time: Timestamp) -> String {
    time.to_string()
}

/// A half-open window `[start, end)` in UTC; an absent bound is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeWindow {
    /// First instant inside, if bounded.
    pub start: Option<Timestamp>,
    /// First instant after the window, if bounded.
    pub end: Option<Timestamp>,
}

impl TimeWindow {
    /// Whether both ends are open.
    #[must_use]
    pub const fn is_unbounded(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    /// Whether `time` lies inside.
    #[must_use]
    pub fn contains(&self, time: Timestamp) -> bool {
        self.start.is_none_or(|start| time >= start) && self.end.is_none_or(|end| time < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        parse_timestamp(text).map(rfc3339)
    }

    #[test]
    fn every_rfc3339_spelling_is_the_same_instant() {
        for text in [
            "2026-11-21T02:13:00Z",
            "2026-11-21T02:13:00+00:00",
            "2026-11-21T02:13:00.000Z",
            "2026-11-21T02:13:00.000000000-00:00",
            "2026-11-21T03:13:00+01:00",
            "2026-11-21t02:13:00z",
            "2026-11-21 02:13:00Z",
            " 2026-11-21 02:13:00.000000000 ",
        ] {
            assert_eq!(parsed(text).as_deref(), Some("2026-11-21T02:13:00Z"), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_instant_is_unknown() {
        for text in ["", "...", "2026-11-21", "yesterday", "2026-13-01T00:00:00Z", "1700000000"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn far_years_are_kept() {
        assert_eq!(parsed("2200-01-17T11:21:23.000Z").as_deref(), Some("2200-01-17T11:21:23Z"));
        assert_eq!(parsed("1970-01-01T00:00:00Z").as_deref(), Some("1970-01-01T00:00:00Z"));
    }

    #[test]
    fn a_window_excludes_its_end() {
        let at = |text| parse_timestamp(text).unwrap();
        let window = TimeWindow { start: Some(at("2026-11-20T00:00:00Z")), end: Some(at("2026-11-21T00:00:00Z")) };
        assert!(window.contains(at("2026-11-20T00:00:00Z")));
        assert!(window.contains(at("2026-11-20T23:59:59.999Z")));
        assert!(!window.contains(at("2026-11-21T00:00:00Z")));
        assert!(TimeWindow::default().contains(at("1970-01-01T00:00:00Z")));
    }
}
