//! Tool schemas as Nova models take them: at the top only `type`, `properties` and `required`, and no references.
//! Anything more can make the model ignore the tool.
//!
//! Source: Amazon Nova user guide, tool use troubleshooting, read 2026-11-21.

use serde_json::{Map, Value, json};

/// Most values that references may unfold into: a schema that doubles with every reference must not fill the memory.
const MAX_VALUES: usize = 20_000;

/// Rewrites the JSON Schema of a tool for a Nova model. References within the schema are written out; one that leads
/// back into itself, or nowhere, allows any value.
///
/// ```
/// use chat_model::nova_schema;
/// use serde_json::json;
///
/// let schema = nova_schema(&json!({
///     "$schema": "https://json-schema.org/draft/2020-12/schema",
///     "title": "Look",
///     "properties": {"days": {"$ref": "#/$defs/Days"}},
///     "$defs": {"Days": {"type": "integer"}}
/// }));
/// assert_eq!(schema, json!({"type": "object", "properties": {"days": {"type": "integer"}}}));
/// ```
#[must_use]
pub fn nova_schema(schema: &Value) -> Value {
    let mut inliner = Inliner { root: schema, unfolding: Vec::new(), left: MAX_VALUES };
    let mut flat = match inliner.inline(schema) {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let properties = flat.remove("properties").filter(Value::is_object).unwrap_or_else(|| json!({}));
    let mut kept = Map::from_iter([("type".to_owned(), json!("object")), ("properties".to_owned(), properties)]);
    if let Some(required) = flat.remove("required").filter(Value::is_array) {
        kept.insert("required".to_owned(), required);
    }
    Value::Object(kept)
}

struct Inliner<'a> {
    root: &'a Value,
    /// References being written out, outermost first.
    unfolding: Vec<&'a str>,
    left: usize,
}

impl<'a> Inliner<'a> {
    fn inline(&mut self, value: &'a Value) -> Value {
        let Some(left) = self.left.checked_sub(1) else { return json!({}) };
        self.left = left;
        match value {
            Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
                Some(reference) => self.follow(reference, members),
                None => Value::Object(self.members(members)),
            },
            Value::Array(items) => items.iter().map(|item| self.inline(item)).collect(),
            plain => plain.clone(),
        }
    }

    fn members(&mut self, members: &'a Map<String, Value>) -> Map<String, Value> {
        let kept = members.iter().filter(|(name, _)| !matches!(name.as_str(), "$schema" | "$id" | "$defs" | "$ref"));
        kept.map(|(name, value)| (name.clone(), self.inline(value))).collect()
    }

    /// What stands beside a reference, e.g. a description, outranks what it leads to.
    fn follow(&mut self, reference: &'a str, beside: &'a Map<String, Value>) -> Value {
        let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        let mut written_out = match target {
            Some(target) if !self.unfolding.contains(&reference) => {
                self.unfolding.push(reference);
                let inlined = self.inline(target);
                self.unfolding.pop();
                inlined
            }
            _ => json!({}),
        };
        let beside = self.members(beside);
        if let Value::Object(members) = &mut written_out {
            members.extend(beside);
        }
        written_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_keeps_three_members() {
        let schema = json!({
            "$schema": "x", "title": "T", "description": "d", "additionalProperties": false, "type": "object",
            "properties": {"a": {"type": "string", "description": "kept"}}, "required": ["a"]
        });
        let expected = json!({
            "type": "object", "properties": {"a": {"type": "string", "description": "kept"}}, "required": ["a"]
        });
        assert_eq!(nova_schema(&schema), expected);
        assert_eq!(nova_schema(&json!(true)), json!({"type": "object", "properties": {}}));
    }

    #[test]
    fn references_are_written_out_with_what_stands_beside_them() {
        let schema = json!({
            "properties": {"list": {"type": "array", "items": {"$ref": "#/$defs/Item", "description": "mine"}}},
            "$defs": {"Item": {"description": "theirs", "properties": {"n": {"$ref": "#/$defs/N"}}}, "N": {"type": "integer"}}
        });
        let item = json!({"description": "mine", "properties": {"n": {"type": "integer"}}});
        let expected = json!({"type": "object", "properties": {"list": {"type": "array", "items": item}}});
        assert_eq!(nova_schema(&schema), expected);
    }

    #[test]
    fn a_reference_into_itself_or_nowhere_ends() {
        let schema = json!({
            "properties": {"tree": {"$ref": "#/$defs/Tree"}, "lost": {"$ref": "#/$defs/Lost"}, "far": {"$ref": "https://example.com"}},
            "$defs": {"Tree": {"type": "object", "properties": {"child": {"$ref": "#/$defs/Tree"}}}}
        });
        let expected = json!({"type": "object", "properties": {
            "tree": {"type": "object", "properties": {"child": {}}}, "lost": {}, "far": {}
        }});
        assert_eq!(nova_schema(&schema), expected);
    }

    #[test]
    fn a_schema_that_doubles_with_every_reference_stays_bounded() {
        let mut definitions = Map::new();
        for n in 0..40 {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            definitions.insert(format!("d{n}"), json!({"properties": {"a": next.clone(), "b": next}}));
        }
        let schema = json!({"properties": {"top": {"$ref": "#/$defs/d0"}}, "$defs": definitions});
        assert!(nova_schema(&schema).to_string().len() < 1 << 20);
    }
}
