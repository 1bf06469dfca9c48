//! What the tests have in common.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use chat_model::{AwsKeys, Bedrock, BedrockSettings, BoxFuture, ChatModel, RetryPolicy};
use serde_json::{Map, Value, json};
use strands_agent::{Agent, Approval, Elicitation, Era, Event, Person, Reply, ServerSettings, ToolCall, Tools};
use test_support::chat::FakeChat;

/// A person who says what they were told to say, and remembers what they saw.
pub(crate) struct Double {
    approval: Approval,
    reply: Reply,
    seen: Mutex<Seen>,
}

/// What a person saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) text: String,
    pub(crate) notes: Vec<String>,
    pub(crate) approvals: Vec<ToolCall>,
    pub(crate) questions: Vec<Elicitation>,
}

impl Double {
    pub(crate) fn new(approval: Approval, reply: Reply) -> Arc<Self> {
        Arc::new(Self { approval, reply, seen: Mutex::default() })
    }

    /// Approves everything, and says that they are Ada.
    pub(crate) fn agreeable() -> Arc<Self> {
        let values = json!({"name": "Ada"}).as_object().cloned().unwrap();
        Self::new(Approval::Once, Reply::Accept(values))
    }

    pub(crate) fn strict() -> Arc<Self> {
        Self::new(Approval::Deny("no".into()), Reply::Decline)
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

impl Person for Double {
    fn told(&self, event: &Event<'_>) {
        let mut seen = self.seen.lock().unwrap();
        let note = match event {
            Event::Text(piece) => return seen.text.push_str(piece),
            Event::TextEnd => "end".to_owned(),
            Event::ModelRetry { error, .. } => format!("retry: {error}"),
            Event::ModelReplaced { from, to, .. } => format!("replaced: {from} by {to}"),
            Event::ServerFailed { server, problem } => format!("failed: {server}: {problem}"),
            Event::ToolStarted(call) => format!("started: {}", call.tool),
            Event::ToolProgress { server, message, done, total } => {
                format!("progress: {server} {message} {done} {total:?}")
            }
            Event::ToolFinished(call) => format!("finished: {}", call.tool),
            Event::Note(words) => format!("note: {words}"),
            _ => "other".to_owned(),
        };
        seen.notes.push(note);
    }

    fn approves<'a>(&'a self, call: &'a ToolCall) -> BoxFuture<'a, Approval> {
        self.seen.lock().unwrap().approvals.push(call.clone());
        Box::pin(std::future::ready(self.approval.clone()))
    }

    fn replies<'a>(&'a self, question: &'a Elicitation) -> BoxFuture<'a, Reply> {
        self.seen.lock().unwrap().questions.push(question.clone());
        Box::pin(std::future::ready(self.reply.clone()))
    }
}

/// How the test server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Stdio,
    Http,
}

/// Every way to reach a server.
pub(crate) const WAYS: [(Wire, Era); 4] =
    [(Wire::Stdio, Era::Legacy), (Wire::Stdio, Era::Modern), (Wire::Http, Era::Legacy), (Wire::Http, Era::Modern)];

/// A server that ends with the test.
pub(crate) struct HttpServer {
    child: Child,
    pub(crate) url: String,
}

impl HttpServer {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::of(Command::new(test_server()).arg("--http").args(arguments))
    }

    /// Starts what prints `listening on URL` first.
    pub(crate) fn of(command: &mut Command) -> Self {
        use std::io::BufRead as _;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { child, url }
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The tools of the test server, reached in one of the [`WAYS`]; the second one keeps an HTTP server alive.
pub(crate) async fn tools(way: (Wire, Era), person: &Arc<Double>) -> (Tools, Option<HttpServer>) {
    let http = (way.0 == Wire::Http).then(|| HttpServer::start(&[]));
    let mut server = match &http {
        Some(http) => ServerSettings::http("test", &http.url, None),
        None => ServerSettings::command("test", test_server(), [""; 0]),
    };
    server.era = way.1;
    let person: Arc<dyn Person> = Arc::<Double>::clone(person);
    let tools = Tools::connect(&[server], person).await;
    assert_eq!(tools.servers().count(), 1, "{way:?}: the test server is connected");
    (tools, http)
}

/// A model behind the fake, impatient enough for tests.
pub(crate) fn model(chat: &FakeChat, id: &str) -> Arc<dyn ChatModel> {
    let mut settings = BedrockSettings::new(id);
    settings.endpoint = Some(chat.endpoint());
    settings.region = Some("us-east-1".into());
    settings.keys = Some(AwsKeys::new("AKIAIOSFODNN7EXAMPLE", "secret", None));
    settings.silence = Duration::from_secs(2);
    settings.retry = RetryPolicy { first_pause: Duration::from_millis(10), ..RetryPolicy::default() };
    Arc::new(Bedrock::new(settings))
}

/// An agent over stdio, with the fake as its model.
pub(crate) async fn agent(chat: &FakeChat, person: &Arc<Double>) -> Agent {
    let (tools, _) = tools((Wire::Stdio, Era::Auto), person).await;
    Agent::new(model(chat, "us.amazon.nova-premier-v1:0"), tools)
}

/// What the model was sent, one body for each call.
pub(crate) fn bodies(chat: &FakeChat) -> Vec<Value> {
    chat.calls().iter().map(|call| serde_json::from_str(&call.body).unwrap()).collect()
}

/// Texts of the tool results in the last message of a request.
pub(crate) fn results(body: &Value) -> Vec<String> {
    let content = body["messages"].as_array().unwrap().last().unwrap()["content"].as_array().unwrap();
    content.iter().map(|block| block["toolResult"]["content"][0]["text"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

/// The agent's binary, in an environment where neither AWS settings nor credentials of this machine are found.
pub(crate) fn strands_agent(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strands-agent"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    for name in ["PATH", "SYSTEMROOT", "TMPDIR", "TEMP"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("HOME", "/no-such-home");
    command
}

/// Points the program at a fake Bedrock.
pub(crate) fn with_bedrock<'a>(command: &'a mut Command, chat: &FakeChat) -> &'a mut Command {
    command
        .env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", chat.endpoint())
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "us-east-1")
}

/// The same with the real server.
pub(crate) fn strands_agent_with_nightdesk(arguments: &[&str]) -> Command {
    let mut command = strands_agent(arguments);
    command.env("NIGHTDESK", nightdesk());
    command
}

pub(crate) fn run(command: &mut Command) -> (String, String, i32) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(stdout), text(stderr), status.code().unwrap())
}

/// Cargo builds examples with the tests.
pub(crate) fn test_server() -> PathBuf {
    example("test-server")
}

pub(crate) fn example(name: &str) -> PathBuf {
    let example = profile_folder().join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(example.is_file(), "{} is built by `cargo test -p strands-agent`, without --test", example.display());
    example
}

/// The real server: what NIGHTDESK names, else built here.
pub(crate) fn nightdesk() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(named) = std::env::var_os("NIGHTDESK") {
            return named.into();
        }
        let folder = profile_folder();
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--workspace", "--bin", "nightdesk"]);
        build.arg("--target-dir").arg(folder.parent().unwrap());
        if folder.ends_with("release") {
            build.arg("--release");
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        assert!(build.current_dir(root).status().unwrap().success(), "the nightdesk binary does not build");
        folder.join(format!("nightdesk{}", std::env::consts::EXE_SUFFIX))
    })
}

fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::parent).expect("tests run from target/<profile>/deps").to_owned()
}
