//! Answers on the sample: their shape, their size, and that every number leads to its rows.

use std::io::Read as _;

use end_to_end::{Era, Session};
use serde_json::{Value, json};

const TOOLS: [&str; 2] = ["analyze_aws_security_hub", "analyze_aws_cloudtrail"];

fn output_schema(session: &mut Session, tool: &str) -> Value {
    let tools = session.request("tools/list", json!({}))["result"]["tools"].clone();
    tools.as_array().unwrap().iter().find(|entry| entry["name"] == tool).unwrap()["outputSchema"].clone()
}

fn assert_valid(schema: &Value, instance: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn inflate(gz: &[u8]) -> Value {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(gz).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_answer_has_the_shape_it_promises() {
    for era in Era::BOTH {
        let mut session = Session::start(era, &[]);
        for tool in TOOLS {
            let schema = output_schema(&mut session, tool);
            for detail in ["summary", "standard", "full"] {
                let answer = session.structured(tool, json!({"source": "sample", "detail": detail}));
                assert_valid(&schema, &answer);
                assert_eq!(answer["schema_version"], 1);
                assert_eq!(answer["tool"], tool);
                assert_eq!(answer["report"]["writer"]["kind"], "local");
                let coverage = &answer["coverage"];
                let sum: u64 = ["counted", "excluded", "duplicates", "unreadable"]
                    .iter()
                    .map(|name| coverage[name].as_u64().unwrap())
                    .sum();
                assert_eq!(coverage["seen"], sum);
            }
        }
    }
}

#[test]
fn a_default_answer_fits_a_conversation() {
    let mut session = Session::start(Era::Legacy, &[]);
    for tool in TOOLS {
        let result = session.call(tool, json!({"source": "sample"}));
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.len() <= 4_096, "{tool}: text of {} bytes", text.len());
        let whole = serde_json::to_vec(&result).unwrap().len();
        assert!(whole <= 40_000, "{tool}: answer of {whole} bytes");
        assert!(result["structuredContent"]["facts"].as_array().unwrap().len() <= 60);
    }
}

#[test]
fn lists_that_were_cut_say_how_long_they_were() {
    let mut session = Session::start(Era::Legacy, &[]);
    let cut = session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}));
    let whole = session.structured("analyze_aws_cloudtrail", json!({"source": "sample", "detail": "full"}));
    let length = |answer: &Value| answer["events"]["by_event"].as_array().unwrap().len() as u64;
    assert!(length(&cut) < length(&whole));
    assert_eq!(cut["events"]["truncated"]["by_event"], length(&whole));
    assert!(whole["events"].get("truncated").is_none());
}

#[test]
fn every_fact_leads_to_as_many_rows_as_it_says() {
    let mut session = Session::start(Era::Legacy, &[]);
    for tool in TOOLS {
        let answer = session.structured(tool, json!({"source": "sample"}));
        let id = answer["analysis_id"].as_str().unwrap().to_owned();
        let schema = output_schema(&mut session, "get_evidence");
        let mut followed = 0;
        for fact in answer["facts"].as_array().unwrap() {
            let Some(evidence) = fact["evidence_id"].as_str() else { continue };
            let page = session.structured("get_evidence", json!({"analysis_id": id, "evidence_id": evidence}));
            assert_valid(&schema, &page);
            assert_eq!(page["total"], fact["value"], "{fact}");
            followed += 1;
        }
        assert!(followed >= 20, "{tool}: only {followed} facts have evidence");
    }
}

#[test]
fn evidence_pages_show_every_row_once_newest_first() {
    let mut session = Session::start(Era::Legacy, &[]);
    let answer = session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}));
    let mut arguments = json!({"analysis_id": answer["analysis_id"], "evidence_id": "failed", "limit": 7});
    let mut rows: Vec<Value> = Vec::new();
    loop {
        let page = session.structured("get_evidence", arguments.clone());
        rows.extend(page["events"].as_array().unwrap().iter().cloned());
        if page["next_cursor"].is_null() {
            break;
        }
        arguments["cursor"] = page["next_cursor"].clone();
    }
    assert_eq!(rows.len() as u64, answer["events"]["failed_operations"]["total"]);
    let times: Vec<&str> = rows.iter().map(|row| row["time"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older));
    let mut places: Vec<String> = rows.iter().map(|row| format!("{} {}", row["origin"], row["index"])).collect();
    places.sort();
    places.dedup();
    assert_eq!(places.len(), rows.len());
    assert!(rows.iter().all(|row| !row["error_code"].is_null()));
}

/// GuardDuty found the leaked key, and Security Hub the snapshot: both stand in the incident.
#[test]
fn incidents_name_the_findings_on_what_they_touched() {
    let mut session = Session::start(Era::Modern, &[]);
    let posture = session.structured("analyze_aws_security_hub", json!({"source": "sample"}));
    let from = json!({"source": "sample", "detail": "full", "findings_from": posture["analysis_id"]});
    let answer = session.structured("analyze_aws_cloudtrail", from);
    let named = answer["incidents"][0]["findings"].as_array().unwrap();
    let night = sample_night::generate(sample_night::SAMPLE_SEED);
    let on = |name: &str| {
        night.findings.iter().any(|finding| {
            let mut resources = finding["Resources"].as_array().unwrap().iter();
            named.contains(&finding["Id"]) && resources.any(|one| one["Id"].as_str().unwrap().ends_with(name))
        })
    };
    assert!(on("harbour-customer-exports"), "{named:?}");
    assert!(named.len() < night.findings.len() / 2, "{} findings", named.len());

    let alone = session.structured("analyze_aws_cloudtrail", json!({"source": "sample", "detail": "full"}));
    assert!(alone["incidents"][0]["findings"].as_array().unwrap().is_empty());
    let wrong = json!({"source": "sample", "findings_from": alone["analysis_id"]});
    let refused = session.call("analyze_aws_cloudtrail", wrong);
    assert!(
        refused["isError"].as_bool().unwrap() && refused.to_string().contains("analyze_aws_security_hub"),
        "{refused}"
    );
}

/// The generator knows what the attacker did; the answer has to show it.
#[test]
fn the_incident_can_be_seen() {
    let mut session = Session::start(Era::Legacy, &[]);
    let answer = session.structured("analyze_aws_cloudtrail", json!({"source": "sample", "detail": "full"}));
    let high_risk = answer["events"]["high_risk"].as_array().unwrap();
    let named = |name: &str| high_risk.iter().any(|row| row["event_name"] == name);
    for name in ["StopLogging", "CreateAccessKey", "CreateUser", "ModifySnapshotAttribute"] {
        assert!(named(name), "{name} is not among the high-risk calls");
    }
    assert!(answer["events"]["console_logins"]["without_mfa"].as_u64().unwrap() >= 1);
    let posture = session.structured("analyze_aws_security_hub", json!({"source": "sample"}));
    assert!(posture["findings"]["by_severity"]["CRITICAL"].as_u64().unwrap() >= 1);
    assert!(!posture["findings"]["attention"].as_array().unwrap().is_empty());
}

#[test]
fn no_secret_of_the_sample_leaves() {
    // The canaries are really in the data.
    let raw =
        inflate(sample_night::CLOUDTRAIL_JSON_GZ).to_string() + &inflate(sample_night::FINDINGS_JSON_GZ).to_string();
    let canaries = [sample_night::SESSION_TOKEN_CANARY, sample_night::SECRET_CANARY];
    assert!(canaries.iter().all(|canary| raw.contains(canary)));

    let mut session = Session::start(Era::Legacy, &["--log", "trace"]);
    for tool in TOOLS {
        let answer = session.structured(tool, json!({"source": "sample", "detail": "full"}));
        let id = answer["analysis_id"].as_str().unwrap().to_owned();
        let set = if tool.ends_with("cloudtrail") { "events" } else { "findings" };
        let mut everything = answer.to_string();
        let mut arguments = json!({"analysis_id": id, "evidence_id": set, "limit": 100});
        loop {
            let page = session.structured("get_evidence", arguments.clone());
            everything.push_str(&page.to_string());
            if page["next_cursor"].is_null() {
                break;
            }
            arguments["cursor"] = page["next_cursor"].clone();
        }
        everything.push_str(&session.logs());
        for canary in canaries {
            assert!(!everything.contains(canary), "{tool} lets {canary} out");
        }
    }
}
