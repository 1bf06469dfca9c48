//! What a JSON value is: a finding, something around findings, or something else.

use serde_json::value::RawValue;

use crate::json::{self, Field, object_fields};
use crate::{Faults, Finding, RecordError, asff, ocsf};

/// Names under which an object holds an array of findings: `Findings` in the output of GetFindings and GetFindingsV2,
/// `findings` in the `detail` of EventBridge events, which people also keep on their own.
pub const ENVELOPES: &[&str] = &["Findings", "findings"];

/// An EventBridge event holds a detail, which holds findings.
const MAX_NESTING: u8 = 2;

/// Reads the findings of one JSON value and appends them to `out`.
///
/// A value that is a finding adds one finding or one fault; an EventBridge event or an envelope adds one or the other for
/// each of its elements, so `out` grows by what is readable and the faults count the rest.
pub fn read_findings(text: &str, out: &mut Vec<Finding>) -> Faults {
    let mut reader = Reader { out, faults: Faults::default(), index: 0 };
    // White space around a value is not part of it, and must not change its hash.
    reader.read(text.trim_matches([' ', '\t', '\n', '\r']), MAX_NESTING);
    reader.faults
}

struct Reader<'o> {
    out: &'o mut Vec<Finding>,
    faults: Faults,
    index: u64,
}

impl Reader<'_> {
    fn read(&mut self, text: &str, nesting: u8) {
        let finding = match Kind::of(text) {
            Ok(Kind::Detail(detail)) if nesting > 0 => return self.read(detail.get(), nesting - 1),
            Ok(Kind::Envelope(findings)) if nesting > 0 => {
                json::for_each(Some(findings), |finding| self.read(finding.get(), 0));
                return;
            }
            Ok(Kind::Asff) => asff::read(text),
            Ok(Kind::Ocsf) => ocsf::read(text),
            Ok(Kind::Other(looks_like)) => Err(RecordError::NotAFinding { looks_like }),
            Ok(Kind::Detail(_) | Kind::Envelope(_)) => Err(RecordError::NotAFinding { looks_like: ANOTHER_KIND }),
            Err(error) => Err(error),
        };
        match finding {
            Ok(finding) => self.out.push(finding),
            Err(error) => self.faults.add(self.index, error),
        }
        self.index += 1;
    }
}

const ANOTHER_KIND: &str = "JSON of another kind";
const GUARDDUTY: &str = "a GuardDuty finding in its native form (export it through Security Hub)";

enum Kind<'a> {
    Asff,
    Ocsf,
    /// The `detail` of an EventBridge event.
    Detail(&'a RawValue),
    /// An array of findings.
    Envelope(&'a RawValue),
    /// What it looks like instead.
    Other(&'static str),
}

object_fields! {
    /// The fields that tell the kinds apart.
    struct Marks {
        id: "Id",
        product_arn: "ProductArn",
        schema_version: "SchemaVersion",
        account_id: "AwsAccountId",
        generator_id: "GeneratorId",
        class: "class_uid",
        category: "category_uid",
        event_name: "eventName",
        event_source: "eventSource",
        looked_up_event: "CloudTrailEvent",
        native_account: "accountId",
        native_service: "service",
        sdk_account: "AccountId",
        sdk_service: "Service",
        detail: "detail",
        findings: "Findings",
        lower_findings: "findings",
    }
}

impl<'a> Kind<'a> {
    fn of(text: &'a str) -> Result<Self, RecordError> {
        match Marks::of(text) {
            Ok(marks) => Ok(Self::marked(&marks)),
            Err(error) if error.is_data() => Ok(Self::Other(ANOTHER_KIND)),
            Err(error) => Err(RecordError::syntax(&error)),
        }
    }

    fn marked(marks: &Marks<'a>) -> Self {
        if let Some(kind) = Self::of_ocsf(marks.class, marks.category) {
            kind
        } else if has(marks.looked_up_event) || (has(marks.event_name) && has(marks.event_source)) {
            Self::Other("a CloudTrail record")
        } else if marks.is_guardduty() {
            Self::Other(GUARDDUTY)
        } else if marks.is_asff() {
            Self::Asff
        } else if let Some(findings) = marks.findings.or(marks.lower_findings).filter(|value| is_array(value)) {
            Self::Envelope(findings)
        } else if let Some(detail) = marks.detail.filter(|value| is_object(value)) {
            Self::Detail(detail)
        } else {
            Self::Other(ANOTHER_KIND)
        }
    }

    fn of_ocsf(class: Field<'_>, category: Field<'_>) -> Option<Self> {
        let is_finding = match (json::integer(class), json::integer(category)) {
            (Some(class), _) => ocsf::is_finding_class(class),
            (None, Some(category)) => category == ocsf::FINDINGS_CATEGORY,
            (None, None) => return None,
        };
        Some(if is_finding { Self::Ocsf } else { Self::Other("an OCSF record of another class") })
    }
}

impl Marks<'_> {
    fn is_asff(&self) -> bool {
        has(self.product_arn)
            || (has(self.account_id) && has(self.generator_id))
            || json::text(self.schema_version).is_some_and(|version| has(self.id) || version == asff::SCHEMA_VERSION)
    }

    /// GuardDuty's own form, in its camel case and as the SDKs spell it; the latter has an `Id` and a `SchemaVersion` too.
    fn is_guardduty(&self) -> bool {
        let is_native = |account, service: Field<'_>| has(account) && service.is_some_and(is_object);
        !has(self.product_arn)
            && (is_native(self.native_account, self.native_service) || is_native(self.sdk_account, self.sdk_service))
    }
}

fn has(field: Field<'_>) -> bool {
    json::text(field).is_some()
}

fn is_array(value: &RawValue) -> bool {
    value.get().starts_with('[')
}

fn is_object(value: &RawValue) -> bool {
    value.get().starts_with('{')
}
