//! Events by name and source, as recorded: a version suffix stays.

use security_model::TextKind;
use security_model::evidence::ids::List;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::EventCount;

use super::Section;
use super::evidence::{EventSets, Selector};
use super::features::Features;
use crate::names::{Name, Texts};
use crate::rank::{Counts, Ranked, add, rank};

#[derive(Default)]
pub(super) struct ByEvent(Counts<(Name, Name)>);

impl Section for ByEvent {
    fn observe(&mut self, event: &Features) {
        add(&mut self.0, (event.event_name, event.event_source));
    }

    fn finish(self: Box<Self>, texts: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let rows = rank_events(self.0, texts);
        let selectors = rows.iter().map(|row| (Selector::Event(row.key.0, row.key.1), row.count));
        sets.add_list(List::Event, "Events of one name and source", "events.by_event", selectors);
        summary.by_event = rows.into_iter().map(event_count).collect();
    }
}

/// Ranks counts by event name and source.
pub(super) fn rank_events(counts: Counts<(Name, Name)>, texts: &Texts) -> Vec<Ranked<(Name, Name), 2>> {
    rank(counts, texts, |(name, source)| [(*name, TextKind::Identifier), (*source, TextKind::Identifier)])
}

/// The row of a summary.
pub(super) fn event_count(row: Ranked<(Name, Name), 2>) -> EventCount {
    let Ranked { count, labels: [event_name, event_source], .. } = row;
    EventCount { event_name, event_source, count }
}
