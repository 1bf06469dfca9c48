//! One identity in two countries, sooner than anybody travels.
//!
//! Only what surely lies between two countries counts, so neighbours do not, nor does anything but countries: addresses of
//! AWS and special-purpose ones are nowhere.

use security_model::{Confidence, Level};

use super::evidence::{Evidence, Mark};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};
use crate::identity::IdentityKind;
use crate::places::Country;

/// Faster than an airliner.
const FASTEST_KM_PER_HOUR: f64 = 900.0;
/// Less between two countries says nothing.
const NEAREST_KM: f64 = 500.0;

pub(super) static ABOUT: About = About {
    id: "impossible-travel",
    title: "One identity in two countries, sooner than anybody travels",
    level: Level::Medium,
    confidence: Confidence::Medium,
    tactics: &["initial-access"],
    techniques: &["T1078.004"],
    description: "Somebody else uses the identity as well: nobody gets from one country to the other in that time.",
    needs: &["eventTime", "sourceIPAddress of public addresses", "countries of addresses"],
    false_positives: &[
        "a VPN or proxy that changes its exit",
        "an address used in another country than it was given out for",
    ],
};

#[derive(Default)]
pub(super) struct ImpossibleTravel {
    seen: States<u32, Option<Stay>>,
}

/// Where an identity was last.
struct Stay {
    country: Country,
    last: Mark,
    journeys: Option<(Evidence, String)>,
}

impl Analytic for ImpossibleTravel {
    fn wants(&self) -> Signals {
        Signals::MOVED
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        // Many people share what a role or an unknown caller is known by.
        let is_shared =
            matches!(o.chain.first.kind, IdentityKind::Role | IdentityKind::OtherAccount | IdentityKind::Unknown);
        let Some(country) = o.place.country().filter(|_| !is_shared) else { return };
        let Some(stay) = self.seen.of(o.ids.principal) else { return };
        let Some(stay) = stay else {
            *stay = Some(Stay { country, last: Mark::of(o), journeys: None });
            return;
        };
        let (from, left) = (stay.country, stay.last);
        (stay.country, stay.last) = (country, Mark::of(o));
        let minutes = o.time.duration_since(left.time).as_mins();
        let distance = from.least_distance_km(country);
        #[expect(clippy::cast_precision_loss, reason = "minutes between events are few")]
        let hours = minutes as f64 / 60.0;
        if distance < NEAREST_KM || distance <= FASTEST_KM_PER_HOUR * hours {
            return;
        }
        match &mut stay.journeys {
            Some((evidence, _)) => {
                evidence.add_mark(left);
                evidence.add(o);
            }
            None => {
                let evidence = Evidence::after(o, [left]);
                let who = words::who(evidence.principal());
                let reason = format!(
                    "{who} acted from {from} and {minutes} minutes later from {country}, at least {distance:.0} km away."
                );
                stay.journeys = Some((evidence, reason));
            }
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.seen.is_empty() {
            return findings.blind(&ABOUT, "no event of a person or key has an address with a country");
        }
        findings.dropped += self.seen.dropped();
        for (evidence, reason) in self.seen.into_sorted().into_iter().filter_map(|(_, stay)| stay?.journeys) {
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
