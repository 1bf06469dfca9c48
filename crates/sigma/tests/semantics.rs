//! What tests see of a record: missing, null, empty, booleans, numbers, lists, objects, paths; and searches and
//! conditions over whole records.

mod support;

use serde_json::{Value, json};
use support::{check, check_field, matched, rule, sound};

#[test]
fn null_and_empty_are_told_apart() {
    check_field(
        "a: null",
        &[json!({}), json!({"a": null}), json!({"a": [null]})],
        &[json!({"a": ""}), json!({"a": 0}), json!({"a": []}), json!({"a": {}}), json!({"a": false})],
    );
    check_field(
        "a: ''",
        &[json!({"a": ""}), json!({"a": ["x", ""]})],
        &[json!({}), json!({"a": null}), json!({"a": " "})],
    );
    check_field("a: '*'", &[json!({"a": "x"}), json!({"a": ""}), json!({"a": 0})], &[json!({}), json!({"a": null})]);
    check_field(
        "a.b: null",
        &[json!({"a": {}}), json!({"a": "text"}), json!({"a": [{"b": null}]})],
        &[json!({"a": {"b": 1}}), json!({"a": [{}, {"b": 1}]})],
    );
    check_field("a: 'null'", &[json!({"a": "null"})], &[json!({"a": null}), json!({})]);
}

#[test]
fn booleans_match_themselves_and_their_names() {
    check_field(
        "a: true",
        &[json!({"a": true}), json!({"a": "True"})],
        &[json!({"a": false}), json!({"a": 1}), json!({})],
    );
    check_field("a: 'false'", &[json!({"a": false}), json!({"a": "FALSE"})], &[json!({"a": true}), json!({"a": null})]);
    check_field("a: yes", &[json!({"a": "YES"})], &[json!({"a": true})]);
}

#[test]
fn numbers_match_by_value_and_texts_by_their_writing() {
    check_field(
        "a: 5",
        &[json!({"a": 5}), json!({"a": 5.0}), json!({"a": "5"}), json!({"a": "05"})],
        &[json!({"a": 55}), json!({"a": "five"}), json!({"a": true})],
    );
    check_field("a: '5'", &[json!({"a": 5}), json!({"a": "5"})], &[json!({"a": "05"}), json!({"a": 5.5})]);
    // As written, too: all values are texts before they are anything else.
    check_field("a: 0x1F", &[json!({"a": 31}), json!({"a": "0X1f"}), json!({"a": "31"})], &[json!({"a": "0x1"})]);
    check_field("a: 12e5", &[json!({"a": "12E5"}), json!({"a": 1_200_000})], &[json!({"a": "12e6"})]);
    check_field("a: 1.5", &[json!({"a": 1.5}), json!({"a": "1.50"})], &[json!({"a": 15})]);
    check_field(
        "a: 012345678901",
        &[json!({"a": "012345678901"}), json!({"a": 12_345_678_901_i64})],
        &[json!({"a": "112345678901"})],
    );
    check_field("a: -1", &[json!({"a": -1})], &[json!({"a": 1})]);
}

#[test]
fn lists_match_by_any_element() {
    check_field("a: x", &[json!({"a": ["y", "X"]}), json!({"a": [["x"]]})], &[json!({"a": ["xy"]}), json!({"a": []})]);
    check_field(
        "a|contains: '*'",
        &[json!({"a": ["y"]}), json!({"a": [{"k": 1}]})],
        &[json!({"a": []}), json!({"a": {}}), json!({})],
    );
    check_field("a|startswith: '['", &[], &[json!({"a": ["x"]})]);
    check_field(r#"a|contains: '"x","y"'"#, &[json!({"a": ["x", "y"]})], &[json!({"a": ["y", "x"]})]);
    check_field("a: 3", &[json!({"a": [1, 2, 3]})], &[json!({"a": [1, 2]})]);
}

#[test]
fn objects_are_searched_as_json_and_by_the_texts_inside() {
    check_field(
        "a|contains: suspended",
        &[json!({"a": {"b": {"c": "Suspended"}}}), json!({"a": [{"x": "is suspended"}]})],
        &[json!({"a": {"b": "enabled"}})],
    );
    check_field(r#"a|contains: '"b":"x"'"#, &[json!({"a": {"b": "X"}})], &[json!({"a": {"c": "x"}})]);
    // The text inside is itself JSON: serialised, its quotes are escaped.
    check_field(
        r#"a|contains|all: ['"Allow"', '"*"']"#,
        &[json!({"a": {"policy": "{\"Effect\":\"Allow\",\"Action\":\"*\"}"}})],
        &[json!({"a": {"policy": "{\"Effect\":\"Deny\",\"Action\":\"*\"}"}})],
    );
    check_field("a: x", &[], &[json!({"a": {"b": "x"}})]);
    check_field(r#"a|re: '"n":7'"#, &[json!({"a": {"n": 7}})], &[json!({"a": {"n": 6}})]);
    check_field(r#"a: '{"n":7}'"#, &[json!({"a": {"n": 7}})], &[json!({"a": {"n": 70}})]);
}

#[test]
fn paths_go_through_objects_lists_and_keys_with_dots() {
    check_field(
        "a.b.c: x",
        &[
            json!({"a": {"b": {"c": "x"}}}),
            json!({"a.b": {"c": "x"}}),
            json!({"a": {"b.c": "x"}}),
            json!({"a.b.c": "x"}),
        ],
        &[json!({"a": {"b": "x"}}), json!({"c": "x"})],
    );
    check_field(
        "a.b: x",
        &[json!({"a": [{"b": "y"}, {"b": "x"}]}), json!({"a": [[{"b": ["x"]}]]})],
        &[json!({"a": [{"c": "x"}]}), json!({"a": "x"})],
    );
    check_field("a.b|contains|all: [x, y]", &[json!({"a": [{"b": "x"}, {"b": "y"}]})], &[json!({"a": [{"b": "x"}]})]);
    // The longer name wins where both are there.
    check_field("a.b: x", &[json!({"a.b": "x", "a": {"b": "y"}})], &[json!({"a.b": "y", "a": {"b": "x"}})]);
    check_field("A: x", &[json!({"A": "x"})], &[json!({"a": "x"})]);
}

#[test]
fn maps_are_and_lists_are_or() {
    check(
        "sel:\n    a: x\n    b: [y, z]\ncondition: sel",
        &[json!({"a": "x", "b": "z"})],
        &[json!({"a": "x"}), json!({"b": "y"})],
    );
    check(
        "sel:\n    - a: x\n      b: y\n    - c: z\ncondition: sel",
        &[json!({"a": "x", "b": "y"}), json!({"c": "z"})],
        &[json!({"a": "x"})],
    );
    check(
        "sel:\n    - - a: x\n      - b: y\n    - c: z\ncondition: sel",
        &[json!({"b": "y"}), json!({"c": "z"})],
        &[json!({"a": "y"})],
    );
}

#[test]
fn keywords_are_found_anywhere_in_the_record() {
    check(
        "kw: [mimi, 'kat?z']\ncondition: kw",
        &[json!({"x": {"y": ["a MIMI b"]}}), json!({"x": "katzz"})],
        &[json!({"x": "mi mi"})],
    );
    check("kw:\n    '|all': [one, two]\ncondition: kw", &[json!({"x": "one", "y": ["two"]})], &[json!({"x": "one"})]);
    check("kw: onlyone\ncondition: kw", &[json!({"x": "OnlyOne!"})], &[json!({"x": "only one"})]);
    check("kw: [443]\ncondition: kw", &[json!({"x": 443}), json!({"x": "port 4430"})], &[json!({"x": 44})]);
    check(
        r"kw: ['C:\Windows\x']
condition: kw",
        &[json!({"x": r"in c:\windows\x.exe"})],
        &[json!({"x": "c:/windows/x"})],
    );
    check("kw:\n    '|re': 'a{3}'\ncondition: kw", &[json!({"x": "baaab"})], &[json!({"x": "aab"})]);
    check(
        "kw: [word]\nsel: {a: x}\ncondition: sel and not kw",
        &[json!({"a": "x"})],
        &[json!({"a": "x", "b": "sword"})],
    );
    check(
        "sel:\n    - word\n    - a: x\ncondition: sel",
        &[json!({"z": "word"}), json!({"a": "x"})],
        &[json!({"a": "y"})],
    );
}

#[test]
fn conditions_in_every_form() {
    let searches = "sel_a: {a: x}\nsel_b: {b: x}\n_own: {c: x}\n";
    let (a, b, c) = (json!({"a": "x"}), json!({"b": "x"}), json!({"c": "x"}));
    let ab = json!({"a": "x", "b": "x"});
    let abc = json!({"a": "x", "b": "x", "c": "x"});
    let all = |condition: &str| format!("{searches}condition: {condition}");
    let with_own = |condition: &str| all(&format!("({condition}) and not _own"));
    check(&with_own("1 of them"), &[a.clone(), b.clone()], &[c.clone(), abc.clone()]);
    check(&with_own("all of them"), std::slice::from_ref(&ab), &[a.clone(), b.clone()]);
    check(&with_own("any of sel_*"), &[a.clone(), ab.clone()], std::slice::from_ref(&c));
    check(&all("1 of sel_* and not 1 of _*"), &[a.clone(), ab.clone()], &[abc, json!({})]);
    check(&all("all of s* or _own"), &[ab, c], &[a, b]);
}

#[test]
fn searches_that_a_condition_names_twice_mean_the_same() {
    let detection = "a: {a: x}\nb: {b: x}\nc: {c: x}\ncondition: (a and b) or (not a and c) or (c and a and not b)";
    check(
        detection,
        &[json!({"a": "x", "b": "x"}), json!({"c": "x"}), json!({"a": "x", "c": "x"})],
        &[json!({"a": "x"}), json!({"b": "x"}), json!({})],
    );
    // What is known of one rule says nothing of the next.
    let twice = format!("{}---\n{}", rule(detection), rule("a: {b: y}\nb: {a: y}\ncondition: (a and b) or a or b"));
    let rules = sound(&twice);
    assert_eq!(matched(&rules, &json!({"a": "x", "b": "x"})).len(), 1);
    assert_eq!(matched(&rules, &json!({"a": "x", "b": "y"})).len(), 1);
}

#[test]
fn a_list_of_conditions_is_or() {
    check(
        "s1: {a: x}\ns2: {b: x}\ncondition:\n    - s1\n    - s2",
        &[json!({"a": "x"}), json!({"b": "x"})],
        &[json!({"c": "x"})],
    );
    check(
        "s1: {a: x}\ns2: {b: x}\ns3: {c: x}\ncondition: s1 and (s2 or not s3)",
        &[json!({"a": "x"}), json!({"a": "x", "b": "x", "c": "x"})],
        &[json!({"a": "x", "c": "x"}), json!({"b": "x"})],
    );
    check("s1: {a: x}\nnot_x: {b: x}\ncondition: s1 and not_x", &[json!({"a": "x", "b": "x"})], &[json!({"a": "x"})]);
}

#[test]
fn many_values_are_one_look_up_and_mean_the_same() {
    let names: Vec<String> = (0..50).map(|number| format!("Name{number}")).collect();
    check_field(
        &format!("a: [{}]", names.join(", ")),
        &[json!({"a": "name49"}), json!({"a": ["z", "NAME0"]})],
        &[json!({"a": "name50"}), json!({"a": "name4 "})],
    );
    check_field(
        &format!("a: [{}, 7]", names.join(", ")),
        &[json!({"a": "7"}), json!({"a": 7.0}), json!({"a": "name1"})],
        &[json!({"a": "8"})],
    );
}

#[test]
fn several_rules_are_told_in_their_order() {
    let text = [
        rule("s: {a: x}\ncondition: s"),
        rule("s: {b|contains: y}\ncondition: s"),
        rule("s: {a: [z, x]}\ncondition: s"),
    ]
    .join("---\n");
    let rules = sound(&text);
    let found: Vec<usize> =
        matched(&rules, &json!({"a": ["z", "x"], "b": "yy"})).iter().map(|rule| rule.index()).collect();
    assert_eq!(found, [0, 1, 2]);
}

#[test]
fn rules_that_look_inside_one_field_are_looked_for_together() {
    let inside =
        ["b|contains: needle", "b|startswith: first", "b|contains|cased: Needle", "b: '*nee*dle*x'", "b|contains: nee"];
    let rules = inside.map(|item| rule(&format!("s:\n    {item}\ncondition: s")));
    let rules = sound(&rules.join("---\n"));
    assert_eq!(rules.unindexed(), 0);
    let check = |value: Value, expect: &[usize]| {
        let found: Vec<usize> = matched(&rules, &json!({"b": value})).iter().map(|rule| rule.index()).collect();
        assert_eq!(found, expect, "{value}");
    };
    check(json!("a NEEDLE"), &[0, 4]);
    check(json!("a Needle"), &[0, 2, 4]);
    check(json!("first neeEdlex"), &[1, 3, 4]);
    check(json!("nothing"), &[]);
    check(json!(["x", "needle"]), &[0, 4]);
    check(json!({"in": {"side": "Needle"}}), &[0, 2, 4]);
    check(Value::Null, &[]);
    check(json!("needle".repeat(1000)), &[0, 4]);
}

#[test]
fn rules_that_need_a_value_are_tried_where_there_is_one() {
    let needy = ["a|gt: 5", "a|re: 'x+'", "a|fieldref: b", "a|contains: y", "a|contains: '*'"];
    let rules = needy.map(|item| rule(&format!("s:\n    {item}\ncondition: s")));
    let rules = sound(&rules.join("---\n"));
    assert_eq!(rules.unindexed(), 0);
    let check = |record: Value, expect: &[usize]| {
        let found: Vec<usize> = matched(&rules, &record).iter().map(|rule| rule.index()).collect();
        assert_eq!(found, expect, "{record}");
    };
    check(json!({"a": 6}), &[0, 4]);
    check(json!({"a": ["xy", null], "b": "XY"}), &[1, 2, 3, 4]);
    check(json!({"a": null, "b": null}), &[]);
    check(json!({"b": "x"}), &[]);
    // These hold without a value, and so are always tried.
    let others = ["a: null", "a|neq: x", "a|exists: false", "a: [x, 5]\n    b|neq: y"];
    let rules = others.map(|item| rule(&format!("s:\n    {item}\ncondition: s or not s")));
    assert_eq!(sound(&rules.join("---\n")).unindexed(), 4);
}
