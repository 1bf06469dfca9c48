//! Every rule check against reports written by hand: it rejects at least five and passes at least three.
//!
//! The reports lie under `<subject>/<requirement>/{pass,reject}-<fact set>-<what it is>.md`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod fact_sets;
mod hostile;
mod selection;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use report::Subject;
use report::requirement::{Check, Draft, Requirement, assess, profile};
use report::verify::verify;

const PASSES: usize = 3;
const REJECTS: usize = 5;
/// Most of the sixteen that may need a reader.
const READERS: usize = 3;

struct Sample {
    name: String,
    passes: bool,
    facts: String,
    markdown: String,
}

fn samples(subject: &str, requirement: &str) -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements").join(subject).join(requirement);
    let Ok(files) = fs::read_dir(&folder) else { return vec![] };
    let mut samples: Vec<Sample> = files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let mut parts = name.splitn(3, '-');
            let passes = match parts.next() {
                Some("pass") => true,
                Some("reject") => false,
                _ => panic!("{name}: neither pass nor reject"),
            };
            let facts = parts.next().unwrap().to_owned();
            Sample { passes, facts, markdown: fs::read_to_string(&path).unwrap(), name }
        })
        .collect();
    samples.sort_by(|a, b| a.name.cmp(&b.name));
    samples
}

fn subjects() -> [(Subject, &'static str); 2] {
    [(Subject::SecurityHub, "security_hub"), (Subject::CloudTrail, "cloudtrail")]
}

fn is_decided_by_code(requirement: &Requirement) -> bool {
    !matches!(requirement.check, Check::Reader)
}

#[test]
fn every_report_is_scored_as_its_name_says() {
    let mut wrong = vec![];
    for (subject, folder) in subjects() {
        for requirement in profile(subject).into_iter().filter(is_decided_by_code) {
            for sample in samples(folder, &requirement.name) {
                let case = fact_sets::case(&sample.facts);
                assert_eq!(case.facts.subject, subject, "{}", sample.name);
                let checked = verify(&sample.markdown, &case.facts, &case.coverage);
                let draft = Draft {
                    markdown: &sample.markdown,
                    facts: &case.facts,
                    coverage: &case.coverage,
                    checked: &checked,
                };
                let scores = assess(std::slice::from_ref(&requirement), &draft, &[]);
                let score = scores[0].score.unwrap();
                let reason = scores[0].reason.as_ref().unwrap();
                if sample.passes != (score >= 1.0) {
                    let issues = &checked.verification.issues;
                    wrong.push(format!("{folder}/{}/{}: {score} {reason} {issues:?}", requirement.name, sample.name));
                }
                assert!(!reason.as_str().is_empty());
            }
        }
    }
    assert!(wrong.is_empty(), "{} reports:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_check_has_its_reports_and_few_need_a_reader() {
    let mut readers = 0;
    let mut all = 0;
    for (subject, folder) in subjects() {
        for requirement in profile(subject) {
            all += 1;
            if !is_decided_by_code(&requirement) {
                readers += 1;
                continue;
            }
            let samples = samples(folder, &requirement.name);
            let passes = samples.iter().filter(|sample| sample.passes).count();
            let counts = (passes >= PASSES, samples.len() - passes >= REJECTS);
            assert_eq!(counts, (true, true), "{folder}/{}: {passes} of {} pass", requirement.name, samples.len());
        }
    }
    assert_eq!(all, 16);
    assert!(readers <= READERS, "{readers} need a reader");
}

#[test]
fn english_reports_are_english_throughout() {
    for (subject, folder) in subjects() {
        for requirement in profile(subject) {
            for sample in samples(folder, &requirement.name) {
                assert!(report::engine::is_english_throughout(&sample.markdown), "{folder}/{}", sample.name);
            }
        }
    }
}

#[test]
fn no_two_reports_are_the_same() {
    let mut seen: BTreeMap<[String; 4], String> = BTreeMap::new();
    for (subject, folder) in subjects() {
        for requirement in profile(subject) {
            for sample in samples(folder, &requirement.name) {
                let words = sample.markdown.split_whitespace().collect::<Vec<_>>().join(" ");
                let key = [folder.to_owned(), requirement.name.clone(), sample.facts, words];
                let earlier = seen.insert(key, sample.name.clone());
                assert_eq!(earlier, None, "{folder}/{}/{}", requirement.name, sample.name);
            }
        }
    }
}

/// Time in proportion to the text: a check that compares everything with everything would take minutes.
#[test]
fn a_long_report_does_not_hang() {
    let size = 32 << 10;
    let repeated = |unit: &str| unit.repeat(size / unit.len());
    for text in [
        repeated("word "),
        repeated("- CRITICAL: 2\n"),
        repeated("1. Restrict `EC2.19` and `S3.8`.\n"),
        format!("## Recommended Actions\n\n{}", repeated("1. Restrict `EC2.19`\n")),
        repeated("# CRITICAL\n\n"),
        format!("| a |\n|---|\n{}", repeated("| `S3.8` |\n")),
        repeated("no high-risk, "),
        repeated("\"likely "),
        repeated("`a` "),
        repeated("> "),
        repeated("risk rating is "),
    ] {
        let start: String = text.chars().take(24).collect();
        let started = std::time::Instant::now();
        for (subject, facts) in [(Subject::SecurityHub, "fleet"), (Subject::CloudTrail, "night")] {
            let case = fact_sets::case(facts);
            let checked = report::verify::Checked {
                verification: Default::default(),
                claims: vec![],
                stated: Default::default(),
            };
            let draft = Draft { markdown: &text, facts: &case.facts, coverage: &case.coverage, checked: &checked };
            for requirement in profile(subject) {
                let scores = assess(std::slice::from_ref(&requirement), &draft, &[]);
                assert_eq!(scores.len(), 1);
            }
        }
        assert!(started.elapsed().as_secs() < 30, "{start:?} took {:?}", started.elapsed());
    }
}
