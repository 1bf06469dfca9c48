//! Foundation models are opened and then run by one identity: somebody else's prompts on the owner's bill.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::Evidence;
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};

const WITHIN: SignedDuration = SignedDuration::from_hours(24);

pub(super) static ABOUT: About = About {
    id: "model-opened-and-run",
    title: "Access to foundation models was opened and used",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["impact", "execution"],
    techniques: &["T1496.004"],
    description: "Stolen keys are sold to run models; models that the account did not use must be opened first.",
    needs: &["calls of Bedrock"],
    false_positives: &["a team's first day with Bedrock"],
};

#[derive(Default)]
pub(super) struct ModelHijack {
    opened: States<u32, Option<(Evidence, u64)>>,
}

impl Analytic for ModelHijack {
    fn wants(&self) -> Signals {
        Signals::MODEL
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let runs = o.event_name.starts_with("Invoke") || o.event_name.starts_with("Converse");
        if runs {
            if let Some(Some((evidence, run))) = self.opened.known(o.ids.principal)
                && o.time.duration_since(evidence.last()) <= WITHIN
                && o.succeeded()
            {
                evidence.add(o);
                *run += 1;
            }
        } else if o.succeeded() {
            match self.opened.of(o.ids.principal) {
                Some(Some((evidence, _))) => evidence.add(o),
                Some(none) => *none = Some((Evidence::of(o), 0)),
                None => {}
            }
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        findings.dropped += self.opened.dropped();
        for (evidence, run) in self.opened.into_sorted().into_iter().filter_map(|(_, state)| state) {
            if run == 0 {
                continue;
            }
            let (who, times) = (words::who(evidence.principal()), words::number(run, "time"));
            let reason = format!("{who} opened access to foundation models and ran them {times} within a day.");
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
