//! Credentials that only a machine of AWS gets, used from an address that is not of AWS: they were taken from it.
//!
//! An address from which several machines act is the way out of a network of the company's own, and no news.

use security_model::{Confidence, Level};

use super::evidence::{Evidence, Mark};
use super::ids::{ById, MOST, States};
use super::places::{is_inside, is_outside};
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, words};
use crate::identity::IdentityKind;

pub(super) static ABOUT: About = About {
    id: "compute-credentials-outside",
    title: "Credentials of a machine were used outside AWS",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["credential-access", "lateral-movement"],
    techniques: &["T1552.005", "T1550.001"],
    description: "Credentials of an instance, function or container taken by way of its metadata work anywhere, until they expire.",
    needs: &["session names of instances, or sessionContext.ec2RoleDelivery, or inScopeOf", "sourceIPAddress"],
    false_positives: &[
        "a company network whose way out is not of AWS",
        "a range of AWS that is newer than the list of ranges",
        "a developer who tries a copied token",
    ],
};

#[derive(Default)]
pub(super) struct ComputeOutside {
    of_session: States<u32, Used>,
    /// By address, the first machines that used it.
    machines: ById<u32, [Option<u32>; 2]>,
    seen: bool,
}

#[derive(Default)]
struct Used {
    inside: Option<Mark>,
    outside: Option<(Evidence, u32, String)>,
}

impl Analytic for ComputeOutside {
    fn wants(&self) -> Signals {
        Signals::MOVED
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let Some(machine) = machine(o) else { return };
        self.seen = true;
        let Some(used) = self.of_session.of(o.ids.session) else { return };
        if is_inside(o.place) {
            used.inside = Some(Mark::of(o));
            return;
        }
        if !is_outside(o.place) {
            return;
        }
        if self.machines.len() < MOST || self.machines.contains_key(&o.ids.address) {
            let users = self.machines.entry(o.ids.address).or_default();
            let free = users.iter_mut().find(|user| user.is_none_or(|user| user == o.ids.session));
            if let Some(free) = free {
                *free = Some(o.ids.session);
            }
        }
        match &mut used.outside {
            Some((evidence, ..)) => evidence.add(o),
            None => {
                let who = words::who(&o.chain.first.name);
                let (address, place) = (words::code(o.source_ip), o.place.country().map(|c| format!(" in {c}")));
                let place = place.unwrap_or_default();
                let reason = format!("Credentials of {machine} {who} were used from {address}{place}, outside AWS");
                used.outside = Some((Evidence::of(o), o.ids.address, reason));
            }
        }
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if !self.seen {
            return findings.blind(&ABOUT, "no event is of a session of an instance, function or container");
        }
        findings.dropped += self.of_session.dropped();
        for (_, used) in self.of_session.into_sorted() {
            let Some((mut evidence, address, reason)) = used.outside else { continue };
            let is_way_out = self.machines.get(&address).is_some_and(|users| users.iter().all(Option::is_some));
            let (level, reason) = match used.inside {
                Some(inside) => {
                    evidence.add_mark(inside);
                    (Level::High, format!("{reason}, and also inside."))
                }
                None if is_way_out => continue,
                None => (Level::Medium, format!("{reason}.")),
            };
            findings.found.push(evidence.found(&ABOUT, level, words::sentence(&reason)));
        }
    }
}

/// What sort of machine the credentials belong to.
fn machine(o: &Observed<'_>) -> Option<&'static str> {
    let first = &o.chain.first;
    match first.kind {
        IdentityKind::Ec2Instance => Some("instance"),
        IdentityKind::LambdaFunction => Some("function"),
        IdentityKind::EcsTask => Some("container"),
        // Older records only name the session after the instance.
        IdentityKind::Role if o.chain.links.is_empty() => {
            let session = first.session.as_ref()?.untrusted().for_matching();
            let id = session.strip_prefix("i-")?;
            let is_id = matches!(id.len(), 8 | 17) && id.bytes().all(|b| b.is_ascii_hexdigit());
            is_id.then_some("an instance of")
        }
        _ => None,
    }
}
