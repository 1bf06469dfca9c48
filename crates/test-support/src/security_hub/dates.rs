//! Date filters: a range with open ends, or a number of days before now.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// One `DateFilter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateCondition {
    /// `Start` and `End`, both included.
    Between(Option<Timestamp>, Option<Timestamp>),
    /// `DateRange` `WITHIN`.
    Since(Timestamp),
    /// `DateRange` `OLDER_THAN`.
    Before(Timestamp),
}

impl DateCondition {
    /// Reads a filter; the error says what is wrong with it.
    pub(super) fn read(filter: &Value, now: Timestamp) -> Result<Self, String> {
        let edge = |name: &str| match filter.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let time = value.as_str().and_then(parse_time);
                time.map(Some).ok_or_else(|| format!("{name} {value} is not a timestamp"))
            }
        };
        let (start, end) = (edge("Start")?, edge("End")?);
        match filter.get("DateRange") {
            None | Some(Value::Null) if start.is_none() && end.is_none() => Err("no Start, End or DateRange".into()),
            None | Some(Value::Null) => Ok(Self::Between(start, end)),
            Some(_) if start.is_some() || end.is_some() => Err("DateRange cannot be combined with Start or End".into()),
            Some(range) => Self::days(range, now),
        }
    }

    fn days(range: &Value, now: Timestamp) -> Result<Self, String> {
        let days = range.get("Value").and_then(Value::as_i64).filter(|days| (1..=36_500).contains(days));
        let unit = range.get("Unit").and_then(Value::as_str);
        let (Some(days), Some("DAYS")) = (days, unit) else {
            return Err("DateRange has a Value of at least 1 and the Unit DAYS".into());
        };
        let edge = now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
        match range.get("Comparison").and_then(Value::as_str).unwrap_or("WITHIN") {
            "WITHIN" => Ok(Self::Since(edge)),
            "OLDER_THAN" => Ok(Self::Before(edge)),
            other => Err(format!("DateRange comparison {other} does not exist")),
        }
    }

    pub(super) fn holds(self, time: Timestamp) -> bool {
        match self {
            Self::Between(start, end) => start.is_none_or(|start| time >= start) && end.is_none_or(|end| time <= end),
            Self::Since(edge) => time >= edge,
            Self::Before(edge) => time < edge,
        }
    }
}

/// Reads an ASFF timestamp: RFC 3339, with the zone written `Z`, `+00:00` or `+0000`.
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(filter: &Value, time: &str) -> bool {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        DateCondition::read(filter, now).unwrap().holds(time.parse().unwrap())
    }

    #[test]
    fn ranges_include_both_ends() {
        let range = json!({"Start": "2026-11-01T00:00:00Z", "End": "2026-11-02T00:00:00+00:00"});
        assert!(holds(&range, "2026-11-01T00:00:00Z"));
        assert!(holds(&range, "2026-11-02T00:00:00Z"));
        assert!(!holds(&range, "2026-11-02T00:00:00.001Z"));
        assert!(!holds(&range, "2026-10-31T23:59:59Z"));
    }

    #[test]
    fn zones_are_read_in_every_spelling() {
        for text in ["2026-11-01T02:00:00Z", "2026-11-01T02:00:00+00:00", "2026-11-01T04:00:00.000+0200"] {
            assert_eq!(parse_time(text), parse_time("2026-11-01T02:00:00Z"), "{text}");
        }
        assert_eq!(parse_time("2026-11-01"), None);
    }

    #[test]
    fn days_count_back_from_now() {
        let within = json!({"DateRange": {"Value": 7, "Unit": "DAYS"}});
        let older = json!({"DateRange": {"Value": 7, "Unit": "DAYS", "Comparison": "OLDER_THAN"}});
        for (time, inside) in [("2026-11-14T12:00:00Z", true), ("2026-11-14T11:59:59Z", false)] {
            assert_eq!(holds(&within, time), inside, "{time}");
            assert_eq!(holds(&older, time), !inside, "{time}");
        }
    }

    #[test]
    fn filters_without_sense_are_refused() {
        let now = Timestamp::UNIX_EPOCH;
        for filter in [
            json!({}),
            json!({"Start": "yesterday"}),
            json!({"DateRange": {"Value": 7, "Unit": "HOURS"}}),
            json!({"DateRange": {"Value": 0, "Unit": "DAYS"}}),
            json!({"Start": "2026-11-01T00:00:00Z", "DateRange": {"Value": 7, "Unit": "DAYS"}}),
        ] {
            assert!(DateCondition::read(&filter, now).is_err(), "{filter}");
        }
    }
}
