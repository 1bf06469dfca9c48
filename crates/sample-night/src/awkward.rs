//! What is legal in a log and still trips readers: records delivered twice, absent ids, other spellings of a time.

use serde_json::{Map, Value, json};

use crate::rng::Rng;

type Entry = (i64, Map<String, Value>);

/// Spoils a few ordinary records. Those that `is_story` names stay as they are, but may be delivered twice.
pub(crate) fn spoil(entries: &mut Vec<Entry>, rng: &mut Rng, is_story: impl Fn(&str) -> bool) {
    let mut ordinary: Vec<&mut Map<String, Value>> = entries
        .iter_mut()
        .map(|(_, record)| record)
        .filter(|record| !is_story(record.get("eventID").and_then(Value::as_str).unwrap_or_default()))
        .collect();
    rng.shuffle(&mut ordinary);
    let mut ordinary = ordinary.into_iter();
    if let Some(record) = ordinary.next() {
        record.remove("eventID");
    }
    for record in ordinary.by_ref().take(3) {
        let offset = record.get("eventTime").and_then(Value::as_str).map(|time| time.replace('Z', "+00:00"));
        record.insert("eventTime".to_owned(), json!(offset));
    }
    if let Some(record) = ordinary.find(|record| record.get("eventType") == Some(&json!("AwsServiceEvent"))) {
        record.remove("readOnly");
    }
    deliver_some_twice(entries, rng);
}

/// S3 delivery is at least once: about one record in a hundred arrives again.
fn deliver_some_twice(entries: &mut Vec<Entry>, rng: &mut Rng) {
    let again: Vec<Entry> = entries
        .iter()
        .filter(|(_, record)| record.contains_key("eventID"))
        .filter(|_| rng.below(100) == 0)
        .cloned()
        .collect();
    entries.extend(again);
    entries.sort_by_key(|(time, _)| *time);
}
