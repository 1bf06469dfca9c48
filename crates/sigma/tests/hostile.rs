//! Rules and records that want to cost more than they should. Each must be refused, or be cheap.

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sigma::{CompileOptions, JsonFields, ProblemKind, RuleSet, Scratch, limits, parse};
use support::{matched, rule, sound};

/// Generous: a debug build on a busy machine.
const SOON: Duration = Duration::from_secs(20);

fn refused(text: &str) -> Option<ProblemKind> {
    let start = Instant::now();
    let parsed = parse("hostile.yml", text.as_bytes());
    let (rules, problems) = RuleSet::compile(parsed.documents, &CompileOptions::default());
    assert!(start.elapsed() < SOON);
    assert!(rules.is_empty());
    parsed.problems.into_iter().chain(problems).find(sigma::Problem::is_error).map(|problem| problem.kind)
}

#[test]
fn billion_laughs_are_refused() {
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..15 {
        let names = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{names}]\n"));
    }
    assert_eq!(refused(&text), Some(ProblemKind::TooLarge));
    let long = format!("a: &a '{}'\nb: [{}]\n", "x".repeat(500_000), vec!["*a"; 1000].join(", "));
    assert_eq!(refused(&long), Some(ProblemKind::TooLarge));
    assert_eq!(refused("a: &a [*a]\n"), Some(ProblemKind::Yaml));
}

#[test]
fn bombs_in_many_documents_share_a_bound() {
    let bomb = "a: &a [x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n---\n";
    assert!(matches!(
        refused(&bomb.repeat(limits::FILE_BYTES / bomb.len())),
        Some(ProblemKind::TooLarge | ProblemKind::Structure)
    ));
    // A bomb costs its neighbours nothing.
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..15 {
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", ")));
    }
    let parsed = parse("x.yml", format!("{text}---\n{}", rule("s: {a: x}\ncondition: s")).as_bytes());
    assert_eq!((parsed.documents.len(), parsed.problems.len()), (1, 1), "{:?}", parsed.problems);
}

#[test]
fn fragments_repeated_without_end_are_read_soon() {
    let fragments = [
        "[",
        "{",
        "- ",
        "? ",
        ": ",
        "a: ",
        "&a ",
        "*a ",
        "!a ",
        "'",
        "\"",
        "|\n",
        ">\n ",
        "#\n",
        "\t",
        "\r",
        "%x\n",
        ",",
        "[]",
        "{}\n",
        "a: b\n",
        "- - a\n",
        "a:\n  - ",
        "---\n",
        "...\n",
        "a\n",
        "a b",
        "\\",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "0",
        "-",
        "a: &x [*x]\n---\n",
        "{a: 1, a: 2}\n---\n",
        "<<: x\n---\n",
        "é",
        "x: |2\n",
        "[a, ",
        "{a: ",
        "{[a]: ",
        "a: [",
        "\"\\u0041",
    ];
    for fragment in fragments {
        let text = fragment.repeat(200_000 / fragment.len());
        let start = Instant::now();
        let parsed = parse("x.yml", text.as_bytes());
        assert!(parsed.problems.len() <= limits::PROBLEMS + 1 && parsed.documents.is_empty());
        assert!(start.elapsed() < SOON, "{fragment:?}: {:?}", start.elapsed());
    }
}

#[test]
fn many_problems_are_counted_and_not_listed() {
    let items: String = (0..3_000).map(|number| format!("s{number}: {{a|nope: x}}\n")).collect();
    let parsed = parse("x.yml", rule(&format!("{items}condition: 1 of s*")).as_bytes());
    assert_eq!(parsed.problems.len(), limits::PROBLEMS + 1);
    assert_eq!(parsed.problems.last().map(|last| last.what.as_str()), Some("2000 more problems are not listed"));
}

#[test]
fn one_of_ten_thousand_searches_works_and_repeating_it_is_refused() {
    let searches: String = (0..10_000).map(|number| format!("s{number}: {{a: x{number}}}\n")).collect();
    let start = Instant::now();
    let rules = sound(&rule(&format!("{searches}condition: 1 of *")));
    assert_eq!(matched(&rules, &json!({"a": "x9999"})).len(), 1);
    assert_eq!(matched(&rules, &json!({"a": "x"})).len(), 0);
    let repeated = vec!["1 of *"; 200].join(" and ");
    assert_eq!(refused(&rule(&format!("{searches}condition: {repeated}"))), Some(ProblemKind::TooLarge));
    let listed: String = (0..50).map(|_| "    - 1 of *\n").collect();
    assert_eq!(refused(&rule(&format!("{searches}condition:\n{listed}"))), Some(ProblemKind::TooLarge));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn searches_with_many_values_that_are_named_again_and_again_stay_cheap() {
    let values: Vec<String> = (0..2000).map(|number| format!("v{number}")).collect();
    let values = values.join(", ");
    let parts: Vec<String> = (0..300).map(|number| format!("(s and t{number})")).collect();
    let others: String = (0..300).map(|number| format!("t{number}: {{b: y{number}}}\n")).collect();
    let start = Instant::now();
    let rules = sound(&rule(&format!("s: {{a|contains: [{values}]}}\n{others}condition: {}", parts.join(" or "))));
    assert_eq!(matched(&rules, &json!({"a": "x".repeat(20_000), "b": "y"})).len(), 0);
    let repeated = vec!["s"; 1500].join(" or ");
    let rules = sound(&rule(&format!("s: {{a: [{values}]}}\ncondition: {repeated}")));
    assert_eq!(matched(&rules, &json!({"a": "v1999"})).len(), 1);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn contradictions_among_many_values_are_not_looked_for_without_end() {
    let search = |number: usize| {
        let values: Vec<String> = (0..1500).map(|value| format!("v{}", value + number)).collect();
        format!("s{number}: {{a: [{}]}}\n", values.join(", "))
    };
    let searches: String = (0..40).map(search).collect();
    let pairs = ["(s1 or s2)"; 8].join(" and ");
    let start = Instant::now();
    sound(&rule(&format!("{searches}condition: all of s* and {pairs}")));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn two_long_lists_are_not_compared_each_with_each() {
    let list = |prefix: &str| -> Vec<String> { (0..50_000).map(|number| format!("{prefix}{number}")).collect() };
    let record = json!({"a": list("a"), "b": list("b")});
    let start = Instant::now();
    for item in ["a|fieldref: b", "a|fieldref|contains: b"] {
        let rules = sound(&rule(&format!("s:\n    {item}\ncondition: s")));
        assert!(matched(&rules, &record).is_empty());
    }
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let problem = parse("x.yml", b"title: x\nid: \xff\n").problems.remove(0);
    assert_eq!(problem.to_string(), "x.yml:2:1: error: the file is not UTF-8; save the file as UTF-8");
    let wide: Vec<u8> = "title: x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(parse("x.yml", &wide).documents.is_empty());
    assert_eq!(parse("x.yml", &vec![b'x'; 10 << 20]).problems[0].kind, ProblemKind::TooLarge);
}

#[test]
fn depth_and_size_are_bounded() {
    assert_eq!(refused(&format!("a: {}{}", "[".repeat(200), "]".repeat(200))), Some(ProblemKind::TooLarge));
    let nested: String = (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(matches!(refused(&nested), Some(ProblemKind::TooLarge | ProblemKind::Yaml)));
    assert_eq!(refused(&"x".repeat(limits::FILE_BYTES + 1)), Some(ProblemKind::TooLarge));
    let value = "x".repeat(limits::PATTERN_BYTES + 1);
    assert_eq!(refused(&rule(&format!("s: {{a: {value}}}\ncondition: s"))), Some(ProblemKind::TooLarge));
    let marks = "?".repeat(2000);
    assert_eq!(refused(&rule(&format!("s: {{a|contains: '{marks}x'}}\ncondition: s"))), Some(ProblemKind::TooLarge));
    let deep = format!("s: {{a: x}}\ncondition: {}s{}", "(".repeat(100), ")".repeat(100));
    assert_eq!(refused(&rule(&deep)), Some(ProblemKind::TooLarge));
}

#[test]
fn many_large_regular_expressions_share_a_budget() {
    let texts: String = (0..70).map(|number| format!("        - '{number}(a{{90}}b){{240}}'\n")).collect();
    assert_eq!(refused(&rule(&format!("s:\n    a|re:\n{texts}condition: s"))), Some(ProblemKind::TooLarge));
}

#[test]
fn many_bombs_cost_little_more_than_a_few() {
    let texts: String = (0..5000).map(|number| format!("        - '{number}(a{{500}}){{500}}'\n")).collect();
    assert_eq!(refused(&rule(&format!("s:\n    a|re:\n{texts}condition: s"))), Some(ProblemKind::TooLarge));
}

#[test]
fn a_condition_with_many_alternatives_is_not_multiplied_out() {
    let searches: String =
        (0..60).map(|number| format!("s{number}: [{{a: x{number}}}, {{b: y{number}}}, {{c: z{number}}}]\n")).collect();
    let start = Instant::now();
    sound(&rule(&format!("{searches}condition: all of s* and not (s1 and not s2)")));
    assert!(start.elapsed() < SOON);
}

#[test]
fn patterns_stay_cheap_on_long_values() {
    let rules = sound(&rule("s:\n    a|contains: 'a*a*a*a*a*a*a*a*a*b'\ncondition: s"));
    let start = Instant::now();
    assert!(matched(&rules, &json!({"a": "a".repeat(300_000)})).is_empty());
    assert!(start.elapsed() < SOON);
    let rules = sound(&rule("s:\n    a|re: '(a|aa)+$'\ncondition: s"));
    let start = Instant::now();
    assert!(matched(&rules, &json!({"a": format!("{}!", "a".repeat(100_000))})).is_empty());
    assert!(start.elapsed() < SOON);
}

#[test]
fn deep_records_end() {
    let deep = (0..1000).fold(json!("x"), |inner, _| json!([inner]));
    let objects = (0..1000).fold(json!("x"), |inner, _| json!({"a": inner}));
    let rules = sound(&rule("s: {a|contains: x}\nt: {a.a.a.a.b: y}\nk: [zz]\ncondition: s or t or k"));
    let fields = JsonFields::new(&rules);
    for record in [json!({"a": deep}), objects] {
        let _ = rules.matches(&fields.record(&record), &mut Scratch::default()).count();
    }
}

#[test]
fn paths_with_many_dots_are_not_tried_in_every_way() {
    let name = vec!["a"; 200].join(".");
    let rules = sound(&rule(&format!("s: {{{name}: x}}\ncondition: s")));
    // Every way of cutting the path finds something for a while.
    let record = (0..60).fold(json!({}), |inner: Value, _| json!({"a": inner.clone(), "a.a": {}, "a.a.a": {}}));
    let start = Instant::now();
    assert!(matched(&rules, &record).is_empty());
    assert!(start.elapsed() < SOON);
}

#[test]
fn names_from_rules_are_shortened_in_problems() {
    let parsed = parse("x.yml", rule(&format!("s: {{a|{}: x}}\ncondition: s", "y".repeat(3000))).as_bytes());
    assert!(parsed.problems[0].to_string().len() < 1000);
}

#[test]
fn records_that_are_never_alike_match_as_others_do() {
    let rules = [
        rule("s: {a|startswith: x1, b: y}\ncondition: s"),
        rule("s: {a: [x5, x50005]}\ncondition: s"),
        rule("s: {b: y}\nt: {c|contains: z9}\ncondition: s and not t"),
    ];
    let rules = sound(&rules.join("---\n"));
    let fields = JsonFields::new(&rules);
    let mut scratch = Scratch::default();
    for number in 0..60_000_u32 {
        let value = json!({"a": format!("X{number}"), "b": "Y", "c": format!("z{number}")});
        let found: Vec<usize> = rules.matches(&fields.record(&value), &mut scratch).map(|rule| rule.index()).collect();
        let text = number.to_string();
        let expect = [(0, text.starts_with('1')), (1, number == 5 || number == 50_005), (2, !text.starts_with('9'))];
        let expect: Vec<usize> = expect.into_iter().filter(|(_, holds)| *holds).map(|(place, _)| place).collect();
        assert_eq!(found, expect, "{number}");
    }
}
