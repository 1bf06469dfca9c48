//! Reports, their requirements and their verification, as hosts and people meet them.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use end_to_end::{Era, Session, nightdesk, run, stderr, stdout};
use serde_json::{Value, json};

const TOOLS: [&str; 2] = ["analyze_aws_security_hub", "analyze_aws_cloudtrail"];

/// Every figure of the issue's interface, in its place.
fn assert_report_shape(report: &Value) {
    for name in ["markdown", "writer", "delivery", "score", "requirements", "verification"] {
        assert!(report.get(name).is_some(), "report lacks {name}");
    }
    for name in ["kind", "model", "rounds", "input_tokens", "output_tokens", "elapsed_ms", "fallback_reason"] {
        assert!(report["writer"].get(name).is_some(), "writer lacks {name}");
    }
    for requirement in report["requirements"].as_array().unwrap() {
        for name in ["name", "description", "mandatory", "score", "judge", "reason"] {
            assert!(requirement.get(name).is_some(), "a requirement lacks {name}");
        }
    }
    assert_verification_shape(&report["verification"]);
}

fn assert_verification_shape(verification: &Value) {
    for name in ["claims", "supported", "contradicted", "misattributed", "ambiguous", "unsupported", "omitted"] {
        assert!(verification[name].is_u64(), "verification lacks {name}");
    }
    assert!(["verified", "failed"].contains(&verification["verdict"].as_str().unwrap()));
    for issue in verification["issues"].as_array().unwrap() {
        for name in ["kind", "text", "span", "expected", "facts"] {
            assert!(issue.get(name).is_some(), "an issue lacks {name}");
        }
    }
}

/// The first number of several digits that is not part of a name, made another number.
fn with_a_wrong_number(markdown: &str, total: u64) -> String {
    let grouped = match (total / 1_000, total % 1_000) {
        (0, ones) => ones.to_string(),
        (thousands, ones) => format!("{thousands},{ones:03}"),
    };
    let wrong = (total + 1).to_string();
    assert!(markdown.contains(&grouped), "{grouped} is not in {markdown}");
    markdown.replacen(&grouped, &wrong, 1)
}

fn total(answer: &Value) -> u64 {
    answer["events"]["total"].as_u64().or(answer["findings"]["total"].as_u64()).unwrap()
}

#[test]
fn the_local_report_is_verified_and_scored() {
    for era in Era::BOTH {
        let mut session = Session::start(era, &[]);
        for tool in TOOLS {
            let result = session.call(tool, json!({"source": "sample"}));
            let report = &result["structuredContent"]["report"];
            assert_report_shape(report);
            assert_eq!((&report["writer"]["kind"], &report["delivery"]), (&json!("local"), &json!("as_written")));
            assert_eq!(report["verification"]["verdict"], "verified", "{}", report["verification"]);
            let verified = format!(
                "Verified: {} of {} claims",
                report["verification"]["supported"], report["verification"]["claims"]
            );
            let text = result["content"][0]["text"].as_str().unwrap();
            assert!(text.contains("Writer: local. Score: ") && text.contains(&verified), "{text}");
            for requirement in report["requirements"].as_array().unwrap() {
                match requirement["judge"].as_str().unwrap() {
                    "rule" => assert_eq!(requirement["score"], 1.0, "{requirement}"),
                    judge => assert_eq!((judge, &requirement["score"]), ("none", &Value::Null), "{requirement}"),
                }
            }
        }
    }
}

#[test]
fn any_text_can_be_verified_by_analysis_id() {
    for era in Era::BOTH {
        let mut session = Session::start(era, &[]);
        for tool in TOOLS {
            let result = session.call(tool, json!({"source": "sample"}));
            let answer = &result["structuredContent"];
            let markdown = answer["report"]["markdown"].as_str().unwrap();
            let mut verify = |report: &str| {
                session.call("verify_report", json!({"analysis_id": answer["analysis_id"], "report": report}))
            };
            let own = verify(markdown);
            assert_eq!(own["isError"], false, "{own}");
            assert_verification_shape(&own["structuredContent"]);
            assert_eq!(own["structuredContent"], answer["report"]["verification"]);
            // A host that passes on the text block passes on its footer, which is no part of the report.
            let text = verify(result["content"][0]["text"].as_str().unwrap());
            assert_eq!(text["structuredContent"], answer["report"]["verification"]);

            let wrong = verify(&with_a_wrong_number(markdown, total(answer)));
            let verdict = &wrong["structuredContent"];
            assert_eq!((&verdict["verdict"], &wrong["isError"]), (&json!("failed"), &json!(false)), "{verdict}");
            assert!(!verdict["issues"].as_array().unwrap().is_empty());
            assert!(wrong["content"][0]["text"].as_str().unwrap().starts_with("NOT verified: "), "{wrong}");
        }
    }
}

#[test]
fn the_schema_of_a_verdict_is_kept() {
    let mut session = Session::start(Era::Modern, &[]);
    let tools = session.request("tools/list", json!({}))["result"]["tools"].clone();
    let entry = tools.as_array().unwrap().iter().find(|tool| tool["name"] == "verify_report").unwrap();
    let validator = jsonschema::validator_for(&entry["outputSchema"]).unwrap();
    let answer = session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}));
    for report in [answer["report"]["markdown"].as_str().unwrap(), "# Title\n\nThere were 7 events by `nobody`.\n"] {
        let verdict =
            session.structured("verify_report", json!({"analysis_id": answer["analysis_id"], "report": report}));
        assert!(validator.is_valid(&verdict), "{verdict}");
    }
}

#[test]
fn a_bundle_is_linked_and_read_and_verified_against() {
    let folder = tempfile::tempdir().unwrap();
    for era in Era::BOTH {
        let mut session = Session::start(era, &["--allow-path", folder.path().to_str().unwrap()]);
        let result = session.call("analyze_aws_cloudtrail", json!({"source": "sample"}));
        let answer = &result["structuredContent"];
        let link = &result["content"][1];
        assert_eq!(link["type"], "resource_link", "{link}");
        let uri = format!("nightdesk://analysis/{}/bundle", answer["analysis_id"].as_str().unwrap());
        assert_eq!(link["uri"], uri);

        let templates = session.request("resources/templates/list", json!({}))["result"]["resourceTemplates"].clone();
        assert_eq!(templates[0]["uriTemplate"], "nightdesk://analysis/{analysis_id}/bundle");
        assert_eq!(session.request("resources/list", json!({}))["result"]["resources"], json!([]));

        let read = session.request("resources/read", json!({"uri": uri}))["result"]["contents"][0].clone();
        assert_eq!((read["uri"].as_str(), read["mimeType"].as_str()), (Some(&*uri), Some("application/json")));
        let path = folder.path().join("bundle.json");
        std::fs::write(&path, read["text"].as_str().unwrap()).unwrap();
        let arguments = json!({"evidence_path": path, "report": answer["report"]["markdown"]});
        assert_eq!(session.structured("verify_report", arguments), answer["report"]["verification"]);

        for (uri, expected) in [
            ("nightdesk://analysis/a-0/bundle", "no analysis with this analysis_id"),
            ("nightdesk://analysis//bundle", "no analysis with this analysis_id"),
            ("file:///etc/passwd", "nightdesk://analysis/{analysis_id}/bundle"),
        ] {
            let refused = session.request("resources/read", json!({"uri": uri}));
            assert!(refused["error"]["message"].as_str().unwrap().contains(expected), "{refused}");
        }
    }
}

fn analyze_with_bundle(what: &str, bundle: &Path) -> String {
    let output = nightdesk(&["analyze", what, "--source", "sample", "--evidence-out"]).arg(bundle).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

/// Exit code and what was printed.
fn verify(report: &Path, bundle: &Path) -> (i32, String) {
    let output = nightdesk(&["verify", "--format", "json"]).arg(report).arg("--evidence").arg(bundle).output().unwrap();
    (output.status.code().unwrap(), stdout(&output) + &stderr(&output))
}

#[test]
fn a_bundle_on_disk_verifies_what_was_printed() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, report) = (folder.path().join("bundle.json"), folder.path().join("report.md"));
    for what in ["security-hub", "cloudtrail"] {
        let printed = analyze_with_bundle(what, &bundle);
        std::fs::write(&report, &printed).unwrap();
        let (code, verdict) = verify(&report, &bundle);
        assert_eq!(code, 0, "{verdict}");
        assert_verification_shape(&serde_json::from_str(&verdict).unwrap());

        let json = run(&["analyze", what, "--source", "sample", "--format", "json"]);
        let answer: Value = serde_json::from_str(&stdout(&json)).unwrap();
        std::fs::write(&report, with_a_wrong_number(&printed, total(&answer))).unwrap();
        assert_eq!(verify(&report, &bundle).0, 5);

        for (report_from, bundle_from) in [("-", bundle.to_str().unwrap()), (report.to_str().unwrap(), "-")] {
            let mut child = nightdesk(&["verify", report_from, "--evidence", bundle_from])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let fed = if report_from == "-" { printed.clone().into_bytes() } else { std::fs::read(&bundle).unwrap() };
            child.stdin.take().unwrap().write_all(&fed).unwrap();
            let output = child.wait_with_output().unwrap();
            let expected = if report_from == "-" { 0 } else { 5 };
            assert_eq!(output.status.code(), Some(expected), "{}", stderr(&output));
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&bundle).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "a temporary file was left behind");
}

/// Every evidence id below `value`.
fn evidence_ids(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("evidence_id").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(evidence_ids)).collect()
        }
        Value::Array(items) => items.iter().flat_map(evidence_ids).collect(),
        _ => vec![],
    }
}

#[test]
fn a_bundle_holds_the_records_that_the_report_points_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.json");
    for what in ["security-hub", "cloudtrail"] {
        let analyze = ["analyze", what, "--source", "sample", "--format", "json", "--evidence-out"];
        let output = nightdesk(&analyze).arg(&path).output().unwrap();
        let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let bundle: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let report = answer["report"]["markdown"].as_str().unwrap();
        let named: Vec<&str> =
            evidence_ids(&answer).into_iter().filter(|id| report.contains(&format!("`{id}`"))).collect();
        assert!(named.len() > 5, "{named:?}");
        for id in named {
            assert!(bundle["evidence"][id].as_array().is_some_and(|rows| !rows.is_empty()), "{what}: {id}");
        }
    }
}

#[test]
fn a_bundle_with_no_place_to_go_is_refused_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let below_nothing = folder.path().join("absent").join("bundle.json");
    for path in [folder.path(), &below_nothing] {
        let output =
            nightdesk(&["analyze", "cloudtrail", "--source", "sample", "--evidence-out"]).arg(path).output().unwrap();
        let said = stderr(&output);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{said}");
        assert!(said.contains("--evidence-out") && said.contains(folder.path().to_str().unwrap()), "{said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_bundle_that_cannot_be_written_is_said_and_the_report_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let too_long = folder.path().join("x".repeat(300));
    let output =
        nightdesk(&["analyze", "cloudtrail", "--source", "sample", "--evidence-out"]).arg(&too_long).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("StopLogging"), "the report is lost");
    assert!(stderr(&output).contains(too_long.to_str().unwrap()), "{}", stderr(&output));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a temporary file was left behind");
}

#[test]
fn bad_bundles_are_refused_and_never_judged() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, report) = (folder.path().join("bundle.json"), folder.path().join("report.md"));
    std::fs::write(&report, analyze_with_bundle("cloudtrail", &bundle)).unwrap();
    let good = std::fs::read_to_string(&bundle).unwrap();
    let value: Value = serde_json::from_str(&good).unwrap();

    let mut newer = value.clone();
    newer["schema_version"] = json!(999);
    // A digit of the facts: 2,616 events in all.
    let tampered = good.replacen("2616", "2617", 1);
    assert_ne!(tampered, good);
    for (text, expected) in [
        (newer.to_string(), "Update Nightdesk"),
        (tampered, "hash"),
        (good.get(..good.len() / 2).unwrap().to_owned(), "bundle"),
        ("{}".to_owned(), "bundle"),
        (String::new(), "bundle"),
        (format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)), "bundle"),
    ] {
        std::fs::write(&bundle, &text).unwrap();
        let (code, said) = verify(&report, &bundle);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("--evidence") && said.contains(expected), "{said}");
    }
    std::fs::remove_file(&bundle).unwrap();
    assert_eq!(verify(&report, &bundle).0, 2);
    assert_eq!(run(&["verify", "-", "--evidence", "-"]).status.code(), Some(2));
}

const GERMAN: &str = "# Zusammenfassung\n\nEs wurden insgesamt 2.616 Ereignisse gezählt, davon sind 99 Vorgänge \
    fehlgeschlagen. Die Rolle ist nicht mit MFA gesichert, und der Zugriff wurde auf das Konto eingeschränkt.\n";

#[test]
fn reports_that_cannot_be_checked_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, report) = (folder.path().join("bundle.json"), folder.path().join("report.md"));
    analyze_with_bundle("cloudtrail", &bundle);
    let five_megabytes = "There were 7 events. ".repeat(250_000);
    let cases: [(&[u8], &str); 4] = [
        (b" \n", "empty"),
        (five_megabytes.as_bytes(), "bytes"),
        (b"# Report\n\xff\xfe 12 events", "UTF-8"),
        (GERMAN.as_bytes(), "English"),
    ];
    for (bytes, expected) in cases {
        std::fs::write(&report, bytes).unwrap();
        let (code, said) = verify(&report, &bundle);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("REPORT") && said.contains(expected), "{said}");
    }

    let mut session = Session::start(Era::Legacy, &[]);
    let id = session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}))["analysis_id"].clone();
    for (arguments, expected) in [
        (json!({"analysis_id": id, "report": ""}), "`report`"),
        (json!({"analysis_id": id, "report": five_megabytes}), "`report`"),
        (json!({"analysis_id": id, "report": GERMAN}), "English"),
        (json!({"analysis_id": id}), "report"),
        (json!({"report": "# Title"}), "`analysis_id`"),
        (json!({"analysis_id": id, "evidence_path": "/tmp/x", "report": "# Title"}), "`analysis_id`"),
        (json!({"analysis_id": "a-1", "report": "# Title"}), "no analysis with this analysis_id"),
        (json!({"evidence_path": bundle, "report": "# Title"}), "`evidence_path`: paths are not open to MCP callers"),
        (json!({"evidence_path": "../../etc/passwd", "report": "# Title"}), "--allow-path"),
    ] {
        let result = session.call("verify_report", arguments);
        assert_eq!(result["isError"], true, "{result}");
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.contains(expected) && text.len() < 1_000, "{text}");
    }
}

#[test]
fn requirements_are_added_replaced_and_refused() {
    let mut session = Session::start(Era::Modern, &[]);
    let stated = json!([
        {"name": "concise_length", "description": "Under 2000 words.", "mandatory": true},
        {"name": "calm", "description": "The tone is calm."},
    ]);
    let report = session.structured(
        "analyze_aws_cloudtrail",
        json!({"source": "sample", "requirements": stated, "budget": "high", "writer": "local"}),
    )["report"]
        .clone();
    let scored =
        |name: &str| report["requirements"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!(
        (&scored("concise_length")["score"], &scored("concise_length")["mandatory"]),
        (&json!(1.0), &json!(true))
    );
    assert_eq!((&scored("calm")["score"], &scored("calm")["judge"]), (&Value::Null, &json!("none")));

    let many: Vec<Value> = (0..11).map(|n| json!({"name": format!("r{n}"), "description": "Be calm."})).collect();
    let long = vec!["word"; 129].join(" ");
    for (arguments, expected) in [
        (json!({"requirements": many}), "10"),
        (json!({"requirements": [{"name": "x", "description": long}]}), "128"),
        (json!({"requirements": [{"name": "", "description": "x"}]}), "name"),
        (json!({"requirements": [{"name": "x", "description": ""}]}), "description"),
        (json!({"requirements": [{"name": "x", "description": "a"}, {"name": "x", "description": "b"}]}), "name"),
        (json!({"requirements": [{"name": "x", "text": "a"}]}), "text"),
        (json!({"budget": "unlimited"}), "unlimited"),
        (json!({"writer": "gpt"}), "gpt"),
    ] {
        let mut all = arguments.clone();
        all["source"] = json!("sample");
        let result = session.call("analyze_aws_security_hub", all);
        assert_eq!(result["isError"], true, "{arguments}");
        let text = result["content"][0]["text"].as_str().unwrap();
        let argument = arguments.as_object().unwrap().keys().next().unwrap();
        assert!(text.contains(argument) && text.contains(expected) && text.len() < 1_000, "{text}");
    }
}

#[test]
fn requirements_come_from_flags_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wishes.toml");
    std::fs::write(&file, "[[requirements]]\nname = \"calm\"\ndescription = \"The tone is calm.\"\n").unwrap();
    let mut command = nightdesk(&["analyze", "security-hub", "--source", "sample", "--format", "json"]);
    command.args(["--requirement", "!short: Under 2000 words.", "--requirements"]).arg(&file);
    let output = command.output().unwrap();
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let requirements = answer["report"]["requirements"].as_array().unwrap();
    let named = |name: &str| requirements.iter().find(|one| one["name"] == name).unwrap();
    assert_eq!((&named("short")["mandatory"], &named("short")["judge"]), (&json!(true), &json!("rule")));
    assert_eq!((&named("calm")["mandatory"], &named("calm")["judge"]), (&json!(false), &json!("none")));

    let code = |arguments: &[&str]| {
        let fixed = ["analyze", "cloudtrail", "--source", "sample"];
        run(&[&fixed, arguments].concat()).status.code()
    };
    assert_eq!(code(&["--requirement", "no colon"]), Some(2));
    assert_eq!(code(&["--requirements", "/no/such/file"]), Some(2));
    assert_eq!(code(&["--budget", "unlimited"]), Some(2));
    assert_eq!(code(&["--writer", "gpt"]), Some(2));
    let eleven: Vec<String> = (0..11).flat_map(|n| ["--requirement".to_owned(), format!("r{n}: Be calm.")]).collect();
    assert_eq!(code(&eleven.iter().map(String::as_str).collect::<Vec<_>>()), Some(2));
}

#[test]
fn the_demo_shows_scores_and_verdicts() {
    let text = stdout(&run(&["demo"]));
    assert_eq!(text.matches("\nWriter: local. Score: ").count(), 2, "{text}");
    assert_eq!(text.matches(". Verified: ").count(), 2, "{text}");
    assert_eq!(text.matches("\nRequirements:\n").count(), 2, "{text}");
    assert!(text.contains("1.00 threat_assessment") && text.contains("none professional_tone: no reader"), "{text}");
}
