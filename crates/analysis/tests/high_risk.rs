//! High-risk calls: what the pack names, what becomes of it, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails where it stands")]

#[path = "support/rules.rs"]
mod rules;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::cloudtrail::EventAnalysis;
use analysis::detect::{DetectionLimits, HighRiskApi, PackBuilder, Risk, RulePack, built_in};
use cloudtrail_log::read_event;
use security_model::filter::base_event_name;
use security_model::{Level, RecordOrigin};
use serde_json::json;
use sigma::{Document, Modifier, Rule, parse};

use crate::rules::{FILES, PACK};

/// Event source, where it is written out, and event name.
type Key = (Option<String>, String);

/// The rules of the pack that name high-risk APIs, each with what it names.
fn naming() -> Vec<(Rule, Vec<Key>)> {
    let mut found = Vec::new();
    for file in FILES.iter() {
        for document in parse(&file.name, &file.bytes).documents {
            let Some(field) = document.metadata().attribute("high_risk") else { continue };
            let keys = field.value.as_object().unwrap_or_else(|| panic!("{}", file.name)).keys();
            let named = keys.map(|key| match key.split_once(':') {
                Some((source, name)) => (Some(source.to_owned()), name.to_owned()),
                None => (None, key.clone()),
            });
            let named = named.collect();
            let Document::Rule(rule) = document else { panic!("{}: a correlation", file.name) };
            found.push((*rule, named));
        }
    }
    found
}

fn find(pack: &RulePack, source: &str, name: &str) -> Option<HighRiskApi> {
    pack.high_risk().find(source, name).cloned()
}

#[test]
fn the_pack_names_each_api_once_and_in_a_rule_that_makes_detections() {
    let mut named = 0;
    for (rule, apis) in naming() {
        let id = rule.metadata.label();
        assert!(PACK.rule(id).unwrap().reports, "{id} only feeds a correlation");
        named += apis.len();
    }
    assert!(named > 200, "{named} APIs");
    assert_eq!(PACK.high_risk().apis().count(), named, "two rules name the same API");
}

#[test]
fn each_api_is_one_that_its_rule_looks_for() {
    for (rule, apis) in naming() {
        let id = rule.metadata.label();
        let sources: HashSet<&str> = rule.compared("eventSource").into_iter().map(|(_, source)| source).collect();
        for (source, name) in apis {
            match source {
                Some(source) => assert!(sources.contains(&*source), "{id}: {source}"),
                None => assert_eq!(sources.len(), 1, "{id}: {name}"),
            }
            let looks = rule.compared("eventName").into_iter().any(|(modifiers, wanted)| match modifiers {
                [] => wanted == name,
                // `CreateFunction2` is the name with the first digit of its version.
                [Modifier::StartsWith] => name.starts_with(wanted.trim_end_matches(|c: char| c.is_ascii_digit())),
                _ => false,
            });
            assert!(looks, "{id} does not look for {name}");
        }
    }
}

#[test]
fn every_entry_of_the_pack_is_whole() {
    let mut seen = HashSet::new();
    for api in PACK.high_risk().apis() {
        assert!(seen.insert((&api.event_source, &api.event_name)), "{api:?} stands twice");
        assert!(!api.reason.is_empty() && api.reason.len() <= 120 && api.reason.is_ascii(), "{api:?}");
        assert!(!api.reason.ends_with('.'), "{api:?}");
        assert!(api.event_source.ends_with(".amazonaws.com"), "{api:?}");
        assert_eq!(base_event_name(&api.event_name), api.event_name, "a suffix would never match");
        assert!(!["Describe", "List", "Head"].iter().any(|start| api.event_name.starts_with(start)), "{api:?}");
        assert!(!api.techniques.is_empty(), "{api:?}");
        for id in &api.techniques {
            assert!(is_technique_id(id), "{id} in {api:?}");
            // Revoked in ATT&CK v19 in favour of T1685 and T1686.
            assert!(!id.starts_with("T1562"), "{id} in {api:?}");
        }
    }
}

fn is_technique_id(id: &str) -> bool {
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    id.strip_prefix('T').is_some_and(|rest| match rest.split_once('.') {
        Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
        None => digits(rest, 4),
    })
}

#[test]
fn every_subject_is_covered_and_ordinary_calls_are_not() {
    for (source, name) in [
        ("iam.amazonaws.com", "CreateAccessKey"),
        ("secretsmanager.amazonaws.com", "GetSecretValue"),
        ("lambda.amazonaws.com", "UpdateFunctionCode20150331v2"),
        ("lambda.amazonaws.com", "CreateFunction20150331"),
        ("cloudtrail.amazonaws.com", "StopLogging"),
        ("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress"),
        ("s3.amazonaws.com", "PutBucketPolicy"),
        ("kms.amazonaws.com", "ScheduleKeyDeletion"),
        ("ec2.amazonaws.com", "ModifySnapshotAttribute"),
        ("s3.amazonaws.com", "DeleteBucket"),
        ("organizations.amazonaws.com", "LeaveOrganization"),
    ] {
        assert!(find(&PACK, source, name).is_some(), "{source} {name}");
    }
    for (source, name) in [
        ("sts.amazonaws.com", "AssumeRole"),
        ("sts.amazonaws.com", "GetCallerIdentity"),
        ("ec2.amazonaws.com", "DescribeInstances"),
        ("ec2.amazonaws.com", "RunInstances"),
        ("kms.amazonaws.com", "Decrypt"),
        ("s3.amazonaws.com", "GetObject"),
        ("signin.amazonaws.com", "ConsoleLogin"),
        ("lambda.amazonaws.com", "StopLogging"),
    ] {
        assert!(find(&PACK, source, name).is_none(), "{source} {name}");
    }
}

#[test]
fn the_embedded_pack_names_the_same() {
    let embedded = built_in().build();
    assert!(embedded.high_risk().apis().eq(PACK.high_risk().apis()));
}

/// A rule over StopLogging of this level, with this `high_risk`.
fn rule(id: u8, level: &str, high_risk: &str) -> String {
    format!(
        "title: Rule {id}\nid: 00000000-0000-4000-8000-0000000000{id:02}\nlevel: {level}\ntags: [attack.t1562.008]\n\
         logsource: {{product: aws, service: cloudtrail}}\ndetection:\n    selection:\n        \
         eventSource: cloudtrail.amazonaws.com\n        eventName: [StopLogging, DeleteTrail]\n    \
         condition: selection\nhigh_risk: {high_risk}\n"
    )
}

fn pack(files: &[String], disabled: &[&str]) -> Arc<RulePack> {
    let mut builder = PackBuilder::default();
    for (number, file) in files.iter().enumerate() {
        builder.next_source();
        builder.add(&format!("{number}.yml"), file.as_bytes());
    }
    disabled.iter().for_each(|id| builder.disable(id));
    builder.build()
}

#[test]
fn an_entry_has_the_risk_and_the_techniques_of_its_rule() {
    for (level, risk) in
        [("critical", Risk::Critical), ("high", Risk::High), ("medium", Risk::Medium), ("low", Risk::Medium)]
    {
        let found =
            find(&pack(&[rule(1, level, "{StopLogging: Blinds}")], &[]), "cloudtrail.amazonaws.com", "StopLogging");
        let api = found.unwrap();
        assert_eq!((api.risk, api.reason.as_str()), (risk, "Blinds"));
        assert_eq!(api.techniques, ["T1685.002"]);
    }
    assert_eq!(Risk::from(Level::Informational), Risk::Medium);
}

#[test]
fn of_two_rules_the_worse_counts_and_of_equal_ones_the_first() {
    let rules = [
        rule(1, "medium", "{StopLogging: first, DeleteTrail: first}"),
        rule(2, "high", "{'cloudtrail.amazonaws.com:StopLogging': second}"),
        rule(3, "medium", "{DeleteTrail: third}"),
    ];
    let reasons = |pack: &RulePack| -> BTreeMap<String, String> {
        pack.high_risk().apis().map(|api| (api.event_name.clone(), api.reason.clone())).collect()
    };
    let told = |stop: &str, delete: &str| {
        BTreeMap::from([("StopLogging".to_owned(), stop.to_owned()), ("DeleteTrail".to_owned(), delete.to_owned())])
    };
    assert_eq!(reasons(&pack(&rules, &[])), told("second", "first"));
    assert_eq!(reasons(&pack(&rules, &["00000000-0000-4000-8000-000000000002"])), told("first", "first"));
    assert_eq!(reasons(&pack(&rules, &["00000000-0000-4000-8000-000000000001"])), told("second", "third"));
}

#[test]
fn what_cannot_be_used_costs_its_rule_and_is_told_with_what_to_write() {
    let long = format!("{{StopLogging: {}}}", "x".repeat(121));
    for (high_risk, told) in [
        ("[StopLogging]", "write below it"),
        ("{}", "write below it"),
        ("{StopLogging20131101: Blinds}", "without version"),
        ("{'cloudtrail:StopLogging': Blinds}", "such as `StopLogging`"),
        ("{'Stop Logging': Blinds}", "such as `StopLogging`"),
        ("{StartLogging: Blinds}", "which the rule does not look for"),
        ("{'iam.amazonaws.com:StopLogging': Blinds}", "which the rule does not look for"),
        ("{StopLogging: 7}", "what the caller gains in at most 120"),
        ("{StopLogging: ''}", "what the caller gains in at most 120"),
        ("{StopLogging: 'Blinds.'}", "what the caller gains in at most 120"),
        ("{StopLogging: 'See [this](https://example.com)'}", "what the caller gains in at most 120"),
        (&long, "what the caller gains in at most 120"),
    ] {
        let pack = pack(&[rule(1, "high", high_risk)], &[]);
        let [problem] = pack.problems() else { panic!("{high_risk}: {:?}", pack.problems()) };
        assert!(problem.is_error() && problem.to_string().contains(told), "{high_risk}: {problem}");
        assert_eq!((problem.file.as_str(), problem.line), ("0.yml", 11), "{high_risk}");
        assert!(problem.what.contains("high_risk"), "{problem}");
        assert_eq!(
            (pack.rules().filter(|rule| rule.reports && rule.line > 0).count(), pack.high_risk().apis().count()),
            (0, 0)
        );
    }
}

#[test]
fn a_rule_over_several_sources_writes_the_source_and_one_without_technique_is_refused() {
    let several = |key: &str| {
        let sources = "eventSource: [cloudtrail.amazonaws.com, config.amazonaws.com]";
        let text = rule(1, "high", &format!("{{'{key}': Blinds}}"));
        pack(&[text.replace("eventSource: cloudtrail.amazonaws.com", sources)], &[])
    };
    let told = several("StopLogging").problems()[0].to_string();
    assert!(told.contains("write the source before it: `cloudtrail.amazonaws.com:StopLogging`"), "{told}");
    assert!(find(&several("config.amazonaws.com:StopLogging"), "config.amazonaws.com", "StopLogging").is_some());

    let untagged = rule(1, "high", "{StopLogging: Blinds}").replace("attack.t1562.008", "attack.impact");
    let told = pack(&[untagged], &[]).problems()[0].to_string();
    assert!(told.contains("add one to `tags`, such as `attack.t1098`"), "{told}");
}

#[test]
fn a_broken_rule_does_not_replace_the_one_that_it_was_to_override() {
    let pack = pack(&[rule(1, "high", "{StopLogging: Blinds}"), rule(1, "low", "{StartLogging: Sees}")], &[]);
    assert_eq!((pack.problems().len(), pack.counts().overridden), (1, 0));
    assert_eq!(find(&pack, "cloudtrail.amazonaws.com", "StopLogging").unwrap().reason, "Blinds");
}

/// Name, calls and failed calls of each row, of calls that each may have failed.
fn rows(mut analysis: EventAnalysis, calls: &[(&str, Option<&str>)]) -> Vec<(String, u64, u64)> {
    for (index, (name, error)) in (0..).zip(calls) {
        let record = json!({"eventName": name, "eventSource": "cloudtrail.amazonaws.com", "errorCode": error});
        let origin = RecordOrigin { place: Arc::from("trail.json"), index };
        read_event(&record.to_string(), |event| analysis.observe(event, &origin)).unwrap();
    }
    let rows = analysis.finish().summary.high_risk;
    rows.iter().map(|row| (row.event_name.as_str().to_owned(), row.count, row.failed)).collect()
}

fn analysis() -> EventAnalysis {
    EventAnalysis::new(EvidenceLimits::default())
}

#[test]
fn the_list_of_an_analysis_is_that_of_its_rules() {
    let own = pack(&[rule(1, "low", "{DeleteTrail: Removes the trail}")], &[]);
    let calls = [("StopLogging", None), ("DeleteTrail", None), ("DeleteTrail", Some("AccessDenied"))];
    let of_own = rows(analysis().with_rules(own, DetectionLimits::default()), &calls);
    assert_eq!(of_own, [("DeleteTrail".to_owned(), 2, 1)]);
    let built_in = [("DeleteTrail".to_owned(), 2, 1), ("StopLogging".to_owned(), 1, 0)];
    assert_eq!(rows(analysis(), &calls), built_in, "without rules: the built-in ones");
}

#[test]
fn of_equal_risk_what_only_failed_comes_last() {
    let denied = Some("AccessDenied");
    let calls = [("DeleteTrail", denied), ("DeleteTrail", denied), ("StopLogging", None)];
    let expected = [("StopLogging".to_owned(), 1, 0), ("DeleteTrail".to_owned(), 2, 2)];
    assert_eq!(rows(analysis(), &calls), expected);
}
