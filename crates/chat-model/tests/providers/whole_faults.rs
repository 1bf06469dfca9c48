//! Whole answers: every fault of the fake ends in an answer or in the right error.

use std::time::Duration;

use chat_model::{ChatError, Reply, StopReason, Usage};
use test_support::chat::ChatFault;

use crate::support::{Provider, ask, fake_with, within};

/// Asks once while `fault` strikes `times` calls; gives the outcome and the number of calls made.
async fn outcome(provider: Provider, fault: ChatFault, times: u64) -> (Result<Reply, ChatError>, usize) {
    let fake = fake_with(fault, times).await;
    let reply = provider.model(&fake).complete(ask()).await;
    (reply, fake.calls().len())
}

/// A short name of what came out.
fn name(outcome: &Result<Reply, ChatError>) -> &'static str {
    match outcome {
        Ok(reply) => match reply.stop {
            StopReason::EndTurn => "answer",
            StopReason::ToolUse => "tool_use",
            StopReason::ContentFiltered => "content_filtered",
            StopReason::GuardrailIntervened => "guardrail",
            _ => "other stop",
        },
        Err(error) => match error {
            ChatError::NoCredentials { .. } => "no_credentials",
            ChatError::AccessDenied { .. } => "access_denied",
            ChatError::ModelEndOfLife { .. } => "end_of_life",
            ChatError::ModelNotFound { .. } => "model_not_found",
            ChatError::Throttled { .. } => "throttled",
            ChatError::ContextOverflow { .. } => "context_overflow",
            ChatError::Validation { .. } => "validation",
            ChatError::Timeout { .. } => "timeout",
            ChatError::Unreachable { .. } => "unreachable",
            ChatError::ServiceError { .. } => "service_error",
            ChatError::MalformedAnswer { .. } => "malformed",
            _ => "other error",
        },
    }
}

#[tokio::test]
async fn every_fault_that_stays_ends_in_its_error_after_the_right_number_of_calls() {
    // Fault, what Bedrock's client makes of it, what the OpenAI client makes of it, calls made.
    let cases = [
        (ChatFault::Throttle, "throttled", "throttled", 6),
        (ChatFault::Overloaded, "service_error", "service_error", 6),
        (ChatFault::ServiceError, "service_error", "service_error", 2),
        (ChatFault::AccessDenied, "access_denied", "access_denied", 1),
        (ChatFault::Unauthorised, "no_credentials", "no_credentials", 1),
        (ChatFault::EndOfLife, "end_of_life", "end_of_life", 1),
        (ChatFault::ModelNotFound, "model_not_found", "model_not_found", 1),
        (ChatFault::Validation, "validation", "validation", 1),
        (ChatFault::ContextOverflow, "context_overflow", "context_overflow", 1),
        (ChatFault::Html, "malformed", "malformed", 1),
        (ChatFault::Reset, "unreachable", "unreachable", 2),
        (ChatFault::ThrottleMidStream, "throttled", "throttled", 6),
        (ChatFault::ResetMidStream, "unreachable", "unreachable", 2),
        (ChatFault::CutMidStream, "malformed", "malformed", 1),
        (ChatFault::MalformedJson, "malformed", "malformed", 1),
        (ChatFault::MalformedToolUse, "malformed", "tool_use", 1),
        (ChatFault::ContentFilter, "content_filtered", "content_filtered", 1),
        (ChatFault::Guardrail, "guardrail", "content_filtered", 1),
        (ChatFault::EmptyText, "answer", "answer", 1),
        (ChatFault::Slow, "answer", "answer", 1),
        (ChatFault::NoUsage, "answer", "answer", 1),
    ];
    for (fault, bedrock, openai, calls) in cases {
        for (provider, expected) in [(Provider::Bedrock, bedrock), (Provider::OpenAi, openai)] {
            let (outcome, made) = outcome(provider, fault, u64::MAX).await;
            assert_eq!((name(&outcome), made), (expected, calls), "{provider:?} {fault:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn what_passes_is_waited_out() {
    for provider in Provider::BOTH {
        for (fault, times) in [(ChatFault::Throttle, 3), (ChatFault::Overloaded, 2), (ChatFault::Reset, 1)] {
            let (outcome, calls) = outcome(provider, fault, times).await;
            assert_eq!(outcome.unwrap().text(), "Three findings.", "{provider:?} {fault:?}");
            assert_eq!(calls, usize::try_from(times).unwrap() + 1);
        }
    }
}

#[tokio::test]
async fn a_service_that_never_answers_is_given_up_at_the_deadline() {
    for provider in Provider::BOTH {
        for fault in [ChatFault::Hang, ChatFault::HangMidStream] {
            let fake = fake_with(fault, u64::MAX).await;
            let asked = ask().deadline(within(Duration::from_millis(300)));
            let outcome = tokio::time::timeout(Duration::from_secs(5), provider.model(&fake).complete(asked)).await;
            assert!(matches!(outcome, Ok(Err(ChatError::Timeout { .. }))), "{provider:?} {fault:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn tokens_are_counted_where_the_service_tells() {
    for provider in Provider::BOTH {
        let (told, _) = outcome(provider, ChatFault::Slow, 1).await;
        let expected = Usage { input_tokens: Some(10), output_tokens: Some(5), cached_input_tokens: None };
        assert_eq!(told.unwrap().usage, expected, "{provider:?}");
        let (untold, _) = outcome(provider, ChatFault::NoUsage, 1).await;
        assert_eq!(untold.unwrap().usage, Usage::default(), "{provider:?}");
    }
}

#[tokio::test]
async fn an_ended_nova_premier_names_its_successor() {
    let (ended, _) = outcome(Provider::Bedrock, ChatFault::EndOfLife, 1).await;
    let Err(ChatError::ModelEndOfLife { model, successor, detail }) = ended else { panic!("{ended:?}") };
    assert_eq!((model.as_str(), successor), ("us.amazon.nova-premier-v1:0", Some("us.amazon.nova-2-lite-v1:0")));
    assert!(detail.unwrap().as_str().contains("end of its life"));
}
