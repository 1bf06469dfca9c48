//! One finding in the AWS Security Finding Format, and the resources it names.
//!
//! Source: Security Hub API reference, `AwsSecurityFinding`, read 2026-11-21.

use serde_json::{Map, Value, json};

use crate::clock::rfc3339_millis;
use crate::rng::Rng;
use crate::world::ACCOUNT;

/// A finding about to be written.
pub(super) struct Draft {
    /// Last part of the product's ARN, and its display name.
    pub(super) product: (&'static str, &'static str),
    pub(super) region: &'static str,
    pub(super) id: String,
    pub(super) generator: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) types: Vec<String>,
    /// Severity label and normalized score.
    pub(super) severity: (&'static str, u8),
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) resources: Vec<Value>,
    pub(super) product_fields: Vec<(String, String)>,
    pub(super) record_state: &'static str,
    pub(super) workflow: &'static str,
    /// Fields of this kind of finding only.
    pub(super) extra: Vec<(&'static str, Value)>,
}

impl Draft {
    pub(super) fn write(self, rng: &mut Rng) -> Value {
        let (product, product_name) = self.product;
        let product_arn = format!("arn:aws:securityhub:{}::product/aws/{product}", self.region);
        let (label, normalized) = self.severity;
        let mut fields: Map<String, Value> =
            self.product_fields.into_iter().map(|(name, value)| (name, json!(value))).collect();
        fields.insert("aws/securityhub/FindingId".to_owned(), json!(format!("{product_arn}/{}", self.id)));
        fields.insert("aws/securityhub/ProductName".to_owned(), json!(product_name));
        fields.insert("aws/securityhub/CompanyName".to_owned(), json!("AWS"));
        let mut finding = json!({
            "SchemaVersion": "2018-10-08",
            "Id": self.id,
            "ProductArn": product_arn,
            "ProductName": product_name,
            "CompanyName": "AWS",
            "Region": self.region,
            "GeneratorId": self.generator,
            "AwsAccountId": ACCOUNT,
            "AwsAccountName": "harbour-shop",
            "FirstObservedAt": instant(rng, self.created),
            "LastObservedAt": instant(rng, self.updated),
            "CreatedAt": instant(rng, self.created),
            "UpdatedAt": instant(rng, self.updated),
            "Severity": { "Label": label, "Normalized": normalized, "Original": label },
            "Title": self.title,
            "Description": self.description,
            "ProductFields": fields,
            "Resources": self.resources,
            "WorkflowState": "NEW",
            "Workflow": { "Status": self.workflow },
            "RecordState": self.record_state,
            "FindingProviderFields": {
                "Severity": { "Label": label, "Original": label },
                "Types": self.types,
            },
            "Sample": false,
        });
        if let Value::Object(map) = &mut finding {
            // Since 2021 a provider may write types there and nowhere else.
            if !rng.chance(7) {
                map.insert("Types".to_owned(), json!(self.types));
            }
            map.extend(self.extra.into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
        finding
    }
}

/// A resource of the account.
pub(super) fn resource(kind: &str, id: &str, region: &str) -> Value {
    json!({ "Type": kind, "Id": id, "Partition": "aws", "Region": region })
}

/// The same with `Details` for its type.
pub(super) fn detailed(kind: &str, id: &str, region: &str, details: &Value) -> Value {
    json!({ "Type": kind, "Id": id, "Partition": "aws", "Region": region, "Details": { kind: details } })
}

/// A time as products write it: mostly with `Z`, sometimes with an offset.
fn instant(rng: &mut Rng, time: i64) -> String {
    let text = rfc3339_millis(time, rng.below(1_000));
    if rng.chance(8) { text.replace('Z', "+00:00") } else { text }
}
