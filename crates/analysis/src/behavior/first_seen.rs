//! What an identity never did before, after it has been known for long enough: a call, a service, a region, a tool.
//!
//! Alone it is new work or a new release. It is told once for each identity, and beside other detections it is what an
//! analyst asks first.

use security_model::filter::service_name;
use security_model::{Confidence, Level};

use super::evidence::Evidence;
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, words};
use crate::baseline::Fact;

pub(super) static API: About = About { id: "first-seen-api", title: "Calls that an identity never made before", ..NEW };
pub(super) static SERVICE: About =
    About { id: "first-seen-service", title: "Services that an identity never used before", ..NEW };
pub(super) static REGION: About = About {
    id: "first-seen-region",
    title: "Regions in which an identity never acted before",
    techniques: &["T1535"],
    ..NEW
};
pub(super) static TOOL: About = About {
    id: "first-seen-user-agent",
    title: "Tools that an identity never used before",
    description: "A stolen key is used with the thief's tools. The user agent is the caller's own word, so this is context only.",
    needs: &["seven days of events of an identity", "userAgent"],
    false_positives: &["a new laptop, a new script"],
    ..NEW
};

const NEW: About = About {
    id: "",
    title: "",
    level: Level::Low,
    confidence: Confidence::Low,
    tactics: &["initial-access"],
    techniques: &["T1078.004"],
    description: "Whoever took an identity over does other things with it than its owner; changes weigh more than looks.",
    needs: &["seven days of events of an identity"],
    false_positives: &["new work, a new release", "a new colleague in an old role"],
};

/// Most services that are told apart of one identity.
const MOST_NAMES: usize = 96;

/// One of the four.
pub(super) struct FirstSeen {
    about: &'static About,
    wants: Signals,
    of: States<u32, State>,
}

#[derive(Default)]
struct State {
    /// Services, regions or tools seen so far.
    names: Vec<Box<str>>,
    new: Option<New>,
}

struct New {
    evidence: Evidence,
    /// Different things that are new.
    number: u64,
    first: String,
    days: i64,
    level: Level,
}

impl FirstSeen {
    pub(super) fn new(about: &'static About) -> Self {
        let wants = match about.id {
            "first-seen-region" => Signals::NEW_REGION,
            "first-seen-user-agent" => Signals::NEW_AGENT,
            _ => Signals::NEW_CALL,
        };
        Self { about, wants, of: States::default() }
    }
}

/// Whether a baseline knows that the identity used this. Of calls and tools nobody asks: they would give no signal.
fn was_known(about: &About, event: &Event<'_, '_>, name: &str) -> bool {
    let who = event.o.who();
    match about.id {
        "first-seen-service" => event.before.knows(&Fact::Service { who, service: name }),
        "first-seen-region" => event.before.knows(&Fact::RegionChosen { who, region: name }),
        _ => false,
    }
}

impl Analytic for FirstSeen {
    fn wants(&self) -> Signals {
        self.wants
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if self.wants == Signals::NEW_REGION && is_global(o) {
            return;
        }
        let Some(state) = self.of.of(o.ids.principal) else { return };
        let name = match self.about.id {
            "first-seen-service" => service_name(o.event_source),
            "first-seen-region" => o.region,
            "first-seen-user-agent" => o.agent.label(),
            _ => "",
        };
        let mut is_known = !name.is_empty() && state.names.iter().any(|known| **known == *name);
        if !is_known && !name.is_empty() {
            if state.names.len() >= MOST_NAMES {
                return;
            }
            state.names.push(name.into());
            is_known = was_known(self.about, event, name);
        }
        // A region is told again when something is first changed there.
        if is_known && (self.about.id != REGION.id || state.new.is_none()) {
            return;
        }
        let Some(past) = event.past.filter(|past| past.is_long_enough(o.time)) else { return };
        // Pages of the console call what they like, and so a look there is nobody's doing.
        if event.reads && self.about.id != TOOL.id && matches!(o.agent.label(), "aws console" | "browser") {
            return;
        }
        let level = match event.is(Signals::SENSITIVE) && event.is_done() {
            true => Level::Low,
            false => Level::Informational,
        };
        let what = || match self.about.id {
            "first-seen-user-agent" => name.to_owned(),
            "first-seen-api" => words::call(o),
            _ => words::code(name),
        };
        match &mut state.new {
            Some(new) => {
                new.evidence.add(o);
                new.number += u64::from(!is_known);
                if level > new.level {
                    (new.level, new.first) = (level, what());
                }
            }
            None => {
                let days = o.time.duration_since(past.since).as_hours() / 24;
                state.new = Some(New { evidence: Evidence::of(o), number: 1, first: what(), days, level });
            }
        }
    }

    fn finish(self: Box<Self>, known: &Known, findings: &mut Findings) {
        if let Some(reason) = known.too_short() {
            return findings.blind(self.about, reason);
        }
        findings.dropped += self.of.dropped();
        let (deed, one) = match self.about.id {
            "first-seen-service" => ("used", "service"),
            "first-seen-region" => ("acted in", "region"),
            "first-seen-user-agent" => ("used", "tool"),
            _ => ("made", "call"),
        };
        for new in self.of.into_sorted().into_iter().filter_map(|(_, state)| state.new) {
            let (who, number) = (words::who(new.evidence.principal()), words::number(new.number, one));
            let (days, first) = (new.days, new.first);
            let reason = format!("{who} {deed} {number} for the first time after {days} days, such as {first}.");
            findings.found.push(new.evidence.found(self.about, new.level, words::sentence(&reason)));
        }
    }
}

/// Calls of services without regions are recorded in one region.
pub(super) fn is_global(o: &Observed<'_>) -> bool {
    let services = [
        "iam",
        "sts",
        "cloudfront",
        "route53",
        "route53domains",
        "organizations",
        "signin",
        "support",
        "waf",
        "shield",
        "globalaccelerator",
        "budgets",
        "ce",
        "health",
        "account",
        "sso",
        "s3",
    ];
    let is_home = matches!(o.region, "us-east-1" | "us-gov-west-1" | "cn-north-1" | "cn-northwest-1" | "");
    is_home && services.contains(&o.event_source.strip_suffix(".amazonaws.com").unwrap_or_default())
}
