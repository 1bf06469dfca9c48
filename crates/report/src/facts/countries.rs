//! Facts of countries: events by where the addresses of the internet are, as far as that is known.

use std::collections::BTreeMap;

use security_model::summary::EventsSummary;
use security_model::{SafeText, TextKind, Unit};

use super::ROWS;
use super::builder::{Builder, Described, Metric};
use crate::{Name, NameKind};

/// Events by country, most first.
pub(crate) fn by_country(events: &EventsSummary) -> Vec<(&str, u64)> {
    let mut counts = BTreeMap::new();
    for row in &events.by_source_ip {
        if let Some(country) = &row.country {
            *counts.entry(country.as_str()).or_default() += row.count;
        }
    }
    let mut rows: Vec<(&str, u64)> = counts.into_iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    rows
}

/// The number and the row of each.
pub(super) fn enter(builder: &mut Builder, events: &EventsSummary) {
    for (index, (country, count)) in by_country(events).into_iter().take(ROWS).enumerate() {
        builder.named(BY_COUNTRY, index, country, count, None);
        builder.row(BY_COUNTRY.path, None, index, Described { names: vec![name(country)], ..Described::default() });
    }
}

/// A country as a name.
pub(super) fn name(country: &str) -> Name {
    Name { kind: NameKind::Country, text: SafeText::from_raw(country, TextKind::Name) }
}

const BY_COUNTRY: Metric = Metric {
    path: "events.by_country",
    unit: Unit::Events,
    derivation: "Events from public addresses of this country; addresses of no known country are in none.",
};
