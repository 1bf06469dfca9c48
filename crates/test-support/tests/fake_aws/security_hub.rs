//! GetFindings and its neighbours: pages, order, regions, statistics.

use std::io;

use serde_json::{Value, json};
use test_support::{FakeAws, FakeAwsBuilder, FindingSequence, Limits, LinkedRegions, Rate, StatisticsV2};

use crate::client::{filter, hub, texts};

fn two_regions() -> FakeAwsBuilder {
    FakeAws::builder()
        .findings(FindingSequence::new(5).region("us-east-1").build())
        .findings(FindingSequence::new(7).region("eu-west-1").seed(2).build())
        .limits(Limits::unlimited())
}

async fn ids(aws: &FakeAws, region: &str, query: &Value) -> io::Result<Vec<String>> {
    Ok(texts(&hub(aws, region, "POST /findings", query).await?.json(), "Findings", "Id"))
}

#[tokio::test]
async fn pages_follow_the_sort_order_and_hold_each_finding_once() -> io::Result<()> {
    let findings = FindingSequence::new(25).build();
    let aws = FakeAws::builder().findings(findings.clone()).limits(Limits::unlimited()).start().await?;
    let sort = json!([{"Field": "UpdatedAt", "SortOrder": "desc"}]);
    let mut query = json!({"MaxResults": 10, "SortCriteria": sort});
    let mut seen = Vec::new();
    for expected in [10, 10, 5] {
        let page = hub(&aws, "us-east-1", "POST /findings", &query).await?.json();
        let on_page = texts(&page, "Findings", "Id");
        assert_eq!(on_page.len(), expected);
        seen.extend(on_page);
        query["NextToken"] = page["NextToken"].clone();
    }
    assert_eq!(query["NextToken"], Value::Null, "the last page ends the query");
    let newest_first: Vec<_> = findings.iter().rev().filter_map(|finding| finding["Id"].as_str()).collect();
    assert_eq!(seen, newest_first);
    Ok(())
}

#[tokio::test]
async fn filters_select_and_unknown_ones_are_named() -> io::Result<()> {
    let mut findings = FindingSequence::new(3).build();
    for (finding, label) in findings.iter_mut().zip(["CRITICAL", "HIGH", "LOW"]) {
        finding["Severity"] = json!({"Label": label});
    }
    let aws = FakeAws::builder().findings(findings.clone()).start().await?;
    let query = json!({"Filters": {"SeverityLabel": [filter("EQUALS", "CRITICAL"), filter("EQUALS", "LOW")]}});
    assert_eq!(ids(&aws, "us-east-1", &query).await?, [&findings[0], &findings[2]].map(|f| f["Id"].as_str().unwrap()));
    let unknown = json!({"Filters": {"Severity": [filter("EQUALS", "LOW")]}});
    let reply = hub(&aws, "us-east-1", "POST /findings", &unknown).await?;
    assert_eq!((reply.status, reply.code().as_str()), (400, "InvalidInputException"));
    assert!(reply.json()["Message"].as_str().unwrap().contains("Severity"));
    for query in [json!({"MaxResults": 101}), json!({"MaxResults": 0}), json!({"NextToken": "AAAA"})] {
        assert_eq!(hub(&aws, "us-east-1", "POST /findings", &query).await?.code(), "InvalidInputException", "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_region_shows_its_own_findings_and_the_home_region_the_linked_ones() -> io::Result<()> {
    let alone = two_regions().start().await?;
    assert_eq!(ids(&alone, "us-east-1", &json!({})).await?.len(), 5);
    assert_eq!(ids(&alone, "eu-west-1", &json!({})).await?.len(), 7);
    let cases = [
        (LinkedRegions::All, 12, "ALL_REGIONS"),
        (LinkedRegions::AllExcept(vec!["eu-west-1".into()]), 5, "ALL_REGIONS_EXCEPT_SPECIFIED"),
        (LinkedRegions::Only(vec!["eu-west-1".into()]), 12, "SPECIFIED_REGIONS"),
    ];
    for (linked, at_home, mode) in cases {
        let aws = two_regions().aggregation("us-east-1", linked).start().await?;
        assert_eq!(ids(&aws, "us-east-1", &json!({})).await?.len(), at_home, "{mode}");
        assert_eq!(ids(&aws, "eu-west-1", &json!({})).await?.len(), 7, "a linked region shows its own");
        let list = hub(&aws, "eu-west-1", "GET /findingAggregator/list", &Value::Null).await?.json();
        let arn = texts(&list, "FindingAggregators", "FindingAggregatorArn").concat().replace(':', "%3A");
        let aggregator = hub(&aws, "eu-west-1", &format!("GET /findingAggregator/get/{arn}"), &Value::Null).await?;
        assert_eq!(aggregator.json()["RegionLinkingMode"], mode);
        assert_eq!(aggregator.json()["FindingAggregationRegion"], "us-east-1");
    }
    Ok(())
}

#[tokio::test]
async fn a_region_without_the_hub_says_so() -> io::Result<()> {
    let aws = two_regions().hub_disabled_in("eu-west-1").start().await?;
    for request_line in ["POST /findings", "GET /accounts", "GET /findingAggregator/list"] {
        let reply = hub(&aws, "eu-west-1", request_line, &json!({})).await?;
        assert_eq!((reply.status, reply.code().as_str()), (401, "InvalidAccessException"), "{request_line}");
    }
    let enabled = hub(&aws, "us-east-1", "GET /accounts", &Value::Null).await?.json();
    assert_eq!(enabled["HubArn"], "arn:aws:securityhub:us-east-1:111122223333:hub/default");
    Ok(())
}

#[tokio::test]
async fn the_throttle_code_is_the_configured_one() -> io::Result<()> {
    let limits = Limits { get_findings: Some(Rate::new(0.001, 1.0)), ..Limits::default() };
    for code in ["LimitExceededException", "TooManyRequestsException", "ThrottlingException"] {
        let aws = FakeAws::builder().limits(limits).hub_throttle_code(code).start().await?;
        assert_eq!(hub(&aws, "us-east-1", "POST /findings", &json!({})).await?.status, 200);
        let reply = hub(&aws, "us-east-1", "POST /findings", &json!({})).await?;
        assert_eq!((reply.status, reply.code().as_str()), (429, code));
        assert!(reply.head.contains(&format!("x-amzn-errortype: {}", code.to_lowercase())), "{}", reply.head);
    }
    Ok(())
}

#[tokio::test]
async fn statistics_count_what_the_region_shows() -> io::Result<()> {
    let mut findings = FindingSequence::new(4).build();
    for (finding, (label, state)) in
        findings.iter_mut().zip([("HIGH", "NEW"), ("HIGH", "RESOLVED"), ("LOW", "NEW"), ("HIGH", "NEW")])
    {
        finding["Severity"] = json!({"Label": label});
        finding["Workflow"] = json!({"Status": state});
    }
    let builder = FakeAws::builder().findings(findings);
    let new_only = json!({"CompositeFilters": [{
        "StringFilters": [{"FieldName": "status", "Filter": filter("EQUALS", "New")}],
        "Operator": "AND",
    }]});
    let query = json!({"GroupByRules": [
        {"GroupByField": "severity"},
        {"GroupByField": "severity", "Filters": new_only},
    ]});
    let aws = builder.clone().statistics_v2(StatisticsV2::On).start().await?;
    let reply = hub(&aws, "us-east-1", "POST /findingsv2/statistics", &query).await?.json();
    let count = |value: &str, count: u64| json!({"FieldValue": value, "Count": count});
    assert_eq!(reply["GroupByResults"][0]["GroupByValues"], json!([count("High", 3), count("Low", 1)]));
    assert_eq!(reply["GroupByResults"][1]["GroupByValues"], json!([count("High", 2), count("Low", 1)]));

    let denied = builder.start().await?;
    let reply = hub(&denied, "us-east-1", "POST /findingsv2/statistics", &query).await?;
    assert_eq!((reply.status, reply.code().as_str()), (403, "AccessDeniedException"));
    assert!(reply.json()["Message"].as_str().unwrap().contains("securityhub:GetAdhocInsightResults"));
    Ok(())
}
