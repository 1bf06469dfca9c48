//! Records with a hostile string in every field that somebody outside can write.

use serde_json::{Value, json};

/// Fields of a CloudTrail record that are written below, by path; for the count that is printed.
pub(crate) const EVENT_FIELDS: &[&str] = &[
    "userAgent",
    "sourceIPAddress",
    "errorMessage",
    "errorCode",
    "eventName",
    "eventSource",
    "awsRegion",
    "eventID",
    "requestID",
    "sharedEventID",
    "vpcEndpointId",
    "eventType",
    "recipientAccountId",
    "userIdentity.type",
    "userIdentity.userName",
    "userIdentity.arn",
    "userIdentity.principalId",
    "userIdentity.accountId",
    "userIdentity.accessKeyId",
    "userIdentity.invokedBy",
    "userIdentity.identityProvider",
    "userIdentity.onBehalfOf.userId",
    "userIdentity.sessionContext.sourceIdentity",
    "userIdentity.sessionContext.sessionIssuer.arn",
    "userIdentity.sessionContext.sessionIssuer.userName",
    "requestParameters.roleSessionName",
    "requestParameters.userName",
    "requestParameters.key",
    "requestParameters.description",
    "requestParameters.tags",
    "requestParameters.policyDocument",
    "responseElements.ConsoleLogin",
    "responseElements.assumedRoleUser",
    "additionalEventData.MFAUsed",
    "additionalEventData.x",
    "resources[].ARN",
    "tlsDetails.clientProvidedHostHeader",
    "a field nobody knows",
];

/// Fields of a finding that are written below.
pub(crate) const FINDING_FIELDS: &[&str] = &[
    "Id",
    "ProductArn",
    "ProductName",
    "CompanyName",
    "GeneratorId",
    "Types",
    "Title",
    "Description",
    "SourceUrl",
    "AwsAccountId",
    "AwsAccountName",
    "Region",
    "Remediation.Recommendation.Text",
    "Remediation.Recommendation.Url",
    "Resources[].Id",
    "Resources[].Type",
    "Resources[].Region",
    "Resources[].Tags",
    "Resources[].Details.Other",
    "ProductFields",
    "UserDefinedFields",
    "Note.Text",
    "Note.UpdatedBy",
    "Compliance.SecurityControlId",
    "Compliance.StatusReasons",
    "Compliance.Status",
    "Workflow.Status",
    "RecordState",
    "Severity.Label",
    "Network.SourceDomain",
    "Process.Name",
    "Malware.Name",
    "ThreatIntelIndicators.Value",
    "Vulnerabilities.Id",
    "FindingProviderFields.Types",
    "a field nobody knows",
];

/// A key in an object may be hostile as well.
fn tags(hostile: &str) -> Value {
    json!({ hostile: hostile, "Name": hostile })
}

/// A CloudTrail record: with `whole`, names of calls, services and regions are hostile as well.
pub(crate) fn event(hostile: &str, number: usize, whole: bool) -> Value {
    const CALLS: &[(&str, &str)] = &[
        ("StopLogging", "cloudtrail.amazonaws.com"),
        ("CreateAccessKey", "iam.amazonaws.com"),
        ("AssumeRole", "sts.amazonaws.com"),
        ("ConsoleLogin", "signin.amazonaws.com"),
        ("GetSecretValue", "secretsmanager.amazonaws.com"),
    ];
    let (name, source) = CALLS[number % CALLS.len()];
    let either = |real: &str| if whole { hostile.to_owned() } else { real.to_owned() };
    let time = format!("2026-11-21T02:{:02}:{:02}Z", number / 60 % 60, number % 60);
    let account = either("111122223333");
    json!({
        "eventVersion": "1.11", "eventTime": time, "eventName": either(name), "eventSource": either(source),
        "awsRegion": either("eu-west-1"), "eventType": either("AwsApiCall"), "eventCategory": either("Management"),
        "eventID": format!("{number}-{hostile}"), "requestID": hostile, "sharedEventID": hostile,
        "vpcEndpointId": hostile, "recipientAccountId": account, "readOnly": number.is_multiple_of(2),
        "userAgent": hostile, "sourceIPAddress": hostile, "errorMessage": hostile,
        "errorCode": if number.is_multiple_of(3) { json!(hostile) } else { Value::Null },
        "userIdentity": {
            "type": either(if number.is_multiple_of(4) { "AssumedRole" } else { "IAMUser" }), "userName": hostile,
            "arn": if number.is_multiple_of(2) { format!("arn:aws:iam::111122223333:user/{hostile}") } else { hostile.to_owned() },
            "principalId": hostile, "accountId": either("111122223333"), "accessKeyId": hostile, "invokedBy": hostile,
            "identityProvider": hostile, "onBehalfOf": { "userId": hostile },
            "sessionContext": {
                "sourceIdentity": hostile, "attributes": { "mfaAuthenticated": "false" },
                "sessionIssuer": {
                    "type": "Role", "userName": hostile, "accountId": "111122223333",
                    "arn": format!("arn:aws:iam::111122223333:role/{hostile}")
                }
            }
        },
        "requestParameters": {
            "roleSessionName": hostile, "userName": hostile, "key": hostile, "description": hostile,
            "tags": tags(hostile), "policyDocument": hostile
        },
        "responseElements": { "ConsoleLogin": either("Failure"), "assumedRoleUser": { "arn": hostile } },
        "additionalEventData": { "MFAUsed": either("No"), "x": hostile },
        "resources": [{ "ARN": hostile, "type": hostile }],
        "tlsDetails": { "clientProvidedHostHeader": hostile },
        "fieldNobodyKnows": { hostile: [hostile] },
    })
}

/// A finding: with `whole`, its states and severity are hostile as well.
pub(crate) fn finding(hostile: &str, number: usize, whole: bool) -> Value {
    let either = |real: &str| if whole { hostile.to_owned() } else { real.to_owned() };
    let severity = ["CRITICAL", "HIGH", "MEDIUM", "LOW"][number % 4];
    json!({
        "SchemaVersion": "2018-10-08", "Id": format!("{hostile}/{number}"),
        "ProductArn": either("arn:aws:securityhub:eu-west-1::product/aws/securityhub"),
        "ProductName": hostile, "CompanyName": hostile, "GeneratorId": hostile, "AwsAccountId": either("111122223333"),
        "AwsAccountName": hostile, "Region": either("eu-west-1"),
        "Types": [hostile, format!("TTPs/{hostile}/x")], "Title": hostile, "Description": hostile, "SourceUrl": hostile,
        "CreatedAt": "2026-11-21T01:00:00Z", "UpdatedAt": "2026-11-21T02:00:00Z",
        "Severity": { "Label": either(severity), "Original": hostile },
        "Remediation": { "Recommendation": { "Text": hostile, "Url": format!("https://exfil.invalid/{hostile}") } },
        "Resources": [{
            "Id": hostile, "Type": hostile, "Region": hostile, "Partition": hostile, "Tags": tags(hostile),
            "Details": { "Other": tags(hostile), "AwsS3Bucket": { "OwnerName": hostile } }
        }],
        "ProductFields": tags(hostile), "UserDefinedFields": tags(hostile),
        "Note": { "Text": hostile, "UpdatedBy": hostile, "UpdatedAt": "2026-11-21T02:00:00Z" },
        "Compliance": {
            "Status": either("FAILED"), "SecurityControlId": hostile,
            "StatusReasons": [{ "ReasonCode": hostile, "Description": hostile }]
        },
        "Workflow": { "Status": either("NEW") }, "RecordState": either("ACTIVE"),
        "Network": { "SourceDomain": hostile }, "Process": { "Name": hostile, "Path": hostile },
        "Malware": [{ "Name": hostile }], "ThreatIntelIndicators": [{ "Value": hostile, "Source": hostile }],
        "Vulnerabilities": [{ "Id": hostile }],
        "FindingProviderFields": { "Types": [hostile], "Severity": { "Label": either(severity) } },
        "FieldNobodyKnows": { hostile: hostile },
    })
}
