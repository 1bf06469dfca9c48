//! One identity destroys many different things within minutes, and has not made as many that day.

use jiff::SignedDuration;
use security_model::filter::base_event_name;
use security_model::{Confidence, Level};

use super::evidence::{Burst, Mark, Size};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, words};
use crate::cloudtrail::user_agent::Family;

const SIZE: Size = Size { distinct: 10, span: SignedDuration::from_mins(15) };
const SAME_DAY: SignedDuration = SignedDuration::from_hours(24);
/// Things without which there is no way back.
const LAST_RESORTS: [&str; 6] = ["Snapshot", "Backup", "RecoveryPoint", "KeyDeletion", "Vault", "DBInstance"];
/// So many of those make it worse.
const FEW: u64 = 3;

pub(super) static ABOUT: About = About {
    id: "destruction-burst",
    title: "Many different things were destroyed within minutes",
    level: Level::High,
    confidence: Confidence::Medium,
    tactics: &["impact"],
    techniques: &["T1485", "T1490"],
    description: "An extortionist destroys what is needed and the way back to it, faster than anybody reacts.",
    needs: &["what Delete calls name, in requestParameters"],
    false_positives: &["a test environment that is taken down by script", "the end of a project"],
};

#[derive(Default)]
struct Destroyer {
    burst: Burst<Box<str>>,
    /// By sort of thing, how many were made and destroyed that day.
    sorts: Vec<Sort>,
    last_resorts: u64,
    by_tool: u64,
}

struct Sort {
    name: Box<str>,
    since: Mark,
    made: u64,
    destroyed: u64,
}

/// Most sorts of things that are told apart.
const MOST_SORTS: usize = 128;

#[derive(Default)]
pub(super) struct DestructionBurst {
    by: States<u32, Destroyer>,
    calls: u64,
    that_name: u64,
}

impl Analytic for DestructionBurst {
    fn wants(&self) -> Signals {
        Signals::DESTROY | Signals::MAKE
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !o.succeeded() {
            return;
        }
        let Some(state) = self.by.of(o.ids.principal) else { return };
        let sort = state.sort(o);
        if event.is(Signals::MAKE) {
            if let Some(sort) = sort {
                sort.made += 1;
            }
            return;
        }
        if let Some(sort) = sort {
            sort.destroyed += 1;
        }
        self.calls += 1;
        let target = o.target();
        self.that_name += u64::from(!target.is_empty());
        // Things of different sorts may have one name.
        let is_burst = state.burst.add(o, format!("{}/{target}", o.ids.call).into(), SIZE);
        state.last_resorts += u64::from(LAST_RESORTS.iter().any(|word| o.event_name.contains(word)));
        let is_tool = matches!(o.agent, Family::Terraform | Family::Pulumi | Family::Cloudformation);
        state.by_tool += u64::from(is_tool && is_burst);
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.calls > 0 && self.that_name == 0 {
            return findings.blind(&ABOUT, "no call that destroys something says what");
        }
        findings.dropped += self.by.dropped();
        for (_, state) in self.by.into_sorted() {
            let is_own_work = state.is_own_work();
            let Some((most, evidence)) = state.burst.into_found().filter(|_| !is_own_work) else { continue };
            let who = words::who(evidence.principal());
            let (level, tool) = match (state.by_tool > 0, state.last_resorts >= FEW) {
                // The end of what such a tool made looks like this; so would an intruder who says that he is one.
                (true, _) => (Level::Low, " with what calls itself a provisioning tool"),
                (false, true) => (Level::High, ", backups or keys among them"),
                (false, false) => (Level::Medium, ""),
            };
            let reason = format!("{who} destroyed {most} different things within a quarter of an hour{tool}.");
            let evidence = if level == Level::Low { evidence.brief() } else { evidence };
            findings.found.push(evidence.found(&ABOUT, level, words::sentence(&reason)));
        }
    }
}

impl Destroyer {
    /// The sort of thing that the call makes or destroys; those made or destroyed longer than a day ago are forgotten.
    fn sort(&mut self, o: &Observed<'_>) -> Option<&mut Sort> {
        let name = sort_of(o.event_name);
        let at = self.sorts.iter().position(|sort| *sort.name == *name).unwrap_or(self.sorts.len());
        if at == self.sorts.len() && at < MOST_SORTS {
            self.sorts.push(Sort { name: name.into(), since: Mark::of(o), made: 0, destroyed: 0 });
        }
        let sort = self.sorts.get_mut(at)?;
        if !sort.since.is_within(SAME_DAY, o) {
            (sort.since, sort.made, sort.destroyed) = (Mark::of(o), 0, 0);
        }
        Some(sort)
    }

    /// Whether most of what was destroyed had been made the same day, sort by sort.
    fn is_own_work(&self) -> bool {
        let destroyed: u64 = self.sorts.iter().map(|sort| sort.destroyed).sum();
        let own: u64 = self.sorts.iter().map(|sort| sort.made.min(sort.destroyed)).sum();
        own * 2 > destroyed
    }
}

/// `Table` of `CreateTable` and `DeleteTable`.
fn sort_of(call: &str) -> &str {
    let name = base_event_name(call);
    match name {
        "ScheduleKeyDeletion" | "DisableKey" => "Key",
        _ => ["Create", "Delete", "Run", "Terminate", "Deregister", "Copy"]
            .iter()
            .find_map(|verb| name.strip_prefix(verb))
            .unwrap_or(name),
    }
}
