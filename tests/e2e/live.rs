//! Live AWS, played by the fake on loopback.

use std::time::{Duration, Instant};

use end_to_end::{Era, Session, aws_environment, nightdesk, stderr, stdout};
use serde_json::{Value, json};
use test_support::{EventSequence, FakeAws, Fault, FaultRule, FindingSequence, Limits};

async fn fake(events: usize, findings: usize, rules: Vec<FaultRule>) -> FakeAws {
    let mut builder = FakeAws::builder()
        .events(EventSequence::new(events).region("eu-west-1").build())
        .findings(FindingSequence::new(findings).region("eu-west-1").build())
        .retention(false)
        .limits(Limits::unlimited());
    for rule in rules {
        builder = builder.fault(rule);
    }
    builder.start().await.unwrap()
}

fn session(era: Era, aws: &FakeAws) -> Session {
    let mut command = nightdesk(&[]);
    aws_environment(&mut command, &aws.endpoint());
    Session::with(era, command)
}

/// The window of [`EventSequence`]'s events, whatever day the test runs.
fn everything() -> Value {
    json!({"start": "2000-01-01T00:00:00Z", "regions": ["eu-west-1"]})
}

#[tokio::test(flavor = "multi_thread")]
async fn both_tools_count_what_aws_holds() {
    let aws = fake(120, 250, vec![]).await;
    for era in Era::BOTH {
        let mut session = session(era, &aws);
        let events = session.structured("analyze_aws_cloudtrail", everything());
        assert_eq!(events["events"]["total"], 120, "{}", events["coverage"]);
        assert_eq!(events["scope"]["source"], "aws");
        assert_eq!(events["scope"]["vantage"]["caller_account"].as_str().map(str::len), Some(12));

        let findings = session.structured("analyze_aws_security_hub", json!({"include": ["all"]}));
        assert_eq!(findings["findings"]["total"], 250, "{}", findings["coverage"]);
        assert_eq!(findings["scope"]["vantage"]["hub_enabled"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_region_is_named_and_the_others_answer() {
    let denied = FaultRule::new(Fault::AccessDenied).operation("LookupEvents").region("eu-west-3");
    let aws = fake(30, 0, vec![denied]).await;
    let mut session = session(Era::Legacy, &aws);
    let mut arguments = everything();
    arguments["regions"] = json!(["eu-west-1", "eu-west-3"]);
    let answer = session.structured("analyze_aws_cloudtrail", arguments);
    assert_eq!(answer["events"]["total"], 30);
    assert_eq!(answer["coverage"]["complete"], false);
    let sources = answer["coverage"]["sources"].as_array().unwrap();
    let gaps = sources.iter().find(|source| source["region"] == "eu-west-3").unwrap()["gaps"].as_array().unwrap();
    let gap = gaps.iter().find(|gap| gap["kind"] == "access_denied").unwrap();
    assert!(gap["remedy"].as_str().unwrap().contains("cloudtrail:LookupEvents"), "{gap}");
    assert!(answer["report"]["markdown"].as_str().unwrap().contains("cloudtrail:LookupEvents"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_stops_its_upstream_calls_within_a_second() {
    let slow = FaultRule::new(Fault::Delay { delay_ms: 300 }).operation("LookupEvents");
    let aws = fake(2_000, 0, vec![slow]).await;
    let mut session = session(Era::Legacy, &aws);
    let id = session.send("tools/call", json!({"name": "analyze_aws_cloudtrail", "arguments": everything()}));
    let patience = Instant::now();
    while aws.calls().total("LookupEvents") < 2 {
        assert!(patience.elapsed() < Duration::from_secs(20), "the call never reached AWS");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    session.notify("notifications/cancelled", json!({"requestId": id, "reason": "enough"}));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let after_a_second = aws.calls().total("LookupEvents");
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(aws.calls().total("LookupEvents"), after_a_second);
    // And the session goes on.
    session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_analysis_prints_what_it_read() {
    let slow = FaultRule::new(Fault::Delay { delay_ms: 200 }).operation("LookupEvents");
    let aws = fake(2_000, 0, vec![slow]).await;
    let arguments =
        ["analyze", "cloudtrail", "--start", "2000-01-01T00:00:00Z", "--regions", "eu-west-1", "--format", "json"];
    let mut command = nightdesk(&arguments);
    aws_environment(&mut command, &aws.endpoint());
    let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let patience = Instant::now();
    while aws.calls().total("LookupEvents") < 3 {
        assert!(patience.elapsed() < Duration::from_secs(20), "the call never reached AWS");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["coverage"]["complete"], false);
    assert!(answer["coverage"].to_string().contains("\"cancelled\""), "{}", answer["coverage"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_credentials_are_one_clear_line() {
    let aws = fake(10, 10, vec![FaultRule::new(Fault::ExpiredToken)]).await;
    for what in ["security-hub", "cloudtrail"] {
        let mut command = nightdesk(&["analyze", what]);
        aws_environment(&mut command, &aws.endpoint());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains("expired"), "{}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_which_permission_is_missing() {
    let denied = FaultRule::new(Fault::AccessDenied).operation("GetFindings");
    let aws = fake(1, 1, vec![denied]).await;
    let mut command = nightdesk(&["doctor"]);
    aws_environment(&mut command, &aws.endpoint());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = stdout(&output);
    assert!(text.contains("ok       cloudtrail:LookupEvents"), "{text}");
    assert!(text.contains("MISSING  securityhub:GetFindings"), "{text}");
    assert_eq!(output.status.code(), Some(1), "{text}");
}
