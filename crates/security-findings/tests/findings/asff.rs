//! ASFF: each rule on a minimal finding.

use security_findings::{Finding, Format, RecordError};
use security_model::{Compliance, RecordState, Severity, Workflow, rfc3339};

use crate::{fault, one, says};

const HUB: &str = "arn:aws:securityhub:eu-west-1::product/aws/securityhub";
const GUARDDUTY: &str = "arn:aws:securityhub:eu-west-1::product/aws/guardduty";

/// A finding of Security Hub with `fields` added, e.g. `"Title": "t"`.
fn hub(fields: &str) -> Finding {
    product(HUB, fields)
}

fn product(arn: &str, fields: &str) -> Finding {
    let comma = if fields.is_empty() { "" } else { "," };
    one(&format!(r#"{{"Id": "f-1", "ProductArn": "{arn}"{comma} {fields}}}"#))
}

#[test]
fn a_whole_finding_is_read() {
    let text = r#"{
        "SchemaVersion": "2018-10-08",
        "Id": "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.8/finding/f",
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
        "ProductName": "Security Hub",
        "GeneratorId": "security-control/S3.8",
        "AwsAccountId": "111122223333",
        "Region": "eu-west-1",
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
        "CreatedAt": "2026-11-20T01:00:00.000Z",
        "UpdatedAt": "2026-11-21T03:13:00+01:00",
        "Severity": {"Label": "HIGH", "Normalized": 70},
        "Title": "S3 buckets should block public access",
        "Remediation": {"Recommendation": {"Text": "See the link.", "Url": "https://docs.aws.amazon.com/S3.8"}},
        "Resources": [
            {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::example-bucket", "Region": "eu-west-1"},
            {"Type": "AwsIamRole", "Id": "arn:aws:iam::444455556666:role/example"}
        ],
        "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.8"},
        "Workflow": {"Status": "NOTIFIED"},
        "WorkflowState": "NEW",
        "RecordState": "ACTIVE"
    }"#;
    let finding = one(text);
    assert_eq!(finding.format(), Format::Asff);
    assert_eq!(finding.key().product_arn().map(|arn| arn.for_matching()), Some(HUB));

    let view = finding.view();
    assert_eq!(view.id.for_matching(), "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.8/finding/f");
    assert_eq!(says(view.product_arn), Some(HUB));
    assert_eq!(says(view.product_name), Some("Security Hub"));
    assert_eq!(view.title.for_matching(), "S3 buckets should block public access");
    assert_eq!(says(view.generator_id), Some("security-control/S3.8"));
    assert_eq!(says(view.control_id), Some("S3.8"));
    assert_eq!(view.types.len(), 1);
    assert_eq!(view.severity, Severity::High);
    assert_eq!(view.record_state, RecordState::Active);
    assert_eq!(view.workflow, Workflow::Notified);
    assert_eq!(view.compliance, Compliance::Failed);
    assert_eq!(says(view.account_id), Some("111122223333"));
    assert_eq!(says(view.region), Some("eu-west-1"));
    assert_eq!(view.created_at.map(rfc3339).as_deref(), Some("2026-11-20T01:00:00Z"));
    assert_eq!(view.updated_at.map(rfc3339).as_deref(), Some("2026-11-21T02:13:00Z"));
    assert_eq!(says(view.remediation_url), Some("https://docs.aws.amazon.com/S3.8"));

    let [bucket, role] = view.resources.as_slice() else { panic!("two resources") };
    assert_eq!(bucket.id.for_matching(), "arn:aws:s3:::example-bucket");
    assert_eq!((says(bucket.kind), says(bucket.region)), (Some("AwsS3Bucket"), Some("eu-west-1")));
    assert_eq!(says(bucket.account_id), None);
    assert_eq!(says(role.account_id), Some("444455556666"));
}

#[test]
fn an_id_and_a_product_are_enough() {
    let finding = hub("");
    let view = finding.view();
    assert_eq!(view.title.for_matching(), "");
    assert_eq!(view.severity, Severity::Informational);
    assert_eq!(view.record_state, RecordState::Active);
    assert_eq!(view.workflow, Workflow::New);
    assert_eq!(view.compliance, Compliance::None);
    assert!(view.account_id.is_none() && view.control_id.is_none() && view.created_at.is_none());
    assert!(view.types.is_empty() && view.resources.is_empty());
}

#[test]
fn a_product_arn_is_not_needed() {
    for text in [
        r#"{"Id": "f-1", "SchemaVersion": "2018-10-08"}"#,
        r#"{"Id": "f-1", "AwsAccountId": "111122223333", "GeneratorId": "rule"}"#,
    ] {
        assert_eq!(one(text).format(), Format::Asff);
    }
}

#[test]
fn without_an_id_the_fault_names_the_field() {
    let by = |id: &str| format!(r#"{{"ProductArn": "{HUB}"{id}}}"#);
    for id in ["", r#", "Id": """#, r#", "Id": 7"#, r#", "Id": null"#] {
        let RecordError::Malformed { detail } = fault(&by(id)) else { panic!("{id}") };
        assert_eq!(detail, "Id is missing, empty or not a string");
    }
}

#[test]
fn severity_is_the_first_that_is_valid() {
    let cases = [
        (r#""Severity": {"Label": "critical", "Normalized": 1}"#, Severity::Critical),
        (
            r#""Severity": {"Label": "SEVERE", "Normalized": 1}, "FindingProviderFields": {"Severity": {"Label": "HIGH"}}"#,
            Severity::High,
        ),
        (r#""Severity": {"Label": 5, "Normalized": 40}"#, Severity::Medium),
        (r#""Severity": {"Normalized": "90"}"#, Severity::Critical),
        (r#""Severity": {"Normalized": 101}, "FindingProviderFields": {"Severity": {"Normalized": 1}}"#, Severity::Low),
        (r#""Severity": {"Normalized": -1}"#, Severity::Informational),
        (r#""Severity": {"Product": 9}"#, Severity::Informational),
        (r#""Severity": "HIGH""#, Severity::Informational),
        (r#""Severity": null"#, Severity::Informational),
    ];
    for (fields, expected) in cases {
        assert_eq!(hub(fields).view().severity, expected, "{fields}");
    }
}

#[test]
fn only_guardduty_is_believed_with_its_own_scale() {
    let cases = [
        ("0.1", Severity::Low),
        ("3.9", Severity::Low),
        ("4", Severity::Medium),
        ("6.9", Severity::Medium),
        ("\"7\"", Severity::High),
        ("8.9", Severity::High),
        ("9.0", Severity::Critical),
        ("10", Severity::Critical),
        ("0", Severity::Informational),
        ("80", Severity::Informational),
    ];
    for (score, expected) in cases {
        let fields = format!(r#""Severity": {{"Product": {score}}}"#);
        assert_eq!(product(GUARDDUTY, &fields).view().severity, expected, "{score}");
    }
    let named = product(
        "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default",
        r#""ProductName": "GuardDuty", "Severity": {"Product": 9}"#,
    );
    assert_eq!(named.view().severity, Severity::Informational);
    let both = product(GUARDDUTY, r#""Severity": {"Product": 9, "Normalized": 40}"#);
    assert_eq!(both.view().severity, Severity::Medium);
}

#[test]
fn states_are_closed_sets_in_any_case() {
    let state = |value: &str| hub(&format!(r#""RecordState": {value}"#)).view().record_state;
    assert_eq!(state("\"ARCHIVED\""), RecordState::Archived);
    assert_eq!(state("\"archived\""), RecordState::Archived);
    assert_eq!(state("\"GONE\""), RecordState::Other);
    assert_eq!(state("[\"ARCHIVED\"]"), RecordState::Active);

    let workflow = |value: &str| hub(&format!(r#""Workflow": {value}"#)).view().workflow;
    assert_eq!(workflow(r#"{"Status": "SUPPRESSED"}"#), Workflow::Suppressed);
    assert_eq!(workflow(r#"{"Status": "Resolved"}"#), Workflow::Resolved);
    assert_eq!(workflow(r#"{"Status": "ON_HOLD"}"#), Workflow::Other);
    assert_eq!(workflow("\"RESOLVED\""), Workflow::New);
    assert_eq!(hub(r#""WorkflowState": "RESOLVED""#).view().workflow, Workflow::New);

    let compliance = |status: &str| hub(&format!(r#""Compliance": {{"Status": {status}}}"#)).view().compliance;
    assert_eq!(compliance("\"PASSED\""), Compliance::Passed);
    assert_eq!(compliance("\"WARNING\""), Compliance::Warning);
    assert_eq!(compliance("\"NOT_AVAILABLE\""), Compliance::NotAvailable);
    assert_eq!(compliance("\"MAYBE\""), Compliance::Other);
    assert_eq!(compliance("null"), Compliance::None);
}

#[test]
fn the_product_is_named_by_field_then_product_field_then_arn() {
    let named = hub(r#""ProductName": "Mine", "ProductFields": {"aws/securityhub/ProductName": "Other"}"#);
    assert_eq!(says(named.view().product_name), Some("Mine"));
    let by_product_field = hub(r#""ProductFields": {"aws/securityhub/ProductName": "Security Hub"}"#);
    assert_eq!(says(by_product_field.view().product_name), Some("Security Hub"));
    assert_eq!(says(product(GUARDDUTY, "").view().product_name), Some("guardduty"));
    assert_eq!(says(one(r#"{"Id": "f", "SchemaVersion": "2018-10-08"}"#).view().product_name), None);
}

#[test]
fn controls_of_every_age_are_recognised() {
    let cases = [
        (r#""Compliance": {"SecurityControlId": "EC2.8"}, "ProductFields": {"ControlId": "PCI.EC2.8"}"#, "EC2.8"),
        (r#""ProductFields": {"ControlId": "PCI.S3.1"}, "GeneratorId": "pci-dss/v/3.2.1/PCI.S3.9""#, "PCI.S3.1"),
        (r#""GeneratorId": "aws-foundational-security-best-practices/v/1.0.0/IAM.5""#, "IAM.5"),
        (r#""GeneratorId": "security-control/IAM.5""#, "IAM.5"),
        (
            r#""ProductFields": {"RuleId": "1.3"},
               "GeneratorId": "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.3""#,
            "CIS.1.3",
        ),
        (r#""GeneratorId": "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/2.9""#, "CIS.2.9"),
        (
            r#""ProductFields": {"ControlId": "1.3"}, "GeneratorId": "cis-aws-foundations-benchmark/v/1.4.0/1.3""#,
            "CIS.v1.4.0.1.3",
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(says(hub(fields).view().control_id), Some(expected), "{fields}");
    }
}

#[test]
fn what_is_no_standards_finding_has_no_control() {
    let others = r#""ProductFields": {"ControlId": "X.1", "RuleId": "7"}, "GeneratorId": "pci-dss/v/3.2.1/PCI.S3.9""#;
    assert_eq!(says(product(GUARDDUTY, others).view().control_id), None);
    for generator in ["arn:aws:guardduty:eu-west-1:111122223333:detector/d", "AWSInspector", "a/b", ""] {
        assert_eq!(says(hub(&format!(r#""GeneratorId": "{generator}""#)).view().control_id), None, "{generator}");
    }
}

#[test]
fn region_and_account_come_from_arns_when_the_fields_are_absent() {
    let finding = product(GUARDDUTY, "");
    assert_eq!(says(finding.view().region), Some("eu-west-1"));
    assert_eq!(says(finding.view().account_id), None);

    let by_id = one(r#"{"Id": "arn:aws:inspector2:us-east-1:123456789012:finding/f", "SchemaVersion": "2018-10-08"}"#);
    assert_eq!(says(by_id.view().region), Some("us-east-1"));
    assert_eq!(says(by_id.view().account_id), Some("123456789012"));

    let odd = one(r#"{"Id": "arn:aws:x::12345:finding/f", "SchemaVersion": "2018-10-08"}"#);
    assert_eq!(says(odd.view().account_id), None);
    assert_eq!(says(odd.view().region), None);
}

#[test]
fn types_are_gathered_once_each_top_first() {
    let types = |fields: &str| -> Vec<String> {
        hub(fields).view().types.iter().map(|kind| kind.for_matching().to_owned()).collect()
    };
    assert_eq!(
        types(r#""FindingProviderFields": {"Types": ["TTPs/B", "TTPs/A"]}, "Types": ["TTPs/A", 3, "TTPs/A"]"#),
        ["TTPs/A", "TTPs/B"]
    );
    assert_eq!(types(r#""Types": "Unusual Behaviors""#), ["Unusual Behaviors"]);
    assert!(types(r#""Types": {"a": "b"}"#).is_empty());
}

#[test]
fn odd_times_are_read_or_unknown() {
    let created = |time: &str| hub(&format!(r#""CreatedAt": {time}"#)).view().created_at.map(rfc3339);
    assert_eq!(created("\"2200-01-17T11:21:23.000Z\"").as_deref(), Some("2200-01-17T11:21:23Z"));
    assert_eq!(created("\"2024-05-24 13:17:15.000000000\"").as_deref(), Some("2024-05-24T13:17:15Z"));
    assert_eq!(created("\"2026-11-21T02:13:00+00:00\"").as_deref(), Some("2026-11-21T02:13:00Z"));
    assert_eq!(created("\"...\""), None);
    assert_eq!(created("{}"), None);
}

#[test]
fn every_resource_with_an_id_is_kept() {
    let finding = hub(
        r#""Resources": [{"Id": "AWS::::Account:111122223333", "Type": "AwsAccount"}, {"Type": "Other"}, "x", null,
           {"Id": "i-1", "Type": 5, "Region": []}]"#,
    );
    let view = finding.view();
    let [account, instance] = view.resources.as_slice() else { panic!("two resources") };
    assert_eq!(says(account.account_id), Some("111122223333"));
    assert_eq!((instance.id.for_matching(), says(instance.kind), says(instance.region)), ("i-1", None, None));
    assert!(hub(r#""Resources": {"Id": "i-1"}"#).view().resources.is_empty());
}
