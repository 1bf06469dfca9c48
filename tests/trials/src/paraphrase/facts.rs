//! What the short names in the phrase files stand for.

use report::{FactRow, FactSet};

/// Short name, metric, scope.
const WHOLE: &[(&str, &str, &str)] = &[
    ("events", "events.total", "all"),
    ("incidents", "incidents.length", "all"),
    ("live", "incidents.still_live.length", "all"),
    ("failed", "events.failed_operations.total", "all"),
    ("dry", "events.failed_operations.dry_run", "all"),
    ("signed_in", "events.console_logins.succeeded", "all"),
    ("not_signed_in", "events.console_logins.failed", "all"),
    ("sign_ins", "events.console_logins.total", "all"),
    ("no_mfa", "events.console_logins.without_mfa", "all"),
    ("no_mfa_federated", "events.console_logins.without_mfa_federated", "all"),
    ("no_mfa_own", "events.console_logins.without_mfa_not_federated", "all"),
    ("root", "events.root_activity", "all"),
    ("read", "events.read", "all"),
    ("write", "events.write", "all"),
    ("unknown_rw", "events.read_write_unknown", "all"),
    ("risky", "events.high_risk", "all"),
    ("risky_failed", "events.high_risk.failed", "all"),
    ("risky_ok", "events.high_risk.succeeded", "all"),
    ("risky_apis", "events.high_risk.length", "all"),
    ("risky_callers", "events.high_risk.principals.length", "all"),
    ("principals", "events.by_principal.length", "all"),
    ("apis", "events.by_event.length", "all"),
    ("active_regions", "events.by_region.length", "all"),
    ("clients", "events.by_user_agent_family.length", "all"),
    ("errors", "events.failed_operations.by_error.length", "all"),
    ("failing_principals", "events.failed_operations.by_principal.length", "all"),
    ("public_ips", "events.by_source_ip.public.length", "all"),
    ("from_public", "events.by_source_ip.public", "all"),
    ("private_ips", "events.by_source_ip.private.length", "all"),
    ("from_private", "events.by_source_ip.private", "all"),
    ("services", "events.by_source_ip.aws_service.length", "all"),
    ("from_services", "events.by_source_ip.aws_service", "all"),
    ("findings", "findings.total", "all"),
    ("critical", "findings.by_severity", "CRITICAL"),
    ("high", "findings.by_severity", "HIGH"),
    ("medium", "findings.by_severity", "MEDIUM"),
    ("low", "findings.by_severity", "LOW"),
    ("informational", "findings.by_severity", "INFORMATIONAL"),
    ("new", "findings.new_last_7_days", "all"),
    ("resolved", "findings.resolved", "all"),
    ("resources", "findings.top_resources.length", "all"),
    ("controls", "findings.top_controls.length", "all"),
    ("categories", "findings.by_category.length", "all"),
    ("products", "findings.by_product.length", "all"),
    ("accounts", "findings.by_account.length", "all"),
    ("regions", "findings.by_region.length", "all"),
    ("wf_new", "findings.by_workflow_status", "NEW"),
    ("wf_notified", "findings.by_workflow_status", "NOTIFIED"),
    ("c_failed", "findings.by_compliance_status", "FAILED"),
    ("c_none", "findings.by_compliance_status", "NONE"),
    ("seen", "coverage.seen", "all"),
    ("counted", "coverage.counted", "all"),
    ("left_out", "coverage.excluded", "all"),
    ("duplicates", "coverage.duplicates", "all"),
    ("gaps", "coverage.gaps.length", "all"),
];

/// Short name and metric of a row's numbers, by list.
const OF_ROWS: &[(&str, &[(&str, &str)])] = &[
    (
        "events.high_risk",
        &[
            ("r.n", "events.high_risk.count"),
            ("r.failed", "events.high_risk.failed"),
            ("r.ok", "events.high_risk.succeeded"),
            ("r.callers", "events.high_risk.principals.length"),
        ],
    ),
    (
        "events.by_principal",
        &[
            ("r.n", "events.by_principal"),
            ("r.failed", "events.by_principal.failed"),
            ("r.sessions", "events.by_principal.session_count"),
        ],
    ),
    ("events.by_source_ip", &[("r.n", "events.by_source_ip"), ("r.principals", "events.by_source_ip.principal_count")]),
    ("events.by_event", &[("r.n", "events.by_event")]),
    ("events.by_region", &[("r.n", "events.by_region")]),
    ("events.by_user_agent_family", &[("r.n", "events.by_user_agent_family")]),
    ("events.failed_operations.by_error", &[("r.n", "events.failed_operations.by_error")]),
    ("events.failed_operations.by_event", &[("r.n", "events.failed_operations.by_event")]),
    ("events.failed_operations.by_principal", &[("r.n", "events.failed_operations.by_principal")]),
    ("findings.top_controls", &[("r.n", "findings.top_controls")]),
    (
        "findings.top_resources",
        &[
            ("r.n", "findings.top_resources"),
            ("r.critical", "findings.top_resources.by_severity.CRITICAL"),
            ("r.high", "findings.top_resources.by_severity.HIGH"),
            ("r.medium", "findings.top_resources.by_severity.MEDIUM"),
            ("r.low", "findings.top_resources.by_severity.LOW"),
        ],
    ),
    ("findings.by_category", &[("r.n", "findings.by_category")]),
    ("findings.by_product", &[("r.n", "findings.by_product")]),
    ("findings.by_account", &[("r.n", "findings.by_account")]),
    ("findings.by_region", &[("r.n", "findings.by_region")]),
];

/// A number behind a short name.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Metric.
    pub(crate) metric: String,
    /// Scope.
    pub(crate) scope: String,
    /// Value.
    pub(crate) value: u64,
}

/// Metric and scope of a short name about the whole.
pub(crate) fn whole(key: &str) -> Option<(&'static str, &'static str)> {
    WHOLE.iter().find(|(short, _, _)| *short == key).map(|(_, metric, scope)| (*metric, *scope))
}

/// The number of a short name, of the whole or of a row; `None` where there is no such fact.
pub(crate) fn find(facts: &FactSet, row: Option<&FactRow>, key: &str) -> Option<Found> {
    if let Some((metric, scope)) = whole(key) {
        let fact = facts.facts.iter().find(|fact| fact.metric == metric && fact.scope.as_str() == scope)?;
        return Some(Found { metric: metric.to_owned(), scope: scope.to_owned(), value: fact.value });
    }
    let row = row?;
    let (_, keys) = OF_ROWS.iter().find(|(list, _)| *list == row.list)?;
    let (_, metric) = keys.iter().find(|(short, _)| *short == key)?;
    let fact = row.facts.iter().filter_map(|id| facts.fact(id)).find(|fact| fact.metric == *metric)?;
    Some(Found { metric: (*metric).to_owned(), scope: fact.scope.as_str().to_owned(), value: fact.value })
}
