//! Small reports, written out by hand and compared word for word.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use report::verify::verify;
use report::{Detail, Input, local};
use security_model::summary::cloudtrail::{ConsoleLogins, SourceIpKind};
use security_model::summary::{EventsSummary, FindingsSummary};
use security_model::{Coverage, GapKind, Scope, Severity, Vantage};
use support::*;

fn cloudtrail(scope: &Scope, coverage: &Coverage, summary: &EventsSummary) -> String {
    local::cloudtrail(Input {
        scope,
        coverage,
        summary,
        incidents: None,
        alone: &[],
        detail: Detail::Standard,
        max_bytes: 4_096,
    })
}

fn security_hub(scope: &Scope, coverage: &Coverage, summary: &FindingsSummary) -> String {
    local::security_hub(Input {
        scope,
        coverage,
        summary,
        incidents: None,
        alone: &[],
        detail: Detail::Standard,
        max_bytes: 4_096,
    })
}

#[test]
fn one_event_of_a_night() {
    let mut summary = no_events();
    summary.total = 4;
    summary.window.start = Some("2026-11-21T02:13:00Z".to_owned());
    summary.window.end = Some("2026-11-21T02:58:00Z".to_owned());
    summary.write = 4;
    let admin = "arn:aws:iam::111122223333:user/admin";
    summary.by_event = vec![event("ConsoleLogin", "signin.amazonaws.com", 3)];
    summary.by_event.push(event("StopLogging", "cloudtrail.amazonaws.com", 1));
    summary.by_principal = vec![principal(admin, "IAMUser", 4, 1, &[])];
    summary.by_source_ip = vec![ip("203.0.113.7", security_model::summary::cloudtrail::SourceIpKind::Public, 4, 1)];
    summary.by_region = vec![name("us-east-1", 4)];
    summary.by_user_agent_family = vec![name("browser", 4)];
    summary.failed_operations.total = 1;
    summary.failed_operations.by_error = vec![name("(none)", 1)];
    summary.failed_operations.by_event = vec![event("ConsoleLogin", "signin.amazonaws.com", 1)];
    summary.failed_operations.by_principal = vec![name(admin, 1)];
    summary.console_logins = ConsoleLogins { succeeded: 2, failed: 1, without_mfa: 1, without_mfa_federated: 0 };
    summary.high_risk = vec![high_risk(1, "StopLogging", "cloudtrail", 1, 0, admin)];
    let expected = "\
# AWS CloudTrail Report

## Executive Summary

Risk is rated **HIGH**: 1 high-risk call among 4 events; look first at `StopLogging` by `arn:aws:iam::111122223333:user/admin` (`high-risk-1`).

From 2026-11-21 02:13 UTC to 2026-11-21 02:58 UTC: 0 read events and 4 write events, by 1 principal in 1 region.

## High-Risk Activity

1 high-risk call by 1 principal.

1. `StopLogging`: 1 call by `arn:aws:iam::111122223333:user/admin` (`high-risk-1`). Hides later activity.

## User Behavior

Console sign-ins: 2 succeeded, 1 failed, 1 without MFA. No root user activity.

- `arn:aws:iam::111122223333:user/admin` (`IAMUser`): 4 events, 1 failed (`principal-1`)

## Failed Operations

1 failed operation among 4 events (25.0%).

- Failed by error: `(none)` 1
- Failed by principal: `arn:aws:iam::111122223333:user/admin` 1
- Failed by operation: `ConsoleLogin` 1

## Geography

By region: 4 events in `us-east-1`. By source: 4 events from 1 public address.

1. `203.0.113.7`: 4 events by 1 principal (`ip-1`)

## Recommended Actions

1. `StopLogging` by `arn:aws:iam::111122223333:user/admin`: start the trail again (`cloudtrail:StartLogging`), and ask the caller why it stopped (`high-risk-1`).
2. Ask who signed in to the console without MFA and without federation, and enforce MFA (`ConsoleLogin`, `console-without-mfa`).
3. `arn:aws:iam::111122223333:user/admin`: review its 1 failed operation (`failed-principal-1`).

## Threat Assessment

Risk rating: **HIGH**, because high-risk calls that weakened logging or detection succeeded. The rating follows a fixed rule over the counts above and says nothing about intent.

## Data Gaps

Everything asked for was read.

6 records read: 4 counted and 2 left out. 3 files seen, 1 file skipped.

Source: files at `logs`; account `111122223333`; 2 regions: `eu-west-1` and `us-east-1`.

Pass an evidence id, e.g. `failed`, to `get_evidence` for the rows.
";
    assert_eq!(cloudtrail(&scope("logs"), &with_files(coverage(4, 2), 3, 1), &summary), expected);
}

#[test]
fn two_findings_on_one_bucket() {
    let bucket = "arn:aws:s3:::example-exports";
    let mut summary = no_findings();
    summary.total = 2;
    summary.by_severity = severities(1, 1, 0, 0, 0);
    summary.by_record_state.active = 2;
    summary.by_workflow_status.new = 2;
    summary.by_compliance_status.failed = 1;
    summary.by_compliance_status.none = 1;
    summary.by_product = vec![named("GuardDuty", 1), named("Security Hub", 1)];
    summary.top_resources = vec![resource(bucket, "AwsS3Bucket", severities(1, 1, 0, 0, 0))];
    summary.top_controls = vec![control("S3.8", "Buckets should block public access", 1, Severity::High)];
    summary.new_last_7_days = 1;
    summary.resolved = Some(1_200);
    summary.attention = vec![attention(1, "guardduty", "Unusual reads", Severity::Critical, bucket)];
    let mut scope = scope("sample");
    scope.working_set = "RecordState ACTIVE".to_owned();
    let expected = "\
# AWS Security Hub Report

## Executive Summary

**1 CRITICAL** and **1 HIGH** findings among 2 findings on 1 resource; look first at `Unusual reads` on `arn:aws:s3:::example-exports` (`attention-1`).

1 finding was created in the 7 days before 2026-11-21 06:00 UTC; 1,200 findings are resolved.

## Severity Analysis

|Severity|Findings|Share|
|:---|---:|---:|
|CRITICAL|1|50.0%|
|HIGH|1|50.0%|
|MEDIUM|0|0.0%|
|LOW|0|0.0%|
|INFORMATIONAL|0|0.0%|

1. **CRITICAL** `Unusual reads` on `arn:aws:s3:::example-exports`, updated 2026-11-21 02:13 UTC (`attention-1`).

## Affected Resources

- `arn:aws:s3:::example-exports` (`AwsS3Bucket`): 2 findings, 1 CRITICAL and 1 HIGH (`resource-1`)

## Common Issues

- `S3.8` `Buckets should block public access`: 1 finding, worst HIGH (`control-1`)

## Recommended Actions

1. Check who may read the bucket (`s3:GetBucketPolicyStatus`) and, in its data events, who did: `arn:aws:s3:::example-exports` (CRITICAL `attention-1`).
2. Review `arn:aws:s3:::example-exports` as a whole: 2 findings, 1 CRITICAL and 1 HIGH.
3. Fix `S3.8` on every failing resource (1 finding, worst HIGH; see `https://docs.aws.amazon.com/console/securityhub/S3.8/remediation`).

## Data Gaps

Everything asked for was read.

3 records read: 2 counted and 1 left out.

Source: the built-in sample; account `111122223333`; 2 regions: `eu-west-1` and `us-east-1`.

Pass an evidence id, e.g. `attention-1`, to `get_evidence` for the rows.
";
    assert_eq!(security_hub(&scope, &coverage(2, 1), &summary), expected);
}

#[test]
fn an_empty_working_set_says_what_was_left_out() {
    let expected = "\
# AWS Security Hub Report

## Executive Summary

No findings in the working set. 212 records were left out by the working set; widen the working set (the include argument) to see them.

## Recommended Actions

There are no findings to act on.

## Data Gaps

Everything asked for was read.

212 records read: 212 left out.

Source: the built-in sample; account `111122223333`; 2 regions: `eu-west-1` and `us-east-1`.
";
    assert_eq!(security_hub(&scope("sample"), &coverage(0, 212), &no_findings()), expected);

    let mut filtered = scope("sample");
    filtered.filters.insert("severity".to_owned(), vec![safe("CRITICAL")]);
    let report = security_hub(&filtered, &coverage(0, 1), &no_findings());
    let sentence = "1 record was left out by the filters or the working set; relax the filters, or widen \
                    the working set (the include argument), to see them.";
    assert!(report.contains(sentence), "{report}");
    assert!(report.contains("Filters: severity `CRITICAL`."), "{report}");
}

#[test]
fn a_refused_region_is_the_first_thing_said_and_nothing_is_called_clean() {
    let denied = |coverage, region| {
        with_gap(coverage, region, GapKind::AccessDenied, "cloudtrail:LookupEvents", "allow cloudtrail:LookupEvents")
    };
    let coverage = denied(denied(coverage(0, 0), "eu-north-1"), "eu-south-1");
    let expected = "\
# AWS CloudTrail Report

## Executive Summary

No events were read, so this says nothing about what happened.

**Incomplete:** the numbers cover only what was read; see Data Gaps.

## Recommended Actions

1. Close the gap in `eu-north-1` (access denied): Allow cloudtrail:LookupEvents.

## Threat Assessment

Risk rating: **MEDIUM**, because nothing was counted and the reading has gaps, so nothing is ruled out. What was not read may change it. The rating follows a fixed rule over the counts above and says nothing about intent.

## Data Gaps

Not everything was read: access denied.

0 records read.

Source: AWS, live; account `111122223333`; 2 regions: `eu-west-1` and `us-east-1`; window 2026-11-20 06:00 UTC to 2026-11-21 06:00 UTC.

Live reading covers management events only; for data events, such as S3 object reads, use a trail's log files.

- **Access denied** in `eu-north-1` and `eu-south-1`: Allow cloudtrail:LookupEvents.
";
    let mut scope = scope("aws");
    scope.start = Some("2026-11-20T06:00:00Z".to_owned());
    scope.end = Some("2026-11-21T06:00:00Z".to_owned());
    assert_eq!(cloudtrail(&scope, &coverage, &no_events()), expected);
}

#[test]
fn a_hub_that_is_off_is_named_with_its_remedy() {
    let mut scope = scope("aws");
    scope.vantage = Some(Vantage { region: Some(safe("eu-west-1")), hub_enabled: Some(false), ..Vantage::default() });
    let report = security_hub(&scope, &coverage(0, 0), &no_findings());
    assert!(report.contains("Security Hub is not enabled in `eu-west-1`. Enable it there"), "{report}");
}

#[test]
fn quiet_events_say_what_was_looked_for() {
    let mut summary = no_events();
    summary.total = 9;
    summary.read = 9;
    let report = cloudtrail(&scope("logs"), &coverage(9, 0), &summary);
    for sentence in [
        "Risk is rated **LOW**: no high-risk calls among the 9 events.",
        "No console sign-ins among the 9 events.",
        "No root user activity.",
        "No failed operations among the 9 events.",
        "No action follows from these events.",
    ] {
        assert!(report.contains(sentence), "{sentence} is missing in {report}");
    }
    let gaps = with_gap(coverage(9, 0), "eu-north-1", GapKind::Throttled, "page 2", "Try again");
    let report = cloudtrail(&scope("logs"), &gaps, &summary);
    for sentence in [
        "no high-risk calls among the 9 events counted (incomplete).",
        "No console sign-ins among the 9 events counted (incomplete).",
        "No root user activity in what was read.",
        "No failed operations among the 9 events counted (incomplete).",
        "What was not read may change it.",
    ] {
        assert!(report.contains(sentence), "{sentence} is missing in {report}");
    }
}

#[test]
fn checks_name_the_failing_principal_and_leave_ordinary_failures_alone() {
    let report = local::cloudtrail(Input {
        scope: &scope("logs"),
        coverage: &coverage(2_743, 0),
        summary: &night_of_events(),
        incidents: None,
        alone: &[],
        detail: Detail::Full,
        max_bytes: usize::MAX,
    });
    let failing = "`arn:aws:iam::111122223333:user/build-bot`: review why 187 of its 402 events failed (46.5%) \
                   (`failed-principal-1`).";
    assert!(report.contains(failing), "{report}");
    assert!(!report.contains("11 of its 300"), "{report}");
    assert!(report.contains("Root user `arn:aws:iam::111122223333:root`: confirm the 2 root user events"), "{report}");
    // Two callers: neither made both calls.
    assert!(report.contains("`AttachUserPolicy` and `PutUserPolicy`: review what was granted"), "{report}");
    assert!(
        report.contains(
            "`DeleteTrail` by `arn:aws:iam::111122223333:user/support-admin`: check with the caller why it was tried"
        ),
        "{report}"
    );
    assert!(report.contains("addresses of the 5 failed console sign-ins"), "{report}");
    assert!(!report.contains("- … "), "nothing is left out at full detail: {report}");
}

#[test]
fn what_is_critical_stands_first_and_actions_go_from_the_worst_down() {
    let report = security_hub(&scope("sample"), &coverage(243, 0), &night_of_findings());
    let first = report.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap();
    assert!(
        first.starts_with("**4 CRITICAL** and **21 HIGH** findings among 243 findings on 3 resources; look first at")
    );
    let mut last = 0;
    for action in ["1. Isolate the instance", "2. Check who may read the bucket", "3. Fix `IAM.6` ", "4. Fix `EC2.19` "]
    {
        let at = report.find(action).unwrap_or_else(|| panic!("{action} is missing in {report}"));
        assert!(at > last, "{action} stands too early in {report}");
        last = at;
    }
}

#[test]
fn long_titles_make_way_and_the_finding_is_still_named() {
    let mut summary = night_of_findings();
    for row in &mut summary.attention {
        row.title = safe(&vec!["long"; 40].join(" "));
    }
    let report = security_hub(&scope("sample"), &coverage(243, 0), &summary);
    assert!(!report.contains("long long"), "{report}");
    assert!(report.contains("2. **CRITICAL** finding on `arn:aws:s3:::example-exports`"), "{report}");
}

/// Numbers in prose: not in code spans, times, percentages or the numerals of lists.
fn numbers(markdown: &str) -> Vec<u64> {
    let mut prose = String::new();
    for line in markdown.lines() {
        let is_numeral = |start: &str| start.chars().all(|c| c.is_ascii_digit());
        let text = line.split_once(". ").filter(|(start, _)| is_numeral(start)).map_or(line, |(_, text)| text);
        prose.extend(text.split('`').step_by(2).map(|part| format!("{part} ")));
        prose.push('\n');
    }
    let words = prose.split(|c: char| c.is_whitespace() || "|()*".contains(c));
    let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%'));
    let is_number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    let is_time = |word: &str| word.contains([':', '-']);
    let counts = words.filter(is_number).filter(|word| !is_time(word) && !word.ends_with('%'));
    counts.map(|word| word.replace(',', "").parse().unwrap_or_else(|_| panic!("{word} is no number"))).collect()
}

#[test]
fn every_number_is_a_fact_or_what_a_list_leaves_out() {
    let scope = scope("aws");
    let whole = with_files(coverage(2_743, 40), 12, 1);
    let gaps = with_gap(coverage(2_743, 40), "eu-north-1", GapKind::Throttled, "page 12", "Try again");
    for (coverage, detail) in [(&whole, Detail::Standard), (&gaps, Detail::Full), (&gaps, Detail::Summary)] {
        let (events, findings) = (night_of_events(), night_of_findings());
        let max_bytes = usize::MAX;
        for (report, set) in [
            (
                local::cloudtrail(Input {
                    scope: &scope,
                    coverage,
                    summary: &events,
                    incidents: None,
                    alone: &[],
                    detail,
                    max_bytes,
                }),
                report::cloudtrail_fact_set(&scope, coverage, &events, None, &[]),
            ),
            (
                local::security_hub(Input {
                    scope: &scope,
                    coverage,
                    summary: &findings,
                    incidents: None,
                    alone: &[],
                    detail,
                    max_bytes,
                }),
                report::security_hub_fact_set(&scope, coverage, &findings),
            ),
        ] {
            let lines = report.lines().filter(|line| !line.starts_with("- … "));
            // What lists leave out within a line, and the seven days that `new` is about.
            let own = lines.map(|line| line.split(" … ").next().unwrap_or(line)).collect::<Vec<_>>().join("\n");
            let own = own.replace("in the 7 days", "").replace(" and 1 more session", "");
            for number in numbers(&own) {
                assert!(set.facts.iter().any(|fact| fact.value == number), "{number} is no fact: {report}");
            }
        }
    }
}

/// Every report with every summary there is, whatever was read and however long it may be.
fn all_reports() -> Vec<(String, report::FactSet, Coverage)> {
    let denied = |coverage| {
        let remedy = "Allow cloudtrail:LookupEvents in eu-north-1, or leave eu-north-1 out.";
        with_gap(coverage, "eu-north-1", GapKind::AccessDenied, "eu-north-1: from 02:00 on, HTTP 403", remedy)
    };
    let damaged = |coverage| with_gap(coverage, "eu-west-1", GapKind::FileDamaged, "a.json.gz", "Fetch the file again");
    let quiet = EventsSummary { total: 9, read: 9, ..no_events() };
    let low = FindingsSummary { total: 2, by_severity: severities(0, 0, 0, 2, 0), ..no_findings() };
    let mut all = vec![];
    for coverage in
        [with_files(coverage(2_743, 40), 12, 1), denied(coverage(2_743, 40)), damaged(denied(coverage(0, 7)))]
    {
        for (source, detail) in
            [("logs", Detail::Standard), ("aws", Detail::Full), ("sample", Detail::Summary), ("aws", Detail::Standard)]
        {
            let (mut scope, max_bytes) = (scope(source), usize::MAX);
            scope.start = Some("2026-11-20T18:00:00Z".to_owned());
            for summary in [&night_of_events(), &quiet, &no_events()] {
                let markdown = local::cloudtrail(Input {
                    scope: &scope,
                    coverage: &coverage,
                    summary,
                    incidents: None,
                    alone: &[],
                    detail,
                    max_bytes,
                });
                all.push((
                    markdown,
                    report::cloudtrail_fact_set(&scope, &coverage, summary, None, &[]),
                    coverage.clone(),
                ));
            }
            scope.filters.insert("severity".to_owned(), vec![safe("CRITICAL"), safe("HIGH"), safe("LOW")]);
            for summary in [&night_of_findings(), &low, &no_findings()] {
                let markdown = local::security_hub(Input {
                    scope: &scope,
                    coverage: &coverage,
                    summary,
                    incidents: None,
                    alone: &[],
                    detail,
                    max_bytes,
                });
                all.push((markdown, report::security_hub_fact_set(&scope, &coverage, summary), coverage.clone()));
            }
        }
    }
    all
}

#[test]
fn a_local_report_holds_before_the_verifier() {
    let mut wrong = vec![];
    for (markdown, facts, coverage) in all_reports() {
        for issue in report::verify::verify(&markdown, &facts, &coverage).verification.issues {
            let place = issue.span.and_then(|span| markdown.get(..span.end)).and_then(|text| text.lines().last());
            let place = place.unwrap_or(&markdown);
            wrong.push(format!("{:?} {} {:?}: {place}", issue.kind, issue.text, issue.expected));
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Next to counts, a name of digits alone reads as one; only account ids are known to be names.
#[test]
fn names_of_digits_alone_are_not_shown() {
    let mut scope = scope("logs");
    let coverage = coverage(9, 0);
    let summary = EventsSummary { total: 9, read: 9, ..no_events() };
    for (accounts, said) in [
        (vec!["111122223333"], "account `111122223333`"),
        (vec!["12345"], "Source: files at"),
        (vec!["1641313043312360000"], "account `1641313043312360000`"),
        (vec!["111122223333", "12345"], "2 accounts;"),
        (vec!["111122223333", "444455556666"], "2 accounts: `111122223333` and `444455556666`"),
    ] {
        scope.accounts = accounts.iter().map(|account| safe(account)).collect();
        let report = cloudtrail(&scope, &coverage, &summary);
        assert!(report.contains(said) && !report.contains("`12345`"), "{said} is missing in {report}");
        let facts = report::cloudtrail_fact_set(&scope, &coverage, &summary, None, &[]);
        let issues = verify(&report, &facts, &coverage).verification.issues;
        assert!(issues.is_empty(), "{issues:?}\n{report}");
    }
}

#[test]
fn an_address_that_cannot_be_read_is_named_all_the_same() {
    let mut summary = EventsSummary { total: 1, read_write_unknown: 1, ..no_events() };
    summary.by_source_ip = night_of_events().by_source_ip;
    summary.by_source_ip.truncate(1);
    for row in &mut summary.by_source_ip {
        row.ip = safe("<source address>");
        row.kind = SourceIpKind::Unparseable;
        row.count = 1;
    }
    let (scope, coverage) = (scope("logs"), coverage(1, 0));
    let report = cloudtrail(&scope, &coverage, &summary);
    assert!(report.contains("No region is named among the 1 event."), "{report}");
    assert!(report.contains("1 event that does not say"), "{report}");
    let facts = report::cloudtrail_fact_set(&scope, &coverage, &summary, None, &[]);
    let issues = verify(&report, &facts, &coverage).verification.issues;
    assert!(issues.is_empty(), "{issues:?}\n{report}");
}

/// Where there is nothing to count, the advice on what to read instead is no claim.
#[test]
fn empty_reports_hold() {
    for source in ["aws", "logs"] {
        for read in [0, 9] {
            let (scope, coverage) = (scope(source), coverage(0, read));
            let (events, findings) = (no_events(), no_findings());
            for (report, facts) in [
                (
                    cloudtrail(&scope, &coverage, &events),
                    report::cloudtrail_fact_set(&scope, &coverage, &events, Some(&[]), &[]),
                ),
                (
                    security_hub(&scope, &coverage, &findings),
                    report::security_hub_fact_set(&scope, &coverage, &findings),
                ),
            ] {
                let issues = verify(&report, &facts, &coverage).verification.issues;
                assert!(issues.is_empty(), "{issues:?}\n{report}");
            }
        }
    }
}
