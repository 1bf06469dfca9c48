//! The command line, as people and scripts use it.

use std::process::Stdio;
use std::time::{Duration, Instant};

use end_to_end::{aws_environment, nightdesk, run, stderr, stdout};
use serde_json::Value;

#[test]
fn help_and_version_teach() {
    let version = run(&["--version"]);
    assert_eq!(stdout(&version).trim(), format!("nightdesk {}", env!("CARGO_PKG_VERSION")));
    let help = stdout(&run(&["--help"]));
    for word in [
        "demo",
        "analyze",
        "verify",
        "serve",
        "doctor",
        "permissions",
        "settings",
        "Examples",
        "Exit codes",
        "mcpServers",
    ] {
        assert!(help.contains(word), "--help lacks {word}");
    }
}

#[test]
fn the_demo_shows_both_reports() {
    let demo = run(&["demo"]);
    assert!(demo.status.success(), "{}", stderr(&demo));
    let text = stdout(&demo);
    assert!(text.contains("StopLogging") && text.contains("CRITICAL"), "{text}");
}

#[test]
fn json_is_exactly_the_structured_content() {
    let output = run(&["analyze", "security-hub", "--source", "sample", "--format", "json"]);
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["tool"], "analyze_aws_security_hub");
    assert_eq!(answer["coverage"]["complete"], true);
    let narrow = ["analyze", "security-hub", "--source", "sample", "--format", "json", "--severity", "critical"];
    let narrow: Value = serde_json::from_str(&stdout(&run(&narrow))).unwrap();
    assert_eq!(narrow["findings"]["total"], answer["findings"]["by_severity"]["CRITICAL"]);
}

#[test]
fn exit_codes_are_an_interface() {
    let code = |arguments: &[&str]| run(arguments).status.code();
    assert_eq!(code(&["demo"]), Some(0));
    assert_eq!(code(&["analyze", "cloudtrail", "--source", "sample", "--last", "soon"]), Some(2));
    assert_eq!(code(&["analyze", "cloudtrail", "--source", "/no/such/folder"]), Some(2));
    assert_eq!(code(&["analyse"]), Some(2));
    assert_eq!(code(&["serve", "--http", "0.0.0.0:0"]), Some(2));

    let folder = tempfile::tempdir().unwrap();
    let record = r#"{"Records":[{"eventName":"GetObject","eventSource":"s3.amazonaws.com"},{"eventName":1}]}"#;
    std::fs::write(folder.path().join("log.json"), record).unwrap();
    let source = folder.path().to_str().unwrap();
    assert_eq!(code(&["analyze", "cloudtrail", "--source", source]), Some(0));
    assert_eq!(code(&["analyze", "cloudtrail", "--source", source, "--fail-on-gaps"]), Some(4));
}

#[test]
fn no_credentials_is_one_clear_line_within_two_seconds() {
    // The binary is built before the clock starts.
    run(&["--version"]);
    for what in [["analyze", "security-hub"], ["analyze", "cloudtrail"]] {
        let start = Instant::now();
        let output = nightdesk(&what).env("AWS_REGION", "eu-west-1").stdin(Stdio::null()).output().unwrap();
        assert!(start.elapsed() < Duration::from_secs(2), "took {:?}", start.elapsed());
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        let message = stderr(&output);
        assert!(message.contains("credentials") && message.contains("AWS_PROFILE"), "{message}");
        assert_eq!(message.trim().lines().count(), 1, "{message}");
    }
}

#[test]
fn plain_http_endpoints_elsewhere_are_refused() {
    let mut command = nightdesk(&["analyze", "cloudtrail"]);
    aws_environment(&mut command, "http://aws.invalid:8080");
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("plain http"), "{}", stderr(&output));
}

#[test]
fn settings_come_in_layers_and_say_from_where() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nightdesk.toml");
    std::fs::write(&file, "budget_seconds = 30\nevidence_minutes = 5\nregion = \"eu-north-1\"\n").unwrap();
    let mut command = nightdesk(&["settings", "--region", "eu-west-3", "--settings-file"]);
    command.arg(&file).env("NIGHTDESK_EVIDENCE_MINUTES", "7").env("AWS_SECRET_ACCESS_KEY", "not-for-eyes");
    let text = stdout(&command.output().unwrap());
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(line("budget_seconds").contains("30") && line("budget_seconds").contains("nightdesk.toml"));
    assert!(line("evidence_minutes").contains('7') && line("evidence_minutes").contains("environment"));
    assert!(line("region").contains("eu-west-3") && line("region").contains("flag"));
    assert!(line("evidence_mib").contains("default"));
    assert!(text.contains("AWS_SECRET_ACCESS_KEY") && !text.contains("not-for-eyes"));

    std::fs::write(&file, "alow_path = [\"/\"]\n").unwrap();
    let refused = nightdesk(&["settings", "--settings-file"]).arg(&file).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("did you mean `allow_path`"), "{}", stderr(&refused));
}

#[test]
fn permissions_print_a_policy_that_only_reads() {
    let policy: Value = serde_json::from_str(&stdout(&run(&["permissions"]))).unwrap();
    let text = policy.to_string();
    assert!(text.contains("securityhub:GetFindings") && text.contains("cloudtrail:LookupEvents"));
    let writer = stdout(&run(&["permissions", "--tool", "strands-agent"]));
    assert!(writer.contains("bedrock:InvokeModelWithResponseStream"), "{writer}");
    assert_eq!(run(&["permissions", "--tool", "nobody"]).status.code(), Some(2));
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let mut child = nightdesk(&["demo"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn ages_on_files_count_back_from_the_newest_record() {
    let folder = tempfile::tempdir().unwrap();
    let event = |time: &str| format!(r#"{{"eventName":"A","eventSource":"s3.amazonaws.com","eventTime":"{time}"}}"#);
    let lines = [event("2020-01-03T00:00:00Z"), event("2020-01-02T12:00:00+00:00"), event("2020-01-01T00:00:00Z")];
    std::fs::write(folder.path().join("log.jsonl"), lines.join("\n")).unwrap();
    let finding = |id: &str, time: &str| {
        format!(
            r#"{{"SchemaVersion":"2018-10-08","Id":"{id}","ProductArn":"p","AwsAccountId":"1","UpdatedAt":"{time}"}}"#
        )
    };
    let findings = [finding("a", "2020-01-03T00:00:00+00:00"), finding("b", "2020-01-01T00:00:00Z")];
    std::fs::write(folder.path().join("findings.jsonl"), findings.join("\n")).unwrap();
    let source = folder.path().to_str().unwrap();
    let answer = |arguments: &[&str]| -> Value {
        let fixed = ["--source", source, "--format", "json"];
        serde_json::from_str(&stdout(&run(&[arguments, &fixed].concat()))).unwrap()
    };
    let events = answer(&["analyze", "cloudtrail", "--last", "24h"]);
    assert_eq!(events["events"]["total"], 2, "{}", events["scope"]);
    assert_eq!(events["scope"]["as_of"], "2020-01-03T00:00:00Z");
    let findings = answer(&["analyze", "security-hub", "--updated-since", "1d"]);
    assert_eq!(findings["findings"]["total"], 1, "{}", findings["scope"]);
}

#[test]
fn a_budget_of_nothing_is_refused() {
    for flag in ["--max-events", "--max-seconds", "--max-calls"] {
        let output = run(&["analyze", "cloudtrail", "--source", "sample", flag, "0"]);
        assert_eq!(output.status.code(), Some(2), "{flag}");
        assert!(stderr(&output).contains("at least 1"), "{}", stderr(&output));
    }
}
