//! Runs of the real binary against lying fakes, many sessions at once: most of a run is waiting for the writer.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

use end_to_end::Session;
use serde_json::{Value, json};
use test_support::author::{Lie, Planted};
use test_support::chat::{FakeChat, Writing};
use test_support::maestro::{FakeMaestro, Mode};
use tokio::runtime::{Builder, Handle};

use crate::corpus::Case;
use crate::desk::{self, Author};
use crate::rng::Rng;
use crate::table::say;

/// Sessions at a time.
const SESSIONS: usize = 24;
/// Runs of one session, all of them against one fake.
const BATCH: usize = 10;

/// What a run came to.
pub(super) struct Outcome<'a> {
    /// What the writer was told to lie about.
    pub(super) lie: Lie,
    /// What the report is on.
    pub(super) case: &'a Case,
    /// The report as delivered.
    pub(super) report: Value,
    /// What the writer was sent.
    pub(super) briefs: Vec<String>,
    /// What it planted.
    pub(super) planted: Vec<Planted>,
}

/// Has reports on `cases` written by lying fakes, `runs` in all; the outcomes go to `judge` as they come. What happens in
/// a batch depends on nothing but its number and the seed.
pub(super) fn all<'a>(
    cases: &'a [&'a Case],
    runs: usize,
    seed: u64,
    mut judge: impl FnMut(Outcome<'a>),
) -> io::Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = tempfile::tempdir()?;
    for case in cases {
        desk::night(folder.path(), case.night)?;
    }
    let desk = Desk { cases, seed, folder: folder.path().to_owned(), fakes: runtime.handle().clone() };
    let next = AtomicUsize::new(0);
    let (sender, outcomes) = channel();
    std::thread::scope(|scope| {
        for _ in 0..SESSIONS {
            let (sender, next, desk) = (sender.clone(), &next, &desk);
            scope.spawn(move || {
                loop {
                    let batch = next.fetch_add(1, Ordering::Relaxed);
                    let start = batch * BATCH;
                    if start >= runs {
                        return;
                    }
                    if let Err(error) = desk.batch(batch, runs.min(start + BATCH) - start, &sender) {
                        next.store(runs, Ordering::Relaxed);
                        let _ = sender.send(Err(error));
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (run, outcome) in (1..).zip(&outcomes) {
            judge(outcome?);
            if run % 500 == 0 {
                say(&format!("… {run} of {runs} runs"));
            }
        }
        Ok(())
    })
}

/// Where outcomes go.
type Outcomes<'a> = Sender<io::Result<Outcome<'a>>>;

/// What all sessions share.
struct Desk<'a> {
    cases: &'a [&'a Case],
    seed: u64,
    folder: PathBuf,
    fakes: Handle,
}

impl<'a> Desk<'a> {
    /// Four of five batches go to Maestro, whose lies differ from run to run; the others to the two chat endpoints.
    fn batch(&self, batch: usize, runs: usize, outcomes: &Outcomes<'a>) -> io::Result<()> {
        let rng = Rng::new(self.seed).fork(&format!("batch {batch}"));
        if batch % 5 == 4 { self.chat(batch, runs, rng, outcomes) } else { self.maestro(batch, runs, rng, outcomes) }
    }

    fn maestro(&self, batch: usize, runs: usize, mut rng: Rng, outcomes: &Outcomes<'a>) -> io::Result<()> {
        let fake = self.fakes.block_on(FakeMaestro::builder().key("k-trial").seed(rng.next()).start())?;
        let author = Author::Maestro { url: fake.base_url(), key: "k-trial".to_owned() };
        let mut session = desk::session(&author, &self.folder);
        for run in 0..runs {
            let lie = Lie::ALL[(batch * BATCH + run) % Lie::ALL.len()];
            fake.clear();
            fake.set_mode(Mode::Lie(lie));
            let case = *rng.pick(self.cases);
            let budget = if rng.one_in(6) { "medium" } else { "low" };
            let report = self.ask(&mut session, case, budget)?;
            let posts = fake.requests().into_iter().filter(|request| request.method == "POST");
            let briefs = posts.map(|request| request.body).collect();
            let planted = fake.planted().into_iter().flat_map(|run| run.planted).collect();
            let _ = outcomes.send(Ok(Outcome { lie, case, report, briefs, planted }));
        }
        Ok(())
    }

    /// A chat fake keeps to one kind of lie.
    fn chat(&self, batch: usize, runs: usize, mut rng: Rng, outcomes: &Outcomes<'a>) -> io::Result<()> {
        let lie = Lie::ALL[batch / 5 % Lie::ALL.len()];
        let seed = rng.next();
        let writing =
            if rng.one_in(3) { Writing::LieOnce { kind: lie, seed } } else { Writing::Lie { kind: lie, seed } };
        let fake = self.fakes.block_on(FakeChat::builder().writing(writing).start())?;
        let author = if rng.one_in(2) {
            Author::OpenAi { url: fake.openai_base_url(), key: "k-trial".to_owned() }
        } else {
            Author::Bedrock { url: fake.endpoint() }
        };
        let mut session = desk::session(&author, &self.folder);
        for _ in 0..runs {
            let case = *rng.pick(self.cases);
            let (calls, planted) = (fake.calls().len(), fake.planted().len());
            let report = self.ask(&mut session, case, "low")?;
            let briefs = fake.calls().into_iter().skip(calls).map(|call| call.body).collect();
            let planted = fake.planted().into_iter().skip(planted).collect();
            let _ = outcomes.send(Ok(Outcome { lie, case, report, briefs, planted }));
        }
        Ok(())
    }

    /// Has a case analysed by the real binary; its report.
    fn ask(&self, session: &mut Session, case: &Case, budget: &str) -> io::Result<Value> {
        let mut arguments = case.arguments.clone().unwrap_or_else(|| json!({}));
        let tool = if case.is_cloudtrail() { "analyze_aws_cloudtrail" } else { "analyze_aws_security_hub" };
        arguments["source"] = json!(desk::night(&self.folder, case.night)?);
        arguments["budget"] = json!(budget);
        let answer = session.call(tool, arguments);
        if answer["isError"] == true {
            return Err(io::Error::other(answer["content"].to_string()));
        }
        Ok(answer["structuredContent"]["report"].clone())
    }
}
