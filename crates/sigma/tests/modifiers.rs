//! Every modifier: what fires, what is quiet, and the near miss.

mod support;

use std::collections::BTreeMap;

use serde_json::json;
use sigma::{CompileOptions, Modifier};
use support::{check_field, load, matched, rule};

#[test]
fn plain_values_are_equal_without_case() {
    check_field(
        "a: StopLogging",
        &[json!({"a": "stoplogging"})],
        &[json!({"a": "StopLogging2"}), json!({"b": "StopLogging"})],
    );
    check_field("a: [x, y]", &[json!({"a": "Y"})], &[json!({"a": "xy"})]);
    check_field("a: 'x*z'", &[json!({"a": "xyyz"}), json!({"a": "XZ"})], &[json!({"a": "xy"})]);
    check_field("a: 'x?z'", &[json!({"a": "xyz"})], &[json!({"a": "xz"}), json!({"a": "xyyz"})]);
    check_field(r"a: 'x\*z'", &[json!({"a": "x*z"})], &[json!({"a": "xyz"})]);
    check_field(r"a: 'C:\\*'", &[json!({"a": r"c:\temp"})], &[json!({"a": "c:*"})]);
}

#[test]
fn contains_startswith_endswith() {
    check_field("a|contains: mid", &[json!({"a": "aMIDz"}), json!({"a": "mid"})], &[json!({"a": "m id"})]);
    check_field("a|startswith: pre", &[json!({"a": "PREfix"})], &[json!({"a": "a pre"})]);
    check_field("a|endswith: fix", &[json!({"a": "preFIX"})], &[json!({"a": "fixed"})]);
    check_field("a|contains: 'x?z'", &[json!({"a": "--xyz--"})], &[json!({"a": "--xz--"})]);
    check_field("a|contains: 5", &[json!({"a": 151}), json!({"a": "1.5"})], &[json!({"a": 11})]);
}

#[test]
fn all_wants_every_value() {
    check_field(
        "a|contains|all: [one, two]",
        &[json!({"a": "two, one"})],
        &[json!({"a": "one"}), json!({"a": "tw o one"})],
    );
    check_field("a|all: [x, y]", &[json!({"a": ["y", "x", "z"]})], &[json!({"a": ["x"]}), json!({"a": "x"})]);
    check_field(
        "a|base64offset|contains|all: [foobar, secret]",
        &[json!({"a": "Zm9vYmFyc2VjcmV0"})],
        &[json!({"a": "Zm9vYmFy"})],
    );
}

#[test]
fn regular_expressions_keep_case_and_are_not_anchored() {
    check_field("a|re: 'b+c'", &[json!({"a": "abbbc"})], &[json!({"a": "aBBc"}), json!({"a": "ac"})]);
    check_field("a|re: '^b.*c$'", &[json!({"a": "bxc"})], &[json!({"a": "abxc"}), json!({"a": "b\nc"})]);
    check_field("a|re|i: 'b+c'", &[json!({"a": "aBBc"})], &[json!({"a": "ac"})]);
    check_field("a|re|m: '^b$'", &[json!({"a": "a\nb\nc"})], &[json!({"a": "a\nbb\nc"})]);
    check_field("a|re|s: 'b.c'", &[json!({"a": "b\nc"})], &[json!({"a": "bc"})]);
    check_field("a|re|i|m|s: '^B.C$'", &[json!({"a": "a\nb\nc\nd"})], &[json!({"a": "ab\nc"})]);
    check_field(r"a|re: '\\\\'", &[json!({"a": r"x\y \\ z"})], &[json!({"a": r"x\y"})]);
    check_field("a|re: '^4[0-9]{2}$'", &[json!({"a": 404})], &[json!({"a": 4040})]);
}

#[test]
fn cidr() {
    check_field(
        "a|cidr: [192.0.2.0/24, '2001:db8::/32']",
        &[json!({"a": "192.0.2.255"}), json!({"a": "2001:db8::9"}), json!({"a": ["x", "192.0.2.1"]})],
        &[json!({"a": "192.0.3.0"}), json!({"a": "192.0.2.0/24"}), json!({"a": "example.amazonaws.com"})],
    );
}

#[test]
fn exists_looks_at_presence_alone() {
    check_field("a|exists: true", &[json!({"a": ""}), json!({"a": null}), json!({"a": []})], &[json!({"b": 1})]);
    check_field("a|exists: false", &[json!({"b": 1})], &[json!({"a": null})]);
    check_field(
        "a.b|exists: true",
        &[json!({"a": {"b": 0}}), json!({"a": [{}, {"b": 0}]})],
        &[json!({"a": {}}), json!({"a": [{}]})],
    );
}

#[test]
fn fieldref_compares_two_fields() {
    check_field(
        "a|fieldref: b",
        &[json!({"a": "X", "b": "x"}), json!({"a": 5, "b": "5"})],
        &[json!({"a": "x", "b": "y"}), json!({"a": "x"}), json!({}), json!({"a": null, "b": null})],
    );
    check_field("a|fieldref|startswith: b", &[json!({"a": "Xyz", "b": "xy"})], &[json!({"a": "zxy", "b": "xy"})]);
    check_field("a|fieldref|endswith: b", &[json!({"a": "zXY", "b": "xy"})], &[json!({"a": "xyz", "b": "xy"})]);
    check_field("a|fieldref|contains: b", &[json!({"a": "1XY2", "b": "xy"})], &[json!({"a": "x1y", "b": "xy"})]);
    check_field("a|fieldref|cased: b", &[json!({"a": "X", "b": "X"})], &[json!({"a": "X", "b": "x"})]);
    check_field("a|fieldref|neq: b", &[json!({"a": "x", "b": "y"}), json!({"a": "x"})], &[json!({"a": "x", "b": "X"})]);
    check_field(
        "a|fieldref: [b, c]",
        &[json!({"a": "x", "b": "y", "c": "x"})],
        &[json!({"a": "x", "b": "y", "c": "z"})],
    );
    check_field("a|fieldref: b", &[json!({"a": ["p", "q"], "b": ["q", "r"]})], &[json!({"a": ["p"], "b": ["q"]})]);
    check_field("a|fieldref: b", &[json!({"a": ["p", "Q"], "b": "q"})], &[json!({"a": [null], "b": [null]})]);
    check_field(
        "a|fieldref|contains: b",
        &[json!({"a": ["p", "xqx"], "b": ["q", "r"]})],
        &[json!({"a": ["p", "x"], "b": ["q", "r"]})],
    );
    check_field(
        "a|fieldref|all: [b, c]",
        &[json!({"a": "x", "b": "x", "c": "X"})],
        &[json!({"a": "x", "b": "x", "c": "y"}), json!({"a": "x", "b": "x"})],
    );
}

#[test]
fn comparisons_take_numbers_and_texts_that_are_numbers() {
    check_field(
        "a|gt: 5",
        &[json!({"a": 6}), json!({"a": "5.1"}), json!({"a": [1, 9]})],
        &[json!({"a": 5}), json!({"a": "six"})],
    );
    check_field("a|gte: 5", &[json!({"a": 5}), json!({"a": 5.0})], &[json!({"a": 4.9})]);
    check_field("a|lt: 5", &[json!({"a": 4}), json!({"a": -9})], &[json!({"a": 5}), json!({}), json!({"a": null})]);
    check_field("a|lte: 5", &[json!({"a": 5})], &[json!({"a": 5.1}), json!({"a": true})]);
    check_field(
        "a|lt: 18446744073709551615",
        &[json!({"a": 18446744073709551614_u64})],
        &[json!({"a": 18446744073709551615_u64})],
    );
}

#[test]
fn base64_and_its_offsets() {
    // RFC 4648: foobar is Zm9vYmFy.
    check_field("a|base64: foobar", &[json!({"a": "Zm9vYmFy"})], &[json!({"a": "foobar"}), json!({"a": "xZm9vYmFy"})]);
    check_field("a|base64|contains: foobar", &[json!({"a": "run Zm9vYmFy now"})], &[json!({"a": "run foobar"})]);
    // x + foobar is eGZvb2Jhcg==, xy + foobar is eHlmb29iYXI=.
    check_field(
        "a|base64offset|contains: foobar",
        &[json!({"a": "Zm9vYmFy"}), json!({"a": "eGZvb2Jhcg=="}), json!({"a": "eHlmb29iYXI="})],
        &[json!({"a": "eHlmb28="})],
    );
    check_field("a|wide|base64: cm", &[json!({"a": "YwBtAA=="})], &[json!({"a": "Y20="})]);
    check_field("a|utf16le|base64: cm", &[json!({"a": "YwBtAA=="})], &[json!({"a": "AGMAbQ=="})]);
    check_field("a|utf16be|base64: cm", &[json!({"a": "AGMAbQ=="})], &[json!({"a": "YwBtAA=="})]);
    check_field("a|utf16|base64: cm", &[json!({"a": "//5jAG0A"})], &[json!({"a": "YwBtAA=="})]);
    check_field("a|wide|base64offset|contains: cm", &[json!({"a": "xYwBtAyz"})], &[json!({"a": "Y20="})]);
}

#[test]
fn windash_takes_dashes_for_each_other() {
    check_field(
        "a|windash|contains: ' -enc '",
        &[
            json!({"a": "run /ENC x"}),
            json!({"a": "run –enc x"}),
            json!({"a": "run ―enc x"}),
            json!({"a": "run -enc x"}),
        ],
        &[json!({"a": "run +enc x"}), json!({"a": "run enc x"})],
    );
    check_field("a|windash|contains|all: [' -a', ' /b']", &[json!({"a": "x -b /a"})], &[json!({"a": "x -b"})]);
}

#[test]
fn cased_keeps_case() {
    check_field("a|cased: Admin", &[json!({"a": "Admin"})], &[json!({"a": "admin"})]);
    check_field("a|contains|cased: Admin", &[json!({"a": "xAdminx"})], &[json!({"a": "xadminx"})]);
    check_field("a|cased|startswith: ÉA", &[json!({"a": "ÉAx"})], &[json!({"a": "éAx"})]);
}

#[test]
fn neq_is_not() {
    check_field("a|neq: x", &[json!({"a": "y"}), json!({}), json!({"a": null})], &[json!({"a": "X"})]);
    check_field("a|neq: [x, y]", &[json!({"a": "z"})], &[json!({"a": "y"})]);
    check_field("a|neq: 5", &[json!({"a": 6})], &[json!({"a": 5.0})]);
    check_field("a|neq|contains: x", &[json!({"a": "y"})], &[json!({"a": "axb"})]);
    check_field("a|neq: null", &[json!({"a": "y"})], &[json!({}), json!({"a": null})]);
}

#[test]
fn time_parts_are_read_as_they_stand() {
    check_field(
        "a|hour: 3",
        &[json!({"a": "2026-11-21T03:59:00Z"})],
        &[json!({"a": "2026-11-21T13:03:00Z"}), json!({"a": "03:00"})],
    );
    check_field(
        "a|hour|gte: 20",
        &[json!({"a": "2026-11-21T20:00:00+05:00"})],
        &[json!({"a": "2026-11-21T19:59:59Z"})],
    );
    check_field("a|minute: 0", &[json!({"a": "2026-11-21T03:00:59Z"})], &[json!({"a": "2026-11-21T03:01:00Z"})]);
    check_field("a|day|lt: 8", &[json!({"a": "2026-11-07"})], &[json!({"a": "2026-11-08"})]);
    check_field("a|month: 12", &[json!({"a": "2026-12-01"})], &[json!({"a": "2026-11-12"})]);
    check_field("a|year|gt: 2025", &[json!({"a": "2026-01-01"})], &[json!({"a": "2025-12-31"})]);
    check_field("a|hour|neq: 3", &[json!({"a": "2026-11-21T04:00:00Z"})], &[json!({"a": "2026-11-21T03:00:00Z"})]);
}

#[test]
fn placeholders_are_filled_by_the_caller_or_refused() {
    let admins = vec!["alice".to_owned(), "ops-*".to_owned()];
    let networks = vec!["192.0.2.0/24".to_owned()];
    let placeholders = BTreeMap::from([("Administrators".to_owned(), admins), ("nets".to_owned(), networks)]);
    let options = CompileOptions { placeholders, ..CompileOptions::default() };
    let text = rule("sel:\n    user|expand: 'corp\\\\%Administrators%'\n    ip|expand|cidr: '%nets%'\ncondition: sel");
    let (rules, problems) = load(&text, &options);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(matched(&rules, &json!({"user": r"CORP\ops-7", "ip": "192.0.2.9"})).len(), 1);
    assert_eq!(matched(&rules, &json!({"user": r"CORP\bob", "ip": "192.0.2.9"})).len(), 0);

    let (rules, problems) = load(&text, &CompileOptions::default());
    assert!(rules.is_empty());
    assert_eq!(problems.iter().filter(|problem| problem.is_error()).count(), 2);
    assert!(problems[0].what.contains("%Administrators%"), "{}", problems[0]);

    // Without the modifier a percent sign is a percent sign.
    check_field("a: '%x%'", &[json!({"a": "%X%"})], &[json!({"a": "x"})]);
}

#[test]
fn every_modifier_goes_by_its_name() {
    for (name, modifier) in Modifier::NAMES {
        assert_eq!(Modifier::named(name), Some(*modifier));
        assert_eq!(modifier.as_str(), *name);
    }
    assert!(Modifier::NAMES.is_sorted_by_key(|(name, _)| *name));
    assert_eq!(Modifier::named("Contains"), None);
}
