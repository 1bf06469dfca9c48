//! The protocol as hosts speak it, in both eras.

use std::time::Duration;

use end_to_end::{Era, Session};
use serde_json::{Value, json};

#[test]
fn a_session_opens_and_lists_its_catalogue_in_both_eras() {
    let catalogues: Vec<Value> = Era::BOTH
        .into_iter()
        .map(|era| {
            let mut session = Session::start(era, &[]);
            let tools = session.request("tools/list", json!({}))["result"]["tools"].clone();
            let prompts = session.request("prompts/list", json!({}))["result"]["prompts"].clone();
            assert!(session.close(), "a closed stdin ends the server with success");
            json!([tools, prompts])
        })
        .collect();
    assert_eq!(catalogues[0], catalogues[1]);
    let names: Vec<&str> = catalogues[0][0].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    let expected = [
        "analyze_aws_security_hub",
        "analyze_aws_cloudtrail",
        "get_evidence",
        "investigate",
        "search_events",
        "list_detections",
        "explain_detection",
        "verify_report",
    ];
    assert_eq!(names, expected);
    assert_eq!(catalogues[0][1].as_array().unwrap().len(), 3);
}

#[test]
fn the_catalogue_is_the_same_before_and_after_hostile_data() {
    let mut session = Session::start(Era::Legacy, &[]);
    let before = session.request("tools/list", json!({}))["result"].clone();
    session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}));
    assert_eq!(session.request("tools/list", json!({}))["result"], before);
}

#[test]
fn what_a_host_gets_wrong_is_said_where_it_can_be_read() {
    for era in Era::BOTH {
        let mut session = Session::start(era, &[]);
        let unknown = session.request("tools/call", json!({"name": "analyse", "arguments": {}}));
        assert!(unknown["error"]["message"].as_str().unwrap().contains("tool not found"), "{unknown}");

        for (tool, arguments, expected) in [
            ("analyze_aws_cloudtrail", json!({"regoins": ["eu-west-1"]}), "regoins"),
            ("analyze_aws_cloudtrail", json!({"source": "sample", "last": "soon"}), "`last`"),
            ("analyze_aws_cloudtrail", json!({"source": "/etc"}), "--allow-path"),
            ("analyze_aws_security_hub", json!({"source": "sample", "severity": ["bad"]}), "bad"),
            ("analyze_aws_security_hub", json!({"source": "sample", "accounts": ["12"]}), "12 digits"),
            ("get_evidence", json!({"analysis_id": "a-1", "evidence_id": "failed"}), "analysis_id"),
            ("get_evidence", json!({}), "analysis_id"),
        ] {
            let result = session.call(tool, arguments);
            assert_eq!(result["isError"], true, "{result}");
            let text = result["content"][0]["text"].as_str().unwrap();
            assert!(text.contains(expected), "{text}");
        }
        // And the session goes on.
        session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}));
    }
}

#[test]
fn what_a_caller_sends_is_never_repeated_raw() {
    let mut session = Session::start(Era::Legacy, &[]);
    let hostile = "\u{1b}[2J\u{202e}".to_owned() + &"x".repeat(100_000);
    let mut arguments = json!({"source": "sample", "read_only": hostile});
    for _ in 0..2 {
        let result = session.call("analyze_aws_cloudtrail", arguments);
        assert_eq!(result["isError"], true);
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.len() < 1_000 && !text.contains(['\u{1b}', '\u{202e}']), "{} bytes", text.len());
        arguments = json!({(hostile.clone()): true});
    }
    let wrong_type = session.call("analyze_aws_cloudtrail", json!({"event_names": "StopLogging"}));
    assert!(wrong_type["content"][0]["text"].as_str().unwrap().contains("`event_names`"), "{wrong_type}");
    assert!(!session.logs().contains(['\u{202e}']));
}

#[test]
fn a_cursor_past_the_end_is_refused() {
    let mut session = Session::start(Era::Legacy, &[]);
    let answer = session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}));
    for cursor in ["18446744073709551615", "999999999", "-1", "x"] {
        let arguments = json!({"analysis_id": answer["analysis_id"], "evidence_id": "failed", "cursor": cursor});
        let result = session.call("get_evidence", arguments);
        assert_eq!(result["isError"], true, "{cursor}: {result}");
        assert!(result["content"][0]["text"].as_str().unwrap().contains("next_cursor"), "{result}");
    }
}

#[test]
fn prompts_are_written_from_their_arguments() {
    let mut session = Session::start(Era::Legacy, &[]);
    let written = session.request(
        "prompts/get",
        json!({"name": "investigate_principal", "arguments": {"principal": "alice", "source": "sample"}}),
    );
    let text = written["result"]["messages"][0]["content"]["text"].as_str().unwrap();
    assert!(text.contains("alice") && text.contains("analyze_aws_cloudtrail"), "{text}");
    let refused = session.request("prompts/get", json!({"name": "investigate_principal", "arguments": {}}));
    assert!(refused["error"]["message"].as_str().unwrap().contains("principal"), "{refused}");
}

#[test]
fn progress_is_reported_to_those_who_ask_and_only_grows() {
    for era in Era::BOTH {
        let mut session = Session::start(era, &[]);
        let id = session.send(
            "tools/call",
            json!({
                "name": "analyze_aws_cloudtrail",
                "arguments": {"source": "sample"},
                "_meta": {"progressToken": "watch"},
            }),
        );
        assert_eq!(session.answer(id)["result"]["isError"], false);
        // The last update may overtake the answer.
        while let Some(late) = session.next(Duration::from_millis(200)) {
            session.notifications.push(late);
        }
        let steps: Vec<f64> = session
            .notifications
            .iter()
            .filter(|message| message["method"] == "notifications/progress")
            .map(|message| {
                assert_eq!(message["params"]["progressToken"], "watch");
                message["params"]["progress"].as_f64().unwrap()
            })
            .collect();
        assert!(!steps.is_empty(), "{era:?}");
        assert!(steps.is_sorted(), "{steps:?}");
    }
}

#[test]
fn calls_run_beside_each_other() {
    let mut session = Session::start(Era::Legacy, &[]);
    let ids: Vec<u64> = (0..8)
        .map(|_| {
            session.send("tools/call", json!({"name": "analyze_aws_cloudtrail", "arguments": {"source": "sample"}}))
        })
        .collect();
    let mut answered = Vec::new();
    while answered.len() < ids.len() {
        let message = session.next(Duration::from_secs(60)).expect("every call is answered");
        if let Some(id) = message["id"].as_u64() {
            assert_eq!(message["result"]["isError"], false);
            answered.push(id);
        }
    }
    answered.sort_unstable();
    assert_eq!(answered, ids);
}
