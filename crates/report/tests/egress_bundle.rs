//! A bundle comes back as it was written, and what was changed since is refused by name.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "helpers of tests")]

use std::collections::BTreeMap;

use report::bundle::{Bundle, BundleError, Contents, EvidenceCap, MAX_BYTES, schema};
use report::engine::{Delivery, Report, WriterInfo};
use report::requirement::{Judge, RequirementScore, StatedRequirement};
use report::verify::{Issue, Judgement, Span, Verification};
use report::writer::WriterKind;
use report::{FactRow, FactSet, Name, NameKind, Subject};
use security_model::{Fact, Ledger, Outcome, SafeText, Scope, SourceKey, TextKind, Unit};
use serde_json::{Value, json};

fn safe(text: &str) -> SafeText {
    SafeText::from_raw(text, TextKind::Reference)
}

fn facts(count: usize) -> FactSet {
    let fact = |n: usize| Fact {
        id: format!("f{n}"),
        metric: "events.by_principal".to_owned(),
        value: 2616,
        unit: Unit::Events,
        scope: safe("all"),
        derivation: "Events.".to_owned(),
        evidence_id: Some("events".to_owned()),
    };
    FactSet {
        subject: Subject::CloudTrail,
        as_of: "2026-11-21T06:00:00Z".to_owned(),
        times: vec!["2026-11-20T06:00:00Z".to_owned()],
        facts: (1..=count).map(fact).collect(),
        rows: vec![FactRow {
            id: "principal-1".to_owned(),
            list: "events.by_principal".to_owned(),
            rank: 1,
            names: vec![Name { kind: NameKind::Principal, text: safe("arn:aws:iam::111122223333:role/admin") }],
            severity: None,
            times: vec![],
            facts: vec!["f1".to_owned()],
            reason: String::new(),
        }],
        names: vec![],
        required: vec![],
    }
}

fn contents(count: usize) -> Contents {
    let mut ledger = Ledger::default();
    ledger.record(&SourceKey::new("sample", None, None), Outcome::Counted);
    let issue = Issue {
        kind: Judgement::Ambiguous,
        text: safe("2,616"),
        span: Some(Span { start: 9, end: 14 }),
        expected: None,
        facts: vec!["f1".to_owned()],
    };
    Contents {
        version: "0.1.0".to_owned(),
        analysis_id: "a-1".to_owned(),
        generated_at: "2026-11-21T06:30:00Z".to_owned(),
        scope: Scope {
            source: safe("sample"),
            as_of: "2026-11-21T06:00:00Z".to_owned(),
            start: None,
            end: None,
            accounts: vec![safe("111122223333")],
            regions: vec![],
            filters: BTreeMap::new(),
            working_set: "all events".to_owned(),
            vantage: None,
            truncated: BTreeMap::new(),
        },
        coverage: ledger.close(),
        facts: facts(count),
        evidence: BTreeMap::from([("events".to_owned(), vec![json!({"event_name": "StopLogging", "index": 7})])]),
        evidence_cap: EvidenceCap {
            rows_per_id: 10,
            rows: 1_000,
            left_out: BTreeMap::from([("events".to_owned(), 2_615)]),
        },
        report: Report {
            markdown: "# Title\n\n2,616 events by `admin`.\n".to_owned(),
            writer: WriterInfo {
                kind: WriterKind::Local,
                model: None,
                rounds: 1,
                input_tokens: None,
                output_tokens: None,
                elapsed_ms: 3,
                fallback_reason: None,
            },
            delivery: Delivery::AsWritten,
            score: Some(2.0 / 3.0),
            score_formula: "mean".to_owned(),
            requirements: vec![RequirementScore {
                name: "concise_length".to_owned(),
                description: "Under 350 words".to_owned(),
                mandatory: false,
                score: Some(0.1 + 0.2),
                judge: Judge::Rule,
                reason: Some(safe("12 words")),
            }],
            requirements_left_out: vec![],
            verification: Verification { claims: 1, ambiguous: 1, issues: vec![issue], ..Verification::default() },
        },
        requirements: vec![StatedRequirement {
            name: "mine".to_owned(),
            description: "First line\nsecond\u{200d} line".to_owned(),
            mandatory: true,
        }],
    }
}

fn sealed() -> Bundle {
    Bundle::seal(contents(3)).unwrap()
}

/// The bundle as JSON with something changed.
fn edited(edit: impl Fn(&mut Value)) -> Vec<u8> {
    let mut value: Value = serde_json::from_str(&sealed().to_json()).unwrap();
    edit(&mut value);
    value.to_string().into_bytes()
}

#[track_caller]
fn refused(bytes: &[u8]) -> BundleError {
    let error = Bundle::open(bytes).unwrap_err();
    assert!(error.to_string().ends_with('.'), "{error}");
    error
}

#[test]
fn a_bundle_comes_back_as_it_was_written() {
    let sealed = sealed();
    let json = sealed.to_json();
    let opened = Bundle::open(json.as_bytes()).unwrap();
    assert_eq!(opened.to_json(), json);
    assert_eq!(opened.facts, sealed.facts);
    assert_eq!(opened.report, sealed.report);
    assert_eq!(opened.report.score, Some(0.666_667));
    assert_eq!(opened.requirements[0].description, "First line second\\u{200d} line");
    // Another order of members and other white space are the same bundle.
    let compact: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(Bundle::open(compact.to_string().as_bytes()).unwrap().to_json(), json);
}

#[test]
fn what_was_changed_is_named() {
    type Edit = fn(&mut Value);
    let edits: [(Edit, &str); 8] = [
        (|v| v["facts"]["facts"][0]["value"] = json!(2617), "facts"),
        (|v| v["facts"]["rows"][0]["names"][0]["text"] = json!("x"), "facts"),
        (|v| v["coverage"]["counted"] = json!(2), "coverage"),
        (|v| v["evidence"]["events"][0]["index"] = json!(8), "evidence"),
        (|v| v["report"]["markdown"] = json!("# Title\n\n2,617 events by `admin`.\n"), "report.markdown"),
        (|v| v["report"]["score"] = json!(1.0), "a member other than facts, coverage, evidence and report.markdown"),
        (|v| v["analysis_id"] = json!("a-2"), "a member other than facts, coverage, evidence and report.markdown"),
        (|v| v["extra"] = json!(1), "a member other than facts, coverage, evidence and report.markdown"),
    ];
    for (edit, part) in edits {
        assert_eq!(refused(&edited(edit)), BundleError::HashMismatch { part });
    }
    let swapped = edited(|v| v["hashes"]["facts"] = v["hashes"]["coverage"].clone());
    assert_eq!(refused(&swapped), BundleError::HashMismatch { part: "facts" });
}

#[test]
fn what_is_no_bundle_is_said_to_be_none() {
    assert_eq!(refused(b""), BundleError::NotJson { line: 1, column: 0 });
    assert_eq!(refused(b"{}"), BundleError::NotABundle);
    assert_eq!(refused(b"[1]"), BundleError::NotABundle);
    assert_eq!(refused(b"{\"tool\": \"other\", \"schema_version\": 1}"), BundleError::NotABundle);
    assert_eq!(refused(b"{\n  \"tool\": nightdesk}"), BundleError::NotJson { line: 2, column: 12 });
    assert!(matches!(refused(&[0xFF, 0xFE]), BundleError::NotJson { .. }));
    assert!(matches!(refused("[".repeat(100_000).as_bytes()), BundleError::NotJson { .. }));
    let newer = refused(&edited(|v| v["schema_version"] = json!(2)));
    assert_eq!(newer, BundleError::Newer { found: 2 });
    assert!(newer.to_string().contains("schema_version 2") && newer.to_string().contains("reads up to 1"));
    assert_eq!(refused(&edited(|v| v["schema_version"] = json!("1"))), BundleError::NotABundle);
    let json = sealed().to_json();
    for cut in (1..json.len() - 2).step_by(97) {
        assert!(matches!(refused(&json.as_bytes()[..cut]), BundleError::NotJson { .. }), "{cut}");
    }
}

#[test]
fn a_missing_member_is_named() {
    for field in [
        "schema_version",
        "version",
        "analysis_id",
        "generated_at",
        "scope",
        "coverage",
        "facts",
        "evidence",
        "report",
        "requirements",
        "hashes",
    ] {
        let bytes = edited(|v| {
            v.as_object_mut().unwrap().remove(field);
        });
        assert_eq!(refused(&bytes), BundleError::Missing { field });
    }
}

/// As an attacker would do it: edited, with hashes that match.
fn forged(change: impl Fn(&mut Contents)) -> Result<Bundle, BundleError> {
    let mut contents = contents(1);
    change(&mut contents);
    Bundle::seal(contents)
}

#[test]
fn what_comes_back_is_neutralised_and_checked() {
    let bundle = forged(|c| {
        c.facts.facts[0].metric = "\u{1b}[31m\u{202e}metric".to_owned();
        c.facts.rows[0].reason = "x".repeat(10_000);
        c.evidence.insert("e\u{7}".to_owned(), vec![json!({"k\u{200b}": ["\u{0}"]})]);
        c.report.writer.fallback_reason = Some("\u{9b}2J".to_owned());
    })
    .unwrap();
    assert_eq!(bundle.facts.facts[0].metric, "\\u{1b}[31m\\u{202e}metric");
    assert_eq!(bundle.facts.rows[0].reason.len(), 4096);
    assert_eq!(bundle.evidence["e\\u{7}"], [json!({"k\\u{200b}": ["\\u{0}"]})]);
    assert_eq!(bundle.report.writer.fallback_reason.as_deref(), Some("\\u{9b}2J"));
    assert!(Bundle::open(bundle.to_json().as_bytes()).is_ok());

    for (change, field) in [
        ((|c| c.report.markdown.push('\u{1b}')) as fn(&mut Contents), "report.markdown"),
        (|c| c.report.markdown = "x".repeat(2_000_000), "report.markdown"),
        (|c| c.report.markdown.push_str("[x](https://evil.example)"), "report.markdown"),
        (|c| c.report.markdown.push_str("<b>x</b>"), "report.markdown"),
        (|c| c.report.markdown.push_str("![x](y)"), "report.markdown"),
        (
            |c| {
                c.evidence.insert("e\u{7}".to_owned(), vec![json!(1)]);
                c.evidence.insert("e\\u{7}".to_owned(), vec![json!(2)]);
            },
            "evidence",
        ),
        (|c| c.generated_at = "yesterday".to_owned(), "generated_at"),
        (|c| c.facts.as_of = "soon".to_owned(), "facts.as_of"),
        (|c| c.report.verification.issues[0].span = Some(Span { start: 9, end: 999 }), "report.verification.issues"),
        (|c| c.report.verification.issues[0].span = Some(Span { start: 9, end: 2 }), "report.verification.issues"),
    ] {
        let error = forged(change).unwrap_err();
        assert!(matches!(&error, BundleError::Invalid { field: found, .. } if found == field), "{error}");
    }
}

/// The file with something changed and hashes that match again, as whoever edits a bundle can make them.
fn with_hashes(edit: impl Fn(&mut Value)) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    // `Value` keeps its members sorted, so that its compact form is canonical here.
    let hash = |text: &str| Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let mut value: Value = serde_json::from_str(&sealed().to_json()).unwrap();
    edit(&mut value);
    let hashes = value["hashes"].take();
    value.as_object_mut().unwrap().remove("hashes");
    let mut mended = json!({
        "facts": hash(&value["facts"].to_string()),
        "coverage": hash(&value["coverage"].to_string()),
        "evidence": hash(&value["evidence"].to_string()),
        "report_markdown": hash(value["report"]["markdown"].as_str().unwrap()),
        "bundle": hash(&value.to_string()),
    });
    if let Some(extra) = hashes.get("extra") {
        mended["extra"] = extra.clone();
    }
    value["hashes"] = mended;
    value.to_string().into_bytes()
}

#[test]
fn members_that_nobody_knows_are_refused() {
    assert!(Bundle::open(&with_hashes(|v| v["analysis_id"] = json!("a-2"))).is_ok());
    type Edit = (fn(&mut Value), &'static str);
    let edits: [Edit; 8] = [
        (|v| v["extra"] = json!(1), "extra"),
        (|v| v["hashes"]["extra"] = json!("x"), "hashes"),
        (|v| v["facts"]["extra"] = json!(1), "facts"),
        (|v| v["facts"]["facts"][0]["extra"] = json!(1), "facts"),
        (|v| v["report"]["extra"] = json!(1), "report"),
        (|v| v["report"]["verification"]["extra"] = json!({}), "report"),
        (|v| v["scope"]["extra"] = json!(1), "scope"),
        (|v| v["report"]["score"] = json!(1), "report"),
    ];
    for (edit, field) in edits {
        let error = refused(&with_hashes(edit));
        assert!(matches!(&error, BundleError::Invalid { field: found, .. } if found == field), "{field}: {error}");
    }
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    let json = sealed().to_json();
    for (from, to, field) in [
        ("\"analysis_id\": \"a-1\"", "\"analysis_id\": \"evil\", \"analysis_id\": \"a-1\"", "analysis_id"),
        ("\"index\": 7", "\"index\": 8, \"index\": 7", "index"),
        ("\"index\": 7", "\"ind\\u0065x\": 8, \"index\": 7", "index"),
        ("\"value\": 2616", "\"value\": 1, \"value\": 2616", "value"),
        ("\"tool\": \"nightdesk\"", "\"tool\": \"x\", \"tool\": \"nightdesk\"", "tool"),
    ] {
        assert!(json.contains(from));
        let error = refused(json.replacen(from, to, 1).as_bytes());
        assert!(matches!(&error, BundleError::Invalid { field: found, .. } if found == field), "{field}: {error}");
    }
}

#[test]
fn what_is_small_in_a_file_and_large_in_memory_is_refused() {
    for values in ["{},", "[],", "{\"a\":1},", "1,", "\"\","] {
        let many = values.repeat(13 * 1024 * 1024 / values.len());
        let text = format!("{{\"tool\":\"nightdesk\",\"schema_version\":1,\"evidence\":{{\"e\":[{many}1]}}}}");
        assert_eq!(refused(text.as_bytes()), BundleError::TooLarge { bytes: text.len() });
    }
}

#[test]
fn a_large_bundle_is_bounded() {
    let start = std::time::Instant::now();
    let json = Bundle::seal(contents(100_000)).unwrap().to_json();
    assert_eq!(Bundle::open(json.as_bytes()).unwrap().facts.facts.len(), 100_000);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    assert_eq!(refused(&vec![b' '; MAX_BYTES + 1]), BundleError::TooLarge { bytes: MAX_BYTES + 1 });
    let many = format!("[{}1]", "1,".repeat(5_000_000));
    assert_eq!(refused(many.as_bytes()), BundleError::TooLarge { bytes: many.len() });
}

#[test]
fn the_schema_names_every_member() {
    let schema = serde_json::to_value(schema()).unwrap();
    let written: Value = serde_json::from_str(&sealed().to_json()).unwrap();
    for member in written.as_object().unwrap().keys() {
        assert!(schema["properties"].get(member).is_some(), "{member}");
        assert!(schema["required"].as_array().unwrap().contains(&json!(member)), "{member}");
    }
}
