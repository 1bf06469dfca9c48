//! The fake's own endpoints, its address and its end.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use test_support::{Account, EventSequence, FakeAws, RegionOptStatus};

use crate::client::{hub, lookup, send, texts};

#[tokio::test]
async fn faults_are_set_and_calls_are_counted_from_outside() -> io::Result<()> {
    let aws = FakeAws::builder().events(EventSequence::new(3).region("eu-west-1").build()).start().await?;
    let rule = r#"{"operation":"LookupEvents","region":"eu-west-1","from":2,"kind":"throttle"}"#;
    let set = send(&aws.endpoint(), "POST /_fake/faults HTTP/1.1\r\n", rule).await?;
    assert_eq!((set.status, &set.json()["rules"][0]["kind"]), (200, &json!("throttle")));
    for expected in [200, 400] {
        assert_eq!(lookup(&aws, "eu-west-1", &json!({"MaxResults": 2})).await?.status, expected);
    }
    let stats = send(&aws.endpoint(), "GET /_fake/stats HTTP/1.1\r\n", "").await?.json();
    let count = |outcome: &str| {
        json!({"service": "cloudtrail", "operation": "LookupEvents", "region": "eu-west-1", "outcome": outcome,
               "count": 1})
    };
    assert_eq!(stats["calls"], json!([count("ThrottlingException"), count("ok")]));
    assert_eq!(stats["held"]["events"], json!({"eu-west-1": 3}));
    assert_eq!(aws.call_log()[1].request, json!({"MaxResults": 2}));

    let wrong = send(&aws.endpoint(), "POST /_fake/faults HTTP/1.1\r\n", r#"{"kind":"meteor"}"#).await?;
    assert_eq!(wrong.status, 400);
    assert!(wrong.json()["error"].as_str().unwrap().contains("meteor"));
    let cleared = send(&aws.endpoint(), "DELETE /_fake/faults HTTP/1.1\r\n", "").await?;
    assert_eq!(cleared.json(), json!({"rules": []}));
    Ok(())
}

#[tokio::test]
async fn unsigned_requests_are_refused_and_identity_is_told() -> io::Result<()> {
    let aws = FakeAws::builder().start().await?;
    let unsigned = send(&aws.endpoint(), "POST /findings HTTP/1.1\r\n", "{}").await?;
    assert_eq!((unsigned.status, unsigned.code().as_str()), (403, "MissingAuthenticationTokenException"));
    let signed =
        "authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/us-east-1/sts/aws4_request\r\n";
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let identity = send(&aws.endpoint(), &format!("POST / HTTP/1.1\r\n{signed}"), body).await?;
    let text = String::from_utf8(identity.body).unwrap();
    assert!(text.contains("<Arn>arn:aws:iam::111122223333:user/analyst</Arn>"), "{text}");
    assert!(text.contains("<Account>111122223333</Account>"), "{text}");
    Ok(())
}

#[tokio::test]
async fn regions_are_listed_by_state_and_closed_ones_refuse_credentials() -> io::Result<()> {
    let account = Account::new("111122223333")
        .region("us-east-1", RegionOptStatus::EnabledByDefault)
        .region("af-south-1", RegionOptStatus::Enabled)
        .region("me-central-1", RegionOptStatus::Disabled);
    let aws = FakeAws::builder().account(account).start().await?;
    let usable = json!({"RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"], "MaxResults": 1});
    let first = hub(&aws, "us-east-1", "POST /listRegions", &usable).await?.json();
    assert_eq!(texts(&first, "Regions", "RegionName"), ["us-east-1"]);
    let mut next = usable.clone();
    next["NextToken"] = first["NextToken"].clone();
    let second = hub(&aws, "us-east-1", "POST /listRegions", &next).await?.json();
    assert_eq!(second, json!({"Regions": [{"RegionName": "af-south-1", "RegionOptStatus": "ENABLED"}]}));
    let closed = lookup(&aws, "me-central-1", &json!({})).await?;
    assert_eq!((closed.status, closed.code().as_str()), (400, "UnrecognizedClientException"));
    Ok(())
}

#[tokio::test]
async fn only_loopback_is_served_and_only_until_dropped() -> io::Result<()> {
    let refused = FakeAws::builder().listen("0.0.0.0:0".parse().unwrap()).start().await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);

    let aws = FakeAws::builder().start().await?;
    let endpoint = aws.endpoint();
    assert_eq!(hub(&aws, "us-east-1", "GET /accounts", &Value::Null).await?.status, 200);
    drop(aws);
    let closed = async { while send(&endpoint, "GET /_fake/stats HTTP/1.1\r\n", "").await.is_ok() {} };
    assert!(tokio::time::timeout(Duration::from_secs(5), closed).await.is_ok(), "it still answers");
    Ok(())
}
