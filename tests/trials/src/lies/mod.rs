//! The second trial: writers that lie, and whether any lie is delivered.
//!
//! The verifier is not asked: what was planted is looked for in the text of every report that came out.

mod search;
mod sessions;

use std::collections::BTreeMap;

use crate::corpus::{Case, cases};
use crate::table::{say, table, verdict};
use search::Lookup;
use sessions::Outcome;

/// How much of it.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// Runs in all.
    #[arg(long, default_value_t = 5_000)]
    runs: usize,
    /// Where randomness starts.
    #[arg(long, default_value_t = 20_261_121)]
    seed: u64,
    /// Nights that are read.
    #[arg(long, default_value_t = 6)]
    nights: usize,
    /// Lies that were delivered, shown in full.
    #[arg(long, default_value_t = 5)]
    show: usize,
}

impl Options {
    /// The whole of it.
    pub(crate) const FULL: Self = Self { runs: 5_000, nights: 6, ..Self::QUICK };
    /// A short run.
    pub(crate) const QUICK: Self = Self { runs: 200, seed: 20_261_121, nights: 2, show: 5 };
}

/// What became of the runs of one lie.
#[derive(Default)]
struct Tally {
    runs: usize,
    planted: usize,
    elsewhere: usize,
    delivered: BTreeMap<String, usize>,
    found: usize,
}

/// Runs the trial; whether no lie was delivered.
pub(crate) fn run(options: Options) -> bool {
    let cases = cases(options.nights, options.seed);
    let cases: Vec<&Case> = cases.iter().filter(|case| case.arguments.is_some()).collect();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut show = options.show;
    let started = std::time::Instant::now();
    let done = sessions::all(&cases, options.runs, options.seed, |outcome| {
        judge(tallies.entry(outcome.lie.name()).or_default(), &outcome, &mut show);
    });
    if let Err(error) = done {
        say(&format!("the fakes could not be started or asked: {error}"));
        return false;
    }
    print(&tallies, started.elapsed().as_secs())
}

fn judge(tally: &mut Tally, outcome: &Outcome<'_>, show: &mut usize) {
    let markdown = outcome.report["markdown"].as_str().unwrap_or_default();
    let delivery = outcome.report["delivery"].as_str().unwrap_or("?");
    tally.runs += 1;
    tally.planted += usize::from(!outcome.planted.is_empty());
    *tally.delivered.entry(delivery.to_owned()).or_default() += 1;
    let lookup = Lookup::new(outcome.case, &outcome.briefs);
    let mut found = false;
    for planted in &outcome.planted {
        match lookup.stands_in(planted, markdown) {
            search::Verdict::Found => {
                found = true;
                if *show > 0 {
                    *show -= 1;
                    say(&format!("DELIVERED {planted:?}\n  in [{}] {delivery}\n{markdown}\n", outcome.case.name));
                }
            }
            search::Verdict::TrueElsewhere => tally.elsewhere += 1,
            search::Verdict::Absent => {}
        }
    }
    tally.found += usize::from(found);
}

fn print(tallies: &BTreeMap<&str, Tally>, seconds: u64) -> bool {
    let count = |tally: &Tally, delivery: &str| tally.delivered.get(delivery).copied().unwrap_or(0).to_string();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut sums = [0; 3];
    for (lie, tally) in tallies {
        sums = [sums[0] + tally.runs, sums[1] + tally.planted, sums[2] + tally.found];
        rows.push(vec![
            (*lie).to_owned(),
            tally.runs.to_string(),
            tally.planted.to_string(),
            count(tally, "as_written"),
            count(tally, "repaired"),
            count(tally, "replaced"),
            tally.elsewhere.to_string(),
            tally.found.to_string(),
        ]);
    }
    let head =
        ["lie", "runs", "runs with lies", "as_written", "repaired", "replaced", "lies that may be true", "delivered"];
    say(&table(&head, &rows));
    say(
        "\"lies that may be true\": the planted value or sentence is also in the local report or the facts; not counted.",
    );
    let [runs, planted, found] = sums;
    let met = found == 0 && planted * 2 >= runs;
    say(&verdict(&format!("{found} lies delivered in {runs} runs, {planted} of them with lies ({seconds} s)"), met));
    met
}
