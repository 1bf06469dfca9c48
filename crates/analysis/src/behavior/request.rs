//! What calls ask for: `requestParameters`, read by the few analytics that must.

use serde_json::Value;

use super::Observed;
use super::grants::percent_decoded;
use super::words::last_part;
use crate::identity::Identity;

/// `requestParameters`; null where they were not kept or cannot be read.
pub(super) fn of(o: &Observed<'_>) -> Value {
    o.request.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null)
}

/// A text of it.
pub(super) fn text<'v>(request: &'v Value, name: &str) -> Option<&'v str> {
    request.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// A text of it that is JSON, URL-encoded or not; or the JSON itself.
pub(super) fn json(request: &Value, name: &str) -> Option<Value> {
    match request.get(name)? {
        Value::String(text) => embedded(text),
        Value::Null => None,
        other => Some(other.clone()),
    }
}

/// A text that is JSON, URL-encoded or not.
pub(super) fn embedded(text: &str) -> Option<Value> {
    let text = text.trim();
    if text.starts_with('%') {
        return serde_json::from_str(&percent_decoded(text)).ok();
    }
    if text.starts_with('{') { serde_json::from_str(text).ok() } else { None }
}

/// The items of CloudTrail's `{"items": [...]}`, or of an array.
pub(super) fn items<'v>(request: &'v Value, name: &str) -> &'v [Value] {
    let value = request.get(name);
    let items = value.and_then(|value| value.get("items")).or(value);
    items.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The identity that made the call: the last of the chain.
pub(super) fn actor<'o>(o: &Observed<'o>) -> &'o Identity {
    o.chain.links.last().map_or(&o.chain.first, |link| &link.who)
}

/// The name of the user or role that made the call, without path.
pub(super) fn actor_name<'o>(o: &Observed<'o>) -> &'o str {
    let name = if o.issuer.is_empty() { actor(o).name.untrusted().for_matching() } else { o.issuer };
    last_part(name)
}
