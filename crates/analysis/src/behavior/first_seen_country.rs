//! A country from which an identity never acted before, after it has been known for long enough.

use security_model::{Confidence, Level};

use super::evidence::Evidence;
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};
use crate::baseline::Fact;
use crate::places::Country;

pub(super) static ABOUT: About = About {
    id: "first-seen-country",
    title: "First use from a country",
    level: Level::Low,
    confidence: Confidence::Low,
    tactics: &["initial-access"],
    techniques: &["T1078.004"],
    description: "A stolen identity is mostly used from another country than its owner's.",
    needs: &["seven days of events of an identity", "countries of addresses"],
    false_positives: &["travel", "a new VPN", "a new office"],
};

/// Most countries of one identity: whoever has more is a service to many, and not news any more.
pub(super) const MOST_COUNTRIES: usize = 16;

#[derive(Default)]
pub(super) struct FirstSeenCountry {
    seen: States<u32, Seen>,
}

#[derive(Default)]
struct Seen {
    countries: Vec<Country>,
    /// How many a baseline knows.
    before: Option<usize>,
    new: Option<(Evidence, String)>,
}

impl Analytic for FirstSeenCountry {
    fn wants(&self) -> Signals {
        Signals::MOVED
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let Some(country) = o.place.country() else { return };
        let Some(seen) = self.seen.of(o.ids.principal) else { return };
        let known = || event.before.person(o.who()).map_or(0, |person| usize::from(person.countries));
        let known = *seen.before.get_or_insert_with(known) + seen.countries.len();
        let is_known = || event.before.knows(&Fact::Country { who: o.who(), country: country.code });
        if known >= MOST_COUNTRIES || seen.countries.contains(&country) || is_known() {
            return;
        }
        seen.countries.push(country);
        let is_first = known == 0;
        let Some(past) = event.past.filter(|past| past.is_long_enough(o.time) && !is_first) else { return };
        match &mut seen.new {
            Some((evidence, _)) => evidence.add(o),
            None => {
                let (who, days) = (words::who(&o.chain.first.name), o.time.duration_since(past.since).as_hours() / 24);
                let reason = format!("{who} acted from {country} for the first time, after {days} days elsewhere.");
                seen.new = Some((Evidence::of(o), reason));
            }
        }
    }

    fn finish(self: Box<Self>, known: &Known, findings: &mut Findings) {
        if self.seen.is_empty() {
            return findings.blind(&ABOUT, "no event has an address with a country");
        }
        if let Some(reason) = known.too_short() {
            return findings.blind(&ABOUT, reason);
        }
        findings.dropped += self.seen.dropped();
        for (evidence, reason) in self.seen.into_sorted().into_iter().filter_map(|(_, seen)| seen.new) {
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
