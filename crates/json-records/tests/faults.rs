//! Broken, cut, oversized and hostile inputs: the records around the damage survive, and memory does not grow.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test fails by panicking")]

mod support;

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use json_records::{Damage, DamageKind, Limits, RecordFault};
use proptest::prelude::*;
use support::{gzip, gzip_members, run, run_within};

fn truncated(index: u64, offset: u64) -> RecordFault {
    RecordFault::Truncated { index, offset }
}

#[test]
fn no_complete_record_is_lost_wherever_the_text_is_cut() {
    let records = [r#"{"id":1,"a":["x\"",{}]}"#, r#"{"id":2}"#, r#"{"id":3,"é":"ü"}"#];
    let containers = [
        format!("{{\"x\":[1],\"Records\":[{}],\"y\":\"z\"}}", records.join(",")),
        format!("[{}]", records.join(", ")),
        records.join("\n"),
        records.concat(),
        format!("{{\n  \"Records\": [\n    {}\n  ]\n}}\n", records.join(",\n    ")),
    ];
    for text in containers {
        let ends: Vec<usize> = records.iter().map(|record| text.find(record).unwrap() + record.len()).collect();
        for cut in 0..=text.len() {
            let complete = ends.iter().filter(|end| **end <= cut).count();
            let plain = run(&text.as_bytes()[..cut]);
            assert_eq!(plain.texts(), records[..complete], "cut at {cut} of {text}");
            assert!(plain.faults().len() <= 1, "cut at {cut} of {text}: {:?}", plain.faults());
            if !plain.faults().is_empty() {
                assert_eq!(plain.damage.unwrap().kind, DamageKind::TruncatedJson, "cut at {cut} of {text}");
            }
        }
    }
}

#[test]
fn objects_inside_a_cut_record_are_not_taken_for_records() {
    let inner = "{\n  \"id\": 1,\n  \"list\": [\n    {\n      \"x\": 1\n    },\n    {\n      \"x\": 2\n    }\n  ]\n}";
    let flat: String = inner.lines().map(|line| line.trim_start().to_owned() + "\n").collect();
    for (start, record) in [("", inner), ("[", inner), ("{\"Records\":[", inner), ("", &flat), ("[\n", &flat)] {
        for cut in 1..record.trim_end().len() {
            let text = [start, &record[..cut]].concat();
            let read = run(text.as_bytes());
            assert_eq!((read.texts().len(), read.faults().len()), (0, 1), "{text}");
        }
    }
}

#[test]
fn a_gzip_cut_anywhere_never_panics_and_says_so() {
    let text = (0..50).map(|n| format!("{{\"id\":{n},\"v\":\"{}\"}}\n", n * 7919)).collect::<String>();
    let lines: Vec<&str> = text.lines().collect();
    for bytes in [gzip(text.as_bytes()), gzip_members(text.as_bytes())] {
        let end_of_first_member = gzip(&text.as_bytes()[..text.len() / 2]).len();
        for cut in 0..bytes.len() {
            let read = run(&bytes[..cut]);
            let texts = read.texts();
            assert_eq!(texts, lines[..texts.len()], "cut at {cut}");
            let whole_so_far = cut == 0 || (cut == end_of_first_member && bytes.len() > end_of_first_member * 3 / 2);
            match (cut, read.damage.map(|damage| damage.kind)) {
                // A lone first byte of the magic number is no gzip yet.
                (1, None) => assert!(!read.looks_like_json),
                (_, Some(kind)) => assert!(
                    kind == DamageKind::TruncatedGzip || (whole_so_far && kind == DamageKind::TruncatedJson),
                    "cut at {cut}: {kind}"
                ),
                (_, None) => assert!(whole_so_far, "cut at {cut}"),
            }
        }
    }
}

#[test]
fn records_before_a_corrupt_block_are_kept() {
    let text: String = (0..20_000).map(|n| format!("{{\"id\":{n},\"v\":{}}}\n", n * 7919 % 100_003)).collect();
    let mut bytes = gzip(text.as_bytes());
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xff);
    let read = run(bytes.as_slice());
    assert_eq!(read.damage.unwrap().kind, DamageKind::CorruptGzip);
    assert!(read.texts().len() > 1_000, "{}", read.texts().len());
    assert!(read.texts().iter().zip(text.lines()).take(1_000).all(|(read, line)| *read == line));
}

#[test]
fn a_wrong_checksum_and_trailing_bytes_are_declared() {
    let mut bytes = gzip(b"{\"a\":1}\n");
    let checksum = bytes.len() - 8;
    bytes[checksum] ^= 1;
    let read = run(bytes.as_slice());
    assert_eq!((read.texts(), read.damage.unwrap().kind), (vec!["{\"a\":1}"], DamageKind::CorruptGzip));

    let read = run([gzip(b"{\"a\":1}\n"), b"junk".to_vec()].concat().as_slice());
    assert_eq!(read.texts(), ["{\"a\":1}"]);
    assert_eq!(read.damage, Some(Damage { kind: DamageKind::TrailingBytes, offset: 8 }));
}

#[test]
fn an_unfinished_line_is_one_fault_and_the_next_line_is_read() {
    let cuts =
        [r#"{"id":2,"a":"#, r#"{"id":2,"a":[{"b":1},"#, r#"{"id":2,"a":"unclosed"#, r#"{"id":2,"a":"x},"y":"z"}"#];
    for cut in cuts {
        let read = run(format!("{{\"id\":1}}\n{cut}\n{{\"id\":3}}\n{{\"id\":4}}\n").as_bytes());
        assert_eq!(read.texts(), [r#"{"id":1}"#, r#"{"id":3}"#, r#"{"id":4}"#], "{cut}");
        assert_eq!((read.faults(), read.damage), (vec![truncated(1, 9)], None), "{cut}");
    }
}

#[test]
fn the_very_first_line_may_be_the_broken_one() {
    let cuts = [r#"{"id":1,"a":"#, r#"{"id":1,"#, r#"{"id":1,"a":"unclosed"#, r#"{"id":1,"a":[{"b":1}"#, "{"];
    for cut in cuts {
        let read = run(format!("{cut}\n{{\"id\":2}}\n{{\"id\":3}}\n").as_bytes());
        assert_eq!(read.faults(), [truncated(0, 0)], "{cut}");
        assert_eq!((read.texts(), read.damage), (vec![r#"{"id":2}"#, r#"{"id":3}"#], None), "{cut}");
    }
}

#[test]
fn a_broken_element_costs_no_other_element_when_each_starts_a_line() {
    for broken in [r#"{"id":2,"a":"#, r#"{"id":2,"a":"unclosed},"#, r#"{"id":2,"a":[{"b":1},"#] {
        let read = run(format!("[\n{{\"id\":1}},\n{broken}\n{{\"id\":3}},\n{{\"id\":4}}\n]\n").as_bytes());
        assert_eq!(read.texts(), [r#"{"id":1}"#, r#"{"id":3}"#, r#"{"id":4}"#], "{broken}");
        assert_eq!((read.faults(), read.damage), (vec![truncated(1, 12)], None), "{broken}");
    }
}

#[test]
fn a_string_left_open_in_a_pretty_printed_record_costs_only_that_record() {
    let text = "{\n  \"Records\": [\n    {\n      \"id\": \"1,\n      \"x\": {\n        \"y\": 2\n      }\n    },\n    {\n      \"id\": 2\n    }\n  ]\n}\n";
    let read = run(text.as_bytes());
    assert_eq!(read.records.len(), 2);
    assert_eq!(read.texts().last(), Some(&"{\n      \"id\": 2\n    }"));
    assert_eq!(read.damage, None);
}

#[test]
fn a_missing_brace_in_a_pretty_printed_array_costs_only_that_record() {
    for lost in ["    \"a\": 1\n  ,\n", "    \"a\": 1,\n", "    \"a\":\n"] {
        let text = format!("[\n  {{\n{lost}  {{\n    \"b\": 2\n  }},\n  {{\n    \"c\": 3\n  }}\n]\n");
        let read = run(text.as_bytes());
        assert_eq!(read.faults(), [truncated(0, 4)], "{lost}");
        assert_eq!(read.texts(), ["{\n    \"b\": 2\n  }", "{\n    \"c\": 3\n  }"], "{lost}");
    }
}

#[test]
fn a_container_cut_inside_a_line_does_not_swallow_the_next_line() {
    let text = "{\"Records\":[{\"id\":1}]}\n{\"Records\":[{\"id\":2},{\"id\":\n{\"Records\":[{\"id\":4}]}\n";
    let read = run(text.as_bytes());
    assert_eq!(read.texts(), [r#"{"id":1}"#, r#"{"id":2}"#, r#"{"id":4}"#]);
    assert_eq!(read.faults().len(), 1);
}

#[test]
fn junk_between_lines_is_a_fault_and_after_the_last_value_damage() {
    let read = run(b"{\"a\":1}\nb\":2}\n{\"c\":3}\n".as_slice());
    assert_eq!(read.texts(), ["{\"a\":1}", "{\"c\":3}"]);
    assert_eq!((read.faults(), read.damage), (vec![RecordFault::NotJson { index: 1, offset: 8 }], None));

    for (text, offset) in [("{\"a\":1}\njunk", 8), ("[{\"a\":1}] }", 10), ("{\"Records\":[{\"a\":1}]}\0\0", 21)] {
        let read = run(text.as_bytes());
        assert_eq!((read.texts(), read.faults()), (vec!["{\"a\":1}"], vec![]), "{text}");
        assert_eq!(read.damage, Some(Damage { kind: DamageKind::TrailingJunk, offset }), "{text}");
    }
}

#[test]
fn invalid_utf8_spoils_only_its_record() {
    let read = run(b"{\"Records\":[{\"a\":1},{\"b\":\"\xff\"},{\"c\":3}]}".as_slice());
    assert_eq!(read.texts(), ["{\"a\":1}", "{\"c\":3}"]);
    assert_eq!((read.faults(), read.damage), (vec![RecordFault::InvalidUtf8 { index: 1, offset: 20 }], None));
}

#[test]
fn depth_is_limited_without_a_stack() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let read = run(format!("[{{\"a\":1}},{{\"d\":{deep}}},{{\"b\":2}}]").as_bytes());
    assert_eq!(read.texts(), ["{\"a\":1}", "{\"b\":2}"]);
    assert_eq!(read.faults(), [RecordFault::TooDeep { index: 1, offset: 9, limit: 128 }]);

    let within = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(run(format!("[{}]", within(128)).as_bytes()).texts().len(), 1);
    assert_eq!(run(format!("[{}]", within(129)).as_bytes()).faults().len(), 1);
    // Outside an envelope, depth is nobody's business.
    assert_eq!(run(format!("{{\"x\":{deep},\"Records\":[{{\"a\":1}}]}}").as_bytes()).clean(), ["{\"a\":1}"]);
    let open = "[".repeat(10_000);
    assert_eq!(run(open.as_bytes()).faults(), [RecordFault::TooDeep { index: 0, offset: 1, limit: 128 }]);
}

#[test]
fn a_record_over_the_limit_is_skipped_and_counted() {
    let limits = Limits { max_record_bytes: 1_000, ..Limits::default() };
    let exact = format!("{{\"a\":\"{}\"}}", "x".repeat(1_000 - 8));
    let over = format!("{{\"a\":\"{}\"}}", "x".repeat(1_000 - 7));
    assert_eq!((exact.len(), over.len()), (1_000, 1_001));
    for (before, between, after) in [("[", ",", "]"), ("", "\n", "\n"), ("{\"Records\":[", ",", "]}")] {
        let text = [before, &exact, between, &over, between, "{\"b\":1}", after].concat();
        let read = run_within(text.as_bytes(), limits);
        assert_eq!(read.texts(), [exact.as_str(), "{\"b\":1}"]);
        let offset = (before.len() + exact.len() + between.len()) as u64;
        assert_eq!(read.faults(), [RecordFault::TooLarge { index: 1, offset, limit: 1_000 }]);
        assert_eq!(read.damage, None);
    }
    // The object around an envelope may be of any size, before and after it.
    let text = format!("{{\"x\":{over},\"Records\":[{{\"b\":1}}],\"y\":{over}}}");
    assert_eq!(run_within(text.as_bytes(), limits).clean(), ["{\"b\":1}"]);
}

/// Endless text made of one repeated piece, up to `bytes`.
fn repeated(piece: &'static [u8], bytes: u64) -> impl Read {
    struct Repeat(&'static [u8]);
    impl Read for Repeat {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let whole = buffer.len() / self.0.len() * self.0.len();
            for target in buffer[..whole].chunks_mut(self.0.len()) {
                target.copy_from_slice(self.0);
            }
            Ok(whole)
        }
    }
    Repeat(piece).take(bytes)
}

#[test]
fn an_endless_record_is_one_fault_and_its_neighbour_is_read() {
    let start = b"{\"a\":1}\n{\"huge\":\"".as_slice();
    let end = b"\"}\n{\"b\":2}\n".as_slice();
    let read = run(start.chain(repeated(b"0123456789abcdef", 64 << 20)).chain(end));
    assert_eq!(read.texts(), ["{\"a\":1}", "{\"b\":2}"]);
    assert_eq!(read.faults(), [RecordFault::TooLarge { index: 1, offset: 8, limit: 4 << 20 }]);
    assert_eq!(read.damage, None);
}

#[test]
fn a_bomb_is_stopped_and_what_stood_before_it_is_kept() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(b"{\"a\":1}\n").unwrap();
    io::copy(&mut repeated(b"                ", 100 << 20), &mut encoder).unwrap();
    encoder.write_all(b"{\"b\":2}\n").unwrap();
    let bomb = encoder.finish().unwrap();
    let read = run(bomb.as_slice());
    assert_eq!(read.texts(), ["{\"a\":1}"]);
    let damage = read.damage.unwrap();
    assert_eq!(damage.kind, DamageKind::Bomb);
    assert!((16 << 20..17 << 20).contains(&damage.offset), "{}", damage.offset);

    let limits = Limits { max_inflated_bytes: 1 << 20, max_ratio: u64::MAX, ..Limits::default() };
    let damage = run_within(bomb.as_slice(), limits).damage.unwrap();
    assert_eq!(damage.kind, DamageKind::Bomb);
    assert!(damage.offset <= 1 << 20, "{}", damage.offset);
}

#[test]
fn plain_text_is_bounded_like_inflated_text() {
    let limits = Limits { max_inflated_bytes: 1 << 20, ..Limits::default() };
    let text = |bytes: u64| b"{\"a\":1}\n".chain(repeated(b"\n", bytes - 8));
    let read = run_within(text((1 << 20) + 1), limits);
    assert_eq!((read.texts(), read.damage.unwrap().kind), (vec!["{\"a\":1}"], DamageKind::TooLong));
    assert_eq!(run_within(text(1 << 20), limits).clean(), ["{\"a\":1}"]);
}

#[test]
fn the_text_of_an_object_with_an_empty_envelope_is_bounded_too() {
    let limits = Limits { max_record_bytes: 1_000, ..Limits::default() };
    let long = "x".repeat(2_000);
    let read = run_within(format!("{{\"id\":1,\"Events\":[],\"long\":\"{long}\"}} {{\"id\":2}}").as_bytes(), limits);
    assert_eq!(read.faults(), [RecordFault::TooLarge { index: 0, offset: 0, limit: 1_000 }]);
    assert_eq!(read.texts(), ["{\"id\":2}"]);
    let read = run_within(format!("{{\"Events\":[],\"NextToken\":\"{long}\"}}").as_bytes(), limits);
    assert!(read.clean().is_empty());
    let read = run_within(format!("{{\"long\":\"{long}\",\"Events\":[{{\"id\":1}}]}}").as_bytes(), limits);
    assert_eq!(read.clean(), ["{\"id\":1}"]);
}

#[test]
fn a_fault_does_not_name_its_record() {
    assert_eq!(truncated(7, 90).to_string(), "it starts at byte 90 and is cut short");
}

#[test]
fn a_failing_disk_is_not_taken_for_a_broken_file() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    let text = b"{\"a\":1}\n{\"b\":".as_slice();
    let packed = gzip(&[text, &[b'x'; 100]].concat());
    for start in [text, &packed[..packed.len() - 4]] {
        let read = run(start.chain(Failing));
        assert_eq!(read.texts(), ["{\"a\":1}"]);
        assert_eq!(read.faults(), [truncated(1, 8)]);
        assert_eq!(read.damage.unwrap().kind, DamageKind::Io(io::ErrorKind::PermissionDenied));
    }
    assert_eq!(run(Failing).damage.unwrap().kind, DamageKind::Io(io::ErrorKind::PermissionDenied));
}

#[test]
fn nested_lines_do_not_make_reading_quadratic() {
    // Every line could be the start of the next record, and none is ever finished.
    let text = "{\"a\":[{},\n".repeat(200_000);
    let read = run(text.as_bytes());
    assert!(!read.faults().is_empty());
    let text = format!("{}{}", "{\"a\":[\n".repeat(100), "{},\n".repeat(200_000)) + "{}\n{\n{\n{\n";
    run(text.as_bytes());
}

const LINES: [&str; 5] = [
    r#"{"id":0,"n":{"a":[{"b":1},{"c":"\"}]"}]}}"#,
    r#"{"id":1,"s":"{[\\","t":[]}"#,
    r#"{"id":2,"n":[[{"x":{"y":"z"}}]],"u":{}}"#,
    r#"{"id":3}"#,
    r#"{"id":4,"n":{"a":[{"b":1},{"c":2}]},"v":null}"#,
];

proptest! {
    #[test]
    fn damage_to_one_line_costs_no_other_line(
        line in 0..LINES.len(),
        at in any::<prop::sample::Index>(),
        damage in 0..4,
        style in 0..3,
    ) {
        let at = 1 + at.index(LINES[line].len() - 1);
        let (before, after) = LINES[line].split_at(at);
        let broken = match damage {
            0 => before.to_owned(),
            1 => before.to_owned() + after.split_at(1).1,
            2 => format!("{before}\"{after}"),
            _ => format!("{before}{{{after}"),
        };
        let mut lines = LINES.map(str::to_owned);
        lines[line] = broken;
        let text = match style {
            0 => lines.join("\n"),
            1 => lines.join("\r\n") + "\r\n",
            _ => format!("[\n{}\n]\n", lines.join(",\n")),
        };
        let read = run(text.as_bytes());
        let texts = read.texts();
        for (n, other) in LINES.iter().enumerate().filter(|(n, _)| *n != line) {
            prop_assert!(texts.contains(other), "line {n} is lost from {text}: {read:?}");
        }
    }
}
