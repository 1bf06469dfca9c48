//! Arguments that the person sets, and not the model: the data source, requirements.
//!
//! A preset goes to every tool that has an argument of its name, whatever the model says. The model does not see such an
//! argument in the tool's schema, so that it neither spends words on it nor contradicts it.

use serde_json::{Map, Value};

/// Arguments that the person has set, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Presets(Map<String, Value>);

impl Presets {
    /// Sets an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Whether anything is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts the presets that a tool with this schema has into the arguments.
    pub(crate) fn fill(&self, schema: &Map<String, Value>, arguments: &mut Map<String, Value>) {
        let known = schema.get("properties").and_then(Value::as_object);
        for (name, value) in &self.0 {
            if known.is_some_and(|known| known.contains_key(name)) {
                arguments.insert(name.clone(), value.clone());
            }
        }
    }

    /// The schema as the model sees it.
    pub(crate) fn hide(&self, schema: &Map<String, Value>) -> Map<String, Value> {
        let mut schema = schema.clone();
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.retain(|name, _| !self.0.contains_key(name));
        }
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| !name.as_str().is_some_and(|name| self.0.contains_key(name)));
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn what_the_person_sets_is_not_the_models_to_change() {
        let presets = Presets::default().with("source", "sample").with("requirements", json!([{"name": "brief"}]));
        let schema = object(json!({
            "type": "object",
            "properties": {"source": {"type": "string"}, "last": {"type": "string"}},
            "required": ["source"]
        }));
        assert_eq!(
            Value::Object(presets.hide(&schema)),
            json!({"type": "object", "properties": {"last": {"type": "string"}}, "required": []})
        );
        let mut arguments = object(json!({"source": "aws", "last": "7d"}));
        presets.fill(&schema, &mut arguments);
        assert_eq!(
            Value::Object(arguments),
            json!({"source": "sample", "last": "7d"}),
            "and no argument it does not have"
        );
    }
}
