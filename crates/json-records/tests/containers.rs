//! Every container, plain and compressed, gives the same records.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use proptest::prelude::*;
use support::{Drip, Run, gzip, gzip_members, run};

const A: &str = r#"{"id":"a","s":"} ] \" { [ \\","n":{"Records":[{"x":1}]}}"#;
const B: &str = r#"{"id":"b","list":[[],{},{"k":[1,2.5e3,true,null]}]}"#;
const C: &str = "{\"id\":\"ç😀\\ud83d\"}";

/// Containers that hold A, B and C in this order.
fn containers() -> Vec<(&'static str, String)> {
    vec![
        ("envelope", format!("{{\"Records\":[{A},{B},{C}]}}")),
        ("envelope, padded", format!(" \r\n{{ \"Records\" : [ {A} , {B} ,\r\n {C} ] }} \r\n\n")),
        (
            "envelope last",
            format!("{{\"a\":{{\"Records\":[1]}},\"b\":[2],\"c\":\"Records\",\"Records\":[{A},{B},{C}]}}"),
        ),
        ("envelope first", format!("{{\"Records\":[{A},{B},{C}],\"NextToken\":\"}}]\",\"x\":[{{\"y\":[]}}]}}")),
        ("two envelopes", format!("{{\"Events\":[{A}],\"n\":1,\"Records\":[{B},{C}]}}")),
        ("envelopes in a row", format!("{{\"Records\":[{A}]}}{{\"Records\":[]}}\n{{\"Records\":[{B},{C}]}}")),
        ("envelope per line", format!("{{\"Records\":[{A}]}}\n{{\"Records\":[{B}]}}\n{{\"Records\":[{C}]}}\n")),
        ("array of envelopes", format!("[{{\"Records\":[{A},{B}]}},{{\"Records\":[{C}]}}]")),
        ("envelope, one per line", format!("{{\"Records\":[\n{A},\n{B},\n{C}\n]}}")),
        ("array", format!("[{A},{B},{C}]")),
        ("arrays", format!("[{A}][]\n[{B},{C}]")),
        ("array, one per line", format!("[\n{A},\n{B},\n{C}\n]\n")),
        ("array, comma first", format!("[ {A}\n, {B}\n, {C}\n]\n")),
        ("lines", format!("{A}\n{B}\n{C}\n")),
        ("lines without the last break", format!("{A}\n{B}\n{C}")),
        ("CRLF lines", format!("{A}\r\n\r\n{B}\r\n{C}\r\n")),
        ("lines with BOM", format!("\u{feff}{A}\n{B}\n{C}\n")),
        ("concatenated files with BOM", format!("\u{feff}{A}\n\u{feff}{B}\n\u{feff}[{C}]")),
        ("concatenated", format!("{A}{B}{C}")),
        ("concatenated with commas", format!("{A},{B},\n{C},")),
        ("mixed", format!("{A} [{B}]\n{{\"Findings\":[{C}]}}")),
    ]
}

#[test]
fn every_container_gives_the_same_records_plain_and_compressed() {
    for (name, text) in containers() {
        let bytes = text.as_bytes();
        assert_eq!(run(bytes).clean(), [A, B, C], "{name}");
        assert_eq!(run(gzip(bytes).as_slice()).clean(), [A, B, C], "{name}, gzip");
        assert_eq!(run(gzip_members(bytes).as_slice()).clean(), [A, B, C], "{name}, two members");
    }
}

#[test]
fn pretty_printed_containers_keep_every_record() {
    let records: Vec<serde_json::Value> = [A, B].iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let one_by_one: String = records.iter().map(|r| serde_json::to_string_pretty(r).unwrap() + "\n").collect();
    let array = serde_json::to_string_pretty(&records).unwrap();
    let envelope = serde_json::to_string_pretty(&serde_json::json!({"Aside": [{}], "Records": records})).unwrap();
    for text in [one_by_one, array, envelope] {
        // Some printers do not indent at all: then inner objects start a line, too.
        let flat: String = text.lines().map(|line| line.trim_start().to_owned() + "\n").collect();
        for text in [text, flat] {
            let run = run(text.as_bytes());
            let read: Vec<serde_json::Value> = run.clean().iter().map(|t| serde_json::from_str(t).unwrap()).collect();
            assert_eq!(read, records, "{text}");
        }
    }
}

#[test]
fn a_record_knows_its_envelope_and_place() {
    let read = run(br#"{"Events":[{}],"Records":[1]} {"x":1}[{}]"#.as_slice());
    assert_eq!(read.envelopes, [Some("Events"), Some("Records"), None, None]);
    let mut reader =
        json_records::RecordReader::new(b" [ {}, {}]".as_slice(), support::ENVELOPES, json_records::Limits::default());
    let first = reader.next_record().unwrap().unwrap();
    assert_eq!((first.index, first.offset), (0, 3));
    let second = reader.next_record().unwrap().unwrap();
    assert_eq!((second.index, second.offset), (1, 7));
}

#[test]
fn containers_without_records_hold_none() {
    for text in ["", " \r\n", "\u{feff}", "[]", "[ ]\n", r#"{"Records":[]}"#, r#"{"Records":null}"#] {
        for bytes in [text.as_bytes().to_vec(), gzip(text.as_bytes())] {
            let read = run(bytes.as_slice());
            assert!(read.clean().is_empty(), "{text}");
            assert!(read.looks_like_json, "{text}");
        }
    }
}

#[test]
fn an_answer_without_records_holds_none() {
    for text in [
        r#"{"NextToken":null,"Events":[]}"#,
        r#"{"Events" : [ ] , "NextToken":"abc"}"#,
        r#"{"Findings":[],"ResponseMetadata":{"RequestId":"x","HTTPHeaders":{"a":"b"}}}"#,
        r#"{"$metadata":{"attempts":1},"Findings":[],"nextToken":"x"}"#,
        r#"{"Events":[],"Records":null,"Findings":[ ]}"#,
        r#"[{"Records":[]},{"Records":null}]"#,
        "{\n  \"Records\": [\n  ]\n}\n{\"Records\":[]}\n",
    ] {
        assert!(run(text.as_bytes()).clean().is_empty(), "{text}");
    }
}

#[test]
fn a_record_with_an_empty_key_of_an_envelopes_name_is_not_lost() {
    for text in [
        r#"{"eventID":"1","Events":[]}"#,
        r#"{"Events":[ ],"eventID":"1"}"#,
        r#"{"eventID":"1","Records" : null , "z":[1]}"#,
        r#"{"Records":[],"Events":null,"detail":{"Findings":[1]}}"#,
        r#"{"Records":[],"NextToken":"x","Events":{"a":1}}"#,
        r#"{"eventID":"1","Events":[}"#,
    ] {
        assert_eq!(run(text.as_bytes()).clean(), [text]);
        assert_eq!(run(format!("[{text},{A}]").as_bytes()).clean(), [text, A]);
        assert_eq!(run(format!("{text}\n{{\"Records\":[{A}]}}\n").as_bytes()).clean(), [text, A]);
    }
    let read = run(format!(r#"{{"x":1,"Events":[],"Records":[{A}],"y":2}}"#).as_bytes());
    assert_eq!(read.clean(), [A], "one element makes a container of it");
}

#[test]
fn an_object_whose_envelope_key_holds_no_array_is_a_record() {
    for text in [r#"{"Records":{"a":[1]}}"#, r#"{"Records":"[]"}"#, r#"{"x":"Records","y":[{}]}"#, "{}"] {
        assert_eq!(run(text.as_bytes()).clean(), [text]);
    }
}

#[test]
fn elements_of_any_type_are_records() {
    let read = run(br#"{"Records":[1,"a,]b",null,{"x":1},[2,[3]],true, -4.5e6 ,{}]}"#.as_slice());
    assert_eq!(read.clean(), ["1", r#""a,]b""#, "null", r#"{"x":1}"#, "[2,[3]]", "true", "-4.5e6", "{}"]);
}

#[test]
fn a_bad_record_with_balanced_brackets_leaves_its_neighbours_alone() {
    let read = run(br#"[{"a":1},{"a":nope,,'x'},{"a":[1},{"b":2}]"#.as_slice());
    assert_eq!(read.clean(), [r#"{"a":1}"#, r#"{"a":nope,,'x'}"#, r#"{"a":[1}"#, r#"{"b":2}"#]);
}

#[test]
fn nul_bytes_and_lone_surrogates_are_the_readers_business() {
    let text = "{\"a\":\"\0\"}\n{\"b\":\"\\ud800\"}\n{\"c\":\"\\u0000\"}\n";
    assert_eq!(run(text.as_bytes()).clean(), text.lines().collect::<Vec<_>>());
}

#[test]
fn what_does_not_start_as_json_is_not_read_any_further() {
    struct Photo(usize);
    impl std::io::Read for Photo {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            assert!(self.0 < 8, "a photo must not be read to its end");
            buffer.fill(0xd8);
            buffer[0] = 0xff;
            Ok(buffer.len())
        }
    }
    let read = run(Photo(0));
    assert_eq!((read.records.len(), read.damage, read.looks_like_json), (0, None, false));
    for text in ["hello", "\u{feff}name,id\n", "\"{}\"", "<html>{}", "%PDF-1.7", ",{}"] {
        let read = run(text.as_bytes());
        assert_eq!((read.records.len(), read.looks_like_json), (0, false), "{text}");
        assert!(!run(gzip(text.as_bytes()).as_slice()).looks_like_json, "{text}, gzip");
    }
}

fn json_like() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just("\"".to_owned()),
        Just("\n".to_owned()),
        Just("\n{".to_owned()),
        Just(",".to_owned()),
        Just(":".to_owned()),
        Just("\\".to_owned()),
        Just("\"Records\":[".to_owned()),
        Just("\"Events\":null".to_owned()),
        Just(A.to_owned()),
        Just(format!("{B}\n")),
        Just(format!("{C}\n")),
        Just("{\"a\":[{},\n".to_owned()),
        Just("\u{feff}".to_owned()),
        Just(" nul ".to_owned()),
        "[ -~]{0,3}",
    ];
    let start = prop_oneof![Just("{"), Just("["), Just(""), Just("{\"Records\":[\n")];
    (start, prop::collection::vec(piece, 0..40)).prop_map(|(start, pieces)| [start, &pieces.concat()].concat().into())
}

fn dripped(bytes: &[u8], chunk: usize) -> Run {
    run(Drip::new(bytes, chunk))
}

proptest! {
    #[test]
    fn the_size_of_reads_makes_no_difference(bytes in json_like(), chunk in 1usize..50) {
        let whole = run(bytes.as_slice());
        prop_assert_eq!(&dripped(&bytes, chunk), &whole);
        let packed = gzip_members(&bytes);
        prop_assert_eq!(&dripped(&packed, chunk), &whole);
    }

    #[test]
    fn any_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = bytes;
        run(bytes.as_slice());
        bytes.insert(0, b'[');
        run(bytes.as_slice());
    }

    #[test]
    fn valid_json_is_never_broken_up(
        records in prop::collection::vec(arbitrary_object(), 0..6),
        style in 0..6,
    ) {
        let pretty = |value| serde_json::to_string_pretty(value).unwrap();
        let text = match style {
            0 => serde_json::to_string(&records).unwrap(),
            1 => serde_json::to_string_pretty(&records).unwrap(),
            2 => records.iter().map(|r| r.to_string() + "\n").collect(),
            3 => records.iter().map(|r| pretty(r) + "\n").collect(),
            4 => pretty(&serde_json::json!({"Records": records})),
            _ => records.iter().map(ToString::to_string).collect(),
        };
        let run = run(text.as_bytes());
        let read: Vec<serde_json::Value> = run.clean().iter().map(|t| serde_json::from_str(t).unwrap()).collect();
        prop_assert_eq!(read, records);
    }
}

fn arbitrary_object() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    let value = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::btree_map("[a-z]{1,4}", value, 0..5)
        .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
}
