//! Security Hub V2 `GetFindingStatisticsV2`: counts by OCSF field, computed here from the ASFF findings.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::dates::{DateCondition, parse_time};
use super::fields::Attribute;
use super::store::{FindingStore, Viewpoint};
use super::strings::{Comparison, StringConditions};
use crate::reply::ApiError;

fn validation(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "ValidationException", message)
}

/// Answers the counts of every rule.
pub(crate) fn finding_statistics(
    store: &FindingStore,
    viewpoint: &Viewpoint,
    body: &Value,
    now: Timestamp,
) -> Result<Value, ApiError> {
    if body.get("Scopes").is_some_and(|scopes| !scopes.is_null()) {
        return Err(ApiError::new(403, "AccessDeniedException", "Only the delegated administrator can use Scopes."));
    }
    let most = match body.get("MaxStatisticResults") {
        None | Some(Value::Null) => 400,
        Some(value) => value
            .as_u64()
            .filter(|most| (1..=400).contains(most))
            .ok_or_else(|| validation("MaxStatisticResults must be between 1 and 400."))?,
    };
    let ascending = body.get("SortOrder").and_then(Value::as_str) == Some("asc");
    let rules = body.get("GroupByRules").and_then(Value::as_array).filter(|rules| !rules.is_empty());
    let rules = rules.ok_or_else(|| validation("GroupByRules is required."))?;
    let results: Result<Vec<Value>, ApiError> = rules
        .iter()
        .map(|rule| {
            let rule = GroupByRule::read(rule, now)?;
            let mut counts = rule.counts(store, viewpoint);
            counts.sort_by(|(a, m), (b, n)| if ascending { m.cmp(n) } else { n.cmp(m) }.then(a.cmp(b)));
            counts.truncate(usize::try_from(most).unwrap_or(400));
            let values: Vec<Value> =
                counts.into_iter().map(|(value, count)| json!({"FieldValue": value, "Count": count})).collect();
            Ok(json!({"GroupByField": rule.field.name, "GroupByValues": values}))
        })
        .collect();
    Ok(json!({"GroupByResults": results?}))
}

/// An OCSF field with the ASFF attribute it is computed from.
#[derive(Clone, Copy, Debug)]
struct OcsfField {
    name: &'static str,
    attribute: &'static str,
}

const FIELDS: [OcsfField; 15] = [
    OcsfField { name: "severity", attribute: "SeverityLabel" },
    OcsfField { name: "status", attribute: "WorkflowStatus" },
    OcsfField { name: "cloud.account.uid", attribute: "AwsAccountId" },
    OcsfField { name: "cloud.region", attribute: "Region" },
    OcsfField { name: "metadata.product.name", attribute: "ProductName" },
    OcsfField { name: "metadata.product.uid", attribute: "ProductArn" },
    OcsfField { name: "metadata.product.vendor_name", attribute: "CompanyName" },
    OcsfField { name: "compliance.status", attribute: "ComplianceStatus" },
    OcsfField { name: "compliance.control", attribute: "ComplianceSecurityControlId" },
    OcsfField { name: "finding_info.title", attribute: "Title" },
    OcsfField { name: "finding_info.types", attribute: "Type" },
    OcsfField { name: "finding_info.uid", attribute: "Id" },
    OcsfField { name: "resources.type", attribute: "ResourceType" },
    OcsfField { name: "resources.uid", attribute: "ResourceId" },
    OcsfField { name: "resources.region", attribute: "ResourceRegion" },
];

impl OcsfField {
    fn named(name: &str) -> Result<Self, ApiError> {
        let known = FIELDS.into_iter().find(|field| field.name == name);
        known.ok_or_else(|| validation(format!("The fake does not count by the field {name:?}.")))
    }

    /// Distinct values of a finding, in OCSF's spelling.
    fn values(self, finding: &Value) -> Vec<String> {
        let texts = Attribute::named(self.attribute).map(|attribute| attribute.texts(finding)).unwrap_or_default();
        let mut values: Vec<String> = texts.into_iter().map(|text| self.ocsf(text)).collect();
        values.sort();
        values.dedup();
        values
    }

    fn ocsf(self, asff: &str) -> String {
        match (self.name, asff) {
            ("compliance.status", "PASSED") => "Pass".into(),
            ("compliance.status", "FAILED") => "Fail".into(),
            ("compliance.status", "WARNING") => "Warning".into(),
            ("compliance.status", _) => "Unknown".into(),
            ("severity" | "status", label) => {
                let mut letters = label.chars();
                let first = letters.next().into_iter();
                first.chain(letters.map(|letter| letter.to_ascii_lowercase())).collect()
            }
            _ => asff.to_owned(),
        }
    }
}

#[derive(Debug)]
struct GroupByRule {
    field: OcsfField,
    filters: Composite,
}

impl GroupByRule {
    fn read(rule: &Value, now: Timestamp) -> Result<Self, ApiError> {
        let name = rule.get("GroupByField").and_then(Value::as_str).unwrap_or_default();
        let field = OcsfField::named(name)?;
        let parts = list(rule.get("Filters"), "CompositeFilters").iter().map(|part| nested_part(part, now));
        let all = is_and(rule.get("Filters").and_then(|filters| filters.get("CompositeOperator")));
        Ok(Self { field, filters: Composite { all, parts: parts.collect::<Result<_, _>>()? } })
    }

    fn counts(&self, store: &FindingStore, viewpoint: &Viewpoint) -> Vec<(String, u64)> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for stored in store.all() {
            if viewpoint.sees(stored) && self.filters.holds(&stored.finding) {
                for value in self.field.values(&stored.finding) {
                    *counts.entry(value).or_default() += 1;
                }
            }
        }
        counts.into_iter().collect()
    }
}

fn list<'a>(parent: Option<&'a Value>, name: &str) -> &'a [Value] {
    parent.and_then(|parent| parent.get(name)).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn is_and(operator: Option<&Value>) -> bool {
    operator.and_then(Value::as_str) != Some("OR")
}

/// A composite filter: its parts AND-ed or OR-ed.
#[derive(Debug)]
struct Composite {
    all: bool,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(OcsfField, StringConditions),
    Date(&'static str, DateCondition),
    Nested(Composite),
}

impl Composite {
    fn read(filter: &Value, now: Timestamp) -> Result<Self, ApiError> {
        for unsupported in ["BooleanFilters", "NumberFilters", "MapFilters", "IpFilters"] {
            if filter.get(unsupported).is_some() {
                return Err(validation(format!("The fake does not implement {unsupported}.")));
            }
        }
        let filter_list = |name| list(Some(filter), name).iter();
        let parts = filter_list("StringFilters")
            .map(text_part)
            .chain(filter_list("DateFilters").map(|part| date_part(part, now)))
            .chain(filter_list("NestedCompositeFilters").map(|part| nested_part(part, now)));
        Ok(Self { all: is_and(filter.get("Operator")), parts: parts.collect::<Result<_, _>>()? })
    }

    fn holds(&self, finding: &Value) -> bool {
        let holds = |part: &Part| match part {
            Part::Text(field, conditions) => {
                let values = field.values(finding);
                conditions.hold(&values.iter().map(String::as_str).collect::<Vec<_>>())
            }
            Part::Date(attribute, condition) => {
                let time = finding.get(attribute).and_then(Value::as_str).and_then(parse_time);
                time.is_some_and(|time| condition.holds(time))
            }
            Part::Nested(composite) => composite.holds(finding),
        };
        // Nothing to combine is no restriction, with either operator.
        if self.all || self.parts.is_empty() { self.parts.iter().all(holds) } else { self.parts.iter().any(holds) }
    }
}

fn nested_part(part: &Value, now: Timestamp) -> Result<Part, ApiError> {
    Composite::read(part, now).map(Part::Nested)
}

fn text_part(part: &Value) -> Result<Part, ApiError> {
    let field = OcsfField::named(part.get("FieldName").and_then(Value::as_str).unwrap_or_default())?;
    let filter = part.get("Filter").unwrap_or(&Value::Null);
    let value = filter.get("Value").and_then(Value::as_str).unwrap_or_default();
    let mut conditions = StringConditions::default();
    conditions.add(Comparison::read(filter).map_err(validation)?, value.to_owned());
    Ok(Part::Text(field, conditions))
}

fn date_part(part: &Value, now: Timestamp) -> Result<Part, ApiError> {
    let attribute = match part.get("FieldName").and_then(Value::as_str) {
        Some("finding_info.created_time_dt") => "CreatedAt",
        Some("finding_info.modified_time_dt") => "UpdatedAt",
        Some("finding_info.first_seen_time_dt") => "FirstObservedAt",
        Some("finding_info.last_seen_time_dt") => "LastObservedAt",
        other => return Err(validation(format!("The fake does not filter by the date {other:?}."))),
    };
    let condition = DateCondition::read(part.get("Filter").unwrap_or(&Value::Null), now).map_err(validation)?;
    Ok(Part::Date(attribute, condition))
}
