//! Records whose fields hold anything: the view leaves out what it cannot use, and never fails.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use cloudtrail_log::{Deduplicator, FingerprintKeys, RecordError, Seen, fingerprint, read_event};
use proptest::prelude::*;
use security_model::RawJson;
use serde_json::{Value, json};
use support::{fields, look, record, with};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Into::into),
        Just(json!("")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("[a-zA-Z]{0,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Every place in a value, as a JSON pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, child)| (key.clone(), child)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, child)| (n.to_string(), child)).collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let place = format!("{at}/{key}");
        places(child, &place, found);
        found.push(place);
    }
}

fn places_of_the_record() -> Vec<String> {
    let mut found = Vec::new();
    places(&record(), "", &mut found);
    found
}

proptest! {
    #[test]
    fn any_value_in_any_place_costs_at_most_what_stands_there(
        place in prop::sample::select(places_of_the_record()),
        value in any_json(),
    ) {
        let text = with(&place, value);
        let before = look(&record().to_string(), fields);
        match read_event(&text, fields) {
            Ok(after) => for ((name, before), (_, after)) in before.into_iter().zip(after) {
                let touched = name.starts_with(&place) || place.starts_with(name);
                prop_assert!(touched || before == after, "{} changed with {}", name, place);
            },
            Err(RecordError::NotCloudTrail { .. }) => prop_assert!(["/eventName", "/eventSource"].contains(&place.as_str())),
            Err(error) => prop_assert!(false, "{}", error),
        }
        let again = read_event(&text, |event| {
            let mut deduplicator = Deduplicator::new();
            [deduplicator.check(event), deduplicator.check(event)]
        });
        if let Ok(again) = again {
            let second = if place == "/eventID" { again[1] } else { Seen::Duplicate };
            prop_assert_eq!(again, [Seen::First, second]);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), cut in 0usize..2_000) {
        let _ = read_event(&text, |_| ());
        let whole = record().to_string();
        let start: String = whole.chars().take(cut.min(whole.len() - 1)).collect();
        let refused = matches!(read_event(&start, |_| ()), Err(RecordError::Malformed { .. }));
        prop_assert!(refused, "cut at {}", cut);
    }

    #[test]
    fn a_fingerprint_survives_another_writer(value in any_json()) {
        let keys = FingerprintKeys::random();
        let compact = value.to_string();
        let pretty = serde_json::to_string_pretty(&reversed(&value)).unwrap();
        let escaped: String = pretty.chars().map(|c| if c.is_ascii() { c.to_string() } else { escape(c) }).collect();
        let print = |text: &str| fingerprint(&keys, RawJson::new(text));
        prop_assert!(print(&compact).is_some());
        prop_assert_eq!(print(&compact), print(&pretty));
        prop_assert_eq!(print(&compact), print(&escaped));
    }
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.iter().rev().map(|(k, v)| (k.clone(), reversed(v))).collect()),
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

fn escape(c: char) -> String {
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

#[test]
fn half_a_surrogate_pair_in_a_user_agent_does_not_hide_the_record() {
    let text = with("/userAgent", "MARK").replace("MARK", "curl \\ud800");
    let agent = look(&text, |e| e.user_agent.unwrap().for_matching().to_owned());
    assert!(agent.starts_with("curl \u{fffd}"), "{agent:?}");
    let mut deduplicator = Deduplicator::new();
    assert_eq!(look(&text, |e| deduplicator.check(e)), Seen::First);
    assert_eq!(look(&text, |e| deduplicator.check(e)), Seen::Duplicate);
}

#[test]
fn numbers_and_depths_beyond_reason_cost_only_themselves() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for odd in ["1e400", "-0.0", "123456789012345678901234567890", deep.as_str()] {
        let text = with("/requestParameters", "MARK").replace("\"MARK\"", odd);
        let mut deduplicator = Deduplicator::new();
        assert_eq!(look(&text, |e| e.request_parameters.unwrap().for_matching().to_owned()), odd);
        assert_eq!(look(&text, |e| deduplicator.check(e)), Seen::First);
        assert_eq!(look(&text, |e| deduplicator.check(e)), Seen::Duplicate);
    }
}

#[test]
fn of_repeated_keys_the_last_counts() {
    let text = r#"{"eventName":"A","eventSource":"a","eventName":"B","eventSource":"b"}"#;
    assert_eq!(look(text, |e| e.event_name.for_matching().to_owned() + e.event_source.for_matching()), "Bb");
}

#[test]
fn white_space_and_nul_around_and_in_strings() {
    let padded = format!("\r\n {} \n", record());
    assert_eq!(look(&padded, |e| e.record.for_matching().to_owned()), record().to_string());
    let text = with("/userAgent", "a\0b");
    assert_eq!(look(&text, |e| e.user_agent.unwrap().for_matching().to_owned()), "a\0b");
    assert!(read_event(&text.replace("\\u0000", "\0"), |_| ()).is_err(), "a raw control character is not JSON");
}
