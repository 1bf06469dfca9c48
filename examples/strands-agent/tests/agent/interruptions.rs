//! Interrupted at any instant, the program leaves no child process behind.

#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use test_support::chat::{FakeChat, Turn};

use crate::harness::{strands_agent, test_server};

const TIMES: u64 = 200;
/// The last instant; by then the program waits for a tool that hangs.
const LATEST: Duration = Duration::from_millis(300);
/// After so long, what has not ended never will: a server is given eight seconds to end.
const PATIENCE: Duration = Duration::from_secs(30);
/// Interrupted at once.
const AT_ONCE: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_interruptions_leave_no_orphan() {
    // The servers of this run are found by this argument.
    let mark = format!("--mark={}", std::process::id());
    let chat = FakeChat::builder().answering(|_| Turn::tool("t", "hang", &json!({}))).start().await.unwrap();
    let config = tempfile::NamedTempFile::new().unwrap();
    let servers = json!({"mcpServers": {"test": {"command": test_server(), "args": [mark]}}});
    std::fs::write(config.path(), servers.to_string()).unwrap();
    let config = config.path().to_str().unwrap();

    let signals = [if is_interrupt_ignored() { "TERM" } else { "INT" }, "TERM", "KILL"];
    let mut seen = 0;
    for round in 0..TIMES / AT_ONCE {
        let mut running: Vec<_> = (0..AT_ONCE)
            .map(|n| {
                let mut command = strands_agent(&["--mcp-config", config, "Hang."]);
                command.env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", chat.endpoint());
                command.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE").env("AWS_SECRET_ACCESS_KEY", "secret");
                let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                (child, instant(round * AT_ONCE + n), signals[usize::try_from((round + n) % 3).unwrap()])
            })
            .collect();
        running.sort_by_key(|(_, instant, _)| *instant);
        let started = Instant::now();
        for (child, instant, signal) in &running {
            tokio::time::sleep(instant.saturating_sub(started.elapsed())).await;
            seen += servers_with(&mark).len();
            let killed = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
            assert!(killed.success(), "it was still running");
        }
        let patience = Instant::now() + PATIENCE;
        for (child, instant, signal) in &mut running {
            while child.try_wait().unwrap().is_none() {
                assert!(Instant::now() < patience, "SIG{signal} after {instant:?} did not end it");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
    assert!(seen > 0, "some were interrupted while their server was running");
    let patience = Instant::now() + PATIENCE;
    while !servers_with(&mark).is_empty() {
        assert!(Instant::now() < patience, "orphans: {:?}", servers_with(&mark));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A job in the background of a plain shell ignores SIGINT from its start, and so do its children until they listen.
fn is_interrupt_ignored() -> bool {
    const SIGINT: u64 = 2;
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u64::from_str_radix(mask.trim(), 16).unwrap() & (1 << (SIGINT - 1)) != 0
}

/// Spread evenly, without a pattern: multiples of the golden ratio.
fn instant(n: u64) -> Duration {
    LATEST.mul_f64((n as f64 * 0.618_033_988_749_895).fract())
}

/// Process ids of the test servers that carry the mark.
fn servers_with(mark: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let carries = |process: &std::fs::DirEntry| {
        let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        arguments.split(|byte| *byte == 0).any(|argument| argument == mark.as_bytes())
    };
    processes.filter(carries).map(|process| process.file_name().to_string_lossy().into_owned()).collect()
}
