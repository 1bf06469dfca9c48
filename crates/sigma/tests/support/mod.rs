//! Rules and records of the tests: written here, never taken from elsewhere.
#![allow(dead_code, reason = "each suite uses a part")]

use serde_json::Value;
use sigma::{CompileOptions, JsonFields, Problem, RuleIndex, RuleSet, Scratch, parse};

/// A rule around a detection, which is given as the lines below `detection:`.
pub(crate) fn rule(detection: &str) -> String {
    let lines: String = detection.lines().map(|line| format!("    {line}\n")).collect();
    format!("title: Test\nlogsource:\n    product: example\ndetection:\n{lines}")
}

/// Parses and compiles a file; everything that was found wrong.
pub(crate) fn load(text: &str, options: &CompileOptions) -> (RuleSet, Vec<Problem>) {
    let parsed = parse("test.yml", text.as_bytes());
    let (rules, problems) = RuleSet::compile(parsed.documents, options);
    (rules, parsed.problems.into_iter().chain(problems).collect())
}

/// A file without anything wrong.
pub(crate) fn sound(text: &str) -> RuleSet {
    let (rules, problems) = load(text, &CompileOptions::default());
    assert!(problems.is_empty(), "{}\n{text}", problems.iter().map(Problem::to_string).collect::<String>());
    rules
}

/// The rules that match, with the index and without it alike.
pub(crate) fn matched(rules: &RuleSet, record: &Value) -> Vec<RuleIndex> {
    let fields = JsonFields::new(rules);
    let record = fields.record(record);
    let found: Vec<_> = rules.matches(&record, &mut Scratch::default()).collect();
    assert_eq!(found, rules.matches_each(&record), "the index changed a result");
    for (rule, _) in rules.rules() {
        assert_eq!(rules.explain(rule, &record).matched, found.contains(&rule), "the explanation differs");
    }
    found
}

/// A detection that must match each of the first records and none of the second.
pub(crate) fn check(detection: &str, fires: &[Value], quiet: &[Value]) {
    let rules = sound(&rule(detection));
    for record in fires {
        assert_eq!(matched(&rules, record).len(), 1, "should fire:\n{detection}\n{record}");
    }
    for record in quiet {
        assert_eq!(matched(&rules, record).len(), 0, "should be quiet:\n{detection}\n{record}");
    }
}

/// One field test: `check_field("a|contains: x", …)`.
pub(crate) fn check_field(item: &str, fires: &[Value], quiet: &[Value]) {
    check(&format!("sel:\n    {}\ncondition: sel", item.replace('\n', "\n    ")), fires, quiet);
}

/// What is wrong with a file, one line each.
pub(crate) fn complaints(text: &str) -> Vec<String> {
    load(text, &CompileOptions::default()).1.iter().map(Problem::to_string).collect()
}
