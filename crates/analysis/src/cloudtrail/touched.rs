//! What a call is about: the resources that its record lists, and what its request names.
//!
//! A request names by parameters whose names end in `name`, `id`, `arn` or `identifier`, or their plurals, at any depth.

use security_model::EventView;
use serde_json::Value as Json;

/// Longest part of a record that is read for this, in bytes.
const LONGEST_PART: usize = 64 << 10;
/// Most names of one event, and the longest; S3 keys have up to 1,024 bytes.
const MOST: usize = 256;
const LONGEST_NAME: usize = 1_024;

/// What separates names where several are kept as one text; no name has it.
pub(super) const SEPARATOR: &str = "\0";

/// The names, each once, those of the record's `resources` first.
pub(super) fn of(event: &EventView<'_>) -> Vec<String> {
    let mut names = Vec::new();
    if event.record.for_matching().contains("\"resources\"") {
        read_resources(event, &mut names);
    }
    let request = event.request_parameters.map(security_model::RawJson::for_matching);
    if let Some(text) = request.filter(|text| text.len() > 2 && text.len() <= LONGEST_PART)
        && let Ok(request) = serde_json::from_str(text)
    {
        walk("", &request, &mut names);
    }
    names
}

fn read_resources(event: &EventView<'_>, names: &mut Vec<String>) {
    crate::identity::json::members(event.record.for_matching(), |key, value| {
        if key == "resources"
            && value.len() <= LONGEST_PART
            && let Ok(Json::Array(resources)) = serde_json::from_str(value)
        {
            for arn in resources.iter().filter_map(|resource| resource.get("ARN")?.as_str()) {
                add(arn, names);
            }
        }
    });
}

fn walk(key: &str, value: &Json, names: &mut Vec<String>) {
    match value {
        Json::Object(members) => {
            for (name, member) in members {
                // EC2 writes lists as objects with `content` and `items`: what they name is the member above them.
                let key = if matches!(name.as_str(), "content" | "items" | "tag") { key } else { name };
                walk(key, member, names);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| walk(key, item, names)),
        Json::String(text) if is_naming(key) => add(text, names),
        _ => {}
    }
}

fn is_naming(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let key = key.strip_suffix('s').unwrap_or(&key);
    ["name", "id", "arn", "identifier"].iter().any(|ending| key.ends_with(ending))
}

fn add(name: &str, names: &mut Vec<String>) {
    let fits = !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains(SEPARATOR);
    if fits && names.len() < MOST && !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}
