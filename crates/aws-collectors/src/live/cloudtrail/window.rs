//! The window as LookupEvents takes it: whole seconds, both ends inside, at most 90 days back.

use jiff::Timestamp;
use security_model::{Gap, GapKind, TimeWindow, rfc3339};

use super::board::Span;
use super::region::{Part, Unread};
use crate::budget::Stop;
use crate::session::Halt;

/// How far back LookupEvents goes (CloudTrail user guide, "Event history", read 2026-11-21).
const RETENTION_SECONDS: i64 = 90 * 86_400;

/// What to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LookupWindow {
    /// Seconds to read; `None` when nothing of the window can be asked for.
    pub(crate) span: Option<Span>,
    /// The part that CloudTrail no longer keeps.
    pub(crate) expired: Option<Span>,
}

impl LookupWindow {
    /// The seconds that hold every event of `window`; its half-open ends are applied to the events themselves. An open
    /// end is `now`, so that events which arrive while reading do not move the pages.
    pub(crate) fn new(window: TimeWindow, now: Timestamp) -> Self {
        let oldest_kept = now.as_second() - RETENTION_SECONDS;
        let end = window.end.unwrap_or(now);
        let inclusive = window.end.is_none() || end.subsec_nanosecond() > 0;
        let last = (if inclusive { end.as_second() } else { end.as_second() - 1 }).min(now.as_second());
        let first = window.start.map_or(oldest_kept, Timestamp::as_second);
        let span = |first: i64, last: i64| (first <= last).then_some(Span { first, last });
        Self { span: span(first.max(oldest_kept), last), expired: span(first, last.min(oldest_kept - 1)) }
    }
}

/// The gap that a window older than 90 days leaves.
pub(crate) fn expired_gap(span: Span) -> Gap {
    Gap::new(
        GapKind::OutsideRetention,
        &format!("events {} not read: LookupEvents keeps 90 days", describe(span)),
        "Read older events from the trail's files: give their folder as the source.",
    )
}

/// Gaps listed one by one for a part; beyond that they are told as one.
const MAX_SPANS: usize = 6;

/// The gaps that unread parts leave.
pub(crate) fn gaps(region: &str, unread: &Unread) -> Vec<Gap> {
    let what = match unread.part {
        Part::All => "events",
        Part::Writes => "write events",
        Part::Reads => "read-only events",
    };
    let describe_one = |text: String| gap(region, &text, unread.why.as_ref());
    if unread.spans.len() > MAX_SPANS {
        let first = unread.spans.iter().map(|span| span.first).min().unwrap_or_default();
        let last = unread.spans.iter().map(|span| span.last).max().unwrap_or_default();
        let parts = unread.spans.len();
        return vec![describe_one(format!("{what} of {parts} parts {}", describe(Span { first, last })))];
    }
    unread.spans.iter().map(|span| describe_one(format!("{what} {}", describe(*span)))).collect()
}

fn gap(region: &str, what: &str, why: Option<&Halt>) -> Gap {
    match why {
        Some(Halt::Failed(failure)) => failure.gap(what, "cloudtrail:LookupEvents", region),
        Some(Halt::Stop(stop)) => stopped(*stop, region, what),
        None => Gap::new(
            GapKind::PagingBroken,
            &format!("{region}: {what} not read: page tokens were refused or repeated"),
            "Repeat the call; a narrower window needs fewer pages.",
        ),
    }
}

/// The gap that the end of the budget leaves.
pub(crate) fn stopped(stop: Stop, region: &str, what: &str) -> Gap {
    Gap::new(stop.gap_kind(), &format!("{region}: {what} not read: {}", stop.reason()), stop.remedy())
}

fn describe(span: Span) -> String {
    let at = |second: i64| Timestamp::from_second(second).map_or_else(|_| second.to_string(), rfc3339);
    format!("from {} to {}", at(span.first), at(span.last.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{Failure, FailureKind};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn window(start: Option<&str>, end: Option<&str>) -> LookupWindow {
        let window = TimeWindow { start: start.map(at), end: end.map(at) };
        LookupWindow::new(window, at("2026-11-21T02:13:00.5Z"))
    }

    fn span(first: &str, last: &str) -> Span {
        Span { first: at(first).as_second(), last: at(last).as_second() }
    }

    #[test]
    fn a_half_open_window_is_asked_for_in_whole_seconds() {
        let plain = window(Some("2026-11-20T00:00:00Z"), Some("2026-11-21T00:00:00Z"));
        assert_eq!(plain.span, Some(span("2026-11-20T00:00:00Z", "2026-11-20T23:59:59Z")));
        assert_eq!(plain.expired, None);
        let odd = window(Some("2026-11-20T00:00:00.9Z"), Some("2026-11-21T00:00:00.1Z"));
        assert_eq!(odd.span, Some(span("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z")));
    }

    #[test]
    fn open_and_future_ends_stop_at_the_time_of_the_call() {
        for end in [None, Some("2026-12-01T00:00:00Z")] {
            let open = window(Some("2026-11-21T02:00:00Z"), end);
            assert_eq!(open.span, Some(span("2026-11-21T02:00:00Z", "2026-11-21T02:13:00Z")), "{end:?}");
        }
        assert_eq!(window(Some("2026-12-01T00:00:00Z"), None), LookupWindow { span: None, expired: None });
    }

    #[test]
    fn what_lies_before_ninety_days_is_a_gap() {
        let long = window(Some("2026-08-01T00:00:00Z"), None);
        assert_eq!(long.span, Some(span("2026-08-23T02:13:00Z", "2026-11-21T02:13:00Z")));
        assert_eq!(long.expired, Some(span("2026-08-01T00:00:00Z", "2026-08-23T02:12:59Z")));
        let old = window(Some("2026-01-01T00:00:00Z"), Some("2026-02-01T00:00:00Z"));
        assert_eq!(old.span, None);
        assert_eq!(old.expired, Some(span("2026-01-01T00:00:00Z", "2026-01-31T23:59:59Z")));
        assert_eq!(window(None, None).expired, None, "an open start asks for what there is");
    }

    #[test]
    fn a_gap_says_which_events_of_when_and_where_and_why() {
        let spans = vec![span("2026-11-20T00:00:00Z", "2026-11-20T11:59:59Z")];
        let reads = Unread { part: Part::Reads, spans: spans.clone(), why: Some(Halt::Stop(Stop::Seconds)) };
        let told = gaps("eu-west-1", &reads);
        assert_eq!(told.len(), 1);
        assert_eq!(
            told[0].detail.as_str(),
            "eu-west-1: read-only events from 2026-11-20T00:00:00Z to 2026-11-20T12:00:00Z not read: the time budget was spent"
        );
        let denied = Halt::Failed(Failure::new(FailureKind::Denied, "AccessDeniedException, HTTP 400"));
        let told = gaps("eu-west-3", &Unread { part: Part::All, spans, why: Some(denied) });
        assert_eq!(told[0].kind, GapKind::AccessDenied);
        assert!(told[0].remedy.contains("cloudtrail:LookupEvents"));
    }
}
