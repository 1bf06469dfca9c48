//! One instance is stopped, given other user data and started, by one identity: its start-up script runs as root.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::by_name::ByName;
use super::evidence::Evidence;
use super::evidence::Mark;
use super::{About, Analytic, Event, Findings, Known, Signals, request, words};

const WITHIN: SignedDuration = SignedDuration::from_hours(2);

pub(super) static ABOUT: About = About {
    id: "instance-script-swapped",
    title: "An instance got another start-up script",
    level: Level::High,
    confidence: Confidence::High,
    tactics: &["execution", "privilege-escalation"],
    techniques: &["T1059.009", "T1578.005"],
    description: "User data runs as root at the next start: whoever may change it owns the machine and its role.",
    needs: &["requestParameters of StopInstances, ModifyInstanceAttribute and StartInstances"],
    false_positives: &["a machine that is maintained by hand"],
};

#[derive(Default)]
struct Instance {
    by: u32,
    stopped: Option<Mark>,
    changed: Option<Evidence>,
    is_started: bool,
}

#[derive(Default)]
pub(super) struct InstanceScript {
    instances: ByName<Instance>,
    calls: u64,
    readable: u64,
}

impl Analytic for InstanceScript {
    fn wants(&self) -> Signals {
        Signals::INSTANCE
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() {
            return;
        }
        self.calls += 1;
        self.readable += u64::from(o.request.is_some());
        let request = request::of(o);
        if o.event_name == "ModifyInstanceAttribute" {
            let Some(id) = request::text(&request, "instanceId").filter(|_| request.get("userData").is_some()) else {
                return;
            };
            let Some(instance) = self.instances.get_mut(id).filter(|instance| instance.by == o.ids.principal) else {
                return;
            };
            if let Some(stopped) = instance.stopped.filter(|mark| mark.is_within(WITHIN, o)) {
                instance.changed = Some(Evidence::after(o, [stopped]));
            }
            return;
        }
        let items = request::items(&request, "instancesSet");
        for id in items.iter().filter_map(|item| request::text(item, "instanceId")) {
            if o.event_name == "StopInstances" {
                let Some(instance) = self.instances.or_default(id) else { return };
                if !instance.is_started {
                    *instance = Instance { by: o.ids.principal, stopped: Some(Mark::of(o)), ..Instance::default() };
                }
            } else if let Some(instance) = self.instances.get_mut(id).filter(|known| known.by == o.ids.principal) {
                let recent = instance.changed.as_mut().filter(|e| o.time.duration_since(e.last()) <= WITHIN);
                if let Some(evidence) = recent.filter(|_| !instance.is_started) {
                    evidence.add(o);
                    instance.is_started = true;
                }
            }
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.calls > 0 && self.readable == 0 {
            return findings.blind(&ABOUT, "no call about an instance says about which");
        }
        findings.dropped += self.instances.dropped();
        for (id, instance) in self.instances.into_sorted().into_iter().filter(|(_, instance)| instance.is_started) {
            let Some(evidence) = instance.changed else { continue };
            let (who, id) = (words::who(evidence.principal()), words::thing(&id));
            let reason = format!("{who} stopped instance {id}, replaced its start-up script and started it.");
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
