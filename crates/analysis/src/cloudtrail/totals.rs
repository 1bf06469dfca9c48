//! All events, and reads and writes by `readOnly` alone.

use security_model::evidence::ids;
use security_model::summary::EventsSummary;

use super::Section;
use super::evidence::{EventSets, Selector};
use super::features::Features;
use crate::names::Texts;

#[derive(Default)]
pub(super) struct Totals {
    total: u64,
    read: u64,
    write: u64,
}

impl Section for Totals {
    fn observe(&mut self, event: &Features) {
        self.total += 1;
        match event.read_only {
            Some(true) => self.read += 1,
            Some(false) => self.write += 1,
            None => {}
        }
    }

    fn finish(self: Box<Self>, _: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let Self { total, read, write } = *self;
        (summary.total, summary.read, summary.write) = (total, read, write);
        summary.read_write_unknown = total - read - write;
        sets.add(ids::EVENTS, "Every event counted", Selector::All, total);
        sets.add(ids::READS, "Events with readOnly true", Selector::ReadOnly(true), read);
        sets.add(ids::WRITES, "Events with readOnly false", Selector::ReadOnly(false), write);
    }
}
