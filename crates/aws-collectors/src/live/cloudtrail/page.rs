//! One page of LookupEvents: its bytes for the record reader, and the outline that steers the paging.

use serde::Deserialize;
use serde_json::Value;

use crate::failure::{Failure, garbled};

/// What paging needs to know of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Second of each event, in the order of the answer; `None` where it does not say.
    pub(crate) seconds: Vec<Option<i64>>,
    /// Whether CloudTrail lists each event as a write, in the same order: what `ReadOnly=false` finds.
    pub(crate) writes: Vec<bool>,
    /// Token of the next page.
    pub(crate) next: Option<String>,
}

/// A page that arrived whole.
pub(crate) struct Page {
    pub(crate) body: Vec<u8>,
    pub(crate) outline: Outline,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    events: Option<Vec<Event>>,
    #[serde(default)]
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    #[serde(default)]
    event_time: Value,
    #[serde(default)]
    read_only: Value,
}

impl Page {
    /// Takes an answer, or refuses it whole: no half page is ever counted.
    pub(crate) fn parse(body: Vec<u8>) -> Result<Self, Failure> {
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| garbled(&body))?;
        let events = match (answer.events, &answer.next_token) {
            (Some(events), _) => events,
            (None, Some(_)) => Vec::new(),
            (None, None) => return Err(garbled(&body)),
        };
        let seconds = events.iter().map(|event| second_of(&event.event_time)).collect();
        let writes = events.iter().map(|event| event.read_only == "false").collect();
        let next = answer.next_token.filter(|token| !token.is_empty());
        Ok(Self { body, outline: Outline { seconds, writes, next } })
    }
}

/// `EventTime` is a number of epoch seconds, possibly with a fraction.
fn second_of(time: &Value) -> Option<i64> {
    time.as_i64().or_else(|| {
        let seconds = time.as_f64()?.floor();
        // Casting saturates; a time that far off is unknown.
        (seconds.abs() < 1e15).then_some(seconds as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FailureKind;

    #[test]
    fn the_outline_holds_whole_seconds_and_the_token() {
        let body = br#"{"Events":[{"EventTime":1763690405,"CloudTrailEvent":"{}"},{"EventTime":1763690404.9},{"EventTime":"x"},{}],"NextToken":"t"}"#;
        let outline = Page::parse(body.to_vec()).unwrap().outline;
        assert_eq!(outline.seconds, [Some(1_763_690_405), Some(1_763_690_404), None, None]);
        assert_eq!(outline.next.as_deref(), Some("t"));
    }

    #[test]
    fn what_is_not_an_answer_is_refused_whole() {
        for (body, cause) in [
            ("<html></html>", "an HTML page instead of JSON"),
            ("{\"Events\":[{\"EventTime\":1},", "broken or unexpected JSON"),
            ("{\"message\":\"hello\"}", "broken or unexpected JSON"),
            ("", "an empty answer"),
            ("hello", "no JSON"),
        ] {
            let failure = Page::parse(body.as_bytes().to_vec()).err().unwrap();
            assert_eq!((failure.kind, failure.cause.as_str()), (FailureKind::Garbled, cause));
        }
    }
}
