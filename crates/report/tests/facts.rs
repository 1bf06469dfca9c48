//! Facts: complete, numbered, true to the summary, and resolvable.
#![allow(clippy::panic, reason = "helpers of tests")]

mod support;

use std::collections::HashSet;

use report::{cloudtrail_facts, security_hub_facts};
use security_model::evidence::ids::{self, List};
use security_model::{Fact, Unit};
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
