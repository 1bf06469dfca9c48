//! Canonical JSON, and hashes over it.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

pub(super) fn hash(value: &Value) -> String {
    let mut hasher = Hasher(Sha256::new());
    hasher.value(value);
    hasher.finish()
}

/// The hash of an object without one of its members.
pub(super) fn hash_members(members: &Map<String, Value>, without: &str) -> String {
    let mut hasher = Hasher(Sha256::new());
    hasher.members(members.iter().filter(|(name, _)| *name != without));
    hasher.finish()
}

pub(super) fn hash_bytes(bytes: &[u8]) -> String {
    let mut hasher = Hasher(Sha256::new());
    hasher.0.update(bytes);
    hasher.finish()
}

/// Writes canonical JSON into a hash.
struct Hasher(Sha256);

impl Hasher {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(items) => {
                self.0.update(b"[");
                for (index, item) in items.iter().enumerate() {
                    self.comma(index);
                    self.value(item);
                }
                self.0.update(b"]");
            }
            Value::Object(members) => self.members(members.iter()),
            scalar => self.0.update(scalar.to_string()),
        }
    }

    /// The map may keep its members in the order they came.
    fn members<'v>(&mut self, members: impl Iterator<Item = (&'v String, &'v Value)>) {
        let mut sorted: Vec<_> = members.collect();
        sorted.sort_unstable_by_key(|(name, _)| *name);
        self.0.update(b"{");
        for (index, (name, value)) in sorted.into_iter().enumerate() {
            self.comma(index);
            self.0.update(Value::from(name.as_str()).to_string());
            self.0.update(b":");
            self.value(value);
        }
        self.0.update(b"}");
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.0.update(b",");
        }
    }

    fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_members_does_not_matter() {
        // printf '{"a":[1,"x\\n"],"b":{"c":null}}' | sha256sum
        let expected = "fd749ee899ce8a090ecd220a1803c724fcba8461202a947f8112f8184e3c364b";
        let hashed = hash(&json!({"b": {"c": null}, "a": [1, "x\n"]}));
        assert_eq!(hashed, expected);
        let members = json!({"z": 1, "b": {"c": null}, "a": [1, "x\n"]});
        assert_eq!(hash_members(members.as_object().unwrap(), "z"), expected);
    }
}
