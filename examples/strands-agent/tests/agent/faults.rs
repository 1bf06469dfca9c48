//! Everything that can go wrong with the model: each fault ends in an answer or in a message that says what to do.

use std::time::Duration;

use serde_json::json;
use strands_agent::{Ending, Limit, Limits};
use test_support::chat::{ChatFault, FakeChat, Part, Turn};

use crate::harness::{Double, agent, bodies, model, results};

/// What becomes of a question when a fault strikes once.
#[derive(Debug)]
enum Expected {
    /// An answer all the same.
    Answer,
    /// A message with these words.
    Message(&'static str),
    /// An answer that ends so.
    Ends(Ending),
}

fn expected(fault: ChatFault) -> Expected {
    match fault {
        // Struck once, and repeated: by the provider before an answer begins, by the agent while nothing is shown.
        ChatFault::Throttle
        | ChatFault::Overloaded
        | ChatFault::ServiceError
        | ChatFault::Reset
        | ChatFault::ThrottleAtStart
        | ChatFault::Slow
        | ChatFault::NoUsage
        | ChatFault::EndOfLife
        | ChatFault::AccessDenied
        | ChatFault::ModelNotFound
        | ChatFault::ContextOverflow
        | ChatFault::Html
        | ChatFault::MalformedJson
        | ChatFault::CutMidStream
        | ChatFault::MalformedToolUse => Expected::Answer,
        ChatFault::Unauthorised => Expected::Message("sign in again"),
        ChatFault::Validation => Expected::Message("the service said: \"A parameter is out of range.\""),
        // Part of the answer is on the screen; saying it twice would be worse.
        ChatFault::ThrottleMidStream => Expected::Message("kept throttling"),
        ChatFault::ResetMidStream => Expected::Message("connection broke"),
        ChatFault::HangMidStream => Expected::Message("no answer from"),
        ChatFault::Hang => Expected::Ends(Ending::Limit(Limit::Time)),
        ChatFault::ContentFilter => Expected::Ends(Ending::ContentFiltered),
        ChatFault::Guardrail => Expected::Ends(Ending::GuardrailIntervened),
        ChatFault::EmptyText => Expected::Ends(Ending::Silent),
    }
}

#[tokio::test]
async fn every_fault_ends_in_an_answer_or_a_clear_message() {
    let results = ChatFault::ALL.map(|fault| tokio::spawn(async move { (fault, one_fault(fault).await) }));
    for result in results {
        let (fault, (result, notes)) = result.await.unwrap();
        match (expected(fault), result) {
            (Expected::Answer, Ok(answer)) => {
                assert!(answer.text.ends_with("All is well, as far as I can see."), "{fault:?}: {answer:?}");
                assert_eq!(answer.ending, Ending::Complete, "{fault:?}");
            }
            (Expected::Ends(ending), Ok(answer)) => {
                assert_eq!(answer.ending, ending, "{fault:?}");
                assert!(answer.ending.note().is_some(), "{fault:?} is explained");
            }
            (Expected::Message(words), Err(error)) => {
                assert!(error.to_string().contains(words), "{fault:?}: {error}");
            }
            (expected, result) => panic!("{fault:?}: {expected:?}, but {result:?} after {notes:?}"),
        }
    }
}

type Ended = (Result<strands_agent::Answer, strands_agent::AgentError>, Vec<String>);

async fn one_fault(fault: ChatFault) -> Ended {
    let answer = || Turn::text("All is well, as far as I can see.");
    let chat = FakeChat::builder().answering(move |_| answer()).turn(answer().fault(fault)).start().await.unwrap();
    let person = Double::strict();
    // The question is about something: there must be something to leave out when the conversation is too long.
    let mut agent = agent(&chat, &person).await.limits(Limits { time: Duration::from_secs(6), ..Limits::default() });
    agent = agent.fallback(Some(model(&chat, "us.amazon.nova-2-lite-v1:0")));
    if fault == ChatFault::ContextOverflow {
        chat.push_turns([answer(), answer().fault(fault)]);
        agent = with_history(agent).await;
    }
    let result = agent.ask("Is all well?").await;
    let notes = person.seen().notes;
    agent.close().await;
    (result, notes)
}

/// Asks something first. The fault that was scripted strikes it too, and is then a message.
async fn with_history(mut agent: strands_agent::Agent) -> strands_agent::Agent {
    let first = agent.ask("First?").await;
    assert!(first.unwrap_err().to_string().contains("too long"), "nothing could be left out of a first question");
    agent.ask("First again?").await.unwrap();
    agent
}

#[tokio::test]
async fn what_never_answers_as_a_model_is_a_message_in_the_end() {
    let chat = FakeChat::builder().fault(ChatFault::Html, 20).start().await.unwrap();
    let mut agent = agent(&chat, &Double::strict()).await;
    let message = agent.ask("Is all well?").await.unwrap_err().to_string();
    assert!(message.contains("could not be understood") && message.contains("proxy"), "{message}");
    agent.close().await;
}

#[tokio::test]
async fn a_model_at_its_end_is_replaced_by_its_successor_which_says_so() {
    let chat =
        FakeChat::builder().answering(|_| Turn::text("Yes.")).fault(ChatFault::EndOfLife, 1).start().await.unwrap();
    let person = Double::strict();
    let successor = model(&chat, "us.amazon.nova-2-lite-v1:0");
    let mut agent = agent(&chat, &person).await.fallback(Some(successor));
    let answer = agent.ask("Are you there?").await.unwrap();
    assert_eq!(answer.model, "us.amazon.nova-2-lite-v1:0");
    assert!(
        person
            .seen()
            .notes
            .iter()
            .any(|note| note == "replaced: us.amazon.nova-premier-v1:0 by us.amazon.nova-2-lite-v1:0")
    );
    agent.close().await;
}

#[tokio::test]
async fn a_strict_agent_names_the_successor_and_stops() {
    let chat =
        FakeChat::builder().answering(|_| Turn::text("Yes.")).fault(ChatFault::EndOfLife, 1).start().await.unwrap();
    let mut agent = agent(&chat, &Double::strict()).await;
    let message = agent.ask("Are you there?").await.unwrap_err().to_string();
    assert!(message.contains("end of life") && message.contains("us.amazon.nova-2-lite-v1:0"), "{message}");
    agent.close().await;
}

#[tokio::test]
async fn a_throttled_stream_is_repeated_while_only_thinking_has_come() {
    let thinking = Turn::deltas(["<thinking>Let me see what", " there is to", " think about", " here</thinking>"]);
    let chat = FakeChat::builder()
        .turn(thinking.fault(ChatFault::ThrottleMidStream))
        .turn(Turn::text("Done."))
        .start()
        .await
        .unwrap();
    let person = Double::strict();
    let mut agent = agent(&chat, &person).await;
    let answer = agent.ask("Think.").await.unwrap();
    assert_eq!((answer.text.as_str(), person.seen().text.as_str()), ("Done.", "Done."));
    assert!(person.seen().notes.iter().any(|note| note.starts_with("retry: the service kept throttling")));
    agent.close().await;
}

#[tokio::test]
async fn a_tool_call_that_is_no_json_is_told_to_the_model() {
    let input = vec!["{\"n\"".to_owned(), ": 1".to_owned()];
    let broken = Part::Tool { id: "t1".to_owned(), name: "echo".to_owned(), input };
    let chat = FakeChat::builder()
        .turn(Turn { parts: vec![broken], ..Turn::text("") })
        .turn(Turn::tool("t2", "echo", &json!({"n": 1})))
        .turn(Turn::text("One."))
        .start()
        .await
        .unwrap();
    let mut agent = agent(&chat, &Double::strict()).await;
    let answer = agent.ask("One?").await.unwrap();
    assert_eq!(answer.text, "One.");
    assert!(results(&bodies(&chat)[1])[0].contains("not a JSON object"), "{:?}", bodies(&chat)[1]);
    agent.close().await;
}
