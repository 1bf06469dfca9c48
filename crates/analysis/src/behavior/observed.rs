//! An event as analytics see it: what was kept of its record, who is behind it and where it came from.

use jiff::Timestamp;

use crate::baseline::Fact;
use crate::cloudtrail::console::ConsoleLogin;
use crate::cloudtrail::user_agent::Family;
use crate::detect::target_of;
use crate::identity::{Chain, IdentityKind};
use crate::places::Place;

/// Where an event stands in the trail of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EventIndex(pub(crate) u32);

impl EventIndex {
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Small numbers in place of texts, equal exactly where the texts are: what analytics group by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ids {
    /// The first identity of the chain.
    pub(crate) principal: u32,
    /// Access key and acting identity together; of a call without key the acting identity.
    pub(crate) session: u32,
    /// `eventSource` and `eventName` together.
    pub(crate) call: u32,
    /// `sourceIPAddress`.
    pub(crate) address: u32,
}

/// An event of the trail. Texts that the record does not have are empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observed<'a> {
    /// What detections name it by.
    pub(crate) at: EventIndex,
    pub(crate) ids: Ids,
    pub(crate) time: Timestamp,
    pub(crate) chain: &'a Chain,
    pub(crate) place: &'a Place,
    pub(crate) event_source: &'a str,
    pub(crate) event_name: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) source_ip: &'a str,
    pub(crate) agent: Family,
    pub(crate) error_code: &'a str,
    pub(crate) read_only: Option<bool>,
    pub(crate) event_type: &'a str,
    /// `userIdentity.type`.
    pub(crate) identity_type: &'a str,
    pub(crate) user_name: &'a str,
    /// `userIdentity.sessionContext.sessionIssuer.arn`.
    pub(crate) issuer: &'a str,
    pub(crate) access_key: &'a str,
    pub(crate) invoked_by: &'a str,
    pub(crate) mfa_authenticated: Option<bool>,
    /// How a console sign-in went.
    pub(crate) console: Option<ConsoleLogin>,
    /// Whether the record says if a second factor was used to sign in.
    pub(crate) tells_mfa: bool,
    /// `requestParameters` as JSON, of the same calls, unless it is long.
    pub(crate) request: Option<&'a str>,
}

impl Observed<'_> {
    /// What the call names, of calls whose request an analytic asks for; empty when it names nothing.
    pub(super) fn target(&self) -> String {
        self.request.and_then(target_of).unwrap_or_default()
    }

    /// Whether the principal itself made the call, and not a service on its own account or in the principal's name.
    pub(crate) fn is_own_doing(&self) -> bool {
        let is_service = matches!(self.chain.first.kind, IdentityKind::AwsService | IdentityKind::ServiceLinkedRole);
        !is_service
            && self.event_type != "AwsServiceEvent"
            && !self.place.is_aws_itself()
            // The console calls in its user's name.
            && matches!(self.invoked_by, "" | "signin.amazonaws.com")
    }

    /// Name of the first identity behind it.
    pub(crate) fn who(&self) -> &str {
        self.chain.first.name.untrusted().for_matching()
    }

    /// What a baseline knows of such a call.
    pub(super) fn call_made(&self) -> Fact<'_> {
        let (who, source, name) = (self.who(), self.event_source, self.event_name);
        Fact::Call { who, source, name, succeeded: self.succeeded() }
    }

    /// Whether the call was carried out.
    pub(crate) const fn succeeded(&self) -> bool {
        self.error_code.is_empty()
    }
}
