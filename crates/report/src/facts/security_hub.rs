//! Facts of a Security Hub answer.

use security_model::evidence::ids::{self, List};
use security_model::summary::FindingsSummary;
use security_model::{Coverage, Fact, Severity, Unit};

use super::{Column, Facts, Metric, length};

/// The facts of a Security Hub answer, most important first.
///
/// Counts are in findings, except those about the reading (records, files) and the number of distinct resources.
#[must_use]
pub fn security_hub_facts(findings: &FindingsSummary, coverage: &Coverage) -> Vec<Fact> {
    let mut facts = Facts::default();
    facts.single(TOTAL, findings.total, Some(ids::FINDINGS));
    for (rank, severity) in Severity::ALL.into_iter().enumerate() {
        let evidence = List::Severity.id(rank);
        facts.named(BY_SEVERITY, severity.label(), findings.by_severity.get(severity), Some(evidence));
    }
    facts.single(NEW, findings.new_last_7_days, Some(ids::NEW_LAST_7_DAYS));
    if let Some(resolved) = findings.resolved {
        facts.single(RESOLVED, resolved, Some(ids::RESOLVED));
    }
    let resources = length(&findings.top_resources, &findings.truncated, "top_resources");
    facts.single(DISTINCT_RESOURCES, resources, None);
    facts.coverage(coverage);
    states(&mut facts, findings);
    facts.columns(&columns(findings));
    facts.columns(&severities_of_resources(findings));
    facts.0
}

fn states(facts: &mut Facts, findings: &FindingsSummary) {
    let (state, workflow) = (&findings.by_record_state, &findings.by_workflow_status);
    let compliance = &findings.by_compliance_status;
    for (metric, name, value) in [
        (BY_WORKFLOW, "NEW", workflow.new),
        (BY_WORKFLOW, "NOTIFIED", workflow.notified),
        (BY_WORKFLOW, "SUPPRESSED", workflow.suppressed),
        (BY_WORKFLOW, "RESOLVED", workflow.resolved),
        (BY_WORKFLOW, "OTHER", workflow.other),
        (BY_COMPLIANCE, "PASSED", compliance.passed),
        (BY_COMPLIANCE, "FAILED", compliance.failed),
        (BY_COMPLIANCE, "WARNING", compliance.warning),
        (BY_COMPLIANCE, "NOT_AVAILABLE", compliance.not_available),
        (BY_COMPLIANCE, "NONE", compliance.none),
        (BY_COMPLIANCE, "OTHER", compliance.other),
        (BY_STATE, "ACTIVE", state.active),
        (BY_STATE, "ARCHIVED", state.archived),
        (BY_STATE, "OTHER", state.other),
    ] {
        facts.named(metric, name, value, None);
    }
}

/// In order of importance.
fn columns(findings: &FindingsSummary) -> Vec<Column<'_>> {
    let mut columns = vec![
        Column::new(TOP_CONTROLS, Some(List::Control), &findings.top_controls, |row| (&row.control_id, row.count)),
        Column::new(TOP_RESOURCES, Some(List::Resource), &findings.top_resources, |row| (&row.id, row.count)),
    ];
    for (metric, list, rows) in [
        (BY_CATEGORY, List::Category, &findings.by_category),
        (BY_PRODUCT, List::Product, &findings.by_product),
        (BY_ACCOUNT, List::Account, &findings.by_account),
        (BY_REGION, List::Region, &findings.by_region),
    ] {
        columns.push(Column::new(metric, Some(list), rows, |row| (&row.name, row.count)));
    }
    columns
}

/// What a resource is in for; severities that it has none of are left out.
fn severities_of_resources(findings: &FindingsSummary) -> Vec<Column<'_>> {
    let column = |(metric, severity)| {
        let all = Column::new(metric, None, &findings.top_resources, |row| (&row.id, row.by_severity.get(severity)));
        Column { rows: all.rows.into_iter().filter(|(_, count)| *count > 0).collect(), ..all }
    };
    RESOURCE_SEVERITIES.into_iter().zip(Severity::ALL).map(column).collect()
}

const fn findings(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Findings, derivation }
}

const TOTAL: Metric = findings("findings.total", "Findings that pass the filters and belong to the working set.");
const BY_SEVERITY: Metric = findings(
    "findings.by_severity",
    "Findings by Severity.Label, else by the normalized score; without either, INFORMATIONAL.",
);
const NEW: Metric =
    findings("findings.new_last_7_days", "Findings whose CreatedAt lies in the seven days before scope.as_of.");
const RESOLVED: Metric = findings(
    "findings.resolved",
    "Findings that pass the filters, are not archived, and whose Workflow.Status is RESOLVED.",
);
const DISTINCT_RESOURCES: Metric = Metric {
    path: "findings.top_resources.length",
    unit: Unit::Resources,
    derivation: "Distinct Resources[].Id over all resources of all findings counted.",
};
const BY_WORKFLOW: Metric =
    findings("findings.by_workflow_status", "Findings by Workflow.Status; absent counts as NEW.");
const BY_COMPLIANCE: Metric =
    findings("findings.by_compliance_status", "Findings by Compliance.Status; NONE is no compliance check.");
const BY_STATE: Metric = findings("findings.by_record_state", "Findings by RecordState; absent counts as ACTIVE.");
const TOP_CONTROLS: Metric =
    findings("findings.top_controls", "Findings of the control whose Compliance.Status is FAILED.");
const TOP_RESOURCES: Metric =
    findings("findings.top_resources", "Findings that name the resource anywhere in Resources[].");
const BY_CATEGORY: Metric = findings(
    "findings.by_category",
    "Findings with a type of this namespace and category; a finding of two categories is in both.",
);
const BY_PRODUCT: Metric = findings("findings.by_product", "Findings by ProductName, else the product in ProductArn.");
const BY_ACCOUNT: Metric = findings("findings.by_account", "Findings by AwsAccountId.");
const BY_REGION: Metric = findings("findings.by_region", "Findings by Region.");

/// In the order of [`Severity::ALL`].
const RESOURCE_SEVERITIES: [Metric; 5] = [
    findings("findings.top_resources.by_severity.CRITICAL", "CRITICAL findings that name the resource."),
    findings("findings.top_resources.by_severity.HIGH", "HIGH findings that name the resource."),
    findings("findings.top_resources.by_severity.MEDIUM", "MEDIUM findings that name the resource."),
    findings("findings.top_resources.by_severity.LOW", "LOW findings that name the resource."),
    findings("findings.top_resources.by_severity.INFORMATIONAL", "INFORMATIONAL findings that name the resource."),
];
