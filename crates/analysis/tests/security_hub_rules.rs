//! The rules for Security Hub findings, on inputs small enough to work out by hand.

mod support;

use analysis::EvidenceLimits;
use analysis::security_hub::{ATTENTION_ROWS, FindingAnalysis};
use security_model::evidence::ids;
use security_model::summary::NamedCount;
use security_model::{Compliance, RecordState, Severity, Workflow};

use support::{Finding, Resource, analyse_findings, at, origin, strings};

fn names(rows: &[NamedCount]) -> Vec<(&str, u64)> {
    rows.iter().map(|row| (row.name.as_str(), row.count)).collect()
}

fn of(severity: Severity) -> Finding {
    Finding { severity, ..Finding::default() }
}

#[test]
fn nothing_seen_is_nothing_counted() {
    let result = analyse_findings(&[], None);
    assert_eq!((result.summary.total, result.summary.new_last_7_days, result.as_of), (0, 0, None));
    assert_eq!(result.summary.resolved, Some(0));
    assert_eq!(result.evidence.page(ids::NEW_LAST_7_DAYS, 0, 9).unwrap().total, 0);
    assert!(result.evidence.page("attention-1", 0, 9).is_none());
}

#[test]
fn every_status_is_counted_once() {
    let findings = [
        Finding { compliance: Compliance::Failed, ..of(Severity::Critical) },
        Finding { workflow: Workflow::Notified, ..of(Severity::Critical) },
        Finding { record_state: RecordState::Archived, compliance: Compliance::Passed, ..of(Severity::Low) },
        Finding { workflow: Workflow::Other, record_state: RecordState::Other, ..of(Severity::Medium) },
    ];
    let summary = analyse_findings(&findings, None).summary;
    assert_eq!(Severity::ALL.map(|severity| summary.by_severity.get(severity)), [2, 0, 1, 1, 0]);
    let states = summary.by_record_state;
    assert_eq!((states.active, states.archived, states.other), (2, 1, 1));
    let workflow = summary.by_workflow_status;
    assert_eq!((workflow.new, workflow.notified, workflow.other), (2, 1, 1));
    let compliance = summary.by_compliance_status;
    assert_eq!((compliance.failed, compliance.passed, compliance.none), (1, 1, 2));
}

#[test]
fn severities_have_evidence_in_their_fixed_order() {
    let result = analyse_findings(&[of(Severity::High), of(Severity::Low), of(Severity::Low)], None);
    let totals = [1, 2, 3, 4, 5].map(|n| result.evidence.page(&format!("severity-{n}"), 0, 9).unwrap().total);
    assert_eq!(totals, [0, 1, 0, 2, 0]);
    assert_eq!(result.evidence.page("severity-4", 0, 9).unwrap().rows.len(), 2);
}

#[test]
fn a_finding_is_in_each_of_its_categories_once() {
    let types = |types: &[&'static str]| Finding { types: types.to_vec(), ..Finding::default() };
    let summary = analyse_findings(
        &[
            types(&["TTPs/Discovery/Recon:EC2", "TTPs/Discovery/Recon:IAM", "Effects/Data Exposure"]),
            types(&["TTPs/Discovery"]),
            types(&["Custom"]),
            types(&[""]),
            types(&[]),
        ],
        None,
    )
    .summary;
    assert_eq!(
        names(&summary.by_category),
        [("(none)", 2), ("TTPs/Discovery", 2), ("Custom", 1), ("Effects/Data Exposure", 1)]
    );
}

#[test]
fn products_accounts_and_regions_say_none_where_absent() {
    let findings = [
        Finding {
            product: Some("GuardDuty"),
            account: Some("111122223333"),
            region: Some("eu-west-1"),
            ..Finding::default()
        },
        Finding { product: Some("GuardDuty"), ..Finding::default() },
        Finding::default(),
    ];
    let result = analyse_findings(&findings, None);
    assert_eq!(names(&result.summary.by_product), [("GuardDuty", 2), ("(none)", 1)]);
    assert_eq!(names(&result.summary.by_account), [("(none)", 2), ("111122223333", 1)]);
    assert_eq!(names(&result.summary.by_region), [("(none)", 2), ("eu-west-1", 1)]);
    assert_eq!((strings(&result.accounts), strings(&result.regions)), (vec!["111122223333"], vec!["eu-west-1"]));
    assert_eq!(result.evidence.page("account-1", 0, 9).unwrap().rows.len(), 2);
}

#[test]
fn resources_are_counted_over_all_resources_of_each_finding() {
    let bucket = Resource { id: "arn:aws:s3:::b", kind: Some("AwsS3Bucket"), ..Resource::default() };
    let role =
        Resource { id: "arn:aws:iam::111122223333:role/r", account: Some("444455556666"), ..Resource::default() };
    let findings = [
        Finding {
            resources: vec![bucket, role, bucket],
            account: Some("111122223333"),
            region: Some("eu-west-1"),
            updated: Some("2026-11-20T00:00:00Z"),
            ..of(Severity::High)
        },
        Finding { resources: vec![role], updated: Some("2026-11-19T00:00:00Z"), ..of(Severity::Low) },
        Finding { resources: vec![Resource::default()], ..of(Severity::Low) },
    ];
    let result = analyse_findings(&findings, None);
    let [first, second] = &result.summary.top_resources[..] else { panic!("two resources") };
    assert_eq!((first.id.as_str(), first.count), ("arn:aws:iam::111122223333:role/r", 2));
    assert_eq!((first.by_severity.high, first.by_severity.low), (1, 1));
    // Its own account, and the region of the newest finding that names it.
    assert_eq!(first.account.as_ref().unwrap().as_str(), "444455556666");
    assert_eq!(first.region.as_ref().unwrap().as_str(), "eu-west-1");
    assert_eq!((second.id.as_str(), second.count), ("arn:aws:s3:::b", 1));
    assert_eq!(second.kind.as_ref().unwrap().as_str(), "AwsS3Bucket");
    assert_eq!(second.account.as_ref().unwrap().as_str(), "111122223333");
    assert_eq!(result.evidence.page("resource-1", 0, 9).unwrap().rows.len(), 2);
}

#[test]
fn failing_controls_show_the_newest_title_and_the_worst_severity() {
    let s3 = Finding {
        control: Some("S3.8"),
        compliance: Compliance::Failed,
        title: "old title",
        url: Some("https://example.com/old"),
        updated: Some("2026-11-01T00:00:00Z"),
        ..of(Severity::Medium)
    };
    let findings = [
        s3.clone(),
        Finding {
            title: "new title",
            url: Some("https://example.com/new"),
            updated: Some("2026-11-02T00:00:00+00:00"),
            severity: Severity::Low,
            ..s3.clone()
        },
        Finding { compliance: Compliance::Passed, severity: Severity::Critical, ..s3.clone() },
        Finding { control: Some("EC2.2"), url: None, severity: Severity::High, ..s3.clone() },
        Finding { control: None, ..s3 },
    ];
    let result = analyse_findings(&findings, None);
    let rows: Vec<_> = result
        .summary
        .top_controls
        .iter()
        .map(|row| (row.control_id.as_str(), row.title.as_str(), row.count, row.severity))
        .collect();
    assert_eq!(rows, [("S3.8", "new title", 2, Severity::Medium), ("EC2.2", "old title", 1, Severity::High)]);
    assert_eq!(result.summary.top_controls[0].remediation_url.as_ref().unwrap().as_str(), "https://example.com/new");
    assert_eq!(result.summary.top_controls[1].remediation_url, None);
    assert_eq!(result.evidence.page("control-1", 0, 9).unwrap().rows.len(), 2);
}

/// The third of the cases that break other tools: a time written with `+00:00`.
#[test]
fn new_findings_are_those_of_the_seven_days_up_to_as_of() {
    let created = |created| Finding { created: Some(created), ..Finding::default() };
    let findings = [
        created("2026-11-21T00:00:00+00:00"),
        created("2026-11-14T00:00:00.001Z"),
        created("2026-11-14T00:00:00Z"),
        created("2026-11-21T00:00:00.001Z"),
        created("2020-01-01T00:00:00Z"),
        Finding::default(),
    ];
    let result = analyse_findings(&findings, Some(at("2026-11-21T00:00:00Z")));
    assert_eq!(result.summary.new_last_7_days, 2);
    assert_eq!(result.evidence.page(ids::NEW_LAST_7_DAYS, 0, 9).unwrap().rows.len(), 2);
    // Without a clock, the newest finding is the end: now the window is (14th 00:00:00.001, 21st 00:00:00.001].
    let result = analyse_findings(&findings, None);
    assert_eq!(result.as_of, Some(at("2026-11-21T00:00:00.001Z")));
    assert_eq!(result.summary.new_last_7_days, 2);
}

#[test]
fn resolved_findings_are_counted_apart() {
    let open = of(Severity::High);
    let resolved = Finding { workflow: Workflow::Resolved, ..of(Severity::Critical) };
    let mut analysis = FindingAnalysis::new(EvidenceLimits::default());
    analysis.observe(&open.view(), open.hash(), &origin(0));
    analysis.observe_resolved(&resolved.view(), resolved.hash(), &origin(1));
    analysis.observe_resolved(&resolved.view(), resolved.hash(), &origin(2));
    let result = analysis.finish(None);
    assert_eq!((result.summary.total, result.summary.resolved), (1, Some(2)));
    assert_eq!(result.summary.by_severity.critical, 0);
    assert_eq!(result.summary.attention.len(), 1);
    assert_eq!(result.evidence.page(ids::FINDINGS, 0, 9).unwrap().rows.len(), 1);
    assert_eq!(result.evidence.page(ids::RESOLVED, 0, 9).unwrap().rows.len(), 2);

    let mut analysis = FindingAnalysis::new(EvidenceLimits::default());
    analysis.observe_resolved(&resolved.view(), resolved.hash(), &origin(0));
    analysis.resolved_unknown();
    let result = analysis.finish(None);
    assert_eq!(result.summary.resolved, None);
    assert!(result.evidence.page(ids::RESOLVED, 0, 9).is_none());
}

fn attention(findings: &[Finding], as_of: &str) -> Vec<(String, String)> {
    let summary = analyse_findings(findings, Some(at(as_of))).summary;
    summary.attention.into_iter().map(|row| (row.id.as_str().to_owned(), row.reason)).collect()
}

#[test]
fn attention_goes_by_severity_kind_company_and_age() {
    let critical = Finding { updated: Some("2026-11-20T22:00:00Z"), ..of(Severity::Critical) };
    let high = Finding { severity: Severity::High, ..critical.clone() };
    let failed = Finding { compliance: Compliance::Failed, control: Some("S3.8"), ..critical.clone() };
    let findings = [
        Finding { id: "low", ..of(Severity::Low) },
        Finding { id: "high-threat", types: vec!["TTPs/Discovery"], ..high.clone() }.on(&["role"]),
        Finding { id: "critical-plain", ..critical.clone() },
        Finding { id: "critical-control", ..failed.clone() },
        Finding { id: "critical-threat", product: Some("GuardDuty"), ..critical.clone() }.on(&["role", "host"]),
        Finding { id: "critical-control-in-company", ..failed.clone() }.on(&["host"]),
        Finding { id: "critical-control-newer", updated: Some("2026-11-20T23:30:00Z"), ..failed.clone() },
        Finding { id: "medium-on-host", ..of(Severity::Medium) }.on(&["host"]),
        Finding { id: "suppressed", workflow: Workflow::Suppressed, ..critical.clone() }.on(&["host"]),
        Finding { id: "passed", compliance: Compliance::Passed, ..critical },
    ];
    let company = "1 other CRITICAL or HIGH finding on the same resource";
    let expected = [
        ("critical-threat", format!("CRITICAL threat detection; {company}; updated 2 h before as_of")),
        ("critical-control-in-company", format!("CRITICAL failed control; {company}; updated 2 h before as_of")),
        ("critical-control-newer", "CRITICAL failed control; updated 30 min before as_of".to_owned()),
        ("critical-control", "CRITICAL failed control; updated 2 h before as_of".to_owned()),
        ("critical-plain", "CRITICAL finding; updated 2 h before as_of".to_owned()),
        ("high-threat", format!("HIGH threat detection; {company}; updated 2 h before as_of")),
    ];
    assert_eq!(attention(&findings, "2026-11-21T00:00:00Z"), expected.map(|(id, reason)| (id.to_owned(), reason)));
}

#[test]
fn medium_findings_need_attention_where_there_is_nothing_worse() {
    let findings = [
        Finding { id: "low", ..of(Severity::Low) },
        Finding { id: "medium", updated: Some("2026-11-22T00:00:00Z"), ..of(Severity::Medium) },
    ];
    // Updated after the end of the data, so its age is left out.
    assert_eq!(attention(&findings, "2026-11-21T00:00:00Z"), [("medium".to_owned(), "MEDIUM finding".to_owned())]);
}

#[test]
fn attention_is_short_and_each_row_has_its_record() {
    let ids: Vec<&'static str> = (b'a'..=b'z').map(|c| &*String::from(char::from(c)).leak()).collect();
    let findings: Vec<_> =
        ids.iter().flat_map(|id| [Finding { id, ..of(Severity::High) }, of(Severity::Low)]).collect();
    let result = analyse_findings(&findings, None);
    assert_eq!(result.summary.attention.len(), ATTENTION_ROWS);
    assert_eq!(result.summary.attention[0].id.as_str(), "a");
    for row in &result.summary.attention {
        let page = result.evidence.page(&row.evidence_id, 0, 9).unwrap();
        assert_eq!((page.total, page.kept, page.rows.len()), (1, 1, 1));
        assert_eq!(page.rows[0].id, row.id);
    }
}

#[test]
fn rows_show_the_finding_and_at_most_twenty_resources() {
    let finding = Finding {
        id: "arn:aws:securityhub:eu-west-1:111122223333:finding/1",
        title: "Bucket is \u{202e}public",
        control: Some("S3.8"),
        compliance: Compliance::NotAvailable,
        workflow: Workflow::Notified,
        created: Some("2026-11-20T00:00:00Z"),
        resources: (0..30).map(|n| Resource { id: format!("r{n}").leak(), ..Resource::default() }).collect(),
        ..of(Severity::High)
    };
    let result = analyse_findings(std::slice::from_ref(&finding), None);
    assert_eq!(result.summary.top_resources.len(), 30);
    let rows = result.evidence.page(ids::FINDINGS, 0, 9).unwrap().rows;
    let row = &rows[0];
    assert_eq!(row.title.as_str(), "Bucket is \\u{202e}public");
    assert_eq!(
        (row.record_state.as_str(), row.workflow_status.as_str(), row.compliance_status.as_str()),
        ("ACTIVE", "NOTIFIED", "NOT_AVAILABLE")
    );
    assert_eq!((row.updated_at.as_deref(), row.created_at.as_deref()), (None, Some("2026-11-20T00:00:00Z")));
    assert_eq!((row.resources.len(), row.index), (20, 0));
    assert_eq!(row.sha256, finding.hash().to_hex());
}

#[test]
fn worse_findings_outlast_others_and_totals_stay_true() {
    let mut findings = vec![Finding { id: "worst", ..of(Severity::Critical) }];
    findings.extend(vec![Finding { updated: Some("2026-11-21T00:00:00Z"), ..of(Severity::Low) }; 500]);
    let mut analysis = FindingAnalysis::new(EvidenceLimits { max_rows: 10 });
    for (index, finding) in findings.iter().enumerate() {
        analysis.observe(&finding.view(), finding.hash(), &origin(index));
    }
    let result = analysis.finish(None);
    let page = result.evidence.page(ids::FINDINGS, 0, 100).unwrap();
    assert_eq!((page.total, page.kept, page.rows.len()), (501, 10, 10));
    assert_eq!(result.evidence.page("severity-1", 0, 9).unwrap().rows.len(), 1);
    assert_eq!(result.summary.attention[0].id.as_str(), "worst");
}
