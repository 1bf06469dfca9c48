//! Events a second against rules that pin event source and name, as most rules do.
//!
//! `cargo bench -p sigma`; divan prints items (events) a second. On a busy machine compare the column `fastest`.
//!
//! - `usual_names`: parsed events, of which one in ten has a name that 50 rules know, and the others one that no rule
//!   knows: what more rules cost when they find no more.
//! - `known_names`: parsed events that all have a name that 1,000 rules know, so that more rules also have more to try.
//! - `json_values`: the events of `usual_names` as `serde_json` values.

use divan::Bencher;
use divan::counter::ItemsCount;
use sigma::{CompileOptions, JsonFields, Record, RuleSet, Scratch, Slot, Value, parse};

fn main() {
    divan::main();
}

const EVENTS: u32 = 10_000;
const SERVICES: u32 = 40;

/// Rules over `count` event names: pins alone, with a filter, with an alternative, and one in a hundred without pins.
fn rules(count: u32) -> RuleSet {
    let text: String = (0..count).map(rule).collect();
    let mut documents = Vec::new();
    // Files are bounded, rule sets are not as narrowly.
    for part in text.split_inclusive("\n---\n").collect::<Vec<_>>().chunks(100) {
        let parsed = parse("bench.yml", part.concat().as_bytes());
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        documents.extend(parsed.documents);
    }
    let (rules, problems) = RuleSet::compile(documents, &CompileOptions::default());
    assert!(problems.is_empty());
    assert_eq!(rules.len(), count as usize);
    rules
}

fn rule(number: u32) -> String {
    let service = number % SERVICES;
    let pins = format!("{{eventSource: service{service}.example.com, eventName: Action{number}}}");
    let (searches, condition) = match number % 100 {
        0 => (format!("sel: {{userAgent|contains: forbidden-tool-{number}}}"), "sel"),
        n if n % 4 == 1 => {
            (format!("sel: {pins}\n    filter_own: {{userIdentity.type: Service}}"), "sel and not 1 of filter_*")
        }
        n if n % 4 == 2 => (
            format!("sel: {pins}\n    ok_a: {{errorCode: null}}\n    ok_b: {{errorCode: Success}}"),
            "sel and 1 of ok_*",
        ),
        _ => (format!("sel: {pins}"), "sel"),
    };
    format!(
        "title: Rule {number}\nlogsource: {{product: x}}\ndetection:\n    {searches}\n    condition: {condition}\n\n---\n"
    )
}

/// A parsed event: the fields that a log reader keeps.
struct Event {
    source: String,
    name: String,
    agent: String,
    kind: String,
    error: Option<String>,
}

/// One event in ten is of a name that small rule sets know.
fn usual_events() -> Vec<Event> {
    events(|number| if number.is_multiple_of(10) { number / 10 % 50 } else { 5_000 + number % 700 })
}

/// Every event is of a name that 1,000 rules know, in no order.
fn known_events() -> Vec<Event> {
    events(|number| number.wrapping_mul(7919) % 1_000)
}

fn events(action: fn(u32) -> u32) -> Vec<Event> {
    let event = |number: u32| {
        let action = action(number);
        Event {
            source: format!("service{}.example.com", action % SERVICES),
            name: format!("Action{action}"),
            agent: format!("aws-cli/2.{} Python/3.12 Linux/6.1 exec-env/example", number % 30),
            kind: if number.is_multiple_of(3) { "AssumedRole" } else { "IAMUser" }.to_owned(),
            error: number.is_multiple_of(17).then(|| "AccessDenied".to_owned()),
        }
    };
    (0..EVENTS).map(event).collect()
}

type Getter = fn(&Event) -> Option<&str>;

fn getters(rules: &RuleSet) -> Vec<Getter> {
    let getter = |field: &String| -> Getter {
        match field.as_str() {
            "eventSource" => |event| Some(&event.source),
            "eventName" => |event| Some(&event.name),
            "userAgent" => |event| Some(&event.agent),
            "userIdentity.type" => |event| Some(&event.kind),
            "errorCode" => |event| event.error.as_deref(),
            _ => |_| None,
        }
    };
    rules.fields().iter().map(getter).collect()
}

struct Lent<'a>(&'a Event, &'a [Getter]);

impl Record for Lent<'_> {
    fn get(&self, slot: Slot) -> Option<Value<'_>> {
        self.1.get(slot.index()).and_then(|get| get(self.0)).map(Value::Text)
    }
}

#[divan::bench(args = [50, 100, 1_000])]
fn usual_names(bencher: Bencher<'_, '_>, count: u32) {
    parsed_events(bencher, count, &usual_events());
}

#[divan::bench(args = [50, 100, 1_000])]
fn known_names(bencher: Bencher<'_, '_>, count: u32) {
    parsed_events(bencher, count, &known_events());
}

fn parsed_events(bencher: Bencher<'_, '_>, count: u32, events: &[Event]) {
    let rules = rules(count);
    let getters = getters(&rules);
    let mut scratch = Scratch::default();
    bencher.counter(ItemsCount::new(events.len())).bench_local(|| {
        events.iter().map(|event| rules.matches(&Lent(event, &getters), &mut scratch).count()).sum::<usize>()
    });
}

#[divan::bench(args = [50, 100, 1_000])]
fn json_values(bencher: Bencher<'_, '_>, count: u32) {
    let rules = rules(count);
    let fields = JsonFields::new(&rules);
    let value = |event: &Event| {
        serde_json::json!({"eventSource": event.source, "eventName": event.name, "userAgent": event.agent,
            "userIdentity": {"type": event.kind}, "errorCode": event.error})
    };
    let values: Vec<_> = usual_events().iter().map(value).collect();
    let mut scratch = Scratch::default();
    bencher.counter(ItemsCount::new(values.len())).bench_local(|| {
        values.iter().map(|value| rules.matches(&fields.record(value), &mut scratch).count()).sum::<usize>()
    });
}

#[divan::bench(args = [100, 1_000], sample_count = 10)]
fn parse_and_compile(bencher: Bencher<'_, '_>, count: u32) {
    bencher.bench_local(|| rules(count));
}
