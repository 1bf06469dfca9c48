//! OCSF: each rule on a minimal finding.

use security_findings::{Finding, Format, RecordError};
use security_model::{Compliance, RecordState, Severity, Workflow, rfc3339};

use crate::{fault, one, says};

/// A detection finding with `fields` added.
fn detection(fields: &str) -> Finding {
    one(&format!(r#"{{"class_uid": 2004, "finding_info": {{"uid": "f-1"}}, {fields}}}"#))
}

fn remediation(json: &str) -> Finding {
    detection(&format!(r#""remediation": {json}"#))
}

#[test]
fn a_whole_finding_is_read() {
    let finding = one(r#"{
        "activity_id": 2, "category_uid": 2, "class_uid": 2003, "class_name": "Compliance Finding",
        "cloud": {"account": {"uid": "111122223333"}, "provider": "AWS", "region": "eu-west-1"},
        "compliance": {"control": "Config.1", "status": "Fail", "status_id": 3},
        "finding_info": {
            "analytic": {"uid": "rule-7"},
            "created_time": 1, "created_time_dt": "2026-11-20T01:00:00Z",
            "modified_time": 1700000000000,
            "title": "AWS Config should be enabled",
            "types": ["Posture Management", "Posture Management"],
            "uid": "arn:aws:securityhub:eu-west-1:444455556666:security-control/Config.1/finding/f"
        },
        "metadata": {"product": {
            "name": "Security Hub", "uid": "arn:aws:securityhub:eu-west-1::productv2/aws/securityhub"}},
        "remediation": {"desc": "See the link.", "references": ["https://docs.aws.amazon.com/Config.1"]},
        "resources": [{"owner": {"account": {"uid": "111122223333"}}, "region": "eu-west-1",
            "type": "AWS::EC2::Instance", "uid": "i-0abc"}],
        "severity": "Critical", "severity_id": 5, "status": "New", "status_id": 1,
        "time_dt": "2026-11-21T00:00:00Z"
    }"#);
    assert_eq!(finding.format(), Format::Ocsf);
    let view = finding.view();
    assert_eq!(
        view.id.for_matching(),
        "arn:aws:securityhub:eu-west-1:444455556666:security-control/Config.1/finding/f"
    );
    assert_eq!(says(view.product_arn), Some("arn:aws:securityhub:eu-west-1::productv2/aws/securityhub"));
    assert_eq!(says(view.product_name), Some("Security Hub"));
    assert_eq!(view.title.for_matching(), "AWS Config should be enabled");
    assert_eq!(says(view.generator_id), Some("rule-7"));
    assert_eq!(says(view.control_id), Some("Config.1"));
    assert_eq!(view.types.iter().map(|kind| kind.for_matching()).collect::<Vec<_>>(), ["Posture Management"]);
    assert_eq!(view.severity, Severity::Critical);
    assert_eq!((view.record_state, view.workflow), (RecordState::Active, Workflow::New));
    assert_eq!(view.compliance, Compliance::Failed);
    assert_eq!(says(view.account_id), Some("111122223333"));
    assert_eq!(says(view.region), Some("eu-west-1"));
    assert_eq!(view.created_at.map(rfc3339).as_deref(), Some("2026-11-20T01:00:00Z"));
    assert_eq!(view.updated_at.map(rfc3339).as_deref(), Some("2023-11-14T22:13:20Z"));
    assert_eq!(says(view.remediation_url), Some("https://docs.aws.amazon.com/Config.1"));
    let [resource] = view.resources.as_slice() else { panic!("one resource") };
    assert_eq!(resource.id.for_matching(), "i-0abc");
    assert_eq!(says(resource.kind), Some("AWS::EC2::Instance"));
    assert_eq!((says(resource.account_id), says(resource.region)), (Some("111122223333"), Some("eu-west-1")));
}

#[test]
fn the_findings_category_is_read_and_others_are_not() {
    for class in [2001, 2002, 2003, 2004, 2006, 2007] {
        let text = format!(r#"{{"class_uid": {class}, "finding_info": {{"uid": "f-1"}}}}"#);
        assert_eq!(one(&text).format(), Format::Ocsf, "{class}");
    }
    assert_eq!(one(r#"{"category_uid": 2, "finding_info": {"uid": "f-1"}}"#).format(), Format::Ocsf);
    for other in [r#"{"class_uid": 6003, "metadata": {}}"#, r#"{"class_uid": 2005}"#, r#"{"category_uid": 3}"#] {
        assert_eq!(fault(other), RecordError::NotAFinding { looks_like: "an OCSF record of another class" }, "{other}");
    }
}

#[test]
fn without_an_id_the_fault_names_the_field() {
    for text in [r#"{"class_uid": 2004}"#, r#"{"class_uid": 2004, "finding_info": {"uid": 3}}"#] {
        let RecordError::Malformed { detail } = fault(text) else { panic!("{text}") };
        assert_eq!(detail, "finding_info.uid is missing, empty or not a string");
    }
}

#[test]
fn severity_ids_win_over_captions() {
    let cases = [
        (r#""severity_id": 1"#, Severity::Informational),
        (r#""severity_id": 2, "severity": "High""#, Severity::Low),
        (r#""severity_id": 3"#, Severity::Medium),
        (r#""severity_id": 4"#, Severity::High),
        (r#""severity_id": 6, "severity": "Fatal""#, Severity::Critical),
        (r#""severity_id": 0, "severity": "High""#, Severity::High),
        (r#""severity_id": 99, "severity": "Odd""#, Severity::Informational),
        (r#""severity": "fatal""#, Severity::Critical),
        (r#""severity": 4"#, Severity::Informational),
    ];
    for (fields, expected) in cases {
        assert_eq!(detection(fields).view().severity, expected, "{fields}");
    }
}

#[test]
fn status_becomes_record_state_and_workflow() {
    let cases = [
        (r#""status_id": 1"#, RecordState::Active, Workflow::New),
        (r#""status_id": 2"#, RecordState::Active, Workflow::Notified),
        (r#""status_id": 3, "status": "New""#, RecordState::Active, Workflow::Suppressed),
        (r#""status_id": 4"#, RecordState::Active, Workflow::Resolved),
        (r#""status_id": 5"#, RecordState::Archived, Workflow::New),
        (r#""status_id": 0"#, RecordState::Active, Workflow::New),
        (r#""status": "In Progress""#, RecordState::Active, Workflow::Notified),
        (r#""status": "Archived""#, RecordState::Archived, Workflow::New),
        (r#""status_id": 99, "status": "Escalated""#, RecordState::Active, Workflow::Other),
        (r#""status_id": []"#, RecordState::Active, Workflow::New),
        (r#""status_id": 1, "activity_id": 3"#, RecordState::Archived, Workflow::New),
        (r#""status_id": 4, "activity_id": 3"#, RecordState::Archived, Workflow::Resolved),
    ];
    for (fields, state, workflow) in cases {
        let finding = detection(fields);
        assert_eq!((finding.view().record_state, finding.view().workflow), (state, workflow), "{fields}");
    }
}

#[test]
fn the_class_of_ocsf_1_0_is_read() {
    let finding = one(r#"{
        "class_uid": 2001, "state_id": 3, "status_id": 2, "status": "Failure",
        "finding": {"uid": "f-1", "title": "t", "created_time": 1700000000000, "modified_time": 1700000001000,
            "remediation": {"desc": "See https://docs.example.com/fix."}},
        "metadata": {"product": {"uid": "arn:aws:securityhub:eu-west-1::product/aws/macie"}},
        "compliance": {"status": "FAILED"}
    }"#);
    let view = finding.view();
    assert_eq!((view.record_state, view.workflow), (RecordState::Active, Workflow::Suppressed));
    assert_eq!(view.compliance, Compliance::Failed);
    assert_eq!(says(view.product_name), Some("macie"));
    assert_eq!(says(view.region), Some("eu-west-1"));
    assert_eq!(view.created_at.map(rfc3339).as_deref(), Some("2023-11-14T22:13:20Z"));
    assert_eq!(view.updated_at.map(rfc3339).as_deref(), Some("2023-11-14T22:13:21Z"));
    assert_eq!(says(view.remediation_url), Some("https://docs.example.com/fix"));
}

#[test]
fn compliance_is_read_from_its_object_else_from_prowlers_status_code() {
    let cases = [
        (r#""compliance": {"status": "Pass"}"#, Compliance::Passed),
        (r#""compliance": {"status_id": 3}"#, Compliance::Failed),
        (r#""compliance": {"status": "Warning"}, "status_code": "FAIL""#, Compliance::Warning),
        (r#""compliance": {"status": "Unknown", "status_id": 0}"#, Compliance::NotAvailable),
        (r#""compliance": {"status": "Sideways", "status_id": 99}"#, Compliance::Other),
        (r#""compliance": {}"#, Compliance::None),
        (r#""status_code": "PASS""#, Compliance::Passed),
        (r#""status_code": "FAIL""#, Compliance::Failed),
        (r#""status_code": "MANUAL""#, Compliance::NotAvailable),
        (r#""status_code": "E-17""#, Compliance::None),
    ];
    for (fields, expected) in cases {
        assert_eq!(detection(fields).view().compliance, expected, "{fields}");
    }
}

#[test]
fn a_prowler_finding_is_read() {
    let finding = one(r#"{
        "class_uid": 2004,
        "metadata": {"event_code": "accessanalyzer_enabled", "product": {"name": "Prowler", "uid": "prowler"}},
        "finding_info": {"uid": "prowler-aws-1", "created_time": 1700000000,
            "created_time_dt": "2023-11-14T22:13:20.913874"},
        "cloud": {"account": {"name": "", "uid": "111122223333"}, "region": "eu-west-1"},
        "status": "New", "status_id": 1, "status_code": "FAIL", "time": 1700000000
    }"#);
    let view = finding.view();
    assert_eq!(says(view.product_arn), Some("prowler"));
    assert_eq!(says(view.generator_id), Some("accessanalyzer_enabled"));
    assert_eq!(says(view.control_id), None);
    assert_eq!(view.created_at.map(rfc3339).as_deref(), Some("2023-11-14T22:13:20.913874Z"));
    assert_eq!(view.updated_at.map(rfc3339).as_deref(), Some("2023-11-14T22:13:20Z"));
}

#[test]
fn times_fall_back_to_the_events_own() {
    let finding = detection(r#""time": 1700000000000, "time_dt": "2026-11-21T00:00:00Z""#);
    assert_eq!(finding.view().updated_at.map(rfc3339).as_deref(), Some("2026-11-21T00:00:00Z"));
    assert_eq!(finding.view().created_at, finding.view().updated_at);
    assert_eq!(detection(r#""time": "soon""#).view().updated_at, None);
}

#[test]
fn remediation_is_the_first_link() {
    let url = |json: &str| remediation(json).view().remediation_url.map(|url| url.for_matching().to_owned());
    let command_first = r#"{"references": ["aws s3api put-x", "https://docs.example.com/a", "https://b.invalid"]}"#;
    assert_eq!(url(command_first).as_deref(), Some("https://docs.example.com/a"));
    let in_text = r#"{"desc": "Turn it on, see https://docs.example.com/on. Then wait.", "references": []}"#;
    assert_eq!(url(in_text).as_deref(), Some("https://docs.example.com/on"));
    assert_eq!(url(r#"{"desc": "Turn it on."}"#), None);
    assert_eq!(url(r#""https://docs.example.com""#), None);
}

#[test]
fn resources_may_be_many_or_one() {
    let many =
        detection(r#""resources": [{"uid": "arn:aws:iam::111122223333:user/a"}, {"name": "b"}, {"type": "c"}, 4]"#);
    let view = many.view();
    let [user, named] = view.resources.as_slice() else { panic!("two resources") };
    assert_eq!(says(user.account_id), Some("111122223333"));
    assert_eq!(named.id.for_matching(), "b");
    assert_eq!(detection(r#""resource": {"uid": "i-1"}"#).view().resources.len(), 1);
}

#[test]
fn region_and_account_come_from_the_id_when_the_cloud_is_absent() {
    let finding =
        one(r#"{"class_uid": 2004, "finding_info": {"uid": "arn:aws:guardduty:us-east-1:123456789012:detector/d"}}"#);
    assert_eq!(says(finding.view().region), Some("us-east-1"));
    assert_eq!(says(finding.view().account_id), Some("123456789012"));
}
