//! Reads events into small form. What an event has in common with others is worked out once for all of them.

use security_model::{EventView, TextKind, Untrusted};

use super::console::ConsoleLogin;
use super::failed::Outcome;
use super::features::Features;
use super::principal::{self, Principal};
use super::root;
use super::user_agent::Family;
use crate::behavior;
use crate::detect::ApiIndex;
use crate::identity;
use crate::incident::changes;
use crate::names::{Name, Names};
use crate::recent::Recent;
use crate::trail::{Identities, IdentityId};

/// An event in small form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) features: Features,
    /// Who made the call; nothing once there are too many to tell apart.
    pub(crate) identity: Option<IdentityId>,
    pub(crate) call: Call,
}

/// What the name and the outcome of a call tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    event_name: Name,
    event_source: Name,
    error_code: Name,
    outcome: Outcome,
    high_risk: Option<ApiIndex>,
    pub(crate) event_type: Name,
    /// Whether somebody reads its request parameters.
    pub(crate) wants_request: bool,
    /// Whether it hands out credentials.
    pub(crate) issues_credentials: bool,
    /// Whether it may have changed something that lasts.
    pub(crate) may_last: bool,
}

/// Reads events one at a time.
#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) names: Names,
    identities: Identities,
    /// Of each identity: the principal and the session.
    acting: Vec<Option<(Principal, Name)>>,
    calls: Recent<Call>,
    agents: Recent<Family>,
}

impl Reader {
    /// Reads an event; which calls are of high risk, `high_risk` says.
    pub(crate) fn read(
        &mut self,
        event: &EventView<'_>,
        high_risk: impl FnOnce(&EventView<'_>) -> Option<ApiIndex>,
    ) -> Reading {
        let call = self.call(event, high_risk);
        let identity = self.identities.intern(&event.identity, &mut self.names);
        let (principal, session) = self.acting(event, identity);
        let mut identifier = |text| self.names.intern(text, TextKind::Identifier);
        let features = Features {
            time: event.event_time,
            event_name: call.event_name,
            event_source: call.event_source,
            principal,
            session,
            account: identifier(event.account_id),
            region: identifier(event.aws_region),
            source_ip: identifier(event.source_ip),
            error_code: call.error_code,
            agent: self
                .agents
                .get(&[event.user_agent], 0, || Family::of(event.user_agent.map_or("", Untrusted::for_matching))),
            read_only: event.read_only,
            outcome: call.outcome,
            console: ConsoleLogin::of(event),
            root: root::is_root_activity(event),
            high_risk: call.high_risk,
        };
        Reading { features, identity, call }
    }

    fn call(&mut self, event: &EventView<'_>, high_risk: impl FnOnce(&EventView<'_>) -> Option<ApiIndex>) -> Call {
        let (source, name) = (event.event_source, event.event_name);
        let Self { names, calls, .. } = self;
        calls.get(&[Some(source), Some(name), event.event_type, event.error_code], 0, || {
            let mut identifier = |text| names.intern(text, TextKind::Identifier);
            let (event_name, event_source) = (identifier(Some(name)), identifier(Some(source)));
            let (name, source) = (name.for_matching(), source.for_matching());
            Call {
                event_name,
                event_source,
                event_type: identifier(event.event_type),
                error_code: identifier(event.error_code),
                outcome: Outcome::of(event),
                high_risk: high_risk(event),
                // Whom IAM Identity Center vouches for is named by the session that was asked for.
                wants_request: behavior::wants_request(source, name) || name == "AssumeRoleWithSAML",
                issues_credentials: identity::issues_credentials(source, name),
                may_last: changes::may_be_of(source, name),
            }
        })
    }

    /// The principal of an event and its session.
    fn acting(&mut self, event: &EventView<'_>, identity: Option<IdentityId>) -> (Principal, Name) {
        // Of root users without ARN, account and partition are read off the rest of the event.
        let of_identity = principal::present(event.identity.arn).is_some()
            || event.identity.kind.map(Untrusted::for_matching) != Some("Root");
        let Some(identity) = identity.filter(|_| of_identity) else { return principal::of(event, &mut self.names) };
        let at = identity.index();
        if self.acting.len() <= at {
            self.acting.resize(at + 1, None);
        }
        match self.acting.get_mut(at) {
            Some(known) => *known.get_or_insert_with(|| principal::of(event, &mut self.names)),
            None => principal::of(event, &mut self.names),
        }
    }

    /// The names and identities, for when nothing more is read.
    pub(crate) fn into_parts(self) -> (Names, Identities) {
        (self.names, self.identities)
    }
}
