//! Changing JSON objects without indexing.

use serde_json::Value;

/// Sets a member of an object; any other value stays as it is.
pub(crate) fn set_member(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value.into());
    }
}
