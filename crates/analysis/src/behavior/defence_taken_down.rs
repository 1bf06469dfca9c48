//! A defence is taken down by somebody who did not set it up that day. Whoever tries out a set-up takes down his own.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::by_name::ByName;
use super::evidence::{Evidence, Mark};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, words};
use crate::identity::Text;

const SAME_DAY: SignedDuration = SignedDuration::from_hours(24);
/// Most services whose defences one identity set up.
const MOST_SERVICES: usize = 16;

pub(super) static ABOUT: About = About {
    id: "defence-taken-down-by-another",
    title: "A defence was taken down by somebody who did not set it up",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["defense-impairment"],
    techniques: &["T1685", "T1685.002"],
    description: "What is not recorded or watched is not found later; several defences taken down within a day leave no doubt.",
    needs: &["names of trails, recorders and detectors in requestParameters"],
    false_positives: &["an account that is closed for good", "a platform team that replaces a tool"],
};

#[derive(Default)]
pub(super) struct DefenceTakenDown {
    /// Who set what up, by account, service and name.
    made: ByName<(u32, Text, Mark)>,
    /// Services whose defences somebody set up last, where the call does not name them.
    makers: States<u32, Vec<(Box<str>, Mark)>>,
    taken: States<u32, Vec<Taken>>,
}

struct Taken {
    service: Box<str>,
    evidence: Evidence,
    what: String,
    made_by: Option<String>,
}

impl Analytic for DefenceTakenDown {
    fn wants(&self) -> Signals {
        Signals::DEFENCE | Signals::DEFENCE_MADE
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() {
            return;
        }
        let target = o.target();
        let key = format!("{}/{}/{}", o.account, o.event_source, words::last_part(&target));
        if event.is(Signals::DEFENCE_MADE) {
            self.made.insert(&key, (o.ids.principal, o.chain.first.name.clone(), Mark::of(o)));
            let Some(services) = self.makers.of(o.ids.principal) else { return };
            services.retain(|(service, _)| **service != *o.event_source);
            if services.len() < MOST_SERVICES {
                services.push((o.event_source.into(), Mark::of(o)));
            }
        } else if takes_down(o.event_name) {
            let maker = self.made.get_mut(&key).filter(|_| !target.is_empty());
            if maker.as_ref().is_some_and(|(by, _, mark)| *by == o.ids.principal && mark.is_within(SAME_DAY, o)) {
                return;
            }
            let made_by = maker.map(|(_, name, _)| words::who(name));
            let services = self.makers.known(o.ids.principal);
            let made_like_it = services.is_some_and(|services| {
                services.iter().any(|(service, mark)| **service == *o.event_source && mark.is_within(SAME_DAY, o))
            });
            if made_by.is_none() && made_like_it {
                return;
            }
            self.take(o, made_by);
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        findings.dropped += self.made.dropped() + self.taken.dropped();
        for (_, taken) in self.taken.into_sorted() {
            let number = taken.len();
            let mut taken = taken.into_iter();
            let Some(Taken { mut evidence, what, made_by, .. }) = taken.next() else { continue };
            taken.for_each(|other| evidence.absorb(other.evidence));
            let who = words::who(evidence.principal());
            let (level, reason) = match (number, made_by) {
                (1, Some(maker)) => (Level::Medium, format!("{who} took down a defence of {maker} with {what}.")),
                (1, None) => {
                    (Level::Medium, format!("{who} took down a defence with {what} and had not set it up that day."))
                }
                _ => (Level::High, format!("{who} took down defences of {number} services, first with {what}.")),
            };
            findings.found.push(evidence.found(&ABOUT, level, words::sentence(&reason)));
        }
    }
}

impl DefenceTakenDown {
    fn take(&mut self, o: &Observed<'_>, made_by: Option<String>) {
        let Some(taken) = self.taken.of(o.ids.principal) else { return };
        if let Some(known) = taken.iter_mut().find(|taken| *taken.service == *o.event_source) {
            known.evidence.add(o);
        } else if taken.len() < MOST_SERVICES {
            let (service, evidence, what) = (o.event_source.into(), Evidence::of(o), words::call(o));
            taken.push(Taken { service, evidence, what, made_by });
        }
    }
}

/// Changes and log groups come and go; these do not.
fn takes_down(call: &str) -> bool {
    matches!(
        call,
        "StopLogging"
            | "DeleteTrail"
            | "DeleteEventDataStore"
            | "DeleteDetector"
            | "StopConfigurationRecorder"
            | "DeleteConfigurationRecorder"
            | "DeleteDeliveryChannel"
            | "DisableSecurityHub"
            | "DeleteFlowLogs"
            | "DeleteAnalyzer"
            | "DeleteResolverQueryLogConfig"
    )
}
