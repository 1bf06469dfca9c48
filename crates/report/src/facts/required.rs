//! What a report has to say.

use security_model::summary::FindingsSummary;

use super::builder::Builder;
use super::detections::ALONE;
use crate::{NameKind, Required};

/// Rows that a report has to name.
const NAMED: usize = 3;

/// The number of everything, the CRITICAL and HIGH ones, and the first CRITICAL findings; every severity and what is new
/// and resolved besides. Of an empty analysis, only that it is empty.
pub(super) fn security_hub(builder: &Builder, findings: &FindingsSummary) -> Vec<Required> {
    let mut required = Requirements(builder, vec![]);
    required.number("findings.total", "all", "the number of findings", true);
    if findings.total == 0 {
        return required.1;
    }
    required.number("findings.by_severity", "CRITICAL", "the number of CRITICAL findings", true);
    required.number("findings.by_severity", "HIGH", "the number of HIGH findings", true);
    required.first_rows("findings.attention", |row| row.severity == Some(security_model::Severity::Critical));
    for (label, what) in [
        ("MEDIUM", "the number of MEDIUM findings"),
        ("LOW", "the number of LOW findings"),
        ("INFORMATIONAL", "the number of INFORMATIONAL findings"),
    ] {
        required.number("findings.by_severity", label, what, false);
    }
    required.number("findings.new_last_7_days", "all", "the number of findings created in the last 7 days", false);
    required.number("findings.resolved", "all", "the number of resolved findings", false);
    required.1
}

/// The number of everything, of incidents and of detections outside them, of failed operations and of high-risk calls, and the
/// first high-risk calls; sign-ins, root, principals, reads and writes besides. Of an empty analysis, only that it is empty.
pub(super) fn cloudtrail(builder: &Builder, total: u64) -> Vec<Required> {
    let mut required = Requirements(builder, vec![]);
    required.number("events.total", "all", "the number of events", true);
    if total == 0 {
        return required.1;
    }
    required.number("incidents.length", "all", "the number of incidents", true);
    if builder.facts.iter().any(|fact| fact.metric == ALONE && fact.value > 0) {
        required.number(ALONE, "all", "the number of detections outside incidents", true);
    }
    required.number("events.failed_operations.total", "all", "the number of failed operations", true);
    required.number("events.high_risk", "all", "the number of high-risk calls", true);
    required.first_rows("events.high_risk", |_| true);
    for (metric, what) in [
        ("incidents.still_live.length", "the number of changes still live"),
        ("events.console_logins.failed", "the number of failed console sign-ins"),
        ("events.console_logins.succeeded", "the number of successful console sign-ins"),
        ("events.root_activity", "the number of root user events"),
        ("events.by_principal.length", "the number of principals"),
        ("events.read", "the number of read events"),
        ("events.write", "the number of write events"),
    ] {
        required.number(metric, "all", what, false);
    }
    required.1
}

struct Requirements<'a>(&'a Builder, Vec<Required>);

impl Requirements<'_> {
    /// A number, where there is such a fact: what is not known is not required.
    fn number(&mut self, metric: &str, scope: &str, what: &str, omission: bool) {
        let fact = self.0.facts.iter().find(|fact| fact.metric == metric && fact.scope.as_str() == scope);
        self.1.extend(fact.map(|fact| Required { id: fact.id.clone(), what: what.to_owned(), omission }));
    }

    /// The first rows of a list that are `wanted`. Records' own words go into `what` only where they are a call's name.
    fn first_rows(&mut self, list: &str, wanted: impl Fn(&crate::FactRow) -> bool) {
        let rows = self.0.rows.iter().filter(|row| row.list == list && wanted(row)).take(NAMED);
        self.1.extend(rows.map(|row| {
            let call = row.names.iter().find(|name| name.kind == NameKind::EventName);
            let what = match call {
                Some(call) => format!("the high-risk call {}", call.text),
                None => format!("the CRITICAL finding {}", row.id),
            };
            Required { id: row.id.clone(), what, omission: true }
        }));
    }
}
