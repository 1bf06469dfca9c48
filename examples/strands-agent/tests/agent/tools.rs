//! Tools that are changed, wrong, broken or not allowed.

use std::sync::Arc;

use serde_json::json;
use strands_agent::{Agent, Approval, Outcome, Person, Presets, Reply, ServerSettings, Tools};
use test_support::chat::{FakeChat, Turn};

use crate::harness::{Double, agent, bodies, model, object, results, test_server};

/// Lets the model call tools in one turn, and gives what it was told about them.
async fn called(person: &Arc<Double>, calls: Turn) -> (Vec<String>, strands_agent::Answer) {
    let chat = FakeChat::builder().turn(calls).turn(Turn::text("Well.")).start().await.unwrap();
    let mut agent = agent(&chat, person).await;
    let answer = agent.ask("Go on.").await.unwrap();
    agent.close().await;
    (results(&bodies(&chat)[1]), answer)
}

#[tokio::test]
async fn what_may_change_something_runs_one_after_the_other_and_only_when_approved() {
    let erase_twice = || Turn::tool("t1", "erase", &json!({})).and(Turn::tool("t2", "erase", &json!({"id": 2})));
    let person = Double::agreeable();
    assert_eq!(called(&person, erase_twice()).await.0, ["erased 1", "erased 2"]);
    let asked = person.seen().approvals;
    assert_eq!((asked.len(), asked[1].arguments.clone()), (2, object(&json!({"id": 2}))), "with the exact arguments");
    assert!(asked[0].destructive && !asked[0].read_only);

    let (told, answer) = called(&Double::strict(), erase_twice().and(Turn::tool("t3", "state", &json!({})))).await;
    assert_eq!(told, ["Not run: no", "Not run: no", r#"{"cancelled":0,"erased":0}"#]);
    assert_eq!(answer.calls[0].outcome, Outcome::Refused);
}

#[tokio::test]
async fn a_tool_that_says_nothing_about_itself_is_asked_about() {
    let person = Double::new(Approval::Session, Reply::Decline);
    called(&person, Turn::tool("t1", "unmarked", &json!({})).and(Turn::tool("t2", "unmarked", &json!({})))).await;
    assert_eq!(person.seen().approvals.len(), 1, "an approval for the session is asked for once");
}

#[tokio::test]
async fn the_model_is_told_what_was_wrong_with_its_call() {
    let calls = Turn::tool("t1", "nothing", &json!({}))
        .and(Turn::tool("t2", "echo", &json!({"n": "seven"})))
        .and(Turn::tool("t3", "fail", &json!({})))
        .and(Turn::tool("t4", "refuse", &json!({})));
    let (told, answer) = called(&Double::strict(), calls).await;
    assert!(told[0].contains("no tool of this name") && told[0].contains("echo, meet"), "{told:?}");
    assert!(told[1].contains("/n") && told[1].contains("integer"), "{told:?}");
    assert_eq!(told[2], "it does not work");
    assert!(told[3].contains("not like this"), "{told:?}");
    let outcomes: Vec<Outcome> = answer.calls.iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, [Outcome::Invalid, Outcome::Invalid, Outcome::Failed, Outcome::Failed]);
}

#[tokio::test]
async fn a_server_that_dies_is_an_answer_too() {
    let calls = Turn::tool("t1", "crash", &json!({})).and(Turn::tool("t2", "erase", &json!({})));
    let (told, _) = called(&Double::agreeable(), calls).await;
    assert!(told.iter().all(|text| text.contains("the server is gone")), "{told:?}");
}

#[tokio::test]
async fn progress_is_shown() {
    let person = Double::strict();
    called(&person, Turn::tool("t1", "work", &json!({}))).await;
    let notes = person.seen().notes;
    let at = |note: &str| notes.iter().position(|seen| seen == note);
    assert!(at("started: work") < at("progress: test step 1 1 Some(3.0)"), "{notes:?}");
    assert!(at("progress: test step 2 2 Some(3.0)").is_some(), "{notes:?}");
}

#[tokio::test]
async fn a_tool_that_appears_is_there_for_the_next_question() {
    let chat = FakeChat::builder()
        .turn(Turn::tool("t1", "grow", &json!({})))
        .turn(Turn::text("ok"))
        .turn(Turn::text("ok"))
        .start()
        .await
        .unwrap();
    let person = Double::strict();
    let mut server = ServerSettings::command("test", test_server(), [""; 0]);
    server.era = strands_agent::Era::Legacy;
    let person: Arc<dyn Person> = person;
    let mut agent = Agent::new(model(&chat, "us.amazon.nova-pro-v1:0"), Tools::connect(&[server], person).await);
    agent.ask("Grow.").await.unwrap();
    agent.ask("Well?").await.unwrap();
    assert!(agent.tools().iter().any(|tool| tool.name == "grown"));
    agent.close().await;
}

#[tokio::test]
async fn requirements_are_the_persons_and_their_scores_come_back() {
    let chat = FakeChat::builder()
        .turn(Turn::tool("t1", "report", &json!({"requirements": []})))
        .turn(Turn::text("Well."))
        .start()
        .await
        .unwrap();
    let requirements = json!([{"name": "brief", "description": "Under 300 words", "mandatory": true}]);
    let presets = Presets::default().with("requirements", requirements.clone()).with("source", "sample");
    let mut agent = agent(&chat, &Double::strict()).await.presets(presets);
    let answer = agent.ask("Report.").await.unwrap();
    assert_eq!(answer.calls[0].arguments, object(&json!({"requirements": requirements, "source": "sample"})));
    let scores: Vec<_> = answer.scores().map(|(tool, score)| (tool, score.name.as_str(), score.score)).collect();
    assert_eq!(scores, [("report", "brief", Some(1.0))]);
    assert_eq!(results(&bodies(&chat)[1]), ["All is well.\nanalysis_id: a-1"]);
    let tools = bodies(&chat)[0]["toolConfig"]["tools"].clone();
    let report = tools.as_array().unwrap().iter().find(|tool| tool["toolSpec"]["name"] == "report").unwrap();
    assert_eq!(
        report["toolSpec"]["inputSchema"]["json"]["properties"],
        json!({}),
        "the model does not see what is set"
    );
    agent.close().await;
}

#[tokio::test]
async fn several_servers_have_prefixes_and_one_that_fails_stops_no_other() {
    let person = Double::strict();
    let mut one = ServerSettings::command("one", test_server(), [""; 0]);
    one.allow = vec!["e*".into()];
    one.reject = vec!["erase".into()];
    let mut two = ServerSettings::command("two", test_server(), [""; 0]);
    two.prefix = Some(String::new());
    two.allow = vec!["state".into()];
    let missing = ServerSettings::command("three", "/no/such/program", [""; 0]);
    let mute = ServerSettings::command("four", "sh", ["-c", "echo no licence >&2; exit 3"]);
    let shared: Arc<dyn Person> = Arc::<Double>::clone(&person);
    let tools = Tools::connect(&[one, two, missing, mute], shared).await;

    assert_eq!(tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>(), ["one__echo", "state"]);
    let notes = person.seen().notes;
    assert!(
        notes.iter().any(|note| note.starts_with("failed: three: `/no/such/program` could not be started")),
        "{notes:?}"
    );
    assert!(notes.iter().any(|note| note.starts_with("failed: four:") && note.contains("no licence")), "{notes:?}");
    tools.close().await;
}
