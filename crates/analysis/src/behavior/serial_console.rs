//! The serial console is switched on for the account, and then a key is pushed to one.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::Evidence;
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Signals, words};

const WITHIN: SignedDuration = SignedDuration::from_hours(24);

pub(super) static ABOUT: About = About {
    id: "serial-console-opened-and-used",
    title: "The serial console was switched on and used",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["lateral-movement", "execution"],
    techniques: &["T1021.004", "T1578.005"],
    description: "The serial console passes every network rule: whoever switches it on gets to the prompt of any machine.",
    needs: &["eventTime"],
    false_positives: &["an emergency repair of a machine that does not start"],
};

#[derive(Default)]
pub(super) struct SerialConsole {
    opened: States<u32, Option<(Evidence, String)>>,
}

impl Analytic for SerialConsole {
    fn wants(&self) -> Signals {
        Signals::SERIAL
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() {
            return;
        }
        let Some(state) = self.opened.of(o.ids.principal) else { return };
        match state {
            _ if o.event_name == "EnableSerialConsoleAccess" => *state = Some((Evidence::of(o), String::new())),
            Some((evidence, machine)) if o.time.duration_since(evidence.last()) <= WITHIN => {
                evidence.add(o);
                *machine = words::thing(&o.target());
            }
            _ => {}
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        findings.dropped += self.opened.dropped();
        for (evidence, machine) in self.opened.into_sorted().into_iter().filter_map(|(_, state)| state) {
            if machine.is_empty() {
                continue;
            }
            let who = words::who(evidence.principal());
            let reason = format!("{who} switched on the serial console and pushed a key to {machine}.");
            findings.found.push(evidence.found(&ABOUT, ABOUT.level, words::sentence(&reason)));
        }
    }
}
