//! How much of the past is known: whether it is enough to say that something is new.

use jiff::{SignedDuration, Timestamp};

use super::people::{EVENTS, HISTORY, Past};

/// What is known of the past when all events have been seen.
#[derive(Debug, Default)]
pub(super) struct Known {
    window: Option<(Timestamp, Timestamp)>,
    /// The longest time for which an identity is known.
    longest: SignedDuration,
    is_enough: bool,
}

impl Known {
    /// Takes note of an event's time.
    pub(super) fn until(&mut self, time: Timestamp) {
        self.window = Some((self.window.map_or(time, |(first, _)| first), time));
    }

    /// Takes note of what was known of an identity before its event.
    pub(super) fn note(&mut self, past: &Past, now: Timestamp) {
        self.longest = self.longest.max(now.duration_since(past.since));
        self.is_enough |= past.is_long_enough(now);
    }

    /// From the first event to the last.
    pub(super) fn span(&self) -> SignedDuration {
        self.window.map_or(SignedDuration::ZERO, |(first, last)| last.duration_since(first))
    }

    /// Why nothing can be called new of anybody.
    pub(super) fn too_short(&self) -> Option<String> {
        if self.is_enough {
            return None;
        }
        let hours = self.longest.as_hours();
        Some(match self.longest >= HISTORY {
            true => format!("insufficient history: nobody has {EVENTS} events on three days before the last"),
            false => format!(
                "insufficient history: seven days of an identity are needed, and the longest known spans {hours} hours"
            ),
        })
    }
}
