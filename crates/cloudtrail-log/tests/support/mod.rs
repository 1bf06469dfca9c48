//! What the tests of both kinds need: a complete record, changes to it, and the parts of a view that tests look at.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use cloudtrail_log::{RecordError, read_event};
use security_model::EventView;
use serde_json::{Value, json};

/// A record with every field that the view has.
pub(crate) fn record() -> Value {
    json!({
        "eventVersion": "1.11",
        "eventID": "11111111-2222-4333-8444-555555555555",
        "eventTime": "2026-11-21T02:13:00Z",
        "eventName": "ConsoleLogin",
        "eventSource": "signin.amazonaws.com",
        "awsRegion": "eu-west-1",
        "recipientAccountId": "111122223333",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.31",
        "errorCode": "AccessDenied",
        "readOnly": false,
        "eventType": "AwsConsoleSignIn",
        "eventCategory": "Management",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:night",
            "arn": "arn:aws:sts::444455556666:assumed-role/ops/night",
            "accountId": "444455556666",
            "accessKeyId": "ASIAEXAMPLE",
            "userName": "night",
            "invokedBy": "cloudformation.amazonaws.com",
            "identityProvider": "idp.example.com",
            "onBehalfOf": {"userId": "user-1", "identityStoreArn": "arn:aws:identitystore::444455556666:identitystore/d-1"},
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AROAEXAMPLE",
                    "arn": "arn:aws:iam::444455556666:role/ops",
                    "accountId": "444455556666",
                    "userName": "ops"
                },
                "attributes": {"creationDate": "2026-11-21T01:00:00Z", "mfaAuthenticated": "true"},
                "sourceIdentity": "alice"
            }
        },
        "requestParameters": {"b": [1, {"a": "x"}]},
        "responseElements": {"ConsoleLogin": "Success"},
        "additionalEventData": {"MFAUsed": "No", "MobileVersion": "No"}
    })
}

/// The record with the value at `pointer` replaced.
pub(crate) fn with(pointer: &str, value: impl Into<Value>) -> String {
    let mut record = record();
    *record.pointer_mut(pointer).unwrap() = value.into();
    record.to_string()
}

/// The record without the top-level field `name`.
pub(crate) fn without(name: &str) -> String {
    let mut record = record();
    record.as_object_mut().unwrap().remove(name).unwrap();
    record.to_string()
}

/// Text read from a view, owned.
pub(crate) type Field = Option<String>;

/// Looks at the event in `text`, which must be one.
pub(crate) fn look<T>(text: &str, at: impl FnOnce(&EventView<'_>) -> T) -> T {
    read_event(text, at).unwrap()
}

pub(crate) fn looks_like(text: &str) -> &'static str {
    match read_event(text, |_| ()) {
        Err(RecordError::NotCloudTrail { looks_like }) => looks_like,
        other => panic!("{other:?} for {text}"),
    }
}

/// Every value of a view, under the place in the record that it comes from.
pub(crate) fn fields(event: &EventView<'_>) -> Vec<(&'static str, Field)> {
    let text = |text: Option<security_model::Untrusted<'_>>| text.map(|text| text.for_matching().to_owned());
    let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
    let raw = |raw: Option<security_model::RawJson<'_>>| raw.map(|raw| raw.for_matching().to_owned());
    let (identity, issuer) = (event.identity, event.identity.session_issuer.unwrap_or_default());
    vec![
        ("/eventID", text(event.event_id)),
        ("/eventTime", event.event_time.map(security_model::rfc3339)),
        ("/eventName", text(Some(event.event_name))),
        ("/eventSource", text(Some(event.event_source))),
        ("/awsRegion", text(event.aws_region)),
        ("/recipientAccountId", text(event.account_id)),
        ("/sourceIPAddress", text(event.source_ip)),
        ("/userAgent", text(event.user_agent)),
        ("/errorCode", text(event.error_code)),
        ("/readOnly", flag(event.read_only)),
        ("/eventType", text(event.event_type)),
        ("/eventCategory", text(event.event_category)),
        ("/userIdentity/type", text(identity.kind)),
        ("/userIdentity/principalId", text(identity.principal_id)),
        ("/userIdentity/arn", text(identity.arn)),
        ("/userIdentity/accountId", text(identity.account_id)),
        ("/userIdentity/accessKeyId", text(identity.access_key_id)),
        ("/userIdentity/userName", text(identity.user_name)),
        ("/userIdentity/invokedBy", text(identity.invoked_by)),
        ("/userIdentity/identityProvider", text(identity.identity_provider)),
        ("/userIdentity/onBehalfOf/userId", text(identity.on_behalf_of)),
        ("/userIdentity/sessionContext/sessionIssuer/type", text(issuer.kind)),
        ("/userIdentity/sessionContext/sessionIssuer/arn", text(issuer.arn)),
        ("/userIdentity/sessionContext/sessionIssuer/accountId", text(issuer.account_id)),
        ("/userIdentity/sessionContext/sessionIssuer/userName", text(issuer.user_name)),
        ("/userIdentity/sessionContext/attributes/mfaAuthenticated", flag(identity.mfa_authenticated)),
        ("/userIdentity/sessionContext/sourceIdentity", text(identity.source_identity)),
        ("/responseElements/ConsoleLogin", text(event.console_login)),
        ("/additionalEventData/MFAUsed", text(event.mfa_used)),
        ("/requestParameters", raw(event.request_parameters)),
        ("/responseElements", raw(event.response_elements)),
    ]
}
