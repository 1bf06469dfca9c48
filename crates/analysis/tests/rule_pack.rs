//! The rule pack: every rule does what its records say, and says of itself what it has to.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails where it stands")]

#[path = "support/rules.rs"]
mod rules;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::cloudtrail::EventAnalysis;
use analysis::detect::{DetectionLimits, Detections, MAX_WORDS};
use cloudtrail_log::read_event;
use security_model::{Detection, RecordOrigin};
use serde_json::Value;
use serde_json::value::RawValue;
use sigma::{Document, JsonFields, Metadata, Scratch, parse};

use crate::rules::{FILES, PACK, RuleFile};

/// The document of a file that makes detections: the one with a sentence.
fn detection(file: &RuleFile) -> Metadata {
    let parsed = parse(&file.name, &file.bytes);
    let mut found = parsed.documents.iter().map(Document::metadata).filter(|metadata| custom(metadata).is_some());
    let metadata = found.next().unwrap_or_else(|| panic!("{}: no document has a sentence", file.name)).clone();
    assert!(found.next().is_none(), "{}: two documents have a sentence", file.name);
    metadata
}

fn custom(metadata: &Metadata) -> Option<&str> {
    metadata.attribute("sentence").and_then(|sentence| sentence.value.as_str())
}

#[derive(serde::Deserialize)]
struct Records {
    fires: Vec<Box<RawValue>>,
    quiet: Vec<Box<RawValue>>,
    near_miss: Vec<Box<RawValue>>,
}

fn records(file: &RuleFile) -> Records {
    let path = file.path.with_extension("records.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the pack finds in a case: one record, or an array of them.
fn found(case: &RawValue, reversed: bool) -> Detections {
    let mut records: Vec<String> = match serde_json::from_str::<Vec<Box<RawValue>>>(case.get()) {
        Ok(records) => records.iter().map(|record| record.get().to_owned()).collect(),
        Err(_) => vec![case.get().to_owned()],
    };
    if reversed {
        records.reverse();
    }
    let rules = (Arc::clone(&PACK), DetectionLimits::default());
    let mut analysis = EventAnalysis::new(EvidenceLimits::default()).with_rules(rules.0, rules.1);
    for (index, record) in (0..).zip(&records) {
        let origin = RecordOrigin { place: Arc::from("case"), index };
        read_event(record, |event| analysis.observe(event, &origin)).unwrap();
    }
    analysis.finish().detections
}

#[test]
fn the_pack_loads_without_a_word() {
    let problems: Vec<String> = PACK.problems().iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(PACK.counts().detections, FILES.len() as u64, "one detection per file");
    assert_eq!(PACK.rule_set().unindexed(), 0, "a rule that pins nothing is tried on every record");
}

#[test]
fn every_rule_says_of_itself_what_it_has_to() {
    let mut faults = Vec::new();
    let (mut ids, mut titles) = (HashMap::new(), HashMap::new());
    for file in FILES.iter() {
        let metadata = detection(file);
        let about = PACK.rule(metadata.id.as_deref().unwrap_or_default());
        let mut need = |holds: bool, what: &str| {
            if !holds {
                faults.push(format!("{}: {what}", file.name));
            }
        };
        for document in &parse(&file.name, &file.bytes).documents {
            let id = document.metadata().id.clone().unwrap_or_default();
            need(is_uuid(&id), "id is no UUID");
            let other = ids.insert(id, file.name.clone());
            need(other.is_none(), &format!("id also in {other:?}"));
        }
        let other = titles.insert(metadata.title.clone(), file.name.clone());
        need(other.is_none(), &format!("title also in {other:?}"));
        need(!metadata.title.is_empty() && metadata.title.len() <= 100, "title");
        need(metadata.level.is_some(), "level");
        need(metadata.status.is_some(), "status");
        need(metadata.description.as_ref().is_some_and(|text| text.len() > 30), "description");
        need(!metadata.false_positives.is_empty(), "falsepositives");
        let sources = ["https://docs.aws.amazon.com/", "https://aws.amazon.com/", "https://attack.mitre.org/"];
        let is_source = |page: &String| sources.iter().any(|source| page.starts_with(source));
        need(!metadata.references.is_empty() && metadata.references.iter().all(is_source), "references");
        need(metadata.author.as_deref() == Some("Nightdesk"), "author");
        need(metadata.license.as_deref() == Some("Apache-2.0 OR MIT"), "license");
        need(metadata.date.is_some(), "date");
        let sentence = custom(&metadata).unwrap_or_default();
        need(sentence.ends_with('.') && sentence.split_whitespace().count() <= MAX_WORDS, "sentence");
        let Some(about) = about else {
            need(false, "not in the pack");
            continue;
        };
        need(!about.tactics.is_empty() && !about.techniques.is_empty(), "tags: a tactic and a technique");
        need(
            about.tactics.len() + about.techniques.len() == metadata.tags.len(),
            "tags: unknown, double or of old names",
        );
        let folder = file.name.split('/').next().unwrap().replace("defence-", "defense-");
        need(about.tactics.first() == Some(&folder), "tags: the first tactic is not the folder's");
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn is_uuid(id: &str) -> bool {
    let parts: Vec<&str> = id.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
}

#[test]
fn every_rule_fires_on_its_records_and_stays_quiet_on_the_others() {
    let mut faults = Vec::new();
    let mut sentences: BTreeMap<String, String> = BTreeMap::new();
    for file in FILES.iter() {
        let id = detection(file).id.unwrap();
        let Records { fires, quiet, near_miss } = records(file);
        if fires.len() < 2 || quiet.is_empty() || near_miss.is_empty() {
            faults.push(format!("{}: at least two records that fire, a quiet one and a near miss", file.name));
        }
        for (kind, cases, expected) in
            [("fires", fires, true), ("quiet", quiet, false), ("near_miss", near_miss, false)]
        {
            for (number, case) in cases.iter().enumerate() {
                let rows = found(case, false).rows;
                let row = rows.iter().find(|row| row.detection.id.as_str() == id);
                if row.is_some() != expected {
                    let word = if expected { "does not fire" } else { "fires" };
                    faults.push(format!("{}: {word} on {kind}[{number}]", file.name));
                }
                let Some(row) = row else { continue };
                let reason = row.detection.reason.as_str();
                sentences.insert(format!("{} {kind}[{number}]", file.name), reason.to_owned());
                if reason.split_whitespace().count() > MAX_WORDS
                    || ["[secret removed", "(unknown)", "(hidden)", "{", "}"].iter().any(|part| reason.contains(part))
                {
                    faults.push(format!("{}: {kind}[{number}] is explained as: {reason}", file.name));
                }
                let actors = actors(case, &row.detection);
                if !NAMELESS.contains(&file.name.as_str()) && !says_who_and_what(reason, &actors) {
                    faults.push(format!("{}: {kind}[{number}] names no actor or no value: {reason}", file.name));
                }
                if row.explanation.tests.is_empty() {
                    faults.push(format!("{}: {kind}[{number}] has no evidence", file.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(sentences.len() >= 2 * FILES.len());
}

/// What many tried from an address, and one of them did, is told of that one.
#[test]
fn a_correlation_names_who_did_the_last_deed() {
    let file = FILES.iter().find(|file| file.name.ends_with("console-login-after-failures.yml")).unwrap();
    let mut events: Vec<Value> = serde_json::from_str(records(file).fires[0].get()).unwrap();
    for event in events.iter_mut().filter(|event| event["responseElements"]["ConsoleLogin"] == "Failure") {
        event["userIdentity"] = serde_json::json!({"type": "Root", "accountId": "111122223333",
            "arn": "arn:aws:iam::111122223333:root", "principalId": "111122223333"});
    }
    let case = serde_json::value::to_raw_value(&events).unwrap();
    let rows = found(&case, false).rows;
    let row = rows.iter().find(|row| Some(row.detection.id.as_str()) == detection(file).id.as_deref()).unwrap();
    assert_eq!(row.detection.principal.as_str(), "arn:aws:iam::111122223333:user/alice");
    let reason = "A console sign-in of `user/alice` from `198.51.100.23` succeeded after repeated failures.";
    assert_eq!(row.detection.reason.as_str(), reason);
}

/// Of these deeds EC2 does not record who did them: an account to which a snapshot was shared.
const NAMELESS: [&str; 1] = ["exfiltration/shared-snapshot-copied.yml"];

/// By what names a sentence may call whoever acted: his own, and where the records have no name of him, his account or
/// address.
fn actors(case: &RawValue, detection: &Detection) -> Vec<String> {
    let case: Value = serde_json::from_str(case.get()).unwrap();
    let records = match case {
        Value::Array(records) => records,
        record => vec![record],
    };
    let who = detection.principal.as_str();
    let mut names = vec![who.to_owned()];
    if let Some((_, resource)) = who.split_once(":iam::").and_then(|(_, rest)| rest.split_once(':')) {
        let name = resource.rsplit('/').next().unwrap();
        names.push(resource.split_once('/').map_or(name.to_owned(), |(kind, _)| format!("{kind}/{name}")));
    }
    for record in records {
        let identity = &record["userIdentity"];
        for name in
            [&identity["accountId"], &identity["userName"], &record["sourceIPAddress"], &record["vpcEndpointId"]]
        {
            names.extend(name.as_str().map(str::to_owned));
        }
    }
    names
}

/// Whether the sentence names one of the actors, and another value besides: in a code span, or as a number.
fn says_who_and_what(reason: &str, actors: &[String]) -> bool {
    let span = |actor: &&String| reason.contains(&format!("`{actor}`"));
    let Some(actor) = actors.iter().find(span) else { return false };
    let rest = reason.replacen(&format!("`{actor}`"), "", 1);
    rest.contains('`') || rest.bytes().any(|byte| byte.is_ascii_digit())
}

#[test]
fn the_order_of_records_does_not_matter() {
    // Of events of one second the order in the file decides, so only cases without such are turned round.
    let mut turned = 0;
    for file in FILES.iter() {
        for case in records(file).fires {
            let Ok(Value::Array(events)) = serde_json::from_str(case.get()) else { continue };
            let mut times: Vec<&str> = events.iter().filter_map(|event| event["eventTime"].as_str()).collect();
            times.sort_unstable();
            times.dedup();
            if times.len() < events.len() {
                continue;
            }
            let (forward, backward) = (found(&case, false), found(&case, true));
            let shown = |found: &Detections| found.rows.iter().map(|row| row.detection.clone()).collect::<Vec<_>>();
            assert_eq!(shown(&forward), shown(&backward), "{}", file.name);
            turned += 1;
        }
    }
    assert!(turned > 20, "only {turned} cases could be turned round");
}

#[test]
fn views_and_whole_records_match_alike() {
    let fields = JsonFields::new(PACK.rule_set());
    let (mut scratch, mut compared) = (Scratch::default(), 0);
    for file in FILES.iter() {
        let Records { fires, quiet, near_miss } = records(file);
        for case in fires.iter().chain(&quiet).chain(&near_miss) {
            let case: Value = serde_json::from_str(case.get()).unwrap();
            let several = if let Value::Array(several) = case { several } else { vec![case] };
            for record in several {
                let whole: Vec<String> = PACK
                    .rule_set()
                    .matches(&fields.record(&record), &mut scratch)
                    .map(|index| PACK.rule_set().rule(index).unwrap().metadata.label().to_owned())
                    .collect();
                let viewed: Vec<String> = read_event(&record.to_string(), |event| {
                    PACK.matching(event, &mut scratch).map(|rule| rule.id.as_str().to_owned()).collect()
                })
                .unwrap();
                assert_eq!(viewed, whole, "{}: {record}", file.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 1_000);
}
