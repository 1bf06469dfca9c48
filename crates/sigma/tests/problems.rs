//! What bad input gets: the place, the name of the thing and the fix; and the other rules stay.

mod support;

use sigma::{CompileOptions, Document, Level, Modifier, ProblemKind, Status, parse};
use support::{complaints, load, rule, sound};

/// The file is refused or warned of with exactly one line that has all these parts.
fn check(text: &str, parts: &[&str]) {
    let found = complaints(text);
    assert_eq!(found.len(), 1, "{found:#?}\n{text}");
    let found = found.first().map_or("", String::as_str);
    for part in parts {
        assert!(found.contains(part), "{found} lacks {part}");
    }
}

fn check_detection(detection: &str, parts: &[&str]) {
    check(&rule(detection), parts);
}

#[test]
fn a_broken_rule_does_not_stop_the_others() {
    let good = rule("s: {a: x}\ncondition: s");
    let text =
        format!("{good}---\ntitle: [broken\n---\n{good}---\n{}---\n{good}", rule("s: {a|nope: x}\ncondition: s"));
    let parsed = parse("many.yml", text.as_bytes());
    assert_eq!(parsed.documents.len(), 3);
    assert_eq!(parsed.problems.len(), 2);
    // 6 lines a rule, and the marker in line 7.
    let lines: Vec<_> = parsed.problems.iter().map(|problem| problem.line).collect();
    assert!((8..=9).contains(&lines[0]), "{lines:?}");
    assert_eq!(lines[1], 9 + 6 + 1 + 5, "{lines:?}");
    assert_eq!(parsed.problems[1].column, 9);
    assert!(parsed.problems[1].to_string().starts_with("many.yml:21:9: error: the modifier `nope` of `a|nope`;"));
}

#[test]
fn constructs_of_version_1_are_named() {
    check_detection(
        "s: {a: x}\ncondition: s | count() by b > 5",
        &["test.yml:6:16: error", "`| count`", "event_count"],
    );
    check_detection("s: {a: x}\nt: {a: y}\ncondition: s | near t", &["`| near`", "temporal"]);
    check_detection("s: {a: x}\ntimeframe: 5m\ncondition: s", &["`timeframe`", "timespan"]);
    let rule = rule("s: {a: x}\ncondition: s");
    let found = complaints(&format!("action: global\nauthor: me\n---\n{rule}"));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("test.yml:1:1: error: `action: global`"), "{}", found[0]);
    assert!(found[1].contains("test.yml:4:1: error: this rule may rest on"), "{}", found[1]);
    check("title: x\nfilter:\n    rules: [a]\n    selection: {a: x}\n    condition: selection\n", &["Sigma filters"]);
}

#[test]
fn modifiers_and_values_are_checked() {
    check_detection("s: {a|startwith: x}\ncondition: s", &["`startwith`", "did you mean `startswith`?"]);
    check_detection("s: {a|week: 5}\ncondition: s", &["`week`"]);
    check_detection("s: {a|re: 'a(?=b)'}\ncondition: s", &["`a(?=b)`", "look-around"]);
    check_detection("s: {a|re: '(a{1000}){1000}'}\ncondition: s", &["test.yml:5:15", "takes more than"]);
    check_detection("s: {a|cidr: 192.0.2.1/24}\ncondition: s", &["outside its network", "192.0.2.0/24"]);
    check_detection("s: {a|gt: many}\ncondition: s", &["`a|gt`", "not a number"]);
    check_detection("s: {a|exists: 1}\ncondition: s", &["true or false"]);
    check_detection("s: {a|hour: 24}\ncondition: s", &["0 to 23"]);
    check_detection("s: {a|contains|base64: x}\ncondition: s", &["`base64` stands after contains"]);
    check_detection("s: {a|base64: 'x*'}\ncondition: s", &["wildcards cannot be encoded"]);
    check_detection("s: {a|wide: x}\ncondition: s", &["base64"]);
    check_detection("s: {a|contains: null}\ncondition: s", &["null is not text"]);
    check_detection("s: {a|contains|all: x}\ncondition: s", &["warning", "`all` and one value"]);
    check_detection("s: {a|base64offset: xyz}\ncondition: s", &["warning", "add `contains`"]);
    check_detection("s: {a: [x, null]}\ncondition: s", &["warning", "null among other values"]);
    check_detection("s: {a|fieldref: 5}\ncondition: s", &["no field name"]);
}

#[test]
fn structure_is_checked() {
    check_detection("s: {a: []}\ncondition: s", &["list of `a` is empty"]);
    check_detection("s: {a: {b: x}}\ncondition: s", &["value of `a` is a map", "dots"]);
    check_detection("s: {a: [[x]]}\ncondition: s", &["holds a list"]);
    check_detection("s:\ncondition: s", &["search `s` is empty"]);
    check_detection("s: {'': x}\ncondition: s", &["no name"]);
    check_detection("s: {a: x}\n", &["no `condition`"]);
    check_detection("s: {a: x}\ncondition: [s, 5]", &["the condition is a number"]);
    check_detection("s: {a: x, a: y}\ncondition: s", &["`a` stands twice"]);
    check("title: x\nlogsource: {product: y}\n", &["no `detection`"]);
    check("- a\n- b\n", &["a document is a list"]);
    check("logsource: {product: x}\ndetection:\n    s: {a: x}\n    condition: s\n", &["no title"]);
    check("title: x\ndetection:\n    s: {a: x}\n    condition: s\n", &["warning", "no `logsource`"]);
    check(&format!("level: loud\n{}", rule("s: {a: x}\ncondition: s")), &["warning", "`loud`", "critical"]);
    assert!(complaints("").is_empty());
    assert!(complaints("# nothing\n---\n---\n").is_empty());
}

#[test]
fn yaml_beyond_rules_is_refused() {
    check_detection("s: {a: !mine x}\ncondition: s", &["YAML tag"]);
    check_detection("s: &anchor {a: x}\nt: {<<: *anchor}\ncondition: s or t", &["merge keys"]);
    check_detection("s: {? [a] : x}\ncondition: s", &["a key is a list"]);
    // Anchors that stay small are taken.
    sound(&rule("s: {a: &names [x, y]}\nt: {b: *names}\ncondition: s or t"));
    let parsed = parse("latin.yml", b"title: caf\xe9\n");
    assert_eq!(parsed.problems[0].kind, ProblemKind::Yaml);
    assert!(parsed.problems[0].what.contains("UTF-8"));
    assert_eq!(parse("bom.yml", format!("\u{feff}{}", rule("s: {a: x}\ncondition: s")).as_bytes()).documents.len(), 1);
    let windows = rule("s: {a: x}\ncondition: s").replace('\n', "\r\n");
    assert_eq!(parse("crlf.yml", windows.as_bytes()).documents.len(), 1);
}

#[test]
fn rules_that_could_never_match_are_warned_of() {
    let warned = |detection: &str| {
        let (rules, problems) = load(&rule(detection), &CompileOptions::default());
        assert_eq!(rules.len(), 1, "a warning costs nothing: {problems:?}");
        problems.iter().filter(|problem| problem.kind == ProblemKind::NeverMatches).count()
    };
    for detection in [
        "s: {a: x}\ncondition: s and not s",
        "s: {a: x}\nf: {a: [x, y]}\ncondition: s and not f",
        "s: {a: x}\nt: {a: y}\ncondition: s and t",
        "s: {a: null}\nt: {a|contains: y}\ncondition: s and t",
        "s: {a|exists: false}\nt: {a|gt: 5}\ncondition: all of them",
        "s: {a: x, b: y}\nf: {a: x}\ncondition: s and not f",
        "s: {a: x}\nt: {b: x}\ncondition: 3 of them",
        "s: {a: x}\nunused: {b: x}\ncondition: s",
    ] {
        assert_eq!(warned(detection), 1, "{detection}");
    }
    for detection in [
        "s: {a: x}\nf: {a: x, b: y}\ncondition: s and not f",
        "s: {a: [x, y]}\nf: {a: x}\ncondition: s and not f",
        "s: {a|all: [x, y]}\ncondition: s",
        "s: {a: x}\nt: {a: y}\ncondition: s or t",
        "s: {a|contains: x}\nt: {a: y}\ncondition: s and t",
        "s: {a|cased: x}\nf: {a|cased: X}\ncondition: s and not f",
        "s: {a: null}\nt: {a|exists: true}\ncondition: s and t",
        "s: {a: null}\nt: {a|neq: x}\ncondition: s and t",
    ] {
        assert_eq!(warned(detection), 0, "{detection}");
    }
}

#[test]
fn unknown_fields_are_warned_of_when_the_fields_are_known() {
    let known = vec!["eventName".to_owned(), "requestParameters.*".to_owned()];
    let options = CompileOptions { known_fields: Some(known), ..CompileOptions::default() };
    let text = rule("s: {eventname: x, eventName|fieldref: user, requestParameters.a.b: y}\ncondition: s");
    let (rules, problems) = load(&text, &options);
    assert_eq!(rules.len(), 1);
    let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].contains("`eventname`") && shown[0].contains("did you mean `eventName`?"), "{}", shown[0]);
    assert!(shown[1].contains("`user`"), "{}", shown[1]);
}

#[test]
fn unknown_fields_of_correlations_are_warned_of() {
    let options = CompileOptions { known_fields: Some(vec!["a".to_owned()]), ..CompileOptions::default() };
    let text = format!(
        "name: r\n{}---\ntitle: c\ncorrelation:\n    type: value_count\n    rules: [r]\n    group-by: [a, b, who]\n    timespan: 1m\n    aliases: {{who: {{r: d}}}}\n    condition: {{gte: 2, field: c}}\n",
        rule("s: {a: x}\ncondition: s")
    );
    let (rules, problems) = load(&text, &options);
    assert_eq!((rules.len(), rules.correlations().count()), (1, 1));
    let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 3, "{shown:?}");
    for (line, field) in shown.iter().zip(["`b`", "`c`", "`d`"]) {
        assert!(line.contains("warning") && line.contains(field), "{line}");
    }
}

#[test]
fn every_problem_of_a_map_is_told_at_once() {
    let found = complaints(&rule("s:\n    a|nope: x\n    b|wrong: y\n    c: []\ncondition: s"));
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn ids_given_twice_are_warned_of() {
    let one = format!("id: 0000-A\n{}", rule("s: {a: x}\ncondition: s"));
    let (rules, problems) = load(&format!("{one}---\n{}", one.replace("0000-A", "0000-a")), &CompileOptions::default());
    assert_eq!(rules.len(), 2);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].kind, ProblemKind::Duplicate);
    assert!(problems[0].what.contains("test.yml:1"), "{}", problems[0]);
    let named = format!("name: same\n{}", rule("s: {a: x}\ncondition: s"));
    let (rules, problems) = load(&format!("{named}---\n{named}"), &CompileOptions::default());
    assert_eq!((rules.len(), problems.len()), (2, 1));
    assert!(problems[0].what.contains("the name `same`"), "{}", problems[0]);
}

#[test]
fn metadata_is_kept_whole() {
    let text = "
title: All of it
id: 11111111-0000-4000-8000-000000000000
name: all_of_it
related:
    - {id: 22222222-0000-4000-8000-000000000000, type: derived}
taxonomy: sigma
status: experimental
description: |
    Two
    lines.
license: CC0-1.0
author: A, B
references: [https://example.com/a]
date: 2026-11-21
modified: 2026-11-22
logsource: {category: c, product: p, service: s, definition: d}
detection:
    s: {a: x}
    condition: s
fields: [a, b]
falsepositives: [Backups]
level: high
tags: [attack.t1098, attack.persistence]
scope: [server]
weight: 7
";
    let parsed = parse("dir/all.yml", text.as_bytes());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let Some(Document::Rule(rule)) = parsed.documents.first() else { panic!("a rule") };
    let own = &rule.metadata;
    assert_eq!(
        (own.title.as_str(), own.name.as_deref(), own.origin.file.as_str()),
        ("All of it", Some("all_of_it"), "dir/all.yml")
    );
    assert_eq!((own.origin.place.line, own.origin.place.column), (2, 1));
    assert_eq!(own.related[0].relation, "derived");
    assert_eq!((own.status, own.level), (Some(Status::Experimental), Some(Level::High)));
    assert_eq!(own.description.as_deref(), Some("Two\nlines."));
    assert_eq!((own.date.as_deref(), own.modified.as_deref()), (Some("2026-11-21"), Some("2026-11-22")));
    assert_eq!((own.author.as_deref(), own.license.as_deref()), (Some("A, B"), Some("CC0-1.0")));
    assert_eq!((own.tags.len(), own.fields.len(), own.false_positives.len(), own.scope.len()), (2, 2, 1, 1));
    assert_eq!(own.references, ["https://example.com/a"]);
    assert_eq!(own.custom.len(), 1);
    assert_eq!(own.attribute("weight").map(|weight| &weight.value), Some(&serde_json::json!(7)));
    assert_eq!(rule.logsource.definition.as_deref(), Some("d"));
    assert_eq!(rule.conditions().collect::<Vec<_>>(), ["s"]);
    assert_eq!(rule.searches().collect::<Vec<_>>(), ["s"]);
}

#[test]
fn values_are_listed_wherever_a_rule_compares_a_field_with_them() {
    let text = "title: t\nlogsource: {product: p}\ndetection:\n  s:\n    - {a: [x, 7, null], b: y}\n    - a|startswith|cased: z\n    \
                - keyword\n  filter: {a: w}\n  condition: s and not filter\n";
    let parsed = parse("f.yml", text.as_bytes());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let Some(Document::Rule(rule)) = parsed.documents.first() else { panic!("a rule") };
    let begins = [Modifier::StartsWith, Modifier::Cased];
    assert_eq!(rule.compared("a"), [(&[][..], "x"), (&[], "7"), (&begins, "z"), (&[], "w")]);
    assert!(rule.compared("c").is_empty());
}
