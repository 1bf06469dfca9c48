//! JSON as the AWS SDK holds it, and back.

use aws_smithy_types::{Document, Number};
use serde_json::Value;

/// Turns JSON into the SDK's shape.
pub(super) fn from_json(value: &Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(flag) => Document::Bool(*flag),
        Value::Number(number) => Document::Number(number_from_json(number)),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(items) => Document::Array(items.iter().map(from_json).collect()),
        Value::Object(members) => {
            Document::Object(members.iter().map(|(name, value)| (name.clone(), from_json(value))).collect())
        }
    }
}

/// Turns the SDK's shape into JSON. Numbers that JSON does not have become null.
pub(super) fn to_json(document: &Document) -> Value {
    match document {
        Document::Bool(flag) => Value::from(*flag),
        Document::Number(Number::PosInt(number)) => Value::from(*number),
        Document::Number(Number::NegInt(number)) => Value::from(*number),
        Document::Number(Number::Float(number)) => Value::from(*number),
        Document::String(text) => Value::from(text.as_str()),
        Document::Array(items) => items.iter().map(to_json).collect(),
        Document::Object(members) => members.iter().map(|(name, value)| (name.clone(), to_json(value))).collect(),
        _ => Value::Null,
    }
}

fn number_from_json(number: &serde_json::Number) -> Number {
    match (number.as_u64(), number.as_i64()) {
        (Some(positive), _) => Number::PosInt(positive),
        (None, Some(negative)) => Number::NegInt(negative),
        (None, None) => Number::Float(number.as_f64().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_survives_the_way_there_and_back() {
        let value = json!({"a": [1, -2, 2.5, true, null, "x"], "b": {"c": u64::MAX}});
        assert_eq!(to_json(&from_json(&value)), value);
    }
}
