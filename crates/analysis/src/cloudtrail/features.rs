//! What is counted and selected about an event, derived from its record once.

use jiff::Timestamp;

use super::console::ConsoleLogin;
use super::failed::Outcome;
use super::principal::Principal;
use super::user_agent::Family;
use crate::detect::ApiIndex;
use crate::evidence::Worth;
use crate::names::Name;

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
    /// Whether the call failed; of a console sign-in the answer says so, not an error code.
    pub(in crate::cloudtrail) fn has_failed(&self) -> bool {
        self.outcome == Outcome::Failed || self.console == Some(ConsoleLogin::Failed)
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
