//! What JSON is that is no CloudTrail record: an answer that names it saves a search.

use crate::json::string;

/// Keys seen in an object that tell its kind. Sources: the ASFF, OCSF, GuardDuty and CloudTrail references, read
/// 2026-11-21.
#[derive(Debug, Default)]
pub(crate) struct Marks<'a> {
    asff: bool,
    ocsf: bool,
    guardduty_schema: bool,
    guardduty_service: bool,
    digest: bool,
    insight: bool,
    notification: bool,
    list_of_findings: bool,
    /// `detail-type` of an EventBridge event.
    detail_type: Option<&'a str>,
}

impl<'a> Marks<'a> {
    /// Notes a key at the top of the object.
    pub(crate) fn note(&mut self, key: &[u8], value: &'a str) {
        match key {
            b"ProductArn" | b"GeneratorId" | b"AwsAccountId" => self.asff = true,
            b"class_uid" | b"category_uid" => self.ocsf = true,
            b"schemaVersion" | b"SchemaVersion" => self.guardduty_schema = true,
            b"service" | b"Service" => self.guardduty_service = true,
            b"digestS3Object" | b"digestPublicKeyFingerprint" => self.digest = true,
            b"insightDetails" => self.insight = true,
            b"eventType" => self.insight |= string(value).as_deref() == Some("AwsCloudTrailInsight"),
            b"s3" | b"dynamodb" | b"kinesis" | b"eventSourceARN" => self.notification = true,
            b"Findings" => self.list_of_findings = true,
            b"detail-type" => self.detail_type = Some(value),
            _ => {}
        }
    }

    /// The kind of the object, with its article, if it can be told.
    pub(crate) fn kind(&self) -> Option<&'static str> {
        if self.digest {
            Some("a CloudTrail digest")
        } else if self.insight {
            Some("a CloudTrail Insights event")
        } else if self.asff {
            Some("an ASFF finding")
        } else if self.ocsf {
            Some("an OCSF record")
        } else if self.guardduty_schema && self.guardduty_service {
            Some("a GuardDuty finding")
        } else if self.notification {
            Some("a notification of S3 or another service")
        } else if self.list_of_findings {
            Some("a list of findings")
        } else {
            self.detail_type.and_then(string).as_deref().and_then(kind_of_event)
        }
    }
}

/// The kind of record that an EventBridge event carries.
fn kind_of_event(detail_type: &str) -> Option<&'static str> {
    match detail_type {
        "Findings Imported V2" => Some("an OCSF record"),
        "GuardDuty Finding" => Some("a GuardDuty finding"),
        _ if detail_type.starts_with("Security Hub Findings") => Some("an ASFF finding"),
        _ => None,
    }
}
