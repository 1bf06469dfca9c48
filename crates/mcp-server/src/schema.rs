//! Makes generated JSON schemas portable: strict clients reject or complain about what schemars writes by default.
//!
//! - `format: uint64` and its kin are no JSON Schema formats (two TypeScript clients print a warning for each);
//! - `type: ["string", "null"]` is lost by converters to other vendors' schemas, so a nullable is an `anyOf`, and an
//!   optional argument is simply not required;
//! - `$schema` and `title` only cost a model's context;
//! - a definition that is used once costs more than it saves, so it stands where it is used.

use std::collections::BTreeMap;
use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// The schema of a tool's arguments.
#[must_use]
pub fn input<T: JsonSchema>() -> Arc<JsonObject> {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    finish(settings.for_deserialize().into_generator().into_root_schema_for::<T>(), Direction::Input)
}

/// The schema of a tool's structured content. Field documentation stays in the docs, not in every model's context.
#[must_use]
pub fn output<T: JsonSchema>() -> Arc<JsonObject> {
    let settings = SchemaSettings::draft2020_12();
    finish(settings.for_serialize().into_generator().into_root_schema_for::<T>(), Direction::Output)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Input,
    Output,
}

fn finish(schema: Schema, direction: Direction) -> Arc<JsonObject> {
    let mut value = schema.to_value();
    clean(&mut value, direction);
    inline_single_uses(&mut value);
    if direction == Direction::Output {
        relax_rows(&mut value);
    }
    share_nullable_text(&mut value);
    match value {
        Value::Object(mut object) => {
            object.remove("description");
            Arc::new(object)
        }
        // A boolean schema: no type of ours derives one, and an empty object means the same.
        _ => Arc::new(Map::new()),
    }
}

fn clean(value: &mut Value, direction: Direction) {
    match value {
        Value::Object(object) => clean_object(object, direction),
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, direction)),
        _ => {}
    }
}

fn clean_object(object: &mut Map<String, Value>, direction: Direction) {
    object.remove("$schema");
    object.remove("format");
    object.remove("title");
    if object.get("minimum").is_some_and(|least| least == 0) {
        object.remove("minimum");
    }
    if direction == Direction::Output {
        object.remove("description");
    }
    if object.get("default").is_some_and(is_empty) {
        object.remove("default");
    }
    collapse_titled_constants(object);
    nullable(object, direction);
    let required: Vec<String> = object
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    for (key, child) in object.iter_mut() {
        match key.as_str() {
            "properties" => {
                if let Value::Object(fields) = child {
                    for (name, schema) in fields {
                        clean(schema, direction);
                        if let Value::Object(schema) = schema
                            && !required.contains(name)
                        {
                            // A field that may be missing is missing rather than null.
                            drop_null_alternative(schema);
                        }
                    }
                }
            }
            // The keys are names of ours, not keywords.
            "$defs" => {
                if let Value::Object(named) = child {
                    named.values_mut().for_each(|schema| clean(schema, direction));
                }
            }
            "default" | "enum" | "const" | "required" => {}
            _ => clean(child, direction),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// An enum whose variants are documented comes as `oneOf` of constants; a plain `enum` says the same in less.
fn collapse_titled_constants(object: &mut Map<String, Value>) {
    let Some(Value::Array(variants)) = object.get("oneOf") else { return };
    let names: Option<Vec<Value>> =
        variants.iter().map(|variant| variant.get("const").filter(|name| name.is_string()).cloned()).collect();
    if let Some(names) = names {
        object.remove("oneOf");
        object.insert("type".to_owned(), json!("string"));
        object.insert("enum".to_owned(), Value::Array(names));
    }
}

fn nullable(object: &mut Map<String, Value>, direction: Direction) {
    let types = match object.get("type") {
        Some(Value::Array(types)) if types.iter().any(|kind| kind == "null") => types.clone(),
        _ => return,
    };
    let Some(kind) = types.into_iter().find(|kind| kind != "null") else { return };
    object.insert("type".to_owned(), kind);
    if direction == Direction::Output {
        let inner = Value::Object(std::mem::take(object));
        object.insert("anyOf".to_owned(), json!([inner, { "type": "null" }]));
    }
}

fn drop_null_alternative(object: &mut Map<String, Value>) {
    let Some(Value::Array(alternatives)) = object.get("anyOf") else { return };
    let mut kept: Vec<Value> = alternatives.iter().filter(|schema| schema["type"] != "null").cloned().collect();
    if kept.len() == 1
        && let Some(Value::Object(only)) = kept.pop()
    {
        object.remove("anyOf");
        object.extend(only);
    }
}

const DEFINITIONS: &str = "#/$defs/";

/// Puts definitions with one use in the place of that use. Ours are not recursive, so this ends.
fn inline_single_uses(root: &mut Value) {
    let Some(Value::Object(mut definitions)) = root.as_object_mut().and_then(|root| root.remove("$defs")) else {
        return;
    };
    loop {
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        count_uses(root, &mut uses);
        definitions.values().for_each(|definition| count_uses(definition, &mut uses));
        let Some(name) = definitions.keys().find(|name| uses.get(*name).copied().unwrap_or(0) <= 1).cloned() else {
            break;
        };
        if let Some(definition) = definitions.remove(&name) {
            replace_use(root, &name, &definition);
            definitions.values_mut().for_each(|other| replace_use(other, &name, &definition));
        }
    }
    if let Some(root) = root.as_object_mut().filter(|_| !definitions.is_empty()) {
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
}

fn count_uses(value: &Value, uses: &mut BTreeMap<String, usize>) {
    match value {
        Value::Object(object) => {
            if let Some(name) =
                object.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix(DEFINITIONS))
            {
                *uses.entry(name.to_owned()).or_default() += 1;
            }
            object.values().for_each(|child| count_uses(child, uses));
        }
        Value::Array(items) => items.iter().for_each(|item| count_uses(item, uses)),
        _ => {}
    }
}

fn replace_use(value: &mut Value, name: &str, definition: &Value) {
    let is_use =
        value.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix(DEFINITIONS)) == Some(name);
    if is_use {
        *value = definition.clone();
        return;
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(|child| replace_use(child, name, definition)),
        Value::Array(items) => items.iter_mut().for_each(|item| replace_use(item, name, definition)),
        _ => {}
    }
}

/// Rows of lists name their fields without requiring each: the catalogue is read by a model in every session, and a
/// validator still checks the types.
fn relax_rows(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(Value::Object(row)) = object.get_mut("items") {
                row.remove("required");
            }
            object.values_mut().for_each(relax_rows);
        }
        Value::Array(items) => items.iter_mut().for_each(relax_rows),
        _ => {}
    }
}

/// "A text from a record, or null" stands in most answers many times; it gets a definition of its own.
fn share_nullable_text(root: &mut Value) {
    let nullable = json!({ "anyOf": [{ "$ref": "#/$defs/Text" }, { "type": "null" }] });
    if replace_equal(root, &nullable, &json!({ "$ref": "#/$defs/MaybeText" })) > 0
        && let Some(definitions) = root.pointer_mut("/$defs").and_then(Value::as_object_mut)
    {
        definitions.insert("MaybeText".to_owned(), nullable);
    }
}

fn replace_equal(value: &mut Value, wanted: &Value, by: &Value) -> usize {
    if value == wanted {
        *value = by.clone();
        return 1;
    }
    match value {
        Value::Object(object) => object.values_mut().map(|child| replace_equal(child, wanted, by)).sum(),
        Value::Array(items) => items.iter_mut().map(|item| replace_equal(item, wanted, by)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(value: &Value, visit: &mut impl FnMut(&Map<String, Value>)) {
        match value {
            Value::Object(object) => {
                visit(object);
                object.values().for_each(|child| walk(child, visit));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
            _ => {}
        }
    }

    #[test]
    fn schemas_hold_nothing_that_strict_clients_refuse() {
        let schemas = [
            input::<crate::arguments::SecurityHubArguments>(),
            input::<crate::arguments::CloudTrailArguments>(),
            input::<crate::arguments::EvidenceArguments>(),
            output::<crate::answer::SecurityHubAnswer>(),
            output::<crate::answer::CloudTrailAnswer>(),
            output::<crate::answer::EvidenceAnswer>(),
        ];
        for schema in schemas {
            assert_eq!(schema["type"], "object");
            walk(&Value::Object((*schema).clone()), &mut |object| {
                assert!(object.get("format").is_none_or(|format| !format.is_string()), "{object:?}");
                assert!(object.get("type").is_none_or(|kind| !kind.is_array()), "{object:?}");
            });
        }
    }

    #[test]
    fn untrusted_fields_keep_their_mark() {
        let text = serde_json::to_string(&*output::<crate::answer::CloudTrailAnswer>()).unwrap();
        assert!(text.contains("x-untrusted"));
    }
}
