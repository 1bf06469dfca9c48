//! What is counted and selected about an event, derived from its record once.

use jiff::Timestamp;
use security_model::{EventView, TextKind, Untrusted};

use super::console::ConsoleLogin;
use super::failed::Outcome;
use super::principal::{self, Principal};
use super::root;
use super::user_agent::Family;
use crate::detect::ApiIndex;
use crate::evidence::Worth;
use crate::names::{Name, Names};

/// The facts of one event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    pub(crate) time: Option<Timestamp>,
    pub(crate) event_name: Name,
    pub(crate) event_source: Name,
    pub(in crate::cloudtrail) principal: Principal,
    pub(crate) session: Name,
    pub(crate) account: Name,
    pub(crate) region: Name,
    pub(crate) source_ip: Name,
    pub(crate) error_code: Name,
    pub(crate) agent: Family,
    pub(crate) read_only: Option<bool>,
    pub(in crate::cloudtrail) outcome: Outcome,
    pub(crate) console: Option<ConsoleLogin>,
    pub(crate) root: bool,
    pub(in crate::cloudtrail) high_risk: Option<ApiIndex>,
}

impl Features {
    /// Of an event; which calls are of high risk, the rules say.
    pub(crate) fn of(event: &EventView<'_>, names: &mut Names) -> Self {
        let mut identifier = |text| names.intern(text, TextKind::Identifier);
        let (event_name, event_source) = (identifier(Some(event.event_name)), identifier(Some(event.event_source)));
        let (account, region) = (identifier(event.account_id), identifier(event.aws_region));
        let (source_ip, error_code) = (identifier(event.source_ip), identifier(event.error_code));
        let (principal, session) = principal::of(event, names);
        Self {
            time: event.event_time,
            event_name,
            event_source,
            principal,
            session,
            account,
            region,
            source_ip,
            error_code,
            agent: Family::of(event.user_agent.map_or("", Untrusted::for_matching)),
            read_only: event.read_only,
            outcome: Outcome::of(event),
            console: ConsoleLogin::of(event),
            root: root::is_root_activity(event),
            high_risk: None,
        }
    }

    /// Rows of failed, high-risk and detected calls, console sign-ins and the root user are kept rather than ordinary ones.
    pub(in crate::cloudtrail) fn worth(&self, detected: bool) -> Worth {
        let notable = detected
            || self.outcome != Outcome::Done
            || self.high_risk.is_some()
            || self.console.is_some()
            || self.root;
        Worth { class: u8::from(notable), time: self.time }
    }
}
