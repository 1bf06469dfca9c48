//! What every command and every session shares.

use std::sync::Arc;

use aws_collectors::{AwsSession, AwsSettings};

use tokio::sync::Semaphore;

use crate::evidence_store::EvidenceStore;
use crate::reference::Reference;
use crate::rules::Rules;
use crate::settings::Settings;
use crate::writers::Writers;

/// Settings, the AWS session and the evidence of recent answers. Creating it touches neither network nor credentials.
pub struct App {
    /// Settings in force.
    pub settings: Settings,
    /// AWS, reached on first use.
    pub aws: AwsSession,
    /// Recent analyses with their evidence.
    pub evidence: EvidenceStore,
    /// The detection rules in force.
    pub rules: Arc<Rules>,
    /// What events are judged beside.
    pub reference: Arc<Reference>,
    /// Writers that talk to a network.
    pub writers: Writers,
    /// Turns for tool calls: how many may run at a time.
    pub running: Semaphore,
}

/// Tool calls that run at a time; each may hold a large collection in memory.
const CALLS_AT_A_TIME: usize = 8;

impl App {
    /// Puts the shared parts together.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let aws = AwsSession::new(AwsSettings {
            profile: settings.profile.value.clone(),
            region: settings.region.value.clone(),
            // Left out rather than refused when off, so that AWS_EC2_METADATA_DISABLED=false works as elsewhere.
            instance_metadata: settings.instance_credentials.value.then_some(true),
            ..AwsSettings::default()
        });
        let evidence = EvidenceStore::new(settings.evidence_lifetime(), settings.evidence_bytes());
        let rules = Arc::new(Rules::new(&settings));
        let reference = Arc::new(Reference::new(&settings));
        let running = Semaphore::new(CALLS_AT_A_TIME);
        Self { settings, aws, evidence, rules, reference, writers: Writers::default(), running }
    }
}
