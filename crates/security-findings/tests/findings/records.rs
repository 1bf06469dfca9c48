//! What surrounds findings, and what is none.

use security_findings::{Faults, Finding, RecordError};
use security_model::{RawJson, RecordHash};

use crate::{fault, one, read, says};

const FIRST: &str = r#"{"Id": "f-1", "ProductArn": "p", "Title":  "spaced"}"#;
const SECOND: &str = r#"{"class_uid": 2004, "finding_info": {"uid": "f-2"}}"#;

fn ids(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.key().id().for_matching()).collect()
}

#[test]
fn an_eventbridge_event_holds_findings() {
    let event = format!(
        r#"{{"version": "0", "id": "e", "detail-type": "Security Hub Findings - Imported", "source": "aws.securityhub",
            "account": "111122223333", "detail": {{"findings": [{FIRST}, {SECOND}]}}}}"#
    );
    let (found, faults) = read(&event);
    assert_eq!(ids(&found), ["f-1", "f-2"]);
    assert_eq!(faults, Faults::default());
}

#[test]
fn envelopes_and_wrapped_single_findings_are_opened() {
    for text in [
        format!(r#"{{"Findings": [{FIRST}, {SECOND}], "NextToken": "t"}}"#),
        format!(r#"{{"findings": [{FIRST}, {SECOND}]}}"#),
    ] {
        assert_eq!(ids(&read(&text).0), ["f-1", "f-2"], "{text}");
    }
    assert_eq!(ids(&read(&format!(r#"{{"detail": {FIRST}}}"#)).0), ["f-1"]);
    assert_eq!(read(r#"{"Findings": []}"#).1.total(), 0);
}

#[test]
fn one_bad_finding_does_not_spoil_its_neighbours() {
    let event = format!(
        r#"{{"detail": {{"findings": [{FIRST}, {{"ProductArn": "p"}}, 7, {{"detail": {FIRST}}}, {SECOND}]}}}}"#
    );
    let (found, faults) = read(&event);
    assert_eq!(ids(&found), ["f-1", "f-2"]);
    assert_eq!(faults.total(), 3);
    let [no_id, number, nested] = faults.examples() else { panic!("three faults") };
    assert_eq!(no_id.to_string(), "finding 1 of the record: Id is missing, empty or not a string");
    assert_eq!(number.index, 2);
    assert_eq!(number.error, RecordError::NotAFinding { looks_like: "JSON of another kind" });
    assert_eq!(nested.index, 3);
}

#[test]
fn all_faults_are_counted_and_few_are_kept() {
    let (found, faults) = read(&format!(r#"{{"findings": [{}0]}}"#, "0,".repeat(4_999)));
    assert!(found.is_empty());
    assert_eq!(faults.total(), 5_000);
    assert_eq!(faults.examples().len(), Faults::MAX_EXAMPLES);
}

#[test]
fn the_hash_is_that_of_the_findings_own_text() {
    let expected = RecordHash::of(RawJson::new(FIRST));
    assert_eq!(one(FIRST).hash(), expected);
    assert_eq!(one(&format!(" {FIRST}\r\n")).hash(), expected);
    let wrapped = format!(r#"{{"detail": {{"findings": [ {FIRST} ]}}}}"#);
    assert_eq!(one(&wrapped).hash(), expected);
}

#[test]
fn other_records_are_named() {
    let cases = [
        (
            r#"{"eventVersion": "1.08", "eventName": "GetUser", "eventSource": "iam.amazonaws.com"}"#,
            "a CloudTrail record",
        ),
        (r#"{"EventId": "e", "EventName": "GetUser", "CloudTrailEvent": "{}"}"#, "a CloudTrail record"),
        (
            r#"{"detail-type": "AWS API Call via CloudTrail",
                "detail": {"eventName": "GetUser", "eventSource": "iam.amazonaws.com"}}"#,
            "a CloudTrail record",
        ),
        (
            r#"{"schemaVersion": "2.0", "accountId": "111122223333", "id": "f", "type": "t", "service": {}, "severity": 8}"#,
            "a GuardDuty finding in its native form (export it through Security Hub)",
        ),
        (
            r#"{"SchemaVersion": "2.0", "AccountId": "111122223333", "Id": "f", "Type": "t", "Service": {}}"#,
            "a GuardDuty finding in its native form (export it through Security Hub)",
        ),
        (r#"{"class_uid": 3002, "metadata": {}}"#, "an OCSF record of another class"),
        (r#"{"SchemaVersion": "3"}"#, "JSON of another kind"),
        (r#"{"findings": {"a": 1}}"#, "JSON of another kind"),
        (r#"{"detail": {"detail": {"detail": {}}}}"#, "JSON of another kind"),
        ("{}", "JSON of another kind"),
        ("[]", "JSON of another kind"),
        ("\"text\"", "JSON of another kind"),
        ("null", "JSON of another kind"),
    ];
    for (text, looks_like) in cases {
        assert_eq!(fault(text), RecordError::NotAFinding { looks_like }, "{text}");
    }
}

#[test]
fn what_is_not_json_is_malformed_and_not_repeated() {
    for text in ["", "{", r#"{"Id": "hush" "#, r#"{"Id": hush}"#, "{} {}", "\u{feff}{}"] {
        let RecordError::Malformed { detail } = fault(text) else { panic!("{text}") };
        assert!(detail.starts_with("not valid JSON: "), "{detail}");
        assert!(!detail.contains("hush"), "{detail}");
    }
}

#[test]
fn a_repeated_field_counts_as_its_last_value() {
    let finding = one(r#"{"Id": "a", "Title": "first", "ProductArn": "p", "Title": "last"}"#);
    assert_eq!(finding.view().title.for_matching(), "last");
}

#[test]
fn null_is_absent() {
    let finding = one(r#"{"class_uid": 2001, "finding_info": null, "finding": {"uid": "f-1"}, "resources": null,
            "resource": {"uid": "i-1"}}"#);
    assert_eq!(finding.key().id().for_matching(), "f-1");
    assert_eq!(finding.view().resources.len(), 1);
    assert_eq!(ids(&read(&format!(r#"{{"Findings": null, "findings": [{FIRST}]}}"#)).0), ["f-1"]);
}

#[test]
fn depth_and_unpaired_surrogates_cost_nothing_else() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let finding = one(&format!(
        r#"{{"Id": "a", "ProductArn": "p", "Resources": [{{"Id": "r", "Details": {deep}}}],
            "Types": {deep}, "Severity": {deep}, "Title": "x\ud800", "Region": "eu-west-1"}}"#
    ));
    let view = finding.view();
    assert_eq!(view.resources.len(), 1);
    assert!(view.types.is_empty());
    assert!(view.title.for_matching().starts_with('x'));
    assert_eq!(says(view.region), Some("eu-west-1"));
}
