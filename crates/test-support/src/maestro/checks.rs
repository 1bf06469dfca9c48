//! What the service would refuse, in FastAPI's form.
//!
//! Types and required fields are those of AI21's OpenAPI file, limits those of its documentation.

use serde_json::{Map, Value, json};

const MAX_REQUIREMENTS: usize = 10;
const MAX_WORDS: usize = 128;
const ROLES: [&str; 2] = ["user", "assistant"];
const BUDGETS: [&str; 3] = ["low", "medium", "high"];
const LANGUAGES: [&str; 10] =
    ["arabic", "dutch", "english", "french", "german", "hebrew", "italian", "portuguese", "spanish", "unset"];
/// A field that is known: whether a value is of its type, and the name of that.
type Field = (&'static str, fn(&Value) -> bool, &'static str);
const OTHER_FIELDS: [Field; 14] = [
    ("models", strings, "list of strings"),
    ("include", strings, "list of strings"),
    ("tools", Value::is_array, "list"),
    ("tool_resources", Value::is_object, "dictionary"),
    ("system_prompt", Value::is_string, "string"),
    ("output_type", Value::is_object, "dictionary"),
    ("structured_rag_enabled", Value::is_boolean, "boolean"),
    ("dynamic_planning_enabled", Value::is_boolean, "boolean"),
    ("verbose", Value::is_boolean, "boolean"),
    ("stream", Value::is_boolean, "boolean"),
    ("assistant_id", Value::is_string, "string"),
    ("variant", Value::is_string, "string"),
    ("custom_retrieval_configs", Value::is_object, "dictionary"),
    ("context", Value::is_object, "dictionary"),
];

/// What is wrong with a body, and which of its fields nobody knows.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// Items of FastAPI's `detail`.
    pub(super) problems: Vec<Value>,
    /// Tolerated.
    pub(super) unknown_fields: Vec<String>,
}

/// Checks the body of a `POST`.
pub(super) fn check(body: &[u8]) -> (Checked, Map<String, Value>) {
    let mut checked = Checked::default();
    let fields = match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => {
            checked.refuse(json!([]), "Input should be a valid dictionary", "model_attributes_type");
            return (checked, Map::new());
        }
        Err(_) => {
            checked.refuse(json!([0]), "JSON decode error", "json_invalid");
            return (checked, Map::new());
        }
    };
    checked.input(fields.get("input"));
    if let Some(requirements) = given(&fields, "requirements") {
        checked.requirements(requirements);
    }
    for (field, choices) in [("budget", &BUDGETS[..]), ("response_language", &LANGUAGES[..])] {
        if let Some(value) = given(&fields, field) {
            checked.one_of(json!([field]), value, choices);
        }
    }
    for (field, fits, kind) in OTHER_FIELDS {
        if given(&fields, field).is_some_and(|value| !fits(value)) {
            checked.refuse(json!([field]), &format!("Input should be a valid {kind}"), "type_error");
        }
    }
    let known = |name: &str| {
        ["input", "requirements", "budget", "response_language"].contains(&name)
            || OTHER_FIELDS.iter().any(|(field, ..)| *field == name)
    };
    checked.unknown_fields = fields.keys().filter(|name| !known(name)).cloned().collect();
    (checked, fields)
}

/// Null counts as absent.
fn given<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields.get(name).filter(|value| !value.is_null())
}

fn strings(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
}

impl Checked {
    /// `place` is within the body.
    fn refuse(&mut self, place: Value, message: &str, kind: &str) {
        let mut loc = vec![json!("body")];
        loc.extend(place.as_array().cloned().unwrap_or_default());
        self.problems.push(json!({"loc": loc, "msg": message, "type": kind}));
    }

    fn text(&mut self, place: Value, value: Option<&Value>) {
        match value {
            None => self.refuse(place, "Field required", "missing"),
            Some(Value::String(_)) => {}
            Some(_) => self.refuse(place, "Input should be a valid string", "string_type"),
        }
    }

    fn one_of(&mut self, place: Value, value: &Value, choices: &[&str]) {
        if !value.as_str().is_some_and(|value| choices.contains(&value)) {
            let named: Vec<String> = choices.iter().map(|choice| format!("'{choice}'")).collect();
            self.refuse(place, &format!("Input should be {}", named.join(", ")), "literal_error");
        }
    }

    fn input(&mut self, input: Option<&Value>) {
        match input {
            None | Some(Value::String(_)) => self.text(json!(["input"]), input),
            Some(Value::Array(messages)) => {
                for (index, message) in messages.iter().enumerate() {
                    self.text(json!(["input", index, "content"]), message.get("content"));
                    match message.get("role") {
                        None => self.refuse(json!(["input", index, "role"]), "Field required", "missing"),
                        Some(role) => self.one_of(json!(["input", index, "role"]), role, &ROLES),
                    }
                }
            }
            Some(_) => self.refuse(json!(["input"]), "Input should be a valid string", "string_type"),
        }
    }

    fn requirements(&mut self, requirements: &Value) {
        let Some(list) = requirements.as_array() else {
            return self.refuse(json!(["requirements"]), "Input should be a valid list", "list_type");
        };
        if list.len() > MAX_REQUIREMENTS {
            let message =
                format!("List should have at most {MAX_REQUIREMENTS} items after validation, not {}", list.len());
            self.refuse(json!(["requirements"]), &message, "too_long");
        }
        for (index, requirement) in list.iter().enumerate() {
            self.text(json!(["requirements", index, "name"]), requirement.get("name"));
            self.text(json!(["requirements", index, "description"]), requirement.get("description"));
            let mandatory = requirement.get("is_mandatory").filter(|value| !value.is_null());
            if mandatory.is_some_and(|value| !value.is_boolean()) {
                let place = json!(["requirements", index, "is_mandatory"]);
                self.refuse(place, "Input should be a valid boolean", "bool_type");
            }
            let description = requirement.get("description").and_then(Value::as_str).unwrap_or_default();
            if description.split_whitespace().count() > MAX_WORDS {
                let message = format!("Value error, description should have at most {MAX_WORDS} words");
                self.refuse(json!(["requirements", index, "description"]), &message, "value_error");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(body: &Value) -> Vec<(String, String)> {
        let (checked, _) = check(body.to_string().as_bytes());
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let place = |problem: &Value| problem["loc"].as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(".");
        checked.problems.iter().map(|problem| (place(problem), text(&problem["type"]))).collect()
    }

    fn requirements(count: usize) -> Value {
        vec![json!({"name": "n", "description": "d"}); count].into()
    }

    #[test]
    fn what_the_schema_and_the_documentation_forbid_is_refused_by_place() {
        for (body, place, kind) in [
            (json!({}), "body.input", "missing"),
            (json!({"input": 7}), "body.input", "string_type"),
            (json!({"input": [{"role": "system", "content": "x"}]}), "body.input.0.role", "literal_error"),
            (json!({"input": "x", "requirements": requirements(11)}), "body.requirements", "too_long"),
            (json!({"input": "x", "requirements": [{"description": "d"}]}), "body.requirements.0.name", "missing"),
            (json!({"input": "x", "budget": "ultra"}), "body.budget", "literal_error"),
            (json!({"input": "x", "models": "jamba-mini"}), "body.models", "type_error"),
            (json!({"input": "x", "stream": "no"}), "body.stream", "type_error"),
            (json!([]), "body", "model_attributes_type"),
        ] {
            assert_eq!(problems(&body), [(place.to_owned(), kind.to_owned())], "{body}");
        }
        let long = vec!["word"; 129].join(" ");
        let body = json!({"input": "x", "requirements": [{"name": "n", "description": long}]});
        assert_eq!(problems(&body), [("body.requirements.0.description".to_owned(), "value_error".to_owned())]);
        assert_eq!(check(b"{").0.problems[0]["type"], "json_invalid");
    }

    #[test]
    fn ten_requirements_nulls_and_unknown_fields_pass() {
        let body = json!({"input": "x", "requirements": requirements(10), "budget": null, "novel": {"a": 1}});
        assert_eq!(problems(&body), []);
        assert_eq!(check(body.to_string().as_bytes()).0.unknown_fields, ["novel"]);
    }
}
