//! Writers behind fakes, through the real binary: whatever a service does, a report is delivered, and says who wrote it.

use std::time::{Duration, Instant};

use end_to_end::{Era, Session, nightdesk, stderr, stdout};
use serde_json::{Value, json};
use test_support::author::Lie;
use test_support::chat::{ChatFault, FakeChat, Writing};
use test_support::maestro::{FakeMaestro, FaultKind, Mode};

const TOOLS: [&str; 2] = ["analyze_aws_security_hub", "analyze_aws_cloudtrail"];
const KEY: &str = "k-canary-5f0c41";

async fn maestro(mode: Mode) -> FakeMaestro {
    FakeMaestro::builder().key(KEY).mode(mode).start().await.unwrap()
}

fn with_maestro(maestro: &FakeMaestro, arguments: &[&str]) -> std::process::Command {
    let mut command = nightdesk(arguments);
    command.env("AI21_API_KEY", KEY).env("AI21_API_HOST", maestro.base_url());
    command
}

fn with_bedrock(chat: &FakeChat, arguments: &[&str]) -> std::process::Command {
    let mut command = nightdesk(arguments);
    command
        .env("NIGHTDESK_WRITER", "bedrock")
        .env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", chat.endpoint())
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    command
}

fn with_openai(chat: &FakeChat, arguments: &[&str]) -> std::process::Command {
    let mut command = nightdesk(arguments);
    command
        .env("NIGHTDESK_WRITER", "openai")
        .env("NIGHTDESK_OPENAI_BASE_URL", chat.openai_base_url())
        .env("NIGHTDESK_OPENAI_MODEL", "some-model")
        .env("OPENAI_API_KEY", KEY);
    command
}

/// A report by the local writer in the place of another, with the reason on its label and in the text.
fn assert_replaced(result: &Value, reason: &str) {
    assert_eq!(result["isError"], false, "{result}");
    let report = &result["structuredContent"]["report"];
    assert_eq!(report["writer"]["kind"], "local", "{}", report["writer"]);
    assert_eq!(report["delivery"], "replaced", "{}", report["writer"]);
    assert_eq!(report["verification"]["verdict"], "verified", "{}", report["verification"]);
    let stated = report["writer"]["fallback_reason"].as_str().unwrap();
    assert!(stated.contains(reason), "{stated:?} lacks {reason:?}");
    assert!(!stated.contains(KEY) && !stated.contains("made-up") && !stated.contains("ignore previous"), "{stated}");
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("Writer: local, in place of another."), "{text}");
    assert!(text.len() <= 4_096, "{} bytes", text.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_true_draft_of_maestro_is_delivered_under_its_name() {
    let maestro = maestro(Mode::Honest).await;
    for era in Era::BOTH {
        let mut session = Session::with(era, with_maestro(&maestro, &[]));
        for tool in TOOLS {
            let report = session.structured(tool, json!({"source": "sample"}))["report"].clone();
            let writer = &report["writer"];
            assert_eq!((writer["kind"].as_str(), writer["model"].as_str()), (Some("maestro"), Some("jamba-mini")));
            assert_eq!(writer["fallback_reason"], Value::Null);
            assert!(writer["input_tokens"].is_null(), "the service does not tell");
            assert_eq!(report["verification"]["verdict"], "verified", "{}", report["verification"]);
            assert!(report["requirements"].as_array().unwrap().len() >= 8);
        }
    }
    assert!(maestro.requests().iter().all(|request| request.authorised && request.unknown_fields.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_outcome_of_maestro_ends_in_a_labelled_report() {
    let maestro = maestro(Mode::Honest).await;
    let mut session = Session::with(Era::Legacy, with_maestro(&maestro, &["--log", "trace"]));
    let create = |status| Mode::at_create(FaultKind::Http(status));
    for (mode, reason) in [
        (Mode::Empty, "empty result"),
        (Mode::NullResult, "empty result"),
        (Mode::Failed, "failed at the service"),
        (Mode::RequiresAction, "waits for an action"),
        (Mode::WrongType, "an object in the place of text"),
        (Mode::Megabyte, "too long"),
        (Mode::ThreeMegabytes, "longer than"),
        (create(400), "HTTP 400"),
        (create(401), "AI21_API_KEY"),
        (create(402), "credit"),
        (create(403), "ends on 2026-08-09"),
        (create(404), "ends on 2026-08-09"),
        (create(410), "ends on 2026-08-09"),
        (create(422), "HTTP 422"),
        (create(429), "HTTP 429"),
        (create(500), "HTTP 500"),
        (create(503), "HTTP 503"),
        (Mode::at_create(FaultKind::Html(502)), "HTTP 502"),
        (Mode::at_create(FaultKind::Reset), "connection"),
        (Mode::at_create(FaultKind::NotJson), "not a run"),
        (Mode::at_create(FaultKind::TruncatedJson), "not a run"),
        (Mode::at_create(FaultKind::Redirect), "redirect"),
        (Mode::at_polls(FaultKind::Http(401), 0), "AI21_API_KEY"),
        (Mode::at_polls(FaultKind::Http(404), 0), "ends on 2026-08-09"),
    ] {
        maestro.set_mode(mode);
        let result = session.call("analyze_aws_cloudtrail", json!({"source": "sample"}));
        assert_replaced(&result, reason);
    }
    assert!(!session.logs().contains(KEY), "the key was logged");
}

/// The draft is true and the service says that it misses a mandatory requirement: the label says so as well.
#[tokio::test(flavor = "multi_thread")]
async fn an_unmet_mandatory_requirement_is_on_the_label() {
    let maestro = maestro(Mode::UnmetMandatory).await;
    // In the place of the first mandatory one, so that the service and not our code judges it.
    let name = "high_risk_activities";
    let wish =
        json!([{"name": name, "description": "Say in one sentence what the board has to know.", "mandatory": true}]);
    for era in Era::BOTH {
        let mut session = Session::with(era, with_maestro(&maestro, &[]));
        let report =
            session.structured("analyze_aws_cloudtrail", json!({"source": "sample", "requirements": wish}))["report"]
                .clone();
        assert_eq!(report["verification"]["verdict"], "verified", "{}", report["verification"]);
        assert_eq!((&report["writer"]["kind"], &report["score"]), (&json!("maestro"), &json!(0.0)), "{report}");
        let unmet = report["requirements"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
        assert_eq!((&unmet["judge"], &unmet["score"]), (&json!("model"), &json!(0.5)), "{unmet}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_waited_for_and_paid_once() {
    let maestro = maestro(Mode::Honest).await;
    let mut session = Session::with(Era::Modern, with_maestro(&maestro, &[]));
    for mode in [
        Mode::Unscored,
        Mode::Slow,
        Mode::Fault { stage: test_support::maestro::Stage::Create, kind: FaultKind::Http(429), times: 1 },
        Mode::at_polls(FaultKind::Http(500), 2),
        Mode::at_polls(FaultKind::Html(502), 1),
        Mode::at_polls(FaultKind::Reset, 1),
    ] {
        maestro.set_mode(mode);
        maestro.clear();
        let report = session.structured("analyze_aws_security_hub", json!({"source": "sample"}))["report"].clone();
        assert_eq!(report["writer"]["kind"], "maestro", "{mode}: {}", report["writer"]);
        let requests = maestro.requests();
        let made = requests.iter().filter(|request| request.method == "POST" && request.status == Some(200)).count();
        assert_eq!(made as u64, report["writer"]["rounds"].as_u64().unwrap(), "{mode}: a run was paid for in vain");
    }
}

/// A call ends a little after its budget, whatever the service does.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_never_ends_is_given_up_in_time() {
    let modes = [Mode::Stuck, Mode::Hanging, Mode::HangingCreate, Mode::UnknownStatus];
    let calls = modes.map(|mode| {
        tokio::spawn(async move {
            let maestro = maestro(mode).await;
            let start = Instant::now();
            let mut session = Session::with(Era::Legacy, with_maestro(&maestro, &["--budget-seconds", "1"]));
            let call = json!({
                "name": "analyze_aws_cloudtrail", "arguments": {"source": "sample"}, "_meta": {"progressToken": 1},
            });
            let id = session.send("tools/call", call);
            let result = session.answer(id)["result"].clone();
            assert!(start.elapsed() < Duration::from_secs(20), "{mode}: took {:?}", start.elapsed());
            assert_replaced(&result, "took too long");
            // Hosts give up on a silent call, and start their clock anew with each sign of life.
            let message = |notification: &Value| notification["params"]["message"].to_string();
            let alive = session.notifications.iter().filter(|one| message(one).contains("seconds so far")).count();
            assert!(alive >= 1, "{mode}: {:?}", session.notifications);
        })
    });
    for call in calls {
        call.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_asks_no_further() {
    let maestro = maestro(Mode::Stuck).await;
    let mut session = Session::with(Era::Legacy, with_maestro(&maestro, &[]));
    let call =
        json!({"name": "analyze_aws_cloudtrail", "arguments": {"source": "sample"}, "_meta": {"progressToken": 1}});
    let id = session.send("tools/call", call);
    let start = Instant::now();
    while !maestro.requests().iter().any(|request| request.method == "GET") {
        assert!(start.elapsed() < Duration::from_secs(30), "the run was never asked after");
        std::thread::sleep(Duration::from_millis(20));
    }
    session.notify("notifications/cancelled", json!({"requestId": id}));
    std::thread::sleep(Duration::from_millis(500));
    let asked = maestro.requests().len();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(maestro.requests().len(), asked, "polls went on after the call was cancelled");

    maestro.set_mode(Mode::Honest);
    let report = session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}))["report"].clone();
    assert_eq!(report["writer"]["kind"], "maestro");
    let steps: Vec<&str> = session
        .notifications
        .iter()
        .filter_map(|message| message["params"]["message"].as_str())
        .filter(|message| message.contains("writing with maestro, round 1"))
        .collect();
    assert_eq!(steps.len(), 1, "the draft is a step of the progress");
}

#[tokio::test(flavor = "multi_thread")]
async fn chat_models_write_and_their_failures_are_explained() {
    let chat = FakeChat::builder().writing(Writing::Honest).start().await.unwrap();
    for (kind, model, mut session) in [
        ("bedrock", "us.amazon.nova-premier-v1:0", Session::with(Era::Legacy, with_bedrock(&chat, &[]))),
        ("openai", "some-model", Session::with(Era::Modern, with_openai(&chat, &["--log", "trace"]))),
    ] {
        for tool in TOOLS {
            let report = session.structured(tool, json!({"source": "sample"}))["report"].clone();
            let writer = &report["writer"];
            assert_eq!((writer["kind"].as_str(), writer["model"].as_str()), (Some(kind), Some(model)), "{writer}");
            assert!(writer["input_tokens"].as_u64().unwrap() > 0 && writer["output_tokens"].as_u64().unwrap() > 0);
            assert_eq!(report["verification"]["verdict"], "verified", "{}", report["verification"]);
        }
        for (fault, reason) in [
            (ChatFault::EndOfLife, "end of life"),
            (ChatFault::ModelNotFound, "no model"),
            (ChatFault::AccessDenied, "may not use"),
            (ChatFault::Unauthorised, "credentials"),
            (ChatFault::Validation, "refused"),
            (ChatFault::ContextOverflow, "too long"),
            (ChatFault::Html, "understood"),
            (ChatFault::MalformedJson, "understood"),
            (ChatFault::ContentFilter, "filter"),
            (ChatFault::EmptyText, "without a report"),
        ] {
            chat.push_fault(fault, 1);
            let result = session.call("analyze_aws_cloudtrail", json!({"source": "sample"}));
            assert_replaced(&result, reason);
        }
        // Once is no more than a hiccup.
        chat.push_fault(ChatFault::Throttle, 1);
        let report = session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}))["report"].clone();
        assert_eq!(report["writer"]["kind"], kind, "{}", report["writer"]);
        assert!(!session.logs().contains(KEY), "the key was logged");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_of_life_names_the_successor() {
    let chat = FakeChat::builder().writing(Writing::Honest).fault(ChatFault::EndOfLife, 9).start().await.unwrap();
    let output =
        with_bedrock(&chat, &["analyze", "cloudtrail", "--source", "sample", "--format", "json"]).output().unwrap();
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let reason = answer["report"]["writer"]["fallback_reason"].as_str().unwrap();
    assert!(reason.contains("nova-premier") && reason.contains("nova-2-lite"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lie_that_is_taken_back_is_repaired_and_one_that_is_not_is_replaced() {
    let lie = Writing::LieOnce { kind: Lie::InventedArn, seed: 3 };
    let once = FakeChat::builder().writing(lie).start().await.unwrap();
    let mut session = Session::with(Era::Legacy, with_openai(&once, &[]));
    let report = session.structured("analyze_aws_cloudtrail", json!({"source": "sample"}))["report"].clone();
    assert_eq!((&report["delivery"], &report["writer"]["rounds"]), (&json!("repaired"), &json!(2)), "{report}");

    let maestro = maestro(Mode::Honest).await;
    let mut session = Session::with(Era::Modern, with_maestro(&maestro, &[]));
    for lie in [Lie::InventedArn, Lie::InventedIp, Lie::SwappedNumbers, Lie::InventedEvent, Lie::PromptObeying] {
        maestro.set_mode(Mode::Lie(lie));
        maestro.clear();
        let result = session.call("analyze_aws_cloudtrail", json!({"source": "sample", "budget": "medium"}));
        assert_replaced(&result, "did not hold");
        let markdown = result["structuredContent"]["report"]["markdown"].as_str().unwrap();
        let planted: Vec<_> = maestro.planted().into_iter().flat_map(|run| run.planted).collect();
        assert!(!planted.is_empty(), "{lie:?}");
        for falsehood in planted.iter().filter(|falsehood| falsehood.value.len() > 6) {
            assert!(!markdown.contains(&falsehood.value), "{lie:?}: {}", falsehood.value);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_may_not_switch_on_what_the_operator_did_not() {
    let maestro = maestro(Mode::Honest).await;
    let refused = |session: &mut Session, writer: &str| {
        let result = session.call("analyze_aws_cloudtrail", json!({"source": "sample", "writer": writer}));
        assert_eq!(result["isError"], true, "{writer}: {result}");
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.contains("`writer`") && text.contains("operator"), "{text}");
    };
    let mut bare = Session::start(Era::Legacy, &[]);
    for writer in ["maestro", "bedrock", "openai"] {
        refused(&mut bare, writer);
    }
    let mut local = Session::with(Era::Modern, with_maestro(&maestro, &["--writer", "local"]));
    refused(&mut local, "maestro");
    let mut configured = Session::with(Era::Legacy, with_maestro(&maestro, &[]));
    refused(&mut configured, "bedrock");
    for (writer, kind) in [("local", "local"), ("auto", "maestro"), ("maestro", "maestro")] {
        let arguments = json!({"source": "sample", "writer": writer});
        let report = configured.structured("analyze_aws_security_hub", arguments)["report"].clone();
        assert_eq!(report["writer"]["kind"], kind, "{writer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_leave_is_shown_word_for_word_and_nothing_leaves() {
    let maestro = maestro(Mode::Honest).await;
    for what in ["security-hub", "cloudtrail"] {
        maestro.clear();
        let explained =
            with_maestro(&maestro, &["analyze", what, "--source", "sample", "--explain-egress"]).output().unwrap();
        assert!(explained.status.success(), "{}", stderr(&explained));
        assert!(maestro.requests().is_empty(), "something was sent");
        let explained = stdout(&explained);
        assert!(explained.contains("127.0.0.1") && explained.contains("jamba-mini"), "{explained}");

        let sent = with_maestro(&maestro, &["analyze", what, "--source", "sample"]).output().unwrap();
        assert!(sent.status.success(), "{}", stderr(&sent));
        let requests = maestro.requests();
        let body: Value = serde_json::from_str(&requests[0].body).unwrap();
        let input = body["input"][0]["content"].as_str().unwrap();
        let (instructions, facts) = input.split_once("\n\nFACTS\n").unwrap();
        assert!(explained.contains(instructions.trim()), "the instructions differ");
        assert!(explained.contains(facts.trim()), "the facts differ");
        for requirement in body["requirements"].as_array().unwrap() {
            assert!(explained.contains(requirement["description"].as_str().unwrap()), "{requirement}");
        }
        for name in ["111122223333", "arn:aws", "AKIA", "break-glass-admin", "harbour-customer-exports"] {
            let wire: String = requests.iter().map(|request| request.body.as_str()).collect();
            assert!(!wire.contains(name), "{name} left");
        }
    }
    let open = ["analyze", "cloudtrail", "--source", "sample", "--explain-egress", "--no-pseudonyms"];
    let open = stdout(&with_maestro(&maestro, &open).output().unwrap());
    assert!(open.contains("111122223333") && open.contains("--no-pseudonyms"), "identifiers stay tokens");
    let local =
        stdout(&nightdesk(&["analyze", "cloudtrail", "--source", "sample", "--explain-egress"]).output().unwrap());
    assert!(local.contains("Nothing is sent"), "{local}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_read_from_files_and_shown_nowhere() {
    let maestro = maestro(Mode::Honest).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, format!("{KEY}\n")).unwrap();
    let arguments =
        ["--log", "trace", "--maestro-url", &maestro.base_url(), "--maestro-key-file", file.to_str().unwrap()];
    let run = |rest: &[&str]| nightdesk(&[&arguments, rest].concat()).output().unwrap();
    for rest in [&["settings"][..], &["doctor"], &["analyze", "cloudtrail", "--source", "sample", "--format", "json"]] {
        let output = run(rest);
        let everything = stdout(&output) + &stderr(&output);
        assert!(!everything.contains(KEY), "{rest:?} shows the key");
        assert!(rest[0] != "doctor" || everything.contains("maestro (jamba-mini): 127.0.0.1 answers"), "{everything}");
        assert!(rest[0] != "analyze" || everything.contains("\"kind\": \"maestro\""), "{everything}");
    }
    assert!(maestro.requests().iter().all(|request| request.method == "POST" || request.authorised));

    maestro.clear();
    let demo = stdout(&with_maestro(&maestro, &["demo"]).output().unwrap());
    assert!(demo.contains("Writer: local. Score") && maestro.requests().is_empty(), "the demo asks nobody");

    std::fs::write(&file, "two words\n").unwrap();
    let output = run(&["analyze", "cloudtrail", "--source", "sample", "--format", "json"]);
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let reason = answer["report"]["writer"]["fallback_reason"].as_str().unwrap();
    assert!(reason.contains("no usable key") && !reason.contains("two words"), "{reason}");
}
