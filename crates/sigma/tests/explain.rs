//! Explanations: which search, field, pattern and value.

mod support;

use serde_json::json;
use sigma::{JsonFields, Modifier, RuleIndex};
use support::{rule, sound};

#[test]
fn the_field_the_pattern_and_the_value_are_named() {
    let rules = sound(&rule(
        "sel:\n    name: [Other, Stop*]\n    agent|contains|all: [cli, linux]\nfilter: {error: null}\nkw: [hidden]\ncondition: sel and not filter and kw",
    ));
    let fields = JsonFields::new(&rules);
    let value = json!({"name": "StopLogging", "agent": "CLI on Linux", "error": "Denied", "x": ["so hidden"]});
    let index = rules.rules().next().unwrap().0;
    let explanation = rules.explain(index, &fields.record(&value));
    assert!(explanation.matched);
    let mut evidence: Vec<_> = explanation
        .evidence()
        .map(|(search, test)| {
            (search, test.field.as_deref(), test.pattern.as_str(), test.patterns, test.value.as_deref())
        })
        .collect();
    evidence.sort_unstable();
    assert_eq!(
        evidence,
        [
            ("kw", None, "hidden", 1, None),
            ("sel", Some("agent"), "cli", 1, Some("CLI on Linux")),
            ("sel", Some("agent"), "linux", 1, Some("CLI on Linux")),
            ("sel", Some("name"), "Stop*", 2, Some("StopLogging")),
        ]
    );
    let filter = explanation.searches.iter().find(|search| search.name == "filter").unwrap();
    assert!(!filter.matched && !filter.tests[0].matched);
    assert_eq!((filter.tests[0].pattern.as_str(), filter.tests[0].value.as_deref()), ("null", Some("Denied")));
    let sel = explanation.searches.iter().find(|search| search.name == "sel").unwrap();
    assert!(sel.tests.iter().any(|test| test.modifiers == [Modifier::Contains, Modifier::All]));
}

#[test]
fn values_are_counted_as_the_rule_gives_them() {
    let rules = sound(&rule("sel: {a|base64offset|contains: [foobar, other], b: 0x1F}\ncondition: sel"));
    let fields = JsonFields::new(&rules);
    let index = rules.rules().next().unwrap().0;
    let explanation = rules.explain(index, &fields.record(&json!({"a": "xZm9vYmFyx", "b": 31})));
    let shown = explanation.evidence().map(|(_, test)| (test.pattern.as_str(), test.patterns));
    let mut shown: Vec<_> = shown.collect();
    shown.sort_unstable();
    assert_eq!(shown, [("0x1F", 1), ("foobar", 2)]);
}

#[test]
fn a_near_miss_says_what_failed() {
    let rules = sound(&rule("sel: {a: x, b|exists: true}\ncondition: sel"));
    let fields = JsonFields::new(&rules);
    let index = rules.rules().next().unwrap().0;
    let explanation = rules.explain(index, &fields.record(&json!({"a": "x"})));
    assert!(!explanation.matched && explanation.evidence().next().is_none());
    let failed: Vec<_> =
        explanation.searches[0].tests.iter().filter(|test| !test.matched).map(|test| test.field.as_deref()).collect();
    assert_eq!(failed, [Some("b")]);
}

#[test]
fn long_values_are_shortened() {
    let rules = sound(&rule("sel: {a|contains: x}\ncondition: sel"));
    let fields = JsonFields::new(&rules);
    let index: RuleIndex = rules.rules().next().unwrap().0;
    let explanation = rules.explain(index, &fields.record(&json!({"a": "xé".repeat(5000)})));
    assert_eq!(explanation.searches[0].tests[0].value.as_ref().unwrap().chars().count(), 201);
}
