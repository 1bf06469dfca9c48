//! Hand-built answers to write reports about.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use security_model::summary::NamedCount;
use security_model::summary::cloudtrail::{
    ConsoleLogins, EventCount, FailedOperations, HighRiskCount, ObservedWindow, PrincipalCount, SourceIpCount,
    SourceIpKind,
};
use security_model::summary::security_hub::{
    AttentionRow, ComplianceCounts, ControlCount, RecordStateCounts, ResourceCount, SeverityCounts, WorkflowCounts,
};
use security_model::summary::{EventsSummary, FindingsSummary};
use security_model::{
    Coverage, FileCoverage, Gap, GapKind, Ledger, Outcome, SafeText, Scope, Severity, SourceCoverage, SourceKey,
    TextKind,
};

pub(crate) fn safe(text: &str) -> SafeText {
    SafeText::from_raw(text, TextKind::Reference)
}

pub(crate) fn scope(source: &str) -> Scope {
    Scope {
        source: safe(source),
        as_of: "2026-11-21T06:00:00Z".to_owned(),
        start: None,
        end: None,
        accounts: vec![safe("111122223333")],
        regions: vec![safe("eu-west-1"), safe("us-east-1")],
        filters: BTreeMap::new(),
        working_set: String::new(),
        vantage: None,
        truncated: BTreeMap::new(),
    }
}

pub(crate) fn coverage(counted: u64, excluded: u64) -> Coverage {
    let mut ledger = Ledger::default();
    let key = SourceKey::new("files", None, None);
    for (n, outcome) in [(counted, Outcome::Counted), (excluded, Outcome::Excluded)] {
        for _ in 0..n {
            ledger.record(&key, outcome);
        }
    }
    ledger.close()
}

pub(crate) fn with_files(mut coverage: Coverage, seen: u64, skipped: u64) -> Coverage {
    coverage.files = FileCoverage { seen, read: seen - skipped, skipped };
    coverage
}

pub(crate) fn with_gap(mut coverage: Coverage, region: &str, kind: GapKind, detail: &str, remedy: &str) -> Coverage {
    coverage.complete = false;
    coverage.sources.push(SourceCoverage {
        source: "aws:cloudtrail".to_owned(),
        account: None,
        region: Some(safe(region)),
        seen: 0,
        counted: 0,
        excluded: 0,
        duplicates: 0,
        unreadable: 0,
        calls: 1,
        complete: false,
        gaps: vec![Gap::new(kind, detail, remedy)],
    });
    coverage
}

pub(crate) fn no_events() -> EventsSummary {
    EventsSummary {
        total: 0,
        window: ObservedWindow::default(),
        read: 0,
        write: 0,
        read_write_unknown: 0,
        by_event: vec![],
        by_principal: vec![],
        by_source_ip: vec![],
        by_region: vec![],
        by_user_agent_family: vec![],
        failed_operations: FailedOperations::default(),
        console_logins: ConsoleLogins::default(),
        root_activity: 0,
        high_risk: vec![],
        truncated: BTreeMap::new(),
    }
}

pub(crate) fn no_findings() -> FindingsSummary {
    FindingsSummary {
        total: 0,
        by_severity: SeverityCounts::default(),
        by_record_state: RecordStateCounts::default(),
        by_workflow_status: WorkflowCounts::default(),
        by_compliance_status: ComplianceCounts::default(),
        by_product: vec![],
        by_account: vec![],
        by_region: vec![],
        by_category: vec![],
        top_resources: vec![],
        top_controls: vec![],
        new_last_7_days: 0,
        resolved: Some(0),
        attention: vec![],
        statistics_v2: None,
        truncated: BTreeMap::new(),
    }
}

pub(crate) fn event(name: &str, source: &str, count: u64) -> EventCount {
    EventCount { event_name: safe(name), event_source: safe(source), count }
}

pub(crate) fn name(name: &str, count: u64) -> NamedCount {
    NamedCount { name: safe(name), count }
}

pub(crate) fn named(name: &str, count: u64) -> NamedCount {
    NamedCount { name: safe(name), count }
}

pub(crate) fn principal(arn: &str, kind: &str, count: u64, failed: u64, sessions: &[&str]) -> PrincipalCount {
    PrincipalCount {
        principal: safe(arn),
        kind: safe(kind),
        account: Some(safe("111122223333")),
        count,
        failed,
        session_count: sessions.len() as u64,
        sessions: sessions.iter().map(|s| safe(s)).collect(),
    }
}

pub(crate) fn ip(ip: &str, kind: SourceIpKind, count: u64, principal_count: u64) -> SourceIpCount {
    SourceIpCount { ip: safe(ip), kind, count, principal_count, country: None }
}

pub(crate) fn high_risk(rank: usize, name: &str, service: &str, count: u64, failed: u64, who: &str) -> HighRiskCount {
    HighRiskCount {
        event_name: safe(name),
        event_source: safe(&format!("{service}.amazonaws.com")),
        count,
        failed,
        techniques: vec!["T1562.008".to_owned()],
        reason: "Hides later activity".to_owned(),
        principals: vec![safe(who)],
        evidence_id: format!("high-risk-{rank}"),
    }
}

pub(crate) fn severities(critical: u64, high: u64, medium: u64, low: u64, informational: u64) -> SeverityCounts {
    SeverityCounts { critical, high, medium, low, informational }
}

pub(crate) fn resource(id: &str, kind: &str, by_severity: SeverityCounts) -> ResourceCount {
    ResourceCount {
        id: safe(id),
        kind: Some(safe(kind)),
        account: Some(safe("111122223333")),
        region: Some(safe("eu-west-1")),
        count: Severity::ALL.into_iter().map(|s| by_severity.get(s)).sum(),
        by_severity,
    }
}

pub(crate) fn control(id: &str, title: &str, count: u64, severity: Severity) -> ControlCount {
    ControlCount {
        control_id: safe(id),
        title: safe(title),
        count,
        severity,
        remediation_url: Some(safe(&format!("https://docs.aws.amazon.com/console/securityhub/{id}/remediation"))),
    }
}

pub(crate) fn attention(rank: usize, product: &str, title: &str, severity: Severity, resource: &str) -> AttentionRow {
    AttentionRow {
        id: safe(&format!("arn:aws:{product}:eu-west-1:111122223333:finding/{rank}")),
        title: safe(title),
        severity,
        resources: vec![safe(resource)],
        updated_at: Some("2026-11-21T02:13:45Z".to_owned()),
        reason: "Active, new, and its resource has other findings".to_owned(),
        evidence_id: format!("attention-{rank}"),
    }
}

/// A night in one account: a leaked key, read from a folder of logs.
pub(crate) fn night_of_events() -> EventsSummary {
    const DEPLOY: &str = "arn:aws:iam::111122223333:role/deploy";
    const LEAKED: &str = "arn:aws:iam::111122223333:user/build-bot";
    const ADMIN: &str = "arn:aws:iam::111122223333:user/support-admin";
    const ROOT: &str = "arn:aws:iam::111122223333:root";
    let mut summary = EventsSummary {
        total: 2_743,
        window: ObservedWindow {
            start: Some("2026-11-20T18:02:11Z".to_owned()),
            end: Some("2026-11-21T05:58:40Z".to_owned()),
        },
        read: 2_301,
        write: 430,
        read_write_unknown: 12,
        by_event: vec![
            event("DescribeInstances", "ec2.amazonaws.com", 612),
            event("GetObject", "s3.amazonaws.com", 498),
            event("AssumeRole", "sts.amazonaws.com", 377),
            event("ListBuckets", "s3.amazonaws.com", 91),
            event("PutObject", "s3.amazonaws.com", 88),
            event("GetCallerIdentity", "sts.amazonaws.com", 61),
        ],
        by_principal: vec![
            principal(DEPLOY, "AssumedRole", 1_402, 3, &["ci-8812", "ci-8813", "ci-8814"]),
            principal("ec2.amazonaws.com", "AWSService", 511, 0, &[]),
            principal(LEAKED, "IAMUser", 402, 187, &[]),
            principal("arn:aws:iam::111122223333:role/reporting", "AssumedRole", 300, 11, &["nightly"]),
            principal(ADMIN, "IAMUser", 96, 9, &[]),
            principal(ROOT, "Root", 2, 0, &[]),
        ],
        by_source_ip: vec![
            ip("10.20.0.14", SourceIpKind::Private, 1_402, 2),
            ip("ec2.amazonaws.com", SourceIpKind::AwsService, 511, 1),
            ip("203.0.113.77", SourceIpKind::Public, 498, 2),
            ip("198.51.100.9", SourceIpKind::Public, 330, 2),
            ip("192.0.2.44", SourceIpKind::Public, 2, 1),
        ],
        by_region: vec![name("eu-west-1", 2_290), name("us-east-1", 441), name("ap-southeast-1", 12)],
        by_user_agent_family: vec![name("aws-cli", 1_020), name("boto3", 900), name("console", 311)],
        failed_operations: FailedOperations {
            total: 212,
            dry_run: 3,
            by_error: vec![name("AccessDenied", 187), name("NoSuchBucket", 14), name("ThrottlingException", 11)],
            by_event: vec![
                event("ListUsers", "iam.amazonaws.com", 41),
                event("GetAccountAuthorizationDetails", "iam.amazonaws.com", 30),
            ],
            by_principal: vec![
                name(LEAKED, 187),
                name("arn:aws:iam::111122223333:role/reporting", 11),
                name(ADMIN, 9),
                name(DEPLOY, 3),
            ],
            truncated: BTreeMap::new(),
        },
        console_logins: ConsoleLogins { succeeded: 3, failed: 5, without_mfa: 2, without_mfa_federated: 1 },
        root_activity: 2,
        high_risk: vec![
            high_risk(1, "StopLogging", "cloudtrail", 1, 0, ADMIN),
            high_risk(2, "CreateAccessKey", "iam", 1, 0, LEAKED),
            high_risk(3, "AttachUserPolicy", "iam", 2, 1, LEAKED),
            high_risk(4, "ModifySnapshotAttribute", "ec2", 1, 0, ADMIN),
            high_risk(5, "PutUserPolicy", "iam", 1, 0, ADMIN),
            high_risk(6, "GetSecretValue", "secretsmanager", 14, 0, ADMIN),
            high_risk(7, "DeleteTrail", "cloudtrail", 1, 1, ADMIN),
        ],
        truncated: BTreeMap::new(),
    };
    for (name, reason) in [
        ("StopLogging", "Stops the trail, so that what follows is not recorded"),
        ("CreateAccessKey", "Gives lasting access with a second credential"),
        ("AttachUserPolicy", "Widens what the user may do"),
        ("ModifySnapshotAttribute", "Can share the disk with another account or everyone"),
        ("PutUserPolicy", "Widens what the user may do, outside managed policies"),
        ("GetSecretValue", "Reads secrets, which open further systems"),
        ("DeleteTrail", "Removes the trail and ends recording"),
    ] {
        if let Some(row) = summary.high_risk.iter_mut().find(|row| row.event_name.as_str() == name) {
            row.reason = reason.to_owned();
        }
    }
    summary
}

/// The same night's findings.
pub(crate) fn night_of_findings() -> FindingsSummary {
    const WEB: &str = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc12345def67890";
    const EXPORTS: &str = "arn:aws:s3:::example-exports";
    FindingsSummary {
        total: 243,
        by_severity: severities(4, 21, 98, 90, 30),
        by_record_state: RecordStateCounts { active: 243, archived: 0, other: 0 },
        by_workflow_status: WorkflowCounts { new: 201, notified: 42, ..Default::default() },
        by_compliance_status: ComplianceCounts { failed: 180, warning: 3, none: 60, ..Default::default() },
        by_product: vec![named("Security Hub", 183), named("Inspector", 41), named("GuardDuty", 19)],
        by_account: vec![named("111122223333", 243)],
        by_region: vec![named("eu-west-1", 200), named("us-east-1", 43)],
        by_category: vec![
            named("Software and Configuration Checks/Industry and Regulatory Standards", 180),
            named("Software and Configuration Checks/Vulnerabilities", 41),
            named("TTPs/Credential Access", 9),
            named("Effects/Data Exfiltration", 4),
        ],
        top_resources: vec![
            resource(WEB, "AwsEc2Instance", severities(1, 5, 9, 3, 0)),
            resource(EXPORTS, "AwsS3Bucket", severities(1, 2, 3, 1, 1)),
            resource("AWS::::Account:111122223333", "AwsAccount", severities(0, 1, 4, 2, 0)),
        ],
        top_controls: vec![
            control("S3.8", "S3 general purpose buckets should block public access", 14, Severity::High),
            control(
                "EC2.19",
                "Security groups should not allow unrestricted access to high-risk ports",
                9,
                Severity::Critical,
            ),
            control("IAM.6", "Hardware MFA should be enabled for the root user", 1, Severity::Critical),
        ],
        new_last_7_days: 37,
        resolved: Some(12),
        attention: vec![
            attention(
                1,
                "guardduty",
                "Credentials of the instance are used from an outside address",
                Severity::Critical,
                WEB,
            ),
            attention(2, "guardduty", "An unusual amount of data left the bucket", Severity::Critical, EXPORTS),
            attention(
                3,
                "securityhub",
                "Hardware MFA should be enabled for the root user",
                Severity::Critical,
                "AWS::::Account:111122223333",
            ),
            attention(4, "inspector2", "CVE-2026-0001 in openssl", Severity::High, WEB),
            attention(5, "guardduty", "A port of the instance is probed", Severity::High, WEB),
        ],
        statistics_v2: None,
        truncated: BTreeMap::new(),
    }
}
