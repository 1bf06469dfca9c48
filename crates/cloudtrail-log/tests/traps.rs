//! Traps met in real logs: what is odd in them, where it stands, and what carries it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cloudtrail_log::{Deduplicator, ENVELOPES, RecordError, Seen, read_event};
use json_records::{Limits, RecordReader};
use security_model::{RecordHash, Untrusted, rfc3339};
use serde_json::{Value, json};
use support::{fields, look, looks_like, record, with, without};

fn lookup_item(inner: &Value) -> Value {
    json!({
        "EventId": "the-summary", "EventName": "SummaryName", "ReadOnly": "true", "AccessKeyId": "AKIASUMMARY",
        "EventTime": 1_795_226_380.0, "EventSource": "summary.amazonaws.com", "Username": "summary",
        "Resources": [], "CloudTrailEvent": inner.to_string()
    })
}

fn eventbridge(detail_type: &str, detail: &Value) -> Value {
    json!({
        "version": "0", "id": "outer", "detail-type": detail_type, "source": "aws.signin", "account": "111122223333",
        "time": "2026-11-21T02:14:00Z", "region": "us-east-1", "resources": [], "detail": detail
    })
}

/// Names of the events in a file, and the records that could not be read.
fn names(file: &str) -> (Vec<String>, usize) {
    let mut reader = RecordReader::new(file.as_bytes(), ENVELOPES, Limits::default());
    let (mut names, mut unreadable) = (Vec::new(), 0);
    while let Some(record) = reader.next_record() {
        match record.map(|record| read_event(record.text, |event| event.event_name.for_matching().to_owned())) {
            Ok(Ok(name)) => names.push(name),
            _ => unreadable += 1,
        }
    }
    assert_eq!(reader.damage(), None);
    (names, unreadable)
}

fn named(name: &str) -> Value {
    json!({"eventName": name, "eventSource": "ec2.amazonaws.com", "awsRegion": "eu-west-1"})
}

#[test]
fn every_field_is_read_from_its_place() {
    let record = record();
    let text = record.to_string();
    for (pointer, read) in look(&text, fields) {
        let expected = match record.pointer(pointer).unwrap() {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!(read, Some(expected), "{pointer}");
    }
}

#[test]
fn odd_regions_are_kept() {
    let region = look(&with("/awsRegion", "sagov-westsouth-1r"), |e| e.aws_region.map(|r| r.for_matching().to_owned()));
    assert_eq!(region.as_deref(), Some("sagov-westsouth-1r"));
}

#[test]
fn source_addresses_of_every_kind_are_kept_as_written() {
    for ip in ["203.0.113.07", "0.0.0.0", "AWS Internal", "cloudtrail.amazonaws.com", "2001:db8::7", "..."] {
        let read = look(&with("/sourceIPAddress", ip), |e| e.source_ip.map(|ip| ip.for_matching().to_owned()));
        assert_eq!(read.as_deref(), Some(ip));
    }
}

#[test]
fn redacted_times_are_unknown_and_the_record_counts() {
    for time in ["...", "", "yesterday"] {
        assert_eq!(look(&with("/eventTime", time), |e| e.event_time), None);
    }
}

#[test]
fn times_with_an_offset_are_the_same_instant() {
    for time in ["2026-11-21T02:13:00+00:00", "2026-11-21T03:13:00+01:00", "2026-11-21T02:13:00.000Z"] {
        let read = look(&with("/eventTime", time), |e| e.event_time.map(rfc3339));
        assert_eq!(read.as_deref(), Some("2026-11-21T02:13:00Z"), "{time}");
    }
}

#[test]
fn version_suffixes_are_kept_for_display() {
    let name = "UpdateFunctionCode20150331v2";
    assert!(look(&with("/eventName", name), |e| e.event_name == Untrusted::new(name)));
}

#[test]
fn every_container_gives_the_same_events() {
    let (a, b) = (named("RunInstances"), named("StopInstances"));
    let files = [
        json!({"Records": [a, b]}).to_string(),
        json!({"Records": [a]}).to_string() + &json!({"Records": [b]}).to_string(),
        json!([a, b]).to_string(),
        format!("{a}\n{b}\n"),
        format!("{a}{b}"),
        serde_json::to_string_pretty(&json!({"Records": [a, b]})).unwrap(),
        json!({"Events": [lookup_item(&a), lookup_item(&b)], "NextToken": "t"}).to_string(),
        format!(
            "{}\n{}\n",
            eventbridge("AWS API Call via CloudTrail", &a),
            eventbridge("AWS API Call via CloudTrail", &b)
        ),
        json!([eventbridge("AWS Service Event via CloudTrail", &a), eventbridge("of the future", &b)]).to_string(),
    ];
    for file in files {
        assert_eq!(names(&file), (vec!["RunInstances".to_owned(), "StopInstances".to_owned()], 0), "{file}");
    }
}

#[test]
fn lines_with_a_timestamp_of_the_log_store_are_records() {
    let mut line = record();
    line["@timestamp"] = json!("2026-11-21T02:13:05Z");
    line["tags"] = json!(["forwarded"]);
    assert_eq!(look(&line.to_string(), fields), look(&record().to_string(), fields));
}

#[test]
fn the_string_in_a_lookup_item_is_the_record_and_its_summary_is_never_used() {
    let inner = record();
    let outer = lookup_item(&inner).to_string();
    assert_eq!(look(&outer, fields), look(&inner.to_string(), fields));
    assert_eq!(look(&outer, |e| RecordHash::of(e.record)), look(&inner.to_string(), |e| RecordHash::of(e.record)));

    let bare = lookup_item(&json!({"eventName": "Inner", "eventSource": "s3.amazonaws.com"})).to_string();
    let (name, filled) = look(&bare, |e| {
        (e.event_name.for_matching().to_owned(), fields(e).into_iter().filter(|(_, field)| field.is_some()).count())
    });
    assert_eq!((name.as_str(), filled), ("Inner", 2));
}

#[test]
fn the_detail_of_an_eventbridge_event_is_the_record() {
    let inner = record();
    let outer = eventbridge("AWS Console Sign In via CloudTrail", &inner).to_string();
    assert_eq!(look(&outer, fields), look(&inner.to_string(), fields));
    assert_eq!(look(&outer, |e| RecordHash::of(e.record)), look(&inner.to_string(), |e| RecordHash::of(e.record)));
}

#[test]
fn console_logins_are_read_from_response_and_additional_data() {
    let login = |result: &str, mfa: &str| {
        let mut record = record();
        record["responseElements"] = json!({ "ConsoleLogin": result });
        record["additionalEventData"] = json!({ "MFAUsed": mfa });
        look(&record.to_string(), |e| {
            (e.console_login.map(|r| r.for_matching().to_owned()), e.mfa_used.map(|m| m.for_matching().to_owned()))
        })
    };
    assert_eq!(login("Success", "Yes"), (Some("Success".into()), Some("Yes".into())));
    assert_eq!(login("Failure", "No"), (Some("Failure".into()), Some("No".into())));
    assert!(look(&without("responseElements"), |e| e.console_login.is_none() && e.response_elements.is_none()));
}

#[test]
fn an_empty_session_issuer_is_none() {
    let issuer =
        |text: &str| look(text, |e| e.identity.session_issuer.map(|i| i.arn.map(|arn| arn.for_matching().to_owned())));
    let place = "/userIdentity/sessionContext/sessionIssuer";
    assert_eq!(issuer(&record().to_string()), Some(Some("arn:aws:iam::444455556666:role/ops".to_owned())));
    assert_eq!(issuer(&with(place, json!({}))), None);
    assert_eq!(issuer(&with(place, json!({"arn": "a"}))), Some(Some("a".to_owned())));
}

#[test]
fn a_record_without_identity_has_an_empty_one() {
    let account = |text: &str| look(text, |e| e.account_id.map(|account| account.for_matching().to_owned()));
    let read = look(&without("userIdentity"), fields);
    assert!(read.iter().filter(|(place, _)| place.starts_with("/userIdentity")).all(|(_, field)| field.is_none()));
    assert_eq!(account(&without("userIdentity")).as_deref(), Some("111122223333"));
    assert_eq!(account(&without("recipientAccountId")).as_deref(), Some("444455556666"), "the caller's account");
}

#[test]
fn an_empty_string_is_no_value() {
    assert!(look(&with("/errorCode", ""), |e| e.error_code.is_none()));
    assert_eq!(
        look(&with("/recipientAccountId", ""), |e| e.account_id.map(|a| a.for_matching().to_owned())).as_deref(),
        Some("444455556666")
    );
}

#[test]
fn flags_may_be_strings() {
    assert_eq!(look(&with("/readOnly", "true"), |e| e.read_only), Some(true));
    assert_eq!(look(&with("/readOnly", "false"), |e| e.read_only), Some(false));
    assert_eq!(look(&with("/readOnly", 1), |e| e.read_only), None);
    let mfa = "/userIdentity/sessionContext/attributes/mfaAuthenticated";
    assert_eq!(look(&with(mfa, "false"), |e| e.identity.mfa_authenticated), Some(false));
    assert_eq!(look(&with(mfa, true), |e| e.identity.mfa_authenticated), Some(true));
}

#[test]
fn parameters_may_be_text_and_null_is_none() {
    let parameters = |value: Value| {
        look(&with("/requestParameters", value), |e| e.request_parameters.map(|p| p.for_matching().to_owned()))
    };
    assert_eq!(parameters(json!("{\"cut")).as_deref(), Some(r#""{\"cut""#));
    assert_eq!(parameters(Value::Null), None);
}

#[test]
fn a_hand_edited_record_without_source_counts_if_it_has_a_region() {
    assert!(look(&without("eventSource"), |e| e.event_source.is_empty()));
    assert_eq!(looks_like(r#"{"eventName":"GetObject"}"#), "JSON of another kind");
    assert_eq!(looks_like(r#"{"eventSource":"s3.amazonaws.com","awsRegion":"eu-west-1"}"#), "JSON of another kind");
    assert_eq!(looks_like(r#"{"eventName":"","eventSource":"s3.amazonaws.com"}"#), "JSON of another kind");
}

#[test]
fn the_same_event_from_two_sources_is_a_duplicate() {
    let event = record();
    // Other order of keys, other spacing, and the wrapping of another source.
    let reversed: String = {
        let members: Vec<String> =
            event.as_object().unwrap().iter().rev().map(|(k, v)| format!("\"{k}\" : {v:#}")).collect();
        format!("{{\n{}\n}}", members.join(" ,\n"))
    };
    let mut deduplicator = Deduplicator::new();
    let mut check = |text: &str| look(text, |e| deduplicator.check(e));
    assert_eq!(check(&event.to_string()), Seen::First);
    assert_eq!(check(&event.to_string()), Seen::Duplicate);
    assert_eq!(check(&reversed), Seen::Duplicate);
    assert_eq!(check(&lookup_item(&event).to_string()), Seen::Duplicate);
    assert_eq!(check(&eventbridge("AWS API Call via CloudTrail", &event).to_string()), Seen::Duplicate);
}

#[test]
fn the_same_id_with_other_content_is_kept_and_reported_once_per_content() {
    let mut deduplicator = Deduplicator::new();
    let mut check = |text: &str| look(text, |e| deduplicator.check(e));
    let (a, b, c) =
        (record().to_string(), with("/userAgent", "other"), with("/requestParameters/b", json!([{"a": "x"}, 1])));
    assert_eq!(
        [&a, &b, &a, &b, &c, &c].map(|text| check(text)),
        [Seen::First, Seen::ConflictingId, Seen::Duplicate, Seen::Duplicate, Seen::ConflictingId, Seen::Duplicate]
    );
    assert_eq!(check(&with("/eventID", "another")), Seen::First);
}

#[test]
fn records_without_id_are_always_first() {
    let mut deduplicator = Deduplicator::new();
    for text in [without("eventID"), with("/eventID", ""), with("/eventID", 7)] {
        for _ in 0..2 {
            assert_eq!(look(&text, |e| deduplicator.check(e)), Seen::First);
        }
    }
}

#[test]
fn records_of_other_kinds_are_named() {
    let cases = [
        (
            json!({"SchemaVersion": "2018-10-08", "ProductArn": "arn", "Id": "i", "AwsAccountId": "111122223333"}),
            "an ASFF finding",
        ),
        (json!({"class_uid": 6003, "metadata": {"product": {"name": "CloudTrail"}}, "api": {}}), "an OCSF record"),
        (
            json!({"schemaVersion": "2.0", "accountId": "111122223333", "type": "x", "service": {}, "severity": 8}),
            "a GuardDuty finding",
        ),
        (json!({"digestS3Object": "k", "logFiles": []}), "a CloudTrail digest"),
        (json!({"eventType": "AwsCloudTrailInsight", "awsRegion": "eu-west-1"}), "a CloudTrail Insights event"),
        (
            json!({"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventName": "ObjectCreated:Put", "s3": {}}),
            "a notification of S3 or another service",
        ),
        (eventbridge("Security Hub Findings - Imported", &json!({"findings": []})), "an ASFF finding"),
        (eventbridge("GuardDuty Finding", &json!({"schemaVersion": "2.0", "service": {}})), "a GuardDuty finding"),
        (eventbridge("AWS Insight via CloudTrail", &json!({"insightDetails": {}})), "a CloudTrail Insights event"),
        (eventbridge("EC2 Instance State-change Notification", &json!({"state": "running"})), "JSON of another kind"),
        (json!({"Findings": [{}], "NextToken": "t"}), "a list of findings"),
        (json!({"CloudTrailEvent": "[]", "EventName": "x"}), "JSON of another kind"),
        (json!({}), "JSON of another kind"),
        (json!([record()]), "JSON of another kind"),
        (json!("text"), "JSON of another kind"),
        (Value::Null, "JSON of another kind"),
        (json!(4.5), "JSON of another kind"),
    ];
    for (value, expected) in cases {
        assert_eq!(looks_like(&value.to_string()), expected, "{value}");
    }
}

#[test]
fn broken_json_is_located_and_never_quoted() {
    let detail = |text: &str| match read_event(text, |_| ()) {
        Err(RecordError::Malformed { detail }) => detail,
        other => panic!("{other:?}"),
    };
    assert_eq!(detail("{\"eventName\":\n \"x\" \"secret\"}"), "syntax error at line 2, column 6");
    assert_eq!(detail("{\"eventName\":\"secret"), "it ends too early at line 1, column 20");
    assert_eq!(detail("secret"), "syntax error at line 1, column 1");
    assert_eq!(detail("{} {}"), "syntax error at line 1, column 4");
    assert_eq!(
        detail(&json!({"CloudTrailEvent": "{\"secret\":}"}).to_string()),
        "CloudTrailEvent: syntax error at line 1, column 11"
    );
}
