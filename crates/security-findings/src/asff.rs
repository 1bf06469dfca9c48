//! ASFF: the AWS Security Finding Format.
//!
//! Source: Security Hub API reference, `AwsSecurityFinding`, and the Security Hub user guide, read 2026-11-21.

use std::borrow::Cow;
use std::sync::Arc;

use security_model::{Compliance, RecordState, Severity, Workflow};

use crate::arn::{self, Arn};
use crate::finding::{Resource, hash_of, owned, owned_all, without_signature};
use crate::json::{self, Field, object_fields};
use crate::{Finding, FindingKey, Format, RecordError};

/// The only schema version there is.
pub(crate) const SCHEMA_VERSION: &str = "2018-10-08";

object_fields! {
    /// The fields of a finding that are read.
    struct Record {
        id: "Id",
        product_arn: "ProductArn",
        product_name: "ProductName",
        product_fields: "ProductFields",
        provider_fields: "FindingProviderFields",
        generator_id: "GeneratorId",
        title: "Title",
        types: "Types",
        severity: "Severity",
        record_state: "RecordState",
        workflow: "Workflow",
        compliance: "Compliance",
        account_id: "AwsAccountId",
        region: "Region",
        created_at: "CreatedAt",
        updated_at: "UpdatedAt",
        remediation: "Remediation",
        resources: "Resources",
    }
}

/// Reads the ASFF finding in `text`.
pub(crate) fn read(text: &str) -> Result<Finding, RecordError> {
    let record = Record::of(text).map_err(|error| RecordError::syntax(&error))?;
    let id = json::text(record.id).ok_or_else(|| RecordError::missing("Id"))?;
    let product = Product::of(&record);
    let generator = json::text(record.generator_id);
    let [provider_severity, provider_types] = json::fields(record.provider_fields, ["Severity", "Types"]);
    let [compliance, security_control] = json::fields(record.compliance, ["Status", "SecurityControlId"]);
    let workflow = json::member(record.workflow, "Status");
    let remediation_url = json::member(json::member(record.remediation, "Recommendation"), "Url");

    Ok(Finding {
        format: Format::Asff,
        hash: hash_of(text),
        product_name: owned(product.name()),
        title: json::text(record.title).unwrap_or_default().into(),
        control_id: owned(json::text(security_control).or_else(|| product.control(generator.as_deref()))),
        types: owned_all(json::texts([record.types, provider_types])),
        severity: severity_of(record.severity, provider_severity, product.is("guardduty")),
        record_state: json::text(record.record_state).map_or(RecordState::Active, |state| record_state_of(&state)),
        workflow: json::text(workflow).map_or(Workflow::New, |status| workflow_of(&status)),
        compliance: json::text(compliance).map_or(Compliance::None, |status| compliance_of(&status)),
        account_id: owned(json::text(record.account_id)).or_else(|| Arn::parse(&id)?.account.map(Into::into)),
        region: owned(json::text(record.region))
            .or_else(|| arn::region_in(product.arn.as_deref().into_iter().chain([&*id])).map(Into::into)),
        created_at: json::time(record.created_at),
        updated_at: json::time(record.updated_at),
        remediation_url: json::text(remediation_url).map(without_signature),
        resources: resources_of(record.resources),
        generator_id: owned(generator),
        key: Arc::new(FindingKey::new(product.arn, id)),
    })
}

struct Product<'a> {
    arn: Option<Cow<'a, str>>,
    name: Field<'a>,
    fields: Field<'a>,
}

impl<'a> Product<'a> {
    fn of(record: &Record<'a>) -> Self {
        Self { arn: json::text(record.product_arn), name: record.product_name, fields: record.product_fields }
    }

    fn name(&self) -> Option<Cow<'_, str>> {
        json::text(self.name)
            .or_else(|| json::text(json::member(self.fields, "aws/securityhub/ProductName")))
            .or_else(|| self.arn.as_deref().and_then(arn::product_in).map(Cow::Borrowed))
    }

    /// Whether the product is the AWS service `service`; only its ARN says so, names are free text.
    fn is(&self, service: &str) -> bool {
        self.arn
            .as_deref()
            .and_then(Arn::parse)
            .and_then(|arn| arn.resource.strip_prefix("product/aws/"))
            .is_some_and(|product| product == service)
    }

    /// The control of a Security Hub finding that has no `Compliance.SecurityControlId`.
    fn control<'c>(&self, generator: Option<&'c str>) -> Option<Cow<'c, str>>
    where
        'a: 'c,
    {
        if self.is("securityhub") { control_of(self.fields, generator) } else { None }
    }
}

/// The first that is there and valid: the label, the provider's label, the normalized score, the provider's score, and
/// for GuardDuty, whose scale is known, the product's own score.
fn severity_of(severity: Field<'_>, provider: Field<'_>, is_guardduty: bool) -> Severity {
    let [label, normalized, product] = json::fields(severity, ["Label", "Normalized", "Product"]);
    let [provider_label, provider_normalized] = json::fields(provider, ["Label", "Normalized"]);
    let labelled = |field| json::text(field).and_then(|label| Severity::from_label(&label));
    let scored =
        |field| json::number(field).filter(|score| (0.0..=100.0).contains(score)).map(Severity::from_normalized);
    labelled(label)
        .or_else(|| labelled(provider_label))
        .or_else(|| scored(normalized))
        .or_else(|| scored(provider_normalized))
        .or_else(|| is_guardduty.then(|| json::number(product)).flatten().and_then(guardduty_severity))
        .unwrap_or(Severity::Informational)
}

/// GuardDuty's scale (GuardDuty user guide, "Severity levels", read 2026-11-21).
fn guardduty_severity(score: f64) -> Option<Severity> {
    match score {
        s if !(0.1..=10.0).contains(&s) => None,
        s if s < 4.0 => Some(Severity::Low),
        s if s < 7.0 => Some(Severity::Medium),
        s if s < 9.0 => Some(Severity::High),
        _ => Some(Severity::Critical),
    }
}

fn record_state_of(state: &str) -> RecordState {
    match state.trim().to_ascii_uppercase().as_str() {
        "ACTIVE" => RecordState::Active,
        "ARCHIVED" => RecordState::Archived,
        _ => RecordState::Other,
    }
}

fn workflow_of(status: &str) -> Workflow {
    match status.trim().to_ascii_uppercase().as_str() {
        "NEW" => Workflow::New,
        "NOTIFIED" => Workflow::Notified,
        "SUPPRESSED" => Workflow::Suppressed,
        "RESOLVED" => Workflow::Resolved,
        _ => Workflow::Other,
    }
}

fn compliance_of(status: &str) -> Compliance {
    match status.trim().to_ascii_uppercase().as_str() {
        "PASSED" => Compliance::Passed,
        "FAILED" => Compliance::Failed,
        "WARNING" => Compliance::Warning,
        "NOT_AVAILABLE" => Compliance::NotAvailable,
        _ => Compliance::Other,
    }
}

/// `ProductFields.ControlId`, or `ProductFields.RuleId`, or the end of a `GeneratorId` that names a standard.
///
/// The CIS benchmark numbers its rules (`1.3`) and renumbers them from version to version. They get the ids that
/// DescribeStandardsControls gives for version 1.2.0 (`CIS.1.3`); those of other versions carry their version
/// (`CIS.v1.4.0.1.3`), so that two different rules are never counted as one.
fn control_of<'a>(product_fields: Field<'a>, generator: Option<&'a str>) -> Option<Cow<'a, str>> {
    let [control, rule] = json::fields(product_fields, ["ControlId", "RuleId"]);
    let standard = generator.and_then(Standard::parse);
    let control = json::text(control)
        .or_else(|| json::text(rule))
        .or_else(|| standard.and_then(|standard| standard.control).map(Cow::Borrowed))?;
    let is_number = control.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    Some(match standard {
        Some(Standard { name: "cis-aws-foundations-benchmark", version, .. }) if is_number => match version {
            Some("1.2.0") | None => Cow::Owned(format!("CIS.{control}")),
            Some(version) => Cow::Owned(format!("CIS.v{version}.{control}")),
        },
        _ => control,
    })
}

/// A `GeneratorId` of Security Hub: `security-control/S3.8`, `pci-dss/v/3.2.1/PCI.S3.1`, or
/// `arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.3`.
#[derive(Clone, Copy)]
struct Standard<'a> {
    name: &'a str,
    version: Option<&'a str>,
    control: Option<&'a str>,
}

impl<'a> Standard<'a> {
    fn parse(generator: &'a str) -> Option<Self> {
        let path = Arn::parse(generator).map_or(generator, |arn| arn.resource);
        let path = path.strip_prefix("ruleset/").unwrap_or(path);
        let (name, rest) = path.split_once('/')?;
        if name == "security-control" {
            return Some(Self { name, version: None, control: last_segment(rest) });
        }
        let mut parts = rest.strip_prefix("v/")?.splitn(2, '/');
        Some(Self { name, version: parts.next(), control: parts.next().and_then(last_segment) })
    }
}

fn last_segment(path: &str) -> Option<&str> {
    path.rsplit('/').next().filter(|segment| !segment.is_empty())
}

fn resources_of(field: Field<'_>) -> Box<[Resource]> {
    let mut resources = Vec::new();
    json::for_each(field, |resource| {
        let [id, kind, region] = json::fields(Some(resource), ["Id", "Type", "Region"]);
        if let Some(id) = json::text(id) {
            resources.push(Resource {
                account_id: arn::account_of(&id).map(Into::into),
                kind: owned(json::text(kind)),
                region: owned(json::text(region)),
                id: id.into(),
            });
        }
    });
    resources.into()
}
