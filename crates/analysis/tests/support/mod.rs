//! Owned records that lend themselves as views.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a time that a test misspells must fail it")]

use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::cloudtrail::{EventAnalysis, EventResult};
use analysis::security_hub::{FindingAnalysis, FindingResult};
use jiff::Timestamp;
use security_model::{
    Compliance, EventView, FindingView, RawJson, RecordHash, RecordOrigin, RecordState, ResourceView, SafeText,
    SessionIssuerView, Severity, Untrusted, UserIdentityView, Workflow, parse_timestamp,
};

pub(crate) type Text = Option<&'static str>;

/// An event; a test starts from [`BLANK`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) id: Text,
    pub(crate) time: Text,
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    pub(crate) region: Text,
    pub(crate) account: Text,
    pub(crate) ip: Text,
    pub(crate) agent: Text,
    pub(crate) error: Text,
    pub(crate) read_only: Option<bool>,
    pub(crate) event_type: Text,
    pub(crate) kind: Text,
    pub(crate) principal_id: Text,
    pub(crate) arn: Text,
    pub(crate) identity_account: Text,
    pub(crate) access_key: Text,
    pub(crate) user_name: Text,
    pub(crate) invoked_by: Text,
    pub(crate) provider: Text,
    pub(crate) on_behalf_of: Text,
    pub(crate) issuer_arn: Text,
    pub(crate) console: Text,
    pub(crate) mfa: Text,
    pub(crate) record: &'static str,
}

/// An event of which every field is absent.
pub(crate) const BLANK: Event = Event {
    id: None,
    time: None,
    name: "",
    source: "",
    region: None,
    account: None,
    ip: None,
    agent: None,
    error: None,
    read_only: None,
    event_type: None,
    kind: None,
    principal_id: None,
    arn: None,
    identity_account: None,
    access_key: None,
    user_name: None,
    invoked_by: None,
    provider: None,
    on_behalf_of: None,
    issuer_arn: None,
    console: None,
    mfa: None,
    record: "{}",
};

impl Event {
    pub(crate) fn view(&self) -> EventView<'static> {
        let text = |field: Text| field.map(Untrusted::new);
        EventView {
            event_id: text(self.id),
            event_time: self.time.and_then(parse_timestamp),
            event_name: Untrusted::new(self.name),
            event_source: Untrusted::new(self.source),
            aws_region: text(self.region),
            account_id: text(self.account),
            recipient_account_id: text(self.account),
            source_ip: text(self.ip),
            user_agent: text(self.agent),
            error_code: text(self.error),
            read_only: self.read_only,
            event_type: text(self.event_type),
            identity: UserIdentityView {
                kind: text(self.kind),
                principal_id: text(self.principal_id),
                arn: text(self.arn),
                account_id: text(self.identity_account),
                access_key_id: text(self.access_key),
                user_name: text(self.user_name),
                invoked_by: text(self.invoked_by),
                identity_provider: text(self.provider),
                on_behalf_of: text(self.on_behalf_of),
                session_issuer: self
                    .issuer_arn
                    .map(|arn| SessionIssuerView { arn: Some(Untrusted::new(arn)), ..SessionIssuerView::default() }),
                ..UserIdentityView::default()
            },
            console_login: text(self.console),
            mfa_used: text(self.mfa),
            record: RawJson::new(self.record),
            ..EventView::default()
        }
    }
}

pub(crate) fn origin(index: usize) -> RecordOrigin {
    RecordOrigin { place: Arc::from("trail.json"), index: index as u64 }
}

pub(crate) fn analyse(events: &[Event]) -> EventResult {
    analyse_within(events.iter().enumerate(), EvidenceLimits::default())
}

pub(crate) fn analyse_within<'a>(
    events: impl IntoIterator<Item = (usize, &'a Event)>,
    limits: EvidenceLimits,
) -> EventResult {
    let mut analysis = EventAnalysis::new(limits);
    for (index, event) in events {
        analysis.observe(&event.view(), &origin(index));
    }
    analysis.finish()
}

/// A finding: active, new, no compliance check and informational unless a test says otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) id: &'static str,
    pub(crate) product: Text,
    pub(crate) title: &'static str,
    pub(crate) control: Text,
    pub(crate) types: Vec<&'static str>,
    pub(crate) severity: Severity,
    pub(crate) record_state: RecordState,
    pub(crate) workflow: Workflow,
    pub(crate) compliance: Compliance,
    pub(crate) account: Text,
    pub(crate) region: Text,
    pub(crate) created: Text,
    pub(crate) updated: Text,
    pub(crate) url: Text,
    pub(crate) resources: Vec<Resource>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Resource {
    pub(crate) id: &'static str,
    pub(crate) kind: Text,
    pub(crate) account: Text,
    pub(crate) region: Text,
}

impl Default for Finding {
    fn default() -> Self {
        Self {
            id: "",
            product: None,
            title: "",
            control: None,
            types: Vec::new(),
            severity: Severity::Informational,
            record_state: RecordState::Active,
            workflow: Workflow::New,
            compliance: Compliance::None,
            account: None,
            region: None,
            created: None,
            updated: None,
            url: None,
            resources: Vec::new(),
        }
    }
}

impl Finding {
    pub(crate) fn on(mut self, resources: &[&'static str]) -> Self {
        self.resources = resources.iter().map(|id| Resource { id, ..Resource::default() }).collect();
        self
    }

    pub(crate) fn view(&self) -> FindingView<'static> {
        let text = |field: Text| field.map(Untrusted::new);
        FindingView {
            id: Untrusted::new(self.id),
            product_arn: None,
            product_name: text(self.product),
            title: Untrusted::new(self.title),
            generator_id: None,
            control_id: text(self.control),
            types: self.types.iter().map(|kind| Untrusted::new(kind)).collect(),
            severity: self.severity,
            record_state: self.record_state,
            workflow: self.workflow,
            compliance: self.compliance,
            account_id: text(self.account),
            region: text(self.region),
            created_at: self.created.and_then(parse_timestamp),
            updated_at: self.updated.and_then(parse_timestamp),
            remediation_url: text(self.url),
            resources: self
                .resources
                .iter()
                .map(|resource| ResourceView {
                    id: Untrusted::new(resource.id),
                    kind: text(resource.kind),
                    account_id: text(resource.account),
                    region: text(resource.region),
                })
                .collect(),
        }
    }

    /// A hash that differs between findings that differ.
    pub(crate) fn hash(&self) -> RecordHash {
        RecordHash::of(RawJson::new(&format!("{self:?}")))
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    parse_timestamp(text).unwrap()
}

pub(crate) fn analyse_findings(findings: &[Finding], as_of: Option<Timestamp>) -> FindingResult {
    let mut analysis = FindingAnalysis::new(EvidenceLimits::default());
    for (index, finding) in findings.iter().enumerate() {
        analysis.observe(&finding.view(), finding.hash(), &origin(index));
    }
    analysis.finish(as_of)
}

pub(crate) fn strings(texts: &[SafeText]) -> Vec<&str> {
    texts.iter().map(SafeText::as_str).collect()
}
