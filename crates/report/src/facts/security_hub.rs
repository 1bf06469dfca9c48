//! Facts of a Security Hub answer.

use security_model::evidence::ids::{self, List};
use security_model::summary::FindingsSummary;
use security_model::{Coverage, Scope, Severity, Unit};

use super::builder::{Builder, Metric, length};
use super::security_hub_rows::{Lists, STATES};
use super::{coverage, required, scope};
use crate::{FactSet, Subject};

/// What a report on a Security Hub answer may say, and what it must.
///
/// The summary's lists are whole: cutting them for an answer comes after. Counts are in findings, except those about the
/// reading (records, files) and numbers of distinct things. The counts of `statistics_v2` are of another set and no facts.
#[must_use]
pub fn security_hub_fact_set(scope: &Scope, coverage: &Coverage, summary: &FindingsSummary) -> FactSet {
    let lists = Lists::of(summary);
    let mut builder = Builder::default();
    totals(&mut builder, summary);
    coverage::records(&mut builder, coverage);
    for state in STATES {
        state.numbers(&mut builder, summary);
    }
    let columns = lists.columns();
    builder.heads(&columns);
    lengths(&mut builder, summary);
    scope::numbers(&mut builder, scope);
    builder.tails(&columns);
    lists.further_numbers(&mut builder);
    lists.rows(&mut builder, summary);
    coverage::gaps(&mut builder, coverage);
    let required = required::security_hub(&builder, summary);
    let Builder { facts, rows, .. } = builder;
    FactSet {
        subject: Subject::SecurityHub,
        as_of: scope.as_of.clone(),
        times: scope::times(scope, [&None, &None]),
        facts,
        rows,
        names: scope::names(scope),
        required,
    }
}

/// What is asked for first.
fn totals(builder: &mut Builder, findings: &FindingsSummary) {
    builder.single(TOTAL, findings.total, Some(ids::FINDINGS));
    for (rank, severity) in Severity::ALL.into_iter().enumerate() {
        let evidence = List::Severity.id(rank);
        builder.named(BY_SEVERITY, rank, severity.label(), findings.by_severity.get(severity), Some(evidence));
    }
    builder.single(NEW, findings.new_last_7_days, Some(ids::NEW_LAST_7_DAYS));
    if let Some(resolved) = findings.resolved {
        builder.single(RESOLVED, resolved, Some(ids::RESOLVED));
    }
    let resources = length(&findings.top_resources, &findings.truncated, "top_resources", |row| &row.id);
    builder.single(DISTINCT_RESOURCES, resources, None);
}

/// How long the lists are.
fn lengths(builder: &mut Builder, findings: &FindingsSummary) {
    let cut = &findings.truncated;
    for (metric, value) in [
        (ATTENTION, length(&findings.attention, cut, "attention", |row| &row.id)),
        (CONTROLS, length(&findings.top_controls, cut, "top_controls", |row| &row.control_id)),
        (CATEGORIES, length(&findings.by_category, cut, "by_category", |row| &row.name)),
        (PRODUCTS, length(&findings.by_product, cut, "by_product", |row| &row.name)),
        (ACCOUNTS, length(&findings.by_account, cut, "by_account", |row| &row.name)),
        (REGIONS, length(&findings.by_region, cut, "by_region", |row| &row.name)),
    ] {
        builder.single(metric, value, None);
    }
}

const fn findings(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Findings, derivation }
}

const fn distinct(path: &'static str, unit: Unit, derivation: &'static str) -> Metric {
    Metric { path, unit, derivation }
}

const TOTAL: Metric = findings("findings.total", "Findings that pass the filters and belong to the working set.");
pub(super) const BY_SEVERITY: Metric = findings(
    "findings.by_severity",
    "Findings by Severity.Label, else by the normalized score; without either, INFORMATIONAL.",
);
const NEW: Metric =
    findings("findings.new_last_7_days", "Findings whose CreatedAt lies in the seven days before scope.as_of.");
const RESOLVED: Metric = findings(
    "findings.resolved",
    "Findings that pass the filters, are not archived, and whose Workflow.Status is RESOLVED.",
);
const DISTINCT_RESOURCES: Metric = distinct(
    "findings.top_resources.length",
    Unit::Resources,
    "Distinct Resources[].Id over all resources of all findings counted.",
);
const ATTENTION: Metric =
    findings("findings.attention.length", "Findings listed for attention; the list is bounded, so there may be more.");
const CONTROLS: Metric =
    distinct("findings.top_controls.length", Unit::Kinds, "Distinct controls with findings whose status is FAILED.");
const CATEGORIES: Metric =
    distinct("findings.by_category.length", Unit::Kinds, "Distinct namespaces and categories of finding types.");
const PRODUCTS: Metric = distinct("findings.by_product.length", Unit::Kinds, "Distinct products that report findings.");
const ACCOUNTS: Metric = distinct("findings.by_account.length", Unit::Accounts, "Distinct AwsAccountId of findings.");
const REGIONS: Metric = distinct("findings.by_region.length", Unit::Regions, "Distinct Region of findings.");
