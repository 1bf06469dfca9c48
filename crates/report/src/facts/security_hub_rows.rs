//! Lists of a Security Hub answer: their numbers, and what each row names.

use std::cmp::Reverse;

use security_model::evidence::ids::List;
use security_model::summary::security_hub::{AttentionRow, ControlCount, ResourceCount};
use security_model::summary::{FindingsSummary, NamedCount};
use security_model::{SafeText, Severity, Unit};

use super::builder::{Builder, Column, Described, Listing, Metric, identifier, name};
use super::security_hub::BY_SEVERITY;
use crate::{Name, NameKind};

/// Rows of the worst severity of whom a report may speak although others have more findings.
const WORST: usize = 10;

/// The lists, with the positions of each that become facts and rows.
pub(super) struct Lists<'a> {
    controls: Listing<'a, ControlCount>,
    resources: Listing<'a, ResourceCount>,
    attention: Listing<'a, AttentionRow>,
    named: [(Metric, NameKind, Listing<'a, NamedCount>); 4],
}

impl<'a> Lists<'a> {
    pub(super) fn of(findings: &'a FindingsSummary) -> Self {
        let named = |metric: Metric, kind, list, rows: &'a [NamedCount]| {
            (metric, kind, Listing::first(metric.path, Some(list), rows))
        };
        let worst_controls = worst(&findings.top_controls, |row| (row.severity, Reverse(row.count)));
        let worst_resources = worst(&findings.top_resources, |row| {
            (Reverse(row.by_severity.critical), Reverse(row.by_severity.high), Reverse(row.count))
        });
        Self {
            controls: Listing::first(TOP_CONTROLS.path, Some(List::Control), &findings.top_controls)
                .with(worst_controls),
            resources: Listing::first(TOP_RESOURCES.path, Some(List::Resource), &findings.top_resources)
                .with(worst_resources),
            attention: Listing::whole("findings.attention", Some(List::Attention), &findings.attention),
            named: [
                named(BY_CATEGORY, NameKind::Category, List::Category, &findings.by_category),
                named(BY_PRODUCT, NameKind::Product, List::Product, &findings.by_product),
                named(BY_ACCOUNT, NameKind::Account, List::Account, &findings.by_account),
                named(BY_REGION, NameKind::Region, List::Region, &findings.by_region),
            ],
        }
    }

    /// The number that each list is ranked by, in order of importance.
    pub(super) fn columns(&self) -> Vec<Column<'a>> {
        let mut columns = vec![
            self.controls.counted(TOP_CONTROLS, |row| (&row.control_id, row.count)),
            self.resources.counted(TOP_RESOURCES, |row| (&row.id, row.count)),
        ];
        columns.extend(self.named.iter().map(|(metric, _, list)| list.counted(*metric, |row| (&row.name, row.count))));
        columns
    }

    /// What a resource is in for; severities that it has none of are left out.
    pub(super) fn further_numbers(&self, builder: &mut Builder) {
        let column = |(metric, severity)| {
            self.resources.column(metric, |row| (&row.id, row.by_severity.get(severity))).without_zeros()
        };
        let columns: Vec<Column<'a>> = RESOURCE_SEVERITIES.into_iter().zip(Severity::ALL).map(column).collect();
        builder.heads(&columns);
        builder.tails(&columns);
    }

    /// What each row names.
    pub(super) fn rows(&self, builder: &mut Builder, findings: &FindingsSummary) {
        for (rank, severity) in Severity::ALL.into_iter().enumerate() {
            let names = vec![Name { kind: NameKind::Severity, text: identifier(severity.label()) }];
            builder.row(BY_SEVERITY.path, Some(List::Severity), rank, Described { names, ..Described::default() });
        }
        builder.list(&self.attention, attention);
        builder.list(&self.controls, control);
        builder.list(&self.resources, resource);
        for (_, kind, list) in &self.named {
            builder.list(list, |row| Described { names: vec![name(*kind, &row.name)], ..Described::default() });
        }
        for state in STATES {
            state.rows(builder, findings);
        }
    }
}

/// Positions of the rows with the smallest keys.
fn worst<T, K: Ord>(list: &[T], key: impl Fn(&T) -> K) -> Vec<usize> {
    let mut ranked: Vec<(K, usize)> = list.iter().enumerate().map(|(index, row)| (key(row), index)).collect();
    ranked.sort();
    ranked.into_iter().take(WORST).map(|(_, index)| index).collect()
}

fn attention(row: &AttentionRow) -> Described {
    let mut names = vec![name(NameKind::Finding, &row.id), name(NameKind::Title, &row.title)];
    names.extend(row.resources.iter().map(|resource| name(NameKind::Resource, resource)));
    names.push(severity(row.severity));
    Described {
        names,
        severity: Some(row.severity),
        times: row.updated_at.iter().cloned().collect(),
        reason: row.reason.clone(),
    }
}

fn control(row: &ControlCount) -> Described {
    let mut names = vec![name(NameKind::Control, &row.control_id), name(NameKind::Title, &row.title)];
    names.push(severity(row.severity));
    names.extend(row.remediation_url.iter().map(|url| name(NameKind::Url, url)));
    Described { names, severity: Some(row.severity), ..Described::default() }
}

fn resource(row: &ResourceCount) -> Described {
    let optional = |kind, text: &Option<SafeText>| text.as_ref().map(|text| name(kind, text));
    let mut names = vec![name(NameKind::Resource, &row.id)];
    names.extend(optional(NameKind::ResourceType, &row.kind));
    names.extend(optional(NameKind::Account, &row.account));
    names.extend(optional(NameKind::Region, &row.region));
    let worst = Severity::ALL.into_iter().find(|severity| row.by_severity.get(*severity) > 0);
    Described { names, severity: worst, ..Described::default() }
}

fn severity(severity: Severity) -> Name {
    Name { kind: NameKind::Severity, text: identifier(severity.label()) }
}

/// Findings by one of their states, in the words of ASFF.
#[derive(Clone, Copy)]
pub(super) struct State {
    metric: Metric,
    counts: fn(&FindingsSummary) -> Vec<(&'static str, u64)>,
}

impl State {
    pub(super) fn numbers(self, builder: &mut Builder, findings: &FindingsSummary) {
        for (index, (name, value)) in (self.counts)(findings).into_iter().enumerate() {
            builder.named(self.metric, index, name, value, None);
        }
    }

    fn rows(self, builder: &mut Builder, findings: &FindingsSummary) {
        for (index, (name, _)) in (self.counts)(findings).into_iter().enumerate() {
            let names = vec![Name { kind: NameKind::Status, text: identifier(name) }];
            builder.row(self.metric.path, None, index, Described { names, ..Described::default() });
        }
    }
}

/// Workflow, compliance and record states.
pub(super) const STATES: [State; 3] = [
    State {
        metric: BY_WORKFLOW,
        counts: |findings| {
            let workflow = &findings.by_workflow_status;
            vec![
                ("NEW", workflow.new),
                ("NOTIFIED", workflow.notified),
                ("SUPPRESSED", workflow.suppressed),
                ("RESOLVED", workflow.resolved),
                ("OTHER", workflow.other),
            ]
        },
    },
    State {
        metric: BY_COMPLIANCE,
        counts: |findings| {
            let compliance = &findings.by_compliance_status;
            vec![
                ("PASSED", compliance.passed),
                ("FAILED", compliance.failed),
                ("WARNING", compliance.warning),
                ("NOT_AVAILABLE", compliance.not_available),
                ("NONE", compliance.none),
                ("OTHER", compliance.other),
            ]
        },
    },
    State {
        metric: BY_STATE,
        counts: |findings| {
            let state = &findings.by_record_state;
            vec![("ACTIVE", state.active), ("ARCHIVED", state.archived), ("OTHER", state.other)]
        },
    },
];

const fn findings(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Findings, derivation }
}

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
