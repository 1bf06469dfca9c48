//! The rows behind the numbers about findings.

use jiff::Timestamp;
use security_model::{
    Compliance, FindingRow, FindingView, RecordState, SafeText, Severity, TextKind, Workflow, rfc3339,
};

use super::features::Features;
use crate::EvidencePage;
use crate::evidence::{Evidence, Kept, Select, Sets};
use crate::names::{Name, Texts, kept_text, last_part};

/// Resources shown in a row.
const RESOURCES_SHOWN: usize = 20;

/// Which findings a number counts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Selector {
    All,
    Resolved,
    Severity(Severity),
    Product(Name),
    Account(Name),
    Region(Name),
    Category(Name),
    Resource(Name),
    FailedControl(Name),
    /// Created after the first instant and not after the second.
    Created(Timestamp, Timestamp),
    /// The row at this position of the finished table.
    Row(usize),
    Nothing,
}

pub(super) type FindingSets = Sets<Selector>;

impl Select<FindingData> for Selector {
    fn selects(&self, position: usize, row: &FindingData) -> bool {
        let finding = &row.features;
        if row.is_resolved {
            return matches!(self, Self::Resolved);
        }
        match *self {
            Self::All => true,
            Self::Resolved | Self::Nothing => false,
            Self::Severity(severity) => finding.severity == severity,
            Self::Product(product) => finding.product == product,
            Self::Account(account) => finding.account == account,
            Self::Region(region) => finding.region == region,
            Self::Category(category) => finding.categories.contains(&category),
            Self::Resource(id) => finding.resources.iter().any(|resource| resource.id == id),
            Self::FailedControl(id) => finding.control_id == id && finding.compliance == Compliance::Failed,
            Self::Created(after, until) => finding.created_at.is_some_and(|at| after < at && at <= until),
            Self::Row(at) => position == at,
        }
    }
}

/// What a row holds beside what is counted.
pub(super) struct FindingData {
    pub(super) features: Features,
    pub(super) id: Box<str>,
    /// Whether the row stands for a resolved finding rather than for one of the working set.
    pub(super) is_resolved: bool,
}

impl FindingData {
    pub(super) fn of(finding: &FindingView<'_>, features: Features, is_resolved: bool) -> Self {
        Self { features, id: kept_text(finding.id, TextKind::Reference).into(), is_resolved }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.id.len() + size_of_val(&*self.features.categories) + size_of_val(&*self.features.resources)
    }

    pub(super) fn safe_id(&self) -> SafeText {
        SafeText::from_raw(&self.id, TextKind::Reference)
    }

    pub(super) fn safe_title(&self) -> SafeText {
        SafeText::from_raw(self.features.title.as_deref().unwrap_or_default(), TextKind::Prose)
    }

    pub(super) fn safe_resources(&self, texts: &Texts) -> Vec<SafeText> {
        self.features.resources.iter().map(|resource| texts.label(resource.id, TextKind::Reference)).collect()
    }
}

/// The records behind the numbers about findings.
pub struct FindingEvidence(Evidence<FindingData, Selector>);

impl FindingEvidence {
    pub(super) const fn new(evidence: Evidence<FindingData, Selector>) -> Self {
        Self(evidence)
    }

    /// A page of the records behind the number that `evidence_id` names; `None` for an unknown name.
    #[must_use]
    pub fn page(&self, evidence_id: &str, offset: usize, limit: usize) -> Option<EvidencePage<FindingRow>> {
        self.0.page(evidence_id, offset, limit, row)
    }

    /// Every name, with the number it stands behind.
    #[must_use]
    pub fn ids(&self) -> Vec<(String, u64)> {
        self.0.ids()
    }

    /// Ids of findings in the working set on one of these: a resource by its whole id, or by the last part of one.
    #[must_use]
    pub fn about(&self, names: &[&str]) -> Vec<SafeText> {
        let texts = self.0.texts();
        let is_named = |id: &str| {
            let last = last_part(id);
            names.iter().any(|name| !name.is_empty() && (*name == id || *name == last))
        };
        let on = |data: &FindingData| {
            let mut resources = data.features.resources.iter().filter_map(|resource| texts.raw(resource.id));
            !data.is_resolved && resources.any(is_named)
        };
        self.0.rows().iter().filter(|kept| on(&kept.data)).map(|kept| kept.data.safe_id()).collect()
    }

    /// Bytes that the evidence takes on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}

fn row(kept: &Kept<FindingData>, texts: &Texts) -> FindingRow {
    let features = &kept.data.features;
    let identifier = |name| texts.safe(name, TextKind::Identifier);
    let mut resources = kept.data.safe_resources(texts);
    resources.truncate(RESOURCES_SHOWN);
    FindingRow {
        updated_at: features.updated_at.map(rfc3339),
        created_at: features.created_at.map(rfc3339),
        id: kept.data.safe_id(),
        title: kept.data.safe_title(),
        severity: features.severity,
        record_state: record_state(features.record_state).to_owned(),
        workflow_status: workflow(features.workflow).to_owned(),
        compliance_status: compliance(features.compliance).to_owned(),
        product: texts.safe(features.product, TextKind::Name),
        control_id: identifier(features.control_id),
        account: identifier(features.account),
        region: identifier(features.region),
        resources,
        origin: SafeText::from_raw(&kept.origin.place, TextKind::Reference),
        index: kept.origin.index,
        sha256: kept.hash.to_hex(),
    }
}

const fn record_state(state: RecordState) -> &'static str {
    match state {
        RecordState::Active => "ACTIVE",
        RecordState::Archived => "ARCHIVED",
        RecordState::Other => "OTHER",
    }
}

const fn workflow(status: Workflow) -> &'static str {
    match status {
        Workflow::New => "NEW",
        Workflow::Notified => "NOTIFIED",
        Workflow::Suppressed => "SUPPRESSED",
        Workflow::Resolved => "RESOLVED",
        Workflow::Other => "OTHER",
    }
}

const fn compliance(status: Compliance) -> &'static str {
    match status {
        Compliance::Passed => "PASSED",
        Compliance::Failed => "FAILED",
        Compliance::Warning => "WARNING",
        Compliance::NotAvailable => "NOT_AVAILABLE",
        Compliance::None => "NONE",
        Compliance::Other => "OTHER",
    }
}
