//! Two small analyses, made by hand.

use security_model::{
    Coverage, Fact, Gap, GapKind, Ledger, Outcome, SafeText, Severity, SourceKey, TextKind, Unit, Untrusted,
};

use crate::verify::{Checked, Judgement, Verdict, verify};
use crate::{FactRow, FactSet, Name, NameKind, Required, Subject};

pub(super) const ADMIN: &str = "arn:aws:iam::111122223333:role/break-glass-admin";
pub(super) const DEPLOY: &str = "arn:aws:iam::111122223333:user/deploy-storefront";
pub(super) const BUCKET: &str = "arn:aws:s3:::harbour-customer-exports";
pub(super) const WEB: &str = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0b5e7c1d2f3a40011";

fn text(text: &str) -> SafeText {
    SafeText::from_raw(text, TextKind::Reference)
}

/// Puts a fact set together.
struct Desk(FactSet);

impl Desk {
    fn new(subject: Subject) -> Self {
        let names =
            [(NameKind::Account, "111122223333"), (NameKind::Region, "eu-west-1"), (NameKind::Region, "us-east-1")];
        Self(FactSet {
            subject,
            as_of: "2026-11-21T06:30:00Z".to_owned(),
            times: vec!["2026-11-20T18:00:03Z".to_owned(), "2026-11-21T05:59:40Z".to_owned()],
            facts: vec![],
            rows: vec![],
            names: names.map(|(kind, name)| Name { kind, text: text(name) }).to_vec(),
            required: vec![],
        })
    }

    fn fact(&mut self, metric: &str, unit: Unit, scope: &str, value: u64) -> String {
        let id = format!("f{}", self.0.facts.len() + 1);
        self.0.facts.push(Fact {
            id: id.clone(),
            metric: metric.to_owned(),
            value,
            unit,
            scope: text(scope),
            derivation: String::new(),
            evidence_id: None,
        });
        id
    }

    fn row(&mut self, id: &str, list: &str, names: &[(NameKind, &str)], facts: &[String]) -> &mut FactRow {
        let rank = self.0.rows.iter().filter(|row| row.list == list).count() as u64 + 1;
        self.0.rows.push(FactRow {
            id: id.to_owned(),
            list: list.to_owned(),
            rank,
            names: names.iter().map(|(kind, name)| Name { kind: *kind, text: text(name) }).collect(),
            severity: None,
            times: vec![],
            facts: facts.to_vec(),
            reason: String::new(),
        });
        self.0.rows.last_mut().unwrap()
    }

    fn require(&mut self, id: &str, what: &str) {
        self.0.required.push(Required { id: id.to_owned(), what: what.to_owned(), omission: true });
    }
}

/// 2,616 events of a night.
pub(in crate::verify) fn night() -> FactSet {
    let mut desk = Desk::new(Subject::CloudTrail);
    let total = desk.fact("events.total", Unit::Events, "all", 2_616);
    let failed = desk.fact("events.failed_operations.total", Unit::Events, "all", 99);
    desk.require(&total, "the number of events");
    desk.require(&failed, "the number of failed operations");
    for (metric, unit, value) in [
        ("events.failed_operations.dry_run", Unit::Events, 4),
        ("events.high_risk", Unit::Events, 51),
        ("events.high_risk.failed", Unit::Events, 8),
        ("events.console_logins.succeeded", Unit::Events, 10),
        ("events.console_logins.failed", Unit::Events, 6),
        ("events.console_logins.without_mfa", Unit::Events, 7),
        ("events.root_activity", Unit::Events, 0),
        ("events.read", Unit::Events, 2_178),
        ("events.write", Unit::Events, 433),
        ("events.by_principal.length", Unit::Principals, 63),
        ("events.by_region.length", Unit::Regions, 2),
        ("events.by_source_ip.length", Unit::Addresses, 3),
        ("coverage.seen", Unit::Records, 2_652),
        ("coverage.duplicates", Unit::Records, 36),
    ] {
        desk.fact(metric, unit, "all", value);
    }
    for (n, (name, who, technique, count, failed)) in [
        ("ModifySnapshotAttribute", ADMIN, "T1537", 2, 0),
        ("StopLogging", ADMIN, "T1685.002", 1, 0),
        ("AttachUserPolicy", DEPLOY, "T1098.003", 3, 1),
    ]
    .into_iter()
    .enumerate()
    {
        let calls = desk.fact("events.high_risk.count", Unit::Events, name, count);
        let failures = desk.fact("events.high_risk.failed", Unit::Events, name, failed);
        let successes = desk.fact("events.high_risk.succeeded", Unit::Events, name, count - failed);
        let names = [(NameKind::EventName, name), (NameKind::Principal, who), (NameKind::Technique, technique)];
        desk.row(&format!("high-risk-{}", n + 1), "events.high_risk", &names, &[calls, failures, successes]);
    }
    desk.require("high-risk-1", "the high-risk call ModifySnapshotAttribute");
    for (n, (name, count, failed)) in [(DEPLOY, 88, 45), (ADMIN, 49, 5)].into_iter().enumerate() {
        let all = desk.fact("events.by_principal", Unit::Events, name, count);
        let failures = desk.fact("events.by_principal.failed", Unit::Events, name, failed);
        desk.row(
            &format!("principal-{}", n + 1),
            "events.by_principal",
            &[(NameKind::Principal, name)],
            &[all, failures],
        );
    }
    for (list, kind, rows) in [
        (
            "events.failed_operations.by_error",
            NameKind::ErrorCode,
            vec![("AccessDenied", 61), ("ThrottlingException", 13)],
        ),
        ("events.by_region", NameKind::Region, vec![("eu-west-1", 2_359), ("us-east-1", 257)]),
        (
            "events.by_source_ip",
            NameKind::SourceIp,
            vec![("198.51.100.24", 611), ("203.0.113.118", 130), ("2001:db8::19", 12)],
        ),
        ("events.by_event", NameKind::EventName, vec![("DescribeInstances", 612), ("GetObject", 498)]),
        ("events.by_user_agent_family", NameKind::UserAgentFamily, vec![("boto3", 382), ("browser", 247)]),
    ] {
        for (n, (name, count)) in rows.into_iter().enumerate() {
            let fact = desk.fact(list, Unit::Events, name, count);
            desk.row(&format!("{}-{}", list.replace('.', "-"), n + 1), list, &[(kind, name)], &[fact]);
        }
    }
    desk.0
}

/// 126 findings.
pub(in crate::verify) fn findings() -> FactSet {
    let mut desk = Desk::new(Subject::SecurityHub);
    let total = desk.fact("findings.total", Unit::Findings, "all", 126);
    desk.require(&total, "the number of findings");
    for (label, count) in [("CRITICAL", 2), ("HIGH", 34), ("MEDIUM", 63), ("LOW", 26), ("INFORMATIONAL", 1)] {
        desk.fact("findings.by_severity", Unit::Findings, label, count);
    }
    desk.fact("findings.new_last_7_days", Unit::Findings, "all", 39);
    desk.fact("findings.resolved", Unit::Findings, "all", 124);
    desk.fact("findings.top_resources.length", Unit::Resources, "all", 52);
    desk.fact("findings.by_workflow_status", Unit::Findings, "NEW", 105);
    desk.fact("findings.by_workflow_status", Unit::Findings, "NOTIFIED", 21);
    let row = [
        (NameKind::Finding, "arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/1"),
        (NameKind::Title, "A stolen key led to the data in harbour-customer-exports"),
        (NameKind::Resource, BUCKET),
    ];
    let attention = desk.row("attention-1", "findings.attention", &row, &[]);
    attention.severity = Some(Severity::Critical);
    attention.times = vec!["2026-11-21T03:08:08Z".to_owned()];
    attention.reason = "CRITICAL threat detection; 8 other findings on the same resource".to_owned();
    let row = [
        (NameKind::Finding, "arn:aws:inspector2:eu-west-1:111122223333:finding/2"),
        (NameKind::Title, "CVE-2026-0001 in openssl 3.0.2"),
        (NameKind::Resource, WEB),
    ];
    let attention = desk.row("attention-2", "findings.attention", &row, &[]);
    attention.severity = Some(Severity::High);
    attention.times = vec!["2026-11-20T20:42:21Z".to_owned()];
    for (n, (id, title, count, severity)) in [
        ("S3.8", "S3 buckets should block public access", 14, Severity::High),
        ("EC2.19", "Security groups should not allow unrestricted access to port 22", 9, Severity::Critical),
        ("IAM.6", "Hardware MFA should be enabled for the root user", 1, Severity::Critical),
    ]
    .into_iter()
    .enumerate()
    {
        let fact = desk.fact("findings.top_controls", Unit::Findings, id, count);
        let names = [(NameKind::Control, id), (NameKind::Title, title)];
        desk.row(&format!("control-{}", n + 1), "findings.top_controls", &names, &[fact]).severity = Some(severity);
    }
    for (n, (name, count, high)) in [(BUCKET, 12, 7), (WEB, 7, 2)].into_iter().enumerate() {
        let all = desk.fact("findings.top_resources", Unit::Findings, name, count);
        let high = desk.fact("findings.top_resources.by_severity.HIGH", Unit::Findings, name, high);
        let row = desk.row(
            &format!("resource-{}", n + 1),
            "findings.top_resources",
            &[(NameKind::Resource, name)],
            &[all, high],
        );
        row.severity = Some(Severity::High);
    }
    desk.0
}

/// Everything asked for was read.
pub(in crate::verify) fn complete() -> Coverage {
    let mut ledger = Ledger::default();
    ledger.record(&SourceKey::new("files", None, None), Outcome::Counted);
    ledger.close()
}

/// One region was refused.
pub(super) fn with_gap() -> Coverage {
    let mut ledger = Ledger::default();
    ledger.record(&SourceKey::new("files", None, None), Outcome::Counted);
    let key = SourceKey::new("aws:cloudtrail", None, Some(Untrusted::new("ca-west-1")));
    ledger.gap(
        &key,
        Gap::new(GapKind::AccessDenied, "cloudtrail:LookupEvents was refused", "Allow cloudtrail:LookupEvents."),
    );
    ledger.close()
}

/// The claims of one sentence: what is wrong with it, whatever a whole report would have to say besides.
fn wrong(sentence: &str, facts: &FactSet) -> Vec<(Judgement, String)> {
    let mut facts = facts.clone();
    facts.required.clear();
    let report = format!("# Report\n\nThis is what the data for the night shows.\n\n{sentence}\n");
    let checked = verify(&report, &facts, &complete());
    checked.verification.issues.iter().map(|issue| (issue.kind, issue.text.as_str().to_owned())).collect()
}

/// Asserts that a sentence is found true.
pub(in crate::verify) fn holds(sentence: &str, facts: &FactSet) {
    let wrong = wrong(sentence, facts);
    assert!(wrong.is_empty(), "{sentence}\n{wrong:?}");
}

/// Asserts that a sentence is found false, and returns how.
pub(in crate::verify) fn fails(sentence: &str, facts: &FactSet) -> Judgement {
    let wrong = wrong(sentence, facts);
    assert!(!wrong.is_empty(), "passed: {sentence}");
    wrong[0].0
}

pub(super) fn is_verified(checked: &Checked) -> bool {
    checked.verification.verdict == Verdict::Verified
}

/// Whether a report of one sentence about [`night`] is contradicted.
pub(in crate::verify) fn is_contradicted(sentence: &str) -> bool {
    wrong(sentence, &night()).iter().any(|(kind, _)| *kind == Judgement::Contradicted)
}
