//! Whatever stands in a field, a finding is read or named as a fault.

use proptest::collection::vec;
use proptest::prelude::*;
use security_findings::Latest;
use serde_json::{Map, Value, json};

use crate::read;

const ASFF_FIELDS: &[&str] = &[
    "ProductName",
    "ProductFields",
    "FindingProviderFields",
    "Title",
    "GeneratorId",
    "Types",
    "Severity",
    "RecordState",
    "Workflow",
    "Compliance",
    "AwsAccountId",
    "Region",
    "CreatedAt",
    "UpdatedAt",
    "Remediation",
    "Resources",
    "SchemaVersion",
    "Findings",
    "detail",
];

const OCSF_FIELDS: &[&str] = &[
    "activity_id",
    "metadata",
    "severity",
    "severity_id",
    "status",
    "status_id",
    "state",
    "state_id",
    "status_code",
    "compliance",
    "cloud",
    "time_dt",
    "time",
    "remediation",
    "resources",
    "resource",
    "finding",
    "category_uid",
    "Id",
];

const INNER_FIELDS: &[&str] = &[
    "Label",
    "Normalized",
    "Product",
    "Status",
    "SecurityControlId",
    "ControlId",
    "RuleId",
    "Id",
    "Type",
    "Region",
    "Recommendation",
    "Url",
    "Severity",
    "Types",
    "aws/securityhub/ProductName",
    "product",
    "uid",
    "name",
    "account",
    "owner",
    "region",
    "references",
    "desc",
    "status",
    "status_id",
    "control",
    "event_code",
    "findings",
];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        "arn:[a-z:/0-9.]{0,40}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.Z+]{0,12}".prop_map(Value::from),
        "cis-aws-foundations-benchmark/v/[0-9./a-z]{0,12}".prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![vec(inner.clone(), 0..6).prop_map(Value::from), object(INNER_FIELDS, inner)]
    })
}

fn object(names: &'static [&'static str], values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let name = prop_oneof![prop::sample::select(names).prop_map(str::to_owned), any::<String>()];
    vec((name, values), 0..8).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

fn record(base: Value, fields: Value) -> String {
    let mut record = Map::new();
    for part in [fields, base] {
        if let Value::Object(part) = part {
            record.extend(part);
        }
    }
    Value::Object(record).to_string()
}

proptest! {
    #[test]
    fn an_asff_finding_with_an_identity_is_always_read(fields in object(ASFF_FIELDS, value())) {
        let text = record(json!({"Id": "f-1", "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/guardduty"}), fields);
        let (found, faults) = read(&text);
        prop_assert_eq!((found.len(), faults.total()), (1, 0), "{}", text);
        prop_assert_eq!(found[0].view().id.for_matching(), "f-1");
    }

    #[test]
    fn an_ocsf_finding_with_an_identity_is_always_read(fields in object(OCSF_FIELDS, value())) {
        let text = record(json!({"class_uid": 2004, "finding_info": {"uid": "f-1"}}), fields);
        let (found, faults) = read(&text);
        prop_assert_eq!((found.len(), faults.total()), (1, 0), "{}", text);
        prop_assert_eq!(found[0].view().id.for_matching(), "f-1");
    }

    #[test]
    fn every_element_of_an_envelope_is_a_finding_or_a_fault(elements in vec(value(), 0..12)) {
        let (found, faults) = read(&json!({"detail": {"findings": elements}}).to_string());
        prop_assert_eq!(found.len() as u64 + faults.total(), elements.len() as u64);
    }

    #[test]
    fn any_text_is_a_finding_or_a_fault(text in any::<String>(), cut in 0_usize..200) {
        prop_assert_eq!(read(&text).0.len(), 0);
        let whole = r#"{"Id": "f-1", "ProductArn": "p", "Severity": {"Label": "HIGH"}, "Resources": [{"Id": "r"}]}"#;
        let part = whole.get(..cut.min(whole.len() - 1)).unwrap_or_default();
        let (found, faults) = read(part);
        prop_assert_eq!((found.len(), faults.total()), (0, 1));
    }

    #[test]
    fn keeping_the_latest_loses_no_record(ids in vec("[a-c]", 0..30)) {
        let mut latest = Latest::new();
        for (tag, id) in ids.iter().enumerate() {
            for finding in read(&json!({"Id": id, "ProductArn": "p"}).to_string()).0 {
                latest.add(finding, tag);
            }
        }
        let (kept, superseded) = latest.finish();
        let mut tags: Vec<_> = kept.iter().map(|(_, tag)| *tag).chain(superseded).collect();
        tags.sort_unstable();
        prop_assert_eq!(tags, (0..ids.len()).collect::<Vec<_>>());
        let mut distinct = ids.clone();
        distinct.sort();
        distinct.dedup();
        prop_assert_eq!(kept.len(), distinct.len());
    }
}
