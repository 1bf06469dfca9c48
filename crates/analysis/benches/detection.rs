//! Events a second of all detection, on one core: `cargo bench -p analysis --bench detection`.
//!
//! The events are a million of the built-in night's background, night after night, in the order of time. They come as views
//! of parsed records, a few dozen at a time, fetched into the cache, where parsing leaves them; neither that nor making them
//! is measured. Each step does all of those before it, and the fastest of several passes counts:
//!
//! - `rules`: rules alone.
//! - `detection`: rules, correlations, behaviours, sessions and incidents, to the finished rows.
//! - `analysis`: every number and row of evidence of an answer, too.
//!
//! How often a caller comes back decides as much as the step does, so there are two months of each: in `new` callers every
//! night has sessions and keys of its own, each with six or seven events, and in `known` callers every night goes on with
//! those of the first.
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

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use analysis::EvidenceLimits;
use analysis::cloudtrail::EventAnalysis;
use analysis::detect::{DetectionLimits, PackBuilder, RulePack};
use jiff::{Span, ToSpan};
use security_model::{EventView, RecordOrigin};
use sigma::Scratch;
use support::{Event, background_of, pack_files};

/// Where the pack lies, seen from this package.
const PACK: &str = "rules";
const NIGHTS: u32 = 416;
const BATCH: usize = 32;
const PASSES: u32 = 3;
/// Nights of new callers that are made before they are timed: making them takes the caches.
const MADE_TOGETHER: usize = 8;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let only = arguments.next();
    let mut number = |usual: u32| arguments.next().map_or(usual, |number| number.parse().unwrap());
    let (nights, passes) = (number(NIGHTS), number(PASSES));
    let pack = pack();
    println!("{nights} nights, {} rules, fastest of {passes} passes", pack.rule_set().len());
    for callers in [Callers::New, Callers::Known] {
        let month = Month { nights, callers };
        let step = |step: &str, pass: &dyn Fn() -> Taken| {
            if only.as_ref().is_none_or(|only| only == step) {
                report(step, callers, (0..passes).map(|_| pass()).min().unwrap());
            }
        };
        step("rules", &|| rules(month, &pack));
        step("detection", &|| analysed(month, &pack, false));
        step("analysis", &|| analysed(month, &pack, true));
    }
}

/// What a pass took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Taken {
    time: Duration,
    events: u32,
}

/// Who makes the calls of a night.
#[derive(Clone, Copy)]
enum Callers {
    /// Sessions and keys that were not there before.
    New,
    /// Those of the first night.
    Known,
}

#[derive(Clone, Copy)]
struct Month {
    nights: u32,
    callers: Callers,
}

impl Month {
    /// The time that `observe` takes for all events.
    fn timed(self, mut observe: impl FnMut(&EventView<'_>, u32)) -> Taken {
        let first = support::background();
        // Nobody hands out a key twice.
        let known: Vec<EventView<'_>> = first
            .iter()
            .filter(|event| event.json["responseElements"]["credentials"].is_null())
            .map(Event::view)
            .collect();
        let mut taken = Taken::default();
        taken.add(&views(&first), 0, &mut observe);
        match self.callers {
            Callers::Known => (1..self.nights).for_each(|night| taken.add(&known, night, &mut observe)),
            Callers::New => {
                for nights in (1..self.nights).collect::<Vec<_>>().chunks(MADE_TOGETHER) {
                    let seed = |night: u32| ::sample_night::SAMPLE_SEED + u64::from(night);
                    let made: Vec<_> = nights.iter().map(|night| (*night, background_of(seed(*night)))).collect();
                    let made: Vec<_> = made.iter().map(|(night, events)| (*night, views(events))).collect();
                    made.iter().for_each(|(night, views)| taken.add(views, *night, &mut observe));
                }
            }
        }
        taken
    }
}

impl Taken {
    fn add(&mut self, views: &[EventView<'_>], night: u32, observe: &mut impl FnMut(&EventView<'_>, u32)) {
        let later = 24 * i64::from(night).hours();
        for batch in views.chunks(BATCH) {
            let batch: Vec<EventView<'_>> = batch.iter().map(|view| after(later, *view)).collect();
            black_box(batch.iter().map(fetched).sum::<usize>());
            let begin = Instant::now();
            for view in &batch {
                observe(view, self.events);
                self.events += 1;
            }
            self.time += begin.elapsed();
        }
    }
}

fn views(events: &[Event]) -> Vec<EventView<'_>> {
    events.iter().map(Event::view).collect()
}

fn after(later: Span, view: EventView<'_>) -> EventView<'_> {
    EventView { event_time: view.event_time.map(|time| time + later), ..view }
}

/// Reads every byte, so that it lies in the cache.
fn fetched(view: &EventView<'_>) -> usize {
    view.record.for_matching().bytes().map(usize::from).sum()
}

fn pack() -> Arc<RulePack> {
    let mut builder = PackBuilder::default();
    pack_files("yml").iter().for_each(|(name, bytes)| builder.add(name, bytes));
    builder.build()
}

fn report(step: &str, callers: Callers, Taken { time, events }: Taken) {
    let callers = match callers {
        Callers::New => "new callers",
        Callers::Known => "known callers",
    };
    let (seconds, events) = (time.as_secs_f64(), f64::from(events));
    let (nanoseconds, millions) = (seconds / events * 1e9, events / seconds / 1e6);
    println!("{step:10} {callers:14} {events} events, {nanoseconds:6.0} ns each, {millions:6.3} million a second");
}

fn rules(month: Month, pack: &RulePack) -> Taken {
    let mut scratch = Scratch::default();
    let mut matches = 0;
    let taken = month.timed(|view, _| matches += pack.matching(view, &mut scratch).count());
    assert!(matches > 0);
    taken
}

fn analysed(month: Month, pack: &Arc<RulePack>, counts: bool) -> Taken {
    let place: Arc<str> = Arc::from("month");
    let mut analysis = match counts {
        true => EventAnalysis::new(EvidenceLimits::default()),
        false => EventAnalysis::new(EvidenceLimits { max_rows: 0 }).without_counts(),
    };
    analysis = analysis.with_rules(Arc::clone(pack), DetectionLimits::default());
    let mut taken = month.timed(|view, number| {
        analysis.observe(view, &RecordOrigin { place: Arc::clone(&place), index: number.into() });
    });
    let begin = Instant::now();
    let result = analysis.finish();
    taken.time += begin.elapsed();
    assert!(!result.detections.rows.is_empty());
    taken
}
