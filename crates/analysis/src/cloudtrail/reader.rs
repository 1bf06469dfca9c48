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
use crate::hash::HashSet;
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
    pub(crate) kinds: Kinds,
}

/// Numbers: events with the same number have the same texts there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kinds {
    /// Of the name and the outcome of the call, in [`Met::calls`].
    pub(crate) call: u32,
    pub(crate) caller: u32,
    /// In [`Met::settings`].
    pub(crate) setting: u32,
}

/// What the name and the outcome of a call tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// Where it stands in [`Met::calls`].
    number: u32,
    pub(crate) event_name: Name,
    pub(crate) event_source: Name,
    pub(crate) error_code: Name,
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

/// Who made a call.
#[derive(Clone, Copy, Debug)]
struct Caller {
    number: u32,
    identity: Option<IdentityId>,
    principal: Principal,
    session: Name,
}

/// Where a call was made, from where, and with what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// Where it stands in [`Met::settings`].
    number: u32,
    pub(crate) account: Name,
    pub(crate) region: Name,
    pub(crate) source_ip: Name,
    pub(crate) agent: Family,
}

/// Reads events one at a time.
#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) names: Names,
    met: Met,
    callers: Recent<Caller>,
    calls: Recent<Call>,
    settings: Recent<Setting>,
    /// Numbers that callers have so far.
    caller_numbers: u32,
    accounts: HashSet<Name>,
    regions: HashSet<Name>,
}

/// What was met, each of it once or a few times.
#[derive(Debug, Default)]
pub(crate) struct Met {
    pub(crate) identities: Identities,
    pub(crate) calls: Vec<Call>,
    pub(crate) settings: Vec<Setting>,
}

/// What stays of a reader.
pub(crate) struct Parts {
    pub(crate) names: Names,
    pub(crate) met: Met,
    /// Distinct accounts of the events.
    pub(crate) accounts: HashSet<Name>,
    /// Distinct regions.
    pub(crate) regions: HashSet<Name>,
}

impl Reader {
    /// Reads an event; which calls are of high risk, `high_risk` says.
    pub(crate) fn read(
        &mut self,
        event: &EventView<'_>,
        high_risk: impl FnOnce(&EventView<'_>) -> Option<ApiIndex>,
    ) -> Reading {
        let call = self.call(event, high_risk);
        let Caller { number: caller, identity, principal, session } = self.caller(event);
        let Setting { number: setting, account, region, source_ip, agent } = self.setting(event);
        let features = Features {
            time: event.event_time,
            event_name: call.event_name,
            event_source: call.event_source,
            principal,
            session,
            account,
            region,
            source_ip,
            error_code: call.error_code,
            agent,
            read_only: event.read_only,
            outcome: call.outcome,
            console: ConsoleLogin::of(event),
            root: root::is_root_activity(event),
            high_risk: call.high_risk,
        };
        Reading { features, identity, call, kinds: Kinds { call: call.number, caller, setting } }
    }

    fn call(&mut self, event: &EventView<'_>, high_risk: impl FnOnce(&EventView<'_>) -> Option<ApiIndex>) -> Call {
        let (source, name) = (event.event_source, event.event_name);
        let Self { names, calls, met, .. } = self;
        calls.get(&[Some(source), Some(name), event.event_type, event.error_code], || {
            let mut identifier = |text| names.intern(text, TextKind::Identifier);
            let (event_name, event_source) = (identifier(Some(name)), identifier(Some(source)));
            let (name, source) = (name.for_matching(), source.for_matching());
            let call = Call {
                number: number_of(met.calls.len()),
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
            };
            met.calls.push(call);
            call
        })
    }

    fn caller(&mut self, event: &EventView<'_>) -> Caller {
        let Self { names, met, callers, caller_numbers, .. } = self;
        let mut make = || {
            let identity = met.identities.intern(&event.identity, names);
            let (principal, session) = principal::of(event, names);
            *caller_numbers = caller_numbers.saturating_add(1);
            Caller { number: *caller_numbers, identity, principal, session }
        };
        // Of root users without ARN, account and partition are read off the rest of the event.
        let is_whole = principal::present(event.identity.arn).is_some()
            || event.identity.kind.map(Untrusted::for_matching) != Some("Root");
        match event.identity.json.filter(|_| is_whole) {
            Some(json) => callers.get(&[Some(Untrusted::new(json.for_matching()))], make),
            None => make(),
        }
    }

    fn setting(&mut self, event: &EventView<'_>) -> Setting {
        let Self { names, settings, accounts, regions, met, .. } = self;
        settings.get(&[event.account_id, event.aws_region, event.source_ip, event.user_agent], || {
            let mut identifier = |text| names.intern(text, TextKind::Identifier);
            let (account, region) = (identifier(event.account_id), identifier(event.aws_region));
            accounts.insert(account);
            regions.insert(region);
            let agent = Family::of(event.user_agent.map_or("", Untrusted::for_matching));
            let number = number_of(met.settings.len());
            let setting = Setting { number, account, region, source_ip: identifier(event.source_ip), agent };
            met.settings.push(setting);
            setting
        })
    }

    /// What was read, for when nothing more is.
    pub(crate) fn into_parts(self) -> Parts {
        let Self { names, met, accounts, regions, .. } = self;
        Parts { names, met, accounts, regions }
    }
}

/// The number of what comes after so many. Memory is full before numbers are.
fn number_of(before: usize) -> u32 {
    u32::try_from(before).unwrap_or(u32::MAX)
}
