//! Many different calls refused within minutes: somebody finds out what an identity may do.
//!
//! A broken machine repeats one call, so different calls are counted, not refusals.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::{Burst, Size};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};

const SIZE: Size = Size { distinct: 5, span: SignedDuration::from_mins(10) };

pub(super) static ABOUT: About = About {
    id: "denied-burst",
    title: "Many different calls refused within minutes",
    level: Level::Medium,
    confidence: Confidence::Medium,
    tactics: &["discovery"],
    techniques: &["T1580", "T1526"],
    description: "Whoever holds a stolen identity tries what it may do; five different calls refused within ten minutes show it.",
    needs: &["eventTime", "errorCode"],
    false_positives: &["a new workload whose role lacks permissions", "a scanner with a narrow role"],
};

#[derive(Default)]
pub(super) struct DeniedBurst {
    /// By principal, different calls.
    refused: States<u32, Burst<u32>>,
}

impl Analytic for DeniedBurst {
    fn wants(&self) -> Signals {
        Signals::REFUSED
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        if let Some(burst) = self.refused.of(event.o.ids.principal) {
            burst.add(event.o, event.o.ids.call, SIZE);
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        findings.dropped += self.refused.dropped();
        for (_, burst) in self.refused.into_sorted() {
            let Some((most, evidence)) = burst.into_found() else { continue };
            let who = words::who(evidence.principal());
            let reason = format!("{who} was refused {most} different calls within ten minutes.");
            findings.found.push(evidence.found(&ABOUT, Level::Medium, words::sentence(&reason)));
        }
    }
}
