//! What is counted and selected about a finding, derived from its record once.

use std::sync::Arc;

use jiff::Timestamp;
use security_model::{
    Compliance, FindingView, RecordState, ResourceView, Severity, TextKind, Untrusted, Workflow, WorkingSet,
};

use crate::evidence::Worth;
use crate::hash::HashSet;
use crate::names::{Name, Names, Pool};

/// The facts of one finding.
pub(super) struct Features {
    pub(super) severity: Severity,
    pub(super) record_state: RecordState,
    pub(super) workflow: Workflow,
    pub(super) compliance: Compliance,
    pub(super) product: Name,
    pub(super) account: Name,
    pub(super) region: Name,
    pub(super) control_id: Name,
    pub(super) class: Class,
    /// Distinct, in the order of the finding; one absent name where the finding has no type.
    pub(super) categories: Box<[Name]>,
    /// Distinct by id, in the order of the finding.
    pub(super) resources: Box<[Resource]>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) title: Option<Arc<str>>,
    /// Kept for failed controls only.
    pub(super) remediation_url: Option<Arc<str>>,
}

/// One resource of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) id: Name,
    pub(super) kind: Name,
    /// Of the resource, else of the finding.
    pub(super) account: Name,
    /// Of the resource, else of the finding.
    pub(super) region: Name,
}

/// What kind of finding it is; decides what needs attention first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Somebody seems to be doing something.
    Threat,
    /// A compliance check failed.
    FailedControl,
    /// A vulnerability, a notice, anything else.
    Other,
}

impl Features {
    pub(super) fn of(finding: &FindingView<'_>, names: &mut Names, pool: &mut Pool) -> Self {
        let mut identifier = |text| names.intern(text, TextKind::Identifier);
        let (account, region) = (identifier(finding.account_id), identifier(finding.region));
        let control_id = identifier(finding.control_id);
        let is_failed_control = !control_id.is_absent() && finding.compliance == Compliance::Failed;
        let url = finding.remediation_url.filter(|_| is_failed_control);
        Self {
            severity: finding.severity,
            record_state: finding.record_state,
            workflow: finding.workflow,
            compliance: finding.compliance,
            product: names.intern(finding.product_name, TextKind::Name),
            account,
            region,
            control_id,
            class: Class::of(finding),
            categories: categories(&finding.types, names),
            resources: resources(&finding.resources, account, region, names),
            created_at: finding.created_at,
            updated_at: finding.updated_at,
            title: pool.keep(Some(finding.title), TextKind::Prose),
            remediation_url: pool.keep(url, TextKind::Reference),
        }
    }

    /// When the finding last changed, as far as it says.
    pub(super) fn time(&self) -> Option<Timestamp> {
        self.updated_at.or(self.created_at)
    }

    /// Whether somebody still has to deal with it, whatever the working set was widened to.
    pub(super) const fn is_open(&self) -> bool {
        let usual = WorkingSet { resolved: false, suppressed: false, archived: false, passed: false };
        usual.holds(self.record_state, self.workflow, self.compliance)
    }

    /// Rows of open findings are kept first, worst first, in the order in which they need attention.
    pub(super) fn worth(&self, is_resolved: bool) -> Worth {
        let severity = match self.severity {
            Severity::Critical => 4,
            Severity::High => 3,
            Severity::Medium => 2,
            Severity::Low => 1,
            Severity::Informational => 0,
        };
        let class = match self.class {
            Class::Threat => 2,
            Class::FailedControl => 1,
            Class::Other => 0,
        };
        let open = u8::from(self.is_open() && !is_resolved);
        // The last bit tells the two rows of a finding apart that is both resolved and in the working set.
        let class = (open * 16 + severity * 3 + class) * 2 + u8::from(!is_resolved);
        Worth { class, time: self.time() }
    }
}

impl Class {
    fn of(finding: &FindingView<'_>) -> Self {
        // Some controls carry a threat's type ("Effects/Data Exposure" for a public snapshot); a check stays a check.
        if finding.control_id.is_some() && finding.compliance == Compliance::Failed {
            Self::FailedControl
        } else if finding.types.iter().any(|kind| is_threat_type(kind.for_matching())) || is_threat_product(finding) {
            Self::Threat
        } else if finding.compliance == Compliance::Failed {
            Self::FailedControl
        } else {
            Self::Other
        }
    }
}

/// Source: Security Hub user guide, "Types taxonomy for ASFF", namespaces, recalled, not re-read.
fn is_threat_type(kind: &str) -> bool {
    let namespace = kind.split('/').next().unwrap_or_default().trim();
    ["TTPs", "Effects", "Unusual Behaviors"].iter().any(|threat| namespace.eq_ignore_ascii_case(threat))
}

fn is_threat_product(finding: &FindingView<'_>) -> bool {
    let name = finding.product_name.map_or("", Untrusted::for_matching);
    let of_arn = finding.product_arn.and_then(|arn| arn.for_matching().rsplit('/').next());
    [Some(name), of_arn].into_iter().flatten().any(|product| {
        let product = product.trim().to_ascii_lowercase();
        let product = product.strip_prefix("amazon ").unwrap_or(&product);
        matches!(product, "guardduty" | "macie" | "detective")
    })
}

/// Namespace and category of each type, each once.
fn categories(types: &[Untrusted<'_>], names: &mut Names) -> Box<[Name]> {
    let mut seen = HashSet::default();
    let mut distinct: Vec<Name> = types
        .iter()
        .filter(|kind| !kind.is_empty())
        .map(|kind| names.intern(Some(Untrusted::new(category(kind.for_matching()))), TextKind::Name))
        .filter(|name| seen.insert(*name))
        .collect();
    if distinct.is_empty() {
        distinct.push(Name::ABSENT);
    }
    distinct.into()
}

/// `namespace/category/classifier` without the classifier.
fn category(kind: &str) -> &str {
    kind.match_indices('/').nth(1).and_then(|(at, _)| kind.get(..at)).unwrap_or(kind)
}

fn resources(resources: &[ResourceView<'_>], account: Name, region: Name, names: &mut Names) -> Box<[Resource]> {
    let mut seen = HashSet::default();
    let or_of_finding = |name: Name, of_finding| if name.is_absent() { of_finding } else { name };
    resources
        .iter()
        .map(|resource| Resource {
            id: names.intern(Some(resource.id), TextKind::Reference),
            kind: names.intern(resource.kind, TextKind::Identifier),
            account: or_of_finding(names.intern(resource.account_id, TextKind::Identifier), account),
            region: or_of_finding(names.intern(resource.region, TextKind::Identifier), region),
        })
        .filter(|resource| !resource.id.is_absent() && seen.insert(resource.id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_the_first_two_segments() {
        for (kind, expected) in [
            (
                "Software and Configuration Checks/Vulnerabilities/CVE",
                "Software and Configuration Checks/Vulnerabilities",
            ),
            ("TTPs/Discovery", "TTPs/Discovery"),
            ("Custom", "Custom"),
            ("a//b", "a/"),
        ] {
            assert_eq!(category(kind), expected);
        }
    }

    #[test]
    fn a_failed_control_with_a_threat_type_is_still_a_control() {
        let control = FindingView {
            id: Untrusted::new("f-1"),
            product_arn: None,
            product_name: Some(Untrusted::new("Security Hub")),
            title: Untrusted::new("RDS.1"),
            generator_id: None,
            control_id: Some(Untrusted::new("RDS.1")),
            types: vec![Untrusted::new("Effects/Data Exposure/X")],
            severity: Severity::Critical,
            record_state: RecordState::Active,
            workflow: Workflow::New,
            compliance: Compliance::Failed,
            account_id: None,
            region: None,
            created_at: None,
            updated_at: None,
            remediation_url: None,
            resources: Vec::new(),
        };
        assert_eq!(Class::of(&control), Class::FailedControl);
        let threat = FindingView { control_id: None, compliance: Compliance::None, ..control };
        assert_eq!(Class::of(&threat), Class::Threat);
    }

    #[test]
    fn threat_types_are_told_by_their_namespace() {
        for kind in ["TTPs/Discovery/Recon", "Effects/Data Exfiltration", "Unusual Behaviors/User", "ttps"] {
            assert!(is_threat_type(kind), "{kind}");
        }
        for kind in ["Software and Configuration Checks/TTPs", "TTPsX/Y", "", "Sensitive Data Identifications/PII"] {
            assert!(!is_threat_type(kind), "{kind}");
        }
    }
}
