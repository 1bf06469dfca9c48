//! Streams: what was shown stays, and only what was not shown is tried again.

use std::time::Duration;

use chat_model::{ChatError, ChatEvent, ChatModel as _, OpenAi, OpenAiSettings, StopReason};
use test_support::chat::{ChatFault, FakeChat, Turn};

use crate::support::{Provider, ask, bedrock, drain, fake_with, impatient, retries, text_of, within};

async fn streamed(provider: Provider, fault: ChatFault, times: u64) -> (Vec<ChatEvent>, Option<ChatError>, usize) {
    let fake = fake_with(fault, times).await;
    let (events, error) = drain(provider.model(&fake).stream(ask()).await).await;
    (events, error, fake.calls().len())
}

#[tokio::test]
async fn a_throttle_before_anything_was_shown_is_waited_out_and_reported() {
    for provider in Provider::BOTH {
        for fault in [ChatFault::Throttle, ChatFault::ThrottleAtStart] {
            let (events, error, calls) = streamed(provider, fault, 2).await;
            assert_eq!((error, calls), (None, 3), "{provider:?} {fault:?}");
            assert_eq!((text_of(&events).as_str(), retries(&events)), ("Three findings.", 2));
            let (events, error, calls) = streamed(provider, fault, u64::MAX).await;
            assert!(matches!(error, Some(ChatError::Throttled { .. })), "{provider:?} {fault:?}: {error:?}");
            assert_eq!((retries(&events), calls), (5, 6));
        }
    }
}

#[tokio::test]
async fn after_something_was_shown_nothing_is_tried_again() {
    for provider in Provider::BOTH {
        for fault in [ChatFault::ThrottleMidStream, ChatFault::ResetMidStream, ChatFault::CutMidStream] {
            let fake =
                FakeChat::builder().turn(Turn::deltas(["Three ", "fin", "dings."])).fault(fault, 1).start().await;
            let fake = fake.unwrap();
            let (events, error) = drain(provider.model(&fake).stream(ask()).await).await;
            let expected = match fault {
                ChatFault::ThrottleMidStream => matches!(error, Some(ChatError::Throttled { .. })),
                ChatFault::ResetMidStream => matches!(error, Some(ChatError::Unreachable { .. })),
                _ => matches!(error, Some(ChatError::MalformedAnswer { .. })),
            };
            assert!(expected, "{provider:?} {fault:?}: {error:?}");
            assert!(text_of(&events).starts_with("Three "), "{provider:?} {fault:?}: {events:?}");
            assert_eq!((retries(&events), fake.calls().len()), (0, 1), "{provider:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn faults_that_stay_end_the_stream_with_their_error() {
    for provider in Provider::BOTH {
        let error = streamed(provider, ChatFault::EndOfLife, 9).await.1;
        assert!(matches!(error, Some(ChatError::ModelEndOfLife { .. })), "{provider:?}: {error:?}");
        let error = streamed(provider, ChatFault::MalformedJson, 9).await.1;
        assert!(matches!(error, Some(ChatError::MalformedAnswer { .. })), "{provider:?}: {error:?}");
        let error = streamed(provider, ChatFault::Html, 9).await.1;
        assert!(matches!(error, Some(ChatError::MalformedAnswer { .. })), "{provider:?}: {error:?}");
        let error = streamed(provider, ChatFault::ContextOverflow, 9).await.1;
        assert!(matches!(error, Some(ChatError::ContextOverflow { .. })), "{provider:?}: {error:?}");
    }
}

#[tokio::test]
async fn stops_that_are_no_errors_come_as_events() {
    for (provider, fault, stop) in [
        (Provider::Bedrock, ChatFault::ContentFilter, StopReason::ContentFiltered),
        (Provider::OpenAi, ChatFault::ContentFilter, StopReason::ContentFiltered),
        (Provider::Bedrock, ChatFault::Guardrail, StopReason::GuardrailIntervened),
        (Provider::Bedrock, ChatFault::EmptyText, StopReason::EndTurn),
        (Provider::OpenAi, ChatFault::EmptyText, StopReason::EndTurn),
    ] {
        let (events, error, _) = streamed(provider, fault, 1).await;
        assert_eq!(error, None, "{provider:?} {fault:?}");
        assert!(events.contains(&ChatEvent::Stop(stop)), "{provider:?} {fault:?}: {events:?}");
    }
}

#[tokio::test]
async fn frames_and_events_that_arrive_in_parts_are_put_together() {
    for provider in Provider::BOTH {
        let (events, error, _) = streamed(provider, ChatFault::Slow, 1).await;
        assert_eq!((text_of(&events).as_str(), error), ("Three findings.", None), "{provider:?}");
    }
}

#[tokio::test]
async fn a_silence_is_given_up_long_before_the_deadline() {
    let fake = fake_with(ChatFault::HangMidStream, 9).await;
    let settings = OpenAiSettings::new(fake.openai_base_url(), "m");
    let model = OpenAi::new(OpenAiSettings { silence: Duration::from_millis(200), ..settings }).unwrap();
    let stream = model.stream(ask().deadline(within(Duration::from_secs(60)))).await;
    let drained = tokio::time::timeout(Duration::from_secs(5), drain(stream)).await;
    assert!(matches!(drained, Ok((_, Some(ChatError::Timeout { .. })))), "{drained:?}");
}

#[tokio::test]
async fn dropping_a_stream_that_hangs_ends_it_and_racing_it_loses_nothing() {
    let fake = FakeChat::builder().turn(Turn::text("Three findings.").fault(ChatFault::Slow)).start().await.unwrap();
    let model = bedrock(&fake);
    let mut events = model.stream(ask()).await.unwrap();
    let mut text = String::new();
    loop {
        // Shorter than the time between two pieces: most futures are dropped before they are done.
        let next = tokio::time::timeout(Duration::from_millis(1), events.next()).await;
        match next {
            Err(_) => {}
            Ok(Some(Ok(ChatEvent::TextDelta(piece)))) => text += &piece,
            Ok(Some(event)) => drop(event.unwrap()),
            Ok(None) => break,
        }
    }
    assert_eq!((text.as_str(), fake.calls().len()), ("Three findings.", 1));

    fake.push_fault(ChatFault::Hang, 1);
    let mut hanging = model.stream(ask()).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(100), hanging.next()).await.is_err());
    drop(hanging);
}

#[tokio::test]
async fn a_deadline_ends_the_pauses_too() {
    let fake = fake_with(ChatFault::Throttle, u64::MAX).await;
    let retry = chat_model::RetryPolicy { first_pause: Duration::from_secs(30), ..impatient() };
    let retry = chat_model::RetryPolicy { longest_pause: Duration::from_secs(60), ..retry };
    let model = OpenAi::new(OpenAiSettings { retry, ..OpenAiSettings::new(fake.openai_base_url(), "m") }).unwrap();
    let begun = std::time::Instant::now();
    let (_, error) = drain(model.stream(ask().deadline(within(Duration::from_secs(5)))).await).await;
    assert!(matches!(error, Some(ChatError::Throttled { .. })), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(4), "a pause past the deadline was begun");
}
