//! Harness for the end-to-end tests: builds the real `nightdesk` binary once, and speaks raw JSON-RPC to it, so that what
//! is tested is what a host meets.

// A harness fails the test that uses it, at the place that went wrong.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "test harness")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};

/// Root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests live one level below the root").to_owned()
}

/// The `nightdesk` binary of this build profile, brought up to date once per process; or the one that
/// `NIGHTDESK_BINARY` names.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(other) = std::env::var_os("NIGHTDESK_BINARY") {
            return other.into();
        }
        let own = std::env::current_exe().unwrap();
        let mut folders = own.ancestors().skip(1);
        let profile_folder = folders.find(|folder| !folder.ends_with("deps")).expect("built in target/<profile>");
        let release = profile_folder.ends_with("release");
        let mut build = Command::new(env!("CARGO"));
        // The whole workspace's features, as `cargo test --workspace` has them: with this package's alone, every AWS SDK
        // would be compiled a second time.
        build.args(["build", "--quiet", "--workspace", "--bin", "nightdesk"]);
        build.arg("--target-dir").arg(profile_folder.parent().unwrap());
        if release {
            build.arg("--release");
        }
        let status = build.current_dir(repository()).status().unwrap();
        assert!(status.success(), "the nightdesk binary does not build");
        profile_folder.join(format!("nightdesk{}", std::env::consts::EXE_SUFFIX))
    })
}

/// The binary with an environment of its own: no AWS settings or credentials of the machine reach it.
pub fn nightdesk(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).env_clear();
    for name in ["PATH", "SYSTEMROOT", "TMPDIR", "TEMP"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let nowhere = repository().join("target").join("no-such-home");
    command.env("HOME", &nowhere).env("XDG_CONFIG_HOME", &nowhere);
    command
}

/// The environment that points an AWS SDK at a fake on loopback.
pub fn aws_environment(command: &mut Command, endpoint: &str) {
    command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .env("AWS_REGION", "eu-west-1");
}

/// Runs the binary to its end.
pub fn run(arguments: &[&str]) -> Output {
    nightdesk(arguments).stdin(Stdio::null()).output().unwrap()
}

/// stdout as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// stderr as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Which protocol era a session speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// 2025-11-25: `initialize`, then requests.
    Legacy,
    /// 2026-07-28: every request carries its own metadata.
    Modern,
}

impl Era {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Legacy, Self::Modern];

    fn request_meta(self) -> Option<Value> {
        (self == Self::Modern).then(|| {
            json!({
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": { "name": "end-to-end", "version": "0" },
            })
        })
    }
}

/// An MCP session with the real binary over stdio.
pub struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    stderr: Arc<Mutex<String>>,
    era: Era,
    next_id: u64,
    /// Notifications received so far.
    pub notifications: Vec<Value>,
}

/// Longest wait for any answer.
const PATIENCE: Duration = Duration::from_secs(240);

impl Session {
    /// Starts a session with the sample and no AWS.
    pub fn start(era: Era, arguments: &[&str]) -> Self {
        Self::with(era, nightdesk(arguments))
    }

    /// Starts a session with a prepared command.
    pub fn with(era: Era, mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines() {
                let Ok(line) = line else { break };
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let stderr = Arc::new(Mutex::new(String::new()));
        let (mut logs, kept) = (child.stderr.take().unwrap(), Arc::clone(&stderr));
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(read @ 1..) = logs.read(&mut chunk) {
                kept.lock().unwrap().push_str(&String::from_utf8_lossy(&chunk[..read]));
            }
        });
        let stdin = child.stdin.take();
        let mut session = Self { child, stdin, lines, stderr, era, next_id: 1, notifications: Vec::new() };
        match era {
            Era::Legacy => {
                let answer = session.request(
                    "initialize",
                    json!({
                        "protocolVersion": "2025-11-25",
                        "capabilities": {},
                        "clientInfo": { "name": "end-to-end", "version": "0" },
                    }),
                );
                assert_eq!(answer["result"]["protocolVersion"], "2025-11-25", "{answer}");
                session.notify("notifications/initialized", json!({}));
            }
            Era::Modern => {
                let answer = session.request("server/discover", json!({}));
                assert!(answer["result"].is_object(), "{answer}");
            }
        }
        session
    }

    /// What the server logged so far.
    pub fn logs(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// Process id of the server.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.answer(id)
    }

    /// Sends a request without waiting; returns its id.
    pub fn send(&mut self, method: &str, mut params: Value) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        if let Some(Value::Object(meta)) = self.era.request_meta() {
            let own = params.as_object_mut().unwrap().entry("_meta").or_insert_with(|| json!({}));
            own.as_object_mut().unwrap().extend(meta);
        }
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Waits for the answer to a request; notifications on the way are kept.
    pub fn answer(&mut self, id: u64) -> Value {
        loop {
            let message =
                self.next(PATIENCE).unwrap_or_else(|| panic!("no answer to request {id}; logs: {}", self.logs()));
            if message["id"] == id {
                return message;
            }
            self.notifications.push(message);
        }
    }

    /// The next message, if one comes in time. Every line on stdout has to be JSON-RPC.
    pub fn next(&mut self, patience: Duration) -> Option<Value> {
        match self.lines.recv_timeout(patience) {
            Ok(line) => {
                let message: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
                assert_eq!(message["jsonrpc"], "2.0", "{line}");
                Some(message)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Calls a tool; the whole result.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.request("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert!(answer["result"].is_object(), "{answer}");
        answer["result"].clone()
    }

    /// Calls a tool that has to succeed; its structured content.
    pub fn structured(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], false, "{result}");
        result["structuredContent"].clone()
    }

    /// Closes stdin and waits for the end; whether it ended by itself with success.
    pub fn close(mut self) -> bool {
        self.stdin.take();
        self.child.wait().unwrap().success()
    }

    fn write(&mut self, message: &Value) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{message}").unwrap();
        stdin.flush().unwrap();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Already gone is fine.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
