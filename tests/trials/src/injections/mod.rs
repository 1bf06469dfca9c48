//! The third trial: orders to a reader in every field that somebody outside can write. None may reach a writer's model,
//! and in answers they may stand only where strangers' words belong.

mod answers;
mod grammar;
pub(crate) mod hunt;
mod records;
mod scalars;

use std::collections::BTreeMap;
use std::path::Path;

use end_to_end::Session;
use serde_json::{Value, json};
use test_support::author::Lie;
use test_support::chat::{FakeChat, Writing};
use test_support::maestro::{FakeMaestro, Mode};

use crate::desk::{self, Author};
use crate::rng::Rng;
use crate::table::{say, table, verdict};

/// How much of it.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// In less than a minute: few strings, and few of the rare characters.
    #[arg(long)]
    quick: bool,
    /// Distinct strings.
    #[arg(long, default_value_t = 10_000)]
    strings: usize,
    /// Strings in one batch of files: few, so that none is cut from the lists that reach a report.
    #[arg(long, default_value_t = 20)]
    batch: usize,
    /// Where randomness starts.
    #[arg(long, default_value_t = 20_261_121)]
    seed: u64,
    /// Of the Unicode characters beyond the first 12,288, only every n-th; 1 is all.
    #[arg(long, default_value_t = 1)]
    scalar_step: usize,
    /// Places out of bounds, shown.
    #[arg(long, default_value_t = 10)]
    show: usize,
}

impl Options {
    /// The whole of it.
    pub(crate) const FULL: Self = Self { quick: false, strings: 10_000, scalar_step: 1, ..Self::QUICK };
    /// A short run.
    pub(crate) const QUICK: Self =
        Self { quick: true, strings: 400, batch: 20, seed: 20_261_121, scalar_step: 97, show: 10 };
}

/// The writers, in the order of their sessions.
const NAMES: [&str; 3] = ["maestro", "openai", "bedrock"];

/// What was looked through, and what was found.
#[derive(Default)]
struct Tally {
    /// Requests by writer.
    requests: BTreeMap<&'static str, usize>,
    wire_bytes: usize,
    on_the_wire: usize,
    answers: usize,
    shown: usize,
    out_of_place: BTreeMap<String, usize>,
    failed: usize,
    deliveries: BTreeMap<String, usize>,
}

/// Runs the trial; whether nothing got where it must not.
pub(crate) fn run(options: Options) -> bool {
    let options = if options.quick { Options { show: options.show, ..Options::QUICK } } else { options };
    let scalars = scalars::run(options.scalar_step);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let (Ok(runtime), Ok(folder)) = (runtime, tempfile::tempdir()) else { return false };
    let mut tally = Tally::default();
    if let Err(error) = runtime.block_on(batches(options, folder.path(), &mut tally)) {
        say(&format!("the fakes could not be started or asked: {error}"));
        return false;
    }
    print(options, &tally) && scalars
}

async fn batches(options: Options, folder: &Path, tally: &mut Tally) -> std::io::Result<()> {
    let mut rng = Rng::new(options.seed).fork("injections");
    let strings = grammar::strings(options.strings, &mut rng);
    let maestro = FakeMaestro::builder().key("k-trial").seed(options.seed).start().await?;
    // A model that does as it is told by whatever reaches it.
    maestro.set_mode(Mode::MixedLies);
    // One that is asked to judge what it wrote, and one whose draft is sent back.
    let chat = FakeChat::builder().writing(Writing::Honest).start().await?;
    let liar =
        FakeChat::builder().writing(Writing::LieOnce { kind: Lie::InventedArn, seed: options.seed }).start().await?;
    let authors = [
        Author::Maestro { url: maestro.base_url(), key: "k-trial".to_owned() },
        Author::OpenAi { url: chat.openai_base_url(), key: "k-trial".to_owned() },
        Author::Bedrock { url: liar.endpoint() },
    ];
    let mut sessions: Vec<Session> =
        tokio::task::block_in_place(|| authors.iter().map(|author| desk::session(author, folder)).collect());
    let schemas = tokio::task::block_in_place(|| schemas(&mut sessions[0]));
    for (number, batch) in strings.chunks(options.batch.max(1)).enumerate() {
        let which = [0, 1, 0, 2][number % 4];
        write_files(folder, batch)?;
        maestro.clear();
        let (calls, of_liar) = (chat.calls().len(), liar.calls().len());
        tokio::task::block_in_place(|| ask(&mut sessions[which], folder, &schemas, tally));
        let bodies = maestro.requests().into_iter().map(|request| format!("{request:?}\n{}", request.body));
        let said = chat.calls().into_iter().skip(calls).chain(liar.calls().into_iter().skip(of_liar));
        let said = said.map(|call| format!("{}\n{}", call.headers.join("\n"), call.body));
        for body in bodies.chain(said) {
            *tally.requests.entry(NAMES[which]).or_default() += 1;
            tally.wire_bytes += body.len();
            let found = hunt::marks_in(&body);
            if found > 0 && tally.on_the_wire == 0 {
                say(&format!("ON THE WIRE: {}", hunt::around(&body)));
            }
            tally.on_the_wire += found;
        }
        if number % 50 == 49 {
            say(&format!("… {} of {} strings", (number + 1) * options.batch, strings.len()));
        }
    }
    for (session, name) in sessions.iter().zip(NAMES) {
        let logged = hunt::marks_in(&session.logs());
        if logged > 0 {
            *tally.out_of_place.entry(format!("log of the {name} session")).or_default() += logged;
        }
    }
    Ok(())
}

/// The files of one batch, over those of the batch before.
fn write_files(folder: &Path, batch: &[String]) -> std::io::Result<()> {
    let both = |make: fn(&str, usize, bool) -> Value| -> Vec<Value> {
        let each = batch.iter().enumerate();
        each.flat_map(|(number, hostile)| [make(hostile, 2 * number, false), make(hostile, 2 * number + 1, true)])
            .collect()
    };
    std::fs::write(folder.join("trail.json"), json!({ "Records": both(records::event) }).to_string())?;
    std::fs::write(folder.join("findings.json"), json!({ "Findings": both(records::finding) }).to_string())?;
    // A file that breaks off within a hostile record.
    let cut = records::event(&batch[0], 1, true).to_string();
    let half = (0..=cut.len() / 2).rev().find(|at| cut.is_char_boundary(*at)).unwrap_or(0);
    std::fs::write(folder.join("damaged.json"), format!("{{\"Records\":[{}", &cut[..half]))
}

/// Output schemas by tool.
fn schemas(session: &mut Session) -> BTreeMap<String, Value> {
    let listed = session.request("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().cloned().unwrap_or_default();
    let schema = |tool: &Value| (tool["name"].as_str().unwrap_or_default().to_owned(), tool["outputSchema"].clone());
    tools.iter().map(schema).collect()
}

/// Both analyses of the files, and the evidence behind their numbers.
fn ask(session: &mut Session, folder: &Path, schemas: &BTreeMap<String, Value>, tally: &mut Tally) {
    for (tool, file) in [("analyze_aws_cloudtrail", "trail.json"), ("analyze_aws_security_hub", "findings.json")] {
        let detail = if tally.answers.is_multiple_of(3) { "full" } else { "standard" };
        for source in [folder.join(file), folder.to_owned()] {
            // The whole folder, with the damaged file, once in four times.
            if source == folder && !tally.answers.is_multiple_of(4) {
                continue;
            }
            let answer = session.call(tool, json!({ "source": source, "detail": detail }));
            look(&answer, tool, schemas, tally);
            let delivery = answer["structuredContent"]["report"]["delivery"].as_str().unwrap_or("error");
            *tally.deliveries.entry(delivery.to_owned()).or_default() += 1;
            let id = answer["structuredContent"]["analysis_id"].clone();
            for evidence in ["failed", "high-risk", "principal-1", "findings", "attention-1", "events"] {
                let rows = session.call("get_evidence", json!({ "analysis_id": id, "evidence_id": evidence }));
                look(&rows, "get_evidence", schemas, tally);
            }
            let report = answer["structuredContent"]["report"]["markdown"].clone();
            let verdict = session.call("verify_report", json!({ "analysis_id": id, "report": report }));
            look(&verdict, "verify_report", schemas, tally);
        }
    }
}

fn look(answer: &Value, tool: &str, schemas: &BTreeMap<String, Value>, tally: &mut Tally) {
    let found = |text: &str| hunt::marks_in(text) > 0;
    tally.answers += 1;
    tally.failed += usize::from(answer["isError"] == true);
    tally.shown += usize::from(found(&answer.to_string()));
    let schema = schemas.get(tool).unwrap_or(&Value::Null);
    for place in answers::out_of_place(answer, schema, &found) {
        *tally.out_of_place.entry(format!("{tool}: {place}")).or_default() += 1;
    }
}

fn print(options: Options, tally: &Tally) -> bool {
    let fields = records::EVENT_FIELDS.len() + records::FINDING_FIELDS.len();
    say(&format!(
        "{} distinct strings (of {} the grammar makes), each in {fields} fields of two events and two findings",
        options.strings,
        grammar::all()
    ));
    let deliveries: Vec<String> = tally.deliveries.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let requests: Vec<String> = tally.requests.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let rows = vec![
        vec![
            format!("requests to writers ({})", requests.join(", ")),
            tally.requests.values().sum::<usize>().to_string(),
            tally.on_the_wire.to_string(),
        ],
        vec![
            "answers of tools".to_owned(),
            tally.answers.to_string(),
            tally.out_of_place.values().sum::<usize>().to_string(),
        ],
    ];
    say(&table(&["looked through", "number", "canaries out of bounds"], &rows));
    say(&format!(
        "{} bytes on the wire; {} answers show a string where strangers' words belong; {} calls were refused; reports: {}",
        tally.wire_bytes,
        tally.shown,
        tally.failed,
        deliveries.join(", ")
    ));
    for (place, count) in tally.out_of_place.iter().take(options.show) {
        say(&format!("OUT OF PLACE {place}: {count}"));
    }
    // A trial in which nothing was sent, or nothing shown, proves nothing.
    let looked = tally.requests.len() == NAMES.len() && tally.shown > 0;
    let met = looked && tally.on_the_wire == 0 && tally.out_of_place.is_empty();
    say(&verdict("0 canaries on the wire, 0 out of place in answers and logs", met));
    met
}
