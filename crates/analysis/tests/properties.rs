//! What holds for any input: sums, the evidence behind every number, and independence of order.

mod support;

use std::collections::BTreeMap;

use analysis::cloudtrail::EventResult;
use analysis::security_hub::{FindingAnalysis, FindingResult};
use analysis::{EvidenceLimits, EvidencePage};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use security_model::evidence::ids::{self, List};
use security_model::summary::{EventsSummary, FindingsSummary};
use security_model::{Compliance, RecordState, Severity, Workflow};

use support::{BLANK, Event, Finding, Resource, Text, analyse_within, at, origin};

const ALL: EvidenceLimits = EvidenceLimits { max_rows: 1_000 };
const FEW: EvidenceLimits = EvidenceLimits { max_rows: 3 };

fn text(values: &'static [&'static str]) -> impl Strategy<Value = Text> {
    proptest::option::of(select(values))
}

prop_compose! {
    fn identity()(
        kind in text(&["Root", "IAMUser", "AssumedRole", "AWSService", "AWSAccount", "..."]),
        arn in text(&[
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:sts::111122223333:assumed-role/Deploy/a",
            "arn:aws:sts::111122223333:assumed-role/Deploy/b",
        ]),
        identity_account in text(&["111122223333", "444455556666"]),
        user_name in text(&["alice", "al\u{200b}ice", "al\\u{200b}ice"]),
        invoked_by in text(&["", "config.amazonaws.com"]),
    ) -> Event {
        Event { kind, arn, identity_account, user_name, invoked_by, ..BLANK }
    }
}

prop_compose! {
    fn event()(
        identity in identity(),
        (name, source) in select(vec![
            ("ConsoleLogin", "signin.amazonaws.com"),
            ("StopLogging", "cloudtrail.amazonaws.com"),
            ("UpdateFunctionCode20150331v2", "lambda.amazonaws.com"),
            ("UpdateFunctionCode", "lambda.amazonaws.com"),
            ("DescribeInstances", "ec2.amazonaws.com"),
            ("", ""),
        ]),
        time in text(&["2026-11-21T00:00:00Z", "2026-11-21T00:00:01+00:00", "..."]),
        region in text(&["eu-west-1", "(none)", ""]),
        account in text(&["111122223333"]),
        ip in text(&["203.0.113.7", "10.0.0.1", "AWS Internal", "(none)"]),
        agent in text(&["curl/8.4.0", "Boto3/1.0 Botocore/1.0", ""]),
        error in text(&["AccessDenied", "DryRunOperation", ""]),
        (read_only, console, mfa) in (any::<Option<bool>>(), text(&["Success", "Failure"]), text(&["Yes", "No"])),
        id in text(&["b1f2"]),
    ) -> Event {
        Event { id, time, name, source, region, account, ip, agent, error, read_only, console, mfa, ..identity }
    }
}

prop_compose! {
    fn finding()(
        id in select(vec!["f1", "f2", "f3"]),
        title in select(vec!["t1", "t2"]),
        (product, control) in (text(&["GuardDuty", "Security Hub"]), text(&["S3.8", "EC2.2"])),
        types in proptest::collection::vec(select(vec!["TTPs/Discovery/x", "TTPs/Discovery/y", "Custom", ""]), 0..3),
        severity in select(Severity::ALL.to_vec()),
        record_state in select(vec![RecordState::Active, RecordState::Archived, RecordState::Other]),
        workflow in select(vec![Workflow::New, Workflow::Suppressed, Workflow::Resolved, Workflow::Other]),
        compliance in select(vec![Compliance::Failed, Compliance::Passed, Compliance::None]),
        (account, region) in (text(&["111122223333", "(none)"]), text(&["eu-west-1"])),
        created in text(&["2026-11-21T00:00:00Z", "2026-11-14T00:00:00Z", "2026-11-15T00:00:00+00:00"]),
        updated in text(&["2026-11-21T00:00:00Z", "2026-11-20T00:00:00Z"]),
        url in text(&["https://example.com/1"]),
        resources in proptest::collection::vec(resource(), 0..4),
    ) -> Finding {
        Finding {
            id, product, title, control, types, severity, record_state, workflow, compliance, account, region, created,
            updated, url, resources,
        }
    }
}

prop_compose! {
    fn resource()(
        id in select(vec!["r1", "r2", ""]),
        kind in text(&["AwsS3Bucket", "AwsIamRole"]),
        account in text(&["444455556666"]),
    ) -> Resource {
        Resource { id, kind, account, region: None }
    }
}

/// Records with their positions, and the same in another order.
fn shuffled<T: Clone>(records: &[T], swaps: &[(Index, Index)]) -> Vec<(usize, T)> {
    let mut records: Vec<_> = records.iter().cloned().enumerate().collect();
    for (a, b) in swaps {
        if !records.is_empty() {
            let (a, b) = (a.index(records.len()), b.index(records.len()));
            records.swap(a, b);
        }
    }
    records
}

fn swaps() -> impl Strategy<Value = Vec<(Index, Index)>> {
    proptest::collection::vec(any::<(Index, Index)>(), 0..40)
}

fn list(numbers: &mut BTreeMap<String, u64>, list: List, counts: impl Iterator<Item = u64>) {
    numbers.extend(counts.enumerate().map(|(index, count)| (list.id(index), count)));
}

/// Every number of the summary that has evidence, by the name of its evidence.
fn event_numbers(summary: &EventsSummary) -> BTreeMap<String, u64> {
    let (failed, logins) = (&summary.failed_operations, &summary.console_logins);
    let mut numbers: BTreeMap<String, u64> = [
        (ids::EVENTS, summary.total),
        (ids::READS, summary.read),
        (ids::WRITES, summary.write),
        (ids::FAILED, failed.total),
        (ids::DRY_RUNS, failed.dry_run),
        (ids::CONSOLE_SUCCEEDED, logins.succeeded),
        (ids::CONSOLE_FAILED, logins.failed),
        (ids::CONSOLE_WITHOUT_MFA, logins.without_mfa),
        (ids::ROOT, summary.root_activity),
        (ids::HIGH_RISK, summary.high_risk.iter().map(|row| row.count).sum()),
    ]
    .map(|(id, number)| (id.to_owned(), number))
    .into();
    list(&mut numbers, List::Event, summary.by_event.iter().map(|row| row.count));
    list(&mut numbers, List::Principal, summary.by_principal.iter().map(|row| row.count));
    list(&mut numbers, List::SourceIp, summary.by_source_ip.iter().map(|row| row.count));
    list(&mut numbers, List::Region, summary.by_region.iter().map(|row| row.count));
    list(&mut numbers, List::UserAgent, summary.by_user_agent_family.iter().map(|row| row.count));
    list(&mut numbers, List::Error, failed.by_error.iter().map(|row| row.count));
    list(&mut numbers, List::FailedEvent, failed.by_event.iter().map(|row| row.count));
    list(&mut numbers, List::FailedPrincipal, failed.by_principal.iter().map(|row| row.count));
    list(&mut numbers, List::HighRisk, summary.high_risk.iter().map(|row| row.count));
    numbers
}

fn finding_numbers(summary: &FindingsSummary) -> BTreeMap<String, u64> {
    let mut numbers: BTreeMap<String, u64> =
        [(ids::FINDINGS, summary.total), (ids::NEW_LAST_7_DAYS, summary.new_last_7_days)]
            .map(|(id, number)| (id.to_owned(), number))
            .into();
    numbers.extend(summary.resolved.map(|resolved| (ids::RESOLVED.to_owned(), resolved)));
    list(&mut numbers, List::Severity, Severity::ALL.into_iter().map(|severity| summary.by_severity.get(severity)));
    list(&mut numbers, List::Product, summary.by_product.iter().map(|row| row.count));
    list(&mut numbers, List::Account, summary.by_account.iter().map(|row| row.count));
    list(&mut numbers, List::Region, summary.by_region.iter().map(|row| row.count));
    list(&mut numbers, List::Category, summary.by_category.iter().map(|row| row.count));
    list(&mut numbers, List::Resource, summary.top_resources.iter().map(|row| row.count));
    list(&mut numbers, List::Control, summary.top_controls.iter().map(|row| row.count));
    list(&mut numbers, List::Attention, summary.attention.iter().map(|_| 1));
    numbers
}

/// Total, kept and listed rows of every evidence name.
fn pages<R>(
    ids: Vec<(String, u64)>,
    page: impl Fn(&str) -> Option<EvidencePage<R>>,
) -> BTreeMap<String, (u64, u64, u64)> {
    let numbers = |page: EvidencePage<R>| (page.total, page.kept, page.rows.len() as u64);
    ids.into_iter().filter_map(|(id, _)| Some((id.clone(), numbers(page(&id)?)))).collect()
}

fn event_pages(result: &EventResult) -> BTreeMap<String, (u64, u64, u64)> {
    pages(result.evidence.ids(), |id| result.evidence.page(id, 0, usize::MAX))
}

fn finding_pages(result: &FindingResult) -> BTreeMap<String, (u64, u64, u64)> {
    pages(result.evidence.ids(), |id| result.evidence.page(id, 0, usize::MAX))
}

fn whole(numbers: BTreeMap<String, u64>) -> BTreeMap<String, (u64, u64, u64)> {
    numbers.into_iter().map(|(id, number)| (id, (number, number, number))).collect()
}

fn check_events(events: &[(usize, Event)]) -> EventResult {
    analyse_within(events.iter().map(|(index, event)| (*index, event)), ALL)
}

/// Every finding is given to the working set, and the resolved ones that are not archived to `resolved` too.
fn check_findings(findings: &[(usize, Finding)], limits: EvidenceLimits) -> FindingResult {
    let mut analysis = FindingAnalysis::new(limits);
    for (index, finding) in findings {
        analysis.observe(&finding.view(), finding.hash(), &origin(*index));
        if finding.workflow == Workflow::Resolved && finding.record_state != RecordState::Archived {
            analysis.observe_resolved(&finding.view(), finding.hash(), &origin(*index));
        }
    }
    analysis.finish(Some(at("2026-11-21T00:00:00Z")))
}

proptest! {
    #[test]
    fn breakdowns_of_events_add_up(events in proptest::collection::vec(event(), 0..30)) {
        let summary = check_events(&shuffled(&events, &[])).summary;
        let total = events.len() as u64;
        prop_assert_eq!(summary.total, total);
        prop_assert_eq!(summary.read + summary.write + summary.read_write_unknown, total);
        prop_assert_eq!(summary.by_event.iter().map(|row| row.count).sum::<u64>(), total);
        prop_assert_eq!(summary.by_principal.iter().map(|row| row.count).sum::<u64>(), total);
        prop_assert_eq!(summary.by_source_ip.iter().map(|row| row.count).sum::<u64>(), total);
        prop_assert_eq!(summary.by_region.iter().map(|row| row.count).sum::<u64>(), total);
        prop_assert_eq!(summary.by_user_agent_family.iter().map(|row| row.count).sum::<u64>(), total);
        let failed = &summary.failed_operations;
        prop_assert_eq!(failed.by_error.iter().map(|row| row.count).sum::<u64>(), failed.total);
        prop_assert_eq!(failed.by_event.iter().map(|row| row.count).sum::<u64>(), failed.total);
        prop_assert_eq!(failed.by_principal.iter().map(|row| row.count).sum::<u64>(), failed.total);
        prop_assert_eq!(summary.by_principal.iter().map(|row| row.failed).sum::<u64>(), failed.total);
        for row in &summary.by_principal {
            prop_assert_eq!(row.session_count, row.sessions.len() as u64);
        }
    }

    #[test]
    fn every_number_of_events_has_exactly_its_records(events in proptest::collection::vec(event(), 0..30)) {
        let result = check_events(&shuffled(&events, &[]));
        prop_assert_eq!(event_pages(&result), whole(event_numbers(&result.summary)));
    }

    #[test]
    fn totals_of_events_outlive_their_rows(events in proptest::collection::vec(event(), 0..30)) {
        let result = analyse_within(events.iter().enumerate(), FEW);
        let totals: BTreeMap<_, _> = event_pages(&result).into_iter().map(|(id, (total, ..))| (id, total)).collect();
        prop_assert_eq!(totals, event_numbers(&result.summary));
        for (total, kept, listed) in event_pages(&result).into_values() {
            prop_assert!(kept == listed && listed <= total.min(3));
        }
    }

    #[test]
    fn the_order_of_events_does_not_matter(
        events in proptest::collection::vec(event(), 0..30),
        swaps in swaps(),
    ) {
        let (one, other) = (check_events(&shuffled(&events, &[])), check_events(&shuffled(&events, &swaps)));
        prop_assert_eq!(&one.summary, &other.summary);
        for (id, _) in one.evidence.ids() {
            prop_assert_eq!(one.evidence.page(&id, 0, 9), other.evidence.page(&id, 0, 9));
        }
        let few = |events: &[(usize, Event)]| analyse_within(events.iter().map(|(index, event)| (*index, event)), FEW);
        let (one, other) = (few(&shuffled(&events, &[])), few(&shuffled(&events, &swaps)));
        prop_assert_eq!(one.evidence.page(ids::EVENTS, 0, 9), other.evidence.page(ids::EVENTS, 0, 9));
    }

    #[test]
    fn breakdowns_of_findings_add_up(findings in proptest::collection::vec(finding(), 0..20)) {
        let summary = check_findings(&shuffled(&findings, &[]), ALL).summary;
        let total = findings.len() as u64;
        prop_assert_eq!(summary.total, total);
        prop_assert_eq!(Severity::ALL.into_iter().map(|s| summary.by_severity.get(s)).sum::<u64>(), total);
        let (states, flow) = (summary.by_record_state, summary.by_workflow_status);
        prop_assert_eq!(states.active + states.archived + states.other, total);
        prop_assert_eq!(flow.new + flow.notified + flow.suppressed + flow.resolved + flow.other, total);
        let checks = summary.by_compliance_status;
        let counted = checks.passed + checks.failed + checks.warning + checks.not_available + checks.none + checks.other;
        prop_assert_eq!(counted, total);
        for rows in [&summary.by_product, &summary.by_account, &summary.by_region] {
            prop_assert_eq!(rows.iter().map(|row| row.count).sum::<u64>(), total);
        }
        prop_assert!(summary.by_category.iter().map(|row| row.count).sum::<u64>() >= total);
        for row in &summary.top_resources {
            prop_assert_eq!(Severity::ALL.into_iter().map(|s| row.by_severity.get(s)).sum::<u64>(), row.count);
        }
    }

    #[test]
    fn every_number_of_findings_has_exactly_its_records(findings in proptest::collection::vec(finding(), 0..20)) {
        let result = check_findings(&shuffled(&findings, &[]), ALL);
        prop_assert_eq!(finding_pages(&result), whole(finding_numbers(&result.summary)));
        for row in &result.summary.attention {
            let page = result.evidence.page(&row.evidence_id, 0, 9).unwrap();
            prop_assert_eq!(&page.rows[0].id, &row.id);
        }
    }

    #[test]
    fn totals_of_findings_outlive_their_rows(findings in proptest::collection::vec(finding(), 0..20)) {
        let result = check_findings(&shuffled(&findings, &[]), FEW);
        let totals: BTreeMap<_, _> = finding_pages(&result).into_iter().map(|(id, (total, ..))| (id, total)).collect();
        prop_assert_eq!(totals, finding_numbers(&result.summary));
        let all = check_findings(&shuffled(&findings, &[]), ALL).summary;
        // What needs attention most is known from a few rows as well as from all of them.
        let first = |summary: &FindingsSummary| summary.attention.first().map(|row| row.severity);
        prop_assert_eq!(first(&result.summary), first(&all));
    }

    #[test]
    fn the_order_of_findings_does_not_matter(
        findings in proptest::collection::vec(finding(), 0..20),
        swaps in swaps(),
    ) {
        for limits in [ALL, FEW] {
            let one = check_findings(&shuffled(&findings, &[]), limits);
            let other = check_findings(&shuffled(&findings, &swaps), limits);
            prop_assert_eq!(&one.summary, &other.summary);
            for (id, _) in one.evidence.ids() {
                prop_assert_eq!(one.evidence.page(&id, 0, 9), other.evidence.page(&id, 0, 9));
            }
        }
    }
}
