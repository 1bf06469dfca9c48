//! The command line, run as a user runs it.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_sample-night")).args(arguments).output()
}

#[test]
fn a_night_is_written_once_and_never_mixed_with_another() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("night");
    let out = out.to_str().unwrap();
    let first = run(&["--out", out, "--seed", "7"]).unwrap();
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    for part in ["AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/21", "securityhub/findings-001.json", "story.json"]
    {
        assert!(std::path::Path::new(out).join(part).exists(), "{part}");
    }
    let second = run(&["--out", out, "--seed", "8"]).unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8(second.stderr).unwrap().contains("already holds a night"));
}

#[test]
fn help_goes_to_stdout_and_complaints_to_stderr() {
    let help = run(&["--help"]).unwrap();
    assert_eq!((help.status.code(), help.stderr.len()), (Some(0), 0));
    assert!(String::from_utf8(help.stdout).unwrap().contains("--seed N"));
    let wrong = run(&["--speed"]).unwrap();
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(2), 0));
}
