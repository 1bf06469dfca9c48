//! Whatever the input: nothing panics, and the index never changes a result.

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use sigma::{
    CompileOptions, Correlator, CorrelatorOptions, JsonFields, Likeness, Record, RuleSet, Scratch, Slot, parse,
};

/// Words that rules and records share, so that matches are not rare.
fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "x", "X", "xyx", "XyXyx", "y", "É", "é", "5", "05", "true", "null", "", "a b", "K", "\u{212a}",
    ])
    .prop_map(str::to_owned)
}

fn field() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "a.b", "c"]).prop_map(str::to_owned)
}

fn pattern() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => word().prop_map(Value::String),
        1 => (word(), word()).prop_map(|(left, right)| json!(format!("{left}*{right}"))),
        1 => word().prop_map(|word| json!(format!("?{word}"))),
        1 => Just(json!(5)),
        1 => Just(json!(true)),
    ]
}

fn item() -> impl Strategy<Value = (String, Value)> {
    let modifiers = prop::sample::select(vec![
        "",
        "",
        "",
        "",
        "|contains",
        "|startswith",
        "|endswith",
        "|cased",
        "|neq",
        "|re",
        "|contains|cased",
    ]);
    let values = prop_oneof![pattern(), prop::collection::vec(pattern(), 1..12).prop_map(Value::Array)];
    let tested = (field(), modifiers, values).prop_map(|(field, modifiers, values)| {
        let values = if modifiers == "|re" { json!("x.?") } else { values };
        (format!("{field}{modifiers}"), values)
    });
    let others = prop_oneof![
        field().prop_map(|field| (field, Value::Null)),
        (field(), any::<bool>()).prop_map(|(field, wanted)| (format!("{field}|exists"), json!(wanted))),
        (field(), field()).prop_map(|(field, other)| (format!("{field}|fieldref"), json!(other))),
        (field(), 0..9).prop_map(|(field, number)| (format!("{field}|gt"), json!(number))),
    ];
    prop_oneof![5 => tested, 1 => others]
}

fn search() -> impl Strategy<Value = Value> {
    let map = || prop::collection::vec(item(), 1..4).prop_map(|items| Value::Object(items.into_iter().collect()));
    prop_oneof![4 => map(), 1 => prop::collection::vec(map(), 1..3).prop_map(Value::Array), 1 => Just(json!(["xy", "É"]))]
}

fn condition() -> impl Strategy<Value = String> {
    let leaf =
        prop::sample::select(vec!["s0", "s1", "s2", "1 of them", "all of s*", "2 of them"]).prop_map(str::to_owned);
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} and {right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} or {right})")),
            inner.prop_map(|inner| format!("not {inner}")),
        ]
    })
}

/// JSON is YAML.
fn rule() -> impl Strategy<Value = String> {
    (search(), search(), search(), condition()).prop_map(|(s0, s1, s2, condition)| {
        json!({"title": "t", "logsource": {}, "detection": {"s0": s0, "s1": s1, "s2": s2, "condition": condition}})
            .to_string()
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        5 => word().prop_map(Value::String),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => (0..9_i64).prop_map(Value::from),
        1 => prop::sample::select(vec![5.0, 0.5]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec((field(), inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn record() -> impl Strategy<Value = Value> {
    prop::collection::vec((field(), value()), 0..4).prop_map(|members| Value::Object(members.into_iter().collect()))
}

fn compiled(texts: &[String]) -> RuleSet {
    compiled_with(texts, &CompileOptions::default())
}

fn compiled_with(texts: &[String], options: &CompileOptions) -> RuleSet {
    let documents = texts.iter().flat_map(|text| {
        let parsed = parse("p.yml", text.as_bytes());
        assert!(parsed.problems.iter().all(|problem| !problem.is_error()), "{:?}\n{text}", parsed.problems);
        parsed.documents
    });
    let (rules, problems) = RuleSet::compile(documents.collect(), options);
    assert!(problems.iter().all(|problem| !problem.is_error()), "{problems:?}");
    rules
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_changes_no_result(texts in prop::collection::vec(rule(), 1..20), records in prop::collection::vec(record(), 1..20)) {
        let rules = compiled(&texts);
        for record in &records {
            // Also compares the explanation.
            support::matched(&rules, record);
        }
    }

    #[test]
    fn what_is_remembered_changes_no_result(
        texts in prop::collection::vec(rule(), 1..20),
        records in prop::collection::vec(record(), 1..20),
        order in prop::collection::vec(0..20_usize, 1..120),
        few_valued in prop::collection::vec(field(), 0..4),
        ready in prop::option::of(prop::collection::vec(field(), 0..4)),
    ) {
        let options =
            CompileOptions { few_valued_fields: few_valued, ready_fields: ready, ..CompileOptions::default() };
        let rules = compiled_with(&texts, &options);
        let others = compiled(&texts);
        let fields = JsonFields::new(&rules);
        let other_fields = JsonFields::new(&others);
        // One scratch for all records, most of them several times, and now and then for other rules.
        let mut scratch = Scratch::default();
        for place in order {
            let Some(record) = records.get(place % 23) else {
                let record = other_fields.record(&records[0]);
                let found: Vec<_> = others.matches(&record, &mut scratch).collect();
                prop_assert_eq!(found, others.matches_each(&record));
                continue;
            };
            let record = fields.record(record);
            let found: Vec<_> = rules.matches(&record, &mut scratch).collect();
            prop_assert_eq!(found, rules.matches_each(&record));
        }
    }

    #[test]
    fn what_is_remembered_of_alike_records_changes_no_result(
        texts in prop::collection::vec(rule(), 1..20),
        records in prop::collection::vec(record(), 1..20),
        order in prop::collection::vec(0..20_usize, 1..120),
        alike in prop::collection::vec(field(), 0..6),
    ) {
        let rules = compiled(&texts);
        let fields = JsonFields::new(&rules);
        // A record may have `a.b` as one name, too.
        let names = |field: &String| -> Vec<String> {
            let ends = field.match_indices('.').map(|(at, _)| at).chain([field.len()]);
            ends.filter_map(|end| field.get(..end)).map(str::to_owned).collect()
        };
        let is_alike: Vec<bool> = rules.fields().iter().map(|field| alike.contains(field)).collect();
        let members: BTreeSet<String> = alike.iter().flat_map(names).collect();
        let in_common = |record: &Value| -> Vec<Option<Value>> { members.iter().map(|name| record.get(name).cloned()).collect() };
        let mut scratch = Scratch::default();
        for record in order.iter().filter_map(|place| records.get(*place)) {
            let first = records.iter().position(|other| in_common(other) == in_common(record)).unwrap();
            let record = Alike { record: fields.record(record), likeness: [first as u32, 1, 2, 3], is_alike: &is_alike };
            let found: Vec<_> = rules.matches(&record, &mut scratch).collect();
            prop_assert_eq!(found, rules.matches_each(&record));
        }
    }

    #[test]
    fn rules_alone_and_together_match_the_same(texts in prop::collection::vec(rule(), 1..10), record in record()) {
        let together: Vec<usize> = support::matched(&compiled(&texts), &record).iter().map(|rule| rule.index()).collect();
        let alone = texts.iter().map(|text| support::matched(&compiled(std::slice::from_ref(text)), &record).len() == 1);
        let alone: Vec<usize> = alone.enumerate().filter(|(_, matched)| *matched).map(|(place, _)| place).collect();
        prop_assert_eq!(together, alone);
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse("b.yml", &bytes);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in r##"([-:|>&*!%@?'"#\[\]{},~ \n\t]|[a-c]|title: |detection:\n|condition: |---\n|É){0,80}"##) {
        let parsed = parse("t.yml", text.as_bytes());
        let _ = RuleSet::compile(parsed.documents, &CompileOptions::default());
    }

    #[test]
    fn no_detection_makes_the_compiler_panic(key in r"[a-c.]{0,3}(\|[a-z0-9]{1,12}){0,3}", text in r"[a-c*?\\%/(){}\[\]+.0-9é-]{0,20}", condition in r"(s|not|and|or|of|1|all|them|\(|\)|\*| ){0,10}") {
        for condition in ["s", condition.as_str()] {
            let text = json!({"title": "t", "detection": {"s": {key.as_str(): text}, "condition": condition}}).to_string();
            let parsed = parse("d.yml", text.as_bytes());
            let (rules, _) = RuleSet::compile(parsed.documents, &CompileOptions::default());
            support::matched(&rules, &json!({"a": ["a*b", "2026-11-21T00:00", 5, {"b": "c"}], "b": text}));
        }
    }

    #[test]
    fn order_within_the_tolerance_changes_no_correlation(times in prop::collection::vec(0..600_i64, 1..40), kind in 0..3_usize) {
        let body = ["type: event_count\n    condition: {gte: 3}", "type: value_count\n    condition: {gte: 2, field: b}", "type: event_count\n    condition: {eq: 2}"][kind];
        let text = format!("title: r\nname: r\nlogsource: {{}}\ndetection: {{s: {{a: x}}, condition: s}}\n---\ntitle: c\ncorrelation:\n    rules: [r]\n    group-by: [g]\n    timespan: 60s\n    {body}\n");
        let rules = compiled(&[text]);
        // Distinct times, so that the order is the only difference.
        let mut events: Vec<(i64, u64)> = times.iter().enumerate().map(|(place, time)| (time * 100 + i64::try_from(place).unwrap(), place as u64)).collect();
        let shuffled = correlated(&rules, &events);
        events.sort_unstable();
        prop_assert_eq!(correlated(&rules, &events), shuffled);
    }
}

/// A record that knows what it has in common with others.
struct Alike<'a, R> {
    record: R,
    likeness: Likeness,
    /// Of each slot.
    is_alike: &'a [bool],
}

impl<R: Record> Record for Alike<'_, R> {
    fn get(&self, slot: Slot) -> Option<sigma::Value<'_>> {
        self.record.get(slot)
    }

    fn texts(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        self.record.texts(test)
    }

    fn likeness(&self) -> Option<Likeness> {
        Some(self.likeness)
    }

    fn is_alike(&self, slot: Slot) -> bool {
        self.is_alike.get(slot.index()).copied().unwrap_or_default()
    }
}

fn correlated(rules: &RuleSet, events: &[(i64, u64)]) -> Vec<Vec<u64>> {
    let fields = JsonFields::new(rules);
    let mut correlator = Correlator::new(rules, CorrelatorOptions::default());
    let (mut scratch, mut found) = (Scratch::default(), Vec::new());
    for (time, index) in events {
        let value = json!({"a": "x", "g": index % 2, "b": index % 3});
        let record = fields.record(&value);
        correlator.observe(time * 10, *index, &record, rules.matches(&record, &mut scratch), &mut found);
    }
    correlator.finish(&mut found);
    assert_eq!(correlator.counts(), sigma::CorrelatorCounts::default());
    found.into_iter().map(|found| found.events).collect()
}
