//! Detections from rules to answers: what fires on the sample, why, and what an operator's own rules change.

use std::collections::BTreeSet;
use std::path::Path;

use end_to_end::{Era, Session, repository, run, stderr, stdout};
use serde_json::{Value, json};

const ANALYZE: &str = "analyze_aws_cloudtrail";

fn rows(answer: &Value) -> &Vec<Value> {
    answer["detections"].as_array().unwrap()
}

#[test]
fn every_detection_explains_itself_and_leads_to_its_record() {
    let mut session = Session::start(Era::Modern, &["--log", "trace"]);
    let answer = session.structured(ANALYZE, json!({"source": "sample", "detail": "full"}));
    let id = answer["analysis_id"].clone();
    let levels = ["critical", "high", "medium", "low", "informational"];
    let rank = |row: &Value| levels.iter().position(|level| row["level"] == *level).unwrap();
    assert!(rows(&answer).len() > 20);
    assert!(rows(&answer).is_sorted_by_key(rank), "worst first");
    // One night is too short for some behaviours, which say so.
    for missing in answer["not_evaluated"].as_array().unwrap() {
        assert!(!missing["reason"].as_str().unwrap().is_empty(), "{missing}");
        assert!(!missing["needs"].as_array().unwrap().is_empty(), "{missing}");
    }
    let mut everything = answer.to_string();
    for row in rows(&answer) {
        let reason = row["reason"].as_str().unwrap();
        assert!(reason.split_whitespace().count() <= 30 && reason.ends_with('.'), "{reason}");
        assert!(row["count"].as_u64().unwrap() >= row["event_ids"].as_array().unwrap().len() as u64);
        match row["kind"].as_str().unwrap() {
            "rule" => assert_eq!(row["rule"]["author"], "Nightdesk"),
            kind => assert_eq!((kind, &row["rule"]), ("behavior", &Value::Null)),
        }
        let mut arguments = json!({"id": row["id"], "analysis_id": id});
        if let Some(event) = row["event_ids"].as_array().unwrap().first() {
            arguments["event_id"] = event.clone();
        }
        let explained = session.structured("explain_detection", arguments);
        assert_eq!(explained["rule"]["id"], row["id"]);
        let matches = explained["matches"].as_array().unwrap();
        let same = |found: &&Value| found["reason"] == row["reason"] && found["principal"] == row["principal"];
        let found = matches.iter().find(same).unwrap_or_else(|| panic!("{row} is not explained by {explained}"));
        assert!(!found["tests"].as_array().unwrap().is_empty(), "{found}");
        everything.push_str(&explained.to_string());
    }
    everything.push_str(&session.logs());
    for canary in [sample_night::SESSION_TOKEN_CANARY, sample_night::SECRET_CANARY] {
        assert!(!everything.contains(canary), "{canary} gets out");
    }
}

/// The generator knows what the attacker did: each phase leaves a detection of medium or above.
#[test]
fn the_story_of_the_sample_is_detected() {
    let mut session = Session::start(Era::Legacy, &[]);
    let answer = session.structured(ANALYZE, json!({"source": "sample", "detail": "full"}));
    let loud = ["critical", "high", "medium"];
    let ids: BTreeSet<&str> = rows(&answer)
        .iter()
        .filter(|row| loud.contains(&row["level"].as_str().unwrap()))
        .flat_map(|row| row["event_ids"].as_array().unwrap().iter().filter_map(Value::as_str))
        .collect();
    let night = sample_night::generate(sample_night::SAMPLE_SEED);
    let phases: BTreeSet<&str> = night.story.iter().map(|step| step.phase).collect();
    let seen: BTreeSet<&str> =
        night.story.iter().filter(|step| ids.contains(step.event_id.as_str())).map(|step| step.phase).collect();
    assert_eq!(seen, phases);
}

/// A terminal has no structured content beside it: what is left out there is to be had by asking for all of it.
#[test]
fn detail_says_how_much_investigate_and_search_print() {
    let look = |arguments: &[&str], detail: &str| {
        let output = run(&[arguments, &["--source", "sample", "--detail", detail]].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let events = |text: &str| text.lines().filter(|line| line.starts_with("- 2026-")).count();
    let (whom, which) = (["investigate", "principal", "svc-backup-sync"], ["search", "principal=svc-backup-sync"]);
    for asked in [&whom[..], &which[..]] {
        let [summary, standard, full] = ["summary", "standard", "full"].map(|detail| look(asked, detail));
        assert!(events(&summary) <= events(&standard) && events(&standard) < events(&full), "{standard}");
        assert!(summary.len() < standard.len() && standard.len() <= 4_096 && full.len() > 4_096, "{full}");
        assert!(events(&full) > 90 && !full.contains('…'), "{full}");
        assert!(standard.contains("--cursor ") && !standard.contains("structured content"), "{standard}");
    }
    let json =
        |detail: &str| serde_json::from_str::<Value>(&look(&[&whom[..], &["--format", "json"]].concat(), detail));
    let (standard, full) = (json("standard").unwrap(), json("full").unwrap());
    assert!(standard["truncated"]["resources"].as_u64() > Some(20) && full.get("truncated").is_none(), "{standard}");
    assert!(full["resources"].as_array().unwrap().len() > 20, "{full}");
    // A sign-in that failed has no error code, and says so all the same.
    assert!(look(&which, "full").contains(", failed\n"));
}

#[test]
fn the_list_of_rules_is_paged_and_filtered() {
    let mut session = Session::start(Era::Legacy, &[]);
    let (mut ids, mut cursor) = (BTreeSet::new(), Value::Null);
    let total = loop {
        let arguments = if cursor.is_null() { json!({}) } else { json!({"cursor": cursor}) };
        let result = session.call("list_detections", arguments);
        assert!(serde_json::to_vec(&result).unwrap().len() <= 40_000);
        assert!(result["content"][0]["text"].as_str().unwrap().len() <= 4_096);
        let page = &result["structuredContent"];
        ids.extend(rows(page).iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            break page["total"].as_u64().unwrap();
        }
    };
    assert_eq!(ids.len() as u64, total);
    assert!(total > 200);
    let some = session.structured("list_detections", json!({"level": "high", "tactic": "exfiltration"}));
    assert!(!rows(&some).is_empty() && some["total"].as_u64().unwrap() < total / 4);
    for row in rows(&some) {
        assert!(["high", "critical"].contains(&row["level"].as_str().unwrap()), "{row}");
        assert!(row["tactics"].as_array().unwrap().contains(&json!("exfiltration")), "{row}");
    }
    for (tool, arguments, said) in [
        ("list_detections", json!({"tactic": "mischief"}), "there are reconnaissance"),
        ("explain_detection", json!({"id": "nothing"}), "list_detections"),
    ] {
        let result = session.call(tool, arguments);
        assert_eq!(result["isError"], true);
        assert!(result["content"][0]["text"].as_str().unwrap().contains(said), "{result}");
    }
}

const OWN_RULE: &str = "\
title: Somebody asked who they are
id: 11111111-1111-4111-8111-111111111111
author: A. Nother
license: DRL-1.1
level: critical
references: [https://example.com/why]
tags: [attack.discovery, attack.t1033]
logsource: {product: aws, service: cloudtrail}
detection:
    selection: {eventSource: sts.amazonaws.com, eventName: GetCallerIdentity}
    condition: selection
";

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn rules_of_an_operator_are_added_and_named_and_others_left_out() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "own.yml", OWN_RULE);
    write(folder.path(), "broken.yml", "title: Broken\nlogsource: {product: aws}\ndetection: 7\n");
    let rules = folder.path().to_str().unwrap();
    let analyze = |more: &[&str]| {
        let arguments = ["analyze", "cloudtrail", "--source", "sample", "--detail", "full", "--format", "json"];
        let output = run(&[&arguments[..], more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        (serde_json::from_str::<Value>(&stdout(&output)).unwrap(), stderr(&output))
    };
    let (answer, log) = analyze(&["--rules", rules]);
    let own = rows(&answer).iter().find(|row| row["title"] == "Somebody asked who they are").unwrap();
    assert_eq!(own["rule"], json!({"author": "A. Nother", "license": "DRL-1.1", "url": "https://example.com/why"}));
    assert!(own["reason"].as_str().unwrap().contains("called `GetCallerIdentity`"), "{own}");
    assert!(log.contains("broken.yml:3:"), "{log}");

    let first = rows(&answer).iter().find(|row| row["rule"]["author"] == "Nightdesk").unwrap()["id"].as_str().unwrap();
    let (without, log) = analyze(&["--disable-rule", first, "--disable-rule", "no-such-rule"]);
    assert!(rows(&without).iter().all(|row| row["id"] != first));
    assert!(log.contains("no-such-rule"), "{log}");
}

#[test]
fn the_rules_command_teaches() {
    let list = run(&["rules", "list", "--level", "critical"]);
    assert!(stdout(&list).lines().count() > 3 && stdout(&list).contains("critical"), "{}", stdout(&list));
    let json: Value = serde_json::from_str(&stdout(&run(&["rules", "list", "--format", "json"]))).unwrap();
    let id = json[0]["id"].as_str().unwrap();
    let shown = stdout(&run(&["rules", "show", id]));
    assert!(shown.contains(id) && shown.contains("legal when") && shown.contains("(built in)"), "{shown}");
    assert_eq!(run(&["rules", "show", "nothing"]).status.code(), Some(2));

    let pack = repository().join("crates/analysis/rules");
    let validated = run(&["rules", "validate", pack.to_str().unwrap()]);
    assert_eq!(validated.status.code(), Some(0));
    assert!(stdout(&validated).contains("0 errors, 0 warnings"), "{}", stdout(&validated));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    write(folder.path(), "own.yml", OWN_RULE);
    write(folder.path(), "broken.yml", "title: Broken\nlogsource: {product: aws}\ndetection: 7\n");
    let validated = run(&["rules", "validate", path]);
    assert_eq!(validated.status.code(), Some(2));
    assert!(stdout(&validated).contains("broken.yml:3:12: error: "), "{}", stdout(&validated));

    let record = r#"{"eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity"}"#;
    write(folder.path(), "own.records.json", &format!(r#"{{"fires": [{record}], "quiet": [[{record}]]}}"#));
    let tested = run(&["rules", "test", path]);
    assert_eq!(tested.status.code(), Some(1));
    let text = stdout(&tested);
    assert!(text.contains("own.yml: fires on quiet[0]") && text.contains("2 cases, 1 faults"), "{text}");
    write(folder.path(), "own.records.json", &format!(r#"{{"fires": [{record}]}}"#));
    assert_eq!(run(&["rules", "test", path]).status.code(), Some(0));
}

#[test]
fn rules_are_scored_on_labelled_records() {
    let folder = tempfile::tempdir().unwrap();
    let record = |name: &str, id: &str| {
        json!({"eventSource": "cloudtrail.amazonaws.com", "eventName": name, "eventID": id, "awsRegion": "eu-west-1",
            "eventTime": "2026-03-04T10:00:00Z", "userAgent": "evil-tool/1",
            "requestParameters": {"name": "main"},
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice"}})
    };
    let file = |records: Vec<Value>| json!({"Records": records}).to_string();
    write(folder.path(), "stop.json", &file(vec![record("ListTrails", "e-1"), record("StopLogging", "e-2")]));
    write(folder.path(), "unseen.json", &file(vec![record("ListTrails", "e-3")]));
    write(folder.path(), "quiet.json", &file(vec![record("ListTrails", "e-4"), record("DeleteTrail", "e-5")]));
    let labels = json!({"files": [
        {"file": "stop.json", "kind": "attack", "technique": "stop", "essential": [{"index": 1}], "benign_indices": [0]},
        {"file": "unseen.json", "kind": "attack", "technique": "unseen", "essential": [{"index": 0}]},
        {"file": "quiet.json", "kind": "benign"},
        {"file": "stop.json", "kind": "rule-tests", "tests": [
            {"index": 1, "expected": true}, {"index": 0, "expected": true, "needs_mock": true}]},
    ]});
    write(folder.path(), "labels.json", &labels.to_string());
    let path = folder.path().to_str().unwrap();
    let score: Value = serde_json::from_str(&stdout(&run(&["evaluate", path, "--format", "json"]))).unwrap();
    assert_eq!((&score["surfaced_at_medium"], score["techniques"].as_array().unwrap().len()), (&json!(1), 2));
    assert_eq!(score["benign"]["records"], 3);
    assert_eq!(score["benign"]["at_or_above"]["medium"], 1);
    assert_eq!((&score["positives"]["records"], &score["positives"]["at_low"]), (&json!(1), &json!(1)));
    let table = stdout(&run(&["evaluate", path, "--blank-user-agent", "evil"]));
    assert!(table.contains("| techniques surfaced | 1 of 2 | 1 of 2 |"), "{table}");
    assert!(table.contains("| 1 of 3 (33.33 %) |"), "{table}");
    let missing = run(&["evaluate", "/no/such/folder"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("labels.json"), "{}", stderr(&missing));
}
