//! Events by region.

use security_model::TextKind;
use security_model::evidence::ids::List;
use security_model::summary::EventsSummary;
use security_model::summary::NamedCount;

use super::Section;
use super::evidence::{EventSets, Selector};
use super::features::Features;
use crate::names::{Name, Texts};
use crate::rank::{Counts, Ranked, add, rank};

#[derive(Default)]
pub(super) struct ByRegion(Counts<Name>);

impl Section for ByRegion {
    fn observe(&mut self, event: &Features) {
        add(&mut self.0, event.region);
    }

    fn finish(self: Box<Self>, texts: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let rows = rank(self.0, texts, |region| [(*region, TextKind::Identifier)]);
        let selectors = rows.iter().map(|row| (Selector::Region(row.key), row.count));
        sets.add_list(List::Region, "Events of one region", "events.by_region", selectors);
        summary.by_region = rows.into_iter().map(name_count).collect();
    }
}

/// The row of a summary.
pub(super) fn name_count<K>(row: Ranked<K, 1>) -> NamedCount {
    let Ranked { count, labels: [name], .. } = row;
    NamedCount { name, count }
}
