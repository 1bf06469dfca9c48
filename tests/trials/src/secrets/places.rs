//! Places where a secret may stand in what Nightdesk reads.

use serde_json::{Value, json};

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A field that is on no allow-list: nothing of it may come out anywhere.
    Closed,
    /// What a caller wrote into an argument: nothing of it may be said again.
    Caller,
    /// A field whose text is evidence and shown to the analyst, neutralised and without secrets: a user agent, a title, a
    /// name.
    Shown,
}

/// Puts a secret into a record.
type Put = fn(&mut Value, &str);

/// A place in a record.
pub(crate) struct Place {
    /// Path.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) kind: Kind,
    /// Puts the secret there.
    pub(crate) put: Put,
}

const fn closed(name: &'static str, put: Put) -> Place {
    Place { name, kind: Kind::Closed, put }
}

const fn shown(name: &'static str, put: Put) -> Place {
    Place { name, kind: Kind::Shown, put }
}

/// Places of a CloudTrail record.
pub(crate) const IN_EVENTS: &[Place] = &[
    closed("responseElements.credentials.sessionToken", |r, s| {
        r["responseElements"]["credentials"]["sessionToken"] = json!(s)
    }),
    closed("responseElements.credentials.secretAccessKey", |r, s| {
        r["responseElements"]["credentials"]["secretAccessKey"] = json!(s);
    }),
    closed("responseElements.accessKey.secretAccessKey", |r, s| {
        r["responseElements"]["accessKey"]["secretAccessKey"] = json!(s)
    }),
    closed("responseElements.x", |r, s| r["responseElements"]["x"] = json!([s])),
    closed("requestParameters.password", |r, s| r["requestParameters"]["password"] = json!(s)),
    closed("requestParameters.masterUserPassword", |r, s| r["requestParameters"]["masterUserPassword"] = json!(s)),
    closed("requestParameters.userData", |r, s| r["requestParameters"]["userData"] = json!(s)),
    closed("requestParameters.environment.variables", |r, s| {
        r["requestParameters"]["environment"] = json!({ "variables": { "TOKEN": s } });
    }),
    closed("requestParameters.secretString", |r, s| r["requestParameters"]["secretString"] = json!(s)),
    closed("requestParameters.value", |r, s| r["requestParameters"]["value"] = json!(s)),
    closed("requestParameters.tags", |r, s| r["requestParameters"]["tags"] = json!([{ "key": "k", "value": s }])),
    closed("requestParameters.policyDocument", |r, s| r["requestParameters"]["policyDocument"] = json!(s)),
    closed("requestParameters.commands", |r, s| r["requestParameters"]["commands"] = json!([s, "ls"])),
    closed("requestParameters.description", |r, s| r["requestParameters"]["description"] = json!(s)),
    closed("requestParameters: a key", |r, s| r["requestParameters"] = json!({ s: 1 })),
    closed("additionalEventData", |r, s| {
        r["additionalEventData"] = json!({ "AuthenticationMethod": s, "MFAUsed": "No" })
    }),
    closed("errorMessage", |r, s| {
        r["errorCode"] = json!("AccessDenied");
        r["errorMessage"] = json!(s);
    }),
    closed("serviceEventDetails", |r, s| r["serviceEventDetails"] = json!({ "x": s })),
    closed("tlsDetails", |r, s| r["tlsDetails"] = json!({ "clientProvidedHostHeader": s })),
    closed("resources[].ARN", |r, s| r["resources"] = json!([{ "ARN": s }])),
    closed("requestID", |r, s| r["requestID"] = json!(s)),
    closed("an unknown field", |r, s| r["fieldOfNextYear"] = json!({ "deep": [{ "er": s }] })),
    closed("userIdentity.sessionContext.attributes", |r, s| {
        r["userIdentity"]["sessionContext"]["attributes"] = json!({ "mfaAuthenticated": s });
    }),
    closed("userIdentity.webIdFederationData", |r, s| {
        r["userIdentity"]["sessionContext"]["webIdFederationData"] = json!({ "attributes": { "sub": s } });
    }),
    shown("userAgent", |r, s| r["userAgent"] = json!(s)),
    shown("userIdentity.userName", |r, s| {
        r["userIdentity"] = json!({ "type": "IAMUser", "userName": s, "accountId": "111122223333" });
    }),
    shown("role session name", |r, s| {
        r["userIdentity"]["type"] = json!("AssumedRole");
        r["userIdentity"]["arn"] = json!(format!("arn:aws:sts::111122223333:assumed-role/batch/{s}"));
    }),
    shown("sourceIPAddress", |r, s| r["sourceIPAddress"] = json!(s)),
    shown("errorCode", |r, s| r["errorCode"] = json!(s)),
    shown("eventID", |r, s| r["eventID"] = json!(s)),
];

/// Places of a finding.
pub(crate) const IN_FINDINGS: &[Place] = &[
    closed("Resources.Details.AwsLambdaFunction.Environment", |r, s| {
        r["Resources"][0]["Details"] = json!({ "AwsLambdaFunction": { "Environment": { "Variables": { "DB": s } } } });
    }),
    closed("Resources.Details.AwsCodeBuildProject", |r, s| {
        r["Resources"][0]["Details"] = json!({ "AwsCodeBuildProject": { "Environment": { "EnvironmentVariables": [{ "Name": "T", "Value": s }] } } });
    }),
    closed("Resources.Details.AwsEcsTaskDefinition", |r, s| {
        r["Resources"][0]["Details"] =
            json!({ "AwsEcsTaskDefinition": { "ContainerDefinitions": [{ "Environment": [{ "Value": s }] }] } });
    }),
    closed("Resources.Details.AwsRdsDbCluster.MasterUserPassword", |r, s| {
        r["Resources"][0]["Details"] = json!({ "AwsRdsDbCluster": { "MasterUserPassword": s } });
    }),
    closed("Resources.Details.AwsEc2LaunchTemplate.UserData", |r, s| {
        r["Resources"][0]["Details"] = json!({ "AwsEc2LaunchTemplate": { "LaunchTemplateData": { "UserData": s } } });
    }),
    closed("Resources.Details.Other", |r, s| r["Resources"][0]["Details"] = json!({ "Other": { "conn": s } })),
    closed("Resources.Tags", |r, s| r["Resources"][0]["Tags"] = json!({ "token": s })),
    closed("Resources.Tags: a key", |r, s| r["Resources"][0]["Tags"] = json!({ s: "x" })),
    closed("Resources.DataClassification", |r, s| {
        r["Resources"][0]["DataClassification"] = json!({ "DetailedResultsLocation": s });
    }),
    closed("UserDefinedFields", |r, s| r["UserDefinedFields"] = json!({ "pipeline": s })),
    closed("ProductFields", |r, s| r["ProductFields"] = json!({ "detail": s })),
    closed("Note.Text", |r, s| r["Note"] = json!({ "Text": s, "UpdatedBy": "a", "UpdatedAt": "2026-11-21T02:00:00Z" })),
    closed("Note.UpdatedBy", |r, s| r["Note"] = json!({ "Text": "x", "UpdatedBy": s })),
    closed("Description", |r, s| r["Description"] = json!(s)),
    closed("Network.SourceDomain", |r, s| r["Network"] = json!({ "SourceDomain": s })),
    closed("Process.Path", |r, s| r["Process"] = json!({ "Path": s, "Name": s })),
    closed("Malware.Path", |r, s| r["Malware"] = json!([{ "Path": s, "Name": s }])),
    closed("ThreatIntelIndicators.Value", |r, s| r["ThreatIntelIndicators"] = json!([{ "Value": s }])),
    closed("Remediation.Recommendation.Text", |r, s| r["Remediation"]["Recommendation"]["Text"] = json!(s)),
    closed("SourceUrl", |r, s| r["SourceUrl"] = json!(s)),
    closed("Compliance.StatusReasons", |r, s| r["Compliance"]["StatusReasons"] = json!([{ "Description": s }])),
    closed("Vulnerabilities", |r, s| r["Vulnerabilities"] = json!([{ "Id": s, "ReferenceUrls": [s] }])),
    closed("Action.ActionType", |r, s| r["Action"] = json!({ "AwsApiCallAction": { "CallerType": s } })),
    closed("an unknown field", |r, s| r["FieldOfNextYear"] = json!({ "deep": [{ "er": s }] })),
    shown("Title", |r, s| r["Title"] = json!(s)),
    shown("Id", |r, s| r["Id"] = json!(s)),
    shown("Resources.Id", |r, s| r["Resources"][0]["Id"] = json!(s)),
    shown("Remediation.Recommendation.Url", |r, s| r["Remediation"]["Recommendation"]["Url"] = json!(s)),
    shown("ProductName", |r, s| r["ProductName"] = json!(s)),
    shown("Types", |r, s| r["Types"] = json!([s])),
];

/// A CloudTrail record with nothing secret in it.
pub(crate) fn event(number: usize) -> Value {
    let calls = ["StopLogging", "CreateAccessKey", "GetSecretValue", "DescribeInstances", "PutBucketPolicy"];
    json!({
        "eventVersion": "1.11", "eventTime": format!("2026-11-21T02:{:02}:{:02}Z", number / 60 % 60, number % 60),
        "eventName": calls[number % calls.len()], "eventSource": "cloudtrail.amazonaws.com", "awsRegion": "eu-west-1",
        "eventID": format!("e-{number}"), "recipientAccountId": "111122223333", "readOnly": false,
        "userAgent": "aws-cli/2.15", "sourceIPAddress": "203.0.113.9", "eventType": "AwsApiCall",
        "userIdentity": {
            "type": "IAMUser", "userName": "mara", "arn": "arn:aws:iam::111122223333:user/mara",
            "accountId": "111122223333", "principalId": "AIDAEXAMPLE", "sessionContext": {}
        },
        "requestParameters": {}, "responseElements": {},
    })
}

/// A finding with nothing secret in it.
pub(crate) fn finding(number: usize) -> Value {
    json!({
        "SchemaVersion": "2018-10-08", "Id": format!("f-{number}"),
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub", "ProductName": "Security Hub",
        "GeneratorId": "security-control/S3.2", "AwsAccountId": "111122223333", "Region": "eu-west-1",
        "Types": ["Software and Configuration Checks"], "Title": "S3 buckets should refuse public reading",
        "CreatedAt": "2026-11-21T01:00:00Z", "UpdatedAt": "2026-11-21T02:00:00Z",
        "Severity": { "Label": if number.is_multiple_of(2) { "CRITICAL" } else { "HIGH" } },
        "Remediation": { "Recommendation": {} },
        "Resources": [{ "Id": format!("arn:aws:s3:::bucket-{number}"), "Type": "AwsS3Bucket" }],
        "Compliance": { "Status": "FAILED", "SecurityControlId": "S3.2" },
        "Workflow": { "Status": "NEW" }, "RecordState": "ACTIVE",
    })
}
