//! LookupEvents: order, pages, tokens, limits of the request, quota, what is out of reach.

use std::io;

use jiff::SignedDuration;
use serde_json::{Value, json};
use test_support::{Account, EventSequence, FakeAws, Limits, Rate};

use crate::client::{lookup, lookup_pages, texts};

fn ids(events: &[Value]) -> Vec<String> {
    events.iter().filter_map(|event| event["eventID"].as_str().map(str::to_owned)).collect()
}

async fn unlimited(events: &[Value]) -> io::Result<FakeAws> {
    FakeAws::builder().events(events.to_vec()).limits(Limits::unlimited()).start().await
}

#[tokio::test]
async fn pages_are_full_newest_first_and_hold_each_event_once() -> io::Result<()> {
    // Ten events share each second, so that page borders fall between events of one time.
    let events = EventSequence::new(120).step(SignedDuration::from_millis(100)).build();
    let aws = unlimited(&events).await?;
    let pages = lookup_pages(&aws, "us-east-1", &json!({})).await?;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    let mut newest_first = ids(&events);
    newest_first.reverse();
    assert_eq!(pages.concat(), newest_first);
    assert_eq!(aws.calls().with_outcome("LookupEvents", "ok"), 3);
    Ok(())
}

#[tokio::test]
async fn the_last_page_has_no_token_when_it_is_full() -> io::Result<()> {
    let aws = unlimited(&EventSequence::new(100).build()).await?;
    let pages = lookup_pages(&aws, "us-east-1", &json!({})).await?;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50]);
    Ok(())
}

#[tokio::test]
async fn the_event_is_a_string_and_its_time_a_number() -> io::Result<()> {
    let events = EventSequence::new(1).build();
    let aws = unlimited(&events).await?;
    let reply = lookup(&aws, "us-east-1", &json!({})).await?.json();
    let event = &reply["Events"][0];
    assert_eq!(event["EventTime"], json!(1_795_132_800));
    assert!(event["ReadOnly"].is_string());
    let record: Value = serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap_or_default())?;
    assert_eq!(record, events[0]);
    Ok(())
}

#[tokio::test]
async fn events_that_arrive_while_paging_move_no_page() -> io::Result<()> {
    let events = EventSequence::new(60).build();
    let aws = unlimited(&events).await?;
    let first = lookup(&aws, "us-east-1", &json!({})).await?.json();
    aws.push_events(EventSequence::new(5).seed(2).start("2026-11-20T01:00:00Z".parse().unwrap()).build());
    let rest = lookup(&aws, "us-east-1", &json!({"NextToken": first["NextToken"]})).await?.json();
    let mut newest_first = ids(&events);
    newest_first.reverse();
    assert_eq!([texts(&first, "Events", "EventId"), texts(&rest, "Events", "EventId")].concat(), newest_first);
    Ok(())
}

#[tokio::test]
async fn a_token_is_good_for_its_own_query_only() -> io::Result<()> {
    let aws = unlimited(&EventSequence::new(60).build()).await?;
    let token = lookup(&aws, "us-east-1", &json!({"MaxResults": 10})).await?.json()["NextToken"].clone();
    for (region, query) in [
        ("us-east-1", json!({"MaxResults": 11, "NextToken": token})),
        ("us-east-1", json!({"MaxResults": 10, "NextToken": token, "StartTime": 1})),
        ("eu-west-1", json!({"MaxResults": 10, "NextToken": token})),
        ("us-east-1", json!({"MaxResults": 10, "NextToken": "AAAA"})),
    ] {
        let reply = lookup(&aws, region, &query).await?;
        assert_eq!((reply.status, reply.code().as_str()), (400, "InvalidNextTokenException"), "{query}");
    }
    let again = lookup(&aws, "us-east-1", &json!({"NextToken": token, "MaxResults": 10})).await?;
    assert_eq!(again.status, 200);
    Ok(())
}

#[tokio::test]
async fn requests_outside_the_limits_get_the_modelled_error() -> io::Result<()> {
    let aws = unlimited(&EventSequence::new(3).build()).await?;
    let name = json!({"AttributeKey": "EventName", "AttributeValue": "RunInstances"});
    let cases = [
        (json!({"LookupAttributes": [name, name]}), "InvalidLookupAttributesException"),
        (
            json!({"LookupAttributes": [{"AttributeKey": "SourceIp", "AttributeValue": "192.0.2.1"}]}),
            "InvalidLookupAttributesException",
        ),
        (json!({"MaxResults": 0}), "InvalidMaxResultsException"),
        (json!({"MaxResults": 51}), "InvalidMaxResultsException"),
        (json!({"StartTime": 20, "EndTime": 19.5}), "InvalidTimeRangeException"),
        (json!({"EventCategory": "management"}), "InvalidEventCategoryException"),
        (json!({"StartTime": "2026-11-20T00:00:00Z"}), "SerializationException"),
    ];
    for (query, code) in cases {
        let reply = lookup(&aws, "us-east-1", &query).await?;
        assert_eq!((reply.status, reply.code().as_str()), (400, code), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn the_window_includes_both_ends() -> io::Result<()> {
    // 2026-11-20T00:00:00Z is 1795132800; one event a second.
    let events = EventSequence::new(10).build();
    let aws = unlimited(&events).await?;
    let query = json!({"StartTime": 1_795_132_802, "EndTime": 1_795_132_804.0});
    assert_eq!(lookup_pages(&aws, "us-east-1", &query).await?.concat(), {
        let mut expected = ids(&events[2..=4]);
        expected.reverse();
        expected
    });
    let query = json!({"StartTime": 1_795_132_802.5, "EndTime": 1_795_132_804.5});
    assert_eq!(lookup_pages(&aws, "us-east-1", &query).await?.concat().len(), 2);
    Ok(())
}

#[tokio::test]
async fn only_this_regions_management_events_of_the_last_90_days_are_served() -> io::Result<()> {
    let mut events = EventSequence::new(4).build();
    events[0]["eventTime"] = json!("2026-08-22T23:59:59Z");
    events[1]["eventTime"] = json!("2026-08-23T00:00:00Z");
    events[2]["eventCategory"] = json!("Data");
    events.extend(EventSequence::new(2).region("eu-west-1").seed(2).build());
    let expected = [&events[3], &events[1]].map(|event| event["eventID"].as_str().unwrap_or_default().to_owned());
    // 90 days before 2026-11-21T00:00:00Z is 2026-08-23T00:00:00Z.
    let now = "2026-11-21T00:00:00Z".parse().unwrap();
    let builder = FakeAws::builder().events(events).limits(Limits::unlimited()).now(now);
    let aws = builder.clone().start().await?;
    assert_eq!(lookup_pages(&aws, "us-east-1", &json!({})).await?.concat(), expected);
    assert_eq!(lookup_pages(&aws, "eu-west-1", &json!({})).await?.concat().len(), 2);
    let without_retention = builder.retention(false).start().await?;
    assert_eq!(lookup_pages(&without_retention, "us-east-1", &json!({})).await?.concat().len(), 3);
    Ok(())
}

#[tokio::test]
async fn with_several_accounts_each_sees_its_own_events() -> io::Result<()> {
    let aws = FakeAws::builder()
        .events(EventSequence::new(3).account("111122223333").build())
        .events(EventSequence::new(4).account("444455556666").seed(2).build())
        .account(Account::new("111122223333").access_key("AKIAANOTHEREXAMPLE"))
        .account(Account::new("444455556666").access_key("AKIAIOSFODNN7EXAMPLE"))
        .limits(Limits::unlimited())
        .start()
        .await?;
    assert_eq!(lookup_pages(&aws, "us-east-1", &json!({})).await?.concat().len(), 4);
    Ok(())
}

#[tokio::test]
async fn the_third_call_at_once_is_throttled_as_the_service_does() -> io::Result<()> {
    let limits = Limits { lookup_events: Some(Rate::new(0.001, 2.0)), ..Limits::default() };
    let aws = FakeAws::builder().events(EventSequence::new(3).build()).limits(limits).start().await?;
    for expected in [200, 200, 400] {
        assert_eq!(lookup(&aws, "us-east-1", &json!({})).await?.status, expected);
    }
    let throttled = lookup(&aws, "us-east-1", &json!({})).await?;
    assert_eq!(throttled.json(), json!({"__type": "ThrottlingException", "message": "Rate exceeded"}));
    assert_eq!(lookup(&aws, "eu-west-1", &json!({})).await?.status, 200, "another region has its own quota");
    assert_eq!(aws.calls().with_outcome("LookupEvents", "ThrottlingException"), 2);
    Ok(())
}
