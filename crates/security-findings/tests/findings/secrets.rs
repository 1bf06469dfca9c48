//! Secrets planted wherever ASFF and OCSF have room for them must not be reachable through a finding.

use security_findings::Finding;

use crate::one;

const CANARY: &str = "CANARY";

/// Every text that `finding` gives out, by any accessor.
fn reachable(finding: &Finding) -> String {
    let key = finding.key();
    format!(
        "{finding:?} {key:?} {:?} {:?} {:?} {} {:?} {}",
        finding.format(),
        finding.hash(),
        finding.view(),
        key.id().for_matching(),
        key.product_arn().map(|arn| arn.for_matching()),
        texts(finding).join(" ")
    )
}

/// The texts of the view, whole: its `Debug` cuts them.
fn texts(finding: &Finding) -> Vec<String> {
    let view = finding.view();
    let mut all = vec![view.id, view.title];
    all.extend([view.product_arn, view.product_name, view.generator_id, view.control_id].into_iter().flatten());
    all.extend([view.account_id, view.region, view.remediation_url].into_iter().flatten());
    all.extend(view.types);
    for resource in view.resources {
        all.push(resource.id);
        all.extend([resource.kind, resource.account_id, resource.region].into_iter().flatten());
    }
    all.into_iter().map(|text| text.for_matching().to_owned()).collect()
}

#[test]
fn no_secret_of_an_asff_finding_is_reachable() {
    let text = r#"{
        "Id": "f-1", "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub", "Title": "kept title",
        "Description": "CANARY", "SourceUrl": "https://example.com/?token=CANARY", "Confidence": "CANARY",
        "Note": {"Text": "CANARY", "UpdatedBy": "CANARY"},
        "UserDefinedFields": {"password": "CANARY"},
        "ProductFields": {"aws/guardduty/service/token": "CANARY", "RelatedAWSResources:0/name": "CANARY"},
        "Remediation": {"Recommendation": {
            "Text": "CANARY", "Url": "https://example.com/fix?X-Amz-Signature=CANARY"}},
        "Process": {"Name": "CANARY"}, "Malware": [{"Path": "CANARY"}], "Network": {"SourceDomain": "CANARY"},
        "Action": {"AwsApiCallAction": {"Api": "CANARY"}},
        "Workflow": {"Status": "NEW", "Comment": "CANARY"},
        "Compliance": {"Status": "FAILED", "StatusReasons": [{"Description": "CANARY"}]},
        "Severity": {"Label": "HIGH", "Original": "CANARY"},
        "Resources": [{
            "Id": "arn:aws:lambda:eu-west-1:111122223333:function:kept", "Type": "AwsLambdaFunction",
            "Tags": {"secret": "CANARY"}, "DataClassification": {"Result": "CANARY"},
            "Details": {
                "AwsLambdaFunction": {"Environment": {"Variables": {"DB_PASSWORD": "CANARY"}}},
                "AwsCodeBuildProject": {"Environment": {"EnvironmentVariables": [{"Name": "T", "Value": "CANARY"}]}},
                "AwsEcsTaskDefinition": {"ContainerDefinitions": [{"Environment": [{"Name": "T", "Value": "CANARY"}]}]},
                "AwsEcsContainer": {"Environment": [{"Value": "CANARY"}]},
                "AwsElasticBeanstalkEnvironment": {"OptionSettings": [{"Value": "CANARY"}]},
                "AwsAutoScalingLaunchConfiguration": {"UserData": "CANARY"},
                "AwsEc2LaunchTemplate": {"LaunchTemplateData": {"UserData": "CANARY"}},
                "AwsRdsDbInstance": {"PendingModifiedValues": {"MasterUserPassword": "CANARY"}},
                "AwsRdsDbCluster": {"MasterUserPassword": "CANARY"},
                "AwsRedshiftCluster": {"PendingModifiedValues": {"MasterUserPassword": "CANARY"}},
                "Other": {"apiKey": "CANARY"}
            }
        }],
        "AField": {"OfTheFuture": "CANARY"}
    }"#;
    let reachable = reachable(&one(text));
    assert!(!reachable.contains(CANARY), "{reachable}");
    for kept in ["f-1", "kept title", "function:kept", "https://example.com/fix"] {
        assert!(reachable.contains(kept), "{kept} in {reachable}");
    }
}

#[test]
fn no_secret_of_an_ocsf_finding_is_reachable() {
    let text = r#"{
        "class_uid": 2004, "message": "CANARY", "comment": "CANARY", "raw_data": "CANARY", "unmapped": {"a": "CANARY"},
        "finding_info": {"uid": "f-1", "title": "kept title", "desc": "CANARY", "src_url": "https://example.com/CANARY"},
        "evidences": [{"actor": {"process": {"cmd_line": "CANARY", "environment_variables": [{"value": "CANARY"}]}}}],
        "observables": [{"value": "CANARY"}], "enrichments": [{"value": "CANARY"}],
        "remediation": {"desc": "CANARY", "references": ["aws configure set x CANARY"]},
        "resources": [{"uid": "kept-resource", "data": {"user_data": "CANARY"}, "tags": [{"value": "CANARY"}],
            "labels": ["CANARY"], "owner": {"email_addr": "CANARY"}}],
        "vendor_attributes": {"a": "CANARY"}, "status_detail": "CANARY", "risk_details": "CANARY"
    }"#;
    let reachable = reachable(&one(text));
    assert!(!reachable.contains(CANARY), "{reachable}");
    assert!(reachable.contains("kept title") && reachable.contains("kept-resource"), "{reachable}");
}

#[test]
fn debug_prints_no_text_of_the_record() {
    let finding =
        one(r#"{"Id": "id-text", "ProductArn": "product-text", "Title": "title-text", "AwsAccountId": "111122223333",
            "Types": ["type-text"], "Resources": [{"Id": "resource-text"}]}"#);
    let debug = format!("{finding:?} {:?}", finding.key());
    for text in ["id-text", "product-text", "title-text", "111122223333", "type-text", "resource-text"] {
        assert!(!debug.contains(text), "{debug}");
    }
}
