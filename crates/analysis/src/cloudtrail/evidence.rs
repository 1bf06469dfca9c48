//! The rows behind the numbers about events.

use std::sync::Arc;

use security_model::{EventRow, EventView, SafeText, TextKind, rfc3339};

use super::behind::Behind;
use super::console::ConsoleLogin;
use super::failed::Outcome;
use super::features::Features;
use super::principal::Principal;
use super::touched::{self, SEPARATOR};
use super::user_agent::Family;
use crate::EvidencePage;
use crate::behavior::EventIndex;
use crate::detect::ApiIndex;
use crate::evidence::{Evidence, Kept, Select, Sets};
use crate::names::{Name, Pool, kept_text};

/// Which events a number counts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Selector {
    All,
    ReadOnly(bool),
    Outcome(Outcome),
    Console(ConsoleSet),
    Root,
    AnyHighRisk,
    Event(Name, Name),
    Principal(Principal),
    SourceIp(Name),
    Region(Name),
    Agent(Family),
    Error(Name),
    FailedEvent(Name, Name),
    FailedPrincipal(Name),
    HighRisk(ApiIndex),
}

/// Which console sign-ins a number counts.
#[derive(Clone, Copy, Debug)]
pub(super) enum ConsoleSet {
    Succeeded,
    Failed,
    WithoutMfa,
}

pub(super) type EventSets = Sets<Selector>;

impl Select<EventData> for Selector {
    fn selects(&self, _: usize, row: &EventData) -> bool {
        let event = &row.features;
        let is = |name, source| (event.event_name, event.event_source) == (name, source);
        let failed = event.outcome == Outcome::Failed;
        match *self {
            Self::All => true,
            Self::ReadOnly(read) => event.read_only == Some(read),
            Self::Outcome(outcome) => event.outcome == outcome,
            Self::Console(set) => event.console.is_some_and(|login| set.holds(login)),
            Self::Root => event.root,
            Self::AnyHighRisk => event.high_risk.is_some(),
            Self::Event(name, source) => is(name, source),
            Self::Principal(principal) => event.principal == principal,
            Self::SourceIp(ip) => event.source_ip == ip,
            Self::Region(region) => event.region == region,
            Self::Agent(family) => event.agent == family,
            Self::Error(code) => failed && event.error_code == code,
            Self::FailedEvent(name, source) => failed && is(name, source),
            Self::FailedPrincipal(principal) => failed && event.principal.name == principal,
            Self::HighRisk(api) => event.high_risk == Some(api),
        }
    }
}

impl ConsoleSet {
    const fn holds(self, login: ConsoleLogin) -> bool {
        match self {
            Self::Succeeded => !matches!(login, ConsoleLogin::Failed),
            Self::Failed => matches!(login, ConsoleLogin::Failed),
            Self::WithoutMfa => matches!(login, ConsoleLogin::WithoutMfa | ConsoleLogin::FederatedWithoutMfa),
        }
    }
}

/// Names of what a call is about that one row shows.
const MOST_SHOWN: usize = 5;

/// What a row holds beside what is counted.
pub(super) struct EventData {
    pub(super) features: Features,
    pub(super) event_id: Option<Box<str>>,
    pub(super) user_agent: Option<Arc<str>>,
    pub(super) access_key_id: Option<Arc<str>>,
    /// What the call is about, one name a line.
    touched: Option<Arc<str>>,
    /// Where the event stands in the trail, if there is one.
    pub(super) at: Option<EventIndex>,
}

impl EventData {
    pub(super) fn of(event: &EventView<'_>, features: Features, at: Option<EventIndex>, pool: &mut Pool) -> Self {
        let event_id = event.event_id.filter(|id| !id.is_empty());
        Self {
            features,
            event_id: event_id.map(|id| kept_text(id, TextKind::Identifier).into()),
            user_agent: pool.keep(event.user_agent, TextKind::Prose),
            access_key_id: pool.keep(event.identity.access_key_id, TextKind::Identifier),
            touched: pool.keep_text(&touched::of(event).join(SEPARATOR)),
            at,
        }
    }

    /// What the call is about, name by name.
    pub(super) fn touched(&self) -> impl Iterator<Item = &str> {
        self.touched.as_deref().into_iter().flat_map(|names| names.split(SEPARATOR))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.event_id.as_deref().map_or(0, str::len)
    }
}

/// The records behind the numbers about events.
pub struct EventEvidence {
    pub(super) evidence: Evidence<EventData, Selector>,
    pub(super) behind: Behind,
}

impl EventEvidence {
    pub(super) const fn new(evidence: Evidence<EventData, Selector>, behind: Behind) -> Self {
        Self { evidence, behind }
    }

    /// A page of the records behind the number that `evidence_id` names; `None` for an unknown name.
    #[must_use]
    pub fn page(&self, evidence_id: &str, offset: usize, limit: usize) -> Option<EvidencePage<EventRow>> {
        self.evidence.page(evidence_id, offset, limit, |kept, _| self.row(kept))
    }

    /// Every name, with the number it stands behind.
    #[must_use]
    pub fn ids(&self) -> Vec<(String, u64)> {
        self.evidence.ids()
    }

    /// Bytes that the evidence takes on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.evidence.heap_bytes() + self.behind.heap_bytes()
    }

    /// A record as it is shown.
    pub(super) fn row(&self, kept: &Kept<EventData>) -> EventRow {
        let texts = self.evidence.texts();
        let EventData { features, event_id, user_agent, access_key_id, at, .. } = &kept.data;
        let identifier = |name| texts.safe(name, TextKind::Identifier);
        let principal = texts.label(features.principal.name, TextKind::Name);
        let first = self.behind.chain(*at).map(|chain| chain.first.name.safe()).filter(|first| *first != principal);
        let touched = kept.data.touched().take(MOST_SHOWN);
        EventRow {
            time: features.time.map(rfc3339),
            event_id: event_id.as_deref().map(|id| SafeText::from_raw(id, TextKind::Identifier)),
            event_name: texts.label(features.event_name, TextKind::Identifier),
            event_source: texts.label(features.event_source, TextKind::Identifier),
            principal,
            session: texts.safe(features.session, TextKind::Name),
            first_identity: first,
            account: identifier(features.account),
            region: identifier(features.region),
            source_ip: identifier(features.source_ip),
            user_agent: user_agent.as_deref().map(|agent| SafeText::from_raw(agent, TextKind::Prose)),
            access_key_id: access_key_id.as_deref().map(|key| SafeText::from_raw(key, TextKind::Identifier)),
            error_code: identifier(features.error_code),
            failed: features.has_failed(),
            read_only: features.read_only,
            resources: touched.map(|name| SafeText::from_raw(name, TextKind::Reference)).collect(),
            origin: SafeText::from_raw(&kept.origin.place, TextKind::Reference),
            index: kept.origin.index,
            sha256: kept.hash.to_hex(),
        }
    }
}
