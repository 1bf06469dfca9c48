//! Small reports, written out by hand and compared word for word.

mod support;

use report::{Detail, Input, local};
use security_model::summary::cloudtrail::ConsoleLogins;
use security_model::summary::{EventsSummary, FindingsSummary};
use security_model::{Coverage, GapKind, Scope, Severity, Vantage};
use support::*;

fn cloudtrail(scope: &Scope, coverage: &Coverage, summary: &EventsSummary) -> String {
    local::cloudtrail(Input { scope, coverage, summary, detail: Detail::Standard, max_bytes: 4_096 })
}

fn security_hub(scope: &Scope, coverage: &Coverage, summary: &FindingsSummary) -> String {
    local::security_hub(Input { scope, coverage, summary, detail: Detail::Standard, max_bytes: 4_096 })
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
# CloudTrail activity

4 events from 2026-11-21 02:13 UTC to 2026-11-21 02:58 UTC (45 min), by 1 principal, from 1 public address, in 1 region. Look first at `StopLogging` by `arn:aws:iam::111122223333:user/admin`.

- High-risk calls: 1 (0 failed)
- Failed operations: 1 (25.0% of events)
- Console sign-ins: 2 succeeded (1 without MFA), 1 failed
- Root user: 0 events

**Read:** files at `logs`; account `111122223333`; 2 regions: `eu-west-1` and `us-east-1`. 6 records from 3 files (1 skipped): 4 counted, 2 left out by the window or filters.

## High-risk calls

1. `StopLogging`: 1 call by `arn:aws:iam::111122223333:user/admin`. Hides later activity (T1562.008, `high-risk-1`).

## Recommended checks

1. `StopLogging` by `arn:aws:iam::111122223333:user/admin`: confirm who stopped the trail and why; start it again with `cloudtrail:StartLogging`, and treat the time between as unrecorded (`high-risk-1`).
2. 1 console sign-in succeeded without MFA: find the users in `console-without-mfa`, ask whether it was them, and have MFA switched on.

## Failed operations

1 of 4 events (25.0%) failed (`failed`).

- By error: `(none)` 1
- By call: `ConsoleLogin` 1
- By principal: `arn:aws:iam::111122223333:user/admin` 1

## Console sign-ins and root

- 2 sign-ins succeeded (`console-succeeded`), 1 failed (`console-failed`). 1 without MFA (`console-without-mfa`).
- No use of the root user among the 4 events counted.

## Principals

- `arn:aws:iam::111122223333:user/admin` (`IAMUser`): 4 events, 1 failed (`principal-1`)

## Source addresses

1 public address (4 events).

- `203.0.113.7`: 4 events by 1 principal (`ip-1`)

## Regions and clients

- Regions (1): `us-east-1` 4
- Clients (1): `browser` 4

## API usage

0 reads and 4 writes (100.0% of events).

Calls made most, of 2 different: `ConsoleLogin` 3, `StopLogging` 1.

## What was not read

Everything asked for was read.

Evidence ids such as `failed` or `principal-1` name the rows behind a number: pass one to `get_evidence`.
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
# Security Hub findings

2 findings to work on: 1 CRITICAL and 1 HIGH. 1 was created in the 7 days before 2026-11-21 06:00 UTC. Look first at `Unusual reads` on `arn:aws:s3:::example-exports`.

**Read:** the built-in sample; account `111122223333`; 2 regions: `eu-west-1` and `us-east-1`. 3 records: 2 counted, 1 left out by filters or the working set. Working set: RecordState ACTIVE.

## Severity

| Severity      | Findings |   Share |
|---------------|---------:|--------:|
| CRITICAL      |        1 |   50.0% |
| HIGH          |        1 |   50.0% |
| MEDIUM        |        0 |    0.0% |
| LOW           |        0 |    0.0% |
| INFORMATIONAL |        0 |    0.0% |

## Needs attention first

1. **CRITICAL** `Unusual reads` on `arn:aws:s3:::example-exports`, updated 2026-11-21 02:13 UTC. Active, new, and its resource has other findings (`attention-1`).

## Recommended actions

1. `arn:aws:s3:::example-exports`: check who may read the bucket (`s3:GetBucketPolicyStatus`) and, in its data events, who did (`attention-1`).
2. Control `S3.8`: fix it on every resource that fails it, as `https://docs.aws.amazon.com/console/securityhub/S3.8/remediation` explains; it is behind 1 failed check, at worst HIGH.
3. `arn:aws:s3:::example-exports`: treat its findings as one case; 2 findings name it, 1 of them CRITICAL and 1 HIGH.
4. Set a workflow status on the 2 findings still NEW as they are handled, so that the next report shows what is left.

## Controls to fix

- `S3.8` `Buckets should block public access`: 1 failed check, at worst HIGH; fix: `https://docs.aws.amazon.com/console/securityhub/S3.8/remediation`

## Top affected resources

- `arn:aws:s3:::example-exports` (`AwsS3Bucket`): 2 findings (1 CRITICAL, 1 HIGH)

## Common issue types

- Products (2): `GuardDuty` 1, `Security Hub` 1

## Recent activity

- New in 7 days: 1 (`new-last-7-days`). Resolved: 1,200 (`resolved`).
- Workflow: 2 NEW.
- Compliance: 1 FAILED, 1 no compliance check.

## What was not read

Everything asked for was read.

Evidence ids such as `findings` or `attention-1` name the rows behind a number: pass one to `get_evidence`.
";
    assert_eq!(security_hub(&scope, &coverage(2, 1), &summary), expected);
}

#[test]
fn an_empty_working_set_says_what_was_left_out() {
    let expected = "\
# Security Hub findings

No findings in the working set. 212 findings were left out by the working set; pass `include=all` to see them.

**Read:** the built-in sample; account `111122223333`; 2 regions: `eu-west-1` and `us-east-1`. 212 records: 0 counted, 212 left out by filters or the working set.

## What was not read

Everything asked for was read.
";
    assert_eq!(security_hub(&scope("sample"), &coverage(0, 212), &no_findings()), expected);

    let mut filtered = scope("sample");
    filtered.filters.insert("severity".to_owned(), vec![safe("CRITICAL")]);
    let report = security_hub(&filtered, &coverage(0, 1), &no_findings());
    let sentence = "1 finding was left out by the filters or the working set; relax the filters, or pass `include=all`, to \
                    see them.";
    assert!(report.contains(sentence), "{report}");
    assert!(report.contains("Filter severity: `CRITICAL`."), "{report}");
}

#[test]
fn a_refused_region_is_the_first_thing_said_and_nothing_is_called_clean() {
    let denied = |coverage, region| {
        with_gap(coverage, region, GapKind::AccessDenied, "cloudtrail:LookupEvents", "allow cloudtrail:LookupEvents")
    };
    let coverage = denied(denied(coverage(0, 0), "eu-north-1"), "eu-south-1");
    let expected = "\
# CloudTrail activity

**Incomplete:** not everything asked for was read (access denied). The numbers cover only what was read; see \"What was not read\".

No events were read, so this says nothing about what happened.

**Read:** AWS, live; account `111122223333`; 2 regions: `eu-west-1` and `us-east-1`; window 2026-11-20 06:00 UTC up to 2026-11-21 06:00 UTC. 0 records from 2 API calls.

## What was not read

Live events come from LookupEvents: management events of the last 90 days. Data events, such as reads of S3 objects, are not among them; read a trail's log files for those.

- **Access denied** in `eu-north-1` and `eu-south-1`: `cloudtrail:LookupEvents`. Allow cloudtrail:LookupEvents.
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
        "None among the 9 events counted.",
        "among the 9 events counted there is no high-risk call, no use of root, no sign-in without MFA",
        "None of the 9 events counted carries an error code.",
        "No console sign-in among the 9 events counted.",
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
        detail: Detail::Full,
        max_bytes: usize::MAX,
    });
    let failing = "`arn:aws:iam::111122223333:user/build-bot`: 187 of its 402 events failed (46.5%); see which errors it got \
                   and whether it should make those calls (`failed-principal-1`).";
    assert!(report.contains(failing), "{report}");
    assert!(!report.contains("11 of its 300"), "{report}");
    assert!(report.contains("Root user (`arn:aws:iam::111122223333:root`): confirm the 2 events"), "{report}");
    assert!(report.contains("`AttachUserPolicy` and `PutUserPolicy` by"), "{report}");
    assert!(
        report.contains("`DeleteTrail` by `arn:aws:iam::111122223333:user/support-admin`: none succeeded;"),
        "{report}"
    );
    assert!(report.contains("5 console sign-ins failed, 3 succeeded"), "{report}");
    assert!(!report.contains("more: see"), "nothing is left out at full detail: {report}");
}
