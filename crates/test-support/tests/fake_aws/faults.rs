//! The fault switchboard, as it arrives at a client.

use std::collections::BTreeSet;
use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use test_support::{EventSequence, FakeAws, Fault, FaultRule, FindingSequence, Limits};

use crate::client::{hub, lookup, lookup_pages};

async fn with_fault(rule: FaultRule) -> io::Result<FakeAws> {
    FakeAws::builder()
        .events(EventSequence::new(120).build())
        .findings(FindingSequence::new(3).build())
        .limits(Limits::unlimited())
        .fault(rule)
        .start()
        .await
}

#[tokio::test]
async fn error_faults_carry_the_services_own_codes() -> io::Result<()> {
    let cases = [
        (Fault::Throttle, (400, "ThrottlingException"), (429, "LimitExceededException")),
        (Fault::Status { status: 500 }, (500, "InternalFailure"), (500, "InternalException")),
        (Fault::Status { status: 503 }, (503, "ServiceUnavailableException"), (503, "ServiceUnavailableException")),
        (Fault::ExpiredToken, (400, "ExpiredTokenException"), (403, "ExpiredTokenException")),
        (Fault::UnrecognizedClient, (400, "UnrecognizedClientException"), (403, "UnrecognizedClientException")),
        (Fault::AccessDenied, (400, "AccessDeniedException"), (403, "AccessDeniedException")),
        (Fault::InvalidNextToken, (400, "InvalidNextTokenException"), (400, "InvalidInputException")),
    ];
    for (fault, cloudtrail, security_hub) in cases {
        let aws = with_fault(FaultRule::new(fault.clone())).await?;
        let reply = lookup(&aws, "us-east-1", &json!({})).await?;
        assert_eq!((reply.status, reply.code().as_str()), cloudtrail, "{fault:?}");
        let reply = hub(&aws, "us-east-1", "POST /findings", &json!({})).await?;
        assert_eq!((reply.status, reply.code().as_str()), security_hub, "{fault:?}");
    }
    Ok(())
}

#[tokio::test]
async fn access_denied_names_caller_and_action_in_one_region() -> io::Result<()> {
    let aws = with_fault(FaultRule::new(Fault::AccessDenied).region("eu-west-1")).await?;
    let denied = lookup(&aws, "eu-west-1", &json!({})).await?.json();
    assert_eq!(
        denied["message"],
        "User: arn:aws:iam::111122223333:user/analyst is not authorized to perform: cloudtrail:LookupEvents because no \
         identity-based policy allows the cloudtrail:LookupEvents action"
    );
    assert_eq!(lookup(&aws, "us-east-1", &json!({})).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_reset_comes_before_any_byte() -> io::Result<()> {
    let aws = with_fault(FaultRule::new(Fault::Reset).on_call(1)).await?;
    assert!(lookup(&aws, "us-east-1", &json!({})).await.is_err());
    assert_eq!(lookup(&aws, "us-east-1", &json!({})).await?.status, 200);
    assert_eq!(aws.calls().with_outcome("LookupEvents", "fault:reset"), 1);
    Ok(())
}

#[tokio::test]
async fn a_cut_body_ends_at_the_byte_it_should() -> io::Result<()> {
    for after_bytes in [0, 1, 4000] {
        let aws = with_fault(FaultRule::new(Fault::CutBody { after_bytes, reset: false })).await?;
        let reply = lookup(&aws, "us-east-1", &json!({})).await?;
        assert_eq!(reply.body.len(), after_bytes);
        assert!(reply.length > 4000, "the head promises the whole body: {}", reply.head);
    }
    let aws = with_fault(FaultRule::new(Fault::CutBody { after_bytes: 4000, reset: true })).await?;
    let error = lookup(&aws, "us-east-1", &json!({})).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    Ok(())
}

#[tokio::test]
async fn broken_bodies_arrive_whole() -> io::Result<()> {
    let aws = with_fault(FaultRule::new(Fault::TruncatedJson)).await?;
    let reply = lookup(&aws, "us-east-1", &json!({})).await?;
    assert_eq!((reply.status, reply.body.len()), (200, reply.length));
    assert!(serde_json::from_slice::<Value>(&reply.body).is_err());

    for status in [200, 500] {
        let aws = with_fault(FaultRule::new(Fault::Html { status })).await?;
        let reply = lookup(&aws, "us-east-1", &json!({})).await?;
        assert_eq!(reply.status, status);
        assert!(reply.head.contains("content-type: text/html") && reply.body.starts_with(b"<html>"));
    }

    let aws = with_fault(FaultRule::new(Fault::WrongShape)).await?;
    assert!(lookup(&aws, "us-east-1", &json!({})).await?.json()["Events"].is_string());
    assert!(hub(&aws, "us-east-1", "POST /findings", &json!({})).await?.json()["Findings"].is_string());
    assert!(hub(&aws, "us-east-1", "GET /accounts", &json!({})).await?.json().is_array());
    Ok(())
}

#[tokio::test]
async fn slow_replies_are_right_in_the_end() -> io::Result<()> {
    let aws = with_fault(FaultRule::new(Fault::SlowDrip { bytes: 4096, delay_ms: 5 })).await?;
    let begun = Instant::now();
    let reply = lookup(&aws, "us-east-1", &json!({})).await?;
    // The last part is followed by no wait that the client sees.
    let parts = u32::try_from(reply.body.len().div_ceil(4096)).unwrap();
    assert!(parts > 2 && begun.elapsed() >= Duration::from_millis(5) * (parts - 1));
    assert_eq!(reply.json()["Events"].as_array().map(Vec::len), Some(50));

    let aws = with_fault(FaultRule::new(Fault::Delay { delay_ms: 30 })).await?;
    let begun = Instant::now();
    assert_eq!(lookup(&aws, "us-east-1", &json!({})).await?.status, 200);
    assert!(begun.elapsed() >= Duration::from_millis(30));
    Ok(())
}

#[tokio::test]
async fn empty_pages_lead_on_and_lose_nothing() -> io::Result<()> {
    for from in [1, 2, 3] {
        let aws = with_fault(FaultRule::new(Fault::EmptyPage).calls(from, from + 4)).await?;
        let pages = lookup_pages(&aws, "us-east-1", &json!({})).await?;
        assert_eq!(pages.iter().filter(|page| page.is_empty()).count(), 5);
        let distinct: BTreeSet<String> = pages.concat().into_iter().collect();
        assert_eq!((pages.concat().len(), distinct.len()), (120, 120));
    }
    Ok(())
}

#[tokio::test]
async fn a_repeated_token_leads_to_the_same_page_for_ever() -> io::Result<()> {
    let aws = with_fault(FaultRule::new(Fault::RepeatToken)).await?;
    let first = lookup(&aws, "us-east-1", &json!({})).await?.json();
    let query = json!({"NextToken": first["NextToken"]});
    let second = lookup(&aws, "us-east-1", &query).await?.json();
    assert_eq!(second["NextToken"], first["NextToken"]);
    assert_eq!(lookup(&aws, "us-east-1", &query).await?.json(), second);
    assert_ne!(first["Events"], second["Events"]);
    Ok(())
}
