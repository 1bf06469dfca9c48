//! What to do next about a finding, by the product that reported it and the kind of resource.
//!
//! Adding advice is one line in `STEPS`. The first line that matches wins, so the specific ones stand first.

use security_model::summary::security_hub::AttentionRow;

struct Step {
    /// Part of the finding's id that tells its product, e.g. `:guardduty:`; empty for any.
    product: &'static str,
    /// Parts of a resource id, any of which tells its kind; empty for any.
    resource: &'static [&'static str],
    advice: &'static str,
}

const STEPS: &[Step] = &[
    Step {
        product: "",
        resource: &["AccessKey", "AKIA", "ASIA"],
        advice: "Deactivate the key unless its owner confirms the use (`iam:UpdateAccessKey`), and trace its calls with \
                 `analyze_aws_cloudtrail`",
    },
    Step {
        product: ":guardduty:",
        resource: &[":instance/"],
        advice: "Isolate the instance (`ec2:ModifyInstanceAttribute`), snapshot its volumes, and trace what its role did \
                 in CloudTrail",
    },
    Step {
        product: ":guardduty:",
        resource: &[":s3:::"],
        advice: "Check who may read the bucket (`s3:GetBucketPolicyStatus`) and, in its data events, who did",
    },
    Step {
        product: ":guardduty:",
        resource: &[],
        advice: "Open the finding in GuardDuty and check its principal, address and time against CloudTrail",
    },
    Step {
        product: ":inspector",
        resource: &[],
        advice: "Update the affected packages or rebuild the image, and let Inspector scan it again",
    },
    Step {
        product: ":macie",
        resource: &[],
        advice: "Check who may read the bucket (`s3:GetBucketPolicyStatus`), and move or encrypt what does not belong there",
    },
    Step {
        product: ":access-analyzer:",
        resource: &[],
        advice: "Confirm the outside access with the owner, or remove it from the policy",
    },
    Step {
        product: ":securityhub:",
        resource: &[],
        advice: "Apply the failing control's remediation, and let Security Hub evaluate it again",
    },
    Step {
        product: "",
        resource: &[],
        advice: "Confirm the finding on the resource, and record the outcome (`securityhub:BatchUpdateFindings`)",
    },
];

/// Advice for one finding.
pub(super) fn advice(finding: &AttentionRow) -> &'static str {
    STEPS.iter().find(|step| step.applies_to(finding)).map_or("", |step| step.advice)
}

impl Step {
    fn applies_to(&self, finding: &AttentionRow) -> bool {
        let kind_matches = || finding.resources.iter().any(|id| self.resource.iter().any(|k| id.as_str().contains(k)));
        finding.id.as_str().contains(self.product) && (self.resource.is_empty() || kind_matches())
    }
}

#[cfg(test)]
mod tests {
    use security_model::{SafeText, Severity, TextKind};

    use super::*;

    #[test]
    fn the_most_specific_advice_wins() {
        for (id, resource, expected) in [
            (
                "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f",
                "AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE",
                "its owner",
            ),
            (
                "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f",
                "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
                "Isolate the instance",
            ),
            (
                "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f",
                "arn:aws:eks:eu-west-1:111122223333:cluster/c",
                "Open the finding in GuardDuty",
            ),
            (
                "arn:aws:inspector2:eu-west-1:111122223333:finding/f",
                "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
                "Inspector scan",
            ),
            (
                "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.8/finding/f",
                "arn:aws:s3:::example",
                "remediation",
            ),
            ("prowler-1", "arn:aws:s3:::example", "record the outcome"),
        ] {
            let text = |text| SafeText::from_raw(text, TextKind::Reference);
            let finding = AttentionRow {
                id: text(id),
                title: text("title"),
                severity: Severity::High,
                resources: vec![text(resource)],
                updated_at: None,
                reason: String::new(),
                evidence_id: "attention-1".to_owned(),
            };
            assert!(advice(&finding).contains(expected), "{id} on {resource}: {}", advice(&finding));
        }
    }
}
