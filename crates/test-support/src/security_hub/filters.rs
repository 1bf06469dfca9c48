//! `AwsSecurityFindingFilters`: fields AND-ed, each with its own rule for several filters.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::dates::{DateCondition, parse_time};
use super::fields::{Attribute, Kind};
use super::strings::{Comparison, StringConditions};
use crate::reply::ApiError;

/// Attributes in one request, and filters on one attribute (GetFindings API reference).
const MAX_ATTRIBUTES: usize = 10;
const MAX_VALUES: usize = 20;

/// The filters of a request, checked.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters(Vec<(Attribute, Conditions)>);

#[derive(Clone, Debug)]
enum Conditions {
    Text(StringConditions),
    /// By key of the map.
    Map(BTreeMap<String, StringConditions>),
    Date(Vec<DateCondition>),
    Number(Vec<NumberCondition>),
    Boolean(Vec<bool>),
}

/// One `NumberFilter`; its members are AND-ed.
#[derive(Clone, Debug)]
struct NumberCondition(Vec<(Bound, f64)>);

#[derive(Clone, Copy, Debug)]
enum Bound {
    Eq,
    Gte,
    Lte,
    Gt,
    Lt,
}

impl Filters {
    /// Reads the `Filters` member of a request.
    pub(super) fn read(filters: Option<&Value>, now: Timestamp) -> Result<Self, ApiError> {
        let members = match filters {
            None | Some(Value::Null) => return Ok(Self::default()),
            Some(Value::Object(members)) => members,
            Some(_) => return Err(ApiError::invalid_input("Filters must be an object.")),
        };
        let used = members.iter().filter(|(_, list)| !list.is_null());
        let filters: Vec<_> = used.map(|(name, list)| read_attribute(name, list, now)).collect::<Result<_, _>>()?;
        if filters.len() > MAX_ATTRIBUTES {
            return Err(ApiError::invalid_input(format!("Filters has more than {MAX_ATTRIBUTES} attributes.")));
        }
        Ok(Self(filters))
    }

    /// Whether a finding passes every field.
    pub(super) fn hold(&self, finding: &Value) -> bool {
        self.0.iter().all(|(attribute, conditions)| conditions.hold(*attribute, finding))
    }
}

fn read_attribute(name: &str, list: &Value, now: Timestamp) -> Result<(Attribute, Conditions), ApiError> {
    let invalid = |reason: String| ApiError::invalid_input(format!("Invalid filter {name}: {reason}."));
    let attribute = Attribute::named(name).ok_or_else(|| invalid("the attribute is not known".into()))?;
    let filters = list.as_array().ok_or_else(|| invalid("it is not a list".into()))?;
    if filters.is_empty() || filters.len() > MAX_VALUES {
        return Err(invalid(format!("it has {} values; 1 to {MAX_VALUES} are allowed", filters.len())));
    }
    let conditions = match attribute.kind {
        Kind::Text => text_conditions(filters).map(Conditions::Text),
        Kind::Map => map_conditions(filters).map(Conditions::Map),
        Kind::Date => each(filters, |filter| DateCondition::read(filter, now)).map(Conditions::Date),
        Kind::Number => each(filters, NumberCondition::read).map(Conditions::Number),
        Kind::Boolean => each(filters, boolean).map(Conditions::Boolean),
    };
    Ok((attribute, conditions.map_err(invalid)?))
}

fn each<T>(filters: &[Value], read: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    filters.iter().map(read).collect()
}

fn non_empty(filter: &Value, member: &str) -> Result<String, String> {
    let text = filter.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| format!("a filter needs a {member}"))
}

fn text_conditions(filters: &[Value]) -> Result<StringConditions, String> {
    let mut conditions = StringConditions::default();
    for filter in filters {
        conditions.add(Comparison::read(filter)?, non_empty(filter, "Value")?);
    }
    conditions.checked()
}

fn map_conditions(filters: &[Value]) -> Result<BTreeMap<String, StringConditions>, String> {
    use Comparison::{Contains, Equals, NotContains, NotEquals};
    let mut by_key: BTreeMap<String, StringConditions> = BTreeMap::new();
    for filter in filters {
        let comparison = Comparison::read(filter)?;
        if ![Equals, NotEquals, Contains, NotContains].contains(&comparison) {
            return Err("a map filter compares with EQUALS, NOT_EQUALS, CONTAINS or NOT_CONTAINS".into());
        }
        let value = non_empty(filter, "Value")?;
        by_key.entry(non_empty(filter, "Key")?).or_default().add(comparison, value);
    }
    by_key.into_iter().map(|(key, conditions)| Ok((key, conditions.checked()?))).collect()
}

fn boolean(filter: &Value) -> Result<bool, String> {
    filter.get("Value").and_then(Value::as_bool).ok_or_else(|| "a filter needs a boolean Value".into())
}

impl NumberCondition {
    fn read(filter: &Value) -> Result<Self, String> {
        let bounds =
            [("Eq", Bound::Eq), ("Gte", Bound::Gte), ("Lte", Bound::Lte), ("Gt", Bound::Gt), ("Lt", Bound::Lt)];
        let found: Vec<_> =
            bounds.into_iter().filter_map(|(name, bound)| Some((bound, filter.get(name)?.as_f64()?))).collect();
        if found.is_empty() { Err("a filter needs Eq, Gte, Lte, Gt or Lt".into()) } else { Ok(Self(found)) }
    }

    fn holds(&self, number: f64) -> bool {
        self.0.iter().all(|(bound, limit)| match bound {
            Bound::Eq => (number - limit).abs() < f64::EPSILON,
            Bound::Gte => number >= *limit,
            Bound::Lte => number <= *limit,
            Bound::Gt => number > *limit,
            Bound::Lt => number < *limit,
        })
    }
}

impl Conditions {
    fn hold(&self, attribute: Attribute, finding: &Value) -> bool {
        match self {
            Self::Text(conditions) => conditions.hold(&attribute.texts(finding)),
            Self::Map(by_key) => {
                let maps = attribute.values(finding);
                by_key.iter().all(|(key, conditions)| {
                    let values: Vec<&str> = maps.iter().filter_map(|map| map.get(key)?.as_str()).collect();
                    conditions.hold(&values)
                })
            }
            Self::Date(ranges) => {
                let times = attribute.texts(finding).into_iter().filter_map(parse_time);
                times.into_iter().any(|time| ranges.iter().any(|range| range.holds(time)))
            }
            Self::Number(ranges) => {
                let numbers = attribute.values(finding).into_iter().filter_map(Value::as_f64);
                numbers.into_iter().any(|number| ranges.iter().any(|range| range.holds(number)))
            }
            Self::Boolean(wanted) => {
                attribute.values(finding).into_iter().filter_map(Value::as_bool).any(|value| wanted.contains(&value))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(filters: &Value, finding: &Value) -> bool {
        Filters::read(Some(filters), Timestamp::UNIX_EPOCH).unwrap().hold(finding)
    }

    #[test]
    fn fields_are_anded() {
        let filters = json!({
            "SeverityLabel": [{"Value": "HIGH", "Comparison": "EQUALS"}],
            "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
        });
        assert!(holds(&filters, &json!({"Severity": {"Label": "HIGH"}, "RecordState": "ACTIVE"})));
        assert!(!holds(&filters, &json!({"Severity": {"Label": "HIGH"}, "RecordState": "ARCHIVED"})));
    }

    #[test]
    fn maps_compare_by_key() {
        let filters = json!({"ResourceTags": [
            {"Key": "team", "Value": "red", "Comparison": "EQUALS"},
            {"Key": "team", "Value": "blue", "Comparison": "EQUALS"},
            {"Key": "env", "Value": "prod", "Comparison": "NOT_EQUALS"},
        ]});
        assert!(holds(&filters, &json!({"Resources": [{"Tags": {"team": "blue"}}]})));
        assert!(!holds(&filters, &json!({"Resources": [{"Tags": {"team": "blue", "env": "prod"}}]})));
        assert!(!holds(&filters, &json!({"Resources": [{"Tags": {"env": "dev"}}]})));
    }

    #[test]
    fn number_ranges_are_ored_and_their_bounds_anded() {
        let filters = json!({"SeverityNormalized": [{"Gte": 40, "Lt": 70}, {"Eq": 90}]});
        let at = |score: u64| holds(&filters, &json!({"Severity": {"Normalized": score}}));
        assert_eq!([39, 40, 69, 70, 90].map(at), [false, true, true, false, true]);
    }

    #[test]
    fn what_cannot_be_asked_is_refused_by_name() {
        let equals = json!({"Value": "a", "Comparison": "EQUALS"});
        let eleven: serde_json::Map<String, Value> = [
            "Id",
            "ProductArn",
            "ProductName",
            "CompanyName",
            "AwsAccountId",
            "Region",
            "GeneratorId",
            "Title",
            "Type",
            "ResourceId",
            "ResourceType",
        ]
        .into_iter()
        .map(|name| (name.to_owned(), json!([equals])))
        .collect();
        let cases = [
            (json!({"Severity": [equals]}), "Severity"),
            (json!({"Title": vec![equals.clone(); 21]}), "Title"),
            (json!({"Title": []}), "Title"),
            (json!({"Title": [{"Value": "a"}]}), "Title"),
            (json!({"UpdatedAt": [equals]}), "UpdatedAt"),
            (Value::Object(eleven), "10 attributes"),
        ];
        for (filters, named) in cases {
            let error = Filters::read(Some(&filters), Timestamp::UNIX_EPOCH).unwrap_err();
            assert_eq!(error.code, "InvalidInputException");
            assert!(error.message.contains(named), "{}", error.message);
        }
    }
}
