//! Where each filter attribute lives in an ASFF finding, and of what kind it is.

use serde_json::Value;

/// The kind of an attribute, which decides the form of its filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Date,
    Number,
    Map,
    Boolean,
}

/// A filter attribute: where to look, first path with a value first. Lists on the way are looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    paths: &'static [&'static str],
}

const fn attribute(name: &'static str, kind: Kind, paths: &'static [&'static str]) -> Attribute {
    Attribute { name, kind, paths }
}

/// The attributes that the fake filters and sorts by, named as in `AwsSecurityFindingFilters`.
const ATTRIBUTES: &[Attribute] = &[
    attribute("Id", Kind::Text, &["Id"]),
    attribute("ProductArn", Kind::Text, &["ProductArn"]),
    attribute("ProductName", Kind::Text, &["ProductName", "ProductFields/aws/securityhub/ProductName"]),
    attribute("CompanyName", Kind::Text, &["CompanyName", "ProductFields/aws/securityhub/CompanyName"]),
    attribute("AwsAccountId", Kind::Text, &["AwsAccountId"]),
    attribute("AwsAccountName", Kind::Text, &["AwsAccountName"]),
    attribute("Region", Kind::Text, &["Region"]),
    attribute("GeneratorId", Kind::Text, &["GeneratorId"]),
    attribute("Title", Kind::Text, &["Title"]),
    attribute("Description", Kind::Text, &["Description"]),
    attribute("Type", Kind::Text, &["Types", "FindingProviderFields.Types"]),
    attribute("RecommendationText", Kind::Text, &["Remediation.Recommendation.Text"]),
    attribute("SourceUrl", Kind::Text, &["SourceUrl"]),
    attribute("SeverityLabel", Kind::Text, &["Severity.Label", "FindingProviderFields.Severity.Label"]),
    attribute("SeverityNormalized", Kind::Number, &["Severity.Normalized"]),
    attribute("SeverityProduct", Kind::Number, &["Severity.Product"]),
    attribute("Confidence", Kind::Number, &["Confidence"]),
    attribute("Criticality", Kind::Number, &["Criticality"]),
    attribute("RecordState", Kind::Text, &["RecordState"]),
    attribute("WorkflowStatus", Kind::Text, &["Workflow.Status"]),
    attribute("WorkflowState", Kind::Text, &["WorkflowState"]),
    attribute("VerificationState", Kind::Text, &["VerificationState"]),
    attribute("ComplianceStatus", Kind::Text, &["Compliance.Status"]),
    attribute("ComplianceSecurityControlId", Kind::Text, &["Compliance.SecurityControlId"]),
    attribute("ComplianceAssociatedStandardsId", Kind::Text, &["Compliance.AssociatedStandards.StandardsId"]),
    attribute("ResourceId", Kind::Text, &["Resources.Id"]),
    attribute("ResourceType", Kind::Text, &["Resources.Type"]),
    attribute("ResourcePartition", Kind::Text, &["Resources.Partition"]),
    attribute("ResourceRegion", Kind::Text, &["Resources.Region"]),
    attribute("ResourceTags", Kind::Map, &["Resources.Tags"]),
    attribute("ResourceDetailsOther", Kind::Map, &["Resources.Details.Other"]),
    attribute("ResourceAwsEc2InstanceVpcId", Kind::Text, &["Resources.Details.AwsEc2Instance.VpcId"]),
    attribute("ResourceAwsIamUserUserName", Kind::Text, &["Resources.Details.AwsIamUser.UserName"]),
    attribute("ResourceAwsIamAccessKeyPrincipalName", Kind::Text, &["Resources.Details.AwsIamAccessKey.PrincipalName"]),
    attribute("ResourceApplicationName", Kind::Text, &["Resources.ApplicationName"]),
    attribute("ResourceApplicationArn", Kind::Text, &["Resources.ApplicationArn"]),
    attribute("ProductFields", Kind::Map, &["ProductFields"]),
    attribute("UserDefinedFields", Kind::Map, &["UserDefinedFields"]),
    attribute("MalwareName", Kind::Text, &["Malware.Name"]),
    attribute("NetworkSourceDomain", Kind::Text, &["Network.SourceDomain"]),
    attribute("ThreatIntelIndicatorValue", Kind::Text, &["ThreatIntelIndicators.Value"]),
    attribute("RelatedFindingsId", Kind::Text, &["RelatedFindings.Id"]),
    attribute("NoteText", Kind::Text, &["Note.Text"]),
    attribute("VulnerabilitiesFixAvailable", Kind::Text, &["Vulnerabilities.FixAvailable"]),
    attribute("VulnerabilitiesExploitAvailable", Kind::Text, &["Vulnerabilities.ExploitAvailable"]),
    attribute("Sample", Kind::Boolean, &["Sample"]),
    attribute("CreatedAt", Kind::Date, &["CreatedAt"]),
    attribute("UpdatedAt", Kind::Date, &["UpdatedAt"]),
    attribute("FirstObservedAt", Kind::Date, &["FirstObservedAt"]),
    attribute("LastObservedAt", Kind::Date, &["LastObservedAt"]),
];

impl Attribute {
    /// Looks an attribute up by its name.
    pub(super) fn named(name: &str) -> Option<Self> {
        ATTRIBUTES.iter().find(|attribute| attribute.name == name).copied()
    }

    /// The values a finding has for it.
    pub(super) fn values(self, finding: &Value) -> Vec<&Value> {
        self.paths.iter().map(|path| at(finding, path)).find(|values| !values.is_empty()).unwrap_or_default()
    }

    /// The text values, with what the service fills in when a finding is imported without them.
    pub(super) fn texts(self, finding: &Value) -> Vec<&str> {
        let texts: Vec<&str> = self.values(finding).into_iter().filter_map(Value::as_str).collect();
        match (texts.is_empty(), self.name) {
            (true, "SeverityLabel") => imported_label(finding).into_iter().collect(),
            (true, "RecordState") => vec!["ACTIVE"],
            (true, "WorkflowStatus") => vec!["NEW"],
            _ => texts,
        }
    }
}

/// All values at a path; a part with a slash is one key (`ProductFields/aws/…`).
fn at<'a>(finding: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut here = vec![finding];
    let (parts, key) = match path.split_once('/') {
        Some((parts, key)) => (parts, Some(key)),
        None => (path, None),
    };
    for part in parts.split('.').chain(key) {
        here = here.into_iter().flat_map(flattened).filter_map(|value| value.get(part)).collect();
    }
    here.into_iter().flat_map(flattened).filter(|value| !value.is_null()).collect()
}

fn flattened(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

/// The label of a finding that has only a normalized score (user guide, "Severity", read 2026-11-21).
fn imported_label(finding: &Value) -> Option<&'static str> {
    let score = finding.pointer("/Severity/Normalized")?.as_f64()?;
    Some(match score {
        s if s >= 90.0 => "CRITICAL",
        s if s >= 70.0 => "HIGH",
        s if s >= 40.0 => "MEDIUM",
        s if s >= 1.0 => "LOW",
        _ => "INFORMATIONAL",
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(name: &str, finding: &Value) -> Vec<String> {
        Attribute::named(name).unwrap().texts(finding).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn lists_on_the_way_are_looked_through() {
        let finding = json!({"Resources": [{"Id": "a", "Type": "AwsS3Bucket"}, {"Id": "b"}], "Types": ["T/1", "T/2"]});
        assert_eq!(texts("ResourceId", &finding), ["a", "b"]);
        assert_eq!(texts("ResourceType", &finding), ["AwsS3Bucket"]);
        assert_eq!(texts("Type", &finding), ["T/1", "T/2"]);
    }

    #[test]
    fn a_second_place_serves_when_the_first_is_empty() {
        let finding = json!({
            "ProductFields": {"aws/securityhub/ProductName": "GuardDuty"},
            "FindingProviderFields": {"Types": ["T/3"], "Severity": {"Label": "LOW"}},
        });
        assert_eq!(texts("ProductName", &finding), ["GuardDuty"]);
        assert_eq!(texts("Type", &finding), ["T/3"]);
        assert_eq!(texts("SeverityLabel", &finding), ["LOW"]);
    }

    #[test]
    fn import_fills_in_what_the_service_would() {
        let finding = json!({"Severity": {"Normalized": 70}});
        assert_eq!(texts("SeverityLabel", &finding), ["HIGH"]);
        assert_eq!(texts("RecordState", &finding), ["ACTIVE"]);
        assert_eq!(texts("WorkflowStatus", &finding), ["NEW"]);
        assert!(texts("ComplianceStatus", &finding).is_empty());
    }
}
