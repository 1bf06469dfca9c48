//! One identity reaches into many machines within an hour: commands, sessions, pushed keys.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::{Burst, Size};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, request, words};

const SIZE: Size = Size { distinct: 5, span: SignedDuration::from_hours(1) };
/// Most targets of one call that are told apart.
const MOST_OF_ONE: usize = 50;

pub(super) static ABOUT: About = About {
    id: "many-machines-reached",
    title: "One identity reached into many machines",
    level: Level::Medium,
    confidence: Confidence::Medium,
    tactics: &["lateral-movement", "execution"],
    techniques: &["T1021.007", "T1651"],
    description: "With the right to run commands an intruder goes from machine to machine, and takes the roles of each.",
    needs: &["requestParameters of SendCommand, StartSession, SendSSHPublicKey and ExecuteCommand"],
    false_positives: &["patching with other documents than those of AWS", "a roll-out by hand"],
};

#[derive(Default)]
pub(super) struct RemoteReach {
    reached: States<u32, Burst<Box<str>>>,
    calls: u64,
    that_name: u64,
}

impl Analytic for RemoteReach {
    fn wants(&self) -> Signals {
        Signals::REMOTE
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let targets = targets(o);
        self.calls += 1;
        self.that_name += u64::from(o.request.is_some());
        let Some(burst) = self.reached.of(o.ids.principal) else { return };
        for target in targets {
            burst.add(o, target, SIZE);
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.calls > 0 && self.that_name == 0 {
            return findings.blind(&ABOUT, "no call that reaches into a machine says into which");
        }
        findings.dropped += self.reached.dropped();
        for (_, burst) in self.reached.into_sorted() {
            let Some((most, evidence)) = burst.into_found() else { continue };
            let who = words::who(evidence.principal());
            let reason = format!("{who} reached into {most} different machines within an hour.");
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}

fn targets(o: &Observed<'_>) -> Vec<Box<str>> {
    let request = request::of(o);
    // Patching and inventory reach every machine, on a schedule.
    let routine =
        ["AWS-RunPatchBaseline", "AWS-UpdateSSMAgent", "AWS-GatherSoftwareInventory", "AWS-ConfigureAWSPackage"];
    let is_routine = |document: &str| routine.iter().any(|name| words::last_part(document).starts_with(name));
    if request::text(&request, "documentName").is_some_and(is_routine) {
        return Vec::new();
    }
    let listed = request::items(&request, "instanceIds").iter().filter_map(|id| id.as_str());
    let one = ["target", "instanceId", "container", "task"].iter().filter_map(|name| request::text(&request, name));
    listed.chain(one.take(1)).take(MOST_OF_ONE).map(Box::from).collect()
}
