//! Behaviour: what no single record shows, found by who did what, from where, how often and after what.
//!
//! Analytics see the events of a trail in the order of time, each with the [`Chain`](crate::identity::Chain) behind it and
//! its [`Place`](crate::places::Place). An analytic is one file: it names the signals it waits for, keeps what it needs in
//! bounded memory, and says at the end what it found, or why it could not look. What is new about an event is found out
//! once for all of them, so that an ordinary event concerns none or one.
//!
//! ```
//! // Every analytic says what it finds, what it needs, and who does the same legally.
//! for about in analysis::behavior::about() {
//!     assert!(!about.title.is_empty() && !about.needs.is_empty() && !about.false_positives.is_empty());
//! }
//! ```

mod before;
mod by_name;
mod evidence;
mod grants;
mod history;
mod ids;
mod learn;
mod observed;
mod people;
mod places;
mod request;
mod signals;
mod words;

mod brute_force;
mod compute_hijack;
mod compute_outside;
mod console_without_mfa;
mod defence_taken_down;
mod denied_burst;
mod destruction_burst;
mod dormant;
mod enumeration;
mod exposure;
mod first_seen;
mod first_seen_country;
mod impossible_travel;
mod instance_script;
mod key_from_new_network;
mod mail_hijack;
mod mfa_tampering;
mod minted_credentials;
mod model_hijack;
mod own_rights;
mod passed_role;
mod password_spray;
mod persistence_chain;
mod quarantined;
mod region_never_used;
mod remote_reach;
mod root_use;
mod secrets_sweep;
mod serial_console;
mod several_networks;
mod trust_backdoor;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::Timestamp;
use security_model::{Confidence, Level, SafeText};

use self::before::Before;
use self::history::Known;
pub(crate) use self::learn::{Learned, Learner};
pub(crate) use self::observed::{EventIndex, Ids, Observed};
use self::people::{Event, People};
use self::signals::Signals;
use crate::baseline::Baseline;
use crate::identity::Text;

/// What is known of an analytic before it has seen anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name, which does not change.
    pub id: &'static str,
    /// What it finds.
    pub title: &'static str,
    /// How much that matters at most.
    pub level: Level,
    /// How sure it is.
    pub confidence: Confidence,
    /// ATT&CK tactics, first the one it serves most.
    pub tactics: &'static [&'static str],
    /// ATT&CK techniques.
    pub techniques: &'static [&'static str],
    /// What the attacker gains, and how it is found.
    pub description: &'static str,
    /// Fields and data without which it cannot look.
    pub needs: &'static [&'static str],
    /// Who does the same legally.
    pub false_positives: &'static [&'static str],
}

/// Something that an analytic found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The analytic.
    pub(crate) about: &'static About,
    /// How much it matters; no more than the analytic's own level.
    pub(crate) level: Level,
    /// Who is behind it: the first identity.
    pub(crate) principal: Text,
    /// The access key of the event that speaks for it.
    pub(crate) access_key: Option<Text>,
    /// The event that speaks for it: its session is the finding's.
    pub(crate) session_of: EventIndex,
    /// Events in the order of time; not all if there are many.
    pub(crate) events: Vec<EventIndex>,
    /// How many they are.
    pub(crate) count: u64,
    /// Time of the first of them.
    pub(crate) first: Timestamp,
    /// Time of the last of them.
    pub(crate) last: Timestamp,
    /// What happened, in one sentence; values from records stand in code spans.
    pub(crate) reason: SafeText,
}

/// What all analytics found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The most important first, then in the order of time.
    pub(crate) found: Vec<Found>,
    /// Who could not look, and why.
    pub(crate) not_evaluated: Vec<(&'static About, String)>,
    /// Events that analytics left out for want of room.
    pub(crate) dropped: u64,
}

impl Findings {
    fn blind(&mut self, about: &'static About, reason: impl Into<String>) {
        self.not_evaluated.push((about, reason.into()));
    }
}

/// One analytic.
trait Analytic {
    /// Events without any of these are not shown to it.
    fn wants(&self) -> Signals;
    fn observe(&mut self, event: &Event<'_, '_>);
    /// Adds what it found, or why it could not look.
    fn finish(self: Box<Self>, known: &Known, findings: &mut Findings);
}

/// Makes an analytic that has seen nothing.
type Make = fn() -> Box<dyn Analytic + Send>;

/// All analytics, each with what it is about.
static REGISTRY: &[(&About, Make)] = &[
    (&brute_force::ABOUT, || Box::<brute_force::BruteForce>::default()),
    (&compute_hijack::ABOUT, || Box::<compute_hijack::ComputeHijack>::default()),
    (&compute_outside::ABOUT, || Box::<compute_outside::ComputeOutside>::default()),
    (&console_without_mfa::ABOUT, || Box::<console_without_mfa::ConsoleWithoutMfa>::default()),
    (&defence_taken_down::ABOUT, || Box::<defence_taken_down::DefenceTakenDown>::default()),
    (&denied_burst::ABOUT, || Box::<denied_burst::DeniedBurst>::default()),
    (&destruction_burst::ABOUT, || Box::<destruction_burst::DestructionBurst>::default()),
    (&dormant::ABOUT, || Box::<dormant::Dormant>::default()),
    (&enumeration::ABOUT, || Box::<enumeration::Enumeration>::default()),
    (&exposure::ABOUT, || Box::<exposure::Exposure>::default()),
    (&first_seen::API, || Box::new(first_seen::FirstSeen::new(&first_seen::API))),
    (&first_seen::SERVICE, || Box::new(first_seen::FirstSeen::new(&first_seen::SERVICE))),
    (&first_seen::REGION, || Box::new(first_seen::FirstSeen::new(&first_seen::REGION))),
    (&first_seen::TOOL, || Box::new(first_seen::FirstSeen::new(&first_seen::TOOL))),
    (&first_seen_country::ABOUT, || Box::<first_seen_country::FirstSeenCountry>::default()),
    (&impossible_travel::ABOUT, || Box::<impossible_travel::ImpossibleTravel>::default()),
    (&instance_script::ABOUT, || Box::<instance_script::InstanceScript>::default()),
    (&key_from_new_network::ABOUT, || Box::<key_from_new_network::KeyFromNewNetwork>::default()),
    (&mail_hijack::ABOUT, || Box::<mail_hijack::MailHijack>::default()),
    (&mfa_tampering::ABOUT, || Box::<mfa_tampering::MfaTampering>::default()),
    (&minted_credentials::ABOUT, || Box::<minted_credentials::MintedCredentials>::default()),
    (&model_hijack::ABOUT, || Box::<model_hijack::ModelHijack>::default()),
    (&own_rights::ABOUT, || Box::<own_rights::OwnRights>::default()),
    (&passed_role::ABOUT, || Box::<passed_role::PassedRole>::default()),
    (&password_spray::ABOUT, || Box::<password_spray::PasswordSpray>::default()),
    (&persistence_chain::ABOUT, || Box::<persistence_chain::PersistenceChain>::default()),
    (&quarantined::ABOUT, || Box::<quarantined::QuarantinedKey>::default()),
    (&region_never_used::ABOUT, || Box::<region_never_used::RegionNeverUsed>::default()),
    (&remote_reach::ABOUT, || Box::<remote_reach::RemoteReach>::default()),
    (&root_use::ABOUT, || Box::<root_use::RootUse>::default()),
    (&secrets_sweep::ABOUT, || Box::<secrets_sweep::SecretsSweep>::default()),
    (&serial_console::ABOUT, || Box::<serial_console::SerialConsole>::default()),
    (&several_networks::ABOUT, || Box::<several_networks::SeveralNetworks>::default()),
    (&trust_backdoor::ABOUT, || Box::<trust_backdoor::TrustBackdoor>::default()),
];

/// What is known of each analytic.
pub fn about() -> impl Iterator<Item = &'static About> {
    REGISTRY.iter().map(|(about, _)| *about)
}

/// Whether an analytic reads what calls of this name name, or their `requestParameters`.
pub(crate) fn wants_request(event_source: &str, event_name: &str) -> bool {
    signals::wants_request(event_source, event_name)
}

/// All analytics.
pub(crate) struct Behaviors {
    people: People,
    before: Before,
    analytics: Vec<Box<dyn Analytic + Send>>,
    /// Of each signal, the analytics that wait for it, as bits.
    waiting: [u64; Signals::BITS],
    has_events: bool,
}

// Bits of one number stand for the analytics.
const _: () = assert!(REGISTRY.len() <= 64);

impl Behaviors {
    /// All analytics, which have seen nothing, and know of what was before as much as the baseline does.
    pub(crate) fn new(baseline: Option<Arc<Baseline>>) -> Self {
        let analytics: Vec<_> = REGISTRY.iter().map(|(_, new)| new()).collect();
        let mut waiting = [0; Signals::BITS];
        for (at, analytic) in analytics.iter().enumerate() {
            for signal in analytic.wants().bits() {
                if let Some(waiting) = waiting.get_mut(signal) {
                    *waiting |= 1_u64 << at;
                }
            }
        }
        let before = Before::new(baseline);
        Self { people: People::default(), before, analytics, waiting, has_events: false }
    }

    /// Shows them an event. Events come in the order of time.
    pub(crate) fn observe(&mut self, observed: &Observed<'_>) {
        if !self.has_events {
            self.has_events = true;
            self.people.begin(self.before.begin(observed.time));
        }
        let event = self.people.meet(observed, &self.before);
        let waiting = event.signals.bits().filter_map(|signal| self.waiting.get(signal));
        let mut waiting = waiting.fold(0, |all, waiting| all | waiting);
        while waiting != 0 {
            let at = usize::try_from(waiting.trailing_zeros()).unwrap_or(usize::MAX);
            waiting &= waiting - 1;
            if let Some(analytic) = self.analytics.get_mut(at) {
                analytic.observe(&event);
            }
        }
    }

    /// What they found.
    pub(crate) fn finish(self) -> Findings {
        let mut findings = Findings { dropped: self.people.dropped(), ..Findings::default() };
        if !self.has_events {
            for about in about() {
                findings.blind(about, "no event has a time");
            }
            return findings;
        }
        for analytic in self.analytics {
            analytic.finish(self.people.known(), &mut findings);
        }
        findings.found.sort_by(|a, b| {
            let order = |found: &Found| (found.first, found.about.id, found.session_of);
            b.level.cmp(&a.level).then_with(|| order(a).cmp(&order(b)))
        });
        findings
    }
}
