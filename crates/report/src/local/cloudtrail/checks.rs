//! What to check next, derived from the events by rules of ours. A rule is one function and one line in `RULES`.

use security_model::SafeText;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::{HighRiskCount, PrincipalCount};

use super::advice;
use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, length, names, number, percent, series};

type Rule = fn(&EventsSummary) -> Vec<String>;

/// In order of urgency. The first high-risk calls come first and the rest of them last, so that a long list of them does
/// not hide what else happened.
const RULES: &[Rule] =
    &[first_high_risk_calls, many_failures, root_use, sign_ins_without_mfa, failed_sign_ins, further_high_risk_calls];

/// Groups of high-risk calls that come before everything else.
const FIRST_HIGH_RISK: usize = 2;

/// Failures of one principal that are worth a check: fewer happen in every account every hour.
const MANY_FAILURES: u64 = 10;
/// And their share in the principal's events: at least one in this many.
const FAILURE_SHARE: u64 = 4;
/// Principals named by the rule on failures.
const FAILING_PRINCIPALS: usize = 3;
/// Failed console sign-ins that are worth a check: one or two are typing errors.
const FAILED_SIGN_INS: u64 = 3;

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let summary = input.summary;
    if summary.total == 0 {
        return None;
    }
    let checks: Vec<String> = RULES.iter().flat_map(|rule| rule(summary)).collect();
    let mut lead = Vec::new();
    if checks.is_empty() {
        lead.push(format!(
            "None suggested: among the {} counted there is no high-risk call, no use of root, no sign-in without MFA and \
             no principal with {MANY_FAILURES} or more failures.",
            counted(summary.total, "event", "events")
        ));
    }
    Some(Section {
        heading: "Recommended checks",
        keep: Keep::Urgent,
        path: "",
        lead,
        total: length(&checks),
        rows: checks
            .iter()
            .take(input.detail.urgent_rows())
            .enumerate()
            .map(|(i, check)| format!("{}. {check}", i + 1))
            .collect(),
    })
}

fn first_high_risk_calls(summary: &EventsSummary) -> Vec<String> {
    high_risk_calls(summary).into_iter().take(FIRST_HIGH_RISK).collect()
}

fn further_high_risk_calls(summary: &EventsSummary) -> Vec<String> {
    high_risk_calls(summary).into_iter().skip(FIRST_HIGH_RISK).collect()
}

/// High-risk calls, together where the same thing is to be checked.
fn high_risk_calls(summary: &EventsSummary) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&HighRiskCount>)> = Vec::new();
    for call in &summary.high_risk {
        let advice =
            if call.failed == call.count { advice::FAILED } else { advice::for_call(call.event_name.as_str()) };
        match groups.iter_mut().find(|(known, _)| *known == advice) {
            Some((_, calls)) => calls.push(call),
            None => groups.push((advice, vec![call])),
        }
    }
    groups.iter().map(|(advice, calls)| high_risk_check(advice, calls)).collect()
}

fn high_risk_check(advice: &str, calls: &[&HighRiskCount]) -> String {
    let mut principals: Vec<&SafeText> = Vec::new();
    for principal in calls.iter().flat_map(|call| &call.principals) {
        if !principals.contains(&principal) {
            principals.push(principal);
        }
    }
    let by = if principals.is_empty() { String::new() } else { format!(" by {}", names(principals, 2)) };
    let evidence = series(calls.iter().take(4).map(|call| format!("`{}`", call.evidence_id)).collect());
    format!("{}{by}: {advice} ({evidence}).", names(calls.iter().map(|call| &call.event_name), 3))
}

fn root_use(summary: &EventsSummary) -> Vec<String> {
    if summary.root_activity == 0 {
        return vec![];
    }
    let roots: Vec<&SafeText> = summary
        .by_principal
        .iter()
        .filter(|principal| principal.kind.as_str() == "Root")
        .map(|principal| &principal.principal)
        .collect();
    let who = if roots.is_empty() { String::new() } else { format!(" ({})", names(roots, 2)) };
    vec![format!(
        "Root user{who}: confirm the {} with whoever holds its credentials; daily work needs no root (`root`).",
        counted(summary.root_activity, "event", "events")
    )]
}

fn sign_ins_without_mfa(summary: &EventsSummary) -> Vec<String> {
    let logins = &summary.console_logins;
    let own = logins.without_mfa.saturating_sub(logins.without_mfa_federated);
    if own == 0 {
        return vec![];
    }
    vec![format!(
        "{} succeeded without MFA: find the users in `console-without-mfa`, ask whether it was them, and have MFA switched \
         on.",
        counted(own, "console sign-in", "console sign-ins")
    )]
}

/// Principals of which much fails: a permission gone wrong, or somebody trying what is allowed.
fn many_failures(summary: &EventsSummary) -> Vec<String> {
    let failing = |p: &&PrincipalCount| p.failed >= MANY_FAILURES && p.failed.saturating_mul(FAILURE_SHARE) >= p.count;
    let mut principals: Vec<&PrincipalCount> = summary.by_principal.iter().filter(failing).collect();
    principals.sort_by_key(|principal| std::cmp::Reverse(principal.failed));
    principals.into_iter().take(FAILING_PRINCIPALS).map(|principal| failures(summary, principal)).collect()
}

fn failures(summary: &EventsSummary, principal: &PrincipalCount) -> String {
    let rank = summary.failed_operations.by_principal.iter().position(|row| row.name == principal.principal);
    let evidence = rank.map_or_else(String::new, |index| {
        format!(" (`{}`)", security_model::evidence::ids::List::FailedPrincipal.id(index))
    });
    format!(
        "{}: {} of its {} failed ({}); see which errors it got and whether it should make those calls{evidence}.",
        principal.principal.code_span(),
        number(principal.failed),
        counted(principal.count, "event", "events"),
        percent(principal.failed, principal.count),
    )
}

fn failed_sign_ins(summary: &EventsSummary) -> Vec<String> {
    let logins = &summary.console_logins;
    if logins.failed < FAILED_SIGN_INS {
        return vec![];
    }
    vec![format!(
        "{} failed, {} succeeded: compare users and addresses of both, and look for a success that follows failures \
         (`console-failed`, `console-succeeded`).",
        counted(logins.failed, "console sign-in", "console sign-ins"),
        number(logins.succeeded),
    )]
}
