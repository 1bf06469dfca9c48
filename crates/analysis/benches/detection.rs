//! Events a second of all detection, on one core: `cargo bench -p analysis --bench detection`.
//!
//! The events are a million of the built-in night's background, each night another, in the order of time. They come a few
//! dozen at a time as views of parsed records, in the cache, where parsing leaves them; making the views is not measured.
//! Each step does all of those before it, and the fastest of several passes counts:
//!
//! - `rules`: rules alone.
//! - `detection`: rules, correlations, behaviours, sessions and incidents, to the finished rows.
//! - `analysis`: every number and row of evidence of an answer, too.
//!
//! `cargo bench -p analysis --bench detection -- detection 3 1` takes one step, three nights and one pass: for profilers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    dead_code,
    reason = "a benchmark fails where it stands, prints, and takes of what benchmarks share what it needs"
)]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use analysis::EvidenceLimits;
use analysis::cloudtrail::EventAnalysis;
use analysis::detect::{DetectionLimits, PackBuilder, RulePack};
use jiff::{Timestamp, ToSpan};
use security_model::{EventView, RecordOrigin};
use serde_json::Value;
use sigma::Scratch;
use support::{Event, background_of, pack_files};

/// Where the pack lies, seen from this package.
const PACK: &str = "rules";
const NIGHTS: u64 = 416;
const BATCH: usize = 32;
const PASSES: u64 = 3;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let only = arguments.next();
    let mut number = |usual: u64| arguments.next().map_or(usual, |number| number.parse().unwrap());
    let (nights, passes) = (number(NIGHTS), number(PASSES));
    let pack = pack();
    println!("{nights} nights, {} rules, fastest of {passes} passes", pack.rule_set().len());
    let step = |step: &str, pass: &dyn Fn() -> Taken| {
        if only.as_ref().is_none_or(|only| only == step) {
            report(step, (0..passes).map(|_| pass()).min().unwrap());
        }
    };
    step("rules", &|| rules(nights, &pack));
    step("detection", &|| analysed(nights, &pack, false));
    step("analysis", &|| analysed(nights, &pack, true));
}

/// The time that a pass took, and its events.
type Taken = (Duration, u32);

/// The background of a night, that many days after the sample's.
fn night(number: u64) -> impl Iterator<Item = Event> {
    let events = background_of(::sample_night::SAMPLE_SEED + number);
    events.into_iter().map(move |event| {
        let mut json = event.json;
        if let Some(time) = json["eventTime"].as_str().and_then(|time| time.parse::<Timestamp>().ok()) {
            let later = time + (24 * i64::try_from(number).unwrap()).hours();
            json["eventTime"] = Value::from(later.to_string());
        }
        Event::new(json)
    })
}

fn pack() -> Arc<RulePack> {
    let mut builder = PackBuilder::default();
    pack_files("yml").iter().for_each(|(name, bytes)| builder.add(name, bytes));
    builder.build()
}

fn report(step: &str, (taken, events): Taken) {
    let (seconds, events) = (taken.as_secs_f64(), f64::from(events));
    let (nanoseconds, millions) = (seconds / events * 1e9, events / seconds / 1e6);
    println!("{step:10} {events} events, {nanoseconds:6.0} ns each, {millions:6.3} million a second");
}

/// The time that `observe` takes for all events.
fn timed(nights: u64, mut observe: impl FnMut(&EventView<'_>, u32)) -> Taken {
    let (mut taken, mut number) = (Duration::ZERO, 0);
    for night in (0..nights).map(night) {
        let events: Vec<Event> = night.collect();
        for batch in events.chunks(BATCH) {
            let views: Vec<EventView<'_>> = batch.iter().map(Event::view).collect();
            let begin = Instant::now();
            for view in &views {
                observe(view, number);
                number += 1;
            }
            taken += begin.elapsed();
        }
    }
    (taken, number)
}

fn rules(nights: u64, pack: &RulePack) -> Taken {
    let mut scratch = Scratch::default();
    let mut matches = 0;
    let taken = timed(nights, |view, _| matches += pack.matching(view, &mut scratch).count());
    assert!(matches > 0);
    taken
}

fn analysed(nights: u64, pack: &Arc<RulePack>, counts: bool) -> Taken {
    let place: Arc<str> = Arc::from("month");
    let mut analysis = match counts {
        true => EventAnalysis::new(EvidenceLimits::default()),
        false => EventAnalysis::new(EvidenceLimits { max_rows: 0 }).without_counts(),
    };
    analysis = analysis.with_rules(Arc::clone(pack), DetectionLimits::default());
    let (taken, events) = timed(nights, |view, number| {
        analysis.observe(view, &RecordOrigin { place: Arc::clone(&place), index: number.into() });
    });
    let begin = Instant::now();
    let result = analysis.finish();
    let taken = taken + begin.elapsed();
    assert!(!result.detections.rows.is_empty());
    (taken, events)
}
