//! Faults in times.

use jiff::{Span, Timestamp, tz::TimeZone};
use security_model::parse_timestamp;

use super::{Made, Original};
use crate::claims::Claim;
use crate::rng::Rng;

/// Forms that the grammar and the local writer use.
const FORMS: &[&str] = &[
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M UTC",
    "%Y-%m-%d %H:%M:%S UTC",
    "%H:%M UTC on %-d %B %Y",
    "%-d %b %Y, %H:%M UTC",
    "%B %-d, %Y at %H:%M UTC",
    "%Y-%m-%d at %H:%MZ",
];

/// A time moves by minutes, hours, days or a month, and keeps its form.
pub(crate) fn date_shift(original: &Original<'_>, rng: &mut Rng) -> Made {
    let times: Vec<_> = original
        .sheet
        .claims
        .iter()
        .filter_map(|(span, claim)| match claim {
            Claim::Time(at) => Some((span, *at)),
            _ => None,
        })
        .collect();
    if times.is_empty() {
        return Made::Nothing;
    }
    let (span, at) = times[rng.below(times.len())];
    let text = original.at(span);
    let Some(form) = FORMS.iter().find(|form| written(at, form) == text) else { return Made::StillTrue };
    let by: i64 = *rng.pick(&[1, -1, 2, 7, 24, -24, 48, 24 * 30, -24 * 365]);
    let shift = if rng.one_in(3) { Span::new().minutes(7 * by.signum()) } else { Span::new().hours(by) };
    let Ok(moved) = at.checked_add(shift) else { return Made::StillTrue };
    if is_known(original, moved) {
        return Made::StillTrue;
    }
    original.replaced(span, &written(moved, form))
}

fn written(at: Timestamp, form: &str) -> String {
    at.to_zoned(TimeZone::UTC).strftime(form).to_string()
}

/// Whether the facts have this time, to the minute.
fn is_known(original: &Original<'_>, at: Timestamp) -> bool {
    let facts = &original.case.facts;
    let times = facts.times.iter().chain(facts.rows.iter().flat_map(|row| &row.times)).chain([&facts.as_of]);
    times.filter_map(|text| parse_timestamp(text)).any(|known| known.as_second() / 60 == at.as_second() / 60)
}
