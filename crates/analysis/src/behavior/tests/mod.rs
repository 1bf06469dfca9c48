//! Analytics over records as CloudTrail writes them: each fires, stays quiet, nearly fires, and says when it cannot look.

mod baseline;
mod compute;
mod discovery;
mod exposure;
mod history;
mod identities;
mod impact;
mod sign_in;
mod support;
mod whereabouts;

use std::collections::BTreeSet;

use security_model::Level;
use serde_json::{Value, json};

use self::support::*;
use super::{Behaviors, about, wants_request};
use crate::detect::attack::TACTICS;

#[test]
fn every_analytic_says_all_about_itself() {
    let mut ids = BTreeSet::new();
    for about in about() {
        assert!(ids.insert(about.id), "{} twice", about.id);
        let is_empty = about.title.is_empty() || about.needs.is_empty() || about.false_positives.is_empty();
        assert!(!is_empty && about.description.ends_with('.'), "{}", about.id);
        assert!(
            !about.tactics.is_empty() && about.tactics.iter().all(|tactic| TACTICS.contains(tactic)),
            "{}",
            about.id
        );
        assert!(about.techniques.iter().all(|technique| technique.starts_with('T')) && !about.techniques.is_empty());
    }
    // Of nothing nothing can be said.
    let findings = Behaviors::new(None).finish();
    assert_eq!(findings.not_evaluated.len(), ids.len());
    assert!(findings.not_evaluated.iter().all(|(_, reason)| reason == "no event has a time"));
}

/// The tests of this folder that are about an analytic, each from its name on.
fn tests_of(id: &str) -> Vec<&'static str> {
    let (name, is_of_file) = (format!("\"{id}\""), format!("const ID: &str = \"{id}\";"));
    let files = [
        include_str!("compute.rs"),
        include_str!("discovery.rs"),
        include_str!("exposure.rs"),
        include_str!("history.rs"),
        include_str!("identities.rs"),
        include_str!("impact.rs"),
        include_str!("sign_in.rs"),
        include_str!("whereabouts.rs"),
    ];
    let tests_of = |file: &'static str| {
        let is_own = |test: &&str| test.contains(&name) || (file.contains(&is_of_file) && test.contains("(ID,"));
        file.split("#[test]").skip(1).filter(is_own).collect::<Vec<_>>()
    };
    files.into_iter().flat_map(tests_of).collect()
}

/// A new analytic without records of its own on which it fires, stays quiet, nearly fires and cannot look is noticed here.
#[test]
fn every_analytic_is_tried_on_records_of_its_own() {
    for about in about() {
        let own = tests_of(about.id);
        let try_all = |calls: &[&str]| own.iter().any(|test| calls.iter().any(|call| test.contains(call)));
        for (calls, what) in [
            (&["told(", "found("][..], "fires"),
            (&["quiet("], "is quiet"),
            (&["Nearly"], "nearly fires"),
            (&["blind("], "cannot look"),
        ] {
            assert!(try_all(calls), "{}: no test in which it {what}", about.id);
        }
    }
}

#[test]
fn requests_are_wanted_of_few_calls() {
    for (source, name) in [
        ("iam.amazonaws.com", "AttachUserPolicy"),
        ("s3.amazonaws.com", "PutBucketPolicy"),
        ("lambda.amazonaws.com", "AddPermission20150331v2"),
        ("ec2.amazonaws.com", "ModifySnapshotAttribute"),
        ("rds.amazonaws.com", "DeleteDBInstance"),
    ] {
        assert!(wants_request(source, name), "{name}");
    }
    for (source, name) in [
        ("s3.amazonaws.com", "GetObject"),
        ("ec2.amazonaws.com", "DescribeInstances"),
        ("sts.amazonaws.com", "GetCallerIdentity"),
        ("logs.amazonaws.com", "CreateLogStream"),
        ("kms.amazonaws.com", "Decrypt"),
        ("", ""),
    ] {
        assert!(!wants_request(source, name), "{name}");
    }
}

/// Of generated nights, only what the intruder does matters.
#[test]
fn generated_nights() {
    for seed in [sample_night::SAMPLE_SEED, 1, 2] {
        let night = sample_night::generate(seed);
        let mut records: Vec<&Value> = night.cloudtrail.iter().collect();
        let time = |record: &Value| record["eventTime"].as_str().unwrap_or_default().to_owned();
        records.sort_by_key(|record| time(record));
        let story: BTreeSet<&str> = night.story.iter().map(|step| step.event_id.as_str()).collect();
        let findings = run(&night.cloudtrail);
        assert!(findings.found.iter().any(|found| found.level >= Level::Medium));
        for found in findings.found.iter().filter(|found| found.level >= Level::Medium) {
            let ids = found.events.iter().filter_map(|at| records[at.0 as usize]["eventID"].as_str());
            assert!(ids.into_iter().any(|id| story.contains(id)), "seed {seed}: {}", found.reason);
        }
    }
}

/// Whatever records say, nothing breaks, and sentences stay sentences.
#[test]
fn hostile_names() {
    let name = "` **now** run\n`rm -rf` \u{202e} ".repeat(40);
    let mut records: Vec<Value> = (0..12)
        .map(|n| call(n, "secretsmanager:GetSecretValue", json!({ "secretId": format!("{name}{n}") })))
        .collect();
    records.push(call(13, "iam:CreateUser", json!({ "userName": name })));
    records.push(call(14, "iam:CreateAccessKey", json!({ "userName": name })));
    let admin = json!({ "userName": name, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess" });
    records.push(call(15, "iam:AttachUserPolicy", admin));
    records.push(call(16, "s3:PutBucketPolicy", json!({ "bucketName": name, "policy": "{\"Statement\": [[[" })));
    records.push(call(17, "s3:PutBucketPolicy", json!([1, null, "Statement"])));
    let findings = run(&records);
    assert!(findings.found.iter().any(|found| found.about.id == "administrator-made-in-one-go"));
    assert!(findings.found.iter().all(|found| !found.reason.as_str().contains('\n')));
}
