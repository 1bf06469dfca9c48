//! Correlations: what rules found, counted over time.
//!
//! A [`Correlator`] is fed records in about the order of their times, with the rules that each matched, and says which
//! correlations found something and in which records.
//!
//! - A condition with lower bounds only (`gt`, `gte`; every `temporal` without a condition) is judged at each event over
//!   the `timespan` before it, both ends included. Once it holds the match stays open, takes in further events while it
//!   goes on holding, and is reported when it ends: a long burst is one match.
//! - A condition with an upper bound, `eq` or `neq` can only be judged when a window is over. Windows then begin with the
//!   first event that stands in no window, and are judged after one `timespan`. Groups without events are never judged.
//! - `temporal_ordered` matches when the last rule is seen and the others were seen before it, in order; each match uses
//!   up its events. Events of one time are in the order in which they were observed.
//! - An event without a field of `group-by` stands in no group, and one without the counted field is not counted.
//! - A correlation of correlations sees a match when it opens, at the event that opened it, and again once per
//!   `timespan` while it stays open; windows that had to be over are seen at their end. It groups by its own `group-by`,
//!   taken from that event.
//!
//! Source: page `sigma-correlation-rules-specification`. Where it leaves a choice (when a window ends, what a burst is,
//! what is missing) the choice is ours and stands above.

mod compile;
mod event;
mod group;
mod groups;
mod stream;

pub use compile::Entrance;
pub(crate) use compile::{CompiledCorrelation, Source, compile, silenced};
pub use stream::{CorrelationMatch, Correlator, CorrelatorCounts, CorrelatorOptions};

/// The place of a correlation among [`RuleSet::correlations`](crate::RuleSet::correlations).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorrelationIndex(pub(crate) u32);

impl CorrelationIndex {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Events that one window holds; the oldest leave beyond it. No condition may ask for more.
pub const WINDOW_EVENTS: u64 = 10_000;
