//! What to check next, derived from the events by rules of ours. A rule is one function and one line in `RULES`.

use std::cmp::Reverse;

use security_model::evidence::ids::List;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::{HighRiskCount, PrincipalCount};

use super::advice;
use crate::facts::{FAILED_SIGN_INS, fails_often};
use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{OTHERS, counted, length, names, number, percent, series};

type Rule = fn(&Case<'_, EventsSummary>) -> Vec<String>;

/// In order of urgency: what ends an incident comes before anything else. The first high-risk calls come first and the rest of them last, so that a long list of them does
/// not hide what else happened.
const RULES: &[Rule] = &[
    incidents,
    first_high_risk_calls,
    many_failures,
    root_use,
    sign_ins_without_mfa,
    failed_sign_ins,
    further_high_risk_calls,
    few_failures,
    federated_sign_ins_without_mfa,
];

/// Groups of high-risk calls that come before everything else.
const FIRST_HIGH_RISK: usize = 3;
/// Steps of each incident, unless everything is wanted.
const STEPS: usize = 3;
/// Incidents whose steps are named.
const INCIDENTS: usize = 3;
/// Actions that are there before anything less important comes in.
const FIRST: usize = 3;
/// Principals named by the rule on failures.
const FAILING_PRINCIPALS: usize = 3;

pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let mut actions: Vec<String> =
        if case.summary.total > 0 { RULES.iter().flat_map(|rule| rule(case)).collect() } else { vec![] };
    if case.summary.total == 0 {
        actions.extend(reading::close_the_gap(case));
    }
    let lead = if actions.is_empty() { vec![nothing_to_do(case)] } else { vec![] };
    let total = length(&actions);
    let rows = actions.iter().take(case.detail.urgent_rows()).enumerate().map(|(i, text)| format!("{}. {text}", i + 1));
    let (heading, keep, path) = ("Recommended Actions", Keep::Urgent, "");
    Some(Section { heading, keep, path, lead, rows: rows.collect(), first: FIRST, total })
}

fn nothing_to_do(case: &Case<'_, EventsSummary>) -> String {
    let text = match (case.coverage.complete, case.summary.total) {
        (false, _) => "No action follows from what was read; close the data gaps first.",
        (true, 0) => "There are no events to act on.",
        (true, _) => "No action follows from these events.",
    };
    text.to_owned()
}

/// What to do first about the worst incidents.
fn incidents(case: &Case<'_, EventsSummary>) -> Vec<String> {
    let most = if case.is_full() { usize::MAX } else { STEPS };
    let worst = case.incidents.iter().take(INCIDENTS);
    worst.flat_map(|incident| incident.next_steps.iter().take(most)).map(ToString::to_string).collect()
}

fn first_high_risk_calls(case: &Case<'_, EventsSummary>) -> Vec<String> {
    high_risk_calls(case).into_iter().take(FIRST_HIGH_RISK).collect()
}

fn further_high_risk_calls(case: &Case<'_, EventsSummary>) -> Vec<String> {
    high_risk_calls(case).into_iter().skip(FIRST_HIGH_RISK).collect()
}

/// High-risk calls, together where the same thing is to be checked and there are other things to do; those that all failed
/// last.
fn high_risk_calls(case: &Case<'_, EventsSummary>) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&HighRiskCount>)> = Vec::new();
    for call in case.summary.high_risk.iter().take(case.detail.urgent_rows()) {
        let advice =
            if call.failed == call.count { advice::FAILED } else { advice::for_call(call.event_name.as_str()) };
        match groups.iter_mut().find(|(known, _)| *known == advice) {
            Some((_, calls)) => calls.push(call),
            None => groups.push((advice, vec![call])),
        }
    }
    if groups.len() < FIRST_HIGH_RISK {
        groups = groups
            .into_iter()
            .flat_map(|(advice, calls)| calls.into_iter().map(move |call| (advice, vec![call])))
            .collect();
    }
    groups.sort_by_key(|(advice, _)| *advice == advice::FAILED);
    groups.iter().map(|(advice, calls)| high_risk_action(case, advice, calls)).collect()
}

fn high_risk_action(case: &Case<'_, EventsSummary>, advice: &str, calls: &[&HighRiskCount]) -> String {
    let most = if case.is_full() { usize::MAX } else { 2 };
    let shown: Vec<String> = calls.iter().take(most).filter_map(|call| case.name(&call.event_name)).collect();
    let what = names(shown, calls.len(), OTHERS);
    let what = if what.is_empty() { "High-risk calls".to_owned() } else { what };
    // Who made several calls is said only where it is the same for all.
    let principal = calls.first().and_then(|call| call.principals.first());
    let by_one = calls.iter().all(|call| call.principals.len() == 1 && call.principals.first() == principal);
    let by = if by_one { case.first(" by ", principal) } else { String::new() };
    let evidence = series(calls.iter().take(most).map(|call| format!("`{}`", call.evidence_id)).collect());
    format!("{what}{by}: {advice} ({evidence}).")
}

fn root_use(case: &Case<'_, EventsSummary>) -> Vec<String> {
    let summary = case.summary;
    if summary.root_activity == 0 {
        return vec![];
    }
    let root = summary.by_principal.iter().find(|principal| principal.kind.as_str() == "Root");
    let who = case.first(" ", root.map(|root| &root.principal));
    vec![format!(
        "Root user{who}: confirm the {} with whoever holds its credentials, and use roles for daily work (`root`).",
        counted(summary.root_activity, "root user event", "root user events")
    )]
}

fn sign_ins_without_mfa(case: &Case<'_, EventsSummary>) -> Vec<String> {
    if case.total("events.console_logins.without_mfa_not_federated") == 0 {
        return vec![];
    }
    let evidence = sign_in_evidence(case, "console-without-mfa");
    vec![format!("Ask who signed in to the console without MFA and without federation, and enforce MFA ({evidence}).")]
}

/// Their second factor is the identity provider's to ask for, and AWS does not see it.
fn federated_sign_ins_without_mfa(case: &Case<'_, EventsSummary>) -> Vec<String> {
    if case.summary.console_logins.without_mfa_federated == 0 {
        return vec![];
    }
    let evidence = sign_in_evidence(case, "console-without-mfa");
    vec![format!("Confirm that the identity provider asks federated users for a second factor ({evidence}).")]
}

fn failed_sign_ins(case: &Case<'_, EventsSummary>) -> Vec<String> {
    let failed = case.summary.console_logins.failed;
    if failed < FAILED_SIGN_INS {
        return vec![];
    }
    vec![format!(
        "Check users and addresses of the {} for a success that follows ({}).",
        counted(failed, "failed console sign-in", "failed console sign-ins"),
        sign_in_evidence(case, "console-failed")
    )]
}

/// The event of a sign-in, where it stands in the list of events, and the evidence.
fn sign_in_evidence(case: &Case<'_, EventsSummary>, id: &str) -> String {
    let row = case.summary.by_event.iter().find(|row| row.event_name.as_str() == "ConsoleLogin");
    row.map_or_else(|| format!("`{id}`"), |row| format!("{}, `{id}`", row.event_name.code_span()))
}

/// Principals of which much fails: a permission gone wrong, or somebody trying what is allowed.
fn many_failures(case: &Case<'_, EventsSummary>) -> Vec<String> {
    let failing = |row: &&PrincipalCount| fails_often(row.count, row.failed);
    let mut principals: Vec<&PrincipalCount> = case.summary.by_principal.iter().filter(failing).collect();
    principals.sort_by_key(|principal| Reverse(principal.failed));
    principals.into_iter().take(FAILING_PRINCIPALS).map(|principal| failures(case, principal)).collect()
}

/// When nobody fails often, whoever failed most.
fn few_failures(case: &Case<'_, EventsSummary>) -> Vec<String> {
    let summary = case.summary;
    let first = summary.failed_operations.by_principal.first();
    let Some(first) = first.filter(|_| !summary.by_principal.iter().any(|row| fails_often(row.count, row.failed)))
    else {
        return vec![];
    };
    let name = case.name(&first.name).unwrap_or_else(|| "Principal".to_owned());
    let failed = counted(first.count, "failed operation", "failed operations");
    vec![format!("{name}: review its {failed} (`{}`).", List::FailedPrincipal.id(0))]
}

fn failures(case: &Case<'_, EventsSummary>, principal: &PrincipalCount) -> String {
    let by_principal = &case.summary.failed_operations.by_principal;
    let rank = by_principal.iter().position(|row| row.name == principal.principal);
    let evidence = rank.map_or_else(String::new, |index| format!(" (`{}`)", List::FailedPrincipal.id(index)));
    format!(
        "{}: review why {} of its {} failed ({}){evidence}.",
        case.name(&principal.principal).unwrap_or_else(|| "Principal".to_owned()),
        number(principal.failed),
        counted(principal.count, "event", "events"),
        percent(principal.failed, principal.count),
    )
}
