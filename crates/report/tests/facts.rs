//! Facts: complete, numbered, true to the summary, and resolvable.
#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::collections::HashSet;

use report::{FactSet, NameKind, RiskLabel, cloudtrail_fact_set, risk_rating, security_hub_fact_set};
use security_model::evidence::ids::{self, List};
use security_model::summary::{EventsSummary, FindingsSummary};
use security_model::{Coverage, Fact, GapKind, Severity, Unit};
use support::*;

fn find<'a>(facts: &'a [Fact], metric: &str, scope: &str) -> &'a Fact {
    let mut found = facts.iter().filter(|fact| fact.metric == metric && fact.scope.as_str() == scope);
    let fact = found.next().unwrap_or_else(|| panic!("no fact {metric} of {scope}"));
    assert!(found.next().is_none(), "{metric} of {scope} stands twice");
    fact
}

fn value(facts: &[Fact], metric: &str, scope: &str) -> u64 {
    find(facts, metric, scope).value
}

fn cloudtrail_facts(summary: &EventsSummary, coverage: &Coverage) -> Vec<Fact> {
    cloudtrail_fact_set(&scope("logs"), coverage, summary, None, &[]).facts
}

fn security_hub_facts(summary: &FindingsSummary, coverage: &Coverage) -> Vec<Fact> {
    security_hub_fact_set(&scope("sample"), coverage, summary).facts
}

#[track_caller]
fn assert_well_formed(facts: &[Fact]) {
    let singles = [
        ids::EVENTS,
        ids::READS,
        ids::WRITES,
        ids::FAILED,
        ids::DRY_RUNS,
        ids::CONSOLE_SUCCEEDED,
        ids::CONSOLE_FAILED,
        ids::CONSOLE_WITHOUT_MFA,
        ids::ROOT,
        ids::HIGH_RISK,
        ids::FINDINGS,
        ids::NEW_LAST_7_DAYS,
        ids::RESOLVED,
    ];
    let mut evidence = HashSet::new();
    for (index, fact) in facts.iter().enumerate() {
        assert_eq!(fact.id, format!("f{}", index + 1));
        assert!(fact.derivation.ends_with('.'), "{fact:?}");
        if let Some(id) = &fact.evidence_id {
            assert!(singles.contains(&id.as_str()) || List::parse(id).is_some(), "{id} is no evidence id");
            assert!(evidence.insert(id), "{id} is cited by two numbers");
            assert!(fact.value > 0, "{id} has no rows");
        }
    }
}

#[test]
fn cloudtrail_facts_are_the_numbers_of_the_summary() {
    let summary = night_of_events();
    let facts = cloudtrail_facts(&summary, &with_files(coverage(2_743, 40), 12, 1));
    assert_well_formed(&facts);
    for (metric, expected, evidence) in [
        ("events.total", 2_743, Some("events")),
        ("events.high_risk", 21, Some("high-risk")),
        ("events.failed_operations.total", 212, Some("failed")),
        ("events.failed_operations.dry_run", 3, Some("dry-runs")),
        ("events.console_logins.succeeded", 3, Some("console-succeeded")),
        ("events.console_logins.failed", 5, Some("console-failed")),
        ("events.console_logins.without_mfa", 2, Some("console-without-mfa")),
        ("events.console_logins.without_mfa_federated", 1, None),
        ("events.root_activity", 2, Some("root")),
        ("events.read", 2_301, Some("reads")),
        ("events.write", 430, Some("writes")),
        ("events.read_write_unknown", 12, None),
        ("events.by_principal.length", 6, None),
        ("coverage.seen", 2_783, None),
        ("coverage.counted", 2_743, None),
        ("coverage.excluded", 40, None),
        ("coverage.duplicates", 0, None),
        ("coverage.unreadable", 0, None),
        ("coverage.files.seen", 12, None),
        ("coverage.files.read", 11, None),
        ("coverage.files.skipped", 1, None),
    ] {
        let fact = find(&facts, metric, "all");
        assert_eq!((fact.value, fact.evidence_id.as_deref()), (expected, evidence), "{metric}");
    }
    let leaked = "arn:aws:iam::111122223333:user/build-bot";
    assert_eq!(value(&facts, "events.by_principal", leaked), 402);
    assert_eq!(find(&facts, "events.by_principal", leaked).evidence_id.as_deref(), Some("principal-3"));
    assert_eq!(value(&facts, "events.by_principal.failed", leaked), 187);
    assert_eq!(value(&facts, "events.failed_operations.by_error", "AccessDenied"), 187);
    assert_eq!(value(&facts, "events.high_risk.count", "AttachUserPolicy"), 2);
    assert_eq!(value(&facts, "events.high_risk.failed", "AttachUserPolicy"), 1);
    let shared = find(&facts, "events.by_source_ip.principal_count", "203.0.113.77");
    assert_eq!((shared.value, shared.unit), (2, Unit::Principals));
}

#[test]
fn security_hub_facts_are_the_numbers_of_the_summary() {
    let facts = security_hub_facts(&night_of_findings(), &coverage(243, 212));
    assert_well_formed(&facts);
    assert_eq!(value(&facts, "findings.total", "all"), 243);
    for (rank, (label, count)) in
        [("CRITICAL", 4), ("HIGH", 21), ("MEDIUM", 98), ("LOW", 90), ("INFORMATIONAL", 30)].into_iter().enumerate()
    {
        let fact = find(&facts, "findings.by_severity", label);
        assert_eq!((fact.value, fact.evidence_id.clone()), (count, Some(List::Severity.id(rank))));
    }
    assert_eq!(value(&facts, "findings.new_last_7_days", "all"), 37);
    assert_eq!(find(&facts, "findings.resolved", "all").evidence_id.as_deref(), Some("resolved"));
    assert_eq!(value(&facts, "findings.by_workflow_status", "NOTIFIED"), 42);
    assert_eq!(value(&facts, "findings.by_compliance_status", "NONE"), 60);
    assert_eq!(value(&facts, "findings.top_resources.length", "all"), 3);
    let bucket = "arn:aws:s3:::example-exports";
    assert_eq!(find(&facts, "findings.top_resources", bucket).evidence_id.as_deref(), Some("resource-2"));
    assert_eq!(value(&facts, "findings.top_resources.by_severity.HIGH", bucket), 2);
    assert_eq!(value(&facts, "findings.top_controls", "EC2.19"), 9);
    assert_eq!(value(&facts, "findings.by_product", "Inspector"), 41);
}

#[test]
fn the_first_sixty_facts_hold_every_single_number_and_the_top_of_every_list() {
    let mut events = night_of_events();
    events.by_event = (0..500).map(|n| event(&format!("Call{n}"), "ec2.amazonaws.com", 500 - n)).collect();
    let facts = cloudtrail_facts(&events, &coverage(2_743, 0));
    let first: HashSet<&str> = facts.iter().take(60).map(|fact| fact.metric.as_str()).collect();
    for metric in ["events.total", "coverage.files.skipped", "events.by_event", "events.by_user_agent_family"] {
        assert!(first.contains(metric), "{metric} is not among the first");
    }
    assert_eq!(facts.iter().filter(|fact| fact.metric == "events.by_event").count(), 50);

    let facts = security_hub_facts(&night_of_findings(), &coverage(243, 0));
    let first: HashSet<&str> = facts.iter().take(60).map(|fact| fact.metric.as_str()).collect();
    for metric in ["findings.total", "findings.by_record_state", "findings.top_controls", "findings.by_region"] {
        assert!(first.contains(metric), "{metric} is not among the first");
    }
}

#[test]
fn an_unknown_number_is_no_fact_and_a_cut_list_keeps_its_true_length() {
    let mut findings = night_of_findings();
    findings.resolved = None;
    findings.truncated.insert("top_resources".to_owned(), 9_000);
    let facts = security_hub_facts(&findings, &coverage(243, 0));
    assert!(facts.iter().all(|fact| fact.metric != "findings.resolved"));
    assert_eq!(value(&facts, "findings.top_resources.length", "all"), 9_000);
}

fn gap(kind: GapKind, region: &str, coverage: Coverage) -> Coverage {
    with_gap(coverage, region, kind, "cloudtrail:LookupEvents", "allow cloudtrail:LookupEvents")
}

fn sets() -> Vec<FactSet> {
    let scope = scope("logs");
    let gaps = gap(GapKind::AccessDenied, "eu-north-1", gap(GapKind::Throttled, "eu-south-1", coverage(9, 3)));
    let mut long = night_of_events();
    long.by_event = (0..500).map(|n| event(&format!("Call{n}"), "ec2.amazonaws.com", 500 - n)).collect();
    vec![
        cloudtrail_fact_set(&scope, &gaps, &long, None, &[]),
        security_hub_fact_set(&scope, &gaps, &night_of_findings()),
        cloudtrail_fact_set(&scope, &coverage(0, 0), &no_events(), None, &[]),
        security_hub_fact_set(&scope, &gaps, &no_findings()),
    ]
}

#[test]
fn a_number_about_something_belongs_to_exactly_one_row_and_each_row_has_a_name_of_its_own() {
    for set in sets() {
        assert_well_formed(&set.facts);
        let mut owners: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
        for row in &set.rows {
            assert!(!row.names.is_empty(), "{row:?}");
            for id in &row.facts {
                let fact = set.fact(id).unwrap_or_else(|| panic!("{id} is no fact"));
                assert_eq!(fact.scope, row.names[0].text, "{fact:?} {row:?}");
                *owners.entry(id).or_default() += 1;
            }
        }
        for fact in &set.facts {
            let expected = usize::from(fact.scope.as_str() != "all");
            assert_eq!(owners.get(fact.id.as_str()).copied().unwrap_or(0), expected, "{fact:?}");
        }
        let ids: HashSet<(&str, &str)> = set.rows.iter().map(|row| (row.list.as_str(), row.id.as_str())).collect();
        assert_eq!(ids.len(), set.rows.len());
    }
}

#[test]
fn a_fact_set_reads_back_as_it_was_written() {
    for set in sets() {
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(serde_json::from_str::<FactSet>(&text).unwrap(), set);
    }
}

fn names<'a>(set: &'a FactSet, row: &str) -> Vec<(NameKind, &'a str)> {
    let row = set.rows.iter().find(|r| r.id == row).unwrap_or_else(|| panic!("no row {row}"));
    row.names.iter().map(|name| (name.kind, name.text.as_str())).collect()
}

#[test]
fn rows_name_what_the_evidence_shows_together() {
    let scope = scope("logs");
    let set = cloudtrail_fact_set(&scope, &coverage(2_743, 0), &night_of_events(), None, &[]);
    assert_eq!(
        names(&set, "high-risk-1"),
        [
            (NameKind::EventName, "StopLogging"),
            (NameKind::EventSource, "cloudtrail.amazonaws.com"),
            (NameKind::Principal, "arn:aws:iam::111122223333:user/support-admin"),
            (NameKind::Technique, "T1562.008"),
        ]
    );
    assert_eq!(
        names(&set, "principal-4"),
        [
            (NameKind::Principal, "arn:aws:iam::111122223333:role/reporting"),
            (NameKind::PrincipalType, "AssumedRole"),
            (NameKind::Account, "111122223333"),
            (NameKind::Session, "nightly"),
        ]
    );
    assert_eq!(names(&set, "ip-3"), [(NameKind::SourceIp, "203.0.113.77")]);
    assert_eq!(set.list("events.by_source_ip").nth(2).map(|row| row.reason.as_str()), Some("public address"));
    assert_eq!(set.times, ["2026-11-20T18:02:11Z", "2026-11-21T05:58:40Z"]);
    assert!(set.names.iter().any(|name| name.kind == NameKind::Resource && name.text.as_str() == "logs"));

    let set = security_hub_fact_set(&scope, &coverage(243, 0), &night_of_findings());
    assert_eq!(
        names(&set, "attention-2"),
        [
            (NameKind::Finding, "arn:aws:guardduty:eu-west-1:111122223333:finding/2"),
            (NameKind::Title, "An unusual amount of data left the bucket"),
            (NameKind::Resource, "arn:aws:s3:::example-exports"),
            (NameKind::Severity, "CRITICAL"),
        ]
    );
    let worst = set.list("findings.top_controls").nth(1).unwrap();
    assert_eq!((worst.id.as_str(), worst.severity), ("control-2", Some(Severity::Critical)));
}

#[test]
fn totals_of_lists_and_sums_over_them_are_facts() {
    let set = cloudtrail_fact_set(&scope("logs"), &coverage(2_743, 0), &night_of_events(), None, &[]);
    for (metric, expected, unit) in [
        ("events.high_risk.failed", 2, Unit::Events),
        ("events.high_risk.succeeded", 19, Unit::Events),
        ("events.high_risk.length", 7, Unit::Operations),
        ("events.high_risk.principals.length", 2, Unit::Principals),
        ("events.console_logins.total", 8, Unit::Events),
        ("events.console_logins.without_mfa_not_federated", 1, Unit::Events),
        ("events.by_event.length", 6, Unit::Operations),
        ("events.by_region.length", 3, Unit::Regions),
        ("events.by_source_ip.length", 5, Unit::Addresses),
        ("events.by_source_ip.public.length", 3, Unit::Addresses),
        ("events.by_source_ip.public", 830, Unit::Events),
        ("events.by_source_ip.private", 1_402, Unit::Events),
        ("events.by_source_ip.aws_service", 511, Unit::Events),
        ("events.by_principal.session_count", 4, Unit::Sessions),
        ("events.failed_operations.by_error.length", 3, Unit::Kinds),
        ("scope.accounts.length", 1, Unit::Accounts),
        ("scope.regions.length", 2, Unit::Regions),
        ("coverage.gaps.length", 0, Unit::Kinds),
    ] {
        let fact = find(&set.facts, metric, "all");
        assert_eq!((fact.value, fact.unit), (expected, unit), "{metric}");
    }
    let deploy = "arn:aws:iam::111122223333:role/deploy";
    assert_eq!(value(&set.facts, "events.by_principal.session_count", deploy), 3);

    let mut unnamed = night_of_events();
    unnamed.by_region.push(name("(none)", 3));
    let set = cloudtrail_fact_set(&scope("logs"), &coverage(2_743, 0), &unnamed, None, &[]);
    assert_eq!(value(&set.facts, "events.by_region.length", "all"), 3, "what records do not say is no region");
}

#[test]
fn gaps_are_rows_with_their_regions() {
    let denied = |region, coverage| gap(GapKind::AccessDenied, region, coverage);
    let coverage = gap(GapKind::NotRecords, "eu-west-3", denied("eu-north-1", denied("eu-south-1", coverage(9, 0))));
    let set = cloudtrail_fact_set(&scope("aws"), &coverage, &no_events(), None, &[]);
    assert_eq!(value(&set.facts, "coverage.gaps.length", "all"), 2);
    assert_eq!(value(&set.facts, "coverage.gaps.regions", "all"), 2);
    assert_eq!(value(&set.facts, "coverage.gaps", "access_denied"), 2);
    assert_eq!(
        names(&set, "coverage.gaps-1"),
        [(NameKind::Status, "access_denied"), (NameKind::Region, "eu-north-1"), (NameKind::Region, "eu-south-1")]
    );
}

fn required(set: &FactSet) -> Vec<(String, bool)> {
    let what = |id: &str| {
        let fact = set.fact(id).map(|fact| format!("{} {}", fact.metric, fact.scope));
        fact.unwrap_or_else(|| set.rows.iter().find(|row| row.id == id).map(|row| row.id.clone()).unwrap())
    };
    set.required.iter().map(|required| (what(&required.id), required.omission)).collect()
}

#[test]
fn the_headline_is_required_and_nothing_of_an_empty_analysis_but_that_it_is_empty() {
    let expected = |must: &[&str], may: &[&str]| -> Vec<(String, bool)> {
        let must = must.iter().map(|what| ((*what).to_owned(), true));
        must.chain(may.iter().map(|what| ((*what).to_owned(), false))).collect()
    };
    let coverage = coverage(9, 0);
    assert_eq!(
        required(&cloudtrail_fact_set(&scope("logs"), &coverage, &night_of_events(), None, &[])),
        expected(
            &[
                "events.total all",
                "events.failed_operations.total all",
                "events.high_risk all",
                "high-risk-1",
                "high-risk-2",
                "high-risk-3",
            ],
            &[
                "events.console_logins.failed all",
                "events.console_logins.succeeded all",
                "events.root_activity all",
                "events.by_principal.length all",
                "events.read all",
                "events.write all",
            ]
        )
    );
    let mut findings = night_of_findings();
    findings.attention.truncate(2);
    findings.attention[1].severity = Severity::High;
    findings.resolved = None;
    assert_eq!(
        required(&security_hub_fact_set(&scope("logs"), &coverage, &findings)),
        expected(
            &["findings.total all", "findings.by_severity CRITICAL", "findings.by_severity HIGH", "attention-1"],
            &[
                "findings.by_severity MEDIUM",
                "findings.by_severity LOW",
                "findings.by_severity INFORMATIONAL",
                "findings.new_last_7_days all",
            ]
        )
    );
    let empty = required(&cloudtrail_fact_set(&scope("logs"), &coverage, &no_events(), None, &[]));
    assert_eq!(empty, expected(&["events.total all"], &[]));
    let empty = required(&security_hub_fact_set(&scope("logs"), &coverage, &no_findings()));
    assert_eq!(empty, expected(&["findings.total all"], &[]));
}

#[test]
fn rows_that_a_report_speaks_of_are_there_however_long_the_list() {
    let mut summary = night_of_events();
    let root = summary.by_principal.pop().unwrap();
    let user = |n: u64| principal(&format!("arn:aws:iam::111122223333:user/u{n}"), "IAMUser", 1_000 - n, 0, &[]);
    summary.by_principal = (0..300).map(user).chain([root]).collect();
    let set = cloudtrail_fact_set(&scope("logs"), &coverage(9, 0), &summary, None, &[]);
    assert_eq!(set.list("events.by_principal").count(), 51);
    assert_eq!(names(&set, "principal-301")[1], (NameKind::PrincipalType, "Root"));
    assert_eq!(value(&set.facts, "events.by_principal", "arn:aws:iam::111122223333:root"), 2);
    assert_eq!(value(&set.facts, "events.by_principal.length", "all"), 301);
}

#[test]
fn the_risk_rating_follows_its_rule() {
    let rate = |summary: &EventsSummary, coverage: &Coverage| {
        risk_rating(&cloudtrail_fact_set(&scope("logs"), coverage, summary, None, &[])).0
    };
    let quiet = || EventsSummary { total: 100, read: 100, ..no_events() };
    let with = |technique: &str, count, failed| {
        let mut call = high_risk(1, "Call", "iam", count, failed, "somebody");
        call.techniques = vec![technique.to_owned()];
        call
    };
    let of = |calls: Vec<_>| rate(&EventsSummary { high_risk: calls, ..quiet() }, &coverage(100, 0));
    assert_eq!(of(vec![with("T1685.002", 1, 0), with("T1098.001", 3, 2)]), RiskLabel::Critical);
    assert_eq!(of(vec![with("T1685.002", 1, 0), with("T1098.001", 3, 3)]), RiskLabel::High, "what failed gave nothing");
    assert_eq!(of(vec![with("T1485", 1, 0)]), RiskLabel::High);
    assert_eq!(of(vec![with("T1555.006", 1, 0)]), RiskLabel::Medium);
    assert_eq!(of(vec![with("T1685", 2, 2)]), RiskLabel::Medium, "somebody tried");
    assert_eq!(of(vec![]), RiskLabel::Low);

    let mut failing = quiet();
    failing.by_principal = vec![principal("p", "IAMUser", 40, 9, &[])];
    assert_eq!(rate(&failing, &coverage(100, 0)), RiskLabel::Low, "nine failures are an ordinary day");
    failing.by_principal = vec![principal("p", "IAMUser", 40, 10, &[])];
    assert_eq!(rate(&failing, &coverage(100, 0)), RiskLabel::Medium);
    failing.by_principal = vec![principal("p", "IAMUser", 41, 10, &[])];
    assert_eq!(rate(&failing, &coverage(100, 0)), RiskLabel::Low, "less than a quarter");

    let mut sign_ins = quiet();
    sign_ins.console_logins.failed = 2;
    assert_eq!(rate(&sign_ins, &coverage(100, 0)), RiskLabel::Low);
    sign_ins.console_logins.failed = 3;
    assert_eq!(rate(&sign_ins, &coverage(100, 0)), RiskLabel::Medium);

    let unread = gap(GapKind::AccessDenied, "eu-north-1", coverage(0, 0));
    assert_eq!(rate(&no_events(), &unread), RiskLabel::Medium, "nothing read is not nothing there");
    assert_eq!(rate(&no_events(), &coverage(0, 0)), RiskLabel::Low);

    let posture = |by_severity| {
        let findings = FindingsSummary { total: 9, by_severity, ..no_findings() };
        risk_rating(&security_hub_fact_set(&scope("logs"), &coverage(9, 0), &findings)).0
    };
    assert_eq!(posture(severities(1, 8, 0, 0, 0)), RiskLabel::Critical);
    assert_eq!(posture(severities(0, 9, 0, 0, 0)), RiskLabel::High);
    assert_eq!(posture(severities(0, 0, 9, 0, 0)), RiskLabel::Medium);
    assert_eq!(posture(severities(0, 0, 0, 0, 9)), RiskLabel::Low);
}
