//! Correlations over events that stand in the test, times in seconds.

mod support;

use serde_json::{Value, json};
use sigma::{
    CompileOptions, CorrelationMatch, Correlator, CorrelatorCounts, CorrelatorOptions, JsonFields, RuleSet, Scratch,
    limits,
};
use support::{complaints, load, sound};

/// Rules `login_failed`, `login_ok`, `user_made`, `key_made` on the field `e`.
const RULES: &str = "
title: Login failed
id: 00000000-0000-4000-8000-00000000000f
name: login_failed
logsource: {product: example}
detection: {s: {e: fail}, condition: s}
---
title: Login ok
name: login_ok
logsource: {product: example}
detection: {s: {e: ok}, condition: s}
---
title: User made
name: user_made
logsource: {product: example}
detection: {s: {e: [user, both]}, condition: s}
---
title: Key made
name: key_made
logsource: {product: example}
detection: {s: {e: [key, both]}, condition: s}
";

fn correlation(body: &str) -> String {
    let lines: String = body.lines().map(|line| format!("    {line}\n")).collect();
    format!("{RULES}---\ntitle: Correlated\nname: correlated\ncorrelation:\n{lines}")
}

fn run_with(
    rules: &RuleSet,
    events: &[(i64, Value)],
    options: CorrelatorOptions,
) -> (Vec<CorrelationMatch>, CorrelatorCounts) {
    let fields = JsonFields::new(rules);
    let mut correlator = Correlator::new(rules, options);
    let (mut scratch, mut found) = (Scratch::default(), Vec::new());
    for (index, (seconds, value)) in (0..).zip(events) {
        let record = fields.record(value);
        let matched = rules.matches(&record, &mut scratch);
        correlator.observe(seconds * 1000, index, &record, matched, &mut found);
    }
    correlator.finish(&mut found);
    (found, correlator.counts())
}

fn run(rules: &RuleSet, events: &[(i64, Value)]) -> Vec<CorrelationMatch> {
    run_with(rules, events, CorrelatorOptions::default()).0
}

/// The events of each match.
fn check(body: &str, events: &[(i64, Value)], expect: &[&[u64]]) {
    let found = run(&sound(&correlation(body)), events);
    let found: Vec<_> = found.iter().map(|found| found.events.as_slice()).collect();
    assert_eq!(found, expect, "{body}\n{events:?}");
}

fn event(seconds: i64, what: &str, user: &str) -> (i64, Value) {
    (seconds, json!({"e": what, "user": user}))
}

const COUNT: &str = "type: event_count\nrules: [login_failed]\ngroup-by: [user]\ntimespan: 60s\ncondition: {gte: 3}";

#[test]
fn events_are_counted_in_a_sliding_window_by_group() {
    let fail = |seconds, user| event(seconds, "fail", user);
    check(COUNT, &[fail(0, "a"), fail(30, "a"), fail(60, "a")], &[&[0, 1, 2]]);
    // The first has left the window by then.
    check(COUNT, &[fail(0, "a"), fail(30, "a"), fail(61, "a")], &[]);
    check(COUNT, &[fail(0, "a"), fail(1, "b"), fail(2, "a"), fail(3, "b")], &[]);
    check(COUNT, &[fail(0, "a"), event(1, "ok", "a"), fail(2, "a"), event(3, "ok", "a")], &[]);
    // A window that begins in the middle of another.
    check(COUNT, &[fail(0, "a"), fail(50, "a"), fail(70, "a"), fail(100, "a")], &[&[1, 2, 3]]);
}

#[test]
fn a_burst_is_one_match_and_two_bursts_are_two() {
    let burst: Vec<_> = (0..10).map(|number| event(number * 10, "fail", "a")).collect();
    check(COUNT, &burst, &[&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
    let two: Vec<_> = [0, 1, 2, 500, 501, 502].into_iter().map(|seconds| event(seconds, "fail", "a")).collect();
    check(COUNT, &two, &[&[0, 1, 2], &[3, 4, 5]]);
    let found = run(&sound(&correlation(COUNT)), &burst);
    assert_eq!((found[0].first, found[0].last, found[0].measured), (0, 90_000, 7));
    assert_eq!(found[0].group, [("user".to_owned(), "a".to_owned())]);
    assert!(found[0].standalone);
}

#[test]
fn disorder_within_the_tolerance_changes_nothing() {
    let shuffled = [event(60, "fail", "a"), event(0, "fail", "a"), event(30, "fail", "a")];
    check(COUNT, &shuffled, &[&[0, 1, 2]]);
    let rules = sound(&correlation(COUNT));
    let options = CorrelatorOptions { tolerance: std::time::Duration::from_secs(40), ..CorrelatorOptions::default() };
    let (found, counts) = run_with(&rules, &shuffled, options);
    assert!(found.is_empty());
    assert_eq!(counts.late, 1);
}

#[test]
fn every_bound_and_ranges() {
    let base = "type: event_count\nrules: [login_failed]\ngroup-by: [user]\ntimespan: 60s\ncondition: ";
    let of = |count: i64| -> Vec<(i64, Value)> { (0..count).map(|number| event(number, "fail", "a")).collect() };
    for (bounds, holds) in [
        ("{gt: 2}", [false, false, true, true]),
        ("{gte: 2}", [false, true, true, true]),
        ("{lt: 2}", [true, false, false, false]),
        ("{lte: 2}", [true, true, false, false]),
        ("{eq: 2}", [false, true, false, false]),
        ("{neq: 2}", [true, false, true, true]),
        ("{gt: 1, lte: 3}", [false, true, true, false]),
    ] {
        let rules = sound(&correlation(&format!("{base}{bounds}")));
        for (count, holds) in (1..).zip(holds) {
            let found = run(&rules, &of(count));
            assert_eq!(found.len(), usize::from(holds), "{bounds} of {count}");
            if let [found] = found.as_slice() {
                assert_eq!(found.measured, u64::try_from(count).unwrap());
            }
        }
    }
    // Windows of an upper bound follow each other.
    let events: Vec<_> = [0, 10, 60, 61, 100, 200].into_iter().map(|seconds| event(seconds, "fail", "a")).collect();
    check(&format!("{base}{{eq: 2}}"), &events, &[&[3, 4]]);
}

#[test]
fn distinct_values_are_counted() {
    let body =
        "type: value_count\nrules: [login_failed]\ngroup-by: [ip]\ntimespan: 60s\ncondition: {field: user, gte: 3}";
    let at = |seconds: i64, user: Value| (seconds, json!({"e": "fail", "ip": "192.0.2.1", "user": user}));
    check(body, &[at(0, json!("a")), at(1, json!("b")), at(2, json!("c"))], &[&[0, 1, 2]]);
    check(body, &[at(0, json!("a")), at(1, json!("b")), at(2, json!("a")), at(3, Value::Null)], &[]);
    check(body, &[at(0, json!("a")), at(50, json!("b")), at(70, json!("c")), at(80, json!("a"))], &[&[1, 2, 3]]);
    let pair = body.replace("field: user", "field: [user, host]");
    let of = |seconds: i64, user: &str, host: &str| {
        (seconds, json!({"e": "fail", "ip": "192.0.2.1", "user": user, "host": host}))
    };
    check(&pair, &[of(0, "a", "1"), of(1, "a", "2"), of(2, "b", "1")], &[&[0, 1, 2]]);
    // `ab` + `c` is not `a` + `bc`, and only two pairs are distinct.
    check(&pair, &[of(0, "ab", "c"), of(1, "a", "bc"), of(2, "ab", "c")], &[]);
}

#[test]
fn temporal_wants_every_rule_in_any_order() {
    let body = "type: temporal\nrules: [user_made, key_made]\ngroup-by: [user]\ntimespan: 60s";
    check(body, &[event(0, "key", "a"), event(60, "user", "a")], &[&[0, 1]]);
    check(body, &[event(0, "key", "a"), event(61, "user", "a")], &[]);
    check(body, &[event(0, "key", "a"), event(1, "user", "b")], &[]);
    check(body, &[event(0, "key", "a"), event(1, "key", "a")], &[]);
    check(body, &[event(0, "both", "a")], &[&[0]]);
    let some =
        "type: temporal\nrules: [user_made, key_made, login_ok]\ngroup-by: [user]\ntimespan: 60s\ncondition: {gte: 2}";
    check(some, &[event(0, "key", "a"), event(9, "ok", "a")], &[&[0, 1]]);
    let one = some.replace("gte: 2", "eq: 1");
    check(
        &one,
        &[event(0, "key", "a"), event(9, "key", "a"), event(100, "key", "b"), event(101, "ok", "b")],
        &[&[0, 1]],
    );
}

#[test]
fn temporal_ordered_wants_them_in_order() {
    let body = "type: temporal_ordered\nrules: [login_ok, user_made, key_made]\ngroup-by: [user]\ntimespan: 60s";
    let (ok, user, key) = (|s| event(s, "ok", "a"), |s| event(s, "user", "a"), |s| event(s, "key", "a"));
    check(body, &[ok(0), user(30), key(60)], &[&[0, 1, 2]]);
    check(body, &[ok(0), user(30), key(61)], &[]);
    check(body, &[user(0), ok(1), key(2)], &[]);
    check(body, &[ok(0), key(1), user(2), key(3)], &[&[0, 2, 3]]);
    // The chain that began last counts.
    check(body, &[ok(0), ok(50), user(55), key(100)], &[&[1, 2, 3]]);
    // One event is one step.
    check(body, &[ok(0), event(1, "both", "a")], &[]);
    check(body, &[ok(0), event(1, "both", "a"), event(2, "both", "a")], &[&[0, 1, 2]]);
    // Events are used up.
    check(body, &[ok(0), user(1), key(2), key(3)], &[&[0, 1, 2]]);
    check(body, &[ok(0), user(1), key(2), ok(3), user(4), key(5)], &[&[0, 1, 2], &[3, 4, 5]]);
}

#[test]
fn aliases_name_other_fields_for_other_rules() {
    let body = "type: temporal\nrules: [user_made, key_made]\ngroup-by: [who]\ntimespan: 60s\naliases:\n    who:\n        user_made: made\n        key_made: owner";
    check(body, &[(0, json!({"e": "user", "made": "m"})), (1, json!({"e": "key", "owner": "m"}))], &[&[0, 1]]);
    check(body, &[(0, json!({"e": "user", "made": "m"})), (1, json!({"e": "key", "owner": "n", "made": "m"}))], &[]);
    let rules = sound(&correlation(body));
    assert_eq!(
        run(&rules, &[(0, json!({"e": "user", "made": "m"})), (1, json!({"e": "key", "owner": "m"}))])[0].group,
        [("who".to_owned(), "m".to_owned())]
    );
}

#[test]
fn correlations_of_correlations() {
    let chained = format!(
        "{}---\ntitle: Guessed\nid: 00000000-0000-4000-8000-0000000000aa\ncorrelation:\n    type: temporal_ordered\n    rules: [correlated, login_ok]\n    group-by: [user]\n    timespan: 10m\n",
        correlation(COUNT)
    );
    let rules = sound(&chained);
    let fail = |seconds, user| event(seconds, "fail", user);
    let events =
        [fail(0, "a"), fail(1, "a"), fail(2, "a"), event(300, "ok", "b"), event(301, "ok", "a"), event(302, "ok", "a")];
    let found = run(&rules, &events);
    let standalone: Vec<_> =
        found.iter().filter(|found| found.standalone).map(|found| found.events.as_slice()).collect();
    assert_eq!(standalone, [&[0, 1, 2, 4]]);
    assert_eq!(found.iter().filter(|found| !found.standalone).count(), 1);
    // A success long after, while the guessing went on until then.
    let mut long: Vec<_> = (0..100).map(|number| fail(number * 20, "a")).collect();
    long.push(event(2500, "ok", "a"));
    assert_eq!(run(&rules, &long).iter().filter(|found| found.standalone).count(), 1);
    long[100].0 = 3000;
    assert_eq!(run(&rules, &long).iter().filter(|found| found.standalone).count(), 0);
    // Order of documents does not matter.
    let documents: Vec<_> = chained.split("---\n").collect();
    let turned: String = documents.iter().rev().map(|document| format!("{document}\n---\n")).collect();
    assert_eq!(run(&sound(&turned), &events).iter().filter(|found| found.standalone).count(), 1);
}

#[test]
fn windows_that_must_be_over_feed_chains_too() {
    let few = COUNT.replace("gte: 3", "lt: 3");
    let chained = format!(
        "{}---\ntitle: Outer\ncorrelation:\n    type: event_count\n    rules: [correlated]\n    group-by: [host]\n    timespan: 1d\n    condition: {{gte: 2}}\n",
        correlation(&few)
    );
    let of = |seconds: i64, user: &str| (seconds, json!({"e": "fail", "user": user, "host": "h"}));
    let found = run(&sound(&chained), &[of(0, "a"), of(5, "b"), of(6, "c"), of(7, "c"), of(8, "c")]);
    let outer: Vec<_> = found.iter().filter(|found| found.standalone).map(|found| found.events.as_slice()).collect();
    assert_eq!(outer, [&[0, 1]]);
}

#[test]
fn generate_decides_what_is_a_detection_of_its_own() {
    let index = |rules: &RuleSet, title: &str| rules.rules().find(|(_, rule)| rule.metadata.title == title).unwrap().0;
    let rules = sound(&correlation(COUNT));
    assert!(!rules.is_standalone(index(&rules, "Login failed")));
    assert!(rules.is_standalone(index(&rules, "Login ok")));
    let rules = sound(&correlation(&format!("{COUNT}\ngenerate: true")));
    assert!(rules.is_standalone(index(&rules, "Login failed")));
    let outer = format!("{}generate: true\n", correlation(COUNT));
    let rules = sound(&outer);
    assert!(rules.is_standalone(index(&rules, "Login failed")));
}

#[test]
fn rules_are_found_by_id_and_name() {
    let by_id = COUNT.replace("login_failed", "00000000-0000-4000-8000-00000000000F");
    check(&by_id, &[event(0, "fail", "a"), event(1, "fail", "a"), event(2, "fail", "a")], &[&[0, 1, 2]]);
    let both = COUNT.replace("[login_failed]", "[login_failed, login_ok]");
    check(&both, &[event(0, "fail", "a"), event(1, "ok", "a"), event(2, "fail", "a")], &[&[0, 1, 2]]);
}

#[test]
fn what_is_wrong_is_named() {
    for (change, by, names) in [
        ("login_failed", "nobody", "`nobody`"),
        ("event_count", "value_sum", "`value_sum`"),
        ("60s", "60x", "`60x`"),
        ("{gte: 3}", "{gte: 3, percentile: 5}", "`percentile`"),
        ("{gte: 3}", "{gte: many}", "`gte` is not a count"),
        ("{gte: 3}", "{gte: 3, lte: 2}", "no count"),
        ("{gte: 3}", "{lt: 0}", "`lt: 0`"),
        ("{gte: 3}", "{gte: 20000}", "no count from 1 to 10000"),
        ("{gte: 3}", "{field: user, gte: 3}", "has a `field`"),
        ("condition: {gte: 3}", "", "needs a condition"),
        ("timespan: 60s", "timeframe: 60s", "no `timespan`"),
        ("[login_failed]", "[login_failed, login_failed]", "listed twice"),
        ("[login_failed]", "[correlated]", "refers to itself"),
        ("[login_failed]", "[login_failed, 00000000-0000-4000-8000-00000000000f]", "by its id and by its name"),
        ("type: event_count", "type: value_count", "needs a field"),
        ("type: event_count", "type: temporal", "no number of its 1 rules"),
        ("group-by", "group_by", "`group_by`"),
    ] {
        let found = complaints(&correlation(&COUNT.replace(change, by)));
        assert!(found.iter().any(|line| line.contains(names) && line.contains("error")), "{by}: {found:?}");
        let (rules, _) = load(&correlation(&COUNT.replace(change, by)), &CompileOptions::default());
        assert_eq!((rules.len(), rules.correlations().count()), (4, 0), "{by}");
    }
}

/// `count` correlations, each over the one before it.
fn chain(count: usize) -> String {
    let link = |number: usize| {
        let before = if number == 0 { "login_failed".to_owned() } else { format!("c{}", number - 1) };
        format!(
            "---\ntitle: C{number}\nname: c{number}\ncorrelation:\n    type: event_count\n    rules: [{before}]\n    group-by: [user]\n    timespan: 60s\n    condition: {{gte: 1}}\n"
        )
    };
    format!("{RULES}{}", (0..count).map(link).collect::<String>())
}

#[test]
fn chains_are_bounded() {
    let longest = sound(&chain(limits::CHAINED));
    assert_eq!(run(&longest, &[event(0, "fail", "a")]).len(), limits::CHAINED);
    // The one too many, and what refers to it.
    let found = complaints(&chain(limits::CHAINED + 2));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("one after the other") && found[1].contains("with an error"), "{found:?}");
    let fields: Vec<String> = (0..=limits::GROUP_FIELDS).map(|number| format!("f{number}")).collect();
    let wide = COUNT.replace("[user]", &format!("[{}]", fields.join(", ")));
    assert!(complaints(&correlation(&wide)).iter().any(|line| line.contains("`group-by` has more than")));
    let aliases: String =
        (0..=limits::GROUP_FIELDS).map(|number| format!("    a{number}: {{login_failed: x}}\n")).collect();
    let found = complaints(&correlation(&format!("{COUNT}\naliases:\n{aliases}")));
    assert!(found.iter().any(|line| line.contains("aliases") && line.contains("error")), "{found:?}");
}

#[test]
fn events_without_a_group_are_counted_as_such() {
    let rules = sound(&correlation(COUNT));
    let (found, counts) = run_with(
        &rules,
        &[(0, json!({"e": "fail"})), (1, json!({"e": "fail", "user": null}))],
        CorrelatorOptions::default(),
    );
    assert!(found.is_empty());
    assert_eq!(counts.ungrouped, 2);
    let ungrouped = COUNT.replace("group-by: [user]\n", "");
    check(&ungrouped, &[event(0, "fail", "a"), event(1, "fail", "b"), (2, json!({"e": "fail"}))], &[&[0, 1, 2]]);
}

#[test]
fn memory_is_bounded_and_what_it_cost_is_counted() {
    let rules = sound(&correlation(COUNT));
    let options = CorrelatorOptions { waiting: 10, held: 50, ..CorrelatorOptions::default() };
    let many: Vec<_> = (0..1000).map(|number| event(number / 100, "fail", &format!("user{number}"))).collect();
    let (found, counts) = run_with(&rules, &many, options);
    assert!(found.is_empty());
    // 990 had to be taken before their turn; each group weighs two, so that 25 remain.
    assert_eq!((counts.hurried, counts.groups_ended), (990, 975));
    let full: Vec<_> = (0..10_002).map(|_| event(0, "fail", "a")).collect();
    let (found, counts) = run_with(&rules, &full, CorrelatorOptions::default());
    assert_eq!(counts.overflowed, 2);
    assert_eq!((found[0].events.len(), found[0].events_left_out), (10_000, 2));
}

#[test]
fn times_at_the_ends_of_the_scale_do_not_overflow() {
    let rules = sound(&correlation(COUNT));
    let fields = JsonFields::new(&rules);
    let mut correlator = Correlator::new(&rules, CorrelatorOptions::default());
    let mut found = Vec::new();
    let value = json!({"e": "fail", "user": "a"});
    for (index, time) in (0..).zip([i64::MIN, i64::MIN, i64::MIN, i64::MAX, i64::MAX, i64::MAX]) {
        let record = fields.record(&value);
        let mut scratch = Scratch::default();
        correlator.observe(time, index, &record, rules.matches(&record, &mut scratch), &mut found);
    }
    correlator.finish(&mut found);
    assert_eq!(found.iter().map(|found| found.events.len()).collect::<Vec<_>>(), [3, 3]);
}
