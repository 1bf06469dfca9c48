//! Events a second of our engine beside `sigma-rust`: the same rules, the same parsed events, the same run.
//!
//! `cargo run --release --bin paired`. The rules are the generated ones of `crates/analysis/benches`, 100 and 1,000 of
//! them, and of our own pack those single rules that both engines have; the events are the background of the built-in
//! night. The rounds of the engines take turns, and the best of each counts, because the machine has other work.

#[path = "../../../../crates/analysis/benches/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use analysis::detect::{PackBuilder, RulePack};
use security_model::EventView;
use sigma::{CompileOptions, JsonFields, RuleSet, Scratch};
use support::{Event, background, every_eighth, generated_rules, pack_files};

/// Where our pack lies, seen from this package.
const PACK: &str = "../../crates/analysis/rules";
/// Rounds of each engine.
const ROUNDS: usize = 15;
/// How long each engine runs in a round, at least one pass.
const TURN: Duration = Duration::from_millis(20);

fn main() {
    let events = background();
    let generated = [100, 1_000].map(|count| (format!("{count} generated rules"), generated_rules(count, &events)));
    let own: Vec<String> = pack_files("yml").into_iter().flat_map(|(_, bytes)| documents(&bytes)).collect();
    let events = every_eighth(events);
    println!("{} events; events a second on one core", events.len());
    println!(
        "{:<24} {:>6} {:>12} {:>12} {:>12} {:>8}",
        "rules", "", "ours, views", "ours, JSON", "sigma-rust", "ratio"
    );
    for (name, texts) in generated.into_iter().chain([("our pack".to_owned(), own)]) {
        measure(&name, texts, &events);
    }
}

/// The documents of a file.
fn documents(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).split("\n---").map(str::to_owned).collect()
}

/// Prints what each engine makes of the rules that both have.
fn measure(name: &str, texts: Vec<String>, events: &[Event]) {
    let (texts, theirs): (Vec<String>, Vec<sigma_rust::Rule>) =
        texts.into_iter().filter_map(|text| sigma_rust::rule_from_yaml(&text).ok().map(|rule| (text, rule))).unzip();
    let mut builder = PackBuilder::default();
    texts.iter().for_each(|text| builder.add("paired.yml", text.as_bytes()));
    let pack = builder.build();
    let documents = texts.iter().flat_map(|text| sigma::parse("paired.yml", text.as_bytes()).documents).collect();
    let (set, _) = RuleSet::compile(documents, &CompileOptions::default());
    assert_eq!((set.len(), pack.rule_set().len()), (theirs.len(), theirs.len()), "the engines have other rules");

    let views: Vec<EventView<'_>> = events.iter().map(Event::view).collect();
    let foreign: Vec<_> = events.iter().map(|event| sigma_rust::event_from_json(&event.text).unwrap()).collect();
    let (mut of_views, mut of_json) = (Scratch::default(), Scratch::default());
    let fields = JsonFields::new(&set);
    let mut best = [Duration::MAX; 3];
    let mut hits = [0; 3];
    for _ in 0..ROUNDS {
        let mut round: [&mut dyn FnMut() -> usize; 3] = [
            &mut || views_matched(&pack, &views, &mut of_views),
            &mut || events.iter().map(|event| set.matches(&fields.record(&event.json), &mut of_json).count()).sum(),
            &mut || {
                let matched = |event| theirs.iter().filter(|rule| sigma_rust::check_rule(rule, event)).count();
                foreign.iter().map(matched).sum()
            },
        ];
        for ((best, hits), run) in best.iter_mut().zip(&mut hits).zip(&mut round) {
            // Several passes, so that none pays for what the engine before it left in the cache.
            let turn = Instant::now();
            while turn.elapsed() < TURN {
                let start = Instant::now();
                *hits = run();
                *best = start.elapsed().min(*best);
            }
        }
    }
    let rate = |time: Duration| events.len() as f64 / time.as_secs_f64();
    let [views, json, other] = best.map(rate);
    let [hits, _, their_hits] = hits;
    println!(
        "{name:<24} {:>6} {views:>12.0} {json:>12.0} {other:>12.0} {:>7.0}x   matches: ours {hits}, theirs {their_hits}",
        theirs.len(),
        views / other
    );
}

fn views_matched(pack: &RulePack, views: &[EventView<'_>], scratch: &mut Scratch) -> usize {
    views.iter().map(|view| pack.matching(view, scratch).count()).sum()
}
