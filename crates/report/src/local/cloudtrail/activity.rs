//! Reads against writes, and the calls made most.

use security_model::summary::EventsSummary;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counts, length, number, percent};

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let summary = input.summary;
    if summary.total == 0 {
        return None;
    }
    let mut lead = format!(
        "{} reads and {} writes ({} of events).",
        number(summary.read),
        number(summary.write),
        percent(summary.write, summary.total)
    );
    if summary.read_write_unknown > 0 {
        lead.push_str(&format!(" {} do not say.", number(summary.read_write_unknown)));
    }
    let events = summary.by_event.iter().map(|row| (&row.event_name, row.count));
    let calls = format!(
        "Calls made most, of {} different: {}.",
        number(length(&summary.by_event)),
        counts(events, input.detail.names(), "events.by_event")
    );
    Some(Section {
        heading: "API usage",
        keep: Keep::Context,
        path: "events.by_event",
        lead: vec![lead, calls],
        rows: vec![],
        total: 0,
    })
}
