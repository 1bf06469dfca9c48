//! Whether arguments fit a tool, found out before anything is sent.

use jsonschema::Validator;
use serde_json::{Map, Value};

use crate::text::shortened;

/// More problems than these are not listed.
const MOST_PROBLEMS: usize = 5;

/// A tool's schema, ready to check. One that cannot be used lets everything pass: the server checks too.
pub(super) struct Checker(Option<Validator>);

impl Checker {
    pub(super) fn new(schema: &Map<String, Value>) -> Self {
        Self(jsonschema::validator_for(&Value::Object(schema.clone())).ok())
    }

    /// What is wrong, in words that a model can act on.
    pub(super) fn problem_with(&self, arguments: &Map<String, Value>) -> Option<String> {
        let arguments = Value::Object(arguments.clone());
        let problems: Vec<String> = self
            .0
            .as_ref()?
            .iter_errors(&arguments)
            .take(MOST_PROBLEMS)
            .map(|error| {
                let place = error.instance_path().to_string();
                let place = if place.is_empty() { "the arguments".to_owned() } else { place };
                format!("{place}: {}", shortened(&error.to_string(), 300))
            })
            .collect();
        (!problems.is_empty()).then(|| problems.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_problem_names_the_argument() {
        let schema =
            json!({"type": "object", "properties": {"days": {"type": "integer"}}, "additionalProperties": false});
        let checker = Checker::new(schema.as_object().unwrap());
        let problem = |arguments: Value| checker.problem_with(arguments.as_object().unwrap());
        assert_eq!(problem(json!({"days": 3})), None);
        assert!(problem(json!({"days": "three"})).unwrap().contains("/days"));
        assert!(problem(json!({"weeks": 1})).unwrap().contains("weeks"));
    }
}
