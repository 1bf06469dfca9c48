//! The risk rating: one word for how bad it is, by a stated rule.

use std::cmp::Ordering;

use security_model::Severity;

use super::detections::DETECTIONS;
use super::incidents::INCIDENTS;
use crate::{FactRow, FactSet, NameKind, Subject};

/// The label of a risk rating, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskLabel {
    /// Act now.
    Critical,
    /// Investigate today.
    High,
    /// Worth a look.
    Medium,
    /// Nothing of note in what was read.
    Low,
}

impl RiskLabel {
    /// All labels, worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The label as a report writes it: `CRITICAL`, `HIGH`, `MEDIUM` or `LOW`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::High => "HIGH",
            Self::Medium => "MEDIUM",
            Self::Low => "LOW",
        }
    }
}

/// Failures of one principal that are worth a check: fewer happen in every account every hour.
const MANY_FAILURES: u64 = 10;
/// And their share in the principal's events: at least one in this many.
const FAILURE_SHARE: u64 = 4;
/// Failed console sign-ins that are worth a check: one or two are typing errors.
pub(crate) const FAILED_SIGN_INS: u64 = 3;

/// Techniques by which recording or detection is switched off or weakened: ids before and after ATT&CK v19.
const IMPAIRS_DEFENCES: &[&str] = &["T1562", "T1685", "T1686"];
/// Techniques that give lasting access: accounts, credentials, roles, trust, authentication.
const GIVES_LASTING_ACCESS: &[&str] = &["T1098", "T1136", "T1484", "T1525", "T1546", "T1556"];
/// Techniques that take data out, destroy it, or lock it and its owners out.
const HARMS_DATA: &[&str] = &["T1020", "T1485", "T1486", "T1490", "T1531", "T1537"];

/// How bad it is, and why, by a rule that looks at the facts alone.
///
/// CloudTrail, by high-risk calls that succeeded, each by the first technique it is listed with:
/// - CRITICAL: some impaired defences (T1562, T1685, T1686), and some gave lasting access (T1098, T1136, T1484, T1525,
///   T1546, T1556) or took or harmed data (T1020, T1485, T1486, T1490, T1531, T1537): two stages of an attack.
/// - HIGH: some of either.
/// - MEDIUM: any other high-risk call was made, succeeded or not; or the root user was active; or a console sign-in without
///   MFA succeeded that was not federated; or three or more console sign-ins failed; or a principal had ten or more failed
///   operations that were at least a quarter of its events; or nothing was counted and the reading has gaps.
/// - LOW: none of these.
///
/// Where incidents were looked for, the level of the worst of them, and of the worst detection outside of them, counts when it
/// is higher, and calls alone rate at most HIGH: stages of an attack that nothing ties together are no attack yet.
///
/// Security Hub: the worst severity among the findings, LOW for INFORMATIONAL or none; MEDIUM when nothing was counted and
/// the reading has gaps, since nothing is known then.
///
/// It says nothing about intent, and a later reading of more data may rate higher.
#[must_use]
pub fn risk_rating(facts: &FactSet) -> (RiskLabel, String) {
    let total = match facts.subject {
        Subject::SecurityHub => total(facts, "findings.total"),
        Subject::CloudTrail => total(facts, "events.total"),
    };
    if total == 0 && self::total(facts, "coverage.gaps.length") > 0 {
        return (RiskLabel::Medium, "nothing was counted and the reading has gaps, so nothing is ruled out".to_owned());
    }
    match facts.subject {
        Subject::SecurityHub => of_findings(facts),
        Subject::CloudTrail => of_events(facts),
    }
}

fn of_findings(facts: &FactSet) -> (RiskLabel, String) {
    let has =
        |severity: Severity| facts.scoped("findings.by_severity", severity.label()).is_some_and(|fact| fact.value > 0);
    let rated = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    match rated.into_iter().find(|severity| has(*severity)) {
        Some(severity) => (of_severity(severity), format!("the worst findings are {}", severity.label())),
        None => (RiskLabel::Low, "no finding is of a severity that asks for action".to_owned()),
    }
}

fn of_events(facts: &FactSet) -> (RiskLabel, String) {
    let (of_calls, why) = of_calls(facts);
    let of_calls = match facts.total("incidents.length") {
        Some(_) => of_calls.max(RiskLabel::High),
        None => of_calls,
    };
    let told = [(INCIDENTS, "the worst incident"), (DETECTIONS, "the worst detection outside of incidents")];
    told.into_iter().fold((of_calls, why), |(rated, why), (list, what)| {
        let Some(worst) = facts.list(list).filter_map(|row| row.severity).min() else { return (rated, why) };
        let of_worst = of_severity(worst);
        let worst = format!("{what} is of {} level", worst.label().to_ascii_lowercase());
        match of_worst.cmp(&rated) {
            Ordering::Greater => (rated, why),
            Ordering::Equal => (rated, format!("{worst}, and {why}")),
            Ordering::Less => (of_worst, worst),
        }
    })
}

fn of_calls(facts: &FactSet) -> (RiskLabel, String) {
    let succeeded = |techniques: &[&str]| {
        let mut rows = facts.list("events.high_risk");
        rows.any(|row| has_technique(row, techniques) && number(facts, row, "events.high_risk.succeeded") > 0)
    };
    let (blinds, stays, harms) = (succeeded(IMPAIRS_DEFENCES), succeeded(GIVES_LASTING_ACCESS), succeeded(HARMS_DATA));
    let label = match (blinds, stays || harms) {
        (true, true) => RiskLabel::Critical,
        (true, false) | (false, true) => RiskLabel::High,
        (false, false) => return of_lesser_signs(facts),
    };
    let mut did: Vec<&str> = Vec::new();
    did.extend(blinds.then_some("weakened logging or detection"));
    did.extend(stays.then_some("gave lasting access"));
    did.extend(harms.then_some("exposed or removed data"));
    let did = match did.as_slice() {
        [first, second, third] => format!("{first}, {second} and {third}"),
        several => several.join(" and "),
    };
    (label, format!("high-risk calls that {did} succeeded"))
}

const fn of_severity(severity: Severity) -> RiskLabel {
    match severity {
        Severity::Critical => RiskLabel::Critical,
        Severity::High => RiskLabel::High,
        Severity::Medium => RiskLabel::Medium,
        Severity::Low | Severity::Informational => RiskLabel::Low,
    }
}

/// Whether so many of a principal's events failed that it is worth a check.
pub(crate) const fn fails_often(events: u64, failed: u64) -> bool {
    failed >= MANY_FAILURES && failed.saturating_mul(FAILURE_SHARE) >= events
}

/// MEDIUM with what made it so, or LOW.
fn of_lesser_signs(facts: &FactSet) -> (RiskLabel, String) {
    let many_failures = facts.list("events.by_principal").any(|row| {
        let (events, failed) =
            (number(facts, row, "events.by_principal"), number(facts, row, "events.by_principal.failed"));
        fails_often(events, failed)
    });
    let signs = [
        (total(facts, "events.high_risk") > 0, "high-risk calls were made"),
        (total(facts, "events.root_activity") > 0, "the root user was active"),
        (total(facts, "events.console_logins.without_mfa_not_federated") > 0, "console sign-ins without MFA succeeded"),
        (total(facts, "events.console_logins.failed") >= FAILED_SIGN_INS, "console sign-ins failed repeatedly"),
        (many_failures, "much of what a principal tried failed"),
    ];
    match signs.into_iter().find(|(seen, _)| *seen) {
        Some((_, sign)) => (RiskLabel::Medium, sign.to_owned()),
        None => (RiskLabel::Low, "no high-risk call, root activity or burst of failures was read".to_owned()),
    }
}

fn has_technique(row: &FactRow, techniques: &[&str]) -> bool {
    let first = row.names.iter().find(|name| name.kind == NameKind::Technique);
    let family = first.and_then(|name| name.text.as_str().split('.').next());
    family.is_some_and(|family| techniques.contains(&family))
}

fn total(facts: &FactSet, metric: &str) -> u64 {
    facts.total(metric).map_or(0, |fact| fact.value)
}

/// A number of a row.
fn number(facts: &FactSet, row: &FactRow, metric: &str) -> u64 {
    let of_row = row.facts.iter().filter_map(|id| facts.fact(id));
    of_row.filter(|fact| fact.metric == metric).map(|fact| fact.value).next().unwrap_or(0)
}
