//! OCSF findings: category 2 of the Open Cybersecurity Schema Framework, mapped onto ASFF's terms.
//!
//! Source: schema.ocsf.io, versions 1.0 to 1.6; Security Hub user guide, "OCSF findings"; read 2026-11-21.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use security_model::{Compliance, RecordState, Severity, Workflow};

use crate::arn::{self, Arn};
use crate::finding::{Resource, hash_of, owned, owned_all, without_signature};
use crate::json::{self, Field, object_fields};
use crate::{Finding, FindingKey, Format, RecordError};

/// `category_uid` of findings.
pub(crate) const FINDINGS_CATEGORY: i64 = 2;

/// Security Finding, the class of OCSF 1.0 that the others replaced.
const SECURITY_FINDING: i64 = 2001;

/// Incident Finding, which is a list of findings and not one.
const INCIDENT_FINDING: i64 = 2005;

/// Whether `class_uid` is that of a finding: vulnerability, compliance, detection, data security, posture and others.
pub(crate) fn is_finding_class(class: i64) -> bool {
    class / 1000 == FINDINGS_CATEGORY && class != INCIDENT_FINDING
}

object_fields! {
    /// The fields of a finding that are read.
    struct Record {
        class: "class_uid",
        activity: "activity_id",
        metadata: "metadata",
        finding_info: "finding_info",
        finding: "finding",
        severity: "severity",
        severity_id: "severity_id",
        status: "status",
        status_id: "status_id",
        state: "state",
        state_id: "state_id",
        status_code: "status_code",
        compliance: "compliance",
        cloud: "cloud",
        time: "time",
        time_dt: "time_dt",
        remediation: "remediation",
        resources: "resources",
        resource: "resource",
    }
}

object_fields! {
    /// The fields of `finding_info` that are read; OCSF 1.0 calls it `finding`.
    struct Info {
        uid: "uid",
        title: "title",
        types: "types",
        analytic: "analytic",
        created: "created_time",
        created_dt: "created_time_dt",
        modified: "modified_time",
        modified_dt: "modified_time_dt",
        remediation: "remediation",
    }
}

/// Reads the OCSF finding in `text`.
pub(crate) fn read(text: &str) -> Result<Finding, RecordError> {
    let no_id = || RecordError::missing("finding_info.uid");
    let record = Record::of(text).map_err(|error| RecordError::syntax(&error))?;
    let info = record.finding_info.or(record.finding).and_then(|info| Info::of(info.get()).ok()).ok_or_else(no_id)?;
    let id = json::text(info.uid).ok_or_else(no_id)?;
    let [product, event_code] = json::fields(record.metadata, ["product", "event_code"]);
    let [product_name, product_uid] = json::fields(product, ["name", "uid"]);
    let product_arn = json::text(product_uid);
    let product_in_arn = || product_arn.as_deref().map(|uid| arn::product_in(uid).unwrap_or(uid).into());
    let [account, region] = json::fields(record.cloud, ["account", "region"]);
    let (record_state, workflow) = states_of(&record);
    let read_at = time_of(record.time_dt, record.time);

    Ok(Finding {
        format: Format::Ocsf,
        hash: hash_of(text),
        product_name: owned(json::text(product_name)).or_else(product_in_arn),
        title: json::text(info.title).unwrap_or_default().into(),
        generator_id: owned(json::text(json::member(info.analytic, "uid")).or_else(|| json::text(event_code))),
        control_id: owned(json::text(json::member(record.compliance, "control"))),
        types: owned_all(json::texts([info.types])),
        severity: severity_of(record.severity_id, record.severity),
        record_state,
        workflow,
        compliance: compliance_of(record.compliance, record.status_code),
        account_id: owned(json::text(json::member(account, "uid")))
            .or_else(|| Arn::parse(&id)?.account.map(Into::into)),
        region: owned(json::text(region))
            .or_else(|| arn::region_in(product_arn.as_deref().into_iter().chain([&*id])).map(Into::into)),
        created_at: time_of(info.created_dt, info.created).or(read_at),
        updated_at: time_of(info.modified_dt, info.modified).or(read_at),
        remediation_url: link_in(record.remediation.or(info.remediation)),
        resources: resources_of(record.resources.or(record.resource)),
        key: Arc::new(FindingKey::new(product_arn, id)),
    })
}

fn time_of(text: Field<'_>, number: Field<'_>) -> Option<Timestamp> {
    json::time(text).or_else(|| json::time(number))
}

/// `severity_id`, else the text of `severity`. Fatal is CRITICAL: ASFF has nothing above it.
fn severity_of(id: Field<'_>, caption: Field<'_>) -> Severity {
    match json::integer(id) {
        Some(1) => Severity::Informational,
        Some(2) => Severity::Low,
        Some(3) => Severity::Medium,
        Some(4) => Severity::High,
        Some(5 | 6) => Severity::Critical,
        _ => match json::text(caption) {
            Some(caption) if caption.trim().eq_ignore_ascii_case("fatal") => Severity::Critical,
            Some(caption) => Severity::from_label(&caption).unwrap_or(Severity::Informational),
            None => Severity::Informational,
        },
    }
}

/// Record state and workflow status.
///
/// `status_id`, else `status`: New is NEW, In Progress NOTIFIED, Suppressed SUPPRESSED, Resolved RESOLVED; Archived and
/// Deleted are record state ARCHIVED. Security Hub keeps the record state in the activity instead: a finding whose
/// activity is Close is no longer active, whatever its status. OCSF 1.0 has `state_id` and `state` for the status; its
/// `status_id` is success or failure.
fn states_of(record: &Record<'_>) -> (RecordState, Workflow) {
    const CLOSE: i64 = 3;
    let is_legacy = json::integer(record.class) == Some(SECURITY_FINDING);
    let (id, caption) = if is_legacy { (record.state_id, record.state) } else { (record.status_id, record.status) };
    let caption = json::text(caption).map(|caption| caption.trim().to_ascii_lowercase());
    let (state, workflow) = match (json::integer(id), caption.as_deref()) {
        (Some(1), _) => (RecordState::Active, Workflow::New),
        (Some(2), _) => (RecordState::Active, Workflow::Notified),
        (Some(3), _) => (RecordState::Active, Workflow::Suppressed),
        (Some(4), _) => (RecordState::Active, Workflow::Resolved),
        (Some(5 | 6), _) => (RecordState::Archived, Workflow::New),
        (_, None | Some("new" | "unknown")) => (RecordState::Active, Workflow::New),
        (_, Some("in progress")) => (RecordState::Active, Workflow::Notified),
        (_, Some("suppressed")) => (RecordState::Active, Workflow::Suppressed),
        (_, Some("resolved")) => (RecordState::Active, Workflow::Resolved),
        (_, Some("archived" | "deleted")) => (RecordState::Archived, Workflow::New),
        (_, Some(_)) => (RecordState::Active, Workflow::Other),
    };
    let is_closed = json::integer(record.activity) == Some(CLOSE);
    (if is_closed { RecordState::Archived } else { state }, workflow)
}

/// `compliance.status` or `compliance.status_id`, else Prowler's `status_code`, which others use for other things.
fn compliance_of(compliance: Field<'_>, status_code: Field<'_>) -> Compliance {
    let upper = |field| json::text(field).map(|text| text.trim().to_ascii_uppercase());
    let [status, status_id] = json::fields(compliance, ["status", "status_id"]);
    match (json::integer(status_id), upper(status).as_deref()) {
        (Some(1), _) | (_, Some("PASS" | "PASSED" | "SUCCESS")) => Compliance::Passed,
        (Some(2), _) | (_, Some("WARNING")) => Compliance::Warning,
        (Some(3), _) | (_, Some("FAIL" | "FAILED" | "FAILURE")) => Compliance::Failed,
        (_, Some("MANUAL" | "UNKNOWN" | "NOT_AVAILABLE")) => Compliance::NotAvailable,
        (Some(0), None) => Compliance::NotAvailable,
        (_, Some(_)) | (Some(_), None) => Compliance::Other,
        (None, None) => match upper(status_code).as_deref() {
            Some("PASS") => Compliance::Passed,
            Some("FAIL") => Compliance::Failed,
            Some("MANUAL") => Compliance::NotAvailable,
            _ => Compliance::None,
        },
    }
}

/// The first reference that is a link (Prowler also lists commands there), else the first link in the description.
fn link_in(remediation: Field<'_>) -> Option<Box<str>> {
    let [references, description] = json::fields(remediation, ["references", "desc"]);
    let is_link = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    if let Some(link) = json::texts([references]).into_iter().find(|reference| is_link(reference)) {
        return Some(without_signature(link));
    }
    let description = json::text(description)?;
    let link = description.split_whitespace().find(|word| is_link(word))?.trim_end_matches(['.', ',', ';', ')']);
    Some(without_signature(Cow::Borrowed(link)))
}

/// `resources[]`; older compliance findings have a single `resource`.
fn resources_of(field: Field<'_>) -> Box<[Resource]> {
    let mut resources = Vec::new();
    if !json::for_each(field, |resource| resources.extend(resource_of(Some(resource)))) {
        resources.extend(resource_of(field));
    }
    resources.into()
}

fn resource_of(field: Field<'_>) -> Option<Resource> {
    let [uid, name, kind, region, owner] = json::fields(field, ["uid", "name", "type", "region", "owner"]);
    let id = json::text(uid).or_else(|| json::text(name))?;
    let owner = json::text(json::member(json::member(owner, "account"), "uid"));
    Some(Resource {
        account_id: owned(owner).or_else(|| arn::account_of(&id).map(Into::into)),
        kind: owned(json::text(kind)),
        region: owned(json::text(region)),
        id: id.into(),
    })
}
