//! Who did how much: sign-ins, root, and the principals that stand out.

use security_model::evidence::ids::List;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::PrincipalCount;

use crate::facts::fails_often;
use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{counted, length, names, number};

pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let summary = case.summary;
    if summary.total == 0 {
        return None;
    }
    Some(Section {
        heading: "User Behavior",
        keep: Keep::Supporting,
        path: "events.by_principal",
        lead: vec![format!("{} {}", sign_ins(case), root(case))],
        rows: in_order_of_interest(&summary.by_principal)
            .into_iter()
            .take(case.detail.rows())
            .map(|(index, row)| self::row(case, index, row))
            .collect(),
        first: 2,
        total: length(&summary.by_principal),
    })
}

/// The one with the most failures and the busiest one, then those with many failures, then the others as they come.
fn in_order_of_interest(principals: &[PrincipalCount]) -> Vec<(usize, &PrincipalCount)> {
    let most_failures = principals.iter().map(|row| row.failed).max().unwrap_or_default();
    let most_failing = principals.iter().position(|row| row.failed > 0 && row.failed == most_failures);
    let interest = |index: usize, row: &PrincipalCount| match index {
        _ if most_failing == Some(index) => 0,
        0 => 1,
        _ if fails_often(row.count, row.failed) => 2,
        _ => 3,
    };
    let mut ordered: Vec<(usize, &PrincipalCount)> = principals.iter().enumerate().collect();
    ordered.sort_by_key(|(index, row)| interest(*index, row));
    ordered
}

fn sign_ins(case: &Case<'_, EventsSummary>) -> String {
    let logins = &case.summary.console_logins;
    if logins.succeeded + logins.failed == 0 {
        return format!(
            "No console sign-ins {}.",
            reading::among(case.coverage, case.summary.total, "event", "events")
        );
    }
    let mut text =
        format!("Console sign-ins: {} succeeded, {} failed", number(logins.succeeded), number(logins.failed));
    if logins.without_mfa > 0 {
        text.push_str(&format!(", {} without MFA", number(logins.without_mfa)));
        if logins.without_mfa_federated > 0 {
            // Their second factor is the identity provider's to ask for; without saying so the number alarms for nothing.
            text.push_str(&format!(" ({} of them federated)", number(logins.without_mfa_federated)));
        }
    }
    format!("{text}.")
}

fn root(case: &Case<'_, EventsSummary>) -> String {
    match case.summary.root_activity {
        0 if case.coverage.complete => "No root user activity.".to_owned(),
        0 => "No root user activity in what was read.".to_owned(),
        events => format!("Root user: {} (`root`).", counted(events, "event", "events")),
    }
}

fn row(case: &Case<'_, EventsSummary>, index: usize, principal: &PrincipalCount) -> String {
    let name = case.name(&principal.principal).unwrap_or_else(|| "principal".to_owned());
    let kind =
        case.name(&principal.kind).filter(|_| case.is_ample()).map_or_else(String::new, |kind| format!(" ({kind})"));
    let mut text = format!("- {name}{kind}: {}", counted(principal.count, "event", "events"));
    if principal.failed > 0 {
        text.push_str(&format!(", {} failed", number(principal.failed)));
    }
    if principal.session_count > 0 {
        text.push_str(&format!(", {}", counted(principal.session_count, "session", "sessions")));
        let shown: Vec<String> = principal.sessions.iter().take(2).filter_map(|session| case.name(session)).collect();
        if case.is_full() && !shown.is_empty() {
            let all = usize::try_from(principal.session_count).unwrap_or(usize::MAX);
            text.push_str(&format!(": {}", names(shown, all, ("session", "sessions"))));
        }
    }
    format!("{text} (`{}`)", List::Principal.id(index))
}
