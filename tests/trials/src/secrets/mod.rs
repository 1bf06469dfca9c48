//! The fourth trial: secrets of many shapes in every place where records, callers and settings may have them. None may
//! come out: not on a wire, in an answer, in a log, in an error or in a file.

mod places;
mod shapes;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use test_support::chat::{FakeChat, Writing};
use test_support::maestro::FakeMaestro;

use crate::desk::{self, Author};
use crate::injections::hunt::Forms;
use crate::rng::Rng;
use crate::table::{say, table, verdict};
use places::{IN_EVENTS, IN_FINDINGS, Kind, Place};
use shapes::SHAPES;

/// A secret that was planted.
struct Planted {
    shape: &'static str,
    place: String,
    kind: Kind,
    core: String,
}

/// Where something came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sink {
    Wire,
    Answer,
    Log,
    Error,
    CommandLine,
    Bundle,
}

/// What came out, by kind of place and sink: how many secrets, and of which places.
#[derive(Default)]
struct Tally {
    planted: BTreeMap<Kind, usize>,
    looked: BTreeMap<Sink, usize>,
    found: BTreeMap<(Kind, Sink), BTreeMap<String, usize>>,
}

impl Tally {
    /// Looks for every secret in what came out of `sink`.
    fn look(&mut self, sink: Sink, text: &str, secrets: &[Planted]) {
        *self.looked.entry(sink).or_default() += text.len();
        let forms = Forms::of(text);
        if !forms.hold(MARK) {
            return;
        }
        for secret in secrets {
            if forms.hold(&secret.core) {
                let places = self.found.entry((secret.kind, sink)).or_default();
                *places.entry(format!("{} ({})", secret.place, secret.shape)).or_default() += 1;
            }
        }
    }

    fn found(&self, kind: Kind) -> usize {
        self.found.iter().filter(|((of, _), _)| *of == kind).map(|(_, places)| places.len()).sum()
    }
}

/// Of the shapes, every so many are tried in a quick run.
pub(crate) const QUICK_STEP: usize = 9;

/// Every core starts with this, and nothing else does.
const MARK: &str = "q7Zk";

fn core(rng: &mut Rng) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let tail: String = (0..20).map(|_| char::from(LETTERS[rng.below(LETTERS.len())])).collect();
    format!("{MARK}{tail}")
}

/// Runs the trial; whether nothing came out anywhere.
///
/// Of the shapes, every `step`-th is tried; 1 is all.
pub(crate) fn run(seed: u64, step: usize, show: usize) -> bool {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let (Ok(runtime), Ok(folder)) = (runtime, tempfile::tempdir()) else { return false };
    let mut tally = Tally::default();
    if let Err(error) = runtime.block_on(shape_by_shape(seed, step.max(1), folder.path(), &mut tally)) {
        say(&format!("the fakes could not be started or asked: {error}"));
        return false;
    }
    print(&tally, SHAPES.len().div_ceil(step.max(1)), show)
}

async fn shape_by_shape(seed: u64, step: usize, folder: &Path, tally: &mut Tally) -> std::io::Result<()> {
    let mut rng = Rng::new(seed).fork("secrets");
    for (number, (shape, make)) in SHAPES.iter().enumerate().step_by(step) {
        let (events, mut secrets) = planted(shape, *make, IN_EVENTS, places::event, &mut rng);
        let (findings, others) = planted(shape, *make, IN_FINDINGS, places::finding, &mut rng);
        secrets.extend(others);
        std::fs::write(folder.join("trail.json"), json!({ "Records": events }).to_string())?;
        std::fs::write(folder.join("findings.json"), json!({ "Findings": findings }).to_string())?;
        let cut = events.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
        let half = (0..=cut.len() * 2 / 3).rev().find(|at| cut.is_char_boundary(*at)).unwrap_or(0);
        std::fs::write(folder.join("damaged.jsonl"), format!("{}\n{{\"x\": tru", &cut[..half]))?;
        for secret in &secrets {
            *tally.planted.entry(secret.kind).or_default() += 1;
        }
        asked(number, shape, *make, folder, &secrets, tally, &mut rng).await?;
    }
    Ok(())
}

/// One record for each place, with a secret in it.
fn planted(
    shape: &'static str,
    make: fn(&str) -> String,
    places: &[Place],
    record: fn(usize) -> Value,
    rng: &mut Rng,
) -> (Vec<Value>, Vec<Planted>) {
    places
        .iter()
        .enumerate()
        .map(|(number, place)| {
            let core = core(rng);
            let mut record = record(number);
            (place.put)(&mut record, &make(&core));
            (record, Planted { shape, place: place.name.to_owned(), kind: place.kind, core })
        })
        .unzip()
}

/// Everything a host, an operator and a model are given about the files.
async fn asked(
    number: usize,
    shape: &'static str,
    make: fn(&str) -> String,
    folder: &Path,
    secrets: &[Planted],
    tally: &mut Tally,
    rng: &mut Rng,
) -> std::io::Result<()> {
    // A caller's requirement and the key of the writer are places of their own.
    let (wish, key, argument) = (core(rng), core(rng), core(rng));
    let own = [
        Planted {
            shape,
            place: "an argument that cannot be used".to_owned(),
            kind: Kind::Caller,
            core: argument.clone(),
        },
        Planted { shape, place: "a caller's requirement".to_owned(), kind: Kind::Caller, core: wish.clone() },
        Planted {
            shape: "service key",
            place: "settings: the writer's key".to_owned(),
            kind: Kind::Closed,
            core: key.clone(),
        },
    ];
    for secret in &own {
        *tally.planted.entry(secret.kind).or_default() += 1;
    }
    let maestro = FakeMaestro::builder().key(key.clone()).start().await?;
    let chat = FakeChat::builder().writing(Writing::Honest).start().await?;
    let author = match number % 4 {
        1 => Author::OpenAi { url: chat.openai_base_url(), key },
        3 => Author::Bedrock { url: chat.endpoint() },
        _ => Author::Maestro { url: maestro.base_url(), key },
    };
    tokio::task::block_in_place(|| over_mcp(&author, folder, [&make(&wish), &make(&argument)], secrets, &own, tally));
    tokio::task::block_in_place(|| on_the_command_line(&author, folder, secrets, &own, tally))?;
    tokio::task::block_in_place(|| refused_on_the_command_line(folder, &make(&argument), &own, tally))?;
    // The key goes out where it belongs, in a header; the fakes do not keep it.
    let bodies = maestro.requests().into_iter().map(|request| request.body);
    let wire: Vec<String> = bodies.chain(chat.calls().into_iter().map(|call| call.body)).collect();
    for body in &wire {
        tally.look(Sink::Wire, body, secrets);
        tally.look(Sink::Wire, body, &own);
    }
    Ok(())
}

fn over_mcp(
    author: &Author,
    folder: &Path,
    [wish, argument]: [&str; 2],
    secrets: &[Planted],
    own: &[Planted],
    tally: &mut Tally,
) {
    let mut session = desk::session(author, folder);
    let requirement = json!([{ "name": "wish", "description": format!("Mention {wish} once.") }]);
    for (tool, file) in [("analyze_aws_cloudtrail", "trail.json"), ("analyze_aws_security_hub", "findings.json")] {
        for (source, wishes) in
            [(folder.join(file), json!([])), (folder.to_owned(), json!([])), (folder.join(file), requirement.clone())]
        {
            let asked = json!({ "source": source, "detail": "full", "requirements": wishes });
            let answer = session.call(tool, asked);
            let sink = if answer["isError"] == true { Sink::Error } else { Sink::Answer };
            tally.look(sink, &answer.to_string(), secrets);
            tally.look(sink, &answer.to_string(), own);
            let id = answer["structuredContent"]["analysis_id"].clone();
            for evidence in ["events", "failed", "high-risk", "findings", "attention-1", "principal-1"] {
                let rows =
                    session.call("get_evidence", json!({ "analysis_id": id, "evidence_id": evidence, "limit": 100 }));
                tally.look(Sink::Answer, &rows.to_string(), secrets);
            }
        }
        // What cannot be used is refused, without saying it again.
        for unusable in [
            json!({ "source": folder.join(argument), "last": argument, "budget": argument }),
            json!({ "source": folder.join(argument) }),
            json!({ "source": "sample", "last": argument }),
            json!({ "source": "sample", "requirements": argument }),
            json!({ "source": "sample", argument: argument }),
            json!({ "source": "sample", "requirements": [{ "name": argument, "description": "x" }] }),
        ] {
            let refused = session.call(tool, unusable);
            tally.look(Sink::Error, &refused.to_string(), secrets);
            tally.look(Sink::Error, &refused.to_string(), own);
        }
    }
    for (tool, unusable) in [
        ("get_evidence", json!({ "analysis_id": argument, "evidence_id": argument, "cursor": argument })),
        ("verify_report", json!({ "analysis_id": argument, "report": argument })),
        ("verify_report", json!({ "evidence_path": folder.join(argument), "report": argument })),
    ] {
        tally.look(Sink::Error, &session.call(tool, unusable).to_string(), own);
    }
    tally.look(Sink::Log, &session.logs(), secrets);
    tally.look(Sink::Log, &session.logs(), own);
}

/// Arguments that cannot be used, typed by an operator or a script.
fn refused_on_the_command_line(
    folder: &Path,
    argument: &str,
    own: &[Planted],
    tally: &mut Tally,
) -> std::io::Result<()> {
    for flag in ["--source", "--last", "--budget", "--requirement", "--no-such-flag"] {
        let mut command = end_to_end::nightdesk(&["analyze", "cloudtrail", "--log", "trace"]);
        let value = if flag == "--source" { folder.join(argument).display().to_string() } else { argument.to_owned() };
        command.arg(format!("{flag}={value}"));
        let output = command.stdin(std::process::Stdio::null()).output()?;
        for text in [output.stdout, output.stderr] {
            tally.look(Sink::CommandLine, &String::from_utf8_lossy(&text), own);
        }
    }
    Ok(())
}

fn on_the_command_line(
    author: &Author,
    folder: &Path,
    secrets: &[Planted],
    own: &[Planted],
    tally: &mut Tally,
) -> std::io::Result<()> {
    for (which, file) in
        [("cloudtrail", "trail.json"), ("security-hub", "findings.json"), ("cloudtrail", "damaged.jsonl")]
    {
        let bundle = folder.join("out").join("bundle.json");
        std::fs::create_dir_all(folder.join("out"))?;
        let mut command =
            end_to_end::nightdesk(&["analyze", which, "--detail", "full", "--format", "json", "--log", "trace"]);
        command.arg("--source").arg(folder.join(file)).arg("--evidence-out").arg(&bundle);
        author.configure(&mut command);
        let output = command.stdin(std::process::Stdio::null()).output()?;
        let mut explained = end_to_end::nightdesk(&["analyze", which, "--explain-egress"]);
        explained.arg("--source").arg(folder.join(file));
        author.configure(&mut explained);
        let explained = explained.stdin(std::process::Stdio::null()).output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut came_out = vec![
            (Sink::CommandLine, text(&output.stdout)),
            (Sink::Log, text(&output.stderr)),
            (Sink::Wire, text(&explained.stdout)),
            (Sink::Log, text(&explained.stderr)),
        ];
        if let Ok(written) = std::fs::read_to_string(&bundle) {
            came_out.push((Sink::Bundle, written));
            std::fs::remove_file(&bundle)?;
        }
        for (sink, text) in came_out {
            tally.look(sink, &text, secrets);
            tally.look(sink, &text, own);
        }
    }
    Ok(())
}

fn print(tally: &Tally, shapes: usize, show: usize) -> bool {
    let places = IN_EVENTS.len() + IN_FINDINGS.len() + 3;
    say(&format!("{shapes} shapes of secrets in {places} places"));
    let found = |kind, sink| tally.found.get(&(kind, sink)).map_or(0, BTreeMap::len);
    let rows: Vec<Vec<String>> = SINKS
        .iter()
        .map(|(sink, name)| {
            let looked = tally.looked.get(sink).copied().unwrap_or(0).to_string();
            let mut row = vec![(*name).to_owned(), looked];
            row.extend(KINDS.iter().map(|(kind, _)| found(*kind, *sink).to_string()));
            row
        })
        .collect();
    let of = |(kind, name): &(Kind, &str)| format!("of {} {name}", tally.planted.get(kind).copied().unwrap_or(0));
    let columns: Vec<String> = KINDS.iter().map(of).collect();
    let mut head = vec!["came out of", "bytes"];
    head.extend(columns.iter().map(String::as_str));
    say(&table(&head, &rows));
    say(
        "Shown fields are user agents, names, titles and ids: an analyst is shown them, neutralised, as evidence, without \
         the secrets that somebody put there.",
    );
    for ((kind, sink), places) in &tally.found {
        let examples: Vec<&String> = places.keys().take(show).collect();
        say(&format!("FOUND {kind:?} {sink:?}: {} such as {examples:?}", places.len()));
    }
    // A trial in which nothing was sent or written proves nothing.
    let looked = SINKS.iter().all(|(sink, _)| tally.looked.get(sink).is_some_and(|bytes| *bytes > 0));
    let anywhere: usize = KINDS.iter().map(|(kind, _)| tally.found(*kind)).sum();
    let met = looked && anywhere == 0;
    say(&verdict("0 secrets of any place on any wire, in any answer, error, log or file", met));
    met
}

const SINKS: &[(Sink, &str)] = &[
    (Sink::Wire, "wire to a writer"),
    (Sink::Answer, "answer of a tool"),
    (Sink::Error, "error of a tool"),
    (Sink::Log, "log"),
    (Sink::CommandLine, "command line"),
    (Sink::Bundle, "evidence bundle"),
];

const KINDS: &[(Kind, &str)] =
    &[(Kind::Closed, "in closed fields"), (Kind::Shown, "in shown fields"), (Kind::Caller, "by callers")];
