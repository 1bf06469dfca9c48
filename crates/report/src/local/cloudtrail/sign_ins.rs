//! Console sign-ins and the root user.

use security_model::summary::EventsSummary;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, number};

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let summary = input.summary;
    if summary.total == 0 {
        return None;
    }
    Some(Section {
        heading: "Console sign-ins and root",
        keep: Keep::Context,
        path: "events.console_logins",
        lead: vec![format!("{}\n{}", sign_ins(summary), root(summary))],
        rows: vec![],
        total: 0,
    })
}

fn sign_ins(summary: &EventsSummary) -> String {
    let logins = &summary.console_logins;
    if logins.succeeded + logins.failed == 0 {
        return format!("- No console sign-in among the {} counted.", counted(summary.total, "event", "events"));
    }
    let mut text = format!(
        "- {} succeeded (`console-succeeded`), {} failed (`console-failed`).",
        counted(logins.succeeded, "sign-in", "sign-ins"),
        number(logins.failed)
    );
    if logins.without_mfa > 0 {
        text.push_str(&format!(" {} without MFA (`console-without-mfa`)", number(logins.without_mfa)));
        if logins.without_mfa_federated > 0 {
            text.push_str(&format!(
                ", {} of them federated: there the identity provider asks for the second factor, and AWS does not see it",
                number(logins.without_mfa_federated)
            ));
        }
        text.push('.');
    }
    text
}

fn root(summary: &EventsSummary) -> String {
    match summary.root_activity {
        0 => format!("- No use of the root user among the {} counted.", counted(summary.total, "event", "events")),
        events => format!("- {} of the root user (`root`).", counted(events, "event", "events")),
    }
}
