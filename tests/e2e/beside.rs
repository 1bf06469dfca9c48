//! What events are judged beside: a baseline of the past, and places from an operator's own database.

use std::path::{Path, PathBuf};

use end_to_end::{Era, Session, run, stderr, stdout};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::mmdb;

/// A call of alice's from the university of Berlin.
fn record(time: &str, source: &str, name: &str) -> Value {
    json!({
        "eventVersion": "1.11", "eventID": format!("{time}-{name}"), "eventName": name, "eventTime": time,
        "eventSource": format!("{source}.amazonaws.com"), "awsRegion": "eu-west-1", "recipientAccountId": "111122223333",
        "sourceIPAddress": "130.149.1.1", "userAgent": "aws-cli/2.15.0", "readOnly": true,
        "userIdentity": { "type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice", "userName": "alice",
            "accountId": "111122223333", "accessKeyId": "AKIAIOSFODNN7EXAMPLE" },
    })
}

/// Ten days of looking at instances, three times a day; a database call the day after; the same in spring.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        let hours = (1..=10).flat_map(|day| [9, 12, 15].map(|hour| format!("2026-10-{day:02}T{hour:02}:00:00Z")));
        files.log("past", &hours.map(|time| record(&time, "ec2", "DescribeInstances")).collect::<Vec<_>>());
        files.log("now", &[record("2026-10-11T09:00:00Z", "rds", "DescribeDBInstances")]);
        files.log("later", &[record("2027-03-01T09:00:00Z", "rds", "DescribeDBInstances")]);
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn log(&self, folder: &str, records: &[Value]) {
        std::fs::create_dir(self.path(folder)).unwrap();
        std::fs::write(self.path(folder).join("log.json"), json!({ "Records": records }).to_string()).unwrap();
    }

    /// What is ordinary in a folder.
    fn baseline(&self, folder: &str) -> PathBuf {
        let out = self.path(&format!("{folder}.baseline"));
        let written = run(&["baseline", "--source", text(&self.path(folder)), "--out", text(&out)]);
        assert!(written.status.success(), "{}", stderr(&written));
        out
    }

    fn analysed(&self, folder: &str, more: &[&str]) -> Value {
        let source = self.path(folder);
        let own = ["analyze", "cloudtrail", "--source", text(&source), "--format", "json", "--detail", "full"];
        let output = run(&[&own, more].concat());
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)))
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn ids<'a>(answer: &'a Value, list: &str) -> Vec<&'a str> {
    answer[list].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect()
}

#[test]
fn a_day_beside_a_baseline_of_ten() {
    let files = Files::new();
    let alone = files.analysed("now", &[]);
    assert!(ids(&alone, "not_evaluated").contains(&"first-seen-api"));
    assert!(alone["basis"]["baseline"].is_null());

    let baseline = files.baseline("past");
    let beside = files.analysed("now", &["--baseline", text(&baseline)]);
    assert!(!ids(&beside, "not_evaluated").contains(&"first-seen-api"), "{beside}");
    let found = beside["detections"].as_array().unwrap();
    let reasons: Vec<&str> = found.iter().map(|row| row["reason"].as_str().unwrap()).collect();
    // Nine days and six hours, of which the last eighteen hours were not seen.
    let reason = "`user/alice` made 1 call for the first time after 9 days, such as `rds:DescribeDBInstances`.";
    assert!(reasons.contains(&reason), "{reasons:?}");
    let used = &beside["basis"]["baseline"];
    assert_eq!((&used["from"], &used["until"]), (&json!("2026-10-01"), &json!("2026-10-10")));
    assert_eq!((&used["events"], &used["identities"]), (&json!(30), &json!(1)));
    assert_eq!((&used["used"], &used["notes"]), (&json!(true), &json!([])));

    // What was ordinary is no news: the same calls, with a baseline that has them.
    let again = files.analysed("later", &["--baseline", text(&files.baseline("now"))]);
    assert!(!ids(&again, "detections").contains(&"first-seen-api"));
    let said = stdout(&run(&["search", "--source", text(&files.path("now")), "--baseline", text(&baseline)]));
    assert!(said.contains("\nBaseline: 30 events from 2026-10-01 to 2026-10-10, 1 identity.\n"), "{said}");
}

#[test]
fn a_baseline_that_overlaps_is_late_or_is_old_says_so() {
    let files = Files::new();
    let (past, now) = (files.baseline("past"), files.baseline("now"));
    let notes = |folder: &str, baseline: &Path| {
        let answer = files.analysed(folder, &["--baseline", text(baseline)]);
        (answer["basis"]["baseline"]["used"].as_bool().unwrap(), answer["basis"]["baseline"]["notes"].to_string())
    };
    for (folder, baseline, is_used, said) in [
        ("past", &past, true, "It overlaps the events"),
        ("past", &now, false, "It begins after the last event"),
        ("later", &past, true, "It is 141 days older than the events"),
        ("later", &now, true, "shorter than the seven days"),
    ] {
        let (used, notes) = notes(folder, baseline);
        assert!(used == is_used && notes.contains(said), "{folder}: {used} {notes}");
    }
    let report = run(&["analyze", "cloudtrail", "--source", text(&files.path("past")), "--baseline", text(&now)]);
    assert!(stderr(&report).contains("Baseline, NOT used: 1 event from"), "{}", stderr(&report));
    assert!(!stdout(&report).contains("Baseline"), "the report is checked word by word; this stands beside it");
}

#[test]
fn files_that_cannot_be_used_are_named_before_anything_is_served() {
    let files = Files::new();
    let mut damaged = std::fs::read(files.baseline("past")).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(files.path("damaged"), damaged).unwrap();
    let (past, damaged, nowhere) = (files.path("past"), files.path("damaged"), files.path("nowhere"));
    let log = past.join("log.json");
    for (flag, file, said) in [
        ("--baseline", &log, "this is no baseline; `nightdesk baseline` writes one"),
        ("--baseline", &damaged, "this baseline is damaged: its checksum does not hold"),
        ("--baseline", &past, "is no file"),
        ("--geoip", &log, "this is no MMDB database"),
        ("--geoip", &nowhere, "cannot be read"),
    ] {
        for command in [&["serve", "--http", "127.0.0.1:0"][..], &[], &["incidents", "--source", "sample"]] {
            let output = run(&[&[flag, text(file)], command].concat());
            let message = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{message}");
            assert!(message.contains(text(file)) && message.contains(said), "{message}");
        }
    }
    let nothing =
        run(&["baseline", "--source", text(&log), "--last", "1h", "--end", "2020-01-01T00:00:00Z", "--out", "x"]);
    assert!(
        nothing.status.code() == Some(2) && stderr(&nothing).contains("no event has a time"),
        "{}",
        stderr(&nothing)
    );
    let nowhere = nowhere.join("x");
    let output = run(&["baseline", "--source", "sample", "--out", text(&nowhere)]);
    assert!(output.status.code() == Some(2) && stderr(&output).contains("--out"), "{}", stderr(&output));
}

#[test]
fn an_operator_s_own_database_is_asked_first_and_named() {
    let files = Files::new();
    let country = json!({ "country": { "iso_code": "NL" } });
    let database = mmdb::database("Test-Country", 6, 1_772_323_200, &[("130.149.0.0/16", country)]);
    std::fs::write(files.path("test.mmdb"), database).unwrap();
    let (source, database) = (files.path("now"), files.path("test.mmdb"));
    let found = |country: &str, more: &[&str]| {
        let filter = format!("country={country}");
        stdout(&run(&[&["search", &filter, "--source", text(&source)], more].concat()))
    };
    let embedded = found("DE", &[]);
    assert!(embedded.starts_with("1 events found") && embedded.contains("\nCountries by: delegated statistics of"));
    let own = found("NL", &["--geoip", text(&database)]);
    let said = "\nCountries by: Test-Country (2026-03-01); else delegated statistics of AFRINIC,";
    assert!(own.starts_with("1 events found") && own.contains(said), "{own}");

    let mut session = Session::start(Era::Modern, &["--geoip", text(&database)]);
    let result = session.call("analyze_aws_cloudtrail", json!({ "source": "sample" }));
    assert_eq!(
        result["structuredContent"]["basis"]["countries"][0],
        json!({"name": "Test-Country", "date": "2026-03-01"})
    );
    let beside = result["content"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap();
    assert!(beside.contains(said.trim_start()), "{beside}");
}
