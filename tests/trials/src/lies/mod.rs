//! The second trial: writers that lie, and whether any lie is delivered.
//!
//! The verifier is not asked: what was planted is looked for in the text of every report that came out.

mod search;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use test_support::author::{Lie, Planted};
use test_support::chat::{FakeChat, Writing};
use test_support::maestro::{FakeMaestro, Mode};

use crate::corpus::{Case, cases};
use crate::desk::{self, Author};
use crate::rng::Rng;
use crate::table::{say, table, verdict};
use search::Lookup;

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

/// One run's outcome.
struct Outcome {
    report: Value,
    briefs: Vec<String>,
    planted: Vec<Planted>,
}

/// Runs the trial; whether no lie was delivered.
pub(crate) fn run(options: Options) -> bool {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let (Ok(runtime), Ok(folder)) = (runtime, tempfile::tempdir()) else { return false };
    let cases = cases(options.nights, options.seed);
    let cases: Vec<&Case> = cases.iter().filter(|case| case.arguments.is_some()).collect();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut show = options.show;
    // Four of five runs go to Maestro, whose lies differ from run to run; the others to the two chat endpoints.
    let to_maestro = options.runs * 4 / 5;
    let mut sink = |lie: &'static str, case: &Case, outcome: Outcome| {
        let tally = tallies.entry(lie).or_default();
        judge(tally, case, &outcome, &mut show);
    };
    let started = std::time::Instant::now();
    let done = runtime.block_on(async {
        maestro(&cases, to_maestro, options.seed, folder.path(), &mut sink).await?;
        chats(&cases, options.runs - to_maestro, options.seed, folder.path(), &mut sink).await
    });
    if let Err(error) = done {
        say(&format!("the fakes could not be started or asked: {error}"));
        return false;
    }
    print(&tallies, started.elapsed().as_secs())
}

type Sink<'a> = dyn FnMut(&'static str, &Case, Outcome) + 'a;

/// Runs against lying Maestros, in one long-lived session.
async fn maestro(cases: &[&Case], runs: usize, seed: u64, folder: &Path, sink: &mut Sink<'_>) -> std::io::Result<()> {
    let fake = FakeMaestro::builder().key("k-trial").seed(seed).start().await?;
    let author = Author::Maestro { url: fake.base_url(), key: "k-trial".to_owned() };
    let mut session = tokio::task::block_in_place(|| desk::session(&author, folder));
    let mut rng = Rng::new(seed).fork("maestro");
    for run in 0..runs {
        let lie = Lie::ALL[run % Lie::ALL.len()];
        fake.clear();
        fake.set_mode(Mode::Lie(lie));
        let case = *rng.pick(cases);
        let budget = if rng.one_in(6) { "medium" } else { "low" };
        let report = tokio::task::block_in_place(|| ask(&mut session, case, folder, budget))?;
        let briefs = fake.requests().into_iter().filter(|request| request.method == "POST").map(|r| r.body).collect();
        let planted = fake.planted().into_iter().flat_map(|run| run.planted).collect();
        sink(lie.name(), case, Outcome { report, briefs, planted });
        progress(run, runs);
    }
    Ok(())
}

/// Runs against lying chat models: a new fake for each lie and seed, since a fake keeps to one.
async fn chats(cases: &[&Case], runs: usize, seed: u64, folder: &Path, sink: &mut Sink<'_>) -> std::io::Result<()> {
    let mut rng = Rng::new(seed).fork("chat");
    let batch = 10;
    for start in (0..runs).step_by(batch) {
        let kind = Lie::ALL[(start / batch) % Lie::ALL.len()];
        let seed = rng.next();
        let once = rng.one_in(3);
        let writing = if once { Writing::LieOnce { kind, seed } } else { Writing::Lie { kind, seed } };
        let fake = FakeChat::builder().writing(writing).start().await?;
        let author = if rng.one_in(2) {
            Author::OpenAi { url: fake.openai_base_url(), key: "k-trial".to_owned() }
        } else {
            Author::Bedrock { url: fake.endpoint() }
        };
        let mut session = tokio::task::block_in_place(|| desk::session(&author, folder));
        for _ in start..runs.min(start + batch) {
            let case = *rng.pick(cases);
            let (calls, planted) = (fake.calls().len(), fake.planted().len());
            let report = tokio::task::block_in_place(|| ask(&mut session, case, folder, "low"))?;
            let briefs = fake.calls().into_iter().skip(calls).map(|call| call.body).collect();
            let planted = fake.planted().into_iter().skip(planted).collect();
            sink(kind.name(), case, Outcome { report, briefs, planted });
        }
    }
    Ok(())
}

fn progress(run: usize, runs: usize) {
    if run % 500 == 499 {
        say(&format!("… {} of {runs} runs", run + 1));
    }
}

/// Has a case analysed by the real binary; its report.
fn ask(session: &mut end_to_end::Session, case: &Case, folder: &Path, budget: &str) -> std::io::Result<Value> {
    let night = desk::night(folder, case.night)?;
    let mut arguments = case.arguments.clone().unwrap_or_else(|| json!({}));
    let tool = if case.is_cloudtrail() { "analyze_aws_cloudtrail" } else { "analyze_aws_security_hub" };
    arguments["source"] = json!(night);
    arguments["budget"] = json!(budget);
    let answer = session.call(tool, arguments);
    if answer["isError"] == true {
        return Err(std::io::Error::other(answer["content"].to_string()));
    }
    Ok(answer["structuredContent"]["report"].clone())
}

fn judge(tally: &mut Tally, case: &Case, outcome: &Outcome, show: &mut usize) {
    let markdown = outcome.report["markdown"].as_str().unwrap_or_default();
    let delivery = outcome.report["delivery"].as_str().unwrap_or("?");
    tally.runs += 1;
    tally.planted += usize::from(!outcome.planted.is_empty());
    *tally.delivered.entry(delivery.to_owned()).or_default() += 1;
    let lookup = Lookup::new(case, &outcome.briefs);
    let mut found = false;
    for planted in &outcome.planted {
        match lookup.stands_in(planted, markdown) {
            search::Verdict::Found => {
                found = true;
                if *show > 0 {
                    *show -= 1;
                    say(&format!("DELIVERED {planted:?}\n  in [{}] {delivery}\n{markdown}\n", case.name));
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
