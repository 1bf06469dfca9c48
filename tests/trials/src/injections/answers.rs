//! Where in a tool's answer text of strangers stands: only in fields that the schema marks, and in code spans.

use pulldown_cmark::{Event, Options, Parser};
use serde_json::Value;

/// Looks through an answer for text that `found` recognises; the places where it must not be.
pub(crate) fn out_of_place(result: &Value, schema: &Value, found: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    structured(&result["structuredContent"], schema, schema, "structuredContent", found, &mut places);
    for (index, block) in result["content"].as_array().into_iter().flatten().enumerate() {
        match block["text"].as_str() {
            Some(text) => markdown(text, &format!("content[{index}]"), found, &mut places),
            None => anywhere(block, &format!("content[{index}]"), found, &mut places),
        }
    }
    places
}

/// The structured content, each value beside its schema.
fn structured(
    value: &Value,
    schema: &Value,
    root: &Value,
    path: &str,
    found: &dyn Fn(&str) -> bool,
    places: &mut Vec<String>,
) {
    let schemas = resolved(schema, root);
    let marked = schemas.iter().any(|schema| schema["x-untrusted"] == true);
    match value {
        Value::String(text) if !found(text) => {}
        Value::String(text) if path.ends_with(".markdown") => markdown(text, path, found, places),
        Value::String(_) if marked => {}
        Value::String(_) => places.push(path.to_owned()),
        Value::Array(items) => {
            for item in items {
                let of_items = schemas.iter().map(|schema| &schema["items"]).find(|items| items.is_object());
                structured(item, of_items.unwrap_or(&Value::Null), root, &format!("{path}[]"), found, places);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                if found(key) {
                    places.push(format!("{path}: a key"));
                }
                let of_field = schemas
                    .iter()
                    .map(|schema| &schema["properties"][key])
                    .chain(schemas.iter().map(|schema| &schema["additionalProperties"]))
                    .find(|schema| schema.is_object());
                structured(field, of_field.unwrap_or(&Value::Null), root, &format!("{path}.{key}"), found, places);
            }
        }
        _ => {}
    }
}

/// A schema, what it refers to, and its alternatives.
fn resolved<'a>(schema: &'a Value, root: &'a Value) -> Vec<&'a Value> {
    let mut all = vec![schema];
    let mut at = 0;
    while let Some(schema) = all.get(at).copied() {
        at += 1;
        if let Some(target) = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#')) {
            all.extend(root.pointer(target));
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            all.extend(schema[key].as_array().into_iter().flatten());
        }
        if at > 20 {
            break;
        }
    }
    all
}

/// Text that a person reads: strangers' words in code spans only, and nothing that is active.
fn markdown(text: &str, path: &str, found: &dyn Fn(&str) -> bool, places: &mut Vec<String>) {
    if !found(text) {
        return;
    }
    let mut plain = String::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(words) => plain.push_str(&words),
            Event::Html(html) | Event::InlineHtml(html) => places.push(format!("{path}: HTML {html:.40}")),
            Event::Start(pulldown_cmark::Tag::Link { dest_url, .. }) => {
                places.push(format!("{path}: link {dest_url:.40}"))
            }
            Event::Start(pulldown_cmark::Tag::Image { dest_url, .. }) => {
                places.push(format!("{path}: image {dest_url:.40}"));
            }
            // A code block or span, or the end of something: what follows is apart from what was before.
            _ => plain.push('\n'),
        }
    }
    if found(&plain) {
        places.push(format!("{path}: outside code spans"));
    }
}

fn anywhere(value: &Value, path: &str, found: &dyn Fn(&str) -> bool, places: &mut Vec<String>) {
    if found(&value.to_string()) {
        places.push(path.to_owned());
    }
}
