//! Properties of every night, and of the one that is built in.

use std::collections::{BTreeMap, BTreeSet};

use flate2::read::GzDecoder;
use jiff::Timestamp;
use sample_night::{
    ACCOUNT, AS_OF, CLOUDTRAIL_JSON_GZ, FINDINGS_JSON_GZ, Night, SAMPLE_SEED, SECRET_CANARY, SESSION_TOKEN_CANARY,
    generate, output_files,
};
use serde_json::Value;

const SEEDS: [u64; 4] = [SAMPLE_SEED, 1, 7, u64::MAX];

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_default()
}

fn inflate(bytes: &[u8]) -> std::io::Result<String> {
    std::io::read_to_string(GzDecoder::new(bytes))
}

#[test]
fn the_embedded_night_is_what_the_generator_makes() {
    let night = generate(SAMPLE_SEED);
    let advice = "run: cargo run -p sample-night -- --write-assets crates/sample-night/data";
    let records: Value = serde_json::from_str(&inflate(CLOUDTRAIL_JSON_GZ).unwrap()).unwrap();
    assert!(records["Records"].as_array() == Some(&night.cloudtrail), "data/cloudtrail.json.gz is old; {advice}");
    let findings: Value = serde_json::from_str(&inflate(FINDINGS_JSON_GZ).unwrap()).unwrap();
    assert!(findings["Findings"].as_array() == Some(&night.findings), "data/findings.json.gz is old; {advice}");
    assert!(CLOUDTRAIL_JSON_GZ.len() + FINDINGS_JSON_GZ.len() < 400 * 1_024);
}

#[test]
fn a_seed_always_makes_the_same_night_and_another_seed_another() {
    let nights = SEEDS.map(generate);
    for (night, seed) in nights.iter().zip(SEEDS) {
        assert!(*night == generate(seed), "seed {seed}");
    }
    let files = |night: &Night| output_files(night, 1).unwrap();
    assert!(nights.iter().take(2).all(|night| files(night) == files(night)));
    let ids: BTreeSet<&str> = nights.iter().flat_map(|night| &night.story).map(|step| step.event_id.as_str()).collect();
    let steps: usize = nights.iter().map(|night| night.story.len()).sum();
    assert_eq!(ids.len(), steps, "no two nights share an event");
}

#[test]
fn every_night_is_long_enough_and_over_before_it_is_looked_at() {
    let as_of: Timestamp = AS_OF.parse().unwrap();
    for seed in SEEDS {
        let night = generate(seed);
        let unique = night.cloudtrail.len() - night.delivered_twice.len();
        assert!(unique >= 2_500, "seed {seed}: {unique} events");
        assert!(night.findings.len() >= 250, "seed {seed}: {} findings", night.findings.len());
        let first: Timestamp = "2026-11-20T18:00:00Z".parse().unwrap();
        for record in &night.cloudtrail {
            let time: Timestamp = text(record, "eventTime").parse().unwrap();
            assert!(first <= time && time < as_of, "seed {seed}: {time}");
        }
        for finding in &night.findings {
            let time = |field: &str| text(finding, field).parse::<Timestamp>().unwrap();
            assert!(time("CreatedAt").as_second() <= time("UpdatedAt").as_second(), "{}", finding["Id"]);
            assert!(time("UpdatedAt") < as_of, "{}", finding["Id"]);
        }
    }
}

#[test]
fn each_step_of_the_story_is_a_record() {
    for seed in SEEDS {
        let night = generate(seed);
        let by_id: BTreeMap<&str, &Value> =
            night.cloudtrail.iter().map(|record| (text(record, "eventID"), record)).collect();
        for step in &night.story {
            let record = by_id.get(step.event_id.as_str()).unwrap_or_else(|| panic!("{step:?} has no record"));
            assert_eq!(text(record, "eventName"), step.event_name);
            assert_eq!(text(record, "eventTime"), step.time);
        }
        assert!(night.story.is_sorted_by_key(|step| &step.time));
        let phases: BTreeSet<&str> = night.story.iter().map(|step| step.phase).collect();
        let expected = [
            "credential-access",
            "defense-evasion",
            "discovery",
            "exfiltration",
            "impact",
            "initial-access",
            "persistence",
            "privilege-escalation",
        ];
        assert!(phases.iter().eq(expected.iter()), "{phases:?}");
    }
}

#[test]
fn the_attack_takes_about_ninety_minutes_of_the_early_morning() {
    for seed in SEEDS {
        let story = generate(seed).story;
        let at = |step: Option<&sample_night::Step>| step.unwrap().time.parse::<Timestamp>().unwrap();
        let (start, end) = (at(story.first()), at(story.last()));
        let minutes = (end.as_second() - start.as_second()) / 60;
        assert!((70..=110).contains(&minutes), "seed {seed}: {minutes} minutes");
        assert!(start.to_string().starts_with("2026-11-21T01:"), "{start}");
    }
}

#[test]
fn ids_are_unique_apart_from_declared_duplicates() {
    for seed in SEEDS {
        let night = generate(seed);
        let mut times_seen: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for record in &night.cloudtrail {
            times_seen.entry(text(record, "eventID")).or_default().push(record);
        }
        let without_id = times_seen.remove("").unwrap_or_default();
        assert_eq!(without_id.len(), 1, "one record has no id");
        let repeated: Vec<&str> =
            times_seen.iter().filter(|(_, records)| records.len() > 1).map(|(id, _)| *id).collect();
        assert_eq!(repeated, night.delivered_twice);
        assert!((10..=50).contains(&repeated.len()), "seed {seed}: {}", repeated.len());
        assert!(times_seen.values().all(|records| records.len() <= 2 && records.first() == records.last()));
        let finding_ids: BTreeSet<&str> = night.findings.iter().map(|finding| text(finding, "Id")).collect();
        assert_eq!(finding_ids.len(), night.findings.len());
    }
}

#[test]
fn what_is_awkward_is_there() {
    for seed in SEEDS {
        let night = generate(seed);
        let some_event = |test: &dyn Fn(&Value) -> bool| night.cloudtrail.iter().any(test);
        assert!(some_event(&|record| text(record, "eventTime").ends_with("+00:00")));
        assert!(some_event(&|record| record.get("readOnly").is_none()));
        assert!(some_event(&|record| text(record, "userAgent").contains('\u{200b}')));
        assert!(some_event(&|record| record.to_string().contains(SESSION_TOKEN_CANARY)));
        let some_finding = |test: &dyn Fn(&Value) -> bool| night.findings.iter().any(test);
        assert!(some_finding(&|finding| text(finding, "UpdatedAt").ends_with("+00:00")));
        assert!(some_finding(&|finding| finding["Severity"].get("Label").is_none()));
        assert!(some_finding(&|finding| finding.get("Types").is_none()));
        assert!(some_finding(&|finding| finding.get("RecordState").is_none() && finding.get("Workflow").is_none()));
        assert!(some_finding(&|finding| finding["Resources"].as_array().is_some_and(|list| list.len() > 1)));
        assert!(some_finding(&|finding| finding.to_string().contains(SECRET_CANARY)));
    }
}

#[test]
fn nothing_in_it_is_real() {
    for seed in SEEDS {
        let night = generate(seed);
        for record in &night.cloudtrail {
            let key = record["userIdentity"]["accessKeyId"].as_str().unwrap_or_default();
            assert!(key.is_empty() || key.ends_with("EXAMPLE"), "{key}");
            let token = record["responseElements"]["credentials"]["sessionToken"].as_str();
            assert!(token.is_none_or(|token| token.starts_with(SESSION_TOKEN_CANARY)));
            let ip = text(record, "sourceIPAddress");
            let documented = ["192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:", "10."];
            assert!(ip.ends_with(".amazonaws.com") || documented.iter().any(|net| ip.starts_with(net)), "{ip}");
            assert_eq!(text(record, "recipientAccountId"), ACCOUNT);
        }
    }
}

#[test]
fn sessions_work_with_the_key_they_were_given() {
    for seed in SEEDS {
        let night = generate(seed);
        let given: BTreeMap<&str, &str> = night
            .cloudtrail
            .iter()
            .filter(|record| text(record, "eventName") == "AssumeRole")
            .filter_map(|record| {
                let answer = &record["responseElements"];
                Some((answer["credentials"]["accessKeyId"].as_str()?, answer["assumedRoleUser"]["arn"].as_str()?))
            })
            .collect();
        let admin = night.cloudtrail.iter().find(|record| text(record, "eventName") == "StopLogging").unwrap();
        let identity = &admin["userIdentity"];
        assert_eq!(given.get(text(identity, "accessKeyId")), Some(&text(identity, "arn")), "seed {seed}");
    }
}

#[test]
fn findings_and_events_speak_of_the_same_things() {
    let Night { cloudtrail, findings, .. } = generate(SAMPLE_SEED);
    let events: String = cloudtrail.iter().map(Value::to_string).collect();
    let keys: BTreeSet<&str> =
        cloudtrail.iter().filter_map(|record| record["userIdentity"]["accessKeyId"].as_str()).collect();
    for resource in findings.iter().flat_map(|finding| finding["Resources"].as_array().unwrap()) {
        if let Some(key) = text(resource, "Id").strip_prefix("AWS::IAM::AccessKey:") {
            assert!(keys.contains(key), "{key} made no call");
        }
    }
    for name in ["deploy-storefront", "break-glass-admin", "harbour-customer-exports", "snap-0e1f2a3b4c5d60041"] {
        assert!(events.contains(name), "{name} in no event");
        let named = findings.iter().filter(|finding| finding["Resources"].to_string().contains(name)).count();
        assert!(named > 0, "{name} in no finding");
    }
}

#[test]
fn files_are_laid_out_as_in_s3_and_hold_the_whole_night() {
    let night = generate(7);
    let files = output_files(&night, 7).unwrap();
    let (mut records, mut findings) = (0, 0);
    for file in &files {
        if let Some(rest) = file.path.strip_prefix("AWSLogs/111122223333/CloudTrail/") {
            let parts: Vec<&str> = rest.split('/').collect();
            let [region, year, month, day, name] = parts[..] else { panic!("{}", file.path) };
            let start = format!("111122223333_CloudTrail_{region}_{year}{month}{day}T");
            assert!(name.starts_with(&start) && name.ends_with(".json.gz"), "{name}");
            assert_eq!(name.len(), start.len() + "0000Z_0123456789abcdef.json.gz".len());
            let body: Value = serde_json::from_str(&inflate(&file.bytes).unwrap()).unwrap();
            let list = body["Records"].as_array().unwrap();
            assert!(list.iter().all(|record| text(record, "awsRegion") == region));
            records += list.len();
        } else if file.path.starts_with("securityhub/") {
            let page: Value = serde_json::from_slice(&file.bytes).unwrap();
            findings += page["Findings"].as_array().unwrap().len();
        }
    }
    assert_eq!((records, findings), (night.cloudtrail.len(), night.findings.len()));
    let story = files.iter().find(|file| file.path == "story.json").unwrap();
    let story: Value = serde_json::from_slice(&story.bytes).unwrap();
    assert_eq!(story["steps"].as_array().unwrap().len(), night.story.len());
}
