//! Findings by severity, record state, workflow status and compliance status.

use security_model::evidence::ids::List;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::{ComplianceCounts, RecordStateCounts, SeverityCounts, WorkflowCounts};
use security_model::{Compliance, RecordHash, RecordState, Severity, Workflow};

use super::evidence::{FindingSets, Selector};
use super::features::Features;
use super::{Found, Section};

#[derive(Default)]
pub(super) struct Statuses {
    severity: SeverityCounts,
    record_state: RecordStateCounts,
    workflow: WorkflowCounts,
    compliance: ComplianceCounts,
}

impl Section for Statuses {
    fn observe(&mut self, finding: &Features, _: RecordHash) {
        self.severity.add(finding.severity);
        *match finding.record_state {
            RecordState::Active => &mut self.record_state.active,
            RecordState::Archived => &mut self.record_state.archived,
            RecordState::Other => &mut self.record_state.other,
        } += 1;
        *match finding.workflow {
            Workflow::New => &mut self.workflow.new,
            Workflow::Notified => &mut self.workflow.notified,
            Workflow::Suppressed => &mut self.workflow.suppressed,
            Workflow::Resolved => &mut self.workflow.resolved,
            Workflow::Other => &mut self.workflow.other,
        } += 1;
        *match finding.compliance {
            Compliance::Passed => &mut self.compliance.passed,
            Compliance::Failed => &mut self.compliance.failed,
            Compliance::Warning => &mut self.compliance.warning,
            Compliance::NotAvailable => &mut self.compliance.not_available,
            Compliance::None => &mut self.compliance.none,
            Compliance::Other => &mut self.compliance.other,
        } += 1;
    }

    fn finish(self: Box<Self>, _: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets) {
        let rows = Severity::ALL.map(|severity| (Selector::Severity(severity), self.severity.get(severity)));
        sets.add_list(List::Severity, "Findings of one severity, worst first", "findings.by_severity", rows);
        summary.by_severity = self.severity;
        summary.by_record_state = self.record_state;
        summary.by_workflow_status = self.workflow;
        summary.by_compliance_status = self.compliance;
    }
}
