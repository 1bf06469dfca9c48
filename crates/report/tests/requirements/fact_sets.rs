//! Small fact sets, made by hand in the form that `report`'s own facts have.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use report::{FactRow, FactSet, Name, NameKind, Required, Subject};
use security_model::{
    Coverage, Fact, Gap, GapKind, Ledger, Outcome, SafeText, Severity, SourceKey, TextKind, Unit, Untrusted,
};

pub(crate) struct Case {
    pub(crate) facts: FactSet,
    pub(crate) coverage: Coverage,
}

pub(crate) fn case(name: &str) -> Case {
    match name {
        "fleet" => Case { facts: fleet(), coverage: complete(18) },
        "partial" => Case { facts: with_gap(fleet()), coverage: denied(18) },
        "clear" => Case { facts: no_findings(), coverage: complete(0) },
        "blind" => Case { facts: with_gap(no_findings()), coverage: denied(0) },
        "night" => Case { facts: night(), coverage: complete(2616) },
        "quiet" => Case { facts: quiet(), coverage: complete(340) },
        "empty" => Case { facts: no_events(), coverage: complete(0) },
        other => panic!("no fact set {other}"),
    }
}

pub(crate) const SECURITY_GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";
pub(crate) const BUCKET: &str = "arn:aws:s3:::payments-archive";
pub(crate) const ROOT_ACCOUNT: &str = "AWS::::Account:111122223333";
pub(crate) const DANA: &str = "arn:aws:iam::111122223333:user/dana";
pub(crate) const CI: &str = "arn:aws:iam::111122223333:role/ci-deploy";
pub(crate) const BACKUP: &str = "arn:aws:iam::111122223333:role/nightly-backup";

/// 18 findings: 2 CRITICAL, 5 HIGH, 8 MEDIUM, 3 LOW.
fn fleet() -> FactSet {
    let mut set = Builder::new(Subject::SecurityHub);
    set.severities(18, [2, 5, 8, 3, 0]);
    set.number("findings.new_last_7_days", "all", 4, Unit::Findings);
    set.number("findings.resolved", "all", 6, Unit::Findings);
    set.number("findings.top_resources.length", "all", 9, Unit::Resources);
    use NameKind::{Account, Control, Finding, Region, Resource, ResourceType, Title};
    let ports = "Security groups should not allow unrestricted access to ports with high risk";
    let root_mfa = "Hardware MFA should be enabled for the root user";
    let public = "S3 general purpose buckets should block public access";
    let finding = |id: &str| format!("arn:aws:securityhub:eu-west-1:111122223333:finding/{id}");
    for (id, title, resource, severity) in [
        ("7a31c0de", ports, SECURITY_GROUP, Severity::Critical),
        ("b52f9d10", root_mfa, ROOT_ACCOUNT, Severity::Critical),
        ("04cc8e77", public, BUCKET, Severity::High),
    ] {
        set.row("findings.attention", "attention", &[(Finding, &finding(id)), (Title, title), (Resource, resource)])
            .severity = Some(severity);
    }
    for (control, title, count, severity) in [
        ("EC2.19", ports, 5, Severity::Critical),
        ("S3.8", public, 4, Severity::High),
        ("IAM.6", root_mfa, 1, Severity::Critical),
    ] {
        let fact = set.number("findings.top_controls", control, count, Unit::Findings);
        let row = set.row("findings.top_controls", "control", &[(Control, control), (Title, title)]);
        (row.severity, row.facts) = (Some(severity), vec![fact]);
    }
    for (resource, kind, counts) in [
        (BUCKET, "AwsS3Bucket", [0, 2, 2]),
        (SECURITY_GROUP, "AwsEc2SecurityGroup", [1, 2, 0]),
        (ROOT_ACCOUNT, "AwsAccount", [1, 0, 0]),
    ] {
        let mut facts = vec![set.number("findings.top_resources", resource, counts.iter().sum(), Unit::Findings)];
        for (severity, count) in ["CRITICAL", "HIGH", "MEDIUM"].into_iter().zip(counts).filter(|(_, count)| *count > 0)
        {
            facts.push(set.number(
                &format!("findings.top_resources.by_severity.{severity}"),
                resource,
                count,
                Unit::Findings,
            ));
        }
        let worst = if counts[0] > 0 { Severity::Critical } else { Severity::High };
        let names = [(Resource, resource), (ResourceType, kind), (Account, "111122223333"), (Region, "eu-west-1")];
        let row = set.row("findings.top_resources", "resource", &names);
        (row.severity, row.facts) = (Some(worst), facts);
    }
    set.list("findings.by_account", "account", Account, &[("111122223333", 12), ("444455556666", 6)], Unit::Findings);
    set.list("findings.by_region", "region", Region, &[("eu-west-1", 11), ("us-east-1", 7)], Unit::Findings);
    set.require("findings.total", "all", "the number of findings", true);
    for severity in ["CRITICAL", "HIGH", "MEDIUM", "LOW"] {
        let omission = matches!(severity, "CRITICAL" | "HIGH");
        set.require("findings.by_severity", severity, &format!("the number of {severity} findings"), omission);
    }
    set.require("findings.new_last_7_days", "all", "the number of findings created in the last 7 days", false);
    set.require("findings.resolved", "all", "the number of resolved findings", false);
    set.0
}

fn no_findings() -> FactSet {
    let mut set = Builder::new(Subject::SecurityHub);
    set.severities(0, [0; 5]);
    set.number("findings.new_last_7_days", "all", 0, Unit::Findings);
    set.number("findings.resolved", "all", 0, Unit::Findings);
    set.require("findings.total", "all", "the number of findings", true);
    set.0
}

/// 2,616 events, 61 of them failed; three high-risk APIs, two of them by `user/dana`.
fn night() -> FactSet {
    let mut set = Builder::new(Subject::CloudTrail);
    set.totals(&[
        ("events.total", 2616),
        ("events.high_risk", 6),
        ("events.failed_operations.total", 61),
        ("events.failed_operations.dry_run", 0),
        ("events.console_logins.succeeded", 7),
        ("events.console_logins.failed", 4),
        ("events.console_logins.without_mfa", 2),
        ("events.root_activity", 0),
        ("events.read", 2104),
        ("events.write", 512),
    ]);
    set.number("events.by_principal.length", "all", 3, Unit::Principals);
    for (event, source, count, who, technique) in [
        ("StopLogging", "cloudtrail.amazonaws.com", 1, DANA, "T1685.002"),
        ("CreateAccessKey", "iam.amazonaws.com", 2, DANA, "T1098.001"),
        ("PutBucketPolicy", "s3.amazonaws.com", 3, CI, "T1537"),
    ] {
        let facts = ["count", "failed", "succeeded"].map(|column| {
            let value = if column == "failed" { 0 } else { count };
            set.number(&format!("events.high_risk.{column}"), event, value, Unit::Events)
        });
        use NameKind::{EventName, EventSource, Principal, Technique};
        let names = [(EventName, event), (EventSource, source), (Principal, who), (Technique, technique)];
        let row = set.row("events.high_risk", "high-risk", &names);
        (row.facts, row.reason) = (facts.to_vec(), "A reason.".to_owned());
    }
    let errors = [("AccessDenied", 48), ("UnauthorizedOperation", 13)];
    set.list("events.failed_operations.by_error", "error", NameKind::ErrorCode, &errors, Unit::Events);
    let failing = [(CI, 52), (DANA, 9)];
    set.list("events.failed_operations.by_principal", "failed-principal", NameKind::Principal, &failing, Unit::Events);
    let busy = [(CI, 1904), (DANA, 412), (BACKUP, 300)];
    set.list("events.by_principal", "principal", NameKind::Principal, &busy, Unit::Events);
    let addresses = [("198.51.100.23", 2204), ("203.0.113.77", 412)];
    set.list("events.by_source_ip", "ip", NameKind::SourceIp, &addresses, Unit::Events);
    set.list("events.by_region", "region", NameKind::Region, &[("eu-west-1", 2300), ("us-east-1", 316)], Unit::Events);
    set.require("events.total", "all", "the number of events", true);
    set.require("events.failed_operations.total", "all", "the number of failed operations", true);
    set.require("events.high_risk", "all", "the number of high-risk calls", true);
    set.0
}

/// 340 events of one role from an AWS service: nothing failed, nothing high-risk, one region, no address.
fn quiet() -> FactSet {
    let mut set = Builder::new(Subject::CloudTrail);
    set.totals(&[("events.total", 340)]);
    set.totals(&NO_TROUBLE.map(|metric| (metric, 0)));
    set.totals(&[("events.read", 310), ("events.write", 30)]);
    set.list("events.by_principal", "principal", NameKind::Principal, &[(BACKUP, 340)], Unit::Events);
    set.list("events.by_source_ip", "ip", NameKind::SourceIp, &[("backup.amazonaws.com", 340)], Unit::Events);
    set.list("events.by_region", "region", NameKind::Region, &[("eu-west-1", 340)], Unit::Events);
    set.require("events.total", "all", "the number of events", true);
    set.0
}

fn no_events() -> FactSet {
    let mut set = Builder::new(Subject::CloudTrail);
    set.totals(&[("events.total", 0)]);
    set.totals(&NO_TROUBLE.map(|metric| (metric, 0)));
    set.require("events.total", "all", "the number of events", true);
    set.0
}

const NO_TROUBLE: [&str; 6] = [
    "events.high_risk",
    "events.failed_operations.total",
    "events.console_logins.succeeded",
    "events.console_logins.failed",
    "events.console_logins.without_mfa",
    "events.root_activity",
];

fn with_gap(mut facts: FactSet) -> FactSet {
    let mut set = Builder(facts.clone());
    set.number("coverage.gaps.length", "all", 1, Unit::Kinds);
    facts.facts = set.0.facts;
    facts.names.push(name(NameKind::Region, "us-east-1"));
    facts
}

fn complete(counted: u64) -> Coverage {
    let mut ledger = Ledger::default();
    ledger.record_many(&SourceKey::new("files", None, None), Outcome::Counted, counted);
    ledger.close()
}

fn denied(counted: u64) -> Coverage {
    let mut ledger = Ledger::default();
    let key = |region| SourceKey::new("aws:securityhub", None, Some(Untrusted::new(region)));
    ledger.record_many(&key("eu-west-1"), Outcome::Counted, counted);
    let remedy = "Allow securityhub:GetFindings in this region.";
    ledger.gap(&key("us-east-1"), Gap::new(GapKind::AccessDenied, "GetFindings was refused", remedy));
    ledger.close()
}

fn name(kind: NameKind, text: &str) -> Name {
    Name { kind, text: SafeText::from_raw(text, TextKind::Reference) }
}

pub(crate) struct Builder(pub(crate) FactSet);

impl Builder {
    pub(crate) fn new(subject: Subject) -> Self {
        let names = vec![name(NameKind::Account, "111122223333"), name(NameKind::Region, "eu-west-1")];
        Self(FactSet {
            subject,
            as_of: "2026-11-21T06:00:00Z".to_owned(),
            times: vec!["2026-11-20T22:00:00Z".to_owned(), "2026-11-21T06:00:00Z".to_owned()],
            facts: vec![],
            rows: vec![],
            names,
            required: vec![],
        })
    }

    fn number(&mut self, metric: &str, scope: &str, value: u64, unit: Unit) -> String {
        let id = format!("f{}", self.0.facts.len() + 1);
        self.0.facts.push(Fact {
            id: id.clone(),
            metric: metric.to_owned(),
            value,
            unit,
            scope: SafeText::from_raw(scope, TextKind::Reference),
            derivation: "Counted by hand.".to_owned(),
            evidence_id: None,
        });
        id
    }

    pub(crate) fn totals(&mut self, totals: &[(&str, u64)]) {
        for (metric, value) in totals {
            self.number(metric, "all", *value, Unit::Events);
        }
    }

    fn severities(&mut self, total: u64, counts: [u64; 5]) {
        self.number("findings.total", "all", total, Unit::Findings);
        for (severity, count) in Severity::ALL.into_iter().zip(counts) {
            let fact = self.number("findings.by_severity", severity.label(), count, Unit::Findings);
            let row = self.row("findings.by_severity", "severity", &[(NameKind::Severity, severity.label())]);
            (row.severity, row.facts) = (Some(severity), vec![fact]);
        }
    }

    fn row(&mut self, list: &str, prefix: &str, names: &[(NameKind, &str)]) -> &mut FactRow {
        let rank = self.0.rows.iter().filter(|row| row.list == list).count() + 1;
        self.0.rows.push(FactRow {
            id: format!("{prefix}-{rank}"),
            list: list.to_owned(),
            rank: rank as u64,
            names: names.iter().map(|(kind, text)| name(*kind, text)).collect(),
            severity: None,
            times: vec![],
            facts: vec![],
            reason: String::new(),
        });
        self.0.rows.last_mut().unwrap()
    }

    pub(crate) fn list(&mut self, list: &str, prefix: &str, kind: NameKind, rows: &[(&str, u64)], unit: Unit) {
        for (text, value) in rows {
            let fact = self.number(list, text, *value, unit);
            self.row(list, prefix, &[(kind, text)]).facts = vec![fact];
        }
    }

    fn require(&mut self, metric: &str, scope: &str, what: &str, omission: bool) {
        let fact = self.0.facts.iter().find(|fact| fact.metric == metric && fact.scope.as_str() == scope).unwrap();
        self.0.required.push(Required { id: fact.id.clone(), what: what.to_owned(), omission });
    }
}
