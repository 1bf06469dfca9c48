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
fn a_baseline_says_of_which_events_it_was_made() {
    let files = Files::new();
    let notes = |more: &[&str]| {
        let (source, out) = (files.path("past"), files.path("some.baseline"));
        let own = ["baseline", "--source", text(&source), "--out", text(&out)];
        let written = run(&[&own, more].concat());
        assert!(written.status.success(), "{}", stderr(&written));
        let answer = files.analysed("now", &["--baseline", text(&out)]);
        let notes = answer["basis"]["baseline"]["notes"].as_array().unwrap().clone();
        let notes: Vec<String> = notes.iter().map(|note| note.as_str().unwrap().to_owned()).collect();
        let built: Vec<String> = notes.into_iter().filter(|note| note.starts_with("It was built with")).collect();
        assert!(built.iter().all(|note| stdout(&written).contains(note.as_str())), "{built:?} {}", stdout(&written));
        built
    };
    assert!(notes(&[]).is_empty());
    let regions = notes(&["--regions", "eu-west-1,us-east-1", "--event-sources", "ec2"]);
    assert_eq!(regions, ["It was built with: regions eu-west-1, us-east-1; source ec2."]);
    // Names of people, their keys and addresses do not stand in the file.
    let alice = notes(&["--principals", "alice", "--access-key-ids", "AKIAIOSFODNN7EXAMPLE", "--read-only", "true"]);
    assert_eq!(alice, ["It was built with: 1 principal; 1 access key; reads only."]);
    let window = notes(&["--start", "2026-10-02T00:00:00Z", "--max-events", "25"]);
    let said = "It was built with: from 2026-10-02T00:00:00Z; not everything that was asked for could be read.";
    assert_eq!(window, [said]);
}

#[test]
fn evaluate_judges_beside_what_the_settings_name() {
    let files = Files::new();
    let folder = files.path("labelled");
    std::fs::create_dir(&folder).unwrap();
    // A call that alice never made before; the same call before the baseline begins.
    let new = record("2026-10-11T09:00:00Z", "rds", "DescribeDBInstances");
    let old = record("2026-09-01T09:00:00Z", "rds", "DescribeDBInstances");
    for (name, record) in [("new.json", new), ("old.json", old)] {
        std::fs::write(folder.join(name), json!({ "Records": [record] }).to_string()).unwrap();
    }
    let labels =
        json!({ "files": [{ "file": "new.json", "kind": "benign" }, { "file": "old.json", "kind": "benign" }] });
    std::fs::write(folder.join("labels.json"), labels.to_string()).unwrap();
    let evaluate = |more: &[&str]| {
        let output = run(&[&["evaluate", text(&folder)], more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let scored =
        |more: &[&str]| serde_json::from_str::<Value>(&evaluate(&[&["--format", "json"], more].concat())).unwrap();
    let fires = |score: &Value| ids(&score["benign"], "rules").contains(&"first-seen-api");
    let past = files.baseline("past");
    let (alone, beside) = (scored(&[]), scored(&["--baseline", text(&past)]));
    assert!(!fires(&alone) && alone["baseline"].is_null(), "{alone}");
    assert!(fires(&beside), "{beside}");
    assert_eq!(beside["baseline"], json!({ "files": 2, "used_in": 1 }));
    let told = evaluate(&["--baseline", text(&past)]);
    assert!(
        told.contains("\nBaseline: 30 events from 2026-10-01 to 2026-10-10, 1 identity. It was used in 1 of 2 files;")
    );

    let country = json!({ "country": { "iso_code": "NL" } });
    let database = mmdb::database("Test-Country", 6, 1_772_323_200, &[("130.149.0.0/16", country)]);
    std::fs::write(files.path("test.mmdb"), database).unwrap();
    assert!(
        evaluate(&["--geoip", text(&files.path("test.mmdb"))]).contains("Countries by: Test-Country of 2026-03-01;")
    );
    let missing = run(&["evaluate", text(&folder), "--geoip", text(&files.path("nowhere"))]);
    assert!(missing.status.code() == Some(2) && stderr(&missing).contains("cannot be read"), "{}", stderr(&missing));
}

/// Whoever reads of a country or a network of AWS reads who says so, and of which day that is.
#[test]
fn what_is_told_of_places_has_its_source_and_day() {
    let mut session = Session::start(Era::Modern, &[]);
    let analysed = session.call("analyze_aws_cloudtrail", json!({ "source": "sample" }));
    let id = &analysed["structuredContent"]["analysis_id"];
    let aws = &analysed["structuredContent"]["basis"]["aws_networks"];
    let day = aws["date"].as_str().unwrap();
    assert!(aws["name"].as_str().unwrap().contains("ip-ranges.json") && day.len() == 10, "{aws}");
    let networks = format!("AWS networks by: AWS IP address ranges (ip-ranges.json) of {day}.");
    for (tool, arguments) in [
        ("investigate", json!({ "analysis_id": id, "principal": "deploy-storefront" })),
        ("search_events", json!({ "analysis_id": id, "country": "DE" })),
        ("search_events", json!({ "analysis_id": id, "limit": 100 })),
    ] {
        let result = session.call(tool, arguments);
        let told = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(told.matches("Countries by: delegated statistics of AFRINIC").count(), 1, "{told}");
        assert!(told.trim_end().ends_with(&networks), "{told}");
        assert!(told.len() <= 4_096, "{} bytes", told.len());
    }
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
    assert!(embedded.starts_with("1 event found") && embedded.contains("\nCountries by: delegated statistics of"));
    let own = found("NL", &["--geoip", text(&database)]);
    let said = "\nCountries by: Test-Country of 2026-03-01; else delegated statistics of AFRINIC,";
    assert!(own.starts_with("1 event found") && own.contains(said), "{own}");

    let mut session = Session::start(Era::Modern, &["--geoip", text(&database)]);
    let result = session.call("analyze_aws_cloudtrail", json!({ "source": "sample" }));
    assert_eq!(
        result["structuredContent"]["basis"]["countries"][0],
        json!({"name": "Test-Country", "date": "2026-03-01"})
    );
    let beside = result["content"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap();
    assert!(beside.contains(said.trim_start()), "{beside}");
}
