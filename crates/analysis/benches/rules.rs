//! Events a second of the rule pack: `cargo bench -p analysis --bench rules`.
//!
//! divan prints items (events) a second of one core. On a busy machine compare the column `fastest`.
//!
//! - `background`: the built-in night without the attack, as views of parsed records; what rules ask beyond the views is
//!   parsed within the measured time. Every eighth event, so that they lie in the cache, where parsing leaves them.
//! - `background_far`: all of them, so that much of the time goes into fetching them from memory.
//! - `own_records`: the records beside the rules, all of which concern some rule: the worst mix there is.
//! - `generated`: the same background through 100 and through 1,000 generated rules.
//! - `compile`: the pack from bytes to a matcher (items are rule files).
//!
//! Beside an engine that we did not write: `tests/sigma-crosscheck`, program `paired`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a benchmark fails where it stands"
)]

mod support;

use std::sync::{Arc, LazyLock};

use analysis::detect::{PackBuilder, RulePack};
use divan::Bencher;
use divan::counter::ItemsCount;
use security_model::EventView;
use serde_json::Value;
use sigma::Scratch;
use support::{Event, background, every_eighth, generated_rules, pack_files};

fn main() {
    divan::main();
}

/// Where the pack lies, seen from this package.
const PACK: &str = "rules";

static FILES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| pack_files("yml"));

fn compiled() -> Arc<RulePack> {
    compiled_from(FILES.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
}

fn compiled_from<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>) -> Arc<RulePack> {
    let mut builder = PackBuilder::default();
    files.for_each(|(name, bytes)| builder.add(name, bytes));
    builder.build()
}

fn own() -> Vec<Event> {
    fn each(value: Value, found: &mut Vec<Event>) {
        match value {
            Value::Array(items) => items.into_iter().for_each(|item| each(item, found)),
            record => found.push(Event::new(record)),
        }
    }
    let mut found = Vec::new();
    for (_, bytes) in pack_files("json") {
        let Value::Object(cases) = serde_json::from_slice(&bytes).unwrap() else { continue };
        cases.into_iter().for_each(|(_, cases)| each(cases, &mut found));
    }
    found
}

fn matching(bencher: Bencher<'_, '_>, pack: &RulePack, events: &[Event]) {
    let views: Vec<EventView<'_>> = events.iter().map(Event::view).collect();
    let mut scratch = Scratch::default();
    bencher
        .counter(ItemsCount::new(views.len()))
        .bench_local(|| views.iter().map(|view| pack.matching(view, &mut scratch).count()).sum::<usize>());
}

#[divan::bench(name = "background")]
fn background_near(bencher: Bencher<'_, '_>) {
    matching(bencher, &compiled(), &every_eighth(background()));
}

#[divan::bench]
fn background_far(bencher: Bencher<'_, '_>) {
    matching(bencher, &compiled(), &background());
}

#[divan::bench(args = [100, 1_000])]
fn generated(bencher: Bencher<'_, '_>, count: usize) {
    let events = background();
    let rules = generated_rules(count, &events);
    let pack = compiled_from(rules.iter().map(|rule| ("generated.yml", rule.as_bytes())));
    assert!(pack.problems().is_empty() && pack.rule_set().len() == count, "{:?}", pack.problems());
    matching(bencher, &pack, &every_eighth(events));
}

#[divan::bench]
fn own_records(bencher: Bencher<'_, '_>) {
    matching(bencher, &compiled(), &own());
}

#[divan::bench]
fn compile(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(FILES.len())).bench_local(compiled);
}
