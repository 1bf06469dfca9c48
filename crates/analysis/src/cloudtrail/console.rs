//! Console sign-ins.
//!
//! `responseElements.ConsoleLogin` says whether one succeeded; a failed one usually has no `errorCode`, so this is not
//! part of failed operations (CloudTrail user guide, "AWS Management Console sign-in events", recalled, not re-read).

use security_model::EventView;
use security_model::evidence::ids;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::ConsoleLogins;

use super::Section;
use super::evidence::{ConsoleSet, EventSets, Selector};
use super::features::Features;
use crate::names::Texts;

/// How a sign-in went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConsoleLogin {
    Failed,
    Succeeded,
    /// Succeeded, and AWS saw no second factor.
    WithoutMfa,
    /// The same through federation, where a second factor is the identity provider's business and AWS never sees it.
    FederatedWithoutMfa,
}

impl ConsoleLogin {
    /// `None` for other events, and for a sign-in that says nothing about its outcome.
    pub(crate) fn of(event: &EventView<'_>) -> Option<Self> {
        if event.event_name.for_matching() != "ConsoleLogin" {
            return None;
        }
        let Some(answer) = event.console_login else {
            return event.error_code.filter(|code| !code.is_empty()).map(|_| Self::Failed);
        };
        let is = |text: &str| answer.for_matching().eq_ignore_ascii_case(text);
        if is("Failure") {
            return Some(Self::Failed);
        }
        if !is("Success") {
            return None;
        }
        let without_mfa = event.mfa_used.is_some_and(|used| used.for_matching().eq_ignore_ascii_case("No"));
        Some(match (without_mfa, is_federated(event)) {
            (false, _) => Self::Succeeded,
            (true, false) => Self::WithoutMfa,
            (true, true) => Self::FederatedWithoutMfa,
        })
    }
}

fn is_federated(event: &EventView<'_>) -> bool {
    event.identity.kind.is_some_and(|kind| {
        matches!(
            kind.for_matching(),
            "AssumedRole" | "SAMLUser" | "WebIdentityUser" | "FederatedUser" | "IdentityCenterUser"
        )
    })
}

#[derive(Default)]
pub(super) struct Console(ConsoleLogins);

impl Section for Console {
    fn observe(&mut self, event: &Features) {
        let Some(login) = event.console else { return };
        let counts = &mut self.0;
        match login {
            ConsoleLogin::Failed => counts.failed += 1,
            ConsoleLogin::Succeeded => counts.succeeded += 1,
            ConsoleLogin::WithoutMfa | ConsoleLogin::FederatedWithoutMfa => {
                counts.succeeded += 1;
                counts.without_mfa += 1;
                counts.without_mfa_federated += u64::from(login == ConsoleLogin::FederatedWithoutMfa);
            }
        }
    }

    fn finish(self: Box<Self>, _: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let logins = self.0;
        summary.console_logins = logins;
        let mut add = |id, what, set, total| sets.add(id, what, Selector::Console(set), total);
        add(ids::CONSOLE_SUCCEEDED, "Successful console sign-ins", ConsoleSet::Succeeded, logins.succeeded);
        add(ids::CONSOLE_FAILED, "Failed console sign-ins", ConsoleSet::Failed, logins.failed);
        add(
            ids::CONSOLE_WITHOUT_MFA,
            "Successful console sign-ins in which AWS saw no second factor, federated ones included",
            ConsoleSet::WithoutMfa,
            logins.without_mfa,
        );
    }
}
